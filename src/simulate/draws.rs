//! The random numbers of one block: drawn once, seen by every scenario.

use std::sync::{Mutex, PoisonError};

use super::focus::Wanted;
use super::given::Given;
use crate::compile::{Draws, EventValue, Part};
use crate::math::normal_quantiles;
use crate::sample::{Dimension, Sampler, StreamId};

use super::track::{Guides, Luck};

/// Where each part of the uncertainty gets its random numbers from: one sampler, or for the
/// variance split another one for some parts.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source<'a> {
    pub(super) usual: &'a Sampler,
    pub(super) other: Option<(&'a Sampler, &'a [Part])>,
    /// Numbers that take the place of all random ones.
    pub(super) given: Option<&'a Given<'a>>,
    /// Who wants to know what is drawn.
    pub(super) spy: Option<&'a Mutex<Vec<Dimension>>>,
}

impl Source<'_> {
    #[inline(always)]
    fn sampler(&self, part: Part) -> &Sampler {
        match self.other {
            Some((other, parts)) if parts.contains(&part) => other,
            _ => self.usual,
        }
    }

    #[inline(always)]
    fn fill(&self, part: Part, dimension: &Dimension, first_path: u64, out: &mut [f64]) {
        if let Some(spy) = self.spy {
            spy.lock().unwrap_or_else(PoisonError::into_inner).push(*dimension);
        }
        if let Some(given) = self.given {
            return given.fill(dimension, first_path, out);
        }
        self.sampler(part).fill(dimension, first_path, out);
    }
}

/// What is drawn for a block before any scenario is looked at.
#[derive(Debug)]
pub(super) struct BlockDraws {
    /// For each value fixed within a path: a centred uniform, or a normal score where it is
    /// correlated with others.
    pub(super) path: Vec<Vec<f64>>,
    /// `[period][shock]`: values.
    pub(super) shocks: Vec<Vec<Vec<f64>>>,
    /// `[stream]`: places in lists, of the period that was drawn last.
    places: Vec<Vec<u32>>,
    /// `[period][event]`.
    pub(super) events: Vec<Vec<EventRows>>,
    /// `[period][count]`: centred uniforms.
    pub(super) counts: Vec<Vec<Vec<f64>>>,
    /// The normal scores that observations move, as they are before.
    pub(super) scores: Vec<Vec<f64>>,
    /// `[period][event]`: what lengths and sizes were drawn from, in the periods in which outturns
    /// have a say in events.
    pub(super) luck: Vec<Vec<EventRows>>,
    /// The events that paths chose there.
    pub(super) led: Vec<Vec<EventRows>>,
    /// What of all this is drawn, where that is not all.
    wanted: Option<Wanted>,
    /// Standard normal scores of measurement errors.
    pub(super) noise: Vec<Vec<f64>>,
}

/// What is drawn for an event in a period, whether it begins or not.
#[derive(Debug, Clone)]
pub(super) struct EventRows {
    /// A centred uniform: it begins where the uniform is below the probability.
    pub(super) begin: Vec<f64>,
    pub(super) duration: Vec<f64>,
    pub(super) sizes: Vec<Vec<f64>>,
}

impl BlockDraws {
    pub(super) fn new(
        draws: &Draws,
        periods: usize,
        lanes: usize,
        guides: Option<&Guides>,
        wanted: Option<&Wanted>,
    ) -> Self {
        let row = || vec![0.0; lanes];
        let rows = |n: usize| vec![row(); n];
        let never = || vec![1.0; lanes];
        let event =
            |sizes: usize| EventRows { begin: never(), duration: row(), sizes: rows(sizes) };
        let events: Vec<_> = draws.events.iter().map(|e| event(e.sizes.len())).collect();
        let led = guides.map_or(0, Guides::places);
        Self {
            wanted: wanted.cloned(),
            luck: vec![events.clone(); led],
            led: vec![events.clone(); led],
            path: rows(draws.path.len()),
            shocks: vec![rows(draws.shocks.len()); periods],
            places: vec![vec![u32::MAX; lanes]; draws.streams.len()],
            events: vec![events; periods],
            counts: vec![rows(draws.counts.len()); periods],
            scores: rows(guides.map_or(0, |guides| guides.coordinates.len())),
            noise: rows(guides.map_or(0, |guides| guides.cells.observed.len())),
        }
    }

