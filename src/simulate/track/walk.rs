//! Paths choose which events began up to the last observed period, and how large they were.

use super::algebra::{dot, forward};
use super::guide::Guide;
use super::lengths::whole;
use super::starts::{Fork, LedEvent, Node, Starts};
use crate::compile::{EventDraw, EventValue, Inner};
use crate::math::{ln, normal_quantile};
use crate::simulate::block::Worker;
use crate::simulate::draws::{BlockDraws, EventRows};

/// A uniform that begins an event whatever its probability, and one that never does.
const BEGINS: f64 = -1.0;
const NEVER: f64 = 2.0;

impl Worker {
    /// Chooses starts and lengths in each path: they take the place of what was drawn until
    /// [`give_back`](Self::give_back). `missing` is what is observed less what the scores make of it.
    pub(super) fn choose_events(&mut self, program: &Inner, guide: &Guide, missing: &[Vec<f64>]) {
        let starts = &guide.starts;
        if starts.nodes.is_empty() {
            return;
        }
        for place in 0..starts.places {
            copy(&self.draws.events[place], &mut self.draws.led[place]);
        }
        for lane in 0..self.memory.lanes {
            let mut walk =
                Walk { starts, draws: &mut self.draws, lane, ln_weight: 0.0, node: Some(0) };
            for (k, event) in starts.led.iter().enumerate() {
                walk.event(k, event, &program.draws.events[event.number]);
            }
            if let Some(node) = walk.node {
                walk.resize(&starts.nodes[node], program, guide, missing);
            }
            self.log_weights[lane] += walk.ln_weight;
        }
        self.swap_events(guide);
    }

    /// Puts back what was drawn.
    pub(super) fn give_back(&mut self, guide: &Guide) {
        if !guide.starts.nodes.is_empty() {
            self.swap_events(guide);
        }
    }

    fn swap_events(&mut self, guide: &Guide) {
        let places = guide.starts.places;
        self.draws.events[..places].swap_with_slice(&mut self.draws.led[..places]);
    }

    /// The probabilities in the model of the chosen starts whose probability depends on the path.
    pub(super) fn weigh_starts(&mut self, program: &Inner, guide: &Guide) {
        let events = &program.draws.events;
        let led = guide.starts.led.iter().map(|event| event.number);
        for number in led.filter(|number| !is_constant(&events[*number])) {
            let event = &events[number];
            let chances = self.memory.row(event.probability, 0);
            for (lane, chance) in chances.iter().enumerate() {
                let (start, none) =
                    (ln(chance.clamp(0.0, 1.0)), ln((1.0 - chance).clamp(0.0, 1.0)));
                let mut left = 0.0;
                for rows in &self.draws.events[..guide.starts.places] {
                    let rows = &rows[number];
                    if event.overlap || left <= 0.0 {
                        let begins = rows.begin[lane] == BEGINS;
                        self.log_weights[lane] += if begins { start } else { none };
                        left = if begins { whole(rows.duration[lane]) } else { left };
                    }
                    left -= 1.0;
                }
            }
        }
    }
}

pub(super) fn is_constant(event: &EventDraw) -> bool {
    event.probability.sort == crate::compile::Sort::Constant
}

/// One path on its way through the tree.
struct Walk<'a> {
    starts: &'a Starts,
    draws: &'a mut BlockDraws,
    lane: usize,
    ln_weight: f64,
    /// None once it has left the likely configurations.
    node: Option<usize>,
}

impl<'a> Walk<'a> {
    fn event(&mut self, k: usize, led: &LedEvent, event: &EventDraw) {
        let (lane, is_constant) = (self.lane, is_constant(event));
        let mut left = 0.0;
        for place in 0..self.starts.places {
            let mut begins = false;
            if event.overlap || left <= 0.0 {
                let fork = self.fork(k, place);
                let chance = fork.map_or(led.chance, |fork| fork.chance);
                begins = self.draws.events[place][led.number].begin[lane] + 0.5 < chance;
                let side = |p: f64| if begins { p } else { 1.0 - p };
                match (is_constant, fork) {
                    (true, None) => {}
                    (true, Some(_)) => self.ln_weight += ln(side(led.chance) / side(chance)),
                    (false, _) => self.ln_weight -= ln(side(chance)), // see `weigh_starts`
                }
                if begins {
                    self.length(led, event, place, fork);
                    left = whole(self.draws.led[place][led.number].duration[lane]);
                }
            }
            self.draws.led[place][led.number].begin[lane] = if begins { BEGINS } else { NEVER };
            left -= 1.0;
        }
    }

