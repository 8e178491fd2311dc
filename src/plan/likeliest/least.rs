//! The shortest vector that meets linear inequalities.

use crate::interrupt::look;
use nalgebra::{DMatrix, DVector};

/// The shortest `x` with `G x >= h`, and the multipliers of the inequalities; none when they
/// contradict each other.
///
/// Least distance programming by non-negative least squares: C. Lawson and R. Hanson (1974), Solving
/// least squares problems, chapters 23.3 and 23.4. The problem is reduced to the matrix `G G' + h h'`,
/// which is as small as there are inequalities.
pub(super) fn shortest(g: &DMatrix<f64>, h: &DVector<f64>) -> Option<(DVector<f64>, DVector<f64>)> {
    if h.iter().all(|h| *h <= 0.0) {
        return Some((DVector::zeros(g.ncols()), DVector::zeros(h.len())));
    }
    let gram = g * g.transpose() + h * h.transpose();
    let u = non_negative(&gram, h)?;
    // The last residual, -1 + h'u, is 0 when no vector meets them.
    let rest = 1.0 - h.dot(&u);
    if !(rest > 1e-12) {
        return None;
    }
    let multipliers = u / rest;
    Some((g.transpose() * &multipliers, multipliers))
}

/// The `u >= 0` that minimises `u'A u / 2 - b'u`.
fn non_negative(a: &DMatrix<f64>, b: &DVector<f64>) -> Option<DVector<f64>> {
    let count = b.len();
    let ridge = 1e-13 * a.trace().max(1e-300);
    let mut u = DVector::zeros(count);
    let mut free = vec![false; count];
    for _ in 0..10 * count + 10 {
        look();
        let slope = b - a * &u;
        let scale = 1e-11 * b.amax().max(1e-300);
        let next = (0..count)
            .filter(|&k| !free[k] && slope[k] > scale)
            .max_by(|&i, &j| slope[i].total_cmp(&slope[j]));
        let Some(next) = next else { return Some(u) };
        free[next] = true;
        loop {
            let members: Vec<usize> = (0..count).filter(|&k| free[k]).collect();
            let size = members.len();
            let part = DMatrix::from_fn(size, size, |i, j| {
                a[(members[i], members[j])] + if i == j { ridge } else { 0.0 }
            });
            let side = DVector::from_fn(size, |i, _| b[members[i]]);
            let solved = part.cholesky()?.solve(&side);
            if solved.iter().all(|value| *value > 0.0) {
                u.fill(0.0);
                members.iter().zip(solved.iter()).for_each(|(&k, value)| u[k] = *value);
                break;
            }
            let blocked = members.iter().zip(solved.iter()).filter(|(_, value)| **value <= 0.0);
            let step = blocked
                .map(|(&k, value)| u[k] / (u[k] - value))
                .fold(1.0f64, |least: f64, step: f64| least.min(step));
            for (&k, value) in members.iter().zip(solved.iter()) {
                u[k] += step * (value - u[k]);
                if u[k] <= 1e-15 * (1.0 + value.abs()) {
                    (u[k], free[k]) = (0.0, false);
                }
            }
            if !free.iter().any(|free| *free) {
                break;
            }
        }
    }
    Some(u)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shortest_vector_is_the_projection_of_the_origin() {
        // x + y >= 2: (1, 1). With x >= 3 too: (3, 0). Both with y >= 1: (3, 1).
        let g = DMatrix::from_row_slice(3, 2, &[1.0, 1.0, 1.0, 0.0, 0.0, 1.0]);
        let at = |h: [f64; 3]| shortest(&g, &DVector::from_row_slice(&h)).expect("feasible").0;
        assert!((at([2.0, -9.0, -9.0]) - DVector::from_row_slice(&[1.0, 1.0])).norm() < 1e-10);
        assert!((at([2.0, 3.0, -9.0]) - DVector::from_row_slice(&[3.0, 0.0])).norm() < 1e-10);
        assert!((at([2.0, 3.0, 1.0]) - DVector::from_row_slice(&[3.0, 1.0])).norm() < 1e-10);
        assert_eq!(at([-1.0, 0.0, -2.0]).norm(), 0.0);
    }

    #[test]
    fn contradictions_are_seen() {
        let g = DMatrix::from_row_slice(2, 1, &[1.0, -1.0]);
        assert!(shortest(&g, &DVector::from_row_slice(&[1.0, 1.0])).is_none());
    }
}
