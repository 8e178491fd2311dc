//! The flat tape: what the engine runs.
//!
//! An [`Instruction`] is one operation on whole rows; a row holds one value for each path of a
//! block. A [`Slot`] says which row.

use super::graph::{Binary, Unary};
use crate::sample::Count;

/// The sorts of rows in the memory of a block, in the order in which they lie there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Sort {
    /// A number.
    Constant,
    /// A column of the scenario's table: changes over periods, the same in all paths.
    Given,
    /// A value fixed within a path.
    Path,
    /// A shock of the current period.
    Shock,
    /// The uniform of a random count of the current period.
    Count,
    /// A result that is fixed within a path.
    Prelude,
    /// An intermediate result.
    Register,
    /// A series, one row for each period: indicators first, then cached transforms of them.
    Series,
}

impl Sort {
    /// How many sorts there are.
    pub(crate) const COUNT: usize = 8;
}

/// Which row: its sort, its place among them, and for a series how many periods ago.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Slot {
    pub(crate) sort: Sort,
    pub(crate) index: u32,
    pub(crate) lag: u32,
}

impl Slot {
    pub(crate) fn new(sort: Sort, index: u32) -> Self {
        Self { sort, index, lag: 0 }
    }

    pub(crate) fn series(index: u32, lag: u32) -> Self {
        Self { sort: Sort::Series, index, lag }
    }
}

/// How many rows of each sort there are; for series, per period.
pub(crate) type Layout = [u32; Sort::COUNT];

/// One operation on rows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Operation {
    Copy(Slot),
    Unary(Unary, Slot),
    Binary(Binary, Slot, Slot),
    Select(Slot, Slot, Slot),
    /// Inversion of the uniform in the first slot.
    Count(Count, Slot, Slot, Slot),
}

impl Operation {
    /// The rows it reads.
    pub(crate) fn slots(&self) -> impl Iterator<Item = Slot> + use<> {
        let slots = match *self {
            Self::Copy(a) | Self::Unary(_, a) => [Some(a), None, None],
            Self::Binary(_, a, b) => [Some(a), Some(b), None],
            Self::Select(a, b, c) | Self::Count(_, a, b, c) => [Some(a), Some(b), Some(c)],
        };
        slots.into_iter().flatten()
    }

    /// The rows it reads, to be renamed.
    pub(super) fn slots_mut(&mut self) -> Vec<&mut Slot> {
        match self {
            Self::Copy(a) | Self::Unary(_, a) => vec![a],
            Self::Binary(_, a, b) => vec![a, b],
            Self::Select(a, b, c) | Self::Count(_, a, b, c) => vec![a, b, c],
        }
    }
}

/// An operation and the row that takes its result; the result row is never an operand.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Instruction {
    pub(crate) out: Slot,
    pub(crate) operation: Operation,
}

/// A sequence of instructions.
pub(crate) type Instructions = Vec<Instruction>;

/// What is computed in a period: instructions, and between them simultaneous blocks.
pub(crate) type Tape = Vec<Section>;

/// A part of a tape.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Section {
    /// Done once.
    Straight(Instructions),
    /// Done until the unknowns do not change any more.
    Block(Block),
}

impl Section {
    /// How many instructions it has.
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Straight(instructions) => instructions.len(),
            Self::Block(block) => block.pass.len(),
        }
    }
}

/// A simultaneous block: given values of its unknowns, a pass computes all else and what the
/// unknowns ought to be.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Block {
    /// Its number among all blocks of the program.
    pub(crate) number: usize,
    /// Every indicator of the block.
    pub(crate) members: Vec<u32>,
    /// One of its cycles, for people: starts and ends with the same indicator.
    pub(crate) cycle: Vec<u32>,
    /// Series that are solved for: the feedback set.
    pub(crate) unknowns: Vec<u32>,
    /// The value that the equation of each unknown gives it.
    pub(crate) results: Vec<Slot>,
    pub(crate) pass: Instructions,
}
