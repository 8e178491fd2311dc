//! Fans: quantile bands of an indicator, period by period.

use std::sync::Arc;

use super::moments::weighted_mean;
use super::quantile::{mean_and_quantiles, quantiles_in};
use crate::ensemble::Ensemble;
use crate::error::Error;
use crate::parallel;
use crate::period::Period;

/// The quantile levels of a fan unless others are asked for.
pub const LEVELS: [f64; 7] = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95];

/// Quantile bands of one indicator and its mean; its central path is the median.
#[derive(Debug, Clone, PartialEq)]
pub struct Fan {
    /// The indicator.
    pub indicator: String,
    /// The quantile levels.
    pub levels: Vec<f64>,
    /// For each period: the mean and the quantiles, in the unit of the indicator.
    pub periods: Vec<FanPeriod>,
}

/// One period of a fan.
#[derive(Debug, Clone, PartialEq)]
pub struct FanPeriod {
    /// The period.
    pub period: Period,
    /// Mean over the paths whose value is finite.
    pub mean: f64,
    /// The quantiles, in the order of the levels.
    pub quantiles: Vec<f64>,
}

impl Ensemble {
    /// The fan of an indicator. Values that are not finite are left out; see
    /// [`Ensemble::failures`].
    ///
    /// # Errors
    /// When the indicator was not kept, or a level is not between 0 and 1.
    ///
    /// ```
    /// # use tinbergen::ensemble::Ensemble;
    /// # let rows = vec![("gdp".to_owned(), None, vec![vec![1.0, 2.0, 3.0]])];
    /// # let ensemble = Ensemble::from_rows("baseline", "2025".parse()?, rows)?;
    /// let fan = ensemble.fan("gdp", &[0.1, 0.5, 0.9])?;
    /// assert_eq!(fan.periods[0].quantiles[1], 2.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn fan(&self, indicator: &str, levels: &[f64]) -> Result<Fan, Error> {
        if let Some(level) = levels.iter().find(|level| !(0.0..=1.0).contains(*level)) {
            let message = format!("{level} is not a quantile level; expected a number from 0 to 1");
            return Err(Error::at("quantiles", message));
        }
        let paths = self.paths(indicator)?;
        let bits: Arc<[u64]> = levels.iter().map(|level| level.to_bits()).collect();
        let periods: Vec<Period> = self.span().periods().collect();
        let one = |index: usize| {
            let row = paths.row(index).to_slice().unwrap_or_default();
            let (mean, quantiles) = match self.weights() {
                None => {
                    let found =
                        self.summary(indicator, index, &bits, || mean_and_quantiles(row, levels));
                    (found.0, found.1.clone())
                }
                Some(weights) => (weighted_mean(row, weights), quantiles_in(self, row, levels)),
            };
            FanPeriod { period: periods[index], mean, quantiles }
        };
        let periods = parallel::map(periods.len(), one)?;
        Ok(Fan { indicator: indicator.to_owned(), levels: levels.to_vec(), periods })
    }
}
