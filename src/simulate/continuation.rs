//! What is tried where Newton's method has not found a solution from the period before.
//!
//! First the same with steps that lead down and stay inside the domain. Then the solution is followed
//! from one that is known: what moves the block (shocks, the past, what is computed before) goes in steps
//! from what it is on the central path, whose solution is known, to what it is in this path; or the
//! residuals at the period before go in steps to zero (E. L. Allgower and K. Georg 2003, Introduction
//! to Numerical Continuation Methods, chapter 2). Then equations are computed one after the other,
//! each kept where it gives no number (Gauss-Seidel), which leads into the domain from outside; one
//! unknown alone is looked for along its line (`line`); and last come values of other sizes. So the solution that a path takes is, wherever there is
//! one on the way, that which follows from where it was.

use super::anchor::Anchor;
use super::newton::{largest, size};
use super::operands::Source;
use super::search::{NEAR, Search, Solution};
use crate::compile::Slot;

/// Jacobians that a path may cost in one block and period.
pub(super) const EFFORT: usize = 160;
/// The first step of what is followed, and the shortest.
const FIRST: f64 = 0.25;
const SHORTEST: f64 = 1.0 / 512.0;
/// Steps of Newton's method that bring a point back to what is followed.
const CORRECTIONS: usize = 6;
/// Rounds of computing equations one after the other, and after how many Newton's method tries.
const ROUNDS: usize = 48;
const LOOK: usize = 8;
/// Sizes of other starts, beside those of the period before.
const SIZES: [f64; 7] = [3.0, 0.3, 10.0, 0.1, 100.0, 0.01, 1e4];

/// What is tried, in words.
pub(super) const TRIED: &str = "from the values of the period before, from the central path in steps, \
                                or from values of other sizes";

/// Why a block has no numbers in a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unsolved {
    /// No values were found at which all its equations are defined.
    Undefined,
    /// No solution was found.
    NotFound,
    /// Its solution is one of many, all around it.
    Free,
}

