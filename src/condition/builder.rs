//! How a proposal is fitted to observations: by Gauss and Newton's method to the mode, where the model is
//! linearised.

use super::algebra::solve;
use super::cells::{Cell, Cells};
use super::event_search::tree_of_likely;
use super::event_starts::{EventSlope, EventStarts};
use super::linear::{Groups, Linear, between, covariance, gains, mode};
use super::pairs::ObservedPeriod;
use super::probe::Probe;
use super::proposal::Proposal;
use super::roles::{Pairing, Roles};
use super::shape::{Shape, shapes};
use super::transform::Transform;
use super::unknowns::Unknowns;
use crate::compile::Inner;
use crate::math::ln;
use crate::sample::ln_normal_density;

/// Steps until a mode is taken as it is.
const MOST: usize = 60;
/// The longest step, in standard deviations.
const LONGEST: f64 = 3.0;

/// A proposal, and what is known of the observations.
#[derive(Default)]
pub(super) struct Built {
    pub(super) proposal: Proposal,
    /// Exact observations that no unknown is left for, and what they are at the mode.
    pub(super) checked: Vec<(usize, f64)>,
    /// Exact observations whose places a search would not all see.
    pub(super) unseen: Vec<usize>,
    /// Is every observation a straight line in its scores? Then the proposal is the posterior.
    pub(super) is_straight: bool,
}

/// Builds proposals.
pub(super) struct Builder<'a, 'p> {
    program: &'a Inner,
    cells: &'a Cells,
    probe: &'a mut Probe<'p>,
    shapes: Vec<Shape>,
    transforms: Vec<Transform>,
    /// Which observations have no part in the linear model.
    is_out: Vec<bool>,
}

impl<'a, 'p> Builder<'a, 'p> {
    pub(super) fn new(program: &'a Inner, cells: &'a Cells, probe: &'a mut Probe<'p>) -> Self {
        let mut builder = Self {
            program,
            cells,
            probe,
            shapes: Vec::new(),
            transforms: Vec::new(),
            is_out: vec![false; cells.observed.len()],
        };
        builder.read_shapes(None);
        builder
    }

    /// Reads shapes off at likely points, and around a mode.
    fn read_shapes(&mut self, mode: Option<&[f64]>) {
        self.shapes = shapes(self.program, self.cells, self.probe, mode);
        self.transforms = self.shapes.iter().map(|shape| shape.transform).collect();
    }

    fn pairing(&self) -> Pairing<'_, 'p> {
        let (program, cells) = (self.program, self.cells);
        Pairing { program, cells, shapes: &self.shapes, is_out: &self.is_out, probe: &*self.probe }
    }

    /// The proposal, and what is known of the observations.
    pub(super) fn build(mut self) -> Built {
        let groups = self.probe.coordinates.groups(&self.program.random);
        let start = vec![0.0; self.probe.coordinates.len()];
        let start = self.linearised(start);
        let mut roles = self.roles(&start, &groups);
        let mut linear = self.to_mode(start, &groups);
        // What is straight at likely points may be bent where the outturns are.
        if self.is_out.contains(&false) {
            let (before, mode) = (self.is_out.clone(), linear.mode.clone());
            self.read_shapes(Some(&mode));
            let start = self.linearised(vec![0.0; mode.len()]);
            roles = self.roles(&start, &groups);
            if self.is_out != before {
                linear = self.to_mode(start, &groups);
            }
        }
        let mut noise = self.noise();
        if covariance(&linear.slopes, &groups, &noise).1.is_none() {
            // No linear model: nothing is moved, and the weights tell.
            self.is_out.fill(true);
            linear.leave_out(&self.is_out);
            noise.fill(0.0);
        }
        let unseen = roles.iter().flat_map(|roles| roles.unseen.clone()).collect();
        let checked = roles.iter().flat_map(|roles| roles.checked.clone());
        let checked = checked.map(|cell| (cell, linear.centre[cell])).collect();
        let pairing = self.pairing();
        let period = |roles| pairing.period(roles, &linear, &groups);
        let periods = roles.into_iter().map(period).collect();
        let is_straight = self.shapes.iter().all(|shape| shape.is_straight);
        Built {
            proposal: self.finish(&linear, &groups, noise, periods),
            checked,
            unseen,
            is_straight,
        }
    }

