//! Scores are moved to where the observations say, in the linear model.

use super::algebra::forward;
use super::guide::{Guide, Guides};
use super::walk::is_constant;
use crate::compile::{EventDraw, Inner};
use crate::math::ln;
use crate::simulate::block::Worker;

impl Worker {
    /// Conditions the scores on the linearised observations: `z + K (b - B e - A z - noise)`, which
    /// turns a draw from the prior into one from the posterior (G. Matheron; see Doucet 2010, A note
    /// on efficient conditional simulation of Gaussian distributions). The events `e` of a path are
    /// chosen before, given the observations too.
    #[inline(always)]
    pub(super) fn move_scores(&mut self, program: &Inner, guides: &Guides, guide: &Guide) {
        let lanes = self.memory.lanes;
        let mut missing: Vec<Vec<f64>> = guide.target.iter().map(|b| vec![*b; lanes]).collect();
        for (k, missing) in missing.iter_mut().enumerate() {
            if guide.noise[k] > 0.0 {
                subtract(missing, guide.noise[k], &self.draws.noise[k]);
            }
            for (slope, scores) in guide.slopes[k].iter().zip(&self.draws.scores) {
                if *slope != 0.0 {
                    subtract(missing, *slope, scores);
                }
            }
        }
        self.log_weights.fill(guide.ln_constant);
        self.choose_events(program, guide, &missing);
        let events = &program.draws.events;
        let memory = &self.memory;
        let probability = |event: &EventDraw| memory.row(event.probability, 0);
        let counts = |number: usize| is_constant(&events[number]) || guide.starts.leads(number);
        self.additions.fill_some(events, &self.draws.events, probability, counts);
        let mut centre: Vec<Vec<f64>> = guide.target.iter().map(|b| vec![*b; lanes]).collect();
        for event in &guide.events {
            let added = self.additions.row(event.shock, event.place);
            for (k, slope) in event.slopes.iter().enumerate().filter(|(_, slope)| **slope != 0.0) {
                subtract(&mut centre[k], *slope, added);
                subtract(&mut missing[k], *slope, added);
            }
        }
        self.weigh_events(guide, &centre);
        for (moved, scores) in self.moved.iter_mut().zip(&self.draws.scores) {
            moved.copy_from_slice(scores);
        }
        for (gains, missing) in guide.gains.iter().zip(&missing) {
            for (gain, moved) in gains.iter().zip(&mut self.moved) {
                if *gain != 0.0 {
                    subtract(moved, -gain, missing);
                }
            }
        }
        self.move_errors(guides, guide, &missing);
        self.divide_noisy(guides, guide, centre);
    }

    /// Errors of observations that are solved for are moved as all scores are.
    #[inline(always)]
    fn move_errors(&mut self, guides: &Guides, guide: &Guide, missing: &[Vec<f64>]) {
        let moved = self.moved[guides.coordinates.len()..].iter_mut();
        let noisy = guide.solved.iter().zip(&guide.noise).map(|(solved, sd)| *solved && *sd > 0.0);
        for (((moved, drawn), gains), noisy) in
            moved.zip(&self.draws.noise).zip(&guide.errors).zip(noisy)
        {
            if noisy {
                moved.copy_from_slice(drawn);
                for (gain, missing) in gains.iter().zip(missing) {
                    subtract(moved, -gain, missing);
                }
            }
        }
    }

    /// What the linear model says of observations that are only weighed is divided out.
    #[inline(always)]
    fn divide_noisy(&mut self, guides: &Guides, guide: &Guide, centre: Vec<Vec<f64>>) {
        let observed = guides.cells.observed.iter().enumerate();
        let weighed = observed.zip(centre).filter(|((k, c), _)| !c.is_exact() && !guide.solved[*k]);
        for ((k, _), mut missing) in weighed {
            for (slope, moved) in guide.slopes[k].iter().zip(&self.moved) {
                subtract(&mut missing, *slope, moved);
            }
            let sd = guide.noise[k];
            for (weight, missing) in self.log_weights.iter_mut().zip(&missing) {
                *weight += 0.5 * (missing / sd) * (missing / sd) + ln(sd);
            }
        }
    }

    /// The linear model's density of the observations, given the events of each path.
    #[inline(always)]
    fn weigh_events(&mut self, guide: &Guide, centre: &[Vec<f64>]) {
        let mut column = vec![0.0; centre.len()];
        let same = guide.events.is_empty();
        let mut square = 0.0;
        for lane in 0..self.memory.lanes {
            if lane == 0 || !same {
                for (entry, row) in column.iter_mut().zip(centre) {
                    *entry = row[lane];
                }
                forward(&guide.factor, &mut column);
                square = column.iter().map(|x| x * x).sum();
            }
            self.log_weights[lane] -= 0.5 * square;
        }
    }
}

#[inline(always)]
fn subtract(from: &mut [f64], factor: f64, row: &[f64]) {
    for (from, value) in from.iter_mut().zip(row) {
        *from -= factor * value;
    }
}
