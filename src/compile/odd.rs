//! What can be seen to be a mistake, or asked about, before anything is compiled: numbers, names, changes.

use indexmap::IndexMap;

use super::look_alike;
use super::odd_starts::{self, mean};
use crate::error::Problem;
use crate::expr::{BinaryOp, Expr, Node, UnaryOp};
use crate::interrupt::look;
use crate::math::ln;
use crate::model::{
    About, Action, Amount, Change, Indicator, Model, Process, Quantity, Subject, Target, Term,
};
use crate::period::Period;

/// Where nothing can be meant.
pub(super) fn mistakes(model: &Model) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut say = |address: String, message: String| problems.push(Problem::new(address, message));
    for name in model.parameters.keys().filter(|name| model.indicators.contains_key(*name)) {
        let message = format!(
            "an indicator is named \"{name}\" too, and an equation could mean either; give one of them another name"
        );
        say(model.address_of_parameter(name), message);
    }
    for (k, target) in model.targets.iter().enumerate() {
        if target.id.trim().is_empty() {
            let message = "a target needs an id that can be seen, such as \"gdp-2025\"";
            say(format!("targets[{k}].id"), message.to_owned());
        }
    }
    let named = [
        ("target_sets", model.target_sets.keys().collect::<Vec<_>>()),
        ("scenarios", model.scenarios.keys().collect()),
        ("levers", model.levers.keys().collect()),
        ("events", model.events.keys().collect()),
        ("warnings", model.warnings.keys().collect()),
    ];
    for (part, names) in named {
        for name in names.into_iter().filter(|name| name.trim().is_empty()) {
            say(format!("{part}.\"{name}\""), "it needs a name that can be seen".to_owned());
        }
    }
    for (name, indicator) in &model.indicators {
        let limits = indicator.process.as_ref().and_then(Process::limits);
        let Some((low, high)) = limits else { continue };
        let unread = &model.origin.unread;
        if !unread.is_empty() && unread.concerns(&format!("indicators.{name}.process")) {
            continue; // its limits are wrong themselves
        }
        for (period, quantity) in &indicator.history {
            let value = mean(quantity);
            if value > low && value < high {
                continue;
            }
            let percent = low == 0.0 && high == 1.0 && value > 1.0 && value < 100.0;
            let way_out = if percent { "; for percent set upper = 100" } else { "" };
            let message = format!(
                "{value} does not lie between {low} and {high}, the limits of the share, which are never reached{way_out}"
            );
            say(format!("indicators.{name}.history.{period}"), message);
        }
    }
    problems
}

/// What is odd, and may be meant.
pub(super) fn warnings(model: &Model) -> Vec<Problem> {
    let mut found = look_alike::warnings(model);
    found.extend(odd_starts::warnings(model));
    for (name, indicator) in &model.indicators {
        look();
        found.extend(never_computed(model, name, indicator));
        let Some(process) = &indicator.process else { continue };
        let values: IndexMap<&str, f64> = process
            .terms()
            .into_iter()
            .filter_map(|(key, term)| Some((key, centre(model, term)?)))
            .chain(process.start().map(|start| ("start", mean(start))))
            .collect();
        for plausible in process.plausible() {
            let Some(&value) = values.get(plausible.key) else { continue };
            if !(plausible.low..=plausible.high).contains(&value) {
                let message = format!("{value} is odd: {}", plausible.otherwise);
                let address = format!("indicators.{name}.process.{}", plausible.key);
                found.push(Problem::new(address, message));
            }
        }
        if let (true, Some(&value)) = (process.is_growth(), values.get("mean")) {
            found.extend(beside_the_past(name, value, &indicator.history));
        }
    }
    for (k, target) in model.targets.iter().enumerate() {
        if let Some(key) = held_against_itself(target) {
            let message = format!(
                "{} is held against itself in the same period: what it does has no bearing; another indicator, or `base`, may be meant",
                target.subject()
            );
            found.push(Problem::new(format!("targets[{k}].{key}"), message));
        }
    }
    for (name, scenario) in &model.scenarios {
        for (k, change) in scenario.changes.iter().enumerate() {
            let before =
                scenario.changes[..k].iter().position(|other| is_set_again(model, other, change));
            if let Some(before) = before {
                let message = format!(
                    "sets what changes[{before}] set, which has no effect there; drop one of them"
                );
                found.push(Problem::new(format!("scenarios.{name}.changes[{k}].set"), message));
            }
            let set = scenario.changes.iter().position(|other| is_set_beside(model, other, change));
            if let Some(set) = set {
                let message = format!(
                    "is added to an equation that changes[{set}] puts out of use by `set`, so it has no effect there; \
                     drop one of them, or add it to the values that are set"
                );
                found.push(Problem::new(format!("scenarios.{name}.changes[{k}].add"), message));
            }
        }
    }
    for pair in model.correlations.keys() {
        let numbers = pair.names().into_iter().find(|name| {
            model.parameters.get(*name).is_some_and(|p| {
                p.quantity.number().is_some() && !is_drawn_in_a_scenario(model, name)
            })
        });
        if let Some(name) = numbers {
            let message =
                format!("parameter \"{name}\" is a number, so its correlation has no bearing");
            found.push(Problem::new(format!("correlations.\"{pair}\""), message));
        }
    }
    found
}

