//! The equations of the baseline as a graph, for questions that need no random number.

use super::graph::{Graph, NodeId};
use crate::model::Quantity;

/// What computes what in the baseline, period by period.
#[derive(Debug)]
pub(crate) struct Relations {
    pub(crate) graph: Graph,
    /// The node of the k-th series beyond the indicators: a load of it, some periods ago, is this
    /// node in that period.
    pub(crate) caches: Vec<NodeId>,
    /// For each row the indicators that are computed in it, and the node of their value.
    pub(crate) computed: Vec<Vec<(u32, NodeId)>>,
    /// Values fixed within a path by the name of their stream; parameters come first.
    pub(crate) path_values: Vec<(String, Quantity)>,
}
