//! The equations of the baseline, unrolled over the periods that targets look at.
//!
//! Every operation in every period is a cell; equal cells are one. A cell comes after the cells it
//! is computed from, so that one pass in order computes all of them, and one pass in the opposite
//! order takes what is known of a result back to what it is made of.

use std::collections::{HashMap, HashSet};

use super::input::{Input, Source};
use crate::compile::{
    Binary, GraphNode, Inner, NodeId, Program, Row, Unary, binary, select, unary,
};
use crate::interrupt::look;
use crate::sample::Count;

/// Index of a cell.
pub(super) type Cell = u32;

/// How a cell is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Op {
    /// A number, by its bits.
    Constant(u64),
    /// Something drawn.
    Input(u32),
    Unary(Unary, Cell),
    Binary(Binary, Cell, Cell),
    Select(Cell, Cell, Cell),
    /// A random count; the second number tells apart draws with the same arguments.
    Count(Count, u64, Cell, Cell),
}

impl Op {
    /// The cells it is computed from.
    pub(super) fn operands(self) -> impl Iterator<Item = Cell> {
        let (count, all) = match self {
            Self::Constant(_) | Self::Input(_) => (0, [0; 3]),
            Self::Unary(_, a) => (1, [a, 0, 0]),
            Self::Binary(_, a, b) | Self::Count(_, _, a, b) => (2, [a, b, 0]),
            Self::Select(a, b, c) => (3, [a, b, c]),
        };
        all.into_iter().take(count)
    }
}

/// The cells of a program.
#[derive(Debug)]
pub(super) struct Network<'a> {
    pub(super) program: &'a Program,
    pub(super) ops: Vec<Op>,
    pub(super) inputs: Vec<Input>,
    index: HashMap<Op, Cell>,
    input_index: HashMap<Source, Cell>,
    nodes: HashMap<(NodeId, Row), Cell>,
    /// The node that computes an indicator in a row.
    computed: HashMap<(u32, Row), NodeId>,
    /// What is known of an indicator in a row.
    known: HashMap<(u32, Row), Known>,
}

#[derive(Debug, Clone, Copy)]
enum Known {
    Number(f64),
    Drawn(u32),
}

impl<'a> Network<'a> {
    pub(super) fn new(program: &'a Program) -> Self {
        let inner = &program.inner;
        let fixed = inner.known.iter().map(|&(k, row, x)| ((k, row), Known::Number(x)));
        let drawn = inner.known_drawn.iter().map(|&(k, row, p)| ((k, row), Known::Drawn(p)));
        let rows = inner.timeline.all().zip(&inner.relations.computed);
        let computed = rows.flat_map(|(row, all)| all.iter().map(move |&(k, n)| ((k, row), n)));
        Self {
            program,
            ops: Vec::new(),
            inputs: Vec::new(),
            index: HashMap::new(),
            input_index: HashMap::new(),
            nodes: HashMap::new(),
            computed: computed.collect(),
            known: fixed.chain(drawn).collect(),
        }
    }

