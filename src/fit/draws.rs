//! Random numbers of a fit, one after the other: normal, gamma and truncated normal draws from two streams of the
//! seed.

use crate::math::{exp, ln, normal_quantiles, normcdf, norminv};
use crate::sample::{StreamId, Streams};

/// Numbers made at a time.
const MADE: usize = 1024;

/// A sequence of draws, a pure function of seed and name.
#[derive(Debug)]
pub(super) struct Draws {
    streams: Streams,
    uniform: Sequence,
    normal: Sequence,
}

#[derive(Debug)]
struct Sequence {
    stream: StreamId,
    place: u64,
    next: usize,
    made: Vec<f64>,
}

impl Sequence {
    fn new(name: &str) -> Self {
        Self { stream: StreamId::of(name), place: 0, next: MADE, made: vec![0.0; MADE] }
    }

    fn next(&mut self, streams: &Streams, of: impl Fn(&mut [f64])) -> f64 {
        if self.next == MADE {
            streams.centred(self.stream, 0, self.place, &mut self.made);
            of(&mut self.made);
            self.place += MADE as u64;
            self.next = 0;
        }
        self.next += 1;
        self.made[self.next - 1]
    }
}

impl Draws {
    /// The draws of a seed under a name.
    pub(super) fn new(seed: u64, name: &str) -> Self {
        Self {
            streams: Streams::new(seed),
            uniform: Sequence::new(&format!("{name}/uniform")),
            normal: Sequence::new(&format!("{name}/normal")),
        }
    }

    /// A uniform strictly between 0 and 1.
    #[inline]
    pub(super) fn uniform(&mut self) -> f64 {
        let v = self.uniform.next(&self.streams, |_| ());
        (0.5 + v).clamp(f64::MIN_POSITIVE, 1.0 - f64::EPSILON)
    }

    /// A standard normal number.
    #[inline]
    pub(super) fn normal(&mut self) -> f64 {
        self.normal.next(&self.streams, normal_quantiles)
    }

    /// A gamma number of a shape and rate 1 (G. Marsaglia and W. W. Tsang 2000, A simple method for generating gamma
    /// variables; below a shape of 1 with their factor `u^(1/shape)`).
    #[inline]
    pub(super) fn gamma(&mut self, shape: f64) -> f64 {
        if shape < 1.0 {
            let above = self.gamma(shape + 1.0);
            return above * exp(ln(self.uniform()) / shape);
        }
        let d = shape - 1.0 / 3.0;
        let c = 1.0 / (9.0 * d).sqrt();
        loop {
            let z = self.normal();
            let root = 1.0 + c * z;
            if root <= 0.0 {
                continue;
            }
            let v = root * root * root;
            let u = self.uniform();
            let square = z * z;
            if u < 1.0 - 0.0331 * square * square || ln(u) < 0.5 * square + d * (1.0 - v + ln(v)) {
                return d * v;
            }
        }
    }

    /// A normal number of a mean and sd, given that it lies between two bounds.
    #[inline]
    pub(super) fn normal_between(&mut self, mean: f64, sd: f64, low: f64, high: f64) -> f64 {
        for _ in 0..4 {
            let x = mean + sd * self.normal();
            if low < x && x < high {
                return x;
            }
        }
        // By inversion, on the side on which the smaller tail has its digits.
        let (mut a, mut b) = ((low - mean) / sd, (high - mean) / sd);
        let flip = a > 0.0;
        if flip {
            (a, b) = (-b, -a);
        }
        let (pa, pb) = (normcdf(a), normcdf(b));
        let u = self.uniform();
        let p = pa + u * (pb - pa);
        let z = if pb > 1e-300 { norminv(p) } else { b + ln(u.max(1e-300)) / b.abs().max(1.0) };
        let z = z.clamp(a, b);
        (mean + sd * if flip { -z } else { z }).clamp(low, high)
    }

