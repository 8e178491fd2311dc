//! Equation lists as EViews programs and its model objects write them.
//!
//! What is an equation becomes one; what is a command to the program is told in
//! [`Model::notes`](crate::Model::notes), with its line and text.

use indexmap::{IndexMap, IndexSet};

use super::Data;
use super::assemble::{
    Equations, Names, Read, Statement, checked, determined, guessed, longest_lag,
    put_together, sides, statements, with_data, word,
};
use super::decoded::decoded_in_part;
use super::eviews_program::{Numbers, Sample, generate, generated};
use super::eviews_statements::{FROM_A_LIST, Kind, kind, regressors};
use super::eviews_calendar::Calendar;
use super::eviews_terms::Terms;
use super::foreign::{self, lagged, made};
use crate::error::Error;
use crate::expr::{self, Equation, Expr};
use crate::interrupt::look;
use crate::model::{Indicator, Model, Note, Parameter};
use crate::period::{Period, Span};

/// Reads equations in the manner of EViews: `model.append y = ...`, `y = c(1) + c(2) * x(-1)`,
/// `equation e.ls dlog(y) = ...`, labels before an equation, values of coefficients (`c(1) = 0.3`,
/// `param`, `coef`, `fill`), scalars, and series of numbers or of other series (`series x = 3`).
/// Comments begin with an apostrophe, a line that ends with ` _` goes on. Names become lower case,
/// `c(1)` the parameter `c_1`.
///
/// Equations are behavioural when they have coefficients, come from an `equation` object or have a
/// transformed left side; others, and those appended with `@identity`, are identities.
///
/// # Errors
/// Text that is none or holds no equation that can be read, two equations for one variable. What
/// cannot be mapped is a note, and its equation is left out: its variable is exogenous then, with the
/// values of the data, or the note says that there are none.
///
/// ```
/// use tinbergen::import::{Data, read_eviews};
/// let text = "' consumption\nc(1) = 0.6\nm.append d(log(co)) = c(1) * @pch(y) _\n + co_a\n\
///             m.append y = co + g\nsolve m";
/// let model = read_eviews(text.as_bytes(), &Data::default(), "2021..2025".parse()?, "m.prg")?;
/// let equation = model.indicators["co"].equation.as_ref().map(ToString::to_string);
/// assert_eq!(equation.as_deref(), Some("diff(log(co)) ~ c_1 * growth(y) + co_a"));
/// assert_eq!(model.notes()[0].to_string(), "line 6: unmapped: is a command, no equation: solve m");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_eviews(text: &[u8], data: &Data, span: Span, file: &str) -> Result<Model, Error> {
    let (text, said) = decoded_in_part(text, file)?;
    let text = text.to_lowercase();
    let mut model = Model::new(file.trim_end_matches(".prg"), span);
    model.imported = true;
    let all = statements(&text, '\'');
    let numbers = Numbers::of(&all);
    let mut reading = Reading {
        span,
        numbers: &numbers,
        given: data,
        variables: variables(&all, data),
        calendar: Calendar::default(),
        names: Names::default(),
        sums: IndexSet::new(),
        owners: Owners::new(),
        equations: Equations::default(),
        notes: Vec::new(),
        series: Vec::new(),
        sample: Sample::All,
    };
    let known = with_data(span, data);
    for statement in &all {
        look();
        reading.statement(statement, known.first());
    }
    let mut together = data.clone();
    reading.make_series(known, &mut together);
    for (name, value) in &numbers.scalars {
        model.parameters.insert(reading.names.here(name), Parameter::from(*value));
    }
    let Reading { calendar, sums, mut equations, notes, .. } = reading;
    model.notes.0 = said.into_iter().chain(notes).collect();
    if equations.read.is_empty() {
        return Err(equations.nothing(&model.notes.0, file));
    }
    for (name, value) in &numbers.coefficients.values {
        if let Some(value) = value {
            model.parameters.insert(name.clone(), Parameter::from(*value));
        }
    }
    let periods = with_data(span, &together);
    for (name, value) in &calendar.series {
        let history = periods.periods().map(|period| (period, value.at(period).into())).collect();
        let indicator = Indicator { history, ..Indicator::default() };
        model.indicators.insert(name.clone(), indicator.with_label(value.label().as_str()));
    }
    for name in sums {
        let (read, with) = sum_of(&name, span, together);
        equations.read.push(read);
        together = with;
    }
    put_together(&mut model, equations, &together, file)?;
    Ok(model)
}

