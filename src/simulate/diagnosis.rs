//! Which equation of a broken path broke first, and with which values: the path is simulated once
//! more up to that period, so that paths that do not break pay nothing for it.

use super::anchor::Anchor;
use super::block::{Anchors, Centre, Job, Worker};
use super::continuation::{TRIED, Unsolved};
use super::events::Unusable;
use super::index::ScenarioIndex;
use super::operands::{Command, Segment};
use super::solver::Solver;
use super::tally::BrokenPath;
use super::values::number;
use crate::compile::{Block, Row, Slot, Sort};
use crate::ensemble::Broken;
use crate::expr::Equation;
use crate::expr::Node;
use crate::math::{Kernel, Width};
use crate::model::Event;

/// Lanes of the block in which broken paths are simulated again.
const LANES: usize = 8;

/// The broken paths of a scenario, to be looked at.
#[derive(Debug)]
pub(super) struct Diagnosis<'a, 'b> {
    pub(super) job: &'a Job<'b>,
    /// Which of the scenarios.
    pub(super) scenario: ScenarioIndex,
    pub(super) anchors: &'a Anchors,
    pub(super) paths: &'a [BrokenPath],
    pub(super) width: Width,
}

impl Kernel for Diagnosis<'_, '_> {
    type Output = Vec<Broken>;

    fn run(self) -> Self::Output {
        let mut found = Vec::new();
        if self.paths.is_empty() {
            return found;
        }
        let Self { job, scenario, anchors, paths, width } = self;
        let mut worker = Worker::new(job, LANES, width);
        for &BrokenPath { path, row, event } in paths {
            if let Some(unusable) = event {
                found.push(by_event(job, path, row, unusable));
                continue;
            }
            // Paths that are conditioned are not drawn one by one.
            if job.reads.is_some() {
                continue;
            }
            let lane = path % LANES as u64;
            worker.draw(job, path - lane);
            worker.run_scenario(job, scenario, None, Centre::Follow(anchors), row.0 + 1);
            let Some(tape) = job.scenario(scenario).tape(row) else { continue };
            let mut look = Look { job, anchors, worker: &mut worker, row, lane: lane as usize };
            let Some((series, reason)) = look.first(&job.tapes.by_number[tape]) else { continue };
            let named = job.program.model.indicators.get_index(series as usize);
            let indicator = named.map_or_else(String::new, |(name, _)| name.clone());
            let equation = job.program.equation(&indicator).unwrap_or_default().to_owned();
            let values = look.values(&indicator, series);
            let numbers = look.numbers(&indicator, series);
            let period = job.program.timeline.period(row);
            found.push(Broken { path, period, indicator, equation, numbers, reason, values });
        }
        found
    }
}

/// A path in which an event could not be simulated: told of the first indicator that it moves.
fn by_event(job: &Job<'_>, path: u64, row: Row, unusable: Unusable) -> Broken {
    let program = job.program;
    let event = program.model.events.get_index(unusable.event);
    let (name, event) = event.map_or(("", None), |(name, event)| (name.as_str(), Some(event)));
    let moves = |k: &usize| {
        let forms = &program.compiled[*k];
        let shocks = forms.equation.iter().flat_map(Equation::sides);
        let mut moved = forms.class.shock().is_some_and(|shock| has_size(event, shock));
        shocks.for_each(|side| side.visit_shocks(&mut |shock| moved |= has_size(event, shock)));
        moved
    };
    let moved = (0..program.indicators()).find(moves);
    let indicator = moved.and_then(|k| program.model.indicators.get_index(k));
    let indicator = indicator.map_or_else(String::new, |(indicator, _)| indicator.clone());
    let equation = program.equation(&indicator).unwrap_or_default().to_owned();
    let reason = format!("is moved by the event \"{name}\", but {}", unusable.fault.words());
    let period = program.timeline.period(row);
    Broken { path, period, indicator, equation, reason, values: Vec::new(), numbers: String::new() }
}

fn has_size(event: Option<&Event>, shock: &str) -> bool {
    event.is_some_and(|event| event.size.contains_key(shock))
}

/// A look at one path in one period.
struct Look<'a, 'b> {
    job: &'a Job<'b>,
    anchors: &'a Anchors,
    worker: &'a mut Worker,
    row: Row,
    lane: usize,
}

impl Look<'_, '_> {
    fn number(&self, slot: Slot) -> f64 {
        self.worker.memory.values(slot, self.row)[self.lane]
    }

