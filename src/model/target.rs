//! Targets of a plan.

use std::borrow::Cow;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::arithmetic::Window;
use super::{Label, Of, Over};
use crate::expr::{Expr, Text};
use crate::period::{Period, Span};

/// What a plan wants of an indicator, and when.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Target {
    /// Its name; unique, and not `all`, `binding` or `expected`.
    pub id: String,
    /// What a reader sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// What it is about: an indicator, or a formula.
    #[serde(flatten)]
    pub about: About,
    /// Its level (unless said), change or growth.
    #[serde(default, skip_serializing_if = "is_default")]
    pub of: Of,
    /// The period that change and growth are counted from; the one before each unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub base: Option<Period>,
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
    /// The indicator it is about; none for a formula.
    pub fn indicator(&self) -> Option<&str> {
        match &self.about {
            About::Indicator { indicator } => Some(indicator),
            About::Formula { .. } => None,
        }
    }

    /// What of it counts, over which periods, counted from where.
    pub(crate) fn window(&self) -> Window {
        Window { of: self.of, span: self.period, base: self.base }
    }

    /// What a finding or a table calls what it is about: the indicator, or the formula.
    pub fn subject(&self) -> &str {
        match &self.about {
            About::Indicator { indicator } => indicator,
            About::Formula { equation, .. } => equation.as_str(),
        }
    }
}

/// What a target is about.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum About {
    /// An indicator.
    Indicator {
        /// Its name.
        indicator: String,
    },
    /// A formula.
    Formula {
        /// An expression in indicators, without a left side: `rd_expenditure / gdp`.
        equation: Text<Expr>,
        /// Its unit, in words.
        #[serde(skip_serializing_if = "Option::is_none")]
        unit: Option<String>,
    },
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

/// What a bound says: where what counts has to lie.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Sense<'a> {
    /// The key in a plan file.
    pub(crate) key: &'static str,
    /// The numbers it lies between; of what is left after the limit, where that is relative.
    pub(crate) low: Option<f64>,
    pub(crate) high: Option<f64>,
    /// Are the ends themselves not enough?
    pub(crate) strict: bool,
    /// The limit that another indicator sets.
    pub(crate) relative: Option<&'a Relative>,
}

impl Bound {
    /// What it says; this and `moved` alone tell bounds apart.
    pub(crate) fn sense(&self) -> Sense<'_> {
        let (key, low, limit, strict) = match self {
            Self::AtLeast(limit) => ("at_least", true, limit, false),
            Self::AtMost(limit) => ("at_most", false, limit, false),
            Self::Above(limit) => ("above", true, limit, true),
            Self::Below(limit) => ("below", false, limit, true),
            Self::Between([low, high]) => {
                let (low, high) = (Some(*low), Some(*high));
                return Sense { key: "between", low, high, strict: false, relative: None };
            }
        };
        let (number, relative) = match limit {
            Limit::Number(number) => (*number, None),
            Limit::Relative(relative) => (0.0, Some(relative)),
        };
        let (low, high) = if low { (Some(number), None) } else { (None, Some(number)) };
        Sense { key, low, high, strict, relative }
    }
}

impl Bound {
    /// Its key in a plan file: `at_least`.
    pub fn key(&self) -> &'static str {
        self.sense().key
    }

    /// The numbers that it names: the least that is enough, and the most. Of a limit that moves with another
    /// indicator that is what is added to it.
    ///
    /// ```
    /// use tinbergen::model::{Bound, Limit};
    /// assert_eq!(Bound::AtMost(Limit::Number(5.0)).numbers(), (None, Some(5.0)));
    /// assert_eq!(Bound::Between([2.0, 3.0]).numbers(), (Some(2.0), Some(3.0)));
    /// ```
    pub fn numbers(&self) -> (Option<f64>, Option<f64>) {
        let sense = self.sense();
        let plus = sense.relative.map(|relative| relative.plus);
        (sense.low.map(|low| plus.unwrap_or(low)), sense.high.map(|high| plus.unwrap_or(high)))
    }

    /// The same bound with each number that it names put through a function: the least that is enough, and the
    /// most.
    pub(crate) fn moved(&self, low: impl Fn(f64) -> f64, high: impl Fn(f64) -> f64) -> Self {
        let limit = |limit: &Limit, to: &dyn Fn(f64) -> f64| match limit {
            Limit::Number(number) => Limit::Number(to(*number)),
            Limit::Relative(relative) => {
                Limit::Relative(Relative { plus: to(relative.plus), ..relative.clone() })
            }
        };
        match self {
            Self::AtLeast(least) => Self::AtLeast(limit(least, &low)),
            Self::AtMost(most) => Self::AtMost(limit(most, &high)),
            Self::Above(least) => Self::Above(limit(least, &low)),
            Self::Below(most) => Self::Below(limit(most, &high)),
            Self::Between([least, most]) => Self::Between([low(*least), high(*most)]),
        }
    }
}

impl Sense<'_> {
    /// The numbers it lies between, infinite where there is none.
    pub(crate) fn ends(&self) -> (f64, f64) {
        (self.low.unwrap_or(f64::NEG_INFINITY), self.high.unwrap_or(f64::INFINITY))
    }

    /// Is a distance to the bound enough? Never where it is not a number.
    #[inline]
    pub(crate) fn is_met(&self, room: f64) -> bool {
        if self.strict { room > 0.0 } else { room >= 0.0 }
    }

    /// The number that meets it exactly; none for a range.
    pub(crate) fn exact(&self) -> Option<f64> {
        match (self.low, self.high) {
            (Some(_), Some(_)) => None,
            (low, high) => low.or(high),
        }
    }
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
