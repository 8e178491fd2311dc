//! A target that looks at several periods, worked out tile by tile: what is known so far of it goes on to the
//! next tile as few numbers of a path, such as the sum up to here.

use std::collections::HashMap;
use std::ops::Range;

use crate::compile::{GraphNode, Measure, NodeId, Row, Slot};
use crate::ensemble::Frame;
use crate::error::Error;
use crate::plan::room::Cell;
use crate::simulate::lanes::{Value, apply_binary, apply_select, apply_unary};
use crate::simulate::{Liveness, PathBlock, Request};

/// The headroom of a target as nodes in the order of computation.
#[derive(Debug)]
pub(super) struct Accumulated<'a> {
    pub(super) measure: &'a Measure,
    nodes: Vec<Node>,
    /// The place of the headroom among them.
    root: usize,
}

/// A node, the row of the table from which on it is known, and the last in which it is read.
#[derive(Debug)]
struct Node {
    kind: Kind,
    known: usize,
    until: usize,
}

#[derive(Debug)]
enum Kind {
    Same(f64),
    Cell {
        series: Slot,
        row: Row,
        factor: Option<Slot>,
    },
    /// Operands are places of nodes.
    Step(GraphNode),
}

/// What of a target is worked out in a tile.
#[derive(Debug)]
pub(super) struct Part<'a> {
    of: &'a Accumulated<'a>,
    /// Nodes that come from the tile before, and the rows of the state with their numbers.
    loads: Vec<(usize, usize)>,
    steps: Vec<usize>,
    /// Nodes that go on to the next tile, and the rows of the state that take them.
    pub(super) saves: Vec<(usize, usize)>,
    /// The row of the tile that takes the headroom.
    pub(super) headroom: Option<usize>,
}

impl<'a> Accumulated<'a> {
    /// # Errors
    /// When the run has not the rows that it needs.
    pub(super) fn new(
        measure: &'a Measure,
        request: &Request<'_>,
        frame: &Frame,
    ) -> Result<Self, Error> {
        let (graph, now) = (&measure.graph, measure.target.period.last());
        let mut needed: Vec<NodeId> = vec![measure.room];
        let mut next = 0;
        while let Some(&node) = needed.get(next) {
            let operands = graph.operands(node).filter(|operand| !needed.contains(operand));
            let operands: Vec<NodeId> = operands.collect();
            needed.extend(operands);
            next += 1;
        }
        // A node comes after those it is computed from.
        needed.sort_unstable();
        needed.dedup();
        let places: HashMap<NodeId, usize> =
            needed.iter().enumerate().map(|(place, node)| (*node, place)).collect();
        let mut nodes: Vec<Node> = Vec::with_capacity(needed.len());
        for &node in &needed {
            let (kind, known) = match graph.get(node) {
                GraphNode::Constant(bits) => (Kind::Same(f64::from_bits(bits)), 0),
                GraphNode::Clock(shift) => (Kind::Same(f64::from(now.ordinal() - shift)), 0),
                GraphNode::Load { series, lag } => {
                    match Cell::of(measure.name(series), now - lag as i32, request, frame)? {
                        Cell::Known(number) => (Kind::Same(number), 0),
                        Cell::Row { series, row, factor } => {
                            (Kind::Cell { series, row, factor }, row.0)
                        }
                    }
                }
                step @ (GraphNode::Unary(..) | GraphNode::Binary(..) | GraphNode::Select(..)) => {
                    let operands = graph.operands(node).map(|operand| places[&operand]);
                    let known = operands.map(|place| nodes[place].known).max().unwrap_or(0);
                    (Kind::Step(step), known)
                }
                GraphNode::Given(_)
                | GraphNode::Parameter(_)
                | GraphNode::Shock(_)
                | GraphNode::Count { .. } => (Kind::Same(f64::NAN), 0), // refused by the compiler
            };
            for operand in graph.operands(node) {
                let operand = &mut nodes[places[&operand]];
                operand.until = operand.until.max(known);
            }
            let kind = match kind {
                Kind::Step(step) => Kind::Step(placed(step, &places)),
                other => other,
            };
            nodes.push(Node { kind, known, until: known });
        }
        Ok(Self { measure, nodes, root: places[&measure.room] })
    }

    /// The row with which all is known that it looks at.
    pub(super) fn judged(&self) -> usize {
        self.nodes[self.root].known
    }

    /// Says up to when the rows are read that it looks at.
    pub(super) fn reads(&self, liveness: &mut Liveness) {
        for node in &self.nodes {
            if let Kind::Cell { series, row, .. } = node.kind {
                liveness.read(series, row, Row(node.until));
            }
        }
    }

