//! Events that began up to the last observed period: the configurations of starts that explain the
//! outturns, and a tree by which paths choose between them.
//!
//! In the linear model a configuration has a probability in closed form: its own in the model times
//! the density of the outturns given it, with the sizes of its events integrated out. The likely
//! configurations are searched for, start by start. Walking through events and periods, a path
//! begins an event with the probability of its beginning given the outturns and the starts so far,
//! mixed with a little of the model's own, so that no configuration is shut out. Its weight divides
//! the chosen probabilities out.

use std::collections::HashSet;
use std::ops::Range;

use super::algebra::{Matrix, cholesky, dot, forward, solve};
use super::lengths::Lengths;
use crate::compile::{EventDraw, EventValue, SimulatedPeriod};
use crate::interrupt::look;
use crate::math::{exp, ln};
use crate::sample::Marginal;

/// Share of the model's own probabilities in those by which paths choose.
const OPEN: f64 = 0.1;
/// Configurations of so many starts that are fitted upon, and starts that are tried on each.
const WIDTH: usize = 32;
const TRIED: usize = 256;
/// Configurations that are kept at most, and the least probability relative to the likeliest one.
const KEPT: usize = 400;
const LEAST: f64 = 1e-7;
/// The search ends when one more start adds less than this share.
const ENOUGH: f64 = 1e-4;
const DEEPEST: usize = 12;
/// Paths choose neither side of a start less often where the model's probability moves.
const UNLIKELY: f64 = 1e-3;

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
    moves: Vec<Vec<bool>>,
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

/// The sizes of a configuration's events, given the outturns in the linear model.
#[derive(Debug, Clone, Default)]
pub(super) struct Sizes {
    /// Number of the event, period of its start, which of its sizes.
    pub(super) of: Vec<(usize, SimulatedPeriod, usize)>,
    /// What events of middle size do to the observations, made independent.
    pub(super) middle: Vec<f64>,
    /// What a score of each size does to them.
    pub(super) columns: Matrix,
    /// From what is missing to the scores, one row for each.
    pub(super) gains: Matrix,
    /// The logarithm of the density of the observations given the configuration, up to a constant.
    pub(super) ln_density: f64,
}

/// What an addition to a shock does to the observations.
#[derive(Debug, Clone)]
pub(super) struct EventSlope {
    /// Its place among the shocks that events touch.
    pub(super) shock: usize,
    pub(super) period: SimulatedPeriod,
    pub(super) slopes: Vec<f64>,
}
/// A start of a configuration: event among those whose starts are chosen, period, length.
type Start = (usize, SimulatedPeriod, usize);

/// What a start does to the observations, made independent.
struct Effect {
    start: Start,
    middle: Vec<f64>,
    columns: Vec<(usize, Vec<f64>)>,
}

/// A set of starts.
#[derive(Clone)]
struct Configuration {
    starts: Vec<Start>,
    /// Logarithm of its probability given the outturns, up to a constant.
    log: f64,
}

/// What the search needs to know.
pub(super) struct Search<'a> {
    pub(super) events: &'a [EventDraw],
    /// The probability of a start of each event, at the mode.
    pub(super) chances: &'a [f64],
    pub(super) slopes: &'a [EventSlope],
    /// The shocks that events touch, as the slopes number them.
    pub(super) shocks: &'a [u32],
    /// Those in which an event may begin up to the last that was observed.
    pub(super) periods: Range<SimulatedPeriod>,
    /// Lower Cholesky factor of the covariance of the observations.
    pub(super) factor: &'a Matrix,
    pub(super) target: &'a [f64],
}

