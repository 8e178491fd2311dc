//! A level that returns to its mean.

use schemars::JsonSchema;
use serde::Serialize;

use super::parts::{is_zero, returning, zero};
use super::{Kind, Meaning, Process};
use crate::expr::SyntaxError;
use crate::model::Term;
use crate::model::read_values::Parts;
use crate::model::reader::Fields;

/// A level that returns to its mean: `x ~ mean + persistence * (x[-1] - mean)`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Level {
    /// The level it returns to, in the unit of the indicator.
    pub mean: Term,
    /// How much of a deviation is still there a period later.
    #[serde(default = "zero", skip_serializing_if = "is_zero")]
    pub persistence: Term,
    /// Name of the shock; that of the indicator unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shock: Option<String>,
}

impl Kind for Level {
    fn read(parts: &mut Parts<'_>, fields: &mut Fields) -> Option<Self> {
        let mean = parts.term_needed(fields, "mean");
        let persistence = parts.term_or_zero(fields, "persistence");
        let shock = fields.text(parts.reader, "shock");
        Some(Self { mean: mean?, persistence, shock })
    }

    fn terms(&self) -> Vec<(&'static str, &Term)> {
        vec![("mean", &self.mean), ("persistence", &self.persistence)]
    }

    fn meaning(&self, x: &str, _: bool) -> Result<Meaning<'_>, Vec<SyntaxError>> {
        // One known value is history enough, so the first period is as any other.
        Ok(match returning(x, |x| x, &self.mean, &self.persistence, false)? {
            Meaning::Equation { regular, .. } => Meaning::Equation { regular, first: None },
            given @ Meaning::Given(_) => given,
        })
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
}

impl Process {
    /// A level that returns to its mean, in the unit of the indicator.
    pub fn level(mean: impl Into<Term>) -> Self {
        Level { mean: mean.into(), persistence: zero(), shock: None }.into()
    }
}
