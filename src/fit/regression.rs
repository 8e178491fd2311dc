//! A linear regression with Student-t errors, whose coefficients have the distributions of a plan for priors.
//!
//! `y[t] = x[t] b + sd e[t]`. Gibbs sampling: the coefficients are normal given the rest and are kept within their bounds,
//! the variance inverse gamma, the weights of the errors gamma (J. Geweke 1993, Bayesian treatment of the independent
//! Student-t linear model), the degrees of freedom on a grid.

use nalgebra::DMatrix;
use ndarray::Array2;

use super::common::normal;
use super::draws::Draws;
use super::state::{Dfs, State};
use crate::interrupt::look;
use crate::math::ln;

/// What is believed of a coefficient: normal, within bounds. An infinite sd says nothing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Believed {
    pub(super) mean: f64,
    pub(super) sd: f64,
    pub(super) bounds: (f64, f64),
}

/// What is regressed on what.
#[derive(Debug)]
pub(super) struct Regression {
    /// A figure for each period.
    pub(super) figures: Vec<f64>,
    /// Periods x coefficients.
    pub(super) design: Array2<f64>,
    /// For each coefficient.
    pub(super) believed: Vec<Believed>,
    /// The usual error as it is believed to be, which counts as [`BELIEVED`] errors; none: nothing is known of it.
    pub(super) sd: Option<f64>,
}

/// How many errors the belief about their size counts for.
pub(super) const BELIEVED: f64 = 2.0;

/// Draws of its posterior.
#[derive(Debug)]
pub(super) struct Regressed {
    /// Rows x coefficients.
    pub(super) coefficients: Array2<f64>,
    /// The sd of an error, a number for each row.
    pub(super) sd: Vec<f64>,
    /// The median of the degrees of freedom.
    pub(super) df: f64,
    /// The mean weight of each error.
    pub(super) weights: Vec<f64>,
}

/// How often all coefficients are drawn at once before they are drawn one by one, each within its bounds.
const TRIES: usize = 16;

impl Regression {
    /// Whether the figures and what is believed tell the coefficients apart: whether their precision, in units of its
    /// diagonal, has no eigenvalue that is 0 but for rounding.
    pub(super) fn is_identified(&self) -> bool {
        let usual = self.sd.unwrap_or_else(|| self.usual());
        let precision = |j: usize, k: usize| {
            let own = if j == k { 1.0 / (self.believed[j].sd * self.believed[j].sd) } else { 0.0 };
            self.design.column(j).dot(&self.design.column(k)) / (usual * usual) + own
        };
        let size = self.believed.len();
        let scaled = DMatrix::from_fn(size, size, |j, k| {
            precision(j, k) / (precision(j, j) * precision(k, k)).sqrt()
        });
        scaled.iter().all(|x| x.is_finite()) && scaled.symmetric_eigenvalues().min() > 1e-10
    }

    /// The root of the mean squared figure: a size for errors of which nothing is known.
    fn usual(&self) -> f64 {
        let squares = self.figures.iter().map(|y| y * y).sum::<f64>();
        (squares / self.figures.len().max(1) as f64).sqrt().max(1e-150)
    }

