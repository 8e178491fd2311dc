//! A run of one scenario stage by stage: all paths through some rows, then all of them through the next.

use std::ops::Range;

use super::block::{Anchors, Job};
use super::liveness::Liveness;
use super::request::Request;
use super::run::{self, Outcome};
use super::sink::Sink;
use super::tally::Tally;
use crate::compile::Slot;
use crate::error::Error;

/// A run of one scenario whose rows are computed stage by stage. The sink of a stage keeps what
/// [`Liveness::across`] says at its end, and puts it back where the next begins. The numbers are those of the
/// run that computes all rows of a block at once: random numbers are a function of path and period, and
/// those of events and of places in lists that go on are drawn again.
#[derive(Debug)]
pub(crate) struct Staged<'a> {
    request: &'a Request<'a>,
    job: Job<'a>,
    anchors: Vec<Anchors>,
    tallies: Vec<Tally>,
}

impl<'a> Staged<'a> {
    /// Of a request for one scenario whose paths have no weights.
    ///
    /// # Errors
    /// More random numbers than the design has dimensions.
    pub(crate) fn new(request: &'a Request<'a>) -> Result<Self, Error> {
        let job = request.job()?;
        let anchors = run::anchors(&job);
        Ok(Self { request, job, anchors, tallies: Vec::new() })
    }

    /// What is read in which rows.
    pub(crate) fn liveness(&self) -> Liveness {
        Liveness::new(&self.job)
    }

    /// How many rows there are.
    pub(crate) fn rows(&self) -> usize {
        self.job.rows
    }

    /// How many bytes a thread needs for its block.
    pub(crate) fn bytes_of_thread(&self) -> usize {
        let Job { map, program, rows, .. } = &self.job;
        let lanes = self.request.which().lanes.unwrap_or_else(|| self.job.fitting_lanes());
        let random = &program.random;
        let sizes = random.events.iter().map(|event| 3 + 2 * event.sizes.len()).sum::<usize>();
        let drawn = random.shocks.len() + random.counts.len() + sizes;
        let numbers = map.row(Slot::series(0, 0)) + map.stride * rows + random.path.len();
        (numbers + drawn * program.timeline.simulated_in(*rows)) * lanes * size_of::<f64>()
    }

    /// Runs all paths through the rows that come next.
    ///
    /// # Errors
    /// What the sink refuses; a run stopped by `watch`.
    pub(crate) fn run(
        &mut self,
        rows: Range<usize>,
        sink: &mut dyn Sink,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<(), Error> {
        self.job.stage = rows;
        let on = (&self.job, &self.anchors[..]);
        let tallies = run::pass(on, None, &self.request.which(), sink, watch)?;
        if self.tallies.is_empty() {
            self.tallies = tallies;
        } else {
            self.tallies.iter_mut().zip(tallies).for_each(|(sum, tally)| sum.add(tally));
        }
        Ok(())
    }

    /// What went wrong in all rows.
    pub(crate) fn finish(mut self) -> Option<Outcome> {
        self.job.stage = 0..self.job.rows;
        run::outcomes(&self.job, &self.anchors, self.tallies).pop()
    }
}
