//! The random numbers of one block: drawn once, seen by every scenario.

use std::ops::Range;

use super::numbers::{EventOrder, Order, PeriodOrder, RandomNumber, Reads, Source};
use crate::compile::{EventDraw, EventValue, RandomNumbers, SimulatedPeriod, Uncertainty};
use crate::interrupt::look;
use crate::math::normal_quantiles;
use crate::sample::Dimension;

/// What is drawn for a block before any scenario is looked at.
#[derive(Debug)]
pub(crate) struct BlockDraws {
    /// For each value fixed within a path: a centred uniform, or a normal score where it is
    /// correlated with others.
    pub(crate) path: Vec<Vec<f64>>,
    /// Common factors of a copula.
    factors: Vec<f64>,
    /// `[period][shock]`: values.
    pub(crate) shocks: Vec<Vec<Vec<f64>>>,
    /// `[stream]`: places in lists, of the period that was drawn last.
    places: Vec<Vec<u32>>,
    /// `[period][event]`.
    pub(crate) events: Vec<Vec<EventRows>>,
    /// `[period][count]`: centred uniforms.
    pub(super) counts: Vec<Vec<Vec<f64>>>,
    /// The normal scores that are read, as they were drawn.
    pub(crate) scores: Vec<Vec<f64>>,
    /// `[period][event]`: what lengths and sizes were drawn from, in the periods in which that is
    /// read.
    pub(crate) event_uniforms: Vec<Vec<EventRows>>,
    /// Standard normal scores of random numbers that are no part of the model.
    pub(crate) further: Vec<Vec<f64>>,
    /// Which scores are read: of the values fixed within a path, and by period.
    reads: Vec<Read>,
    reads_in: Vec<Vec<Read>>,
    /// What of all this is drawn, where that is not all.
    wanted: Option<Wanted>,
}

/// A score that is read, and where it goes.
type Read = (RandomNumber, usize);

/// What is drawn, by simulated period.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    pub(super) streams: Vec<Vec<bool>>,
    pub(super) shocks: Vec<Vec<bool>>,
    pub(super) events: Vec<Vec<bool>>,
    pub(super) counts: Vec<Vec<bool>>,
}

/// What is drawn for an event in a period, whether it begins or not.
#[derive(Debug, Clone)]
pub(crate) struct EventRows {
    /// A centred uniform: it begins where the uniform is below the probability.
    pub(crate) begin: Vec<f64>,
    pub(crate) duration: Vec<f64>,
    pub(crate) sizes: Vec<Vec<f64>>,
}

impl EventRows {
    /// Of all events in a period; none begins.
    pub(crate) fn none(events: &[EventDraw], lanes: usize) -> Vec<Self> {
        let row = || vec![0.0; lanes];
        let rows = |event: &EventDraw| Self {
            begin: vec![f64::INFINITY; lanes],
            duration: row(),
            sizes: vec![row(); event.sizes.len()],
        };
        events.iter().map(rows).collect()
    }

    pub(crate) fn copy_from(&mut self, other: &Self) {
        self.begin.copy_from_slice(&other.begin);
        self.duration.copy_from_slice(&other.duration);
        for (to, from) in self.sizes.iter_mut().zip(&other.sizes) {
            to.copy_from_slice(from);
        }
    }
}

impl BlockDraws {
    pub(super) fn new(
        random: &RandomNumbers,
        periods: usize,
        lanes: usize,
        read: &Reads,
        wanted: Option<&Wanted>,
    ) -> Self {
        let rows = |n: usize| vec![vec![0.0; lanes]; n];
        let events = EventRows::none(&random.events, lanes);
        let (mut reads, mut reads_in) = (Vec::new(), vec![Vec::new(); periods]);
        for (index, &number) in read.scores.iter().enumerate() {
            match number {
                RandomNumber::Path(_) => reads.push((number, index)),
                RandomNumber::Shock { period, .. } | RandomNumber::Count { period, .. } => {
                    reads_in[period.0].push((number, index));
                }
            }
        }
        Self {
            wanted: wanted.cloned(),
            reads,
            reads_in,
            event_uniforms: vec![events.clone(); read.event_periods],
            path: rows(random.path.len()),
            factors: vec![0.0; lanes],
            shocks: vec![rows(random.shocks.len()); periods],
            places: vec![vec![u32::MAX; lanes]; random.streams.len()],
            events: vec![events; periods],
            counts: vec![rows(random.counts.len()); periods],
            scores: rows(read.scores.len()),
            further: rows(read.further.len()),
        }
    }

