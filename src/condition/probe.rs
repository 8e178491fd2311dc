//! What observations a model computes from given scores: many at once, side by side in the lanes of
//! a block.

use super::algebra::{Matrix, zeros};
use super::cells::Cells;
use super::coordinates::{Coordinates, Placed};
use crate::compile::{Base, Inner, Program, Row, ScenarioProgram, SimulatedPeriod, Slot};
use crate::math::Width;
use crate::sample::Marginal;
use crate::simulate::{
    Anchors, Central, Centre, Job, RandomNumber, Request, Sampling, ScenarioIndex, Worker,
};

/// Sets of scores that are looked at side by side, at most.
const LANES: usize = 256;
/// Step of a difference in a score; and where the value moves in jumps.
const STEP: f64 = 0.05;
const JUMP: f64 = 1.0;

/// Asks a scenario.
pub(super) struct Probe<'a> {
    job: &'a Job<'a>,
    program: &'a Inner,
    scenario: &'a ScenarioProgram,
    cells: &'a Cells,
    pub(super) coordinates: &'a Coordinates,
    worker: Worker,
    /// The scores that are asked about, a row for each coordinate.
    scores: Vec<Vec<f64>>,
    anchors: Anchors,
    all: Vec<bool>,
}

/// Observations at a point, and a step up and down in each score: `[observation][coordinate]`.
pub(super) struct Differences {
    pub(super) centre: Vec<f64>,
    pub(super) plus: Matrix,
    pub(super) minus: Matrix,
}

/// Additions to a shock: its place among those that events touch, period, lane, and how much.
type Additions<'a> = &'a [(usize, SimulatedPeriod, usize, f64)];

