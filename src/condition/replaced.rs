//! What a scenario sets for a period gives way to what became known of it.

use indexmap::IndexMap;

use super::cells::Cells;
use crate::compile::{Inner, Row};
use crate::model::{Action, Amount, Change, Model, Subject};
use crate::period::Period;

/// The model without what scenarios set in observed cells; none when they set nothing there.
pub(super) fn without_observed(program: &Inner, cells: &Cells) -> Option<Model> {
    let is_set = program.scenarios.iter().flat_map(|scenario| &scenario.exogenised);
    let observed = |series: u32, row: Row| {
        cells.observed.iter().any(|cell| cell.indicator == series && cell.row == row)
    };
    if !is_set.into_iter().any(|&(series, row, _)| observed(series, row)) {
        return None;
    }
    let mut model = program.model.clone();
    let places: IndexMap<String, u32> = model.indicators.keys().cloned().zip(0..).collect();
    for scenario in model.scenarios.values_mut() {
        for change in &mut scenario.changes {
            let Subject::Indicator(name) = &change.subject else { continue };
            let Some(&series) = places.get(name) else { continue };
            let known = |period: Period| {
                program.timeline.row(period).is_some_and(|row| observed(series, row))
            };
            trim(change, program.span.periods(), known);
        }
        let nothing = |change: &Change| matches!(&change.action, Action::Set(Amount::ByPeriod(v)) if v.is_empty());
        scenario.changes.retain(|change| !nothing(change));
    }
    Some(model)
}

/// Takes known periods out of a `set`.
fn trim(change: &mut Change, span: impl Iterator<Item = Period>, known: impl Fn(Period) -> bool) {
    let Action::Set(amount) = &mut change.action else { return };
    match amount {
        Amount::ByPeriod(values) => values.retain(|period, _| !known(*period)),
        Amount::Same(quantity) => {
            let Some(number) = quantity.number() else { return };
            let periods: Vec<Period> = match change.periods {
                Some(periods) => periods.periods().collect(),
                None => span.collect(),
            };
            if periods.iter().any(|period| known(*period)) {
                let rest = periods.into_iter().filter(|period| !known(*period));
                *amount = Amount::ByPeriod(rest.map(|period| (period, number)).collect());
                change.periods = None;
            }
        }
    }
}
