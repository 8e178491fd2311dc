//! Is a square matrix singular, and in which direction?

use crate::interrupt::look;

/// How often rows and columns are brought to one size.
const ROUNDS: usize = 4;

/// A vector that a matrix takes to zero, by elimination with complete pivots after rows and columns
/// have been brought to one size; none when the matrix is regular. Pivots up to `tolerance` beside the
/// largest are those of rounding.
pub(crate) fn null_vector(matrix: &[f64], size: usize, tolerance: f64) -> Option<Vec<f64>> {
    let mut a = matrix.to_vec();
    let scale = equilibrate(&mut a, size);
    let mut columns: Vec<usize> = (0..size).collect();
    let mut first = 0.0;
    for k in 0..size {
        look();
        let (mut largest, mut at) = (0.0, (k, k));
        for row in k..size {
            for column in k..size {
                let value = a[row * size + column].abs();
                if value > largest {
                    (largest, at) = (value, (row, column));
                }
            }
        }
        if k == 0 {
            first = largest;
        }
        if !(largest > tolerance * first) {
            let within = back_substituted(&a, size, k);
            let mut found = vec![0.0; size];
            for (place, value) in within.into_iter().enumerate() {
                found[columns[place]] = value * scale[columns[place]];
            }
            return Some(found);
        }
        columns.swap(k, at.1);
        for i in 0..size {
            a.swap(i * size + k, i * size + at.1);
        }
        for j in 0..size {
            a.swap(k * size + j, at.0 * size + j);
        }
        for row in k + 1..size {
            let factor = a[row * size + k] / a[k * size + k];
            if factor != 0.0 {
                for j in k..size {
                    a[row * size + j] -= factor * a[k * size + j];
                }
            }
        }
    }
    None
}

/// The transposed matrix.
pub(super) fn transposed(matrix: &[f64], size: usize) -> Vec<f64> {
    (0..size * size).map(|k| matrix[(k % size) * size + k / size]).collect()
}

/// Brings rows and columns to one size, but for those that are all 0; gives the factors of columns.
fn equilibrate(a: &mut [f64], size: usize) -> Vec<f64> {
    let mut scale = vec![1.0; size];
    let factor = |largest: f64| if largest > 0.0 { 1.0 / largest.sqrt() } else { 1.0 };
    for _ in 0..ROUNDS {
        look();
        for row in a.chunks_mut(size) {
            let by = factor(row.iter().fold(0.0, |most, value| value.abs().max(most)));
            row.iter_mut().for_each(|value| *value *= by);
        }
        for column in 0..size {
            let largest = (0..size).fold(0.0, |most, row| a[row * size + column].abs().max(most));
            let by = factor(largest);
            (0..size).for_each(|row| a[row * size + column] *= by);
            scale[column] *= by;
        }
    }
    scale
}

/// The vector with 1 in the first column without a pivot that the rows with one take to zero.
fn back_substituted(a: &[f64], size: usize, rank: usize) -> Vec<f64> {
    let mut found = vec![0.0; size];
    found[rank] = 1.0;
    for row in (0..rank).rev() {
        let known = row + 1..=rank;
        let sum: f64 = known.map(|column| a[row * size + column] * found[column]).sum();
        found[row] = -sum / a[row * size + row];
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLERANCE: f64 = 1e-12;
    use proptest::prelude::*;

    fn times(matrix: &[f64], vector: &[f64]) -> Vec<f64> {
        let rows = matrix.chunks(vector.len());
        rows.map(|row| row.iter().zip(vector).map(|(a, x)| a * x).sum()).collect()
    }

    #[test]
    fn zeros_and_ones() {
        assert_eq!(null_vector(&[0.0], 1, TOLERANCE), Some(vec![1.0]));
        assert_eq!(null_vector(&[1e-200], 1, TOLERANCE), None);
        assert_eq!(
            null_vector(&[1.0, -1.0, -1.0, 1.0], 2, TOLERANCE).map(|v| v[0] / v[1]),
            Some(1.0)
        );
    }

    proptest! {
        /// Rows of any size; the last is a combination of the others, or not.
        #[test]
        fn a_dependent_row_is_found(
            entries in prop::collection::vec(-1.0..1.0f64, 36),
            sizes in prop::collection::vec(-8.0..8.0f64, 12),
            weights in prop::collection::vec(-1.0..1.0f64, 5),
        ) {
            let size = 6;
            let power = |x: f64| 10f64.powi(x as i32);
            let mut matrix: Vec<f64> =
                (0..36).map(|k| entries[k] * power(sizes[k / 6]) * power(sizes[6 + k % 6])).collect();
            prop_assume!(null_vector(&matrix, size, TOLERANCE).is_none());
            for column in 0..size {
                matrix[30 + column] = (0..5)
                    .map(|row| weights[row] * matrix[6 * row + column] / power(sizes[row]))
                    .sum();
            }
            let found = null_vector(&matrix, size, TOLERANCE).expect("it is singular");
            let scale: Vec<f64> = times(
                &matrix.iter().map(|a| a.abs()).collect::<Vec<_>>(),
                &found.iter().map(|x| x.abs()).collect::<Vec<_>>(),
            );
            for (gap, scale) in times(&matrix, &found).iter().zip(scale) {
                prop_assert!(gap.abs() <= 1e-9 * scale, "{gap} {scale}");
            }
        }
    }
}