    /// The first indicator, in the order of computation, that is not finite, and why.
    fn first(&mut self, parts: &[Segment<'_>]) -> Option<(u32, String)> {
        for part in parts {
            let broken = match part {
                Segment::Straight(steps) => {
                    self.first_of(steps).map(|k| (k, "gives no finite number".to_owned()))
                }
                Segment::Block(block, steps) => {
                    let broken =
                        block.members.iter().any(|&k| !self.number(Slot::series(k, 0)).is_finite());
                    if broken { Some(self.first_in_block(block, steps)) } else { None }
                }
            };
            if broken.is_some() {
                return broken;
            }
        }
        None
    }

    /// The first result of some steps that is no finite number.
    fn first_of(&self, steps: &[Command]) -> Option<u32> {
        let indicators = self.job.program.indicators() as u32;
        let series = |step: &Command| {
            let row = step.out.series()?;
            let map = &self.job.map;
            let offset = row.checked_sub(map.row(Slot::series(0, 0)))?;
            Some(offset as u32).filter(|&k| k < indicators)
        };
        let mut all = steps.iter().filter_map(series);
        all.find(|&k| !self.number(Slot::series(k, 0)).is_finite())
    }

    /// The solution of a block on the central path.
    fn anchor(&self, block: &Block) -> Option<&Anchor> {
        let blocks = self.job.program.blocks().len();
        self.anchors.get(self.row.0 * blocks + block.number)?.as_ref()
    }

    /// Within a block that is not solved: what breaks at the values of the period before, if no values
    /// were found at which nothing does, else the unknown whose equation is furthest from holding there.
    fn first_in_block(&mut self, block: &Block, steps: &[Command]) -> (u32, String) {
        let (memory, anchor) = (&self.worker.memory, self.anchor(block));
        let reason = Solver::reason(memory, block, steps, self.row, self.lane, anchor);
        let count = block.members.len();
        if reason == Some(Unsolved::Free) {
            let reason = match count {
                1 => "is an equation that any value close to a solution satisfies".to_owned(),
                _ => format!(
                    "is one of {count} simultaneous equations that do not determine it: all values \
                     close to a solution satisfy them"
                ),
            };
            return (block.unknowns[0], reason);
        }
        let row = self.row;
        let starts: Vec<f64> = block
            .unknowns
            .iter()
            .map(|&unknown| {
                let before = self.number(Slot::series(unknown, 1));
                if before.is_finite() { before } else { 1.0 }
            })
            .collect();
        for (&unknown, start) in block.unknowns.iter().zip(starts) {
            self.worker.memory.values_mut(Slot::series(unknown, 0), row).fill(start);
        }
        self.worker.memory.run(steps, row);
        if reason != Some(Unsolved::NotFound)
            && let Some(series) = self.first_of(steps)
        {
            let reason = "gives no finite number at the values of the period before, nor at any \
                          others that were tried";
            return (series, reason.to_owned());
        }
        let gap = |(k, &unknown): (usize, &u32)| {
            let x = self.number(Slot::series(unknown, 0));
            let f = self.number(block.results[k]);
            // Measured by both, so that an unknown near 0 is not far from everything.
            (unknown, (f - x).abs() / x.abs().max(f.abs()).max(1e-3), x, f)
        };
        let gaps = block.unknowns.iter().enumerate().map(gap);
        // What is no number is furthest.
        let furthest = gaps.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
        match furthest {
            Some((unknown, ..)) if count == 1 => {
                (unknown, format!("is an equation for which no solution was found {TRIED}"))
            }
            Some((unknown, _, x, f)) => {
                let reason = format!(
                    "is one of {count} simultaneous equations for which no solution was found {TRIED}; \
                     at the values of the period before it gives {f:.6} where {x:.6} is put in"
                );
                (unknown, reason)
            }
            None => (block.members[0], format!("has no value: no solution was found {TRIED}")),
        }
    }

    /// The values that the equation of an indicator uses, each as it is written.
    fn values(&self, owner: &str, series: u32) -> Vec<(String, f64)> {
        let compiled = self.job.program.compiled.get(series as usize);
        let equation = compiled.and_then(|compiled| compiled.equation.as_ref());
        let Some(Ok(equation)) =
            equation.map(|equation| equation.expand(self.job.program.span.frequency()))
        else {
            return Vec::new();
        };
        let mut found: Vec<(String, f64)> = Vec::new();
        for side in equation.sides() {
            side.visit_names(&mut |name, lag| {
                let shown = if lag == 0 { name.to_owned() } else { format!("{name}[-{lag}]") };
                if shown != owner
                    && let Some(value) = self.value(name, lag)
                    && found.iter().all(|(other, _)| *other != shown)
                {
                    found.push((shown, value));
                }
            });
        }
        found
    }

    /// The equation of an indicator with numbers in the place of names.
    fn numbers(&self, owner: &str, series: u32) -> String {
        let frequency = self.job.program.span.frequency();
        let compiled = self.job.program.compiled.get(series as usize);
        let equation = compiled.and_then(|compiled| compiled.equation.as_ref());
        let Some(Ok(equation)) = equation.map(|equation| equation.expand(frequency)) else {
            return String::new();
        };
        let numbers = equation.rewritten(&mut |part| match &part.node {
            Node::Name { name, lag } if *lag > 0 || name != owner => {
                self.value(name, *lag).map(number)
            }
            Node::Shock(name) => {
                let shock = self.job.program.model.shocks.get_index_of(name)?;
                Some(number(self.number(Slot::new(Sort::Shock, shock as u32))))
            }
            _ => None,
        });
        numbers.to_string()
    }

    fn value(&self, name: &str, lag: u32) -> Option<f64> {
        let model = &self.job.program.model;
        if let Some(index) = model.indicators.get_index_of(name) {
            if lag as usize > self.job.map.before {
                return None; // the program keeps a function of it, and not so long a past
            }
            return Some(self.number(Slot::series(index as u32, lag)));
        }
        let index = model.parameters.get_index_of(name)?;
        Some(self.number(Slot::new(Sort::Path, index as u32)))
    }
}
