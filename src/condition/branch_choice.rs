//! Paths choose which events began up to the last observed period, and how large they were.

use super::algebra::{dot, forward};
use super::event_tree::{Branch, EventTree, Node, ProposedEvent};
use super::lengths::whole;
use super::proposal::Proposal;
use super::thread::Thread;
use crate::compile::{EventDraw, EventValue, Inner, SimulatedPeriod};
use crate::math::{ln, normal_quantile};
use crate::simulate::{BlockDraws, EventRows, Worker};

/// A uniform that begins an event whatever its probability, and one that never does.
const BEGINS: f64 = -1.0;
const NEVER: f64 = 2.0;

impl Thread<'_> {
    /// Chooses starts and lengths in each path: they take the place of what was drawn until
    /// [`give_back`](Self::give_back). `missing` is what is observed minus what the scores make of it.
    pub(super) fn choose_events(
        &mut self,
        worker: &mut Worker,
        program: &Inner,
        proposal: &Proposal,
        missing: &[Vec<f64>],
    ) {
        let tree = &proposal.event_tree;
        if tree.nodes.is_empty() {
            return;
        }
        for (to, from) in self.events.iter_mut().zip(&worker.draws.events[..tree.periods.end.0]) {
            for (to, from) in to.iter_mut().zip(from) {
                to.copy_from(from);
            }
        }
        for lane in 0..worker.memory.lanes {
            let (draws, chosen, from_prior) =
                (&worker.draws, &mut self.events, self.from_prior[lane]);
            let mut choice =
                Choice { tree, draws, chosen, lane, from_prior, ln_weight: 0.0, node: Some(0) };
            for (k, proposed) in tree.proposed.iter().enumerate() {
                let event = &program.random.events[proposed.number];
                choice.event(k, proposed, event, worker.memory.once(event.probability)[lane]);
            }
            if let Some(node) = choice.node {
                choice.resize(&tree.nodes[node], program, proposal, missing);
            }
            self.ln_ratio[lane] += choice.ln_weight;
        }
        self.swap_events(worker, proposal);
    }

    /// Puts back what was drawn.
    pub(super) fn give_back(&mut self, worker: &mut Worker, proposal: &Proposal) {
        if !proposal.event_tree.nodes.is_empty() {
            self.swap_events(worker, proposal);
        }
    }

    fn swap_events(&mut self, worker: &mut Worker, proposal: &Proposal) {
        let periods = proposal.event_tree.periods.end.0;
        worker.draws.events[..periods].swap_with_slice(&mut self.events[..periods]);
    }

    /// The probabilities in the model of the chosen starts whose probability depends on the path.
    pub(super) fn weigh_starts(&mut self, worker: &Worker, program: &Inner, proposal: &Proposal) {
        let events = &program.random.events;
        let proposed = proposal.event_tree.proposed.iter();
        for proposed in proposed.filter(|event| !events[event.number].is_constant()) {
            let (number, end) = (proposed.number, proposed.end());
            let event = &events[number];
            let chances = worker.memory.once(event.probability);
            for (lane, chance) in chances.iter().enumerate() {
                let (start, none) =
                    (ln(chance.clamp(0.0, 1.0)), ln((1.0 - chance).clamp(0.0, 1.0)));
                let mut left = 0.0;
                let tree = &proposal.event_tree;
                for period in SimulatedPeriod::within(&(tree.periods.start..end)) {
                    let rows = &worker.draws.events[period.0][number];
                    if event.overlap || left <= 0.0 {
                        let begins = rows.begin[lane] == BEGINS;
                        self.ln_ratio[lane] += if begins { start } else { none };
                        left = if begins { whole(rows.duration[lane]) } else { left };
                    }
                    left -= 1.0;
                }
            }
        }
    }
}

/// One path on its way through the tree.
struct Choice<'a> {
    tree: &'a EventTree,
    draws: &'a BlockDraws,
    chosen: &'a mut [Vec<EventRows>],
    lane: usize,
    /// Does it begin events as the model does?
    from_prior: bool,
    /// The logarithm of the model's probability over that by which it chooses.
    ln_weight: f64,
    /// None once it has left the likely configurations.
    node: Option<usize>,
}

impl<'a> Choice<'a> {
    /// Chooses the starts of an event whose probability in the model is `own`.
    fn event(&mut self, k: usize, proposed: &ProposedEvent, event: &EventDraw, own: f64) {
        let (lane, is_constant) = (self.lane, event.is_constant());
        let mut left = 0.0;
        let starts = self.tree.periods.start..proposed.end();
        for period in SimulatedPeriod::within(&starts) {
            let mut begins = false;
            if event.overlap || left <= 0.0 {
                let branch = self.branch(k, period);
                let chance = branch.map_or(proposed.chance, |branch| branch.chance);
                let uniform = self.draws.events[period.0][proposed.number].begin[lane] + 0.5;
                begins = uniform < if self.from_prior { own } else { chance };
                let side = |p: f64| if begins { p } else { 1.0 - p };
                match (is_constant, branch) {
                    (true, None) => {}
                    (true, Some(_)) => self.ln_weight += ln(side(proposed.chance) / side(chance)),
                    (false, _) => self.ln_weight -= ln(side(chance)), // see `weigh_starts`
                }
                if begins {
                    self.length(proposed, event, period, branch);
                    left = whole(self.chosen[period.0][proposed.number].duration[lane]);
                }
            }
            self.chosen[period.0][proposed.number].begin[lane] =
                if begins { BEGINS } else { NEVER };
            left -= 1.0;
        }
    }

