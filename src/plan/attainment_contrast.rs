//! How a scenario changes the probability of a target, under common random numbers.

use super::attainment::Met;
use super::sets::sets;
use crate::ensemble::Ensemble;
use crate::error::Error;
use crate::model::Model;
use crate::summary::{comparable, estimate, influence};

/// How the probability of a target, or of a set, differs between two scenarios.
#[derive(Debug, Clone, PartialEq)]
pub struct AttainmentDifference {
    /// The target's id or the name of a set.
    pub target: String,
    /// Probability in the second scenario minus that in the first.
    pub difference: f64,
    /// Its Monte Carlo standard error, thanks to common random numbers.
    pub error: f64,
    /// What the error would be if each scenario had random numbers of its own.
    pub independent_error: f64,
}

/// The differences `b - a` in the probability of every target and set of a model.
///
/// # Errors
/// When the two are not scenarios of one run, or have not the rows that targets need.
pub fn attainment_contrast(
    model: &Model,
    a: &Ensemble,
    b: &Ensemble,
) -> Result<Vec<AttainmentDifference>, Error> {
    comparable(a, b)?;
    let (met_a, met_b) = (Met::new(model, a)?, Met::new(model, b)?);
    let row = |target: &str, x: &[f64], y: &[f64]| {
        let (x, y) = (influence(a, x, None), influence(b, y, None));
        let difference: Vec<f64> = x.iter().zip(&y).map(|(x, y)| y - x).collect();
        let paired = estimate(&difference, a.dependence());
        let alone = |draws: &[f64]| {
            let error = estimate(draws, a.dependence()).error;
            error * error
        };
        AttainmentDifference {
            target: target.to_owned(),
            difference: paired.value,
            error: paired.error,
            independent_error: (alone(&x) + alone(&y)).sqrt(),
        }
    };
    let targets = model.targets.iter().enumerate();
    let mut rows: Vec<_> =
        targets.map(|(k, target)| row(&target.id, met_a.target(k), met_b.target(k))).collect();
    for (name, members) in sets(model) {
        rows.push(row(name, &met_a.together(&members), &met_b.together(&members)));
    }
    Ok(rows)
}
