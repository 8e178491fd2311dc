//! Paths that Newton's method does not bring to their observations from where they were drawn: one unknown is
//! bracketed, several are moved in damped steps.

use super::exact::ExactPeriod;
use super::systems::{Systems, sizes};
use crate::simulate::Worker;

/// How often the distance from the start doubles while a change of sign is looked for; first a quarter of
/// the spread of the shock.
const DOUBLINGS: usize = 18;
const FIRST: f64 = 0.25;
/// Points within a bracket, at most.
const CUTS: usize = 120;
/// Damped steps, how often one is halved, and how long one is at most, in spreads of the shock.
const STEPS: usize = 40;
const HALVINGS: usize = 8;
const LONGEST: f64 = 3.0;

/// Where a path has residuals of two signs: the ends, and the residuals there.
#[derive(Debug, Clone, Copy)]
struct Bracket {
    ends: [f64; 2],
    residuals: [f64; 2],
}

impl Bracket {
    fn holds_root(&self) -> bool {
        self.residuals[0] * self.residuals[1] < 0.0
    }

    /// The next point: by the secant, and every third time the middle, so that it ends.
    fn cut(&self, round: usize) -> f64 {
        let ([a, b], [fa, fb]) = (self.ends, self.residuals);
        let secant = a - fa * (b - a) / (fb - fa);
        let inside = (a.min(b) < secant && secant < a.max(b)) && round % 3 != 2;
        if inside { secant } else { a + 0.5 * (b - a) }
    }

    /// With a point in it in place of the end on its side; the residual of the end that stays counts half, so
    /// that it is not always the same (as in the Illinois method).
    fn take(&mut self, x: f64, residual: f64) {
        let side = usize::from(self.residuals[1] * residual > 0.0);
        self.ends[side] = x;
        self.residuals[side] = residual;
        self.residuals[1 - side] *= 0.5;
    }
}

impl ExactPeriod<'_, '_, '_, '_> {
    /// Looks for what one unknown must be in the paths that have not arrived. What moves it regularly moves it
    /// in one direction, so that where no residual changes its sign there is no solution.
    pub(super) fn bracket(
        &mut self,
        worker: &mut Worker,
        start: &[f64],
        residual: &mut [Vec<f64>],
        arrived: &mut [bool],
    ) {
        let pivot = &self.period.pivots[0];
        let lost: Vec<usize> = (0..arrived.len()).filter(|lane| !arrived[*lane]).collect();
        let mut at = self.unknown(worker, pivot).to_vec();
        for &lane in &lost {
            at[lane] = start[lane];
        }
        let middle = self.missing_at(worker, &at, residual);
        let mut ends: Vec<[(f64, f64); 2]> = vec![[(0.0, 0.0); 2]; arrived.len()];
        let mut brackets: Vec<Option<Bracket>> = vec![None; arrived.len()];
        for &lane in &lost {
            ends[lane] = [(start[lane], middle[lane]); 2];
        }
        let mut distance = FIRST * pivot.scale;
        for _ in 0..DOUBLINGS {
            for (side, sign) in [(0, -1.0), (1, 1.0)] {
                for &lane in &lost {
                    at[lane] = start[lane] + sign * distance;
                }
                let there = self.missing_at(worker, &at, residual);
                for &lane in lost.iter().filter(|lane| there[**lane].is_finite()) {
                    let (x, before) = ends[lane][side];
                    let found = Bracket { ends: [x, at[lane]], residuals: [before, there[lane]] };
                    if brackets[lane].is_none() && found.holds_root() {
                        brackets[lane] = Some(found);
                    }
                    ends[lane][side] = (at[lane], there[lane]);
                }
            }
            if lost.iter().all(|lane| brackets[*lane].is_some()) {
                break;
            }
            distance *= 2.0;
        }
        for &lane in &lost {
            at[lane] = start[lane];
        }
        for round in 0..CUTS {
            for &lane in lost.iter().filter(|lane| !arrived[**lane]) {
                if let Some(bracket) = &brackets[lane] {
                    at[lane] = bracket.cut(round);
                }
            }
            let there = self.missing_at(worker, &at, residual);
            for &lane in &lost {
                if let Some(bracket) = brackets[lane].as_mut().filter(|_| there[lane].is_finite()) {
                    bracket.take(at[lane], there[lane]);
                }
            }
            self.check(residual, arrived);
            if lost.iter().all(|lane| arrived[*lane] || brackets[*lane].is_none()) {
                break;
            }
        }
    }

    /// What is missing to the one observation where its unknown has the given values.
    fn missing_at(
        &mut self,
        worker: &mut Worker,
        at: &[f64],
        residual: &mut [Vec<f64>],
    ) -> Vec<f64> {
        self.unknown(worker, &self.period.pivots[0]).copy_from_slice(at);
        self.evaluate(worker, residual);
        residual[0].clone()
    }

    /// Newton's method with a Jacobian at each step, which is halved until less is missing.
    pub(super) fn damped(
        &mut self,
        worker: &mut Worker,
        start: &[Vec<f64>],
        residual: &mut [Vec<f64>],
        arrived: &mut [bool],
        jacobian: &mut Systems,
    ) {
        let lost: Vec<usize> = (0..arrived.len()).filter(|lane| !arrived[*lane]).collect();
        let pivots = &self.period.pivots;
        for (pivot, start) in pivots.iter().zip(start) {
            let unknown = self.unknown(worker, pivot);
            lost.iter().for_each(|lane| unknown[*lane] = start[*lane]);
        }
        self.evaluate(worker, residual);
        for _ in 0..STEPS {
            let missing = sizes(residual);
            self.differences(worker, residual, jacobian);
            let mut change = residual.to_vec();
            jacobian.solve(&mut change);
            let before = self.unknowns(worker);
            let mut share = vec![1.0; arrived.len()];
            for &lane in &lost {
                let spreads = pivots.iter().zip(&change).map(|(p, c)| c[lane].abs() / p.scale);
                share[lane] = LONGEST / spreads.fold(LONGEST, f64::max);
            }
            let mut open: Vec<usize> =
                lost.iter().copied().filter(|lane| !arrived[*lane]).collect();
            for _ in 0..HALVINGS {
                for ((pivot, before), change) in pivots.iter().zip(&before).zip(&change) {
                    let unknown = self.unknown(worker, pivot);
                    for &lane in &open {
                        unknown[lane] = before[lane] - share[lane] * change[lane];
                    }
                }
                self.evaluate(worker, residual);
                let now = sizes(residual);
                open.retain(|lane| now[*lane].is_nan() || now[*lane] >= missing[*lane]);
                if open.is_empty() {
                    break;
                }
                open.iter().for_each(|lane| share[*lane] *= 0.5);
            }
            self.check(residual, arrived);
            if arrived.iter().all(|arrived| *arrived) {
                return;
            }
        }
    }
}
