//! The derivative of a simultaneous block at a point: what a pass gives, minus the unknowns.

use std::collections::HashMap;

use super::graph::{Binary, Graph, Node, NodeId, Unary, binary, select, unary};
use crate::interrupt::look;
use crate::math;
use crate::sample::Count;

/// What is left of a sum, beside its parts, where all of them cancel out but for rounding.
const ROUNDING: f64 = 1e-12;

/// The nodes of a block, each after those that it is computed from.
#[derive(Debug)]
pub(super) struct Pass<'a> {
    graph: &'a Graph,
    nodes: Vec<NodeId>,
    /// For each node the places of what it is computed from.
    operands: Vec<Vec<usize>>,
    /// The series of the block and the places of their equations: those that are computed in order,
    /// then the unknowns.
    pub(super) members: Vec<(u32, usize)>,
    /// The unknowns: their places as leaves, where they are used.
    unknowns: Vec<Option<usize>>,
}

/// A block at a point.
#[derive(Debug)]
pub(super) struct At {
    pub(super) values: Vec<f64>,
    /// The derivative of each node with respect to its operands.
    slopes: Vec<[f64; 3]>,
}

impl<'a> Pass<'a> {
    pub(super) fn new(
        graph: &'a Graph,
        order: &[(u32, NodeId)],
        unknowns: &[(u32, NodeId)],
        is_leaf: impl Fn(NodeId) -> bool,
    ) -> Self {
        let mut pass = Self {
            graph,
            nodes: Vec::new(),
            operands: Vec::new(),
            members: Vec::new(),
            unknowns: vec![None; unknowns.len()],
        };
        let mut places: HashMap<NodeId, usize> = HashMap::new();
        let mut computed: HashMap<u32, usize> = HashMap::new();
        let solved: HashMap<u32, usize> =
            unknowns.iter().enumerate().map(|(k, (series, _))| (*series, k)).collect();
        for &(series, root) in order.iter().chain(unknowns) {
            let (mut fresh, mut stack) = (Vec::new(), vec![root]);
            while let Some(node) = stack.pop() {
                if places.contains_key(&node) {
                    continue;
                }
                places.insert(node, usize::MAX);
                fresh.push(node);
                if !is_leaf(node) {
                    stack.extend(graph.operands(node));
                }
            }
            fresh.sort_unstable(); // operands have lower numbers than what uses them
            for node in fresh {
                let place = pass.nodes.len();
                let operands = match graph.get(node) {
                    _ if is_leaf(node) => Vec::new(),
                    Node::Load { series, lag: 0 } => match solved.get(&series) {
                        Some(&k) => {
                            pass.unknowns[k] = Some(place);
                            Vec::new()
                        }
                        None => computed.get(&series).copied().into_iter().collect(),
                    },
                    _ => graph.operands(node).map(|part| places[&part]).collect(),
                };
                places.insert(node, place);
                pass.nodes.push(node);
                pass.operands.push(operands);
            }
            computed.insert(series, places[&root]);
            pass.members.push((series, places[&root]));
        }
        pass
    }

    pub(super) fn size(&self) -> usize {
        self.unknowns.len()
    }

    /// The unknowns and the places of their equations.
    pub(super) fn results(&self) -> &[(u32, usize)] {
        &self.members[self.members.len() - self.size()..]
    }

    /// The values of all nodes, given those of leaves.
    pub(super) fn at(&self, leaf: impl Fn(NodeId) -> f64) -> At {
        let mut at = At { values: Vec::new(), slopes: Vec::new() };
        for (&node, operands) in self.nodes.iter().zip(&self.operands) {
            let value = |k: usize| operands.get(k).map_or(f64::NAN, |&place| at.values[place]);
            let (a, b) = (value(0), value(1));
            let (result, slopes) = match self.graph.get(node) {
                _ if operands.is_empty() => (leaf(node), [0.0; 3]),
                Node::Unary(op, _) => {
                    let z = unary(op, a);
                    (z, [slope(op, a, z), 0.0, 0.0])
                }
                Node::Binary(op, ..) => {
                    let z = binary(op, a, b);
                    let [by_a, by_b] = slopes(op, a, b, z);
                    (z, [by_a, by_b, 0.0])
                }
                Node::Select(..) => {
                    let taken = if a == 0.0 { [0.0, 0.0, 1.0] } else { [0.0, 1.0, 0.0] };
                    (select(a, b, value(2)), taken)
                }
                // A count moves in steps; in between it does not.
                Node::Count { count: Count::Binomial, .. } => (a * b, [0.0; 3]),
                Node::Count { .. } => (a, [0.0; 3]),
                _ => (a, [1.0, 0.0, 0.0]),
            };
            at.values.push(result);
            at.slopes.push(slopes);
        }
        at
    }

