//! A share that stays between two limits.

use schemars::JsonSchema;
use serde::Serialize;

use super::common::{is_zero, lagged, returning, terms, zero};
use super::Process;
use super::kind::{Kind, Meaning};
use crate::expr::{Expr, Function, SyntaxError};
use crate::math::Elementary;
use crate::model::read_values::Parts;
use crate::model::reader::Fields;
use crate::model::{Quantity, Term};

/// A share that stays between two limits: with `s = logit((x - lower) / (upper - lower))`,
/// `diff(s) ~ drift + persistence * (diff(s[-1]) - drift)`; where it returns to a `mean`, plus
/// `pull * (logit of the mean - s[-1])`.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Share {
    /// Mean change per period on the logit scale; 0 unless given.
    #[serde(default = "zero", skip_serializing_if = "is_zero")]
    pub drift: Term,
    /// How much of a deviation of the change from the drift is still there a period later.
    #[serde(default = "zero", skip_serializing_if = "is_zero")]
    pub persistence: Term,
    /// The share it returns to, between the limits: it goes with `pull`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mean: Option<Term>,
    /// How much of the distance to `mean` on the logit scale is made up in a period; 0 unless given.
    #[serde(default = "zero", skip_serializing_if = "is_zero")]
    pub pull: Term,
    /// Lower limit, never reached; 0 unless given.
    #[serde(default, skip_serializing_if = "is_default_lower")]
    pub lower: f64,
    /// Upper limit, never reached; 1 unless given (100 for a share in percent).
    #[serde(default = "one", skip_serializing_if = "is_default_upper")]
    pub upper: f64,
    /// Change on the logit scale in the jump-off period, when the history is too short to
    /// give it; the drift unless given.
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

fn one() -> f64 {
    1.0
}

fn is_default_lower(limit: &f64) -> bool {
    *limit == 0.0
}

fn is_default_upper(limit: &f64) -> bool {
    is_one(*limit)
}

fn is_one(number: f64) -> bool {
    (number - 1.0).abs() < f64::EPSILON / 2.0
}

impl Share {
    /// `(x - lower) / (upper - lower)`, as short as it can be.
    fn scaled(&self, x: Expr) -> Expr {
        let above = if self.lower == 0.0 { x } else { x - Expr::literal(self.lower) };
        let width = self.upper - self.lower;
        if is_one(width) { above } else { above / Expr::literal(width) }
    }
}

impl Kind for Share {
    fn read(parts: &mut Parts<'_>, fields: &mut Fields) -> Option<Self> {
        let drift = parts.term_or_zero(fields, "drift");
        let persistence = parts.term_or_zero(fields, "persistence");
        let lower = fields.number(parts.reader, "lower").unwrap_or(0.0);
        let upper = fields.number(parts.reader, "upper").unwrap_or(1.0);
        if lower >= upper {
            let message = format!("the lower limit {lower} is not below the upper {upper}");
            parts.reader.problem(&fields.item, message);
        }
        let mean = fields.take(parts.reader, "mean").and_then(|item| parts.term(&item));
        let pull = parts.term_or_zero(fields, "pull");
        if mean.is_some() == is_zero(&pull) {
            let message = "a share returns to its mean by a pull: give both `mean` and `pull`, or neither";
            parts.reader.problem(&fields.item, message.to_owned());
        }
        if let Some(Term::Number(number)) = mean
            && !(lower < number && number < upper)
        {
            let message = format!("the mean {number} is not between the limits {lower} and {upper}");
            parts.reader.problem(&fields.item, message);
        }
        let start = parts.start(fields);
        let spread = parts.spread(fields);
        let (loading, factor) = parts.factor(fields);
        let shock = fields.text(parts.reader, "shock");
        Some(Self { drift, persistence, mean, pull, lower, upper, start, spread, loading, factor, shock })
    }

    fn terms(&self) -> Vec<(&'static str, &Term)> {
        let own = [("drift", &self.drift), ("persistence", &self.persistence), ("pull", &self.pull)];
        let mean = self.mean.iter().map(|mean| ("mean", mean));
        terms(own, [&self.spread, &self.loading]).into_iter().chain(mean).collect()
    }

    fn meaning(&self, x: &str, _: bool) -> Result<Meaning<'_>, Vec<SyntaxError>> {
        let logit = |x| Expr::call(Function::Of(Elementary::Logit), self.scaled(x));
        let left = |x| Expr::call(Function::Diff, logit(x));
        let meaning = returning(x, left, &self.drift, &self.persistence, self.start.is_some())?;
        let Some(mean) = &self.mean else { return Ok(meaning) };
        let away = logit(mean.tree()?) - logit(lagged(x, 1));
        Ok(meaning.plus(self.pull.tree()? * away))
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

    fn limits(&self) -> Option<(f64, f64)> {
        Some((self.lower, self.upper))
    }
}

impl Process {
    /// A share between 0 and an upper limit (1, or 100 in percent), drifting on the logit scale.
    pub fn share(drift: impl Into<Term>, upper: f64) -> Self {
        let (drift, persistence) = (drift.into(), zero());
        let (lower, pull) = (0.0, zero());
        Share {
            drift,
            persistence,
            mean: None,
            pull,
            lower,
            upper,
            start: None,
            spread: None,
            loading: None,
            factor: None,
            shock: None,
        }
        .into()
    }
}
