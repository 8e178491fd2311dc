//! The random numbers of a path: in which order they are drawn, and where they come from.

use std::collections::HashSet;

use super::scores::FixedScores;
use crate::compile::{EventValue, RandomNumbers, Row, SimulatedPeriod, Uncertainty};
use crate::sample::{Dimension, Sampler, StreamId};

/// A random number of a path that has a normal score of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RandomNumber {
    /// Drawn once: its place among the values fixed within a path.
    Path(usize),
    /// A shock in a simulated period.
    Shock { period: SimulatedPeriod, shock: usize },
    /// The uniform of a count in a simulated period.
    Count { period: SimulatedPeriod, count: usize },
}

/// What someone sees of the random numbers of a block who holds it to what is known.
#[derive(Debug, Clone, Default)]
pub(crate) struct Reads {
    /// Random numbers whose normal scores are read.
    pub(crate) scores: Vec<RandomNumber>,
    /// In how many simulated periods, from the first, the numbers are read that events are drawn from.
    pub(crate) event_periods: usize,
    /// Random numbers that are no part of the model, such as errors of measurement.
    pub(crate) further: Vec<StreamId>,
    /// Series and rows that are looked at.
    pub(crate) cells: Vec<(u32, Row)>,
}

/// Every random number of a path as a dimension of its design, in the order of drawing.
#[derive(Debug, Clone, Default)]
pub(crate) struct Order {
    /// By value fixed within a path; none where it is not drawn.
    pub(super) path: Vec<Option<Dimension>>,
    /// By copula of what is drawn once.
    pub(super) copulas: Vec<Dimension>,
    pub(super) periods: Vec<PeriodOrder>,
    /// Those that are no part of the model.
    pub(super) further: Vec<Dimension>,
    /// Where the span begins: events of periods before have numbers, and none is read.
    pub(super) span_begins: SimulatedPeriod,
}

/// The random numbers of a simulated period.
#[derive(Debug, Clone)]
pub(super) struct PeriodOrder {
    pub(super) ordinal: u32,
    /// By stream of shocks, as of the period that decides about it.
    pub(super) streams: Vec<Dimension>,
    /// By copula of shocks.
    pub(super) copulas: Vec<Dimension>,
    pub(super) events: Vec<EventOrder>,
    pub(super) counts: Vec<Dimension>,
}

/// The random numbers of an event in a period; none where a length or a size is a number.
#[derive(Debug, Clone)]
pub(super) struct EventOrder {
    pub(super) begin: Dimension,
    pub(super) duration: Option<Dimension>,
    pub(super) sizes: Vec<Option<Dimension>>,
}

impl Order {
    /// Of the simulated periods with these ordinals.
    pub(super) fn new(
        random: &RandomNumbers,
        ordinals: &[u32],
        span_begins: SimulatedPeriod,
        further: &[StreamId],
    ) -> Self {
        let mut index = 0;
        let mut next = |stream: StreamId, ordinal: u32| {
            index += 1;
            Dimension { stream, ordinal, index: index - 1 }
        };
        let mut joint: Vec<Dimension> = Vec::new();
        let path = random.path.iter().map(|draw| {
            if let Some(known) = joint.iter().find(|known| known.stream == draw.stream) {
                return draw.random.then_some(*known);
            }
            let dimension = draw.random.then(|| next(draw.stream, 0));
            joint.extend(dimension.filter(|_| draw.is_joint));
            dimension
        });
        let path = path.collect();
        let copulas = random.path_copulas.iter().map(|copula| next(copula.stream, 0)).collect();
        let periods = ordinals.iter().map(|&ordinal| {
            let streams = random.streams.iter().map(|draw| {
                let decides = draw.places.map_or(ordinal, |places| places.decides(ordinal));
                next(draw.stream, decides)
            });
            let streams = streams.collect();
            let copulas = random.shock_copulas.iter();
            let copulas = copulas.map(|copula| next(copula.stream, ordinal)).collect();
            let events = random.events.iter().map(|event| {
                let begin = next(event.begin, ordinal);
                let mut drawn = |value: &EventValue| match value {
                    EventValue::Number(_) => None,
                    EventValue::Drawn(stream, _) => Some(next(*stream, ordinal)),
                };
                let duration = drawn(&event.duration);
                let sizes = event.sizes.iter().map(|(_, size)| drawn(size)).collect();
                EventOrder { begin, duration, sizes }
            });
            let events = events.collect();
            let counts = random.counts.iter().map(|&stream| next(stream, ordinal)).collect();
            PeriodOrder { ordinal, streams, copulas, events, counts }
        });
        let periods = periods.collect();
        let further = further.iter().map(|&stream| next(stream, 0)).collect();
        Self { path, copulas, periods, further, span_begins }
    }

    /// All of them that a path without company reads, in order: where the places of a period follow
    /// from those of the period before, nothing is read.
    pub(super) fn read(&self, random: &RandomNumbers) -> Vec<Dimension> {
        let mut all: Vec<Dimension> = self.path.iter().flatten().copied().collect();
        all.extend(&self.copulas);
        for (now, period) in SimulatedPeriod::all(self.periods.len()).zip(&self.periods) {
            let reads = |stream: &usize| {
                now.0 == 0
                    || !random.streams[*stream].places.is_some_and(|p| p.goes_on(period.ordinal))
            };
            let streams = (0..period.streams.len()).filter(reads);
            all.extend(streams.map(|stream| period.streams[stream]));
            all.extend(&period.copulas);
            for event in period.events.iter().filter(|_| now >= self.span_begins) {
                all.push(event.begin);
                all.extend(event.duration.iter().chain(event.sizes.iter().flatten()));
            }
            all.extend(&period.counts);
        }
        all
    }
}

/// What takes its random numbers from another seed.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Redrawn<'a> {
    /// Parts of the uncertainty.
    Parts(&'a [Uncertainty]),
    /// Single streams.
    Streams(&'a HashSet<StreamId>),
}

impl Redrawn<'_> {
    fn has(self, part: Uncertainty, stream: StreamId) -> bool {
        match self {
            Self::Parts(parts) => parts.contains(&part),
            Self::Streams(streams) => streams.contains(&stream),
        }
    }
}

/// Where random numbers come from: one sampler, or another one for what is redrawn.
#[derive(Debug)]
pub(super) struct Source<'a> {
    pub(super) usual: Sampler,
    pub(super) other: Option<(Sampler, Redrawn<'a>)>,
    /// Numbers that take the place of all random ones.
    pub(super) fixed: Option<&'a FixedScores<'a>>,
}

impl Source<'_> {
    #[inline(always)]
    pub(super) fn sampler(&self, part: Uncertainty, stream: StreamId) -> &Sampler {
        match &self.other {
            Some((other, redrawn)) if redrawn.has(part, stream) => other,
            _ => &self.usual,
        }
    }

    #[inline(always)]
    pub(super) fn fill(
        &self,
        part: Uncertainty,
        dimension: &Dimension,
        first_path: u64,
        out: &mut [f64],
    ) {
        if let Some(fixed) = self.fixed {
            return fixed.fill(dimension, first_path, out);
        }
        self.sampler(part, dimension.stream).fill(dimension, first_path, out);
    }
}
