//! Names and what they stand for.

use indexmap::IndexMap;

use crate::error::near;
use crate::model::Model;

/// What a name in an equation stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meaning {
    Indicator(u32),
    Parameter(u32),
}

/// The names that equations may use.
#[derive(Debug, Clone)]
pub(super) struct Names {
    all: IndexMap<String, Meaning>,
    shocks: IndexMap<String, u32>,
}

impl Names {
    pub(super) fn new(model: &Model) -> Self {
        let parameters = model.parameters.keys().zip(0..).map(|(n, k)| (n, Meaning::Parameter(k)));
        let indicators = model.indicators.keys().zip(0..).map(|(n, k)| (n, Meaning::Indicator(k)));
        let all = parameters.chain(indicators).map(|(name, m)| (name.clone(), m)).collect();
        Self { all, shocks: model.shocks.keys().cloned().zip(0..).collect() }
    }

    /// Of indicators alone.
    pub(super) fn of_indicators<'a>(indicators: impl IntoIterator<Item = &'a str>) -> Self {
        let indicators = indicators.into_iter().zip(0..);
        let all = indicators.map(|(name, k)| (name.to_owned(), Meaning::Indicator(k)));
        Self { all: all.collect(), shocks: IndexMap::new() }
    }

    /// The indicators with their places.
    pub(super) fn indicators(&self) -> impl Iterator<Item = (u32, &str)> {
        self.all.iter().filter_map(|(name, meaning)| match meaning {
            Meaning::Indicator(index) => Some((*index, name.as_str())),
            Meaning::Parameter(_) => None,
        })
    }

    /// The name of a parameter.
    pub(super) fn parameter(&self, index: u32) -> Option<&str> {
        let found = self.all.iter().find(|(_, meaning)| **meaning == Meaning::Parameter(index));
        found.map(|(name, _)| name.as_str())
    }

    /// An indicator with a name like this one, as a hint.
    pub(super) fn near_indicator(&self, name: &str) -> String {
        near(name, self.indicators().map(|(_, name)| name))
    }

    pub(super) fn get(&self, name: &str) -> Option<Meaning> {
        self.all.get(name).copied()
    }

    pub(super) fn shock(&self, name: &str) -> Option<u32> {
        self.shocks.get(name).copied()
    }

    pub(super) fn near(&self, name: &str) -> String {
        near(name, self.all.keys().map(String::as_str))
    }

    pub(super) fn near_shock(&self, name: &str) -> String {
        near(name, self.shocks.keys().map(String::as_str))
    }
}
