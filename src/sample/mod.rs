//! Random streams, designs, inverse distribution functions and correlation.
//!
//! `docs/streams.md` is the contract between a seed and the numbers drawn from it.

mod correlation;
mod counts;
mod design;
mod marginal;
mod place;
mod score;
mod sobol;
mod stream;
mod table;

pub use correlation::{Correlation, NotPositiveDefinite};
pub use counts::Count;
pub use design::{Design, DesignError, Dimension, Sampler};
pub use marginal::Marginal;
pub use place::{Places, Walk};
pub use score::Score;
pub(crate) use score::ln_normal_density;
pub use stream::{StreamId, Streams};
