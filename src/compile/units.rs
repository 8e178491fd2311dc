//! What is added, compared or set equal should be in the same unit.
//!
//! Units are worked out along the tree of an equation ([`crate::units`]). What has no declared unit is
//! not known, and nothing is said of it. A number has no unit and may convert a scale; as a factor in a
//! behavioural equation or a process it is a coefficient, which has whatever unit the equation needs.

use super::measure::Measure;
use crate::error::Problem;
use crate::expr::{BinaryOp, Equation, Expr, Function, Node, UnaryOp};
use crate::interrupt::look;
use crate::math::Elementary;
use crate::model::{About, Model, Of};
use crate::units::{Difference, Unit, read};

/// A warning for each equation and target that adds, compares or sets equal what differs in its unit.
pub(super) fn warnings(model: &Model, targets: &[Measure]) -> Vec<Problem> {
    let indicators = model.indicators.values().any(|indicator| indicator.unit.is_some());
    let parameters = model.parameters.values().any(|parameter| parameter.unit.is_some());
    if !indicators && !parameters {
        return Vec::new();
    }
    let mut warnings = Vec::new();
    for (name, indicator) in &model.indicators {
        look();
        let Ok(formula) = model.formula(name) else { continue };
        let Some(equation) = formula.equation.as_deref() else { continue };
        let coefficients = equation.behavioural || indicator.process.is_some();
        let mut walk = Walk::new(model, coefficients);
        walk.equation(equation);
        let address = format!("indicators.{name}.{}", formula.key);
        warnings.extend(walk.found.map(|message| Problem::new(address, message)));
    }
    for (k, measure) in targets.iter().enumerate() {
        look();
        let (key, found) = target(model, measure);
        let address = format!("targets[{k}]{key}");
        warnings.extend(found.map(|message| Problem::new(address, message)));
    }
    for (name, warning) in &model.warnings {
        let rule = warning.rule(model.periods.last());
        if let Some(About::Formula { equation, .. }) = rule.map(|rule| rule.about)
            && let Ok(tree) = equation.tree()
        {
            let mut walk = Walk::new(model, false);
            walk.of(tree);
            let address = format!("warnings.{name}.equation");
            warnings.extend(walk.found.map(|message| Problem::new(address, message)));
        }
    }
    warnings
}

/// What is odd about a target, and its key.
fn target(model: &Model, measure: &Measure) -> (String, Option<String>) {
    let target = &measure.target;
    let mut walk = Walk::new(model, false);
    let (subject, shown) = match &target.about {
        About::Indicator { indicator } => (walk.named(indicator), indicator.clone()),
        About::Formula { equation, unit } => {
            let Ok(tree) = equation.tree() else { return (String::new(), None) };
            let own = walk.of(tree);
            let shown = shortened(tree);
            if let Some(message) = walk.found {
                return (".equation".to_owned(), Some(message));
            }
            if let (Measured::Of(own), Some(unit)) = (&own, unit)
                && let Some(declared) = declared(Some(unit))
                && let Some(difference) = own.difference(&declared)
            {
                let message = message(
                    &format!("the unit of {shown}"),
                    (&shown, own.to_string()),
                    ("the target", format!("\"{unit}\"")),
                    difference,
                );
                return (".unit".to_owned(), Some(message));
            }
            (own, shown)
        }
    };
    let sense = target.bound.sense();
    let Some(relative) = sense.relative else { return (String::new(), None) };
    let walk = Walk::new(model, false);
    let limit = walk.named(&relative.indicator);
    let counted = |of: Of, unit: Measured| match of {
        Of::Growth => Measured::Of(Unit::number()),
        Of::Level | Of::Change => unit,
    };
    let own = counted(target.of, subject);
    let other = counted(relative.of.unwrap_or(target.of), limit);
    let (Measured::Of(own), Measured::Of(other)) = (own, other) else {
        return (String::new(), None);
    };
    let factor = (relative.times - 1.0).abs() > 0.0;
    let other = if factor { other.converted() } else { other };
    let message = own.difference(&other).map(|difference| {
        // Growth is a number, whatever the unit of the level.
        let unit = |of: Of, name: &str, unit: &Unit| match of {
            Of::Growth => unit.to_string(),
            Of::Level | Of::Change => walk.unit_text(name, unit),
        };
        let of = relative.of.unwrap_or(target.of);
        message(
            &format!("{shown} is held against {}", relative.indicator),
            (&shown, unit(target.of, &shown, &own)),
            (&relative.indicator, unit(of, &relative.indicator, &other)),
            difference,
        )
    });
    (format!(".{}", sense.key), message)
}

