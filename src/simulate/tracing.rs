//! How a [`Trace`] is made.
//!
//! Nothing of it is stored when a run is made. The path is drawn and computed once more, and the
//! equation is worked out from its text, which is not what the engine computes by.

use std::cell::Cell;
use std::collections::HashSet;

use super::ensembles::Ensembles;
use super::record::Record;
use super::request::Request;
use super::trace::{Trace, TraceKind, TraceRead, TraceStep, Tracing};
use super::values::{Lanes, Values, number, value};
use crate::compile::{Inner, Row, ScenarioProgram, Sort};
use crate::error::{Error, Problem, near};
use crate::expr::{Equation, Expr, Function, Node};
use crate::model::process::START;
use crate::period::Period;
use crate::sample::{Count, StreamId};

/// The most steps that are taken, however deep.
const MOST_STEPS: usize = 1000;

impl Ensembles {
    /// How an indicator got its value in a path and period of a scenario, and what that rests on up to
    /// a depth.
    ///
    /// # Errors
    /// An unknown scenario, indicator, period or path; the mixture; paths that are conditioned on
    /// outturns, for which [`Tracked::trace`](crate::condition::Tracked::trace) is asked.
    pub fn trace(&self, of: &Tracing) -> Result<Trace, Error> {
        let ensemble = self.get(&of.scenario)?;
        if ensemble.evidence().is_some() {
            let message =
                "its paths are conditioned on outturns; ask the tracked model for the trace";
            return Err(Error::at("scenario", message));
        }
        if of.scenario == "mixture" {
            let message = "the mixture is put together of its parts; ask for one of them";
            return Err(Error::at("scenario", message));
        }
        let request = Request::new(self.program(), &self.info().sampling()?)?.of(&of.scenario)?;
        request.trace(self, of)
    }
}

impl Request<'_> {
    /// How an indicator got its value in a path of a run of this request.
    ///
    /// # Errors
    /// As [`Ensembles::trace`].
    pub(crate) fn trace(self, runs: &Ensembles, of: &Tracing) -> Result<Trace, Error> {
        runs.get(&of.scenario)?;
        let program = self.program.inner.clone();
        let indicators = &program.model.indicators;
        let Some(series) = indicators.get_index_of(&of.indicator) else {
            let hint = near(&of.indicator, indicators.keys().map(String::as_str));
            let message = format!("unknown indicator \"{}\"{hint}", of.indicator);
            return Err(Error::at("indicator", message));
        };
        let timeline = &program.timeline;
        let Some(row) = timeline.row(of.period) else {
            let (first, last) =
                (timeline.period(Row::FIRST), timeline.period(Row(timeline.rows - 1)));
            let message =
                format!("{} is not among the periods {first}..{last} of the run", of.period);
            return Err(Error::at("period", message));
        };
        let record = self.record(of.path)?;
        let scenario_program = &*self.scenarios[0];
        let at = TracedPath { program: &program, scenario: scenario_program, record: &record };
        let mut trace = Trace { scenario: of.scenario.clone(), path: of.path, steps: Vec::new() };
        let (mut seen, mut at_depth) = (HashSet::new(), vec![(series, row)]);
        for depth in 1..=of.depth.max(1) {
            let mut next = Vec::new();
            for (series, row) in at_depth {
                if trace.steps.len() >= MOST_STEPS || !seen.insert((series, row)) {
                    continue;
                }
                let step = at.step(series, row, depth).map_err(Error::model)?;
                for read in &step.reads {
                    let series = indicators.get_index_of(&read.name);
                    let row = read.period.and_then(|period| timeline.row(period));
                    next.extend(series.zip(row));
                }
                trace.steps.push(step);
            }
            at_depth = next;
        }
        Ok(trace)
    }
}

/// One path of a scenario.
struct TracedPath<'a> {
    program: &'a Inner,
    scenario: &'a ScenarioProgram,
    record: &'a Record,
}

