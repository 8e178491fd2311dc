//! What the user writes.

mod distribution;

pub use distribution::Distribution;
