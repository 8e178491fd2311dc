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

/// A target that is to be met, or not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Literal {
    pub(crate) target: usize,
    pub(crate) met: bool,
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

    /// The places of all targets it names, in order, each once.
    pub(crate) fn targets(&self) -> Vec<usize> {
        let mut places = Vec::new();
        self.gather(&mut places);
        places.sort_unstable();
        places.dedup();
        places
    }

    fn gather(&self, places: &mut Vec<usize>) {
        match self {
            Self::Target(place) => places.push(*place),
            Self::Not(inner) => inner.gather(places),
            Self::And(all) | Self::Or(all) | Self::AtLeast(_, all) => {
                all.iter().for_each(|inner| inner.gather(places));
            }
        }
    }

    /// Targets that, met or missed as they are, are enough for it to be what it is (`wanted`).
    pub(crate) fn reasons(&self, wanted: bool, met: &impl Fn(usize) -> bool) -> Vec<Literal> {
        let mut found = Vec::new();
        self.explain(wanted, met, &mut found);
        found.sort_unstable();
        found.dedup();
        found
    }

    fn explain(&self, wanted: bool, met: &impl Fn(usize) -> bool, found: &mut Vec<Literal>) {
        match self {
            Self::Target(target) => found.push(Literal { target: *target, met: wanted }),
            Self::Not(inner) => inner.explain(!wanted, met, found),
            Self::And(all) if wanted => all.iter().for_each(|i| i.explain(true, met, found)),
            Self::Or(all) if !wanted => all.iter().for_each(|i| i.explain(false, met, found)),
            Self::And(all) | Self::Or(all) => {
                let one = all.iter().find(|inner| inner.holds(met) == wanted);
                if let Some(one) = one {
                    one.explain(wanted, met, found);
                }
            }
            Self::AtLeast(count, all) => {
                let enough = if wanted { *count } else { all.len() + 1 - count };
                let same = all.iter().filter(|inner| inner.holds(met) == wanted);
                same.take(enough).for_each(|inner| inner.explain(wanted, met, found));
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
