//! From logarithms of weights to weights that add up to 1.

use crate::math::{exp, ln};

/// Weights that add up to 1, and the logarithm of the mean of the weights as they were: the density
/// of the outturns in the scenario. Equal weights and minus infinity where no path has any.
pub(in crate::simulate) fn weights(logs: &[f64]) -> (Vec<f64>, f64) {
    let most = logs.iter().copied().filter(|log| log.is_finite()).fold(f64::NEG_INFINITY, f64::max);
    if most == f64::NEG_INFINITY {
        return (vec![0.0; logs.len()], most);
    }
    let part = |log: &f64| if log.is_finite() { exp(log - most) } else { 0.0 };
    let mut weights: Vec<f64> = logs.iter().map(part).collect();
    let total: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= total);
    (weights, most + ln(total / logs.len() as f64))
}

#[cfg(test)]
mod tests {
    use super::weights;

    #[test]
    fn weights_add_up_to_one_whatever_their_size() {
        let (found, density) = weights(&[-1000.0, -1000.0 + 2f64.ln(), f64::NAN]);
        assert!((found[0] - 1.0 / 3.0).abs() < 1e-12 && (found[1] - 2.0 / 3.0).abs() < 1e-12);
        assert_eq!(found[2], 0.0);
        assert!((density + 1000.0).abs() < 1e-12); // (1 + 2 + 0) / 3
    }
}
