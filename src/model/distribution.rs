//! Distributions of what is uncertain.

use schemars::JsonSchema;
use serde::Serialize;

/// A probability distribution, as written in a plan: `normal = { mean = 0.075, sd = 0.012 }`.
///
/// `sd` is always the standard deviation of what is drawn.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Distribution {
    /// Normal with a mean (0 unless said) and a standard deviation.
    Normal {
        /// Mean; 0 unless given.
        #[serde(default)]
        mean: f64,
        /// Standard deviation, at least 0.
        sd: f64,
    },
    /// Student's t, shifted and scaled so that `sd` is its standard deviation; `df` > 2.
    StudentT {
        /// Mean; 0 unless given.
        #[serde(default)]
        mean: f64,
        /// Standard deviation of what is drawn.
        sd: f64,
        /// Degrees of freedom, more than 2.
        df: f64,
    },
    /// Two-piece normal as the Bank of England states it: `skew` = mean - mode.
    TwoPieceNormal {
        /// The most likely value.
        mode: f64,
        /// The Bank's uncertainty parameter, more than 0: the standard deviation when `skew` is 0.
        uncertainty: f64,
        /// Mean minus mode; 0 unless given.
        #[serde(default)]
        skew: f64,
    },
    /// Log-normal by the mean and standard deviation of what is drawn.
    Lognormal {
        /// Mean of what is drawn, more than 0.
        mean: f64,
        /// Standard deviation of what is drawn.
        sd: f64,
    },
    /// Uniform between two limits.
    Uniform {
        /// Lower limit.
        min: f64,
        /// Upper limit.
        max: f64,
    },
    /// Triangular.
    Triangular {
        /// Lower limit.
        min: f64,
        /// The most likely value.
        mode: f64,
        /// Upper limit.
        max: f64,
    },
    /// PERT: a beta distribution stated by its limits and its mode.
    Pert {
        /// Lower limit.
        min: f64,
        /// The most likely value.
        mode: f64,
        /// Upper limit.
        max: f64,
        /// Weight of the mode; 4 unless given.
        #[serde(default = "pert_weight")]
        weight: f64,
    },
    /// Beta between two limits (0 and 1 unless given).
    Beta {
        /// First shape, more than 0.
        alpha: f64,
        /// Second shape, more than 0.
        beta: f64,
        /// Lower limit; 0 unless given.
        #[serde(default)]
        min: f64,
        /// Upper limit; 1 unless given.
        #[serde(default = "one")]
        max: f64,
    },
    /// Gamma by shape and scale: mean = shape x scale.
    Gamma {
        /// Shape, more than 0.
        shape: f64,
        /// Scale, more than 0.
        scale: f64,
    },
    /// Poisson.
    Poisson {
        /// Mean, at least 0.
        mean: f64,
    },
    /// 1 with a probability, else 0.
    Bernoulli {
        /// Probability of 1.
        probability: f64,
    },
    /// Drawn from data, each value equally likely, or from a smoothed version of it.
    Empirical {
        /// The data, in any order.
        values: Vec<f64>,
        /// Draw from the piecewise linear quantile function through the sorted data (type 7)
        /// instead of the data themselves; false unless given.
        #[serde(default)]
        smooth: bool,
    },
}

fn one() -> f64 {
    1.0
}

fn pert_weight() -> f64 {
    4.0
}

impl Distribution {
    /// Normal.
    pub fn normal(mean: f64, sd: f64) -> Self {
        Self::Normal { mean, sd }
    }

    /// Uniform.
    pub fn uniform(min: f64, max: f64) -> Self {
        Self::Uniform { min, max }
    }

