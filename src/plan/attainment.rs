//! How likely each target is, and how likely all of them are together.

use rayon::prelude::*;

use super::goal::Condition;
use super::headroom::{measures, rooms};
use crate::compile::{Measure, Program};
use crate::ensemble::Ensemble;
use crate::error::{Error, Problem};
use crate::model::{Model, Nature, Target};
use crate::simulate::{Ensembles, in_pool};
use crate::summary::{Probability, probability, quantiles, weighted_quantiles};

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
    /// Quantiles of the headroom at [`HEADROOM_LEVELS`], in the unit of what counts; none for sets.
    pub headroom: Option<[f64; 5]>,
}

/// The attainment of every target and set of the model that was run, in every scenario and in their
/// mixture.
///
/// # Errors
/// No memory for the mixture; a formula that has no number in more paths than the model tolerates.
pub fn attainment(runs: &Ensembles) -> Result<Vec<Attainment>, Error> {
    in_all(runs, headroom_bands)
}

/// The same without the quantiles of headroom, which take most of the time.
pub(super) fn chances(runs: &Ensembles) -> Result<Vec<Attainment>, Error> {
    in_all(runs, |_, _| None)
}

/// The attainment of every target and set of a model in one ensemble: a scenario of a run, or paths
/// from elsewhere. The model need not be the one that was run; its targets are compiled against the
/// indicators of the ensemble.
///
/// # Errors
/// When the ensemble has not what the targets look at.
pub fn attainment_in(model: &Model, ensemble: &Ensemble) -> Result<Vec<Attainment>, Error> {
    rows(model, &Met::new(model, ensemble)?, ensemble, headroom_bands)
}

impl Ensembles {
    /// How likely each target and set of the model is: [`attainment`].
    ///
    /// # Errors
    /// As [`attainment`].
    ///
    /// ```
    /// use tinbergen::{Model, Sampling};
    /// let model = Model::read("plans/yuecheng.toml")?;
    /// let runs = model.compile()?.simulate(&Sampling::new(100, 1).with_scenarios(["baseline"]))?;
    /// let rows = runs.attainment()?;
    /// assert_eq!(rows[0].target, model.targets[0].id);
    /// # Ok::<(), tinbergen::Error>(())
    /// ```
    pub fn attainment(&self) -> Result<Vec<Attainment>, Error> {
        attainment(self)
    }
}

/// What an [`Attainment`] says of headroom, if anything.
type Bands = fn(&Ensemble, &[f64]) -> Option<[f64; 5]>;

fn headroom_bands(ensemble: &Ensemble, headroom: &[f64]) -> Option<[f64; 5]> {
    let bands = match ensemble.weights() {
        None => quantiles(headroom, &HEADROOM_LEVELS),
        Some(weights) => weighted_quantiles(headroom, weights, &HEADROOM_LEVELS),
    };
    bands.try_into().ok()
}

fn in_all(runs: &Ensembles, bands: Bands) -> Result<Vec<Attainment>, Error> {
    let program = runs.program();
    let mut found = Vec::new();
    for name in runs.names() {
        let ensemble = runs.get(name)?;
        let met = Met::measured(program.targets().iter().map(|target| (target, ensemble)))?;
        tolerated(program.model(), program.targets(), &met)?;
        found.extend(rows(program.model(), &met, ensemble, bands)?);
    }
    Ok(found)
}

/// Paths in which a formula has no number count as not met, as paths that failed do; more of them than
/// the model tolerates are an error.
fn tolerated<'a>(
    model: &Model,
    targets: impl IntoIterator<Item = &'a Measure>,
    met: &Met,
) -> Result<(), Error> {
    let mut problems = Vec::new();
    for (k, (target, (_, room))) in targets.into_iter().zip(&met.targets).enumerate() {
        let failed = room.iter().filter(|room| room.is_nan()).count();
        let too_many = failed as f64 > model.failed_paths * room.len() as f64;
        if too_many && target.target.indicator().is_none() {
            let message = format!(
                "not a finite number in {failed} of {} paths; more than the {} % that the model tolerates \
                 (failed_paths = {})",
                room.len(),
                100.0 * model.failed_paths,
                model.failed_paths
            );
            problems.push(model.locate(Problem::new(format!("targets[{k}].equation"), message)));
        }
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::numerical(problems)) }
}

/// One row for each target, and one for each set.
fn rows(
    model: &Model,
    met: &Met,
    ensemble: &Ensemble,
    bands: Bands,
) -> Result<Vec<Attainment>, Error> {
    let row = |target: &str, is_set, met: &[f64], headroom| Attainment {
        scenario: ensemble.scenario().to_owned(),
        target: target.to_owned(),
        is_set,
        probability: probability(ensemble, met),
        headroom,
    };
    let alone = |(target, (met, headroom)): (&Target, &(Vec<f64>, Vec<f64>))| {
        row(&target.id, false, met, bands(ensemble, headroom))
    };
    let together =
        |(name, members): &(&str, Vec<usize>)| row(name, true, &met.together(members), None);
    in_pool(|| {
        let targets = model.targets.par_iter().zip(&met.targets).map(alone);
        let sets = sets(model);
        targets.chain(sets.par_iter().map(together)).collect()
    })
}

