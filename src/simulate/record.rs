//! All numbers of one path, drawn again: what a run had in memory when it computed it.

use super::block::{Central, Worker};
use super::request::Request;
use super::sink::{Chunk, PathBlock};
use super::task::Task;
use crate::compile::{Inner, Row, Slot, Sort};
use crate::error::Error;
use crate::math::Width;

/// Paths that are worked out side by side.
const LANES: usize = 8;

/// The numbers of a path of one scenario, by row.
#[derive(Debug)]
pub(super) struct Record {
    lane: usize,
    /// How many there are of each sort, of those that are kept.
    counts: [(Sort, usize); 4],
    /// `[row][sort][index]`: indicators, shocks as the scenario and events have them, uniforms of
    /// random counts, values fixed within the path.
    rows: Vec<[Vec<f64>; 4]>,
}

const SORTS: [Sort; 4] = [Sort::Series, Sort::Shock, Sort::Count, Sort::Path];

impl Record {
    fn new(program: &Inner, lane: usize) -> Self {
        let count = |sort: Sort| match sort {
            Sort::Series => program.indicators(),
            sort => program.layout[sort as usize] as usize,
        };
        let rows = vec![Default::default(); program.timeline.rows];
        Self { lane, counts: SORTS.map(|sort| (sort, count(sort))), rows }
    }

    /// A number in a row; not-a-number where there is none.
    pub(super) fn number(&self, sort: Sort, index: usize, row: Row) -> f64 {
        let place = SORTS.iter().position(|kept| *kept == sort);
        let row = place.and_then(|place| Some(&self.rows.get(row.0)?[place]));
        row.and_then(|row| row.get(index)).copied().unwrap_or(f64::NAN)
    }
}

impl Chunk for Record {
    fn row(&mut self, block: &PathBlock<'_>, row: Row) -> Result<(), Error> {
        for (kept, (sort, count)) in self.rows[row.0].iter_mut().zip(self.counts) {
            let slot = |k: usize| match sort {
                Sort::Series => Slot::series(k as u32, 0),
                sort => Slot::new(sort, k as u32),
            };
            *kept = (0..count).map(|k| block.values(slot(k), row)[self.lane]).collect();
        }
        Ok(())
    }

    fn end(&mut self, _block: &PathBlock<'_>) -> Result<(), Error> {
        Ok(())
    }
}

impl Request<'_> {
    /// The numbers of one of its paths, of its only scenario.
    ///
    /// # Errors
    /// A path that it does not have; what [`run`](Self::run) refuses.
    pub(super) fn record(&self, path: u64) -> Result<Record, Error> {
        if path >= self.paths as u64 {
            let message =
                format!("there is no path {path} among {}: they count from 0", self.paths);
            return Err(Error::at("path", message));
        }
        let (job, width) = (self.job()?, Width::detect());
        let anchors = width.run(Central { job: &job, width });
        let lanes = LANES.min(self.paths);
        let first_path = path - path % lanes as u64;
        let paths = lanes.min(self.paths - first_path as usize);
        let mut worker = Worker::new(&job, lanes, width);
        let mut thread = self.conditioning.map(|way| way.thread(lanes));
        let mut record = Record::new(&self.program.inner, (path - first_path) as usize);
        width.run(Task {
            worker: &mut worker,
            conditioned: thread.as_deref_mut(),
            job: &job,
            first_path,
            paths,
            chunk: &mut record,
            anchors: &anchors,
        })?;
        Ok(record)
    }
}
