//! The memory of one block of paths, and the loop that runs a tape over it.

use super::lanes::{self, Value};
use super::link::{Action, Map, Source, Step};
use crate::compile::Slot;
use crate::math::{Kernel, Width};
use crate::sample::Count;

/// Rows of `lanes` numbers each: the fixed rows sort by sort, then the series period by period.
#[derive(Debug)]
pub(super) struct Memory {
    cells: Vec<f64>,
    /// Numbers that all paths share, by the row that would hold them.
    same: Vec<f64>,
    map: Map,
    width: Width,
    pub(super) lanes: usize,
    /// Counts that are set instead of drawn.
    pub(super) forced: Vec<Forced>,
}

/// A count that an observation says.
#[derive(Debug, Clone)]
pub(super) struct Forced {
    /// Which uniform it would be drawn from.
    pub(super) draw: u32,
    /// Is it set? Else it is drawn, and kept here.
    pub(super) is_set: bool,
    pub(super) values: Vec<f64>,
    /// What it is drawn from, as found when it was last computed.
    pub(super) count: Option<Count>,
    pub(super) a: Vec<f64>,
    pub(super) b: Vec<f64>,
}

impl Memory {
    /// For so many periods.
    pub(super) fn new(map: Map, periods: usize, lanes: usize, width: Width) -> Self {
        let fixed = map.bases[map.bases.len() - 1];
        let total = fixed + map.stride * (map.before + periods);
        Self {
            cells: vec![f64::NAN; total * lanes],
            same: vec![f64::NAN; fixed],
            map,
            width,
            lanes,
            forced: Vec::new(),
        }
    }

    #[inline(always)]
    fn place(&self, slot: Slot, period: usize) -> usize {
        let row = self.map.row(slot);
        let row = if slot.sort == crate::compile::Sort::Series {
            row + period * self.map.stride
        } else {
            row
        };
        row * self.lanes
    }

    #[inline(always)]
    pub(super) fn row(&self, slot: Slot, period: usize) -> &[f64] {
        let place = self.place(slot, period);
        &self.cells[place..place + self.lanes]
    }

    #[inline(always)]
    pub(super) fn row_mut(&mut self, slot: Slot, period: usize) -> &mut [f64] {
        let place = self.place(slot, period);
        &mut self.cells[place..place + self.lanes]
    }

    /// Sets a number that all paths share, in its row too.
    pub(super) fn set_same(&mut self, slot: Slot, value: f64) {
        self.same[self.map.row(slot)] = value;
        self.row_mut(slot, 0).fill(value);
    }

    /// Sets numbers that all paths share, which lie next to each other.
    pub(super) fn set_all_same(&mut self, first: Slot, values: &[f64]) {
        let begin = self.map.row(first);
        self.same[begin..begin + values.len()].copy_from_slice(values);
    }

    /// Takes over a number that all paths share from its row.
    pub(super) fn share(&mut self, slot: Slot) {
        self.same[self.map.row(slot)] = self.row(slot, 0)[0];
    }

    /// Runs a tape in a period.
    pub(super) fn run(&mut self, steps: &[Step], period: usize) {
        let width = self.width;
        width.run(Run { memory: self, steps, period });
    }
}

/// A tape to be run.
struct Run<'a> {
    memory: &'a mut Memory,
    steps: &'a [Step],
    period: usize,
}

impl Kernel for Run<'_> {
    type Output = ();

    /// The memory is cut at the row of the result, so that no row is read and written at once.
    #[inline(always)]
    fn run(self) {
        let Memory { cells, same, map, lanes, forced, .. } = self.memory;
        let counts = map.bases[crate::compile::Sort::Count as usize];
        let (lanes, shift) = (*lanes, self.period * map.stride);
        for step in self.steps {
            let out = match step.out {
                Source::Series(row) => row as usize + shift,
                Source::Row(row) | Source::Same(row) => row as usize,
            };
            let (before, rest) = cells.split_at_mut(out * lanes);
            let (out_row, after) = rest.split_at_mut(lanes);
            let rows = Rows { before, after, out, same, shift, lanes };
            compute(&step.action, &rows, out_row);
            if !forced.is_empty() {
                force(forced, &step.action, &rows, counts, out_row);
            }
        }
    }
}

/// Sets a count that an observation says, or keeps it.
#[inline(never)]
fn force(forced: &mut [Forced], action: &Action, rows: &Rows<'_>, counts: usize, out: &mut [f64]) {
    let Action::Count(count, Source::Row(u), a, b) = *action else { return };
    let Some(forced) = forced.iter_mut().find(|f| counts + f.draw as usize == u as usize) else {
        return;
    };
    if forced.is_set {
        out.copy_from_slice(&forced.values);
    } else {
        forced.values.copy_from_slice(out);
    }
    let (a, b) = (rows.value(a), rows.value(b));
    for lane in 0..out.len() {
        (forced.a[lane], forced.b[lane]) = (a.at(lane), b.at(lane));
    }
    forced.count = Some(count);
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
            Source::Same(place) => Value::Same(self.same[place as usize]),
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