    /// How all nodes move with the unknowns, when these move so much each.
    pub(super) fn moved(&self, at: &At, by: &[f64]) -> Vec<f64> {
        let mut moves = vec![0.0; self.nodes.len()];
        for place in 0..self.nodes.len() {
            look();
            moves[place] = at.sum(place, &self.operands[place], &moves);
            if let Some(k) = self.unknowns.iter().position(|&leaf| leaf == Some(place)) {
                moves[place] = by[k];
            }
        }
        moves
    }

    /// The Jacobian of what a pass gives minus the unknowns, row by row. What cancels out but for
    /// rounding is 0.
    pub(super) fn jacobian(&self, at: &At) -> Vec<f64> {
        let size = self.size();
        let mut found = vec![0.0; size * size];
        let mut moves = vec![0.0; self.nodes.len()];
        let mut most = vec![0.0; self.nodes.len()];
        for (j, leaf) in self.unknowns.iter().enumerate() {
            look();
            moves.fill(0.0);
            most.fill(0.0);
            let first = leaf.map_or(self.nodes.len(), |leaf| {
                (moves[leaf], most[leaf]) = (1.0, 1.0);
                leaf + 1
            });
            for place in first..self.nodes.len() {
                (moves[place], most[place]) = at.sums(place, &self.operands[place], &moves, &most);
            }
            for (i, &(_, place)) in self.results().iter().enumerate() {
                let own = f64::from(u8::from(i == j));
                let value = moves[place] - own;
                let cancels = value.abs() <= ROUNDING * (most[place] + own);
                found[i * size + j] = if cancels { 0.0 } else { value };
            }
        }
        found
    }

    /// How much each equation of the block counts in a sum of the equations of the unknowns with
    /// some weights: that of an unknown its weight, that of another what leads through it.
    pub(super) fn weights(&self, at: &At, of_unknowns: &[f64]) -> Vec<f64> {
        let mut adjoint = vec![0.0; self.nodes.len()];
        for (&(_, place), weight) in self.results().iter().zip(of_unknowns) {
            adjoint[place] += weight;
        }
        for place in (0..self.nodes.len()).rev() {
            let weight = adjoint[place];
            if weight != 0.0 {
                for (k, &operand) in self.operands[place].iter().enumerate() {
                    adjoint[operand] += at.slopes[place][k] * weight;
                }
            }
        }
        let ordered = self.members.len() - self.size();
        let through = self.members[..ordered].iter().map(|&(_, place)| adjoint[place]);
        through.chain(of_unknowns.iter().copied()).collect()
    }
}

impl At {
    /// A derivative by the chain rule, and what it would be if nothing cancelled out.
    fn sums(&self, place: usize, operands: &[usize], moves: &[f64], most: &[f64]) -> (f64, f64) {
        let mut sums = (0.0, 0.0);
        for (&operand, slope) in operands.iter().zip(self.slopes[place]) {
            // A branch that is not taken may have no number.
            if slope != 0.0 && most[operand] != 0.0 {
                sums.0 += slope * moves[operand];
                sums.1 += slope.abs() * most[operand];
            }
        }
        sums
    }

    fn sum(&self, place: usize, operands: &[usize], moves: &[f64]) -> f64 {
        let terms = operands.iter().zip(self.slopes[place]);
        let moving = terms.filter(|(operand, slope)| *slope != 0.0 && moves[**operand] != 0.0);
        moving.map(|(&operand, slope)| slope * moves[operand]).sum()
    }
}

fn slope(op: Unary, a: f64, z: f64) -> f64 {
    match op {
        Unary::Negate => -1.0,
        Unary::Not => 0.0,
        Unary::Function(function) => function.slope(a, z),
    }
}

fn slopes(op: Binary, a: f64, b: f64, z: f64) -> [f64; 2] {
    let chosen = |first: bool| if first { [1.0, 0.0] } else { [0.0, 1.0] };
    match op {
        Binary::Add => [1.0, 1.0],
        Binary::Subtract => [1.0, -1.0],
        Binary::Multiply => [b, a],
        Binary::Divide => [1.0 / b, -z / b],
        Binary::Power => {
            let by_b = if a > 0.0 { z * math::ln(a) } else { 0.0 };
            [b * math::pow(a, b - 1.0), by_b]
        }
        Binary::Min => chosen(a < b),
        Binary::Max => chosen(a > b),
        _ => [0.0, 0.0],
    }
}
