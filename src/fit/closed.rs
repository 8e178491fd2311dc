//! The closed-form tier: empirical Bayes. The parameters of the panel are estimated by maximum likelihood and plugged
//! in, so that the posterior of each series is normal and inverse gamma.
//!
//! The equation is linear in `(constant, persistence, momentum)` around the panel's centre. An EM algorithm finds
//! centre and spread of each over the panel; variances have the marginal likelihood of G. K. Smyth (2004), Linear
//! models and empirical Bayes methods; weights of Student-t errors are refitted between (K. L. Lange, R. J. A. Little
//! and J. M. G. Taylor 1989). The common shock's share of the variance is that of the products of residuals.

use ndarray::Array2;

use super::data::Data;
use super::draws::Draws;
use super::panel::Panel;
use super::posterior::{Peers, Posterior};
use super::prior::Prior;
use super::settings::Settings;
use super::state::{HIGHEST, LEAST_MOMENTUM, LOWEST, MOST_MOMENTUM, SPREADS};
use crate::interrupt::look;
use crate::math::{atanh, ln, ln_gamma, tanh};

/// Parameters of the linear equation.
const SIZE: usize = 3;
type Vector = [f64; SIZE];
type Matrix = [[f64; SIZE]; SIZE];
/// Degrees of freedom that errors may have.
const DFS: [f64; 8] = [3.0, 4.0, 5.0, 6.0, 8.0, 12.0, 20.0, 50.0];
/// Rounds of weights, and steps of the EM algorithm in each.
const ROUNDS: usize = 4;
const STEPS: usize = 12;

/// What is estimated.
struct Fitted {
    centre: Vector,
    spread: Vector,
    means: Vec<Vector>,
    covariances: Vec<Matrix>,
    variances: Vec<f64>,
    squares: Vec<f64>,
    variance_centre: f64,
    variance_df: f64,
    df: f64,
    weights: Vec<f64>,
    residuals: Vec<f64>,
}

