//! A model in which nothing is random.

use crate::model::{Distribution, Model, Value};

/// The model with every distribution at its mean: parameters, histories, shocks. Events never
/// begin. What a scenario does to a shock or a parameter it still does. Random counts stay.
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
    model.parameters.values_mut().for_each(|p| settle(&mut p.quantity.value));
    for indicator in model.indicators.values_mut() {
        indicator.history.values_mut().for_each(|quantity| settle(&mut quantity.value));
    }
    for shock in model.shocks.values_mut() {
        let mean = shock.distribution.mean();
        shock.distribution = Distribution::normal(mean, 0.0);
        shock.stream = None;
    }
    model.streams.clear();
    model.correlations.clear();
    model.events.clear();
    model
}
