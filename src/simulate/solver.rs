//! Simultaneous blocks, all paths of a block of memory in step.
//!
//! A pass computes, from values `x` of the unknowns, what their equations give, `f(x)`; solved for
//! is `r(x) = f(x) - x = 0`. Every path starts from where it was, moved as the central path moves,
//! and takes steps with the inverse Jacobian of the central path ([`Anchor`]), improved for each path
//! by Broyden's update. The update needs nothing but the steps taken before (C. T. Kelley 1995,
//! Iterative Methods for Linear and Nonlinear Equations, algorithm `brsol`). What one path does never
//! depends on another. Paths that do not arrive are left to Newton's method ([`Newton`]),
//! and those that it does not solve are searched one by one (`continuation`).

use super::anchor::Anchor;
use super::continuation::{EFFORT, Unsolved};
use super::memory::Memory;
use super::newton::{Newton, ROUNDING, SMALLEST, size};
use super::operands::{Command, Source};
use super::search::{Search, sources};
use crate::compile::{Block, Row, Slot};

/// Steps before a path is left to Newton's method.
const MOST: usize = 14;
/// A path whose residuals are this small, relative to the unknowns, is solved.
const TOLERANCE: f64 = 3e-13;

/// How it stands with a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Status {
    Active,
    Done,
    Lost,
}

/// The state of a block's solution; what holds an unknown's numbers has a row of all lanes for each.
#[derive(Debug)]
pub(super) struct Solver {
    lanes: usize,
    residual: Vec<f64>,
    /// The steps so far.
    steps: Vec<Vec<f64>>,
    /// One over the square of their lengths.
    lengths: Vec<Vec<f64>>,
    product: Vec<f64>,
    norm: Vec<f64>,
    trial: Vec<f64>,
    status: Vec<Status>,
    newton: Option<Newton>,
}

impl Solver {
    pub(super) fn new(unknowns: usize, lanes: usize) -> Self {
        Self {
            lanes,
            residual: vec![0.0; unknowns * lanes],
            steps: Vec::new(),
            lengths: Vec::new(),
            product: vec![0.0; lanes],
            norm: vec![0.0; lanes],
            trial: vec![0.0; lanes],
            status: vec![Status::Active; lanes],
            newton: None,
        }
    }

    /// Solves a block in a period. Paths for which no solution is found get not-a-number.
    #[inline(always)]
    pub(super) fn solve(
        &mut self,
        memory: &mut Memory,
        block: &Block,
        pass: &[Command],
        row: Row,
        anchor: Option<&Anchor>,
    ) {
        if let Some(anchor) = anchor {
            self.approach(memory, block, pass, row, anchor);
            if !self.status.contains(&Status::Lost) {
                return;
            }
        } else {
            self.status.fill(Status::Lost);
        }
        let lost: Vec<bool> = self.status.iter().map(|status| *status == Status::Lost).collect();
        let newton =
            self.newton.get_or_insert_with(|| Newton::new(block.unknowns.len(), lost.len()));
        let unsolved = newton.solve(memory, block, pass, row, &lost);
        // Where the central path has a solution with a Jacobian, those of other paths are no free ones.
        let doubtful = (0..self.lanes).filter(|lane| anchor.is_none() && !unsolved.contains(lane));
        let doubtful: Vec<usize> = doubtful.collect();
        if unsolved.is_empty() && doubtful.is_empty() {
            return;
        }
        let mut one = OnePath::new(memory, block, pass);
        for lane in doubtful {
            let x = block.unknowns.iter().map(|&k| memory.values(Slot::series(k, 0), row)[lane]);
            let x: Vec<f64> = x.collect();
            let mut search = one.search(memory, lane, row);
            let free = search.solve(x).is_some_and(|solution| search.is_free(&solution));
            if free {
                set(memory, block, row, lane, &vec![f64::NAN; block.unknowns.len()]);
            }
        }
        for lane in unsolved {
            if let Ok(found) = one.search(memory, lane, row).rescue(anchor) {
                set(memory, block, row, lane, &found.x);
            }
        }
        memory.run(pass, row);
    }

