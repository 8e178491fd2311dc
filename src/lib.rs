//! tinbergen: from the targets of a plan to the probability that they are met, together.

pub mod error;
pub mod math;
pub mod model;
pub mod period;
pub mod sample;
