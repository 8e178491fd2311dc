//! Eigenvalues of a real matrix whose numbers may differ by many orders of magnitude and which may
//! fall apart into blocks, as companion matrices of models do.
//!
//! The matrix is split into the strongly connected parts of its graph: ordered so, it is block
//! triangular, and its eigenvalues are those of the diagonal blocks. What most lagged values
//! contribute, zeros of high multiplicity, is so exact and costs nothing. Each block is balanced
//! (B. N. Parlett and C. Reinsch 1969, Balancing a matrix for calculation of eigenvalues and
//! eigenvectors), brought to Hessenberg form by reflections, and iterated with the implicit double
//! shift of J. G. F. Francis (1961, The QR transformation), as in G. H. Golub and C. F. Van Loan,
//! Matrix Computations, sections 7.4 and 7.5.
//!
//! Why not nalgebra's: its iteration has no other shifts where the usual ones go round in circles, and
//! does not end for a model as plain as a monthly `y = 0.9 y[-12]`; nor does it balance, and with units
//! of very different size it finds moduli of 10 where there is 0. A test shows both.
//!
//! Roots are exempt from the promise of the same bits on every platform: their scaling and their
//! moduli and angles (`stability.rs`) use the platform's functions.
#![allow(clippy::disallowed_methods, reason = "roots are exempt from the promise of equal bits")]

use ndarray::Array2;

use crate::compile::blocks;
use crate::interrupt::look;

/// Steps for one eigenvalue before the search is given up.
const MOST: usize = 300;

/// All eigenvalues, real and imaginary parts; none when they are not found.
pub(super) fn eigenvalues(matrix: &Array2<f64>) -> Option<Vec<(f64, f64)>> {
    let needs: Vec<Vec<usize>> = matrix
        .outer_iter()
        .map(|row| row.iter().enumerate().filter(|(_, v)| **v != 0.0).map(|(k, _)| k).collect())
        .collect();
    let mut found = Vec::with_capacity(needs.len());
    for block in blocks(&needs) {
        if let [one] = block[..] {
            found.push((matrix[(one, one)], 0.0));
            continue;
        }
        let size = block.len();
        let part = |i: usize, j: usize| matrix[(block[i], block[j])];
        // The same eigenvalues: mirrored, large numbers that stood below stand above, which helps
        // the iteration where it does not come to an end.
        let as_it_is = || searched(Array2::from_shape_fn((size, size), |(i, j)| part(i, j)));
        let turned = |(i, j): (usize, usize)| part(size - 1 - i, size - 1 - j);
        let mirrored = |(i, j): (usize, usize)| part(size - 1 - j, size - 1 - i);
        let of_turned = || searched(Array2::from_shape_fn((size, size), turned));
        let of_mirrored = || searched(Array2::from_shape_fn((size, size), mirrored));
        found.extend(as_it_is().or_else(of_mirrored).or_else(of_turned)?);
    }
    Some(found)
}

/// The eigenvalues of one block; none when the iteration does not come to an end.
fn searched(mut part: Array2<f64>) -> Option<Vec<(f64, f64)>> {
    balance(&mut part);
    reduce(&mut part);
    Iteration::new(part).run()
}

/// Scales rows and columns by powers of two, which costs no digit, until each row is about as large
/// as its column.
fn balance(a: &mut Array2<f64>) {
    let size = a.nrows();
    loop {
        look();
        let mut settled = true;
        for k in 0..size {
            let others = || (0..size).filter(|&j| j != k);
            let row: f64 = others().map(|j| a[(k, j)].abs()).sum();
            let column: f64 = others().map(|j| a[(j, k)].abs()).sum();
            if row == 0.0 || column == 0.0 {
                continue;
            }
            let factor = 2f64.powi((0.5 * (row / column).log2()).round() as i32);
            if row / factor + column * factor < 0.95 * (row + column) {
                settled = false;
                a.row_mut(k).mapv_inplace(|value| value / factor);
                a.column_mut(k).mapv_inplace(|value| value * factor);
            }
        }
        if settled {
            return;
        }
    }
}

