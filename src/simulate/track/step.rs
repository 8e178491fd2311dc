//! Paths that go through the outturns: scores are moved to where observations say, then each
//! observed period is solved for the shocks that reproduce it exactly, and the path is weighed.

use super::algebra::{eliminate, forward};
use super::coordinates::{Coordinates, Luck};
use super::guide::{Guide, Guides, Pivot, Step};
use crate::compile::{Base, EventDraw, Inner, ScenarioProgram, Slot, Sort};
use crate::math::{ln, normal_cdf};
use crate::sample::ln_normal_density;
use crate::simulate::block::{Centre, Job, Piece, Worker};
use crate::simulate::memory::Forced;

/// Steps with one Jacobian, and how many Jacobians, until a path is given up.
const STEPS: usize = 4;
const ROUNDS: usize = 6;
/// An outturn is met when what is missing is below this, relative to it.
const TOLERANCE: f64 = 1e-11;
/// Step of a difference, relative to the spread of the shock.
const NUDGE: f64 = 1e-6;

pub(super) fn is_constant(event: &EventDraw) -> bool {
    event.probability.sort == Sort::Constant
}

impl Worker {
    /// Runs a scenario through the outturns; the logarithms of the weights go into the row after the
    /// last.
    pub(in crate::simulate) fn run_guided(
        &mut self,
        job: &Job<'_>,
        number: usize,
        mut piece: Piece<'_, '_>,
        mut centre: Centre<'_>,
        guides: &Guides,
    ) {
        let (program, scenario) = (job.program, job.scenarios[number]);
        let guide = &guides.each[number];
        let events = &program.draws.events;
        let memory = &self.memory;
        let probability = |event: &EventDraw| memory.row(event.probability, 0);
        self.additions.fill_some(events, &self.draws.events, probability, is_constant);
        self.move_scores(guides, guide);
        self.set_path_values(job, number);
        self.set_moved_path_values(job, scenario, &guides.coordinates, &guide.active);
        if !events.iter().all(is_constant) {
            let memory = &self.memory;
            let probability = |event: &EventDraw| memory.row(event.probability, 0);
            self.additions.fill(events, &self.draws.events, probability);
        }
        self.bad.fill(false);
        self.history = None;
        self.set_given(guides, None);
        let mut steps = guide.steps.iter().peekable();
        for row in 0..program.timeline.rows {
            self.prepare_row(job, scenario, row, Some((&guides.coordinates, &guide.active)));
            self.set_given(guides, Some(row));
            match steps.next_if(|step| step.row == row) {
                Some(step) => self.observe_row(job, number, guides, step, &mut centre),
                None => self.compute_row(job, scenario, row, &mut centre),
            }
            self.check(job, number, row, &piece);
            self.copy_out(job, row, &mut piece);
        }
        let rows = (program.lead + program.span.len()) * job.kept.len();
        if let Some(weights) = piece.rows.get_mut(rows) {
            weights[piece.offset..piece.offset + piece.count]
                .copy_from_slice(&self.log_weights[..piece.count]);
        }
    }

    /// Values that are known instead of what was assumed: all, or those of a row.
    fn set_given(&mut self, guides: &Guides, row: Option<usize>) {
        for &(series, at, value) in &guides.cells.given {
            if row.is_none_or(|row| row == at) {
                self.memory.row_mut(Slot::series(series, 0), at).fill(value);
            }
        }
    }

