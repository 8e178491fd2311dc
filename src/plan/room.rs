//! The headroom of a target in the paths of a block, as sinks have it that store no path.

use super::headroom::missing;
use super::tape::{Registers, Tape};
use crate::compile::{Measure, Row, Slot};
use crate::ensemble::Frame;
use crate::error::Error;
use crate::period::Period;
use crate::simulate::lanes::Value;
use crate::simulate::{PathBlock, Request};

/// A cell that a target reads.
#[derive(Debug, Clone, Copy)]
pub(super) enum Cell {
    /// In a row of the run, with the factor that leads to another basis.
    Row {
        series: Slot,
        row: Row,
        factor: Option<Slot>,
    },
    Known(f64),
}

impl Cell {
    /// Where an indicator in a period is read.
    ///
    /// # Errors
    /// When the run has not the row.
    pub(super) fn of(
        name: &str,
        period: Period,
        request: &Request<'_>,
        frame: &Frame,
    ) -> Result<Self, Error> {
        let program = &*request.program.inner;
        let first = program.timeline.leading(frame.lead);
        let index = program.model.indicators.get_index_of(name);
        let row = program.timeline.row(period).filter(|row| *row >= first);
        if let (Some(index), Some(row)) = (index, row) {
            let factor = request.basis.and_then(|basis| basis.factor(index as u32));
            return Ok(Self::Row { series: Slot::series(index as u32, 0), row, factor });
        }
        frame.known(name, period).map(Self::Known).ok_or_else(|| missing(name, period))
    }
}

/// The headroom of a target, ready to be worked out for a block.
#[derive(Debug)]
pub(super) struct Room<'a> {
    pub(super) measure: &'a Measure,
    tape: Tape,
    cells: Vec<Cell>,
}

impl<'a> Room<'a> {
    /// # Errors
    /// When the run has not the rows that it needs.
    pub(super) fn new(
        measure: &'a Measure,
        request: &Request<'_>,
        frame: &Frame,
    ) -> Result<Self, Error> {
        let tape = Tape::new(measure, measure.room, measure.target.period.last());
        let cell = |(name, period): &(String, Period)| Cell::of(name, *period, request, frame);
        let cells = tape.cells.iter().map(cell).collect::<Result<_, Error>>()?;
        Ok(Self { measure, tape, cells })
    }

    /// The headroom in the paths of a block.
    pub(super) fn of(&self, block: &PathBlock<'_>, out: &mut [f64]) {
        let converted = |cell: &Cell| match *cell {
            Cell::Row { series, row, factor: Some(factor) } => {
                let values = block.values(series, row).iter().zip(block.values(factor, Row::FIRST));
                Some(values.map(|(value, factor)| value * factor).collect::<Vec<f64>>())
            }
            Cell::Row { .. } | Cell::Known(_) => None,
        };
        let converted: Vec<_> = self.cells.iter().map(converted).collect();
        let mut cells: Vec<Value<'_>> = Vec::with_capacity(self.cells.len());
        for (cell, converted) in self.cells.iter().zip(&converted) {
            cells.push(match (*cell, converted) {
                (Cell::Known(number), _) => Value::Same(number),
                (Cell::Row { .. }, Some(row)) => Value::Row(row),
                (Cell::Row { series, row, .. }, None) => Value::Row(block.values(series, row)),
            });
        }
        self.tape.run(&cells, &mut Registers::new(&self.tape, out.len()), out);
        self.measure.settle(out);
    }
}
