//! Which unknown answers for which exact observation.

use super::algebra::{Matrix, dot, eliminate, solve};
use super::coordinates::Luck;
use super::guide::Builder;
use super::linear::{Groups, Linear};
use crate::math::ln;

/// A pivot moves its observation by at least this share of its standard deviation.
const LEAST: f64 = 1e-7;

/// A period in which something was observed.
#[derive(Debug, Clone)]
pub(super) struct Step {
    pub(super) row: usize,
    pub(super) cells: Vec<usize>,
    /// The unknowns that exact observations determine, one for each.
    pub(super) pivots: Vec<Pivot>,
    /// Of the observations with respect to the unknowns, at the mode; row by row.
    pub(super) jacobian: Vec<f64>,
    /// `ln |det|` of the slopes with respect to the scores of the unknowns.
    pub(super) ln_slope: f64,
    /// What leads from the unknowns to the observations; none where that is all of the period.
    pub(super) slice: Option<Vec<crate::simulate::link::Step>>,
}

/// An unknown and the observation that it is paired with.
#[derive(Debug, Clone)]
pub(super) struct Pivot {
    pub(super) cell: usize,
    pub(super) coordinate: usize,
    pub(super) luck: Luck,
    /// How far the unknown moves with its score.
    pub(super) scale: f64,
    /// Its row of the inverse of `C`.
    pub(super) precision: Vec<(usize, f64)>,
}

impl Pivot {
    pub(super) fn is_count(&self) -> bool {
        matches!(self.luck, Luck::Count { .. })
    }
}

/// An exact observation that no unknown of its period is left for.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Unmoved {
    /// Nothing random in the period moves it.
    Fixed { cell: usize, value: f64 },
    /// The others of its period determine it.
    Implied { cell: usize, value: f64 },
}

impl Unmoved {
    pub(super) fn cell(&self) -> usize {
        let (Self::Fixed { cell, .. } | Self::Implied { cell, .. }) = self;
        *cell
    }

    pub(super) fn look_up(&mut self, values: &[f64]) {
        let (Self::Fixed { cell, value } | Self::Implied { cell, value }) = self;
        *value = values[*cell];
    }
}

impl Builder<'_, '_> {
    /// Pairs the observations of each period with unknowns of the period.
    pub(super) fn steps(&self, linear: &Linear, groups: &Groups) -> (Vec<Step>, Vec<Unmoved>) {
        let (mut steps, mut unmoved): (Vec<Step>, Vec<Unmoved>) = (Vec::new(), Vec::new());
        let cells = &self.cells.observed;
        let mut rows: Vec<usize> = cells.iter().map(|cell| cell.row).collect();
        rows.dedup();
        for row in rows {
            let here: Vec<usize> = (0..cells.len()).filter(|&k| cells[k].row == row).collect();
            let pairs = self.pairs(linear, row, &here, &mut unmoved);
            let pivots: Vec<Pivot> = pairs
                .into_iter()
                .map(|(cell, coordinate)| self.pivot(linear, groups, cell, coordinate))
                .collect();
            let size = pivots.len();
            let mut slopes = Vec::with_capacity(size * size);
            for row in &pivots {
                slopes.extend(pivots.iter().map(|p| linear.slopes[row.cell][p.coordinate]));
            }
            let by_unknown = slopes.iter().zip(pivots.iter().cycle());
            let jacobian = by_unknown.map(|(slope, pivot)| slope / pivot.scale).collect();
            let ln_slope = ln(eliminate(&mut slopes, &mut vec![0.0; size]));
            steps.push(Step { row, cells: here, pivots, jacobian, ln_slope, slice: None });
        }
        (steps, unmoved)
    }