/// The unit of an expression.
#[derive(Debug, Clone, PartialEq)]
enum Measured {
    /// Something in it has no declared unit.
    Unknown,
    /// A number as it stands there, or what is made of such.
    Literal,
    /// This one.
    Of(Unit),
}

use Measured::{Literal, Unknown};

struct Walk<'a> {
    model: &'a Model,
    /// Are numbers coefficients?
    coefficients: bool,
    /// What is odd, the first of it.
    found: Option<String>,
}

fn declared(unit: Option<&String>) -> Option<Unit> {
    unit.filter(|text| !text.trim().is_empty()).map(|text| read(text))
}

impl<'a> Walk<'a> {
    fn new(model: &'a Model, coefficients: bool) -> Self {
        Self { model, coefficients, found: None }
    }

    fn text_of(&self, name: &str) -> Option<&'a String> {
        let indicator = self.model.indicators.get(name).map(|indicator| indicator.unit.as_ref());
        let parameter = self.model.parameters.get(name).map(|parameter| parameter.unit.as_ref());
        indicator.or(parameter).flatten()
    }

    fn named(&self, name: &str) -> Measured {
        declared(self.text_of(name)).map_or(Unknown, Measured::Of)
    }

    /// As it was declared for a name, else in base units.
    fn unit_text(&self, name: &str, unit: &Unit) -> String {
        self.text_of(name).map_or_else(|| unit.to_string(), |text| format!("\"{text}\""))
    }

    fn equation(&mut self, equation: &Equation) {
        let (left, right) = (self.of(&equation.lhs), self.of(&equation.rhs));
        let shown = format!("{} = {}", shortened(&equation.lhs), shortened(&equation.rhs));
        self.joined(&shown, (&equation.lhs, left), (&equation.rhs, right));
    }

    /// The unit of what is put together of two parts that must not differ.
    fn joined(
        &mut self,
        shown: &str,
        (a, of_a): (&Expr, Measured),
        (b, of_b): (&Expr, Measured),
    ) -> Measured {
        match (of_a, of_b) {
            (Measured::Of(first), Measured::Of(second)) => {
                if let Some(difference) = first.difference(&second)
                    && self.found.is_none()
                {
                    let side = |expr: &Expr, unit: &Unit| {
                        (shortened(expr), self.unit_text(expr.name_in_any_period(), unit))
                    };
                    let (one, other) = (side(a, &first), side(b, &second));
                    let pair = ((one.0.as_str(), one.1), (other.0.as_str(), other.1));
                    self.found = Some(message(shown, pair.0, pair.1, difference));
                }
                Measured::Of(first.joined(&second))
            }
            (Measured::Of(unit), _) | (_, Measured::Of(unit)) => Measured::Of(unit),
            (Literal, Literal) => Literal,
            (Unknown, _) | (_, Unknown) => Unknown,
        }
    }

    fn of(&mut self, expr: &Expr) -> Measured {
        match &expr.node {
            Node::Number(_) | Node::Period(_) | Node::Now { .. } => Literal,
            Node::Name { name, .. } => self.named(name),
            Node::Shock(_) => Unknown,
            Node::Unary(UnaryOp::Neg, a) => self.of(a),
            Node::Unary(UnaryOp::Not, a) => {
                self.of(a);
                Literal
            }
            Node::Binary(op, a, b) => {
                let (of_a, of_b) = (self.of(a), self.of(b));
                match op {
                    BinaryOp::Mul | BinaryOp::Div => self.product(*op, of_a, of_b),
                    BinaryOp::Pow => power(of_a, b, &of_b),
                    BinaryOp::And | BinaryOp::Or => Literal,
                    _ => {
                        let joined = self.joined(&shortened(expr), (a, of_a), (b, of_b));
                        if op.is_comparison() { Literal } else { joined }
                    }
                }
            }
            Node::Call(function, arguments) => self.call(expr, function, arguments),
        }
    }

    /// A number that stands there may convert a scale, or be a coefficient with a unit of its own.
    fn product(&self, op: BinaryOp, a: Measured, b: Measured) -> Measured {
        let with = |a: Unit, b: Unit| if op == BinaryOp::Mul { a.times(&b) } else { a.over(&b) };
        match (a, b) {
            (Measured::Of(a), Measured::Of(b)) => Measured::Of(with(a, b)),
            (Literal, Literal) => Literal,
            (Literal, Measured::Of(unit)) if !self.coefficients => {
                Measured::Of(with(Unit::number(), unit).converted())
            }
            (Measured::Of(unit), Literal) if !self.coefficients => Measured::Of(unit.converted()),
            _ => Unknown,
        }
    }

    fn call(&mut self, expr: &Expr, function: &Function, arguments: &[Expr]) -> Measured {
        let of: Vec<Measured> = arguments.iter().map(|argument| self.of(argument)).collect();
        let first = of.first().cloned().unwrap_or(Unknown);
        let chosen = |walk: &mut Self, from: usize| {
            let parts: Vec<_> = arguments.iter().zip(of.clone()).skip(from).collect();
            let mut parts = parts.into_iter();
            let Some(mut all) = parts.next() else { return Unknown };
            for part in parts {
                let joined = walk.joined(&shortened(expr), all.clone(), part);
                all.1 = joined;
            }
            all.1
        };
        let number = |of: Measured, unit: Unit| if of == Unknown { of } else { Measured::Of(unit) };
        match function {
            Function::Of(function) => match function {
                Elementary::Abs | Elementary::Floor | Elementary::Ceil | Elementary::Round => first,
                Elementary::Sqrt => match first {
                    Measured::Of(unit) => unit.root(2).map_or(Unknown, Measured::Of),
                    other => other,
                },
                Elementary::Log
                | Elementary::Logit
                | Elementary::Sin
                | Elementary::Cos
                | Elementary::Tanh
                | Elementary::Atanh
                | Elementary::Norminv => number(first, Unit::number().converted()),
                Elementary::Expit | Elementary::Normcdf | Elementary::Sign => {
                    Measured::Of(Unit::number())
                }
                Elementary::Exp => Unknown,
            },
            Function::Min | Function::Max => chosen(self, 0),
            Function::If => chosen(self, 1),
            Function::Diff
            | Function::Lag
            | Function::Movsum
            | Function::Movavg
            | Function::Mod => first,
            Function::Tan | Function::Normpdf => number(first, Unit::number().converted()),
            Function::Dlog | Function::Growth => Measured::Of(Unit::number()),
            Function::Poisson { .. }
            | Function::NegativeBinomial { .. }
            | Function::Binomial { .. } => Unknown,
        }
    }
}

