//! The parameters of each series, given those of the panel, the common shock and the weights.

use super::data::Data;
use super::draws::Draws;
use super::state::{HIGHEST, LEAST_MOMENTUM, LOWEST, MOST_MOMENTUM, State, VARIANCES};
use crate::math::ln;

/// How much of what was drawn the figures of the series say, from 0 to 1: of the mean, the persistence, the sd.
pub(super) type Own = [f64; 3];

/// Draws the parameters of one series, and its errors. `work` has room for the periods four times.
pub(super) fn draw(
    data: &Data,
    state: &mut State,
    i: usize,
    draws: &mut Draws,
    work: &mut [f64],
) -> Own {
    let periods = data.periods;
    let places = data.of(i);
    let (before, change) = (&data.before[places.clone()], &data.change[places.clone()]);
    let used = &data.used[places.clone()];
    // Precisions; figures less their skewed part; less what is not in question at the moment.
    let (p, rest) = work.split_at_mut(periods);
    let (y, r) = rest.split_at_mut(periods);
    let inverse = 1.0 / state.variance[i];
    for (t, place) in places.clone().enumerate() {
        p[t] = used[t] * state.weight[place] * inverse;
        y[t] = data.now[place] - state.skewed[place];
    }
    let lowest = if data.momentum { 0.0 } else { LOWEST };
    let (momentum, loading) = (state.momentum[i], state.loading[i]);
    for t in 0..periods {
        r[t] = y[t] - momentum * change[t] - loading * state.common[t];
    }
    let centre = state.panel_mean + data.explained(i, &state.coefficients);
    let around = 1.0 / state.mean_spread.variance;
    let (persistences, tight) =
        (state.persistences, 1.0 / (state.persistences.1 * state.persistences.1));

    // Whether it wanders, with the mean integrated out.
    let (mut total, mut moment, mut square, mut wandering) = (0.0, 0.0, 0.0, 0.0);
    let persistence = state.persistence[i];
    for t in 0..periods {
        let (back, still) = (r[t] - persistence * before[t], r[t] - before[t]);
        total += p[t];
        moment += p[t] * back;
        square += p[t] * back * back;
        wandering += p[t] * still * still;
    }
    let pull = 1.0 - persistence;
    let precision = pull * pull * total + around;
    let middle = pull * moment + centre * around;
    // The squares around the centre, so that large figures lose no digits.
    let gap = pull * centre;
    let (off, squares) = (moment - gap * total, square - gap * (2.0 * moment - gap * total));
    let returns =
        -0.5 * (squares - pull * pull * off * off / precision) - 0.5 * ln(precision / around);
    let odds = [returns + ln(1.0 - state.wandering), -0.5 * wandering + ln(state.wandering)];
    state.wanders[i] = draws.choice(&odds) == 1 && state.may_wander;

    let mut own = [0.0; 3];
    if state.wanders[i] {
        state.mean[i] = centre + state.mean_spread.variance.sqrt() * draws.normal();
        state.persistence[i] =
            draws.normal_between(persistences.0, persistences.1, lowest, HIGHEST);
    } else {
        own[0] = pull * pull * total / precision;
        let mean = middle / precision + draws.normal() / precision.sqrt();
        state.mean[i] = mean;
        let (mut a, mut b) = (tight, tight * persistences.0);
        for t in 0..periods {
            let x = before[t] - mean;
            a += p[t] * x * x;
            b += p[t] * x * (r[t] - mean);
        }
        own[1] = 1.0 - tight / a;
        state.persistence[i] = draws.normal_between(b / a, 1.0 / a.sqrt(), lowest, HIGHEST);
    }
    let (persistence, constant) = state.path(i);

    if data.momentum {
        let tight = 1.0 / (state.momenta.1 * state.momenta.1);
        let (mut a, mut b) = (tight, tight * state.momenta.0);
        for t in 0..periods {
            let rest = y[t] - constant - persistence * before[t] - loading * state.common[t];
            a += p[t] * change[t] * change[t];
            b += p[t] * change[t] * rest;
        }
        state.momentum[i] =
            draws.normal_between(b / a, 1.0 / a.sqrt(), LEAST_MOMENTUM, MOST_MOMENTUM);
    }
    let momentum = state.momentum[i];
    for t in 0..periods {
        r[t] = y[t] - constant - persistence * before[t] - momentum * change[t];
    }
    if data.count > 1 {
        let tight = 1.0 / (state.loading_spread.variance * state.variance[i]);
        let (mut a, mut b) = (tight, tight * state.loading_centre * state.variance[i].sqrt());
        for t in 0..periods {
            let z = state.common[t];
            a += p[t] * z * z;
            b += p[t] * z * r[t];
        }
        state.loading[i] = b / a + draws.normal() / a.sqrt();
    }
    for (t, place) in places.enumerate() {
        state.error[place] = r[t] - state.loading[i] * state.common[t];
    }
    own[2] = data.errors[i] / (data.errors[i] + state.variance_df);
    variance(data, state, i, draws);
    own
}

/// The variance of the errors. The loading and the skewed parts are measured by it, and so have a say: what they
/// add to the inverse gamma is part of the proposal, and the rest decides whether the proposal is taken (Metropolis
/// and Hastings).
fn variance(data: &Data, state: &mut State, i: usize, draws: &mut Draws) {
    let (df, centre, before) = (state.variance_df, state.variance_centre, state.variance[i]);
    let (mut squares, mut cross) = (0.0, 0.0);
    for place in data.of(i) {
        let (weight, skewed) = (data.used[place] * state.weight[place], state.skewed[place]);
        let whole = state.error[place] + skewed;
        squares += weight * whole * whole;
        cross += weight * whole * skewed;
    }
    let (mut count, mut rate, mut cross) =
        (df + data.errors[i], df * centre + squares, cross / before.sqrt());
    if data.count > 1 {
        let (loading, spread) = (state.loading[i], state.loading_spread.variance);
        count += 1.0;
        rate += loading * loading / spread;
        cross += state.loading_centre * loading / spread;
    }
    let proposed = 0.5 * rate / draws.gamma(0.5 * count);
    let gain = cross * (1.0 / proposed.sqrt() - 1.0 / before.sqrt());
    let is_within = proposed > VARIANCES.0 * centre && proposed < VARIANCES.1 * centre;
    if !(is_within && ln(draws.uniform()) < gain) {
        return;
    }
    state.variance[i] = proposed;
    let factor = (proposed / before).sqrt() - 1.0;
    for place in data.of(i) {
        let moved = factor * state.skewed[place];
        state.skewed[place] += moved;
        state.error[place] -= moved;
    }
}
