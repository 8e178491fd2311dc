//! Which paths have failed, in which period and by what.

use super::block::{Job, Worker};
use super::index::ScenarioIndex;
use super::piece::Piece;
use super::tally::BrokenPath;
use crate::compile::{Row, Slot};

impl Worker {
    /// Counts paths that have failed since an event could not be simulated in them.
    #[inline(always)]
    pub(super) fn check_events(
        &mut self,
        job: &Job<'_>,
        scenario: ScenarioIndex,
        row: Row,
        piece: &Piece<'_>,
    ) {
        let Some(unusable) = self.additions.unusable() else { return };
        let Some(period) = job.program.timeline.simulated(row) else { return };
        let tally = &mut self.tally[scenario.0];
        for (lane, event) in unusable[..piece.paths].iter().enumerate() {
            let Some(unusable) = event.filter(|event| event.period == period) else { continue };
            if !std::mem::replace(&mut self.bad[lane], true) {
                tally.failed_paths += 1;
                tally.unusable[unusable.event][unusable.fault.place()] += 1;
                let path = piece.first + lane as u64;
                tally.remember(BrokenPath { path, row, event: *event });
            }
        }
    }

    /// Counts values that are not finite.
    #[inline(always)]
    pub(super) fn check(
        &mut self,
        job: &Job<'_>,
        scenario: ScenarioIndex,
        row: Row,
        piece: &Piece<'_>,
    ) {
        let Some(tape) = job.scenario(scenario).tape(row) else { return };
        let Some(period) = job.program.timeline.in_span(row) else { return };
        let indicators = job.program.indicators();
        let all = &job.tapes.computed[tape];
        let changed = self.overlay.looks_at(&job.reach, scenario, row);
        let mut is_finite = true;
        for &indicator in changed.unwrap_or(all) {
            let values = self.memory.values(Slot::series(indicator, 0), row);
            if all_finite(values) {
                continue;
            }
            is_finite = false;
            let tally = &mut self.tally[scenario.0];
            for (lane, value) in values[..piece.paths].iter().enumerate() {
                if value.is_finite() {
                    continue;
                }
                tally.failures[period * indicators + indicator as usize] += 1;
                if !std::mem::replace(&mut self.bad[lane], true) {
                    tally.failed_paths += 1;
                    let path = piece.first + lane as u64;
                    tally.remember(BrokenPath { path, row, event: None });
                }
            }
        }
        self.overlay.found(row, is_finite);
    }
}

/// Are all numbers finite? Without a branch for each.
#[inline(always)]
fn all_finite(values: &[f64]) -> bool {
    const EXPONENT: u64 = 0x7ff0_0000_0000_0000;
    let broken = |value: &f64| u64::from(value.to_bits() & EXPONENT == EXPONENT);
    values.iter().map(broken).fold(0, |any, one| any | one) == 0
}
