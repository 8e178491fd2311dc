//! Uniform.

use super::Distribution;
use super::kind::{Found, Kind, parameters};
use crate::math::{Cdf, InverseCdf, Score, Sides, Tail, ln};

parameters! {
    /// Uniform between two limits.
    pub struct Uniform {
        /// Lower limit.
        pub min: f64,
        /// Upper limit.
        pub max: f64,
    }
}

impl Distribution {
    /// Uniform.
    pub fn uniform(min: f64, max: f64) -> Self {
        Uniform { min, max }.into()
    }
}

impl Kind for Uniform {
    fn check(&self, found: &mut Found) {
        let Self { min, max } = *self;
        found.need("max", max, max >= min, &format!("at least the min of {min}"));
    }

    fn mean(&self) -> f64 {
        f64::midpoint(self.min, self.max)
    }

    fn normal_within(&self) -> Option<(f64, f64)> {
        (self.max > self.min).then_some((self.mean(), f64::INFINITY))
    }

    fn sd(&self) -> f64 {
        let width = self.max - self.min;
        (width * width / 12.0).max(0.0).sqrt()
    }

    fn support(&self) -> (f64, f64) {
        (self.min, self.max)
    }

    fn has_density(&self) -> bool {
        self.max - self.min > 0.0
    }

    fn cdf(&self) -> Cdf {
        let Self { min, max } = *self;
        let width = max - min;
        Box::new(move |x| {
            if x < min {
                Sides::LEAST
            } else if x >= max {
                Sides::MOST
            } else {
                Sides { below: (x - min) / width, above: (max - x) / width, density: 1.0 / width }
            }
        })
    }

    fn inverse(&self) -> InverseCdf {
        let (min, width) = (self.min, self.max - self.min);
        let quantile = move |tail: Tail| {
            if tail.upper { (min + width) - width * tail.p } else { min + width * tail.p }
        };
        let score = move |x| Score::of_density((x - min) / width - 0.5, -ln(width));
        InverseCdf::scored_by(quantile, score)
    }
}
