//! Where the sampler stands.

use super::data::Data;
use super::draws::Draws;
use super::prior::Prior;
use crate::math::{ln, ln_gamma};

/// Persistence lies between these; without momentum from the first, with it from 0.
pub(super) const LOWEST: f64 = -0.90;
pub(super) const HIGHEST: f64 = 0.985;
/// Momentum lies between these, so that with a persistence from 0 nothing explodes.
pub(super) const LEAST_MOMENTUM: f64 = -0.5;
pub(super) const MOST_MOMENTUM: f64 = 0.9;
/// The variance of a series' errors lies between these, in those of the panel.
pub(super) const VARIANCES: (f64, f64) = (1e-6, 1e3);
/// Degrees of freedom that the spread of the variances over the panel may have.
pub(super) const SPREADS: [f64; 9] = [2.0, 3.0, 4.0, 6.0, 9.0, 14.0, 24.0, 50.0, 120.0];

/// A spread with a half-Cauchy prior, as a mixture of inverse gammas (E. Makalic and D. F. Schmidt 2016, A simple
/// sampler for the horseshoe estimator).
#[derive(Debug, Clone, Copy)]
pub(super) struct Spread {
    pub(super) variance: f64,
    mixing: f64,
    scale: f64,
}

impl Spread {
    pub(super) fn new(variance: f64, scale: f64) -> Self {
        Self { variance, mixing: 1.0 / (scale * scale), scale }
    }

    /// Draws anew, from the sum of squares of so many normal numbers of this spread.
    pub(super) fn update(&mut self, count: f64, squares: f64, draws: &mut Draws) {
        let rate = 1.0 / self.mixing + 0.5 * squares;
        self.variance =
            (rate / draws.gamma(0.5 * (count + 1.0))).max(1e-12 * self.scale * self.scale);
        self.mixing = (1.0 / (self.scale * self.scale) + 1.0 / self.variance) / draws.gamma(1.0);
    }
}

/// All that is not known; vectors by series, by period, or by place (series and period).
#[derive(Debug)]
pub(super) struct State {
    /// By series.
    pub(super) mean: Vec<f64>,
    pub(super) persistence: Vec<f64>,
    pub(super) momentum: Vec<f64>,
    pub(super) variance: Vec<f64>,
    pub(super) loading: Vec<f64>,
    pub(super) wanders: Vec<bool>,
    /// Not in the first sweeps: before means and spreads are near where they belong, a series that returns to its own
    /// would be taken for one that wanders, and all of them might stay so.
    pub(super) may_wander: bool,
    /// By place: the weight of the error, the error less the common shock and less its skewed part, that part.
    pub(super) weight: Vec<f64>,
    pub(super) error: Vec<f64>,
    pub(super) skewed: Vec<f64>,
    /// By period: the common shock and its weight.
    pub(super) common: Vec<f64>,
    pub(super) common_weight: Vec<f64>,
    /// Of the panel: the mean and its coefficients, the spread of the means.
    pub(super) panel_mean: f64,
    pub(super) coefficients: Vec<f64>,
    pub(super) mean_spread: Spread,
    /// Centre and spread of persistence, of momentum.
    pub(super) persistences: (f64, f64),
    pub(super) momenta: (f64, f64),
    /// Of the loadings, in sds of the own errors.
    pub(super) loading_centre: f64,
    pub(super) loading_spread: Spread,
    /// The centre of the variances, and its degrees of freedom.
    pub(super) variance_centre: f64,
    pub(super) variance_df: f64,
    /// The part of the series that wander.
    pub(super) wandering: f64,
    /// Of the errors.
    pub(super) df: f64,
    pub(super) skew: f64,
}

impl State {
    /// A start near the data.
    pub(super) fn new(data: &Data, prior: &Prior) -> Self {
        let (n, places, scale) = (data.count, data.count * data.periods, data.scale);
        let variance = 0.7 * scale * scale;
        let is_panel = n > 1;
        Self {
            mean: data.means.clone(),
            persistence: vec![0.5; n],
            momentum: vec![0.0; n],
            variance: vec![variance; n],
            loading: vec![if is_panel { 0.3 * variance.sqrt() } else { 0.0 }; n],
            wanders: vec![false; n],
            may_wander: false,
            weight: vec![1.0; places],
            error: vec![0.0; places],
            skewed: vec![0.0; places],
            common: vec![0.0; data.periods],
            common_weight: vec![1.0; data.periods],
            panel_mean: data.centre,
            coefficients: vec![0.0; data.width],
            mean_spread: Spread::new(data.apart + scale * scale, prior.spread * scale),
            persistences: (0.5, 0.15),
            momenta: (0.0, 0.1),
            loading_centre: 0.3,
            loading_spread: Spread::new(0.04, prior.loading_spread),
            variance_centre: variance,
            variance_df: 6.0,
            wandering: 0.3,
            df: 6.0,
            skew: 0.0,
        }
    }

    /// Persistence of a series, 1 where it wanders, and the part of its next figure that its mean gives.
    #[inline]
    pub(super) fn path(&self, series: usize) -> (f64, f64) {
        if self.wanders[series] {
            return (1.0, 0.0);
        }
        let persistence = self.persistence[series];
        (persistence, (1.0 - persistence) * self.mean[series])
    }

    /// The mean of the skewed part of an error whose skewness parameter is 1: `E[1/weight]`.
    pub(super) fn usual_mixing(df: f64) -> f64 {
        df / (df - 2.0)
    }
}

/// Degrees of freedom that errors may have, in equal steps of their logarithm, and what a gamma density of mean 1
/// is divided by there.
#[derive(Debug)]
pub(super) struct Dfs(pub(super) Vec<(f64, f64)>);

impl Dfs {
    pub(super) fn new() -> Self {
        let mut all = Vec::new();
        let mut df = 3.0;
        while df < 60.0 {
            all.push((df, 0.5 * df * ln(0.5 * df) - ln_gamma(0.5 * df)));
            df *= 1.06;
        }
        Self(all)
    }
}
