//! Poisson.

use super::Distribution;
use super::kind::{Found, Kind, parameters};
use crate::math::{Cdf, InverseCdf, Sides, incomplete_gamma};

parameters! {
    /// Poisson.
    pub struct Poisson {
        /// Mean, at least 0.
        pub mean: f64,
    }
}

impl Distribution {
    /// Poisson.
    pub fn poisson(mean: f64) -> Self {
        Poisson { mean }.into()
    }
}

impl Kind for Poisson {
    fn check(&self, found: &mut Found) {
        found.need("mean", self.mean, (0.0..=1e6).contains(&self.mean), "a number from 0 to 1e6");
    }

    fn mean(&self) -> f64 {
        self.mean
    }

    fn sd(&self) -> f64 {
        self.mean.max(0.0).sqrt()
    }

    fn support(&self) -> (f64, f64) {
        (0.0, if self.mean == 0.0 { 0.0 } else { f64::INFINITY })
    }

    fn has_density(&self) -> bool {
        false
    }

    fn knots(&self) -> Vec<f64> {
        self.steps().into_iter().map(|(k, ..)| k).collect()
    }

    fn cdf(&self) -> Cdf {
        let mean = self.mean;
        Box::new(move |x| {
            if x < 0.0 {
                return Sides::LEAST;
            }
            let (above, below) = incomplete_gamma(x.floor() + 1.0, mean);
            Sides { below, above, density: 0.0 }
        })
    }

    fn inverse(&self) -> InverseCdf {
        InverseCdf::steps(self.steps())
    }
}

impl Poisson {
    /// The counts that can be drawn, with the probability of at most each and of more.
    fn steps(&self) -> Vec<(f64, f64, f64)> {
        let mean = self.mean;
        let mut steps = Vec::new();
        let mut k = (mean - 9.0 * mean.sqrt() - 10.0).floor().max(0.0);
        loop {
            let (more, at_most) = incomplete_gamma(k + 1.0, mean);
            steps.push((k, at_most, more));
            // Also where the mean is none.
            if !(more >= 2e-17) {
                return steps;
            }
            k += 1.0;
        }
    }
}
