//! Published models and their data, read into a [`Model`](crate::Model).
//!
//! What an importer cannot map is said, with the line, and never dropped in silence.

mod assemble;
mod data;
mod eviews;
mod eviews_terms;
mod frbus;
mod modelflow;
mod plain;
mod plain_words;
mod plain_write;

pub use data::Data;
pub use eviews::read_eviews;
pub use frbus::read_frbus;
pub use modelflow::read_modelflow;
pub use plain::read_text;
