//! The run of a scenario over the first one: what it changes is computed, all else is in memory.

use super::block::{Centre, Job, Worker};
use super::index::ScenarioIndex;
use super::piece::Piece;
use super::reach::Reached;
use crate::compile::{Row, Slot, Sort};
use crate::interrupt::look;

impl Worker {
    /// Puts back what a scenario changed.
    pub(super) fn put_back(&mut self, job: &Job<'_>) {
        let Some(above) = self.overlay.above.take() else { return };
        let Some(reached) = job.reach.of(above) else { return };
        let lanes = self.memory.lanes;
        for &place in &reached.cells {
            let row = &self.overlay.rows[place * lanes..][..lanes];
            self.memory.whole_mut(job.reach.cells[place]).copy_from_slice(row);
        }
        reached.same.iter().for_each(|&slot| self.memory.share(slot));
    }

    /// What a scenario changes, where the whole of the first is in memory in the block at hand.
    pub(super) fn lies_over<'j>(
        &self,
        job: &'j Job<'_>,
        scenario: ScenarioIndex,
    ) -> Option<&'j Reached<'j>> {
        let is_there = self.first_path.is_some() && self.overlay.below == self.first_path;
        job.reach.of(scenario).filter(|_| is_there)
    }

    /// Runs a scenario up to a row, without it: what it changes of the first.
    pub(super) fn run_over(
        &mut self,
        job: &Job<'_>,
        scenario: ScenarioIndex,
        reached: &Reached<'_>,
        mut piece: Option<&mut Piece<'_>>,
        mut centre: Centre<'_>,
        end: usize,
    ) {
        self.put_back(job);
        self.overlay.above = Some(scenario);
        self.set_reached_path_values(job, scenario, reached);
        if reached.events || !self.overlay.events_are_first {
            self.set_additions(job, |_| true);
            self.overlay.events_are_first = !reached.events;
        }
        self.bad.fill(false);
        for row in Row::all(end) {
            look();
            self.compute_reached(job, scenario, reached, row, &mut centre);
            if let Some(piece) = &mut piece {
                self.hand_on(job, scenario, row, piece);
            }
        }
    }

    fn compute_reached(
        &mut self,
        job: &Job<'_>,
        scenario: ScenarioIndex,
        reached: &Reached<'_>,
        row: Row,
        centre: &mut Centre<'_>,
    ) {
        let (program, of_row) = (job.program, &reached.rows[row.0]);
        for &(series, value) in &of_row.exogenised {
            self.memory.values_mut(Slot::series(series, 0), row).fill(value);
        }
        if of_row.tape.is_empty() {
            return;
        }
        let scenario = job.scenario(scenario);
        self.memory.set_all_same(Slot::new(Sort::Given, 0), &scenario.table[row.0]);
        if let Some(period) = program.timeline.simulated(row) {
            for &k in &of_row.counts {
                let drawn = &self.draws.counts[period.0][k as usize];
                self.memory.values_mut(Slot::new(Sort::Count, k), row).copy_from_slice(drawn);
            }
            for &k in &of_row.shocks {
                let drawn = &self.draws.shocks[period.0][k as usize];
                self.memory.values_mut(Slot::new(Sort::Shock, k), row).copy_from_slice(drawn);
            }
            let wanted = |shock: u32| of_row.shocks.binary_search(&shock).is_ok();
            self.change_shocks(program, scenario, row, period, wanted);
        }
        self.run_tape(&of_row.tape, row, centre);
    }

    /// What is fixed within a path, as far as a scenario changes it.
    fn set_reached_path_values(
        &mut self,
        job: &Job<'_>,
        scenario: ScenarioIndex,
        reached: &Reached<'_>,
    ) {
        let settings = &job.scenario(scenario).path_values;
        reached.path.iter().for_each(|&k| self.set_path_value(job, k, &settings[k]));
        for &k in &reached.known_drawn {
            let (series, row, value) = job.program.known_drawn[k];
            let drawn = self.memory.once(Slot::new(Sort::Path, value)).to_vec();
            self.memory.values_mut(Slot::series(series, 0), row).copy_from_slice(&drawn);
        }
        self.memory.run(&reached.prelude, Row::FIRST);
        reached.same.iter().for_each(|&slot| self.memory.share(slot));
    }
}
