//! One number for each path in order, with the weight that lies at and below each.

use crate::ensemble::Ensemble;
use crate::interrupt::{look, sort};
use crate::summary::{Probability, probability};

/// Weights that add up to less than a share by this part of it are enough: they were rounded.
const ROUNDING: f64 = 1e-12;

/// Numbers of paths in order, each once, with the share of all paths whose number is no greater.
#[derive(Debug)]
pub(super) struct Ranked {
    values: Vec<f64>,
    shares: Vec<f64>,
}

impl Ranked {
    /// Of one number for each path: minus infinity comes first, plus infinity is no number.
    pub(super) fn new(ensemble: &Ensemble, numbers: &[f64]) -> Self {
        let weight = |i: usize| ensemble.weights().map_or(1.0, |weights| weights[i]);
        let mut all: Vec<(f64, f64)> =
            numbers.iter().enumerate().map(|(i, number)| (*number, weight(i))).collect();
        let total: f64 = all.iter().map(|(_, weight)| weight).sum();
        all.retain(|(number, weight)| *number < f64::INFINITY && *weight > 0.0);
        sort(&mut all, |a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let (mut values, mut shares): (Vec<f64>, Vec<f64>) = (Vec::new(), Vec::new());
        let mut sum = 0.0;
        for (number, weight) in all {
            sum += weight;
            if values.last() == Some(&number) {
                shares.pop();
                values.pop();
            }
            values.push(number);
            shares.push(sum / total);
        }
        Self { values, shares }
    }

    /// The least number that a wanted share of the paths does not exceed; none where too few have a number.
    pub(super) fn least(&self, wanted: f64) -> Option<f64> {
        let enough = wanted * (1.0 - ROUNDING);
        self.values.get(self.shares.partition_point(|share| *share < enough)).copied()
    }

    /// The share of the paths whose number is no greater.
    pub(super) fn share(&self, number: f64) -> f64 {
        match self.values.partition_point(|value| *value <= number) {
            0 => 0.0,
            place => self.shares[place - 1],
        }
    }

    /// The greatest number whose share is no more than a share.
    pub(super) fn greatest_within(&self, share: f64) -> Option<f64> {
        let place = self.shares.partition_point(|known| *known <= share);
        place.checked_sub(1).map(|place| self.values[place])
    }

    /// Between which numbers the one of a wanted share lies: those whose own share has the wanted one in its
    /// 95 % interval. From minus infinity, and up to infinity, where paths are too few to say.
    ///
    /// R. Woodruff (1952), Confidence intervals for medians and other position measures. For independent
    /// paths of equal weight these are order statistics.
    pub(super) fn interval(&self, ensemble: &Ensemble, numbers: &[f64], wanted: f64) -> (f64, f64) {
        let at = |end: fn(&Probability) -> f64| {
            let enough = |place: usize| {
                look();
                let within = numbers.iter().map(|x| f64::from(u8::from(*x <= self.values[place])));
                end(&probability(ensemble, &within.collect::<Vec<_>>())) >= wanted
            };
            let (mut low, mut high) = (0, self.values.len());
            while low < high {
                let middle = usize::midpoint(low, high);
                if enough(middle) { high = middle } else { low = middle + 1 }
            }
            low
        };
        let (low, high) = (at(|found| found.high), at(|found| found.low));
        let below = self.values.first().map_or(f64::NEG_INFINITY, |first| {
            // Where no path at all would do, nothing is known of how far down it may lie.
            let none = probability(ensemble, &vec![0.0; numbers.len()]);
            if none.high >= wanted { f64::NEG_INFINITY } else { *first }
        });
        let low = if low == 0 { below } else { self.value_or_infinity(low) };
        (low, self.value_or_infinity(high))
    }

    fn value_or_infinity(&self, place: usize) -> f64 {
        self.values.get(place).copied().unwrap_or(f64::INFINITY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(count: usize) -> Ensemble {
        let rows = vec![("x".to_owned(), None, vec![vec![0.0; count]])];
        Ensemble::from_rows("mine", "2021".parse().expect("a span"), rows).expect("rows that fit")
    }

    #[test]
    fn the_least_number_is_the_order_statistic() {
        let numbers = [4.0, 1.0, f64::INFINITY, 1.0, f64::NEG_INFINITY];
        let ranked = Ranked::new(&paths(5), &numbers);
        assert_eq!(ranked.least(0.2), Some(f64::NEG_INFINITY));
        assert_eq!(ranked.least(0.6), Some(1.0));
        assert_eq!(ranked.least(0.61), Some(4.0));
        assert_eq!(ranked.least(0.81), None);
        assert_eq!((ranked.share(0.0), ranked.share(1.0), ranked.share(9.0)), (0.2, 0.6, 0.8));
        assert_eq!(ranked.greatest_within(0.79), Some(1.0));
        assert_eq!(ranked.greatest_within(0.1), None);
    }

    #[test]
    fn the_interval_is_that_of_order_statistics() {
        let numbers: Vec<f64> = (1..=1000).map(f64::from).collect();
        let ensemble = paths(1000);
        let (low, high) = Ranked::new(&ensemble, &numbers).interval(&ensemble, &numbers, 0.8);
        // 800 -+ 1.96 sqrt(1000 0.8 0.2) = 775.2 and 824.8; Wilson's leans to the middle.
        assert!((low - 776.0).abs() <= 2.0 && (high - 825.0).abs() <= 2.0, "{low} {high}");
        let few = Ranked::new(&paths(5), &numbers[..5]);
        assert_eq!(few.interval(&paths(5), &numbers[..5], 0.9).1, f64::INFINITY);
    }
}
