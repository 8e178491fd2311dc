//! Targets of a plan.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::Label;
use crate::period::Span;

/// What a plan wants of an indicator, and when.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Target {
    /// Its name; unique, and not `all`, `binding` or `expected`.
    pub id: String,
    /// What a reader sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// The indicator it is about.
    pub indicator: String,
    /// Its level (unless said), change or growth.
    #[serde(default, skip_serializing_if = "is_default")]
    pub of: Of,
    /// How the periods are put together; the last one counts unless said.
    #[serde(default, skip_serializing_if = "is_default")]
    pub over: Over,
    /// The period, or the span of periods.
    pub period: Span,
    /// The bound.
    #[serde(flatten)]
    pub bound: Bound,
    /// How binding the plan says it is.
    #[serde(default, skip_serializing_if = "is_default")]
    pub nature: Nature,
    /// The page or section it is from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Why it is read so, when the text leaves it open.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assumption: Option<String>,
}

impl Target {
    /// Is the indicator part of it, as its subject or in its limit?
    pub fn concerns(&self, indicator: &str) -> bool {
        let other = match &self.bound {
            Bound::AtLeast(limit)
            | Bound::AtMost(limit)
            | Bound::Above(limit)
            | Bound::Below(limit) => match limit {
                Limit::Relative(relative) => Some(relative.indicator.as_str()),
                Limit::Number(_) => None,
            },
            Bound::Between(_) => None,
        };
        self.indicator == indicator || other == Some(indicator)
    }
}

/// Targets whose joint probability is wanted.
///
/// In a plan file: `["gdp-2025", "jobs-2025"]`, or
/// `{ targets = ["gdp-2025", "jobs-2025"], label = "Economy" }`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct TargetSet {
    /// Ids of its members.
    pub targets: Vec<String>,
    /// What a reader sees.
    pub label: Option<Label>,
}

impl<T: Into<String>> FromIterator<T> for TargetSet {
    fn from_iter<I: IntoIterator<Item = T>>(targets: I) -> Self {
        Self { targets: targets.into_iter().map(Into::into).collect(), label: None }
    }
}

/// Targets whose joint probability is wanted: their ids, or a table of them with a label.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum WrittenSet<'a> {
    Bare(Cow<'a, [String]>),
    Table {
        /// Ids of its members.
        targets: Cow<'a, [String]>,
        /// What a reader sees.
        #[serde(skip_serializing_if = "Option::is_none")]
        label: Option<&'a Label>,
    },
}

impl Serialize for TargetSet {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let targets = Cow::Borrowed(self.targets.as_slice());
        match &self.label {
            None => WrittenSet::Bare(targets),
            label => WrittenSet::Table { targets, label: label.as_ref() },
        }
        .serialize(serializer)
    }
}

impl JsonSchema for TargetSet {
    fn schema_name() -> Cow<'static, str> {
        "TargetSet".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        WrittenSet::json_schema(generator)
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// What of the indicator counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Of {
    /// Its level, in its unit.
    #[default]
    Level,
    /// Its change on the period before, in its unit.
    Change,
    /// Its growth on the period before, as a fraction: 0.1 is 10 %.
    Growth,
}

/// How the periods of a span are put together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Over {
    /// The last period counts.
    #[default]
    Last,
    /// The sum over the span.
    Sum,
    /// The mean; for growth the compound rate per period over the span.
    Mean,
    /// The smallest.
    Min,
    /// The largest.
    Max,
    /// The bound holds in every period.
    Every,
}

/// The bound of a target.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Bound {
    /// Met at the limit and above it.
    AtLeast(Limit),
    /// Met at the limit and below it.
    AtMost(Limit),
    /// Met above the limit only.
    Above(Limit),
    /// Met below the limit only.
    Below(Limit),
    /// Met between the two, both included.
    Between([f64; 2]),
}

/// A limit: a number, or what another indicator does.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Limit {
    /// A number in the unit of what counts.
    Number(f64),
    /// `times` x what counts of another indicator, `plus` a number.
    Relative(Relative),
}

/// A limit that moves with another indicator.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Relative {
    /// The other indicator.
    pub indicator: String,
    /// Level, change or growth of the other; as in the target unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<Of>,
    /// How its periods are put together; as in the target unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub over: Option<Over>,
    /// Factor; 1 unless given.
    #[serde(default = "one")]
    pub times: f64,
    /// Addend, in the unit of what counts; 0 unless given.
    #[serde(default)]
    pub plus: f64,
}

fn one() -> f64 {
    1.0
}

/// How binding a target is, in the planners' own words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Nature {
    /// The authority must reach it (约束性).
    Binding,
    /// The authority expects it (预期性).
    #[default]
    Expected,
}
