//! The memory of one block of paths, and the loop that runs a tape over it.

use super::lanes::{self, Value};
use super::operands::{Action, Command, Map, Source};
use crate::compile::{Row, Slot, Sort};
use crate::interrupt::look;
use crate::math::{Kernel, Width};

/// A number of a path in the memory of a block: a series in a row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cell(pub(super) usize);

/// Rows of `lanes` numbers each: the fixed rows sort by sort, then the series period by period.
#[derive(Debug)]
pub(crate) struct Memory {
    cells: Vec<f64>,
    /// Numbers that all paths share, by the row that would hold them.
    same: Vec<f64>,
    map: Map,
    pub(crate) width: Width,
    pub(crate) lanes: usize,
}

impl Memory {
    /// For so many rows of the table.
    pub(crate) fn new(map: Map, rows: usize, lanes: usize, width: Width) -> Self {
        let fixed = map.bases[map.bases.len() - 1];
        let total = fixed + map.stride * (map.before + rows);
        Self {
            cells: vec![f64::NAN; total * lanes],
            same: vec![f64::NAN; fixed],
            map,
            width,
            lanes,
        }
    }

    #[inline(always)]
    fn place(&self, slot: Slot, row: Row) -> usize {
        let at = self.map.row(slot);
        let at = if slot.sort == Sort::Series { at + row.0 * self.map.stride } else { at };
        at * self.lanes
    }

    /// The values of a series in a row of the table, or of what is there once.
    #[inline(always)]
    pub(crate) fn values(&self, slot: Slot, row: Row) -> &[f64] {
        let index = self.place(slot, row);
        &self.cells[index..index + self.lanes]
    }

    /// The values of a series in a row of the table, or of what is there once, to be set.
    #[inline(always)]
    pub(crate) fn values_mut(&mut self, slot: Slot, row: Row) -> &mut [f64] {
        let index = self.place(slot, row);
        &mut self.cells[index..index + self.lanes]
    }

    /// A row by its place among all.
    pub(super) fn whole(&self, row: usize) -> &[f64] {
        &self.cells[row * self.lanes..][..self.lanes]
    }

    /// A row by its place among all, to be set.
    pub(super) fn whole_mut(&mut self, row: usize) -> &mut [f64] {
        &mut self.cells[row * self.lanes..][..self.lanes]
    }

    /// The values of what is there once, and not in each row of the table.
    #[inline(always)]
    pub(crate) fn once(&self, slot: Slot) -> &[f64] {
        self.values(slot, Row::FIRST)
    }

    /// The values of what is there once, to be set.
    #[inline(always)]
    pub(crate) fn once_mut(&mut self, slot: Slot) -> &mut [f64] {
        self.values_mut(slot, Row::FIRST)
    }

    #[inline(always)]
    fn place_of(&self, source: Source, row: Row) -> usize {
        let shift = if source.series().is_some() { row.0 * self.map.stride } else { 0 };
        (source.row() + shift) * self.lanes
    }

    /// The row of an operand.
    pub(super) fn at(&self, source: Source, row: Row) -> &[f64] {
        let index = self.place_of(source, row);
        &self.cells[index..index + self.lanes]
    }

    pub(super) fn at_mut(&mut self, source: Source, row: Row) -> &mut [f64] {
        let index = self.place_of(source, row);
        &mut self.cells[index..index + self.lanes]
    }

    /// A memory for one period of one path, in so many lanes.
    pub(super) fn of_one(&self, lanes: usize) -> Self {
        Self::new(self.map, 1, lanes, self.width)
    }

    /// Takes over from a lane of another memory, in a period of it, what all paths share and some
    /// rows.
    pub(super) fn take(&mut self, other: &Self, lane: usize, row: Row, rows: &[Source]) {
        self.same.copy_from_slice(&other.same);
        for &source in rows {
            let value = other.at(source, row)[lane];
            self.at_mut(source, Row::FIRST).fill(value);
        }
    }

    /// The operand that a slot is.
    pub(super) fn source(&self, slot: Slot) -> Source {
        let row = self.map.row(slot) as u32;
        match slot.sort {
            crate::compile::Sort::Series => Source::Series(row),
            _ => Source::Row(row),
        }
    }

    /// Sets a number that all paths share, in its row too.
    pub(crate) fn set_same(&mut self, slot: Slot, value: f64) {
        self.same[self.map.row(slot)] = value;
        self.once_mut(slot).fill(value);
    }

    /// Sets numbers that all paths share, which lie next to each other.
    pub(crate) fn set_all_same(&mut self, first: Slot, values: &[f64]) {
        let begin = self.map.row(first);
        self.same[begin..begin + values.len()].copy_from_slice(values);
    }

    /// Takes over a number that all paths share from its row.
    pub(crate) fn share(&mut self, slot: Slot) {
        self.same[self.map.row(slot)] = self.once(slot)[0];
    }

    /// Runs a tape in a row of the table.
    pub(crate) fn run(&mut self, steps: &[Command], row: Row) {
        look();
        let width = self.width;
        width.run(Run { memory: self, steps, row });
    }
}

/// A tape to be run.
struct Run<'a> {
    memory: &'a mut Memory,
    steps: &'a [Command],
    row: Row,
}

impl Kernel for Run<'_> {
    type Output = ();

    /// The memory is cut at the row of the result, so that no row is read and written at once.
    #[inline(always)]
    fn run(self) {
        let Memory { cells, same, map, lanes, .. } = self.memory;
        let (lanes, shift) = (*lanes, self.row.0 * map.stride);
        for step in self.steps {
            let out = match step.out {
                Source::Series(row) => row as usize + shift,
                Source::Row(row) | Source::Same(row) => row as usize,
            };
            let (before, rest) = cells.split_at_mut(out * lanes);
            let (out_row, after) = rest.split_at_mut(lanes);
            let rows = Rows { before, after, out, same, shift, lanes };
            compute(&step.action, &rows, out_row);
        }
    }
}

/// All rows but that of the result.
struct Rows<'a> {
    before: &'a [f64],
    after: &'a [f64],
    out: usize,
    same: &'a [f64],
    shift: usize,
    lanes: usize,
}

impl Rows<'_> {
    #[inline(always)]
    fn value(&self, source: Source) -> Value<'_> {
        match source {
            Source::Same(index) => Value::Same(self.same[index as usize]),
            Source::Row(row) => Value::Row(self.row(row as usize)),
            Source::Series(row) => Value::Row(self.row(row as usize + self.shift)),
        }
    }

    #[inline(always)]
    fn row(&self, row: usize) -> &[f64] {
        if row < self.out {
            &self.before[row * self.lanes..][..self.lanes]
        } else {
            &self.after[(row - self.out - 1) * self.lanes..][..self.lanes]
        }
    }

    fn copied(&self, source: Source) -> Vec<f64> {
        let value = self.value(source);
        (0..self.lanes).map(|lane| value.at(lane)).collect()
    }
}

#[inline(always)]
fn compute(action: &Action, rows: &Rows<'_>, out: &mut [f64]) {
    match *action {
        Action::Copy(a) => lanes::copy(rows.value(a), out),
        Action::Unary(op, a) => lanes::apply_unary(op, rows.value(a), out),
        Action::Binary(op, a, b) => lanes::apply_binary(op, rows.value(a), rows.value(b), out),
        Action::Select(c, a, b) => {
            lanes::apply_select(rows.value(c), rows.value(a), rows.value(b), out);
        }
        Action::Count(count, u, a, b) => {
            let (u, a, b) = (rows.copied(u), rows.copied(a), rows.copied(b));
            count.quantiles(&u, &a, &b, out);
        }
    }
}
