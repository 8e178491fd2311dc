//! Summaries of paths: quantiles, fans, contrasts, and how sure they are.

mod contrast;
mod estimate;
mod fan;
mod moments;
mod quantile;

pub use contrast::{Difference, contrast};
pub use estimate::{Estimate, Probability, Share};
pub use fan::{Fan, FanPeriod, LEVELS};
pub use quantile::{quantiles, weighted_quantiles};

pub(crate) use contrast::comparable;
pub(crate) use estimate::{estimate, influence, influence_of, probability, share};
pub(crate) use moments::mean_and_variance;
