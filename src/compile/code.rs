//! From nodes to instructions.
//!
//! A [`Coder`] writes the tape of one set of equations. What is constant, what changes over periods
//! only and what is fixed within a path is shared by all tapes of a program: see [`Shared`].

use std::collections::{HashMap, HashSet};

use indexmap::IndexSet;

use super::graph::{Extent, Graph, Node, NodeId};
use super::tape::{Block, Instruction, Instructions, Operation, Section, Slot, Sort, Tape};
use crate::interrupt::look;

/// What the tapes of a program share.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Numbers, by their bits.
    constants: IndexSet<u64>,
    /// Nodes whose values are columns of the scenarios' tables.
    pub(super) columns: IndexSet<NodeId>,
    prelude: HashMap<NodeId, Slot>,
    pub(super) prelude_tape: Instructions,
    /// Simultaneous blocks so far.
    blocks: usize,
}

impl Shared {
    pub(super) fn constants(&self) -> Vec<f64> {
        self.constants.iter().map(|&bits| f64::from_bits(bits)).collect()
    }

    pub(super) fn prelude_rows(&self) -> u32 {
        self.prelude.len() as u32
    }

    /// The row of a node that does not change over both paths and periods.
    pub(super) fn slot(&mut self, graph: &Graph, node: NodeId) -> Option<Slot> {
        match graph.extent(node) {
            Extent::Constant => {
                let bits = graph.value(node)?.to_bits();
                Some(Slot::new(Sort::Constant, self.constants.insert_full(bits).0 as u32))
            }
            Extent::Period => Some(Slot::new(Sort::Given, self.columns.insert_full(node).0 as u32)),
            Extent::Path => self.path_slot(graph, node),
            Extent::Both => None,
        }
    }

    fn path_slot(&mut self, graph: &Graph, node: NodeId) -> Option<Slot> {
        if let Node::Parameter(index) = graph.get(node) {
            return Some(Slot::new(Sort::Path, index));
        }
        if let Some(&slot) = self.prelude.get(&node) {
            return Some(slot);
        }
        let operation = operation(graph, node, &mut |part| self.slot(graph, part))?;
        let out = Slot::new(Sort::Prelude, self.prelude.len() as u32);
        self.prelude.insert(node, out);
        self.prelude_tape.push(Instruction { out, operation });
        Some(out)
    }
}

/// The operation of a node whose operands are found by `slot`; none for leaves.
fn operation(
    graph: &Graph,
    node: NodeId,
    slot: &mut impl FnMut(NodeId) -> Option<Slot>,
) -> Option<Operation> {
    Some(match graph.get(node) {
        Node::Unary(op, a) => Operation::Unary(op, slot(a)?),
        Node::Binary(op, a, b) => Operation::Binary(op, slot(a)?, slot(b)?),
        Node::Select(c, a, b) => Operation::Select(slot(c)?, slot(a)?, slot(b)?),
        Node::Count { count, draw, a, b } => {
            Operation::Count(count, Slot::new(Sort::Count, draw), slot(a)?, slot(b)?)
        }
        _ => return None,
    })
}

/// Writes one tape.
#[derive(Debug)]
pub(super) struct Coder<'a> {
    graph: &'a Graph,
    shared: &'a mut Shared,
    /// Nodes that are known to equal another one, which is computed anyway.
    aliases: HashMap<NodeId, NodeId>,
    /// Series rows in which a node's value is wanted.
    homes: HashMap<NodeId, Slot>,
    places: HashMap<NodeId, Slot>,
    tape: Tape,
    /// The instructions of the section that is being written.
    section: Instructions,
    registers: u32,
}

impl<'a> Coder<'a> {
    pub(super) fn new(
        graph: &'a Graph,
        shared: &'a mut Shared,
        aliases: HashMap<NodeId, NodeId>,
    ) -> Self {
        let (homes, places) = (HashMap::new(), HashMap::new());
        let (tape, section) = (Tape::new(), Instructions::new());
        Self { graph, shared, aliases, homes, places, tape, section, registers: 0 }
    }

    fn resolve(&self, node: NodeId) -> NodeId {
        self.aliases.get(&node).copied().unwrap_or(node)
    }

    /// Asks for the value of a node in the row of a series, wherever it is computed first.
    pub(super) fn settle(&mut self, node: NodeId, slot: Slot) {
        let node = self.resolve(node);
        self.homes.entry(node).or_insert(slot);
    }

    /// Computes a node into the row of a series.
    pub(super) fn store(&mut self, node: NodeId, slot: Slot) {
        self.settle(node, slot);
        let place = self.place(node);
        if place != slot {
            self.section.push(Instruction { out: slot, operation: Operation::Copy(place) });
        }
    }

    /// The row that holds the value of a node, computing it when it is not there yet.
    fn place(&mut self, node: NodeId) -> Slot {
        let node = self.resolve(node);
        if let Some(slot) = self.shared.slot(self.graph, node) {
            return slot;
        }
        if let Some(&slot) = self.places.get(&node) {
            return slot;
        }
        match self.graph.get(node) {
            Node::Load { series, lag } => return Slot::series(series, lag),
            Node::Shock(shock) => return Slot::new(Sort::Shock, shock),
            _ => {}
        }
        let graph = self.graph;
        let found = operation(graph, node, &mut |part| Some(self.place(part)));
        let out = self.homes.get(&node).copied().unwrap_or_else(|| {
            self.registers += 1;
            Slot::new(Sort::Register, self.registers - 1)
        });
        if let Some(operation) = found {
            self.section.push(Instruction { out, operation });
        }
        self.places.insert(node, out);
        out
    }

