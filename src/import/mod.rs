//! Published models and their data, read into a [`Model`](crate::Model).
//!
//! What an importer cannot map is said, with the line, and never dropped in silence.

mod data;
mod frbus;
mod modelflow;

pub use data::Data;
pub use frbus::read_frbus;
pub use modelflow::read_modelflow;