    /// Why a block has no solution in a path.
    pub(super) fn reason(
        memory: &Memory,
        block: &Block,
        pass: &[Command],
        row: Row,
        lane: usize,
        anchor: Option<&Anchor>,
    ) -> Option<Unsolved> {
        let mut one = OnePath::new(memory, block, pass);
        one.search(memory, lane, row).rescue(anchor).err()
    }

    #[inline(always)]
    fn approach(
        &mut self,
        memory: &mut Memory,
        block: &Block,
        pass: &[Command],
        row: Row,
        anchor: &Anchor,
    ) {
        guess(memory, block, row, anchor);
        memory.run(pass, row);
        self.measure(memory, block, row);
        for lane in 0..self.lanes {
            let norm = self.trial[lane];
            self.norm[lane] = norm;
            self.status[lane] = match norm <= TOLERANCE {
                true => Status::Done,
                false if norm.is_finite() => Status::Active,
                false => Status::Lost,
            };
        }
        for taken in 0..MOST {
            if !self.status.contains(&Status::Active) {
                return;
            }
            self.step(taken, anchor);
            self.advance(memory, block, row, taken, anchor);
            memory.run(pass, row);
            self.measure(memory, block, row);
            self.judge();
        }
        for status in &mut self.status {
            *status = if *status == Status::Active { Status::Lost } else { *status };
        }
    }

    /// Residuals and their size, into `trial`.
    #[inline(always)]
    fn measure(&mut self, memory: &Memory, block: &Block, row: Row) {
        self.trial.fill(0.0);
        let rows = self.residual.chunks_exact_mut(self.lanes);
        for ((residual, &unknown), &result) in rows.zip(&block.unknowns).zip(&block.results) {
            let x = memory.values(Slot::series(unknown, 0), row);
            let f = memory.values(result, row);
            let rows = residual.iter_mut().zip(&mut self.trial);
            for (((r, norm), &x), &f) in rows.zip(x).zip(f) {
                *r = f - x;
                let size = if x.abs() > SMALLEST { x.abs() } else { SMALLEST };
                let relative = r.abs() / size;
                // Not-a-number is larger than anything.
                *norm = if relative <= *norm || norm.is_nan() { *norm } else { relative };
            }
        }
    }

    /// The next step of every path, `- H r` with the inverse `H` improved by the steps before.
    #[inline(always)]
    fn step(&mut self, taken: usize, anchor: &Anchor) {
        let (lanes, count) = (self.lanes, anchor.x.len());
        if self.steps.len() == taken {
            self.steps.push(vec![0.0; count * lanes]);
            self.lengths.push(vec![0.0; lanes]);
        }
        let (before, rest) = self.steps.split_at_mut(taken);
        let step = &mut rest[0];
        for (k, row) in step.chunks_exact_mut(lanes).enumerate() {
            row.fill(0.0);
            let inverse = &anchor.inverse[k * count..(k + 1) * count];
            for (&h, residual) in inverse.iter().zip(self.residual.chunks_exact(lanes)) {
                for (value, r) in row.iter_mut().zip(residual) {
                    *value -= h * r;
                }
            }
        }
        for j in 0..taken {
            inner(&mut self.product, &before[j], step, anchor, lanes);
            let (product, length) = (&mut self.product, &self.lengths[j]);
            if let Some(next) = before.get(j + 1) {
                for (product, length) in product.iter_mut().zip(length) {
                    *product *= length;
                }
                let rows = step.chunks_exact_mut(lanes).zip(next.chunks_exact(lanes));
                for (row, next) in rows {
                    for ((value, next), product) in row.iter_mut().zip(next).zip(product.iter()) {
                        *value += next * product;
                    }
                }
            } else {
                for (product, length) in product.iter_mut().zip(length) {
                    *product = 1.0 / (1.0 - *product * length);
                }
                for row in step.chunks_exact_mut(lanes) {
                    row.iter_mut().zip(product.iter()).for_each(|(value, factor)| *value *= factor);
                }
            }
        }
    }

