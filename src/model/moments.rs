//! Support and standard deviation of distributions.

use super::Distribution;

impl Distribution {
    /// The smallest and the largest value that it can draw; infinite where there is none.
    ///
    /// ```
    /// use tinbergen::model::Distribution;
    /// assert_eq!(Distribution::uniform(2.3, 2.88).support(), (2.3, 2.88));
    /// assert_eq!(Distribution::normal(0.0, 1.0).support().1, f64::INFINITY);
    /// ```
    pub fn support(&self) -> (f64, f64) {
        match self {
            Self::Normal { mean, sd } | Self::StudentT { mean, sd, .. } if *sd == 0.0 => {
                (*mean, *mean)
            }
            Self::Normal { .. } | Self::StudentT { .. } | Self::TwoPieceNormal { .. } => {
                (f64::NEG_INFINITY, f64::INFINITY)
            }
            Self::Lognormal { mean, sd } if *sd == 0.0 => (*mean, *mean),
            Self::Lognormal { .. } | Self::Gamma { .. } => (0.0, f64::INFINITY),
            Self::Poisson { mean } => (0.0, if *mean == 0.0 { 0.0 } else { f64::INFINITY }),
            Self::Uniform { min, max }
            | Self::Triangular { min, max, .. }
            | Self::Pert { min, max, .. }
            | Self::Beta { min, max, .. } => (*min, *max),
            Self::Bernoulli { probability } => {
                (f64::from(*probability >= 1.0), f64::from(*probability > 0.0))
            }
            Self::Empirical { values, .. } => values
                .iter()
                .fold((f64::INFINITY, f64::NEG_INFINITY), |(lo, hi), v| (lo.min(*v), hi.max(*v))),
        }
    }

    /// Its standard deviation. For the two-piece normal, with `s1` and `s2` the scales below and
    /// above the mode, `sqrt((1 - 2/pi) (s2 - s1)^2 + s1 s2)` (John 1982, The three-parameter
    /// two-piece normal family); for the smoothed empirical distribution that of the data.
    ///
    /// ```
    /// use tinbergen::model::Distribution;
    /// assert_eq!(Distribution::uniform(0.0, 12.0).sd(), 12.0_f64.sqrt());
    /// ```
    pub fn sd(&self) -> f64 {
        let variance = match self {
            Self::Normal { sd, .. } | Self::StudentT { sd, .. } | Self::Lognormal { sd, .. } => {
                return *sd;
            }
            Self::TwoPieceNormal { uncertainty, skew, .. } => two_piece(*uncertainty, *skew),
            Self::Uniform { min, max } => (max - min) * (max - min) / 12.0,
            Self::Triangular { min, mode, max } => {
                (min * min + mode * mode + max * max - min * mode - min * max - mode * max) / 18.0
            }
            Self::Pert { min, max, weight, .. } => {
                let mean = self.mean();
                (mean - min) * (max - mean) / (weight + 3.0)
            }
            Self::Beta { alpha, beta, min, max } => {
                let sum = alpha + beta;
                (max - min) * (max - min) * alpha * beta / (sum * sum * (sum + 1.0))
            }
            Self::Gamma { shape, scale } => shape * scale * scale,
            Self::Poisson { mean } => *mean,
            Self::Bernoulli { probability } => probability * (1.0 - probability),
            Self::Empirical { values, .. } => {
                let mean = self.mean();
                values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>() / values.len() as f64
            }
        };
        variance.max(0.0).sqrt()
    }
}

/// Variance of the two-piece normal from the Bank of England's uncertainty `s` and skew. With `s1`
/// and `s2` the scales, `d = (s2 - s1)^2 = skew^2 pi / 2`; `1 / s1^2 + 1 / s2^2 = 2 / s^2` then
/// gives the product `p = s1 s2 = s^2 (1 + sqrt(1 + 2 d / s^2)) / 2`.
fn two_piece(uncertainty: f64, skew: f64) -> f64 {
    let square = uncertainty * uncertainty;
    let apart = skew * skew * std::f64::consts::FRAC_PI_2;
    let product = square * (1.0 + (1.0 + 2.0 * apart / square).sqrt()) / 2.0;
    (1.0 - std::f64::consts::FRAC_2_PI) * apart + product
}

#[cfg(test)]
mod tests {
    use crate::model::Distribution;

    /// A PERT is a scaled beta; the variance of data is that of drawing one of them.
    #[test]
    fn standard_deviations_are_those_of_the_densities() {
        let pert = Distribution::Pert { min: 2.0, mode: 2.6, max: 3.6, weight: 4.0 };
        let (alpha, beta): (f64, f64) = (2.5, 3.5);
        let sum = alpha + beta;
        let sd = 1.6 * (alpha * beta / (sum * sum * (sum + 1.0))).sqrt();
        assert!((pert.sd() - sd).abs() < 1e-12);
        let even = Distribution::TwoPieceNormal { mode: 1.0, uncertainty: 0.3, skew: 0.0 };
        assert!((even.sd() - 0.3).abs() < 1e-15);
        let values = vec![1.0, 2.0, 3.0, 4.0];
        let data = Distribution::Empirical { values, smooth: false };
        assert!((data.sd() - 1.25_f64.sqrt()).abs() < 1e-15);
        assert_eq!(data.support(), (1.0, 4.0));
    }

    /// The moments of a two-piece normal by midpoint sums over its two halves.
    #[test]
    fn the_sd_of_a_two_piece_normal_is_that_of_its_density() {
        let (s1, s2) = (0.8_f64, 1.5_f64);
        let uncertainty = (2.0 / (1.0 / (s1 * s1) + 1.0 / (s2 * s2))).sqrt();
        let skew = std::f64::consts::FRAC_2_PI.sqrt() * (s2 - s1);
        let skewed = Distribution::TwoPieceNormal { mode: 0.0, uncertainty, skew };
        let (mut mass, mut first, mut second) = (0.0, 0.0, 0.0);
        for k in 0..200_000 {
            let x = -12.0 + (f64::from(k) + 0.5) * 24.0 / 200_000.0;
            let s = if x < 0.0 { s1 } else { s2 };
            let density = (-x * x / (2.0 * s * s)).exp();
            (mass, first, second) = (mass + density, first + x * density, second + x * x * density);
        }
        let sd = (second / mass - (first / mass) * (first / mass)).sqrt();
        assert!((skewed.sd() - sd).abs() < 1e-6, "{} {sd}", skewed.sd());
    }
}
