//! The search for the configurations of events that explain the outturns.
//!
//! In the linear model a configuration has a probability in closed form: its own in the model times the density of
//! the outturns given it, with the sizes of its events integrated out. The likely configurations are searched for,
//! start by start.

use std::collections::HashSet;
use std::ops::Range;

use super::algebra::forward;
use super::event_sizes::{Effect, Start, sizes};
use super::event_starts::EventStarts;
use super::event_tree::{EventTree, ProposedEvent, grow};
use crate::compile::{EventDraw, SimulatedPeriod};
use crate::interrupt::look;
use crate::math::{exp, ln};

/// Configurations of so many starts that are fitted upon, and starts that are tried on each.
const WIDTH: usize = 32;
const TRIED: usize = 256;
/// Configurations that are kept at most, and the least probability relative to the likeliest one.
const KEPT: usize = 400;
const LEAST: f64 = 1e-7;
/// The search ends when one more start adds less than this share.
const ENOUGH: f64 = 1e-4;
const DEEPEST: usize = 12;

/// The tree of the likely configurations.
pub(super) fn tree_of_likely(known: &EventStarts<'_>) -> EventTree {
    let mut aim = known.target.to_vec();
    forward(known.factor, &mut aim);
    let proposed = known.proposed();
    let mut tree = EventTree { periods: known.periods.clone(), proposed, nodes: Vec::new(), aim };
    let effects = known.effects(&tree.proposed);
    if effects.is_empty() {
        return EventTree::default();
    }
    for (k, period, length) in effects.iter().map(|effect| effect.start) {
        tree.proposed[k].moves[period.0][length] = true;
    }
    let mut found = likely(&tree, &effects, known.events);
    let most = found.iter().map(|c| c.log).fold(f64::NEG_INFINITY, f64::max);
    if !most.is_finite() {
        return EventTree::default();
    }
    found.retain(|c| c.starts.is_empty() || c.log > most + ln(LEAST));
    found.sort_by(|a, b| a.starts.cmp(&b.starts));
    let masses: Vec<(Vec<Start>, f64)> =
        found.into_iter().map(|c| (c.starts, exp(c.log - most))).collect();
    let mut nodes = Vec::new();
    grow(&mut nodes, &masses, 0, &tree.proposed, known.periods.end, &|chosen| {
        sizes(&effects, chosen, &tree.aim)
    });
    tree.nodes = nodes;
    tree
}

/// A set of starts.
#[derive(Clone)]
struct Configuration {
    starts: Vec<Start>,
    /// Logarithm of its probability given the outturns, up to a constant.
    log: f64,
}

/// Searches for likely configurations, one start more in each round.
fn likely(tree: &EventTree, effects: &[Effect], events: &[EventDraw]) -> Vec<Configuration> {
    let weigh = |chosen: Vec<Start>| {
        let log = ln_prior(&tree.proposed, &chosen, &tree.periods, events)
            + sizes(effects, &chosen, &tree.aim).ln_density;
        Configuration { starts: chosen, log }
    };
    let none = weigh(Vec::new());
    let mut all = vec![none.clone()];
    let mut level = vec![none];
    let mut tried: Vec<Start> = effects.iter().map(|effect| effect.start).collect();
    let mut seen: HashSet<Vec<Start>> = HashSet::new();
    for depth in 0..DEEPEST {
        let mut next = Vec::new();
        for from in &level {
            for &start in &tried {
                look();
                let Some(chosen) = joined(&from.starts, start, tree, events) else { continue };
                if seen.insert(chosen.clone()) {
                    next.push(weigh(chosen));
                }
            }
        }
        next.retain(|c| c.log > f64::NEG_INFINITY);
        next.sort_by(|a, b| b.log.total_cmp(&a.log));
        if depth == 0 && next.len() > TRIED {
            tried = next[..TRIED].iter().map(|c| c.starts[0]).collect();
        }
        let most = all.iter().chain(&next).map(|c| c.log).fold(f64::NEG_INFINITY, f64::max);
        let mass = |some: &[Configuration]| some.iter().map(|c| exp(c.log - most)).sum::<f64>();
        let is_enough = mass(&next) < ENOUGH * mass(&all);
        next.truncate(KEPT.saturating_sub(all.len()));
        all.extend_from_slice(&next);
        next.truncate(WIDTH);
        level = next;
        if is_enough && depth > 0 || level.is_empty() {
            break;
        }
    }
    all
}
/// A configuration with one more start; none where the event is still on.
fn joined(
    starts: &[Start],
    start: Start,
    all: &EventTree,
    events: &[EventDraw],
) -> Option<Vec<Start>> {
    let mut chosen = starts.to_vec();
    let at = chosen.partition_point(|other| *other < start);
    chosen.insert(at, start);
    let event = &all.proposed[start.0];
    let overlap = events[event.number].overlap;
    let fits = chosen.windows(2).all(|pair| {
        let ((a, before, length), (b, after, _)) = (pair[0], pair[1]);
        let left = before.until(all.periods.end);
        let lasts = if overlap { 1 } else { event.lengths.periods(length, left) };
        a != b || a != start.0 || after >= before.later(lasts)
    });
    fits.then_some(chosen)
}

/// The logarithm of the probability of a configuration in the model.
fn ln_prior(
    proposed: &[ProposedEvent],
    chosen: &[Start],
    periods: &Range<SimulatedPeriod>,
    events: &[EventDraw],
) -> f64 {
    let mut log = 0.0;
    let mut rest = chosen.iter().peekable();
    for (k, event) in proposed.iter().enumerate() {
        let overlap = events[event.number].overlap;
        let (start, none) = (ln(event.chance), ln(1.0 - event.chance));
        let mut free = SimulatedPeriod::default();
        for period in SimulatedPeriod::within(periods) {
            match rest.next_if(|(e, p, _)| *e == k && *p == period) {
                Some(&(_, _, length)) => {
                    let left = period.until(periods.end);
                    log += start + ln(event.lengths.chance(length, left));
                    free =
                        period.later(if overlap { 1 } else { event.lengths.periods(length, left) });
                }
                None if period >= free => log += none,
                None => {}
            }
        }
    }
    log
}
