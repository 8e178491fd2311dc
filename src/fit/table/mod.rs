//! From a table of figures to a model: which process each column is, who learns from whom, what follows from
//! what, and the model that the posterior makes.

mod assemble;
mod beside;
mod checks;
mod coefficients;
mod column;
mod correlation;
mod count;
mod covariates;
mod draw;
mod equations;
mod existing;
mod fitting;
mod given;
mod identities;
mod kind;
mod lever;
mod panels;
mod prior;
mod remark;
mod report;
mod smooth;
mod space;
#[cfg(test)]
mod tests;
mod told;
mod wanted;
mod work;

pub use beside::Beside;
pub use fitting::{Fitted, Fitting};
pub use kind::Kind;
pub use report::{Estimate, Report, Weight};
