//! Questions that planners ask of an ensemble: is a target met, how likely, all of them together,
//! what limits them, when, by how much, and what it would take. docs/targets.md has every measure.

mod attainment;
mod consistency;
mod contrast;
mod explain;
mod goal;
mod headroom;
mod joint;
mod levers;
mod likeliest;
mod marks;
mod progress;
mod requirements;
mod shortfall;
mod standing;
mod timing;
mod tracking;
mod until;
mod variance;
mod warning;

pub use attainment::{Attainment, HEADROOM_LEVELS, Met, attainment, attainment_in, sets};
pub use consistency::{
    Finding, Kind as FindingKind, Rules as FindingRules, consistency, consistency_by,
};
pub use contrast::{AttainmentDifference, attainment_contrast};
pub use explain::{
    Explained, ExplainedPart, Explanation, Group as ExplainedGroup, MOST_PLAYERS, Question, Side,
    explain, shapley, shapley_weights,
};
pub use goal::Goal;
pub use headroom::{headroom, is_met, subject_paths};
pub use joint::{
    GoalProbability, Limiting, Pair, limiting, pairs, probabilities, probabilities_in,
};
pub use levers::{
    FrontierPoint, Isoquant, IsoquantPoint, Seek, Seeking, Setting as LeverSetting, frontier,
    isoquant, seek,
};
pub use likeliest::{MostLikely, PathValue, most_likely};
pub use marks::{Mark, Rate, mark};
pub use progress::{
    Outlook, Progress, RequiredLevel, Status, StatusRule, progress, required_paths,
};
pub use requirements::{Driver, Requirement, requirements, requirements_given};
pub use shortfall::{MeanWithError, Shortfall, shortfall};
pub use timing::{FirstMet, first_met};
pub use tracking::{RoundAttainment, attainment_given, rounds};
pub use until::{Precision, Until, simulate_until};
pub use variance::{Of as VarianceOf, VarianceShare, variance_split};
pub use warning::{
    Alert, Reading, WarningRecord, warning_alerts, warning_readings, warning_record,
};
