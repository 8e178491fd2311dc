//! Normal.

use super::Distribution;
use super::kind::{Found, Kind, parameters};
use crate::math::{Cdf, InverseCdf, Sides};

parameters! {
    /// Normal with a mean (0 unless said) and a standard deviation.
    pub struct Normal {
        /// Mean; 0 unless given.
        pub mean: f64 = 0.0,
        /// Standard deviation, at least 0.
        pub sd: f64,
    }
}

impl Distribution {
    /// Normal.
    pub fn normal(mean: f64, sd: f64) -> Self {
        Normal { mean, sd }.into()
    }
}

impl Kind for Normal {
    fn check(&self, found: &mut Found) {
        found.finite("mean", self.mean);
        found.at_least_0("sd", self.sd);
    }

    fn mean(&self) -> f64 {
        self.mean
    }

    fn sd(&self) -> f64 {
        self.sd
    }

    fn normal_within(&self) -> Option<(f64, f64)> {
        (self.sd > 0.0).then_some((self.mean, self.sd))
    }

    fn support(&self) -> (f64, f64) {
        if self.sd == 0.0 {
            return (self.mean, self.mean);
        }
        (f64::NEG_INFINITY, f64::INFINITY)
    }

    fn cdf(&self) -> Cdf {
        let Self { mean, sd } = *self;
        if sd == 0.0 {
            return Box::new(move |x| Sides::constant(x, mean));
        }
        Box::new(move |x| Sides::of_score((x - mean) / sd, 1.0 / sd))
    }

    fn inverse(&self) -> InverseCdf {
        InverseCdf::Normal { mean: self.mean, sd: self.sd }
    }
}
