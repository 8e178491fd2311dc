//! What is wanted of a revision, and whether a plan can be asked for it.

use super::spread::Spread;
use crate::error::{Error, Problem, near};
use crate::model::Model;
use crate::plan::Goal;

/// What is wanted of a revision.
#[derive(Debug, Clone, PartialEq)]
pub struct Revising {
    /// The probability that is wanted.
    pub probability: f64,
    /// Of targets that are met together: a target, a set, or several joined by `and`.
    pub of: Goal,
    /// In which scenario of the run, or in its `mixture`.
    pub scenario: String,
    /// Targets whose bounds stay as they are.
    pub hold: Vec<String>,
    /// How the others share what has to give.
    pub spread: Spread,
    /// May bounds become tighter than they are written, where a target is likelier than it has to be?
    pub tighten: bool,
}

impl Revising {
    /// A probability of targets that are met together in the baseline: none held, every one that gives as likely
    /// alone as the others that do, none tighter than it is written.
    pub fn new(probability: f64, of: Goal) -> Self {
        Self {
            probability,
            of,
            scenario: "baseline".to_owned(),
            hold: Vec::new(),
            spread: Spread::default(),
            tighten: false,
        }
    }

    /// With these bounds as they are.
    #[must_use]
    pub fn holding<T: Into<String>>(mut self, ids: impl IntoIterator<Item = T>) -> Self {
        self.hold = ids.into_iter().map(Into::into).collect();
        self
    }

    /// By another rule.
    #[must_use]
    pub fn with_spread(mut self, spread: Spread) -> Self {
        self.spread = spread;
        self
    }

    /// In another scenario, or in the mixture.
    #[must_use]
    pub fn in_scenario(mut self, name: impl Into<String>) -> Self {
        self.scenario = name.into();
        self
    }

    /// With bounds that may become tighter.
    #[must_use]
    pub fn tightening(mut self) -> Self {
        self.tighten = true;
        self
    }
}

/// The places of the targets that are to be met together, in the order of the plan.
pub(super) fn places(model: &Model, wanted: &Revising) -> Result<Vec<usize>, Error> {
    let condition = wanted.of.resolve(model)?;
    let mut places = condition.conjunction().ok_or_else(|| {
        let message = format!(
            "\"{}\" is not some targets that are all to be met: bounds give for a target, a set, or several joined by \
             `and`",
            wanted.of
        );
        Error::at("of", message)
    })?;
    places.sort_unstable();
    Ok(places)
}

/// Which of the targets are held.
pub(super) fn held(model: &Model, wanted: &Revising, places: &[usize]) -> Result<Vec<bool>, Error> {
    let ids: Vec<&str> = places.iter().map(|&place| model.targets[place].id.as_str()).collect();
    strangers("hold", wanted.hold.iter(), &ids)?;
    let held: Vec<bool> = ids.iter().map(|id| wanted.hold.iter().any(|held| held == id)).collect();
    if held.iter().all(|held| *held) {
        let message = "every target is held, so that no bound is left to give; hold fewer of them";
        return Err(Error::at("hold", message));
    }
    Ok(held)
}

/// The weight of each target.
pub(super) fn weights(
    model: &Model,
    wanted: &Revising,
    places: &[usize],
    held: &[bool],
) -> Result<Vec<f64>, Error> {
    let Spread::Distance(weights) = &wanted.spread else { return Ok(vec![1.0; places.len()]) };
    let ids: Vec<&str> = places.iter().map(|&place| model.targets[place].id.as_str()).collect();
    strangers("weights", weights.keys(), &ids)?;
    let one = |(k, id): (usize, &&str)| match weights.get(*id) {
        Some(_) if held[k] => {
            Some(format!("\"{id}\" is held, so that a weight says nothing of it"))
        }
        Some(weight) if !(*weight > 0.0 && weight.is_finite()) => {
            Some(format!("{weight} is no weight above 0; a target that is not to give is held"))
        }
        _ => None,
    };
    let wrong = ids.iter().enumerate().filter_map(|(k, id)| {
        one((k, id)).map(|message| Problem::new(format!("weights.{id}"), message))
    });
    let wrong: Vec<Problem> = wrong.collect();
    if !wrong.is_empty() {
        return Err(Error::model(wrong));
    }
    Ok(ids.iter().map(|id| weights.get(*id).copied().unwrap_or(1.0)).collect())
}

/// Refuses names that are none of the targets.
fn strangers<'a>(
    address: &str,
    names: impl Iterator<Item = &'a String>,
    ids: &[&str],
) -> Result<(), Error> {
    let unknown = names.filter(|name| !ids.contains(&name.as_str())).map(|name| {
        let hint = near(name, ids.iter().copied());
        let message = format!("\"{name}\" is not among the targets that are to be met{hint}");
        Problem::new(format!("{address}.{name}"), message)
    });
    let unknown: Vec<Problem> = unknown.collect();
    if unknown.is_empty() { Ok(()) } else { Err(Error::model(unknown)) }
}
