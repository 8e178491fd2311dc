//! Random streams, designs, inverse distribution functions and correlation.
//!
//! `docs/streams.md` is the contract between a seed and the numbers drawn from it.

mod copula;
mod correlation;
mod counts;
mod design;
mod marginal;
mod resampling;
mod stream;

pub use crate::math::Score;
pub(crate) use crate::math::ln_normal_density;
pub use copula::TCopula;
pub use correlation::{Correlation, NotPositiveDefinite};
pub use counts::Count;
pub use design::{Design, DesignError, Dimension, Sampler};
pub use marginal::Marginal;
pub use resampling::{Positions, Resampling};
pub use stream::{StreamId, Streams};
