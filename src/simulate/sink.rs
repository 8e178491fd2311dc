//! What takes the paths of a run, block by block.
//!
//! A sink stores paths, or counts what is met in them, or writes them away. The engine hands each
//! row over as soon as it is computed, and names no sink.

use super::index::ScenarioIndex;
use super::memory::{Cell, Memory};
use crate::compile::{Row, Slot};
use crate::error::Error;

/// What takes the paths of a run.
pub(crate) trait Sink {
    /// Cuts it up for chunks of so many paths, of which the last may have fewer.
    fn chunks(&mut self, size: usize) -> Vec<Box<dyn Chunk + '_>>;
}

/// What takes a chunk of the paths of all scenarios.
pub(crate) trait Chunk: Send {
    /// Puts back what it kept of the paths of a block, where the rows before were computed earlier.
    fn begin(&mut self, _state: &mut State<'_>) {}

    /// Takes a row of a scenario. Rows come in order.
    ///
    /// # Errors
    /// What keeps it from taking the row, such as a full disk: it is handed nothing more of the
    /// scenario, and the run ends with the error.
    fn row(&mut self, block: &PathBlock<'_>, row: Row) -> Result<(), Error>;

    /// Takes a scenario whose rows are all there.
    ///
    /// # Errors
    /// As [`row`](Self::row).
    fn end(&mut self, block: &PathBlock<'_>) -> Result<(), Error>;
}

/// What of a block may be put back before its rows are computed.
#[derive(Debug)]
pub(crate) struct State<'a> {
    pub(super) memory: &'a mut Memory,
    /// In which lanes a number was not finite.
    pub(super) failed: &'a mut [bool],
    /// The place of the first path in the chunk.
    pub(crate) offset: usize,
    /// How many paths.
    pub(crate) paths: usize,
}

impl State<'_> {
    /// Puts the numbers of a cell back. Lanes beyond the paths have those of the last path.
    pub(crate) fn set(&mut self, cell: Cell, values: &[f64]) {
        let row = self.memory.whole_mut(cell.0);
        row[..values.len()].copy_from_slice(values);
        let last = values.last().copied().unwrap_or(f64::NAN);
        row[values.len()..].fill(last);
    }

    /// Says which paths have failed already.
    pub(crate) fn set_failed(&mut self, failed: &[bool]) {
        self.failed[..failed.len()].copy_from_slice(failed);
    }
}

/// The paths of one scenario in one block.
#[derive(Debug)]
pub(crate) struct PathBlock<'a> {
    pub(super) memory: &'a Memory,
    /// Which of the scenarios that run.
    pub(crate) scenario: ScenarioIndex,
    /// The place of the first path in the chunk.
    pub(crate) offset: usize,
    /// How many paths.
    pub(crate) paths: usize,
    /// In which of them a number was not finite so far.
    pub(crate) failed: &'a [bool],
    /// The logarithms of their weights, of paths that are conditioned, once they are all there.
    pub(crate) ln_weights: Option<&'a [f64]>,
}

impl PathBlock<'_> {
    /// The values of a series in a row, or of what is fixed within a path.
    pub(crate) fn values(&self, slot: Slot, row: Row) -> &[f64] {
        &self.memory.values(slot, row)[..self.paths]
    }

    /// The values of a cell.
    pub(crate) fn of(&self, cell: Cell) -> &[f64] {
        &self.memory.whole(cell.0)[..self.paths]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simulate::{Request, Sampling};
    use crate::{Model, Program};

    fn program() -> Program {
        let text = "schema = 1\nname = \"one\"\nperiods = \"2021..2024\"\n\
                    [indicators.x]\nequation = \"x ~ 0\"\n[shocks.x]\nnormal = { sd = 1 }\n";
        Model::from_toml(text).and_then(|model| model.compile()).expect("a model")
    }

    const PATHS: usize = 64;
    const BLOCK: usize = 8;

    /// Refuses from one of its chunks on, in a row or at the end; keeps what it was handed.
    struct Refusing {
        from: usize,
        at: Option<Row>,
        size: usize,
        handed: Vec<Vec<Option<Row>>>,
    }

    struct RefusingChunk<'a> {
        number: usize,
        /// Does it refuse anything?
        refuses: bool,
        at: Option<Row>,
        handed: &'a mut Vec<Option<Row>>,
    }

    impl Sink for Refusing {
        fn chunks(&mut self, size: usize) -> Vec<Box<dyn Chunk + '_>> {
            self.size = size;
            self.handed = vec![Vec::new(); PATHS.div_ceil(size)];
            let (from, at) = (self.from, self.at);
            let chunks = self.handed.iter_mut().enumerate().map(|(number, handed)| {
                Box::new(RefusingChunk { number, refuses: number >= from, at, handed })
                    as Box<dyn Chunk>
            });
            chunks.collect()
        }
    }

    impl RefusingChunk<'_> {
        fn take(&mut self, row: Option<Row>) -> Result<(), Error> {
            self.handed.push(row);
            let full = || Error::memory(format!("chunk {} is full", self.number));
            if self.refuses && self.at == row { Err(full()) } else { Ok(()) }
        }
    }

    impl Chunk for RefusingChunk<'_> {
        fn row(&mut self, _block: &PathBlock<'_>, row: Row) -> Result<(), Error> {
            self.take(Some(row))
        }

        fn end(&mut self, _block: &PathBlock<'_>) -> Result<(), Error> {
            self.take(None)
        }
    }

    #[test]
    fn a_run_ends_with_the_first_error_of_its_sink() {
        let program = program();
        let rows = program.inner.timeline.rows;
        let run = |from: usize, at: Option<Row>, threads: usize| {
            let sampling = Sampling::new(PATHS, 1).with_block(BLOCK).with_threads(threads);
            let request = Request::new(&program, &sampling).expect("a request");
            let mut sink = Refusing { from, at, size: 0, handed: Vec::new() };
            let outcome = request.run(&mut sink, &mut |_, _| true);
            (sink, outcome.map(|_| ()))
        };
        for (from, at) in [(0, Some(Row(0))), (1, Some(Row(2))), (2, None), (usize::MAX, None)] {
            for threads in [1, 2] {
                let (sink, outcome) = run(from, at, threads);
                assert!(sink.handed.len() > 3, "chunks of {} paths", sink.size);
                match outcome {
                    Ok(()) => assert_eq!(from, usize::MAX),
                    Err(error) => assert_eq!(error.to_string(), format!("chunk {from} is full")),
                }
                // A chunk is handed its blocks one after the other, up to what it refuses.
                let block = Row::all(rows).map(Some).chain([None]);
                let all: Vec<_> = std::iter::repeat_n(block, sink.size / BLOCK).flatten().collect();
                for (number, handed) in sink.handed.iter().enumerate() {
                    let last = all.iter().position(|row| number >= from && *row == at);
                    assert_eq!(*handed, all[..last.map_or(all.len(), |last| last + 1)]);
                }
            }
        }
    }
}
