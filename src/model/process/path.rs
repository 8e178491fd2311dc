//! Given values.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Serialize;

use super::Process;
use super::kind::{Kind, Meaning};
use crate::expr::SyntaxError;
use crate::model::read_values::Parts;
use crate::model::reader::Fields;
use crate::model::{Quantity, Term};
use crate::period::Period;

/// Given values: `x = path`, with `~` when it has a shock.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Path {
    /// The value of each period of the span.
    pub values: IndexMap<Period, Quantity>,
    /// Name of the shock; none unless given or declared under the indicator's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shock: Option<String>,
}

impl Kind for Path {
    fn read(parts: &mut Parts<'_>, fields: &mut Fields) -> Option<Self> {
        let values = fields.need(parts.reader, "values");
        let values = values.and_then(|item| parts.by_period(item, Parts::quantity));
        let shock = fields.text(parts.reader, "shock");
        Some(Self { values: values?, shock })
    }

    fn terms(&self) -> Vec<(&'static str, &Term)> {
        Vec::new()
    }

    fn meaning(&self, _: &str, _: bool) -> Result<Meaning<'_>, Vec<SyntaxError>> {
        Ok(Meaning::Given(&self.values))
    }

    fn shock(&self) -> Option<&str> {
        self.shock.as_deref()
    }

    fn shock_mut(&mut self) -> Option<&mut Option<String>> {
        Some(&mut self.shock)
    }

    fn quantities_mut(&mut self) -> Vec<&mut Quantity> {
        self.values.values_mut().collect()
    }
}

impl Process {
    /// Given values.
    pub fn path<T: Into<Quantity>>(values: impl IntoIterator<Item = (Period, T)>) -> Self {
        let values = values.into_iter().map(|(period, value)| (period, value.into())).collect();
        Path { values, shock: None }.into()
    }
}
