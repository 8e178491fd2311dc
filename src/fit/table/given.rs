//! Identities that are given in words: read, checked against the figures, written into the model.

use super::assemble::exact;
use super::column::{Column, heading};
use super::identities::Identity;
use crate::error::{Error, Problem, near};
use crate::expr::{Equation, Node, Text};
use crate::model::{Indicator, Model};
use crate::period::Span;

/// How far off a given identity may be, as a share of its left side.
const MOST_OFF: f64 = 0.01;

/// Identities by their columns, and equations by the column that follows from them.
pub(super) type Read = (Vec<Identity>, Vec<(usize, String)>);

/// Reads identities: `"a + b + c = 100"` for shares, else an equation for one column.
pub(super) fn read(texts: &[String], columns: &[Column], axis: Span) -> Result<Read, Error> {
    let (mut found, mut problems): (Read, Vec<Problem>) = ((Vec::new(), Vec::new()), Vec::new());
    for (k, text) in texts.iter().enumerate() {
        let address = format!("identities[{k}]");
        match one(text, columns) {
            Ok(One::Shares(identity)) => found.0.push(identity),
            Ok(One::Equation(column)) => found.1.push((column, text.clone())),
            Err(message) => problems.push(Problem::new(address, message)),
        }
    }
    if problems.is_empty() {
        problems = found.1.iter().filter_map(|(k, text)| off(*k, text, columns, axis)).collect();
    }
    if problems.is_empty() { Ok(found) } else { Err(Error::model(problems)) }
}

enum One {
    Shares(Identity),
    Equation(usize),
}

fn one(text: &str, columns: &[Column]) -> Result<One, String> {
    let place = |name: &str| {
        let name = heading(name.trim()).0;
        columns.iter().position(|column| column.name == name).ok_or_else(|| {
            let hint = near(&name, columns.iter().map(|column| column.name.as_str()));
            format!("the table has no column \"{name}\"{hint}")
        })
    };
    if let Some((left, right)) = text.split_once('=')
        && let Ok(whole) = right.trim().parse::<f64>()
    {
        let parts = left.split('+').map(place).collect::<Result<Vec<usize>, String>>()?;
        if parts.len() < 2 {
            return Err(format!(
                "\"{text}\" has one column; expected shares that add up to {whole}"
            ));
        }
        return Ok(One::Shares(Identity::Shares { parts, whole }));
    }
    let read = Text::<Equation>::from(text);
    let equation = read.tree_or_messages().map_err(|messages| messages.join("; "))?;
    if equation.behavioural {
        return Err(format!("\"{text}\" has a residual (~); an identity is written with ="));
    }
    match &equation.lhs.node {
        Node::Name { name, lag: 0 } => place(name).map(One::Equation),
        _ => Err(format!(
            "\"{text}\" has to begin with the one column that follows from the others: gdp = a + b"
        )),
    }
}

/// How far an identity is off in the figures, where that is more than rounding.
fn off(k: usize, text: &str, columns: &[Column], axis: Span) -> Option<Problem> {
    let mut model = Model::new("figures", axis);
    model.imported = true;
    for column in columns {
        let known = axis.periods().zip(&column.figures).filter(|(_, figure)| figure.is_finite());
        let history = known.map(|(period, figure)| (period, (*figure).into())).collect();
        model.indicators.insert(column.name.clone(), Indicator { history, ..Indicator::default() });
    }
    let name = &columns[k].name;
    model.indicators.get_mut(name)?.equation = Some(text.into());
    let address = format!("identities: {text}");
    let rows = match model.import_check(axis) {
        Ok(rows) => rows,
        Err(error) => {
            let message = error.problems().first().map_or_else(String::new, |p| p.message.clone());
            return Some(Problem::new(address, message));
        }
    };
    let row = rows.into_iter().find(|row| row.indicator == *name)?;
    let at = row.at?;
    (row.relative > MOST_OFF).then(|| {
        let message = format!(
            "does not hold in the figures: in {at} it is {} % off; correct the figures, or leave it out",
            super::checks::rounded(100.0 * row.relative)
        );
        Problem::new(address, message)
    })
}

/// Writes an identity into the model.
pub(super) fn write(model: &mut Model, name: &str, text: &str) {
    if let Some((_, right)) = text.split_once('=') {
        exact(model, name, right.trim(), "an identity that was given");
    }
}
