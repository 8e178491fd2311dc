//! Distributions made ready for drawing by inversion.

use std::sync::Arc;

use super::place::place;
use super::table::{Table, normal_cdf, solve};
use crate::math::{
    Tail, exp, expit, incomplete_beta, incomplete_gamma, ln, ln_1p, normal_quantile,
    normal_quantiles,
};
use crate::model::Distribution;

/// A distribution ready for drawing: the inverse of its distribution function, exact in closed form
/// or tabulated. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Marginal {
    mean: f64,
    pub(super) inverse: Inverse,
}

/// The inverse of a distribution function.
#[derive(Debug, Clone)]
pub(super) enum Inverse {
    Normal {
        mean: f64,
        sd: f64,
    },
    /// The lower piece has `sigma.0`, the upper `sigma.1`; `share` of the probability is below.
    TwoPiece {
        mode: f64,
        sigma: (f64, f64),
        share: f64,
    },
    /// `exp` of a normal.
    Lognormal {
        mean: f64,
        sd: f64,
    },
    Uniform {
        min: f64,
        width: f64,
    },
    Triangular {
        min: f64,
        max: f64,
        rise: f64,
        fall: f64,
        share: f64,
    },
    /// `shift + scale x t(z)`.
    Scored {
        table: Table,
        shape: Shape,
        shift: f64,
        scale: f64,
    },
    /// The k-th value up to the k-th centred uniform.
    Steps {
        limits: Arc<[f64]>,
        values: Arc<[f64]>,
    },
    /// Equally likely values, each in its place: the first has the lowest uniforms.
    Places {
        values: Arc<[f64]>,
    },
    /// Linear between equally likely values.
    Smooth {
        values: Arc<[f64]>,
    },
}

/// What a table holds.
#[derive(Debug, Clone, Copy)]
pub(super) enum Shape {
    Plain,
    Log,
    Logit,
}

impl Marginal {
    /// Makes a distribution ready. It must have passed [`Distribution::check`]; one that has not
    /// draws not-a-number or nonsense, but never panics.
    pub fn new(distribution: &Distribution) -> Self {
        Self { mean: distribution.mean(), inverse: inverse(distribution) }
    }

    /// Makes equally likely values ready that keep their places: random numbers of one stream draw
    /// the same place from all lists of one length.
    pub fn of_places(values: &[f64]) -> Self {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let values = if values.is_empty() { &[f64::NAN] } else { values };
        Self { mean, inverse: Inverse::Places { values: values.into() } }
    }

    /// The equally likely values in their places, where it has such.
    #[inline(always)]
    pub(crate) fn places(&self) -> Option<&[f64]> {
        match &self.inverse {
            Inverse::Places { values } => Some(values),
            _ => None,
        }
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The quantiles in place of centred uniforms `v = u - 1/2`, without loss in either tail.
    #[inline(always)]
    pub fn from_centred(&self, row: &mut [f64]) {
        if self.takes_scores() {
            normal_quantiles(row);
            self.from_scores(row);
        } else {
            for value in row {
                *value = self.at_tail(Tail::of_centred(*value));
            }
        }
    }

    /// The quantiles in place of standard normal scores.
    #[inline(always)]
    pub fn from_scores(&self, row: &mut [f64]) {
        match &self.inverse {
            Inverse::Normal { mean, sd } => {
                let (mean, sd) = (*mean, *sd);
                for z in row {
                    *z = mean + sd * *z;
                }
            }
            Inverse::Lognormal { mean, sd } => {
                let (mean, sd) = (*mean, *sd);
                for z in row {
                    *z = exp(mean + sd * *z);
                }
            }
            Inverse::Scored { .. } => {
                for z in row {
                    *z = self.at_score(*z);
                }
            }
            _ => {
                for z in row {
                    *z = self.at_tail(normal_cdf(*z));
                }
            }
        }
    }

    /// Is its inverse a function of the normal score?
    #[inline(always)]
    fn takes_scores(&self) -> bool {
        let inverse = &self.inverse;
        matches!(
            inverse,
            Inverse::Normal { .. } | Inverse::Lognormal { .. } | Inverse::Scored { .. }
        )
    }

    /// The quantile at one centred uniform.
    ///
    /// ```
    /// use tinbergen::{model::Distribution, sample::Marginal};
    /// let pert = Distribution::Pert { min: 0.0, mode: 0.5, max: 1.0, weight: 4.0 };
    /// assert!((Marginal::new(&pert).quantile(0.0) - 0.5).abs() < 1e-12);
    /// ```
    pub fn quantile(&self, v: f64) -> f64 {
        let mut row = [v];
        self.from_centred(&mut row);
        row[0]
    }

    #[inline(always)]
    fn at_score(&self, z: f64) -> f64 {
        let Inverse::Scored { table, shape, shift, scale } = &self.inverse else { return f64::NAN };
        let value = table.at(z);
        shift
            + scale
                * match shape {
                    Shape::Plain => value,
                    Shape::Log => exp(value),
                    Shape::Logit => expit(value),
                }
    }

    fn at_tail(&self, tail: Tail) -> f64 {
        match &self.inverse {
            Inverse::TwoPiece { mode, sigma, share } => two_piece(tail, *mode, *sigma, *share),
            Inverse::Uniform { min, width } => {
                if tail.upper {
                    (min + width) - width * tail.p
                } else {
                    min + width * tail.p
                }
            }
            Inverse::Triangular { min, max, rise, fall, share } => {
                let below = tail.below();
                if below <= *share {
                    min + (tail.p_below() * rise).sqrt()
                } else {
                    max - (tail.p_above() * fall).sqrt()
                }
            }
            Inverse::Steps { limits, values } => {
                let v = if tail.upper { 0.5 - tail.p } else { tail.p - 0.5 };
                values[limits.partition_point(|limit| *limit < v).min(values.len() - 1)]
            }
            Inverse::Places { values } => values[place(tail.below(), values.len())],
            Inverse::Smooth { values } => {
                let h = tail.below() * (values.len() - 1) as f64;
                let k = (h as usize).min(values.len().saturating_sub(2));
                let next = values[(k + 1).min(values.len() - 1)];
                values[k] + (h - k as f64) * (next - values[k])
            }
            _ => f64::NAN,
        }
    }
}

impl Tail {
    /// The probability below.
    fn p_below(self) -> f64 {
        self.below()
    }

