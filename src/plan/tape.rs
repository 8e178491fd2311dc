//! A target's numbers, worked out for many paths at once: the nodes that lead to one of its nodes, in
//! the order of computation.

use std::collections::HashMap;

use crate::compile::{GraphNode, Measure, NodeId};
use crate::interrupt::look;
use crate::period::Period;
use crate::simulate::lanes::{Value, apply_binary, apply_select, apply_unary, copy};

/// Where the numbers of a node are.
#[derive(Debug, Clone, Copy)]
enum Place {
    Cell(usize),
    Same(f64),
    Register(usize),
}

/// A node that has to be computed, from what, and its register.
#[derive(Debug, Clone, Copy)]
struct Step {
    node: GraphNode,
    out: usize,
}

/// The nodes that lead to one, as of a period.
#[derive(Debug)]
pub(super) struct Tape {
    /// The indicators and periods that it reads.
    pub(super) cells: Vec<(String, Period)>,
    places: HashMap<NodeId, Place>,
    steps: Vec<Step>,
    registers: usize,
    root: NodeId,
}

/// Room for what is computed on the way.
#[derive(Debug)]
pub(super) struct Registers {
    lanes: usize,
    rows: Vec<f64>,
    result: Vec<f64>,
}

impl Registers {
    /// For a tape, and so many paths at once.
    pub(super) fn new(tape: &Tape, lanes: usize) -> Self {
        Self { lanes, rows: vec![0.0; tape.registers * lanes], result: vec![0.0; lanes] }
    }
}

impl Tape {
    pub(super) fn new(measure: &Measure, root: NodeId, now: Period) -> Self {
        let graph = &measure.graph;
        // A node comes after those it is computed from.
        let mut last_use: HashMap<NodeId, NodeId> = HashMap::from([(root, root)]);
        let mut stack = vec![root];
        while let Some(node) = stack.pop() {
            for operand in graph.operands(node) {
                let known = last_use.insert(operand, node);
                if let Some(later) = known {
                    last_use.insert(operand, node.max(later));
                } else {
                    stack.push(operand);
                }
            }
        }
        let mut nodes: Vec<NodeId> = last_use.keys().copied().collect();
        nodes.sort_unstable();
        let (places, steps, cells) = (HashMap::new(), Vec::new(), Vec::new());
        let mut tape = Self { cells, places, steps, registers: 0, root };
        let mut free: Vec<usize> = Vec::new();
        for node in nodes {
            let place = match graph.get(node) {
                GraphNode::Constant(bits) => Place::Same(f64::from_bits(bits)),
                GraphNode::Clock(shift) => Place::Same(f64::from(now.ordinal() - shift)),
                GraphNode::Load { series, lag } => {
                    tape.cells.push((measure.name(series).to_owned(), now - lag as i32));
                    Place::Cell(tape.cells.len() - 1)
                }
                step @ (GraphNode::Unary(..) | GraphNode::Binary(..) | GraphNode::Select(..)) => {
                    let out = free.pop().unwrap_or(tape.registers);
                    tape.registers = tape.registers.max(out + 1);
                    tape.steps.push(Step { node: step, out });
                    Place::Register(out)
                }
                GraphNode::Given(_)
                | GraphNode::Parameter(_)
                | GraphNode::Shock(_)
                | GraphNode::Count { .. } => Place::Same(f64::NAN), // refused by the compiler
            };
            tape.places.insert(node, place);
            let mut done: Vec<NodeId> = graph.operands(node).collect();
            done.sort_unstable();
            done.dedup();
            for operand in done.into_iter().filter(|operand| last_use[operand] == node) {
                if let Place::Register(register) = tape.places[&operand] {
                    free.push(register);
                }
            }
        }
        tape
    }

    /// The numbers of the root in as many paths as `out` holds; `cells` are what it reads there.
    pub(super) fn run(&self, cells: &[Value<'_>], registers: &mut Registers, out: &mut [f64]) {
        look();
        let (lanes, stride) = (out.len(), registers.lanes);
        let Registers { rows, result, .. } = registers;
        let result = &mut result[..lanes];
        for step in &self.steps {
            let value = |node: NodeId| self.value(node, cells, rows, stride, lanes);
            match step.node {
                GraphNode::Unary(op, a) => apply_unary(op, value(a), result),
                GraphNode::Binary(op, a, b) => apply_binary(op, value(a), value(b), result),
                GraphNode::Select(c, a, b) => apply_select(value(c), value(a), value(b), result),
                GraphNode::Constant(_)
                | GraphNode::Clock(_)
                | GraphNode::Load { .. }
                | GraphNode::Given(_)
                | GraphNode::Parameter(_)
                | GraphNode::Shock(_)
                | GraphNode::Count { .. } => {} // leaves are no steps
            }
            rows[step.out * stride..step.out * stride + lanes].copy_from_slice(result);
        }
        copy(self.value(self.root, cells, rows, stride, lanes), out);
    }

    fn value<'v>(
        &self,
        node: NodeId,
        cells: &[Value<'v>],
        rows: &'v [f64],
        stride: usize,
        lanes: usize,
    ) -> Value<'v> {
        match self.places[&node] {
            Place::Cell(k) => cells[k],
            Place::Same(number) => Value::Same(number),
            Place::Register(k) => Value::Row(&rows[k * stride..k * stride + lanes]),
        }
    }
}
