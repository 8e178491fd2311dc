//! From a [`Model`] of names to a [`Program`] of indices.
//!
//! Every mistake of the user is found here, all of them at once, each with its address. The steps:
//! equations are lowered to a graph in which equal expressions are one node (`forms`, `lower`,
//! `graph`); histories decide what is known when (`timeline`); scenarios are resolved
//! (`scenarios`); for each set of equations that is computed together their order is found
//! (`order`) and a tape is written (`regimes`, `code`, `tape`); random numbers get their streams
//! (`uncertain`).

mod check;
mod code;
mod collisions;
mod computation;
mod copulas;
mod feedback;
mod forms;
mod graph;
mod inherited;
mod links;
mod look_alike;
mod lower;
mod measure;
mod names;
mod nullspace;
mod odd;
mod odd_starts;
mod order;
mod pass;
mod past;
mod period_table;
mod prices;
mod program;
mod rank;
mod read;
mod regimes;
mod relations;
mod rows;
mod scenario_change;
mod scenarios;
mod shared_streams;
mod size;
mod statistic;
mod swaps;
mod tape;
mod timeline;
mod uncertain;
mod units;

pub use computation::{ComputationOrder, EquationBlock};
pub use program::Program;

pub(crate) use graph::{Binary, Node as GraphNode, NodeId, Unary, binary, select, unary};
pub(crate) use measure::{Measure, MeasuredPart};
pub(crate) use nullspace::null_vector;
pub(crate) use order::blocks;
pub(crate) use program::{
    Base, Each, EventDraw, EventValue, Inner, LinkProgram, RandomNumbers, ScenarioProgram, Setting,
    ShockChange, Uncertainty,
};
pub(crate) use rows::{Row, SimulatedPeriod, Timeline};
pub(crate) use tape::{Block, Instruction, Layout, Operation, Section, Slot, Sort, Tape};

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use indexmap::IndexSet;

use self::code::Shared;
use self::forms::Equations;
use self::names::Names;
use self::program::Compiled;
use self::regimes::{Regimes, relations};
use self::scenario_change::Resolved;
use self::timeline::Mode;
use self::uncertain::PathValues;
use crate::error::{Error, Problem, Sparing};
use crate::interrupt::look;
use crate::model::{Action, Change, Model, Subject, Value};

impl Model {
    /// Checks the model and compiles it.
    ///
    /// # Errors
    /// All mistakes of the model at once, each with its address and, when the model was read from
    /// a file, its line.
    ///
    /// ```
    /// use tinbergen::model::Model;
    /// let model = Model::from_toml(
    ///     r#"
    ///     schema = 1
    ///     name = "one indicator"
    ///     periods = "2021..2025"
    ///     [indicators.gdp]
    ///     history = { 2020 = 100 }
    ///     process = { kind = "growth", mean = 0.05 }
    ///     [shocks.gdp]
    ///     normal = { sd = 0.02 }
    ///     "#,
    /// )?;
    /// let program = model.compile()?;
    /// assert_eq!(program.scenarios().collect::<Vec<_>>(), ["baseline"]);
    /// # Ok::<(), tinbergen::Error>(())
    /// ```
    pub fn compile(&self) -> Result<Program, Error> {
        let _sparing = Sparing::begin();
        self.draft().and_then(read::all_at_once).map_err(|error| self.located(&error))?;
        let mut solved = self.as_solved();
        if !self.draws.is_empty() {
            solved.to_mut().place_draws();
        }
        solved.compiled().map_err(|problems| Error::first_of(self.in_order(problems)))
    }