    /// Moves the unknowns of the paths that are under way.
    #[inline(always)]
    fn advance(
        &mut self,
        memory: &mut Memory,
        block: &Block,
        row: Row,
        taken: usize,
        anchor: &Anchor,
    ) {
        let lanes = self.lanes;
        let step = &mut self.steps[taken];
        for (steps, &unknown) in step.chunks_exact_mut(lanes).zip(&block.unknowns) {
            let x = memory.values_mut(Slot::series(unknown, 0), row);
            for ((step, x), status) in steps.iter_mut().zip(x).zip(&self.status) {
                *step = if *status == Status::Active { *step } else { 0.0 };
                *x += *step;
            }
        }
        inner(&mut self.lengths[taken], step, step, anchor, lanes);
        for length in &mut self.lengths[taken] {
            *length = if *length > 0.0 { 1.0 / *length } else { 0.0 };
        }
    }

    /// Who has arrived, and who is lost.
    #[inline(always)]
    fn judge(&mut self) {
        for ((status, norm), &trial) in self.status.iter_mut().zip(&mut self.norm).zip(&self.trial)
        {
            if *status != Status::Active {
                continue;
            }
            let stalls = trial > 0.5 * *norm && trial <= ROUNDING;
            *status = match trial <= TOLERANCE || stalls {
                true => Status::Done,
                false if trial <= 10.0 * *norm => Status::Active,
                false => Status::Lost,
            };
            *norm = trial;
        }
    }
}

/// The inner product of two steps, the unknowns measured by their size on the central path.
#[inline(always)]
fn inner(product: &mut [f64], a: &[f64], b: &[f64], anchor: &Anchor, lanes: usize) {
    product.fill(0.0);
    for ((a, b), &x) in a.chunks_exact(lanes).zip(b.chunks_exact(lanes)).zip(&anchor.x) {
        let weight = 1.0 / (size(x) * size(x));
        for ((product, a), b) in product.iter_mut().zip(a).zip(b) {
            *product += weight * (a * b);
        }
    }
}

/// Starts from the last period, moved as the central path moves; from there where there is no number.
#[inline(always)]
fn guess(memory: &mut Memory, block: &Block, row: Row, anchor: &Anchor) {
    for ((&unknown, &change), &x) in block.unknowns.iter().zip(&anchor.change).zip(&anchor.x) {
        let lanes = memory.lanes;
        for lane in 0..lanes {
            let before = if row > Row::FIRST {
                memory.values(Slot::series(unknown, 1), row)[lane]
            } else {
                f64::NAN
            };
            let guess = before + change;
            memory.values_mut(Slot::series(unknown, 0), row)[lane] =
                if guess.is_finite() { guess } else { x };
        }
    }
}

/// Lanes in which one path is searched: directions of a Jacobian that are tried at once.
const DIRECTIONS: usize = 8;

/// A memory for one path.
struct OnePath<'a> {
    memory: Memory,
    block: &'a Block,
    pass: &'a [Command],
    /// What it needs to know of the path.
    rows: Vec<Source>,
}

impl<'a> OnePath<'a> {
    fn new(memory: &Memory, block: &'a Block, pass: &'a [Command]) -> Self {
        let mut rows = sources(pass);
        rows.extend(block.members.iter().map(|&k| memory.source(Slot::series(k, 1))));
        Self { memory: memory.of_one(DIRECTIONS), block, pass, rows }
    }

    fn search(&mut self, memory: &Memory, lane: usize, row: Row) -> Search<'_> {
        self.memory.take(memory, lane, row, &self.rows);
        let Self { memory, block, pass, .. } = self;
        Search { memory, block, pass, row: Row::FIRST, effort: EFFORT }
    }
}

/// Sets the unknowns of a path.
fn set(memory: &mut Memory, block: &Block, row: Row, lane: usize, x: &[f64]) {
    for (&unknown, &value) in block.unknowns.iter().zip(x) {
        memory.values_mut(Slot::series(unknown, 0), row)[lane] = value;
    }
}
