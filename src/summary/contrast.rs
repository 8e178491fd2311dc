//! The difference between two scenarios, path by path under common random numbers.

use super::confidence::estimate;
use super::quantile::quantiles_in;
use super::share::influence_of;
use crate::ensemble::Ensemble;
use crate::error::Error;
use crate::interrupt::look;
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
    /// Its Monte Carlo standard error, thanks to common random numbers.
    pub error: f64,
    /// What the error would be if each scenario had random numbers of its own.
    pub independent_error: f64,
    /// The 5 %, 50 % and 95 % quantiles of the differences; not-a-number where paths weigh differently
    /// in the two scenarios, so that a difference has no weight.
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
    for (index, period) in a.span().periods().enumerate() {
        look();
        let (x, y) = (first.row(index), second.row(index));
        // Broken paths keep their place, so that pairs and replicates stay what they are.
        let both = |x: f64, y: f64, value: f64| {
            if x.is_finite() && y.is_finite() { value } else { f64::NAN }
        };
        let each = |value: fn(f64, f64) -> f64| {
            x.iter().zip(y).map(|(&x, &y)| both(x, y, value(x, y))).collect::<Vec<f64>>()
        };
        let difference = each(|x, y| y - x);
        let (x, y) = (by_weight(a, &each(|x, _| x)), by_weight(b, &each(|_, y| y)));
        let error = |values: &[f64]| estimate(values, a.dependence()).error;
        let found = if a.weights().is_none() && b.weights().is_none() {
            estimate(&difference, a.dependence())
        } else {
            let weighted: Vec<f64> = x.iter().zip(&y).map(|(x, y)| y - x).collect();
            estimate(&weighted, a.dependence())
        };
        let bands = if a.weights() == b.weights() {
            quantiles_in(a, &difference, &[0.05, 0.5, 0.95])
        } else {
            vec![f64::NAN; 3]
        };
        differences.push(Difference {
            indicator: indicator.to_owned(),
            period,
            mean: found.value,
            error: found.error,
            independent_error: {
                let (x, y) = (error(&x), error(&y));
                (x * x + y * y).sqrt()
            },
            quantiles: [bands[0], bands[1], bands[2]],
        });
    }
    Ok(differences)
}

/// One number for each independent draw whose mean is the mean over paths by weight; as they are where
/// paths weigh the same.
fn by_weight(ensemble: &Ensemble, values: &[f64]) -> Vec<f64> {
    if ensemble.weights().is_none() {
        return values.to_vec();
    }
    let known: Vec<f64> = values.iter().map(|v| f64::from(u8::from(v.is_finite()))).collect();
    let finite: Vec<f64> = values.iter().map(|v| if v.is_finite() { *v } else { 0.0 }).collect();
    influence_of(ensemble, &finite, &known)
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

#[cfg(test)]
mod tests {
    use super::*;

    fn ensemble(values: &[f64], weights: Option<&[f64]>) -> Ensemble {
        let rows = vec![("x".to_owned(), None, vec![values.to_vec()])];
        let span = "2021".parse().expect("a span");
        let ensemble = Ensemble::from_rows("mine", span, rows).expect("rows that fit");
        match weights {
            Some(weights) => ensemble.with_weights(weights).expect("weights"),
            None => ensemble,
        }
    }

    #[test]
    fn paths_that_weigh_differently_are_compared_by_their_weights() {
        let (a, b) = ([1.0, 2.0, 3.0, 10.0], [2.0, 4.0, 5.0, f64::NAN]);
        let weights = [4.0, 3.0, 2.0, 1.0];
        let (x, y) = (ensemble(&a, Some(&weights)), ensemble(&b, Some(&weights)));
        let found = &contrast(&x, &y, "x").expect("comparable")[0];
        assert!((found.mean - (4.0 * 1.0 + 3.0 * 2.0 + 2.0 * 2.0) / 9.0).abs() < 1e-12);
        let bands =
            super::super::weighted_quantiles(&[1.0, 2.0, 2.0], &weights, &[0.05, 0.5, 0.95]);
        // Weights that add up to 1 and those that do not differ by rounding.
        assert!(found.quantiles.iter().zip(&bands).all(|(a, b)| (a - b).abs() < 1e-12));
        // By each one's own weights; a difference has none then.
        let z = ensemble(&[2.0, 4.0, 5.0, 7.0], Some(&[1.0, 1.0, 1.0, 5.0]));
        let x = ensemble(&a, Some(&weights));
        let found = &contrast(&x, &z, "x").expect("comparable")[0];
        let means = ((4.0 + 6.0 + 6.0 + 10.0) / 10.0, (2.0 + 4.0 + 5.0 + 35.0) / 8.0);
        assert!((found.mean - (means.1 - means.0)).abs() < 1e-12 && found.quantiles[1].is_nan());
        let plain =
            &contrast(&ensemble(&a, None), &ensemble(&b, None), "x").expect("comparable")[0];
        assert!((plain.mean - 5.0 / 3.0).abs() < 1e-12 && plain.quantiles[1] == 2.0);
    }
}
