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