    /// What is wrong with it: for each problem the key, and what was found and expected.
    ///
    /// ```
    /// use tinbergen::model::Distribution;
    /// let problems = Distribution::normal(0.0, -1.0).check();
    /// assert_eq!(problems[0].0, "sd");
    /// ```
    pub fn check(&self) -> Vec<(&'static str, String)> {
        let mut problems = Vec::new();
        let mut need = |key: &'static str, value: f64, holds: bool, expected: &str| {
            if !holds {
                problems.push((key, format!("expected {expected}, found {value}")));
            }
        };
        let at_least_0 = "a number of at least 0";
        let above_0 = "a number above 0";
        match self {
            Self::Normal { mean, sd } => {
                need("mean", *mean, mean.is_finite(), "a finite number");
                need("sd", *sd, *sd >= 0.0, at_least_0);
            }
            Self::StudentT { mean, sd, df } => {
                need("mean", *mean, mean.is_finite(), "a finite number");
                need("sd", *sd, *sd >= 0.0, at_least_0);
                let enough = *df > 2.0 && *df <= 1e6;
                need("df", *df, enough, "a number above 2 (else there is no sd) and up to 1e6");
            }
            Self::TwoPieceNormal { mode, uncertainty, skew } => {
                need("mode", *mode, mode.is_finite(), "a finite number");
                need("uncertainty", *uncertainty, *uncertainty > 0.0, above_0);
                let possible = skew.abs() <= 100.0 * uncertainty;
                need("skew", *skew, possible, "at most 100 times the uncertainty");
            }
            Self::Lognormal { mean, sd } => {
                need("mean", *mean, *mean > 0.0, above_0);
                need("sd", *sd, *sd >= 0.0, at_least_0);
            }
            Self::Uniform { min, max } => {
                need("max", *max, max >= min, &format!("at least the min of {min}"));
            }
            Self::Triangular { min, mode, max } => limits(&mut need, *min, *mode, *max),
            Self::Pert { min, mode, max, weight } => {
                limits(&mut need, *min, *mode, *max);
                need("weight", *weight, *weight >= 0.0 && *weight <= 1e4, "a number from 0 to 1e4");
            }
            Self::Beta { alpha, beta, min, max } => {
                need("alpha", *alpha, SHAPES.contains(alpha), "a number from 0.05 to 1e5");
                need("beta", *beta, SHAPES.contains(beta), "a number from 0.05 to 1e5");
                need("max", *max, max > min, &format!("more than the min of {min}"));
            }
            Self::Gamma { shape, scale } => {
                need("shape", *shape, SHAPES.contains(shape), "a number from 0.05 to 1e5");
                need("scale", *scale, *scale > 0.0, above_0);
            }
            Self::Poisson { mean } => {
                need("mean", *mean, (0.0..=1e6).contains(mean), "a number from 0 to 1e6");
            }
            Self::Bernoulli { probability } => {
                let p = *probability;
                need("probability", p, (0.0..=1.0).contains(&p), "a number from 0 to 1");
            }
            Self::Empirical { values, .. } => {
                if values.is_empty() || values.len() > 10_000_000 {
                    let found = values.len();
                    problems.push(("values", format!("expected 1 to 10 million, found {found}")));
                } else if let Some(value) = values.iter().find(|value| !value.is_finite()) {
                    problems.push(("values", format!("expected finite numbers, found {value}")));
                }
            }
        }
        problems
    }

    /// Its mean.
    pub fn mean(&self) -> f64 {
        match self {
            Self::Normal { mean, .. }
            | Self::StudentT { mean, .. }
            | Self::Lognormal { mean, .. }
            | Self::Poisson { mean } => *mean,
            Self::TwoPieceNormal { mode, skew, .. } => mode + skew,
            Self::Uniform { min, max } => f64::midpoint(*min, *max),
            Self::Triangular { min, mode, max } => (min + mode + max) / 3.0,
            Self::Pert { min, mode, max, weight } => (min + weight * mode + max) / (weight + 2.0),
            Self::Beta { alpha, beta, min, max } => min + (max - min) * alpha / (alpha + beta),
            Self::Gamma { shape, scale } => shape * scale,
            Self::Bernoulli { probability } => *probability,
            Self::Empirical { values, .. } => values.iter().sum::<f64>() / values.len() as f64,
        }
    }
}

/// Shapes of gamma and beta distributions that can be tabulated.
const SHAPES: std::ops::RangeInclusive<f64> = 0.05..=1e5;

fn limits(need: &mut impl FnMut(&'static str, f64, bool, &str), min: f64, mode: f64, max: f64) {
    need("max", max, max >= min, &format!("at least the min of {min}"));
    let inside = (min..=max).contains(&mode) || max < min;
    need("mode", mode, inside, &format!("a number from {min} to {max}"));
}