/// An equation of it in a period.
struct At<'a> {
    path: &'a TracedPath<'a>,
    owner: &'a str,
    /// How many random counts of the equation were met.
    counts: Cell<usize>,
}

impl TracedPath<'_> {
    fn kind(&self, series: usize, row: Row) -> TraceKind {
        let set = self.scenario.exogenised_in(row).iter().any(|(k, ..)| *k as usize == series);
        let indicator = &self.program.model.indicators[series];
        let period = self.program.timeline.period(row);
        if self.scenario.solved.contains(&(series as u32, row)) {
            TraceKind::Solved
        } else if set && !indicator.history.contains_key(&period) {
            TraceKind::Set
        } else if indicator.history.contains_key(&period) || indicator.is_exogenous() {
            TraceKind::Known
        } else if self.program.compiled[series].equation.is_none() {
            TraceKind::Given
        } else {
            TraceKind::Equation
        }
    }

    fn step(&self, series: usize, row: Row, depth: usize) -> Result<TraceStep, Vec<Problem>> {
        let model = &self.program.model;
        let (period, kind) = (self.program.timeline.period(row), self.kind(series, row));
        let name = model.indicators.get_index(series).map_or("", |(name, _)| name);
        let found = self.record.number(Sort::Series, series, row);
        let mut step = TraceStep {
            depth,
            indicator: name.to_owned(),
            period,
            value: found,
            kind,
            equation: String::new(),
            numbers: String::new(),
            left: found,
            right: found,
            shock: None,
            add_factor: 0.0,
            gap: 0.0,
            reads: Vec::new(),
        };
        if kind == TraceKind::Known {
            return Ok(step);
        }
        let formula = model.formula(name)?;
        let at = At { path: self, owner: name, counts: Cell::new(0) };
        step.shock = formula.class.shock().map(|shock| {
            let value = at.shock(shock, period).at(0);
            (shock.to_owned(), value)
        });
        let column = self.program.adjusted.iter().position(|k| *k as usize == series);
        let table = &self.scenario.table[row.0];
        step.add_factor = column.and_then(|column| table.get(column)).copied().unwrap_or(0.0);
        let residual = step.shock.as_ref().map_or(0.0, |shock| shock.1) + step.add_factor;
        let is_first = self.program.compiled[series].first == Some(row);
        let written = match &formula.first {
            Some(first) if is_first => Some(first.clone()),
            _ => formula.equation.as_deref().cloned(),
        };
        let Some(written) = written else {
            // A process that gives the values: what is not residual is what it gave.
            step.right = found - residual;
            step.equation = self.program.equation(name).map_or_else(String::new, str::to_owned);
            return Ok(step);
        };
        let problem = |message: String| {
            vec![Problem::new(format!("indicators.{name}.{}", formula.key), message)]
        };
        let frequency = self.program.span.frequency();
        let expanded = written.expand(frequency).map_err(|errors| {
            problem(errors.first().map_or_else(String::new, |e| e.annotated(&written.source)))
        })?;
        let plain =
            expanded.with_plain_residual(name).map_err(|error| problem(error.to_string()))?;
        step.left = value(&at, &plain.lhs, period).at(0);
        step.right = value(&at, &plain.rhs, period).at(0);
        step.gap = step.left - step.right - residual;
        step.equation = shown(name, &written.to_string());
        step.numbers = shown(name, &at.with_numbers(&plain, period).to_string());
        step.reads = at.reads(&plain, period);
        Ok(step)
    }
}

/// The text of an equation, in which the start value of a process has a name that says so.
fn shown(indicator: &str, text: &str) -> String {
    text.replace(START, &format!("start_of_{indicator}"))
}

