//! Whether one forecast is better than another.

use crate::error::Error;
use crate::math::incomplete_beta;

/// The mean difference between two forecasts' losses, and how sure it is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Comparison {
    /// Mean of the first loss less the second: below 0 where the first forecast is better.
    pub difference: f64,
    /// Its standard error; losses of origins that are less than the horizon apart go together.
    pub error: f64,
    /// The statistic, with the correction for few origins.
    pub statistic: f64,
    /// The probability of one at least as large on either side if both are as good.
    pub p_value: f64,
}

/// Are two series of losses, one for each origin in order of time, equal on average (F. X. Diebold and
/// R. S. Mariano 1995, Comparing predictive accuracy, Journal of Business and Economic Statistics 13)?
///
/// With `d` the differences, `n` of them, `h` the horizon and `g(k)` the autocovariances of `d`, the variance of the
/// mean is `(g(0) + 2 (g(1) + .. + g(h - 1))) / n`; where that is not positive, autocovariances are weighted by
/// `1 - k / h` (Bartlett). The statistic is multiplied by `sqrt((n + 1 - 2 h + h (h - 1) / n) / n)` and held against
/// Student's t of `n - 1` degrees of freedom (D. Harvey, S. Leybourne and P. Newbold 1997, Testing the equality of
/// prediction mean squared errors, International Journal of Forecasting 13).
///
/// # Errors
/// When the series are not equally long, have fewer than three origins more than the horizon, or a loss that is no
/// finite number.
///
/// ```
/// use tinbergen::scoring::diebold_mariano;
/// let found = diebold_mariano(&[1.0, 2.0, 1.5, 2.5], &[2.0, 2.5, 2.5, 3.0], 1)?;
/// assert!(found.difference == -0.75 && found.p_value < 0.02);
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn diebold_mariano(first: &[f64], second: &[f64], horizon: usize) -> Result<Comparison, Error> {
    let n = first.len();
    if n != second.len() {
        let message = format!("{} losses; {n} are needed, as many as of the first", second.len());
        return Err(Error::at("second", message));
    }
    if horizon == 0 || n < horizon + 3 {
        let message = format!(
            "{n} origins and a horizon of {horizon}: needed are a horizon of at least 1 and at least three origins more"
        );
        return Err(Error::at("horizon", message));
    }
    for (name, losses) in [("first", first), ("second", second)] {
        if let Some(k) = losses.iter().position(|loss| !loss.is_finite()) {
            let message = format!(
                "the loss of origin {k} is no finite number; leave such origins out of both"
            );
            return Err(Error::at(name, message));
        }
    }
    let differences: Vec<f64> = first.iter().zip(second).map(|(a, b)| a - b).collect();
    let count = n as f64;
    let mean = differences.iter().sum::<f64>() / count;
    let covariance = |lag: usize| {
        let pairs = differences.iter().zip(&differences[lag..]);
        pairs.map(|(a, b)| (a - mean) * (b - mean)).sum::<f64>() / count
    };
    let sum = |weight: &dyn Fn(usize) -> f64| {
        let lags = (1..horizon).map(|lag| 2.0 * weight(lag) * covariance(lag));
        (covariance(0) + lags.sum::<f64>()) / count
    };
    let mut variance = sum(&|_| 1.0);
    if !(variance > 0.0) {
        variance = sum(&|lag| 1.0 - lag as f64 / horizon as f64);
    }
    let h = horizon as f64;
    let correction = ((count + 1.0 - 2.0 * h + h * (h - 1.0) / count) / count).sqrt();
    let error = variance.max(0.0).sqrt();
    // Two forecasts that are the same differ by nothing.
    let statistic = if mean == 0.0 { 0.0 } else { correction * mean / error };
    Ok(Comparison {
        difference: mean,
        error,
        statistic,
        p_value: two_sided(statistic, count - 1.0),
    })
}

/// The probability that Student's t is at least so far from 0.
fn two_sided(t: f64, df: f64) -> f64 {
    let squares = t * t;
    if squares.is_infinite() {
        return 0.0;
    }
    incomplete_beta(df / 2.0, 0.5, df / (df + squares), squares / (df + squares)).0
}
