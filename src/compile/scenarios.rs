//! Scenarios resolved: each with what it inherits, and what all others have.

use std::collections::{BTreeMap, BTreeSet};

use super::forms::Forms;
use super::inherited::chain;
use super::rows::{Row, Timeline};
use super::scenario_change::{Apply, Resolved};
use super::uncertain::PathValues;
use crate::error::Problem;
use crate::interrupt::look;
use crate::model::{Model, Quantity};

/// The baseline and all scenarios of a model.
pub(super) fn resolve(
    model: &Model,
    forms: &[Forms],
    path_values: &PathValues,
    timeline: &Timeline,
    problems: &mut Vec<Problem>,
) -> Vec<Resolved> {
    let rest = baseline_probability(model, problems);
    let settings = path_values.settings();
    let add_factors = own_add_factors(model, forms, timeline, problems);
    let baseline = Resolved {
        name: "baseline".to_owned(),
        probability: rest,
        settings: settings.clone(),
        add_factors: add_factors.clone(),
        ..Resolved::default()
    };
    let scenarios = model.scenarios.iter().map(|(name, scenario)| {
        let mut resolved = Resolved {
            name: name.clone(),
            probability: scenario.probability,
            settings: settings.clone(),
            add_factors: add_factors.clone(),
            ..Resolved::default()
        };
        for (owner, place, change) in chain(model, name, scenario, problems) {
            look();
            let address = format!("scenarios.{owner}.changes[{place}]");
            let mut apply = Apply { model, forms, timeline, address, problems };
            // What a scenario inherits is reported where it is written.
            let quiet = owner != name;
            let before = apply.problems.len();
            apply.change(change, &mut resolved);
            if quiet {
                apply.problems.truncate(before);
            }
        }
        resolved
    });
    let mut all: Vec<Resolved> = std::iter::once(baseline).chain(scenarios).collect();
    restore_known(model, timeline, &mut all);
    all
}

/// The add factors that indicators have in every scenario.
fn own_add_factors(
    model: &Model,
    forms: &[Forms],
    timeline: &Timeline,
    problems: &mut Vec<Problem>,
) -> BTreeMap<(u32, Row), f64> {
    let mut found = BTreeMap::new();
    for (place, ((name, indicator), forms)) in model.indicators.iter().zip(forms).enumerate() {
        let address = format!("indicators.{name}.add_factors");
        if !indicator.add_factors.is_empty() && !forms.takes_add_factors() {
            let message = "it has no behavioural equation, so no add factors";
            problems.push(Problem::new(&address, message));
        }
        for (period, &value) in &indicator.add_factors {
            if let Some(row) = timeline.row(*period) {
                found.insert((place as u32, row), value);
            } else {
                let message = format!("{period} is outside the periods {}", model.periods);
                problems.push(Problem::new(format!("{address}.{period}"), message));
            }
        }
    }
    found
}

/// Where any scenario changes what is known of an exogenous indicator, the others say what it is.
fn restore_known(model: &Model, timeline: &Timeline, scenarios: &mut [Resolved]) {
    let keys = |scenario: &Resolved| {
        scenario.exogenised.keys().chain(scenario.solved.keys()).copied().collect::<Vec<_>>()
    };
    let changed: BTreeSet<(u32, Row)> = scenarios.iter().flat_map(keys).collect();
    for (index, row) in changed {
        let known = model.indicators.get_index(index as usize).and_then(|(_, indicator)| {
            indicator.history.get(&timeline.period(row)).and_then(Quantity::number)
        });
        let Some(known) = known else { continue };
        for scenario in scenarios.iter_mut() {
            look();
            if !scenario.solved.contains_key(&(index, row)) {
                scenario.exogenised.entry((index, row)).or_insert(known);
            }
        }
    }
}

/// What the scenarios leave of 1, when any has a probability.
fn baseline_probability(model: &Model, problems: &mut Vec<Problem>) -> Option<f64> {
    let given: Vec<f64> = model.scenarios.values().filter_map(|s| s.probability).collect();
    if given.is_empty() {
        return None;
    }
    let sum: f64 = given.iter().sum();
    if sum > 1.0 + 1e-12 {
        let message = format!("the probabilities add up to {sum:.6}, more than 1");
        problems.push(Problem::new("scenarios", message));
    }
    Some((1.0 - sum).max(0.0))
}
