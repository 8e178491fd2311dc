//! The equations of the baseline as a graph, for questions that need no random number.

use super::forms::Equations;
use super::graph::{Graph, NodeId};
use super::program::Timeline;
use super::regimes::regime;
use super::timeline::Mode;
use super::uncertain::PathValues;
use crate::model::{Model, Quantity};

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

impl Relations {
    /// From the equations and the modes of the baseline.
    pub(super) fn new(
        model: &Model,
        mut equations: Equations,
        timeline: &Timeline,
        modes: &[Vec<Mode>],
        path_values: &PathValues,
    ) -> Self {
        let computed = (0..modes.len())
            .map(|row| {
                let regime = regime(model, &mut equations, timeline, row, modes);
                regime.into_iter().map(|(indicator, root, _)| (indicator, root)).collect()
            })
            .collect();
        Self {
            computed,
            caches: equations.caches.iter().copied().collect(),
            graph: equations.graph,
            path_values: path_values.quantities(),
        }
    }
}