    /// The probability above.
    fn p_above(self) -> f64 {
        if self.upper { self.p } else { 1.0 - self.p }
    }
}

/// The Bank of England's two-piece normal: below the mode the lower half of a normal with
/// `sigma.0`, above the upper half of one with `sigma.1`, scaled to meet.
fn two_piece(tail: Tail, mode: f64, sigma: (f64, f64), share: f64) -> f64 {
    if tail.below() <= share {
        let p = tail.p_below() / (2.0 * share);
        mode + sigma.0 * normal_quantile(p - 0.5)
    } else {
        let p = tail.p_above() / (2.0 * (1.0 - share));
        mode - sigma.1 * normal_quantile(p - 0.5)
    }
}

fn inverse(distribution: &Distribution) -> Inverse {
    match *distribution {
        Distribution::Normal { mean, sd } => Inverse::Normal { mean, sd },
        Distribution::StudentT { mean, sd, df } => Inverse::Scored {
            table: Table::kept("student_t", [df, 0.0], || student_t(df)),
            shape: Shape::Plain,
            shift: mean,
            scale: sd * ((df - 2.0) / df).sqrt(),
        },
        Distribution::TwoPieceNormal { mode, uncertainty, skew } => {
            let sigma = two_piece_sigmas(uncertainty, skew);
            Inverse::TwoPiece { mode, sigma, share: sigma.0 / (sigma.0 + sigma.1) }
        }
        Distribution::Lognormal { mean, sd } => {
            let variance = ln_1p((sd / mean) * (sd / mean));
            Inverse::Lognormal { mean: ln(mean) - variance / 2.0, sd: variance.sqrt() }
        }
        Distribution::Uniform { min, max } => Inverse::Uniform { min, width: max - min },
        Distribution::Triangular { min, mode, max } if max > min => {
            let width = max - min;
            let (rise, fall) = (width * (mode - min), width * (max - mode));
            Inverse::Triangular { min, max, rise, fall, share: (mode - min) / width }
        }
        Distribution::Pert { min, mode, max, weight } if max > min => {
            let alpha = 1.0 + weight * (mode - min) / (max - min);
            let beta = 1.0 + weight * (max - mode) / (max - min);
            scored_beta(alpha, beta, min, max)
        }
        // A constant: the limits are equal.
        Distribution::Triangular { min, .. } | Distribution::Pert { min, .. } => {
            Inverse::Uniform { min, width: 0.0 }
        }
        Distribution::Beta { alpha, beta, min, max } => scored_beta(alpha, beta, min, max),
        Distribution::Gamma { shape, scale } => {
            let table = Table::kept("gamma", [shape, 0.0], || gamma(shape));
            Inverse::Scored { table, shape: Shape::Log, shift: 0.0, scale }
        }
        Distribution::Poisson { mean } => poisson(mean),
        Distribution::Bernoulli { probability } => {
            Inverse::Steps { limits: [0.5 - probability].into(), values: [0.0, 1.0].into() }
        }
        Distribution::Empirical { ref values, smooth } => empirical(values, smooth),
    }
}

/// The standard deviations of the two pieces: with `g` the difference in means, `skew` =
/// `sqrt(2 / pi) (s2 - s1)` and `1 / s1^2 + 1 / s2^2 = 2 / uncertainty^2`
/// (Britton, Fisher and Whitley 1998, The Inflation Report projections).
pub(crate) fn two_piece_sigmas(uncertainty: f64, skew: f64) -> (f64, f64) {
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

/// The quantile of Student's t (unscaled) by score: odd, so only the lower half is solved for.
fn student_t(df: f64) -> Table {
    let half = df / 2.0;
    let norm = exp(crate::math::ln_gamma(half + 0.5) - crate::math::ln_gamma(half))
        / (df * std::f64::consts::PI).sqrt();
    let distribution = move |t: f64| {
        let square = t * t;
        let (x, y) = (df / (df + square), square / (df + square));
        let (p, _) = incomplete_beta(half, 0.5, x, y);
        let density = norm * exp(-(half + 0.5) * ln_1p(square / df));
        (p / 2.0, 1.0 - p / 2.0, density)
    };
    let (mut start, mut start_score) = (0.0, 0.0);
    Table::new(|z: f64| {
        let lower = -z.abs();
        // In units that grow with the quantile the steps of Newton's method stay small.
        let spread = |y: f64| if y.abs() < 1.0 { y } else { y.signum() * exp(y.abs() - 1.0) };
        let rate = |y: f64| if y.abs() < 1.0 { 1.0 } else { exp(y.abs() - 1.0) };
        let scaled = |y: f64| {
            let (below, above, density) = distribution(spread(y));
            (below, above, density * rate(y))
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

/// The logarithm of the quantile of a gamma distribution of scale 1, by score.
fn gamma(shape: f64) -> Table {
    let lead = crate::math::ln_gamma(shape);
    let distribution = move |y: f64| {
        let x = exp(y);
        let (below, above) = incomplete_gamma(shape, x);
        if below == 0.0 || x == 0.0 {
            // Far below: x^a / Gamma(a + 1).
            let below = exp(shape * y - lead - ln(shape));
            return (below, 1.0, below * shape);
        }
        (below, above, exp(shape * y - x - lead))
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

fn scored_beta(alpha: f64, beta: f64, min: f64, max: f64) -> Inverse {
    let table = Table::kept("beta", [alpha, beta], || logit_beta(alpha, beta));
    Inverse::Scored { table, shape: Shape::Logit, shift: min, scale: max - min }
}

/// The logit of the quantile of a beta distribution from 0 to 1, by score.
fn logit_beta(a: f64, b: f64) -> Table {
    let lead = crate::math::ln_gamma(a + b) - crate::math::ln_gamma(a) - crate::math::ln_gamma(b);
    let distribution = move |y: f64| {
        let (x, rest) = (expit(y), expit(-y));
        let (below, above) = incomplete_beta(a, b, x, rest);
        (below, above, exp(lead + a * ln(x) + b * ln(rest)))
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

/// A table of the distribution function of a Poisson distribution, in centred uniforms.
fn poisson(mean: f64) -> Inverse {
    let (mut limits, mut values, mut k) = (Vec::new(), Vec::new(), 0.0);
    let least = (mean - 9.0 * mean.sqrt() - 10.0).floor().max(0.0);
    k += least;
    loop {
        let (more, at_most) = incomplete_gamma(k + 1.0, mean);
        values.push(k);
        if more < 2e-17 {
            break;
        }
        limits.push(if at_most < 0.5 { at_most - 0.5 } else { 0.5 - more });
        k += 1.0;
    }
    Inverse::Steps { limits: limits.into(), values: values.into() }
}

fn empirical(values: &[f64], smooth: bool) -> Inverse {
    let mut values = values.to_vec();
    values.sort_unstable_by(f64::total_cmp);
    if values.is_empty() {
        values.push(f64::NAN);
    }
    if smooth {
        return Inverse::Smooth { values: values.into() };
    }
    Inverse::Places { values: values.into() }
}
