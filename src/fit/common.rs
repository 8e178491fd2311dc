//! The common shock and the panel's mean, drawn together with the means of the series integrated out: one by one
//! they would move slowly, since a rise of all means and a fall of all shocks are nearly the same.

use super::data::Data;
use super::draws::Draws;
use super::state::State;

/// Draws the common shocks, the panel's mean, and the weights of the shocks. The means of the series are to be
/// drawn before anything else is.
pub(super) fn draw(data: &Data, state: &mut State, draws: &mut Draws, work: &mut Vec<f64>) {
    let periods = data.periods;
    let size = periods + 1;
    // The precision, lower triangle, then what it is multiplied with, then two rows of help.
    work.clear();
    work.resize(size * size + size + 2 * periods, 0.0);
    let (matrix, rest) = work.split_at_mut(size * size);
    let (right, rest) = rest.split_at_mut(size);
    let (precision, residual) = rest.split_at_mut(periods);
    for t in 0..periods {
        matrix[t * size + t] = state.common_weight[t];
    }
    let own = 1.0 / (data.centre_sd * data.centre_sd);
    matrix[periods * size + periods] = own;
    right[periods] = own * data.centre;
    for i in 0..data.count {
        let (persistence, pull) = if state.wanders[i] {
            (1.0, 0.0)
        } else {
            (state.persistence[i], 1.0 - state.persistence[i])
        };
        let offset = pull * data.explained(i, &state.coefficients);
        let (momentum, loading, inverse) =
            (state.momentum[i], state.loading[i], 1.0 / state.variance[i]);
        let (mut total, mut moment) = (0.0, 0.0);
        for (t, place) in data.of(i).enumerate() {
            precision[t] = data.used[place] * state.weight[place] * inverse;
            residual[t] = data.now[place]
                - persistence * data.before[place]
                - momentum * data.change[place]
                - state.skewed[place]
                - offset;
            total += precision[t];
            moment += precision[t] * residual[t];
        }
        // Sherman and Morrison: the mean of the series adds one direction to the errors' covariance.
        let spread = pull * pull * state.mean_spread.variance;
        let share = spread / (1.0 + spread * total);
        let left = 1.0 - share * total;
        for t in 0..periods {
            let weighted = loading * precision[t];
            let row = &mut matrix[t * size..=t * size + t];
            row[t] += loading * weighted;
            let factor = loading * share * weighted;
            for (cell, other) in row.iter_mut().zip(&*precision) {
                *cell -= factor * other;
            }
            matrix[periods * size + t] += pull * weighted * left;
            right[t] += weighted * (residual[t] - share * moment);
        }
        matrix[periods * size + periods] += pull * pull * total * left;
        right[periods] += pull * moment * left;
    }
    normal(matrix, right, draws);
    state.common.copy_from_slice(&right[..periods]);
    state.panel_mean = right[periods];
    let df = state.df;
    for (weight, shock) in state.common_weight.iter_mut().zip(&state.common) {
        *weight = draws.gamma(0.5 * (df + 1.0)) / (0.5 * (df + shock * shock));
    }
}

/// A normal vector of precision `matrix` (its lower triangle, which is factored in place) and mean
/// `matrix^-1 right`, in place of `right`.
pub(super) fn normal(matrix: &mut [f64], right: &mut [f64], draws: &mut Draws) {
    let size = right.len();
    for j in 0..size {
        for k in 0..=j {
            let mut x = matrix[j * size + k];
            for r in 0..k {
                x -= matrix[j * size + r] * matrix[k * size + r];
            }
            matrix[j * size + k] =
                if k == j { x.max(1e-300).sqrt() } else { x / matrix[k * size + k] };
        }
    }
    for j in 0..size {
        let mut x = right[j];
        for r in 0..j {
            x -= matrix[j * size + r] * right[r];
        }
        right[j] = x / matrix[j * size + j];
    }
    right.iter_mut().for_each(|x| *x += draws.normal());
    for j in (0..size).rev() {
        let mut x = right[j];
        for r in j + 1..size {
            x -= matrix[r * size + j] * right[r];
        }
        right[j] = x / matrix[j * size + j];
    }
}