    /// Conditions the scores on the linearised observations: `z + K (b - B e - A z - noise)`, which
    /// turns a draw from the prior into one from the posterior (G. Matheron; see Doucet 2010, A note
    /// on efficient conditional simulation of Gaussian distributions).
    fn move_scores(&mut self, guides: &Guides, guide: &Guide) {
        let lanes = self.memory.lanes;
        let cells = guide.target.len();
        let mut centre: Vec<Vec<f64>> = guide.target.iter().map(|b| vec![*b; lanes]).collect();
        for event in &guide.events {
            let added = self.additions.row(event.shock, event.place);
            for (row, slope) in centre.iter_mut().zip(&event.slopes) {
                row.iter_mut().zip(added).for_each(|(row, added)| *row -= slope * added);
            }
        }
        self.weigh_events(guide, &centre);
        for (moved, scores) in self.moved.iter_mut().zip(&self.draws.scores) {
            moved.copy_from_slice(scores);
        }
        let mut missing = vec![0.0; lanes];
        for k in 0..cells {
            missing.copy_from_slice(&centre[k]);
            if guide.noise[k] > 0.0 {
                subtract(&mut missing, guide.noise[k], &self.draws.noise[k]);
            }
            for (slope, scores) in guide.slopes[k].iter().zip(&self.draws.scores) {
                if *slope != 0.0 {
                    subtract(&mut missing, *slope, scores);
                }
            }
            for (gain, moved) in guide.gains[k].iter().zip(&mut self.moved) {
                if *gain != 0.0 {
                    subtract(moved, -gain, &missing);
                }
            }
        }
        for k in (0..cells).filter(|&k| !guides.cells.observed[k].is_exact()) {
            // What the linear model says of the noisy observation is divided out.
            missing.copy_from_slice(&centre[k]);
            for (slope, moved) in guide.slopes[k].iter().zip(&self.moved) {
                subtract(&mut missing, *slope, moved);
            }
            let sd = guide.noise[k];
            for (weight, missing) in self.log_weights.iter_mut().zip(&missing) {
                *weight += 0.5 * (missing / sd) * (missing / sd) + ln(sd);
            }
        }
    }

    /// The linear model's density of the observations, given the events of each path.
    fn weigh_events(&mut self, guide: &Guide, centre: &[Vec<f64>]) {
        let mut column = vec![0.0; centre.len()];
        let lanes = if guide.events.is_empty() { 1 } else { self.memory.lanes };
        for lane in 0..lanes {
            for (entry, row) in column.iter_mut().zip(centre) {
                *entry = row[lane];
            }
            forward(&guide.factor, &mut column);
            let square: f64 = column.iter().map(|x| x * x).sum();
            self.log_weights[lane] = guide.ln_constant - 0.5 * square;
        }
        let first = self.log_weights[0];
        self.log_weights[lanes..].fill(first);
    }

    pub(super) fn set_moved_path_values(
        &mut self,
        job: &Job<'_>,
        scenario: &ScenarioProgram,
        coordinates: &Coordinates,
        active: &[bool],
    ) {
        for (j, luck) in coordinates.all.iter().enumerate().filter(|(j, _)| active[*j]) {
            let Luck::Path(k) = *luck else { continue };
            let setting = &scenario.path_values[k];
            let Base::Drawn(marginal) = &setting.base else { continue };
            let row = self.memory.row_mut(Slot::new(Sort::Path, k as u32), 0);
            row.copy_from_slice(&self.moved[j]);
            marginal.from_scores(row);
            if setting.is_moved() {
                row.iter_mut().for_each(|value| *value = *value * setting.scale + setting.add);
            }
        }
        self.run_prelude(job);
    }

    /// Shocks and counts of a period from their moved scores.
    pub(in crate::simulate) fn set_moved_shocks(
        &mut self,
        program: &Inner,
        coordinates: &Coordinates,
        active: &[bool],
        row: usize,
        at: usize,
    ) {
        for (j, luck) in coordinates.all.iter().enumerate().filter(|(j, _)| active[*j]) {
            match *luck {
                Luck::Shock { place, shock } if place == at => {
                    let values = self.memory.row_mut(Slot::new(Sort::Shock, shock as u32), row);
                    values.copy_from_slice(&self.moved[j]);
                    program.draws.shocks[shock].marginal.from_scores(values);
                }
                Luck::Count { place, count } if place == at => {
                    let values = self.memory.row_mut(Slot::new(Sort::Count, count as u32), row);
                    for (value, z) in values.iter_mut().zip(&self.moved[j]) {
                        let tail = normal_cdf(*z);
                        *value = if tail.upper { 0.5 - tail.p } else { tail.p - 0.5 };
                    }
                }
                _ => {}
            }
        }
    }