    /// Draws everything for the paths from `first_path` on that some simulated periods need: of those
    /// before them events, which may last, and places in lists, which may go on.
    #[inline(always)]
    pub(super) fn fill(
        &mut self,
        random: &RandomNumbers,
        source: &Source<'_>,
        order: &Order,
        (first_path, now): (u64, Range<usize>),
    ) {
        for ((draw, row), dimension) in random.path.iter().zip(&mut self.path).zip(&order.path) {
            if let Some(dimension) = dimension {
                source.fill(draw.part, dimension, first_path, row);
            }
        }
        random.path_correlation.apply_to_centred(&mut self.path);
        for (copula, dimension) in random.path_copulas.iter().zip(&order.copulas) {
            source.fill(Uncertainty::Parameters, dimension, first_path, &mut self.factors);
            copula.scores.factors(&mut self.factors);
            for member in &copula.members {
                copula.scores.mix(&mut self.path[*member], &self.factors);
            }
        }
        self.keep_path_scores(random);
        for (period, numbers) in SimulatedPeriod::all(now.end).zip(&order.periods) {
            self.fill_streams(random, source, numbers, first_path, (period, now.start));
            if period.0 >= now.start {
                self.fill_shocks(random, source, numbers, first_path, period);
            }
            for (number, event) in random.events.iter().enumerate() {
                if period >= order.span_begins
                    && self.wanted.as_ref().is_none_or(|w| w.events[period.0][number])
                {
                    let of = &numbers.events[number];
                    self.fill_event(event, source, of, first_path, (period, number));
                }
            }
            if period.0 < now.start {
                continue;
            }
            let rows = numbers.counts.iter().zip(&mut self.counts[period.0]);
            for (k, (dimension, row)) in rows.enumerate() {
                if self.wanted.as_ref().is_none_or(|w| w.counts[period.0][k]) {
                    source.fill(Uncertainty::Shocks, dimension, first_path, row);
                }
            }
            self.keep_count_scores(period);
        }
        for (dimension, row) in order.further.iter().zip(&mut self.further) {
            source.fill(Uncertainty::Shocks, dimension, first_path, row);
            normal_quantiles(row);
        }
    }

    #[inline(always)]
    fn fill_event(
        &mut self,
        event: &EventDraw,
        source: &Source<'_>,
        of: &EventOrder,
        first_path: u64,
        (period, number): (SimulatedPeriod, usize),
    ) {
        let rows = &mut self.events[period.0][number];
        source.fill(Uncertainty::Events, &of.begin, first_path, &mut rows.begin);
        let mut kept = self.event_uniforms.get_mut(period.0).map(|events| &mut events[number]);
        let value = |value: &EventValue,
                     dimension: &Option<Dimension>,
                     row: &mut [f64],
                     kept: Option<&mut Vec<f64>>| {
            match (value, dimension) {
                (EventValue::Drawn(_, marginal), Some(dimension)) => {
                    source.fill(Uncertainty::Events, dimension, first_path, row);
                    if let Some(kept) = kept {
                        kept.copy_from_slice(row);
                    }
                    marginal.from_centred(row);
                }
                (EventValue::Number(number), _) => row.fill(*number),
                (EventValue::Drawn(..), None) => {} // what is drawn has a dimension
            }
        };
        let duration = kept.as_mut().map(|kept| &mut kept.duration);
        value(&event.duration, &of.duration, &mut rows.duration, duration);
        for (k, (_, size)) in event.sizes.iter().enumerate() {
            let kept = kept.as_mut().map(|kept| &mut kept.sizes[k]);
            value(size, &of.sizes[k], &mut rows.sizes[k], kept);
        }
    }

    fn keep_path_scores(&mut self, random: &RandomNumbers) {
        for &(number, index) in &self.reads {
            let RandomNumber::Path(k) = number else { continue };
            let row = &mut self.scores[index];
            row.copy_from_slice(&self.path[k]);
            if !random.path_correlation.is_member(k) {
                normal_quantiles(row);
            }
        }
    }

    fn keep_shock_scores(&mut self, random: &RandomNumbers, period: SimulatedPeriod) {
        for &(number, index) in &self.reads_in[period.0] {
            let RandomNumber::Shock { shock, .. } = number else { continue };
            let row = &mut self.scores[index];
            row.copy_from_slice(&self.shocks[period.0][shock]);
            if !random.shock_correlation.is_member(shock) {
                normal_quantiles(row);
            }
        }
    }

