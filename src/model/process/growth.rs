//! Growth around a mean.

use schemars::JsonSchema;
use serde::Serialize;

use super::parts::{is_zero, returning, zero};
use super::{Kind, Meaning, Process};
use crate::expr::{Expr, Function, SyntaxError};
use crate::model::read_values::Parts;
use crate::model::reader::Fields;
use crate::model::{Quantity, Term};

/// Growth around a mean: `dlog(x) ~ mean + persistence * (dlog(x[-1]) - mean)`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Growth {
    /// Mean log growth per period.
    pub mean: Term,
    /// How much of a deviation of growth from its mean is still there a period later.
    #[serde(default = "zero", skip_serializing_if = "is_zero")]
    pub persistence: Term,
    /// Log growth in the jump-off period, when the history is too short to give it; the mean
    /// unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub start: Option<Quantity>,
    /// Name of the shock; that of the indicator unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shock: Option<String>,
}

impl Kind for Growth {
    fn read(parts: &mut Parts<'_>, fields: &mut Fields) -> Option<Self> {
        let mean = parts.term_needed(fields, "mean");
        let persistence = parts.term_or_zero(fields, "persistence");
        let start = parts.start(fields);
        let shock = fields.text(parts.reader, "shock");
        Some(Self { mean: mean?, persistence, start, shock })
    }

    fn terms(&self) -> Vec<(&'static str, &Term)> {
        vec![("mean", &self.mean), ("persistence", &self.persistence)]
    }

    fn meaning(&self, x: &str, _: bool) -> Result<Meaning<'_>, Vec<SyntaxError>> {
        let dlog = |x| Expr::call(Function::Dlog, x);
        returning(x, dlog, &self.mean, &self.persistence, self.start.is_some())
    }

    fn shock(&self) -> Option<&str> {
        self.shock.as_deref()
    }

    fn shock_mut(&mut self) -> Option<&mut Option<String>> {
        Some(&mut self.shock)
    }

    fn persistence_mut(&mut self) -> Option<&mut Term> {
        Some(&mut self.persistence)
    }

    fn start(&self) -> Option<&Quantity> {
        self.start.as_ref()
    }
}

impl Process {
    /// Growth around a mean log growth per period.
    pub fn growth(mean: impl Into<Term>) -> Self {
        Growth { mean: mean.into(), persistence: zero(), start: None, shock: None }.into()
    }
}
