//! The equations of a model of Dynare, each for one of its variables.

use indexmap::{IndexMap, IndexSet};

use super::assemble::{Equations, Read, Statement, checked, sides};
use super::dynare_blocks::Block;
use super::dynare_declarations::Declarations;
use super::dynare_terms::Terms;
use super::foreign;
use super::matching::matched;
use crate::expr::{Equation, Expr};
use crate::model::Note;
use crate::period::Frequency;

/// The equations of the block, each for one of the variables.
pub(super) fn equations(
    declared: &mut Declarations,
    model: &Block,
    frequency: Frequency,
) -> Equations {
    let mut found = Equations::default();
    let made = in_order(declared, model, frequency, &mut found);
    for message in std::mem::take(&mut declared.names.changed) {
        declared.notes.push(Note::new("changed", message));
    }
    let variables: Vec<String> =
        declared.endogenous.iter().map(|name| declared.names.here(name)).collect();
    let trees: Vec<&Equation> = made.iter().map(|(equation, _)| equation).collect();
    let indicators = matched(&trees, &variables);
    for ((equation, statement), indicator) in made.into_iter().zip(indicators) {
        let Some(indicator) = indicator else {
            let why = "determines no variable that is not determined by others";
            found.take(&statement, Err(why.to_owned()), || None);
            continue;
        };
        let (line, source) = (statement.line, statement.text);
        found.read.push(Read { indicator, equation, line, source });
    }
    let determined: IndexSet<&str> =
        found.read.iter().map(|read| read.indicator.as_str()).collect();
    // What the equations that were left out would have been for.
    let mut free = variables.iter().filter(|name| !determined.contains(name.as_str()));
    for left in &mut found.left_out {
        left.indicator = free.next().cloned();
    }
    found
}

/// What is an equation among the statements of the block, in their order; what cannot be read is left out.
fn in_order(
    declared: &mut Declarations,
    model: &Block,
    frequency: Frequency,
    found: &mut Equations,
) -> Vec<(Equation, Statement)> {
    let mut made: Vec<(Equation, Statement)> = Vec::new();
    let mut locals: IndexMap<String, Result<Expr, String>> = IndexMap::new();
    for statement in &model.statements {
        let (tags, body) = tags_of(&statement.text);
        let tagged = |key: &str| {
            tags.split(',').any(|tag| tag.split('=').next().is_some_and(|word| word.trim() == key))
        };
        // One of a pair, of which the other holds when time passes.
        if tagged("static") {
            continue;
        }
        if tagged("bind") {
            declared.unmapped(statement, "holds in another regime (bind), which is not solved for");
            continue;
        }
        if tagged("mcp") {
            let why = "the bounds of its complementarity condition (mcp) are not kept";
            declared.unmapped(statement, why);
        }
        let mut terms = Terms {
            names: &mut declared.names,
            endogenous: &declared.endogenous,
            exogenous: &declared.exogenous,
            predetermined: &declared.predetermined,
            declared_parameters: &declared.declared_parameters,
            parameters: &declared.parameters,
            locals: &locals,
        };
        if let Some(local) = body.strip_prefix('#') {
            let (name, value) = local.split_once('=').unwrap_or((local, ""));
            let value = foreign::expression(value, &mut terms);
            locals.insert(name.trim().to_owned(), value);
            continue;
        }
        match side_by_side(body, frequency, &mut terms) {
            Ok(equation) => made.push((equation, statement.clone())),
            Err(why) => found.take(statement, Err(why), || None),
        }
    }
    made
}

/// `left = right`, or an expression that is 0.
fn side_by_side(
    body: &str,
    frequency: Frequency,
    terms: &mut Terms<'_>,
) -> Result<Equation, String> {
    let (left, right) = sides(body).unwrap_or((body, "0"));
    let lhs = foreign::expression(left, terms)?;
    let rhs = foreign::expression(right, terms)?;
    checked(Equation::new(lhs, false, rhs), frequency)
}

/// What stands in `[name='...', static]` before an equation, and the equation.
fn tags_of(text: &str) -> (&str, &str) {
    match text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((tags, rest)) => (tags, rest.trim_start()),
        None => ("", text),
    }
}

/// The names with lags in equations, with their lags.
pub(super) fn looked_back_to(equations: &[Read], frequency: Frequency) -> IndexSet<(String, u32)> {
    let mut found = IndexSet::new();
    for read in equations {
        let Ok(expanded) = read.equation.expand(frequency) else { continue };
        for side in expanded.sides() {
            side.visit_names(&mut |name, lag| {
                if lag > 0 {
                    found.insert((name.to_owned(), lag));
                }
            });
        }
    }
    found
}
