//! Units that come and go at random.

use schemars::JsonSchema;
use serde::Serialize;

use super::common::{is_zero, lagged, perhaps_random, zero};
use super::Process;
use super::kind::{Kind, Meaning, Plausible};
use crate::expr::{Expr, Function, Node, SyntaxError};
use crate::model::Term;
use crate::model::read_values::Parts;
use crate::model::reader::Fields;

/// A number of units that come and go at random:
/// `x ~ x[-1] + poisson(arrivals) - binomial(x[-1], departures)`, or with
/// `negative_binomial(arrivals, dispersion)` when a dispersion is given.
#[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
#[schemars(inline)]
pub struct Count {
    /// Mean number of arrivals per period.
    pub arrivals: Term,
    /// Probability that a unit leaves within a period; 0 unless given.
    #[serde(default = "zero", skip_serializing_if = "is_zero")]
    pub departures: Term,
    /// Variance of arrivals = mean + dispersion x mean^2; Poisson unless given.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dispersion: Option<Term>,
}

impl Kind for Count {
    fn read(parts: &mut Parts<'_>, fields: &mut Fields) -> Option<Self> {
        let arrivals = parts.term_needed(fields, "arrivals");
        let departures = parts.term_or_zero(fields, "departures");
        let dispersion = fields.take(parts.reader, "dispersion");
        let dispersion = dispersion.and_then(|item| parts.term(&item));
        Some(Self { arrivals: arrivals?, departures, dispersion })
    }

    fn plausible(&self) -> Vec<Plausible> {
        let otherwise = "it is the probability that a unit leaves within a period, from 0 to 1; 5 % are 0.05";
        let arrivals = "no fewer units than none can come; departures make fewer";
        vec![
            Plausible { key: "departures", low: 0.0, high: 1.0, otherwise, or_fails: true },
            Plausible {
                key: "arrivals",
                low: 0.0,
                high: f64::INFINITY,
                otherwise: arrivals,
                or_fails: true,
            },
        ]
    }

    fn draws_units(&self) -> bool {
        !is_zero(&self.departures)
    }

    fn terms(&self) -> Vec<(&'static str, &Term)> {
        let terms = [("arrivals", &self.arrivals), ("departures", &self.departures)];
        terms.into_iter().chain(self.dispersion.iter().map(|term| ("dispersion", term))).collect()
    }

    fn meaning(&self, x: &str, _: bool) -> Result<Meaning<'_>, Vec<SyntaxError>> {
        let call = |function, arguments| Expr::new(Node::Call(function, arguments));
        let arrivals = self.arrivals.tree()?;
        let arrivals = match &self.dispersion {
            None => call(Function::Poisson { stream: None }, vec![arrivals]),
            Some(dispersion) => {
                let function = Function::NegativeBinomial { stream: None };
                call(function, vec![arrivals, dispersion.tree()?])
            }
        };
        let right = lagged(x, 1) + arrivals;
        let right = if is_zero(&self.departures) {
            right
        } else {
            let function = Function::Binomial { stream: None };
            right - call(function, vec![lagged(x, 1), self.departures.tree()?])
        };
        Ok(perhaps_random(x, right, true))
    }
}

impl Process {
    /// Units that arrive at random and leave with a probability per period.
    pub fn count(arrivals: impl Into<Term>, departures: impl Into<Term>) -> Self {
        Count { arrivals: arrivals.into(), departures: departures.into(), dispersion: None }.into()
    }
}