/// A posterior of so many rows.
pub(super) fn sample(panel: &Panel, data: &Data, prior: &Prior, settings: &Settings) -> Posterior {
    let fitted = estimate(data, prior);
    let (rows, count) = (settings.rows, data.count);
    let mut draws = Draws::new(settings.seed, "fit/closed");
    let blank = || Array2::zeros((rows, count));
    let (mut mean, mut persistence, mut momentum) = (blank(), blank(), blank());
    let (mut sd, mut loading) = (blank(), blank());
    let (share, periods) = common_share(data, &fitted);
    let widen = (fitted.df / (fitted.df - 2.0)).sqrt();
    let lowest = if data.momentum { 0.0 } else { LOWEST };
    for row in 0..rows {
        look();
        let (shift, noise) = (draws.normal(), draws.normal());
        let part = if count > 1 {
            tanh(atanh(share) + noise / periods.sqrt()).clamp(0.0, 0.98)
        } else {
            0.0
        };
        // The mean of the common shocks that were seen is part of every constant.
        let shift = shift / periods.sqrt();
        for i in 0..count {
            let at = [row, i];
            let shape = 0.5 * (fitted.variance_df + data.errors[i]);
            let rate = 0.5 * (fitted.variance_df * fitted.variance_centre + fitted.squares[i]);
            let whole = (rate / draws.gamma(shape)).sqrt();
            let (m, v) = (&fitted.means[i], &fitted.covariances[i]);
            let phi = draws.normal_between(m[1], v[1][1].sqrt(), lowest, HIGHEST);
            let off = (phi - m[1]) / v[1][1];
            let rho = if data.momentum {
                let left = (v[2][2] - v[1][2] * v[1][2] / v[1][1]).max(1e-30);
                draws.normal_between(
                    m[2] + v[1][2] * off,
                    left.sqrt(),
                    LEAST_MOMENTUM,
                    MOST_MOMENTUM,
                )
            } else {
                0.0
            };
            let (middle, left) = given(m, v, phi, rho, data.momentum);
            let constant = middle + left.sqrt() * draws.normal() + part.sqrt() * whole * shift;
            mean[at] = data.centre + constant / (1.0 - phi);
            persistence[at] = phi;
            momentum[at] = rho;
            sd[at] = widen * whole * (1.0 - part).sqrt();
            loading[at] = widen * whole * part.sqrt();
        }
    }
    let own = |(i, k): (usize, usize)| match k {
        0 => 1.0 - (fitted.covariances[i][0][0] / fitted.spread[0]).min(1.0),
        1 => 1.0 - (fitted.covariances[i][1][1] / fitted.spread[1]).min(1.0),
        _ => data.errors[i] / (data.errors[i] + fitted.variance_df),
    };
    let weight_of = |(i, period): (usize, usize)| {
        let place = period.checked_sub(data.first).map(|t| i * data.periods + t);
        place
            .filter(|place| data.used[*place] > 0.0)
            .map_or(f64::NAN, |place| fitted.weights[place])
    };
    let [constant, phi, rho] = fitted.centre;
    let pull = (1.0 - phi).max(1.0 - HIGHEST);
    Posterior {
        names: panel.series.iter().map(|series| series.name.clone()).collect(),
        mean,
        persistence,
        momentum,
        sd,
        loading,
        df: fitted.df,
        weights: Array2::from_shape_fn((count, panel.periods()), weight_of),
        own: Array2::from_shape_fn((count, 3), own),
        peers: Peers {
            mean: vec![data.centre + constant / pull; rows],
            mean_spread: vec![fitted.spread[0].sqrt() / pull; rows],
            persistence: vec![phi; rows],
            persistence_spread: vec![fitted.spread[1].sqrt(); rows],
            momentum: vec![rho; rows],
            unit_root: vec![0.0; rows],
            sd: vec![fitted.variance_centre.sqrt(); rows],
            loading: vec![(share / (1.0 - share)).sqrt(); rows],
            df: vec![fitted.df; rows],
            skew: vec![0.0; rows],
            coefficients: vec![Vec::new(); rows],
        },
    }
}

/// Mean and variance of the constant, given persistence and momentum.
fn given(m: &Vector, v: &Matrix, phi: f64, rho: f64, momentum: bool) -> (f64, f64) {
    let off = [phi - m[1], rho - m[2]];
    if !momentum {
        return (
            m[0] + v[0][1] / v[1][1] * off[0],
            (v[0][0] - v[0][1] * v[0][1] / v[1][1]).max(0.0),
        );
    }
    let det = (v[1][1] * v[2][2] - v[1][2] * v[1][2]).max(1e-300);
    let a = (v[0][1] * v[2][2] - v[0][2] * v[1][2]) / det;
    let b = (v[0][2] * v[1][1] - v[0][1] * v[1][2]) / det;
    (m[0] + a * off[0] + b * off[1], (v[0][0] - a * v[0][1] - b * v[0][2]).max(0.0))
}

fn estimate(data: &Data, prior: &Prior) -> Fitted {
    let (n, scale) = (data.count, data.scale);
    let first = 0.25 * scale * scale;
    let momentum =
        if data.momentum { prior.momentum_spread * prior.momentum_spread } else { 1e-12 };
    let mut f = Fitted {
        centre: [0.0, prior.persistence.0, if data.momentum { prior.momentum.0 } else { 0.0 }],
        spread: [4.0 * first, prior.persistence_spread * prior.persistence_spread, momentum],
        means: vec![[0.0; SIZE]; n],
        covariances: vec![[[0.0; SIZE]; SIZE]; n],
        variances: vec![2.0 * first; n],
        squares: vec![0.0; n],
        variance_centre: 2.0 * first,
        variance_df: 6.0,
        df: 6.0,
        weights: vec![1.0; n * data.periods],
        residuals: vec![0.0; n * data.periods],
    };
    for _ in 0..ROUNDS {
        let sums: Vec<(Matrix, Vector)> = (0..n).map(|i| sums(data, &f.weights, i)).collect();
        for _ in 0..STEPS {
            look();
            for i in 0..n {
                posterior(&sums[i], &mut f, i);
            }
            panel(data, prior, &mut f);
            residuals(data, &mut f);
        }
        variances(data, &mut f);
        weights(data, &mut f);
    }
    for i in 0..n {
        posterior(&sums(data, &f.weights, i), &mut f, i);
    }
    residuals(data, &mut f);
    f
}

