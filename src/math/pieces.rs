//! Inverse distribution functions that have no formula: the equation `F(x) = Phi(z)` is solved, and
//! the solution replaced by polynomials in the normal score `z`.
//!
//! Where the distribution function has a corner or a step its inverse has one too. Such places are
//! ends of pieces, so that within a piece the inverse is smooth; pieces are halved until their
//! polynomial is right to the last digits.

use std::sync::Arc;

use super::kept::Kept;
use super::normal::{normal_quantile_of, normal_tail};
use super::sides::LEAST_DRAWN;
use super::table::{CHEBYSHEV, REACH, TERMS, interpolate};
use super::{Cdf, Tail, ln};

/// A function of the normal score, polynomial in each of its pieces.
#[derive(Debug, Clone)]
pub(crate) struct Pieces {
    /// Where the pieces after the first begin.
    starts: Arc<[f64]>,
    pieces: Arc<[Piece]>,
}

#[derive(Debug, Clone)]
struct Piece {
    middle: f64,
    per_width: f64,
    coefficients: [f64; TERMS],
}

/// The longest piece.
const LONGEST: f64 = 0.5;
/// The shortest, and how many there may be before they are not halved any more.
const SHORTEST: f64 = 1e-13;
const MOST: usize = 40_000;

impl Pieces {
    /// Of a distribution function with corners and steps at `knots`, in order; `bracket` gives two
    /// values between which the quantile at a score lies. Kept by what the name says.
    pub(crate) fn kept(
        name: String,
        cdf: &Cdf,
        knots: &[f64],
        bracket: &dyn Fn(f64) -> (f64, f64),
    ) -> Self {
        static KEPT: Kept<Pieces> = Kept::new(512);
        KEPT.get(name, || Self::new(cdf, knots, bracket))
    }

    fn new(cdf: &Cdf, knots: &[f64], bracket: &dyn Fn(f64) -> (f64, f64)) -> Self {
        // Stretches of scores between the knots, each with the values between which it leads.
        let mut stretches = Vec::new();
        let (mut z, mut x) = (-REACH, f64::NEG_INFINITY);
        for knot in knots {
            let (before, at) = (score(cdf(knot.next_down()).tail()), score(cdf(*knot).tail()));
            // Rounding alone makes a step of a corner.
            let before = if at - before < 1e-12 { at } else { before };
            stretches.push((z, before, x, *knot));
            stretches.push((before, at, *knot, *knot));
            (z, x) = (at, *knot);
        }
        stretches.push((z, REACH, x, f64::INFINITY));
        let (mut starts, mut pieces) = (Vec::new(), Vec::new());
        for (from, to, least, most) in stretches {
            let count = ((to - from) / LONGEST).ceil();
            for k in 0..count as u32 {
                let start = from + (to - from) * f64::from(k) / count;
                let end = from + (to - from) * f64::from(k + 1) / count;
                let value = |z: f64| {
                    if least == most {
                        return least;
                    }
                    let (low, high) = bracket(z);
                    root(cdf, tail_of(z), low.max(least), high.min(most))
                };
                fit(&value, (start, end), &mut starts, &mut pieces);
            }
        }
        if !starts.is_empty() {
            starts.remove(0);
        }
        Self { starts: starts.into(), pieces: pieces.into() }
    }

    /// The function at a score.
    #[inline(always)]
    pub(crate) fn at(&self, z: f64) -> f64 {
        let k = self.starts.partition_point(|start| *start <= z);
        let Some(piece) = self.pieces.get(k) else { return f64::NAN };
        let x = ((z - piece.middle) * piece.per_width).clamp(-0.5, 0.5);
        let mut value = piece.coefficients[TERMS - 1];
        for coefficient in piece.coefficients[..TERMS - 1].iter().rev() {
            value = value * x + coefficient;
        }
        value
    }
}

/// A polynomial through the function, or two where one is not enough.
fn fit(
    value: &dyn Fn(f64) -> f64,
    (start, end): (f64, f64),
    starts: &mut Vec<f64>,
    pieces: &mut Vec<Piece>,
) {
    let (middle, width) = (f64::midpoint(start, end), end - start);
    let values = CHEBYSHEV.map(|node| value(middle + node * 0.5 * width));
    let (mut least, mut most) = (f64::INFINITY, f64::NEG_INFINITY);
    values.iter().for_each(|x| (least, most) = (least.min(*x), most.max(*x)));
    let piece = Piece { middle, per_width: 1.0 / width, coefficients: interpolate(&values, 1.0) };
    // A score off by 1e-12, or the last digits of the value.
    let per_score = (most - least) / width;
    let room = 1e-12 * per_score + 4.0 * f64::EPSILON * least.abs().max(most.abs());
    let single = Pieces { starts: [].into(), pieces: [piece.clone()].into() };
    let right = [-0.499, -0.32, 0.0, 0.41, 0.499].iter().all(|t| {
        let z = middle + t * width;
        (single.at(z) - value(z)).abs() <= room
    });
    if right || width < SHORTEST || pieces.len() > MOST {
        starts.push(start);
        pieces.push(piece);
    } else {
        fit(value, (start, middle), starts, pieces);
        fit(value, (middle, end), starts, pieces);
    }
}

/// The probability below a score, by its smaller side.
fn tail_of(z: f64) -> Tail {
    Tail { p: normal_tail(z), upper: z > 0.0 }
}

/// The score of a probability, no farther out than anything is drawn.
fn score(tail: Tail) -> f64 {
    if tail.p >= LEAST_DRAWN {
        return normal_quantile_of(tail);
    }
    if tail.upper { REACH } else { -REACH }
}

/// The smallest value whose probability of not being exceeded is at least that of `wanted`, between
/// two values: Newton's method on the logarithm of the smaller side, kept inside a bracket that is
/// halved where it does not help.
pub(crate) fn root(cdf: &Cdf, wanted: Tail, low: f64, high: f64) -> f64 {
    let goal = ln(wanted.p);
    let (mut low, mut high) = (low, high);
    let mut x = f64::midpoint(low, high);
    let mut slow = 0;
    for _ in 0..300 {
        let sides = cdf(x);
        let side = if wanted.upper { sides.above } else { sides.below };
        let error = ln(side) - goal;
        let enough = if wanted.upper { error <= 0.0 } else { error >= 0.0 };
        if error.abs() <= 1e-15 {
            return x;
        }
        let width = high - low;
        if enough {
            high = x;
        } else {
            low = x;
        }
        let slope = sides.density / side;
        let step = if wanted.upper { error / slope } else { -error / slope };
        let next = x + step;
        slow = if high - low > 0.5 * width { slow + 1 } else { 0 };
        let inside = next > low && next < high && slow < 8;
        let middle = f64::midpoint(low, high);
        if inside && (error.abs() < 1e-9 && step.abs() <= 1e-15 * x.abs() || next == x) {
            return next;
        }
        if middle <= low || middle >= high {
            return high;
        }
        if !inside {
            slow = 0;
        }
        x = if inside { next } else { middle };
    }
    x
}
