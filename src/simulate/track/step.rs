//! Paths that go through the outturns: scores are moved to where observations say, then each
//! observed period is solved for the shocks that reproduce it exactly, and the path is weighed.

use super::coordinates::{Coordinates, Luck};
use super::guide::Guides;
use super::pairs::Step;
use super::record::Look;
use super::row::Row;
use super::walk::is_constant;
use crate::compile::{Base, EventDraw, Inner, ScenarioProgram, Slot, Sort};
use crate::math::{ln, normal_cdf};
use crate::simulate::block::{Centre, Job, Piece, Worker};

impl Worker {
    /// Runs a scenario through the outturns; the logarithms of the weights go into the row after the
    /// last.
    #[inline(always)]
    pub(super) fn run_led(
        &mut self,
        job: &Job<'_>,
        number: usize,
        mut piece: Piece<'_, '_>,
        mut centre: Centre<'_>,
        guides: &Guides,
        look: Look<'_>,
    ) {
        let (program, scenario) = (job.program, job.scenarios[number]);
        let guide = &guides.each[number];
        let events = &program.draws.events;
        self.move_scores(program, guides, guide);
        self.set_path_values(job, number);
        self.set_moved_path_values(job, scenario, &guides.coordinates, &guide.active);
        if !events.iter().all(is_constant) {
            let memory = &self.memory;
            let probability = |event: &EventDraw| memory.row(event.probability, 0);
            self.additions.fill(events, &self.draws.events, probability);
            self.weigh_starts(program, guide);
        }
        look(self, None);
        self.give_back(guide);
        self.bad.fill(false);
        self.history = None;
        self.set_given(guides, None);
        let mut steps = guide.steps.iter().peekable();
        for row in 0..job.rows {
            self.prepare_row(job, scenario, row, Some((&guides.coordinates, &guide.active)));
            self.set_given(guides, Some(row));
            match steps.next_if(|step| step.row == row) {
                Some(step) => self.observe_row(job, number, guides, step, &mut centre),
                None => self.compute_row(job, scenario, row, &mut centre),
            }
            self.check(job, number, row, &piece);
            self.copy_out(job, row, &mut piece);
            look(self, Some(row));
        }
        let rows = (program.lead + program.span.len()) * job.kept.len();
        if let Some(weights) = piece.rows.get_mut(rows) {
            weights[piece.offset..piece.offset + piece.count]
                .copy_from_slice(&self.log_weights[..piece.count]);
        }
    }

    /// Values that are known instead of what was assumed: all, or those of a row.
    #[inline(always)]
    fn set_given(&mut self, guides: &Guides, row: Option<usize>) {
        for &(series, at, value) in &guides.cells.given {
            if row.is_none_or(|row| row == at) {
                self.memory.row_mut(Slot::series(series, 0), at).fill(value);
            }
        }
    }

    #[inline(always)]
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
    #[inline(always)]
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
    #[inline(always)]
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
                } else if !guide.solved[k] {
                    let missing = (cell.value - factor * *value) / cell.sd;
                    self.log_weights[lane] += -0.5 * missing * missing - ln(cell.sd);
                }
            }
        }
    }
}
