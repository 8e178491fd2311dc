//! FRB/US, the macro model of the Federal Reserve Board, in its own XML.
//!
//! Every equation there reads `f(x) - x_aerr = g(...) + x_trac`: `x_aerr` is an add factor and
//! `x_trac` the residual with which the equation holds on the data. Both are what this library
//! calls an add factor in the space of the left side, so they become that and leave the equation:
//! a scenario that adds to `x` adds to `x_aerr`, and [`Model::track`](crate::Model::track) finds
//! the residuals.

use std::cell::Cell;

use roxmltree::{Document, Node as Element, ParsingOptions};

use super::Data;
use crate::error::{Error, Problem};
use crate::expr::{self, BinaryOp, Equation, Expr, Node, Text};
use crate::interrupt::look;
use crate::model::{Indicator, Model, Note, Parameter};
use crate::period::Span;

/// More nodes than this are no model.
const LARGEST: u32 = 5_000_000;

/// Reads FRB/US with the equations of VAR expectations: each variable becomes an indicator with the
/// data as its history, each coefficient a parameter. Histories may reach into the span; choose
/// where the model takes over by [`Model::track`](crate::Model::track) or
/// [`Model::over`](crate::Model::over).
///
/// # Errors
/// XML that is none, that has no variable or one twice, or no equation that can be read, with lines. An
/// equation that cannot be read is a note: its variable is exogenous then, with the values of the data.
pub fn read_frbus(xml: &[u8], data: &Data, span: Span) -> Result<Model, Error> {
    let wrong = |message: String| Error::at("model.xml", message);
    let text = std::str::from_utf8(xml).map_err(|error| wrong(format!("is not UTF-8: {error}")))?;
    let options = ParsingOptions { allow_dtd: false, nodes_limit: LARGEST, ..Default::default() };
    let document = Document::parse_with_options(text, options)
        .map_err(|error| wrong(format!("is not readable as XML: {error}")))?;
    let mut reading = Reading {
        data,
        model: Model::new("FRB/US", span),
        problems: Vec::new(),
        document: &document,
        seen: Cell::new((0, 1)),
    };
    reading.model.imported = true;
    reading.model.notes.0.extend(data.notes().iter().cloned());
    for variable in document.root_element().children().filter(|n| n.has_tag_name("variable")) {
        look();
        if reading.problems.len() > 100 {
            break; // more than anyone reads
        }
        reading.variable(variable);
    }
    if reading.model.indicators.is_empty() && reading.problems.is_empty() {
        reading.problems.push(Problem::new("model.xml", "has no variables"));
    }
    if reading.model.indicators.values().all(|indicator| indicator.equation.is_none()) {
        let notes = reading.model.notes.0.iter().filter(|note| !note.text.is_empty()).take(20);
        let unread = notes.map(|note| {
            let address = format!("model.xml: {}", note.indicators.join(", "));
            Problem::new(address, note.message.clone()).at_line(note.line)
        });
        reading.problems.extend(unread);
    }
    if reading.problems.is_empty() {
        Ok(reading.model)
    } else {
        Err(Error::first_by_line(reading.problems))
    }
}

struct Reading<'a, 'd> {
    data: &'a Data,
    model: Model,
    problems: Vec<Problem>,
    document: &'a Document<'d>,
    /// A place in the text and its line: lines are counted from there on.
    seen: Cell<(usize, usize)>,
}

/// The text of the first child of a name.
fn child<'a>(element: Element<'a, '_>, name: &str) -> Option<&'a str> {
    element.children().find(|n| n.has_tag_name(name)).and_then(|n| n.text()).map(str::trim)
}

impl Reading<'_, '_> {
    fn line(&self, element: Element<'_, '_>) -> usize {
        let (place, text) = (element.range().start, self.document.input_text().as_bytes());
        let (mut from, mut line) = self.seen.get();
        if place < from {
            (from, line) = (0, 1);
        }
        line += text[from..place].iter().filter(|byte| **byte == b'\n').count();
        self.seen.set((place, line));
        line
    }

    fn problem(&mut self, element: Element<'_, '_>, name: &str, message: impl Into<String>) {
        let line = self.line(element);
        self.problems.push(Problem::new(format!("model.xml: {name}"), message).at_line(Some(line)));
    }