    fn fork(&self, event: usize, place: usize) -> Option<&'a Fork> {
        let forks = &self.starts.nodes[self.node?].forks;
        let found = forks.binary_search_by_key(&(event, place), |fork| (fork.event, fork.place));
        found.ok().map(|at| &forks[at])
    }

    /// Chooses the length of an event that begins, by the uniform it was drawn from.
    fn length(&mut self, led: &LedEvent, event: &EventDraw, place: usize, fork: Option<&Fork>) {
        let Some(fork) = fork else {
            self.node = None;
            return;
        };
        let EventValue::Drawn(_, marginal) = &event.duration else {
            let mut ways = fork.ways.iter();
            self.node = ways.find_map(|way| way.node);
            return;
        };
        let left = self.starts.places - place;
        let u = self.draws.luck[place][led.number].duration[self.lane] + 0.5;
        let (mut below, mut chosen) = (0.0, 0);
        for (group, way) in fork.ways.iter().enumerate().filter(|(_, way)| way.share > 0.0) {
            chosen = group;
            if u < below + way.share {
                break;
            }
            below += way.share;
        }
        let way = &fork.ways[chosen];
        let (low, high) = led.lengths.range(chosen, left);
        let within = ((u - below) / way.share).clamp(0.0, 1.0);
        let v = (low + within * (high - low)).clamp(1e-16 - 0.5, 0.5 - 1e-16);
        self.draws.led[place][led.number].duration[self.lane] = marginal.quantile(v);
        self.ln_weight += ln((high - low) / way.share);
        self.node = way.node;
    }

    /// Draws the sizes of the chosen events given the observations in the linear model: `s` from the
    /// model becomes `s + G (what is missing - columns' s)`, as all other scores are moved.
    fn resize(&mut self, node: &Node, program: &Inner, guide: &Guide, missing: &[Vec<f64>]) {
        let (sizes, lane) = (&node.sizes, self.lane);
        if sizes.of.is_empty() {
            return;
        }
        let mut rest: Vec<f64> = missing.iter().map(|row| row[lane]).collect();
        forward(&guide.factor, &mut rest);
        rest.iter_mut().zip(&sizes.middle).for_each(|(rest, middle)| *rest -= middle);
        let luck = &self.draws.luck;
        let drawn = sizes.of.iter().map(|&(n, place, j)| luck[place][n].sizes[j][lane]);
        let mut scores: Vec<f64> = drawn.map(normal_quantile).collect();
        less(&mut rest, &sizes.columns, &scores);
        for (score, gains) in scores.iter_mut().zip(&sizes.gains) {
            *score += dot(gains, &rest);
        }
        for (&(n, place, j), score) in sizes.of.iter().zip(&scores) {
            if let (_, EventValue::Drawn(_, marginal)) = &program.draws.events[n].sizes[j] {
                let mut value = [*score];
                marginal.from_scores(&mut value);
                self.draws.led[place][n].sizes[j][lane] = value[0];
            }
        }
        let mut aim: Vec<f64> =
            self.starts.aim.iter().zip(&sizes.middle).map(|(a, m)| a - m).collect();
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

fn copy(from: &[EventRows], to: &mut [EventRows]) {
    for (from, to) in from.iter().zip(to) {
        to.begin.copy_from_slice(&from.begin);
        to.duration.copy_from_slice(&from.duration);
        for (from, to) in from.sizes.iter().zip(&mut to.sizes) {
            to.copy_from_slice(from);
        }
    }
}
