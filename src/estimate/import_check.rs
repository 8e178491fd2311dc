//! Equations checked against data one by one: is a model what its data say it is?

use super::residuals::sides_of;
use crate::error::{Error, Problem};
use crate::model::Model;
use crate::period::{Period, Span};

/// An identity that misses by less than this, relative to its largest term or to what its values make of
/// a share by which they move, holds.
const HOLDS: f64 = 1e-6;

/// How an equation stands on the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Verdict {
    /// An identity that the data do not obey: a wrong equation, a wrong name or wrong data.
    DoesNotHold,
    /// Data are missing in some periods or in all of them.
    MissingData,
    /// A behavioural equation, with the residuals one expects of it.
    BehaviouralResidual,
    /// It holds but for rounding: what an identity should do.
    IdentityHolds,
}

impl Verdict {
    /// In words.
    pub fn name(self) -> &'static str {
        match self {
            Self::DoesNotHold => "does not hold",
            Self::MissingData => "missing data",
            Self::BehaviouralResidual => "behavioural residual",
            Self::IdentityHolds => "identity holds",
        }
    }
}

/// One equation on the data.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportCheck {
    /// Its indicator.
    pub indicator: String,
    /// How it stands.
    pub verdict: Verdict,
    /// Periods in which it has a residual.
    pub periods: usize,
    /// The largest residual, left side minus right side, in the space of the left side.
    pub largest: f64,
    /// Where that is.
    pub at: Option<Period>,
    /// The root of the mean square of the residuals.
    pub size: f64,
    /// The largest residual relative to the size of the left side, or to what rounding of the data could
    /// make of it, whichever is larger.
    pub relative: f64,
    /// The names without a value that the equation needs, with the first period in which it does.
    pub missing: Vec<(String, Period)>,
}

impl Model {
    /// Holds every equation against the histories: the best test that a model was imported right.
    /// Worst first: identities that do not hold, then those with missing data, behavioural
    /// equations by the relative size of their residuals, identities that hold.
    ///
    /// # Errors
    /// Equations that cannot be read.
    ///
    /// ```
    /// use tinbergen::{Model, estimate::Verdict, model::Indicator, period::Period};
    /// let known = |equation: &str, value| {
    ///     Indicator::from_equation(equation).with_history(Period::year(2021), value)
    /// };
    /// let model = Model::new("m", "2021..2021".parse()?)
    ///     .with_indicator("a", known("a ~ 2", 2.5))
    ///     .with_indicator("b", known("b = 3 * a", 7.5))
    ///     .with_indicator("c", known("c = a + b", 10.5));
    /// let found = model.import_check("2021".parse()?)?;
    /// assert_eq!((found[0].indicator.as_str(), found[0].verdict), ("c", Verdict::DoesNotHold));
    /// assert_eq!(found[2].verdict, Verdict::IdentityHolds);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn import_check(&self, span: Span) -> Result<Vec<ImportCheck>, Error> {
        let (mut rows, mut problems) = (Vec::new(), Vec::new());
        for (name, indicator) in &self.indicators {
            let Some(text) = &indicator.equation else { continue };
            match sides_of(name, text, self.periods.frequency()) {
                Ok(equation) => rows.push(self.check_one(name, &equation, span)),
                Err(messages) => {
                    let address = format!("indicators.{name}.equation");
                    problems.extend(messages.into_iter().map(|m| Problem::new(&address, m)));
                }
            }
        }
        if !problems.is_empty() {
            return Err(Error::model(problems));
        }
        rows.sort_by(|a, b| a.verdict.cmp(&b.verdict).then(b.relative.total_cmp(&a.relative)));
        Ok(rows)
    }

    fn check_one(&self, name: &str, equation: &crate::expr::Equation, span: Span) -> ImportCheck {
        let mut missing: Vec<(String, Period)> = Vec::new();
        let (mut periods, mut largest, mut at) = (0, 0.0_f64, None);
        let (mut squares, mut left_squares, mut worst) = (0.0, 0.0, 0.0_f64);
        let mut scale = 0.0_f64;
        for period in span.periods() {
            let (left, right) = self.sides(equation, period);
            let gap = left - right;
            if !gap.is_finite() {
                self.note_missing(equation, period, &mut missing);
                continue;
            }
            periods += 1;
            squares += gap * gap;
            left_squares += left * left;
            if at.is_none() || gap.abs() > largest.abs() {
                (largest, at) = (gap, Some(period));
            }
            // What rounding of the data can do depends on the largest term.
            let terms = largest_term(self, &equation.rhs, period);
            let terms = terms.max(largest_term(self, &equation.lhs, period)).max(left.abs());
            if gap != 0.0 {
                // Of a small difference between large numbers rounding is all there is.
                let terms = terms.max(self.sensitivity(equation, period));
                scale = scale.max(terms);
                worst = worst.max(gap.abs() / terms);
            }
        }
        let count = periods as f64;
        let left = (left_squares / count).sqrt();
        let verdict = if worst > HOLDS && !equation.behavioural {
            Verdict::DoesNotHold
        } else if periods < span.len() {
            Verdict::MissingData
        } else if worst <= HOLDS {
            Verdict::IdentityHolds
        } else {
            Verdict::BehaviouralResidual
        };
        ImportCheck {
            indicator: name.to_owned(),
            verdict,
            periods,
            largest: if periods == 0 { f64::NAN } else { largest },
            at,
            size: (squares / count).sqrt(),
            relative: if largest == 0.0 { 0.0 } else { largest.abs() / left.max(HOLDS * scale) },
            missing,
        }
    }

    /// The names that an equation needs in a period and that have no value.
    pub(super) fn note_missing(
        &self,
        equation: &crate::expr::Equation,
        period: Period,
        missing: &mut Vec<(String, Period)>,
    ) {
        let mut look = |name: &str, lag: u32| {
            let expr = crate::expr::Expr::name(name, lag);
            let known = self.on_histories(&expr, period).is_finite();
            if !known && !missing.iter().any(|(other, _)| other == name) {
                missing.push((name.to_owned(), period + -(lag as i32)));
            }
        };
        equation.lhs.visit_names(&mut look);
        equation.rhs.visit_names(&mut look);
    }
}

/// The largest value among the terms of a sum and its parts.
fn largest_term(model: &Model, expr: &crate::expr::Expr, period: Period) -> f64 {
    use crate::expr::{BinaryOp, Node};
    match &expr.node {
        Node::Binary(BinaryOp::Add | BinaryOp::Sub, a, b) => {
            largest_term(model, a, period).max(largest_term(model, b, period))
        }
        _ => model.on_histories(expr, period).abs(),
    }
}
