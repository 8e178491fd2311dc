//! The numbers that a plan had, beside those that were fitted.

use super::checks::rounded;
use super::draw::quantile;
use crate::fit::{Gap, Phrase, Sentence};
use crate::model::{Model, Value};

/// A parameter or shock of a plan: as it was written, and as it was fitted.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Beside {
    /// Its name in the plan.
    pub parameter: String,
    /// The indicator whose figures, and whose peers, it was fitted to.
    pub indicator: String,
    /// What it is: `mean` or `persistence` of a process, `coefficient` of an equation, `sd` of the shock.
    pub what: &'static str,
    /// How many figures of its own the indicator has.
    pub figures: usize,
    /// The median of what was written; of a shock its standard deviation.
    pub by_hand: f64,
    /// One chance in ten of less; not-a-number for a number and for a standard deviation.
    pub by_hand_low: f64,
    /// One chance in ten of more.
    pub by_hand_high: f64,
    /// The median of the posterior.
    pub fitted: f64,
    /// One chance in ten of less.
    pub fitted_low: f64,
    /// One chance in ten of more.
    pub fitted_high: f64,
    /// How much of it the indicator's own figures say, from 0 (peers and prior) to 1; NaN where that is not measured.
    pub own: f64,
}

impl Beside {
    /// A row of an indicator with so many figures.
    pub(super) fn of(indicator: &str, figures: usize) -> Self {
        Self {
            parameter: String::new(),
            indicator: indicator.to_owned(),
            what: "mean",
            figures,
            by_hand: f64::NAN,
            by_hand_low: f64::NAN,
            by_hand_high: f64::NAN,
            fitted: f64::NAN,
            fitted_low: f64::NAN,
            fitted_high: f64::NAN,
            own: f64::NAN,
        }
    }

    /// The row of a parameter of the plan.
    pub(super) fn parameter(
        &self,
        model: &Model,
        name: &str,
        what: &'static str,
        rows: &[f64],
        own: f64,
    ) -> Self {
        let mut row = self.fitted(name, what, rows, own);
        match model.parameters.get(name).map(|known| &known.quantity.value) {
            Some(Value::Number(number)) => row.by_hand = *number,
            Some(Value::Drawn(distribution)) => {
                let found = distribution.quantiles(&[0.1, 0.5, 0.9]);
                (row.by_hand_low, row.by_hand, row.by_hand_high) = (found[0], found[1], found[2]);
            }
            None => {}
        }
        row
    }

    /// The row of a shock of the plan.
    pub(super) fn shock(&self, model: &Model, name: &str, sd: &[f64], own: f64) -> Self {
        let mut row = self.fitted(name, "sd", sd, own);
        row.by_hand = model.shocks.get(name).map_or(f64::NAN, |shock| shock.distribution.sd());
        row
    }

    fn fitted(&self, name: &str, what: &'static str, rows: &[f64], own: f64) -> Self {
        Self {
            parameter: name.to_owned(),
            what,
            fitted: quantile(rows, 0.5),
            fitted_low: quantile(rows, 0.1),
            fitted_high: quantile(rows, 0.9),
            own,
            ..self.clone()
        }
    }

    /// The row in a sentence.
    pub(super) fn sentence(&self) -> Sentence {
        let range = |low: f64, middle: f64, high: f64| {
            if low.is_finite() && high.is_finite() {
                let said = Sentence::from(Phrase::Range).number("middle", rounded(middle));
                Gap::Phrase(said.number("low", rounded(low)).number("high", rounded(high)))
            } else {
                Gap::Number(rounded(middle))
            }
        };
        let own = if self.own.is_finite() {
            Sentence::from(Phrase::Own).percent("part", self.own)
        } else {
            Phrase::NotOwn.into()
        };
        let what = match self.what {
            "mean" => Phrase::Mean,
            "persistence" => Phrase::Persistence,
            "coefficient" => Phrase::Coefficient,
            _ => Phrase::Sd,
        };
        Sentence::from(Phrase::Beside)
            .text("parameter", &self.parameter)
            .phrase_in("what", what)
            .text("name", &self.indicator)
            .with("before", range(self.by_hand_low, self.by_hand, self.by_hand_high))
            .with("after", range(self.fitted_low, self.fitted, self.fitted_high))
            .phrase_in("own", own)
    }
}
