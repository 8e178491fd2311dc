//! How likely each target is, and how likely all of them are together.

use std::sync::Arc;

use super::goal::Condition;
use super::headroom::{is_undefined, measure, room_quantiles, rooms_into};
use super::met::{Bits, TargetMet};
use super::sets::sets;
use crate::compile::{Measure, Program};
use crate::ensemble::{Buffer, Ensemble};
use crate::error::{Error, Problem};
use crate::model::{Model, Target};
use crate::parallel;
use crate::summary::{Probability, probability};

/// The quantile levels of headroom in an [`Attainment`].
pub const HEADROOM_LEVELS: [f64; 5] = [0.05, 0.25, 0.5, 0.75, 0.95];

/// How likely a target, or a set of targets together, is in a scenario.
#[derive(Debug, Clone, PartialEq)]
pub struct Attainment {
    /// The scenario.
    pub scenario: String,
    /// The target's id, or the name of a set: `all`, `binding`, `expected`, or one of the model's.
    pub target: String,
    /// Is it a set, met when every target in it is met in the same path?
    pub is_set: bool,
    /// The probability with its 95 % interval.
    pub probability: Probability,
    /// The share of paths in which growth that it counts is not defined, the base of it not being
    /// positive: the target is not met there, and its headroom is minus infinity. Of a set: that of any
    /// target in it.
    pub undefined: f64,
    /// Quantiles of the headroom at [`HEADROOM_LEVELS`], in the unit of what counts; none for sets.
    pub headroom: Option<[f64; 5]>,
}

impl Bits {
    /// How likely each target and set of the model is, in every scenario and in their mixture;
    /// nothing is said of headroom.
    ///
    /// # Errors
    /// No memory for the mixture; a formula that has no number in more paths than the model tolerates.
    pub fn attainment(&self) -> Result<Vec<Attainment>, Error> {
        let program = self.runs().program();
        let mut found = Vec::new();
        for name in self.runs().names() {
            let ensemble = self.runs().get(name)?;
            let targets = self.met(name);
            let counts = targets.iter().map(|target| (target.failed, ensemble.len()));
            tolerated(program.model(), program.targets().iter().zip(counts).enumerate())?;
            let targets = targets.into_iter().map(|TargetMet { met, undefined, failed }| {
                let (met, headroom) = (met.into(), Buffer::default());
                Arc::new(TargetPaths { met, headroom, undefined, failed })
            });
            let targets = targets.collect();
            let met = Met { targets, paths: ensemble.len() };
            found.extend(rows(program.model(), &met, ensemble, |_, _| None, &|_| None)?);
        }
        Ok(found)
    }
}

/// The attainment of every target and set of a model in one ensemble: a scenario of a run, or paths
/// from elsewhere. The model need not be the one that was run; its targets are compiled against the
/// indicators of the ensemble.
///
/// # Errors
/// When the ensemble has not what the targets look at.
pub fn attainment_in(model: &Model, ensemble: &Ensemble) -> Result<Vec<Attainment>, Error> {
    rows(model, &Met::new(model, ensemble)?, ensemble, headroom_bands, &|_| None)
}

/// What an [`Attainment`] says of headroom, if anything.
type Bands = fn(&Ensemble, &[f64]) -> Option<[f64; 5]>;

pub(super) fn headroom_bands(ensemble: &Ensemble, headroom: &[f64]) -> Option<[f64; 5]> {
    room_quantiles(ensemble, headroom, &HEADROOM_LEVELS).try_into().ok()
}

