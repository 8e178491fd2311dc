//! Which series two tapes compute by the same instructions from the same rows (value numbering).

use std::collections::{HashMap, HashSet};

use super::operands::{Action, AddressedTapes, Segment, Source};
use crate::compile::{Binary, Unary};
use crate::sample::Count;

/// Expressions by number: equal ones have one.
#[derive(Debug, Default)]
pub(super) struct Expressions {
    leaves: HashMap<Source, u32>,
    made: HashMap<(Kind, [u32; 3]), u32>,
    count: u32,
    /// By tape: the expression of each series, by its row of memory in the first period.
    of_tape: HashMap<usize, HashMap<u32, u32>>,
}

/// An operation, without its operands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Copy,
    Unary(Unary),
    Binary(Binary),
    Select,
    Count(Count),
}

impl Kind {
    fn of(action: &Action) -> Self {
        match action {
            Action::Copy(_) => Self::Copy,
            Action::Unary(op, _) => Self::Unary(*op),
            Action::Binary(op, ..) => Self::Binary(*op),
            Action::Select(..) => Self::Select,
            Action::Count(count, ..) => Self::Count(*count),
        }
    }
}

impl Expressions {
    /// The series that a tape does not compute as another one does. What is solved for is another
    /// expression in every tape.
    pub(super) fn differing(
        &mut self,
        tapes: &AddressedTapes<'_>,
        tape: usize,
        other: usize,
    ) -> HashSet<u32> {
        let is_new = |tape: &usize| !self.of_tape.contains_key(tape);
        let new: Vec<usize> = [tape, other].into_iter().filter(is_new).collect();
        for tape in new {
            let found = self.series(&tapes.by_number[tape]);
            self.of_tape.insert(tape, found);
        }
        let (ours, theirs) = (&self.of_tape[&tape], &self.of_tape[&other]);
        let differ = ours.iter().filter(|(series, number)| theirs.get(series) != Some(number));
        differ.map(|(series, _)| *series).collect()
    }

    fn series(&mut self, tape: &[Segment<'_>]) -> HashMap<u32, u32> {
        let (mut now, mut found) = (HashMap::new(), HashMap::new());
        for segment in tape {
            match segment {
                Segment::Straight(steps) => {
                    for step in steps {
                        let mut operands = [u32::MAX; 3];
                        for (operand, source) in operands.iter_mut().zip(step.action.sources()) {
                            *operand = match now.get(&source) {
                                Some(number) => *number,
                                None => self.leaf(source),
                            };
                        }
                        let number = self.number((Kind::of(&step.action), operands));
                        let _ = match step.out {
                            Source::Series(series) => found.insert(series, number),
                            Source::Row(_) | Source::Same(_) => now.insert(step.out, number),
                        };
                    }
                }
                Segment::Block(_, pass) => {
                    for step in pass {
                        self.count += 1;
                        let _ = match step.out {
                            Source::Series(series) => found.insert(series, self.count),
                            Source::Row(_) | Source::Same(_) => now.insert(step.out, self.count),
                        };
                    }
                }
            }
        }
        found
    }

    fn leaf(&mut self, source: Source) -> u32 {
        let (leaves, count) = (&mut self.leaves, &mut self.count);
        *leaves.entry(source).or_insert_with(|| {
            *count += 1;
            *count
        })
    }

    fn number(&mut self, key: (Kind, [u32; 3])) -> u32 {
        let (made, count) = (&mut self.made, &mut self.count);
        *made.entry(key).or_insert_with(|| {
            *count += 1;
            *count
        })
    }
}
