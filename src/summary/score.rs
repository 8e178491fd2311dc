//! Intervals of a probability where paths weigh differently or share their random numbers with paths
//! of other strata.
//!
//! Wilson's interval holds every `m` with `(p - m)^2 <= z^2 V(m)`, where `V(m)` is the variance of the
//! estimate if `m` were true. With one number `y` for each independent draw, of the weight `b` (1 on
//! average), `p` is the mean of `y`, and `n V(m)` the mean of `(y - m b)^2` in a distribution of mean
//! `m` near the one that was seen:
//!
//! - above `p`, a part `t` of the draws is met in all strata instead: `y = b`. So strata without a hit
//!   have the variance of the hits that they may have, of their whole weight;
//! - below `p`, draws are weighted by `1 + a (y - p b)`, which takes from those with the most hits
//!   first; when these have nothing left, a part of the rest is met in no stratum instead.
//!
//! Both are the Bernoulli distribution, and the interval is Wilson's, where draws are 0 or 1 and weigh
//! the same. Above one half the shares that are not met are taken, so that the interval of what is not
//! met is the mirror image. What a design takes from the variance multiplies it: of the draws that were seen by
//! the ratio of the variance between pairs or replicates to that of independent draws, of the others by
//! the same ratio for the draws that are met in all strata, or in any; 1 where none is seen to vary.
//! The method is that of score intervals with a restricted estimate of the variance (P. Mee 1984,
//! Confidence bounds for the difference between two probabilities; X. Yan and X. G. Su 2010, Stratified
//! Wilson and Newcombe confidence intervals for multiple binomial proportions), for strata under common
//! random numbers. How often it covers the truth: docs/intervals.md.

use super::confidence::{Probability, estimate};
use crate::ensemble::Dependence;

/// One entry for each independent draw.
pub(super) struct Draws {
    /// What is met, by weight.
    pub(super) hits: Vec<f64>,
    /// The weight, 1 on average.
    pub(super) weights: Vec<f64>,
    /// The weight if it is met in all strata, else 0.
    pub(super) every: Vec<f64>,
    /// The weight if it is met in any stratum, else 0.
    pub(super) any: Vec<f64>,
}

/// The interval around the share `p` that is met, with the quantile `z`.
pub(super) fn interval(draws: &Draws, p: f64, z: f64, dependence: Dependence) -> Probability {
    let seen = Seen::of(draws, p, z, dependence);
    let (low, high) = if p > 0.5 {
        let mirrored = seen.mirrored();
        (1.0 - mirrored.high(), 1.0 - mirrored.low())
    } else {
        (seen.low(), seen.high())
    };
    Probability { value: p, low: low.clamp(0.0, p), high: high.clamp(p, 1.0) }
}

/// What the bounds look at: means over draws, with `h = y - p b`.
#[derive(Debug, Clone, Copy)]
struct Seen {
    p: f64,
    bb: f64,
    hb: f64,
    hh: f64,
    hbb: f64,
    hhb: f64,
    hhh: f64,
    /// The greatest and the least `h`.
    ends: (f64, f64),
    /// What the design does to the variance of draws seen, of those met in all strata, in any.
    effects: [f64; 3],
    /// `z^2 / n`.
    factor: f64,
}

impl Seen {
    fn of(draws: &Draws, p: f64, z: f64, dependence: Dependence) -> Self {
        let n = draws.hits.len() as f64;
        let mut sums = [0.0; 6];
        let mut ends = (0.0f64, 0.0f64);
        for (y, b) in draws.hits.iter().zip(&draws.weights) {
            let h = y - p * b;
            let terms = [b * b, h * b, h * h, h * b * b, h * h * b, h * h * h];
            sums.iter_mut().zip(terms).for_each(|(sum, term)| *sum += term);
            ends = (ends.0.max(h), ends.1.min(h));
        }
        let [bb, hb, hh, hbb, hhb, hhh] = sums.map(|sum| sum / n);
        let effect = |values: &[f64]| design_effect(values, &draws.weights, dependence);
        let effects = [effect(&draws.hits), effect(&draws.every), effect(&draws.any)];
        Self { p, bb, hb, hh, hbb, hhb, hhh, ends, effects, factor: z * z / n }
    }

    /// What is not met.
    fn mirrored(self) -> Self {
        let ([seen, every, any], (most, least)) = (self.effects, self.ends);
        Self {
            p: 1.0 - self.p,
            hb: -self.hb,
            hbb: -self.hbb,
            hhh: -self.hhh,
            ends: (-least, -most),
            effects: [seen, any, every],
            ..self
        }
    }

    /// The mean of `(y - m b)^2` where draws have the weight `1 + a h`.
    fn spread(&self, m: f64, a: f64) -> f64 {
        let gap = self.p - m;
        let plain = self.hh + 2.0 * gap * self.hb + gap * gap * self.bb;
        (plain + a * (self.hhh + 2.0 * gap * self.hhb + gap * gap * self.hbb)).max(0.0)
    }

    fn high(&self) -> f64 {
        let [seen, every, _] = self.effects;
        let holds = |m: f64| {
            let t = (m - self.p) / (1.0 - self.p);
            let met = (1.0 - m) * (1.0 - m) * self.bb;
            let variance = (1.0 - t) * self.spread(m, 0.0) * seen + t * met * every;
            (m - self.p) * (m - self.p) <= self.factor * variance
        };
        if self.p < 1.0 { last(self.p, 1.0, holds) } else { 1.0 }
    }

    fn low(&self) -> f64 {
        let [seen, _, any] = self.effects;
        // Where the draws with the most hits have nothing left.
        let most = if self.ends.0 > 0.0 { -1.0 / self.ends.0 } else { 0.0 };
        let base = 1.0 + most * self.hb;
        let turn =
            if base > 0.0 { (self.p + most * self.hh / base).clamp(0.0, self.p) } else { 0.0 };
        let holds = |m: f64| {
            let gap = self.p - m;
            let variance = if m < turn {
                let t = (turn - m) / turn;
                (1.0 - t) * self.spread(m, most) * seen + t * m * m * self.bb * any
            } else {
                let slope = self.hh + gap * self.hb;
                let a = if slope > 0.0 { (-gap / slope).max(most) } else { 0.0 };
                self.spread(m, a) * seen
            };
            gap * gap <= self.factor * variance
        };
        if self.p > 0.0 { last(self.p, 0.0, holds) } else { 0.0 }
    }
}

/// The last number on the way from one that holds to another, by bisection.
fn last(from: f64, to: f64, holds: impl Fn(f64) -> bool) -> f64 {
    if holds(to) {
        return to;
    }
    let (mut inside, mut outside) = (from, to);
    loop {
        let middle = inside + (outside - inside) / 2.0;
        if middle == inside || middle == outside {
            return inside;
        }
        if holds(middle) {
            inside = middle;
        } else {
            outside = middle;
        }
    }
}

/// The variance of a share with what the design does, over that of independent draws; 1 where none is
/// seen.
fn design_effect(values: &[f64], weights: &[f64], dependence: Dependence) -> f64 {
    if dependence == Dependence::Independent {
        return 1.0;
    }
    let n = values.len() as f64;
    let p = values.iter().sum::<f64>() / weights.iter().sum::<f64>();
    let parts: Vec<f64> = values.iter().zip(weights).map(|(y, b)| y - p * b).collect();
    let alone = parts.iter().map(|h| h * h).sum::<f64>() / (n * n);
    let error = estimate(&parts, dependence).error;
    if alone > 0.0 && error > 0.0 { error * error / alone } else { 1.0 }
}
