//! Triangular.

use super::kind::{Found, Kind, parameters};
use super::{Distribution, Uniform};
use crate::math::{Cdf, InverseCdf, Sides};

parameters! {
    /// Triangular.
    pub struct Triangular {
        /// Lower limit.
        pub min: f64,
        /// The most likely value.
        pub mode: f64,
        /// Upper limit.
        pub max: f64,
    }
}

impl Distribution {
    /// Triangular between two limits with its mode.
    pub fn triangular(min: f64, mode: f64, max: f64) -> Self {
        Triangular { min, mode, max }.into()
    }
}

impl Kind for Triangular {
    fn check(&self, found: &mut Found) {
        found.limits(self.min, self.mode, self.max);
    }

    fn mean(&self) -> f64 {
        (self.min + self.mode + self.max) / 3.0
    }

    fn sd(&self) -> f64 {
        let Self { min, mode, max } = *self;
        let squares = min * min + mode * mode + max * max;
        ((squares - min * mode - min * max - mode * max) / 18.0).max(0.0).sqrt()
    }

    fn support(&self) -> (f64, f64) {
        (self.min, self.max)
    }

    fn has_density(&self) -> bool {
        self.max > self.min
    }

    fn knots(&self) -> Vec<f64> {
        vec![self.mode]
    }

    fn cdf(&self) -> Cdf {
        let Self { min, mode, max } = *self;
        let width = max - min;
        let (rise, fall) = (width * (mode - min), width * (max - mode));
        Box::new(move |x| {
            if x < min {
                Sides::LEAST
            } else if x >= max {
                Sides::MOST
            } else if x < mode {
                let below = (x - min) * (x - min) / rise;
                Sides { below, above: 1.0 - below, density: 2.0 * (x - min) / rise }
            } else {
                let above = (max - x) * (max - x) / fall;
                Sides { below: 1.0 - above, above, density: 2.0 * (max - x) / fall }
            }
        })
    }

    fn inverse(&self) -> InverseCdf {
        let Self { min, mode, max } = *self;
        if !(max > min) {
            return Uniform { min, max: min }.inverse(); // a constant
        }
        let width = max - min;
        let (rise, fall) = (width * (mode - min), width * (max - mode));
        let share = (mode - min) / width;
        InverseCdf::searched(move |tail| {
            if tail.below() <= share {
                min + (tail.below() * rise).sqrt()
            } else {
                max - (tail.above() * fall).sqrt()
            }
        })
    }
}
