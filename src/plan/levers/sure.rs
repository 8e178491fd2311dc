//! How sure it is that no cheaper setting is enough.

use super::cheapest::Cheapest;
use super::grid::Grid;
use super::trial::{BATCH, Point, Trial};
use crate::error::Error;
use crate::interrupt::look;
use crate::summary::Share;

/// Settings that are tried to make sure, where levers seem to keep their direction.
const FEW: usize = 400;
/// Settings of a grid at most that is walked through.
const WALKED: usize = 100_000;
/// Corners at most that are tried with where levers stand among them.
const CORNERS: usize = 250;

impl Cheapest<'_> {
    /// Makes sure of what was found, within the number of settings that may be tried: tries all cheaper settings
    /// where they are few; else the corners of the grid, and all cheaper settings where a lever was seen to turn
    /// there or before. Is it sure then?
    pub(super) fn make_sure(&mut self, trial: &mut Trial<'_>) -> Result<bool, Error> {
        if self.try_cheaper(trial, FEW)? {
            return Ok(true);
        }
        let corners = corners(self.grids, self.left(trial));
        let looked = corners.is_some();
        let mut strongest: Option<(Point, Share)> = None;
        if let Some(corners) = corners {
            let shares = trial.shares(&corners)?;
            for (corner, share) in corners.into_iter().zip(shares) {
                self.offer(trial, &corner, share);
                let p = share.probability.value;
                if strongest.as_ref().is_none_or(|(_, best)| p > best.probability.value) {
                    strongest = Some((corner, share));
                }
            }
        }
        if let Some((corner, _)) = strongest.filter(|(_, s)| s.probability.value >= self.enough) {
            self.useful =
                self.grids.iter().zip(&corner).map(|(grid, end)| grid.towards(*end)).collect();
            self.branch(trial, &corner, &mut Vec::new())?;
        }
        let seems_sure = looked && !self.cut && is_monotone(trial);
        Ok(seems_sure || self.try_cheaper(trial, usize::MAX)?)
    }

    /// Tries all cheaper settings that nobody has tried, the cheapest first, up to one that is enough; all
    /// settings where none is known to be. Does nothing, and says so, where they are too many.
    fn try_cheaper(&mut self, trial: &mut Trial<'_>, most: usize) -> Result<bool, Error> {
        let most = most.min(self.left(trial));
        let below = self.best.as_ref().map_or(f64::INFINITY, |(_, cost)| *cost - 1e-12);
        let Some(open) = untried(self.grids, trial, below, most) else { return Ok(false) };
        for batch in open.chunks(BATCH) {
            let shares = trial.shares(batch)?;
            let found =
                batch.iter().zip(&shares).find(|(_, share)| share.probability.value >= self.enough);
            if let Some((point, share)) = found {
                self.offer(trial, point, *share);
                break;
            }
        }
        Ok(true)
    }

    /// How many settings may still be tried.
    fn left(&self, trial: &Trial<'_>) -> usize {
        self.most.saturating_sub(trial.tried.len())
    }
}

/// The settings below a cost that were not tried, the cheapest first; none where they are more than so many.
fn untried(grids: &[Grid], trial: &Trial<'_>, below: f64, most: usize) -> Option<Vec<Point>> {
    if grids.iter().try_fold(1, |all: usize, grid| all.checked_mul(grid.values.len()))? > WALKED {
        return None;
    }
    let mut points: Vec<(Point, f64)> = vec![(Vec::new(), 0.0)];
    for grid in grids {
        let more = |(point, cost): &(Point, f64)| {
            let (point, cost) = (point.clone(), *cost);
            let with = move |x: &f64| ([point.as_slice(), &[*x]].concat(), cost + grid.cost(*x));
            grid.values.iter().map(with).collect::<Vec<_>>()
        };
        points = points.iter().flat_map(more).filter(|(_, cost)| *cost < below).collect();
    }
    let open = points.into_iter().map(|(point, _)| point).filter(|point| !trial.has_tried(point));
    let mut open: Vec<Point> = open.take(most.saturating_add(1)).collect();
    open.sort_by(|a, b| trial.by_cost(a, b));
    (open.len() <= most).then_some(open)
}

/// Each lever at its ends, with those of all others, and where it stands too if that is not too many; none where
/// the ends alone are more than so many.
fn corners(grids: &[Grid], most: usize) -> Option<Vec<Point>> {
    let ends = |grid: &Grid| [grid.values[0], grid.values[grid.values.len() - 1]];
    let with_now = 3_usize.checked_pow(grids.len() as u32).is_some_and(|all| all <= CORNERS);
    let mut points: Vec<Point> = vec![Vec::new()];
    for grid in grids {
        let mut places = ends(grid).to_vec();
        if with_now && !places.contains(&grid.now) {
            places.push(grid.now);
        }
        let with = |point: &Point| -> Vec<Point> {
            places.iter().map(|x| [point.as_slice(), &[*x]].concat()).collect()
        };
        points = points.iter().flat_map(with).collect();
        if points.len() > most {
            return None;
        }
    }
    Some(points)
}

/// Does every lever keep its direction, wherever the others are, in all that was tried? Settings have common
/// random numbers, so that what a lever does is in no path chance. Where nothing has any chance no direction shows.
fn is_monotone(trial: &Trial<'_>) -> bool {
    let all = trial.all();
    if all.iter().all(|(_, _, share)| share.probability.value == 0.0) {
        return false;
    }
    let keeps = |k: usize| {
        // Pairs that differ in this lever only.
        let (mut up, mut down) = (false, false);
        for (a, _, p) in &all {
            look();
            for (b, _, q) in &all {
                let alone = a.iter().zip(b).enumerate().all(|(i, (x, y))| i == k || x == y);
                if alone && a[k] < b[k] {
                    up |= q.probability.value > p.probability.value;
                    down |= q.probability.value < p.probability.value;
                }
            }
        }
        !(up && down)
    };
    (0..trial.grids.len()).all(keeps)
}