/// The sum of a series from its first value on: its equation, and its values before the span.
fn sum_of(name: &str, span: Span, data: Data) -> (Read, Data) {
    let sum = format!("cumsum_{name}");
    let rhs = made("a + b", [&Expr::name(&sum, 1), &Expr::name(name, 0)]);
    let equation = Equation::new(Expr::name(&sum, 0), false, rhs);
    let mut known: Vec<(Period, f64)> =
        data.series(name).into_iter().flatten().map(|(period, value)| (*period, *value)).collect();
    known.sort_by_key(|(period, _)| period.ordinal());
    let before = span.first() - 1;
    let (mut total, mut history) = (0.0, IndexMap::new());
    for (period, value) in known.iter().filter(|(period, _)| *period <= before) {
        total += value;
        history.insert(*period, total);
    }
    history.entry(before).or_insert(total);
    let source = equation.to_string();
    let read = Read { indicator: sum.clone(), equation, line: 0, source };
    (read, data.with_named(&sum, history))
}

/// Names that stand somewhere by themselves or with a lag, and those of the data.
fn variables(all: &[Statement], data: &Data) -> IndexSet<String> {
    let mut found: IndexSet<String> = data.names().map(str::to_owned).collect();
    for Statement { text, .. } in all {
        look();
        let mut rest = text.as_str();
        while let Some(at) = rest.find(|c: char| c.is_alphabetic() || c == '_') {
            let (word, after) = word(&rest[at..]);
            let bracket = after.strip_prefix('(').map(str::trim_start);
            if bracket.is_none_or(|inside| inside.starts_with(['-', '0'])) {
                found.insert(word.to_owned());
            }
            rest = after;
        }
    }
    found
}

/// What was read of a program.
struct Reading<'a> {
    span: Span,
    numbers: &'a Numbers,
    given: &'a Data,
    variables: IndexSet<String>,
    calendar: Calendar,
    names: Names,
    sums: IndexSet<String>,
    owners: Owners,
    equations: Equations,
    notes: Vec<Note>,
    /// Statements that make series, and the samples they are for.
    series: Vec<(&'a Statement, Sample)>,
    sample: Sample,
}

impl<'a> Reading<'a> {
    fn terms(&mut self, first: Period) -> Terms<'_> {
        Terms {
            coefficients: &self.numbers.coefficients,
            data: self.given,
            variables: &self.variables,
            first,
            calendar: &mut self.calendar,
            names: &mut self.names,
            sums: &mut self.sums,
            used: Vec::new(),
            changed: Vec::new(),
        }
    }

    fn statement(&mut self, statement: &'a Statement, first: Period) {
        let (line, text) = (statement.line, statement.text.as_str());
        match kind(statement, self.numbers) {
            Kind::Number => {}
            Kind::Series => self.series.push((statement, self.sample)),
            Kind::Sample(rest) => {
                self.sample = Sample::read(rest, self.span.frequency());
                if matches!(self.sample, Sample::Unknown) {
                    let why = "is a sample that only running the program would tell";
                    self.notes.push(Note::new("unmapped", why).at(line, text));
                }
            }
            Kind::Command(why) => {
                let why = self.numbers.unread.get(&line).map_or(why, String::as_str);
                self.notes.push(Note::new("unmapped", why).at(line, text));
            }
            Kind::Equation { text: body, behavioural } => {
                let span = self.span;
                let mut terms = self.terms(first);
                let read = equation(body, behavioural, statement, span, &mut terms);
                let (used, changed) = (terms.used, terms.changed);
                self.take(statement, body, read, &used, changed);
            }
            Kind::Regressors(body) => {
                let span = self.span;
                let mut terms = self.terms(first);
                let read = regressors(body).and_then(|written| {
                    equation(&written, Some(true), statement, span, &mut terms)
                        .map_err(|_| FROM_A_LIST.to_owned())
                });
                let (used, changed) = (terms.used, terms.changed);
                self.take(statement, body, read, &used, changed);
            }
        }
    }

    fn take(
        &mut self,
        statement: &Statement,
        body: &str,
        read: Result<Read, String>,
        used: &[String],
        mut changed: Vec<String>,
    ) {
        if let Ok(read) = &read {
            changed.extend(shared(&statement.text, used, &mut self.owners));
            for message in changed {
                let note = Note::new("changed", message).about(&read.indicator);
                self.notes.push(note.at(statement.line, body));
            }
        }
        self.equations.take(statement, read, || guessed(body));
    }

    fn make_series(&mut self, known: Span, data: &mut Data) {
        if self.series.is_empty() {
            return;
        }
        // What equations look back to has to be there too.
        let longest = longest_lag(&self.equations.read, self.span.frequency());
        let earliest = self.span.first() - longest as i32;
        let first = known.first();
        let Some(span) = Span::around([earliest, first, known.last()]) else { return };
        let periods: Vec<Period> = span.periods().collect();
        for (statement, sample) in std::mem::take(&mut self.series) {
            look();
            let Some((name, body)) = generated(&statement.text) else { continue };
            let numbers = self.numbers;
            let mut terms = self.terms(first);
            let made = generate(name, body, sample, &periods, &mut terms, (data, numbers));
            if let Err(why) = made {
                let note = Note::new("unmapped", why).about(name);
                self.notes.push(note.at(statement.line, &statement.text));
            }
        }
    }
}

