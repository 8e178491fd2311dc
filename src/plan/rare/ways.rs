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
        let way = nearest(event, from)?;
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
