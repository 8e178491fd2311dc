//! Gamma.

use super::Distribution;
use super::kind::{Found, Kind, parameters};
use crate::math::{
    Cdf, InverseCdf, Tabulated, Sides, Table, exp, gamma_factor, incomplete_gamma, ln, ln_gamma, solve,
};

parameters! {
    /// Gamma by shape and scale: mean = shape x scale.
    pub struct Gamma {
        /// Tabulated, more than 0.
        pub shape: f64,
        /// Scale, more than 0.
        pub scale: f64,
    }
}

impl Distribution {
    /// Gamma by shape and scale.
    pub fn gamma(shape: f64, scale: f64) -> Self {
        Gamma { shape, scale }.into()
    }
}

impl Kind for Gamma {
    fn check(&self, found: &mut Found) {
        found.shape("shape", self.shape);
        found.above_0("scale", self.scale);
    }

    fn mean(&self) -> f64 {
        self.shape * self.scale
    }

    fn sd(&self) -> f64 {
        (self.shape * self.scale * self.scale).max(0.0).sqrt()
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn cdf(&self) -> Cdf {
        let Self { shape, scale } = *self;
        Box::new(move |x| {
            let y = x / scale;
            if !(y > 0.0) {
                return Sides::LEAST;
            }
            let (below, above) = incomplete_gamma(shape, y);
            Sides { below, above, density: gamma_factor(shape, y) / x }
        })
    }

    fn inverse(&self) -> InverseCdf {
        let shape = self.shape;
        let table = Table::kept(format!("gamma {shape:?}"), || table(shape));
        InverseCdf::Scored { table, shape: Tabulated::Log, shift: 0.0, scale: self.scale }
    }
}

/// The logarithm of the quantile of a gamma distribution of scale 1, by score.
fn table(shape: f64) -> Table {
    let lead = ln_gamma(shape);
    let distribution = move |y: f64| {
        let x = exp(y);
        let (below, above) = incomplete_gamma(shape, x);
        if below == 0.0 || x == 0.0 {
            // Far below: x^a / Gamma(a + 1).
            let below = exp(shape * y - lead - ln(shape));
            return Sides { below, above: 1.0, density: below * shape };
        }
        Sides { below, above, density: exp(shape * y - x - lead) }
    };
    let middle = ln(shape.max(0.1));
    let mut start = middle;
    let mut was_below = true;
    Table::new(|z: f64| {
        if was_below && z > 0.0 {
            start = middle;
            was_below = false;
        }
        start = solve(&distribution, z, start);
        start
    })
}
