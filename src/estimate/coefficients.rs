//! Coefficients as uncertain as their estimates are.

use crate::error::{Error, Problem, near};
use crate::model::{Distribution, Model, Pair, Value};
use crate::sample::Correlation;

impl Model {
    /// The model with parameters that are drawn once per path from a normal distribution: around
    /// their present values, with the covariances of their estimates.
    ///
    /// # Errors
    /// A name that is no parameter; a matrix that is not square, symmetric or has no inverse, with
    /// the pair that conflicts.
    ///
    /// ```
    /// use tinbergen::{Model, model::Pair};
    /// let model = Model::new("m", "2021..2025".parse()?)
    ///     .with_parameter("a", 1.0)
    ///     .with_parameter("b", 2.0);
    /// let model = model.with_coefficients(&["a", "b"], &[vec![0.04, -0.01], vec![-0.01, 0.01]])?;
    /// assert!((model.correlations[&Pair::new("a", "b")] + 0.5).abs() < 1e-15);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_coefficients(
        &self,
        names: &[&str],
        covariance: &[Vec<f64>],
    ) -> Result<Self, Error> {
        let wrong = |message: String| Error::at("with_coefficients", message);
        let size = names.len();
        if covariance.len() != size || covariance.iter().any(|row| row.len() != size) {
            return Err(wrong(format!("the covariance of {size} parameters is {size} x {size}")));
        }
        let mut model = self.clone();
        let (mut problems, mut sds) = (Vec::new(), Vec::new());
        for (k, name) in names.iter().enumerate() {
            let variance = covariance[k][k];
            if !(variance >= 0.0 && variance.is_finite()) {
                let message = format!("{name} has the variance {variance}");
                problems.push(Problem::new("with_coefficients", message));
            }
            sds.push(variance.sqrt());
            model.take_out_of_draws(name);
            let Some(parameter) = model.parameters.get_mut(*name) else {
                let hint = near(name, self.parameters.keys().map(String::as_str));
                let message = format!("unknown parameter \"{name}\"{hint}");
                problems.push(Problem::new("with_coefficients", message));
                continue;
            };
            let mean = match &parameter.quantity.value {
                Value::Number(number) => *number,
                Value::Drawn(distribution) => distribution.mean(),
            };
            if variance > 0.0 {
                let drawn = Distribution::normal(mean, variance.sqrt());
                parameter.quantity.value = Value::Drawn(drawn);
            } else {
                parameter.quantity.value = Value::Number(mean);
            }
        }
        if !problems.is_empty() {
            return Err(Error::model(problems));
        }
        model.correlations.retain(|pair, _| !pair.names().iter().any(|name| names.contains(name)));
        let mut pairs = Vec::new();
        for a in 0..size {
            for b in a + 1..size {
                let (value, other) = (covariance[a][b], covariance[b][a]);
                if !((value - other).abs() <= 1e-9 * (sds[a] * sds[b]).max(value.abs())) {
                    let pair = format!("\"{}, {}\"", names[a], names[b]);
                    return Err(wrong(format!("not symmetric: {pair} is {value} and {other}")));
                }
                if value != 0.0 {
                    let correlation = value / (sds[a] * sds[b]);
                    pairs.push((a, b, correlation));
                    model.correlations.insert(Pair::new(names[a], names[b]), correlation);
                }
            }
        }
        let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        Correlation::new(&names, &pairs).map_err(|error| wrong(error.to_string()))?;
        Ok(model)
    }
}
