//! The space in which an observation is closest to linear in the normal scores.

use crate::math::{exp, ln};

/// A scale of an observation.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Transform {
    Plain,
    Log,
    /// Of a share between a lower and an upper limit.
    Logit(f64, f64),
}

impl Transform {
    #[inline(always)]
    pub(super) fn of(self, x: f64) -> f64 {
        match self {
            Self::Plain => x,
            Self::Log => ln(x),
            Self::Logit(lower, upper) => ln(x - lower) - ln(upper - x),
        }
    }

    /// Puts numbers on the scale.
    #[inline(always)]
    pub(super) fn apply(self, row: &mut [f64]) {
        match self {
            Self::Plain => {}
            Self::Log => row.iter_mut().for_each(|x| *x = ln(*x)),
            Self::Logit(lower, upper) => {
                row.iter_mut().for_each(|x| *x = ln(*x - lower) - ln(upper - *x));
            }
        }
    }

    /// The logarithm of its derivative.
    pub(super) fn ln_slope(self, x: f64) -> f64 {
        match self {
            Self::Plain => 0.0,
            Self::Log => -ln(x),
            Self::Logit(lower, upper) => ln(upper - lower) - ln(x - lower) - ln(upper - x),
        }
    }

    /// The standard deviation of a measurement error on the scale.
    pub(super) fn error(self, value: f64, sd: f64) -> f64 {
        sd * exp(self.ln_slope(value))
    }

    /// Those that the value of an indicator allows; `limits` are those of its process.
    pub(super) fn candidates(value: f64, limits: Option<(f64, f64)>) -> Vec<Self> {
        let mut all = vec![Self::Plain];
        if value > 0.0 {
            all.push(Self::Log);
        }
        let limits = limits.into_iter().chain([(0.0, 1.0), (0.0, 100.0)]);
        let inside = limits.filter(|(lower, upper)| *lower < value && value < *upper);
        all.extend(inside.map(|(lower, upper)| Self::Logit(lower, upper)));
        all
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slopes_are_those_of_small_steps() {
        for transform in [Transform::Plain, Transform::Log, Transform::Logit(1.0, 6.0)] {
            let (x, step) = (2.5, 1e-6);
            let slope = (transform.of(x + step) - transform.of(x - step)) / (2.0 * step);
            assert!((transform.ln_slope(x).exp() - slope).abs() < 1e-8, "{transform:?}");
        }
    }
}
