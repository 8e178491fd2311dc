//! A few values, each with its probability.

use super::Distribution;
use super::kind::{Found, Kind, parameters};
use crate::math::{Cdf, InverseCdf, Sides};

parameters! {
    /// A few values, each with its probability.
    pub struct Discrete {
        /// The values, in any order.
        pub values: Vec<f64>,
        /// The probability of each; together 1.
        pub probabilities: Vec<f64>,
    }
}

impl Distribution {
    /// Values with a probability each.
    pub fn discrete(values: Vec<f64>, probabilities: Vec<f64>) -> Self {
        Discrete { values, probabilities }.into()
    }
}

impl Discrete {
    /// The values in order, each with the probability of at most it and of more than it, summed
    /// from either end.
    fn steps(&self) -> Vec<(f64, f64, f64)> {
        let pairs = self.values.iter().copied().zip(self.probabilities.iter().copied());
        let mut pairs: Vec<(f64, f64)> = pairs.filter(|(_, p)| *p > 0.0).collect();
        pairs.sort_by(|a, b| a.0.total_cmp(&b.0));
        let total: f64 = pairs.iter().map(|(_, p)| p).sum();
        let mut steps: Vec<(f64, f64, f64)> = Vec::new();
        let mut below = 0.0;
        for (value, p) in &pairs {
            below += p / total;
            steps.push((*value, below, 0.0));
        }
        let mut above = 0.0;
        for (step, (_, p)) in steps.iter_mut().zip(&pairs).rev() {
            step.2 = above;
            above += p / total;
        }
        if let Some(last) = steps.last_mut() {
            last.1 = 1.0;
        }
        steps.reverse(); // of equal values the last stays, which has all their probability below
        steps.dedup_by(|a, b| a.0 == b.0);
        steps.reverse();
        steps
    }

    /// Sum over values of the probability times a function.
    fn expect(&self, of: impl Fn(f64) -> f64) -> f64 {
        let total: f64 = self.probabilities.iter().sum();
        self.values.iter().zip(&self.probabilities).map(|(x, p)| p / total * of(*x)).sum()
    }
}

impl Kind for Discrete {
    fn check(&self, found: &mut Found) {
        found.list("values", &self.values);
        let (values, given) = (self.values.len(), self.probabilities.len());
        if values != given {
            let message = format!("expected one for each of the {values} values, found {given}");
            found.say("probabilities", message);
            return;
        }
        for (k, p) in self.probabilities.iter().enumerate() {
            let possible = (0.0..=1.0).contains(p);
            found.need(&format!("probabilities[{k}]"), *p, possible, "a number from 0 to 1");
        }
        let sum: f64 = self.probabilities.iter().sum();
        if !((sum - 1.0).abs() <= 1e-9) && given > 0 {
            found.say("probabilities", format!("expected probabilities that add up to 1, found {sum}"));
        }
    }

    fn mean(&self) -> f64 {
        self.expect(|x| x)
    }

    fn sd(&self) -> f64 {
        let mean = self.mean();
        self.expect(|x| (x - mean) * (x - mean)).sqrt()
    }

    fn support(&self) -> (f64, f64) {
        let steps = self.steps();
        let end = |step: Option<&(f64, f64, f64)>| step.map_or(f64::NAN, |(value, ..)| *value);
        (end(steps.first()), end(steps.last()))
    }

    fn has_density(&self) -> bool {
        false
    }

    fn knots(&self) -> Vec<f64> {
        self.values.clone()
    }

    fn cdf(&self) -> Cdf {
        let steps = self.steps();
        Box::new(move |x| {
            let reached = steps.partition_point(|(value, ..)| *value <= x);
            let Some(step) = reached.checked_sub(1) else { return Sides::LEAST };
            let (_, below, above) = steps[step];
            Sides { below, above, density: 0.0 }
        })
    }

    fn inverse(&self) -> InverseCdf {
        InverseCdf::steps(self.steps())
    }
}
