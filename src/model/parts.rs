//! The parts of a model: indicators, parameters, shocks, events, levers.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Serialize;

use super::target_words::figure;
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
    /// The joint draws that it is a column of, where it is one: its distribution is that of the column.
    pub draws: Option<String>,
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
        Self { quantity: quantity.into(), label: None, unit: None, draws: None }
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
    /// How many periods it lasts: a whole number of at least 1, or a distribution, of which what is drawn
    /// is rounded; 1 unless given.
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

impl Event {
    /// What is wrong with its numbers, each with its field: a probability that is not from 0 to 1, a
    /// duration that is no number of periods, a size that is not finite.
    pub(crate) fn problems(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        if let Term::Number(number) = self.probability {
            found.extend(no_probability(number).map(|message| ("probability".to_owned(), message)));
        }
        let duration = match &self.duration.value {
            Value::Number(number) if *number >= 1.0 && number.fract() == 0.0 => None,
            Value::Number(number) => Some(format!(
                "{number} is no number of periods; expected a whole number of at least 1, or a distribution"
            )),
            Value::Drawn(drawn) => (too_short(drawn) >= 1.0).then(|| {
                "nothing that is drawn here is a period long; expected a distribution of at least 1"
                    .to_owned()
            }),
        };
        found.extend(duration.map(|message| ("duration".to_owned(), message)));
        for (shock, size) in &self.size {
            if let Value::Number(number) = size.value
                && !number.is_finite()
            {
                found.push((format!("size.{shock}"), format!("{number} is not a finite number")));
            }
        }
        found
    }

    /// What is odd about the lengths that are drawn, if anything: some are less than a period.
    pub(crate) fn odd_duration(&self) -> Option<String> {
        let Value::Drawn(drawn) = &self.duration.value else { return None };
        let share = too_short(drawn);
        (share > 0.0).then(|| {
            format!(
                "{} % of what is drawn here is less than one period, and paths in which the event begins \
                 with it fail; draw it from what begins at 1: values (empirical, discrete), or truncated with \
                 min = 1",
                figure(100.0 * share)
            )
        })
    }
}

/// Is a number a probability?
pub(crate) fn is_probability(number: f64) -> bool {
    (0.0..=1.0).contains(&number)
}

/// What to say of a number that is no probability.
pub(crate) fn no_probability(number: f64) -> Option<String> {
    (!is_probability(number))
        .then(|| format!("{number} is not a probability; expected a number from 0 to 1"))
}

/// How much of what is drawn is rounded to no period at all.
fn too_short(duration: &Distribution) -> f64 {
    if duration.support().0 >= 0.5 { 0.0 } else { duration.sides(0.5_f64.next_down()).0 }
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
    /// The parameter it moves; of an uncertain one the mean, and the spread stays as it is.
    pub parameter: String,
    /// The lowest and the highest setting.
    pub range: [f64; 2],
    /// The smallest step, when settings are not continuous.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<f64>,
    /// Cost of one unit of the parameter, or an expression in the setting `x`; counted from where the parameter
    /// stands.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cost: Option<Term>,
    /// The page or section it is from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Why it was assumed, when no source has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assumption: Option<String>,
}