    /// Draws everything for the paths from `first_path` on; `ordinals` are those of the simulated
    /// periods.
    #[inline(always)]
    pub(super) fn fill(
        &mut self,
        draws: &Draws,
        source: &Source<'_>,
        ordinals: &[u32],
        first_path: u64,
        guides: Option<&Guides>,
    ) {
        let mut index = 0;
        let mut next = |stream: StreamId, ordinal: u32| {
            index += 1;
            Dimension { stream, ordinal, index: index - 1 }
        };
        for (draw, row) in draws.path.iter().zip(&mut self.path) {
            if draw.random {
                source.fill(draw.part, &next(draw.stream, 0), first_path, row);
            }
        }
        draws.path_correlation.apply_to_centred(&mut self.path);
        if let Some(guides) = guides {
            self.keep_path_scores(draws, guides);
        }
        for (place, &ordinal) in ordinals.iter().enumerate() {
            let mut next = |stream| next(stream, ordinal);
            self.fill_shocks(draws, source, &mut next, first_path, place, guides);
            for (number, (event, rows)) in
                draws.events.iter().zip(&mut self.events[place]).enumerate()
            {
                let kept = self.luck.get_mut(place).map(|luck| &mut luck[number]);
                let kept =
                    kept.map(|luck| std::iter::once(&mut luck.duration).chain(&mut luck.sizes));
                let mut kept = kept.into_iter().flatten();
                let is_wanted = self.wanted.as_ref().is_none_or(|w| w.events[place][number]);
                let begin = next(event.begin);
                if is_wanted {
                    source.fill(Part::Events, &begin, first_path, &mut rows.begin);
                }
                let sizes = event.sizes.iter().map(|(_, size)| size).zip(&mut rows.sizes);
                for (value, row) in
                    std::iter::once((&event.duration, &mut rows.duration)).chain(sizes)
                {
                    let kept = kept.next();
                    match value {
                        EventValue::Number(number) => row.fill(*number),
                        EventValue::Drawn(stream, marginal) => {
                            let dimension = next(*stream);
                            if !is_wanted {
                                continue;
                            }
                            source.fill(Part::Events, &dimension, first_path, row);
                            kept.into_iter().for_each(|kept| kept.copy_from_slice(row));
                            marginal.from_centred(row);
                        }
                    }
                }
            }
            for (k, (&stream, row)) in draws.counts.iter().zip(&mut self.counts[place]).enumerate()
            {
                let dimension = next(stream);
                if self.wanted.as_ref().is_none_or(|w| w.counts[place][k]) {
                    source.fill(Part::Shocks, &dimension, first_path, row);
                }
            }
            if let Some(guides) = guides {
                self.keep_count_scores(guides, place);
            }
        }
        let observed = guides.map_or(&[][..], |guides| &guides.cells.observed);
        for (cell, row) in observed.iter().zip(&mut self.noise) {
            if !cell.is_exact() {
                source.fill(Part::Shocks, &next(cell.stream, 0), first_path, row);
                normal_quantiles(row);
            }
        }
    }

    fn keep_path_scores(&mut self, draws: &Draws, guides: &Guides) {
        for (luck, row) in guides.coordinates.all.iter().zip(&mut self.scores) {
            if let Luck::Path(k) = *luck {
                row.copy_from_slice(&self.path[k]);
                if !draws.path_correlation.is_member(k) {
                    normal_quantiles(row);
                }
            }
        }
    }

