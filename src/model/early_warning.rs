//! Early warnings: rules on leading indicators and on probabilities.

use schemars::JsonSchema;
use serde::Serialize;

use super::{About, Bound, Label, Of, Over, Target};
use crate::expr::{Expr, Text};
use crate::period::{Period, Span};

/// A rule that warns before a target fails.
///
/// It has one of three rules: an indicator or a formula with a bound that *fires* where it holds; a
/// probability below a level; a fall of a probability between two rounds.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Warning {
    /// What a reader sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// The leading indicator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub indicator: Option<String>,
    /// In place of an indicator: a formula, an expression in indicators.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub equation: Option<Text<Expr>>,
    /// Level (unless said), change or growth of the indicator.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<Of>,
    /// How the periods of the window are put together: the last one unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub over: Option<Over>,
    /// How many periods up to the one that is looked at; 1 unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub window: Option<u32>,
    /// The periods that are looked at; all unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub periods: Option<Span>,
    /// The bound: it fires where this holds.
    #[serde(flatten)]
    pub bound: Option<Bound>,
    /// It fires where the probability of the target is below this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub probability_below: Option<f64>,
    /// It fires where the probability of the target has fallen by more than this since the round
    /// before: 0.1 is ten percentage points.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub falls_by: Option<f64>,
    /// The target or set whose failure it warns of; `all` unless said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// How grave it is.
    #[serde(default, skip_serializing_if = "is_default")]
    pub severity: Severity,
    /// What to say when it fires.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
    /// The page or section it is from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Why it was assumed, when no source has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assumption: Option<String>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// How grave a warning is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Worth watching.
    Watch,
    /// Worth looking into.
    #[default]
    Warning,
    /// Worth acting on.
    Alarm,
}

impl Severity {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Watch => "watch",
            Self::Warning => "warning",
            Self::Alarm => "alarm",
        }
    }
}

impl Warning {
    /// Is its rule on an indicator or a formula?
    pub(crate) fn has_rule(&self) -> bool {
        self.indicator.is_some() || self.equation.is_some()
    }

    /// The rule on an indicator or a formula in a period, as a target that is met where it fires; none
    /// for other rules.
    pub(crate) fn rule(&self, period: Period) -> Option<Target> {
        let about = match (&self.indicator, &self.equation) {
            (Some(indicator), _) => About::Indicator { indicator: indicator.clone() },
            (None, Some(equation)) => About::Formula { equation: equation.clone(), unit: None },
            (None, None) => return None,
        };
        let window = self.window.unwrap_or(1) as i32;
        let span = Span::new(period - (window - 1), period).ok()?;
        let (of, over) = (self.of.unwrap_or_default(), self.over.unwrap_or_default());
        let rule = Target::new("", "", span, self.bound.clone()?).with_measure(of, over);
        Some(Target { about, ..rule })
    }

    /// The target or set whose failure it warns of.
    pub fn of_target(&self) -> &str {
        self.target.as_deref().unwrap_or("all")
    }
}
