//! A setting that is enough, made cheaper.

use super::cheapest::Cheapest;
use super::grid::STEPS;
use super::trial::Trial;
use crate::error::Error;

impl Cheapest<'_> {
    /// Levers that need not be moved go back to where they stand.
    pub(super) fn put_back(&mut self, trial: &mut Trial<'_>) -> Result<(), Error> {
        for (k, grid) in self.grids.iter().enumerate() {
            let Some((mut point, cost)) = self.best.clone() else { return Ok(()) };
            if point[k] == grid.now {
                continue;
            }
            point[k] = grid.now;
            let share = trial.share(&point)?;
            let saved = trial.cost(&point);
            if share.probability.value >= self.enough && saved <= cost {
                self.best = Some((point, saved));
            }
        }
        Ok(())
    }

    /// Levers without steps, one after the other: between the setting and the next cheaper one.
    pub(super) fn refine(&mut self, trial: &mut Trial<'_>) -> Result<(), Error> {
        for (k, grid) in self.grids.iter().enumerate().filter(|(_, grid)| grid.continuous) {
            let Some((point, _)) = self.best.clone() else { return Ok(()) };
            let mut cheaper =
                grid.neighbours(point[k]).filter(|x| grid.cost(*x) < grid.cost(point[k]));
            let Some(mut short) = cheaper.next() else { continue };
            let precise = 1e-6 * (point[k] - short).abs() * STEPS as f64;
            let mut good = point[k];
            while (good - short).abs() > precise {
                let mut middle = point.clone();
                middle[k] = f64::midpoint(good, short);
                let share = trial.share(&middle)?;
                self.offer(trial, &middle, share);
                if share.probability.value >= self.enough {
                    good = middle[k];
                } else {
                    short = middle[k];
                }
            }
        }
        Ok(())
    }
}
