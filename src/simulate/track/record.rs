//! The draws of paths that are held to outturns, worked out again: as the outturns moved them.

use super::Tracked;
use super::guide::Guides;
use crate::compile::{ScenarioProgram, Slot, Sort};
use crate::error::Error;
use crate::math::Width;
use crate::sample::Sampler;
use crate::simulate::RunInfo;
use crate::simulate::block::{Central, Centre, Job, Piece, Worker};
use crate::simulate::draws::Source;
use crate::simulate::record::Recorded;
use crate::simulate::settings::job;

/// Paths that are worked out side by side.
const LANES: usize = 128;

impl Tracked {
    /// Works out draws of a run again, for one of its scenarios.
    ///
    /// # Errors
    /// An unknown scenario or design; a run stopped by `watch`.
    pub(crate) fn record(
        &self,
        info: &RunInfo,
        scenario: &str,
        wanted: &[Recorded],
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Vec<Vec<f64>>, Error> {
        let (program, paths) = (&*self.program.inner, info.paths);
        let design =
            info.design.parse().map_err(|error| Error::at("design", format!("{error}")))?;
        let (rows, ordinals) = self.program.ordinals(program.span.last());
        let dimensions = program.draws.dimensions(ordinals.len()) + self.errors() as u32;
        let usual = Sampler::new(design, info.seed, paths as u64, dimensions)
            .map_err(|error| Error::at("design", error.to_string()))?;
        let source = Source { usual: &usual, other: None, given: None, spy: None };
        let scenarios = vec![self.program.scenario(scenario)?];
        let guides = self.guides(&scenarios, None)?;
        let mut job = job(program, scenarios, source, (ordinals, rows), &[]);
        job.guides = Some(&guides);
        let (lanes, width) = (LANES.min(paths), Width::detect());
        let anchors = width.run(Central { job: &job, width }).pop().unwrap_or_default();
        let mut worker = Worker::new(&job, lanes, width);
        let mut found = vec![vec![0.0; paths]; wanted.len()];
        for first in (0..paths).step_by(lanes) {
            if first % (lanes * 32) == 0 && !watch(first, paths) {
                return Err(Error::interrupted());
            }
            let count = lanes.min(paths - first);
            let begun = first as u64;
            worker.draws.fill(&program.draws, &job.source, &job.ordinals, begun, job.guides);
            let mut nothing = Vec::new();
            let piece = Piece { rows: &mut nothing, offset: 0, count, first: begun };
            let mut look = |worker: &Worker, row: Option<usize>| {
                for (what, out) in wanted.iter().zip(&mut found) {
                    look(worker, &job, what, row, &mut out[first..first + count]);
                }
            };
            worker.run_led(&job, 0, piece, Centre::Follow(&anchors), &guides, &mut look);
        }
        Ok(found)
    }
}

/// Takes a number down: shocks period by period, all else before the first.
fn look(worker: &Worker, job: &Job<'_>, what: &Recorded, row: Option<usize>, out: &mut [f64]) {
    match (what, row) {
        (Recorded::Path(_) | Recorded::Event(..), None) => {
            worker.recorded(job.program, what, out);
        }
        (Recorded::Shock(shock, places), Some(row)) => {
            let place = row.checked_sub(job.program.timeline.begin);
            if let Some(place) = place.filter(|place| places.contains(place)) {
                let share = 1.0 / places.len() as f64;
                for (lane, out) in out.iter_mut().enumerate() {
                    *out += share * worker.drawn(job, job.scenarios[0], (*shock, place), lane);
                }
            }
        }
        _ => {}
    }
}

impl Worker {
    /// A shock of the period at hand before events and the scenario changed it.
    fn drawn(
        &self,
        job: &Job<'_>,
        scenario: &ScenarioProgram,
        (shock, place): (usize, usize),
        lane: usize,
    ) -> f64 {
        let mut draw = self.memory.row(Slot::new(Sort::Shock, shock as u32), 0)[lane];
        if let Ok(k) = self.additions.shocks.binary_search(&(shock as u32)) {
            draw -= self.additions.row(k, place)[lane];
        }
        let mean = job.program.draws.shocks[shock].marginal.mean();
        let row = place + job.program.timeline.begin;
        let changes = scenario.shock_changes.iter().rev();
        for change in changes.filter(|c| c.shock as usize == shock && c.row == row) {
            draw = mean + (draw - change.add - mean) / change.scale;
        }
        draw
    }
}

/// Nothing is looked at.
pub(super) fn blind(_: &Worker, _: Option<usize>) {}

/// Who looks at a block: before its first period, and after each.
pub(super) type Look<'a> = &'a mut dyn FnMut(&Worker, Option<usize>);

impl Worker {
    /// Runs a scenario through the outturns, see [`run_led`](Self::run_led).
    #[inline(always)]
    pub(in crate::simulate) fn run_guided(
        &mut self,
        job: &Job<'_>,
        number: usize,
        piece: Piece<'_, '_>,
        centre: Centre<'_>,
        guides: &Guides,
    ) {
        self.run_led(job, number, piece, centre, guides, &mut blind);
    }
}
