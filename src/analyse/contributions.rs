//! What each part of a change contributes to what it does.

use indexmap::IndexMap;

use super::{at_means, known, run};
use crate::error::{Error, near};
use crate::interrupt::look;
use crate::model::{Action, Amount, Change, Model, Scenario, Subject};
use crate::period::Period;
use crate::simulate::Ensembles;

/// Up to so many parts every order in which they can come is averaged over.
const EXACT: usize = 8;

/// What the parts of a scenario are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// Each of its changes.
    Change,
    /// All changes to one indicator, shock or parameter.
    Subject,
}

/// What one part contributes to the change of an indicator in a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Contribution {
    /// The indicator.
    pub indicator: String,
    /// The period.
    pub period: Period,
    /// The part.
    pub part: String,
    /// Its contribution, in the unit of the indicator.
    pub value: f64,
}

/// The contributions of all parts, which add up to the whole change.
#[derive(Debug, Clone, PartialEq)]
pub struct Contributions {
    /// How they were found, in words.
    pub method: String,
    /// By indicator, period and part.
    pub rows: Vec<Contribution>,
}

/// Splits what a scenario does, with nothing random, over its parts.
///
/// With up to eight parts a contribution is the Shapley value: the effect of adding the part,
/// averaged over all orders in which the parts can be added (L. S. Shapley 1953, A value for n-person
/// games). With more it is the average over the order in which they are written and its reverse.
/// Both add up to the whole change exactly, also where effects work together.
///
/// # Errors
/// An unknown scenario or indicator; a model that does not compile or run.
pub fn contributions(
    model: &Model,
    scenario: &str,
    by: By,
    indicators: &[&str],
) -> Result<Contributions, Error> {
    let Some(found) = model.scenarios.get(scenario) else {
        let hint = near(scenario, model.scenarios.keys().map(String::as_str));
        return Err(Error::at("scenario", format!("unknown scenario \"{scenario}\"{hint}")));
    };
    let mut parts: IndexMap<String, Vec<Change>> = IndexMap::new();
    for (k, change) in flat(model, found, 0).into_iter().enumerate() {
        let subject = match &change.subject {
            Subject::Parameter(name) => format!("parameter {name}"),
            Subject::Shock(name) => format!("shock {name}"),
            Subject::Indicator(name) => name.clone(),
        };
        let name = match by {
            By::Subject => subject,
            By::Change => format!("{}: {subject}", k + 1),
        };
        parts.entry(name).or_default().push(change);
    }
    split(model, &[], &parts, indicators)
}

/// Splits the difference between a model with its add factors and the same without them over the
/// equations they stand in. Of a tracked model that is what each equation's residuals contributed
/// to history: the data minus what the model alone would have given.
///
/// # Errors
/// A model without add factors; an unknown indicator; a model that does not compile or run.
pub fn residual_contributions(model: &Model, indicators: &[&str]) -> Result<Contributions, Error> {
    let (mut bare, mut parts) = (model.clone(), IndexMap::new());
    for (name, indicator) in &mut bare.indicators {
        let factors = std::mem::take(&mut indicator.add_factors);
        if factors.values().any(|value| *value != 0.0) {
            let action = Action::Add(Amount::ByPeriod(factors));
            let change = Change { action, ..Change::of_indicator(name) };
            parts.insert(name.clone(), vec![change]);
        }
    }
    if parts.is_empty() {
        let message = "the model has no add factors; Model::track finds them on data";
        return Err(Error::at("contributions", message));
    }
    split(&bare, &[], &parts, indicators)
}

/// The changes of a scenario after those of the one it extends.
fn flat(model: &Model, scenario: &Scenario, depth: usize) -> Vec<Change> {
    let before = scenario.extends.as_ref().and_then(|name| model.scenarios.get(name));
    let mut changes = match before {
        Some(before) if depth < 100 => flat(model, before, depth + 1),
        _ => Vec::new(),
    };
    changes.extend(scenario.changes.iter().cloned());
    changes
}

