//! Paths that failed: counted, and an error when there are more than the model tolerates.

use super::events::FAULTS;
use super::run::Outcome;
use crate::compile::Program;
use crate::ensemble::Failure;
use crate::error::{Error, Problem};

impl Program {
    /// How often which indicator was not a finite number in a scenario.
    pub(crate) fn failures(&self, Outcome { tally, .. }: &Outcome) -> Vec<Failure> {
        let program = &*self.inner;
        let indicators = program.indicators();
        let counts = tally.failures.iter().enumerate().filter(|(_, count)| **count > 0);
        let failure = |(cell, &paths): (usize, &u64)| {
            let period = program.span.first() + (cell / indicators) as i32;
            let name = program.model.indicators.get_index(cell % indicators);
            let indicator = name.map_or_else(String::new, |(name, _)| name.clone());
            Failure { indicator, period, paths }
        };
        counts.map(failure).collect()
    }

    /// Are there no more failed paths than the model tolerates?
    ///
    /// # Errors
    /// When there are more: where they broke first.
    pub(crate) fn tolerate(
        &self,
        scenario: &str,
        outcome: &Outcome,
        paths: usize,
    ) -> Result<(), Error> {
        let (program, Outcome { tally, broken }) = (&*self.inner, outcome);
        let limit = program.model.failed_paths;
        if tally.failed_paths as f64 <= limit * paths as f64 {
            return Ok(());
        }
        let events = self.unusable(scenario, &tally.unusable, paths);
        let by_events: u64 = tally.unusable.iter().flatten().sum();
        let none = by_events == tally.failed_paths;
        let failures = if none { Vec::new() } else { self.failures(outcome) };
        let first = failures.first().map(|failure| failure.period);
        let problems = failures.iter().filter(|failure| Some(failure.period) == first).take(5);
        let describe = |failure: &Failure| {
            let simultaneous = self.simultaneous(&failure.indicator);
            let equation = self.equation(&failure.indicator).unwrap_or("no equation");
            let failed = tally.failed_paths;
            let more = if failure.paths == failed {
                "more".to_owned()
            } else {
                format!("{failed} paths failed in all, more")
            };
            let message = format!(
                "not a finite number in {} of {paths} paths from {} on, in scenario \"{scenario}\" \
                 ({equation}{simultaneous}); {more} than the {} % of failed paths that the model tolerates \
                 (failed_paths = {limit})",
                failure.paths,
                failure.period,
                limit * 100.0,
            );
            program.model.locate(Problem::new(format!("indicators.{}", failure.indicator), message))
        };
        let first = broken.first().map(|broken| {
            let address = format!("indicators.{}", broken.indicator);
            program.model.locate(Problem::new(address, format!("broke first in {broken}")))
        });
        let described = first.into_iter().chain(problems.map(describe));
        Err(Error::numerical(events.into_iter().chain(described).collect()))
    }

    /// What to say of events that could not be simulated in some paths.
    fn unusable(
        &self,
        scenario: &str,
        counts: &[[u64; FAULTS.len()]],
        paths: usize,
    ) -> Vec<Problem> {
        let model = &self.inner.model;
        let limit = model.failed_paths;
        let mut problems = Vec::new();
        for (name, counts) in model.events.keys().zip(counts) {
            for ((field, wrong, way_out), count) in FAULTS.iter().zip(counts) {
                if *count == 0 {
                    continue;
                }
                let message = format!(
                    "{wrong} in {count} of {paths} paths, in scenario \"{scenario}\"; more than the {} % of \
                     failed paths that the model tolerates (failed_paths = {limit}); {way_out}",
                    limit * 100.0
                );
                problems
                    .push(model.locate(Problem::new(format!("events.{name}.{field}"), message)));
            }
        }
        problems
    }

    /// What to say of an indicator in a simultaneous block.
    fn simultaneous(&self, indicator: &str) -> String {
        let indicators = &self.inner.model.indicators;
        let index = indicators.get_index_of(indicator).map_or(u32::MAX, |index| index as u32);
        let blocks = self.inner.blocks();
        let Some(block) = blocks.iter().find(|block| block.members.contains(&index)) else {
            return String::new();
        };
        let name = |&k: &u32| indicators.get_index(k as usize).map_or("", |(name, _)| name);
        let cycle: Vec<&str> = block.cycle.iter().map(name).collect();
        let count = block.members.len();
        format!(
            ", one of {count} simultaneous equations for which no solution was found there: {}",
            cycle.join(" -> ")
        )
    }
}
