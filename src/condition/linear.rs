//! Observations linearised at a point, and the algebra of a linear Gaussian model.

use super::algebra::{Matrix, cholesky, dot, solve, zeros};
use crate::interrupt::look;

/// Correlated scores: their places, and the lower Cholesky factor of their matrix.
pub(super) type Groups = [(Vec<usize>, Matrix)];

/// Observations linearised at a point.
pub(super) struct Linear {
    pub(super) mode: Vec<f64>,
    /// What is observed minus what is computed there.
    pub(super) missing: Vec<f64>,
    /// Of the observations that the linear model has; 0 for all others.
    pub(super) slopes: Matrix,
    /// Of all observations.
    pub(super) raw: Matrix,
    pub(super) centre: Vec<f64>,
}

impl Linear {
    /// Leaves observations out of the linear model.
    pub(super) fn leave_out(&mut self, is_out: &[bool]) {
        for (cell, _) in is_out.iter().enumerate().filter(|(_, is_out)| **is_out) {
            self.slopes[cell].fill(0.0);
            self.missing[cell] = 0.0;
        }
    }

    /// `b` of `A z = b`.
    pub(super) fn target(&self) -> Vec<f64> {
        let rows = self.slopes.iter().zip(&self.missing);
        rows.map(|(slopes, missing)| missing + dot(slopes, &self.mode)).collect()
    }

    pub(super) fn is_finite(&self) -> bool {
        self.missing.iter().all(|missing| missing.is_finite())
    }
}

/// `C A'` by observation, and the Cholesky factor of `A C A' + noise`.
pub(super) fn covariance(
    slopes: &Matrix,
    groups: &Groups,
    noise: &[f64],
) -> (Matrix, Option<Matrix>) {
    let spread: Matrix = slopes.iter().map(|slopes| correlated(slopes, groups)).collect();
    let size = slopes.len();
    let mut matrix = zeros(size, size);
    for (row, slopes) in slopes.iter().enumerate() {
        for (column, spread) in spread.iter().enumerate() {
            matrix[row][column] = dot(slopes, spread);
        }
        matrix[row][row] += noise[row] * noise[row];
        if matrix[row][row] == 0.0 {
            matrix[row][row] = 1.0; // nothing moves it: it has no part in the proposal
        }
    }
    let factor = cholesky(&matrix);
    (spread, factor)
}

/// The standard deviation of each observation given all others; none where they are not independent.
pub(super) fn sds_given_others(
    slopes: &Matrix,
    groups: &Groups,
    noise: &[f64],
) -> Option<Vec<f64>> {
    let factor = covariance(slopes, groups, noise).1?;
    let sd = |k: usize| {
        let mut column = vec![0.0; slopes.len()];
        column[k] = 1.0;
        solve(&factor, &mut column);
        1.0 / column[k].sqrt()
    };
    Some((0..slopes.len()).map(sd).collect())
}

/// The mode of the linearised posterior.
pub(super) fn mode(linear: &Linear, groups: &Groups, noise: &[f64]) -> Option<Vec<f64>> {
    let (spread, factor) = covariance(&linear.slopes, groups, noise);
    let mut b = linear.target();
    solve(&factor?, &mut b);
    let mut mode = vec![0.0; linear.mode.len()];
    for (spread, b) in spread.iter().zip(&b) {
        mode.iter_mut().zip(spread).for_each(|(mode, spread)| *mode += spread * b);
    }
    mode.iter().all(|z| z.is_finite()).then_some(mode)
}

pub(super) fn between(from: &[f64], to: &[f64], share: f64) -> Vec<f64> {
    from.iter().zip(to).map(|(a, b)| a + share * (b - a)).collect()
}

/// `C a`.
pub(super) fn correlated(a: &[f64], groups: &Groups) -> Vec<f64> {
    let mut out = a.to_vec();
    for (members, factor) in groups {
        let inside: Vec<f64> = members.iter().map(|&k| a[k]).collect();
        for (row, &k) in members.iter().enumerate() {
            let entry = |column: usize| {
                let both = row.min(column) + 1;
                dot(&factor[row][..both], &factor[column][..both])
            };
            out[k] = (0..members.len()).map(|column| entry(column) * inside[column]).sum();
        }
    }
    out
}

pub(super) fn gains(spread: &Matrix, factor: &Matrix) -> Matrix {
    let coordinates = spread.first().map_or(0, Vec::len);
    let mut gains = zeros(spread.len(), coordinates);
    for j in 0..coordinates {
        look();
        let mut column: Vec<f64> = spread.iter().map(|row| row[j]).collect();
        solve(factor, &mut column);
        for (row, entry) in gains.iter_mut().zip(column) {
            row[j] = entry;
        }
    }
    gains
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn given_the_others_an_observation_varies_as_the_textbook_says() {
        // x and x + 0.1 y, of independent x and y with a measurement error of 0.2 on the first.
        let slopes = vec![vec![1.0, 0.0], vec![1.0, 0.1]];
        let found = sds_given_others(&slopes, &[], &[0.2, 0.0]).expect("they are independent");
        let (first, second, both): (f64, f64, f64) = (1.04, 1.01, 1.0);
        let wanted = [(first - both * both / second).sqrt(), (second - both * both / first).sqrt()];
        for (found, wanted) in found.iter().zip(wanted) {
            assert!((found / wanted - 1.0).abs() < 1e-12, "{found} {wanted}");
        }
    }
}
