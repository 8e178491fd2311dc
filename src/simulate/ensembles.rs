//! The ensembles of a run: one for each scenario, and their mixture.

use std::sync::OnceLock;

use indexmap::IndexMap;

use super::{Given, Sampling};
use crate::compile::Program;
use crate::ensemble::Ensemble;
use crate::error::{Error, near};
use crate::math;
use crate::parallel::made;
use crate::sample::Design;

/// The version of the contract between a seed and the random numbers, see `docs/streams.md`.
pub const STREAMS: u32 = 1;

/// What has to be known to run it again.
#[derive(Debug, Clone, PartialEq)]
pub struct RunInfo {
    /// The seed, also when it was drawn.
    pub seed: u64,
    /// Paths of each scenario.
    pub paths: usize,
    /// The design: `random`, `antithetic`, `lhs` or `sobol`.
    pub design: String,
    /// How many threads ran; the numbers do not depend on it.
    pub threads: usize,
    /// Parameters that were other numbers in this run.
    pub parameters: Vec<(String, Given)>,
}

impl RunInfo {
    /// How the paths are drawn again.
    pub(crate) fn sampling(&self) -> Result<Sampling, Error> {
        let design = self.design.parse::<Design>();
        let design = design.map_err(|error| Error::at("design", error.to_string()))?;
        let mut sampling = Sampling::new(self.paths, self.seed).with_design(design);
        sampling.parameters.clone_from(&self.parameters);
        Ok(sampling)
    }
}

/// One ensemble for each scenario; and `mixture`, over scenarios with probabilities.
#[derive(Debug)]
pub struct Ensembles {
    scenarios: IndexMap<String, (Ensemble, Option<f64>)>,
    mixture: OnceLock<Result<Ensemble, Error>>,
    info: RunInfo,
    program: Program,
}

impl Ensembles {
    /// Scenarios that are conditioned on outturns have the probabilities that these leave them: by Bayes'
    /// rule, in proportion to the density of the outturns in each.
    pub(crate) fn new(
        mut scenarios: IndexMap<String, (Ensemble, Option<f64>)>,
        info: RunInfo,
        program: Program,
    ) -> Self {
        revise(&mut scenarios);
        Self { scenarios, mixture: OnceLock::new(), info, program }
    }

    /// The program that made them.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// Seed, paths, design.
    pub fn info(&self) -> &RunInfo {
        &self.info
    }

    /// The names of the scenarios, and `mixture` at the end when there is one.
    pub fn names(&self) -> Vec<&str> {
        let mixture = self.has_mixture().then_some("mixture");
        self.scenarios.keys().map(String::as_str).chain(mixture).collect()
    }

    /// The ensemble of a scenario, or the `mixture`, which is put together when it is first asked
    /// for.
    ///
    /// # Errors
    /// When there is none of that name, or no memory for the mixture.
    pub fn get(&self, name: &str) -> Result<&Ensemble, Error> {
        if let Some((ensemble, _)) = self.scenarios.get(name) {
            return Ok(ensemble);
        }
        if name == "mixture" && self.has_mixture() {
            return made(&self.mixture, || self.mix()).as_ref().map_err(Clone::clone);
        }
        let hint = near(name, self.names());
        Err(Error::at("scenarios", format!("no scenario \"{name}\" in this run{hint}")))
    }

    /// All scenarios in order, without the mixture.
    pub fn scenarios(&self) -> impl Iterator<Item = &Ensemble> {
        self.scenarios.values().map(|(ensemble, _)| ensemble)
    }

    /// The probability of a scenario in the mixture.
    pub fn probability(&self, name: &str) -> Option<f64> {
        self.scenarios.get(name)?.1
    }

    /// There is a mixture when scenarios have probabilities and those that ran add up to 1.
    fn has_mixture(&self) -> bool {
        let weights: Vec<f64> = self.scenarios.values().filter_map(|(_, p)| *p).collect();
        weights.len() > 1 && (weights.iter().sum::<f64>() - 1.0).abs() < 1e-9
    }

    /// The place of a scenario among those that ran.
    pub(crate) fn place(&self, scenario: &str) -> Option<usize> {
        self.scenarios.get_index_of(scenario)
    }

    /// The places of the scenarios that the mixture is made of, in its order.
    pub(crate) fn mixed(&self) -> impl Iterator<Item = usize> {
        let weighted = self.scenarios.values().enumerate();
        weighted.filter(|(_, (_, p))| p.is_some_and(|p| p > 0.0)).map(|(index, _)| index)
    }

    fn mix(&self) -> Result<Ensemble, Error> {
        let part = |index: usize| {
            let (ensemble, p) = &self.scenarios[index];
            (ensemble, p.unwrap_or_default())
        };
        Ensemble::mixture(&self.mixed().map(part).collect::<Vec<_>>())
    }
}

fn revise(scenarios: &mut IndexMap<String, (Ensemble, Option<f64>)>) {
    let evidence = |(ensemble, p): &(Ensemble, Option<f64>)| p.and(ensemble.evidence());
    let evidences: Vec<f64> = scenarios.values().filter_map(evidence).collect();
    let most = evidences.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let prior: f64 = scenarios.values().filter_map(|(_, p)| *p).sum();
    if most == f64::NEG_INFINITY {
        return;
    }
    let share = |ensemble: &Ensemble| ensemble.evidence().map_or(0.0, |e| math::exp(e - most));
    let total: f64 = scenarios.values().filter_map(|(e, p)| Some((*p)? * share(e))).sum();
    for (ensemble, p) in scenarios.values_mut() {
        *p = p.map(|p| p * share(ensemble) / total * prior);
    }
}
