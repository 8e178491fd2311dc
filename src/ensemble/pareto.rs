//! How heavy the tail of the weights of paths is.

use crate::interrupt::sort;
use crate::math::{exp, ln, ln_1p};

/// Fewer of the largest weights say nothing of a tail.
const LEAST: usize = 20;
/// Observations of the prior that draws an estimate to a half.
const PRIOR: f64 = 10.0;

/// The shape `k` of a generalised Pareto distribution fitted to the largest weights: below 0 weights
/// have a bound, from 1/2 on their variance may be infinite, from 1 on their mean.
///
/// By the posterior mean of Zhang and Stephens (2009, A new and efficient estimation method for the
/// generalized Pareto distribution), drawn to 1/2 as Vehtari and others (2024, Pareto smoothed
/// importance sampling) do, of the `min(n / 5, 3 sqrt(n))` largest of `n`. None where too few differ.
pub(crate) fn shape(weights: &[f64]) -> Option<f64> {
    let count = weights.len() as f64;
    let tail = (count / 5.0).min(3.0 * count.sqrt()).floor() as usize;
    let mut sorted = weights.to_vec();
    sort(&mut sorted, f64::total_cmp);
    let cut = *sorted.get(sorted.len().checked_sub(tail + 1)?)?;
    let beyond: Vec<f64> = sorted[sorted.len() - tail..].iter().map(|w| w - cut).collect();
    let beyond: Vec<f64> = beyond.into_iter().filter(|x| *x > 1e-12 * cut).collect();
    (beyond.len() >= LEAST).then(|| fitted(&beyond))
}

/// The shape of positive numbers in ascending order.
fn fitted(x: &[f64]) -> f64 {
    let n = x.len();
    let points = 30 + (n as f64).sqrt() as usize;
    let (most, quarter) = (x[n - 1], x[(n as f64 / 4.0 + 0.5) as usize - 1]);
    let theta =
        |i: usize| 1.0 / most + (1.0 - (points as f64 / (i as f64 + 0.5)).sqrt()) / (3.0 * quarter);
    let shape = |theta: f64| x.iter().map(|x| ln_1p(-theta * x)).sum::<f64>() / n as f64;
    let profile = |theta: f64| {
        let k = shape(theta);
        n as f64 * (ln(-theta / k) - k - 1.0)
    };
    let thetas: Vec<f64> = (0..points).map(theta).collect();
    let profiles: Vec<f64> = thetas.iter().map(|theta| profile(*theta)).collect();
    let best = profiles.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let raw: Vec<f64> = profiles.iter().map(|p| exp(p - best)).collect();
    let weighed = raw.iter().zip(&thetas).filter(|(weight, _)| weight.is_finite());
    let (sum, moment) = weighed
        .fold((0.0, 0.0), |(sum, moment), (weight, theta)| (sum + weight, moment + weight * theta));
    let k = shape(moment / sum);
    (k * n as f64 + 0.5 * PRIOR) / (n as f64 + PRIOR)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_of_known_tails_are_found() {
        // Quantiles of generalised Pareto distributions.
        for wanted in [-0.4, 0.1, 0.4, 0.8, 1.2] {
            let weight = |k: usize| {
                let u = (k as f64 + 0.5) / 20_000.0;
                ((1.0 - u).powf(-wanted) - 1.0) / wanted
            };
            let weights: Vec<f64> = (0..20_000).map(weight).collect();
            let found = shape(&weights).expect("there is a tail");
            assert!((found - wanted).abs() < 0.06, "{found} where {wanted} is right");
        }
    }

    #[test]
    fn equal_weights_and_few_have_no_tail() {
        assert_eq!(shape(&[0.001; 1000]), None);
        assert_eq!(shape(&[]), None);
        assert_eq!(shape(&[0.5, 0.25, 0.25]), None);
    }
}
