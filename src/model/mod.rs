//! What the user writes: a [`Model`] of indicators, equations, uncertainty, scenarios and targets.
//!
//! Everything here is plain data with names in it. It is checked and turned into indices by
//! `compile`.

pub(crate) mod arithmetic;
mod build;
mod copula;
mod diff;
mod diff_tree;
mod distribution;
mod draft;
mod draws;
mod early_warning;
mod equation;
mod label;
mod link;
mod node;
mod not_used;
mod note;
mod of;
pub(crate) mod over;
mod pair;
mod parts;
mod plan_file;
pub mod process;
mod quantity;
mod read;
mod read_target;
mod read_values;
mod read_warning;
mod reader;
mod scenario;
mod schema;
mod stream;
mod target;
pub(crate) mod target_words;
mod version;
mod write;

pub use copula::Copula;
pub use diff::{Diff, Difference, DifferenceKind};
pub use distribution::*;
pub(crate) use draft::{Draft, Unread};
pub(crate) use draws::Tables;
pub use draws::{Draws, MOST_ROWS_INSIDE, PlanFiles};
pub use early_warning::{Severity, Warning};
pub use equation::Class;
pub(crate) use equation::Formula;
pub use label::Label;
pub use link::{Factor, Link};
pub use note::Note;
pub(crate) use note::Notes;
pub use of::Of;
pub use over::Over;
pub use pair::Pair;
pub use parts::{Event, Indicator, Lever, Parameter, Shock};
pub(crate) use parts::{is_probability, no_probability};
pub use plan_file::LARGEST;
pub use process::Process;
pub use quantity::{Quantity, Term, Value};
pub use scenario::{Action, Amount, Change, Scenario, Subject};
pub use schema::schema;
pub use stream::{Blocks, Stream};
pub use target::{About, Bound, Limit, Nature, Relative, Target, TargetSet};
pub use version::Version;

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Serialize;

use crate::period::Span;

/// Indicators, the equations between them, what is uncertain, scenarios and targets, over a span.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Model {
    /// Version of the plan file format: 1.
    pub schema: u32,
    /// The oldest version of the library that reads the plan, when it uses what came later than the
    /// first: an older one says that it is too old, and nothing else.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub requires: Option<Version>,
    /// Name of the plan or model.
    pub name: String,
    /// What a reader sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// A few sentences on what it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Where its figures come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// The periods that are simulated.
    pub periods: Span,
    /// The largest share of paths that may fail (a value that is not finite) before a run is an
    /// error; 0.001 unless given.
    #[serde(default = "failed_paths")]
    pub failed_paths: f64,
    /// Does it come from elsewhere? Then a behavioural equation without a declared shock is not a
    /// mistake: it has none. And equations are solved over the whole span, whatever is known there
    /// of indicators that have one. False unless given.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub imported: bool,
    /// The behavioural equations whose residuals are taken for random when residuals are redrawn;
    /// all of them unless given.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stochastic: Vec<String>,
    /// Indicators by name.
    #[serde(default)]
    pub indicators: IndexMap<String, Indicator>,
    /// Parameters by name, those of `draws` among them.
    #[serde(
        default,
        skip_serializing_if = "draws::none_written",
        serialize_with = "draws::without_members"
    )]
    pub parameters: IndexMap<String, Parameter>,
    /// Joint draws of several parameters by name: a path takes one row for all of them.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub draws: IndexMap<String, Draws>,
    /// Shocks by name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub shocks: IndexMap<String, Shock>,
    /// How shocks of one stream follow each other, by the name of the stream.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub streams: IndexMap<String, Stream>,
    /// Correlations of the Gaussian normal scores, between two shocks or two parameters:
    /// `"demand, employment" = 0.5`.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub correlations: IndexMap<Pair, f64>,
    /// Dependence in the tails by name, between shocks or between parameters.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub copulas: IndexMap<String, Copula>,
    /// Event risks by name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub events: IndexMap<String, Event>,
    /// Levers by name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub levers: IndexMap<String, Lever>,
    /// Series breaks by name: what links outturns on a new basis to the histories.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub links: IndexMap<String, Link>,
    /// Early warnings by name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub warnings: IndexMap<String, Warning>,
    /// Targets, in the order of the plan.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<Target>,
    /// Named sets of targets.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub target_sets: IndexMap<String, TargetSet>,
    /// Scenarios by name; `baseline` and `mixture` are reserved.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub scenarios: IndexMap<String, Scenario>,
    /// Where it was read from.
    #[serde(skip)]
    pub(crate) origin: Origin,
    /// What those who made it want to say.
    #[serde(skip)]
    pub(crate) notes: Notes,
}

/// The file and the lines that a model was read from. It says nothing about the model, so any two
/// are equal.
#[derive(Debug, Clone, Default)]
pub(crate) struct Origin {
    file: Option<String>,
    lines: IndexMap<String, usize>,
    /// What could not be read, of a model that is no more than a draft.
    pub(crate) unread: Unread,
}

impl PartialEq for Origin {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Origin {
    /// The line of an address, or of the closest part around it.
    fn line(&self, address: &str) -> Option<usize> {
        let mut address = address;
        loop {
            if let Some(&line) = self.lines.get(address) {
                return Some(line);
            }
            address = &address[..address.rfind(['.', '['])?];
        }
    }
}

fn failed_paths() -> f64 {
    0.001
}

impl Model {
    /// An empty model over a span.
    ///
    /// ```
    /// use tinbergen::model::Model;
    /// let model = Model::new("plan", "2021..2025".parse()?);
    /// assert_eq!(model.periods.len(), 5);
    /// # Ok::<(), tinbergen::period::PeriodError>(())
    /// ```
    pub fn new(name: impl Into<String>, periods: Span) -> Self {
        Self {
            schema: 1,
            requires: None,
            name: name.into(),
            label: None,
            description: None,
            source: None,
            periods,
            failed_paths: failed_paths(),
            imported: false,
            stochastic: Vec::new(),
            indicators: IndexMap::new(),
            parameters: IndexMap::new(),
            draws: IndexMap::new(),
            shocks: IndexMap::new(),
            streams: IndexMap::new(),
            correlations: IndexMap::new(),
            copulas: IndexMap::new(),
            events: IndexMap::new(),
            levers: IndexMap::new(),
            links: IndexMap::new(),
            warnings: IndexMap::new(),
            targets: Vec::new(),
            target_sets: IndexMap::new(),
            scenarios: IndexMap::new(),
            origin: Origin::default(),
            notes: Notes::default(),
        }
    }
}