    fn variable(&mut self, variable: Element<'_, '_>) {
        let Some(name) = child(variable, "name").map(str::to_lowercase) else {
            return self.problem(variable, "variable", "has no name");
        };
        if self.model.indicators.contains_key(&name) {
            return self.problem(variable, &name, "comes twice");
        }
        let mut indicator = Indicator::default();
        if let Some(definition) = child(variable, "definition").filter(|text| !text.is_empty()) {
            indicator = indicator.with_label(definition);
        }
        let standard = variable.children().find(|n| n.has_tag_name("standard_equation"));
        if let Some(standard) = standard {
            let read = equation(standard, &name);
            match read.and_then(|read| self.coefficients(standard).map(|()| read)) {
                Ok(equation) => indicator.equation = Some(equation),
                Err(why) => self.leave_out(standard, &name, &why),
            }
        }
        indicator.history = self.data.history(&name);
        // Some variables are declared, but have neither an equation nor data and are not used.
        if indicator.equation.is_none() && indicator.history.is_empty() {
            let note = Note::new("unmapped", format!("{name} has neither an equation nor data"));
            let line = self.line(variable);
            return self.model.notes.0.push(note.about(&name).at(line, ""));
        }
        // Of these the model's own stochastic simulation draws residuals.
        let kind = child(variable, "stochastic_type").filter(|kind| !kind.is_empty());
        if kind.is_some_and(|kind| kind != "NO") && indicator.equation.is_some() {
            self.model.stochastic.push(name.clone());
        }
        self.model.indicators.insert(name, indicator);
    }

    /// Says that the variable is left without its equation.
    fn leave_out(&mut self, standard: Element<'_, '_>, name: &str, why: &str) {
        let becomes = if self.data.series(name).is_some() {
            format!("{name} is exogenous for that, with the values of the data")
        } else {
            format!("what needs {name} lacks it, for the data have no {name} either")
        };
        let text = child(standard, "python_equation").unwrap_or("no python_equation").to_owned();
        let note = Note::new("unmapped", format!("{why}; {becomes}")).about(name);
        let line = self.line(standard);
        self.model.notes.0.push(note.at(line, &text));
    }

    fn coefficients(&mut self, standard: Element<'_, '_>) -> Result<(), String> {
        for coefficient in standard.descendants().filter(|n| n.has_tag_name("coeff")) {
            let parts = (child(coefficient, "cf_name"), child(coefficient, "cf_value"));
            let (Some(key), Some(value)) = parts else { continue };
            // y_eco(2) is written y_eco_2 in the equations.
            let key = key.to_lowercase().replace('(', "_").replace(')', "");
            let number = value.parse::<f64>().ok().filter(|number| number.is_finite());
            let number =
                number.ok_or_else(|| format!("coefficient {key}: \"{value}\" is not a number"))?;
            self.model.parameters.insert(key, Parameter::from(number));
        }
        Ok(())
    }
}

/// The equation with its residuals taken out, isolated for nothing yet.
fn equation(standard: Element<'_, '_>, name: &str) -> Result<Text<Equation>, String> {
    let text = child(standard, "python_equation").ok_or("has no python_equation")?;
    let text = text.to_lowercase();
    let (left, right) =
        text.split_once('=').ok_or_else(|| format!("\"{text}\" has no equals sign"))?;
    let residuals = [format!("{name}_aerr"), format!("{name}_trac")];
    let side = |text: &str| match expr::parse_expression(text) {
        Ok(expr) => Ok(without(expr, &residuals)),
        Err(errors) => {
            let told: Vec<String> = errors.iter().map(|error| error.annotated(text)).collect();
            Err(told.join("; "))
        }
    };
    let (lhs, rhs) = (side(left)?, side(right)?);
    let source = text.as_str().into();
    Ok(Equation { lhs, rhs, behavioural: true, levels: false, source }.into())
}

/// The expression with some names taken as 0.
fn without(expr: Expr, names: &[String]) -> Expr {
    let zero = |expr: &Expr| matches!(expr.node, Node::Number(value) if value == 0.0);
    let node = match expr.node {
        Node::Name { name, .. } if names.contains(&name) => Node::Number(0.0),
        Node::Unary(op, a) => Node::Unary(op, Box::new(without(*a, names))),
        Node::Binary(op, a, b) => {
            let (a, b) = (without(*a, names), without(*b, names));
            match op {
                BinaryOp::Add | BinaryOp::Sub if zero(&b) => return a,
                BinaryOp::Add if zero(&a) => return b,
                _ => Node::Binary(op, Box::new(a), Box::new(b)),
            }
        }
        Node::Call(function, arguments) => {
            Node::Call(function, arguments.into_iter().map(|a| without(a, names)).collect())
        }
        leaf => leaf,
    };
    Expr::new(node)
}
