//! A goal with the places of its targets in a model.

use super::Goal;
use crate::error::{Error, Problem, near};
use crate::model::Model;
use crate::plan::sets::sets;

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
            return Err(Error::at("", "the model has no targets"));
        }
        let mut problems = Vec::new();
        let condition = self.resolved(model, &mut problems);
        if problems.is_empty() { Ok(condition) } else { Err(Error::model(problems)) }
    }

    fn resolved(&self, model: &Model, problems: &mut Vec<Problem>) -> Condition {
        let mut all = |goals: &[Goal]| -> Vec<Condition> {
            goals.iter().map(|goal| goal.resolved(model, problems)).collect()
        };
        match self {
            Self::Of(name) => match members(model, name, problems) {
                Members::Target(index) => Condition::Target(index),
                Members::Set(places) => {
                    Condition::And(places.into_iter().map(Condition::Target).collect())
                }
            },
            Self::Not(goal) => Condition::Not(Box::new(goal.resolved(model, problems))),
            Self::And(goals) => Condition::And(all(goals)),
            Self::Or(goals) => Condition::Or(all(goals)),
            Self::AtLeast(count, goals) => {
                let mut counted = Vec::new();
                for goal in goals {
                    match goal {
                        Self::Of(name) => match members(model, name, problems) {
                            Members::Target(index) => counted.push(Condition::Target(index)),
                            Members::Set(places) => {
                                counted.extend(places.into_iter().map(Condition::Target));
                            }
                        },
                        other => counted.push(other.resolved(model, problems)),
                    }
                }
                if *count > counted.len() && problems.is_empty() {
                    let message = format!("at_least({count}, ...) counts only {}", counted.len());
                    problems.push(Problem::new("", message));
                }
                Condition::AtLeast(*count, counted)
            }
        }
    }
}

enum Members {
    Target(usize),
    Set(Vec<usize>),
}

/// The target or the set of a name; a set of none, with a problem, where the name is unknown.
fn members(model: &Model, name: &str, problems: &mut Vec<Problem>) -> Members {
    if let Some(index) = model.targets.iter().position(|target| target.id == name) {
        return Members::Target(index);
    }
    let sets = sets(model);
    if let Some((_, places)) = sets.iter().find(|(known, _)| *known == name) {
        return Members::Set(places.clone());
    }
    let known = model.targets.iter().map(|target| target.id.as_str());
    let hint = near(name, known.chain(sets.iter().map(|(name, _)| *name)));
    let problem = Problem::new("", format!("unknown target or set \"{name}\"{hint}"));
    if !problems.contains(&problem) {
        problems.push(problem);
    }
    Members::Set(Vec::new())
}

impl Condition {
    /// Does it hold where so is said of each target?
    pub(crate) fn holds(&self, met: &impl Fn(usize) -> bool) -> bool {
        match self {
            Self::Target(index) => met(*index),
            Self::Not(inner) => !inner.holds(met),
            Self::And(all) => all.iter().all(|inner| inner.holds(met)),
            Self::Or(any) => any.iter().any(|inner| inner.holds(met)),
            Self::AtLeast(count, of) => {
                of.iter().filter(|inner| inner.holds(met)).take(*count).count() >= *count
            }
        }
    }

    /// By how much it holds where each target has so much room: the least of several that all have to hold, the
    /// greatest of several of which one is enough.
    pub(crate) fn level(&self, room: &impl Fn(usize) -> f64) -> f64 {
        let of = |inner: &Condition| inner.level(room);
        match self {
            Self::Target(index) => room(*index),
            Self::Not(inner) => -of(inner),
            Self::And(all) => all.iter().map(of).fold(f64::INFINITY, f64::min),
            Self::Or(any) => any.iter().map(of).fold(f64::NEG_INFINITY, f64::max),
            Self::AtLeast(count, all) => {
                let mut levels: Vec<f64> = all.iter().map(of).collect();
                levels.sort_by(|a, b| b.total_cmp(a));
                count.checked_sub(1).map_or(f64::INFINITY, |place| levels[place])
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
            Self::Target(index) => places.push(*index),
            Self::Not(inner) => inner.gather(places),
            Self::And(all) | Self::Or(all) | Self::AtLeast(_, all) => {
                all.iter().for_each(|inner| inner.gather(places));
            }
        }
    }

    /// Targets that, met or missed as they are, are enough for it to be what it is (`wanted`).
    pub(crate) fn reasons(&self, wanted: bool, met: &impl Fn(usize) -> bool) -> Vec<Literal> {
        let mut found = Vec::new();
        self.add_reasons(wanted, met, &mut found);
        found.sort_unstable();
        found.dedup();
        found
    }

    fn add_reasons(&self, wanted: bool, met: &impl Fn(usize) -> bool, found: &mut Vec<Literal>) {
        match self {
            Self::Target(target) => found.push(Literal { target: *target, met: wanted }),
            Self::Not(inner) => inner.add_reasons(!wanted, met, found),
            Self::And(all) if wanted => all.iter().for_each(|i| i.add_reasons(true, met, found)),
            Self::Or(all) if !wanted => all.iter().for_each(|i| i.add_reasons(false, met, found)),
            Self::And(all) | Self::Or(all) => {
                let one = all.iter().find(|inner| inner.holds(met) == wanted);
                if let Some(one) = one {
                    one.add_reasons(wanted, met, found);
                }
            }
            Self::AtLeast(count, all) => {
                let enough = if wanted { *count } else { all.len() + 1 - count };
                let same = all.iter().filter(|inner| inner.holds(met) == wanted);
                same.take(enough).for_each(|inner| inner.add_reasons(wanted, met, found));
            }
        }
    }
}

impl Condition {
    /// The places of the targets when all of them have to be met and nothing else.
    pub(crate) fn conjunction(&self) -> Option<Vec<usize>> {
        let mut places = match self {
            Self::Target(index) => vec![*index],
            Self::And(all) => {
                all.iter().map(Self::conjunction).collect::<Option<Vec<_>>>()?.concat()
            }
            _ => return None,
        };
        let mut seen = std::collections::BTreeSet::new();
        places.retain(|index| seen.insert(*index));
        Some(places)
    }
}
