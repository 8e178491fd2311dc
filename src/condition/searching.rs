//! Observations with floors, branches, steps and counts: each path is searched for the places at which
//! its unknown reproduces what was observed.

use super::coordinates::set_unknown;
use super::exact::ExactPeriod;
use super::narrowing::Narrowing;
use super::pairs::Searched;
use super::places::{EDGES, Search, edge};
use crate::math::{ln, normal_cdf};
use crate::sample::ln_normal_density;
use crate::simulate::Worker;

impl ExactPeriod<'_, '_, '_, '_> {
    /// Chooses a place of the unknown in each path, in proportion to the places' probabilities, and
    /// weighs the path by all of them.
    pub(super) fn search(&mut self, worker: &mut Worker, searched: &Searched) {
        let cell = &self.thread.proposals.cells.observed[searched.cell];
        let (mean, sd) = searched.conditional.mean_and_sd(&self.thread.scores);
        let before = self.unknowns(worker);
        let ask = |period: &mut Self, worker: &mut Worker, at: &[f64]| {
            let scores: Vec<f64> = at.iter().zip(&mean).map(|(t, mean)| mean + sd * t).collect();
            period.missing(worker, searched, &before, &scores)
        };
        let lanes = worker.memory.lanes;
        let grid: Vec<Vec<f64>> =
            (0..EDGES).map(|k| ask(self, worker, &vec![edge(k); lanes])).collect();
        let further = self.thread.proposals.further[searched.cell].unwrap_or_default();
        let scores = &worker.draws.further[further];
        let uniforms: Vec<f64> = scores.iter().map(|z| normal_cdf(*z).below()).collect();
        let of = |lane: usize| -> Vec<f64> { grid.iter().map(|row| row[lane]).collect() };
        let (at, ln_weights) = if cell.is_exact() {
            let mut all: Vec<Search> =
                (0..lanes).map(|lane| Search::new(&of(lane), cell.value)).collect();
            let mut at = vec![0.0; lanes];
            while next(&all, &mut at, Search::next) {
                let missing = ask(self, worker, &at);
                all.iter_mut().zip(missing).for_each(|(search, missing)| search.tell(missing));
            }
            self.chosen(searched, &all, &uniforms)
        } else {
            let mut all: Vec<Narrowing> =
                (0..lanes).map(|lane| Narrowing::new(&of(lane), cell.sd, uniforms[lane])).collect();
            let mut at = vec![0.0; lanes];
            while next(&all, &mut at, Narrowing::next) {
                let missing = ask(self, worker, &at);
                all.iter_mut().zip(missing).for_each(|(draw, missing)| draw.tell(missing));
            }
            let at: Vec<f64> = all.iter().map(Narrowing::at).collect();
            let missing = ask(self, worker, &at);
            let ln_weights = all.iter().zip(missing).map(|(draw, m)| draw.ln_weight(m)).collect();
            (at, ln_weights)
        };
        ask(self, worker, &at);
        let scores = &mut self.thread.scores[searched.coordinate];
        for lane in 0..lanes {
            scores[lane] = mean[lane] + sd * at[lane];
            // The density of the score itself is that of all unknowns together.
            self.thread.ln_target[lane] += ln_weights[lane] - ln_normal_density(at[lane]) + ln(sd);
        }
    }

    /// What the model has with an unknown at some scores, minus what was observed.
    fn missing(
        &mut self,
        worker: &mut Worker,
        searched: &Searched,
        before: &[Vec<f64>],
        scores: &[f64],
    ) -> Vec<f64> {
        let number = (searched.number, self.period.row);
        set_unknown(worker, self.job, self.scenario, number, scores);
        if searched.is_nested {
            for (pivot, before) in self.period.pivots.iter().zip(before) {
                self.unknown(worker, pivot).copy_from_slice(before);
            }
            let solved = self.newton(worker);
            let mut missing = self.less_observed(worker, searched);
            for (missing, arrived) in missing.iter_mut().zip(solved.arrived) {
                *missing = if arrived { *missing } else { f64::NAN };
            }
            return missing;
        }
        self.recompute(worker);
        self.less_observed(worker, searched)
    }

    fn less_observed(&self, worker: &Worker, searched: &Searched) -> Vec<f64> {
        let value = self.thread.proposals.cells.observed[searched.cell].value;
        let mut values = self.observed(worker, searched.cell);
        values.iter_mut().for_each(|x| *x -= value);
        values
    }

    /// One of the places that were found in each path, and the logarithm of the probability of all.
    fn chosen(
        &self,
        searched: &Searched,
        all: &[Search],
        uniforms: &[f64],
    ) -> (Vec<f64>, Vec<f64>) {
        let has_mass = self.proposal.has_mass[searched.cell];
        let choose = |(search, uniform): (&Search, &f64)| {
            if search.has_mass() {
                self.thread.proposals.met_with_mass(self.scenario, searched.cell);
            }
            match search.choose(*uniform) {
                // A density is nothing beside a probability.
                Some(found) if search.has_mass() || !has_mass => found,
                _ => (0.0, f64::NEG_INFINITY),
            }
        };
        all.iter().zip(uniforms).map(choose).unzip()
    }
}

/// Puts down where each is to be asked next; is any?
fn next<T>(all: &[T], at: &mut [f64], ask: impl Fn(&T) -> Option<f64>) -> bool {
    let mut any = false;
    for (at, one) in at.iter_mut().zip(all) {
        if let Some(next) = ask(one) {
            *at = next;
            any = true;
        }
    }
    any
}
