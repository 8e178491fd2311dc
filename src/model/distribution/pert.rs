//! PERT.

use super::kind::{Found, Kind, parameters};
use super::{Beta, Distribution, Uniform};
use crate::math::{Cdf, InverseCdf};

parameters! {
    /// PERT: a beta distribution stated by its limits and its mode.
    pub struct Pert {
        /// Lower limit.
        pub min: f64,
        /// The most likely value.
        pub mode: f64,
        /// Upper limit.
        pub max: f64,
        /// Weight of the mode; 4 unless given.
        pub weight: f64 = 4.0,
    }
}

impl Distribution {
    /// PERT with the usual weight of the mode, 4.
    pub fn pert(min: f64, mode: f64, max: f64) -> Self {
        Pert { min, mode, max, weight: 4.0 }.into()
    }
}

impl Pert {
    /// The beta distribution that it is; none where the limits are equal.
    fn beta(&self) -> Option<Beta> {
        let Self { min, mode, max, weight } = *self;
        let alpha = 1.0 + weight * (mode - min) / (max - min);
        let beta = 1.0 + weight * (max - mode) / (max - min);
        (max > min).then_some(Beta { alpha, beta, min, max })
    }

    fn constant(&self) -> Uniform {
        Uniform { min: self.min, max: self.min }
    }
}

impl Kind for Pert {
    fn check(&self, found: &mut Found) {
        found.limits(self.min, self.mode, self.max);
        let possible = self.weight >= 0.0 && self.weight <= 1e4;
        found.need("weight", self.weight, possible, "a number from 0 to 1e4");
    }

    fn mean(&self) -> f64 {
        (self.min + self.weight * self.mode + self.max) / (self.weight + 2.0)
    }

    fn sd(&self) -> f64 {
        let mean = self.mean();
        ((mean - self.min) * (self.max - mean) / (self.weight + 3.0)).max(0.0).sqrt()
    }

    fn support(&self) -> (f64, f64) {
        (self.min, self.max)
    }

    fn has_density(&self) -> bool {
        self.max > self.min
    }

    fn cdf(&self) -> Cdf {
        self.beta().map_or_else(|| self.constant().cdf(), |beta| beta.cdf())
    }

    fn inverse(&self) -> InverseCdf {
        self.beta().map_or_else(|| self.constant().inverse(), |beta| beta.inverse())
    }
}

#[cfg(test)]
mod tests {
    use crate::model::Distribution;

    #[test]
    fn the_sd_is_that_of_the_beta_distribution() {
        let (alpha, beta): (f64, f64) = (2.5, 3.5);
        let sum = alpha + beta;
        let sd = 1.6 * (alpha * beta / (sum * sum * (sum + 1.0))).sqrt();
        assert!((Distribution::pert(2.0, 2.6, 3.6).sd() - sd).abs() < 1e-12);
    }
}
