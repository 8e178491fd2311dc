//! Processes: documented short forms that stand for an equation.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Quantity, Term};
use crate::period::Period;

/// A short form for a common equation; each says below which one it stands for, with `e` for the
/// shock. A process takes the shock of the indicator's own name unless `shock` names another.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Process {
    /// Growth around a mean: `dlog(x) ~ mean + persistence * (dlog(x[-1]) - mean)`.
    Growth {
        /// Mean log growth per period.
        mean: Term,
        /// How much of a deviation of growth from its mean is still there a period later.
        #[serde(default = "zero", skip_serializing_if = "is_zero")]
        persistence: Term,
        /// Log growth in the jump-off period, when the history is too short to give it; the mean
        /// unless given.
        #[serde(skip_serializing_if = "Option::is_none")]
        start: Option<Quantity>,
        /// Name of the shock; that of the indicator unless given.
        #[serde(skip_serializing_if = "Option::is_none")]
        shock: Option<String>,
    },
    /// The same in differences: `diff(x) ~ mean + persistence * (diff(x[-1]) - mean)`.
    Change {
        /// Mean change per period, in the unit of the indicator.
        mean: Term,
        /// How much of a deviation of the change from its mean is still there a period later.
        #[serde(default = "zero", skip_serializing_if = "is_zero")]
        persistence: Term,
        /// Change in the jump-off period, when the history is too short to give it; the mean
        /// unless given.
        #[serde(skip_serializing_if = "Option::is_none")]
        start: Option<Quantity>,
        /// Name of the shock; that of the indicator unless given.
        #[serde(skip_serializing_if = "Option::is_none")]
        shock: Option<String>,
    },
    /// A level that returns to its mean: `x ~ mean + persistence * (x[-1] - mean)`.
    Level {
        /// The level it returns to, in the unit of the indicator.
        mean: Term,
        /// How much of a deviation is still there a period later.
        #[serde(default = "zero", skip_serializing_if = "is_zero")]
        persistence: Term,
        /// Name of the shock; that of the indicator unless given.
        #[serde(skip_serializing_if = "Option::is_none")]
        shock: Option<String>,
    },
    /// A share that stays between two limits: with `s = logit((x - lower) / (upper - lower))`,
    /// `diff(s) ~ drift + persistence * (diff(s[-1]) - drift)`.
    Share {
        /// Mean change per period on the logit scale; 0 unless given.
        #[serde(default = "zero", skip_serializing_if = "is_zero")]
        drift: Term,
        /// How much of a deviation of the change from the drift is still there a period later.
        #[serde(default = "zero", skip_serializing_if = "is_zero")]
        persistence: Term,
        /// Lower limit, never reached; 0 unless given.
        #[serde(default, skip_serializing_if = "is_default_lower")]
        lower: f64,
        /// Upper limit, never reached; 1 unless given (100 for a share in percent).
        #[serde(default = "one", skip_serializing_if = "is_default_upper")]
        upper: f64,
        /// Change on the logit scale in the jump-off period, when the history is too short to
        /// give it; the drift unless given.
        #[serde(skip_serializing_if = "Option::is_none")]
        start: Option<Quantity>,
        /// Name of the shock; that of the indicator unless given.
        #[serde(skip_serializing_if = "Option::is_none")]
        shock: Option<String>,
    },
    /// A stock with depreciation and inflow: `x = (1 - depreciation) * x[-1] + inflow`, with `~`
    /// when it has a shock.
    Stock {
        /// Share of the stock that goes each period.
        depreciation: Term,
        /// What comes in each period, in the unit of the indicator.
        inflow: Term,
        /// Name of the shock; none unless given or declared under the indicator's name.
        #[serde(skip_serializing_if = "Option::is_none")]
        shock: Option<String>,
    },
    /// A number of units that come and go at random:
    /// `x ~ x[-1] + poisson(arrivals) - binomial(x[-1], departures)`, or with
    /// `negative_binomial(arrivals, dispersion)` when a dispersion is given.
    Count {
        /// Mean number of arrivals per period.
        arrivals: Term,
        /// Probability that a unit leaves within a period; 0 unless given.
        #[serde(default = "zero", skip_serializing_if = "is_zero")]
        departures: Term,
        /// Variance of arrivals = mean + dispersion x mean^2; Poisson unless given.
        #[serde(skip_serializing_if = "Option::is_none")]
        dispersion: Option<Term>,
    },
    /// A glide in equal steps to a value that is reached in a given period and held from then on:
    /// `x ~ x[-1] + (value - x[-1]) / max("by" - period + 1, 1)`.
    TrendTo {
        /// The value to reach, in the unit of the indicator.
        value: Term,
        /// The period in which it is reached.
        by: Period,
        /// Name of the shock; none unless given or declared under the indicator's name.
        #[serde(skip_serializing_if = "Option::is_none")]
        shock: Option<String>,
    },
    /// Given values: `x = path`, with `~` when it has a shock.
    Path {
        /// The value of each period of the span.
        values: IndexMap<Period, Quantity>,
        /// Name of the shock; none unless given or declared under the indicator's name.
        #[serde(skip_serializing_if = "Option::is_none")]
        shock: Option<String>,
    },
}

fn zero() -> Term {
    Term::Number(0.0)
}

fn one() -> f64 {
    1.0
}

fn is_zero(term: &Term) -> bool {
    matches!(term, Term::Number(number) if *number == 0.0)
}

fn is_default_lower(limit: &f64) -> bool {
    *limit == 0.0
}

fn is_default_upper(limit: &f64) -> bool {
    (*limit - 1.0).abs() < f64::EPSILON / 2.0
}
