//! The tree by which paths choose the events that began up to the last observed period.
//!
//! Walking through events and periods, a path begins an event with the probability of its beginning given the
//! outturns and the starts so far, mixed with a little of the model's own, so that no configuration is shut out. Its
//! weight divides the chosen probabilities out. The tree grows of likely configurations, which `event_search.rs` finds.

use std::ops::Range;

use super::event_sizes::{Sizes, Start};
use super::lengths::Lengths;
use crate::compile::SimulatedPeriod;

/// Share of the model's own probabilities in those by which paths choose.
const OPEN: f64 = 0.1;

/// How paths choose the events that began up to the last observed period.
#[derive(Debug, Clone, Default)]
pub(super) struct EventTree {
    /// Simulated periods in which starts are chosen.
    pub(super) periods: Range<SimulatedPeriod>,
    /// The events that touch the observations, by number.
    pub(super) proposed: Vec<ProposedEvent>,
    /// The root is the first.
    pub(super) nodes: Vec<Node>,
    /// What observations are in the linear model without events, made independent.
    pub(super) aim: Vec<f64>,
}

impl EventTree {
    /// Are the starts of an event chosen?
    pub(super) fn proposes(&self, number: usize) -> bool {
        self.proposed.iter().any(|event| event.number == number)
    }
}

/// An event whose starts are chosen.
#[derive(Debug, Clone)]
pub(super) struct ProposedEvent {
    pub(super) number: usize,
    /// The probability of a start at the mode.
    pub(super) chance: f64,
    pub(super) lengths: Lengths,
    /// By simulated period and length: does a start move any observation?
    pub(super) moves: Vec<Vec<bool>>,
}

impl ProposedEvent {
    /// Does a start in a simulated period move any observation, if it lasts so long?
    pub(super) fn moves(&self, period: SimulatedPeriod, length: usize) -> bool {
        self.moves[period.0].get(length).is_some_and(|moves| *moves)
    }

    /// Does a start in a simulated period move any observation, however long it lasts?
    pub(super) fn may_move(&self, period: SimulatedPeriod) -> bool {
        self.moves[period.0].contains(&true)
    }

    /// The period after the last in which a start moves an observation. Later starts are not chosen:
    /// they are as they were drawn.
    pub(super) fn end(&self) -> SimulatedPeriod {
        let moving = |&period: &SimulatedPeriod| self.may_move(period);
        let last = SimulatedPeriod::all(self.moves.len()).filter(moving).last();
        last.map_or(SimulatedPeriod::default(), |last| last.later(1))
    }
}

/// What has been chosen so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Node {
    /// In the order of events and periods.
    pub(super) branches: Vec<Branch>,
    pub(super) sizes: Sizes,
}

/// A start that may be chosen.
#[derive(Debug, Clone)]
pub(super) struct Branch {
    /// Its place among the events whose starts are chosen.
    pub(super) event: usize,
    pub(super) period: SimulatedPeriod,
    pub(super) chance: f64,
    /// By length.
    pub(super) lengths: Vec<LengthBranch>,
}

/// A length of an event that may be chosen.
#[derive(Debug, Clone)]
pub(super) struct LengthBranch {
    pub(super) share: f64,
    /// What comes then; nothing when no likely configuration has it.
    pub(super) node: Option<usize>,
}

/// Adds the node of some configurations that begin with the same starts, in their order, and all
/// nodes behind it; gives its place.
pub(super) fn grow(
    nodes: &mut Vec<Node>,
    masses: &[(Vec<Start>, f64)],
    depth: usize,
    proposed: &[ProposedEvent],
    end: SimulatedPeriod,
    sizes: &impl Fn(&[Start]) -> Sizes,
) -> usize {
    let index = nodes.len();
    let mut chosen = sizes(&masses[0].0[..depth]);
    chosen.of.iter_mut().for_each(|of| of.0 = proposed[of.0].number);
    nodes.push(Node { branches: Vec::new(), sizes: chosen });
    let first = masses.iter().position(|(starts, _)| starts.len() > depth).unwrap_or(masses.len());
    let mut rest = &masses[first..];
    let mass = |some: &[(Vec<Start>, f64)]| some.iter().map(|(_, mass)| mass).sum::<f64>();
    let mut left = mass(masses);
    let mut branches = Vec::new();
    while let Some((starts, _)) = rest.first() {
        let (event, at, _) = starts[depth];
        let same = |starts: &[Start]| (starts[depth].0, starts[depth].1) == (event, at);
        let count = rest.iter().position(|(starts, _)| !same(starts)).unwrap_or(rest.len());
        let (here, later) = rest.split_at(count);
        let all = mass(here);
        let lengths = &proposed[event].lengths;
        let periods = at.until(end);
        let mut ways: Vec<LengthBranch> = (0..lengths.count(periods))
            .map(|k| LengthBranch { share: OPEN * lengths.chance(k, periods), node: None })
            .collect();
        for some in here.chunk_by(|a, b| a.0[depth] == b.0[depth]) {
            let length = &mut ways[some[0].0[depth].2];
            length.share += (1.0 - OPEN) * mass(some) / all;
            length.node = Some(grow(nodes, some, depth + 1, proposed, end, sizes));
        }
        let posterior = (all / left).min(1.0);
        let chance = (1.0 - OPEN) * posterior + OPEN * proposed[event].chance;
        branches.push(Branch { event, period: at, chance, lengths: ways });
        left -= all;
        rest = later;
    }
    nodes[index].branches = branches;
    index
}
