//! Probabilities of stretches of a standard normal score, in logarithms, so that none is lost in the
//! tails.

use crate::math::{Tail, exp, ln, ln_1p, normal_cdf, normal_quantile_of};
use crate::sample::ln_normal_density;

/// The logarithm of a sum of numbers given by theirs.
pub(super) fn ln_sum(parts: &[f64]) -> f64 {
    let most = parts.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    if most == f64::NEG_INFINITY {
        return if parts.iter().any(|part| part.is_nan()) { f64::NAN } else { most };
    }
    most + ln(parts.iter().map(|part| exp(part - most)).sum())
}

/// A stretch of scores.
#[derive(Debug, Clone, Copy)]
pub(super) struct Interval {
    pub(super) from: f64,
    pub(super) to: f64,
}

impl Interval {
    /// The logarithm of its probability.
    pub(super) fn ln_mass(self) -> f64 {
        let Self { from, to } = self;
        if from.is_nan() || to.is_nan() || from >= to {
            return f64::NEG_INFINITY;
        }
        if from < 0.0 && to > 0.0 {
            return ln_1p(-(normal_cdf(from).p + normal_cdf(to).p));
        }
        let (near, far) = (from.abs().min(to.abs()), from.abs().max(to.abs()));
        let ln_near = ln_beyond(near);
        ln_near + ln_1p(-exp(ln_beyond(far) - ln_near))
    }

    /// The score that leaves a share of its probability below.
    pub(super) fn at(self, share: f64) -> f64 {
        let Self { from, to } = self;
        // Measured from the side on which the stretch lies, so that nothing is lost.
        let flip = from + to > 0.0;
        let (low, high, share) = if flip { (-to, -from, 1.0 - share) } else { (from, to, share) };
        let below = |z: f64| if z == f64::NEG_INFINITY { 0.0 } else { normal_cdf(z).below() };
        let p = below(low) + share * (below(high) - below(low));
        let tail =
            if p > 0.5 { Tail { p: 1.0 - p, upper: true } } else { Tail { p, upper: false } };
        let z = if p > 1e-300 { normal_quantile_of(tail) } else { high };
        let z = z.clamp(low, high);
        if flip { -z } else { z }
    }
}

/// The logarithm of the probability beyond a score on the far side from 0.
fn ln_beyond(z: f64) -> f64 {
    if z < 30.0 {
        return ln(normal_cdf(z).p);
    }
    // Laplace's asymptotic series.
    let z2 = z * z;
    ln_normal_density(z) - ln(z) + ln_1p(-(1.0 - (3.0 - 15.0 / z2) / z2) / z2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masses_add_up_on_both_sides_and_far_out() {
        for (from, to) in [(-1.0, 2.0), (0.5, 1.5), (-3.0, -2.0), (6.0, 9.0), (-40.0, -39.0)] {
            let middle = f64::midpoint(from, to);
            let halves = [Interval { from, to: middle }, Interval { from: middle, to }];
            let ln_halves: Vec<f64> = halves.iter().map(|half| half.ln_mass()).collect();
            let whole = Interval { from, to }.ln_mass();
            assert!((ln_sum(&ln_halves) - whole).abs() < 1e-10, "{from} {to}");
        }
        assert!((ln_beyond(29.999_999) - ln_beyond(30.000_001) - 6e-5).abs() < 1e-6);
        // By twenty terms of the series.
        assert!((ln_beyond(35.0) + 616.975_101_261_922_5).abs() < 1e-9);
    }

    #[test]
    fn shares_of_a_stretch_are_found_again() {
        for (from, to) in [(-1.0, 2.0), (0.5, f64::INFINITY), (f64::NEG_INFINITY, -2.0), (3.0, 3.5)]
        {
            for share in [0.01, 0.4, 0.99] {
                let at = Interval { from, to }.at(share);
                let part = Interval { from, to: at }.ln_mass() - Interval { from, to }.ln_mass();
                assert!((part.exp() - share).abs() < 1e-9, "{from} {to} {share}: {at}");
            }
        }
    }
}
