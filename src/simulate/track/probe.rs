//! What observations a model computes from given scores: many at once, side by side in the lanes of
//! a block.

use super::algebra::{Matrix, zeros};
use super::cells::Cells;
use super::coordinates::{Coordinates, Luck};
use super::guide::Guides;
use crate::compile::{Base, Inner, ScenarioProgram, Slot};
use crate::math::Width;
use crate::sample::{Design, Marginal, Sampler};
use crate::simulate::block::{Anchors, Central, Centre, Job, Worker};
use crate::simulate::draws::Source;
use crate::simulate::link::{Map, link};

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
    anchors: Anchors,
    all: Vec<bool>,
}

/// Observations at a point, and a step up and down in each score: `[observation][coordinate]`.
pub(super) struct Differences {
    pub(super) centre: Vec<f64>,
    pub(super) plus: Matrix,
    pub(super) minus: Matrix,
}

/// Additions to a shock, by lane.
type Additions<'a> = &'a [(usize, usize, usize, f64)];

/// Makes a probe of a scenario and uses it.
pub(super) fn with_probe<T>(
    program: &Inner,
    scenario: &ScenarioProgram,
    cells: &Cells,
    coordinates: &Coordinates,
    work: impl FnOnce(&mut Probe<'_>) -> T,
) -> Option<T> {
    let guides =
        Guides { cells: cells.clone(), coordinates: coordinates.clone(), each: Vec::new() };
    let sampler = Sampler::new(Design::Random, 0, 1, 1).ok()?;
    let map = Map::new(&program.layout, program.longest_lag().max(1));
    let job = Job {
        program,
        map,
        linked: link(program, &map),
        scenarios: vec![scenario],
        histories: vec![None],
        source: Source { usual: &sampler, other: None, given: None, spy: None },
        ordinals: Vec::new(),
        rows: program.timeline.rows,
        kept: &[],
        factors: Vec::new(),
        guides: Some(&guides),
        wanted: None,
    };
    let width = Width::detect();
    let anchors = width.run(Central { job: &job, width }).pop()?;
    // Two for each score and one for the middle; no fewer than the steps of events need.
    let lanes = (1 + 2 * coordinates.len()).next_multiple_of(8).min(LANES);
    let mut worker = Worker::new(&job, lanes, width);
    // Centred uniforms and scores are at 0, their middle; shocks are values.
    for shocks in &mut worker.draws.shocks {
        for (shock, row) in program.draws.shocks.iter().zip(shocks) {
            shock.marginal.from_scores(row);
        }
    }
    let all = vec![true; coordinates.len()];
    let mut probe =
        Probe { job: &job, program, scenario, cells, coordinates, worker, anchors, all };
    Some(work(&mut probe))
}

impl Probe<'_> {
    /// A point at which no difference vanishes by chance.
    pub(super) fn somewhere(&self) -> Vec<f64> {
        (0..self.coordinates.len()).map(|j| 0.3 - 0.6 * ((j * 7 % 11) as f64 / 10.0)).collect()
    }

    fn marginal(&self, j: usize) -> Option<&Marginal> {
        match self.coordinates.all[j] {
            Luck::Path(k) => match &self.scenario.path_values[k].base {
                Base::Drawn(marginal) => Some(marginal),
                Base::Number(_) => None,
            },
            Luck::Shock { shock, .. } => Some(&self.program.draws.shocks[shock].marginal),
            Luck::Count { .. } => None,
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
        let (Some(marginal), Luck::Shock { place, shock }) =
            (self.marginal(j), self.coordinates.all[j])
        else {
            return 1.0;
        };
        let mut pair = [z + STEP, z - STEP];
        marginal.from_scores(&mut pair);
        let row = place + self.program.timeline.begin;
        let changes = self.scenario.shock_changes.iter();
        let here = changes.filter(|change| change.shock as usize == shock && change.row == row);
        let scale: f64 = here.map(|change| change.scale).product();
        (pair[0] - pair[1]) / (2.0 * STEP) * scale
    }

    /// The observations for each set of scores, `[observation][lane]`.
    fn ask(&mut self, additions: Additions<'_>) -> Matrix {
        let (job, scenario) = (self.job, self.scenario);
        let worker = &mut self.worker;
        let mut centre = Centre::Follow(&self.anchors);
        worker.set_path_values(job, 0);
        worker.set_moved_path_values(job, scenario, self.coordinates, &self.all);
        worker.additions.clear();
        for &(shock, place, lane, value) in additions {
            worker.additions.row_mut(shock, place)[lane] = value;
        }
        for &(series, row, value) in &self.cells.given {
            worker.memory.row_mut(Slot::series(series, 0), row).fill(value);
        }
        let observed = &self.cells.observed;
        let lanes = worker.memory.lanes;
        let mut found = zeros(observed.len(), lanes);
        let last = observed.last().map_or(0, |cell| cell.row);
        for row in 0..=last {
            let moved = Some((self.coordinates, self.all.as_slice()));
            worker.prepare_row(job, scenario, row, moved);
            for &(series, at, value) in self.cells.given.iter().filter(|given| given.1 == row) {
                worker.memory.row_mut(Slot::series(series, 0), at).fill(value);
            }
            worker.compute_row(job, scenario, row, &mut centre);
            for (cell, found) in observed.iter().zip(&mut found).filter(|(c, _)| c.row == row) {
                let factor = cell.factor.map(|slot| worker.memory.row(slot, 0).to_vec());
                let values = worker.memory.row_mut(Slot::series(cell.indicator, 0), row);
                for lane in 0..lanes {
                    let factor = factor.as_ref().map_or(1.0, |factor| factor[lane]);
                    found[lane] = factor * values[lane];
                }
            }
            for cell in observed.iter().filter(|cell| cell.row == row && cell.is_exact()) {
                let factor = cell.factor.map(|slot| worker.memory.row(slot, 0).to_vec());
                let values = worker.memory.row_mut(Slot::series(cell.indicator, 0), row);
                for lane in 0..lanes {
                    let factor = factor.as_ref().map_or(1.0, |factor| factor[lane]);
                    values[lane] = cell.value / factor;
                }
            }
        }
        found
    }

    fn set(&mut self, mode: &[f64]) {
        for (row, z) in self.worker.moved.iter_mut().zip(mode) {
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
                self.worker.moved[j][1 + 2 * k] = mode[j] + steps[j];
                self.worker.moved[j][2 + 2 * k] = mode[j] - steps[j];
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

    /// The shocks that events touch.
    pub(super) fn touched(&self) -> &[u32] {
        &self.worker.additions.shocks
    }

    /// The probability of a start of each event where one looked last.
    pub(super) fn chances(&self) -> Vec<f64> {
        let events = self.program.draws.events.iter();
        events.map(|event| self.worker.memory.row(event.probability, 0)[0]).collect()
    }

    /// A step up and down from a point in every shock that an event touches: place among those
    /// shocks, place of the period, step, and the observations.
    #[allow(clippy::type_complexity)]
    pub(super) fn event_differences(
        &mut self,
        mode: &[f64],
    ) -> Vec<(usize, usize, f64, Vec<f64>, Vec<f64>)> {
        let places = self.cells.places(self.program);
        let mut found = Vec::new();
        let shocks = self.worker.additions.shocks.clone();
        for (k, shock) in shocks.into_iter().enumerate() {
            let mut pair = [1.0, -1.0];
            self.program.draws.shocks[shock as usize].marginal.from_scores(&mut pair);
            let step = ((pair[0] - pair[1]) * 0.5).max(1e-9);
            for place in 0..places {
                self.set(mode);
                let values = self.ask(&[(k, place, 1, step), (k, place, 2, -step)]);
                let lane = |lane: usize| values.iter().map(|row| row[lane]).collect();
                found.push((k, place, step, lane(1), lane(2)));
            }
        }
        found
    }
}
