//! Event risks: when they begin, how long they last, and what they add to shocks meanwhile.

use super::draws::EventRows;
use crate::compile::EventDraw;

/// What events add to each shock they touch: `[touched shock][period]`, one number per path.
#[derive(Debug)]
pub(super) struct EventAdditions {
    /// The shocks that any event touches.
    pub(super) shocks: Vec<u32>,
    rows: Vec<Vec<Vec<f64>>>,
    /// Periods left of the event at hand, this one included.
    left: Vec<f64>,
}

impl EventAdditions {
    pub(super) fn new(events: &[EventDraw], periods: usize, lanes: usize) -> Self {
        let mut shocks: Vec<u32> =
            events.iter().flat_map(|event| event.sizes.iter().map(|(shock, _)| *shock)).collect();
        shocks.sort_unstable();
        shocks.dedup();
        let rows = vec![vec![vec![0.0; lanes]; periods]; shocks.len()];
        Self { shocks, rows, left: vec![0.0; lanes] }
    }

    /// No event at all.
    pub(super) fn clear(&mut self) {
        for row in self.rows.iter_mut().flatten() {
            row.fill(0.0);
        }
    }

    /// The additions to the k-th touched shock in a simulated period, to be set.
    pub(super) fn row_mut(&mut self, k: usize, place: usize) -> &mut [f64] {
        &mut self.rows[k][place]
    }

    /// The additions to the k-th touched shock in a simulated period.
    pub(super) fn row(&self, k: usize, place: usize) -> &[f64] {
        &self.rows[k][place]
    }

    /// Works out all periods of a block. `probability` gives the row of an event's probability.
    pub(super) fn fill<'a>(
        &mut self,
        events: &[EventDraw],
        draws: &[Vec<EventRows>],
        probability: impl Fn(&EventDraw) -> &'a [f64],
    ) {
        self.fill_some(events, draws, probability, |_| true);
    }

    /// Works out those events that count, by number.
    pub(super) fn fill_some<'a>(
        &mut self,
        events: &[EventDraw],
        draws: &[Vec<EventRows>],
        probability: impl Fn(&EventDraw) -> &'a [f64],
        counts: impl Fn(usize) -> bool,
    ) {
        self.clear();
        for (number, event) in events.iter().enumerate().filter(|(number, _)| counts(*number)) {
            self.left.fill(0.0);
            let probability = probability(event);
            for (place, drawn) in draws.iter().enumerate() {
                self.begin(event, &drawn[number], probability, place);
            }
        }
    }

    fn begin(&mut self, event: &EventDraw, drawn: &EventRows, probability: &[f64], place: usize) {
        let periods = self.rows.first().map_or(0, Vec::len);
        for (lane, &chance) in probability.iter().enumerate() {
            let free = event.overlap || self.left[lane] <= 0.0;
            if free && drawn.begin[lane] < chance - 0.5 {
                let lasts = (drawn.duration[lane] + 0.5).floor().max(1.0);
                self.left[lane] = lasts;
                let end = ((place as f64 + lasts).min(periods as f64)) as usize;
                for ((shock, _), size) in event.sizes.iter().zip(&drawn.sizes) {
                    let Ok(k) = self.shocks.binary_search(shock) else { continue };
                    for row in &mut self.rows[k][place..end] {
                        row[lane] += size[lane];
                    }
                }
            }
            self.left[lane] -= 1.0;
        }
    }
}

/// The simulated periods before `end` in which an event begins in one path, given for each its
/// centred uniform and its duration.
pub(super) fn begun(
    overlap: bool,
    chance: f64,
    end: usize,
    drawn: impl Fn(usize) -> (f64, f64),
) -> impl Iterator<Item = usize> {
    let mut left = 0.0;
    (0..end).filter(move |&place| {
        let (begin, duration) = drawn(place);
        let begins = (overlap || left <= 0.0) && begin < chance - 0.5;
        if begins {
            left = (duration + 0.5).floor().max(1.0);
        }
        left -= 1.0;
        begins
    })
}
