//! Beta.

use super::Distribution;
use super::kind::{Found, Kind, parameters};
use crate::math::{
    Cdf, InverseCdf, Tabulated, Sides, Table, beta_factor, exp, expit, incomplete_beta, ln, ln_gamma,
    solve,
};

parameters! {
    /// Beta between two limits (0 and 1 unless given).
    pub struct Beta {
        /// First shape, more than 0.
        pub alpha: f64,
        /// Second shape, more than 0.
        pub beta: f64,
        /// Lower limit; 0 unless given.
        pub min: f64 = 0.0,
        /// Upper limit; 1 unless given.
        pub max: f64 = 1.0,
    }
}

impl Distribution {
    /// Beta from 0 to 1.
    pub fn beta(alpha: f64, beta: f64) -> Self {
        Beta { alpha, beta, min: 0.0, max: 1.0 }.into()
    }
}

impl Kind for Beta {
    fn check(&self, found: &mut Found) {
        found.shape("alpha", self.alpha);
        found.shape("beta", self.beta);
        let Self { min, max, .. } = *self;
        found.need("max", max, max > min, &format!("more than the min of {min}"));
    }

    fn mean(&self) -> f64 {
        let Self { alpha, beta, min, max } = self;
        min + (max - min) * alpha / (alpha + beta)
    }

    fn sd(&self) -> f64 {
        let Self { alpha, beta, min, max } = self;
        let sum = alpha + beta;
        let variance = (max - min) * (max - min) * alpha * beta / (sum * sum * (sum + 1.0));
        variance.max(0.0).sqrt()
    }

    fn support(&self) -> (f64, f64) {
        (self.min, self.max)
    }

    fn cdf(&self) -> Cdf {
        let Self { alpha, beta, min, max } = *self;
        let width = max - min;
        Box::new(move |x| {
            if x < min {
                return Sides::LEAST;
            } else if x >= max {
                return Sides::MOST;
            }
            let (part, rest) = ((x - min) / width, (max - x) / width);
            let (below, above) = incomplete_beta(alpha, beta, part, rest);
            let density = beta_factor(alpha, beta, part, rest) / (part * rest * width);
            Sides { below, above, density }
        })
    }

    fn inverse(&self) -> InverseCdf {
        let Self { alpha, beta, min, max } = *self;
        let table = Table::kept(format!("beta {alpha:?} {beta:?}"), || table(alpha, beta));
        InverseCdf::Scored { table, shape: Tabulated::Logit, shift: min, scale: max - min }
    }
}

/// The logit of the quantile of a beta distribution from 0 to 1, by score.
fn table(a: f64, b: f64) -> Table {
    let lead = ln_gamma(a + b) - ln_gamma(a) - ln_gamma(b);
    let distribution = move |y: f64| {
        let (x, rest) = (expit(y), expit(-y));
        let (below, above) = incomplete_beta(a, b, x, rest);
        Sides { below, above, density: exp(lead + a * ln(x) + b * ln(rest)) }
    };
    let middle = ln(a / b);
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
