//! Scenarios: named lists of changes to the baseline.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Label, Quantity, Value};
use crate::period::{Period, Span};

/// A named list of changes to the baseline.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
pub struct Scenario {
    /// What a reader sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// Probability, for the mixture over scenarios.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability: Option<f64>,
    /// Another scenario, whose changes come first.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extends: Option<String>,
    /// The page or section it is from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Why it was assumed, when no source has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assumption: Option<String>,
    /// The changes, in the order in which they apply.
    #[serde(default)]
    pub changes: Vec<Change>,
}

/// One change: what it acts on, when, and how.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Change {
    /// What it acts on.
    #[serde(flatten)]
    pub subject: Subject,
    /// When; the whole span unless given. A parameter has no periods.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub periods: Option<Span>,
    /// How.
    #[serde(flatten)]
    pub action: Action,
    /// Where an indicator is `set`: the indicator whose value is solved for instead, so that the
    /// equation of the indicator gives what is set. Its own equation does not hold meanwhile: what
    /// is missing is its add factor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
    /// The page or section it is from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Why it was assumed, when no source has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assumption: Option<String>,
}

/// What a change acts on: `parameter = "name"`, `shock = "name"` or `indicator = "name"`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Subject {
    /// A parameter: `set` replaces it, `add` and `scale` act on what is drawn.
    Parameter(String),
    /// A shock: `add` shifts the draw, `scale` multiplies its deviation from its mean.
    Shock(String),
    /// An indicator: `set` exogenises it, `set` with `by` solves for another instead, `add` is an add factor in the space of its left side.
    Indicator(String),
}

/// How a change acts.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// Replace.
    Set(Amount),
    /// Add.
    Add(Amount),
    /// Multiply.
    Scale(Amount),
}

/// The amount of a change: one for all its periods, or one for each.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Amount {
    /// The same in every period; a distribution only where a parameter is set.
    Same(Quantity),
    /// One number for each period named.
    ByPeriod(IndexMap<Period, f64>),
}

impl Amount {
    /// The number, when it is one number for all periods.
    pub fn number(&self) -> Option<f64> {
        match self {
            Self::Same(Quantity { value: Value::Number(number), .. }) => Some(*number),
            _ => None,
        }
    }
}
