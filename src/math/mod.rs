//! Elementary and special functions from `+ - * /` and `sqrt` only, so that every platform gives
//! the same bits: no mathematical library of the system, no fused multiply-add.

mod elementary;
mod exact_sums;
mod function;
mod inverse;
mod kept;
mod natural;
mod normal;
mod pieces;
mod quadrature;
mod sides;
mod special;
mod student;
mod table;
mod wave;
mod width;

pub(crate) use elementary::log2_ceiling;
pub use elementary::{
    atanh, exp, exp_m1, expit, expit_between, ln, ln_1p, logit, logit_between, pow, tanh,
};
pub(crate) use exact_sums::ExactSums;
pub use function::Elementary;
pub(crate) use function::{Domain, Inverse, Shape};
pub(crate) use inverse::{InverseCdf, Tabulated, place};
pub(crate) use normal::normal_quantile_of;
pub use normal::{
    Tail, normal_cdf, normal_quantile, normal_quantiles, normal_tail, normcdf, norminv, normpdf,
};
pub(crate) use pieces::{Pieces, root};
pub(crate) use quadrature::{integral, moments};
pub use sides::Score;
pub(crate) use sides::{Cdf, Sides, ln_normal_density};
pub(crate) use special::{beta_factor, gamma_factor};
pub use special::{incomplete_beta, incomplete_gamma, ln_gamma};
pub use student::student_t_quantile;
pub(crate) use table::{Table, solve};
pub use wave::{cos, sin};
pub(crate) use width::{Kernel, Width};