    /// By elimination with the largest entry, in standard deviations: shocks first, then counts for
    /// what no shock moves. Observations with a measurement error take shocks that are left.
    fn pairs(
        &self,
        linear: &Linear,
        row: usize,
        here: &[usize],
        unmoved: &mut Vec<Unmoved>,
    ) -> Vec<(usize, usize)> {
        let is_exact = |e: &usize| self.cells.observed[here[*e]].is_exact();
        let mut left = Elimination {
            norms: here.iter().map(|&k| dot(&linear.slopes[k], &linear.slopes[k]).sqrt()).collect(),
            rest: here.iter().map(|&k| linear.slopes[k].clone()).collect(),
            pairs: Vec::new(),
        };
        let (shocks, counts) = self.unknowns(row);
        let mut smooth = shocks.clone();
        smooth.retain(|&j| self.probe.is_smooth(j));
        let mut open: Vec<usize> = (0..here.len()).filter(is_exact).collect();
        left.pair(&mut open, &smooth);
        // A count answers only for what no shock moves.
        let moved = |e: usize| shocks.iter().any(|&j| linear.slopes[here[e]][j] != 0.0);
        for &e in open.iter().filter(|&&e| moved(e)) {
            let (cell, value) = (here[e], linear.centre[here[e]]);
            unmoved.push(Unmoved::Implied { cell, value });
        }
        open.retain(|&e| !moved(e));
        left.pair(&mut open, &counts);
        for e in open {
            let (cell, value) = (here[e], linear.centre[here[e]]);
            unmoved.push(Unmoved::Fixed { cell, value });
        }
        let mut noisy: Vec<usize> = (0..here.len()).filter(|e| !is_exact(e)).collect();
        left.pair(&mut noisy, &smooth);
        left.pairs.into_iter().map(|(e, j)| (here[e], j)).collect()
    }

    /// The shocks of a period, and its counts.
    fn unknowns(&self, row: usize) -> (Vec<usize>, Vec<usize>) {
        let begin = self.program.timeline.begin;
        let (mut shocks, mut counts) = (Vec::new(), Vec::new());
        for (j, luck) in self.probe.coordinates.all.iter().enumerate() {
            match *luck {
                Luck::Shock { place, .. } if place + begin == row => shocks.push(j),
                Luck::Count { place, .. } if place + begin == row => counts.push(j),
                _ => {}
            }
        }
        (shocks, counts)
    }

    fn pivot(&self, linear: &Linear, groups: &Groups, cell: usize, coordinate: usize) -> Pivot {
        let luck = self.probe.coordinates.all[coordinate];
        let scale = match luck {
            // Counts add one by one.
            Luck::Count { .. } => linear.slopes[cell][coordinate].abs(),
            _ => self.probe.spread(coordinate, linear.mode[coordinate]),
        };
        let precision =
            groups.iter().find(|(members, _)| members.contains(&coordinate)).map_or_else(
                || vec![(coordinate, 1.0)],
                |(members, factor)| {
                    let unit = |k: &usize| f64::from(u8::from(*k == coordinate));
                    let mut column: Vec<f64> = members.iter().map(unit).collect();
                    solve(factor, &mut column);
                    members.iter().copied().zip(column).collect()
                },
            );
        Pivot { cell, coordinate, luck, scale, precision }
    }
}

/// Observations of a period on their way to be paired with unknowns.
struct Elimination {
    norms: Vec<f64>,
    /// Slopes, less what the pairs explain.
    rest: Matrix,
    pairs: Vec<(usize, usize)>,
}

impl Elimination {
    /// Pairs open observations with unknowns that are left, as long as any moves one.
    fn pair(&mut self, open: &mut Vec<usize>, unknowns: &[usize]) {
        loop {
            let mut best = (LEAST, 0, 0);
            for &j in unknowns.iter().filter(|j| self.pairs.iter().all(|(_, other)| other != *j)) {
                for &e in open.iter() {
                    let size = self.rest[e][j].abs() / self.norms[e].max(1e-300);
                    if size > best.0 {
                        best = (size, e, j);
                    }
                }
            }
            let (size, e, j) = best;
            if size <= LEAST {
                return;
            }
            let head = self.rest[e].clone();
            self.pairs.push((e, j));
            open.retain(|&other| other != e);
            for other in 0..self.rest.len() {
                if self.pairs.iter().all(|(paired, _)| *paired != other) {
                    let factor = self.rest[other][j] / head[j];
                    self.rest[other].iter_mut().zip(&head).for_each(|(x, h)| *x -= factor * h);
                }
            }
        }
    }
}
