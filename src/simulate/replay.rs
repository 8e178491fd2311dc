//! Draws of a run, worked out again from its seed: nothing of them is stored when it runs.

use std::ops::Range;

use super::RunInfo;
use super::allowance::{FEWER, allow};
use super::block::Worker;
use super::events::begun;
use super::request::Request;
use crate::compile::{Inner, Program, SimulatedPeriod, Slot, Sort, Uncertainty};
use crate::error::Error;
use crate::math::Width;

/// Paths that are worked out side by side.
const LANES: usize = 128;

/// What is worked out again, one number for each path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Draw {
    /// A value fixed within a path, as a scenario has it: its place.
    Path(usize),
    /// The mean of a shock over some simulated periods, as drawn: before scenarios and events.
    Shock(usize, Range<SimulatedPeriod>),
    /// How often an event begins in some simulated periods.
    Event(usize, Range<SimulatedPeriod>),
}

impl Worker {
    /// Numbers of the block that was drawn last.
    pub(crate) fn drawn(&self, program: &Inner, what: &Draw, out: &mut [f64]) {
        match what {
            Draw::Path(k) => {
                let row = self.memory.once(Slot::new(Sort::Path, *k as u32));
                out.copy_from_slice(&row[..out.len()]);
            }
            Draw::Shock(k, range) => {
                let periods = || SimulatedPeriod::within(range);
                for (lane, out) in out.iter_mut().enumerate() {
                    let drawn = periods().map(|period| self.draws.shocks[period.0][*k][lane]);
                    *out = drawn.sum::<f64>() / periods().count() as f64;
                }
            }
            Draw::Event(k, range) => {
                let event = &program.random.events[*k];
                let chance = self.memory.once(event.probability);
                for (lane, out) in out.iter_mut().enumerate() {
                    let drawn = |period: SimulatedPeriod| &self.draws.events[period.0][*k];
                    *out = begun(event.overlap, chance[lane], range.end, |period| {
                        (drawn(period).begin[lane], drawn(period).duration[lane])
                    })
                    .filter(|period| range.contains(period))
                    .count() as f64;
                }
            }
        }
    }
}

/// A value fixed within a path that is drawn: its place, the name of its stream, whether it is a
/// parameter.
pub(crate) type PathValue<'a> = (usize, &'a str, bool);

impl Program {
    /// The values that are drawn once per path in a scenario of a run: none of those that the
    /// scenario or the run makes a number.
    ///
    /// # Errors
    /// An unknown scenario or design.
    pub(crate) fn path_values(
        &self,
        info: &RunInfo,
        scenario: &str,
    ) -> Result<Vec<PathValue<'_>>, Error> {
        let request = Request::new(self, &info.sampling()?)?.of(scenario)?;
        let settings = request.scenarios.iter().flat_map(|scenario| &scenario.path_values);
        let named = self.inner.random.path.iter().zip(settings).enumerate();
        let drawn = named.filter(|(_, (_, setting))| setting.differs());
        let values = drawn
            .map(|(k, (draw, _))| (k, draw.name.as_str(), draw.part == Uncertainty::Parameters));
        Ok(values.collect())
    }

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
        let request = Request::new(self, &info.sampling()?)?.of(scenario)?;
        let (job, paths) = (request.job()?, request.paths);
        allow("the draws", wanted.len() as u128 * paths as u128 * 8, None, FEWER)?;
        let lanes = LANES.min(paths);
        let mut worker = Worker::new(&job, lanes, Width::detect());
        let mut found = vec![vec![0.0; paths]; wanted.len()];
        for first in (0..paths).step_by(lanes) {
            if first % (lanes * 32) == 0 && !watch(first, paths) {
                return Err(Error::interrupted());
            }
            worker.draw(&job, first as u64);
            let count = lanes.min(paths - first);
            for (what, row) in wanted.iter().zip(&mut found) {
                worker.drawn(&self.inner, what, &mut row[first..first + count]);
            }
        }
        Ok(found)
    }
}
