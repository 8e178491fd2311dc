//! Tapes made ready for the memory of a block: every operand says whether it is a number that all
//! paths share or a row of numbers, and where it stands.

use crate::compile::{
    Binary, Block, Inner, Instruction, Layout, Operation, Section, Slot, Sort, Tape, Unary,
};
use crate::sample::Count;

/// Where an operand stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Source {
    /// A number that all paths share.
    Same(u32),
    /// A row that is there once.
    Row(u32),
    /// A row of each period; the row in the first.
    Series(u32),
}

impl Source {
    /// The row; of a series that in the first period.
    pub(crate) fn row(self) -> usize {
        match self {
            Self::Same(row) | Self::Row(row) | Self::Series(row) => row as usize,
        }
    }

    /// The row in the first period, of a series.
    pub(crate) fn series(self) -> Option<usize> {
        match self {
            Self::Series(row) => Some(row as usize),
            Self::Same(_) | Self::Row(_) => None,
        }
    }
}

/// An operation on operands.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Action {
    Copy(Source),
    Unary(Unary, Source),
    Binary(Binary, Source, Source),
    Select(Source, Source, Source),
    Count(Count, Source, Source, Source),
}

/// An operation and where its result goes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Command {
    pub(crate) out: Source,
    pub(crate) action: Action,
}

/// A part of a tape.
#[derive(Debug, Clone)]
pub(crate) enum Segment<'a> {
    Straight(Vec<Command>),
    Block(&'a Block, Vec<Command>),
}

/// The tapes of a program, with the addresses of their operands.
#[derive(Debug)]
pub(crate) struct AddressedTapes<'a> {
    pub(crate) prelude: Vec<Command>,
    /// By number.
    pub(crate) by_number: Vec<Vec<Segment<'a>>>,
    /// For each tape the indicators that it computes.
    pub(crate) computed: Vec<Vec<u32>>,
    /// Path values that are the same in all paths, and results of the prelude that are.
    pub(crate) same: Vec<Slot>,
    /// The first row of the registers.
    registers: u32,
}

impl AddressedTapes<'_> {
    /// Does a tape read what differs between paths beyond the series?
    pub(crate) fn reads_paths(&self, tape: usize) -> bool {
        let registers = self.registers;
        let differs = |source: Source| matches!(source, Source::Row(row) if row < registers);
        self.by_number[tape].iter().any(|part| {
            let (Segment::Straight(steps) | Segment::Block(_, steps)) = part;
            steps.iter().any(|step| step.action.sources().any(differs))
        })
    }
}

impl Action {
    /// What it reads.
    pub(crate) fn sources(&self) -> impl Iterator<Item = Source> + use<> {
        let sources = match *self {
            Self::Copy(a) | Self::Unary(_, a) => [Some(a), None, None],
            Self::Binary(_, a, b) => [Some(a), Some(b), None],
            Self::Select(a, b, c) => [Some(a), Some(b), Some(c)],
            Self::Count(_, u, a, b) => [Some(u), Some(a), Some(b)],
        };
        sources.into_iter().flatten()
    }
}

/// Where the rows of each sort begin, how many rows a period has, and how many periods lie before
/// the first.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Map {
    pub(crate) bases: [usize; Sort::COUNT],
    pub(crate) stride: usize,
    pub(crate) before: usize,
}

impl Map {
    pub(crate) fn new(layout: &Layout, before: usize) -> Self {
        let mut bases = [0; Sort::COUNT];
        let mut total = 0;
        for (base, &count) in bases.iter_mut().zip(layout) {
            *base = total;
            total += count as usize;
        }
        Self { bases, stride: layout[Sort::Series as usize] as usize, before }
    }

    /// The row of a slot; for a series, that in the first period.
    pub(crate) fn row(&self, slot: Slot) -> usize {
        let base = self.bases[slot.sort as usize] + slot.index as usize;
        match slot.sort {
            Sort::Series => base + (self.before - slot.lag as usize) * self.stride,
            _ => base,
        }
    }
}

