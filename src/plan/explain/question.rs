//! What is asked of a change, and of which two models.

use super::groups::Group;
use crate::condition::Tracked;
use crate::model::Model;
use crate::outturns::{Date, Outturns};
use crate::period::Period;
use crate::plan::goal::Goal;

/// What is to be explained.
#[derive(Debug, Clone, PartialEq)]
pub enum Explained {
    /// The probability of a goal: a target, a set of targets together, or a combination of them.
    Probability(Goal),
    /// A quantile of an indicator.
    Quantile {
        /// The indicator.
        indicator: String,
        /// The period.
        period: Period,
        /// The level, from 0 to 1.
        level: f64,
    },
}

/// A question to [`explain`](super::explain).
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    pub(super) of: Explained,
    pub(super) scenario: String,
    pub(super) groups: Vec<Group>,
}

impl Question {
    /// Why did it change, in the baseline, by kind of difference?
    pub fn new(of: Explained) -> Self {
        Self { of, scenario: "baseline".to_owned(), groups: Vec::new() }
    }

    /// In another scenario, or in the `mixture`.
    #[must_use]
    pub fn with_scenario(mut self, scenario: impl Into<String>) -> Self {
        self.scenario = scenario.into();
        self
    }

    /// With a group of its own for differences whose addresses match a pattern; `*` stands for any
    /// text. What no pattern matches stays in the group of its kind.
    #[must_use]
    pub fn with_group<T: Into<String>>(
        mut self,
        name: impl Into<String>,
        patterns: impl IntoIterator<Item = T>,
    ) -> Self {
        let patterns = patterns.into_iter().map(Into::into).collect();
        self.groups.push(Group { name: name.into(), patterns });
        self
    }
}

/// One side of a comparison: a model, and what is known of it.
///
/// A model alone, a model with outturns of which each cell has one vintage, or a
/// [`Tracked`](crate::condition::Tracked) program.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    pub(super) model: &'a Model,
    pub(super) known: Option<&'a Outturns>,
    /// The day as of which they are known; today when it was not said.
    pub(super) as_of: Option<Date>,
}

impl<'a> From<&'a Model> for Side<'a> {
    fn from(model: &'a Model) -> Self {
        Self { model, known: None, as_of: None }
    }
}

impl<'a> From<(&'a Model, &'a Outturns)> for Side<'a> {
    fn from((model, known): (&'a Model, &'a Outturns)) -> Self {
        Self { model, known: Some(known), as_of: None }
    }
}

impl<'a> From<&'a Tracked> for Side<'a> {
    fn from(tracked: &'a Tracked) -> Self {
        let known = tracked.known();
        let as_of = known.last_vintage();
        Self { model: tracked.program().model(), known: Some(known), as_of }
    }
}
