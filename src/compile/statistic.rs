//! What targets count, as nodes of a graph, and what has to hold for it to be defined.

use super::graph::{Binary, Graph, Node, NodeId};
use crate::model::arithmetic::{Arithmetic, Number};
use crate::period::Period;

/// The same expression some periods earlier. A series that stands for a node is written out.
pub(super) fn earlier(
    graph: &mut Graph,
    id: NodeId,
    by: u32,
    of: &dyn Fn(u32) -> Option<NodeId>,
) -> NodeId {
    let node = graph.get(id);
    let mut again = |id| earlier(graph, id, by, of);
    let node = match node {
        Node::Load { series, lag } => match of(series) {
            Some(current) => return earlier(graph, current, by + lag, of),
            None => Node::Load { series, lag: lag + by },
        },
        Node::Clock(shift) => Node::Clock(shift + by as i32),
        Node::Unary(op, a) => Node::Unary(op, again(a)),
        Node::Binary(op, a, b) => Node::Binary(op, again(a), again(b)),
        Node::Select(c, a, b) => Node::Select(again(c), again(a), again(b)),
        leaf @ (Node::Constant(_)
        | Node::Given(_)
        | Node::Parameter(_)
        | Node::Shock(_)
        | Node::Count { .. }) => leaf,
    };
    graph.node(node)
}

/// What a target, or its limit, is about, in the current period.
#[derive(Debug, Clone)]
pub(super) struct About {
    pub(super) node: NodeId,
    /// What has to be positive for the growth that a formula speaks of to be defined.
    pub(super) bases: Vec<NodeId>,
}

/// What has to hold for growth to be defined: a number is positive, or at least not negative.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Premise {
    pub(crate) number: NodeId,
    pub(crate) positive: bool,
}

/// A graph that computes with what a target is about, as of its last period.
pub(super) struct Statistic<'a> {
    pub(super) graph: &'a mut Graph,
    pub(super) about: &'a About,
    pub(super) last: Period,
    /// What has to hold for what was computed so far to be defined.
    pub(super) premises: &'a mut Vec<Premise>,
}

impl Arithmetic for Statistic<'_> {
    fn level(&mut self, period: Period) -> Number {
        let lag = self.last.since(period).unwrap_or(0).max(0) as u32;
        for &base in &self.about.bases {
            let number = earlier(self.graph, base, lag, &|_| None);
            self.premises.push(Premise { number, positive: true });
        }
        earlier(self.graph, self.about.node, lag, &|_| None)
    }

    fn number(&mut self, value: f64) -> Number {
        self.graph.constant(value)
    }

    fn add(&mut self, a: Number, b: Number) -> Number {
        self.graph.binary(Binary::Add, a, b)
    }

    fn subtract(&mut self, a: Number, b: Number) -> Number {
        self.graph.binary(Binary::Subtract, a, b)
    }

    fn divide(&mut self, a: Number, b: Number) -> Number {
        self.graph.binary(Binary::Divide, a, b)
    }

    fn power(&mut self, a: Number, b: Number) -> Number {
        self.graph.binary(Binary::Power, a, b)
    }

    fn counted_from(&mut self, base: Number) -> Number {
        self.premises.push(Premise { number: base, positive: true });
        base
    }

    fn root_of(&mut self, number: Number) -> Number {
        self.premises.push(Premise { number, positive: false });
        number
    }

    fn min(&mut self, a: Number, b: Number) -> Number {
        self.graph.binary(Binary::Min, a, b)
    }

    fn max(&mut self, a: Number, b: Number) -> Number {
        self.graph.binary(Binary::Max, a, b)
    }
}
