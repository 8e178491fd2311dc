//! Where a value stands in its distribution: the probability on either side, the density, the
//! normal score.

use super::normal::normal_quantile_of;
use super::{Tail, exp, ln, normal_cdf, normal_quantile};

/// The probabilities of at most a value and of more than it, each to its own accuracy so that
/// nothing is lost in either tail, and the density at the value (0 where there is none).
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Sides {
    pub(crate) below: f64,
    pub(crate) above: f64,
    pub(crate) density: f64,
}

/// A distribution function that has been made ready.
pub(crate) type Cdf = Box<dyn Fn(f64) -> Sides + Send + Sync>;

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

impl Score {
    /// The score at a centred uniform, given the logarithm of the density there; none where nothing
    /// can be drawn.
    pub(crate) fn of_density(v: f64, ln_density: f64) -> Option<Self> {
        let z = normal_quantile(v);
        (0.5 - v.abs() >= LEAST_DRAWN)
            .then(|| Self { z, ln_slope: ln_density - ln_normal_density(z) })
    }
}

impl Sides {
    /// All of the probability lies above.
    pub(crate) const LEAST: Self = Self { below: 0.0, above: 1.0, density: 0.0 };
    /// All of the probability lies at the value or below.
    pub(crate) const MOST: Self = Self { below: 1.0, above: 0.0, density: 0.0 };

    /// Of what is always `at`.
    pub(crate) fn constant(x: f64, at: f64) -> Self {
        if x < at { Self::LEAST } else { Self::MOST }
    }

    /// Of what has the normal score `z` here, a score that grows with a slope.
    pub(crate) fn of_score(z: f64, slope: f64) -> Self {
        let tail = normal_cdf(z);
        Self {
            below: tail.below(),
            above: tail.above(),
            density: exp(ln_normal_density(z)) * slope,
        }
    }

    /// The smaller side.
    pub(crate) fn tail(&self) -> Tail {
        let upper = self.above < self.below;
        Tail { p: if upper { self.above } else { self.below }, upper }
    }

    /// The normal score; none where there is no density or nothing can be drawn.
    pub(crate) fn score(&self) -> Option<Score> {
        let tail = self.tail();
        if !(self.density > 0.0 && tail.p >= LEAST_DRAWN) {
            return None;
        }
        let z = normal_quantile_of(tail);
        Some(Score { z, ln_slope: ln(self.density) - ln_normal_density(z) })
    }
}

/// No uniform lies nearer to 0 or 1: half of 2^-53.
pub(crate) const LEAST_DRAWN: f64 = 5.551_115_123_125_783e-17;