impl Search<'_> {
    /// The tree of the likely configurations.
    pub(super) fn tree(&self) -> EventTree {
        let mut aim = self.target.to_vec();
        forward(self.factor, &mut aim);
        let proposed = self.proposed();
        let mut tree =
            EventTree { periods: self.periods.clone(), proposed, nodes: Vec::new(), aim };
        let effects = self.effects(&tree.proposed);
        if effects.is_empty() {
            return EventTree::default();
        }
        for (k, period, length) in effects.iter().map(|effect| effect.start) {
            tree.proposed[k].moves[period.0][length] = true;
        }
        let mut found = self.likely(&tree, effects.as_slice());
        let most = found.iter().map(|c| c.log).fold(f64::NEG_INFINITY, f64::max);
        if !most.is_finite() {
            return EventTree::default();
        }
        found.retain(|c| c.starts.is_empty() || c.log > most + ln(LEAST));
        found.sort_by(|a, b| a.starts.cmp(&b.starts));
        let masses: Vec<(Vec<Start>, f64)> =
            found.into_iter().map(|c| (c.starts, exp(c.log - most))).collect();
        let mut nodes = Vec::new();
        grow(&mut nodes, &masses, 0, &tree.proposed, self.periods.end, &|chosen| {
            sizes(&effects, chosen, &tree.aim)
        });
        tree.nodes = nodes;
        tree
    }

    /// Events that may begin and touch any observation.
    fn proposed(&self) -> Vec<ProposedEvent> {
        let touches = |event: &EventDraw| {
            event.sizes.iter().any(|(shock, _)| {
                self.slopes.iter().any(|slope| self.shocks[slope.shock] == *shock)
            })
        };
        let events = self.events.iter().zip(self.chances).enumerate();
        let may = |event: &EventDraw, chance: f64| chance > 0.0 || !is_constant(event);
        let proposed = events.filter(|(_, (event, chance))| may(event, **chance) && touches(event));
        proposed
            .map(|(number, (event, chance))| ProposedEvent {
                number,
                chance: chance
                    .clamp(if is_constant(event) { 0.0 } else { UNLIKELY }, 1.0 - UNLIKELY),
                lengths: Lengths::new(&event.duration, self.periods.end.0),
                moves: Vec::new(),
            })
            .map(|event| {
                let end = self.periods.end;
                let lengths = |period: SimulatedPeriod| event.lengths.count(period.until(end));
                let moves = SimulatedPeriod::all(end.0).map(|period| vec![false; lengths(period)]);
                ProposedEvent { moves: moves.collect(), ..event }
            })
            .collect()
    }

    /// All single starts that move an observation.
    fn effects(&self, proposed: &[ProposedEvent]) -> Vec<Effect> {
        let mut effects = Vec::new();
        for (k, event) in proposed.iter().enumerate() {
            for period in SimulatedPeriod::within(&self.periods) {
                for length in 0..event.lengths.count(period.until(self.periods.end)) {
                    let start = (k, period, length);
                    effects.extend(self.effect(start, event));
                }
            }
        }
        effects
    }

    fn effect(&self, start: Start, event: &ProposedEvent) -> Option<Effect> {
        let (_, period, length) = start;
        let left = period.until(self.periods.end);
        let end = period.later(event.lengths.periods(length, left));
        if event.lengths.chance(length, left) <= 0.0 {
            return None;
        }
        let mut middle = vec![0.0; self.target.len()];
        let mut columns = Vec::new();
        for (j, (shock, size)) in self.events[event.number].sizes.iter().enumerate() {
            let mut column = vec![0.0; self.target.len()];
            for slope in self.slopes.iter().filter(|slope| self.shocks[slope.shock] == *shock) {
                if (period..end).contains(&slope.period) {
                    column.iter_mut().zip(&slope.slopes).for_each(|(c, s)| *c += s);
                }
            }
            if column.iter().all(|entry| *entry == 0.0) {
                continue;
            }
            forward(self.factor, &mut column);
            let (value, spread) = middle_and_spread(size);
            middle.iter_mut().zip(&column).for_each(|(m, c)| *m += value * c);
            if spread > 0.0 {
                column.iter_mut().for_each(|entry| *entry *= spread);
                columns.push((j, column));
            }
        }
        let moves = !columns.is_empty() || middle.iter().any(|entry| *entry != 0.0);
        moves.then_some(Effect { start, middle, columns })
    }

    /// Searches for likely configurations, one start more in each round.
    fn likely(&self, tree: &EventTree, effects: &[Effect]) -> Vec<Configuration> {
        let weigh = |chosen: Vec<Start>| {
            let log = ln_prior(&tree.proposed, &chosen, &self.periods, self.events)
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
                    let Some(chosen) = joined(&from.starts, start, tree, self) else { continue };
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
}

/// A configuration with one more start; none where the event is still on.
fn joined(
    starts: &[Start],
    start: Start,
    all: &EventTree,
    search: &Search<'_>,
) -> Option<Vec<Start>> {
    let mut chosen = starts.to_vec();
    let at = chosen.partition_point(|other| *other < start);
    chosen.insert(at, start);
    let event = &all.proposed[start.0];
    let overlap = search.events[event.number].overlap;
    let fits = chosen.windows(2).all(|pair| {
        let ((a, before, length), (b, after, _)) = (pair[0], pair[1]);
        let left = before.until(search.periods.end);
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

/// The sizes of a configuration's events: `y = middle + columns' s` with standard normal `s`.
fn sizes(effects: &[Effect], chosen: &[Start], aim: &[f64]) -> Sizes {
    let mut found = Sizes { middle: vec![0.0; aim.len()], ..Sizes::default() };
    for start in chosen {
        let Ok(at) = effects.binary_search_by(|effect| effect.start.cmp(start)) else { continue };
        let effect = &effects[at];
        found.middle.iter_mut().zip(&effect.middle).for_each(|(m, e)| *m += e);
        for (j, column) in &effect.columns {
            found.of.push((start.0, start.1, *j));
            found.columns.push(column.clone());
        }
    }
    let missing: Vec<f64> = aim.iter().zip(&found.middle).map(|(a, m)| a - m).collect();
    let unit = |a: usize, b: usize| f64::from(u8::from(a == b));
    let rows = || found.columns.iter().enumerate();
    let inner: Matrix = rows()
        .map(|(a, row)| rows().map(|(b, other)| unit(a, b) + dot(row, other)).collect())
        .collect();
    found.ln_density = -0.5 * dot(&missing, &missing);
    let Some(factor) = cholesky(&inner) else { return found };
    let toward: Vec<f64> = found.columns.iter().map(|row| dot(row, &missing)).collect();
    let mut moved = toward.clone();
    solve(&factor, &mut moved);
    found.ln_density += 0.5 * dot(&toward, &moved);
    found.ln_density -= factor.iter().enumerate().map(|(k, row)| ln(row[k])).sum::<f64>();
    found.gains.clone_from(&found.columns);
    for k in 0..aim.len() {
        let mut column: Vec<f64> = found.columns.iter().map(|row| row[k]).collect();
        solve(&factor, &mut column);
        found.gains.iter_mut().zip(column).for_each(|(row, entry)| row[k] = entry);
    }
    found
}

/// The value of a size at its middle, and how it moves with its score; 0 where it cannot be moved.
fn middle_and_spread(size: &EventValue) -> (f64, f64) {
    match size {
        EventValue::Number(number) => (*number, 0.0),
        EventValue::Drawn(_, marginal) if Marginal::has_density(marginal) => {
            let mut at = [0.0, 1.0, -1.0];
            marginal.from_scores(&mut at);
            (at[0], (at[1] - at[2]) / 2.0)
        }
        EventValue::Drawn(_, marginal) => (marginal.mean(), 0.0),
    }
}

/// Adds the node of some configurations that begin with the same starts, in their order, and all
/// nodes behind it; gives its place.
fn grow(
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

/// Is the probability of an event the same in all paths?
pub(super) fn is_constant(event: &EventDraw) -> bool {
    event.is_constant()
}