    /// So many rows of the posterior, one for each sweep after the burn-in.
    pub(super) fn sample(&self, rows: usize, burn_in: usize, draws: &mut Draws) -> Regressed {
        let (periods, size) = self.design.dim();
        let dfs = Dfs::new();
        let mut coefficients: Vec<f64> =
            self.believed.iter().map(|one| one.mean.clamp(one.bounds.0, one.bounds.1)).collect();
        let (known, usual) = match self.sd {
            Some(sd) => (BELIEVED, sd),
            None => (0.0, 0.0),
        };
        let first = self.sd.unwrap_or_else(|| self.usual());
        let mut variance = first * first;
        let (mut weight, mut df) = (vec![1.0; periods], 6.0);
        let mut found = Regressed {
            coefficients: Array2::zeros((rows, size)),
            sd: Vec::with_capacity(rows),
            df,
            weights: vec![0.0; periods],
        };
        let (mut matrix, mut right) = (vec![0.0; size * size], vec![0.0; size]);
        let (mut kept, mut odds, mut all_dfs) = (Vec::new(), Vec::new(), Vec::with_capacity(rows));
        for sweep in 0..burn_in + rows {
            look();
            matrix.fill(0.0);
            for (j, one) in self.believed.iter().enumerate() {
                let own = 1.0 / (one.sd * one.sd);
                matrix[j * size + j] = own;
                right[j] = if own > 0.0 { own * one.mean } else { 0.0 };
            }
            for t in 0..periods {
                let precision = weight[t] / variance;
                for j in 0..size {
                    let weighted = precision * self.design[[t, j]];
                    right[j] += weighted * self.figures[t];
                    (0..=j).for_each(|k| matrix[j * size + k] += weighted * self.design[[t, k]]);
                }
            }
            self.coefficients(&matrix, &right, &mut coefficients, &mut kept, draws);
            let error = |t: usize| {
                let fit = (0..size).map(|j| self.design[[t, j]] * coefficients[j]).sum::<f64>();
                self.figures[t] - fit
            };
            let squares: f64 = (0..periods).map(|t| weight[t] * error(t) * error(t)).sum();
            let rate = 0.5 * (known * usual * usual + squares).max(1e-300);
            variance = rate / draws.gamma(0.5 * (known + periods as f64));
            let (mut logs, mut sum) = (0.0, 0.0);
            for t in 0..periods {
                let square = error(t) * error(t) / variance;
                weight[t] = draws.gamma(0.5 * (df + 1.0)) / (0.5 * (df + square));
                (logs, sum) = (logs + ln(weight[t]), sum + weight[t]);
            }
            odds.clear();
            let count = periods as f64;
            odds.extend(dfs.0.iter().map(|(df, c)| count * c + 0.5 * df * (logs - sum)));
            df = dfs.0[draws.choice(&odds)].0;
            let Some(row) = sweep.checked_sub(burn_in) else { continue };
            (0..size).for_each(|j| found.coefficients[[row, j]] = coefficients[j]);
            found.sd.push((variance * State::usual_mixing(df)).sqrt());
            all_dfs.push(df);
            found.weights.iter_mut().zip(&weight).for_each(|(sum, w)| *sum += w / rows as f64);
        }
        all_dfs.sort_by(f64::total_cmp);
        found.df = all_dfs.get(rows / 2).copied().unwrap_or(df);
        found
    }

