//! A block in one path: Newton's method with what it takes, the lanes of a memory being directions.

use super::memory::Memory;
use super::newton::{ROUNDING, invert, largest, nudge, size};
use super::operands::{Command, Source};
use crate::compile::{Block, Row, Slot, null_vector};

/// Steps until Newton's method is given up.
const MOST: usize = 60;
/// Relative residuals of a solution: as small as they get, since other paths start from it.
const TOLERANCE: f64 = 1e-16;
/// Steps of the method that always goes down, and by how much a step is shortened at most.
const DESCENTS: usize = 40;
const SHORTEST: f64 = 1.0 / 4096.0;
/// Residuals from which Newton's method finds its way on its own.
pub(super) const NEAR: f64 = 1e-7;
/// How far a solution is moved to see whether its neighbours solve the equations too, relative to the
/// unknowns, and how large residuals are there at most, if they do.
const PROBE: f64 = 1e-3;
/// One unknown moves along itself; a direction of several is known as well as differences tell it.
const FLAT: [f64; 2] = [1e-13, 1e-10];
/// A Jacobian by differences with a pivot below this, beside the largest, may be singular.
const SINGULAR: f64 = 1e-6;

/// A path whose block is solved; all lanes of the memory hold it.
#[derive(Debug)]
pub(super) struct Search<'a> {
    pub(super) memory: &'a mut Memory,
    pub(super) block: &'a Block,
    pub(super) pass: &'a [Command],
    pub(super) row: Row,
    /// Jacobians that may still be found.
    pub(super) effort: usize,
}

/// A solution, and the inverse Jacobian there.
#[derive(Debug, Clone)]
pub(super) struct Solution {
    pub(super) x: Vec<f64>,
    pub(super) inverse: Vec<f64>,
}

impl Solution {
    /// Has the Jacobian an inverse that differences can be trusted to tell?
    pub(super) fn is_regular(&self) -> bool {
        let count = self.x.len();
        let entry = |(k, value): (usize, &f64)| {
            value.abs() * size(self.x[k % count]) <= size(self.x[k / count]) / SINGULAR
        };
        self.inverse.iter().enumerate().all(entry)
    }
}

