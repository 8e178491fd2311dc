//! Scoring rules: how good forecasts were, once the actual values are known.
//!
//! All are proper (T. Gneiting and A. E. Raftery 2007, Strictly proper scoring rules, prediction, and
//! estimation, Journal of the American Statistical Association 102): who states what he believes scores
//! best on average. All are losses, so that less is better.
//!
//! | | |
//! |---|---|
//! | [`crps`], [`fair_crps`], [`crps_of`] | of paths, of a distribution: the continuous ranked probability score |
//! | [`pit`] | where the actual value stands among the paths |
//! | [`log_score`] | of paths: how likely the actual value was held |
//! | [`path_scores`], [`fan_scores`], [`figure_scores`] | these at once; with bands; and of a figure of a run |
//! | [`stated_scores`] | of a forecast that is stated as quantiles |
//! | [`quantile_score`], [`interval_score`], [`weighted_interval_score`] | of quantiles and bands |
//! | [`brier`], [`reliability`] | of probabilities |
//! | [`energy_score`] | of several figures together |
//! | [`diebold_mariano`] | whether one forecast is better than another |
//! | [`benchmark_paths`] | forecasts that any other is held against |
//! | [`origin_ratio`], [`origin_share`], [`pit_histogram`], [`consistency_bars`] | how sure all that is where origins depend on each other |
//! | [`Recalibration`] | forecasts mended by how earlier ones did |

mod bands;
mod benchmark;
mod comparison;
mod energy;
mod figure;
mod law;
mod log_score;
mod origins;
mod paths;
mod probability;
mod recalibration;
mod stated;

pub use bands::{interval_score, quantile_score, weighted_interval_score};
pub use benchmark::{
    Autoregression, Benchmark, Known, PERSISTENCE, benchmark_paths, fit_clipped_autoregression,
};
pub use comparison::{Comparison, diebold_mariano};
pub use energy::energy_score;
pub use figure::{BANDS, FigureScores, fan_scores, figure_scores};
pub use law::crps_of;
pub use log_score::log_score;
pub use origins::{
    OriginSums, PitClass, consistency_bars, origin_interval, origin_ratio, origin_share,
    pit_histogram,
};
pub use paths::{PathScores, Pit, crps, fair_crps, path_scores, pit};
pub use probability::{Reliability, brier, reliability};
pub use recalibration::Recalibration;
pub use stated::{StatedScores, stated_scores};
