//! Models held against data.

mod residuals;

pub use residuals::Residuals;
