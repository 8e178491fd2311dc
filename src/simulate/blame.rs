//! Which equation of a broken path broke first, and with which values: the path is simulated once
//! more up to that period, so that paths that do not break pay nothing for it.

use super::block::{Anchors, Centre, Job, Worker};
use super::link::{Part, Step};
use crate::compile::{Block, Slot, Sort};
use crate::ensemble::Broken;
use crate::expr::Equation;
use crate::math::{Kernel, Width};

/// Lanes of the block in which broken paths are simulated again.
const LANES: usize = 8;

/// The broken paths of a scenario, to be looked at.
#[derive(Debug)]
pub(super) struct Blame<'a, 'b> {
    pub(super) job: &'a Job<'b>,
    /// The place of the scenario.
    pub(super) place: usize,
    pub(super) anchors: &'a Anchors,
    /// Paths, and the row in which each broke.
    pub(super) broken: &'a [(u64, usize)],
    pub(super) width: Width,
}

impl Kernel for Blame<'_, '_> {
    type Output = Vec<Broken>;

    fn run(self) -> Self::Output {
        let mut found = Vec::new();
        // Guided paths are not drawn one by one.
        if self.broken.is_empty() || self.job.guides.is_some() {
            return found;
        }
        let Self { job, place, anchors, broken, width } = self;
        let mut worker = Worker::new(job, LANES, width);
        for &(path, row) in broken {
            let lane = path % LANES as u64;
            worker.draw(job, path - lane);
            worker.run_scenario(job, place, None, Centre::Follow(anchors), row + 1);
            let Some(tape) = job.scenarios[place].tape_of_row[row] else { continue };
            let mut look = Look { job, worker: &mut worker, row, lane: lane as usize };
            let Some((series, reason)) = look.first(&job.linked.tapes[tape]) else { continue };
            let named = job.program.model.indicators.get_index(series as usize);
            let indicator = named.map_or_else(String::new, |(name, _)| name.clone());
            let equation = job.program.equation(&indicator).unwrap_or_default().to_owned();
            let values = look.values(&indicator, series);
            let period = job.program.timeline.period(row);
            found.push(Broken { path, period, indicator, equation, reason, values });
        }
        found
    }
}

/// A look at one path in one period.
struct Look<'a, 'b> {
    job: &'a Job<'b>,
    worker: &'a mut Worker,
    row: usize,
    lane: usize,
}

impl Look<'_, '_> {
    fn number(&self, slot: Slot) -> f64 {
        self.worker.memory.row(slot, self.row)[self.lane]
    }

    /// The first indicator, in the order of computation, that is not finite, and why.
    fn first(&mut self, parts: &[Part<'_>]) -> Option<(u32, String)> {
        for part in parts {
            let broken = match part {
                Part::Straight(steps) => {
                    self.first_of(steps).map(|k| (k, "gives no finite number".to_owned()))
                }
                Part::Block(block, steps) => {
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
    fn first_of(&self, steps: &[Step]) -> Option<u32> {
        let indicators = self.job.program.indicators() as u32;
        let series = |step: &Step| {
            let row = step.out.series()?;
            let map = &self.job.map;
            let offset = row.checked_sub(map.row(Slot::series(0, 0)))?;
            Some(offset as u32).filter(|&k| k < indicators)
        };
        let mut all = steps.iter().filter_map(series);
        all.find(|&k| !self.number(Slot::series(k, 0)).is_finite())
    }

    /// Within a block without a solution: what breaks at the values of the period before, else the
    /// unknown whose equation is furthest from holding there.
    fn first_in_block(&mut self, block: &Block, steps: &[Step]) -> (u32, String) {
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
            self.worker.memory.row_mut(Slot::series(unknown, 0), row).fill(start);
        }
        self.worker.memory.run(steps, row);
        if let Some(series) = self.first_of(steps) {
            let reason = "gives no finite number at the values of the period before";
            return (series, reason.to_owned());
        }
        let gap = |(k, &unknown): (usize, &u32)| {
            let x = self.number(Slot::series(unknown, 0));
            let f = self.number(block.results[k]);
            (unknown, (f - x).abs() / x.abs().max(1e-3), x, f)
        };
        let gaps = block.unknowns.iter().enumerate().map(gap);
        // What is no number is furthest.
        let furthest = gaps.max_by(|a, b| a.1.abs().total_cmp(&b.1.abs()));
        let count = block.members.len();
        match furthest {
            Some((unknown, ..)) if count == 1 => {
                let reason = "an equation without a solution, or none that is found from the value \
                              of the period before";
                (unknown, reason.to_owned())
            }
            Some((unknown, _, x, f)) => {
                let reason = format!(
                    "one of {count} simultaneous equations without a solution: it gives {f:.6} where \
                     {x:.6} is put in"
                );
                (unknown, reason)
            }
            None => (block.members[0], format!("{count} simultaneous equations have no solution")),
        }
    }

    /// The values that the equation of an indicator uses, each as it is written.
    fn values(&self, owner: &str, series: u32) -> Vec<(String, f64)> {
        let compiled = self.job.program.compiled.get(series as usize);
        let equation = compiled.and_then(|compiled| compiled.equation.as_ref());
        let Some(Ok(equation)) = equation.map(Equation::expand) else { return Vec::new() };
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

    fn value(&self, name: &str, lag: u32) -> Option<f64> {
        let model = &self.job.program.model;
        if let Some(place) = model.indicators.get_index_of(name) {
            if lag as usize > self.job.map.before {
                return None; // the program keeps a function of it, and not so long a past
            }
            return Some(self.number(Slot::series(place as u32, lag)));
        }
        let place = model.parameters.get_index_of(name)?;
        Some(self.number(Slot::new(Sort::Path, place as u32)))
    }
}
