//! Can what is solved for reach what is set?

use super::timeline::{Regime, Which};
use crate::error::Problem;
use crate::model::{Model, Subject};
use crate::period::Period;

/// One problem for each equation that no unknown of its own moves within the period: an indicator
/// that is set and cannot be reached by one that is solved for, or an implicit equation whose
/// indicator moves neither side. `needs[i]` lists which equations equation `i` needs, `free` are the
/// equations in question and what they need.
pub(super) fn unreachable(
    model: &Model,
    scenario: &str,
    period: Period,
    regime: &Regime,
    needs: &[Vec<usize>],
    free: &[(usize, Vec<usize>)],
) -> Vec<Problem> {
    let reached = |(one, (_, needed)): (usize, &(usize, Vec<usize>))| {
        let mut found = reach(needed, free, needs);
        found.sort_by_key(|&other| other != one); // most have an unknown of their own
        found
    };
    let reached: Vec<Vec<usize>> = free.iter().enumerate().map(reached).collect();
    let mut taken: Vec<Option<usize>> = vec![None; free.len()];
    let unmatched = (0..free.len())
        .filter(|&one| !place(one, &reached, &mut taken, &mut vec![false; free.len()]));
    let name = |k: u32| model.indicators.get_index(k as usize).map_or("", |(name, _)| name);
    unmatched
        .map(|one| {
            let (indicator, _, which) = regime[free[one].0];
            let indicator = name(indicator);
            let Which::Of(target) = which else {
                let message = format!(
                    "cannot be solved for {indicator}: in {period} {indicator} stands on neither \
                     side without a lag, and no equations lead from it to what stands there"
                );
                return Problem::new(format!("indicators.{indicator}.equation"), message);
            };
            let target = name(target);
            let message = format!(
                "\"{indicator}\" cannot be solved for: in {period} no equations lead from it to \
                 \"{target}\", or another indicator that is set takes it; name one that drives \
                 \"{target}\" within the period"
            );
            Problem::new(address(model, scenario, indicator, target), message)
        })
        .collect()
}

/// Where the swap is written.
fn address(model: &Model, scenario: &str, instrument: &str, target: &str) -> String {
    let written = |name: &String| {
        let changes = &model.scenarios.get(name)?.changes;
        let subject = Subject::Indicator(target.to_owned());
        let index = changes.iter().position(|change| {
            change.by.as_deref() == Some(instrument) && change.subject == subject
        })?;
        Some(format!("scenarios.{name}.changes[{index}].by"))
    };
    let own = scenario.to_owned();
    written(&own)
        .or_else(|| model.scenarios.keys().find_map(written))
        .unwrap_or_else(|| format!("scenarios.{scenario}"))
}

/// Which of the free indicators an equation needs, however indirectly: by their place among them.
fn reach(needed: &[usize], free: &[(usize, Vec<usize>)], needs: &[Vec<usize>]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut seen = vec![false; needs.len()];
    let mut stack = needed.to_vec();
    while let Some(node) = stack.pop() {
        if std::mem::replace(&mut seen[node], true) {
            continue;
        }
        match free.binary_search_by_key(&node, |(index, _)| *index) {
            Ok(index) => found.push(index), // a free value: nothing computes it
            Err(_) => stack.extend(&needs[node]),
        }
    }
    found
}

/// Gives an equation a free indicator that it reaches, moving others aside where it must.
fn place(
    one: usize,
    reached: &[Vec<usize>],
    taken: &mut [Option<usize>],
    seen: &mut [bool],
) -> bool {
    for &candidate in &reached[one] {
        if std::mem::replace(&mut seen[candidate], true) {
            continue;
        }
        let free = match taken[candidate] {
            None => true,
            Some(other) => place(other, reached, taken, seen),
        };
        if free {
            taken[candidate] = Some(one);
            return true;
        }
    }
    false
}
