//! The parts of a model: indicators, parameters, shocks, events, levers.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Serialize;

use super::{Distribution, Label, Process, Quantity, Term, Value};
use crate::expr::{Equation, Text};
use crate::period::Period;

/// A named series with a unit.
///
/// It has a process, or an equation, or neither: then it is known from its history alone or set
/// by every scenario.
#[derive(Debug, Clone, PartialEq, Default, Serialize, JsonSchema)]
pub struct Indicator {
    /// What a reader sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// Its unit, in words: `"CNY 100 million"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// For money: `"current"` or `"constant 2020"`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub prices: Option<String>,
    /// Its equation: `"y = ..."` (identity) or `"y ~ ..."` (behavioural).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub equation: Option<Text<Equation>>,
    /// A short form for an equation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub process: Option<Process>,
    /// The page or section it is from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Why it is modelled so, when no source says it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assumption: Option<String>,
    /// Known values; the last one is the jump-off.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub history: IndexMap<Period, Quantity>,
    /// What is added to the right side of its equation in single periods, in every scenario: add
    /// factors, in the space of the left side.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub add_factors: IndexMap<Period, f64>,
}

impl Indicator {
    /// Has it neither an equation nor a process?
    pub fn is_exogenous(&self) -> bool {
        self.equation.is_none() && self.process.is_none()
    }
}

/// A number that equations use: fixed, or drawn once per path.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// The number or distribution, with its source.
    pub quantity: Quantity,
    /// What a reader sees.
    pub label: Option<Label>,
    /// Its unit, in words.
    pub unit: Option<String>,
}

#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum WrittenParameter {
    Bare(f64),
    Table(Box<WrittenParameterTable>),
}

#[derive(Serialize, JsonSchema)]
struct WrittenParameterTable {
    /// What a reader sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<Label>,
    /// Its unit, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<String>,
    #[serde(flatten)]
    quantity: super::quantity::WrittenTable,
}

impl Serialize for Parameter {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.label.is_none()
            && self.unit.is_none()
            && let Quantity { value: Value::Number(number), source: None, assumption: None } =
                self.quantity
        {
            return WrittenParameter::Bare(number).serialize(serializer);
        }
        WrittenParameter::Table(Box::new(WrittenParameterTable {
            label: self.label.clone(),
            unit: self.unit.clone(),
            quantity: self.quantity.table(),
        }))
        .serialize(serializer)
    }
}

impl JsonSchema for Parameter {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Parameter".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        WrittenParameter::json_schema(generator)
    }
}

impl<T: Into<Quantity>> From<T> for Parameter {
    fn from(quantity: T) -> Self {
        Self { quantity: quantity.into(), label: None, unit: None }
    }
}

/// A random term, drawn per path and period.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Shock {
    /// What a reader sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// What it is drawn from.
    #[serde(flatten)]
    pub distribution: Distribution,
    /// Name of the stream of its random numbers; its own unless given. Shocks of one stream are
    /// drawn from the same random numbers: with empirical distributions of as many values each,
    /// the same place in all of them, so whole periods of residuals are drawn together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stream: Option<String>,
    /// The page or section it is from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Why it was assumed, when no source has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assumption: Option<String>,
}

impl From<Distribution> for Shock {
    fn from(distribution: Distribution) -> Self {
        Self { label: None, distribution, stream: None, source: None, assumption: None }
    }
}

/// An event risk: it may begin in any period, and while it lasts it adds to shocks.
///
/// Its size and duration are drawn when it begins.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Event {
    /// What a reader sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// Probability that it begins in a period in which it may: a number, or an expression in
    /// parameters.
    pub probability: Term,
    /// How many periods it lasts, rounded to a whole number of at least 1; 1 unless given.
    #[serde(default = "one", skip_serializing_if = "is_one")]
    pub duration: Quantity,
    /// May it begin again while it lasts? Sizes then add up. False unless given.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub overlap: bool,
    /// The page or section it is from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Why it was assumed, when no source has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assumption: Option<String>,
    /// What it adds to each named shock while it lasts.
    pub size: IndexMap<String, Quantity>,
}

fn one() -> Quantity {
    Quantity::from(1.0)
}

fn is_one(quantity: &Quantity) -> bool {
    *quantity == one()
}

/// A parameter that a decision-maker can move, with a range and a cost.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Lever {
    /// What a reader sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// The parameter it moves.
    pub parameter: String,
    /// The lowest and the highest setting.
    pub range: [f64; 2],
    /// The smallest step, when settings are not continuous.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<f64>,
    /// Cost of one unit of the parameter, or an expression in the setting `x`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Term>,
    /// The page or section it is from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Why it was assumed, when no source has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assumption: Option<String>,
}
