//! Events that may have begun up to the last observed period, and what each of their starts does to the
//! observations.

use std::ops::Range;

use super::algebra::{Matrix, forward};
use super::event_sizes::{Effect, Start};
use super::event_tree::ProposedEvent;
use super::lengths::Lengths;
use crate::compile::{EventDraw, EventValue, SimulatedPeriod};
use crate::sample::Marginal;

/// Paths choose neither side of a start less often where the model's probability moves.
const UNLIKELY: f64 = 1e-3;

/// What an addition to a shock does to the observations.
#[derive(Debug, Clone)]
pub(super) struct EventSlope {
    /// Its place among the shocks that events touch.
    pub(super) shock: usize,
    pub(super) period: SimulatedPeriod,
    pub(super) slopes: Vec<f64>,
}

/// What is known of events and observations.
pub(super) struct EventStarts<'a> {
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

impl EventStarts<'_> {
    /// Events that may begin and touch any observation.
    pub(super) fn proposed(&self) -> Vec<ProposedEvent> {
        let touches = |event: &EventDraw| {
            event.sizes.iter().any(|(shock, _)| {
                self.slopes.iter().any(|slope| self.shocks[slope.shock] == *shock)
            })
        };
        let events = self.events.iter().zip(self.chances).enumerate();
        let may = |event: &EventDraw, chance: f64| chance > 0.0 || !event.is_constant();
        let proposed = events.filter(|(_, (event, chance))| may(event, **chance) && touches(event));
        proposed
            .map(|(number, (event, chance))| ProposedEvent {
                number,
                chance: chance
                    .clamp(if event.is_constant() { 0.0 } else { UNLIKELY }, 1.0 - UNLIKELY),
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
    pub(super) fn effects(&self, proposed: &[ProposedEvent]) -> Vec<Effect> {
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
