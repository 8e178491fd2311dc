//! From nodes to instructions.
//!
//! A [`Coder`] writes the tape of one set of equations. What is constant, what changes over periods
//! only and what is fixed within a path is shared by all tapes of a program: see [`Shared`].

use std::collections::HashMap;

use indexmap::IndexSet;

use super::graph::{Extent, Graph, Node, NodeId};
use super::tape::{Instruction, Operation, Slot, Sort, Tape};

/// What the tapes of a program share.
#[derive(Debug, Default)]
pub(super) struct Shared {
    /// Numbers, by their bits.
    constants: IndexSet<u64>,
    /// Nodes whose values are columns of the scenarios' tables.
    pub(super) columns: IndexSet<NodeId>,
    prelude: HashMap<NodeId, Slot>,
    pub(super) prelude_tape: Tape,
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
    registers: u32,
}

impl<'a> Coder<'a> {
    pub(super) fn new(
        graph: &'a Graph,
        shared: &'a mut Shared,
        aliases: HashMap<NodeId, NodeId>,
    ) -> Self {
        let (homes, places) = (HashMap::new(), HashMap::new());
        Self { graph, shared, aliases, homes, places, tape: Tape::new(), registers: 0 }
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
            self.tape.push(Instruction { out: slot, operation: Operation::Copy(place) });
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
            self.tape.push(Instruction { out, operation });
        }
        self.places.insert(node, out);
        out
    }

    /// The tape, with as few registers as it needs, and how many that is.
    pub(super) fn finish(self) -> (Tape, u32) {
        share_registers(self.tape, self.registers as usize)
    }
}

impl Operation {
    fn slots(&mut self) -> Vec<&mut Slot> {
        match self {
            Self::Copy(a) | Self::Unary(_, a) => vec![a],
            Self::Binary(_, a, b) => vec![a, b],
            Self::Select(a, b, c) | Self::Count(_, a, b, c) => vec![a, b, c],
        }
    }
}

/// Lets registers be used again once their value has been read for the last time. A result never
/// takes the register of its own operand.
fn share_registers(mut tape: Tape, virtual_count: usize) -> (Tape, u32) {
    let mut last_use = vec![0; virtual_count];
    for (at, instruction) in tape.iter_mut().enumerate() {
        for slot in instruction.operation.slots() {
            if slot.sort == Sort::Register {
                last_use[slot.index as usize] = at;
            }
        }
    }
    let mut real = vec![None; virtual_count];
    let mut free: Vec<u32> = Vec::new();
    let mut count = 0;
    for (at, instruction) in tape.iter_mut().enumerate() {
        if instruction.out.sort == Sort::Register {
            let register = free.pop().unwrap_or_else(|| {
                count += 1;
                count - 1
            });
            real[instruction.out.index as usize] = Some(register);
            instruction.out.index = register;
        }
        for slot in instruction.operation.slots() {
            if slot.sort != Sort::Register {
                continue;
            }
            let virtual_index = slot.index as usize;
            if let Some(register) = real[virtual_index] {
                slot.index = register;
                if last_use[virtual_index] == at {
                    free.push(register);
                    last_use[virtual_index] = usize::MAX; // an operand may occur twice
                }
            }
        }
    }
    (tape, count)
}
