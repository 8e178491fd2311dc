//! A level that returns to its mean.

use schemars::JsonSchema;
use serde::Serialize;

use super::common::{is_zero, lagged, returning, terms, zero};
use super::Process;
use super::kind::{Kind, Meaning};
use crate::expr::{Expr, Function, SyntaxError};
use crate::model::Term;
use crate::model::read_values::Parts;
use crate::model::reader::Fields;

/// A level that returns to its mean: `x ~ mean + persistence * (x[-1] - mean)`; with a momentum plus
/// `momentum * diff(x[-1])`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Level {
    /// The level it returns to, in the unit of the indicator.
    pub mean: Term,
    /// How much of a deviation is still there a period later.
    #[serde(default = "zero", skip_serializing_if = "is_zero")]
    pub persistence: Term,
    /// How much of the change in the period before comes again; 0 unless given.
    #[serde(default = "zero", skip_serializing_if = "is_zero")]
    pub momentum: Term,
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

impl Kind for Level {
    fn read(parts: &mut Parts<'_>, fields: &mut Fields) -> Option<Self> {
        let mean = parts.term_needed(fields, "mean");
        let persistence = parts.term_or_zero(fields, "persistence");
        let momentum = parts.term_or_zero(fields, "momentum");
        let spread = parts.spread(fields);
        let (loading, factor) = parts.factor(fields);
        let shock = fields.text(parts.reader, "shock");
        Some(Self { mean: mean?, persistence, momentum, spread, loading, factor, shock })
    }

    fn terms(&self) -> Vec<(&'static str, &Term)> {
        let own = [
            ("mean", &self.mean),
            ("persistence", &self.persistence),
            ("momentum", &self.momentum),
        ];
        terms(own, [&self.spread, &self.loading])
    }

    fn meaning(&self, x: &str, _: bool) -> Result<Meaning<'_>, Vec<SyntaxError>> {
        let found = returning(x, |x| x, &self.mean, &self.persistence, false)?;
        // One known value is history enough, so the first period is as any other; but not for a momentum.
        let Meaning::Equation { regular, .. } = found else { return Ok(found) };
        if is_zero(&self.momentum) {
            return Ok(Meaning::Equation { regular, first: None });
        }
        let before = Expr::call(Function::Diff, lagged(x, 1));
        let again = Meaning::Equation { regular: regular.clone(), first: None }
            .plus(self.momentum.tree()? * before);
        let Meaning::Equation { regular: moved, .. } = again else { return Ok(again) };
        Ok(Meaning::Equation { regular: moved, first: Some(regular) })
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
}

impl Process {
    /// A level that returns to its mean, in the unit of the indicator.
    pub fn level(mean: impl Into<Term>) -> Self {
        let (mean, persistence, momentum) = (mean.into(), zero(), zero());
        let (spread, loading, factor, shock) = (None, None, None, None);
        Level { mean, persistence, momentum, spread, loading, factor, shock }.into()
    }
}
