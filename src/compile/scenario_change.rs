//! A change of a scenario resolved: its rows and indices, and what is wrong with it.

use std::collections::BTreeMap;

use super::forms::Forms;
use super::program::{Setting, ShockChange};
use super::rows::{Row, Timeline};
use super::uncertain::change_setting;
use crate::error::{Problem, near};
use crate::model::{Action, Amount, Change, Class, Indicator, Model, Quantity, Subject, Value};
use crate::period::Span;

/// A scenario with its changes resolved.
#[derive(Debug, Clone, Default)]
pub(super) struct Resolved {
    pub(super) name: String,
    pub(super) probability: Option<f64>,
    pub(super) settings: Vec<Setting>,
    pub(super) shock_changes: Vec<ShockChange>,
    /// Values of exogenised indicators, by indicator and row.
    pub(super) exogenised: BTreeMap<(u32, Row), f64>,
    /// Indicators that are solved for, by indicator and row, so that the equation of another gives
    /// what is set.
    pub(super) solved: BTreeMap<(u32, Row), u32>,
    /// Add factors, by indicator and row.
    pub(super) add_factors: BTreeMap<(u32, Row), f64>,
}

/// Applies one change; says what is wrong with it.
pub(super) struct Apply<'a> {
    pub(super) model: &'a Model,
    pub(super) forms: &'a [Forms],
    pub(super) timeline: &'a Timeline,
    pub(super) address: String,
    pub(super) problems: &'a mut Vec<Problem>,
}