    /// The program, or what is wrong; of a draft always what is wrong, if anything.
    fn compiled(&self) -> Result<Program, Vec<Problem>> {
        let is_draft = !self.origin.unread.is_empty();
        let mut problems = Vec::new();
        if let Some(problem) = size::too_large(self) {
            return Err(vec![problem]);
        }
        let names = Names::new(self);
        let mut path_values = PathValues::new(self);
        let adjusted = adjusted(self);
        let mut equations = forms::lower(self, &names, &adjusted, &mut path_values, &mut problems);
        check::cross_references(self, &names, &mut problems);
        let targets = check::measures(self, &names, &mut problems);
        let warned = check::warned(self, &names, &mut problems);
        if self.origin.unread.hides_the_span() {
            return Err(problems);
        }
        let (timeline, lead, starts) =
            timeline::lay_out(self, &equations.forms, &targets, &mut problems);
        let (known, known_drawn) = known(self, &timeline, &mut path_values);
        links::place(self, &mut path_values);
        let scenarios =
            scenarios::resolve(self, &equations.forms, &path_values, &timeline, &mut problems);
        let mut shared = Shared::default();
        let mut regimes = Regimes::default();
        for k in 0..adjusted.len() {
            let column = equations.graph.node(graph::Node::Given(k as u32));
            shared.slot(&equations.graph, column);
        }
        let mut rows = Vec::new();
        let mut baseline = Vec::new();
        for scenario in &scenarios {
            look();
            let modes = timeline::modes(
                self,
                &equations.forms,
                &timeline,
                &starts,
                scenario,
                &mut problems,
            );
            check::targets(self, &targets, &timeline, &modes, &scenario.name, &mut problems);
            let of = regimes::Of { model: self, timeline: &timeline, scenario: &scenario.name };
            rows.push(regimes.of_rows(of, &mut equations, &mut shared, &modes, &mut problems));
            if baseline.is_empty() {
                baseline = modes; // it comes first
            }
        }
        let events = check::events(self, &names, &mut equations, &mut shared, &mut problems);
        let links = links::resolve(
            self,
            &names,
            &mut path_values,
            &mut equations,
            &mut shared,
            &mut problems,
        );
        let settings: Vec<_> = scenarios.iter().map(|s| s.settings.clone()).collect();
        let random = uncertain::random_numbers(
            self,
            &path_values,
            &settings,
            &equations.counts,
            events,
            &mut problems,
        );
        if is_draft || !problems.is_empty() {
            return Err(problems);
        }
        let fixed = known.iter().map(|&(series, row, value)| ((series, row), value)).collect();
        let table_of =
            |scenario| period_table::table(&equations, &shared, &timeline, scenario, &fixed);
        let tables: Vec<_> = scenarios.iter().map(table_of).collect();
        let mut judged = rank::Seen::new();
        for ((scenario, rows), table) in scenarios.iter().zip(&rows).zip(&tables) {
            look();
            let settings = &scenario.settings;
            let (equations, shared, timeline) = (&equations, &shared, &timeline);
            let scenario =
                rank::Judged { model: self, equations, shared, timeline, settings, table };
            problems.extend(scenario.problems(&regimes, rows, &mut judged));
        }
        if !problems.is_empty() {
            return Err(problems);
        }
        let targets = targets.into_iter().map(|(_, measure)| measure).collect();
        let parts = Parts {
            timeline,
            tables,
            lead,
            known,
            known_drawn,
            random,
            baseline,
            path_values,
            links,
            targets,
            warned,
        };
        Ok(finish(self, parts, scenarios, rows, equations, shared, regimes))
    }

    /// The error with the line of each problem.
    fn located(&self, error: &Error) -> Error {
        Error::first_of(self.in_order(error.problems().to_vec()))
    }

    /// The problems, each once, with its line, in the order of the file.
    fn in_order(&self, problems: Vec<Problem>) -> Vec<Problem> {
        let mut unique: IndexSet<(String, String)> = IndexSet::new();
        let mut located: Vec<Problem> = problems
            .into_iter()
            .filter(|p| unique.insert((p.address.clone(), p.message.clone())))
            .map(|problem| self.locate(problem))
            .collect();
        // What stands in no line comes last.
        located.sort_by_key(|problem| problem.line.unwrap_or(usize::MAX));
        located
    }
}

/// The indicators that have add factors, of their own or in any scenario.
fn adjusted(model: &Model) -> IndexSet<u32> {
    let own = model.indicators.values().enumerate();
    let own = own.filter(|(_, indicator)| !indicator.add_factors.is_empty());
    let changes = model.scenarios.values().flat_map(|scenario| &scenario.changes);
    let index = |change: &Change| match (&change.subject, &change.action) {
        (Subject::Indicator(name), Action::Add(_)) => {
            model.indicators.get_index_of(name).map(|index| index as u32)
        }
        _ => None,
    };
    own.map(|(index, _)| index as u32).chain(changes.filter_map(index)).collect()
}