/// The unit of a power: of a number as it stands there.
fn power(base: Measured, exponent: &Expr, of_exponent: &Measured) -> Measured {
    match base {
        Literal if *of_exponent == Literal => Literal,
        Measured::Of(unit) => match number(exponent) {
            Some(0.5) => unit.root(2).map_or(Unknown, Measured::Of),
            Some(power) if power.fract() == 0.0 && power.abs() <= 20.0 => {
                Measured::Of(unit.to_the(power as i32))
            }
            // Production functions are not meant to be of one dimension.
            _ if unit.is_number() => Measured::Of(Unit::number().converted()),
            _ => Unknown,
        },
        _ => Unknown,
    }
}

fn number(expr: &Expr) -> Option<f64> {
    match &expr.node {
        Node::Number(value) => Some(*value),
        Node::Unary(UnaryOp::Neg, a) => number(a).map(|value| -value),
        _ => None,
    }
}

/// As much of an expression as a message has room for.
fn shortened(expr: &Expr) -> String {
    let text = expr.to_string();
    if text.chars().count() <= 60 {
        return text;
    }
    text.chars().take(57).chain("...".chars()).collect()
}

fn message(
    shown: &str,
    (a, of_a): (&str, String),
    (b, of_b): (&str, String),
    difference: Difference,
) -> String {
    let way_out = match difference {
        Difference::Kind => {
            "convert one of them, correct its unit, or give a number that converts it a name and a \
             unit"
                .to_owned()
        }
        Difference::Scale(ratio) => {
            let (larger, smaller, times) =
                if ratio > 1.0 { (a, b, ratio) } else { (b, a, 1.0 / ratio) };
            format!(
                "one of {larger} is {} of {smaller}; multiply one of them, or correct its unit",
                crate::model::target_words::figure(times)
            )
        }
    };
    format!("{shown}: {a} is in {of_a}, {b} in {of_b}; {way_out}")
}
