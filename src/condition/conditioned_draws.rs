//! The draws of paths that are conditioned on outturns, worked out again: as the outturns moved them.

use std::ops::Range;

use super::tracked::Tracked;
use crate::compile::{Row, SimulatedPeriod, Slot, Sort};
use crate::error::Error;
use crate::simulate::{Draw, Job, Request, RunInfo, ScenarioIndex, Worker};

impl Tracked {
    /// Works out draws of a run again, for one of its scenarios.
    ///
    /// # Errors
    /// An unknown scenario or design; a run stopped by `watch`.
    pub(crate) fn drawn(
        &self,
        info: &RunInfo,
        scenario: &str,
        wanted: &[Draw],
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Vec<Vec<f64>>, Error> {
        let request = Request::new(&self.program, &info.sampling()?)?.of(scenario)?;
        self.settled(request, |request, proposals| {
            let mut found = vec![vec![0.0; info.paths]; wanted.len()];
            let mut spectator =
                |worker: &Worker, job: &Job<'_>, row: Option<Row>, paths: Range<usize>| {
                    for (what, out) in wanted.iter().zip(&mut found) {
                        take_down(worker, job, what, row, &mut out[paths.clone()]);
                    }
                };
            proposals.each_block(request, info.paths, watch, &mut spectator, &mut |_, _| {})?;
            Ok(found)
        })
    }
}

/// Takes a number down: shocks period by period, all else before the first.
fn take_down(worker: &Worker, job: &Job<'_>, what: &Draw, row: Option<Row>, out: &mut [f64]) {
    match (what, row) {
        (Draw::Path(_) | Draw::Event(..), None) => {
            worker.drawn(job.program, what, out);
        }
        (Draw::Shock(shock, periods), Some(row)) => {
            let period = job.program.timeline.simulated(row);
            if let Some(period) = period.filter(|period| periods.contains(period)) {
                let share = 1.0 / SimulatedPeriod::within(periods).count() as f64;
                for (lane, out) in out.iter_mut().enumerate() {
                    *out += share * drawn(worker, job, (*shock, period), lane);
                }
            }
        }
        _ => {}
    }
}

/// A shock of the period at hand before events and the scenario changed it.
fn drawn(
    worker: &Worker,
    job: &Job<'_>,
    (shock, period): (usize, SimulatedPeriod),
    lane: usize,
) -> f64 {
    let mut draw = worker.memory.once(Slot::new(Sort::Shock, shock as u32))[lane];
    if let Ok(k) = worker.additions.shocks.binary_search(&(shock as u32)) {
        draw -= worker.additions.row(k, period)[lane];
    }
    let mean = job.program.random.shocks[shock].marginal.mean();
    let row = job.program.timeline.row_of(period);
    let changes = job.scenario(ScenarioIndex::FIRST).shock_changes.iter().rev();
    for change in changes.filter(|c| c.shock as usize == shock && c.row == row) {
        draw = mean + (draw - change.add - mean) / change.scale;
    }
    draw
}