    /// A place in a list of log weights.
    pub(super) fn choice(&mut self, ln_weights: &[f64]) -> usize {
        let top = ln_weights.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = ln_weights.iter().map(|w| exp(w - top)).sum();
        let mut left = self.uniform() * total;
        for (k, w) in ln_weights.iter().enumerate() {
            left -= exp(w - top);
            if left <= 0.0 {
                return k;
            }
        }
        ln_weights.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use statrs::distribution::{ContinuousCDF, Gamma, Normal};

    use super::*;

    /// The greatest distance of 20,000 draws to a distribution function, times the root of their number: above
    /// 1.95 once in 1,000 where they agree (Kolmogorov and Smirnov).
    fn distance(
        mut draw: impl FnMut(&mut Draws) -> f64,
        cdf: impl Fn(f64) -> f64,
        seed: u64,
    ) -> f64 {
        const COUNT: usize = 20_000;
        let mut draws = Draws::new(seed, "test");
        let mut all: Vec<f64> = (0..COUNT).map(|_| draw(&mut draws)).collect();
        all.sort_by(f64::total_cmp);
        let gap = |(k, x): (usize, &f64)| {
            let at = cdf(*x) * COUNT as f64;
            (at - k as f64).abs().max((at - k as f64 - 1.0).abs())
        };
        all.iter().enumerate().map(gap).fold(0.0, f64::max) / (COUNT as f64).sqrt()
    }

    #[test]
    fn gamma_numbers_have_the_distribution_of_statrs() {
        for (k, shape) in [0.3, 0.5, 1.0, 1.7, 3.5, 40.0].into_iter().enumerate() {
            let oracle = Gamma::new(shape, 1.0).expect("valid");
            let found = distance(|draws| draws.gamma(shape), |x| oracle.cdf(x), k as u64);
            assert!(found < 1.95, "shape {shape}: {found}");
        }
    }

    #[test]
    fn normal_numbers_between_bounds_have_the_distribution_of_statrs() {
        let oracle = Normal::new(0.0, 1.0).expect("valid");
        let cases = [
            (0.0, 1.0, -0.9, 0.985),
            (0.5, 0.2, -0.9, 0.985),
            (3.0, 0.5, -0.9, 0.985),
            (-4.0, 0.5, -0.9, 0.985),
            (2.0, 0.1, -0.9, 0.985),
            (0.0, 5.0, 0.0, 1e6),
        ];
        for (k, (mean, sd, low, high)) in cases.into_iter().enumerate() {
            // By the upper tails, where the bounds lie above the mean.
            let tail = |x: f64| oracle.sf((x - mean) / sd);
            let (low_tail, whole) = (tail(low), tail(low) - tail(high));
            let below = |x: f64| {
                if mean < low {
                    (low_tail - tail(x)) / whole
                } else {
                    let p = |x: f64| oracle.cdf((x - mean) / sd);
                    (p(x) - p(low)) / (p(high) - p(low))
                }
            };
            let found =
                distance(|draws| draws.normal_between(mean, sd, low, high), below, k as u64);
            assert!(found < 1.95, "{mean} {sd}: {found}");
        }
    }

    #[test]
    fn a_bound_beyond_all_tails_is_kept() {
        let mut draws = Draws::new(1, "test");
        for mean in [-1e9, -50.0, 50.0, 1e9] {
            let x = draws.normal_between(mean, 1.0, -0.9, 0.985);
            assert!((-0.9..=0.985).contains(&x), "{mean}: {x}");
        }
    }

    #[test]
    fn places_are_chosen_by_their_weights() {
        let mut draws = Draws::new(1, "test");
        let mut counts = [0.0; 3];
        (0..30_000).for_each(|_| counts[draws.choice(&[-1e9, 700.0, 700.0 + 2.0f64.ln()])] += 1.0);
        // Four standard errors: once in 16,000.
        assert!(
            counts[0] == 0.0 && (counts[1] / 30_000.0 - 1.0 / 3.0f64).abs() < 4.0 * 0.0027,
            "{counts:?}"
        );
    }
}
