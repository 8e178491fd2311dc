//! From a value back to its normal score: what an observed draw says of its luck.

use super::marginal::{Inverse, Marginal};
use crate::math::{ln, normal_cdf, normal_quantile};

/// A value's standard normal score and the derivative of the score with respect to the value: the
/// density of the value is `phi(score) x slope`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Score {
    /// The score.
    pub z: f64,
    /// The logarithm of `dz / dx`.
    pub ln_slope: f64,
}

/// `ln sqrt(2 pi)`.
const LN_ROOT_TWO_PI: f64 = 0.918_938_533_204_672_7;

/// The logarithm of the standard normal density.
pub(crate) fn ln_normal_density(z: f64) -> f64 {
    -0.5 * z * z - LN_ROOT_TWO_PI
}

impl Marginal {
    /// Has it a density, so that a draw can be told from its value?
    pub fn has_density(&self) -> bool {
        match &self.inverse {
            Inverse::Steps { .. } | Inverse::Places { .. } => false,
            Inverse::Uniform { width, .. } => *width > 0.0,
            Inverse::Smooth { values } => values.windows(2).all(|pair| pair[1] > pair[0]),
            _ => true,
        }
    }

    /// The score of a value; none where its density is 0.
    ///
    /// ```
    /// use tinbergen::{model::Distribution, sample::Marginal};
    /// let shock = Marginal::new(&Distribution::StudentT { mean: 0.0, sd: 1.0, df: 5.0 });
    /// let score = shock.score(0.7).expect("inside");
    /// let mut back = [score.z];
    /// shock.from_scores(&mut back);
    /// assert!((back[0] - 0.7).abs() < 1e-12);
    /// ```
    pub fn score(&self, x: f64) -> Option<Score> {
        let score = match &self.inverse {
            Inverse::Normal { mean, sd } => Score { z: (x - mean) / sd, ln_slope: -ln(*sd) },
            Inverse::Lognormal { mean, sd } if x > 0.0 => {
                Score { z: (ln(x) - mean) / sd, ln_slope: -ln(*sd * x) }
            }
            Inverse::TwoPiece { mode, sigma, share } => two_piece(x, *mode, *sigma, *share),
            Inverse::Uniform { min, width } if x > *min && x < min + width => {
                let v = (x - min) / width - 0.5;
                of_density(v, -ln(*width))
            }
            Inverse::Lognormal { .. }
            | Inverse::Uniform { .. }
            | Inverse::Steps { .. }
            | Inverse::Places { .. } => return None,
            _ => return self.inverted(x),
        };
        (score.z.is_finite() && score.ln_slope.is_finite()).then_some(score)
    }

    fn at(&self, z: f64) -> f64 {
        let mut row = [z];
        self.from_scores(&mut row);
        row[0]
    }

    /// The score by bisection and the secant, as far out as anything can be drawn.
    fn inverted(&self, x: f64) -> Option<Score> {
        const REACH: f64 = 8.25;
        let (mut low, mut high) = (-REACH, REACH);
        let (mut below, mut above) = (self.at(low) - x, self.at(high) - x);
        if !(below < 0.0 && above > 0.0) {
            return None;
        }
        // The rule of false position with halving (the Illinois algorithm).
        let mut side = 0;
        for _ in 0..200 {
            let z = (low * above - high * below) / (above - below);
            let z = if z > low && z < high { z } else { f64::midpoint(low, high) };
            let value = self.at(z) - x;
            if value == 0.0 || high - low < 1e-14 {
                (low, high) = (z, z);
                break;
            }
            if value < 0.0 {
                (low, below) = (z, value);
                above = if side == -1 { above / 2.0 } else { above };
                side = -1;
            } else {
                (high, above) = (z, value);
                below = if side == 1 { below / 2.0 } else { below };
                side = 1;
            }
        }
        let z = f64::midpoint(low, high);
        let step = 1e-4;
        let slope = (self.at(z + step) - self.at(z - step)) / (2.0 * step);
        (slope > 0.0).then(|| Score { z, ln_slope: -ln(slope) })
    }
}

/// The score at a centred uniform, given the logarithm of the density there.
fn of_density(v: f64, ln_density: f64) -> Score {
    let z = normal_quantile(v);
    Score { z, ln_slope: ln_density - ln_normal_density(z) }
}

fn two_piece(x: f64, mode: f64, sigma: (f64, f64), share: f64) -> Score {
    let (sd, weight) = if x <= mode { (sigma.0, share) } else { (sigma.1, 1.0 - share) };
    let t = (x - mode) / sd;
    // Twice the weight times the smaller side of a normal.
    let p = 2.0 * weight * normal_cdf(-t.abs()).p;
    let v = if x <= mode { p - 0.5 } else { 0.5 - p };
    of_density(v, ln(2.0 * weight / sd) + ln_normal_density(t))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Distribution;

    fn all() -> Vec<Distribution> {
        vec![
            Distribution::Normal { mean: 1.0, sd: 2.0 },
            Distribution::Lognormal { mean: 1.0, sd: 0.4 },
            Distribution::StudentT { mean: 0.0, sd: 0.02, df: 4.0 },
            Distribution::TwoPieceNormal { mode: 0.1, uncertainty: 0.5, skew: -0.2 },
            Distribution::Uniform { min: 2.0, max: 3.0 },
            Distribution::Triangular { min: 0.0, mode: 0.2, max: 1.0 },
            Distribution::Pert { min: 0.1, mode: 0.3, max: 0.5, weight: 4.0 },
            Distribution::Gamma { shape: 2.0, scale: 3.0 },
        ]
    }

    #[test]
    fn scores_invert_the_draw() {
        for distribution in all() {
            let marginal = Marginal::new(&distribution);
            for z in [-3.0, -1.2, -0.3, 0.0, 0.4, 1.0, 2.7] {
                let score = marginal.score(marginal.at(z)).expect("inside");
                assert!((score.z - z).abs() < 1e-9, "{distribution:?} {z} {}", score.z);
            }
        }
    }

    #[test]
    fn densities_integrate_to_one() {
        for distribution in all() {
            let marginal = Marginal::new(&distribution);
            let (low, high) = (marginal.at(-7.5), marginal.at(7.5));
            let steps = 200_000;
            let width = (high - low) / f64::from(steps);
            let density = |k: i32| {
                let score = marginal.score(low + (f64::from(k) + 0.5) * width);
                score.map_or(0.0, |s| crate::math::exp(ln_normal_density(s.z) + s.ln_slope))
            };
            let sum: f64 = (0..steps).map(density).sum::<f64>() * width;
            assert!((sum - 1.0).abs() < 2e-4, "{distribution:?} {sum}");
        }
    }

    #[test]
    fn nothing_is_drawn_outside_the_limits() {
        let uniform = Marginal::new(&Distribution::Uniform { min: 2.0, max: 3.0 });
        assert_eq!(uniform.score(3.5), None);
        let pert =
            Marginal::new(&Distribution::Pert { min: 0.0, mode: 0.5, max: 1.0, weight: 4.0 });
        assert_eq!(pert.score(1.5), None);
        assert!(!Marginal::new(&Distribution::Bernoulli { probability: 0.5 }).has_density());
    }
}
