//! A goal with the places of its targets in a model.

use super::Goal;
use crate::error::{Error, near};
use crate::model::Model;
use crate::plan::attainment::sets;

/// A goal resolved: names are places of targets in a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Condition {
    Target(usize),
    Not(Box<Condition>),
    And(Vec<Condition>),
    Or(Vec<Condition>),
    AtLeast(usize, Vec<Condition>),
}

impl Goal {
    /// Looks the names up.
    ///
    /// # Errors
    /// Unknown names, each with a near one; a count that nothing can reach.
    pub(crate) fn resolve(&self, model: &Model) -> Result<Condition, Error> {
        if model.targets.is_empty() {
            return Err(Error::at("of", "the model has no targets"));
        }
        self.resolved(model)
    }

    fn resolved(&self, model: &Model) -> Result<Condition, Error> {
        let all = |goals: &[Goal]| {
            goals.iter().map(|goal| goal.resolved(model)).collect::<Result<Vec<_>, Error>>()
        };
        Ok(match self {
            Self::Of(name) => match members(model, name)? {
                Members::Target(place) => Condition::Target(place),
                Members::Set(places) => {
                    Condition::And(places.into_iter().map(Condition::Target).collect())
                }
            },
            Self::Not(goal) => Condition::Not(Box::new(goal.resolved(model)?)),
            Self::And(goals) => Condition::And(all(goals)?),
            Self::Or(goals) => Condition::Or(all(goals)?),
            Self::AtLeast(count, goals) => {
                let mut counted = Vec::new();
                for goal in goals {
                    match goal {
                        Self::Of(name) => match members(model, name)? {
                            Members::Target(place) => counted.push(Condition::Target(place)),
                            Members::Set(places) => {
                                counted.extend(places.into_iter().map(Condition::Target));
                            }
                        },
                        other => counted.push(other.resolved(model)?),
                    }
                }
                if *count > counted.len() {
                    let message = format!("at_least({count}, ...) counts only {}", counted.len());
                    return Err(Error::at("of", message));
                }
                Condition::AtLeast(*count, counted)
            }
        })
    }
}

enum Members {
    Target(usize),
    Set(Vec<usize>),
}

fn members(model: &Model, name: &str) -> Result<Members, Error> {
    if let Some(place) = model.targets.iter().position(|target| target.id == name) {
        return Ok(Members::Target(place));
    }
    let sets = sets(model);
    if let Some((_, places)) = sets.iter().find(|(known, _)| *known == name) {
        return Ok(Members::Set(places.clone()));
    }
    let known = model.targets.iter().map(|target| target.id.as_str());
    let hint = near(name, known.chain(sets.iter().map(|(name, _)| *name)));
    let message = format!("unknown target or set \"{name}\"{hint}");
    Err(Error::at("of", message))
}

impl Condition {
    /// Does it hold where so is said of each target?
    pub(crate) fn holds(&self, met: &impl Fn(usize) -> bool) -> bool {
        match self {
            Self::Target(place) => met(*place),
            Self::Not(inner) => !inner.holds(met),
            Self::And(all) => all.iter().all(|inner| inner.holds(met)),
            Self::Or(any) => any.iter().any(|inner| inner.holds(met)),
            Self::AtLeast(count, of) => {
                of.iter().filter(|inner| inner.holds(met)).take(*count).count() >= *count
            }
        }
    }
}

impl Condition {
    /// The places of the targets when all of them have to be met and nothing else.
    pub(crate) fn conjunction(&self) -> Option<Vec<usize>> {
        let mut places = match self {
            Self::Target(place) => vec![*place],
            Self::And(all) => {
                all.iter().map(Self::conjunction).collect::<Option<Vec<_>>>()?.concat()
            }
            _ => return None,
        };
        let mut seen = std::collections::BTreeSet::new();
        places.retain(|place| seen.insert(*place));
        Some(places)
    }
}
