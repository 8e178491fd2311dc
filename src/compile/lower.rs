//! From expressions with names to nodes with indices.

use std::collections::HashMap;

use indexmap::IndexSet;

use super::graph::{Binary, Extent, Graph, Node as GraphNode, NodeId, Unary};
use super::names::{Meaning, Names};
use crate::expr::{BinaryOp, Expr, Function, Node, UnaryOp};
use crate::sample::Count;

/// Turns expressions into nodes; gathers the names that stand for nothing.
pub(super) struct Lowering<'a> {
    pub(super) graph: &'a mut Graph,
    pub(super) names: &'a Names,
    /// Names that mean a node within this equation only.
    pub(super) locals: HashMap<&'a str, NodeId>,
    /// Streams of random counts.
    pub(super) counts: &'a mut IndexSet<String>,
    /// Cached transforms of lagged values: their nodes in the current period. The series of the
    /// k-th is the number of indicators + k.
    pub(super) caches: &'a mut IndexSet<NodeId>,
    pub(super) indicators: u32,
    /// The indicator whose equation this is.
    pub(super) owner: &'a str,
    pub(super) own_counts: usize,
    /// What is wrong with names that stand for nothing, each once.
    pub(super) unknown: IndexSet<String>,
}

impl Lowering<'_> {
    /// The node of an expression, if no name in it is unknown.
    pub(super) fn known(&mut self, expr: &Expr) -> Result<NodeId, Vec<String>> {
        let node = self.expression(expr);
        let unknown: Vec<String> = std::mem::take(&mut self.unknown).into_iter().collect();
        if unknown.is_empty() { Ok(node) } else { Err(unknown) }
    }

    pub(super) fn expression(&mut self, expr: &Expr) -> NodeId {
        match &expr.node {
            Node::Number(value) => self.graph.constant(*value),
            Node::Period(period) => self.graph.constant(f64::from(period.ordinal())),
            Node::Now { shift } => self.graph.node(GraphNode::Clock(*shift as i32)),
            Node::Name { name, lag } => self.name(name, *lag),
            Node::Shock(name) => match self.names.shock(name) {
                Some(shock) => self.graph.node(GraphNode::Shock(shock)),
                None => {
                    self.unknown(format!("unknown shock \"{name}\"{}", self.names.near_shock(name)))
                }
            },
            Node::Unary(op, a) => {
                let a = self.expression(a);
                let op = match op {
                    UnaryOp::Neg => Unary::Negate,
                    UnaryOp::Not => Unary::Not,
                };
                self.graph.unary(op, a)
            }
            Node::Binary(op, a, b) => {
                let (a, b) = (self.expression(a), self.expression(b));
                self.binary(*op, a, b)
            }
            Node::Call(function, arguments) => self.call(function, arguments),
        }
    }

    fn name(&mut self, name: &str, lag: u32) -> NodeId {
        if let Some(&node) = self.locals.get(name) {
            return node;
        }
        match self.names.get(name) {
            Some(Meaning::Indicator(series)) => self.graph.node(GraphNode::Load { series, lag }),
            Some(Meaning::Parameter(k)) => self.graph.node(GraphNode::Parameter(k)),
            None => {
                let hint = self.names.near(name);
                self.unknown(format!("\"{name}\" is neither an indicator nor a parameter{hint}"))
            }
        }
    }

    /// Stands for a name that stands for nothing.
    fn unknown(&mut self, message: String) -> NodeId {
        self.unknown.insert(message);
        self.graph.constant(1.0)
    }

    fn binary(&mut self, op: BinaryOp, a: NodeId, b: NodeId) -> NodeId {
        let (op, a, b) = match op {
            BinaryOp::Add => (Binary::Add, a, b),
            BinaryOp::Sub => (Binary::Subtract, a, b),
            BinaryOp::Mul => (Binary::Multiply, a, b),
            BinaryOp::Div => (Binary::Divide, a, b),
            BinaryOp::Pow => (Binary::Power, a, b),
            BinaryOp::Lt => (Binary::Less, a, b),
            BinaryOp::Le => (Binary::LessEqual, a, b),
            BinaryOp::Gt => (Binary::Less, b, a),
            BinaryOp::Ge => (Binary::LessEqual, b, a),
            BinaryOp::Eq => (Binary::Equal, a, b),
            BinaryOp::Ne => (Binary::NotEqual, a, b),
            BinaryOp::And => (Binary::And, a, b),
            BinaryOp::Or => (Binary::Or, a, b),
        };
        self.graph.binary(op, a, b)
    }

    fn call(&mut self, function: &Function, arguments: &[Expr]) -> NodeId {
        let values: Vec<NodeId> = arguments.iter().map(|a| self.expression(a)).collect();
        let fold = |graph: &mut Graph, op| {
            let first = values[0];
            values[1..].iter().fold(first, |sum, &value| graph.binary(op, sum, value))
        };
        match function {
            Function::Of(function) if function.is_costly() => {
                self.cached(Unary::Function(*function), values[0])
            }
            Function::Of(function) => self.graph.unary(Unary::Function(*function), values[0]),
            Function::Min => fold(self.graph, Binary::Min),
            Function::Max => fold(self.graph, Binary::Max),
            Function::If => self.graph.node(GraphNode::Select(values[0], values[1], values[2])),
            Function::Poisson { stream } => {
                self.count(Count::Poisson, stream.as_deref(), values[0], values[0])
            }
            Function::NegativeBinomial { stream } => {
                self.count(Count::NegativeBinomial, stream.as_deref(), values[0], values[1])
            }
            Function::Binomial { stream } => {
                self.count(Count::Binomial, stream.as_deref(), values[0], values[1])
            }
            Function::Diff
            | Function::Dlog
            | Function::Growth
            | Function::Movavg
            | Function::Movsum
            | Function::Lag
            | Function::Mod
            | Function::Tan
            | Function::Normpdf => self.unknown("was not expanded".to_owned()),
        }
    }

    /// A costly function. Where all it depends on lies in the past, its value was the current one
    /// of an earlier period: it is kept as a series instead of being computed again.
    fn cached(&mut self, op: Unary, a: NodeId) -> NodeId {
        let node = self.graph.unary(op, a);
        if self.graph.extent(node) <= Extent::Period {
            return node; // worked out once for all paths
        }
        match self.graph.least_lag(node) {
            Some(lag) if lag > 0 => {
                let current = self.graph.later(node, lag);
                let series = self.indicators + self.caches.insert_full(current).0 as u32;
                self.graph.node(GraphNode::Load { series, lag })
            }
            _ => node,
        }
    }

    fn count(&mut self, count: Count, stream: Option<&str>, a: NodeId, b: NodeId) -> NodeId {
        self.own_counts += 1;
        let own = || match self.own_counts {
            1 => self.owner.to_owned(),
            k => format!("{}/{k}", self.owner),
        };
        let stream = stream.map_or_else(own, str::to_owned);
        let draw = self.counts.insert_full(stream).0 as u32;
        self.graph.node(GraphNode::Count { count, draw, a, b })
    }
}