/// An equation or process that a history leaves no period to.
fn never_computed(model: &Model, name: &str, indicator: &Indicator) -> Option<Problem> {
    let known = |period: Period| indicator.history.contains_key(&period);
    let all = !indicator.is_exogenous() && model.periods.periods().all(known);
    all.then(|| {
        let message = format!(
            "is known in all periods of {}, so its equation is never used and no scenario changes it; \
             leave those values out to have it computed (`over` does)",
            model.periods
        );
        Problem::new(format!("indicators.{name}.history"), message)
    })
}

/// A mean growth that is plausible by itself, and nothing like that of the history.
fn beside_the_past(
    name: &str,
    mean_growth: f64,
    history: &IndexMap<Period, Quantity>,
) -> Option<Problem> {
    let mut known: Vec<(i64, f64)> =
        history.iter().map(|(period, value)| (i64::from(period.ordinal()), mean(value))).collect();
    known.sort_unstable_by_key(|(period, _)| *period);
    let neighbours =
        known.windows(2).filter(|w| w[1].0 == w[0].0 + 1 && w[0].1 > 0.0 && w[1].1 > 0.0);
    let past: Vec<f64> = neighbours.map(|w| ln(w[1].1 / w[0].1).abs()).collect();
    let most = past.iter().copied().fold(0.0, f64::max);
    let is_odd =
        past.len() > 1 && mean_growth.abs() > (10.0 * most).max(0.2) && mean_growth.abs() <= 0.7;
    is_odd.then(|| {
        let message = format!(
            "{mean_growth} is odd: in its history it grows by {most:.3} a period at most; 5 % are 0.05"
        );
        Problem::new(format!("indicators.{name}.process.mean"), message)
    })
}

/// The number that a term is, every parameter at its mean; none where indicators or periods are in it.
fn centre(model: &Model, term: &Term) -> Option<f64> {
    match term {
        Term::Number(number) => Some(*number),
        Term::Expression(text) => number(model, text.tree().ok()?),
    }
}

fn number(model: &Model, expr: &Expr) -> Option<f64> {
    Some(match &expr.node {
        Node::Number(number) => *number,
        Node::Name { name, .. } => mean(&model.parameters.get(name)?.quantity),
        Node::Unary(UnaryOp::Neg, a) => -number(model, a)?,
        Node::Binary(op, a, b) => {
            let (a, b) = (number(model, a)?, number(model, b)?);
            match op {
                BinaryOp::Add => a + b,
                BinaryOp::Sub => a - b,
                BinaryOp::Mul => a * b,
                BinaryOp::Div => a / b,
                _ => return None,
            }
        }
        _ => return None,
    })
}

/// The key of the bound of a target whose limit is what it counts itself.
fn held_against_itself(target: &Target) -> Option<&'static str> {
    let sense = target.bound.sense();
    let limit = sense.relative?;
    let formula = match &target.about {
        About::Formula { equation, .. } => equation.tree().ok().and_then(Expr::plain_name),
        About::Indicator { indicator } => Some(indicator.as_str()),
    };
    let same = formula == Some(limit.indicator.as_str())
        && limit.of.is_none_or(|of| of == target.of)
        && limit.over.is_none_or(|over| over == target.over);
    same.then_some(sense.key)
}

/// Does a change set again what an earlier one set?
fn is_set_again(model: &Model, before: &Change, now: &Change) -> bool {
    let both = matches!((&before.action, &now.action), (Action::Set(_), Action::Set(_)));
    if !both || before.subject != now.subject {
        return false;
    }
    match &now.subject {
        Subject::Parameter(_) => true,
        Subject::Shock(_) => false,
        Subject::Indicator(_) => {
            let (first, second) = (periods(model, before), periods(model, now));
            first.iter().any(|period| second.contains(period))
        }
    }
}

/// Does a change add to the equation of an indicator that another one sets?
fn is_set_beside(model: &Model, set: &Change, add: &Change) -> bool {
    let Subject::Indicator(name) = &add.subject else { return false };
    let both = matches!((&set.action, &add.action), (Action::Set(_), Action::Add(_)));
    let computed = model.indicators.get(name).is_some_and(|indicator| !indicator.is_exogenous());
    let (first, second) = (periods(model, set), periods(model, add));
    both && computed && set.subject == add.subject && first.iter().any(|p| second.contains(p))
}

/// The periods in which a change holds.
fn periods(model: &Model, change: &Change) -> Vec<Period> {
    match &change.action {
        Action::Set(Amount::ByPeriod(values)) | Action::Add(Amount::ByPeriod(values)) => {
            values.keys().copied().collect()
        }
        _ => change.periods.unwrap_or(model.periods).periods().collect(),
    }
}

fn is_drawn_in_a_scenario(model: &Model, name: &str) -> bool {
    model.scenarios.values().flat_map(|scenario| &scenario.changes).any(|change| {
        matches!(&change.subject, Subject::Parameter(parameter) if parameter == name)
            && matches!(&change.action, Action::Set(Amount::Same(q)) if q.number().is_none())
    })
}
