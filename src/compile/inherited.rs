//! What a scenario inherits of those that it extends.

use crate::error::{Problem, near};
use crate::model::{Change, Model, Scenario};

/// So many scenarios may extend each other: each has the changes of all before it.
const LONGEST_CHAIN: usize = 100;

/// The changes of a scenario, those it inherits first.
pub(super) fn chain<'a>(
    model: &'a Model,
    name: &'a str,
    scenario: &'a Scenario,
    problems: &mut Vec<Problem>,
) -> Vec<(&'a str, usize, &'a Change)> {
    let mut line = vec![(name, scenario)];
    let mut at = scenario;
    while let Some(parent) = &at.extends {
        let address = format!("scenarios.{}.extends", line.last().map_or(name, |l| l.0));
        if parent == "baseline" {
            break;
        }
        if line.len() >= LONGEST_CHAIN {
            let message = format!(
                "is the end of a chain of more than {LONGEST_CHAIN} scenarios that extend each other; \
                 write the changes of the first ones together"
            );
            problems.push(Problem::new(format!("scenarios.{name}.extends"), message));
            break;
        }
        if let Some(start) = line.iter().position(|(known, _)| known == parent) {
            let names: Vec<&str> = line[start..].iter().map(|(name, _)| *name).collect();
            let message = format!("a circle: {} -> {parent}", names.join(" -> "));
            problems.push(Problem::new(address, message));
            break;
        }
        let Some((parent, next)) = model.scenarios.get_key_value(parent) else {
            let names = model.scenarios.keys().map(String::as_str).chain(["baseline"]);
            let hint = near(parent, names);
            problems.push(Problem::new(address, format!("unknown scenario \"{parent}\"{hint}")));
            break;
        };
        line.push((parent, next));
        at = next;
    }
    let changes = |(name, scenario): (&'a str, &'a Scenario)| {
        scenario.changes.iter().enumerate().map(move |(place, change)| (name, place, change))
    };
    line.into_iter().rev().flat_map(changes).collect()
}
