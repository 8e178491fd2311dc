//! Backward-looking models in the language of Dynare (`.mod`).

use indexmap::{IndexMap, IndexSet};

use super::Data;
use super::assemble::{
    Equations, Names, Read, Statement, checked, longest_lag, put_together, sides, word,
};
use super::decoded::decoded_in_part;
use super::dynare_blocks::{Shocks, Block, blocks, declared, path_values};
use super::dynare_terms::{Terms, constant};
use super::foreign;
use super::matching::matched;
use super::undated;
use crate::error::{Error, Problem};
use crate::expr::{Equation, Expr};
use crate::model::{Distribution, Model, Note, Pair, Parameter};
use crate::period::{Frequency, Period, Span};

/// Reads a model in the language of Dynare whose equations look back: `var`, `varexo`, `parameters` with
/// their values, `model`, `initval`, `endval`, `histval` and `shocks`.
///
/// Equations are identities; an exogenous variable with a standard error is `e ~ 0` with a normal shock, one
/// without is known: 0, or what `initval`, `endval` and `shocks` say. Initial values are those of
/// `histval`, which are 0 for what the block does not name, unless the data have it; without the block those of `initval`, else of the data, else, in a
/// model that says it is linear, 0. Periods
/// are those given, or 1, 2, ... as many as the text says, which become the years 1001, 1002, ...
///
/// # Errors
/// Text that is none, that declares no variable, holds no equation that can be read, or says no number of
/// periods where none are given. An equation with a lead, and what else cannot be mapped, is a note, and
/// left out.
///
/// ```
/// use tinbergen::import::{Data, read_dynare};
/// let text = "var y; varexo e; parameters rho; rho = 0.5;\nmodel(linear); y = rho*y(-1) + e; end;\n\
///             shocks; var e; stderr 0.1; end;";
/// let span = "2021..2025".parse()?;
/// let model = read_dynare(text.as_bytes(), &Data::default(), Some(span), "ar1.mod")?;
/// let equation = |name: &str| model.indicators[name].equation.as_ref().map(ToString::to_string);
/// assert_eq!(equation("y").as_deref(), Some("y = rho * y[-1] + e"));
/// assert_eq!(equation("e").as_deref(), Some("e ~ 0"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_dynare(
    text: &[u8],
    data: &Data,
    span: Option<Span>,
    file: &str,
) -> Result<Model, Error> {
    let (text, said) = decoded_in_part(text, file)?;
    let parts = blocks(&text);
    let mut reading = Reading::default();
    reading.notes.extend(said);
    for statement in &parts.statements {
        reading.statement(statement);
    }
    for (line, text, why) in parts.unmapped {
        reading.notes.push(Note::new("unmapped", why).at(line, &text));
    }
    let problem = |message: String| Error::model(vec![Problem::new("", message)]).in_file(file);
    if reading.endogenous.is_empty() {
        return Err(problem("declares no variable (var)".to_owned()));
    }
    let undated_span = reading.periods.map(|count| {
        let first = undated::period(1);
        Span::new(first, first + (count as i32 - 1)).unwrap_or_else(|_| Span::single(first))
    });
    let Some(periods) = span.or(undated_span) else {
        return Err(problem("says no number of periods, such as simul(periods=20); give them".into()));
    };
    if span.is_none() {
        reading.notes.push(undated::note(periods));
    }
    let name = file.rsplit_once('.').map_or(file, |(name, _)| name);
    let mut model = Model::new(name, periods);
    model.imported = true;
    let mut equations = reading.equations(&parts.model, periods.frequency());
    if equations.read.is_empty() {
        return Err(equations.nothing(&reading.notes, file));
    }
    reading.values(&parts.values);
    let shocks = Shocks::read(&parts.shocks, &reading.parameters);
    reading.notes.extend(shocks.notes.iter().cloned());
    let longest = longest_lag(&equations.read, periods.frequency()).max(1);
    let looked_back = looked_back_to(&equations.read, periods.frequency());
    let together = reading.data(data, periods, longest, &looked_back, &shocks);
    for (name, value) in &reading.parameters {
        model.parameters.insert(reading.names.here(name), Parameter::from(*value));
    }
    reading.add_shocks(&mut model, &mut equations, &shocks);
    model.notes.0 = std::mem::take(&mut reading.notes);
    put_together(&mut model, equations, &together, file)?;
    for (name, label) in &reading.labels {
        if let Some(indicator) = model.indicators.get_mut(&reading.names.here(name)) {
            indicator.label = Some(label.as_str().into());
        }
    }
    Ok(model)
}

