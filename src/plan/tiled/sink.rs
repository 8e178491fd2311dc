//! The sink of a tile: it stores a few rows, and what the paths are at their end.

use super::accumulating::Part;
use crate::compile::{Row, Slot};
use crate::ensemble::{Rows, Writing};
use crate::error::Error;
use crate::simulate::{Cell, Chunk, PathBlock, Sink, State};

/// A row of a tile, the indicator that it has, and the factor that leads to another basis.
#[derive(Debug, Clone, Copy)]
pub(super) struct TileRow {
    pub(super) place: usize,
    pub(super) series: Slot,
    pub(super) factor: Option<Slot>,
}

/// Takes the rows of a tile.
#[derive(Debug)]
pub(super) struct TileSink<'a> {
    pub(super) paths: usize,
    /// The first row of the table in the tile.
    pub(super) first: Row,
    /// What is stored, by row of the table.
    pub(super) rows: &'a [Vec<TileRow>],
    /// What of targets is worked out in the tile.
    pub(super) parts: &'a [Part<'a>],
    /// What was kept of the paths at the beginning, and what is kept at the end.
    pub(super) before: &'a [Cell],
    pub(super) after: &'a [Cell],
    pub(super) tile: &'a mut [f64],
    pub(super) state: &'a mut [f64],
    pub(super) failed: &'a mut [bool],
}

/// A chunk of a tile.
struct TileChunk<'a> {
    first: Row,
    rows: &'a [Vec<TileRow>],
    parts: &'a [Part<'a>],
    before: &'a [Cell],
    after: &'a [Cell],
    tile: Rows<'a>,
    state: Rows<'a>,
    failed: &'a mut [bool],
}

impl Sink for TileSink<'_> {
    fn chunks(&mut self, size: usize) -> Vec<Box<dyn Chunk + '_>> {
        let Self { first, rows, parts, before, after, .. } = *self;
        let writing = Writing::of(self.tile.len() + self.state.len());
        let chunk = |failed| {
            let (tile, state) = (Rows::new(writing), Rows::new(writing));
            TileChunk { first, rows, parts, before, after, tile, state, failed }
        };
        let mut chunks: Vec<TileChunk<'_>> = self.failed.chunks_mut(size).map(chunk).collect();
        for row in self.tile.chunks_mut(self.paths.max(1)) {
            row.chunks_mut(size).zip(&mut chunks).for_each(|(part, to)| to.tile.push(part));
        }
        for row in self.state.chunks_mut(self.paths.max(1)) {
            row.chunks_mut(size).zip(&mut chunks).for_each(|(part, to)| to.state.push(part));
        }
        chunks.into_iter().map(|chunk| Box::new(chunk) as Box<dyn Chunk>).collect()
    }
}

impl Chunk for TileChunk<'_> {
    fn begin(&mut self, state: &mut State<'_>) {
        let here = state.offset..state.offset + state.paths;
        for (place, cell) in self.before.iter().enumerate() {
            state.set(*cell, &self.state.row(place)[here.clone()]);
        }
        if self.first > Row::FIRST {
            state.set_failed(&self.failed[here]);
        }
    }

    fn row(&mut self, block: &PathBlock<'_>, row: Row) -> Result<(), Error> {
        let rows = row.since(self.first).and_then(|row| self.rows.get(row));
        let mut tile = self.tile.writer();
        for &TileRow { place, series, factor } in rows.into_iter().flatten() {
            let factors = factor.map(|slot| block.values(slot, Row::FIRST));
            tile.write_times(place, block.offset, block.values(series, row), factors);
        }
        Ok(())
    }

    fn end(&mut self, block: &PathBlock<'_>) -> Result<(), Error> {
        let here = block.offset..block.offset + block.paths;
        let mut saved: Vec<(usize, Vec<f64>)> = Vec::new();
        for part in self.parts {
            let mut numbers = part.run(block, |row| &self.state.row(row)[here.clone()]);
            if let Some(place) = part.headroom {
                part.headroom(block, &numbers, &mut self.tile.row_mut(place)[here.clone()]);
            }
            let saves = part.saves.iter();
            saved.extend(saves.filter_map(|(node, row)| Some((*row, numbers.remove(node)?))));
        }
        let mut state = self.state.writer();
        for (row, numbers) in saved {
            state.write(row, block.offset, &numbers);
        }
        for (place, cell) in self.after.iter().enumerate() {
            state.write(place, block.offset, block.of(*cell));
        }
        self.failed[here].copy_from_slice(block.failed);
        Ok(())
    }
}
