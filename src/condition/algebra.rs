//! Small dense systems, from + - * / and square roots alone, so that they have the same bits
//! everywhere.

/// A matrix by its rows.
pub(super) type Matrix = Vec<Vec<f64>>;

pub(super) fn zeros(rows: usize, columns: usize) -> Matrix {
    vec![vec![0.0; columns]; rows]
}

pub(super) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The lower Cholesky factor of a symmetric matrix; none where it is not positive definite.
pub(super) fn cholesky(matrix: &Matrix) -> Option<Matrix> {
    let size = matrix.len();
    let mut factor = zeros(size, size);
    for row in 0..size {
        for column in 0..=row {
            let known = dot(&factor[row][..column], &factor[column][..column]);
            let rest = matrix[row][column] - known;
            factor[row][column] = if row > column {
                rest / factor[column][column]
            } else if rest > 0.0 && rest > 1e-14 * matrix[row][row] {
                rest.sqrt()
            } else {
                return None;
            };
        }
    }
    Some(factor)
}

/// Solves `L x = b` in place.
pub(super) fn forward(factor: &Matrix, b: &mut [f64]) {
    for row in 0..b.len() {
        let known = dot(&factor[row][..row], &b[..row]);
        b[row] = (b[row] - known) / factor[row][row];
    }
}

/// Solves `L L' x = b` in place.
pub(super) fn solve(factor: &Matrix, b: &mut [f64]) {
    forward(factor, b);
    for row in (0..b.len()).rev() {
        let known: f64 = (row + 1..b.len()).map(|k| factor[k][row] * b[k]).sum();
        b[row] = (b[row] - known) / factor[row][row];
    }
}

/// Solves `M x = b` in place by elimination with the largest pivot of each column, and gives
/// `|det M|`; 0 or not-a-number where there is no solution. `M` is used up.
pub(super) fn eliminate(matrix: &mut [f64], b: &mut [f64]) -> f64 {
    let size = b.len();
    let mut determinant = 1.0;
    for column in 0..size {
        let size_of = |row: usize, m: &[f64]| m[row * size + column].abs();
        let mut pivot = column;
        for row in column + 1..size {
            if size_of(row, matrix) > size_of(pivot, matrix) {
                pivot = row;
            }
        }
        if pivot != column {
            for k in 0..size {
                matrix.swap(pivot * size + k, column * size + k);
            }
            b.swap(pivot, column);
        }
        let head = matrix[column * size + column];
        determinant *= head.abs();
        for row in column + 1..size {
            let factor = matrix[row * size + column] / head;
            for k in column..size {
                matrix[row * size + k] -= factor * matrix[column * size + k];
            }
            b[row] -= factor * b[column];
        }
    }
    for row in (0..size).rev() {
        let known: f64 = (row + 1..size).map(|k| matrix[row * size + k] * b[k]).sum();
        b[row] = (b[row] - known) / matrix[row * size + row];
    }
    determinant
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_symmetric_system_is_solved_by_its_factor() {
        let matrix = vec![vec![4.0, 2.0, 0.6], vec![2.0, 3.0, 0.4], vec![0.6, 0.4, 1.0]];
        let wanted = [1.0, -2.0, 0.5];
        let mut b: Vec<f64> = matrix.iter().map(|row| dot(row, &wanted)).collect();
        solve(&cholesky(&matrix).expect("positive definite"), &mut b);
        assert!(b.iter().zip(wanted).all(|(x, w)| (x - w).abs() < 1e-14), "{b:?}");
        assert_eq!(cholesky(&vec![vec![1.0, 1.0], vec![1.0, 1.0]]), None);
    }

    #[test]
    fn elimination_gives_solution_and_determinant() {
        let mut matrix = [0.0, 2.0, 1.0, 1.0, 1.0, 0.0, 3.0, 0.0, 1.0];
        let mut b = [5.0, 3.0, 6.0]; // x = (1, 2, 1) but for the last: 3 + 1 = 4
        b[2] = 4.0;
        let determinant = eliminate(&mut matrix, &mut b);
        assert!((determinant - 5.0).abs() < 1e-14, "{determinant}");
        assert!(b.iter().zip([1.0, 2.0, 1.0]).all(|(x, w)| (x - w).abs() < 1e-14), "{b:?}");
    }
}