impl Search<'_> {
    /// Tries all there is. `anchor`: the solution of the central path, if there is one.
    pub(super) fn rescue(&mut self, anchor: Option<&Anchor>) -> Result<Solution, Unsolved> {
        let before = self.before();
        let starts = starts(&before, anchor);
        let mut defined = false;
        for start in &starts {
            let found = self.descend(start.clone());
            if let Some(settled) = self.settled(found) {
                return settled;
            }
            defined |= self.is_defined(start);
        }
        if let Some(anchor) = anchor {
            let found = self.from_centre(anchor);
            if let Some(settled) = self.settled(found) {
                return settled;
            }
        }
        for start in &starts {
            let found = self.with_residuals(start.clone());
            if let Some(settled) = self.settled(found) {
                return settled;
            }
        }
        let earlier: Vec<f64> = before.iter().map(|x| x.unwrap_or(1.0)).collect();
        let found = self.one_after_the_other(earlier.clone(), &mut defined);
        if let Some(settled) = self.settled(found) {
            return settled;
        }
        for start in &starts {
            let found = self.along_the_line(start[0]);
            defined |= found.is_some();
            if let Some(settled) = self.settled(found) {
                return settled;
            }
        }
        for by in SIZES {
            let start = earlier.iter().map(|x| by * if *x == 0.0 { 1.0 } else { *x }).collect();
            let found = self.one_after_the_other(start, &mut defined);
            if let Some(settled) = self.settled(found) {
                return settled;
            }
            if self.effort == 0 {
                break;
            }
        }
        Err(if defined { Unsolved::NotFound } else { Unsolved::Undefined })
    }

    /// A solution from a point close to it, told apart from one that is not determined; none where
    /// there was none close to it.
    fn settled(&mut self, near: Option<Vec<f64>>) -> Option<Result<Solution, Unsolved>> {
        let solution = self.solve(near?)?;
        Some(if self.is_free(&solution) { Err(Unsolved::Free) } else { Ok(solution) })
    }

    fn is_defined(&mut self, x: &[f64]) -> bool {
        self.residual(x).iter().all(|r| r.is_finite())
    }

    /// From the solution of the central path, with what moves the block in steps to what it is here.
    fn from_centre(&mut self, anchor: &Anchor) -> Option<Vec<f64>> {
        let sources = self.sources();
        let here = self.values(&sources);
        let moves = |(there, here): (&f64, &f64)| there.is_finite() && there != here;
        if anchor.inputs.len() != here.len() {
            return None; // a pass that was cut down
        }
        let moving: Vec<usize> =
            (0..here.len()).filter(|&k| moves((&anchor.inputs[k], &here[k]))).collect();
        let pick = |values: &[f64]| moving.iter().map(|&k| values[k]).collect::<Vec<f64>>();
        let rows: Vec<Source> = moving.iter().map(|&k| sources[k]).collect();
        let homotopy =
            Homotopy { rows, from: pick(&anchor.inputs), to: pick(&here), residual: Vec::new() };
        let found = self.follow(&homotopy, anchor.x.clone());
        self.set(&homotopy.rows, &homotopy.to);
        found
    }

    /// From a start, with its residuals in steps to zero.
    fn with_residuals(&mut self, start: Vec<f64>) -> Option<Vec<f64>> {
        let residual = self.residual(&start);
        if residual.iter().any(|r| !r.is_finite()) {
            return None;
        }
        let homotopy = Homotopy { rows: Vec::new(), from: Vec::new(), to: Vec::new(), residual };
        self.follow(&homotopy, start)
    }

    /// Follows the solution along a homotopy, in steps that are as long as Newton's method lets them be.
    fn follow(&mut self, homotopy: &Homotopy, mut x: Vec<f64>) -> Option<Vec<f64>> {
        let (mut at, mut length) = (0.0, FIRST);
        let mut slope: Option<Vec<f64>> = None;
        while at < 1.0 {
            let next = f64::min(1.0, at + length);
            let predicted = slope.as_ref().map(|slope| {
                let pairs = x.iter().zip(slope);
                pairs.map(|(x, slope)| x + slope * (next - at)).collect::<Vec<f64>>()
            });
            let found = predicted.and_then(|start| self.correct(homotopy, next, start));
            match found.or_else(|| self.correct(homotopy, next, x.clone())) {
                Some(y) => {
                    let change = y.iter().zip(&x).map(|(y, x)| (y - x) / (next - at));
                    slope = Some(change.collect());
                    (x, at, length) = (y, next, 2.0 * length);
                }
                None if length <= SHORTEST || self.effort == 0 => return None,
                None => length *= 0.5,
            }
        }
        Some(x)
    }

    /// Brings a point back to what is followed, without a step that does not lead closer.
    fn correct(&mut self, homotopy: &Homotopy, at: f64, mut x: Vec<f64>) -> Option<Vec<f64>> {
        let moved = homotopy.from.iter().zip(&homotopy.to);
        let values: Vec<f64> = moved.map(|(from, to)| from + at * (to - from)).collect();
        self.set(&homotopy.rows, if at < 1.0 { &values } else { &homotopy.to });
        let mut residual = self.gap(homotopy, at, &x);
        for _ in 0..CORRECTIONS {
            let norm = largest(&residual, &x);
            if norm <= NEAR {
                return Some(x);
            }
            if !norm.is_finite() || !self.may() {
                return None;
            }
            // The Jacobian of what is left is that of the block.
            let plain: Vec<f64> = self.residual(&x);
            let inverse = self.inverse(&x, &plain);
            let rows = inverse.chunks(x.len());
            let full = rows.map(|row| row.iter().zip(&residual).map(|(h, r)| h * r).sum::<f64>());
            let trial: Vec<f64> = x.iter().zip(full).map(|(x, full)| x - full).collect();
            let after = self.gap(homotopy, at, &trial);
            if !(largest(&after, &x) < norm) {
                return None;
            }
            (x, residual) = (trial, after);
        }
        None
    }

    fn gap(&mut self, homotopy: &Homotopy, at: f64, x: &[f64]) -> Vec<f64> {
        let mut residual = self.residual(x);
        for (r, offset) in residual.iter_mut().zip(&homotopy.residual) {
            *r -= (1.0 - at) * offset;
        }
        residual
    }

    /// Computes equations one after the other, each kept where it gives no number, and lets Newton's
    /// method try from where that leads.
    fn one_after_the_other(&mut self, mut x: Vec<f64>, defined: &mut bool) -> Option<Vec<f64>> {
        for &member in &self.block.members {
            let before = self.memory.values(Slot::series(member, 1), self.row)[0];
            let start = if before.is_finite() { before } else { 1.0 };
            self.memory.values_mut(Slot::series(member, 0), self.row).fill(start);
        }
        for round in 0..ROUNDS {
            self.round(&mut x, if round < LOOK { 1.0 } else { 0.5 });
            if round % LOOK == 0 || round + 1 == ROUNDS {
                if !self.is_defined(&x) {
                    continue;
                }
                *defined = true;
                if let Some(found) = self.descend(x.clone()) {
                    return Some(found);
                }
            }
            if self.effort == 0 {
                return None;
            }
        }
        None
    }

    /// One round: the equations of a pass in their order, then the unknowns, which go so far.
    fn round(&mut self, x: &mut [f64], share: f64) {
        self.fill(x);
        let mut first = 0;
        for last in 0..self.pass.len() {
            if self.pass[last].out.series().is_none() {
                continue;
            }
            let out = self.pass[last].out;
            let kept = self.memory.at(out, self.row)[0];
            self.memory.run(&self.pass[first..=last], self.row);
            if !self.memory.at(out, self.row)[0].is_finite() {
                self.memory.at_mut(out, self.row).fill(kept);
            }
            first = last + 1;
        }
        self.memory.run(&self.pass[first..], self.row);
        for (x, &result) in x.iter_mut().zip(&self.block.results) {
            let value = self.memory.values(result, self.row)[0];
            if value.is_finite() {
                *x += share * (value - *x);
            }
        }
    }
}

/// A homotopy from what is known to what is wanted: rows that go from one value to another, residuals that
/// go to zero.
#[derive(Debug)]
struct Homotopy {
    rows: Vec<Source>,
    from: Vec<f64>,
    to: Vec<f64>,
    residual: Vec<f64>,
}

/// Where the search begins: the period before, moved as the central path moves; the period before; the
/// central path.
fn starts(before: &[Option<f64>], anchor: Option<&Anchor>) -> Vec<Vec<f64>> {
    let plain = before.iter().map(|x| x.unwrap_or(1.0)).collect();
    let Some(anchor) = anchor else { return vec![plain] };
    let moved = before.iter().zip(&anchor.change).zip(&anchor.x);
    let moved = moved.map(|((before, change), x)| before.map_or(*x, |before| before + change));
    let mut found = vec![moved.collect(), plain, anchor.x.clone()];
    let same =
        |a: &[f64], b: &[f64]| a.iter().zip(b).all(|(a, b)| (a - b).abs() <= 1e-9 * size(*a));
    found.dedup_by(|a, b| same(a, b));
    found
}
