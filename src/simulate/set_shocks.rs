//! Shocks of a period: as they are drawn, and what the scenario and events make of them.

use super::block::{Job, Worker};
use super::index::ScenarioIndex;
use crate::compile::{Inner, Row, ScenarioProgram, ShockChange, SimulatedPeriod, Slot, Sort};

impl Worker {
    /// Shocks and uniforms of counts in a period, as drawn.
    #[inline(always)]
    pub(super) fn set_drawn(&mut self, row: Row, period: SimulatedPeriod) {
        for (k, drawn) in self.draws.counts[period.0].iter().enumerate() {
            self.memory.values_mut(Slot::new(Sort::Count, k as u32), row).copy_from_slice(drawn);
        }
        for (k, drawn) in self.draws.shocks[period.0].iter().enumerate() {
            self.memory.values_mut(Slot::new(Sort::Shock, k as u32), row).copy_from_slice(drawn);
        }
    }

    /// Puts values in the place of what was drawn for a shock of a period, before the scenario and
    /// events change it.
    #[inline(always)]
    pub(crate) fn set_shock(
        &mut self,
        job: &Job<'_>,
        scenario: ScenarioIndex,
        (row, period): (Row, SimulatedPeriod),
        shock: u32,
        values: &[f64],
    ) {
        self.memory.values_mut(Slot::new(Sort::Shock, shock), row).copy_from_slice(values);
        let scenario = job.scenario(scenario);
        self.change_shocks(job.program, scenario, row, period, |other| other == shock);
    }

    /// What the scenario and events make of the shocks of a period: of those that are wanted.
    #[inline(always)]
    pub(super) fn change_shocks(
        &mut self,
        program: &Inner,
        scenario: &ScenarioProgram,
        row: Row,
        period: SimulatedPeriod,
        wanted: impl Fn(u32) -> bool,
    ) {
        let here = |change: &&ShockChange| change.row == row && wanted(change.shock);
        for change in scenario.shock_changes.iter().filter(here) {
            let mean = program.random.shocks[change.shock as usize].marginal.mean();
            for value in self.memory.values_mut(Slot::new(Sort::Shock, change.shock), row) {
                *value = (mean + (*value - mean) * change.scale) + change.add;
            }
        }
        let added = self.additions.shocks.iter().enumerate();
        for (k, &shock) in added.filter(|(_, shock)| wanted(**shock)) {
            let values = self.memory.values_mut(Slot::new(Sort::Shock, shock), row);
            for (value, addition) in values.iter_mut().zip(self.additions.row(k, period)) {
                *value += addition;
            }
        }
    }
}