/// What was read of a file.
#[derive(Debug, Default)]
struct Reading {
    names: Names,
    endogenous: IndexSet<String>,
    exogenous: IndexSet<String>,
    /// Variables whose dates are those of the period before.
    predetermined: IndexSet<String>,
    declared_parameters: IndexSet<String>,
    parameters: IndexMap<String, f64>,
    labels: IndexMap<String, String>,
    /// How many periods the text says.
    periods: Option<u32>,
    linear: bool,
    initial: IndexMap<String, f64>,
    last: IndexMap<String, f64>,
    /// Is there a block that says what was before? What it does not name was 0 then.
    before_said: bool,
    /// Values in single periods up to the one before the first, which is 0.
    before: IndexMap<(String, i32), f64>,
    notes: Vec<Note>,
}

/// Commands that say nothing about the model.
const COMMANDS: [&str; 26] = [
    "steady", "check", "resid", "stoch_simul", "simul", "perfect_foresight_setup",
    "perfect_foresight_solver", "estimation", "varobs", "model_info", "model_diagnostics", "options_",
    "close", "clear", "shock_decomposition", "forecast", "identification", "osr", "ramsey_model",
    "ramsey_policy", "write_latex_dynamic_model", "rplot", "dsample", "initval_file", "histval_file",
    "dynare_sensitivity",
];

impl Reading {
    fn unmapped(&mut self, statement: &Statement, why: &str) {
        self.notes.push(Note::new("unmapped", why).at(statement.line, &statement.text));
    }

    /// A statement outside of blocks.
    fn statement(&mut self, statement: &Statement) {
        let text = statement.text.as_str();
        let (word, rest) = word(text);
        let list = match word {
            "var" => Some(&mut self.endogenous),
            "varexo" | "varexo_det" => Some(&mut self.exogenous),
            "parameters" => Some(&mut self.declared_parameters),
            "predetermined_variables" => Some(&mut self.predetermined),
            _ => None,
        };
        if let Some(list) = list {
            for (name, label) in declared(rest) {
                list.insert(name.clone());
                if let Some(label) = label {
                    self.labels.insert(name, label);
                }
            }
            return;
        }
        if let Some(value) = rest.trim_start().strip_prefix('=')
            && self.declared_parameters.contains(word)
        {
            match constant(value, &self.parameters) {
                Ok(value) => {
                    self.parameters.insert(word.to_owned(), value);
                }
                Err(why) => self.unmapped(statement, &format!("{word} has no number: {why}")),
            }
            return;
        }
        if let Some(periods) = option(rest, "periods").and_then(|text| text.parse().ok())
            && (1..=8_000).contains(&periods)
        {
            self.periods = Some(periods);
            if COMMANDS.contains(&word) {
                return;
            }
        }
        let why = if COMMANDS.contains(&word) {
            "is a command, no part of the model"
        } else {
            "is no statement that is known here"
        };
        self.unmapped(statement, why);
    }