/// Paths in which a formula has no number count as not met, as paths that failed do; more of them than
/// the model tolerates are an error. Of each target its place in the model, and in how many paths it has no
/// number, of how many.
pub(super) fn tolerated<'a>(
    model: &Model,
    targets: impl IntoIterator<Item = (usize, (&'a Measure, (u64, usize)))>,
) -> Result<(), Error> {
    let mut problems = Vec::new();
    for (k, (target, (failed, paths))) in targets {
        let too_many = failed as f64 > model.failed_paths * paths as f64;
        if too_many && target.target.indicator().is_none() {
            let message = format!(
                "not a finite number in {failed} of {paths} paths; more than the {} % that the model tolerates \
                 (failed_paths = {})",
                100.0 * model.failed_paths,
                model.failed_paths
            );
            problems.push(model.locate(Problem::new(format!("targets[{k}].equation"), message)));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::numerical(problems)) }
}

/// One row for each target, and one for each set.
pub(super) fn rows(
    model: &Model,
    met: &Met,
    ensemble: &Ensemble,
    bands: Bands,
    known: &(dyn Fn(usize) -> Option<Attainment> + Sync),
) -> Result<Vec<Attainment>, Error> {
    let row = |target: &str, is_set, met: &[f64], undefined: &[f64], headroom| {
        row_of(ensemble, (target, is_set), met, undefined, headroom)
    };
    let alone = |target: &Target, paths: &TargetPaths| {
        let bands = bands(ensemble, paths.headroom.values());
        row(&target.id, false, paths.met.values(), &paths.undefined, bands)
    };
    let set = |name: &str, places: &[usize]| {
        row(name, true, &met.together(places), &met.any_undefined(places), None)
    };
    let (targets, sets) = (&model.targets, sets(model));
    parallel::map(targets.len() + sets.len(), |k| {
        known(k).unwrap_or_else(|| match k.checked_sub(targets.len()) {
            None => alone(&targets[k], &met.targets[k]),
            Some(k) => set(sets[k].0, &sets[k].1),
        })
    })
}

/// How likely a goal is, a row as those of targets and sets.
pub(super) fn of_goal(
    ensemble: &Ensemble,
    met: &Met,
    name: &str,
    condition: &Condition,
) -> Attainment {
    let undefined = met.any_undefined(&condition.targets());
    let (is_set, headroom) = match condition {
        Condition::Target(index) => (false, headroom_bands(ensemble, met.headroom(*index))),
        _ => (true, None),
    };
    row_of(ensemble, (name, is_set), &met.condition(condition), &undefined, headroom)
}

/// A row of an ensemble: what it is of, in which paths that is met, and in which it is not defined.
pub(super) fn row_of(
    ensemble: &Ensemble,
    (target, is_set): (&str, bool),
    met: &[f64],
    undefined: &[f64],
    headroom: Option<[f64; 5]>,
) -> Attainment {
    let undefined = match undefined {
        [] => 0.0,
        paths => probability(ensemble, paths).value,
    };
    let probability = probability(ensemble, met);
    let (scenario, target) = (ensemble.scenario().to_owned(), target.to_owned());
    Attainment { scenario, target, is_set, probability, undefined, headroom }
}

/// Which targets are met in which paths.
#[derive(Debug, Clone)]
pub struct Met {
    pub(super) targets: Vec<Arc<TargetPaths>>,
    pub(super) paths: usize,
}

/// A target in every path.
#[derive(Debug, Default)]
pub(super) struct TargetPaths {
    /// 1 where it is met, else 0.
    met: Buffer,
    headroom: Buffer,
    /// 1 where growth that it counts is not defined, else 0; empty where that is in no path.
    undefined: Vec<f64>,
    /// In how many paths it has no number.
    failed: u64,
}

impl Met {
    /// Works out which targets of a model are met in an ensemble.
    ///
    /// # Errors
    /// When the ensemble has not what the targets look at; when a formula has no number in more paths
    /// than the model tolerates.
    pub fn new(model: &Model, ensemble: &Ensemble) -> Result<Self, Error> {
        Self::of_places(model, ensemble, &(0..model.targets.len()).collect::<Vec<_>>())
    }

    /// The same for the targets of some places; of the others nothing is known.
    pub(super) fn of_places(
        model: &Model,
        ensemble: &Ensemble,
        places: &[usize],
    ) -> Result<Self, Error> {
        let measures = places.iter().map(|&index| measure(&model.targets[index], ensemble));
        let measures = measures.collect::<Result<Vec<_>, _>>()?;
        let known = Self::measured(measures.iter().map(|measure| (measure, ensemble)))?;
        let known = Self { paths: ensemble.len(), ..known };
        known.placed(model, places.iter().copied().zip(&measures))
    }

    /// The same for compiled targets of which each has an ensemble of its own, all under common random numbers.
    pub(crate) fn measured<'a>(
        pairs: impl IntoIterator<Item = (&'a Measure, &'a Ensemble)>,
    ) -> Result<Self, Error> {
        let pairs: Vec<_> = pairs.into_iter().collect();
        let paths = pairs.last().map_or(0, |(_, ensemble)| ensemble.len());
        let targets =
            parallel::map(pairs.len(), |k| met_and_room(pairs[k].0, pairs[k].1).map(Arc::new))?;
        Ok(Self { targets: targets.into_iter().collect::<Result<_, Error>>()?, paths })
    }

    /// The same for the targets of some places only; of the others nothing is known.
    pub(crate) fn only(
        program: &Program,
        ensemble: &Ensemble,
        places: &[usize],
    ) -> Result<Self, Error> {
        let all = program.targets();
        let known = places.iter().map(|&index| met_and_room(&all[index], ensemble).map(Arc::new));
        let known = known.collect::<Result<Vec<_>, _>>()?;
        let places = places.iter().map(|&index| (index, &all[index]));
        Self { targets: known, paths: ensemble.len() }.placed(program.model(), places)
    }

    /// Puts targets in their places; those that have no number in too many paths are an error.
    fn placed<'a>(
        self,
        model: &Model,
        places: impl Iterator<Item = (usize, &'a Measure)> + Clone,
    ) -> Result<Self, Error> {
        let counted = places.clone().zip(self.failed());
        tolerated(model, counted.map(|((index, measure), failed)| (index, (measure, failed))))?;
        let nothing = Arc::new(TargetPaths::default());
        let mut targets = vec![nothing; model.targets.len()];
        places.zip(self.targets).for_each(|((index, _), paths)| targets[index] = paths);
        Ok(Self { targets, paths: self.paths })
    }

    /// For each path 1 where the target of that place in the model is met, else 0.
    pub fn target(&self, index: usize) -> &[f64] {
        self.targets[index].met.values()
    }

    /// The headroom of the target of that place in each path.
    pub fn headroom(&self, index: usize) -> &[f64] {
        self.targets[index].headroom.values()
    }

    /// In how many paths each target has no number, of how many.
    pub(super) fn failed(&self) -> impl Iterator<Item = (u64, usize)> {
        self.targets.iter().map(move |paths| (paths.failed, self.paths))
    }

    /// For each path 1 where growth that any of the targets of those places counts is not defined, else 0;
    /// empty where that is in no path.
    fn any_undefined(&self, places: &[usize]) -> Vec<f64> {
        let mut any: Vec<f64> = Vec::new();
        for &index in places {
            let undefined = &self.targets[index].undefined;
            if any.is_empty() {
                any.clone_from(undefined);
            } else {
                any.iter_mut()
                    .zip(undefined)
                    .for_each(|(any, undefined)| *any = any.max(*undefined));
            }
        }
        any
    }

    /// How many paths there are.
    pub(crate) fn paths(&self) -> usize {
        self.paths
    }

    /// For each path 1 where a condition holds, else 0.
    pub(crate) fn condition(&self, condition: &Condition) -> Vec<f64> {
        match condition {
            Condition::Target(index) => self.target(*index).to_vec(),
            Condition::And(all) if all.iter().all(|c| matches!(c, Condition::Target(_))) => {
                let places = all.iter().filter_map(|c| match c {
                    Condition::Target(index) => Some(*index),
                    _ => None,
                });
                self.together(&places.collect::<Vec<_>>())
            }
            other => {
                let at = |i: usize| other.holds(&|index: usize| self.target(index)[i] == 1.0);
                (0..self.paths).map(|i| f64::from(u8::from(at(i)))).collect()
            }
        }
    }

    /// For each path 1 where all the targets of those places are met, else 0.
    pub fn together(&self, places: &[usize]) -> Vec<f64> {
        let mut all = vec![1.0; self.paths];
        for &index in places {
            for (all, met) in all.iter_mut().zip(self.target(index)) {
                *all *= met;
            }
        }
        all
    }
}

/// A target in every path of an ensemble.
fn met_and_room(target: &Measure, ensemble: &Ensemble) -> Result<TargetPaths, Error> {
    let mut headroom = Buffer::new(ensemble.len())?;
    rooms_into(headroom.values_mut(), target, ensemble)?;
    let rooms = headroom.values();
    let (mut met, mut failed, mut some) = (Buffer::new(rooms.len())?, 0, false);
    let meets = target.meets();
    for (met, room) in met.values_mut().iter_mut().zip(rooms) {
        *met = f64::from(u8::from(meets(*room)));
        failed += u64::from(room.is_nan());
        some |= is_undefined(*room);
    }
    let of = |room: &f64| f64::from(u8::from(is_undefined(*room)));
    let undefined = if some { rooms.iter().map(of).collect() } else { Vec::new() };
    Ok(TargetPaths { met, headroom, undefined, failed })
}