#[cfg(test)]
mod tests {
    use nalgebra::{DMatrix, DVector};

    use super::*;
    use crate::fit::{Panel, Prior, Series, Space};

    /// The shocks and the panel's mean have the normal posterior that the whole covariance of the figures gives,
    /// means of the series and all, in closed form. Means and covariances of 40,000 draws to within five standard
    /// errors: about once in 10,000 runs with another seed.
    #[test]
    fn common_shocks_and_mean_have_their_conjugate_posterior() {
        let values =
            [vec![0.3, 1.1, -0.4, 0.9], vec![1.0, f64::NAN, 0.2, 0.7], vec![-0.5, 0.1, -1.3, 0.4]];
        let series = values.iter().map(|x| Series::new("s", x.clone())).collect();
        let panel = Panel::new(series, Space::Growth);
        let prior =
            Prior { centre: Some(0.2), centre_sd: Some(1.5), scale: Some(1.0), ..Prior::default() };
        let data = Data::new(&panel, &prior).expect("a panel");
        let mut state = State::new(&data, &prior);
        state.persistence = vec![0.2, 0.5, -0.3];
        state.loading = vec![0.5, 0.8, -0.2];
        state.variance = vec![0.6, 1.2, 0.9];
        state.wanders = vec![false, false, true];
        state.mean_spread.variance = 0.7;
        state.weight = (0..data.used.len()).map(|k| 0.5 + 0.2 * k as f64).collect();
        let weights = vec![0.8, 1.5, 1.1];
        // x = (z1, z2, z3, panel mean, deviations of three means): prior N(m, D), figures = A x + noise.
        let (unknown, places) = (data.periods + 1 + data.count, data.used.len());
        let mut design = DMatrix::zeros(places, unknown);
        let mut noise = DMatrix::zeros(places, places);
        let mut figures = DVector::zeros(places);
        for i in 0..data.count {
            let (phi, pull) = if state.wanders[i] {
                (1.0, 0.0)
            } else {
                (state.persistence[i], 1.0 - state.persistence[i])
            };
            for (t, place) in data.of(i).enumerate() {
                design[(place, t)] = state.loading[i];
                design[(place, data.periods)] = pull;
                design[(place, data.periods + 1 + i)] = pull;
                noise[(place, place)] = data.used[place] * state.weight[place] / state.variance[i];
                figures[place] = data.now[place] - phi * data.before[place];
            }
        }
        let own: Vec<f64> =
            weights.iter().copied().chain([1.0 / (1.5 * 1.5)]).chain([1.0 / 0.7; 3]).collect();
        let precision =
            design.transpose() * &noise * &design + DMatrix::from_diagonal(&DVector::from_vec(own));
        let mut right = design.transpose() * &noise * figures;
        right[data.periods] += 0.2 / (1.5 * 1.5);
        let covariance = precision.try_inverse().expect("a covariance");
        let middle = &covariance * right;

        let mut draws = Draws::new(1, "test");
        let (count, size) = (40_000.0, data.periods + 1);
        let mut sums = vec![0.0; size];
        let mut products = vec![0.0; size * size];
        let mut work = Vec::new();
        for _ in 0..40_000 {
            state.common_weight.clone_from(&weights);
            draw(&data, &mut state, &mut draws, &mut work);
            let found: Vec<f64> = state.common.iter().copied().chain([state.panel_mean]).collect();
            for j in 0..size {
                let gap = found[j] - middle[j];
                sums[j] += gap;
                (0..size).for_each(|k| products[j * size + k] += gap * (found[k] - middle[k]));
            }
        }
        for j in 0..size {
            let error = (covariance[(j, j)] / count).sqrt();
            assert!((sums[j] / count).abs() < 5.0 * error, "{j}: {} {error}", sums[j] / count);
            for k in 0..size {
                let wide = covariance[(j, j)] * covariance[(k, k)]
                    + covariance[(j, k)] * covariance[(j, k)];
                let gap = products[j * size + k] / count - covariance[(j, k)];
                assert!(gap.abs() < 5.0 * (wide / count).sqrt(), "{j} {k}: {gap}");
            }
        }
    }
}