    fn inner(&self) -> &'a Inner {
        &self.program.inner
    }

    pub(super) fn len(&self) -> usize {
        self.ops.len()
    }

    pub(super) fn constant(&mut self, value: f64) -> Cell {
        self.cell(Op::Constant(value.to_bits()))
    }

    pub(super) fn value(&self, cell: Cell) -> Option<f64> {
        match self.ops[cell as usize] {
            Op::Constant(bits) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    /// The cell, made unless it is there; what is fixed is computed now.
    pub(super) fn cell(&mut self, op: Op) -> Cell {
        let op = match self.simplified(op) {
            Ok(op) => op,
            Err(cell) => return cell,
        };
        let next = self.ops.len() as Cell;
        let cell = *self.index.entry(op).or_insert(next);
        if cell == next {
            self.ops.push(op);
        }
        cell
    }

    pub(super) fn binary(&mut self, op: Binary, a: Cell, b: Cell) -> Cell {
        self.cell(Op::Binary(op, a, b))
    }

    fn simplified(&self, op: Op) -> Result<Op, Cell> {
        let inverse = |op, a: Cell| match (op, self.ops[a as usize]) {
            // What undoes a function that is defined for every number gives that number back.
            (Unary::Function(outer), Op::Unary(Unary::Function(inner), x))
                if outer.inverse() == Some(inner) && inner.is_whole() =>
            {
                Some(x)
            }
            _ => None,
        };
        let constant = |value: f64| Ok(Op::Constant(value.to_bits()));
        match op {
            Op::Unary(op, a) => match (self.value(a), inverse(op, a)) {
                (Some(a), _) => constant(unary(op, a)),
                (None, Some(x)) => Err(x),
                _ => Ok(Op::Unary(op, a)),
            },
            Op::Binary(op, a, b) => match (self.value(a), self.value(b)) {
                (Some(a), Some(b)) => constant(binary(op, a, b)),
                _ => match (op, self.ops[a as usize], self.ops[b as usize]) {
                    // Changes one after the other add up to the change from the first to the last.
                    (
                        Binary::Add,
                        Op::Binary(Binary::Subtract, middle, first),
                        Op::Binary(Binary::Subtract, last, before),
                    ) if middle == before => {
                        self.simplified(Op::Binary(Binary::Subtract, last, first))
                    }
                    _ => Ok(Op::Binary(op, a, b)),
                },
            },
            Op::Select(c, a, b) => match self.value(c) {
                Some(c) => Err(if select(c, 1.0, 0.0) == 1.0 { a } else { b }),
                None => Ok(op),
            },
            other => Ok(other),
        }
    }

    /// An indicator in a row.
    pub(super) fn level(&mut self, indicator: u32, row: Row) -> Cell {
        self.load(indicator, row).unwrap_or_else(|| {
            let node = self.computed[&(indicator, row)];
            self.unroll(node, row)
        })
    }

    /// The cell of a node of the program's relations in a row.
    pub(super) fn node(&mut self, node: NodeId, row: Row) -> Cell {
        self.unroll(node, row)
    }

    /// Has the indicator a value in a row?
    pub(super) fn has(&self, indicator: u32, row: Row) -> bool {
        self.known.contains_key(&(indicator, row)) || self.computed.contains_key(&(indicator, row))
    }

    pub(super) fn is_known(&self, indicator: u32, row: Row) -> bool {
        self.known.contains_key(&(indicator, row))
    }

    /// The node that computes it.
    pub(super) fn root(&self, indicator: u32, row: Row) -> Option<NodeId> {
        self.computed.get(&(indicator, row)).copied()
    }

    /// The cell of an indicator in a row, if it is there.
    pub(super) fn unrolled(&self, indicator: u32, row: Row) -> Option<Cell> {
        match self.known.get(&(indicator, row)) {
            Some(Known::Number(number)) => self.index.get(&Op::Constant(number.to_bits())).copied(),
            Some(&Known::Drawn(place)) => self.input_index.get(&Source::Path(place)).copied(),
            None => self.nodes.get(&(*self.computed.get(&(indicator, row))?, row)).copied(),
        }
    }

    /// All indicators that are computed, with their rows and cells.
    pub(super) fn levels(&self) -> Vec<(u32, Row, Cell)> {
        let cell = |(&(indicator, row), node): (&(u32, Row), &NodeId)| {
            Some((indicator, row, *self.nodes.get(&(*node, row))?))
        };
        let mut levels: Vec<_> = self.computed.iter().filter_map(cell).collect();
        levels.sort_unstable();
        levels
    }

    /// All uncertain parameters that are there, with their cells.
    pub(super) fn parameters(&self) -> Vec<(u32, Cell)> {
        let parameters = self.program.model().parameters.len() as u32;
        let place = |(source, &cell): (&Source, &Cell)| match *source {
            Source::Path(place) if place < parameters => Some((place, cell)),
            _ => None,
        };
        let mut found: Vec<_> = self.input_index.iter().filter_map(place).collect();
        found.sort_unstable();
        found
    }

    /// The cell of an indicator in a row, if it is known, missing or has been unrolled.
    fn load(&mut self, indicator: u32, row: Row) -> Option<Cell> {
        match self.known.get(&(indicator, row)) {
            Some(Known::Number(number)) => Some(self.constant(*number)),
            Some(&Known::Drawn(place)) => Some(self.input(Source::Path(place))),
            None => match self.computed.get(&(indicator, row)) {
                Some(node) => self.nodes.get(&(*node, row)).copied(),
                None => Some(self.input(Source::Unknown)),
            },
        }
    }

    /// The cell of a node in a row, with everything it needs. Depth first with a stack of its own. Of
    /// equations that are solved together nothing is known where they lead back to themselves.
    fn unroll(&mut self, root: NodeId, row: Row) -> Cell {
        let mut stack = vec![(root, row)];
        let mut open = HashSet::new();
        while let Some(&(node, row)) = stack.last() {
            look();
            if self.nodes.contains_key(&(node, row)) {
                stack.pop();
                continue;
            }
            let before = stack.len();
            open.insert((node, row));
            let found = self.try_node(node, row, &mut stack);
            let leads_back = |&(node, row): &(NodeId, Row)| {
                open.contains(&(node, row)) && !self.nodes.contains_key(&(node, row))
            };
            let found = match found {
                None if stack[before..].iter().any(leads_back) => {
                    stack.truncate(before);
                    Some(self.input(Source::Unknown))
                }
                found => found,
            };
            if let Some(cell) = found {
                self.nodes.insert((node, row), cell);
                open.remove(&(node, row));
                stack.truncate(before - 1);
            }
        }
        self.nodes[&(root, row)]
    }

    /// The cell of a node if all it needs is there; else what it needs is put on the stack.
    fn try_node(&mut self, node: NodeId, row: Row, stack: &mut Vec<(NodeId, Row)>) -> Option<Cell> {
        let relations = &self.inner().relations;
        let mut get = |node: NodeId| {
            let found = self.nodes.get(&(node, row)).copied();
            if found.is_none() {
                stack.push((node, row));
            }
            found
        };
        let op = match relations.graph.get(node) {
            GraphNode::Constant(bits) => Op::Constant(bits),
            GraphNode::Unary(op, a) => Op::Unary(op, get(a)?),
            GraphNode::Binary(op, a, b) => {
                let (a, b) = (get(a), get(b));
                Op::Binary(op, a?, b?)
            }
            GraphNode::Select(c, a, b) => {
                let c = get(c)?;
                if let Some(condition) = self.value(c) {
                    let chosen = if condition == 0.0 { b } else { a };
                    return get_one(self, chosen, row, stack);
                }
                let (a, b) = (get_one(self, a, row, stack), get_one(self, b, row, stack));
                Op::Select(c, a?, b?)
            }
            GraphNode::Count { count, draw, a, b } => {
                let (a, b) = (get(a), get(b));
                let which = (u64::from(draw) << 32) | row.0 as u64;
                Op::Count(count, which, a?, b?)
            }
            GraphNode::Load { series, lag } => return self.try_load(series, lag, row, stack),
            leaf => return Some(self.leaf(leaf, row)),
        };
        Some(self.cell(op))
    }

    fn leaf(&mut self, leaf: GraphNode, row: Row) -> Cell {
        match leaf {
            GraphNode::Clock(shift) => {
                let now = self.inner().timeline.period(row).ordinal() - shift;
                self.constant(f64::from(now))
            }
            GraphNode::Parameter(place) => self.input(Source::Path(place)),
            GraphNode::Shock(shock) => self.input(Source::Shock(shock, row)),
            _ => self.constant(0.0), // the baseline has no add factors
        }
    }

    fn try_load(
        &mut self,
        series: u32,
        lag: u32,
        row: Row,
        stack: &mut Vec<(NodeId, Row)>,
    ) -> Option<Cell> {
        let Some(row) = row.before(lag) else {
            return Some(self.input(Source::Unknown));
        };
        let indicators = self.inner().indicators() as u32;
        if series >= indicators {
            let node = self.inner().relations.caches[(series - indicators) as usize];
            return get_one(self, node, row, stack);
        }
        if let Some(cell) = self.load(series, row) {
            return Some(cell);
        }
        stack.push((self.computed[&(series, row)], row));
        None
    }

    pub(super) fn input(&mut self, source: Source) -> Cell {
        if let (Some(&cell), true) = (self.input_index.get(&source), source != Source::Unknown) {
            return cell;
        }
        let input = Input::new(self.inner(), source);
        let cell = if input.support.is_point() {
            self.constant(input.mean)
        } else {
            self.inputs.push(input);
            self.cell(Op::Input(self.inputs.len() as u32 - 1))
        };
        self.input_index.insert(source, cell);
        cell
    }
}

fn get_one(
    network: &Network<'_>,
    node: NodeId,
    row: Row,
    stack: &mut Vec<(NodeId, Row)>,
) -> Option<Cell> {
    let found = network.nodes.get(&(node, row)).copied();
    if found.is_none() {
        stack.push((node, row));
    }
    found
}
