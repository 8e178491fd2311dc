//! The density of some normal scores given all others that they are correlated with.

use super::algebra::{Matrix, cholesky, forward, solve, zeros};
use super::linear::Groups;
use crate::math::ln;
use crate::sample::ln_normal_density;

/// Some scores, and how they depend on the others.
#[derive(Debug, Clone, Default)]
pub(super) struct Conditional {
    /// Their places among the coordinates.
    members: Vec<usize>,
    /// For each its row of the inverse of all correlations.
    rows: Vec<Vec<(usize, f64)>>,
    /// Lower Cholesky factor of what these rows have at the members themselves.
    factor: Matrix,
}

impl Conditional {
    pub(super) fn new(members: Vec<usize>, groups: &Groups) -> Self {
        let rows: Vec<_> = members.iter().map(|&member| precision(member, groups)).collect();
        let mut block = zeros(members.len(), members.len());
        for (row, entries) in rows.iter().enumerate() {
            for &(j, entry) in entries {
                if let Some(column) = members.iter().position(|&member| member == j) {
                    block[row][column] = entry;
                }
            }
        }
        let factor = cholesky(&block).unwrap_or(block);
        Self { members, rows, factor }
    }

    /// The same among more coordinates.
    pub(super) fn moved(&mut self, places: &[usize]) {
        self.members.iter_mut().for_each(|j| *j = places[*j]);
        self.rows.iter_mut().flatten().for_each(|(j, _)| *j = places[*j]);
    }

    /// Adds a multiple of the logarithm of the density in each path.
    pub(super) fn add_ln_density(&self, scores: &[Vec<f64>], sign: f64, to: &mut [f64]) {
        let mut column = vec![0.0; self.members.len()];
        let ln_factor: f64 = (0..column.len()).map(|k| ln(self.factor[k][k])).sum();
        for (lane, to) in to.iter_mut().enumerate() {
            for (entry, row) in column.iter_mut().zip(&self.rows) {
                *entry = row.iter().map(|&(j, precision)| precision * scores[j][lane]).sum();
            }
            forward(&self.factor, &mut column);
            let ln_density: f64 = column.iter().map(|x| ln_normal_density(*x)).sum();
            *to += sign * (ln_density + ln_factor);
        }
    }

    /// The mean in each path and the standard deviation of the only member.
    pub(super) fn mean_and_sd(&self, scores: &[Vec<f64>]) -> (Vec<f64>, f64) {
        let lanes = scores.first().map_or(0, Vec::len);
        let mut mean = vec![0.0; lanes];
        let (Some(&member), Some(row)) = (self.members.first(), self.rows.first()) else {
            return (mean, 1.0);
        };
        let own: f64 = row.iter().filter(|(j, _)| *j == member).map(|(_, entry)| entry).sum();
        for &(j, entry) in row.iter().filter(|(j, _)| *j != member) {
            for (mean, score) in mean.iter_mut().zip(&scores[j]) {
                *mean -= entry / own * score;
            }
        }
        (mean, 1.0 / own.sqrt())
    }
}

/// The row of a score in the inverse of all correlations.
fn precision(coordinate: usize, groups: &Groups) -> Vec<(usize, f64)> {
    let Some((members, factor)) = groups.iter().find(|(members, _)| members.contains(&coordinate))
    else {
        return vec![(coordinate, 1.0)];
    };
    let unit = |k: &usize| f64::from(u8::from(*k == coordinate));
    let mut column: Vec<f64> = members.iter().map(unit).collect();
    solve(factor, &mut column);
    members.iter().copied().zip(column).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correlated_pair_has_the_textbook_density() {
        let rho: f64 = 0.6;
        let factor = vec![vec![1.0, 0.0], vec![rho, (1.0 - rho * rho).sqrt()]];
        let groups = [(vec![1, 3], factor)];
        let given = Conditional::new(vec![1], &groups);
        let scores = vec![vec![9.0], vec![0.7], vec![9.0], vec![-0.4]];
        let (mean, sd) = given.mean_and_sd(&scores);
        let wanted_sd = (1.0 - rho * rho).sqrt();
        assert!((mean[0] + 0.4 * rho).abs() < 1e-14 && (sd - wanted_sd).abs() < 1e-14);
        let mut found = [0.0];
        given.add_ln_density(&scores, 1.0, &mut found);
        let wanted = ln_normal_density((0.7 + 0.4 * rho) / wanted_sd) - wanted_sd.ln();
        assert!((found[0] - wanted).abs() < 1e-14);
        // Both together: the density of the pair.
        let mut both = [0.0];
        Conditional::new(vec![1, 3], &groups).add_ln_density(&scores, 1.0, &mut both);
        let pair = wanted + ln_normal_density(-0.4);
        assert!((both[0] - pair).abs() < 1e-14);
    }
}
