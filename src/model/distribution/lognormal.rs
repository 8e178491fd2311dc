//! Log-normal.

use super::Distribution;
use super::kind::{Found, Kind, parameters};
use crate::math::{Cdf, InverseCdf, Sides, ln, ln_1p};

parameters! {
    /// Log-normal by the mean and standard deviation of what is drawn.
    pub struct Lognormal {
        /// Mean of what is drawn, more than 0.
        pub mean: f64,
        /// Standard deviation of what is drawn.
        pub sd: f64,
    }
}

impl Distribution {
    /// Log-normal by mean and standard deviation of what is drawn, not of its logarithm.
    pub fn lognormal(mean: f64, sd: f64) -> Self {
        Lognormal { mean, sd }.into()
    }
}

impl Lognormal {
    /// Mean and standard deviation of the logarithm.
    fn of_logarithm(&self) -> (f64, f64) {
        let Self { mean, sd } = *self;
        let variance = ln_1p((sd / mean) * (sd / mean));
        (ln(mean) - variance / 2.0, variance.sqrt())
    }
}

impl Kind for Lognormal {
    fn check(&self, found: &mut Found) {
        found.above_0("mean", self.mean);
        found.at_least_0("sd", self.sd);
    }

    fn mean(&self) -> f64 {
        self.mean
    }

    fn sd(&self) -> f64 {
        self.sd
    }

    fn support(&self) -> (f64, f64) {
        if self.sd == 0.0 { (self.mean, self.mean) } else { (0.0, f64::INFINITY) }
    }

    fn cdf(&self) -> Cdf {
        let (at, (mean, sd)) = (self.mean, self.of_logarithm());
        if sd == 0.0 {
            return Box::new(move |x| Sides::constant(x, at));
        }
        Box::new(move |x| {
            if !(x > 0.0) {
                return Sides::LEAST;
            }
            Sides::of_score((ln(x) - mean) / sd, 1.0 / (sd * x))
        })
    }

    fn inverse(&self) -> InverseCdf {
        let (mean, sd) = self.of_logarithm();
        InverseCdf::Lognormal { mean, sd }
    }
}