impl Search<'_> {
    /// The unknowns in the period before, where they are numbers.
    pub(super) fn before(&self) -> Vec<Option<f64>> {
        let value = |&unknown: &u32| {
            let before = self.memory.values(Slot::series(unknown, 1), self.row)[0];
            Some(before).filter(|x| x.is_finite())
        };
        self.block.unknowns.iter().map(value).collect()
    }

    /// Newton's method; the Jacobian is found anew when a step helped little.
    pub(super) fn solve(&mut self, mut x: Vec<f64>) -> Option<Solution> {
        let mut residual = self.residual(&x);
        let mut norm = largest(&residual, &x);
        let mut inverse = None;
        let mut damping = 1.0;
        for _ in 0..MOST {
            if norm <= TOLERANCE && inverse.is_some() {
                break;
            }
            let fresh = inverse.is_none();
            let matrix = inverse.get_or_insert_with(|| self.inverse(&x, &residual));
            if matrix.iter().any(|value| !value.is_finite()) {
                break;
            }
            let trial = step(&x, matrix, &residual, damping);
            let after = self.residual(&trial);
            // Measured as before the step: an unknown that becomes small does not make it worse.
            let size = largest(&after, &x);
            if size < norm {
                if size > 0.1 * norm && size > ROUNDING {
                    inverse = None;
                }
                damping = f64::min(1.0, 4.0 * damping);
                norm = largest(&after, &trial);
                (x, residual) = (trial, after);
            } else if norm <= ROUNDING {
                break;
            } else if fresh {
                damping *= 0.25;
            } else {
                inverse = None;
            }
        }
        // Not-a-number is no solution.
        if !(norm <= ROUNDING) {
            return None;
        }
        let inverse = self.inverse(&x, &residual);
        self.residual(&x);
        Some(Solution { x, inverse })
    }

    /// Newton's method with steps that are halved until they lead down, and stay inside the domain;
    /// gives a point close to a solution.
    pub(super) fn descend(&mut self, mut x: Vec<f64>) -> Option<Vec<f64>> {
        let mut residual = self.residual(&x);
        for _ in 0..DESCENTS {
            let norm = largest(&residual, &x);
            if norm <= NEAR {
                return Some(x);
            }
            if !norm.is_finite() || !self.may() {
                return None;
            }
            let inverse = self.inverse(&x, &residual);
            if inverse.iter().any(|value| !value.is_finite()) {
                return None;
            }
            let height = height(&residual, &x);
            let mut damping = 1.0;
            loop {
                let trial = step(&x, &inverse, &residual, damping);
                let after = self.residual(&trial);
                // Measured as before the step.
                if self::height(&after, &x) < (1.0 - 1e-4 * damping) * height {
                    (x, residual) = (trial, after);
                    break;
                }
                damping *= 0.5;
                if damping < SHORTEST {
                    return None;
                }
            }
        }
        None
    }

    /// May another Jacobian be found?
    pub(super) fn may(&mut self) -> bool {
        self.effort = self.effort.saturating_sub(1);
        self.effort > 0
    }

    /// Is a solution one of many, all around it? Then the equations do not determine the unknowns.
    pub(super) fn is_free(&mut self, solution: &Solution) -> bool {
        if solution.is_regular() {
            return false;
        }
        let x = &solution.x;
        let residual = self.residual(x);
        let mut jacobian = self.jacobian(x, &residual);
        for (k, row) in jacobian.chunks_mut(x.len()).enumerate() {
            for (value, other) in row.iter_mut().zip(x) {
                *value *= size(*other) / size(x[k]);
                // Differences tell no smaller one from 0.
                *value = if value.abs() > SINGULAR { *value } else { 0.0 };
            }
        }
        let found = null_vector(&jacobian, x.len(), SINGULAR);
        let free = found.is_some_and(|direction| {
            let most = direction.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
            [PROBE, -PROBE].into_iter().any(|by| {
                let moved = x.iter().zip(&direction);
                let moved: Vec<f64> =
                    moved.map(|(x, value)| x + by * size(*x) * value / most).collect();
                let change = self.residual(&moved);
                let change: Vec<f64> = change.iter().zip(&residual).map(|(a, b)| a - b).collect();
                largest(&change, &moved) <= FLAT[usize::from(x.len() > 1)]
            })
        });
        self.residual(x);
        free
    }

    pub(super) fn fill(&mut self, x: &[f64]) {
        for (&unknown, &value) in self.block.unknowns.iter().zip(x) {
            self.memory.values_mut(Slot::series(unknown, 0), self.row).fill(value);
        }
    }

    /// What a pass gives minus the unknowns.
    pub(super) fn residual(&mut self, x: &[f64]) -> Vec<f64> {
        self.fill(x);
        self.memory.run(self.pass, self.row);
        self.lane(0).zip(x).map(|(f, x)| f - x).collect()
    }

    fn lane(&self, lane: usize) -> impl Iterator<Item = f64> {
        self.block.results.iter().map(move |&slot| self.memory.values(slot, self.row)[lane])
    }

    /// The inverse Jacobian; not-a-number when there is none.
    pub(super) fn inverse(&mut self, x: &[f64], residual: &[f64]) -> Vec<f64> {
        let mut jacobian = self.jacobian(x, residual);
        invert(&mut jacobian, x.len())
    }

    /// The Jacobian by differences, as many directions at once as there are lanes.
    fn jacobian(&mut self, x: &[f64], residual: &[f64]) -> Vec<f64> {
        let (count, lanes) = (x.len(), self.memory.lanes);
        let mut jacobian = vec![0.0; count * count];
        for first in (0..count).step_by(lanes) {
            self.fill(x);
            let directions = first..count.min(first + lanes);
            for j in directions.clone() {
                let row = self.memory.values_mut(Slot::series(self.block.unknowns[j], 0), self.row);
                row[j - first] += nudge(x[j]);
            }
            self.memory.run(self.pass, self.row);
            for j in directions {
                let lane = j - first;
                let unknown = Slot::series(self.block.unknowns[j], 0);
                let step = self.memory.values(unknown, self.row)[lane] - x[j];
                for (k, f) in self.lane(lane).enumerate() {
                    let moved = if k == j { f - x[k] - step } else { f - x[k] };
                    jacobian[k * count + j] = (moved - residual[k]) / step;
                }
            }
        }
        jacobian
    }

    /// What the pass reads and does not write itself, in the order in which it does; what all paths
    /// share is left out.
    pub(super) fn sources(&self) -> Vec<Source> {
        sources(self.pass)
    }

    /// The values of some rows.
    pub(super) fn values(&self, sources: &[Source]) -> Vec<f64> {
        sources.iter().map(|&source| self.memory.at(source, self.row)[0]).collect()
    }

    /// Sets rows.
    pub(super) fn set(&mut self, sources: &[Source], values: &[f64]) {
        for (&source, &value) in sources.iter().zip(values) {
            self.memory.at_mut(source, self.row).fill(value);
        }
    }
}

/// What a pass reads and does not write itself.
pub(super) fn sources(pass: &[Command]) -> Vec<Source> {
    let mut seen: std::collections::HashSet<usize> = std::collections::HashSet::new();
    let mut written = std::collections::HashSet::new();
    let mut found = Vec::new();
    for command in pass {
        for source in command.action.sources() {
            // Rows of series begin where the others end: a row says which it is.
            let row = source.row();
            let differs = !matches!(source, Source::Same(_));
            if differs && !written.contains(&row) && seen.insert(row) {
                found.push(source);
            }
        }
        written.insert(command.out.row());
    }
    found
}

/// How far from a solution (the merit function): the sum of squares of relative residuals.
fn height(residual: &[f64], x: &[f64]) -> f64 {
    let relative = residual.iter().zip(x).map(|(r, x)| r / size(*x));
    relative.map(|r| r * r).sum()
}

fn step(x: &[f64], inverse: &[f64], residual: &[f64], damping: f64) -> Vec<f64> {
    let rows = inverse.chunks(x.len());
    let full = rows.map(|row| row.iter().zip(residual).map(|(h, r)| h * r).sum::<f64>());
    x.iter().zip(full).map(|(x, full)| x - damping * full).collect()
}
