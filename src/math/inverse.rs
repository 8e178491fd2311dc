//! InverseCdf distribution functions, in the few forms in which they are drawn from.

use std::fmt;
use std::sync::Arc;

use super::pieces::Pieces;
use super::table::{Table, tabulated_normal_cdf};
use super::{Cdf, Score, Tail, exp, expit, ln, normal_quantile_of, normal_quantiles};

/// The inverse of a distribution function. Cheap to clone.
#[derive(Debug, Clone)]
pub(crate) enum InverseCdf {
    Normal {
        mean: f64,
        sd: f64,
    },
    /// `exp` of a normal.
    Lognormal {
        mean: f64,
        sd: f64,
    },
    /// `shift + scale x t(z)`, from a table over the normal score.
    Scored {
        table: Table,
        shape: Tabulated,
        shift: f64,
        scale: f64,
    },
    /// Piecewise polynomial in the normal score.
    Pieces {
        pieces: Pieces,
        score: Arc<dyn ToScore>,
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
    /// A formula in the probability.
    Closed {
        quantile: Arc<dyn Quantile>,
        score: Option<Arc<dyn ToScore>>,
    },
}

/// What a table holds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Tabulated {
    Plain,
    Log,
    Logit,
}

/// A quantile function in closed form; every function of a [`Tail`] is one.
pub(crate) trait Quantile: Send + Sync {
    /// The quantiles in place of centred uniforms.
    fn of_centred(&self, row: &mut [f64]);
    /// The quantiles in place of normal scores.
    fn of_scores(&self, row: &mut [f64]);
    /// The quantile at one probability.
    fn of_tail(&self, tail: Tail) -> f64;
}

impl<F: Fn(Tail) -> f64 + Send + Sync> Quantile for F {
    fn of_centred(&self, row: &mut [f64]) {
        row.iter_mut().for_each(|v| *v = self(Tail::of_centred(*v)));
    }

    fn of_scores(&self, row: &mut [f64]) {
        row.iter_mut().for_each(|z| *z = self(tabulated_normal_cdf(*z)));
    }

    fn of_tail(&self, tail: Tail) -> f64 {
        self(tail)
    }
}

impl fmt::Debug for dyn Quantile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a quantile function")
    }
}

/// From a value to its score: every such function is one.
pub(crate) trait ToScore: Fn(f64) -> Option<Score> + Send + Sync {}

impl<F: Fn(f64) -> Option<Score> + Send + Sync> ToScore for F {}

impl fmt::Debug for dyn ToScore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a score function")
    }
}

/// The place of one of `count` equally likely ones for a uniform.
#[inline(always)]
pub(crate) fn place(u: f64, count: usize) -> usize {
    ((u * count as f64) as usize).min(count - 1)
}

impl InverseCdf {
    /// A formula for the quantile at a probability, with the distribution function for the way
    /// back.
    pub(crate) fn closed(quantile: impl Fn(Tail) -> f64 + Send + Sync + 'static, cdf: Cdf) -> Self {
        Self::scored_by(quantile, move |x| cdf(x).score())
    }

    /// A formula for the quantile at a probability, with one for the score of a value.
    pub(crate) fn scored_by(
        quantile: impl Fn(Tail) -> f64 + Send + Sync + 'static,
        score: impl Fn(f64) -> Option<Score> + Send + Sync + 'static,
    ) -> Self {
        Self::Closed { quantile: Arc::new(quantile), score: Some(Arc::new(score)) }
    }

    /// A formula for the quantile at a probability; the score of a value is searched for.
    pub(crate) fn searched(quantile: impl Fn(Tail) -> f64 + Send + Sync + 'static) -> Self {
        Self::Closed { quantile: Arc::new(quantile), score: None }
    }

    /// Polynomials in the score, with the distribution function for the way back.
    pub(crate) fn pieces(pieces: Pieces, cdf: Cdf) -> Self {
        Self::Pieces { pieces, score: Arc::new(move |x: f64| cdf(x).score()) }
    }

    /// Values, each with the probability of at most it and of more than it, in order.
    pub(crate) fn steps(steps: impl IntoIterator<Item = (f64, f64, f64)>) -> Self {
        let (mut limits, mut values) = (Vec::new(), Vec::new());
        for (value, at_most, more) in steps {
            values.push(value);
            limits.push(if at_most < 0.5 { at_most - 0.5 } else { 0.5 - more });
        }
        limits.pop(); // of the last value there is none
        if values.is_empty() {
            values.push(f64::NAN);
        }
        Self::Steps { limits: limits.into(), values: values.into() }
    }