/// Products of the regressors and of them with the figures, weighted.
fn sums(data: &Data, weights: &[f64], i: usize) -> (Matrix, Vector) {
    let (mut products, mut right) = ([[0.0; SIZE]; SIZE], [0.0; SIZE]);
    for place in data.of(i) {
        let w = data.used[place] * weights[place];
        let x = [1.0, data.before[place] - data.centre, data.change[place]];
        for j in 0..SIZE {
            for k in 0..SIZE {
                products[j][k] += w * x[j] * x[k];
            }
            right[j] += w * x[j] * (data.now[place] - data.centre);
        }
    }
    (products, right)
}

/// The normal posterior of a series' parameters.
fn posterior(sums: &(Matrix, Vector), f: &mut Fitted, i: usize) {
    let mut precision = sums.0;
    let mut right = sums.1;
    for j in 0..SIZE {
        for cell in &mut precision[j] {
            *cell /= f.variances[i];
        }
        precision[j][j] += 1.0 / f.spread[j];
        right[j] = right[j] / f.variances[i] + f.centre[j] / f.spread[j];
    }
    let v = inverse(&precision);
    f.means[i] = std::array::from_fn(|j| (0..SIZE).map(|k| v[j][k] * right[k]).sum());
    f.covariances[i] = v;
}

/// Centre and spread over the panel, with the weight that the prior has.
fn panel(data: &Data, prior: &Prior, f: &mut Fitted) {
    let count = f.means.len() as f64;
    let from_prior = [
        (0.0, f64::INFINITY, 0.25 * data.scale * data.scale),
        (
            prior.persistence.0,
            prior.persistence.1,
            prior.persistence_spread * prior.persistence_spread,
        ),
        (prior.momentum.0, prior.momentum.1, prior.momentum_spread * prior.momentum_spread),
    ];
    let size = if data.momentum { SIZE } else { SIZE - 1 };
    for (j, (centre, sd, spread)) in from_prior.into_iter().enumerate().take(size) {
        let own = f.spread[j] / (sd * sd);
        let sum: f64 = f.means.iter().map(|m| m[j]).sum();
        f.centre[j] = (sum + own * centre) / (count + own);
        let squares: f64 =
            f.means.iter().map(|m| (m[j] - f.centre[j]) * (m[j] - f.centre[j])).sum();
        let variances: f64 = f.covariances.iter().map(|v| v[j][j]).sum();
        // The prior counts as one series.
        f.spread[j] = (squares + variances + spread) / (count + 1.0);
    }
}

/// Residuals at the means, their expected squares, and the variances given those of the panel.
fn residuals(data: &Data, f: &mut Fitted) {
    for i in 0..data.count {
        let (m, v) = (f.means[i], f.covariances[i]);
        let (mut squares, mut doubt) = (0.0, 0.0);
        for place in data.of(i).filter(|place| data.used[*place] > 0.0) {
            let x = [1.0, data.before[place] - data.centre, data.change[place]];
            let fit: f64 = (0..SIZE).map(|j| m[j] * x[j]).sum();
            let error = data.now[place] - data.centre - fit;
            f.residuals[place] = error;
            squares += f.weights[place] * error * error;
            let spread: f64 =
                (0..SIZE).map(|j| (0..SIZE).map(|k| x[j] * v[j][k] * x[k]).sum::<f64>()).sum();
            doubt += f.weights[place] * spread;
        }
        f.squares[i] = squares + doubt;
        f.variances[i] =
            (f.variance_df * f.variance_centre + f.squares[i]) / (f.variance_df + data.errors[i]);
    }
}