/// Makes a probe of a scenario and uses it.
pub(super) fn with_probe<T>(
    program: &Program,
    scenario: &ScenarioProgram,
    cells: &Cells,
    coordinates: &Coordinates,
    work: impl FnOnce(&mut Probe<'_>) -> T,
) -> Option<T> {
    let request = Request::new(program, &Sampling::new(1, 0)).ok()?.of_program(scenario);
    let (job, program) = (request.job().ok()?, &*program.inner);
    let width = Width::detect();
    let anchors = width.run(Central { job: &job, width }).pop()?;
    // Two for each score and one for the middle; no fewer than the steps of events need.
    let lanes = (1 + 2 * coordinates.len()).next_multiple_of(8).min(LANES);
    let mut worker = Worker::new(&job, lanes, width);
    // Centred uniforms and scores are at 0, their middle; joint draws at their central row; shocks are values.
    for (draw, row) in program.random.path.iter().zip(&mut worker.draws.path) {
        row.fill(draw.central);
    }
    for shocks in &mut worker.draws.shocks {
        for (shock, row) in program.random.shocks.iter().zip(shocks) {
            shock.marginal.from_scores(row);
        }
    }
    let all = vec![true; coordinates.len()];
    let scores = vec![vec![0.0; lanes]; coordinates.len()];
    let job = &job;
    let mut probe =
        Probe { job, program, scenario, cells, coordinates, worker, scores, anchors, all };
    Some(work(&mut probe))
}

impl Probe<'_> {
    /// A point at which no difference vanishes by chance.
    pub(super) fn somewhere(&self) -> Vec<f64> {
        (0..self.coordinates.len()).map(|j| 0.3 - 0.6 * ((j * 7 % 11) as f64 / 10.0)).collect()
    }

    fn marginal(&self, j: usize) -> Option<&Marginal> {
        match self.coordinates.all[j] {
            RandomNumber::Path(k) => match &self.scenario.path_values[k].base {
                Base::Drawn(marginal) => Some(marginal),
                Base::Number(_) | Base::Each(_) => None,
            },
            RandomNumber::Shock { shock, .. } => Some(&self.program.random.shocks[shock].marginal),
            RandomNumber::Count { .. } => None,
        }
    }

    /// Does its value move smoothly with its score?
    pub(super) fn is_smooth(&self, j: usize) -> bool {
        self.marginal(j).is_some_and(Marginal::has_density)
    }

    pub(super) fn steps(&self) -> Vec<f64> {
        (0..self.coordinates.len()).map(|j| if self.is_smooth(j) { STEP } else { JUMP }).collect()
    }

    /// How far a shock, with what the scenario does to it, moves with its score.
    pub(super) fn spread(&self, j: usize, z: f64) -> f64 {
        let (Some(marginal), RandomNumber::Shock { period, shock }) =
            (self.marginal(j), self.coordinates.all[j])
        else {
            return 1.0;
        };
        let mut pair = [z + STEP, z - STEP];
        marginal.from_scores(&mut pair);
        let row = self.program.timeline.row_of(period);
        let changes = self.scenario.shock_changes.iter();
        let here = changes.filter(|change| change.shock as usize == shock && change.row == row);
        let scale: f64 = here.map(|change| change.scale).product();
        (pair[0] - pair[1]) / (2.0 * STEP) * scale
    }

    /// The observations for each set of scores, `[observation][lane]`.
    fn ask(&mut self, additions: Additions<'_>) -> Matrix {
        let job = self.job;
        let worker = &mut self.worker;
        let mut centre = Centre::Follow(&self.anchors);
        worker.set_path_values(job, ScenarioIndex::FIRST);
        let placed =
            Placed { coordinates: self.coordinates, active: &self.all, scores: &self.scores };
        placed.set_path_values(worker, job, ScenarioIndex::FIRST);
        worker.additions.clear();
        for &(shock, period, lane, value) in additions {
            worker.additions.row_mut(shock, period)[lane] = value;
        }
        for &(series, row, value) in &self.cells.given {
            worker.memory.values_mut(Slot::series(series, 0), row).fill(value);
        }
        let observed = &self.cells.observed;
        let lanes = worker.memory.lanes;
        let mut found = zeros(observed.len(), lanes);
        let last = observed.last().map_or(Row::FIRST, |cell| cell.row);
        for row in Row::all(last.0 + 1) {
            worker.prepare_row(job, ScenarioIndex::FIRST, row, |memory, period| {
                placed.set_shocks(memory, &self.program.random, row, period);
            });
            for &(series, at, value) in self.cells.given.iter().filter(|given| given.1 == row) {
                worker.memory.values_mut(Slot::series(series, 0), at).fill(value);
            }
            worker.compute_row(job, ScenarioIndex::FIRST, row, &mut centre);
            for (cell, found) in observed.iter().zip(&mut found).filter(|(c, _)| c.row == row) {
                let factor = cell.factor.map(|slot| worker.memory.once(slot).to_vec());
                let values = worker.memory.values_mut(Slot::series(cell.indicator, 0), row);
                for lane in 0..lanes {
                    let factor = factor.as_ref().map_or(1.0, |factor| factor[lane]);
                    found[lane] = factor * values[lane];
                }
            }
            for cell in observed.iter().filter(|cell| cell.row == row && cell.is_exact()) {
                let factor = cell.factor.map(|slot| worker.memory.once(slot).to_vec());
                let values = worker.memory.values_mut(Slot::series(cell.indicator, 0), row);
                for lane in 0..lanes {
                    let factor = factor.as_ref().map_or(1.0, |factor| factor[lane]);
                    values[lane] = cell.value / factor;
                }
            }
        }
        found
    }

    fn set(&mut self, mode: &[f64]) {
        for (row, z) in self.scores.iter_mut().zip(mode) {
            row.fill(*z);
        }
    }

    /// A step up and down from a point in every score.
    pub(super) fn differences(&mut self, mode: &[f64], steps: &[f64]) -> Differences {
        let (observed, size) = (self.cells.observed.len(), mode.len());
        let mut found = Differences {
            centre: vec![f64::NAN; observed],
            plus: zeros(observed, size),
            minus: zeros(observed, size),
        };
        let together = (self.worker.memory.lanes - 1) / 2;
        for first in (0..size.max(1)).step_by(together) {
            let some = first..size.min(first + together);
            self.set(mode);
            for (k, j) in some.clone().enumerate() {
                self.scores[j][1 + 2 * k] = mode[j] + steps[j];
                self.scores[j][2 + 2 * k] = mode[j] - steps[j];
            }
            let values = self.ask(&[]);
            for (cell, values) in values.iter().enumerate() {
                found.centre[cell] = values[0];
                for (k, j) in some.clone().enumerate() {
                    found.plus[cell][j] = values[1 + 2 * k];
                    found.minus[cell][j] = values[2 + 2 * k];
                }
            }
        }
        found
    }

    /// Do equations have conditions or steps?
    pub(super) fn has_steps(&self) -> bool {
        let indicators = self.program.model.indicators.values();
        let mut equations =
            indicators.filter_map(|indicator| indicator.equation.as_ref()?.tree().ok());
        equations.any(|equation| equation.lhs.has_steps() || equation.rhs.has_steps())
    }

    /// The observations along lines through a point, on each of which one score alone takes the given
    /// values: `[coordinate][observation][value]`.
    pub(super) fn lines(&mut self, mode: &[f64], values: &[f64]) -> Vec<Matrix> {
        let (observed, lanes) = (self.cells.observed.len(), self.worker.memory.lanes);
        let mut found = vec![zeros(observed, values.len()); mode.len()];
        let all = mode.len() * values.len();
        for first in (0..all).step_by(lanes) {
            let some = first..all.min(first + lanes);
            self.set(mode);
            for (lane, at) in some.clone().enumerate() {
                self.scores[at / values.len()][lane] = values[at % values.len()];
            }
            for (cell, seen) in self.ask(&[]).iter().enumerate() {
                for (lane, at) in some.clone().enumerate() {
                    found[at / values.len()][cell][at % values.len()] = seen[lane];
                }
            }
        }
        found
    }

    /// The shocks that events touch.
    pub(super) fn touched(&self) -> &[u32] {
        &self.worker.additions.shocks
    }

    /// The probability of a start of each event where one looked last.
    pub(super) fn chances(&self) -> Vec<f64> {
        let events = self.program.random.events.iter();
        events.map(|event| self.worker.memory.once(event.probability)[0]).collect()
    }

    /// A step up and down from a point in every shock that an event touches: place among those
    /// shocks, period, step, and the observations.
    #[allow(clippy::type_complexity)]
    pub(super) fn event_differences(
        &mut self,
        mode: &[f64],
    ) -> Vec<(usize, SimulatedPeriod, f64, Vec<f64>, Vec<f64>)> {
        let periods = self.cells.periods(self.program);
        let mut found = Vec::new();
        let shocks = self.worker.additions.shocks.clone();
        for (k, shock) in shocks.into_iter().enumerate() {
            let mut pair = [1.0, -1.0];
            self.program.random.shocks[shock as usize].marginal.from_scores(&mut pair);
            let step = ((pair[0] - pair[1]) * 0.5).max(1e-9);
            for period in SimulatedPeriod::all(periods) {
                self.set(mode);
                let values = self.ask(&[(k, period, 1, step), (k, period, 2, -step)]);
                let lane = |lane: usize| values.iter().map(|row| row[lane]).collect();
                found.push((k, period, step, lane(1), lane(2)));
            }
        }
        found
    }
}
