//! The parameters of the panel, given those of the series.

use super::data::Data;
use super::draws::Draws;
use super::prior::Prior;
use super::state::{HIGHEST, LEAST_MOMENTUM, LOWEST, MOST_MOMENTUM, SPREADS, State};
use crate::math::{exp, ln, ln_gamma, normcdf};

/// Draws the parameters of the panel.
pub(super) fn draw(data: &Data, prior: &Prior, state: &mut State, draws: &mut Draws) {
    means(data, state, draws);
    let lowest = if data.momentum { 0.0 } else { LOWEST };
    let range = (lowest, HIGHEST);
    let wanted = Truncated { range, centre: prior.persistence, spread: prior.persistence_spread };
    wanted.draw(&state.persistence, &mut state.persistences, draws);
    if data.momentum {
        let range = (LEAST_MOMENTUM, MOST_MOMENTUM);
        let wanted = Truncated { range, centre: prior.momentum, spread: prior.momentum_spread };
        wanted.draw(&state.momentum, &mut state.momenta, draws);
    }
    let count = data.count as f64;
    let wandering = state.wanders.iter().filter(|x| **x).count() as f64;
    let (a, b) = (
        draws.gamma(prior.unit_root.0 + wandering),
        draws.gamma(data.returning(prior) + count - wandering),
    );
    state.wandering = (a / (a + b)).clamp(1e-9, 1.0 - 1e-9);
    if data.count > 1 {
        loadings(prior, state, draws);
    }
    variances(data, state, draws);
}

/// The mean of the panel, what covariates explain of the series' means, and the spread of what is left.
fn means(data: &Data, state: &mut State, draws: &mut Draws) {
    let count = data.count as f64;
    let left = |state: &State, i: usize| state.mean[i] - data.explained(i, &state.coefficients);
    let own = 1.0 / (data.centre_sd * data.centre_sd);
    let around = 1.0 / state.mean_spread.variance;
    let sum: f64 = (0..data.count).map(|i| left(state, i)).sum();
    let precision = count * around + own;
    state.panel_mean =
        (sum * around + data.centre * own) / precision + draws.normal() / precision.sqrt();
    for k in 0..data.width {
        let (mut a, mut b) = (own, 0.0);
        for i in 0..data.count {
            let x = data.covariates[i * data.width + k];
            a += x * x * around;
            b += x * around * (left(state, i) - state.panel_mean + x * state.coefficients[k]);
        }
        state.coefficients[k] = b / a + draws.normal() / a.sqrt();
    }
    let squares = (0..data.count).map(|i| left(state, i) - state.panel_mean).map(|x| x * x).sum();
    state.mean_spread.update(count, squares, draws);
}

/// Centre and spread of the loadings.
fn loadings(prior: &Prior, state: &mut State, draws: &mut Draws) {
    let scaled = |state: &State, i: usize| state.loading[i] / state.variance[i].sqrt();
    let count = state.loading.len();
    let around = 1.0 / state.loading_spread.variance;
    // The same errors come from all loadings and shocks with the other sign, which single steps seldom reach.
    let sum: f64 = (0..count).map(|i| scaled(state, i)).sum();
    if ln(draws.uniform()) < -2.0 * state.loading_centre * sum * around {
        state.loading.iter_mut().for_each(|x| *x = -*x);
        state.common.iter_mut().for_each(|x| *x = -*x);
    }
    let precision = count as f64 * around + 1.0 / (prior.loading * prior.loading);
    let sum: f64 = (0..count).map(|i| scaled(state, i)).sum();
    let centre = draws.normal_between(sum * around / precision, 1.0 / precision.sqrt(), 0.0, 1e6);
    state.loading_centre = centre;
    let squares = (0..count).map(|i| scaled(state, i) - centre).map(|x| x * x).sum();
    state.loading_spread.update(count as f64, squares, draws);
}

/// Centre and degrees of freedom of the variances.
fn variances(data: &Data, state: &mut State, draws: &mut Draws) {
    let count = state.variance.len() as f64;
    let (mut inverses, mut logs) = (0.0, 0.0);
    for variance in &state.variance {
        inverses += 1.0 / variance;
        logs += ln(*variance);
    }
    let rate = 0.5 / (data.scale * data.scale) + 0.5 * state.variance_df * inverses;
    state.variance_centre = draws.gamma(0.5 + 0.5 * count * state.variance_df) / rate;
    let centre = state.variance_centre;
    let odds = SPREADS.map(|df| {
        let a = 0.5 * df;
        count * (a * ln(a * centre) - ln_gamma(a)) - (a + 1.0) * logs - a * centre * inverses
    });
    state.variance_df = SPREADS[draws.choice(&odds)];
}

/// Numbers from a normal distribution between two bounds, whose centre has a normal and whose spread a half-normal
/// prior.
struct Truncated {
    range: (f64, f64),
    centre: (f64, f64),
    spread: f64,
}

impl Truncated {
    /// The narrowest spread.
    const LEAST: f64 = 0.005;

    /// Draws centre and spread anew, given the numbers: random walks of three lengths (Metropolis).
    fn draw(&self, numbers: &[f64], at: &mut (f64, f64), draws: &mut Draws) {
        let count = numbers.len() as f64;
        let (sum, squares) =
            numbers.iter().fold((0.0, 0.0), |(sum, squares), x| (sum + x, squares + x * x));
        let density = |centre: f64, spread: f64| {
            let (low, high) = ((self.range.0 - centre) / spread, (self.range.1 - centre) / spread);
            let mass = normcdf(high) - normcdf(low);
            if !(mass > 1e-9 && spread > Self::LEAST) {
                return f64::NEG_INFINITY;
            }
            let from_prior = (centre - self.centre.0) / self.centre.1;
            let wide = spread / self.spread;
            -0.5 * (squares - 2.0 * centre * sum + count * centre * centre) / (spread * spread)
                - count * ln(spread * mass)
                - 0.5 * (from_prior * from_prior + wide * wide)
                + ln(spread)
        };
        let mut here = density(at.0, at.1);
        // One at a time: the length of a step of the centre goes by the spread, which then has to stand still.
        for (length, is_centre) in
            [(1.0, true), (1.0, false), (2.5, true), (2.5, false), (0.5, false)]
        {
            let step = length * draws.normal() / count.sqrt();
            let (centre, spread) =
                if is_centre { (at.0 + step * at.1, at.1) } else { (at.0, at.1 * exp(0.7 * step)) };
            let there = density(centre, spread);
            if ln(draws.uniform()) < there - here {
                (*at, here) = ((centre, spread), there);
            }
        }
    }
}
