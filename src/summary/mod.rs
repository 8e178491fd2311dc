//! Summaries of paths: quantiles, fans, contrasts, and how sure they are.

mod confidence;
mod contrast;
mod fan;
mod histogram;
mod moments;
mod order;
mod quantile;
mod score;
mod share;
mod sketch;

pub use confidence::{Estimate, Probability};
pub use contrast::{Difference, contrast};
pub use fan::{Fan, FanPeriod, LEVELS};
pub use quantile::{quantiles, weighted_quantiles};
pub use share::Share;

pub(crate) use confidence::{NORMAL, estimate, wilson};
pub(crate) use contrast::comparable;
pub(crate) use histogram::Edges;
pub(crate) use moments::{Range, mean_and_variance};
pub(crate) use quantile::{quantiles_in, quantiles_of};
pub(crate) use share::{influence, influence_of, probability, probability_of_counts, share};
pub(crate) use sketch::{NearQuantile, Sketch};
