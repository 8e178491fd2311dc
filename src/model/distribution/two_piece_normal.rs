//! Two-piece normal.

use super::Distribution;
use super::kind::{Found, Kind, parameters};
use crate::math::{
    Cdf, InverseCdf, Sides, Tail, exp, ln_normal_density, normal_quantile, normal_tail,
};

parameters! {
    /// Two-piece normal as the Bank of England states it: `skew` = mean - mode.
    pub struct TwoPieceNormal {
        /// The most likely value.
        pub mode: f64,
        /// The Bank's uncertainty parameter, more than 0: the standard deviation when `skew` is 0.
        pub uncertainty: f64,
        /// Mean minus mode; 0 unless given.
        pub skew: f64 = 0.0,
    }
}

impl Distribution {
    /// Two-piece normal by mode, uncertainty and skew.
    pub fn two_piece_normal(mode: f64, uncertainty: f64, skew: f64) -> Self {
        TwoPieceNormal { mode, uncertainty, skew }.into()
    }
}

impl Kind for TwoPieceNormal {
    fn check(&self, found: &mut Found) {
        found.finite("mode", self.mode);
        found.above_0("uncertainty", self.uncertainty);
        let possible = self.skew.abs() <= 100.0 * self.uncertainty;
        found.need("skew", self.skew, possible, "at most 100 times the uncertainty");
    }

    fn mean(&self) -> f64 {
        self.mode + self.skew
    }

    /// With `s1` and `s2` the scales, `sqrt((1 - 2/pi) (s2 - s1)^2 + s1 s2)` (John 1982, The
    /// three-parameter two-piece normal family). Here `d = (s2 - s1)^2 = skew^2 pi / 2`;
    /// `1 / s1^2 + 1 / s2^2 = 2 / s^2` then gives `s1 s2 = s^2 (1 + sqrt(1 + 2 d / s^2)) / 2`.
    fn sd(&self) -> f64 {
        let square = self.uncertainty * self.uncertainty;
        let apart = self.skew * self.skew * std::f64::consts::FRAC_PI_2;
        let product = square * (1.0 + (1.0 + 2.0 * apart / square).sqrt()) / 2.0;
        ((1.0 - std::f64::consts::FRAC_2_PI) * apart + product).max(0.0).sqrt()
    }

    fn support(&self) -> (f64, f64) {
        (f64::NEG_INFINITY, f64::INFINITY)
    }

    fn knots(&self) -> Vec<f64> {
        vec![self.mode]
    }

    fn cdf(&self) -> Cdf {
        let (mode, (below, above)) = (self.mode, sigmas(self.uncertainty, self.skew));
        let share = below / (below + above);
        Box::new(move |x| {
            let lower = x <= mode;
            let (sd, weight) = if lower { (below, share) } else { (above, 1.0 - share) };
            let t = (x - mode) / sd;
            let p = 2.0 * weight * normal_tail(t);
            let density = 2.0 * weight / sd * exp(ln_normal_density(t));
            if lower {
                Sides { below: p, above: 1.0 - p, density }
            } else {
                Sides { below: 1.0 - p, above: p, density }
            }
        })
    }

    fn inverse(&self) -> InverseCdf {
        let (mode, sigma) = (self.mode, sigmas(self.uncertainty, self.skew));
        let (share, cdf) = (sigma.0 / (sigma.0 + sigma.1), self.cdf());
        InverseCdf::scored_by(
            move |tail| quantile(tail, mode, sigma, share),
            move |x| cdf(x).score(),
        )
    }
}

/// Below the mode the lower half of a normal with `sigma.0`, above the upper half of one with
/// `sigma.1`, scaled to meet; `share` of the probability is below.
fn quantile(tail: Tail, mode: f64, sigma: (f64, f64), share: f64) -> f64 {
    if tail.below() <= share {
        let p = tail.below() / (2.0 * share);
        mode + sigma.0 * normal_quantile(p - 0.5)
    } else {
        let p = tail.above() / (2.0 * (1.0 - share));
        mode - sigma.1 * normal_quantile(p - 0.5)
    }
}

/// The standard deviations of the two pieces: with `g` the difference in means, `skew` =
/// `sqrt(2 / pi) (s2 - s1)` and `1 / s1^2 + 1 / s2^2 = 2 / uncertainty^2`
/// (Britton, Fisher and Whitley 1998, The Inflation Report projections).
fn sigmas(uncertainty: f64, skew: f64) -> (f64, f64) {
    if skew == 0.0 {
        return (uncertainty, uncertainty);
    }
    // With s = uncertainty, s1 = s / sqrt(1 - g), s2 = s / sqrt(1 + g): the mean of the two pieces
    // lies above the mode by sqrt(2 / pi) (s2 - s1). Solved for g by bisection, which is monotone.
    let wanted = skew / uncertainty * (std::f64::consts::PI / 2.0).sqrt();
    let shift = |g: f64| 1.0 / (1.0 + g).sqrt() - 1.0 / (1.0 - g).sqrt();
    let (mut low, mut high) = (-1.0, 1.0);
    for _ in 0..200 {
        let g = f64::midpoint(low, high);
        if shift(g) > wanted { low = g } else { high = g }
    }
    let g = f64::midpoint(low, high);
    (uncertainty / (1.0 - g).sqrt(), uncertainty / (1.0 + g).sqrt())
}

#[cfg(test)]
mod tests {
    use crate::model::Distribution;

    /// The moments of a two-piece normal by midpoint sums over its two halves.
    #[test]
    fn the_sd_of_a_two_piece_normal_is_that_of_its_density() {
        let (s1, s2) = (0.8_f64, 1.5_f64);
        let uncertainty = (2.0 / (1.0 / (s1 * s1) + 1.0 / (s2 * s2))).sqrt();
        let skew = std::f64::consts::FRAC_2_PI.sqrt() * (s2 - s1);
        let skewed = Distribution::two_piece_normal(0.0, uncertainty, skew);
        let (mut mass, mut first, mut second) = (0.0, 0.0, 0.0);
        for k in 0..200_000 {
            let x = -12.0 + (f64::from(k) + 0.5) * 24.0 / 200_000.0;
            let s = if x < 0.0 { s1 } else { s2 };
            let density = (-x * x / (2.0 * s * s)).exp();
            (mass, first, second) = (mass + density, first + x * density, second + x * x * density);
        }
        let sd = (second / mass - (first / mass) * (first / mass)).sqrt();
        assert!((skewed.sd() - sd).abs() < 1e-6, "{} {sd}", skewed.sd());
        let even = Distribution::two_piece_normal(1.0, 0.3, 0.0);
        assert!((even.sd() - 0.3).abs() < 1e-15);
    }
}
