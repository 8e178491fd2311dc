//! Weibull.

use super::Distribution;
use super::kind::{Found, Kind, parameters};
use crate::math::{Cdf, InverseCdf, Sides, exp, exp_m1, ln_gamma, pow};

parameters! {
    /// Weibull by shape and scale: `P(X > x) = exp(-(x / scale)^shape)`. For durations: the risk of
    /// an end falls with time where the shape is below 1, is constant at 1 (the exponential
    /// distribution), and grows above.
    pub struct Weibull {
        /// Tabulated, from 0.05 to 1e5.
        pub shape: f64,
        /// Scale, more than 0: 63.2 % of what is drawn lies below it.
        pub scale: f64,
    }
}

impl Distribution {
    /// Weibull by shape and scale.
    pub fn weibull(shape: f64, scale: f64) -> Self {
        Weibull { shape, scale }.into()
    }
}

impl Kind for Weibull {
    fn check(&self, found: &mut Found) {
        found.shape("shape", self.shape);
        found.above_0("scale", self.scale);
    }

    /// `scale Gamma(1 + 1 / shape)`.
    fn mean(&self) -> f64 {
        self.scale * exp(ln_gamma(1.0 + 1.0 / self.shape))
    }

    /// `mean sqrt(e^d - 1)` with `d = ln Gamma(1 + 2 / shape) - 2 ln Gamma(1 + 1 / shape)`.
    fn sd(&self) -> f64 {
        self.mean() * exp_m1(log_ratio(1.0 / self.shape)).sqrt()
    }

    fn support(&self) -> (f64, f64) {
        (0.0, f64::INFINITY)
    }

    fn cdf(&self) -> Cdf {
        let Self { shape, scale } = *self;
        Box::new(move |x| {
            if !(x > 0.0) {
                return Sides::LEAST;
            }
            let y = pow(x / scale, shape);
            let above = exp(-y);
            let density = if above > 0.0 { shape / x * y * above } else { 0.0 };
            Sides { below: -exp_m1(-y), above, density }
        })
    }

    fn inverse(&self) -> InverseCdf {
        let Self { shape, scale } = *self;
        InverseCdf::closed(move |tail| scale * pow(-tail.ln_above(), 1.0 / shape), self.cdf())
    }
}

/// `ln Gamma(1 + 2 t) - 2 ln Gamma(1 + t)`; for small `t` by the difference of their Taylor series,
/// `sum (-1)^n zeta(n) (2^n - 2) / n t^n` from `n = 2` on.
fn log_ratio(t: f64) -> f64 {
    const SERIES: [f64; 8] = [
        1.6449340668482264,
        -2.4041138063191885,
        3.7881313179889835,
        -6.22156653086022,
        10.512544973839308,
        -18.150286992874612,
        31.87945605928473,
        -56.780475593477995,
    ];
    if t > 0.01 {
        return ln_gamma(1.0 + 2.0 * t) - 2.0 * ln_gamma(1.0 + t);
    }
    t * t * SERIES.iter().rev().fold(0.0, |sum, coefficient| sum * t + coefficient)
}
