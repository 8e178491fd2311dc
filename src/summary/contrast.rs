//! The difference between two scenarios, path by path under the same luck.

use super::estimate::estimate;
use super::quantile::quantiles;
use crate::ensemble::Ensemble;
use crate::error::Error;
use crate::period::Period;

/// How an indicator differs between two scenarios in a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The indicator.
    pub indicator: String,
    /// The period.
    pub period: Period,
    /// Mean of the differences, second scenario minus first, in the indicator's unit.
    pub mean: f64,
    /// Its Monte Carlo standard error, thanks to the common luck.
    pub error: f64,
    /// What the error would be if each scenario had luck of its own.
    pub independent_error: f64,
    /// The 5 %, 50 % and 95 % quantiles of the differences.
    pub quantiles: [f64; 3],
}

/// The differences `b - a` of an indicator, period by period, over the paths in which both values
/// are finite.
///
/// # Errors
/// When the indicator was not kept, or the two are not of the same run.
pub fn contrast(a: &Ensemble, b: &Ensemble, indicator: &str) -> Result<Vec<Difference>, Error> {
    comparable(a, b)?;
    let (first, second) = (a.paths(indicator)?, b.paths(indicator)?);
    let mut differences = Vec::new();
    for (place, period) in a.span().periods().enumerate() {
        let (x, y) = (first.row(place), second.row(place));
        // Broken paths keep their place, so that pairs and replicates stay what they are.
        let both = |x: f64, y: f64, value: f64| {
            if x.is_finite() && y.is_finite() { value } else { f64::NAN }
        };
        let each = |value: fn(f64, f64) -> f64| {
            x.iter().zip(y).map(|(&x, &y)| both(x, y, value(x, y))).collect::<Vec<f64>>()
        };
        let error = |values: &[f64]| estimate(values, a.dependence()).error;
        let difference = each(|x, y| y - x);
        let found = estimate(&difference, a.dependence());
        let bands = quantiles(&difference, &[0.05, 0.5, 0.95]);
        differences.push(Difference {
            indicator: indicator.to_owned(),
            period,
            mean: found.value,
            error: found.error,
            independent_error: error(&each(|x, _| x)).hypot(error(&each(|_, y| y))),
            quantiles: [bands[0], bands[1], bands[2]],
        });
    }
    Ok(differences)
}

/// Two ensembles can be compared path by path when they are scenarios of one run.
pub(crate) fn comparable(a: &Ensemble, b: &Ensemble) -> Result<(), Error> {
    if a.len() != b.len() || a.span() != b.span() || a.strata().len() != b.strata().len() {
        return Err(Error::at(
            "contrast",
            format!(
                "\"{}\" ({} paths, {}) and \"{}\" ({} paths, {}) cannot be compared path by path",
                a.scenario(),
                a.len(),
                a.span(),
                b.scenario(),
                b.len(),
                b.span()
            ),
        ));
    }
    Ok(())
}
