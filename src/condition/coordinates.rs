//! The normal scores of a path that observations can move.

use crate::compile::{
    Base, Inner, RandomNumbers, Row, ScenarioProgram, SimulatedPeriod, Slot, Sort,
};
use crate::math::normal_cdf;
use crate::simulate::{Job, Memory, RandomNumber, ScenarioIndex, Worker};

/// Some normal scores of a path, in a fixed order: those drawn once, then period by period.
#[derive(Debug, Clone, Default)]
pub(super) struct Coordinates {
    pub(super) all: Vec<RandomNumber>,
}

impl Coordinates {
    /// All that are drawn once or in the first so many simulated periods. Shocks that share a stream
    /// are left out, and so are parameters that are drawn in rows: they are one random number.
    pub(super) fn candidates(program: &Inner, periods: usize) -> Self {
        let random = &program.random;
        let mut all: Vec<RandomNumber> = Vec::new();
        let path = random.path.iter().enumerate().filter(|(_, draw)| draw.random && !draw.is_joint);
        all.extend(path.map(|(k, _)| RandomNumber::Path(k)));
        for period in SimulatedPeriod::all(periods) {
            let shocks = (0..random.shocks.len()).filter(|&shock| is_alone(random, shock));
            all.extend(shocks.map(|shock| RandomNumber::Shock { period, shock }));
            all.extend((0..random.counts.len()).map(|count| RandomNumber::Count { period, count }));
        }
        Self { all }
    }

    /// Of these, those that are among any of some others.
    pub(super) fn of_any<'a>(self, some: impl Iterator<Item = &'a Self>) -> Self {
        let mut wanted = vec![false; self.len()];
        for other in some {
            // Both are in the same order.
            let mut rest = other.all.iter().peekable();
            for (number, wanted) in self.all.iter().zip(&mut wanted) {
                *wanted |= rest.next_if(|next| *next == number).is_some();
            }
        }
        let kept = self.all.into_iter().zip(wanted).filter(|(_, wanted)| *wanted);
        Self { all: kept.map(|(number, _)| number).collect() }
    }

    pub(super) fn len(&self) -> usize {
        self.all.len()
    }

    /// Groups of correlated coordinates: their places here, and the lower Cholesky factor of their
    /// matrix. A group of which a member is missing is left out.
    pub(super) fn groups(&self, random: &RandomNumbers) -> Vec<(Vec<usize>, Vec<Vec<f64>>)> {
        let mut found = Vec::new();
        let mut add =
            |members: &[usize], factor: &[Vec<f64>], number: &dyn Fn(usize) -> RandomNumber| {
                let index = |&k: &usize| self.all.iter().position(|other| *other == number(k));
                let places: Vec<usize> = members.iter().filter_map(index).collect();
                if places.len() == members.len() {
                    found.push((places, factor.to_vec()));
                }
            };
        for (members, factor) in random.path_correlation.groups() {
            add(members, factor, &RandomNumber::Path);
        }
        let periods = self.all.iter().filter_map(|number| match number {
            RandomNumber::Shock { period, .. } => Some(*period),
            RandomNumber::Path(_) | RandomNumber::Count { .. } => None,
        });
        for period in SimulatedPeriod::all(periods.max().map_or(0, |last| last.0 + 1)) {
            for (members, factor) in random.shock_correlation.groups() {
                add(members, factor, &|shock| RandomNumber::Shock { period, shock });
            }
        }
        found
    }
}

/// Scores of these coordinates, and which of them count.
#[derive(Debug, Clone, Copy)]
pub(super) struct Placed<'a> {
    pub(super) coordinates: &'a Coordinates,
    pub(super) active: &'a [bool],
    pub(super) scores: &'a [Vec<f64>],
}

impl<'a> Placed<'a> {
    fn active(self) -> impl Iterator<Item = (RandomNumber, &'a [f64])> {
        let all = self.coordinates.all.iter().zip(self.scores).zip(self.active);
        all.filter(|(_, active)| **active).map(|((number, row), _)| (*number, row.as_slice()))
    }

    /// Puts values fixed within a path in the place of those that were drawn.
    #[inline(always)]
    pub(super) fn set_path_values(
        self,
        worker: &mut Worker,
        job: &Job<'_>,
        scenario: ScenarioIndex,
    ) {
        let scenario: &ScenarioProgram = job.scenario(scenario);
        for (number, scores) in self.active() {
            let RandomNumber::Path(k) = number else { continue };
            let setting = &scenario.path_values[k];
            let Base::Drawn(marginal) = &setting.base else { continue };
            let row = worker.memory.once_mut(Slot::new(Sort::Path, k as u32));
            row.copy_from_slice(scores);
            marginal.from_scores(row);
            if setting.is_moved() {
                row.iter_mut().for_each(|value| *value = *value * setting.scale + setting.add);
            }
        }
        worker.run_prelude(job);
    }

    /// Puts shocks and uniforms of counts of a period in the place of those that were drawn.
    #[inline(always)]
    pub(super) fn set_shocks(
        self,
        memory: &mut Memory,
        random: &RandomNumbers,
        row: Row,
        now: SimulatedPeriod,
    ) {
        for (number, scores) in self.active() {
            match number {
                RandomNumber::Shock { period, shock } if period == now => {
                    let values = memory.values_mut(Slot::new(Sort::Shock, shock as u32), row);
                    values.copy_from_slice(scores);
                    random.shocks[shock].marginal.from_scores(values);
                }
                RandomNumber::Count { period, count } if period == now => {
                    set_count(memory, count, row, scores);
                }
                _ => {}
            }
        }
    }
}

/// Puts the score of a random number of a period in the place of what was drawn.
#[inline(always)]
pub(super) fn set_unknown(
    worker: &mut Worker,
    job: &Job<'_>,
    scenario: ScenarioIndex,
    (number, row): (RandomNumber, Row),
    scores: &[f64],
) {
    match number {
        RandomNumber::Shock { period, shock } => {
            let mut values = scores.to_vec();
            job.program.random.shocks[shock].marginal.from_scores(&mut values);
            worker.set_shock(job, scenario, (row, period), shock as u32, &values);
        }
        RandomNumber::Count { count, .. } => set_count(&mut worker.memory, count, row, scores),
        RandomNumber::Path(_) => {} // no unknown of a period
    }
}

fn set_count(memory: &mut Memory, count: usize, row: Row, scores: &[f64]) {
    let values = memory.values_mut(Slot::new(Sort::Count, count as u32), row);
    for (value, z) in values.iter_mut().zip(scores) {
        let tail = normal_cdf(*z);
        *value = if tail.upper { 0.5 - tail.p } else { tail.p - 0.5 };
    }
}

/// Has the shock a stream of its own, of normal scores?
fn is_alone(random: &RandomNumbers, shock: usize) -> bool {
    let stream = random.shocks[shock].stream;
    let sharing = random.shocks.iter().filter(|other| other.stream == stream).count();
    sharing == 1 && random.streams[stream].places.is_none()
}
