//! Values that change over periods but not between paths, worked out once for each scenario.

use std::collections::{BTreeSet, HashMap};

use super::code::Shared;
use super::forms::Equations;
use super::graph::{Graph, Node, NodeId, binary, select, unary};
use super::rows::{Row, Timeline};
use super::scenario_change::Resolved;
use crate::interrupt::look;

/// The table of a scenario: `[row][column]`. `known` are values that are the same in every path of
/// every scenario.
pub(super) fn table(
    equations: &Equations,
    shared: &Shared,
    timeline: &Timeline,
    scenario: &Resolved,
    known: &HashMap<(u32, Row), f64>,
) -> Vec<Vec<f64>> {
    let mut values = vec![f64::NAN; equations.graph.len()];
    let order = needed(&equations.graph, shared);
    timeline
        .all()
        .map(|row| {
            let at = At { equations, timeline, scenario, known, row };
            for &node in &order {
                look();
                values[node as usize] = at.value(node, &values);
            }
            shared.columns.iter().map(|&node| values[node as usize]).collect()
        })
        .collect()
}

/// The nodes that columns are computed from: operands have lower numbers than what uses them.
fn needed(graph: &Graph, shared: &Shared) -> Vec<NodeId> {
    let mut found = BTreeSet::new();
    let mut stack: Vec<NodeId> = shared.columns.iter().copied().collect();
    while let Some(node) = stack.pop() {
        look();
        if found.insert(node) {
            stack.extend(graph.operands(node));
        }
    }
    found.into_iter().collect()
}

/// A row of a scenario.
struct At<'a> {
    equations: &'a Equations,
    timeline: &'a Timeline,
    scenario: &'a Resolved,
    known: &'a HashMap<(u32, Row), f64>,
    row: Row,
}

impl At<'_> {
    /// The value of a node, given those of its operands.
    fn value(&self, node: NodeId, values: &[f64]) -> f64 {
        let value = |node: NodeId| values[node as usize];
        match self.equations.graph.get(node) {
            Node::Constant(bits) => f64::from_bits(bits),
            Node::Clock(shift) => f64::from(self.timeline.period(self.row).ordinal() - shift),
            Node::Given(column) => self.add_factor(column),
            Node::Load { series, lag } => self.load(series, lag),
            Node::Unary(op, a) => unary(op, value(a)),
            Node::Binary(op, a, b) => binary(op, value(a), value(b)),
            Node::Select(c, a, b) => select(value(c), value(a), value(b)),
            // Nothing else is the same in all paths.
            Node::Parameter(_) | Node::Shock(_) | Node::Count { .. } => f64::NAN,
        }
    }

    fn add_factor(&self, column: u32) -> f64 {
        // Columns of add factors are numbered in the order in which they are declared.
        let found = self.equations.add_factors.get_index(column as usize);
        let key = found.map(|(indicator, _)| (*indicator, self.row));
        key.and_then(|key| self.scenario.add_factors.get(&key)).copied().unwrap_or(0.0)
    }

    /// A series that is the same in all paths: set by the scenario, or known.
    fn load(&self, series: u32, lag: u32) -> f64 {
        let Some(row) = self.row.before(lag) else { return f64::NAN };
        let set = self.scenario.exogenised.get(&(series, row));
        set.or_else(|| self.known.get(&(series, row))).copied().unwrap_or(f64::NAN)
    }
}
