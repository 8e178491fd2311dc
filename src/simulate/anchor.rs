//! Where a simultaneous block stands on the central path of a scenario, on which every random number
//! is at its median: its solution there and the Jacobian there. Every path of the scenario starts
//! from it. It is worked out once for each scenario, before any path is drawn, so that a path is the
//! same in any company.

use super::link::Step;
use super::memory::Memory;
use super::newton::{invert, largest, nudge};
use crate::compile::{Block, Slot};

/// Steps until the central path is given up.
const MOST: usize = 60;
/// Relative residuals of a solution: as small as they get, since every path starts from it.
const TOLERANCE: f64 = 1e-16;
/// Where steps stop helping, residuals this small are those of rounding.
const ROUNDING: f64 = 1e-10;

/// The solution of a block on the central path.
#[derive(Debug, Clone)]
pub(super) struct Anchor {
    /// The unknowns.
    pub(super) x: Vec<f64>,
    /// Their change since the period before.
    pub(super) change: Vec<f64>,
    /// The inverse of the Jacobian of `r(x) = f(x) - x`, row by row.
    pub(super) inverse: Vec<f64>,
}

/// Finds it, with the lanes of the memory as directions; none when there is no solution. The values
/// of the block stay in the memory.
pub(super) fn find(
    memory: &mut Memory,
    block: &Block,
    pass: &[Step],
    period: usize,
) -> Option<Anchor> {
    let mut search = Search { memory, block, pass, period };
    let before = search.before();
    let (x, inverse) = search.solve(before.iter().map(|x| x.unwrap_or(1.0)).collect())?;
    let change = x.iter().zip(&before).map(|(x, b)| b.map_or(0.0, |b| x - b)).collect();
    Some(Anchor { x, change, inverse })
}

struct Search<'a> {
    memory: &'a mut Memory,
    block: &'a Block,
    pass: &'a [Step],
    period: usize,
}

impl Search<'_> {
    /// The unknowns in the period before, where they are numbers.
    fn before(&self) -> Vec<Option<f64>> {
        let value = |&unknown: &u32| {
            let before = (self.period > 0)
                .then(|| self.memory.row(Slot::series(unknown, 1), self.period)[0]);
            before.filter(|x| x.is_finite())
        };
        self.block.unknowns.iter().map(value).collect()
    }

    /// Newton's method; the Jacobian is found anew when a step helped little.
    fn solve(&mut self, mut x: Vec<f64>) -> Option<(Vec<f64>, Vec<f64>)> {
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
            self.fill(&vec![f64::NAN; x.len()]);
            self.memory.run(self.pass, self.period);
            return None;
        }
        let inverse = self.inverse(&x, &residual);
        self.residual(&x);
        inverse.iter().all(|value| value.is_finite()).then_some((x, inverse))
    }

    fn fill(&mut self, x: &[f64]) {
        for (&unknown, &value) in self.block.unknowns.iter().zip(x) {
            self.memory.row_mut(Slot::series(unknown, 0), self.period).fill(value);
        }
    }

    /// What a pass gives less the unknowns, all lanes being the same.
    fn residual(&mut self, x: &[f64]) -> Vec<f64> {
        self.fill(x);
        self.memory.run(self.pass, self.period);
        self.lane(0).zip(x).map(|(f, x)| f - x).collect()
    }

    fn lane(&self, lane: usize) -> impl Iterator<Item = f64> {
        self.block.results.iter().map(move |&slot| self.memory.row(slot, self.period)[lane])
    }

    /// The inverse Jacobian by differences, as many directions at once as there are lanes.
    fn inverse(&mut self, x: &[f64], residual: &[f64]) -> Vec<f64> {
        let (count, lanes) = (x.len(), self.memory.lanes);
        let mut jacobian = vec![0.0; count * count];
        for first in (0..count).step_by(lanes) {
            self.fill(x);
            let directions = first..count.min(first + lanes);
            for j in directions.clone() {
                let row = self.memory.row_mut(Slot::series(self.block.unknowns[j], 0), self.period);
                row[j - first] += nudge(x[j]);
            }
            self.memory.run(self.pass, self.period);
            for j in directions {
                let lane = j - first;
                let unknown = Slot::series(self.block.unknowns[j], 0);
                let step = self.memory.row(unknown, self.period)[lane] - x[j];
                for (k, f) in self.lane(lane).enumerate() {
                    let moved = if k == j { f - x[k] - step } else { f - x[k] };
                    jacobian[k * count + j] = (moved - residual[k]) / step;
                }
            }
        }
        invert(&mut jacobian, count)
    }
}

fn step(x: &[f64], inverse: &[f64], residual: &[f64], damping: f64) -> Vec<f64> {
    let rows = inverse.chunks(x.len());
    let full = rows.map(|row| row.iter().zip(residual).map(|(h, r)| h * r).sum::<f64>());
    x.iter().zip(full).map(|(x, full)| x - damping * full).collect()
}
