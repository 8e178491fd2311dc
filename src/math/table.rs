//! Quantile functions tabulated over the normal score.
//!
//! Where an inverse distribution function has no closed form, the function that takes a standard
//! normal score `z` to the quantile at `Phi(z)` is smooth. It is worked out at Chebyshev points of
//! short intervals and replaced by a polynomial in each.

use std::sync::{Arc, OnceLock};

use super::kept::Kept;
use super::{Sides, Tail, exp, ln, normal_cdf, normal_tail};
use crate::parallel::made;

/// Interval length: 1/8. Scores of what can be drawn lie within 8.3.
const PER_UNIT: f64 = 8.0;
pub(super) const REACH: f64 = 8.5;
/// Coefficients of each polynomial.
pub(super) const TERMS: usize = 10;
const INTERVALS: usize = (2.0 * REACH * PER_UNIT) as usize;

/// A function of the normal score.
#[derive(Debug, Clone)]
pub(crate) struct Table {
    coefficients: Arc<[[f64; TERMS]]>,
}

impl Table {
    /// Tabulates a function; it is asked from the centre outwards, downwards first.
    pub(crate) fn new(mut function: impl FnMut(f64) -> f64) -> Self {
        let mut rows = vec![[0.0; TERMS]; INTERVALS];
        let middle = INTERVALS / 2;
        for k in (0..middle).rev().chain(middle..INTERVALS) {
            let centre = (k as f64 + 0.5) / PER_UNIT - REACH;
            let mut values = [0.0; TERMS];
            let inwards = if k < middle { 1.0 } else { -1.0 };
            for (node, value) in CHEBYSHEV.iter().zip(&mut values) {
                *value = function(centre + inwards * node * 0.5 / PER_UNIT);
            }
            rows[k] = interpolate(&values, inwards);
        }
        Self { coefficients: rows.into() }
    }

    /// A table that depends on nothing but what its name says; kept, about 11 kB each.
    pub(crate) fn kept(name: String, make: impl FnOnce() -> Self) -> Self {
        static KEPT: Kept<Table> = Kept::new(512);
        KEPT.get(name, make)
    }

    /// The function at a score.
    #[inline(always)]
    pub(crate) fn at(&self, z: f64) -> f64 {
        let index = ((z + REACH) * PER_UNIT).clamp(0.0, INTERVALS as f64 - 1.0);
        let k = index as usize;
        let x = (z + REACH) * PER_UNIT - k as f64 - 0.5;
        let row = &self.coefficients[k];
        let mut value = row[TERMS - 1];
        for coefficient in row[..TERMS - 1].iter().rev() {
            value = value * x + coefficient;
        }
        value
    }
}

/// cos((2 j + 1) pi / 20), j = 0..9: the zeros of the Chebyshev polynomial of degree 10.
pub(super) const CHEBYSHEV: [f64; TERMS] = [
    0.987_688_340_595_137_7,
    0.891_006_524_188_367_9,
    0.707_106_781_186_547_5,
    0.453_990_499_739_546_8,
    0.156_434_465_040_230_87,
    -0.156_434_465_040_230_87,
    -0.453_990_499_739_546_8,
    -0.707_106_781_186_547_5,
    -0.891_006_524_188_367_9,
    -0.987_688_340_595_137_7,
];

/// The polynomial in `x` from -1/2 to 1/2 through the values at the Chebyshev points, by divided
/// differences.
pub(super) fn interpolate(values: &[f64; TERMS], sign: f64) -> [f64; TERMS] {
    let nodes = CHEBYSHEV.map(|node| sign * node * 0.5);
    let mut differences = *values;
    for order in 1..TERMS {
        for k in (order..TERMS).rev() {
            differences[k] = (differences[k] - differences[k - 1]) / (nodes[k] - nodes[k - order]);
        }
    }
    let mut polynomial = [0.0; TERMS];
    for k in (0..TERMS).rev() {
        // polynomial = polynomial * (x - node_k) + difference_k
        let mut next = [0.0; TERMS];
        for power in 0..TERMS {
            next[power] -= polynomial[power] * nodes[k];
            if power + 1 < TERMS {
                next[power + 1] += polynomial[power];
            }
        }
        next[0] += differences[k];
        polynomial = next;
    }
    polynomial
}

/// The normal distribution function of a score, from a table of the logarithm of its tail: for
/// draws, where the function itself would be slow.
#[inline(always)]
pub(crate) fn tabulated_normal_cdf(z: f64) -> Tail {
    static TAIL: OnceLock<Table> = OnceLock::new();
    let table = made(&TAIL, || Table::new(|z| ln(lower_half(z))));
    let p = exp(table.at(-z.abs()));
    Tail { p: if p < 0.5 { p } else { 0.5 }, upper: z > 0.0 }
}

/// The probability below a score, also above 0, where it is more than 1/2.
fn lower_half(z: f64) -> f64 {
    let tail = normal_tail(z);
    if z > 0.0 { 1.0 - tail } else { tail }
}

/// Solves `F(y) = Phi(z)` by Newton's method on the logarithm of the smaller side, from `start`.
pub(crate) fn solve(distribution: &dyn Fn(f64) -> Sides, z: f64, start: f64) -> f64 {
    let wanted = normal_cdf(z);
    let goal = ln(wanted.p);
    let mut y = start;
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    for _ in 0..200 {
        let Sides { below, above, density } = distribution(y);
        let side = if wanted.upper { above } else { below };
        let error = ln(side) - goal;
        // The logarithm falls in y on the upper side.
        let too_far_right = if wanted.upper { error < 0.0 } else { error > 0.0 };
        if too_far_right {
            high = y;
        } else {
            low = y;
        }
        let slope = density / side;
        let step = if wanted.upper { error / slope } else { -error / slope };
        if step.abs() <= 1e-11 * y.abs().max(1e-3) {
            return y + step; // Newton's method squares the error: nothing is left of it
        }
        let next = y + step.clamp(-4.0, 4.0);
        let next = if step.is_finite() && next > low && next < high {
            next
        } else if low.is_finite() && high.is_finite() {
            f64::midpoint(low, high)
        } else if too_far_right {
            y - 1.0
        } else {
            y + 1.0
        };
        y = next;
    }
    y
}
