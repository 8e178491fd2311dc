//! Small systems of equations, one for each path of a block, solved side by side.

/// A matrix for each path, and its factors `L U`.
#[derive(Debug)]
pub(super) struct Systems {
    size: usize,
    /// Entries row by row, one number for each path.
    entries: Vec<Vec<f64>>,
    factors: Vec<Vec<f64>>,
}

impl Systems {
    /// The same matrix for all paths.
    pub(super) fn same(matrix: &[f64], size: usize, lanes: usize) -> Self {
        let entries: Vec<Vec<f64>> = matrix.iter().map(|entry| vec![*entry; lanes]).collect();
        let mut systems = Self { size, factors: entries.clone(), entries };
        systems.factor();
        systems
    }

    pub(super) fn entry_mut(&mut self, row: usize, column: usize) -> &mut [f64] {
        &mut self.entries[row * self.size + column]
    }

    #[cfg(test)]
    fn entry(&self, row: usize, column: usize) -> &[f64] {
        &self.entries[row * self.size + column]
    }

    /// Factors the matrices, without exchanging rows: unknowns stand in the order in which
    /// elimination with the largest entry chose them.
    #[inline(always)]
    pub(super) fn factor(&mut self) {
        let size = self.size;
        for (factors, entries) in self.factors.iter_mut().zip(&self.entries) {
            factors.copy_from_slice(entries);
        }
        for k in 0..size {
            for row in k + 1..size {
                let (above, below) = self.factors.split_at_mut(row * size);
                let heads = &above[k * size..(k + 1) * size];
                let (left, right) = below[..size].split_at_mut(k + 1);
                let multiplier = &mut left[k];
                divide(multiplier, &heads[k]);
                for (entry, head) in right.iter_mut().zip(&heads[k + 1..]) {
                    subtract_product(entry, multiplier, head);
                }
            }
        }
    }

    /// Solves for all paths in place.
    #[inline(always)]
    pub(super) fn solve(&self, b: &mut [Vec<f64>]) {
        let size = self.size;
        for row in 0..size {
            for k in 0..row {
                let (known, rest) = b.split_at_mut(row);
                subtract_product(&mut rest[0], &self.factors[row * size + k], &known[k]);
            }
        }
        for row in (0..size).rev() {
            for k in row + 1..size {
                let (rest, known) = b.split_at_mut(k);
                subtract_product(&mut rest[row], &self.factors[row * size + k], &known[0]);
            }
            divide(&mut b[row], &self.factors[row * size + row]);
        }
    }

    /// The absolute value of the determinant in each path.
    #[inline(always)]
    pub(super) fn determinants(&self) -> Vec<f64> {
        let lanes = self.entries.first().map_or(0, Vec::len);
        let mut found = vec![1.0; lanes];
        for k in 0..self.size {
            let pivots = &self.factors[k * self.size + k];
            found.iter_mut().zip(pivots).for_each(|(found, pivot)| *found *= pivot.abs());
        }
        found
    }
}

#[inline(always)]
fn divide(row: &mut [f64], by: &[f64]) {
    row.iter_mut().zip(by).for_each(|(x, y)| *x /= y);
}

#[inline(always)]
fn subtract_product(row: &mut [f64], a: &[f64], b: &[f64]) {
    for ((x, a), b) in row.iter_mut().zip(a).zip(b) {
        *x -= a * b;
    }
}

/// The sum of the squares of what is missing in each path.
pub(super) fn sizes(residual: &[Vec<f64>]) -> Vec<f64> {
    let mut sizes = vec![0.0; residual.first().map_or(0, Vec::len)];
    for row in residual {
        sizes.iter_mut().zip(row).for_each(|(size, x)| *size += x * x);
    }
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::condition::algebra::eliminate;

    #[test]
    fn every_path_has_the_solution_and_determinant_of_elimination() {
        let matrix = [4.0, 1.0, -2.0, 0.5, 3.0, 1.0, 1.0, -1.0, 2.5];
        let lanes = 5;
        let mut systems = Systems::same(&matrix, 3, lanes);
        for lane in 0..lanes {
            systems.entry_mut(1, 2)[lane] += lane as f64;
            systems.entry_mut(0, 0)[lane] -= 0.3 * lane as f64;
        }
        systems.factor();
        let wanted = [1.0, -2.0, 0.5];
        let at = |row: usize, lane: usize| -> f64 {
            (0..3).map(|k| systems.entry(row, k)[lane] * wanted[k]).sum()
        };
        let mut b: Vec<Vec<f64>> =
            (0..3).map(|row| (0..lanes).map(|lane| at(row, lane)).collect()).collect();
        systems.solve(&mut b);
        let determinants = systems.determinants();
        for lane in 0..lanes {
            for k in 0..3 {
                assert!((b[k][lane] - wanted[k]).abs() < 1e-13);
            }
            let mut own: Vec<f64> = (0..9).map(|k| systems.entry(k / 3, k % 3)[lane]).collect();
            let found = eliminate(&mut own, &mut [0.0; 3]);
            assert!((determinants[lane] / found - 1.0).abs() < 1e-13);
        }
    }
}