impl At<'_> {
    fn row(&self, period: Period) -> Row {
        self.path.program.timeline.row(period).unwrap_or(Row(usize::MAX))
    }

    /// A value that is fixed within the path, by the name of its stream.
    fn fixed(&self, stream: &str) -> Option<f64> {
        let path = &self.path.program.random.path;
        let place = path.iter().position(|draw| draw.name == stream)?;
        Some(self.path.record.number(Sort::Path, place, Row(self.path.program.timeline.rows - 1)))
    }

    /// The equation with numbers in the place of names.
    fn with_numbers(&self, equation: &Equation, period: Period) -> Equation {
        equation.rewritten(&mut |part| match &part.node {
            Node::Name { name, lag } => Some(number(self.named(name, period - *lag as i32).at(0))),
            Node::Shock(name) => Some(number(self.shock(name, period).at(0))),
            Node::Now { shift } => Some(Expr::new(Node::Period(period - *shift as i32))),
            _ => None,
        })
    }

    fn reads(&self, equation: &Equation, period: Period) -> Vec<TraceRead> {
        let mut found: Vec<TraceRead> = Vec::new();
        let model = &self.path.program.model;
        for side in equation.sides() {
            let mut add = |term: String, name: &str, period: Option<Period>, value: f64| {
                if found.iter().all(|other| other.term != term) {
                    found.push(TraceRead { term, name: name.to_owned(), period, value });
                }
            };
            side.visit_names(&mut |name, lag| {
                if name == self.owner && lag == 0 {
                    return;
                }
                let at = period - lag as i32;
                let value = self.named(name, at).at(0);
                let term = if lag == 0 { name.to_owned() } else { format!("{name}[-{lag}]") };
                let is_series = model.indicators.contains_key(name);
                add(shown(self.owner, &term), name, is_series.then_some(at), value);
            });
            side.visit_shocks(&mut |name| {
                let value = self.shock(name, period).at(0);
                add(format!("shock({name})"), name, Some(period), value);
            });
        }
        found
    }
}

impl Values for At<'_> {
    fn named(&self, name: &str, period: Period) -> Lanes<'_> {
        let model = &self.path.program.model;
        let record = self.path.record;
        let last = Row(self.path.program.timeline.rows - 1);
        Lanes::One(if name == START {
            self.fixed(&format!("start/{}", self.owner)).unwrap_or(f64::NAN)
        } else if let Some(place) = model.parameters.get_index_of(name) {
            record.number(Sort::Path, place, last)
        } else if let Some(series) = model.indicators.get_index_of(name) {
            record.number(Sort::Series, series, self.row(period))
        } else {
            f64::NAN
        })
    }

    fn shock(&self, name: &str, period: Period) -> Lanes<'_> {
        let place = self.path.program.model.shocks.get_index_of(name);
        let row = self.row(period);
        // Nothing is drawn before the simulation begins.
        let place = place.filter(|_| row >= self.path.program.timeline.begin);
        Lanes::One(place.map_or(0.0, |place| self.path.record.number(Sort::Shock, place, row)))
    }

    fn count(&self, function: &Function, arguments: &[f64], period: Period) -> f64 {
        self.counts.set(self.counts.get() + 1);
        let own = match self.counts.get() {
            1 => self.owner.to_owned(),
            k => format!("{}/{k}", self.owner),
        };
        let stream = StreamId::of(&format!("count/{}", function.stream().unwrap_or(&own)));
        let streams = &self.path.program.random.counts;
        let Some(draw) = streams.iter().position(|draw| *draw == stream) else {
            return f64::NAN;
        };
        let uniform = self.path.record.number(Sort::Count, draw, self.row(period));
        let argument = |k: usize| arguments.get(k).copied().unwrap_or(0.0);
        match function {
            Function::Poisson { .. } => Count::Poisson.quantile(uniform, argument(0), 0.0),
            Function::NegativeBinomial { .. } => {
                Count::NegativeBinomial.quantile(uniform, argument(0), argument(1))
            }
            Function::Binomial { .. } => {
                Count::Binomial.quantile(uniform, argument(0), argument(1))
            }
            _ => f64::NAN,
        }
    }
}
