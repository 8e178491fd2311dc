//! Models held against data.

mod carried;
mod changed;
mod coefficients;
mod identities;
mod import_check;
mod paths;
mod redraw;
mod residuals;
mod shrink;
mod track;
mod values;

pub(crate) use changed::changed;
pub use identities::{Identities, IdentityCheck, identity_check};
pub use import_check::{ImportCheck, Verdict};
pub use redraw::{Draw, Redraw};
pub use residuals::Residuals;
