//! What is left of each equation on the data, and a baseline that reproduces the data.

use indexmap::IndexMap;

use crate::compile::{Binary, Unary, binary, select, unary};
use crate::error::{Error, Problem};
use crate::expr::{self, BinaryOp, Equation, Expr, Function, Node, UnaryOp};
use crate::model::{Model, Value};
use crate::period::{Period, Span};

/// For each indicator with an equation the residuals `left side - right side` by period.
pub type Residuals = IndexMap<String, IndexMap<Period, f64>>;

impl Model {
    /// The residuals of every equation on the histories, in the space of its left side: not-a-number
    /// where a value is missing. The best test that a model was imported right: residuals of
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
        for (name, indicator) in &self.indicators {
            let Some(text) = &indicator.equation else { continue };
            let address = format!("indicators.{name}.equation");
            match sides(text) {
                Ok(equation) => {
                    let residual = |period| (period, self.residual(&equation, period));
                    found.insert(name.clone(), span.periods().map(residual).collect());
                }
                Err(messages) => {
                    problems.extend(messages.into_iter().map(|m| Problem::new(&address, m)));
                }
            }
        }
        if problems.is_empty() { Ok(found) } else { Err(Error::model(problems)) }
    }

    /// The model over a span in which it reproduces its histories: the residuals of behavioural
    /// equations become add factors, and histories of indicators with an equation end before the
    /// span.
    ///
    /// # Errors
    /// Equations that cannot be read, and periods in which a value is missing that an equation
    /// needs.
    pub fn track(&self, span: Span) -> Result<Self, Error> {
        let residuals = self.residuals(span)?;
        let mut model = self.over(span);
        let mut problems = Vec::new();
        for (name, residuals) in residuals {
            let Some(indicator) = model.indicators.get_mut(&name) else { continue };
            let behavioural = indicator.equation.as_ref().is_some_and(|text| text.contains('~'));
            if let Some((period, _)) = residuals.iter().find(|(_, value)| !value.is_finite()) {
                let message = format!("has no residual in {period}: a value it needs is missing");
                problems.push(Problem::new(format!("indicators.{name}.equation"), message));
            }
            if behavioural {
                indicator.add_factors = residuals;
            }
        }
        if problems.is_empty() { Ok(model) } else { Err(Error::model(problems)) }
    }

    /// The model over another span, without add factors of other periods: histories of indicators with an equation end before it, the
    /// others keep theirs.
    #[must_use]
    pub fn over(&self, span: Span) -> Self {
        let mut model = self.clone();
        model.periods = span;
        for indicator in model.indicators.values_mut() {
            indicator.add_factors.retain(|period, _| span.contains(*period));
            if indicator.equation.is_some() || indicator.process.is_some() {
                indicator.history.retain(|period, _| *period < span.first());
            }
        }
        model
    }

    fn residual(&self, equation: &Equation, period: Period) -> f64 {
        let (left, right) = self.sides(equation, period);
        left - right
    }

    /// Both sides of an equation on the histories.
    pub(super) fn sides(&self, equation: &Equation, period: Period) -> (f64, f64) {
        let on = Data { model: self, period };
        (on.value(&equation.lhs), on.value(&equation.rhs))
    }

    /// The value of an expression on the histories.
    pub(super) fn on_histories(&self, expr: &Expr, period: Period) -> f64 {
        Data { model: self, period }.value(expr)
    }
}

/// An equation with its short forms written out.
pub(super) fn sides(text: &str) -> Result<Equation, Vec<String>> {
    let messages = |errors: Vec<expr::SyntaxError>| -> Vec<String> {
        errors.iter().map(|error| error.annotated(text)).collect()
    };
    let equation = expr::parse_equation(text).map_err(messages)?;
    let lhs = equation.lhs.expand().map_err(|error| messages(vec![error]))?;
    let rhs = equation.rhs.expand().map_err(|error| messages(vec![error]))?;
    Ok(Equation { lhs, rhs, ..equation })
}

/// The numbers that a model knows, seen from a period.
struct Data<'a> {
    model: &'a Model,
    period: Period,
}

impl Data<'_> {
    fn value(&self, expr: &Expr) -> f64 {
        match &expr.node {
            Node::Number(value) => *value,
            Node::Period(period) => f64::from(period.ordinal()),
            Node::Now { shift } => f64::from(self.period.ordinal() - *shift as i32),
            Node::Name { name, lag } => self.named(name, *lag),
            // The residual is what stands in for random terms.
            Node::Shock(_) => 0.0,
            Node::Unary(UnaryOp::Neg, a) => -self.value(a),
            Node::Unary(UnaryOp::Not, a) => unary(Unary::Not, self.value(a)),
            Node::Binary(op, a, b) => {
                let (a, b) = (self.value(a), self.value(b));
                match op {
                    BinaryOp::Add => a + b,
                    BinaryOp::Sub => a - b,
                    BinaryOp::Mul => a * b,
                    BinaryOp::Div => a / b,
                    BinaryOp::Pow => binary(Binary::Power, a, b),
                    BinaryOp::Lt => binary(Binary::Less, a, b),
                    BinaryOp::Le => binary(Binary::LessEqual, a, b),
                    BinaryOp::Gt => binary(Binary::Less, b, a),
                    BinaryOp::Ge => binary(Binary::LessEqual, b, a),
                    BinaryOp::Eq => binary(Binary::Equal, a, b),
                    BinaryOp::Ne => binary(Binary::NotEqual, a, b),
                    BinaryOp::And => binary(Binary::And, a, b),
                    BinaryOp::Or => binary(Binary::Or, a, b),
                }
            }
            Node::Call(function, arguments) => self.call(function, arguments),
        }
    }

    fn call(&self, function: &Function, arguments: &[Expr]) -> f64 {
        let values: Vec<f64> = arguments.iter().map(|argument| self.value(argument)).collect();
        let fold = |op| values[1..].iter().fold(values[0], |sum, value| binary(op, sum, *value));
        match function {
            Function::Log => unary(Unary::Log, values[0]),
            Function::Exp => unary(Unary::Exp, values[0]),
            Function::Sqrt => unary(Unary::Sqrt, values[0]),
            Function::Abs => unary(Unary::Abs, values[0]),
            Function::Logit => unary(Unary::Logit, values[0]),
            Function::Expit => unary(Unary::Expit, values[0]),
            Function::Min => fold(Binary::Min),
            Function::Max => fold(Binary::Max),
            Function::If => select(values[0], values[1], values[2]),
            // Written out before, or random.
            _ => f64::NAN,
        }
    }

    fn named(&self, name: &str, lag: u32) -> f64 {
        let value = |value: &Value| match value {
            Value::Number(number) => *number,
            Value::Drawn(distribution) => distribution.mean(),
        };
        if let Some(parameter) = self.model.parameters.get(name) {
            return value(&parameter.quantity.value);
        }
        let indicator = self.model.indicators.get(name);
        let known = indicator.and_then(|i| i.history.get(&(self.period + -(lag as i32))));
        known.map_or(f64::NAN, |quantity| value(&quantity.value))
    }
}
