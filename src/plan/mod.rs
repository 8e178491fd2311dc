//! Questions that planners ask of an ensemble: is a target met, how likely, all of them together,
//! what limits them, when, by how much, and what it would take. docs/targets.md has every measure.

mod alerts;
mod attained;
mod attainment;
mod attainment_contrast;
mod consistency;
mod explain;
mod goal;
mod headroom;
mod inputs;
mod joint;
mod levers;
mod likeliest;
mod marks;
mod matters;
mod met;
mod outlook;
mod pathless;
mod progress;
mod rare;
mod requirements;
mod revise;
mod room;
mod sets;
mod shortfall;
mod standing;
mod streamed;
mod sweep;
mod tape;
mod tiled;
mod timing;
mod until;
mod variance;
mod vintages;

pub use crate::sensitivity::{MOST_PLAYERS, shapley, shapley_weights};
pub use alerts::{Alert, Reading, WarningRecord, warning_alerts, warning_readings, warning_record};
pub use attained::attainment;
pub use attainment::{Attainment, HEADROOM_LEVELS, Met, attainment_in};
pub use attainment_contrast::{AttainmentDifference, attainment_contrast};
pub use consistency::{
    Finding, Kind as FindingKind, Rules as FindingRules, consistency, consistency_by,
};
pub use explain::{
    CoalitionValues, Explained, ExplainedPart, Explaining, Explanation, Group as ExplainedGroup,
    Question, Side, explain,
};
pub use goal::Goal;
pub use headroom::{headroom, is_met, subject_paths};
pub use inputs::{Input, inputs, inputs_given};
pub use joint::{
    GoalProbability, Limiting, Pair, limiting, pairs, probabilities, probabilities_in,
};
pub use levers::{
    FrontierPoint, Isoquant, IsoquantPoint, Levers, Search, Seek, Seeking, Setting as LeverSetting,
    frontier, idle_levers, is_idle_lever, isoquant, lever_costs, lever_shares, seek,
};
pub use likeliest::{MostLikely, PathValue, most_likely};
pub use marks::{Mark, Rate, mark};
pub use matters::{
    GivenIndices, Outcome, Redrawing, RedrawnIndices, TornadoRow, given_indices, redrawn_indices,
    shapley_indices, tornado,
};
pub use met::Bits;
pub use outlook::Outlook;
pub use progress::{Progress, RequiredLevel, Status, StatusRule, progress, required_paths};
pub use rare::{Rare, rare};
pub use requirements::{Driver, Requirement, requirements, requirements_given};
pub use revise::{
    RevisedBound, RevisedTarget, Revising, Revision, Spread as RevisionSpread, revise, revise_given,
};
pub use sets::sets;
pub use shortfall::{MeanWithError, Shortfall, shortfall};
pub use streamed::{Moments, Ranges, Streamed, StreamedFan};
pub use sweep::{Sweep, SweepSetting, Swept, sweep};
pub use tiled::{Chosen, Tiled};
pub use timing::{FirstMet, first_met};
pub use until::{Precision, Until, simulate_until};
pub use variance::{Of as VarianceOf, VarianceShare, variance_split};
pub use vintages::{RoundAttainment, attainment_given, rounds};
