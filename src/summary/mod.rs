//! Summaries of paths: quantiles, fans, contrasts, and how sure they are.

mod contrast;
mod estimate;
mod fan;
mod moments;
mod quantile;

pub use contrast::{Difference, contrast};
pub use estimate::{Estimate, Probability};
pub use fan::{Fan, FanPeriod, LEVELS};
pub use quantile::{quantiles, weighted_quantiles};

pub(crate) use contrast::comparable;
pub(crate) use estimate::{estimate, probability};
pub(crate) use moments::mean_and_variance;
