//! The Gibbs sampler: sweeps over common shocks, series, weights and the panel's parameters.

use ndarray::Array2;

use super::data::Data;
use super::draws::Draws;
use super::panel::Panel;
use super::posterior::{Peers, Posterior};
use super::prior::Prior;
use super::settings::Settings;
use super::state::{Dfs, State};
use super::{common, each, hyper, tails};
use crate::interrupt::look;

/// A posterior of so many rows, one for each sweep after the burn-in.
pub(super) fn sample(panel: &Panel, data: &Data, prior: &Prior, settings: &Settings) -> Posterior {
    let (rows, count) = (settings.rows, data.count);
    let mut draws = Draws::new(settings.seed, "fit");
    let mut state = State::new(data, prior);
    let dfs = Dfs::new();
    let mut work = Vec::new();
    let mut room = vec![0.0; 3 * data.periods];
    let blank = || Array2::zeros((rows, count));
    let (mut mean, mut persistence, mut momentum) = (blank(), blank(), blank());
    let (mut sd, mut loading) = (blank(), blank());
    let mut weights = vec![0.0; count * data.periods];
    let mut own = Array2::zeros((count, 3));
    let mut peers = Peers::default();
    for sweep in 0..settings.burn_in + rows {
        look();
        let row = sweep.checked_sub(settings.burn_in);
        state.may_wander = sweep >= settings.burn_in / 4;
        if count > 1 {
            common::draw(data, &mut state, &mut draws, &mut work);
        }
        for i in 0..count {
            let share = each::draw(data, &mut state, i, &mut draws, &mut room);
            if row.is_some() {
                (0..3).for_each(|k| own[[i, k]] += share[k]);
            }
        }
        tails::draw(data, &mut state, prior.skew, &dfs, &mut draws, &mut work);
        hyper::draw(data, prior, &mut state, &mut draws);
        let Some(row) = row else { continue };
        for i in 0..count {
            let at = [row, i];
            mean[at] = if state.wanders[i] { data.last[i] } else { state.mean[i] };
            persistence[at] = state.path(i).0;
            momentum[at] = state.momentum[i];
            sd[at] = state.variance[i].sqrt();
            loading[at] = state.loading[i];
        }
        weights.iter_mut().zip(&state.weight).for_each(|(sum, weight)| *sum += weight);
        remember(&state, &mut peers);
    }
    let part = 1.0 / rows as f64;
    own.mapv_inplace(|x| x * part);
    let df = median(&peers.df);
    // From the scale of a t variable to its sd.
    let widen = State::usual_mixing(df).sqrt();
    sd.mapv_inplace(|x| x * widen);
    loading.mapv_inplace(|x| x * widen);
    let weight_of = |(i, period): (usize, usize)| {
        let place = period.checked_sub(data.first).map(|t| i * data.periods + t);
        place
            .filter(|place| data.used[*place] > 0.0)
            .map_or(f64::NAN, |place| weights[place] * part)
    };
    Posterior {
        names: panel.series.iter().map(|series| series.name.clone()).collect(),
        mean,
        persistence,
        momentum,
        sd,
        loading,
        df,
        weights: Array2::from_shape_fn((count, panel.periods()), weight_of),
        own,
        peers,
    }
}

fn remember(state: &State, peers: &mut Peers) {
    peers.mean.push(state.panel_mean);
    peers.mean_spread.push(state.mean_spread.variance.sqrt());
    peers.persistence.push(state.persistences.0);
    peers.persistence_spread.push(state.persistences.1);
    peers.momentum.push(state.momenta.0);
    peers.unit_root.push(state.wandering);
    peers.sd.push(state.variance_centre.sqrt());
    peers.loading.push(if state.mean.len() > 1 { state.loading_centre } else { 0.0 });
    peers.df.push(state.df);
    peers.skew.push(state.skew);
    peers.coefficients.push(state.coefficients.clone());
}

/// The upper median.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    sorted[sorted.len() / 2]
}
