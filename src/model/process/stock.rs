//! A stock with depreciation and inflow.

use schemars::JsonSchema;
use serde::Serialize;

use super::common::{lagged, perhaps_random};
use super::Process;
use super::kind::{Kind, Meaning, Plausible};
use crate::expr::{Expr, SyntaxError};
use crate::model::Term;
use crate::model::read_values::Parts;
use crate::model::reader::Fields;

/// A stock with depreciation and inflow: `x = (1 - depreciation) * x[-1] + inflow`, with `~`
/// when it has a shock.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Stock {
    /// Share of the stock that goes each period.
    pub depreciation: Term,
    /// What comes in each period, in the unit of the indicator.
    pub inflow: Term,
    /// Name of the shock; none unless given or declared under the indicator's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shock: Option<String>,
}

impl Kind for Stock {
    fn read(parts: &mut Parts<'_>, fields: &mut Fields) -> Option<Self> {
        let depreciation = parts.term_needed(fields, "depreciation");
        let inflow = parts.term_needed(fields, "inflow");
        let shock = fields.text(parts.reader, "shock");
        Some(Self { depreciation: depreciation?, inflow: inflow?, shock })
    }

    fn terms(&self) -> Vec<(&'static str, &Term)> {
        vec![("depreciation", &self.depreciation), ("inflow", &self.inflow)]
    }

    fn meaning(&self, x: &str, random: bool) -> Result<Meaning<'_>, Vec<SyntaxError>> {
        let left = (Expr::number(1.0) - self.depreciation.tree()?) * lagged(x, 1);
        Ok(perhaps_random(x, left + self.inflow.tree()?, random))
    }

    fn plausible(&self) -> Vec<Plausible> {
        let otherwise = "it is the share of the stock that goes each period, from 0 to 1; 5 % are 0.05";
        vec![Plausible { key: "depreciation", low: 0.0, high: 1.0, otherwise, or_fails: false }]
    }

    fn shock(&self) -> Option<&str> {
        self.shock.as_deref()
    }

    fn shock_mut(&mut self) -> Option<&mut Option<String>> {
        Some(&mut self.shock)
    }
}

impl Process {
    /// A stock of which a share goes each period and into which something flows.
    pub fn stock(depreciation: impl Into<Term>, inflow: impl Into<Term>) -> Self {
        Stock { depreciation: depreciation.into(), inflow: inflow.into(), shock: None }.into()
    }
}