    fn keep_shock_scores(&mut self, draws: &Draws, guides: &Guides, at: usize) {
        for (luck, row) in guides.coordinates.all.iter().zip(&mut self.scores) {
            if let Luck::Shock { place, shock } = *luck
                && place == at
            {
                row.copy_from_slice(&self.shocks[place][shock]);
                if !draws.shock_correlation.is_member(shock) {
                    normal_quantiles(row);
                }
            }
        }
    }

    fn keep_count_scores(&mut self, guides: &Guides, at: usize) {
        for (luck, row) in guides.coordinates.all.iter().zip(&mut self.scores) {
            if let Luck::Count { place, count } = *luck
                && place == at
            {
                row.copy_from_slice(&self.counts[place][count]);
                normal_quantiles(row);
            }
        }
    }

    /// Puts every random number at its median; no event begins.
    pub(super) fn fill_central(&mut self, draws: &Draws) {
        self.path.iter_mut().for_each(|row| row.fill(0.0));
        for rows in &mut self.shocks {
            for (k, (shock, row)) in draws.shocks.iter().zip(rows).enumerate() {
                row.fill(0.0);
                if draws.shock_correlation.is_member(k) {
                    shock.marginal.from_scores(row);
                } else {
                    shock.marginal.from_centred(row);
                }
            }
        }
        for event in self.events.iter_mut().flatten() {
            event.begin.fill(1.0);
        }
        self.counts.iter_mut().flatten().for_each(|row| row.fill(0.0));
    }

    #[inline(always)]
    fn fill_shocks(
        &mut self,
        draws: &Draws,
        source: &Source<'_>,
        next: &mut impl FnMut(StreamId) -> Dimension,
        first_path: u64,
        place: usize,
        guides: Option<&Guides>,
    ) {
        let rows = &mut self.shocks[place];
        let wanted = self.wanted.as_ref();
        for (k, draw) in draws.streams.iter().enumerate() {
            let mut dimension = next(draw.stream);
            if wanted.is_some_and(|wanted| !wanted.streams[place][k]) {
                continue;
            }
            let row = &mut rows[draw.first];
            let Some(places) = &draw.places else {
                source.fill(Part::Shocks, &dimension, first_path, row);
                continue;
            };
            let (ordinal, walk) = (dimension.ordinal, &mut self.places[k]);
            if place > 0 && places.goes_on(ordinal) {
                walk.iter_mut().for_each(|place| *place += 1);
                continue;
            }
            if place == 0 {
                let sampler = source.sampler(Part::Shocks);
                places.before(sampler, draw.stream, ordinal, first_path, walk);
            }
            dimension.ordinal = places.decides(ordinal);
            source.fill(Part::Shocks, &dimension, first_path, row);
            places.step(row, ordinal, walk);
        }
        for (k, shock) in draws.shocks.iter().enumerate() {
            let first = draws.streams[shock.stream].first;
            if first != k && draws.streams[shock.stream].places.is_none() {
                let (before, now) = rows.split_at_mut(k);
                now[0].copy_from_slice(&before[first]);
            }
        }
        let wants = |shock: usize| wanted.is_none_or(|wanted| wanted.shocks[place][shock]);
        draws.shock_correlation.apply_to_wanted(rows, wants);
        if let Some(guides) = guides {
            self.keep_shock_scores(draws, guides, place);
        }
        let rows = &mut self.shocks[place];
        for (k, (shock, row)) in draws.shocks.iter().zip(rows).enumerate() {
            if self.wanted.as_ref().is_some_and(|wanted| !wanted.shocks[place][k]) {
                continue;
            }
            if draws.streams[shock.stream].places.is_some()
                && let Some(values) = shock.marginal.places()
            {
                for (value, place) in row.iter_mut().zip(&self.places[shock.stream]) {
                    *value = values[(*place as usize).min(values.len() - 1)];
                }
            } else if draws.shock_correlation.is_member(k) {
                shock.marginal.from_scores(row);
            } else {
                shock.marginal.from_centred(row);
            }
        }
    }
}
