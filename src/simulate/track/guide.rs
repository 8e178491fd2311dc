//! The guide of a scenario: observations linearised around their most likely explanation.
//!
//! Everything random in a path is a vector `z` of standard normal scores with correlations `C`. In
//! a space of its own (plain, log or logit, whichever is closest to linear) an observation is about
//! `A z`, and the scores given all observations about normal. Found by Gauss and Newton's method;
//! exact where the model is linear after its transforms.

use super::algebra::{Matrix, solve, zeros};
use super::cells::Cells;
use super::coordinates::Coordinates;
use super::linear::{Groups, Linear, between, covariance, gains, mode};
use super::pairs::{Step, Unmoved};
use super::probe::Probe;
use super::starts::{Search, Starts};
use super::transform::Transform;
use crate::compile::Inner;
use crate::math::{exp, ln};
use crate::model::Process;
use crate::sample::ln_normal_density;

/// Steps until a mode is taken as it is.
const MOST: usize = 60;
/// The longest step, in standard deviations.
const LONGEST: f64 = 3.0;

/// What leads the paths of all scenarios through the outturns.
#[derive(Debug)]
pub(in crate::simulate) struct Guides {
    pub(in crate::simulate) cells: Cells,
    pub(in crate::simulate) coordinates: Coordinates,
    /// One for each scenario that is run.
    pub(in crate::simulate) each: Vec<Guide>,
}

impl Guides {
    /// In how many simulated periods paths choose their events.
    pub(in crate::simulate) fn places(&self) -> usize {
        self.each.iter().map(|guide| guide.starts.places).max().unwrap_or(0)
    }
}

/// What leads the paths of one scenario.
#[derive(Debug, Clone, Default)]
pub(in crate::simulate) struct Guide {
    /// Which coordinates observations move.
    pub(super) active: Vec<bool>,
    pub(super) transforms: Vec<Transform>,
    /// `A`, one row for each observation.
    pub(super) slopes: Matrix,
    /// `C A' (A C A' + noise)^-1`, transposed: one row for each observation.
    pub(super) gains: Matrix,
    /// `b`: what `A z` should be.
    pub(super) target: Vec<f64>,
    /// Standard deviation of the measurement error, in the space of the observation.
    pub(super) noise: Vec<f64>,
    pub(super) events: Vec<EventSlope>,
    pub(super) starts: Starts,
    /// Is the observation solved for? Else it is only weighed.
    pub(super) solved: Vec<bool>,
    /// How what is missing moves the score of the error of each observation that is solved for.
    pub(super) errors: Matrix,
    /// Lower Cholesky factor of `A C A' + noise`.
    pub(super) factor: Matrix,
    /// What does not depend on the path in the logarithm of its weight.
    pub(super) ln_constant: f64,
    pub(super) steps: Vec<Step>,
}

/// What an addition to a shock does to the observations.
#[derive(Debug, Clone)]
pub(super) struct EventSlope {
    /// Its place among the shocks that events touch.
    pub(super) shock: usize,
    pub(super) place: usize,
    pub(super) slopes: Vec<f64>,
}
/// The scale on which each observation is closest to linear: by the second differences over one
/// standard deviation of every score.
pub(super) fn transforms(program: &Inner, cells: &Cells, probe: &mut Probe<'_>) -> Vec<Transform> {
    let (mode, steps) = (probe.somewhere(), vec![1.0; probe.coordinates.len()]);
    let found = probe.differences(&mode, &steps);
    let bend = |k: usize, transform: Transform| {
        let centre = transform.of(found.centre[k]);
        let pairs = || found.plus[k].iter().zip(&found.minus[k]);
        let (mut bent, mut moved) = (0.0, 0.0);
        for (plus, minus) in pairs() {
            let (plus, minus) = (transform.of(*plus), transform.of(*minus));
            bent += (plus + minus - 2.0 * centre).abs();
            moved += (plus - minus).abs();
        }
        if (bent + moved).is_finite() { bent / moved.max(1e-300) } else { f64::INFINITY }
    };
    let choose = |(k, cell): (usize, &super::cells::Cell)| {
        let name = program.model.indicators.get_index(cell.indicator as usize);
        let process = name.and_then(|(_, indicator)| indicator.process.as_ref());
        let limits = process.and_then(Process::limits);
        let all = Transform::candidates(cell.value, limits);
        let best = all.into_iter().map(|transform| (bend(k, transform), transform));
        best.min_by(|a, b| a.0.total_cmp(&b.0)).map_or(Transform::Plain, |(_, best)| best)
    };
    cells.observed.iter().enumerate().map(choose).collect()
}

/// Builds guides.
pub(super) struct Builder<'a, 'p> {
    pub(super) program: &'a Inner,
    pub(super) cells: &'a Cells,
    pub(super) probe: &'a mut Probe<'p>,
    pub(super) transforms: Vec<Transform>,
    /// Exact observations that the others imply or nothing moves: they have no part in the guide.
    pub(super) idle: Vec<usize>,
}

