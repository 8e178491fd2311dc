//! Models held against data.

mod coefficients;
mod import_check;
mod redraw;
mod residuals;
mod shrink;

pub use import_check::{ImportCheck, Verdict};
pub use redraw::{Draw, Redraw};
pub use residuals::Residuals;
