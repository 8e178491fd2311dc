//! Expressions as a graph in which equal expressions are one node.
//!
//! Nodes are made through [`Graph::node`], which returns the node that is there already when the
//! same one is asked for again: a common subexpression is computed once, and equality of
//! expressions is equality of [`NodeId`]s.

use std::collections::{HashMap, HashSet};

use crate::interrupt::look;
use crate::math::{self, Elementary};
use crate::sample::Count;

/// Index of a node in its [`Graph`].
pub(crate) type NodeId = u32;

/// An operation on one value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Unary {
    Negate,
    Not,
    Function(Elementary),
}

/// An operation on two values. Comparisons and logic give 1 or 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Binary {
    Add,
    Subtract,
    Multiply,
    Divide,
    Power,
    Min,
    Max,
    Less,
    LessEqual,
    Equal,
    NotEqual,
    And,
    Or,
}

/// One expression.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Node {
    /// A number, by its bits.
    Constant(u64),
    /// The ordinal of the current period minus a shift.
    Clock(i32),
    /// A value of the scenario that changes from period to period but not between paths.
    Given(u32),
    /// A value drawn or fixed once per path.
    Parameter(u32),
    /// A series, some periods ago.
    Load { series: u32, lag: u32 },
    /// A shock of the current period.
    Shock(u32),
    /// An operation on one value.
    Unary(Unary, NodeId),
    /// An operation on two values.
    Binary(Binary, NodeId, NodeId),
    /// The second value where the first is not 0, else the third.
    Select(NodeId, NodeId, NodeId),
    /// A random count drawn by inversion; `draw` says which uniform.
    Count { count: Count, draw: u32, a: NodeId, b: NodeId },
}

/// What the value of a node changes with; the larger contains the smaller.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Extent {
    /// The same everywhere.
    Constant,
    /// Changes over periods, the same in all paths.
    Period,
    /// Changes over paths, the same in all periods.
    Path,
    /// Changes over both.
    Both,
}

impl Extent {
    fn join(self, other: Self) -> Self {
        match (self, other) {
            (Self::Period, Self::Path) | (Self::Path, Self::Period) => Self::Both,
            _ => self.max(other),
        }
    }
}

/// The nodes of a program.
#[derive(Debug, Clone, Default)]
pub(crate) struct Graph {
    nodes: Vec<Node>,
    extents: Vec<Extent>,
    index: HashMap<Node, NodeId>,
    /// Series that are the same in all paths.
    given: HashSet<u32>,
}

impl Graph {
    /// A graph in which some series are the same in all paths.
    pub(super) fn with_given(given: HashSet<u32>) -> Self {
        Self { given, ..Self::default() }
    }

    /// The node, made unless it is there; constants are folded.
    pub(crate) fn node(&mut self, node: Node) -> NodeId {
        look();
        let node = self.fold(node);
        if let Some(&id) = self.index.get(&node) {
            return id;
        }
        let extent = self.extent_of(node);
        let id = self.nodes.len() as NodeId;
        self.nodes.push(node);
        self.extents.push(extent);
        self.index.insert(node, id);
        id
    }

    pub(crate) fn constant(&mut self, value: f64) -> NodeId {
        self.node(Node::Constant(value.to_bits()))
    }

    pub(crate) fn unary(&mut self, op: Unary, a: NodeId) -> NodeId {
        self.node(Node::Unary(op, a))
    }

    pub(crate) fn binary(&mut self, op: Binary, a: NodeId, b: NodeId) -> NodeId {
        self.node(Node::Binary(op, a, b))
    }

    /// How many nodes there are.
    pub(super) fn len(&self) -> usize {
        self.nodes.len()
    }

    pub(crate) fn get(&self, id: NodeId) -> Node {
        self.nodes[id as usize]
    }

    pub(crate) fn extent(&self, id: NodeId) -> Extent {
        self.extents[id as usize]
    }

    pub(crate) fn value(&self, id: NodeId) -> Option<f64> {
        match self.get(id) {
            Node::Constant(bits) => Some(f64::from_bits(bits)),
            _ => None,
        }
    }

    /// The nodes it is computed from.
    pub(crate) fn operands(&self, id: NodeId) -> impl Iterator<Item = NodeId> + use<> {
        let (count, all) = match self.get(id) {
            Node::Unary(_, a) => (1, [a, 0, 0]),
            Node::Binary(_, a, b) | Node::Count { a, b, .. } => (2, [a, b, 0]),
            Node::Select(a, b, c) => (3, [a, b, c]),
            _ => (0, [0; 3]),
        };
        all.into_iter().take(count)
    }

    fn extent_of(&self, node: Node) -> Extent {
        match node {
            Node::Constant(_) => Extent::Constant,
            Node::Clock(_) | Node::Given(_) => Extent::Period,
            Node::Parameter(_) => Extent::Path,
            Node::Load { series, .. } if self.given.contains(&series) => Extent::Period,
            Node::Load { .. } | Node::Shock(_) | Node::Count { .. } => Extent::Both,
            Node::Unary(_, a) => self.extent(a),
            Node::Binary(_, a, b) => self.extent(a).join(self.extent(b)),
            Node::Select(a, b, c) => self.extent(a).join(self.extent(b)).join(self.extent(c)),
        }
    }

