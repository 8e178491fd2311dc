//! Models checked against data.

mod changed;
mod checked;
mod coefficients;
mod identities;
mod import_check;
mod own_add_factor;
mod paths;
mod redraw;
mod residuals;
mod shrink;
mod track;

pub(crate) use changed::changed;
pub use identities::{Identities, IdentityCheck, identity_check};
pub use import_check::{ImportCheck, Verdict};
pub use redraw::{Draw, Redraw};
pub use residuals::Residuals;