/// Which targets are met in which paths.
#[derive(Debug, Clone)]
pub struct Met {
    /// For each target: 1 or 0 for each path, and the headroom.
    targets: Vec<(Vec<f64>, Vec<f64>)>,
    paths: usize,
}

impl Met {
    /// Works out which targets of a model are met in an ensemble.
    ///
    /// # Errors
    /// When the ensemble has not what the targets look at; when a formula has no number in more paths
    /// than the model tolerates.
    pub fn new(model: &Model, ensemble: &Ensemble) -> Result<Self, Error> {
        let measures = measures(model, ensemble)?;
        let met = Self::measured(measures.iter().map(|measure| (measure, ensemble)))?;
        tolerated(model, &measures, &met)?;
        Ok(Self { paths: ensemble.len(), ..met })
    }

    /// The same for compiled targets of which each has an ensemble of its own, all of the same luck.
    pub(crate) fn measured<'a>(
        pairs: impl IntoIterator<Item = (&'a Measure, &'a Ensemble)>,
    ) -> Result<Self, Error> {
        let pairs: Vec<_> = pairs.into_iter().collect();
        let paths = pairs.last().map_or(0, |(_, ensemble)| ensemble.len());
        let one = |&(target, ensemble): &(&Measure, &Ensemble)| met_and_room(target, ensemble);
        let targets = in_pool(|| pairs.par_iter().map(one).collect::<Result<_, Error>>())??;
        Ok(Self { targets, paths })
    }

    /// The same for the targets of some places only; of the others nothing is known.
    pub(crate) fn only(
        program: &Program,
        ensemble: &Ensemble,
        places: &[usize],
    ) -> Result<Self, Error> {
        let mut targets = vec![(Vec::new(), Vec::new()); program.targets().len()];
        for &place in places {
            targets[place] = met_and_room(&program.targets()[place], ensemble)?;
        }
        Ok(Self { targets, paths: ensemble.len() })
    }

    /// For each path 1 where the target of that place in the model is met, else 0.
    pub fn target(&self, place: usize) -> &[f64] {
        &self.targets[place].0
    }

    /// The headroom of the target of that place in each path.
    pub fn headroom(&self, place: usize) -> &[f64] {
        &self.targets[place].1
    }

    /// How many paths there are.
    pub(crate) fn paths(&self) -> usize {
        self.paths
    }

    /// For each path 1 where a condition holds, else 0.
    pub(crate) fn condition(&self, condition: &Condition) -> Vec<f64> {
        match condition {
            Condition::Target(place) => self.target(*place).to_vec(),
            Condition::And(all) if all.iter().all(|c| matches!(c, Condition::Target(_))) => {
                let places = all.iter().filter_map(|c| match c {
                    Condition::Target(place) => Some(*place),
                    _ => None,
                });
                self.together(&places.collect::<Vec<_>>())
            }
            other => {
                let at = |i: usize| other.holds(&|place: usize| self.target(place)[i] == 1.0);
                (0..self.paths).map(|i| f64::from(u8::from(at(i)))).collect()
            }
        }
    }

    /// For each path 1 where all the targets of those places are met, else 0.
    pub fn together(&self, places: &[usize]) -> Vec<f64> {
        let mut all = vec![1.0; self.paths];
        for &place in places {
            for (all, met) in all.iter_mut().zip(self.target(place)) {
                *all *= met;
            }
        }
        all
    }
}

/// For each path whether a target is met, and the headroom.
fn met_and_room(target: &Measure, ensemble: &Ensemble) -> Result<(Vec<f64>, Vec<f64>), Error> {
    let headroom = rooms(target, ensemble)?;
    let met = headroom.iter().map(|room| f64::from(u8::from(target.is_met(*room))));
    Ok((met.collect(), headroom))
}

/// The sets of a model's targets, by the places of their members: `all`, `binding` and `expected`
/// where the model has both sorts, then its own.
pub fn sets(model: &Model) -> Vec<(&str, Vec<usize>)> {
    if model.targets.is_empty() {
        return Vec::new();
    }
    let of = |nature| {
        let members = model.targets.iter().enumerate().filter(move |(_, t)| t.nature == nature);
        members.map(|(place, _)| place).collect::<Vec<_>>()
    };
    let mut sets = vec![("all", (0..model.targets.len()).collect::<Vec<_>>())];
    let (binding, expected) = (of(Nature::Binding), of(Nature::Expected));
    if !binding.is_empty() && !expected.is_empty() {
        sets.extend([("binding", binding), ("expected", expected)]);
    }
    for (name, set) in &model.target_sets {
        let place = |id: &String| model.targets.iter().position(|target| target.id == *id);
        sets.push((name, set.targets.iter().filter_map(place).collect()));
    }
    sets
}
