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
mod explain;
mod feedback;
mod forms;
mod graph;
mod links;
mod lower;
mod measure;
mod names;
mod order;
mod prices;
mod program;
mod regimes;
mod relations;
mod scenarios;
mod shared;
mod swaps;
mod table;
mod tape;
mod timeline;
mod uncertain;

pub use explain::{ExplainedBlock, Explanation};
pub use program::Program;

pub(crate) use graph::{Binary, Node as GraphNode, NodeId, Unary, binary, select, unary};
pub(crate) use links::LinkProgram;
pub(crate) use measure::{Measure, Part as MeasuredPart};
pub(crate) use order::blocks;
pub(crate) use program::{
    Base, Draws, EventDraw, EventValue, Inner, Part, ScenarioProgram, Setting, ShockChange,
    Timeline,
};
pub(crate) use relations::Relations;
pub(crate) use tape::{Block, Instruction, Layout, Operation, Section, Slot, Sort, Tape};

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use indexmap::IndexSet;

use self::code::Shared;
use self::forms::Equations;
use self::names::Names;
use self::program::{Compiled, Draws as ProgramDraws};
use self::regimes::Regimes;
use self::scenarios::Resolved;
use self::timeline::Mode;
use self::uncertain::PathValues;
use crate::error::{Error, Problem};
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
        let mut problems = self.check();
        if !problems.is_empty() {
            return Err(self.failed(problems));
        }
        let names = Names::new(self);
        let mut path_values = PathValues::new(self);
        let adjusted = adjusted(self);
        let mut equations = forms::lower(self, &names, &adjusted, &mut path_values, &mut problems);
        check::cross_references(self, &names, &mut problems);
        let targets = check::measures(self, &names, &mut problems);
        let warned = check::warned(self, &names, &mut problems);
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
        let draws = uncertain::draws(
            self,
            &path_values,
            &settings,
            &equations.counts,
            events,
            &mut problems,
        );
        if !problems.is_empty() {
            return Err(self.failed(problems));
        }
        let targets = targets.into_iter().map(|(_, measure)| measure).collect();
        let parts = Parts {
            timeline,
            lead,
            known,
            known_drawn,
            draws,
            baseline,
            path_values,
            links,
            targets,
            warned,
        };
        Ok(finish(self, parts, scenarios, rows, equations, shared, regimes))
    }

    /// The problems as an error: each once, with its line, in the order of the file.
    fn failed(&self, problems: Vec<Problem>) -> Error {
        let mut unique: IndexSet<(String, String)> = IndexSet::new();
        let mut located: Vec<Problem> = problems
            .into_iter()
            .filter(|p| unique.insert((p.address.clone(), p.message.clone())))
            .map(|problem| self.locate(problem))
            .collect();
        located.sort_by_key(|problem| problem.line.unwrap_or(usize::MAX));
        Error::model(located)
    }
}

/// The indicators that have add factors, of their own or in any scenario.
fn adjusted(model: &Model) -> IndexSet<u32> {
    let own = model.indicators.values().enumerate();
    let own = own.filter(|(_, indicator)| !indicator.add_factors.is_empty());
    let changes = model.scenarios.values().flat_map(|scenario| &scenario.changes);
    let place = |change: &Change| match (&change.subject, &change.action) {
        (Subject::Indicator(name), Action::Add(_)) => {
            model.indicators.get_index_of(name).map(|place| place as u32)
        }
        _ => None,
    };
    own.map(|(place, _)| place as u32).chain(changes.filter_map(place)).collect()
}

type Known = (Vec<(u32, usize, f64)>, Vec<(u32, usize, u32)>);

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
                    let place = path_values.place(stream, Part::Start, quantity);
                    drawn.push((series as u32, row, place));
                }
            }
        }
    }
    (fixed, drawn)
}

/// Values by indicator and row, in the order of rows.
fn by_row(values: BTreeMap<(u32, usize), f64>) -> Vec<(u32, usize, f64)> {
    let mut values: Vec<_> = values.into_iter().map(|((i, row), value)| (i, row, value)).collect();
    values.sort_by_key(|&(_, row, _)| row);
    values
}

struct Parts {
    timeline: Timeline,
    lead: usize,
    known: Vec<(u32, usize, f64)>,
    known_drawn: Vec<(u32, usize, u32)>,
    draws: ProgramDraws,
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
        lead,
        known,
        known_drawn,
        draws,
        baseline,
        path_values,
        links,
        targets,
        warned,
    } = parts;
    let fixed = known.iter().map(|&(series, row, value)| ((series, row), value)).collect();
    let scenarios = scenarios
        .into_iter()
        .zip(rows)
        .map(|(scenario, tape_of_row)| ScenarioProgram {
            table: table::table(&equations, &shared, &timeline, &scenario, &fixed),
            name: scenario.name,
            probability: scenario.probability,
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
        draws.path.len() as u32,
        draws.shocks.len() as u32,
        draws.counts.len() as u32,
        shared.prelude_rows(),
        regimes.registers,
        (model.indicators.len() + equations.caches.len()) as u32,
    ];
    let printed = model.indicators.keys().zip(&equations.forms);
    let printed =
        printed.filter_map(|(name, forms)| Some((name.clone(), forms.printed.clone()?))).collect();
    let compiled = equations.forms.iter().map(|forms| Compiled {
        class: forms.class.clone(),
        implicit: forms.is_implicit(),
        equation: forms.equation.clone(),
    });
    let inner = Inner {
        compiled: compiled.collect(),
        warnings: check::warnings(model, &equations, &targets),
        equations: printed,
        relations: Relations::new(model, equations, &timeline, &baseline, &path_values),
        timeline,
        layout,
        draws,
        prelude: shared.prelude_tape,
        tapes: regimes.tapes(),
        constants,
        known,
        known_drawn,
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
