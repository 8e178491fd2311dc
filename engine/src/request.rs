//! What a host asks for.

use std::collections::BTreeMap;

use serde::Deserialize;
use tinbergen::error::Problem;
use tinbergen::plan::Goal;
use tinbergen::summary::LEVELS;
use tinbergen::{Ensembles, Error, Model, Outturns, Sampling};

use crate::bounds::{NewBound, moved};

/// A question: a plan, what is known of it, and how to simulate. Unknown keys are errors.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    /// The text of a plan file.
    pub plan: String,
    /// The text of a table of outturns (CSV) that the plan is held to.
    pub outturns: Option<String>,
    /// As of which day they are looked at; needed with outturns, since a module has no clock.
    pub as_of: Option<String>,
    /// How many paths.
    pub paths: usize,
    /// The seed; needed, since a module has no system to draw one from.
    pub seed: Option<u64>,
    /// `random` (unless said), `antithetic`, `lhs` or `sobol`.
    pub design: Option<String>,
    /// Only these scenarios.
    pub scenarios: Option<Vec<String>>,
    /// Fans of these indicators only.
    pub fans: Option<Vec<String>>,
    /// The quantile levels of the fans; those of the library unless said.
    pub levels: Option<Vec<f64>>,
    /// No more than so many bytes of paths: memory of a module never shrinks.
    pub memory_limit: Option<u64>,
    /// Other numbers as the bounds of targets, by their ids: one, or both ends of `between`.
    #[serde(default)]
    pub bounds: BTreeMap<String, NewBound>,
    /// Combinations of targets whose probability is wanted, such as `gdp-2025 and not jobs`.
    #[serde(default)]
    pub goals: Vec<String>,
    /// A combination that the goals are conditional on.
    pub given: Option<String>,
    /// A set of targets (`all`, or names joined by `and`) of which it is told what limits it.
    pub limiting: Option<String>,
    /// Whether it is told in which paths each target is met.
    #[serde(default)]
    pub met: bool,
    /// Only read the plan and look for what does not fit in it: nothing is simulated.
    #[serde(default)]
    pub check: bool,
    /// Whether it is told what is known of indicators before the span.
    #[serde(default)]
    pub history: bool,
}

impl Request {
    /// Reads a request.
    ///
    /// # Errors
    /// Text that is no JSON, or not of this form.
    pub fn read(text: &[u8]) -> Result<Self, Error> {
        serde_json::from_slice(text).map_err(|error| Error::at("request", error.to_string()))
    }

    pub(crate) fn levels(&self) -> &[f64] {
        self.levels.as_deref().unwrap_or(&LEVELS)
    }

    /// Reads the goals, and what they are conditional on.
    pub(crate) fn goals(&self) -> Result<(Vec<Goal>, Option<Goal>), Error> {
        let goals = self.goals.iter().map(|goal| goal.parse()).collect::<Result<_, _>>()?;
        Ok((goals, self.given.as_ref().map(|goal| goal.parse()).transpose()?))
    }

    /// Reads the plan, with the bounds that are asked for.
    pub(crate) fn model(&self) -> Result<Model, Error> {
        moved(Model::from_toml(&self.plan)?, &self.bounds)
    }

    /// Simulates what is asked for.
    pub(crate) fn simulate(&self, model: &Model) -> Result<Ensembles, Error> {
        let program = model.compile()?;
        let sampling = self.sampling()?;
        let Some(outturns) = &self.outturns else { return program.simulate(&sampling) };
        let outturns = Outturns::from_csv(outturns.as_bytes(), "outturns")?;
        let as_of = self.as_of.as_ref().map(|day| day.parse()).transpose();
        let as_of = as_of.map_err(|error| Error::at("as_of", format!("{error}")))?;
        program.observe(&outturns, as_of)?.simulate(&sampling)
    }

    fn sampling(&self) -> Result<Sampling, Error> {
        let mut sampling = match self.seed {
            Some(seed) => Sampling::new(self.paths, seed),
            None => Sampling::unseeded(self.paths),
        };
        if let Some(design) = &self.design {
            let unknown = |error| Error::model(vec![Problem::new("design", format!("{error}"))]);
            sampling = sampling.with_design(design.parse().map_err(unknown)?);
        }
        if let Some(scenarios) = &self.scenarios {
            sampling = sampling.with_scenarios(scenarios);
        }
        if let Some(fans) = &self.fans {
            sampling = sampling.with_keep(fans);
        }
        if let Some(bytes) = self.memory_limit {
            sampling = sampling.with_memory_limit(bytes);
        }
        Ok(sampling)
    }
}
