//! What a scenario does to indicators, period by period.

use std::collections::{HashMap, HashSet};

use crate::model::{Action, Amount, Change, Model, Subject};
use crate::period::Period;

/// An indicator in a period.
type Cell = (String, Period);

/// The cells whose equation does not hold as it stands, and the add factors of the others.
#[derive(Debug, Default)]
pub(crate) struct Changed {
    /// Set, so that the own equation does not hold.
    set: HashSet<Cell>,
    /// Solved for, so that the equation of another indicator gives what is set.
    solved: HashSet<Cell>,
    /// Added to the right side.
    add_factors: HashMap<Cell, f64>,
}

impl Changed {
    /// Does the equation of an indicator hold in a period, but for its add factor?
    pub(super) fn holds(&self, indicator: &str, period: Period) -> bool {
        let cell = (indicator.to_owned(), period);
        !self.set.contains(&cell) && !self.solved.contains(&cell)
    }

    /// Is an indicator set in any period?
    pub(crate) fn sets(&self, indicator: &str) -> bool {
        self.set.iter().any(|(name, _)| name == indicator)
    }

    /// The add factor of an equation in a period.
    pub(crate) fn add_factor(&self, indicator: &str, period: Period) -> f64 {
        self.add_factors.get(&(indicator.to_owned(), period)).copied().unwrap_or(0.0)
    }
}

/// What a scenario changes, on top of those it extends.
pub(crate) fn changed(model: &Model, scenario: &str) -> Changed {
    let mut found = Changed::default();
    for (name, indicator) in &model.indicators {
        for (period, value) in &indicator.add_factors {
            found.add_factors.insert((name.clone(), *period), *value);
        }
    }
    for change in changes(model, scenario) {
        let Subject::Indicator(name) = &change.subject else { continue };
        for (period, value) in amounts(model, change) {
            let cell = (name.clone(), period);
            match (&change.action, &change.by) {
                (Action::Set(_), Some(by)) => {
                    found.set.remove(&cell);
                    found.solved.insert((by.clone(), period));
                }
                (Action::Set(_), None) => {
                    found.set.insert(cell);
                }
                (Action::Add(_), _) => *found.add_factors.entry(cell).or_default() += value,
                (Action::Scale(_), _) => {}
            }
        }
    }
    found
}

/// The changes of a scenario after those of the ones it extends.
fn changes<'a>(model: &'a Model, scenario: &str) -> Vec<&'a Change> {
    let (mut line, mut name) = (Vec::new(), Some(scenario));
    while let Some(found) = name.and_then(|name| model.scenarios.get(name)) {
        line.push(found);
        // A circle is an error of compilation; here it must only end.
        name = found.extends.as_deref().filter(|_| line.len() <= model.scenarios.len());
    }
    line.into_iter().rev().flat_map(|scenario| &scenario.changes).collect()
}

/// The periods a change acts in, each with its amount.
fn amounts(model: &Model, change: &Change) -> Vec<(Period, f64)> {
    let (Action::Set(amount) | Action::Add(amount) | Action::Scale(amount)) = &change.action;
    match amount {
        Amount::ByPeriod(values) => values.iter().map(|(period, v)| (*period, *v)).collect(),
        Amount::Same(_) => {
            let value = amount.number().unwrap_or(f64::NAN);
            let periods = change.periods.unwrap_or(model.periods).periods();
            periods.map(|period| (period, value)).collect()
        }
    }
}
