//! What is left of each equation on the data.

use indexmap::IndexMap;

use crate::error::{Error, Problem};
use crate::expr::{Equation, Expr, Text};
use crate::model::{Model, Value};
use crate::period::{Frequency, Period, Span};
use crate::simulate::{Lanes, Values, value};

/// For each indicator with an equation the residuals `left side - right side` by period.
pub type Residuals = IndexMap<String, IndexMap<Period, f64>>;

impl Model {
    /// The residuals of every equation on the histories, also of those that processes stand for, in the space of
    /// its left side, or in levels when it says so: not-a-number where a value is missing. The best test that a model was imported right: residuals of
    /// identities are those of rounding.
    ///
    /// # Errors
    /// Equations that cannot be read.
    ///
    /// ```
    /// use tinbergen::{Model, model::Indicator};
    /// let period = |text: &str| text.parse();
    /// let model = Model::new("m", "2021..2021".parse()?)
    ///     .with_indicator("a", Indicator::default().with_history(period("2021")?, 2.0))
    ///     .with_indicator(
    ///         "b",
    ///         Indicator::from_equation("b ~ 3 * a").with_history(period("2021")?, 7.0),
    ///     );
    /// assert_eq!(model.residuals("2021".parse()?)?["b"][0], 1.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn residuals(&self, span: Span) -> Result<Residuals, Error> {
        let mut problems = Vec::new();
        let mut found = Residuals::new();
        for name in self.indicators.keys() {
            match self.residuals_in(name, span) {
                Ok(Some(row)) => {
                    found.insert(name.clone(), span.periods().zip(row).collect());
                }
                Ok(None) => {}
                Err(found) => problems.extend(found),
            }
        }
        if problems.is_empty() { Ok(found) } else { Err(Error::model(problems)) }
    }

    /// The residuals of one equation, period by period; none where the indicator has no equation.
    pub(crate) fn residuals_in(
        &self,
        name: &str,
        span: Span,
    ) -> Result<Option<Vec<f64>>, Vec<Problem>> {
        let formula = self.formula(name)?;
        let Some(equation) = formula.equation else { return Ok(None) };
        let address = format!("indicators.{name}.{}", formula.key);
        let equation = sides(name, &equation, self.periods.frequency()).map_err(|messages| {
            messages.into_iter().map(|m| Problem::new(&address, m)).collect::<Vec<Problem>>()
        })?;
        Ok(Some(span.periods().map(|period| self.residual(&equation, period)).collect()))
    }

    fn residual(&self, equation: &Equation, period: Period) -> f64 {
        let (left, right) = self.sides(equation, period);
        left - right
    }

    /// Both sides of an equation on the histories.
    pub(super) fn sides(&self, equation: &Equation, period: Period) -> (f64, f64) {
        (self.on_histories(&equation.lhs, period), self.on_histories(&equation.rhs, period))
    }

    /// By how much the residual moves, to first order, for each share by which the values that it is made
    /// of move: what rounding of the data can make of it, relative to that rounding.
    pub(super) fn sensitivity(&self, equation: &Equation, period: Period) -> f64 {
        let mut names: Vec<&str> = Vec::new();
        for side in equation.sides() {
            side.visit_names(&mut |name, _| {
                if !names.contains(&name) {
                    names.push(name);
                }
            });
        }
        let mut sum = 0.0;
        for side in equation.sides() {
            let here = self.on_histories(side, period);
            for name in &names {
                let moved = value(&Moved { known: Known(self), name }, side, period).at(0);
                let by = (moved - here).abs() / MOVED;
                sum += if by.is_finite() { by } else { 0.0 };
            }
        }
        sum
    }

    /// The value of an expression on the histories.
    pub(super) fn on_histories(&self, expr: &Expr, period: Period) -> f64 {
        value(&Known(self), expr, period).at(0)
    }
}

/// An equation with its short forms written out; left side minus right side is its residual.
pub(super) fn sides(
    name: &str,
    equation: &Equation,
    frequency: Frequency,
) -> Result<Equation, Vec<String>> {
    let expanded = equation.expand(frequency).map_err(|errors| -> Vec<String> {
        errors.iter().map(|error| error.annotated(&equation.source)).collect()
    })?;
    expanded
        .with_plain_residual(name)
        .map_err(|error| vec![format!("{error}, in \"{equation}\", which is in levels")])
}

/// The same of what was written.
pub(super) fn sides_of(
    name: &str,
    text: &Text<Equation>,
    frequency: Frequency,
) -> Result<Equation, Vec<String>> {
    sides(name, text.tree_or_messages()?, frequency)
}

/// What a model knows, with one name a little larger in all periods.
struct Moved<'a> {
    known: Known<'a>,
    name: &'a str,
}

/// By which share a name is moved to see what depends on it.
const MOVED: f64 = 1e-7;

impl Values for Moved<'_> {
    fn named(&self, name: &str, period: Period) -> Lanes<'_> {
        let known = self.known.named(name, period);
        if name == self.name { Lanes::One(known.at(0) * (1.0 + MOVED)) } else { known }
    }

    fn shock(&self, name: &str, period: Period) -> Lanes<'_> {
        self.known.shock(name, period)
    }
}

/// The numbers that a model knows: means where they are drawn.
struct Known<'a>(&'a Model);

impl Values for Known<'_> {
    fn named(&self, name: &str, period: Period) -> Lanes<'_> {
        let value = |value: &Value| match value {
            Value::Number(number) => *number,
            Value::Drawn(distribution) => distribution.mean(),
        };
        if let Some(parameter) = self.0.parameters.get(name) {
            return Lanes::One(value(&parameter.quantity.value));
        }
        let known = self.0.indicators.get(name).and_then(|i| i.history.get(&period));
        Lanes::One(known.map_or(f64::NAN, |quantity| value(&quantity.value)))
    }

    /// The residual is what stands in for random terms.
    fn shock(&self, _: &str, _: Period) -> Lanes<'_> {
        Lanes::One(0.0)
    }
}
