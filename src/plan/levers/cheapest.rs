//! The search for the cheapest setting that is enough: a climb, then branch and bound.

use super::climb::climb;
use super::grid::Grid;
use super::trial::{Point, Trial};
use crate::error::Error;
use crate::summary::Share;

/// The cheapest setting that is enough, and its cost.
type Best = Option<(Point, f64)>;

/// What is known of the cheapest setting that is enough.
pub(super) struct Cheapest<'a> {
    pub(super) grids: &'a [Grid],
    /// The probability that is enough.
    pub(super) enough: f64,
    pub(super) most: usize,
    pub(super) best: Best,
    /// Was the search cut short?
    pub(super) cut: bool,
    /// For each lever the settings from where it stands to its better end, the cheapest first.
    pub(super) useful: Vec<Vec<f64>>,
}

impl<'a> Cheapest<'a> {
    pub(super) fn new(grids: &'a [Grid], enough: f64, most: usize) -> Self {
        Self { grids, enough, most, best: None, cut: false, useful: Vec::new() }
    }

    /// Takes a setting where it is enough and cheaper than the best so far.
    pub(super) fn offer(&mut self, trial: &Trial<'_>, point: &Point, share: Share) {
        let cost = trial.cost(point);
        let cheaper = self.best.as_ref().is_none_or(|(_, best)| cost < *best);
        if share.probability.value >= self.enough && cheaper {
            self.best = Some((point.clone(), cost));
        }
    }

    /// Looks for settings that are enough: a climb, then branch and bound.
    pub(super) fn look_for_one(&mut self, trial: &mut Trial<'_>) -> Result<(), Error> {
        let strongest = self.strongest(trial)?;
        self.useful =
            self.grids.iter().zip(&strongest).map(|(grid, end)| grid.towards(*end)).collect();
        let (at, share) = climb(trial, &self.useful, self.enough, self.most)?;
        self.offer(trial, &at, share);
        let share = trial.share(&strongest)?;
        self.offer(trial, &strongest, share);
        if self.best.is_some() {
            self.branch(trial, &strongest, &mut Vec::new())?;
        }
        Ok(())
    }

    /// Where each lever helps most: one of its ends, half way there, or where it stands.
    fn strongest(&self, trial: &mut Trial<'_>) -> Result<Point, Error> {
        let mut at: Point = self.grids.iter().map(|grid| grid.now).collect();
        for (k, grid) in self.grids.iter().enumerate() {
            let places: Vec<Point> = grid
                .landmarks()
                .into_iter()
                .map(|x| {
                    let mut point = at.clone();
                    point[k] = x;
                    point
                })
                .collect();
            let found = trial.shares(&places)?;
            let mut best = 0;
            for (place, share) in found.iter().enumerate() {
                if share.probability.value > found[best].probability.value {
                    best = place;
                }
            }
            at[k] = places[best][k];
        }
        Ok(at)
    }

    /// Settings of the levers that are not yet fixed.
    pub(super) fn branch(
        &mut self,
        trial: &mut Trial<'_>,
        strongest: &Point,
        fixed: &mut Point,
    ) -> Result<(), Error> {
        let k = fixed.len();
        let grid = &self.grids[k];
        let spent: f64 = self.grids.iter().zip(&*fixed).map(|(grid, x)| grid.cost(*x)).sum();
        let places = self.useful[k].clone();
        // The levers that are open cost nothing where they stand.
        let affordable = |x: f64, best: &Best| {
            best.as_ref().is_none_or(|(_, best)| spent + grid.cost(x) < *best - 1e-12)
        };
        let with = |x: f64, fixed: &Point| -> Point {
            let mut point = fixed.clone();
            point.push(x);
            point.extend(&strongest[k + 1..]);
            point
        };
        if k + 1 == self.grids.len() {
            return self.last(trial, &places, &with, fixed, &affordable);
        }
        for x in places {
            if trial.tried.len() >= self.most {
                self.cut = true;
                return Ok(());
            }
            if !affordable(x, &self.best) {
                continue;
            }
            let bound = trial.share(&with(x, fixed))?;
            if bound.probability.value < self.enough {
                continue;
            }
            fixed.push(x);
            self.branch(trial, strongest, fixed)?;
            fixed.pop();
        }
        Ok(())
    }

    /// The cheapest setting of the last lever that is enough, by bisection over those that are
    /// affordable.
    fn last(
        &mut self,
        trial: &mut Trial<'_>,
        places: &[f64],
        with: &dyn Fn(f64, &Point) -> Point,
        fixed: &Point,
        affordable: &dyn Fn(f64, &Best) -> bool,
    ) -> Result<(), Error> {
        let open = places.iter().take_while(|x| affordable(**x, &self.best)).count();
        if open == 0 {
            return Ok(());
        }
        let (mut low, mut high) = (0, open - 1);
        let last = with(places[high], fixed);
        let share = trial.share(&last)?;
        if share.probability.value < self.enough {
            return Ok(());
        }
        self.offer(trial, &last, share);
        while low < high {
            let middle = usize::midpoint(low, high);
            let point = with(places[middle], fixed);
            let share = trial.share(&point)?;
            self.offer(trial, &point, share);
            if share.probability.value >= self.enough { high = middle } else { low = middle + 1 }
        }
        Ok(())
    }
}