/// The reflection `1 - scale u u'` that takes a vector to a multiple of its first axis, and that
/// multiple; none where there is nothing to do.
fn reflection(vector: &mut [f64]) -> Option<(f64, f64)> {
    let largest = vector.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
    if vector[1..].iter().all(|value| *value == 0.0) || !largest.is_finite() {
        return None;
    }
    let square: f64 = vector.iter().map(|value| (value / largest).powi(2)).sum();
    let length = largest * square.sqrt();
    let image = if vector[0] > 0.0 { -length } else { length };
    vector[0] -= image;
    let first = vector[0];
    vector.iter_mut().for_each(|value| *value /= first);
    let scale = 2.0 / vector.iter().map(|value| value * value).sum::<f64>();
    Some((scale, image))
}

/// Reflects rows from `top` on, in some columns.
fn reflect_rows(
    a: &mut Array2<f64>,
    u: &[f64],
    scale: f64,
    top: usize,
    columns: std::ops::Range<usize>,
) {
    let mut sums = vec![0.0; columns.len()];
    for (k, u) in u.iter().enumerate() {
        for (sum, column) in sums.iter_mut().zip(columns.clone()) {
            *sum += u * a[(top + k, column)];
        }
    }
    for (k, u) in u.iter().enumerate() {
        for (sum, column) in sums.iter().zip(columns.clone()) {
            a[(top + k, column)] -= scale * u * sum;
        }
    }
}

/// Reflects columns from `left` on, in some rows.
fn reflect_columns(
    a: &mut Array2<f64>,
    u: &[f64],
    scale: f64,
    left: usize,
    rows: std::ops::Range<usize>,
) {
    for row in rows {
        let sum: f64 = u.iter().enumerate().map(|(k, u)| u * a[(row, left + k)]).sum();
        for (k, u) in u.iter().enumerate() {
            a[(row, left + k)] -= scale * sum * u;
        }
    }
}

/// To Hessenberg form: nothing below the first subdiagonal.
fn reduce(a: &mut Array2<f64>) {
    let size = a.nrows();
    for column in 0..size.saturating_sub(2) {
        look();
        let top = column + 1;
        let mut u: Vec<f64> = (top..size).map(|row| a[(row, column)]).collect();
        let Some((scale, image)) = reflection(&mut u) else { continue };
        reflect_rows(a, &u, scale, top, column + 1..size);
        reflect_columns(a, &u, scale, top, 0..size);
        a[(top, column)] = image;
        (top + 1..size).for_each(|row| a[(row, column)] = 0.0);
    }
}

/// The search for the eigenvalues of a Hessenberg matrix.
struct Iteration {
    h: Array2<f64>,
    /// Size of the whole matrix.
    norm: f64,
}

impl Iteration {
    fn new(h: Array2<f64>) -> Self {
        let norm = h.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
        Self { h, norm }
    }

    fn run(mut self) -> Option<Vec<(f64, f64)>> {
        let mut found = Vec::with_capacity(self.h.nrows());
        let (mut end, mut steps) = (self.h.nrows(), 0);
        while end > 0 {
            look();
            let last = end - 1;
            let first = self.first_of_last_part(last, steps);
            match last - first {
                0 => found.push((self.h[(last, last)], 0.0)),
                1 => found.extend(self.pair(first)),
                _ if steps == MOST => return None,
                _ => {
                    steps += 1;
                    self.sweep(first, last, steps);
                    continue;
                }
            }
            (end, steps) = (first, 0);
        }
        Some(found)
    }

    /// Where the part begins that ends at `last` and is not cut by a subdiagonal of nothing.
    fn first_of_last_part(&mut self, last: usize, steps: usize) -> usize {
        for k in (1..=last).rev() {
            let near = self.h[(k, k)].abs() + self.h[(k - 1, k - 1)].abs();
            // What rounding does to the whole matrix is nothing when patience runs out.
            let size = if near == 0.0 || steps > 30 { near.max(self.norm) } else { near };
            if self.h[(k, k - 1)].abs() <= f64::EPSILON * size {
                self.h[(k, k - 1)] = 0.0;
                return k;
            }
        }
        0
    }