impl Builder<'_, '_> {
    /// The guide; and what exact observations no unknown is left for.
    pub(super) fn build(mut self) -> (Guide, Vec<Unmoved>) {
        let groups = self.probe.coordinates.groups(&self.program.draws);
        let noise = self.noise();
        let mut linear = self.linearised(vec![0.0; self.probe.coordinates.len()]);
        let mut unmoved = self.steps(&linear, &groups).1;
        self.idle = unmoved.iter().map(Unmoved::cell).collect();
        linear.leave_out(&self.idle);
        for _ in 0..MOST {
            let Some(next) = mode(&linear, &groups, &noise) else { break };
            let step = next.iter().zip(&linear.mode).map(|(a, b)| (a - b).abs());
            let step = step.fold(0.0, f64::max);
            let mut share = (LONGEST / step).min(1.0);
            let mut found = self.linearised(between(&linear.mode, &next, share));
            while !found.is_finite() && share > 1e-3 {
                share /= 2.0;
                found = self.linearised(between(&linear.mode, &next, share));
            }
            if !found.is_finite() {
                break;
            }
            linear = found;
            if step < 1e-9 {
                break;
            }
        }
        let steps = self.steps(&linear, &groups).0;
        unmoved.iter_mut().for_each(|unmoved| unmoved.look_up(&linear.centre));
        let guide = self.finish(&linear, &groups, noise, steps);
        (guide, unmoved)
    }

    fn noise(&self) -> Vec<f64> {
        let cells = self.cells.observed.iter().zip(&self.transforms);
        cells.map(|(cell, t)| cell.sd * exp(t.ln_slope(cell.value))).collect()
    }

    fn linearised(&mut self, mode: Vec<f64>) -> Linear {
        let steps = self.probe.steps();
        let found = self.probe.differences(&mode, &steps);
        let (mut slopes, mut missing) = (Vec::new(), Vec::new());
        for (k, (cell, transform)) in self.cells.observed.iter().zip(&self.transforms).enumerate() {
            missing.push(transform.of(cell.value) - transform.of(found.centre[k]));
            let pairs = found.plus[k].iter().zip(&found.minus[k]).zip(&steps);
            let slope = |((plus, minus), step): ((&f64, &f64), &f64)| {
                let slope = (transform.of(*plus) - transform.of(*minus)) / (2.0 * step);
                if slope.is_finite() { slope } else { 0.0 }
            };
            slopes.push(pairs.map(slope).collect());
        }
        let mut linear = Linear { mode, missing, slopes, centre: found.centre };
        linear.leave_out(&self.idle);
        linear
    }

    fn finish(
        &mut self,
        linear: &Linear,
        groups: &Groups,
        noise: Vec<f64>,
        steps: Vec<Step>,
    ) -> Guide {
        let (spread, factor) = covariance(&linear.slopes, groups, &noise);
        let size = noise.len();
        let identity =
            || (0..size).map(|k| (0..size).map(|j| f64::from(u8::from(j == k))).collect());
        // Without a factor nothing is moved, and the weights tell.
        let (gains, factor) = match factor {
            Some(factor) => (gains(&spread, &factor), factor),
            None => (zeros(size, linear.mode.len()), identity().collect()),
        };
        let mut ln_constant: f64 = factor.iter().enumerate().map(|(k, row)| -ln(row[k])).sum();
        ln_constant += size as f64 * ln_normal_density(0.0);
        let counted: Vec<usize> = steps
            .iter()
            .flat_map(|step| step.pivots.iter().filter(|p| p.is_count()).map(|p| p.cell))
            .collect();
        for (k, cell) in self.cells.observed.iter().enumerate() {
            if cell.is_exact() && !counted.contains(&k) {
                ln_constant += self.transforms[k].ln_slope(cell.value);
            }
        }
        let mut active = vec![false; linear.mode.len()];
        for rows in [&linear.slopes, &gains] {
            for row in rows {
                active.iter_mut().zip(row).for_each(|(active, entry)| *active |= *entry != 0.0);
            }
        }
        for (members, _) in groups {
            if members.iter().any(|&k| active[k]) {
                members.iter().for_each(|&k| active[k] = true);
            }
        }
        let mut solved = vec![false; size];
        steps.iter().flat_map(|step| &step.pivots).for_each(|pivot| solved[pivot.cell] = true);
        let errors = noise.iter().enumerate().map(|(k, noise)| {
            let mut row = vec![0.0; size];
            row[k] = *noise;
            if *noise > 0.0 && solved[k] {
                solve(&factor, &mut row);
            }
            row
        });
        let errors = errors.collect();
        let (events, target) = (self.event_slopes(&linear.mode), linear.target());
        let starts = Search {
            events: &self.program.draws.events,
            chances: &self.probe.chances(),
            slopes: &events,
            shocks: self.probe.touched(),
            places: self.cells.places(self.program),
            factor: &factor,
            target: &target,
        };
        Guide {
            active,
            transforms: self.transforms.clone(),
            starts: starts.starts(),
            target,
            slopes: linear.slopes.clone(),
            gains,
            noise,
            solved,
            errors,
            events,
            factor,
            ln_constant,
            steps,
        }
    }

    fn event_slopes(&mut self, mode: &[f64]) -> Vec<EventSlope> {
        let found = self.probe.event_differences(mode);
        let mut events = Vec::new();
        for (shock, place, step, plus, minus) in found {
            let pairs = plus.iter().zip(&minus).zip(&self.transforms);
            let slopes: Vec<f64> = pairs
                .map(|((plus, minus), transform)| {
                    let slope = (transform.of(*plus) - transform.of(*minus)) / (2.0 * step);
                    if slope.is_finite() { slope } else { 0.0 }
                })
                .collect();
            if slopes.iter().any(|slope| *slope != 0.0) {
                events.push(EventSlope { shock, place, slopes });
            }
        }
        events
    }
}
