//! A greedy climb by probability per cost, which gives the search a first setting that is enough.

use super::trial::{Point, Trial};
use crate::error::Error;
use crate::summary::Share;

/// Climbs from where the levers stand until a setting is enough, no step helps, or the most that may be were tried.
pub(super) fn climb(
    trial: &mut Trial<'_>,
    settings: &[Vec<f64>],
    enough: f64,
    most: usize,
) -> Result<(Point, Share), Error> {
    let mut at: Point = trial.grids.iter().map(|grid| grid.now).collect();
    let mut share = trial.share(&at)?;
    while share.probability.value < enough && trial.tried.len() < most {
        let Some((next, found)) = step_up(trial, settings, &at, share)? else { break };
        (at, share) = (next, found);
    }
    Ok((at, share))
}

/// The step of one lever that brings most probability for its cost, among settings that are given the
/// cheapest first; further ones where the next step of none helps.
fn step_up(
    trial: &mut Trial<'_>,
    settings: &[Vec<f64>],
    at: &Point,
    share: Share,
) -> Result<Option<(Point, Share)>, Error> {
    let longest = settings.iter().map(Vec::len).max().unwrap_or(0);
    let mut reach = 1;
    while reach < longest {
        let mut moves: Vec<Point> = Vec::new();
        for (k, order) in settings.iter().enumerate() {
            let index = order.iter().position(|x| *x == at[k]);
            if let Some(&next) = index.and_then(|index| order.get(index + reach)) {
                let mut point = at.clone();
                point[k] = next;
                moves.push(point);
            }
        }
        let found = trial.shares(&moves)?;
        let spent = trial.cost(at);
        let worth = |(point, found): &(Point, Share)| {
            let gain = found.probability.value - share.probability.value;
            let price = trial.cost(point) - spent;
            if gain <= 0.0 { f64::NEG_INFINITY } else { gain / price.max(1e-300) }
        };
        let best = moves
            .into_iter()
            .zip(found)
            .filter(|step| worth(step) > 0.0)
            .max_by(|a, b| worth(a).total_cmp(&worth(b)));
        if best.is_some() {
            return Ok(best);
        }
        reach *= 2;
    }
    Ok(None)
}
