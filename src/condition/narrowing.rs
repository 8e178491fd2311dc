//! Draws of a standard normal score given that a function of it was observed with an error.
//!
//! The cells of a grid have probabilities as if the function were straight within them; one is chosen,
//! halved, one half chosen, and so on. What was chosen with another probability than the posterior's
//! is weighed, so that the draws are right for any function: floors, steps and branches too. One draw
//! in twenty comes from the prior, so that no weight is large where the halves misled.

use std::sync::OnceLock;

use super::masses::{Interval, ln_sum};
use super::places::{EDGES, edge};
use crate::math::{exp, ln, normal_quantile};
use crate::parallel::made;
use crate::sample::ln_normal_density;

/// Share of the draws that come from the prior.
const OPEN: f64 = 0.05;
/// Cells that are less likely than this beside the likeliest, in logarithms, are left to the prior.
const BESIDE: f64 = 30.0;
/// How often a cell is halved.
const HALVINGS: usize = 32;

/// A draw on its way.
#[derive(Debug, Clone)]
pub(super) struct Narrowing {
    sd: f64,
    low: (f64, f64),
    high: (f64, f64),
    /// The logarithm of the probability of what was chosen so far.
    ln_chosen: f64,
    /// What is left of the uniform.
    uniform: f64,
    /// The score, where it comes from the prior.
    free: Option<f64>,
    halvings: usize,
}

impl Narrowing {
    /// Of a function whose value minus the observed one is `missing` at the edges; `sd` is that of the
    /// error.
    pub(super) fn new(missing: &[f64], sd: f64, uniform: f64) -> Self {
        let ln_parts = ln_parts(missing, sd);
        let from_prior = uniform >= 1.0 - OPEN;
        let rest =
            if from_prior { (uniform - (1.0 - OPEN)) / OPEN } else { uniform / (1.0 - OPEN) };
        let free = from_prior.then(|| {
            normal_quantile((rest - 0.5).clamp(1e-16 - 0.5, 0.5 - 1e-16))
                .clamp(edge(0), edge(EDGES - 1))
        });
        let ln_total = ln_sum(&ln_parts);
        let share = |k: usize| exp(ln_parts[k] - ln_total);
        if let Some(at) = free {
            let cell = (0..EDGES - 2).find(|k| at < edge(k + 1)).unwrap_or(EDGES - 2);
            return Self::within(missing, sd, cell, ln_parts[cell] - ln_total, rest, free);
        }
        let (mut below, mut cell) = (0.0, 0);
        for k in (0..EDGES - 1).filter(|&k| share(k) > 0.0) {
            cell = k;
            if rest < below + share(k) {
                break;
            }
            below += share(k);
        }
        let within = (rest - below) / share(cell);
        Self::within(missing, sd, cell, ln_parts[cell] - ln_total, within, None)
    }

    fn within(
        missing: &[f64],
        sd: f64,
        cell: usize,
        ln_chosen: f64,
        uniform: f64,
        free: Option<f64>,
    ) -> Self {
        let (low, high) = ((edge(cell), missing[cell]), (edge(cell + 1), missing[cell + 1]));
        let uniform = uniform.clamp(0.0, 1.0);
        Self { sd, low, high, ln_chosen, uniform, free, halvings: 0 }
    }

    /// The score at which the function is to be computed next; none when the draw is made.
    pub(super) fn next(&self) -> Option<f64> {
        (self.halvings < HALVINGS).then(|| f64::midpoint(self.low.0, self.high.0))
    }

    /// What is missing at the score that was asked for.
    pub(super) fn tell(&mut self, missing: f64) {
        let middle = (f64::midpoint(self.low.0, self.high.0), missing);
        let half = |a: (f64, f64), b: (f64, f64)| {
            ln_normal_density(f64::midpoint(a.0, b.0)) + ln_mean_density(a.1, b.1, self.sd)
        };
        let parts = [half(self.low, middle), half(middle, self.high)];
        let ln_both = ln_sum(&parts);
        let first = if ln_both.is_finite() { exp(parts[0] - ln_both) } else { 0.5 };
        let lower = match self.free {
            Some(at) => at < middle.0,
            None => self.uniform < first,
        };
        let share = if lower { first } else { 1.0 - first };
        if self.free.is_none() {
            let begin = if lower { 0.0 } else { first };
            self.uniform = ((self.uniform - begin) / share).clamp(0.0, 1.0);
        }
        self.ln_chosen += ln(share);
        if lower {
            self.high = middle;
        } else {
            self.low = middle;
        }
        self.halvings += 1;
    }

    /// The score that was drawn.
    pub(super) fn at(&self) -> f64 {
        let (low, high) = (self.low.0, self.high.0);
        self.free.unwrap_or(low + self.uniform * (high - low))
    }

    /// The logarithm of prior times density of the observed value over the probability of the draw,
    /// given what is missing where it was drawn.
    pub(super) fn ln_weight(&self, missing: f64) -> f64 {
        let ln_prior = ln_normal_density(self.at());
        let ln_narrowed = self.ln_chosen - ln(self.high.0 - self.low.0);
        let ln_drawn = ln_sum(&[ln(1.0 - OPEN) + ln_narrowed, ln(OPEN) + ln_prior]);
        let error = missing / self.sd;
        ln_prior + ln_normal_density(error) - ln(self.sd) - ln_drawn
    }
}

