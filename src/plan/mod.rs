//! Questions that planners ask of an ensemble: is a target met, how likely, all of them together.

mod attainment;
mod consistency;
mod contrast;
mod headroom;
mod variance;

pub use attainment::{Attainment, HEADROOM_LEVELS, Met, attainment, attainment_in, sets};
pub use consistency::{
    Finding, Kind as FindingKind, Rules as FindingRules, consistency, consistency_by,
};
pub use contrast::{AttainmentDifference, attainment_contrast};
pub use headroom::{headroom, is_met};
pub use variance::{Of as VarianceOf, VarianceShare, variance_split};
