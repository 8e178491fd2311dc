//! Event risks: when they begin, how long they last, and what they add to shocks meanwhile.

use super::draws::EventRows;
use crate::compile::{EventDraw, SimulatedPeriod};
use crate::model::is_probability;

/// What makes an event impossible to simulate in a path.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fault {
    /// Its probability is not from 0 to 1.
    Probability(f64),
    /// It would last less than one period, or there is no telling how long.
    Duration(f64),
}

impl Fault {
    /// Its place among the kinds of faults, [`FAULTS`].
    pub(super) fn place(self) -> usize {
        match self {
            Self::Probability(_) => 0,
            Self::Duration(_) => 1,
        }
    }

    /// What is wrong in one path.
    pub(super) fn words(self) -> String {
        match self {
            Self::Probability(p) => format!("its probability is {p}, which is not from 0 to 1"),
            Self::Duration(d) => format!("it would last {d} periods, which is less than one"),
        }
    }
}

/// What can be wrong: the field of the event, what is wrong with it in some paths, and a way out.
pub(super) const FAULTS: [(&str, &str, &str); 2] = [
    (
        "probability",
        "is not from 0 to 1",
        "draw it from what stays there (beta, uniform, truncated), or bound it: max(0, min(1, ...))",
    ),
    (
        "duration",
        "is less than one period where the event begins",
        "draw it from what begins at 1: values (empirical, discrete), or truncated with min = 1",
    ),
];

/// An event that cannot be simulated in a path: which, from which simulated period on, and why.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Unusable {
    pub(crate) event: usize,
    pub(crate) period: SimulatedPeriod,
    pub(crate) fault: Fault,
}

/// How many periods an event lasts that is drawn to last so long: the nearest whole number, halves
/// up. Less than 1, or not-a-number, is no length.
pub(crate) fn lasting(duration: f64) -> f64 {
    (duration + 0.5).floor()
}

/// What events add to each shock they touch: `[touched shock][period]`, one number per path.
#[derive(Debug)]
pub(crate) struct EventAdditions {
    /// The shocks that any event touches.
    pub(crate) shocks: Vec<u32>,
    rows: Vec<Vec<Vec<f64>>>,
    /// Periods left of the event at hand, this one included.
    left: Vec<f64>,
    /// For each path, the first event that cannot be simulated in it.
    unusable: Vec<Option<Unusable>>,
    /// Is there any such path?
    any_unusable: bool,
}

impl EventAdditions {
    pub(super) fn new(events: &[EventDraw], periods: usize, lanes: usize) -> Self {
        let mut shocks: Vec<u32> =
            events.iter().flat_map(|event| event.sizes.iter().map(|(shock, _)| *shock)).collect();
        shocks.sort_unstable();
        shocks.dedup();
        let rows = vec![vec![vec![0.0; lanes]; periods]; shocks.len()];
        let unusable = vec![None; lanes];
        Self { shocks, rows, left: vec![0.0; lanes], unusable, any_unusable: false }
    }

    /// No event at all.
    pub(crate) fn clear(&mut self) {
        for row in self.rows.iter_mut().flatten() {
            row.fill(0.0);
        }
        if std::mem::take(&mut self.any_unusable) {
            self.unusable.fill(None);
        }
    }

    /// For each path, the first event that cannot be simulated in it; none where there is no such path.
    pub(super) fn unusable(&self) -> Option<&[Option<Unusable>]> {
        self.any_unusable.then_some(self.unusable.as_slice())
    }

    /// The additions to the k-th touched shock in a simulated period, to be set.
    pub(crate) fn row_mut(&mut self, k: usize, period: SimulatedPeriod) -> &mut [f64] {
        &mut self.rows[k][period.0]
    }

    /// The additions to the k-th touched shock in a simulated period.
    pub(crate) fn row(&self, k: usize, period: SimulatedPeriod) -> &[f64] {
        &self.rows[k][period.0]
    }

    /// Works out all periods of a block, of the events that count, by number. `probability` gives the
    /// row of an event's probability, nothing where its starts were chosen already; the span `begins` in
    /// a simulated period, and no event before it.
    ///
    /// Where an event cannot be simulated, what it adds is not a number from then on.
    pub(super) fn fill<'a>(
        &mut self,
        events: &[EventDraw],
        draws: &[Vec<EventRows>],
        begins: SimulatedPeriod,
        probability: impl Fn(&EventDraw) -> Option<&'a [f64]>,
        counts: impl Fn(usize) -> bool,
    ) {
        self.clear();
        for (number, event) in events.iter().enumerate().filter(|(number, _)| counts(*number)) {
            self.left.fill(0.0);
            let probability = probability(event);
            for (lane, &chance) in probability.into_iter().flatten().enumerate() {
                if !is_probability(chance) {
                    self.give_up((event, number), begins, Fault::Probability(chance), lane);
                }
            }
            for (period, drawn) in draws.iter().enumerate() {
                self.begin(event, number, &drawn[number], probability, period);
            }
        }
    }

    fn begin(
        &mut self,
        event: &EventDraw,
        number: usize,
        drawn: &EventRows,
        probability: Option<&[f64]>,
        index: usize,
    ) {
        let periods = self.rows.first().map_or(0, Vec::len);
        for lane in 0..self.left.len() {
            let chance = probability.map_or(1.0, |probability| probability[lane]);
            let free = event.overlap || self.left[lane] <= 0.0;
            if free && drawn.begin[lane] < chance - 0.5 {
                let lasts = lasting(drawn.duration[lane]);
                if !(lasts >= 1.0) {
                    let fault = Fault::Duration(drawn.duration[lane]);
                    self.give_up((event, number), SimulatedPeriod(index), fault, lane);
                    continue;
                }
                self.left[lane] = lasts;
                let end = ((index as f64 + lasts).min(periods as f64)) as usize;
                for ((shock, _), size) in event.sizes.iter().zip(&drawn.sizes) {
                    let Ok(k) = self.shocks.binary_search(shock) else { continue };
                    for row in &mut self.rows[k][index..end] {
                        row[lane] += size[lane];
                    }
                }
            }
            self.left[lane] -= 1.0;
        }
    }

    /// Gives a path up from a period on.
    fn give_up(
        &mut self,
        (event, number): (&EventDraw, usize),
        period: SimulatedPeriod,
        fault: Fault,
        lane: usize,
    ) {
        for (shock, _) in &event.sizes {
            let Ok(k) = self.shocks.binary_search(shock) else { continue };
            self.rows[k][period.0..].iter_mut().for_each(|row| row[lane] = f64::NAN);
        }
        let first = &mut self.unusable[lane];
        if first.is_none_or(|first| period < first.period) {
            *first = Some(Unusable { event: number, period, fault });
        }
        self.any_unusable = true;
    }
}

/// The simulated periods before `end` in which an event begins in one path, given for each its
/// centred uniform and its duration.
pub(super) fn begun(
    overlap: bool,
    chance: f64,
    end: SimulatedPeriod,
    drawn: impl Fn(SimulatedPeriod) -> (f64, f64),
) -> impl Iterator<Item = SimulatedPeriod> {
    let mut left = 0.0;
    SimulatedPeriod::all(end.0).filter(move |&period| {
        let (begin, duration) = drawn(period);
        let begins = (overlap || left <= 0.0) && begin < chance - 0.5;
        if begins {
            left = lasting(duration).max(1.0); // where it is less the path has failed
        }
        left -= 1.0;
        begins
    })
}