    /// Writes a simultaneous block: series and roots of its members that a pass computes in order,
    /// and of those that are solved for.
    pub(super) fn solve(
        &mut self,
        order: &[(u32, NodeId)],
        unknowns: &[(u32, NodeId)],
        cycle: Vec<u32>,
    ) {
        let members: Vec<u32> = order.iter().chain(unknowns).map(|(series, _)| *series).collect();
        let inside: HashSet<u32> = members.iter().copied().collect();
        let mut changing = HashMap::new();
        for &(_, root) in order.iter().chain(unknowns) {
            self.hoist(root, &inside, &mut changing);
        }
        self.end_section();
        for &(series, root) in order {
            look();
            self.store(root, Slot::series(series, 0));
        }
        let results = unknowns.iter().map(|&(_, root)| self.place(root)).collect();
        let pass = std::mem::take(&mut self.section);
        let number = self.shared.blocks;
        self.shared.blocks += 1;
        let unknowns = unknowns.iter().map(|(series, _)| *series).collect();
        self.tape.push(Section::Block(Block { number, members, cycle, unknowns, results, pass }));
    }

    /// Computes what does not change while the block is solved before it is solved. Says whether
    /// the node itself changes.
    fn hoist(
        &mut self,
        node: NodeId,
        inside: &HashSet<u32>,
        changing: &mut HashMap<NodeId, bool>,
    ) -> bool {
        let node = self.resolve(node);
        if let Some(&known) = changing.get(&node) {
            return known;
        }
        let graph = self.graph;
        let changes = if let Node::Load { series, lag } = graph.get(node) {
            lag == 0 && inside.contains(&series)
        } else {
            let parts: Vec<(NodeId, bool)> = graph
                .operands(node)
                .map(|part| (part, self.hoist(part, inside, changing)))
                .collect();
            let any = parts.iter().any(|(_, changes)| *changes);
            for (part, _) in parts.into_iter().filter(|(_, changes)| any && !changes) {
                self.place(part);
            }
            any
        };
        changing.insert(node, changes);
        changes
    }

    fn end_section(&mut self) {
        if !self.section.is_empty() {
            self.tape.push(Section::Straight(std::mem::take(&mut self.section)));
        }
    }

    /// The tape, with as few registers as it needs, and how many that is.
    pub(super) fn finish(mut self) -> (Tape, u32) {
        self.end_section();
        share_registers(self.tape, self.registers as usize)
    }
}

/// When each register is read for the last time, counting instructions. What a block reads from
/// before it, and its results, are needed until its end: it is done again and again.
fn last_uses(tape: &mut Tape, registers: usize) -> Vec<usize> {
    let (mut last, mut born) = (vec![0; registers], vec![0; registers]);
    let mut at = 0;
    for section in tape {
        look();
        let (instructions, results) = match section {
            Section::Straight(instructions) => (instructions, None),
            Section::Block(block) => (&mut block.pass, Some(&block.results)),
        };
        let (begin, end) = (at, at + instructions.len());
        for instruction in instructions {
            for slot in instruction.operation.slots_mut() {
                if slot.sort == Sort::Register {
                    let index = slot.index as usize;
                    last[index] = if results.is_some() && born[index] < begin { end } else { at };
                }
            }
            if instruction.out.sort == Sort::Register {
                born[instruction.out.index as usize] = at;
            }
            at += 1;
        }
        for slot in results.into_iter().flatten().filter(|slot| slot.sort == Sort::Register) {
            last[slot.index as usize] = end;
        }
        at += 1; // the end of a section is a moment of its own
    }
    last
}

/// Lets registers be used again once their value has been read for the last time. A result never
/// takes the register of its own operand.
fn share_registers(mut tape: Tape, virtual_count: usize) -> (Tape, u32) {
    let last_use = last_uses(&mut tape, virtual_count);
    let mut sharing =
        Sharing { real: vec![None; virtual_count], live: Vec::new(), free: Vec::new(), count: 0 };
    let mut at = 0;
    for section in &mut tape {
        let (instructions, results) = match section {
            Section::Straight(instructions) => (instructions, None),
            Section::Block(block) => (&mut block.pass, Some(&mut block.results)),
        };
        for instruction in instructions {
            sharing.release(at, &last_use);
            let mut slots = instruction.operation.slots_mut();
            slots.iter_mut().for_each(|slot| sharing.rename(slot));
            sharing.define(&mut instruction.out);
            at += 1;
        }
        results.into_iter().flatten().for_each(|slot| sharing.rename(slot));
        at += 1;
    }
    (tape, sharing.count)
}

/// Which registers stand for which.
struct Sharing {
    real: Vec<Option<u32>>,
    /// Those that hold a value, as they were numbered first.
    live: Vec<usize>,
    free: Vec<u32>,
    count: u32,
}

impl Sharing {
    /// Frees the registers that were read for the last time before this moment.
    fn release(&mut self, at: usize, last_use: &[usize]) {
        let (real, free) = (&self.real, &mut self.free);
        self.live.retain(|&index| {
            let needed = last_use[index] >= at;
            if !needed {
                free.extend(real[index]);
            }
            needed
        });
    }

    fn rename(&self, slot: &mut Slot) {
        if slot.sort == Sort::Register
            && let Some(register) = self.real[slot.index as usize]
        {
            slot.index = register;
        }
    }

    fn define(&mut self, out: &mut Slot) {
        if out.sort != Sort::Register {
            return;
        }
        let register = self.free.pop().unwrap_or_else(|| {
            self.count += 1;
            self.count - 1
        });
        self.real[out.index as usize] = Some(register);
        self.live.push(out.index as usize);
        out.index = register;
    }
}
