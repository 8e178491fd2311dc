//! Growth around a mean.

use schemars::JsonSchema;
use serde::Serialize;

use super::common::{is_zero, returning, terms, zero};
use super::Process;
use super::kind::{Kind, Meaning, Plausible};
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
    /// What the shock is multiplied by: uncertainty of its size, drawn once per path; 1 unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub spread: Option<Term>,
    /// What a shock that several indicators share is multiplied by; 1 unless given. It goes with `factor`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub loading: Option<Term>,
    /// Name of a further shock, which several indicators share.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub factor: Option<String>,
    /// Name of the shock; that of the indicator unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shock: Option<String>,
}

impl Kind for Growth {
    fn read(parts: &mut Parts<'_>, fields: &mut Fields) -> Option<Self> {
        let mean = parts.term_needed(fields, "mean");
        let persistence = parts.term_or_zero(fields, "persistence");
        let start = parts.start(fields);
        let spread = parts.spread(fields);
        let (loading, factor) = parts.factor(fields);
        let shock = fields.text(parts.reader, "shock");
        Some(Self { mean: mean?, persistence, start, spread, loading, factor, shock })
    }

    fn terms(&self) -> Vec<(&'static str, &Term)> {
        terms([("mean", &self.mean), ("persistence", &self.persistence)], [&self.spread, &self.loading])
    }

    fn meaning(&self, x: &str, _: bool) -> Result<Meaning<'_>, Vec<SyntaxError>> {
        let dlog = |x| Expr::call(Function::Dlog, x);
        returning(x, dlog, &self.mean, &self.persistence, self.start.is_some())
    }

    fn spread(&self) -> Option<&Term> {
        self.spread.as_ref()
    }

    fn spread_mut(&mut self) -> Option<&mut Option<Term>> {
        Some(&mut self.spread)
    }

    fn factor(&self) -> Option<(&str, Option<&Term>)> {
        Some((self.factor.as_deref()?, self.loading.as_ref()))
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

    fn quantities_mut(&mut self) -> Vec<&mut Quantity> {
        self.start.iter_mut().collect()
    }

    fn plausible(&self) -> Vec<Plausible> {
        let otherwise = "it is log growth per period, and 1 is 2.7 times as much in each of them; 5 % are 0.05";
        let of = |key| Plausible { key, low: -0.7, high: 0.7, otherwise, or_fails: false };
        vec![of("mean"), of("start")]
    }

    fn is_growth(&self) -> bool {
        true
    }
}

impl Process {
    /// Growth around a mean log growth per period.
    pub fn growth(mean: impl Into<Term>) -> Self {
        Growth { mean: mean.into(), persistence: zero(), start: None, spread: None, loading: None, factor: None, shock: None }.into()
    }
}