/// Centre and degrees of freedom of the variances, by their marginal likelihood.
fn variances(data: &Data, f: &mut Fitted) {
    let mut best = f64::NEG_INFINITY;
    let mut found = (f.variance_centre, f.variance_df);
    for df in SPREADS {
        let mut centre = f.variance_centre;
        for _ in 0..10 {
            let precision = |i: usize| (df + data.errors[i]) / (df * centre + f.squares[i]);
            let sum: f64 = (0..data.count).map(precision).sum();
            centre = data.count as f64 / sum;
        }
        let one = |i: usize| {
            let half = 0.5 * (df + data.errors[i]);
            ln_gamma(half) - ln_gamma(0.5 * df) + 0.5 * df * ln(df * centre)
                - half * ln(df * centre + f.squares[i])
        };
        let likelihood: f64 = (0..data.count).map(one).sum();
        if likelihood > best {
            (best, found) = (likelihood, (centre, df));
        }
    }
    (f.variance_centre, f.variance_df) = found;
}

/// Degrees of freedom of the errors, and the weights that follow.
fn weights(data: &Data, f: &mut Fitted) {
    let standard =
        |place: usize| f.residuals[place] * f.residuals[place] / f.variances[place / data.periods];
    let places: Vec<usize> = (0..data.used.len()).filter(|place| data.used[*place] > 0.0).collect();
    let likelihood = |df: f64| {
        let constant = ln_gamma(0.5 * (df + 1.0)) - ln_gamma(0.5 * df) - 0.5 * ln(df);
        let one = |place: &usize| constant - 0.5 * (df + 1.0) * ln(1.0 + standard(*place) / df);
        places.iter().map(one).sum::<f64>()
    };
    let mut best = (f64::NEG_INFINITY, f.df);
    for df in DFS {
        let found = likelihood(df);
        if found > best.0 {
            best = (found, df);
        }
    }
    let df = best.1;
    let new: Vec<f64> = places.iter().map(|place| (df + 1.0) / (df + standard(*place))).collect();
    f.df = df;
    for (place, weight) in places.into_iter().zip(new) {
        f.weights[place] = weight;
    }
}

/// The mean product of standardised residuals of different series in one period, and the periods that have some.
fn common_share(data: &Data, f: &Fitted) -> (f64, f64) {
    let (mut products, mut pairs, mut periods) = (0.0, 0.0, 0.0);
    for t in 0..data.periods {
        let (mut sum, mut squares, mut count) = (0.0, 0.0, 0.0);
        for i in 0..data.count {
            let place = i * data.periods + t;
            if data.used[place] > 0.0 {
                let z = f.weights[place].sqrt() * f.residuals[place] / f.variances[i].sqrt();
                (sum, squares, count) = (sum + z, squares + z * z, count + 1.0);
            }
        }
        if count > 1.0 {
            products += sum * sum - squares;
            pairs += count * (count - 1.0);
            periods += 1.0;
        }
    }
    if pairs > 0.0 { ((products / pairs).clamp(0.0, 0.95), periods) } else { (0.0, 1.0) }
}

/// The inverse of a symmetric positive definite matrix, by its cofactors.
fn inverse(m: &Matrix) -> Matrix {
    let cofactor = |i: usize, j: usize| {
        let (a, b) = ((i + 1) % SIZE, (i + 2) % SIZE);
        let (c, d) = ((j + 1) % SIZE, (j + 2) % SIZE);
        m[a][c] * m[b][d] - m[a][d] * m[b][c]
    };
    let det: f64 = (0..SIZE).map(|j| m[0][j] * cofactor(0, j)).sum();
    std::array::from_fn(|i| std::array::from_fn(|j| cofactor(j, i) / det))
}