    /// The nodes that were computed before a row and are read there or later.
    pub(super) fn across(&self, row: usize) -> impl Iterator<Item = usize> {
        let goes_on = move |node: &Node| {
            matches!(node.kind, Kind::Step(_)) && node.known < row && node.until >= row
        };
        self.nodes.iter().enumerate().filter(move |(_, node)| goes_on(node)).map(|(k, _)| k)
    }

    /// What of it is worked out in a tile; nothing of most targets in most of them. `before` and `after` are the
    /// first rows of the state with what it was given and what it hands on.
    pub(super) fn part(
        &'a self,
        tile: &Range<usize>,
        (before, after): (usize, usize),
        headroom: usize,
    ) -> Option<Part<'a>> {
        let is_judged = tile.contains(&self.judged());
        let steps = |node: &Node| matches!(node.kind, Kind::Step(_)) && tile.contains(&node.known);
        let part = Part {
            of: self,
            loads: self.across(tile.start).zip(before..).collect(),
            steps: (0..self.nodes.len()).filter(|k| steps(&self.nodes[*k])).collect(),
            saves: self.across(tile.end).zip(after..).collect(),
            headroom: is_judged.then_some(headroom),
        };
        let is_idle = part.steps.is_empty() && part.saves.is_empty() && !is_judged;
        (!is_idle).then_some(part)
    }
}

/// A step whose operands are places.
fn placed(step: GraphNode, places: &HashMap<NodeId, usize>) -> GraphNode {
    let at = |node: NodeId| places[&node] as NodeId;
    match step {
        GraphNode::Unary(op, a) => GraphNode::Unary(op, at(a)),
        GraphNode::Binary(op, a, b) => GraphNode::Binary(op, at(a), at(b)),
        GraphNode::Select(c, a, b) => GraphNode::Select(at(c), at(a), at(b)),
        leaf => leaf,
    }
}

/// The numbers of nodes in the paths of a block, as far as they were worked out.
pub(super) type Numbers = HashMap<usize, Vec<f64>>;

impl Part<'_> {
    /// Works out what can be in a tile; `state` gives the rows that came from the tile before.
    pub(super) fn run<'s>(
        &self,
        block: &PathBlock<'_>,
        state: impl Fn(usize) -> &'s [f64],
    ) -> Numbers {
        let mut numbers: Numbers =
            self.loads.iter().map(|(node, row)| (*node, state(*row).to_vec())).collect();
        for &step in &self.steps {
            let Kind::Step(node) = self.of.nodes[step].kind else { continue };
            for operand in operands(node) {
                self.convert(operand, block, &mut numbers);
            }
            let mut result = vec![0.0; block.paths];
            let value = |node: NodeId| self.value(node as usize, block, &numbers);
            match node {
                GraphNode::Unary(op, a) => apply_unary(op, value(a), &mut result),
                GraphNode::Binary(op, a, b) => apply_binary(op, value(a), value(b), &mut result),
                GraphNode::Select(c, a, b) => {
                    apply_select(value(c), value(a), value(b), &mut result);
                }
                _ => {} // leaves are no steps
            }
            numbers.insert(step, result);
        }
        self.convert(self.of.root, block, &mut numbers);
        numbers
    }

    /// The headroom, where all is known.
    pub(super) fn headroom(&self, block: &PathBlock<'_>, numbers: &Numbers, out: &mut [f64]) {
        crate::simulate::lanes::copy(self.value(self.of.root, block, numbers), out);
        self.of.measure.settle(out);
    }

    /// Numbers of a row on another basis.
    fn convert(&self, node: usize, block: &PathBlock<'_>, numbers: &mut Numbers) {
        if let Kind::Cell { series, row, factor: Some(factor) } = self.of.nodes[node].kind {
            let values = block.values(series, row).iter().zip(block.values(factor, Row::FIRST));
            let converted = || values.map(|(value, factor)| value * factor).collect();
            numbers.entry(node).or_insert_with(converted);
        }
    }

    fn value<'v>(&self, node: usize, block: &'v PathBlock<'_>, numbers: &'v Numbers) -> Value<'v> {
        match (&self.of.nodes[node].kind, numbers.get(&node)) {
            (_, Some(row)) => Value::Row(row),
            (Kind::Same(number), None) => Value::Same(*number),
            (Kind::Cell { series, row, .. }, None) => Value::Row(block.values(*series, *row)),
            (Kind::Step(_), None) => Value::Same(f64::NAN), // what is read was worked out before
        }
    }
}

/// The places of what a step reads.
fn operands(step: GraphNode) -> impl Iterator<Item = usize> {
    let places = match step {
        GraphNode::Unary(_, a) => [Some(a), None, None],
        GraphNode::Binary(_, a, b) => [Some(a), Some(b), None],
        GraphNode::Select(a, b, c) => [Some(a), Some(b), Some(c)],
        _ => [None; 3],
    };
    places.into_iter().flatten().map(|place| place as usize)
}
