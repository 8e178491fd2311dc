//! The unknowns of the linear model, given all other scores.

use super::algebra::{Matrix, eliminate, zeros};
use super::pairs::ObservedPeriod;

/// Observations of the linear model and the scores that answer for them.
#[derive(Debug, Clone, Default)]
pub(super) struct Unknowns {
    /// Cell and coordinate.
    pairs: Vec<(usize, usize)>,
    /// Of the slopes of these cells with respect to these coordinates.
    inverse: Matrix,
}

impl Unknowns {
    pub(super) fn new(slopes: &Matrix, periods: &[ObservedPeriod]) -> Self {
        let pairs: Vec<(usize, usize)> =
            periods.iter().flat_map(|period| period.linear_pairs.clone()).collect();
        let size = pairs.len();
        let mut inverse = zeros(size, size);
        for column in 0..size {
            let rows = pairs.iter();
            let mut matrix: Vec<f64> =
                rows.flat_map(|(cell, _)| pairs.iter().map(|(_, j)| slopes[*cell][*j])).collect();
            let mut unit = vec![0.0; size];
            unit[column] = 1.0;
            eliminate(&mut matrix, &mut unit);
            inverse.iter_mut().zip(unit).for_each(|(row, entry)| row[column] = entry);
        }
        Self { pairs, inverse }
    }

    /// Does one of them answer for an observation?
    pub(super) fn answer_for(&self, cell: usize) -> bool {
        self.pairs.iter().any(|(other, _)| *other == cell)
    }

    /// The same among more coordinates.
    pub(super) fn moved(&mut self, places: &[usize]) {
        self.pairs.iter_mut().for_each(|(_, j)| *j = places[*j]);
    }

    /// Moves the unknowns of a path by what is missing to its observations.
    pub(super) fn solve(&self, missing: &[Vec<f64>], scores: &mut [Vec<f64>], lane: usize) {
        for ((_, j), row) in self.pairs.iter().zip(&self.inverse) {
            let entries = row.iter().zip(&self.pairs);
            scores[*j][lane] += entries.map(|(x, (cell, _))| x * missing[*cell][lane]).sum::<f64>();
        }
    }
}
