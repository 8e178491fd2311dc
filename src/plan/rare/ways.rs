//! The ways to an event: the most likely path of each.

use super::event::{Event, Points};
use crate::error::Error;
use crate::interrupt::{look, sort};
use crate::plan::headroom::rooms;
use crate::plan::likeliest::length;

/// Ways at most.
const MOST: usize = 24;
/// Searches in a row that find nothing new, after which one stops.
const VAIN: usize = 4;
/// Points closer than this, in standard deviations, are one.
const SAME: f64 = 0.5;
/// A path belongs to a way where it lies no more than so many standard deviations short of it.
const SHORT: f64 = 0.25;

/// The nearest point of each way, the nearest way first.
pub(super) fn ways(event: &Event<'_>, found: &Points) -> Result<Vec<Vec<f64>>, Error> {
    let mut order: Vec<usize> = (0..found.len()).collect();
    let lengths: Vec<f64> = found.scores.iter().map(|z| length(z)).collect();
    sort(&mut order, |a, b| lengths[*a].total_cmp(&lengths[*b]));
    let mut ways: Vec<Vec<f64>> = Vec::new();
    let mut vain = 0;
    for place in order {
        look();
        if ways.len() >= MOST || vain >= VAIN {
            break;
        }
        let from = &found.scores[place];
        if ways.iter().any(|way| belongs(from, way)) {
            continue;
        }
        let way = nearest(event, &eased(event, from)?)?;
        if ways.iter().any(|known| apart(known, &way) < SAME) {
            vain += 1;
        } else {
            vain = 0;
            ways.push(way);
        }
    }
    sort(&mut ways, |a, b| length(a).total_cmp(&length(b)));
    Ok(ways)
}

/// Parts of a number that are tried.
const PARTS: u32 = 8;

/// A path of the event whose numbers that decide in steps are as near to their medians as it allows: those that do
/// not bear on the event, or in its favour, at them; of the others those that it can do without; and what is left
/// as near as nothing changes.
fn eased(event: &Event<'_>, from: &[f64]) -> Result<Vec<f64>, Error> {
    let mut steps: Vec<usize> =
        (0..from.len()).filter(|&k| event.search.is_fixed(k) && from[k] != 0.0).collect();
    if steps.is_empty() {
        return Ok(from.to_vec());
    }
    let with = |path: &[f64], numbers: &[usize], part: f64| {
        let mut path = path.to_vec();
        numbers.iter().for_each(|&k| path[k] *= part);
        path
    };
    let alone = steps.iter().map(|&k| with(from, &[k], 0.0));
    let found = event.look_at(alone.collect())?;
    let mut order: Vec<usize> = (0..steps.len()).collect();
    sort(&mut order, |&a, &b| found.levels[b].total_cmp(&found.levels[a]));
    steps = order.into_iter().map(|place| steps[place]).collect();
    // More and more of them, those that the event needs least first.
    let more = (0..=steps.len()).map(|count| with(from, &steps[..count], 0.0));
    let found = event.look_at(more.collect())?;
    let Some(most) = found.happens.iter().rposition(|happens| *happens) else {
        return Ok(from.to_vec());
    };
    let (now, level) = (found.scores[most].clone(), found.levels[most]);
    let left = &steps[most..];
    let part = |k: u32| f64::from(k) / f64::from(PARTS);
    let tries = left.iter().flat_map(|&k| (1..PARTS).map(move |j| (k, part(j))));
    let tries: Vec<(usize, f64)> = tries.collect();
    let found = event.look_at(tries.iter().map(|&(k, part)| with(&now, &[k], part)).collect())?;
    let mut nearer = now.clone();
    for (&(k, part), here) in tries.iter().zip(&found.levels).rev() {
        // From the largest part on, as long as nothing changes.
        let is_next = nearer[k] == now[k] * (part + 1.0 / f64::from(PARTS));
        if here.to_bits() == level.to_bits() && is_next {
            nearer[k] = now[k] * part;
        }
    }
    let together = event.look_at(vec![nearer])?;
    let happens = together.happens[0];
    let nearer = together.scores.into_iter().next().filter(|_| happens);
    Ok(nearer.unwrap_or(now))
}

/// The nearest point of the event that a search from a path of it finds; the path itself where it finds none
/// that is nearer.
fn nearest(event: &Event<'_>, from: &[f64]) -> Result<Vec<f64>, Error> {
    let targets = event.search.program.targets();
    let ensemble = event.search.run(&[from.to_vec()])?;
    let mut met = vec![false; targets.len()];
    for index in event.condition.targets() {
        met[index] = targets[index].is_met(rooms(&targets[index], &ensemble)?[0]);
    }
    let literals = event.condition.reasons(true, &|index| met[index]);
    let point = event.search.nearest(&literals, from.to_vec())?.map(|(point, _)| point);
    Ok(point.filter(|point| length(point) < length(from)).unwrap_or_else(|| from.to_vec()))
}

/// Does a path lie beyond the plane through the nearest point of a way?
fn belongs(path: &[f64], way: &[f64]) -> bool {
    let distance = length(way);
    let along: f64 = path.iter().zip(way).map(|(a, b)| a * b).sum::<f64>();
    along >= distance * (distance - SHORT)
}

fn apart(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}
