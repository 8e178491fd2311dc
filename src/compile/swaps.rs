//! Can what is solved for reach what is set?

use super::regimes::{Regime, Which};
use crate::error::Problem;
use crate::model::{Model, Subject};
use crate::period::Period;

/// One problem for each indicator that is set and cannot be reached, within the period, by one that
/// is solved for and that no other needs. `needs[i]` lists which equations equation `i` needs.
pub(super) fn unreachable(
    model: &Model,
    scenario: &str,
    period: Period,
    regime: &Regime,
    needs: &[Vec<usize>],
) -> Vec<Problem> {
    let swaps: Vec<usize> =
        (0..regime.len()).filter(|&place| matches!(regime[place].2, Which::Of(_))).collect();
    let reached: Vec<Vec<usize>> = swaps.iter().map(|&swap| reach(swap, &swaps, needs)).collect();
    let mut taken: Vec<Option<usize>> = vec![None; swaps.len()];
    let unmatched = (0..swaps.len())
        .filter(|&swap| !place(swap, &reached, &mut taken, &mut vec![false; swaps.len()]));
    let name = |k: u32| model.indicators.get_index(k as usize).map_or("", |(name, _)| name);
    unmatched
        .filter_map(|swap| {
            let (instrument, _, Which::Of(target)) = regime[swaps[swap]] else { return None };
            let (instrument, target) = (name(instrument), name(target));
            let message = format!(
                "\"{instrument}\" cannot be solved for: in {period} no equations lead from it to \
                 \"{target}\", or another indicator that is set takes it; name one that drives \
                 \"{target}\" within the period"
            );
            Some(Problem::new(address(model, scenario, instrument, target), message))
        })
        .collect()
}

/// Where the swap is written.
fn address(model: &Model, scenario: &str, instrument: &str, target: &str) -> String {
    let written = |name: &String| {
        let changes = &model.scenarios.get(name)?.changes;
        let subject = Subject::Indicator(target.to_owned());
        let place = changes.iter().position(|change| {
            change.by.as_deref() == Some(instrument) && change.subject == subject
        })?;
        Some(format!("scenarios.{name}.changes[{place}].by"))
    };
    let own = scenario.to_owned();
    written(&own)
        .or_else(|| model.scenarios.keys().find_map(written))
        .unwrap_or_else(|| format!("scenarios.{scenario}"))
}

/// Which of the indicators that are solved for the equation of a swap needs, however indirectly: by
/// their place among the swaps.
fn reach(start: usize, swaps: &[usize], needs: &[Vec<usize>]) -> Vec<usize> {
    let mut found = Vec::new();
    let mut seen = vec![false; needs.len()];
    // What a swap's equation needs is listed, and last itself.
    let mut stack: Vec<usize> = needs[start][..needs[start].len() - 1].to_vec();
    while let Some(node) = stack.pop() {
        if std::mem::replace(&mut seen[node], true) {
            continue;
        }
        match swaps.iter().position(|&swap| swap == node) {
            Some(swap) => found.push(swap), // a free value: nothing computes it
            None => stack.extend(&needs[node]),
        }
    }
    found
}

/// Gives a swap an indicator that it reaches, moving others aside where it must.
fn place(
    swap: usize,
    reached: &[Vec<usize>],
    taken: &mut [Option<usize>],
    seen: &mut [bool],
) -> bool {
    for &candidate in &reached[swap] {
        if std::mem::replace(&mut seen[candidate], true) {
            continue;
        }
        let free = match taken[candidate] {
            None => true,
            Some(other) => place(other, reached, taken, seen),
        };
        if free {
            taken[candidate] = Some(swap);
            return true;
        }
    }
    false
}
