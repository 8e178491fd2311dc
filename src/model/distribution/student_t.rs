//! Student's t.

use super::Distribution;
use super::kind::{Found, Kind, parameters};
use crate::math::{Cdf, InverseCdf, Tabulated, Sides, Table, exp, incomplete_beta, ln_1p, ln_gamma, solve};

parameters! {
    /// Student's t, shifted and scaled so that `sd` is its standard deviation; `df` > 2.
    pub struct StudentT {
        /// Mean; 0 unless given.
        pub mean: f64 = 0.0,
        /// Standard deviation of what is drawn.
        pub sd: f64,
        /// Degrees of freedom, more than 2.
        pub df: f64,
    }
}

impl Distribution {
    /// Student's t by mean, standard deviation of what is drawn, and degrees of freedom.
    pub fn student_t(mean: f64, sd: f64, df: f64) -> Self {
        StudentT { mean, sd, df }.into()
    }
}

impl StudentT {
    /// What an unscaled t is multiplied by.
    fn scale(&self) -> f64 {
        self.sd * ((self.df - 2.0) / self.df).sqrt()
    }
}

impl Kind for StudentT {
    fn check(&self, found: &mut Found) {
        found.finite("mean", self.mean);
        found.at_least_0("sd", self.sd);
        let enough = self.df > 2.0 && self.df <= 1e6;
        found.need("df", self.df, enough, "a number above 2 (else there is no sd) and up to 1e6");
    }

    fn mean(&self) -> f64 {
        self.mean
    }

    fn sd(&self) -> f64 {
        self.sd
    }

    fn support(&self) -> (f64, f64) {
        if self.sd == 0.0 {
            return (self.mean, self.mean);
        }
        (f64::NEG_INFINITY, f64::INFINITY)
    }

    fn cdf(&self) -> Cdf {
        let (mean, scale, lower) = (self.mean, self.scale(), lower_half(self.df));
        if scale == 0.0 {
            return Box::new(move |x| Sides::constant(x, mean));
        }
        Box::new(move |x| {
            let t = (x - mean) / scale;
            let Sides { below, above, density } = lower(t);
            let (below, above) = if t > 0.0 { (above, below) } else { (below, above) };
            Sides { below, above, density: density / scale }
        })
    }

    fn inverse(&self) -> InverseCdf {
        let df = self.df;
        let table = Table::kept(format!("student_t {df:?}"), || table(df));
        InverseCdf::Scored { table, shape: Tabulated::Plain, shift: self.mean, scale: self.scale() }
    }
}

/// The distribution function (unscaled) at `-|t|`.
fn lower_half(df: f64) -> impl Fn(f64) -> Sides {
    let half = df / 2.0;
    let norm =
        exp(ln_gamma(half + 0.5) - ln_gamma(half)) / (df * std::f64::consts::PI).sqrt();
    move |t: f64| {
        let square = t * t;
        let (x, y) = (df / (df + square), square / (df + square));
        let (p, _) = incomplete_beta(half, 0.5, x, y);
        let density = norm * exp(-(half + 0.5) * ln_1p(square / df));
        Sides { below: p / 2.0, above: 1.0 - p / 2.0, density }
    }
}

/// The quantile (unscaled) by score: odd, so only the lower half is solved for.
fn table(df: f64) -> Table {
    let distribution = lower_half(df);
    let (mut start, mut start_score) = (0.0, 0.0);
    Table::new(|z: f64| {
        let lower = -z.abs();
        // In units that grow with the quantile the steps of Newton's method stay small.
        let spread = |y: f64| if y.abs() < 1.0 { y } else { y.signum() * exp(y.abs() - 1.0) };
        let rate = |y: f64| if y.abs() < 1.0 { 1.0 } else { exp(y.abs() - 1.0) };
        let scaled = |y: f64| {
            let sides = distribution(spread(y));
            Sides { density: sides.density * rate(y), ..sides }
        };
        if lower > start_score + 1.0 {
            start = 0.0;
        }
        start_score = lower;
        let y = solve(&scaled, lower, start);
        start = y;
        if z > 0.0 { -spread(y) } else { spread(y) }
    })
}
