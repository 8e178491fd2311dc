//! The memory of one block of paths, and the loop that runs a tape over it.

use crate::compile::{Binary, Instruction, Layout, Operation, Slot, Sort, Unary};
use crate::compile::{binary, select, unary};

/// Rows of `lanes` numbers each: the fixed rows sort by sort, then the series period by period.
#[derive(Debug)]
pub(super) struct Memory {
    rows: Vec<Vec<f64>>,
    bases: [usize; Sort::COUNT],
    /// Rows from one period to the next.
    stride: usize,
    /// Periods before the first, in which nothing is known.
    before: usize,
    pub(super) lanes: usize,
}

impl Memory {
    /// `before` periods more than those that are used, for lags that reach before the first.
    pub(super) fn new(layout: &Layout, periods: usize, before: usize, lanes: usize) -> Self {
        let mut bases = [0; Sort::COUNT];
        let mut total = 0;
        for (base, &count) in bases.iter_mut().zip(layout) {
            *base = total;
            total += count as usize;
        }
        let stride = layout[Sort::Series as usize] as usize;
        let total = bases[Sort::Series as usize] + stride * (before + periods);
        Self { rows: vec![vec![f64::NAN; lanes]; total], bases, stride, before, lanes }
    }

    #[inline(always)]
    fn place(&self, slot: Slot, period: usize) -> usize {
        let base = self.bases[slot.sort as usize] + slot.index as usize;
        if slot.sort == Sort::Series {
            base + (self.before + period - slot.lag as usize) * self.stride
        } else {
            base
        }
    }

    #[inline(always)]
    pub(super) fn row(&self, slot: Slot, period: usize) -> &[f64] {
        &self.rows[self.place(slot, period)]
    }

    #[inline(always)]
    pub(super) fn row_mut(&mut self, slot: Slot, period: usize) -> &mut [f64] {
        let place = self.place(slot, period);
        &mut self.rows[place]
    }

    /// Runs a tape in a period. The result row is taken out while its operands are read, so no
    /// row is ever read and written at once.
    #[inline(always)]
    pub(super) fn run(&mut self, tape: &[Instruction], period: usize) {
        for instruction in tape {
            let place = self.place(instruction.out, period);
            let mut out = std::mem::take(&mut self.rows[place]);
            self.compute(&instruction.operation, period, &mut out);
            self.rows[place] = out;
        }
    }

    #[inline(always)]
    fn compute(&self, operation: &Operation, period: usize, out: &mut [f64]) {
        match *operation {
            Operation::Copy(a) => out.copy_from_slice(self.row(a, period)),
            Operation::Unary(op, a) => each_unary(op, self.row(a, period), out),
            Operation::Binary(op, a, b) => {
                each_binary(op, self.row(a, period), self.row(b, period), out);
            }
            Operation::Select(c, a, b) => {
                let (c, a, b) = (self.row(c, period), self.row(a, period), self.row(b, period));
                for (lane, out) in out.iter_mut().enumerate() {
                    *out = select(c[lane], a[lane], b[lane]);
                }
            }
            Operation::Count(count, u, a, b) => {
                let (u, a, b) = (self.row(u, period), self.row(a, period), self.row(b, period));
                count.quantiles(u, a, b, out);
            }
        }
    }
}

/// One loop for each operation, so that the choice is made once per row and not once per path.
macro_rules! loops {
    ($op:expr, $body:ident, [$($case:path),+]) => {
        match $op { $($case => $body!($case),)+ }
    };
}

#[inline(always)]
fn each_unary(op: Unary, a: &[f64], out: &mut [f64]) {
    macro_rules! body {
        ($case:path) => {
            for (out, &a) in out.iter_mut().zip(a) {
                *out = unary($case, a);
            }
        };
    }
    loops!(
        op,
        body,
        [
            Unary::Negate,
            Unary::Not,
            Unary::Exp,
            Unary::Log,
            Unary::Sqrt,
            Unary::Abs,
            Unary::Logit,
            Unary::Expit
        ]
    );
}

#[inline(always)]
fn each_binary(op: Binary, a: &[f64], b: &[f64], out: &mut [f64]) {
    macro_rules! body {
        ($case:path) => {
            for ((out, &a), &b) in out.iter_mut().zip(a).zip(b) {
                *out = binary($case, a, b);
            }
        };
    }
    loops!(
        op,
        body,
        [
            Binary::Add,
            Binary::Subtract,
            Binary::Multiply,
            Binary::Divide,
            Binary::Power,
            Binary::Min,
            Binary::Max,
            Binary::Less,
            Binary::LessEqual,
            Binary::Equal,
            Binary::NotEqual,
            Binary::And,
            Binary::Or
        ]
    );
}
