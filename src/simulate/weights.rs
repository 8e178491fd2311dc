//! From logarithms of weights to weights that add up to 1.

use crate::math::{exp, ln};

/// What paths weigh.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Weights {
    /// They add up to 1; all are 0 where no path has any.
    pub(crate) each: Vec<f64>,
    /// The logarithm of the mean of the weights as they were: the density of the outturns in the scenario.
    /// Minus infinity where no path has any.
    pub(crate) ln_mean: f64,
    /// Paths whose weight is not known, and counts as 0.
    pub(crate) unknown: u64,
}

impl Weights {
    /// Those of logarithms; one that is not a number is not known.
    pub(crate) fn of_logs(logs: &[f64]) -> Self {
        let unknown = logs.iter().filter(|log| log.is_nan()).count() as u64;
        let finite = logs.iter().copied().filter(|log| log.is_finite());
        let most = finite.fold(f64::NEG_INFINITY, f64::max);
        if most == f64::NEG_INFINITY {
            return Self { each: vec![0.0; logs.len()], ln_mean: most, unknown };
        }
        let part = |log: &f64| if log.is_finite() { exp(log - most) } else { 0.0 };
        let mut each: Vec<f64> = logs.iter().map(part).collect();
        let total: f64 = each.iter().sum();
        each.iter_mut().for_each(|weight| *weight /= total);
        Self { each, ln_mean: most + ln(total / logs.len() as f64), unknown }
    }
}

#[cfg(test)]
mod tests {
    use super::Weights;

    #[test]
    fn weights_add_up_to_one_whatever_their_size() {
        let found = Weights::of_logs(&[-1000.0, -1000.0 + 2f64.ln(), f64::NAN, f64::NEG_INFINITY]);
        assert!(
            (found.each[0] - 1.0 / 3.0).abs() < 1e-12 && (found.each[1] - 2.0 / 3.0).abs() < 1e-12
        );
        assert_eq!((found.each[2], found.each[3], found.unknown), (0.0, 0.0, 1));
        assert!((found.ln_mean + 1000.0 - (3.0f64 / 4.0).ln()).abs() < 1e-12);
    }
}