    fn branch(&self, event: usize, period: SimulatedPeriod) -> Option<&'a Branch> {
        let branches = &self.tree.nodes[self.node?].branches;
        let found =
            branches.binary_search_by_key(&(event, period), |branch| (branch.event, branch.period));
        found.ok().map(|at| &branches[at])
    }

    /// Chooses the length of an event that begins, by the uniform it was drawn from.
    fn length(
        &mut self,
        proposed: &ProposedEvent,
        event: &EventDraw,
        period: SimulatedPeriod,
        branch: Option<&Branch>,
    ) {
        let Some(branch) = branch else {
            // A start that moves nothing leaves the rest as likely as it was.
            self.node = self.node.filter(|_| !proposed.may_move(period));
            return;
        };
        let EventValue::Drawn(_, marginal) = &event.duration else {
            let mut lengths = branch.lengths.iter();
            self.node = lengths.find_map(|length| length.node);
            return;
        };
        let left = period.until(self.tree.periods.end);
        let u = self.draws.event_uniforms[period.0][proposed.number].duration[self.lane] + 0.5;
        if self.from_prior {
            let chosen = proposed.lengths.group(u - 0.5, left);
            let (low, high) = proposed.lengths.range(chosen, left);
            let length = &branch.lengths[chosen];
            self.ln_weight += ln((high - low) / length.share);
            self.node = length.node.or(self.node.filter(|_| !proposed.moves(period, chosen)));
            return;
        }
        let (mut below, mut chosen) = (0.0, 0);
        for (group, length) in
            branch.lengths.iter().enumerate().filter(|(_, length)| length.share > 0.0)
        {
            chosen = group;
            if u < below + length.share {
                break;
            }
            below += length.share;
        }
        let length = &branch.lengths[chosen];
        let (low, high) = proposed.lengths.range(chosen, left);
        let within = ((u - below) / length.share).clamp(0.0, 1.0);
        let v = (low + within * (high - low)).clamp(1e-16 - 0.5, 0.5 - 1e-16);
        self.chosen[period.0][proposed.number].duration[self.lane] = marginal.quantile(v);
        self.ln_weight += ln((high - low) / length.share);
        self.node = length.node.or(self.node.filter(|_| !proposed.moves(period, chosen)));
    }

    /// Draws the sizes of the chosen events given the observations in the linear model: `s` from the
    /// model becomes `s + G (what is missing - columns' s)`, as all other scores are moved.
    fn resize(&mut self, node: &Node, program: &Inner, proposal: &Proposal, missing: &[Vec<f64>]) {
        let (sizes, lane) = (&node.sizes, self.lane);
        if sizes.of.is_empty() {
            return;
        }
        let mut rest: Vec<f64> = missing.iter().map(|row| row[lane]).collect();
        forward(&proposal.factor, &mut rest);
        rest.iter_mut().zip(&sizes.middle).for_each(|(rest, middle)| *rest -= middle);
        let uniforms = &self.draws.event_uniforms;
        let drawn = sizes.of.iter().map(|&(n, period, j)| uniforms[period.0][n].sizes[j][lane]);
        let mut scores: Vec<f64> = drawn.map(normal_quantile).collect();
        less(&mut rest, &sizes.columns, &scores);
        if !self.from_prior {
            for (score, gains) in scores.iter_mut().zip(&sizes.gains) {
                *score += dot(gains, &rest);
            }
        }
        for (&(n, period, j), score) in sizes.of.iter().zip(&scores) {
            if let (_, EventValue::Drawn(_, marginal)) = &program.random.events[n].sizes[j] {
                let mut value = [*score];
                marginal.from_scores(&mut value);
                self.chosen[period.0][n].sizes[j][lane] = value[0];
            }
        }
        let mut aim: Vec<f64> =
            self.tree.aim.iter().zip(&sizes.middle).map(|(a, m)| a - m).collect();
        less(&mut aim, &sizes.columns, &scores);
        self.ln_weight += sizes.ln_density + 0.5 * dot(&aim, &aim);
    }
}

/// Takes away what scores make of observations.
fn less(rest: &mut [f64], columns: &[Vec<f64>], scores: &[f64]) {
    for (column, score) in columns.iter().zip(scores) {
        rest.iter_mut().zip(column).for_each(|(rest, entry)| *rest -= score * entry);
    }
}
