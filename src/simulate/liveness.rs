//! Up to which row the numbers of a path are read: what a run that is simulated stage by stage has to keep
//! from one stage to the next, and no more.

use super::block::Job;
use super::index::ScenarioIndex;
use super::memory::Cell;
use super::operands::{Segment, Source};
use crate::compile::{Row, Slot};

/// For each number that is computed in a path the last row in which it is read.
#[derive(Debug)]
pub(crate) struct Liveness {
    /// The first row of memory that belongs to a series in the first row of the table.
    first: usize,
    /// How many series there are.
    stride: usize,
    /// By row of the table and series: one more than the last row that reads it; 0 where nobody does, or
    /// what stands there is not computed.
    until: Vec<usize>,
    /// By row of the table and series: is it computed?
    computed: Vec<bool>,
}

impl Liveness {
    /// What the tapes of the first scenario of a job read and compute.
    pub(super) fn new(job: &Job<'_>) -> Self {
        let (map, rows) = (&job.map, job.rows);
        let cells = map.stride * rows;
        let first = map.row(Slot::series(0, 0));
        let mut liveness =
            Self { first, stride: map.stride, until: vec![0; cells], computed: vec![false; cells] };
        let scenario = job.scenario(ScenarioIndex::FIRST);
        for row in Row::all(rows) {
            for &(series, _, _) in scenario.exogenised_in(row) {
                liveness.computes(map.row(Slot::series(series, 0)), row);
            }
            let Some(tape) = scenario.tape(row) else { continue };
            for part in &job.tapes.by_number[tape] {
                let (Segment::Straight(steps) | Segment::Block(_, steps)) = part;
                for step in steps {
                    step.action.sources().for_each(|source| liveness.read_by(source, row));
                    if let Source::Series(place) = step.out {
                        liveness.computes(place as usize, row);
                    }
                }
                if let Segment::Block(block, _) = part {
                    for &k in block.unknowns.iter().chain(&block.members) {
                        liveness.computes(map.row(Slot::series(k, 0)), row);
                        // A solution is looked for from that of the row before.
                        liveness.read_by(Source::Series(map.row(Slot::series(k, 1)) as u32), row);
                    }
                }
            }
        }
        liveness
    }

    /// The place of a cell in the lists; none where it lies before the table.
    fn index(&self, place: usize, row: Row) -> Option<usize> {
        (place + row.0 * self.stride).checked_sub(self.first)
    }

    fn computes(&mut self, place: usize, row: Row) {
        if let Some(index) = self.index(place, row) {
            self.computed[index] = true;
        }
    }

    fn read_by(&mut self, source: Source, row: Row) {
        let Source::Series(place) = source else { return };
        if let Some(index) = self.index(place as usize, row) {
            self.until[index] = self.until[index].max(row.0 + 1);
        }
    }

    /// A series in a row is read later too, by whoever wants it when a row is done.
    pub(crate) fn read(&mut self, series: Slot, row: Row, by: Row) {
        let index = series.index as usize + row.0 * self.stride;
        self.until[index] = self.until[index].max(by.0 + 1);
    }

    /// What was computed before a row and is read there or later.
    pub(crate) fn across(&self, row: usize) -> Vec<Cell> {
        let before = self.until.iter().zip(&self.computed).take(row * self.stride).enumerate();
        let read_later = before.filter(|(_, (until, computed))| **computed && **until > row);
        read_later.map(|(index, _)| Cell(self.first + index)).collect()
    }
}