/// Finds the addresses of tapes of a program: all of its own, or what is left of them.
/// `each` says of a value fixed within a path that is not drawn whether it differs between paths all the
/// same.
pub(crate) fn address<'a>(
    program: &'a Inner,
    tapes: &'a [Tape],
    map: &Map,
    each: impl Fn(usize) -> bool,
) -> AddressedTapes<'a> {
    let mut addressing = Addressing { map, same: vec![false; map.bases[Sort::Register as usize]] };
    let mut same = Vec::new();
    for sort in [Sort::Constant, Sort::Given] {
        let begin = map.bases[sort as usize];
        let end = begin + program.layout[sort as usize] as usize;
        addressing.same[begin..end].fill(true);
    }
    let fixed = program.random.path.iter().enumerate().filter(|(_, draw)| !draw.random);
    for (k, _) in fixed.filter(|(k, _)| !each(*k)) {
        let slot = Slot::new(Sort::Path, k as u32);
        addressing.same[map.row(slot)] = true;
        same.push(slot);
    }
    for instruction in &program.prelude {
        let shared = instruction.operation.slots().all(|slot| addressing.is_same(slot));
        addressing.same[map.row(instruction.out)] = shared;
        same.extend(shared.then_some(instruction.out));
    }
    let indicators = program.indicators() as u32;
    let computed = tapes.iter().map(|tape| computed(tape, indicators)).collect();
    let by_number: Vec<Vec<Segment>> = tapes.iter().map(|tape| addressing.tape(tape)).collect();
    // The prelude works on rows, which numbers that all paths share fill as well.
    let rows = Addressing { map, same: vec![false; addressing.same.len()] };
    AddressedTapes {
        prelude: rows.steps(&program.prelude),
        by_number,
        computed,
        same,
        registers: map.bases[Sort::Register as usize] as u32,
    }
}

/// The indicators that a tape computes.
fn computed(tape: &Tape, indicators: u32) -> Vec<u32> {
    let mut found = Vec::new();
    for section in tape {
        let instructions = match section {
            Section::Straight(instructions) => instructions,
            Section::Block(block) => {
                found.extend(&block.unknowns);
                &block.pass
            }
        };
        let series = instructions.iter().map(|i| i.out).filter(|out| out.sort == Sort::Series);
        found.extend(series.map(|out| out.index).filter(|&index| index < indicators));
    }
    found
}

struct Addressing<'a> {
    map: &'a Map,
    /// Of the rows before the registers: are they the same in all paths?
    same: Vec<bool>,
}

impl Addressing<'_> {
    fn is_same(&self, slot: Slot) -> bool {
        self.same.get(self.map.row(slot)).copied().unwrap_or(false)
    }

    fn source(&self, slot: Slot) -> Source {
        let row = self.map.row(slot) as u32;
        match slot.sort {
            Sort::Series => Source::Series(row),
            _ if self.is_same(slot) => Source::Same(row),
            _ => Source::Row(row),
        }
    }

    fn tape<'a>(&self, tape: &'a Tape) -> Vec<Segment<'a>> {
        let part = |section: &'a Section| match section {
            Section::Straight(instructions) => Segment::Straight(self.steps(instructions)),
            Section::Block(block) => Segment::Block(block, self.steps(&block.pass)),
        };
        tape.iter().map(part).collect()
    }

    fn steps(&self, instructions: &[Instruction]) -> Vec<Command> {
        let s = |slot| self.source(slot);
        let step = |instruction: &Instruction| Command {
            out: s(instruction.out),
            action: match instruction.operation {
                Operation::Copy(a) => Action::Copy(s(a)),
                Operation::Unary(op, a) => Action::Unary(op, s(a)),
                Operation::Binary(op, a, b) => Action::Binary(op, s(a), s(b)),
                Operation::Select(a, b, c) => Action::Select(s(a), s(b), s(c)),
                Operation::Count(count, u, a, b) => Action::Count(count, s(u), s(a), s(b)),
            },
        };
        instructions.iter().map(step).collect()
    }
}