    fn keep_count_scores(&mut self, period: SimulatedPeriod) {
        for &(number, index) in &self.reads_in[period.0] {
            let RandomNumber::Count { count, .. } = number else { continue };
            let row = &mut self.scores[index];
            row.copy_from_slice(&self.counts[period.0][count]);
            normal_quantiles(row);
        }
    }

    /// Puts every random number at its median; no event begins.
    pub(super) fn fill_central(&mut self, random: &RandomNumbers) {
        for (draw, row) in random.path.iter().zip(&mut self.path) {
            row.fill(draw.central);
        }
        for rows in &mut self.shocks {
            for (k, (shock, row)) in random.shocks.iter().zip(rows).enumerate() {
                row.fill(0.0);
                if random.shock_correlation.is_member(k) {
                    shock.marginal.from_scores(row);
                } else {
                    shock.marginal.from_centred(row);
                }
            }
        }
        for event in self.events.iter_mut().flatten() {
            event.begin.fill(f64::INFINITY);
        }
        self.counts.iter_mut().flatten().for_each(|row| row.fill(0.0));
    }

    /// Draws the streams of a period; of one before `begin` only places in lists.
    #[inline(always)]
    fn fill_streams(
        &mut self,
        random: &RandomNumbers,
        source: &Source<'_>,
        numbers: &PeriodOrder,
        first_path: u64,
        (period, begin): (SimulatedPeriod, usize),
    ) {
        look();
        let rows = &mut self.shocks[period.0];
        let wanted = self.wanted.as_ref();
        let ordinal = numbers.ordinal;
        for (k, (draw, dimension)) in random.streams.iter().zip(&numbers.streams).enumerate() {
            if wanted.is_some_and(|wanted| !wanted.streams[period.0][k]) {
                continue;
            }
            let row = &mut rows[draw.first];
            let Some(places) = &draw.places else {
                if period.0 >= begin {
                    source.fill(Uncertainty::Shocks, dimension, first_path, row);
                }
                continue;
            };
            let now = &mut self.places[k];
            if period.0 > 0 && places.goes_on(ordinal) {
                now.iter_mut().for_each(|index| *index += 1);
                continue;
            }
            if period.0 == 0 {
                let sampler = source.sampler(Uncertainty::Shocks, draw.stream);
                places.before(sampler, draw.stream, ordinal, first_path, now);
            }
            source.fill(Uncertainty::Shocks, dimension, first_path, row);
            places.step(row, ordinal, now);
        }
    }

    /// What the streams of a period make of its shocks.
    #[inline(always)]
    fn fill_shocks(
        &mut self,
        random: &RandomNumbers,
        source: &Source<'_>,
        numbers: &PeriodOrder,
        first_path: u64,
        period: SimulatedPeriod,
    ) {
        let rows = &mut self.shocks[period.0];
        let wanted = self.wanted.as_ref();
        for (k, shock) in random.shocks.iter().enumerate() {
            let first = random.streams[shock.stream].first;
            if first != k && random.streams[shock.stream].places.is_none() {
                let (before, now) = rows.split_at_mut(k);
                now[0].copy_from_slice(&before[first]);
            }
        }
        let wants = |shock: usize| wanted.is_none_or(|wanted| wanted.shocks[period.0][shock]);
        random.shock_correlation.apply_to_wanted(rows, wants);
        for (copula, dimension) in random.shock_copulas.iter().zip(&numbers.copulas) {
            let members = || copula.members.iter().copied().filter(|shock| wants(*shock));
            if members().next().is_some() {
                source.fill(Uncertainty::Shocks, dimension, first_path, &mut self.factors);
                copula.scores.factors(&mut self.factors);
                members().for_each(|shock| copula.scores.mix(&mut rows[shock], &self.factors));
            }
        }
        self.keep_shock_scores(random, period);
        let rows = &mut self.shocks[period.0];
        for (k, (shock, row)) in random.shocks.iter().zip(rows).enumerate() {
            if self.wanted.as_ref().is_some_and(|wanted| !wanted.shocks[period.0][k]) {
                continue;
            }
            if random.streams[shock.stream].places.is_some()
                && let Some(values) = shock.marginal.places()
            {
                for (value, index) in row.iter_mut().zip(&self.places[shock.stream]) {
                    *value = values[(*index as usize).min(values.len() - 1)];
                }
            } else if random.shock_correlation.is_member(k) {
                shock.marginal.from_scores(row);
            } else {
                shock.marginal.from_centred(row);
            }
        }
    }
}
