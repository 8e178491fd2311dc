//! A glide to a value in a given period.

use schemars::JsonSchema;
use serde::Serialize;

use super::common::{lagged, perhaps_random};
use super::Process;
use super::kind::{Kind, Meaning};
use crate::expr::{Expr, Function, Node, SyntaxError};
use crate::model::Term;
use crate::model::read_values::Parts;
use crate::model::reader::Fields;
use crate::period::Period;

/// A glide in equal steps to a value that is reached in a given period and held from then on:
/// `x ~ x[-1] + (value - x[-1]) / max("by" - period + 1, 1)`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct TrendTo {
    /// The value to reach, in the unit of the indicator.
    pub value: Term,
    /// The period in which it is reached.
    pub by: Period,
    /// Name of the shock; none unless given or declared under the indicator's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shock: Option<String>,
}

impl Kind for TrendTo {
    fn read(parts: &mut Parts<'_>, fields: &mut Fields) -> Option<Self> {
        let value = parts.term_needed(fields, "value");
        let by = fields.need(parts.reader, "by").and_then(|item| parts.period(&item));
        let shock = fields.text(parts.reader, "shock");
        Some(Self { value: value?, by: by?, shock })
    }

    fn terms(&self) -> Vec<(&'static str, &Term)> {
        vec![("value", &self.value)]
    }

    fn meaning(&self, x: &str, random: bool) -> Result<Meaning<'_>, Vec<SyntaxError>> {
        let (one, now) = (Expr::number(1.0), Expr::new(Node::Now { shift: 0 }));
        let left = Expr::new(Node::Period(self.by)) - now + one.clone();
        let steps = Expr::new(Node::Call(Function::Max, vec![left, one]));
        let right = lagged(x, 1) + (self.value.tree()? - lagged(x, 1)) / steps;
        Ok(perhaps_random(x, right, random))
    }

    fn shock(&self) -> Option<&str> {
        self.shock.as_deref()
    }

    fn shock_mut(&mut self) -> Option<&mut Option<String>> {
        Some(&mut self.shock)
    }
}

impl Process {
    /// A glide to a value that is reached in a period.
    pub fn trend_to(value: impl Into<Term>, by: Period) -> Self {
        TrendTo { value: value.into(), by, shock: None }.into()
    }
}
