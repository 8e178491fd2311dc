//! Weights of the errors, their skewness and their degrees of freedom.
//!
//! An error is `sd (skew (1/w - E[1/w]) + z / sqrt(w))` with a standard normal `z` and a weight `w` from a gamma
//! distribution of mean 1 and shape `df / 2`: Student-t where `skew` is 0, else the skewed t of K. Aas and I. H. Haff
//! (2006), The generalised hyperbolic skew Student's t-distribution, with the mean 0.

use super::data::Data;
use super::draws::Draws;
use super::state::{Dfs, State};
use crate::math::ln;

/// Draws the weights, the skewness and the degrees of freedom.
pub(super) fn draw(
    data: &Data,
    state: &mut State,
    skew_sd: f64,
    dfs: &Dfs,
    draws: &mut Draws,
    work: &mut Vec<f64>,
) {
    let (df, mixing) = (state.df, State::usual_mixing(state.df));
    let skew = state.skew;
    // For the skewness: its precision and moment; for the degrees of freedom: sums over the weights.
    let (mut precision, mut moment) = (1.0 / (skew_sd * skew_sd), 0.0);
    let (mut logs, mut sum, mut count) = (0.0, 0.0, 0.0);
    for i in 0..data.count {
        let inverse = 1.0 / state.variance[i].sqrt();
        for place in data.of(i) {
            if data.used[place] == 0.0 {
                continue;
            }
            let x = (state.error[place] + state.skewed[place]) * inverse;
            let moved = x + skew * mixing;
            let new = draws.gamma(0.5 * (df + 1.0)) / (0.5 * (df + moved * moved));
            // Of the density of a weight the gamma lacks the factor exp(-skew^2 / (2 w)).
            let old = state.weight[place];
            if skew == 0.0 || ln(draws.uniform()) < -0.5 * skew * skew * (1.0 / new - 1.0 / old) {
                state.weight[place] = new;
            }
            let weight = state.weight[place];
            let z = 1.0 / weight - mixing;
            precision += weight * z * z;
            moment += weight * z * x;
            (logs, sum, count) = (logs + ln(weight), sum + weight, count + 1.0);
        }
    }
    if skew_sd > 0.0 {
        state.skew = moment / precision + draws.normal() / precision.sqrt();
    }
    let skew = state.skew;
    let (total, mut tilted) = (sum, 0.0);
    if skew != 0.0 {
        for i in 0..data.count {
            let inverse = 1.0 / state.variance[i].sqrt();
            for place in data.of(i).filter(|place| data.used[*place] > 0.0) {
                let x = (state.error[place] + state.skewed[place]) * inverse;
                tilted += state.weight[place] * x - skew;
            }
        }
    }
    if data.count > 1 {
        for weight in &state.common_weight {
            (logs, sum, count) = (logs + ln(*weight), sum + weight, count + 1.0);
        }
    }
    work.clear();
    work.extend(dfs.0.iter().map(|(df, constant)| {
        let mixing = skew * State::usual_mixing(*df);
        count * constant + 0.5 * df * (logs - sum) - mixing * (tilted + 0.5 * total * mixing)
    }));
    state.df = dfs.0[draws.choice(work)].0;
    let mixing = State::usual_mixing(state.df);
    if skew != 0.0 {
        for i in 0..data.count {
            let sd = state.variance[i].sqrt();
            for place in data.of(i).filter(|place| data.used[*place] > 0.0) {
                let skewed = sd * skew * (1.0 / state.weight[place] - mixing);
                state.error[place] += state.skewed[place] - skewed;
                state.skewed[place] = skewed;
            }
        }
    }
}