/// The equation object in which each coefficient was met first.
type Owners = IndexMap<String, String>;

/// Each equation object has coefficients of its own, however they are called: says which were met in
/// another one.
fn shared(statement: &str, used: &[String], owners: &mut Owners) -> Option<String> {
    let rest = statement.strip_prefix("equation ")?.trim_start();
    let own = rest.split(['.', ' ', '\t']).next()?.to_owned();
    let mut first = None;
    for name in used {
        look();
        let owner = owners.entry(name.clone()).or_insert_with(|| own.clone());
        if *owner != own && first.is_none() {
            first = Some((name, owner.clone()));
        }
    }
    let (name, other) = first?;
    Some(format!(
        "{name} stands in the equation objects {other} and {own}, each of which has coefficients of its \
         own; here it is one parameter with one value for both"
    ))
}

/// A statement as an equation.
fn equation(
    text: &str,
    behavioural: Option<bool>,
    statement: &Statement,
    span: Span,
    terms: &mut Terms<'_>,
) -> Result<Read, String> {
    let (left, right) = sides(text).ok_or("has no equals sign outside brackets")?;
    let (right, process) = error_process(right)?;
    let lhs = foreign::expression(left, terms)?;
    let mut rhs = foreign::expression(right, terms)?;
    let (plain, fitted) = (lhs.clone(), rhs.clone());
    for (by, weight) in process {
        let weight = foreign::expression(weight, terms)?;
        let (before, fit) = (lagged(plain.clone(), by), lagged(fitted.clone(), by));
        rhs = made("a + b * (c - d)", [&rhs, &weight, &before, &fit]);
    }
    let is_parameter = |name: &str| terms.is_coefficient(name);
    let indicator = determined(&lhs, is_parameter)
        .ok_or("has no variable without a lag on its left side, for which it could be solved")?;
    let transformed = !matches!(lhs.node, expr::Node::Name { .. });
    let behavioural = behavioural.unwrap_or(!terms.used.is_empty() || transformed);
    let source = statement.text.as_str();
    let made = Equation { lhs, behavioural, levels: false, rhs, source: source.into() };
    let equation = Equation { source: source.into(), ..checked(made, span.frequency())? };
    Ok(Read { indicator, equation, line: statement.line, source: source.to_owned() })
}

/// The lags of an error process, each with its weight.
type Process<'a> = Vec<(u32, &'a str)>;

/// The right side without `+ [ar(1)=0.5]`, and the lags and weights of that.
fn error_process(right: &str) -> Result<(&str, Process<'_>), String> {
    let Some((before, rest)) = right.split_once('[') else { return Ok((right, Vec::new())) };
    let before = before.trim_end().trim_end_matches(['+', ',']).trim_end();
    let Some(inside) = rest.trim_end().strip_suffix(']') else {
        return Err("a bracket without its twin".to_owned());
    };
    let mut found = Vec::new();
    for part in inside.split(',') {
        let read = part.split_once('=').and_then(|(term, weight)| {
            let lag = term.trim().strip_prefix("ar(")?.strip_suffix(')')?.trim().parse().ok()?;
            (1..=100).contains(&lag).then_some((lag, weight))
        });
        found.push(read.ok_or_else(|| {
            format!(
                "of error processes only autoregressions with their coefficients can be read, such \
                 as [ar(1)=0.5], not \"{}\"",
                part.trim()
            )
        })?);
    }
    Ok((before, found))
}
