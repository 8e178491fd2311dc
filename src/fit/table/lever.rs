//! The parameter that the mean of a process is made of, where the mean is a straight line in it.

use crate::Sampling;
use crate::analyse::at_means;
use crate::model::{Indicator, Model, Value};

/// How far off a straight line the mean may be, as a share of what the parameter moves.
const CROOKED: f64 = 1e-6;

/// A parameter, and how the mean of a process moves with it in the first period.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lever<'a> {
    pub(super) parameter: &'a str,
    /// The parameter, and the mean there, everything else at its own mean.
    at: f64,
    mean: f64,
    slope: f64,
}

impl<'a> Lever<'a> {
    /// The mean is the parameter.
    pub(super) fn whole(parameter: &'a str) -> Self {
        Self { parameter, at: 0.0, mean: 0.0, slope: 1.0 }
    }

    /// The mean is an expression that the parameter moves along a straight line, by itself or through indicators;
    /// none where it does not.
    pub(super) fn of(model: &Model, mean: &str, parameter: &'a str) -> Option<Self> {
        let (at, step) = match &model.parameters.get(parameter)?.quantity.value {
            Value::Drawn(distribution) => (distribution.mean(), distribution.sd()),
            Value::Number(number) => (*number, 0.1 * number.abs().max(0.01)),
        };
        let means = [at - step, at, at + step].map(|value| central(model, mean, parameter, value));
        let [Some(low), Some(middle), Some(high)] = means else { return None };
        let moved = high - low;
        let is_line = (high + low - 2.0 * middle).abs() <= CROOKED * moved.abs();
        (moved != 0.0 && is_line).then(|| Self {
            parameter,
            at,
            mean: middle,
            slope: moved / (2.0 * step),
        })
    }

    /// The parameter at which the mean is so much.
    pub(super) fn at(&self, mean: f64) -> f64 {
        self.at + (mean - self.mean) / self.slope
    }
}

/// An expression in the first period, a parameter at a value and everything else at its mean.
fn central(model: &Model, text: &str, parameter: &str, value: f64) -> Option<f64> {
    let mut calm = at_means(model);
    calm.targets.clear();
    calm.target_sets.clear();
    calm.warnings.clear();
    calm.scenarios.clear();
    calm.parameters.get_mut(parameter)?.quantity.value = Value::Number(value);
    let mut name = "mean_in_question".to_owned();
    while calm.indicators.contains_key(&name) || calm.parameters.contains_key(&name) {
        name.push('_');
    }
    let equation = Indicator::from_equation(format!("{name} = {text}").as_str());
    calm.indicators.insert(name.clone(), equation);
    let sampling = Sampling::new(1, 0).with_block(8).with_threads(1).with_keep([name.as_str()]);
    let runs = calm.compile().ok()?.simulate(&sampling).ok()?;
    let value = *runs.get("baseline").ok()?.paths(&name).ok()?.get((0, 0))?;
    value.is_finite().then_some(value)
}
