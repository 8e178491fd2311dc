//! Money in current and in constant prices should not meet without a deflator between them.

use super::measure::Measure;
use crate::error::Problem;
use crate::expr::{BinaryOp, Expr, Node};
use crate::model::{About, Model};

/// A warning for each equation and target in which money of different prices is added, compared or
/// divided.
pub(super) fn warnings(model: &Model, targets: &[Measure]) -> Vec<Problem> {
    let mut warnings = Vec::new();
    if model.indicators.values().all(|indicator| indicator.prices.is_none()) {
        return warnings;
    }
    for (name, indicator) in &model.indicators {
        let parsed = indicator.equation.as_ref().and_then(|text| text.tree().ok());
        if let Some(equation) = parsed {
            let mut mixed = None;
            find(model, &equation.rhs, &mut mixed);
            if let Some((a, b)) = mixed {
                let address = format!("indicators.{name}.equation");
                warnings.push(Problem::new(address, message(model, a, b)));
            }
        }
    }
    for (k, measure) in targets.iter().enumerate() {
        let address = format!("targets[{k}]");
        if let About::Formula { equation, .. } = &measure.target.about
            && let Ok(parsed) = equation.tree()
        {
            let mut mixed = None;
            find(model, parsed, &mut mixed);
            warnings.extend(mixed.map(|(a, b)| Problem::new(&address, message(model, a, b))));
        }
        let Some(own) = measure.target.indicator() else { continue };
        for other in measure.indicators().into_iter().filter(|other| *other != own) {
            if differ(model, own, other) {
                warnings.push(Problem::new(&address, message(model, own, other)));
            }
        }
    }
    warnings
}

fn prices<'a>(model: &'a Model, name: &str) -> Option<&'a str> {
    model.indicators.get(name)?.prices.as_deref()
}

fn differ(model: &Model, a: &str, b: &str) -> bool {
    matches!((prices(model, a), prices(model, b)), (Some(a), Some(b)) if a != b)
}

fn message(model: &Model, a: &str, b: &str) -> String {
    format!(
        "{a} is in {} prices, {b} in {} prices; put a deflator between them",
        prices(model, a).unwrap_or("unknown"),
        prices(model, b).unwrap_or("unknown")
    )
}

/// Looks for an operation that sets money of different prices against each other.
fn find<'a>(model: &Model, expr: &'a Expr, found: &mut Option<(&'a str, &'a str)>) {
    match &expr.node {
        Node::Binary(op, a, b) => {
            let sets_against = !matches!(op, BinaryOp::Mul | BinaryOp::Pow);
            if let (true, Some(a), Some(b)) = (sets_against, single(a), single(b))
                && differ(model, a, b)
            {
                *found = Some((a, b));
            }
            find(model, a, found);
            find(model, b, found);
        }
        Node::Unary(_, a) => find(model, a, found),
        Node::Call(_, arguments) => arguments.iter().for_each(|a| find(model, a, found)),
        _ => {}
    }
}

/// The name, when the expression is one, perhaps times a number.
fn single(expr: &Expr) -> Option<&str> {
    match &expr.node {
        Node::Name { name, .. } => Some(name),
        Node::Binary(BinaryOp::Mul | BinaryOp::Div, a, b) => match (&a.node, &b.node) {
            (_, Node::Number(_)) => single(a),
            (Node::Number(_), _) => single(b),
            _ => None,
        },
        _ => None,
    }
}