    /// The equations of the block, each for one of the variables.
    fn equations(&mut self, model: &Block, frequency: Frequency) -> Equations {
        self.linear = model.options.split(',').any(|option| option.trim() == "linear");
        let mut found = Equations::default();
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
                self.unmapped(statement, "holds in another regime (bind), which is not solved for");
                continue;
            }
            if tagged("mcp") {
                let why = "the bounds of its complementarity condition (mcp) are not kept";
                self.unmapped(statement, why);
            }
            let mut terms = Terms {
                names: &mut self.names,
                endogenous: &self.endogenous,
                exogenous: &self.exogenous,
                predetermined: &self.predetermined,
                declared_parameters: &self.declared_parameters,
                parameters: &self.parameters,
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
        for message in std::mem::take(&mut self.names.changed) {
            self.notes.push(Note::new("changed", message));
        }
        let variables: Vec<String> =
            self.endogenous.iter().map(|name| self.names.here(name)).collect();
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

    /// Initial and terminal values, and those of single periods.
    fn values(&mut self, all: &[Block]) {
        let mut known = self.parameters.clone();
        for block in all {
            self.before_said |= block.word == "histval";
            for statement in &block.statements {
                let Some((left, right)) = statement.text.split_once('=') else {
                    self.unmapped(statement, "gives no value");
                    continue;
                };
                let value = match constant(right, &known) {
                    Ok(value) => value,
                    Err(why) => {
                        self.unmapped(statement, &format!("has no number: {why}"));
                        continue;
                    }
                };
                let left = left.trim();
                match (block.word.as_str(), left.split_once('(')) {
                    ("histval", Some((name, at))) => {
                        let at = at.trim_end_matches(')').trim().parse::<i32>();
                        match at {
                            Ok(at) if (-800..=0).contains(&at) => {
                                self.before.insert((name.trim().to_owned(), at), value);
                            }
                            _ => self.unmapped(statement, "is for no period before the first"),
                        }
                    }
                    ("endval", None) => {
                        self.last.insert(left.to_owned(), value);
                    }
                    ("initval", None) => {
                        known.insert(left.to_owned(), value);
                        self.initial.insert(left.to_owned(), value);
                    }
                    _ => self.unmapped(statement, "gives no value that is known here"),
                }
            }
        }
    }

    /// The values of all variables before the span, and of exogenous ones in it.
    fn data(
        &mut self,
        given: &Data,
        span: Span,
        longest: u32,
        looked_back: &IndexSet<(String, u32)>,
        shocks: &Shocks,
    ) -> Data {
        let declared = self.endogenous.iter().chain(&self.exogenous);
        let ours: Vec<String> = declared.map(|name| self.names.here(name)).collect();
        let given = &given.shared_out(ours.iter().map(String::as_str));
        let mut data = given.clone();
        let mut unnamed = IndexSet::new();
        // Does an equation look back from the span to the period k, where 0 is the last before it?
        let needed = |ours: &str, k: i32| {
            looked_back.iter().any(|(name, lag)| name == ours && *lag as i32 > -k)
        };
        let before = Span::new(span.first() - longest as i32, span.first() - 1);
        let before: Vec<Period> = before.map(|b| b.periods().collect()).unwrap_or_default();
        let mut zero = Vec::new();
        for name in self.endogenous.clone() {
            let ours = self.names.here(&name);
            let mut values: IndexMap<Period, f64> = given.of(&ours).cloned().unwrap_or_default();
            let initial = self.initial.get(&name).copied().filter(|_| !self.before_said);
            let start = initial.or((self.linear && values.is_empty() && !self.before_said).then_some(0.0));
            if initial.is_none() && start.is_some() {
                zero.push(name.clone());
            }
            for (k, period) in (1 - longest as i32..).zip(&before) {
                let single = self.before.get(&(name.clone(), k)).copied();
                if let Some(value) = single.or(start) {
                    values.insert(*period, value);
                } else if self.before_said && !values.contains_key(period) {
                    values.insert(*period, 0.0);
                    if needed(&ours, k) {
                        unnamed.insert(name.clone());
                    }
                }
            }
            values.retain(|period, _| *period < span.first());
            data = data.with_named(&ours, values);
        }
        if !zero.is_empty() {
            let message = format!(
                "the model is linear, and {} begin at 0, for no value is given before the first \
                 period",
                zero.join(", ")
            );
            self.notes.push(Note::new("assumed", message));
        }
        for name in self.exogenous.clone() {
            let ours = self.names.here(&name);
            let mut values = given.of(&ours).cloned().unwrap_or_default();
            let random = shocks.sd.contains_key(&name);
            let first = self.initial.get(&name).copied();
            let level = self.last.get(&name).copied().or(first);
            if values.is_empty() || level.is_some() {
                for (k, period) in (1 - longest as i32..).zip(&before) {
                    let single = self.before.get(&(name.clone(), k)).copied();
                    let start = first.filter(|_| !self.before_said).unwrap_or(0.0);
                    values.insert(*period, single.unwrap_or(start));
                    if self.before_said && single.is_none() && needed(&ours, k) {
                        unnamed.insert(name.clone());
                    }
                }
                if !random {
                    for period in span.periods() {
                        values.insert(period, level.unwrap_or(0.0));
                    }
                }
            }
            for (at, value) in path_values(shocks, &name) {
                let period = span.first() + (at as i32 - 1);
                if span.contains(period) {
                    values.insert(period, value);
                }
            }
            data = data.with_named(&ours, values);
        }
        if !unnamed.is_empty() {
            let unnamed: Vec<&str> = unnamed.iter().map(String::as_str).collect();
            let message = format!(
                "{} {} 0 before the first period wherever histval gives no value, as in Dynare",
                unnamed.join(", "),
                if unnamed.len() == 1 { "is" } else { "are" }
            );
            self.notes.push(Note::new("assumed", message));
        }
        data
    }

    /// Exogenous variables with a standard error are drawn.
    fn add_shocks(&mut self, model: &mut Model, equations: &mut Equations, shocks: &Shocks) {
        for (name, sd) in &shocks.sd {
            if !self.exogenous.contains(name) {
                let message = format!("{name} has a standard error and is no exogenous variable");
                self.notes.push(Note::new("unmapped", message));
                continue;
            }
            let ours = self.names.here(name);
            let equation = Equation::new(Expr::name(&ours, 0), true, Expr::number(0.0));
            let (line, source) = (shocks.line, format!("var {name}; stderr {sd}"));
            equations.read.push(Read { indicator: ours.clone(), equation, line, source });
            model.shocks.insert(ours, Distribution::normal(0.0, *sd).into());
        }
        for ((a, b), value) in &shocks.correlations {
            let pair = Pair::new(self.names.here(a), self.names.here(b));
            model.correlations.insert(pair, *value);
        }
    }
}

/// The names with lags in equations, with their lags.
fn looked_back_to(equations: &[Read], frequency: Frequency) -> IndexSet<(String, u32)> {
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

/// The text of an option: `periods` of `(periods=20, irf=0)`.
fn option<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let inside = text.trim_start().strip_prefix('(')?.split_once(')')?.0;
    inside.split(',').find_map(|part| {
        let (key, value) = part.split_once('=')?;
        (key.trim() == name).then(|| value.trim())
    })
}
