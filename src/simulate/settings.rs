//! Variants of a scenario in which some parameters are set, without compiling again.

use std::sync::Arc;

use super::block::Job;
use super::draws::Source;
use super::link::{Map, link};
use super::{Sampling, allocate, checked_paths, dependence, draw_seed, histories, run};
use crate::compile::{Base, Inner, Program, ScenarioProgram, Setting};
use crate::ensemble::{Ensemble, Frame};
use crate::error::{Error, near};
use crate::period::{Period, Span};
use crate::sample::{Design, Sampler};

/// What the workers of a run share; the simulated periods are their ordinals and the rows up to the
/// last of them.
pub(super) fn job<'a>(
    program: &'a Inner,
    scenarios: Vec<&'a ScenarioProgram>,
    source: Source<'a>,
    (ordinals, rows): (Vec<u32>, usize),
    kept: &'a [u32],
) -> Job<'a> {
    let map = Map::new(&program.layout, program.longest_lag().max(1));
    let linked = link(program, &map);
    let histories = histories(program, &scenarios, &linked);
    let (factors, guides) = (vec![None; kept.len()], None);
    Job {
        program,
        map,
        linked,
        scenarios,
        histories,
        source,
        ordinals,
        rows,
        kept,
        factors,
        guides,
        wanted: None,
    }
}

/// A parameter by its place in the model, and what it is set to.
pub(crate) type Set = (usize, f64);

impl Program {
    /// One scenario by name.
    pub(super) fn scenario(&self, name: &str) -> Result<&ScenarioProgram, Error> {
        self.inner.scenarios.iter().find(|scenario| scenario.name == name).ok_or_else(|| {
            let hint = near(name, self.scenarios());
            Error::at("scenarios", format!("unknown scenario \"{name}\"{hint}"))
        })
    }

    /// Simulates a scenario once for each list of settings, all under the same luck, up to a period;
    /// stores the indicators of some targets only. The numbers are those that the whole run would
    /// have in these periods.
    ///
    /// # Errors
    /// As [`simulate`](Self::simulate).
    pub(crate) fn simulate_settings(
        &self,
        sampling: &Sampling,
        scenario: &str,
        settings: &[Vec<Set>],
        targets: &[usize],
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Vec<Ensemble>, Error> {
        let seed = sampling.seed.map_or_else(draw_seed, Ok)?;
        let base = self.scenario(scenario)?;
        let variant = |settings: &Vec<Set>| {
            let mut variant = base.clone();
            for &(parameter, value) in settings {
                variant.path_values[parameter] =
                    Setting { base: Base::Number(value), scale: 1.0, add: 0.0 };
            }
            variant
        };
        let variants: Vec<ScenarioProgram> = settings.iter().map(variant).collect();
        let (last, kept) = (self.horizon(targets), self.needed(targets));
        let (rows, ordinals) = self.ordinals(last);
        let paths = checked_paths(sampling.paths)?;
        let dimensions = self.inner.draws.dimensions(ordinals.len());
        let usual = Sampler::new(sampling.design, seed, paths as u64, dimensions)
            .map_err(|error| Error::at("design", error.to_string()))?;
        let source = Source { usual: &usual, other: None, given: None, spy: None };
        let frame = Arc::new(self.frame_up_to(last, &kept, sampling.design, &usual));
        let mut buffers = allocate(frame.rows(), variants.len(), paths, sampling.memory_limit)?;
        let indices: Vec<u32> = kept.iter().map(|(index, _)| *index).collect();
        let scenarios = variants.iter().collect();
        let job = job(&self.inner, scenarios, source, (ordinals, rows), &indices);
        let tallies = run::run(&job, paths, sampling.lanes, sampling.threads, &mut buffers, watch)?;
        let mut ensembles = Vec::new();
        for (buffer, (tally, broken)) in buffers.into_iter().zip(tallies) {
            let failures = self.tolerated(scenario, &tally, &broken, paths)?;
            let (frame, failed) = (Arc::clone(&frame), tally.failed_paths);
            let name = scenario.to_owned();
            let ensemble = Ensemble::new(name, frame, paths, buffer, failures, failed);
            ensembles.push(ensemble.with_broken(broken));
        }
        Ok(ensembles)
    }

    /// The frame of a run that ends with a period.
    pub(super) fn frame_up_to(
        &self,
        last: Period,
        kept: &[(u32, bool)],
        design: Design,
        sampler: &Sampler,
    ) -> Frame {
        let mut frame = self.frame(kept, dependence(design, sampler));
        frame.span = Span::new(frame.span.first(), last).unwrap_or(frame.span);
        frame
    }

    /// The indicators that some targets need.
    fn needed(&self, targets: &[usize]) -> Vec<(u32, bool)> {
        let model = &self.inner.model;
        let measures = &self.inner.targets;
        let needs = |name: &str| targets.iter().any(|&place| measures[place].concerns(name));
        let names = model.indicators.keys().enumerate();
        names.filter(|(_, name)| needs(name)).map(|(k, _)| (k as u32, true)).collect()
    }

    /// The last period that some targets look at.
    fn horizon(&self, targets: &[usize]) -> Period {
        let ends = targets.iter().map(|&place| self.inner.model.targets[place].period.last());
        ends.max_by_key(|period| period.ordinal()).unwrap_or(self.inner.span.last())
    }
}