    /// The eigenvalues of the two rows from `at` on.
    fn pair(&self, at: usize) -> [(f64, f64); 2] {
        let h = |i: usize, j: usize| self.h[(at + i, at + j)];
        let half = 0.5 * (h(0, 0) - h(1, 1));
        let product = h(0, 1) * h(1, 0);
        let square = half * half + product;
        if square < 0.0 {
            let real = 0.5 * (h(0, 0) + h(1, 1));
            return [(real, (-square).sqrt()), (real, -(-square).sqrt())];
        }
        // The one further from the lower corner first, so that nothing cancels out.
        let far = half + square.sqrt().copysign(half);
        let near = if far == 0.0 { 0.0 } else { -product / far };
        [(h(1, 1) + far, 0.0), (h(1, 1) + near, 0.0)]
    }

    /// One step with two shifts on the rows from `first` to `last`, three of them at least.
    fn sweep(&mut self, first: usize, last: usize, steps: usize) {
        let h = &self.h;
        let (mut sum, mut product) = (
            h[(last - 1, last - 1)] + h[(last, last)],
            h[(last - 1, last - 1)] * h[(last, last)] - h[(last - 1, last)] * h[(last, last - 1)],
        );
        if steps.is_multiple_of(10) {
            // Other shifts, where the usual ones go round in circles.
            let size = h[(last, last - 1)].abs() + h[(last - 1, last - 2)].abs();
            (sum, product) = (1.5 * size, size * size);
        }
        let (a, b) = (h[(first, first)], h[(first + 1, first + 1)]);
        let below = h[(first + 1, first)];
        let mut vector = vec![
            a * (a - sum) + product + h[(first, first + 1)] * below,
            below * (a + b - sum),
            below * h[(first + 2, first + 1)],
        ];
        for k in first..last {
            look();
            let width = (last - k + 1).min(3);
            vector.truncate(width);
            let reflected = reflection(&mut vector);
            if let Some((scale, image)) = reflected {
                reflect_rows(&mut self.h, &vector, scale, k, k..last + 1);
                reflect_columns(&mut self.h, &vector, scale, k, first..(k + 4).min(last + 1));
                if k > first {
                    self.h[(k, k - 1)] = image;
                    (k + 1..k + width).for_each(|row| self.h[(row, k - 1)] = 0.0);
                }
            }
            vector = (k + 1..(k + 4).min(last + 1)).map(|row| self.h[(row, k)]).collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Moduli, largest first.
    fn moduli(matrix: &Array2<f64>) -> Vec<f64> {
        let found = eigenvalues(matrix).expect("they are found");
        let mut sizes: Vec<f64> = found.iter().map(|(re, im)| re.hypot(*im)).collect();
        sizes.sort_by(|a, b| b.total_cmp(a));
        sizes
    }

    /// The companion matrix of a polynomial with these roots.
    fn companion(roots: &[f64]) -> Array2<f64> {
        let mut polynomial = vec![1.0];
        for root in roots {
            polynomial.push(0.0);
            for k in (1..polynomial.len()).rev() {
                polynomial[k] -= root * polynomial[k - 1];
            }
        }
        let size = roots.len();
        Array2::from_shape_fn((size, size), |(i, j)| match i {
            0 => -polynomial[j + 1],
            _ => f64::from(u8::from(i == j + 1)),
        })
    }

    #[test]
    fn roots_of_polynomials_are_found() {
        let roots = [0.97, -0.9, 0.6, 0.3, -0.2, 0.05];
        let found = moduli(&companion(&roots));
        for (a, b) in found.iter().zip([0.97, 0.9, 0.6, 0.3, 0.2, 0.05]) {
            assert!((a - b).abs() < 1e-12, "{found:?}");
        }
        // x^12 = 1: all on the unit circle, where shifts that do not change go round in circles.
        let circle =
            Array2::from_shape_fn((12, 12), |(i, j)| f64::from(u8::from((i + 11) % 12 == j)));
        assert!(moduli(&circle).iter().all(|size| (size - 1.0).abs() < 1e-13));
    }

    /// A matrix whose numbers differ by many orders of magnitude, and the moduli that are not 0.
    fn in_mixed_units() -> (Array2<f64>, [f64; 4]) {
        let small = companion(&[0.99, 0.8, -0.7, 0.5]);
        let sizes = [1e-9, 1e6, 3.0, 1e12];
        // Scaled, with lags that nothing returns to, in a mixed order.
        let mut large = Array2::zeros((9, 9));
        let index = [7, 1, 4, 2];
        for i in 0..4 {
            for j in 0..4 {
                large[(index[i], index[j])] = small[(i, j)] * sizes[i] / sizes[j];
            }
        }
        for (a, b) in [(0, 7), (3, 0), (5, 3), (6, 5), (8, 6)] {
            large[(a, b)] = 1e5;
        }
        (large, [0.99, 0.8, 0.7, 0.5])
    }

    #[test]
    fn units_of_measurement_and_blocks_do_not_matter() {
        let (large, expected) = in_mixed_units();
        let found = moduli(&large);
        for (a, b) in found.iter().zip(expected) {
            assert!((a - b).abs() < 1e-12, "{found:?}");
        }
        assert!(found[4..].iter().all(|size| *size == 0.0));
    }

    /// nalgebra's moduli, largest first; none when its iteration has not ended after so many steps.
    fn of_nalgebra(matrix: &Array2<f64>, steps: usize) -> Option<Vec<f64>> {
        let (rows, columns) = matrix.dim();
        let matrix = nalgebra::DMatrix::from_fn(rows, columns, |i, j| matrix[(i, j)]);
        let found = nalgebra::Schur::try_new(matrix, f64::EPSILON, steps)?.complex_eigenvalues();
        let mut sizes: Vec<f64> = found.iter().map(|root| root.re.hypot(root.im)).collect();
        sizes.sort_by(|a, b| b.total_cmp(a));
        Some(sizes)
    }

    /// Should it fail one day, nalgebra's eigenvalues can take the place of these.
    #[test]
    fn those_of_nalgebra_would_not_do() {
        // y = 0.9 y[-n]: n roots of the same modulus.
        let seasonal = |n: usize| {
            let one = |(i, j)| match i {
                0 if j + 1 == n => 0.9,
                _ => f64::from(u8::from(i == j + 1)),
            };
            Array2::from_shape_fn((n, n), one)
        };
        for (n, ends) in [(4, true), (12, false)] {
            let modulus = 0.9f64.powf(1.0 / n as f64);
            assert!(moduli(&seasonal(n)).iter().all(|size| (size - modulus).abs() < 1e-13));
            assert_eq!(of_nalgebra(&seasonal(n), 10_000).is_some(), ends, "{n}");
        }
        let (large, expected) = in_mixed_units();
        assert!((moduli(&large)[0] - expected[0]).abs() < 1e-12);
        assert!(of_nalgebra(&large, 10_000).is_some_and(|found| found[0] > 2.0 * expected[0]));
    }

    #[test]
    fn sums_of_eigenvalues_and_of_their_squares_are_traces() {
        // A matrix without structure; numbers of a linear congruence.
        let mut state = 12_345u64;
        let mut next = move || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            (state >> 33) as f64 / f64::from(1u32 << 30) - 1.0
        };
        let matrix = Array2::from_shape_fn((60, 60), |_| next());
        let found = eigenvalues(&matrix).expect("they are found");
        assert_eq!(found.len(), 60);
        let sum: f64 = found.iter().map(|root| root.0).sum();
        let squares: f64 = found.iter().map(|(re, im)| re * re - im * im).sum();
        assert!((sum - matrix.diag().sum()).abs() < 1e-11);
        assert!((squares - matrix.dot(&matrix).diag().sum()).abs() < 1e-10);
        assert!(found.iter().map(|root| root.1).sum::<f64>().abs() < 1e-11);
    }
}