type Known = (Vec<(u32, Row, f64)>, Vec<(u32, Row, u32)>);

/// The known values within the timeline: fixed ones, and those drawn once per path.
fn known(model: &Model, timeline: &Timeline, path_values: &mut PathValues) -> Known {
    let (mut fixed, mut drawn) = (Vec::new(), Vec::new());
    for (series, (name, indicator)) in model.indicators.iter().enumerate() {
        let mut history: Vec<_> = indicator.history.iter().collect();
        history.sort_by_key(|(period, _)| period.ordinal());
        for (period, quantity) in history {
            let Some(row) = timeline.row(*period) else { continue };
            match quantity.value {
                Value::Number(number) => fixed.push((series as u32, row, number)),
                Value::Drawn(_) => {
                    let stream = format!("history/{name}/{period}");
                    let index = path_values.place(stream, Uncertainty::Start, quantity);
                    drawn.push((series as u32, row, index));
                }
            }
        }
    }
    (fixed, drawn)
}

/// Values by indicator and row, in the order of rows.
fn by_row(values: BTreeMap<(u32, Row), f64>) -> Vec<(u32, Row, f64)> {
    let mut values: Vec<_> = values.into_iter().map(|((i, row), value)| (i, row, value)).collect();
    values.sort_by_key(|&(_, row, _)| row);
    values
}

struct Parts {
    timeline: Timeline,
    tables: Vec<Vec<Vec<f64>>>,
    lead: usize,
    known: Vec<(u32, Row, f64)>,
    known_drawn: Vec<(u32, Row, u32)>,
    random: RandomNumbers,
    /// How each indicator gets its value in the baseline, by row.
    baseline: Vec<Vec<Mode>>,
    path_values: PathValues,
    links: Vec<LinkProgram>,
    targets: Vec<Measure>,
    warned: HashSet<String>,
}

fn finish(
    model: &Model,
    parts: Parts,
    scenarios: Vec<Resolved>,
    rows: Vec<Vec<Option<usize>>>,
    equations: Equations,
    shared: Shared,
    regimes: Regimes,
) -> Program {
    let Parts {
        timeline,
        tables,
        lead,
        known,
        known_drawn,
        random,
        baseline,
        path_values,
        links,
        targets,
        warned,
    } = parts;
    let pasts = past::values(model, &equations, &scenarios);
    let scenarios = scenarios
        .into_iter()
        .zip(rows)
        .zip(tables)
        .map(|((scenario, tape_of_row), table)| ScenarioProgram {
            table,
            name: scenario.name,
            probability: scenario.probability,
            solved: scenario.solved.keys().copied().collect(),
            tape_of_row,
            exogenised: by_row(scenario.exogenised),
            path_values: scenario.settings,
            shock_changes: scenario.shock_changes,
        })
        .collect();
    let constants = shared.constants();
    let layout = [
        constants.len() as u32,
        shared.columns.len() as u32,
        random.path.len() as u32,
        random.shocks.len() as u32,
        random.counts.len() as u32,
        shared.prelude_rows(),
        regimes.registers,
        (model.indicators.len() + equations.caches.len()) as u32,
    ];
    let printed = model.indicators.keys().zip(&equations.forms);
    let printed =
        printed.filter_map(|(name, forms)| Some((name.clone(), forms.printed.clone()?))).collect();
    let compiled = equations.forms.iter().enumerate().map(|(k, forms)| Compiled {
        class: forms.class.clone(),
        implicit: forms.is_implicit(),
        equation: forms.equation.clone(),
        first: baseline.iter().position(|modes| modes[k] == Mode::ComputedFirst).map(Row),
    });
    let inner = Inner {
        adjusted: equations.add_factors.keys().copied().collect(),
        compiled: compiled.collect(),
        warnings: check::warnings(model, &equations, &targets),
        equations: printed,
        relations: relations(model, equations, &timeline, &baseline, &path_values),
        timeline,
        layout,
        random,
        prelude: shared.prelude_tape,
        tapes: regimes.tapes(),
        constants,
        known,
        known_drawn,
        pasts,
        scenarios,
        links,
        targets,
        warned,
        span: model.periods,
        lead,
        model: model.clone(),
    };
    Program { inner: Arc::new(inner) }
}
