//! Paths that fail, all or some of them, before a number is drawn: values that an equation cannot start from, terms
//! drawn where they are not defined.

use crate::error::Problem;
use crate::expr::{Function, Node};
use crate::interrupt::look;
use crate::model::{Indicator, Model, Process, Quantity, Term, Value};
use crate::period::Period;

/// Fewer paths than a run forgives are not worth a word.
const FORGIVEN: f64 = 0.001;

/// What is odd in where indicators start, and in the terms of their processes.
pub(super) fn warnings(model: &Model) -> Vec<Problem> {
    let mut found = Vec::new();
    for (name, indicator) in &model.indicators {
        look();
        found.extend(undefined_start(model, name, indicator));
        if let Some(process) = &indicator.process {
            found.extend(drawn_outside(model, name, process));
        }
    }
    found
}

/// Where the last value known is one from which the equation leads nowhere.
fn undefined_start(model: &Model, name: &str, indicator: &Indicator) -> Option<Problem> {
    let (period, value) = last(indicator)?;
    let process = indicator.process.as_ref();
    let message = if process.is_some_and(Process::is_growth) && value <= 0.0 {
        format!(
            "growth from {value} is not defined: a share of it leads nowhere; process kind \"change\" or \"level\" may be meant"
        )
    } else if process.is_some_and(Process::draws_units) && !(value >= 0.0 && value.fract() == 0.0) {
        format!(
            "{value} units cannot be counted, so that no path knows how many leave: expected a whole number of at \
             least 0; process kind \"change\" or \"growth\" may be meant"
        )
    } else if solves_for_growth(model, name) && value <= 0.0 {
        format!(
            "dlog from {value} is not defined: the logarithm of what is not positive is no number; `diff` on the left \
             side may be meant"
        )
    } else {
        return None;
    };
    Some(Problem::new(format!("indicators.{name}.history.{period}"), message))
}

/// The jump-off: the last known period, with its value.
fn last(indicator: &Indicator) -> Option<(Period, f64)> {
    let last = indicator.history.iter().max_by_key(|(period, _)| period.ordinal())?;
    Some((*last.0, mean(last.1)))
}

/// Has the equation `dlog` of its own indicator on its left side?
fn solves_for_growth(model: &Model, name: &str) -> bool {
    let Ok(formula) = model.formula(name) else { return false };
    formula.equation.is_some_and(|equation| match &equation.lhs.node {
        Node::Call(Function::Dlog, arguments) => arguments[0].plain_name() == Some(name),
        _ => false,
    })
}

/// Terms that are parameters drawn, in some paths, where the process is not defined.
fn drawn_outside(model: &Model, name: &str, process: &Process) -> Vec<Problem> {
    let mut found = Vec::new();
    let terms = process.terms();
    for plausible in process.plausible().into_iter().filter(|plausible| plausible.or_fails) {
        let term = terms.iter().find(|(key, _)| *key == plausible.key).map(|(_, term)| *term);
        let Some(Quantity { value: Value::Drawn(drawn), .. }) = term.and_then(|t| of(model, t))
        else {
            continue;
        };
        let is_inside = |x: f64| (plausible.low..=plausible.high).contains(&x);
        let outside = below(drawn, plausible.low) + drawn.sides(plausible.high).1;
        if is_inside(drawn.mean()) && outside > FORGIVEN {
            let message = format!(
                "is drawn outside of what it may be in {:.2} % of paths, which fail there: {}; a distribution with \
                 bounds, such as beta or uniform, may be meant",
                100.0 * outside,
                plausible.otherwise
            );
            found.push(Problem::new(
                format!("indicators.{name}.process.{}", plausible.key),
                message,
            ));
        }
    }
    found
}

/// The parameter that a term is.
fn of<'a>(model: &'a Model, term: &Term) -> Option<&'a Quantity> {
    match term {
        Term::Number(_) => None,
        Term::Expression(text) => {
            Some(&model.parameters.get(text.tree().ok()?.plain_name()?)?.quantity)
        }
    }
}

/// The probability of less than a value.
fn below(drawn: &crate::model::Distribution, x: f64) -> f64 {
    drawn.sides(x.next_down()).0
}

/// The number of a quantity, or the mean of what is drawn.
pub(super) fn mean(quantity: &Quantity) -> f64 {
    match &quantity.value {
        Value::Number(number) => *number,
        Value::Drawn(distribution) => distribution.mean(),
    }
}
