//! How long an event lasts, in groups of its uniform.

use crate::compile::EventValue;
use crate::interrupt::look;
use crate::sample::Marginal;
use crate::simulate::lasting;

/// Lengths that are told apart; all longer ones are one group.
const GROUPS: usize = 8;

/// The groups of an event's lengths: one period, two, ..., and all that are longer.
#[derive(Debug, Clone)]
pub(super) struct Lengths {
    /// The centred uniforms up to which an event lasts one period, two, ...
    cuts: Vec<f64>,
    /// How many periods a middling one of the last group lasts.
    long: usize,
}

impl Lengths {
    /// Of events of which so many periods count at most.
    pub(super) fn new(duration: &EventValue, places: usize) -> Self {
        let lasts = |v: f64| {
            whole(match duration {
                EventValue::Number(number) => *number,
                EventValue::Drawn(_, marginal) => Marginal::quantile(marginal, v),
            })
        };
        let count = places.clamp(1, GROUPS) - 1;
        let cuts: Vec<f64> = (1..=count).map(|n| cut(|v| lasts(v) <= n as f64)).collect();
        let from = cuts.last().copied().unwrap_or(-0.5);
        let long = lasts(f64::midpoint(from, 0.5).min(0.5 - 1e-12));
        Self { cuts, long: long.min(places as f64) as usize }
    }

    /// How many groups there are when so many periods are left.
    pub(super) fn count(&self, left: usize) -> usize {
        (self.cuts.len() + 1).min(left.max(1))
    }

    /// The centred uniforms of a group.
    pub(super) fn range(&self, group: usize, left: usize) -> (f64, f64) {
        let low = if group == 0 { -0.5 } else { self.cuts[group - 1] };
        let high = if group + 1 == self.count(left) { 0.5 } else { self.cuts[group] };
        (low, high)
    }

    /// The group that a centred uniform falls into.
    pub(super) fn group(&self, v: f64, left: usize) -> usize {
        let last = self.count(left) - 1;
        self.cuts[..last].iter().filter(|cut| **cut <= v).count()
    }

    pub(super) fn chance(&self, group: usize, left: usize) -> f64 {
        let (low, high) = self.range(group, left);
        high - low
    }

    /// How many of the periods that are left events of a group last.
    pub(super) fn periods(&self, group: usize, left: usize) -> usize {
        if group < self.cuts.len() { group + 1 } else { self.long.max(group + 1).min(left.max(1)) }
    }
}

/// As events count their periods; a path in which that is less than one has failed.
pub(super) fn whole(duration: f64) -> f64 {
    lasting(duration).max(1.0)
}

/// The centred uniform up to which something holds, by bisection.
fn cut(holds: impl Fn(f64) -> bool) -> f64 {
    let (mut low, mut high) = (-0.5, 0.5);
    for _ in 0..60 {
        look();
        let middle = f64::midpoint(low, high);
        if holds(middle) { low = middle } else { high = middle }
    }
    // Nothing but the ends is left: it holds everywhere, or nowhere.
    match (low > -0.5, high < 0.5) {
        (false, _) => -0.5,
        (_, false) => 0.5,
        _ => low,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Distribution;
    use crate::sample::StreamId;

    fn drawn(distribution: &Distribution) -> EventValue {
        EventValue::Drawn(StreamId::of("event/x/duration"), Marginal::new(distribution))
    }

    #[test]
    fn groups_have_the_probabilities_of_their_lengths() {
        let list = Distribution::empirical(vec![1.0, 2.0, 2.0, 5.0]);
        let lengths = Lengths::new(&drawn(&list), 4);
        let chances: Vec<f64> = (0..lengths.count(4)).map(|k| lengths.chance(k, 4)).collect();
        let wanted = [0.25, 0.5, 0.0, 0.25];
        assert!(chances.iter().zip(wanted).all(|(c, w)| (c - w).abs() < 1e-12), "{chances:?}");
        assert_eq!((0..4).map(|k| lengths.periods(k, 4)).collect::<Vec<_>>(), [1, 2, 3, 4]);
        assert!((lengths.chance(1, 2) - 0.75).abs() < 1e-12, "cut off at the last observation");
    }

    #[test]
    fn long_events_are_one_group() {
        let lengths = Lengths::new(&drawn(&Distribution::uniform(0.5, 20.5)), 40);
        assert_eq!(lengths.count(40), GROUPS);
        assert!((lengths.chance(7, 40) - 13.0 / 20.0).abs() < 1e-12);
        assert_eq!(lengths.periods(7, 40), 14);
        let fixed = Lengths::new(&EventValue::Number(3.0), 5);
        let chances: Vec<f64> = (0..fixed.count(5)).map(|k| fixed.chance(k, 5)).collect();
        assert_eq!(chances, [0.0, 0.0, 1.0, 0.0, 0.0]);
    }
}
