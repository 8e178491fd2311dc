//! Bernoulli.

use super::Distribution;
use super::kind::{Found, Kind, parameters};
use crate::math::{Cdf, InverseCdf, Sides};

parameters! {
    /// 1 with a probability, else 0.
    pub struct Bernoulli {
        /// Probability of 1.
        pub probability: f64,
    }
}

impl Distribution {
    /// 1 with a probability, else 0.
    pub fn bernoulli(probability: f64) -> Self {
        Bernoulli { probability }.into()
    }
}

impl Kind for Bernoulli {
    fn check(&self, found: &mut Found) {
        let p = self.probability;
        found.need("probability", p, (0.0..=1.0).contains(&p), "a number from 0 to 1");
    }

    fn mean(&self) -> f64 {
        self.probability
    }

    fn sd(&self) -> f64 {
        (self.probability * (1.0 - self.probability)).max(0.0).sqrt()
    }

    fn support(&self) -> (f64, f64) {
        (f64::from(self.probability >= 1.0), f64::from(self.probability > 0.0))
    }

    fn has_density(&self) -> bool {
        false
    }

    fn cdf(&self) -> Cdf {
        let p = self.probability;
        Box::new(move |x| {
            if x < 0.0 {
                Sides::LEAST
            } else if x < 1.0 {
                Sides { below: 1.0 - p, above: p, density: 0.0 }
            } else {
                Sides::MOST
            }
        })
    }

    fn inverse(&self) -> InverseCdf {
        let limits = [0.5 - self.probability].into();
        InverseCdf::Steps { limits, values: [0.0, 1.0].into() }
    }
}