    /// Computes a period in which something was observed, solves for the shocks that reproduce what
    /// is exact, and weighs the paths.
    fn observe_row(
        &mut self,
        job: &Job<'_>,
        number: usize,
        guides: &Guides,
        step: &Step,
        centre: &mut Centre<'_>,
    ) {
        let (scenario, guide) = (job.scenarios[number], &guides.each[number]);
        if step.pivots.is_empty() {
            self.compute_row(job, scenario, step.row, centre);
        } else {
            let mut row = Row { job, scenario, guides, guide, step, centre };
            row.solve(self);
        }
        for &k in &step.cells {
            let cell = &guides.cells.observed[k];
            let factor = cell.factor.map(|slot| self.memory.row(slot, 0).to_vec());
            let values = self.memory.row_mut(Slot::series(cell.indicator, 0), cell.row);
            for (lane, value) in values.iter_mut().enumerate() {
                let factor = factor.as_ref().map_or(1.0, |factor| factor[lane]);
                if cell.is_exact() {
                    *value = cell.value / factor;
                } else {
                    let missing = (cell.value - factor * *value) / cell.sd;
                    self.log_weights[lane] += -0.5 * missing * missing - ln(cell.sd);
                }
            }
        }
    }
}

#[inline(always)]
fn subtract(from: &mut [f64], factor: f64, row: &[f64]) {
    for (from, value) in from.iter_mut().zip(row) {
        *from -= factor * value;
    }
}

/// One observed period of one block.
struct Row<'a, 'j, 'c> {
    job: &'a Job<'j>,
    scenario: &'a ScenarioProgram,
    guides: &'a Guides,
    guide: &'a Guide,
    step: &'a Step,
    centre: &'a mut Centre<'c>,
}

