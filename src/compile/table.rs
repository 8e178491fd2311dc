//! Values that change over periods but not between paths, worked out once for each scenario.

use super::code::Shared;
use super::forms::Equations;
use super::graph::{Graph, Node, NodeId, binary, select, unary};
use super::program::Timeline;
use super::scenarios::Resolved;

/// The table of a scenario: `[row][column]`.
pub(super) fn table(
    equations: &Equations,
    shared: &Shared,
    timeline: &Timeline,
    scenario: &Resolved,
) -> Vec<Vec<f64>> {
    let add_factor = |column: u32, row: usize| {
        // Columns of add factors are numbered in the order in which they are declared.
        let found = equations.add_factors.get_index(column as usize);
        let key = found.map(|(indicator, _)| (*indicator, row));
        key.and_then(|key| scenario.add_factors.get(&key)).copied().unwrap_or(0.0)
    };
    (0..timeline.rows)
        .map(|row| {
            let ordinal = timeline.period(row).ordinal();
            let given = |column| add_factor(column, row);
            let value = |&node| evaluate(&equations.graph, node, ordinal, &given);
            shared.columns.iter().map(value).collect()
        })
        .collect()
}

fn evaluate(graph: &Graph, node: NodeId, ordinal: i32, given: &impl Fn(u32) -> f64) -> f64 {
    let value = |node| evaluate(graph, node, ordinal, given);
    match graph.get(node) {
        Node::Constant(bits) => f64::from_bits(bits),
        Node::Clock(shift) => f64::from(ordinal - shift),
        Node::Given(column) => given(column),
        Node::Unary(op, a) => unary(op, value(a)),
        Node::Binary(op, a, b) => binary(op, value(a), value(b)),
        Node::Select(c, a, b) => select(value(c), value(a), value(b)),
        // Nothing else is the same in all paths.
        Node::Parameter(_) | Node::Load { .. } | Node::Shock(_) | Node::Count { .. } => f64::NAN,
    }
}
