//! A cycle of a given length around a mean.

use schemars::JsonSchema;
use serde::Serialize;

use super::common::{is_zero, lagged, perhaps_random, zero};
use super::Process;
use super::kind::{Kind, Meaning};
use crate::expr::{Expr, Function, Node, SyntaxError};
use crate::math::Elementary;
use crate::model::Term;
use crate::model::read_values::Parts;
use crate::model::reader::Fields;
use crate::period::Period;

/// A cycle around a mean: with `c = mean + amplitude * cos(2 pi * (period - "peak") / length)`,
/// `x = c + persistence * (x[-1] - lag(c, 1))`, with `~` when it has a shock.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Sinusoid {
    /// The level it swings around, in the unit of the indicator.
    pub mean: Term,
    /// How far it swings to either side, in the unit of the indicator.
    pub amplitude: Term,
    /// How many periods a full cycle takes, from one peak to the next.
    pub length: Term,
    /// A period in which it is at its peak.
    pub peak: Period,
    /// How much of a deviation from the cycle is still there a period later.
    #[serde(default = "zero", skip_serializing_if = "is_zero")]
    pub persistence: Term,
    /// Name of the shock; none unless given or declared under the indicator's name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub shock: Option<String>,
}

impl Sinusoid {
    fn cycle(&self) -> Result<Expr, Vec<SyntaxError>> {
        let now = Expr::new(Node::Now { shift: 0 });
        let since = now - Expr::new(Node::Period(self.peak));
        let angle = Expr::number(std::f64::consts::TAU) * since / self.length.tree()?;
        let swing = Expr::call(Function::Of(Elementary::Cos), angle);
        Ok(self.mean.tree()? + self.amplitude.tree()? * swing)
    }
}

impl Kind for Sinusoid {
    fn read(parts: &mut Parts<'_>, fields: &mut Fields) -> Option<Self> {
        let mean = parts.term_needed(fields, "mean");
        let amplitude = parts.term_needed(fields, "amplitude");
        let length = fields.need(parts.reader, "length").and_then(|item| {
            let length = parts.term(&item)?;
            if let Term::Number(number) = length
                && number <= 0.0
            {
                let message = format!("a cycle takes more than 0 periods, not {number}");
                parts.reader.problem(&item, message);
            }
            Some(length)
        });
        let peak = fields.need(parts.reader, "peak").and_then(|item| parts.period(&item));
        let persistence = parts.term_or_zero(fields, "persistence");
        let shock = fields.text(parts.reader, "shock");
        let (mean, amplitude, length, peak) = (mean?, amplitude?, length?, peak?);
        Some(Self { mean, amplitude, length, peak, persistence, shock })
    }

    fn terms(&self) -> Vec<(&'static str, &Term)> {
        vec![
            ("mean", &self.mean),
            ("amplitude", &self.amplitude),
            ("length", &self.length),
            ("persistence", &self.persistence),
        ]
    }

    fn meaning(&self, x: &str, random: bool) -> Result<Meaning<'_>, Vec<SyntaxError>> {
        let cycle = self.cycle()?;
        if is_zero(&self.persistence) {
            return Ok(perhaps_random(x, cycle, random));
        }
        let before = Node::Call(Function::Lag, vec![cycle.clone(), Expr::number(1.0)]);
        let away = lagged(x, 1) - Expr::new(before);
        Ok(perhaps_random(x, cycle + self.persistence.tree()? * away, random))
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
    /// A cycle of so many periods around a mean, at its peak in a given period.
    pub fn sinusoid(
        mean: impl Into<Term>,
        amplitude: impl Into<Term>,
        length: impl Into<Term>,
        peak: Period,
    ) -> Self {
        let (mean, amplitude, length) = (mean.into(), amplitude.into(), length.into());
        Sinusoid { mean, amplitude, length, peak, persistence: zero(), shock: None }.into()
    }
}

#[cfg(test)]
mod tests {
    use crate::Model;

    #[test]
    fn a_cycle_takes_some_time() {
        let text = |length: &str| {
            format!(
                "schema = 1\nname = \"m\"\nperiods = \"2021..2022\"\n[indicators.x]\nprocess = \
                 {{ kind = \"sinusoid\", mean = 1, amplitude = 1, length = {length}, peak = 2021 }}"
            )
        };
        assert!(Model::from_toml(&text("0.5")).is_ok() && Model::from_toml(&text("\"a\"")).is_ok());
        let error = Model::from_toml(&text("0")).expect_err("no time").to_string();
        assert!(error.contains("5: indicators.x.process.length: a cycle takes more than 0"), "{error}");
    }
}