    /// The quantiles in place of centred uniforms `v = u - 1/2`, without loss in either tail.
    #[inline(always)]
    pub(crate) fn from_centred(&self, row: &mut [f64]) {
        match self {
            Self::Normal { .. }
            | Self::Lognormal { .. }
            | Self::Scored { .. }
            | Self::Pieces { .. } => {
                normal_quantiles(row);
                self.from_scores(row);
            }
            Self::Closed { quantile, .. } => quantile.of_centred(row),
            Self::Steps { limits, values } => {
                row.iter_mut().for_each(|v| *v = step(Tail::of_centred(*v), limits, values));
            }
            Self::Places { values } => {
                row.iter_mut().for_each(|v| *v = placed(Tail::of_centred(*v), values));
            }
        }
    }

    /// The quantiles in place of standard normal scores.
    #[inline(always)]
    pub(crate) fn from_scores(&self, row: &mut [f64]) {
        match self {
            Self::Normal { mean, sd } => {
                let (mean, sd) = (*mean, *sd);
                for z in row {
                    *z = mean + sd * *z;
                }
            }
            Self::Lognormal { mean, sd } => {
                let (mean, sd) = (*mean, *sd);
                for z in row {
                    *z = exp(mean + sd * *z);
                }
            }
            Self::Scored { table, shape, shift, scale } => {
                for z in row {
                    let value = table.at(*z);
                    *z = shift
                        + scale
                            * match shape {
                                Tabulated::Plain => value,
                                Tabulated::Log => exp(value),
                                Tabulated::Logit => expit(value),
                            };
                }
            }
            Self::Pieces { pieces, .. } => row.iter_mut().for_each(|z| *z = pieces.at(*z)),
            Self::Closed { quantile, .. } => quantile.of_scores(row),
            Self::Steps { limits, values } => {
                row.iter_mut().for_each(|z| *z = step(tabulated_normal_cdf(*z), limits, values));
            }
            Self::Places { values } => {
                row.iter_mut().for_each(|z| *z = placed(tabulated_normal_cdf(*z), values));
            }
        }
    }

    /// The quantile at a probability that is given by its smaller side, from 2^-54 on, without loss in either
    /// tail.
    pub(crate) fn at_tail(&self, tail: Tail) -> f64 {
        match self {
            Self::Normal { .. }
            | Self::Lognormal { .. }
            | Self::Scored { .. }
            | Self::Pieces { .. } => self.at(normal_quantile_of(tail)),
            Self::Closed { quantile, .. } => quantile.of_tail(tail),
            Self::Steps { limits, values } => step(tail, limits, values),
            Self::Places { values } => placed(tail, values),
        }
    }

    /// The quantile at a normal score.
    pub(crate) fn at(&self, z: f64) -> f64 {
        let mut row = [z];
        self.from_scores(&mut row);
        row[0]
    }

    /// The score of a value; none where its density is 0.
    pub(crate) fn score(&self, x: f64) -> Option<Score> {
        let score = match self {
            Self::Normal { mean, sd } => Score { z: (x - mean) / sd, ln_slope: -ln(*sd) },
            Self::Lognormal { mean, sd } if x > 0.0 => {
                Score { z: (ln(x) - mean) / sd, ln_slope: -ln(*sd * x) }
            }
            Self::Pieces { score, .. } | Self::Closed { score: Some(score), .. } => score(x)?,
            Self::Scored { .. } | Self::Closed { score: None, .. } => {
                return self.searched_score(x);
            }
            Self::Lognormal { .. } | Self::Steps { .. } | Self::Places { .. } => return None,
        };
        (score.z.is_finite() && score.ln_slope.is_finite()).then_some(score)
    }

    /// The score by bisection and the secant, as far out as anything can be drawn.
    fn searched_score(&self, x: f64) -> Option<Score> {
        const REACH: f64 = 8.25;
        let (mut low, mut high) = (-REACH, REACH);
        let (mut below, mut above) = (self.at(low) - x, self.at(high) - x);
        if !(below < 0.0 && above > 0.0) {
            return None;
        }
        // The rule of false position with halving (the Illinois algorithm).
        let mut side = 0;
        for _ in 0..200 {
            let z = (low * above - high * below) / (above - below);
            let z = if z > low && z < high { z } else { f64::midpoint(low, high) };
            let value = self.at(z) - x;
            if value == 0.0 || high - low < 1e-14 {
                (low, high) = (z, z);
                break;
            }
            if value < 0.0 {
                (low, below) = (z, value);
                above = if side == -1 { above / 2.0 } else { above };
                side = -1;
            } else {
                (high, above) = (z, value);
                below = if side == 1 { below / 2.0 } else { below };
                side = 1;
            }
        }
        let z = f64::midpoint(low, high);
        let step = 1e-4;
        let slope = (self.at(z + step) - self.at(z - step)) / (2.0 * step);
        (slope > 0.0).then(|| Score { z, ln_slope: -ln(slope) })
    }
}

fn step(tail: Tail, limits: &[f64], values: &[f64]) -> f64 {
    let v = if tail.upper { 0.5 - tail.p } else { tail.p - 0.5 };
    values[limits.partition_point(|limit| *limit < v).min(values.len() - 1)]
}

fn placed(tail: Tail, values: &[f64]) -> f64 {
    values[place(tail.below(), values.len())]
}
