//! What is found, and the rules by which.

use indexmap::IndexMap;
use serde::Serialize;

use crate::error::Problem;

/// The kinds of findings, most severe first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum Kind {
    /// A target that the equations alone exclude.
    OutOfReach,
    /// Targets that no values meet together.
    Infeasible,
    /// Targets that imply something the plan does not say, when each is met exactly.
    Tension,
    /// Targets that say different things of the same number.
    Disagreement,
    /// A target that comes by itself with another one.
    Overlap,
    /// Targets that say the same of the same number.
    Duplicate,
    /// A target on growth that is not defined, since what it is counted from is not positive.
    Undefined,
    /// An indicator with a target, and no figure to start from.
    NoBase,
    /// A target that is met where the plan begins.
    AlreadyMet,
    /// Something odd in the model that has nothing to do with targets.
    Warning,
}

impl Kind {
    /// As it is written: `out_of_reach`.
    pub fn name(self) -> &'static str {
        match self {
            Self::OutOfReach => "out_of_reach",
            Self::Infeasible => "infeasible",
            Self::Tension => "tension",
            Self::Disagreement => "disagreement",
            Self::Overlap => "overlap",
            Self::Duplicate => "duplicate",
            Self::Undefined => "undefined",
            Self::NoBase => "no_base",
            Self::AlreadyMet => "already_met",
            Self::Warning => "warning",
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

/// Something that a plan should be asked about.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Finding {
    /// What kind of thing it is.
    pub kind: Kind,
    /// Ids of the targets that it takes; each of them was needed to find it.
    pub targets: Vec<String>,
    /// The indicators it is about.
    pub indicators: Vec<String>,
    /// What was found, in plain words with numbers.
    pub message: String,
    /// Sections of the text that the targets are from.
    pub sources: Vec<String>,
    /// What would resolve it.
    pub resolve: String,
    /// The numbers of the message by name, in the unit of what they are about; growth as a
    /// fraction.
    pub values: IndexMap<String, f64>,
}

impl std::fmt::Display for Finding {
    /// `kind: targets: message`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.targets.as_slice() {
            [] => write!(f, "{}: {}", self.kind, self.message),
            targets => write!(f, "{}: {}: {}", self.kind, targets.join(", "), self.message),
        }
    }
}

/// When an implied number is worth a finding.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Rules {
    /// The share of the probability, around the centre, within which a number is what the plan's
    /// own equations give; 0.9 unless set.
    pub central: f64,
    /// By how much figures of a plan are rounded, as a share of themselves; 0.005 unless set.
    pub rounding: f64,
}

impl Default for Rules {
    fn default() -> Self {
        Self { central: 0.9, rounding: 0.005 }
    }
}

impl Rules {
    /// The same with another central share, between 0 and 1.
    #[must_use]
    pub fn with_central(mut self, central: f64) -> Self {
        self.central = central;
        self
    }

    /// The same with another rounding.
    #[must_use]
    pub fn with_rounding(mut self, rounding: f64) -> Self {
        self.rounding = rounding;
        self
    }
}

/// A warning of the compiler as a finding.
pub(super) fn warning(problem: &Problem) -> Finding {
    let name = problem.address.strip_prefix("indicators.").and_then(|rest| rest.split('.').next());
    let message = match problem.address.as_str() {
        "" => problem.message.clone(),
        address => format!("{address}: {}", problem.message),
    };
    Finding {
        kind: Kind::Warning,
        targets: Vec::new(),
        indicators: name.map(str::to_owned).into_iter().collect(),
        message,
        sources: Vec::new(),
        resolve: "change the model at this address, or leave it so knowingly".to_owned(),
        values: IndexMap::new(),
    }
}
