//! A model in which nothing is random.

use crate::error::Error;
use crate::expr::{Expr, Function, Node};
use crate::model::{Distribution, Indicator, Model, Process, Value};

/// The model with every distribution at its mean: parameters, histories, what processes start from,
/// shocks. Events never begin. What a scenario does to a shock or a parameter it still does. Random counts stay.
///
/// ```
/// use tinbergen::model::{Distribution, Indicator};
/// use tinbergen::{Model, Sampling, analyse};
/// let model = Model::new("m", "2021..2021".parse()?)
///     .with_indicator("y", Indicator::from_equation("y ~ a"))
///     .with_parameter("a", Distribution::normal(2.0, 1.0))
///     .with_shock("y", Distribution::normal(0.5, 1.0));
/// let runs = analyse::at_means(&model).compile()?.simulate(&Sampling::new(3, 1))?;
/// assert_eq!(runs.get("baseline")?.paths("y")?.row(0).to_vec(), [2.5, 2.5, 2.5]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn at_means(model: &Model) -> Model {
    let mut model = model.clone();
    let settle = |value: &mut Value| {
        if let Value::Drawn(distribution) = value {
            *value = Value::Number(distribution.mean());
        }
    };
    for parameter in model.parameters.values_mut() {
        settle(&mut parameter.quantity.value);
        parameter.draws = None;
    }
    model.draws.clear();
    for indicator in model.indicators.values_mut() {
        indicator.history.values_mut().for_each(|quantity| settle(&mut quantity.value));
        let drawn = indicator.process.as_mut().map(Process::quantities_mut);
        drawn.into_iter().flatten().for_each(|quantity| settle(&mut quantity.value));
    }
    for shock in model.shocks.values_mut() {
        let mean = shock.distribution.mean();
        shock.distribution = Distribution::normal(mean, 0.0);
        shock.stream = None;
    }
    model.streams.clear();
    model.correlations.clear();
    model.copulas.clear();
    model.events.clear();
    model
}

/// The model with every random count at its mean, for derivatives: a number of units that is nudged is
/// no whole number.
pub(super) fn counts_at_means(model: &Model) -> Result<Model, Error> {
    let mut found = model.clone();
    for name in model.indicators.keys() {
        let formula = model.formula(name).map_err(Error::model)?;
        let random = |sides: [&Expr; 2]| sides.into_iter().any(Expr::has_count);
        let Some(equation) = formula.equation.as_deref().filter(|e| random(e.sides())) else {
            continue;
        };
        let indicator = &mut found.indicators[name];
        let history = std::mem::take(&mut indicator.history);
        let add_factors = std::mem::take(&mut indicator.add_factors);
        let equation = Some(equation.rewritten(&mut mean_of_count).into());
        *indicator = Indicator { equation, history, add_factors, ..Indicator::default() };
        // Without the count nothing may be left that is random.
        let shock = formula.class.shock().and_then(|shock| model.shocks.get(shock)).cloned();
        let shock = shock.unwrap_or_else(|| Distribution::normal(0.0, 0.0).into());
        found.shocks.insert(name.clone(), shock);
    }
    Ok(found)
}

/// The mean of a random count, given what it is drawn from.
fn mean_of_count(part: &Expr) -> Option<Expr> {
    let Node::Call(function, arguments) = &part.node else { return None };
    let argument = |k: usize| Some(arguments.get(k)?.rewritten(&mut mean_of_count));
    match function {
        Function::Poisson { .. } | Function::NegativeBinomial { .. } => argument(0),
        Function::Binomial { .. } => Some(argument(0)? * argument(1)?),
        _ => None,
    }
}
