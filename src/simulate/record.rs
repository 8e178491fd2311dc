//! Draws of a run, worked out again from its seed: nothing of them is stored when it runs.

use std::ops::Range;

use super::block::Worker;
use super::checked_paths;
use super::draws::Source;
use super::settings::job;
use crate::compile::{Part, Program};
use crate::error::Error;
use crate::math::Width;
use crate::sample::Sampler;
use crate::simulate::RunInfo;

/// What is worked out again, one number for each path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Recorded {
    /// A value fixed within a path, as a scenario has it: its place.
    Path(usize),
    /// The mean of a shock over some simulated periods, as drawn: before scenarios and events.
    Shock(usize, Range<usize>),
    /// How often an event begins in some simulated periods.
    Event(usize, Range<usize>),
}

/// A value fixed within a path that is drawn: its place, the name of its stream, whether it is a
/// parameter.
pub(crate) type PathValue<'a> = (usize, &'a str, bool);

impl Program {
    /// The values that are drawn once per path.
    pub(crate) fn path_values(&self) -> impl Iterator<Item = PathValue<'_>> {
        let drawn = self.inner.draws.path.iter().enumerate().filter(|(_, draw)| draw.random);
        drawn.map(|(k, draw)| (k, draw.name.as_str(), draw.part == Part::Parameters))
    }

    /// How many periods before the span are simulated too.
    pub(crate) fn early(&self) -> usize {
        self.inner.timeline.first - self.inner.timeline.begin
    }

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
        let program = &*self.inner;
        let paths = checked_paths(info.paths)?;
        let design =
            info.design.parse().map_err(|error| Error::at("design", format!("{error}")))?;
        let timeline = &program.timeline;
        let ordinals: Vec<u32> = (timeline.begin..timeline.rows)
            .map(|row| timeline.period(row).ordinal().max(0) as u32)
            .collect();
        let dimensions = program.draws.dimensions(ordinals.len());
        let usual = Sampler::new(design, info.seed, paths as u64, dimensions)
            .map_err(|error| Error::at("design", error.to_string()))?;
        let source = Source { usual: &usual, other: None, given: None, spy: None };
        let scenarios = vec![self.scenario(scenario)?];
        let rows = timeline.rows;
        let job = job(program, scenarios, source, (ordinals, rows), &[]);
        let lanes = 128.min(paths);
        let mut worker = Worker::new(&job, lanes, Width::detect());
        let mut found = vec![vec![0.0; paths]; wanted.len()];
        for first in (0..paths).step_by(lanes) {
            if first % (lanes * 32) == 0 && !watch(first, paths) {
                return Err(Error::interrupted());
            }
            worker.draw(&job, first as u64);
            let count = lanes.min(paths - first);
            for (what, row) in wanted.iter().zip(&mut found) {
                worker.recorded(program, what, &mut row[first..first + count]);
            }
        }
        Ok(found)
    }
}