    /// What answers for what, and with it which observations the linear model has.
    fn roles(&mut self, linear: &Linear, groups: &Groups) -> Vec<Roles> {
        let roles = self.pairing().roles(linear, groups);
        self.is_out.fill(false);
        for &cell in roles.iter().flat_map(|roles| &roles.left_out) {
            self.is_out[cell] = true;
        }
        roles
    }

    /// The observations linearised at their most likely explanation.
    fn to_mode(&mut self, mut linear: Linear, groups: &Groups) -> Linear {
        linear.leave_out(&self.is_out);
        let noise = self.noise();
        for _ in 0..MOST {
            let Some(next) = mode(&linear, groups, &noise) else { break };
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
        linear
    }

    fn noise(&self) -> Vec<f64> {
        let cells = self.cells.observed.iter().zip(&self.transforms).zip(&self.is_out);
        let noise = |((cell, transform), is_out): ((&Cell, &Transform), &bool)| {
            if *is_out { 0.0 } else { transform.error(cell.value, cell.sd) }
        };
        cells.map(noise).collect()
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
        let raw = slopes.clone();
        let mut linear = Linear { mode, missing, slopes, raw, centre: found.centre };
        linear.leave_out(&self.is_out);
        linear
    }

    fn finish(
        &mut self,
        linear: &Linear,
        groups: &Groups,
        noise: Vec<f64>,
        periods: Vec<ObservedPeriod>,
    ) -> Proposal {
        let (spread, factor) = covariance(&linear.slopes, groups, &noise);
        let size = noise.len();
        let factor = factor.unwrap_or_default(); // there is one, see `build`
        let gains = gains(&spread, &factor);
        let in_model = || (0..size).filter(|&k| !self.is_out[k]);
        let mut ln_constant: f64 =
            in_model().map(|k| ln_normal_density(0.0) - ln(factor[k][k])).sum();
        ln_constant += periods.iter().map(|period| period.ln_slope).sum::<f64>();
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
        // Unknowns are members of what moves, and of what is written back.
        let pairs: Vec<(usize, usize)> = periods.iter().flat_map(ObservedPeriod::pairs).collect();
        pairs.iter().for_each(|&(_, coordinate)| active[coordinate] = true);
        let mut solved = vec![false; size];
        let newton = periods.iter().flat_map(|period| &period.pivots);
        newton.for_each(|pivot| solved[pivot.cell] = true);
        let searched = periods.iter().flat_map(|period| &period.searched);
        searched.for_each(|searched| solved[searched.cell] = true);
        let unknowns = Unknowns::new(&linear.slopes, &periods);
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
        let starts = EventStarts {
            events: &self.program.random.events,
            chances: &self.probe.chances(),
            slopes: &events,
            shocks: self.probe.touched(),
            periods: self.cells.starts(self.program),
            factor: &factor,
            target: &target,
        };
        Proposal {
            active,
            transforms: self.transforms.clone(),
            event_tree: tree_of_likely(&starts),
            target,
            slopes: linear.slopes.clone(),
            gains,
            noise,
            solved,
            errors,
            events,
            factor,
            ln_constant,
            unknowns,
            is_out: self.is_out.clone(),
            prior_share: 0.0,
            has_mass: vec![false; size],
            periods,
        }
    }

    fn event_slopes(&mut self, mode: &[f64]) -> Vec<EventSlope> {
        let found = self.probe.event_differences(mode);
        let mut events = Vec::new();
        for (shock, period, step, plus, minus) in found {
            let pairs = plus.iter().zip(&minus).zip(&self.transforms);
            let slopes: Vec<f64> = pairs
                .zip(&self.is_out)
                .map(|(((plus, minus), transform), is_out)| {
                    let slope = (transform.of(*plus) - transform.of(*minus)) / (2.0 * step);
                    if slope.is_finite() && !is_out { slope } else { 0.0 }
                })
                .collect();
            if slopes.iter().any(|slope| *slope != 0.0) {
                events.push(EventSlope { shock, period, slopes });
            }
        }
        events
    }
}