impl Apply<'_> {
    fn problem(&mut self, key: &str, message: impl Into<String>) {
        self.problems.push(Problem::new(format!("{}.{key}", self.address), message));
    }

    pub(super) fn change(&mut self, change: &Change, resolved: &mut Resolved) {
        if change.by.is_some() && !matches!(change.subject, Subject::Indicator(_)) {
            let message = "only where an indicator is `set` can another one be solved for";
            self.problem("by", message);
        }
        match &change.subject {
            Subject::Parameter(name) => self.parameter(name, change, resolved),
            Subject::Shock(name) => self.shock(name, change, resolved),
            Subject::Indicator(name) => self.indicator(name, change, resolved),
        }
    }

    fn parameter(&mut self, name: &str, change: &Change, resolved: &mut Resolved) {
        let Some(place) = self.model.parameters.get_index_of(name) else {
            let hint = near(name, self.model.parameters.keys().map(String::as_str));
            return self.problem("parameter", format!("unknown parameter \"{name}\"{hint}"));
        };
        if change.periods.is_some() {
            let message = "a parameter is the same in all periods and cannot change over some; \
                           use a shock or an indicator, or put `period` into the equation";
            return self.problem("periods", message);
        }
        if let (key, Amount::ByPeriod(_)) = change.action.parts() {
            return self
                .problem(key, "a parameter is the same in all periods; expected one number");
        }
        if let Action::Add(amount) | Action::Scale(amount) = &change.action
            && amount.number().is_none()
        {
            let key = change.action.parts().0;
            return self.problem(key, "expected a number; only `set` takes a distribution");
        }
        change_setting(&mut resolved.settings[place], &change.action);
    }

    fn shock(&mut self, name: &str, change: &Change, resolved: &mut Resolved) {
        let Some(shock) = self.model.shocks.get_index_of(name) else {
            let hint = near(name, self.model.shocks.keys().map(String::as_str));
            return self.problem("shock", format!("unknown shock \"{name}\"{hint}"));
        };
        let (scales, amount) = match &change.action {
            Action::Set(_) => {
                let message = "a shock cannot be set; `add` shifts it, `scale` makes it larger or \
                               smaller around its mean (0 leaves only the mean)";
                return self.problem("set", message);
            }
            Action::Add(amount) => (false, amount),
            Action::Scale(amount) => (true, amount),
        };
        for (row, value) in self.rows(change, amount) {
            let (scale, add) = if scales { (value, 0.0) } else { (1.0, value) };
            let shock = shock as u32;
            // A shift moves the mean too, so that it makes no difference what came first.
            let same = |other: &&mut ShockChange| other.shock == shock && other.row == row;
            match resolved.shock_changes.iter_mut().find(same) {
                Some(other) => (other.scale, other.add) = (other.scale * scale, other.add + add),
                None => resolved.shock_changes.push(ShockChange { shock, row, scale, add }),
            }
        }
    }

    fn indicator(&mut self, name: &str, change: &Change, resolved: &mut Resolved) {
        let Some((index, _, indicator)) = self.model.indicators.get_full(name) else {
            let hint = near(name, self.model.indicators.keys().map(String::as_str));
            return self.problem("indicator", format!("unknown indicator \"{name}\"{hint}"));
        };
        let index = index as u32;
        let instrument = match &change.by {
            None => None,
            Some(by) => match self.instrument(name, indicator, by, change) {
                Some(instrument) => Some(instrument),
                None => return,
            },
        };
        if self.forms[index as usize].broken {
            return; // what it is computed from is not known
        }
        if indicator.is_exogenous() && !indicator.history.is_empty() {
            return self.known(index, indicator, change, resolved);
        }
        match &change.action {
            Action::Scale(_) => self.problem(
                "scale",
                "an indicator cannot be scaled; `set` gives its path, `add` is an add factor in its \
                 equation",
            ),
            Action::Set(amount) => {
                for (row, value) in self.rows(change, amount) {
                    let period = self.timeline.period(row);
                    if indicator.history.contains_key(&period) {
                        let message = format!("{period} is known from its history");
                        self.problem("set", message);
                    }
                    resolved.exogenised.insert((index, row), value);
                    self.not_both(index, row, "set", resolved);
                    let Some(instrument) = instrument else { continue };
                    let before = resolved.solved.insert((instrument, row), index);
                    if before.is_some_and(|other| other != index) {
                        let message = format!("it is solved for already in {period}, for another");
                        self.problem("by", message);
                    }
                    self.not_both(instrument, row, "by", resolved);
                }
            }
            Action::Add(amount) => {
                if !self.forms[index as usize].takes_add_factors() {
                    let message = format!(
                        "\"{name}\" has no behavioural equation, so no add factor; change what it \
                         is computed from, or `set` it"
                    );
                    return self.problem("add", message);
                }
                for (row, value) in self.rows(change, amount) {
                    *resolved.add_factors.entry((index, row)).or_default() += value;
                }
            }
        }
    }

    /// An indicator with an equation is not set and solved for in the same period. What is known of
    /// one without may be changed and then give way to what is solved for.
    fn not_both(&mut self, index: u32, row: Row, key: &str, resolved: &Resolved) {
        let cell = (index, row);
        if self.model.indicators.get_index(index as usize).is_some_and(|(_, i)| i.is_exogenous()) {
            return;
        }
        if resolved.exogenised.contains_key(&cell) && resolved.solved.contains_key(&cell) {
            let name = self.model.indicators.get_index(index as usize).map_or("", |(name, _)| name);
            let period = self.timeline.period(row);
            let message = format!(
                "\"{name}\" is both set and solved for in {period}; leave one of the two out"
            );
            self.problem(key, message);
        }
    }

    /// The indicator that is solved for where another one is set.
    fn instrument(
        &mut self,
        name: &str,
        indicator: &Indicator,
        by: &str,
        change: &Change,
    ) -> Option<u32> {
        let Some((place, _, instrument)) = self.model.indicators.get_full(by) else {
            let hint = near(by, self.model.indicators.keys().map(String::as_str));
            self.problem("by", format!("unknown indicator \"{by}\"{hint}"));
            return None;
        };
        let is_given = self
            .model
            .indicators
            .get_index_of(name)
            .is_some_and(|place| matches!(self.forms[place].class, Class::Given { .. }));
        if self.forms[place].broken {
            return None;
        }
        let message = if !matches!(change.action, Action::Set(_)) {
            "only where an indicator is `set` can another one be solved for".to_owned()
        } else if by == name {
            "an indicator that is set by its own add factor is just `set`; leave `by` out"
                .to_owned()
        } else if indicator.is_exogenous() || is_given {
            format!("\"{name}\" has no equation that could be solved for \"{by}\"")
        } else if !instrument.is_exogenous() && !self.forms[place].takes_add_factors() {
            format!(
                "\"{by}\" is an identity, which holds exactly and has no add factor; name a \
                 behavioural or an exogenous indicator"
            )
        } else {
            return Some(place as u32);
        };
        self.problem("by", message);
        None
    }

    /// An exogenous indicator: its known values are replaced, added to or multiplied.
    fn known(
        &mut self,
        index: u32,
        indicator: &Indicator,
        change: &Change,
        resolved: &mut Resolved,
    ) {
        let (key, amount) = change.action.parts();
        for (row, value) in self.rows(change, amount) {
            let period = self.timeline.period(row);
            let history = indicator.history.get(&period).and_then(Quantity::number);
            let before = resolved.exogenised.get(&(index, row)).copied().or(history);
            let after = match (&change.action, before) {
                (Action::Set(_), _) => value,
                (Action::Add(_), Some(before)) => before + value,
                (Action::Scale(_), Some(before)) => before * value,
                (_, None) => {
                    self.problem(
                        key,
                        format!("no number is known for {period} that it could change"),
                    );
                    continue;
                }
            };
            resolved.exogenised.insert((index, row), after);
        }
    }

    /// The rows a change acts on, each with its amount.
    fn rows(&mut self, change: &Change, amount: &Amount) -> Vec<(Row, f64)> {
        let span = self.model.periods;
        let key = change.action.parts().0;
        match amount {
            Amount::Same(quantity) => {
                let Value::Number(number) = quantity.value else {
                    self.problem(key, "expected a number; only a parameter takes a distribution");
                    return Vec::new();
                };
                let periods = change.periods.unwrap_or(span);
                self.inside(periods, "periods");
                let rows = periods.periods().filter(|period| span.contains(*period));
                rows.filter_map(|period| Some((self.timeline.row(period)?, number))).collect()
            }
            Amount::ByPeriod(values) => {
                if change.periods.is_some() {
                    let message = "the amounts say their periods themselves; leave `periods` out";
                    self.problem("periods", message);
                }
                for period in values.keys() {
                    self.inside(Span::single(*period), key);
                }
                let inside = values.iter().filter(|(period, _)| span.contains(**period));
                inside.filter_map(|(period, v)| Some((self.timeline.row(*period)?, *v))).collect()
            }
        }
    }

    fn inside(&mut self, periods: Span, key: &str) {
        let span = self.model.periods;
        if !(span.contains(periods.first()) && span.contains(periods.last())) {
            self.problem(key, format!("{periods} is not within the model's periods {span}"));
        }
    }
}

impl Action {
    /// Its key in a plan file, and its amount.
    fn parts(&self) -> (&'static str, &Amount) {
        match self {
            Self::Set(amount) => ("set", amount),
            Self::Add(amount) => ("add", amount),
            Self::Scale(amount) => ("scale", amount),
        }
    }
}
