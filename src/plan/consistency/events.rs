//! Event risks whose probability may turn out to be none.

use super::finding::{Finding, warning};
use super::finding_words as words;
use super::interval::Interval;
use super::network::{Cell, Network};
use super::question::Question;
use crate::error::Problem;
use crate::model::{Of, Term};

/// The cells of the probabilities that are expressions, by number of the event.
pub(super) fn chances(network: &mut Network<'_>) -> Vec<(usize, Cell)> {
    let program = network.program;
    let row = program.inner.timeline.first;
    let events = program.model().events.values().zip(&program.inner.random.events).enumerate();
    let expressions = events.filter(|(_, (e, _))| matches!(e.probability, Term::Expression(_)));
    let nodes: Vec<_> = expressions.map(|(k, (_, draw))| (k, draw.chance)).collect();
    nodes.into_iter().map(|(k, node)| (k, network.node(node, row))).collect()
}

/// Probabilities that need not be from 0 to 1.
pub(super) fn odd(question: &Question<'_, '_>, chances: &[(usize, Cell)]) -> Vec<Finding> {
    let found = chances.iter().filter_map(|&(event, cell)| {
        let left = question.start.of(cell);
        let wanted = Interval::closed(0.0, 1.0);
        if left.is_within(wanted) {
            return None;
        }
        let (name, _) = question.model.events.get_index(event)?;
        let which = if left.misses(wanted) { "every path fails" } else { "paths in which it is not fail" };
        let message = format!(
            "is {}, not always from 0 to 1: {which}; draw its parameters from what stays there, or bound it: \
             max(0, min(1, ...))",
            words::left(Of::Level, left)
        );
        let problem = Problem::new(format!("events.{name}.probability"), message);
        let finding = warning(&question.model.locate(problem));
        Some(finding.with(&[("low", left.lo.at), ("high", left.hi.at)]))
    });
    found.collect()
}