type Parts = IndexMap<String, Vec<Change>>;

fn split(
    model: &Model,
    base: &[Change],
    parts: &Parts,
    indicators: &[&str],
) -> Result<Contributions, Error> {
    known(model, indicators)?;
    let mut bare = at_means(model);
    bare.scenarios.clear();
    bare.targets.clear();
    bare.target_sets.clear();
    let count = parts.len();
    let sets = if count <= EXACT { all_sets(count) } else { two_orders(count) };
    for (k, set) in sets.iter().enumerate() {
        look();
        let chosen = parts.values().zip(set).filter(|(_, inside)| **inside);
        let changes = chosen.flat_map(|(changes, _)| changes);
        let changes = base.iter().chain(changes).cloned();
        bare = bare.with_scenario(format!("set_{k}"), Scenario::of(changes));
    }
    let runs = run(&bare, indicators)?;
    let mut rows = Vec::new();
    for name in indicators {
        let values = values(&runs, name, sets.len())?;
        for (t, period) in bare.periods.periods().enumerate() {
            look();
            let at: Vec<f64> = values.iter().map(|row| row[t]).collect();
            let shares = if count <= EXACT { shapley(&at, count) } else { averaged(&at, count) };
            for (part, value) in parts.keys().zip(shares) {
                let (indicator, part) = ((*name).to_owned(), part.clone());
                rows.push(Contribution { indicator, period, part, value });
            }
        }
    }
    let method = if count <= EXACT {
        format!("Shapley values: averages over all orders of {count} parts")
    } else {
        format!("averages over the order as written of {count} parts and its reverse")
    };
    Ok(Contributions { method, rows })
}

/// `[set][period]`.
fn values(runs: &Ensembles, indicator: &str, sets: usize) -> Result<Vec<Vec<f64>>, Error> {
    (0..sets)
        .map(|k| Ok(runs.get(&format!("set_{k}"))?.paths(indicator)?.column(0).to_vec()))
        .collect()
}

/// Every set of parts, by the bits of its number.
fn all_sets(count: usize) -> Vec<Vec<bool>> {
    (0..1usize << count).map(|set| (0..count).map(|k| set >> k & 1 == 1).collect()).collect()
}

/// Nothing; the first, the first two, ... all; the last, the last two, ... all but the first.
fn two_orders(count: usize) -> Vec<Vec<bool>> {
    let forward = (0..=count).map(|n| (0..count).map(|k| k < n).collect());
    let backward = (1..count).map(|n| (0..count).map(|k| k >= count - n).collect());
    forward.chain(backward).collect()
}

/// `sum over sets S without k of |S|! (n - |S| - 1)! / n! (v(S with k) - v(S))`.
fn shapley(values: &[f64], count: usize) -> Vec<f64> {
    let factorial = |n: usize| (1..=n).map(|k| k as f64).product::<f64>();
    let weight = |size: usize| factorial(size) * factorial(count - size - 1) / factorial(count);
    let share = |k: usize| {
        let without = (0..values.len()).filter(|set| set >> k & 1 == 0);
        let gain =
            |set: usize| weight(set.count_ones() as usize) * (values[set | 1 << k] - values[set]);
        without.map(gain).sum()
    };
    (0..count).map(share).collect()
}

fn averaged(values: &[f64], count: usize) -> Vec<f64> {
    let forward = |k: usize| values[k + 1] - values[k];
    // The sets of the backward order stand after the forward ones; the empty and the full are shared.
    let backward = |n: usize| match n {
        0 => values[0],
        n if n == count => values[count],
        n => values[count + n],
    };
    let share = |k: usize| {
        let n = count - 1 - k;
        f64::midpoint(forward(k), backward(n + 1) - backward(n))
    };
    (0..count).map(share).collect()
}
