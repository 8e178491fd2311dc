//! Which coefficients of an equation are fitted, and what is believed of them before.

use super::wanted::is_drawn;
use crate::expr::{Equation, Expr};
use crate::fit::Phrase;
use crate::fit::regression::Believed;
use crate::model::{Model, Value};

/// The coefficients that are fitted, and those that stay as they are with the reason.
///
/// All uncertain parameters of an equation are fitted or none: what one of them says of the figures depends on the
/// others.
pub(super) fn chosen<'a>(
    model: &'a Model,
    equation: &Equation,
    is_taken: &impl Fn(&str) -> bool,
    is_wanted: &impl Fn(&str) -> bool,
) -> (Vec<&'a str>, Vec<(&'a str, Phrase)>) {
    let within = |name: &str| equation.sides().into_iter().any(|side| has(side, name));
    let names = || model.parameters.keys().map(String::as_str).filter(|name| within(name));
    let is_random = equation.sides().into_iter().any(Expr::has_shock);
    let (mut fitted, mut kept) = (Vec::new(), Vec::new());
    for name in names().filter(|name| is_wanted(name) && !is_taken(name)) {
        let why = if is_random { Some(Phrase::OtherShocks) } else { why_not(model, name, &within) };
        match why {
            Some(why) => kept.push((name, why)),
            None => fitted.push(name),
        }
    }
    let is_uncertain = |name: &str| model.parameters.get(name).is_some_and(is_drawn);
    if names().any(|name| is_uncertain(name) && !fitted.contains(&name)) {
        kept.extend(fitted.drain(..).map(|name| (name, Phrase::OtherUncertain)));
    }
    (fitted, kept)
}

/// Why a coefficient cannot be fitted.
fn why_not(model: &Model, name: &str, within: &impl Fn(&str) -> bool) -> Option<Phrase> {
    let parameter = model.parameters.get(name)?;
    if uses(model, name) > 1 {
        return Some(Phrase::InSeveral);
    }
    if parameter.draws.is_some() {
        return Some(Phrase::InDraws);
    }
    if let Value::Drawn(distribution) = &parameter.quantity.value
        && distribution.normal_within().is_none()
    {
        return Some(Phrase::NotNormal);
    }
    let other = |pair: &[&str]| {
        pair.contains(&name) && pair.iter().any(|other| *other != name && within(other))
    };
    let members =
        |members: &Vec<String>| other(&members.iter().map(String::as_str).collect::<Vec<&str>>());
    let is_tied = model.correlations.iter().any(|(pair, rho)| *rho != 0.0 && other(&pair.names()))
        || model.copulas.values().any(|copula| members(&copula.members));
    is_tied.then_some(Phrase::Tied)
}

/// What a plan says of a coefficient, which is exact: of a number that is named to be fitted nothing.
pub(super) fn believed(model: &Model, name: &str) -> Believed {
    let free = (f64::NEG_INFINITY, f64::INFINITY);
    match model.parameters.get(name).map(|one| &one.quantity.value) {
        Some(Value::Drawn(distribution)) => {
            let nothing = (distribution.mean(), f64::INFINITY);
            let (mean, sd) = distribution.normal_within().unwrap_or(nothing);
            Believed { mean, sd, bounds: distribution.support() }
        }
        Some(Value::Number(number)) => Believed { mean: *number, sd: f64::INFINITY, bounds: free },
        None => Believed { mean: 0.0, sd: f64::INFINITY, bounds: free },
    }
}

/// The sd that a plan gives a coefficient; infinite for a number, of which nothing is believed.
pub(super) fn sd_of(model: &Model, name: &str) -> f64 {
    match model.parameters.get(name).map(|one| &one.quantity.value) {
        Some(Value::Drawn(distribution)) => distribution.sd(),
        Some(Value::Number(_)) | None => f64::INFINITY,
    }
}

/// Whether an expression has a name.
fn has(side: &Expr, name: &str) -> bool {
    let mut found = false;
    side.visit_names(&mut |other, _| found |= other == name);
    found
}

/// In how many equations and processes a name stands; twice where it stands on the left side of one.
fn uses(model: &Model, name: &str) -> usize {
    let of = |indicator: &String| {
        let Ok(formula) = model.formula(indicator) else { return 0 };
        let Some(equation) = formula.equation.as_deref() else { return 0 };
        usize::from(has(&equation.rhs, name)) + 2 * usize::from(has(&equation.lhs, name))
    };
    model.indicators.keys().map(of).sum()
}
