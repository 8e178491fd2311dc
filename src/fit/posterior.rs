//! What is known of a panel once it is fitted.

use ndarray::{Array2, Array3};

use super::draws::Draws;
use super::panel::Panel;
use crate::error::Error;
use crate::interrupt::look;

/// Draws of what the series of a panel have in common, a number for each row.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Peers {
    /// The mean around which the means of the series lie, in the unit of the figures, and their sd.
    pub mean: Vec<f64>,
    /// The sd of the series' means.
    pub mean_spread: Vec<f64>,
    /// The centre of the series' persistence (before it is bounded), and their sd.
    pub persistence: Vec<f64>,
    /// The sd of the series' persistence.
    pub persistence_spread: Vec<f64>,
    /// The centre of the series' momentum; 0 without it.
    pub momentum: Vec<f64>,
    /// The part of the series that wander instead of returning to a mean.
    pub unit_root: Vec<f64>,
    /// The usual sd of an own error, in the unit of the figures (of its normal kernel; see `df`).
    pub sd: Vec<f64>,
    /// The usual loading on the common shock, in sds of the own errors.
    pub loading: Vec<f64>,
    /// The degrees of freedom of the errors.
    pub df: Vec<f64>,
    /// The skewness parameter of the errors that were seen: below 0 where falls are larger than rises.
    pub skew: Vec<f64>,
    /// By how much the mean of a series moves with one sd (over the panel) of each covariate, in the unit of the
    /// figures: a list for each row, empty without covariates.
    pub coefficients: Vec<Vec<f64>>,
}

/// The posterior of a panel: rows of parameters, all series drawn together.
///
/// A row says how the panel goes on:
///
/// ```text
/// y[t] = y[t-1] + (1 - persistence) (mean - y[t-1]) + momentum (y[t-1] - y[t-2]) + loading z[t] + sd e[t]
/// ```
///
/// where `z`, one for all series, and `e`, one for each, are independent and Student-t with [`df`](Self::df) degrees
/// of freedom and the sd 1.
#[derive(Debug, Clone, PartialEq)]
pub struct Posterior {
    /// The series, in the order of the panel.
    pub names: Vec<String>,
    /// The level that each series returns to: rows x series, in the unit of the figures. In rows in which it wanders it
    /// has none, and its last figure stands here.
    pub mean: Array2<f64>,
    /// How much of the gap to it is left a period later: from -0.90 to 0.985 (from 0 for levels and shares), or 1 in
    /// rows in which the series wanders and has no mean.
    pub persistence: Array2<f64>,
    /// How much of a change comes again in the next period: from -0.5 to 0.9; 0 for growth and changes.
    pub momentum: Array2<f64>,
    /// The sd of the own error of a period, in the unit of the figures.
    pub sd: Array2<f64>,
    /// How much the common shock moves the series, in the unit of the figures; 0 for a panel of one.
    pub loading: Array2<f64>,
    /// The degrees of freedom of the errors ahead: the median over the rows of [`Peers::df`].
    pub df: f64,
    /// The mean weight of each error, series x periods: about 1, near 0 for what the fit takes for an outlier;
    /// not-a-number where no error could be formed or the period was left out.
    pub weights: Array2<f64>,
    /// How much of each parameter is the series' own and not its peers' (or the prior's), from 0 to 1: series x (mean,
    /// persistence, sd). The precision of its figures over the precision of both, on average over the rows.
    pub own: Array2<f64>,
    /// What the series have in common.
    pub peers: Peers,
}

impl Posterior {
    /// Rows.
    pub fn rows(&self) -> usize {
        self.mean.nrows()
    }

    /// Of the variance of a series' errors the part that is common to the panel, on average over the rows.
    pub fn common(&self) -> Vec<f64> {
        let part = |k: usize| {
            let of = |row: usize| {
                let (common, own) = (self.loading[[row, k]], self.sd[[row, k]]);
                common * common / (common * common + own * own)
            };
            (0..self.rows()).map(of).sum::<f64>() / self.rows() as f64
        };
        (0..self.names.len()).map(part).collect()
    }

    /// One path of all series together for each row: rows x series x horizon, from the period after each series'
    /// last figure on; for a series without figures from its mean. Shocks of one period are those of one step ahead,
    /// wherever a series ends.
    ///
    /// # Errors
    /// Another panel than that which was fitted, no horizon, or one of more than 1,000 periods.
    pub fn forecast(&self, panel: &Panel, horizon: usize, seed: u64) -> Result<Array3<f64>, Error> {
        let names = panel.series.iter().map(|series| &series.name);
        if !names.eq(&self.names) {
            return Err(Error::at(
                "panel",
                "its series are not those that were fitted: give the same panel",
            ));
        }
        if !(1..=1000).contains(&horizon) {
            return Err(Error::at("horizon", "a forecast has from 1 to 1,000 periods"));
        }
        let count = self.names.len();
        let starts: Vec<Option<(f64, f64)>> = panel
            .series
            .iter()
            .map(|series| {
                let last = series.last()?;
                let now = series.values[last];
                let before =
                    last.checked_sub(1).map(|t| series.values[t]).filter(|x| x.is_finite());
                Some((now, before.unwrap_or(now)))
            })
            .collect();
        let mut draws = Draws::new(seed, "fit/forecast");
        let (shape, unit) = (0.5 * self.df, ((self.df - 2.0) / self.df).sqrt());
        let mut shock = || unit * draws.normal() * (shape / draws.gamma(shape)).sqrt();
        let mut paths = Array3::zeros((self.rows(), count, horizon));
        let mut common = vec![0.0; horizon];
        for row in 0..self.rows() {
            look();
            common.iter_mut().for_each(|z| *z = shock());
            for k in 0..count {
                let at = [row, k];
                let mean = self.mean[at];
                let (pull, momentum) = (1.0 - self.persistence[at], self.momentum[at]);
                let (mut now, mut before) = starts[k].unwrap_or((mean, mean));
                for (h, z) in common.iter().enumerate() {
                    let next = now
                        + pull * (mean - now)
                        + momentum * (now - before)
                        + self.loading[at] * z
                        + self.sd[at] * shock();
                    (before, now) = (now, next);
                    paths[[row, k, h]] = next;
                }
            }
        }
        Ok(paths)
    }
}