    /// Constants are computed now; adding 0 and multiplying by 1 cost nothing.
    fn fold(&self, node: Node) -> Node {
        match node {
            Node::Unary(op, a) => match self.value(a) {
                Some(a) => Node::Constant(unary(op, a).to_bits()),
                None => node,
            },
            Node::Binary(op, a, b) => match (op, self.value(a), self.value(b)) {
                (_, Some(a), Some(b)) => Node::Constant(binary(op, a, b).to_bits()),
                (Binary::Add, Some(0.0), None) | (Binary::Multiply, Some(1.0), None) => self.get(b),
                (Binary::Add | Binary::Subtract, None, Some(0.0))
                | (Binary::Multiply | Binary::Divide | Binary::Power, None, Some(1.0)) => {
                    self.get(a)
                }
                _ => node,
            },
            Node::Select(c, a, b) => match self.value(c) {
                Some(number) if number.is_nan() => self.get(c),
                Some(number) => self.get(if number == 0.0 { b } else { a }),
                None => node,
            },
            _ => node,
        }
    }

    /// The same expression as it was, or will have been, `by` periods later: lags shrink by `by`.
    /// Only for nodes whose lags are all at least `by`.
    pub(crate) fn later(&mut self, id: NodeId, by: u32) -> NodeId {
        let node = match self.get(id) {
            Node::Load { series, lag } => Node::Load { series, lag: lag.saturating_sub(by) },
            Node::Clock(shift) => Node::Clock(shift - by as i32),
            Node::Unary(op, a) => Node::Unary(op, self.later(a, by)),
            Node::Binary(op, a, b) => {
                let (a, b) = (self.later(a, by), self.later(b, by));
                Node::Binary(op, a, b)
            }
            Node::Select(c, a, b) => {
                let (c, a, b) = (self.later(c, by), self.later(a, by), self.later(b, by));
                Node::Select(c, a, b)
            }
            leaf => leaf,
        };
        self.node(node)
    }

    /// The series that a node uses without a lag, each once.
    pub(super) fn current(&self, id: NodeId) -> Vec<u32> {
        let (mut found, mut seen, mut stack) = (Vec::new(), HashSet::new(), vec![id]);
        while let Some(id) = stack.pop() {
            if !seen.insert(id) {
                continue;
            }
            if let Node::Load { series, lag: 0 } = self.get(id)
                && !found.contains(&series)
            {
                found.push(series);
            }
            stack.extend(self.operands(id));
        }
        found
    }

    /// The smallest lag among its loads, when it is made of nothing but loads, parameters and
    /// numbers, and has at least one load.
    pub(crate) fn least_lag(&self, id: NodeId) -> Option<u32> {
        let mut least = None;
        let mut stack = vec![id];
        while let Some(id) = stack.pop() {
            match self.get(id) {
                Node::Load { lag, .. } => {
                    least = Some(least.map_or(lag, |least: u32| least.min(lag)));
                }
                Node::Shock(_) | Node::Count { .. } | Node::Given(_) | Node::Clock(_) => {
                    return None;
                }
                _ => stack.extend(self.operands(id)),
            }
        }
        least
    }
}

/// The operation on one number. Not-a-number in, not-a-number out.
#[inline(always)]
pub(crate) fn unary(op: Unary, a: f64) -> f64 {
    match op {
        Unary::Negate => -a,
        Unary::Not => comparison(a, a, a == 0.0),
        Unary::Function(function) => function.of(a),
    }
}

/// The operation on two numbers. Not-a-number in, not-a-number out, in comparisons too.
#[inline(always)]
#[allow(clippy::float_cmp, reason = "the language compares exactly, as written")]
pub(crate) fn binary(op: Binary, a: f64, b: f64) -> f64 {
    match op {
        Binary::Add => a + b,
        Binary::Subtract => a - b,
        Binary::Multiply => a * b,
        Binary::Divide => a / b,
        Binary::Power => math::pow(a, b),
        Binary::Min => {
            if a < b || a.is_nan() {
                a
            } else {
                b
            }
        }
        Binary::Max => {
            if a > b || a.is_nan() {
                a
            } else {
                b
            }
        }
        Binary::Less => comparison(a, b, a < b),
        Binary::LessEqual => comparison(a, b, a <= b),
        Binary::Equal => comparison(a, b, a == b),
        Binary::NotEqual => comparison(a, b, a != b),
        Binary::And => comparison(a, b, a != 0.0 && b != 0.0),
        Binary::Or => comparison(a, b, a != 0.0 || b != 0.0),
    }
}

/// 1 or 0, or not-a-number when either side is: a comparison must not heal a broken path.
#[inline(always)]
fn comparison(a: f64, b: f64, holds: bool) -> f64 {
    let value = truth(holds);
    if a.is_nan() || b.is_nan() { f64::NAN } else { value }
}

#[inline(always)]
fn truth(holds: bool) -> f64 {
    if holds { 1.0 } else { 0.0 }
}

/// The second where the first is not 0, else the third; not-a-number where the first is.
#[inline(always)]
pub(crate) fn select(c: f64, a: f64, b: f64) -> f64 {
    if c.is_nan() {
        c
    } else if c == 0.0 {
        b
    } else {
        a
    }
}
