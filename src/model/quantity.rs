//! Numbers that may be uncertain, and terms of a process.

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::Distribution;
use crate::expr::{Expr, SyntaxError, Text};

/// A number, or a distribution that it is drawn from once per path.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    /// Known.
    Number(f64),
    /// Drawn once per path.
    Drawn(Distribution),
}

/// A number or a distribution with the place it comes from.
///
/// In a plan file: `1008.5`, or `{ value = 1008.5, source = "yearbook, table 1" }`, or
/// `{ uniform = { min = 2.2, max = 2.88 }, assumption = "the text says only: below average" }`.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantity {
    /// The number or distribution.
    pub value: Value,
    /// The page or section it stands on.
    pub source: Option<String>,
    /// Why it was assumed, when no source has it.
    pub assumption: Option<String>,
}

impl Quantity {
    /// The number, when it is one.
    pub fn number(&self) -> Option<f64> {
        match self.value {
            Value::Number(number) => Some(number),
            Value::Drawn(_) => None,
        }
    }
}

impl From<f64> for Quantity {
    fn from(number: f64) -> Self {
        Self { value: Value::Number(number), source: None, assumption: None }
    }
}

impl From<Distribution> for Quantity {
    fn from(distribution: Distribution) -> Self {
        Self { value: Value::Drawn(distribution), source: None, assumption: None }
    }
}

/// How a [`Quantity`] is written.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
pub(super) enum Written {
    Bare(f64),
    Table(WrittenTable),
}

#[derive(Serialize, JsonSchema)]
pub(super) struct WrittenTable {
    /// The number, when it is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<f64>,
    #[serde(flatten)]
    distribution: Option<Distribution>,
    /// The page or section it stands on.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    /// Why it was assumed, when no source has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    assumption: Option<String>,
}

impl Quantity {
    pub(super) fn table(&self) -> WrittenTable {
        let (value, distribution) = match &self.value {
            Value::Number(number) => (Some(*number), None),
            Value::Drawn(distribution) => (None, Some(distribution.clone())),
        };
        WrittenTable {
            value,
            distribution,
            source: self.source.clone(),
            assumption: self.assumption.clone(),
        }
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match (&self.value, &self.source, &self.assumption) {
            (Value::Number(number), None, None) => Written::Bare(*number),
            _ => Written::Table(self.table()),
        }
        .serialize(serializer)
    }
}

impl JsonSchema for Quantity {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Quantity".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        Written::json_schema(generator)
    }
}

/// A term of a process: a number, or an expression such as the name of a parameter.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Term {
    /// A number.
    Number(f64),
    /// An expression in the equation language: `"trend_growth"`, `"trend_growth - 0.01"`.
    Expression(Text<Expr>),
}

impl Term {
    /// The expression, where it is one.
    pub(crate) fn expression(&self) -> Option<&Text<Expr>> {
        match self {
            Self::Number(_) => None,
            Self::Expression(text) => Some(text),
        }
    }

    /// As a part of an equation.
    pub(crate) fn tree(&self) -> Result<Expr, Vec<SyntaxError>> {
        match self {
            Self::Number(number) => Ok(Expr::literal(*number)),
            Self::Expression(text) => text.tree().cloned(),
        }
    }
}

impl From<f64> for Term {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

impl From<&str> for Term {
    fn from(expression: &str) -> Self {
        Self::Expression(expression.into())
    }
}
