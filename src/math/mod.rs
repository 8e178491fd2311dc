//! Elementary and special functions from `+ - * /` and `sqrt` only, so that every platform gives
//! the same bits: no mathematical library of the system, no fused multiply-add.

mod elementary;
mod function;
mod normal;
mod special;
mod wave;
mod width;

pub use elementary::{exp, expit, ln, ln_1p, logit, pow};
pub use function::Elementary;
pub(crate) use function::{Domain, Inverse, Shape};
pub use normal::{Tail, normal_cdf, normal_quantile, normal_quantiles, normal_tail};
pub(crate) use special::{beta_factor, gamma_factor};
pub use special::{incomplete_beta, incomplete_gamma, ln_gamma};
pub use wave::{cos, sin};
pub(crate) use width::{Kernel, Width};