    /// Coefficients from their normal distribution within the bounds: all at once, and where that fails time and
    /// again one after the other. Whether it fails does not depend on where they stand, so both leave the posterior as
    /// it is.
    fn coefficients(
        &self,
        matrix: &[f64],
        right: &[f64],
        at: &mut [f64],
        work: &mut Vec<f64>,
        draws: &mut Draws,
    ) {
        let size = at.len();
        let inside = |all: &[f64]| {
            let within = |(x, one): (&f64, &Believed)| one.bounds.0 <= *x && *x <= one.bounds.1;
            all.iter().zip(&self.believed).all(within)
        };
        for _ in 0..TRIES {
            work.clear();
            work.extend_from_slice(matrix);
            work.extend_from_slice(right);
            let (factor, drawn) = work.split_at_mut(size * size);
            normal(factor, drawn, draws);
            if inside(drawn) {
                at.copy_from_slice(drawn);
                return;
            }
        }
        for j in 0..size {
            let cell = |k: usize| if k < j { matrix[j * size + k] } else { matrix[k * size + j] };
            let others: f64 = (0..size).filter(|k| *k != j).map(|k| cell(k) * at[k]).sum();
            let precision = matrix[j * size + j];
            let (low, high) = self.believed[j].bounds;
            let mean = (right[j] - others) / precision;
            at[j] = draws.normal_between(mean, 1.0 / precision.sqrt(), low, high);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FREE: (f64, f64) = (f64::NEG_INFINITY, f64::INFINITY);

    /// A regression drawn from what is believed: coefficients, sd, df, figures.
    fn drawn(seed: u64, periods: usize, bounds: (f64, f64)) -> (Regression, [f64; 3]) {
        let mut draws = Draws::new(seed, "truth");
        let believed = vec![
            Believed { mean: 1.0, sd: 0.5, bounds: FREE },
            Believed { mean: 0.2, sd: 0.4, bounds },
        ];
        let first = 1.0 + 0.5 * draws.normal();
        let second = draws.normal_between(0.2, 0.4, bounds.0, bounds.1);
        let variance = 0.5 * BELIEVED * 0.09 / draws.gamma(0.5 * BELIEVED);
        let dfs = Dfs::new();
        let df = dfs.0[((draws.uniform() * dfs.0.len() as f64) as usize).min(dfs.0.len() - 1)].0;
        let mut design = Array2::zeros((periods, 2));
        let mut figures = Vec::new();
        for t in 0..periods {
            // Regressors that move together, as they do in practice.
            let common = draws.normal();
            design[[t, 0]] = 1.0;
            design[[t, 1]] = 0.5 + common;
            let weight = draws.gamma(0.5 * df) / (0.5 * df);
            let error = (variance / weight).sqrt() * draws.normal();
            figures.push(first + second * design[[t, 1]] + error);
        }
        let sd = (variance * State::usual_mixing(df)).sqrt();
        (Regression { figures, design, believed, sd: Some(0.3) }, [first, second, sd])
    }

    /// Simulation-based calibration (S. Talts and others 2018): ranks of the true numbers among the draws are uniform.
    /// Chi squared over ten classes for three numbers in two forms, above 33.7 once in 10,000 each.
    #[test]
    fn what_is_drawn_from_the_prior_ranks_evenly_in_the_posterior() {
        for (form, bounds) in [FREE, (0.0, 0.5)].into_iter().enumerate() {
            const CASES: usize = 400;
            let mut counts = [[0.0; 10]; 3];
            for case in 0..CASES {
                let (regression, truth) =
                    drawn((10_000 * form + case) as u64, 6 + case % 20, bounds);
                assert!(regression.is_identified());
                // Every tenth draw of 990, so that neighbours are nearly independent.
                let found = regression.sample(990, 100, &mut Draws::new(case as u64, "fit"));
                for (which, true_one) in truth.into_iter().enumerate() {
                    let number = |row: usize| {
                        if which == 2 { found.sd[row] } else { found.coefficients[[row, which]] }
                    };
                    let rank = (0..99).filter(|k| number(10 * k) < true_one).count();
                    counts[which][rank / 10] += 1.0;
                }
            }
            for (which, counts) in counts.iter().enumerate() {
                let wanted = CASES as f64 / 10.0;
                let chi: f64 = counts.iter().map(|x| (x - wanted) * (x - wanted) / wanted).sum();
                assert!(chi < 33.7, "form {form}, number {which}: {chi} {counts:?}");
            }
        }
    }

    /// Normal errors of a known size leave the conjugate posterior: `(X'X / s^2 + 1 / v)^-1`. Many figures tell the size,
    /// and 60 degrees of freedom are nearly normal: means within a tenth of the sd, sds within 10 %.
    #[test]
    fn with_many_normal_errors_it_is_the_conjugate_posterior() {
        let mut draws = Draws::new(7, "truth");
        let periods = 400;
        let design =
            Array2::from_shape_fn((periods, 2), |(_, j)| if j == 0 { 1.0 } else { draws.normal() });
        let figures: Vec<f64> =
            (0..periods).map(|t| 0.4 + 0.3 * design[[t, 1]] + 0.2 * draws.normal()).collect();
        let believed = vec![Believed { mean: 0.0, sd: 0.05, bounds: FREE }; 2];
        let regression = Regression { figures, design, believed, sd: None };
        let found = regression.sample(4_000, 200, &mut Draws::new(1, "fit"));
        let cross = |a: usize, b: usize| {
            regression.design.column(a).dot(&regression.design.column(b)) / 0.04
        };
        let (aa, ab, bb) = (cross(0, 0) + 400.0, cross(0, 1), cross(1, 1) + 400.0);
        let moment = |a: usize| {
            (0..periods).map(|t| regression.design[[t, a]] * regression.figures[t]).sum::<f64>()
                / 0.04
        };
        let det = aa * bb - ab * ab;
        let means =
            [(bb * moment(0) - ab * moment(1)) / det, (aa * moment(1) - ab * moment(0)) / det];
        let sds = [(bb / det).sqrt(), (aa / det).sqrt()];
        for j in 0..2 {
            let column = found.coefficients.column(j);
            let (mean, sd) = (column.mean().expect("rows"), column.std(1.0));
            assert!((mean - means[j]).abs() < 0.1 * sds[j], "{j}: {mean} {}", means[j]);
            assert!((sd / sds[j] - 1.0).abs() < 0.1, "{j}: {sd} {}", sds[j]);
        }
    }

    #[test]
    fn what_cannot_be_told_apart_is_seen() {
        let (mut regression, _) = drawn(1, 10, FREE);
        for t in 0..10 {
            regression.design[[t, 1]] = 3.0 * regression.design[[t, 0]];
        }
        assert!(regression.is_identified());
        regression.believed.iter_mut().for_each(|one| one.sd = f64::INFINITY);
        assert!(!regression.is_identified());
    }
}
