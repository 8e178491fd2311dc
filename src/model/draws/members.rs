//! The parameters of joint draws among those of the model.
//!
//! Whoever looks for a parameter finds those of draws too, each with its column as its distribution. A
//! plan file has them in `[draws]` alone.

use indexmap::IndexMap;
use serde::Serializer;

use super::Draws;
use crate::error::{Error, Problem};
use crate::expr::is_reserved;
use crate::interrupt::look;
use crate::model::reader::is_identifier;
use crate::model::{Model, Parameter};

/// Is a parameter written where parameters are? Those of draws are not.
fn is_own(parameter: &Parameter) -> bool {
    parameter.draws.is_none()
}

/// Is none of the parameters written where parameters are?
pub(in crate::model) fn none_written(parameters: &IndexMap<String, Parameter>) -> bool {
    !parameters.values().any(is_own)
}

/// The parameters but for those of draws.
pub(in crate::model) fn without_members<S: Serializer>(
    parameters: &IndexMap<String, Parameter>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    serializer.collect_map(parameters.iter().filter(|(_, parameter)| is_own(parameter)))
}

impl Model {
    /// With joint draws of several parameters, which become parameters of the model: every path takes one
    /// row for all of them.
    #[must_use]
    pub fn with_draws(mut self, name: impl Into<String>, draws: Draws) -> Self {
        self.draws.insert(name.into(), draws);
        self.place_draws();
        self
    }

    /// Makes the parameters of draws those of the model: behind its own, in the order of the draws.
    pub(crate) fn place_draws(&mut self) {
        self.parameters.retain(|_, parameter| is_own(parameter));
        for (block, draws) in &self.draws {
            for (place, name) in draws.parameters.iter().enumerate() {
                look();
                let entry = self.parameters.entry(name.clone());
                entry.or_insert_with(|| draws.parameter(block, place));
            }
        }
    }

    /// The draws that a parameter is a column of, with their name, and which column.
    pub(crate) fn draws_of(&self, parameter: &str) -> Option<(&str, &Draws, usize)> {
        let block = self.parameters.get(parameter)?.draws.as_deref()?;
        let (name, draws) = self.draws.get_key_value(block)?;
        let place = draws.parameters.iter().position(|other| other == parameter)?;
        Some((name, draws, place))
    }

    /// Where a parameter stands in a plan.
    pub(crate) fn address_of_parameter(&self, name: &str) -> String {
        match self.draws_of(name) {
            Some((block, _, place)) => format!("draws.{block}.parameters[{place}]"),
            None => format!("parameters.{name}"),
        }
    }

    /// Takes a parameter out of its draws, so that it may be something else.
    pub(crate) fn take_out_of_draws(&mut self, name: &str) {
        let Some((block, draws, place)) = self.draws_of(name) else { return };
        let block = block.to_owned();
        let left = draws.without(place);
        if left.parameters.is_empty() {
            self.draws.shift_remove(&block);
        } else {
            self.draws.insert(block, left);
        }
        if let Some(parameter) = self.parameters.get_mut(name) {
            parameter.draws = None;
        }
    }

    /// What is wrong with the names of the parameters of draws.
    pub(in crate::model) fn problems_of_draws(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut known: IndexMap<&str, &str> = IndexMap::new();
        for (block, draws) in &self.draws {
            for (place, name) in draws.parameters.iter().enumerate() {
                look();
                let other = known.insert(name, block);
                let message = if !is_identifier(name) {
                    format!(
                        "\"{name}\" is not a name: a letter or _ first, then letters, digits and _"
                    )
                } else if is_reserved(name) {
                    format!("\"{name}\" is a word of the equation language")
                } else if let Some(other) = other.filter(|other| other == block) {
                    format!("the name \"{name}\" is given twice in draws \"{other}\"")
                } else if let Some(other) = other {
                    format!("\"{name}\" is drawn in \"{other}\" too; leave it in one of the two")
                } else if self.parameters.get(name).is_some_and(is_own) {
                    format!(
                        "\"{name}\" is in [parameters] too, and it is drawn here; leave it in one of the two"
                    )
                } else {
                    continue;
                };
                problems.push(Problem::new(format!("draws.{block}.parameters[{place}]"), message));
            }
        }
        problems
    }

    /// What is wrong with draws, which are not read again with the rest.
    pub(in crate::model) fn check_draws(&self) -> Result<(), Error> {
        let mut problems = self.problems_of_draws();
        for (block, draws) in &self.draws {
            let found = draws.problems();
            let told =
                found.into_iter().map(|(key, message)| (format!("draws.{block}.{key}"), message));
            problems.extend(told.map(|(address, message)| Problem::new(address, message)));
        }
        if problems.is_empty() { Ok(()) } else { Err(Error::model(problems)) }
    }
}

impl Draws {
    /// The same without a column.
    fn without(&self, place: usize) -> Self {
        let kept = |row: &[f64]| {
            let other = row.iter().enumerate().filter(|(k, _)| *k != place);
            other.map(|(_, number)| *number).collect::<Vec<f64>>()
        };
        let numbers: Vec<f64> = self.rows().flat_map(kept).collect();
        let mut parameters = self.parameters.clone();
        parameters.remove(place);
        Self { parameters, numbers: numbers.into(), ..self.clone() }
    }
}