/// The logarithms of the probabilities of all cells and of the observed value in each.
fn ln_parts(missing: &[f64], sd: f64) -> Vec<f64> {
    static LN_MASSES: OnceLock<Vec<f64>> = OnceLock::new();
    let ln_mass = |k: usize| Interval { from: edge(k), to: edge(k + 1) }.ln_mass();
    let ln_masses = made(&LN_MASSES, || (0..EDGES - 1).map(ln_mass).collect());
    // No more than this, wherever the function goes between the ends.
    let most = |k: usize| {
        let (a, b) = (missing[k], missing[k + 1]);
        let nearest = if a * b <= 0.0 { 0.0 } else { a.abs().min(b.abs()) / sd };
        ln_masses[k] - 0.5 * nearest * nearest
    };
    let bounds: Vec<f64> = (0..EDGES - 1).map(most).collect();
    let best = bounds.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let part = |k: usize| {
        if bounds[k] < best - BESIDE {
            f64::NEG_INFINITY
        } else {
            ln_masses[k] + ln_mean_density(missing[k], missing[k + 1], sd)
        }
    };
    (0..EDGES - 1).map(part).collect()
}

/// The logarithm of the mean density of the observed value in a cell, as if the function were straight
/// between its ends.
fn ln_mean_density(low: f64, high: f64, sd: f64) -> f64 {
    let (a, b) = (low.min(high) / sd, low.max(high) / sd);
    if !(a.is_finite() && b.is_finite()) {
        // The function is a number at one end, or at none.
        let end = if low.is_finite() { low } else { high };
        return if end.is_finite() { ln_normal_density(end / sd) } else { f64::NEG_INFINITY };
    }
    if b - a > 0.5 {
        return Interval { from: a, to: b }.ln_mass() - ln(b - a);
    }
    // Simpson's rule.
    let middle = f64::midpoint(a, b);
    let rise = |x: f64| exp(0.5 * (middle * middle - x * x));
    ln_normal_density(middle) + ln((rise(a) + 4.0 + rise(b)) / 6.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mean of the weights, and the weighted mean of the score, by so many uniforms.
    fn drawn(f: &dyn Fn(f64) -> f64, wanted: f64, sd: f64) -> (f64, f64, f64) {
        const COUNT: usize = 1000;
        let missing: Vec<f64> = (0..EDGES).map(|k| f(edge(k)) - wanted).collect();
        let (mut sum, mut moment, mut square) = (0.0, 0.0, 0.0);
        for k in 0..COUNT {
            let mut draw = Narrowing::new(&missing, sd, (k as f64 + 0.5) / COUNT as f64);
            while let Some(at) = draw.next() {
                draw.tell(f(at) - wanted);
            }
            let weight = exp(draw.ln_weight(f(draw.at()) - wanted));
            sum += weight;
            moment += weight * draw.at();
            square += weight * weight;
        }
        (sum / COUNT as f64, moment / sum, sum * sum / square / COUNT as f64)
    }

    /// The same by a fine sum.
    fn summed(f: &dyn Fn(f64) -> f64, wanted: f64, sd: f64) -> (f64, f64) {
        let step = 1e-4;
        let (mut sum, mut moment) = (0.0, 0.0);
        for k in 0..160_000 {
            let z = -8.0 + (f64::from(k) + 0.5) * step;
            let error = (f(z) - wanted) / sd;
            let part = exp(ln_normal_density(z) + ln_normal_density(error)) / sd * step;
            sum += part;
            moment += part * z;
        }
        (sum, moment / sum)
    }

    #[test]
    fn draws_have_the_mean_and_the_evidence_of_the_posterior() {
        type Case<'a> = (&'a str, &'a dyn Fn(f64) -> f64, f64);
        let cases: [Case<'_>; 7] = [
            ("straight", &|z| 2.0 * z + 1.0, 1.7),
            ("ceiling", &|z| (0.7 * z).min(1.0), 1.0),
            ("floor, below it", &|z| z.max(0.0), -0.1),
            ("branches", &|z| (0.3 + z).abs(), 1.0),
            ("square", &|z| z * z, 0.5),
            ("step", &|z| if z > 0.5 { 3.0 } else { 1.0 }, 2.9),
            ("exponential", &|z| (0.5 * z).exp(), 1.4),
        ];
        for (name, f, wanted) in cases {
            for sd in [1.0, 0.1, 1e-3] {
                if sd < 1e-2 && matches!(name, "floor, below it" | "step") {
                    continue; // a hundred standard deviations off
                }
                let (evidence, mean, effective) = drawn(f, wanted, sd);
                let (right, right_mean) = summed(f, wanted, sd);
                assert!((evidence / right - 1.0).abs() < 0.01, "{name} {sd}: {evidence} {right}");
                assert!((mean - right_mean).abs() < 0.02, "{name} {sd}: {mean} {right_mean}");
                assert!(effective > 0.6, "{name} {sd}: {effective}");
            }
        }
    }
}
