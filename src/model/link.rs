//! Series breaks: what links a published figure on a new basis to the model's own.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Serialize;

use super::node::Tree;
use super::read_values::Parts;
use super::reader::Fields;
use super::{Label, Quantity};
use crate::expr::{Expr, Text};
use crate::period::Period;

/// A series break: from a period on, indicators are published on a new basis (a boundary was moved,
/// a census changed the method). The model stays on the basis of its histories; a figure on the new
/// one is that of the model times a factor.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
pub struct Link {
    /// What a reader sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub label: Option<Label>,
    /// What outturns call the new basis; the name of the link unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub basis: Option<String>,
    /// The first period that is published on the new basis.
    pub since: Period,
    /// The page or section it is from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Why it was assumed, when no source has it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assumption: Option<String>,
    /// For each indicator that is published on the new basis: new figure = factor x old figure.
    pub factors: IndexMap<String, Factor>,
}

/// The factor of an indicator.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Factor {
    /// A number, or a distribution where the overlap of the two bases is not known.
    Quantity(Quantity),
    /// An expression in parameters: `"boundary_gdp / boundary_population"`.
    Expression(Text<Expr>),
}

impl<T: Into<Quantity>> From<T> for Factor {
    fn from(quantity: T) -> Self {
        Self::Quantity(quantity.into())
    }
}

impl From<&str> for Factor {
    fn from(expression: &str) -> Self {
        Self::Expression(expression.into())
    }
}

impl Link {
    /// A break from a period on, without factors yet.
    pub fn new(since: Period) -> Self {
        Self {
            label: None,
            basis: None,
            since,
            source: None,
            assumption: None,
            factors: IndexMap::new(),
        }
    }

    /// What outturns call the new basis.
    #[must_use]
    pub fn with_basis(mut self, basis: impl Into<String>) -> Self {
        self.basis = Some(basis.into());
        self
    }

    /// With the factor of one more indicator.
    #[must_use]
    pub fn with_factor(mut self, indicator: impl Into<String>, factor: impl Into<Factor>) -> Self {
        self.factors.insert(indicator.into(), factor.into());
        self
    }
}

impl Parts<'_> {
    pub(super) fn link(&mut self, _: &str, mut fields: Fields) -> Option<Link> {
        let label = self.label(&mut fields);
        let basis = fields.text(self.reader, "basis");
        let since = fields.need(self.reader, "since").and_then(|item| self.period(&item));
        let source = fields.text(self.reader, "source");
        let assumption = fields.text(self.reader, "assumption");
        let entries = fields.need(self.reader, "factors").and_then(|i| self.reader.entries(i));
        let mut factors = IndexMap::new();
        for (indicator, item) in entries.unwrap_or_default() {
            let factor = if matches!(item.node.value, Tree::Text(_)) {
                self.reader.text(&item).map(|text| Factor::Expression(text.into()))
            } else {
                let index = self.reader.item(item.node.clone(), item.address.clone(), None);
                let quantity = self.quantity(item);
                if quantity.as_ref().and_then(Quantity::number).is_some_and(|f| f <= 0.0) {
                    self.reader.problem(&index, "a factor is a number above 0");
                }
                quantity.map(Factor::Quantity)
            };
            factors.extend(factor.map(|factor| (indicator, factor)));
        }
        fields.finish(self.reader);
        Some(Link { label, basis, since: since?, source, assumption, factors })
    }
}
