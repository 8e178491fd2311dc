//! tinbergen: from the targets of a plan to the probability that they are met, together.

pub mod compile;
pub mod ensemble;
pub mod error;
pub mod expr;
pub mod math;
pub mod model;
pub mod period;
pub mod plan;
pub mod sample;
pub mod simulate;
pub mod summary;

pub use compile::Program;
pub use ensemble::{Ensemble, Ensembles};
pub use error::{Error, Problem};
pub use model::{Model, schema};
pub use sample::Design;
pub use simulate::Sampling;