impl Row<'_, '_, '_> {
    /// Newton's method, every path on its own: a path that has arrived is left alone, so that it
    /// does not depend on its company.
    fn solve(&mut self, worker: &mut Worker) {
        let (size, lanes) = (self.step.pivots.len(), worker.memory.lanes);
        self.force_counts(worker, lanes);
        let mut residual = vec![vec![0.0; lanes]; size];
        self.evaluate(worker, &mut residual);
        for forced in &mut worker.memory.forced {
            forced.is_set = true;
        }
        let mut arrived = vec![false; lanes];
        let mut jacobian: Vec<Vec<f64>> =
            self.step.jacobian.iter().map(|entry| vec![*entry; lanes]).collect();
        for round in 0..ROUNDS {
            if round > 0 {
                self.differences(worker, &residual, &mut jacobian);
                self.evaluate(worker, &mut residual);
            }
            for _ in 0..STEPS {
                self.check(&residual, &mut arrived);
                if arrived.iter().all(|a| *a) {
                    break;
                }
                self.advance(worker, &residual, &jacobian, &arrived);
                self.evaluate(worker, &mut residual);
            }
            self.check(&residual, &mut arrived);
            if arrived.iter().all(|a| *a) {
                break;
            }
        }
        self.differences(worker, &residual, &mut jacobian);
        self.weigh(worker, &arrived, &jacobian);
        self.evaluate(worker, &mut residual);
        worker.memory.forced.clear();
    }

    fn force_counts(&self, worker: &mut Worker, lanes: usize) {
        let counts = self.step.pivots.iter().filter_map(|pivot| match pivot.luck {
            Luck::Count { count, .. } => Some(count as u32),
            _ => None,
        });
        let row = || vec![f64::NAN; lanes];
        worker.memory.forced = counts
            .map(|draw| Forced {
                draw,
                is_set: false,
                values: row(),
                count: None,
                a: row(),
                b: row(),
            })
            .collect();
    }

    /// What is missing to each exact observation, in its space.
    fn evaluate(&mut self, worker: &mut Worker, residual: &mut [Vec<f64>]) {
        worker.compute_row(self.job, self.scenario, self.step.row, self.centre);
        for (pivot, residual) in self.step.pivots.iter().zip(residual) {
            let cell = &self.guides.cells.observed[pivot.cell];
            let transform = self.guide.transforms[pivot.cell];
            let wanted = transform.of(cell.value);
            let values = worker.memory.row(Slot::series(cell.indicator, 0), cell.row);
            match cell.factor {
                None => {
                    for (residual, x) in residual.iter_mut().zip(values) {
                        *residual = transform.of(*x) - wanted;
                    }
                }
                Some(slot) => {
                    let factor = worker.memory.row(slot, 0);
                    for ((residual, x), factor) in residual.iter_mut().zip(values).zip(factor) {
                        *residual = transform.of(factor * x) - wanted;
                    }
                }
            }
        }
    }

    fn check(&self, residual: &[Vec<f64>], arrived: &mut [bool]) {
        arrived.fill(true);
        for (pivot, residual) in self.step.pivots.iter().zip(residual) {
            let wanted = self.guides.cells.observed[pivot.cell].value;
            let wanted = self.guide.transforms[pivot.cell].of(wanted);
            let tolerance = TOLERANCE * wanted.abs().max(1e-3);
            for (arrived, residual) in arrived.iter_mut().zip(residual) {
                *arrived &= residual.abs() <= tolerance;
            }
        }
    }

    /// The unknown of a pivot.
    fn unknown<'w>(&self, worker: &'w mut Worker, pivot: &Pivot) -> &'w mut [f64] {
        match pivot.luck {
            Luck::Count { count, .. } => {
                let forced = &mut worker.memory.forced;
                let place = forced.iter().position(|f| f.draw == count as u32).unwrap_or(0);
                &mut forced[place].values
            }
            Luck::Shock { shock, .. } => {
                worker.memory.row_mut(Slot::new(Sort::Shock, shock as u32), self.step.row)
            }
            Luck::Path(k) => worker.memory.row_mut(Slot::new(Sort::Path, k as u32), 0),
        }
    }

    /// The Jacobian of every path by differences.
    fn differences(
        &mut self,
        worker: &mut Worker,
        residual: &[Vec<f64>],
        jacobian: &mut [Vec<f64>],
    ) {
        let size = residual.len();
        let mut there = residual.to_vec();
        for (column, pivot) in self.step.pivots.iter().enumerate() {
            let nudge = if pivot.is_count() { 1.0 } else { NUDGE * pivot.scale };
            let before = self.unknown(worker, pivot).to_vec();
            self.unknown(worker, pivot).iter_mut().for_each(|x| *x += nudge);
            let steps: Vec<f64> =
                self.unknown(worker, pivot).iter().zip(&before).map(|(x, b)| x - b).collect();
            self.evaluate(worker, &mut there);
            self.unknown(worker, pivot).copy_from_slice(&before);
            for row in 0..size {
                let entry = &mut jacobian[row * size + column];
                for lane in 0..steps.len() {
                    entry[lane] = (there[row][lane] - residual[row][lane]) / steps[lane];
                }
            }
        }
    }

    fn advance(
        &self,
        worker: &mut Worker,
        residual: &[Vec<f64>],
        jacobian: &[Vec<f64>],
        arrived: &[bool],
    ) {
        let size = residual.len();
        let mut matrix = vec![0.0; size * size];
        let mut change = vec![vec![0.0; arrived.len()]; size];
        let mut b = vec![0.0; size];
        for lane in (0..arrived.len()).filter(|&lane| !arrived[lane]) {
            gather(jacobian, lane, &mut matrix);
            gather(residual, lane, &mut b);
            eliminate(&mut matrix, &mut b);
            for (change, b) in change.iter_mut().zip(&b) {
                change[lane] = *b;
            }
        }
        for (pivot, change) in self.step.pivots.iter().zip(&change) {
            for (x, change) in self.unknown(worker, pivot).iter_mut().zip(change) {
                *x -= change;
            }
        }
    }

    /// Target over proposal: the densities of the pivots at their values against those at the values
    /// of the linear model, and the Jacobians of both.
    fn weigh(&self, worker: &mut Worker, arrived: &[bool], jacobian: &[Vec<f64>]) {
        let size = self.step.pivots.len();
        let (mut matrix, mut b) = (vec![0.0; size * size], vec![0.0; size]);
        let mut shift = vec![vec![0.0; arrived.len()]; size];
        for lane in 0..arrived.len() {
            gather(jacobian, lane, &mut matrix);
            b.fill(0.0);
            let slope = eliminate(&mut matrix, &mut b);
            worker.log_weights[lane] += self.step.ln_slope - ln(slope);
            if !arrived[lane] {
                worker.log_weights[lane] = f64::NEG_INFINITY;
            }
        }
        for (p, pivot) in self.step.pivots.iter().enumerate() {
            match pivot.luck {
                Luck::Count { .. } => {
                    weigh_count(worker, pivot, &jacobian[p * size + p]);
                }
                Luck::Shock { place, shock } => {
                    self.weigh_shock(worker, pivot, (place, shock), &mut shift[p]);
                }
                Luck::Path(_) => {}
            }
        }
        for (p, pivot) in self.step.pivots.iter().enumerate() {
            for &(j, precision) in &pivot.precision {
                let other = self.step.pivots.iter().position(|other| other.coordinate == j);
                for lane in 0..arrived.len() {
                    let both = other.map_or(0.0, |other| shift[other][lane]);
                    let linear = worker.moved[j][lane];
                    worker.log_weights[lane] -= precision * shift[p][lane] * (linear + 0.5 * both);
                }
            }
        }
    }

    fn weigh_shock(
        &self,
        worker: &mut Worker,
        pivot: &Pivot,
        (place, shock): (usize, usize),
        shift: &mut [f64],
    ) {
        let marginal = &self.job.program.draws.shocks[shock].marginal;
        let added = worker.additions.shocks.binary_search(&(shock as u32)).ok();
        let added = added.map(|k| worker.additions.row(k, place).to_vec());
        let values = self.unknown(worker, pivot).to_vec();
        let changes: Vec<_> = self
            .scenario
            .shock_changes
            .iter()
            .filter(|change| change.shock as usize == shock && change.row == self.step.row)
            .collect();
        for lane in 0..values.len() {
            let mut draw = values[lane] - added.as_ref().map_or(0.0, |added| added[lane]);
            let mut ln_scale = 0.0;
            for change in changes.iter().rev() {
                draw = marginal.mean() + (draw - change.add - marginal.mean()) / change.scale;
                ln_scale += ln(change.scale.abs());
            }
            match marginal.score(draw) {
                Some(score) => {
                    shift[lane] = score.z - worker.moved[pivot.coordinate][lane];
                    worker.log_weights[lane] += score.ln_slope - ln_scale;
                }
                None => worker.log_weights[lane] = f64::NEG_INFINITY,
            }
        }
    }
}

/// The probability of the count takes the place of a density.
fn weigh_count(worker: &mut Worker, pivot: &Pivot, slope: &[f64]) {
    let Luck::Count { count: draw, .. } = pivot.luck else { return };
    let forced = &mut worker.memory.forced;
    let Some(forced) = forced.iter_mut().find(|f| f.draw == draw as u32) else { return };
    for lane in 0..slope.len() {
        let whole = forced.values[lane].round();
        let is_whole = (forced.values[lane] - whole).abs() <= 1e-6 * whole.abs().max(1.0);
        let probability = match forced.count {
            Some(count) if is_whole => count.ln_probability(whole, forced.a[lane], forced.b[lane]),
            _ => f64::NEG_INFINITY,
        };
        forced.values[lane] = whole;
        worker.log_weights[lane] += probability + ln(slope[lane].abs())
            - ln_normal_density(worker.moved[pivot.coordinate][lane]);
    }
}

fn gather(rows: &[Vec<f64>], lane: usize, out: &mut [f64]) {
    for (out, row) in out.iter_mut().zip(rows) {
        *out = row[lane];
    }
}
