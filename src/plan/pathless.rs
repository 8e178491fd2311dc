//! What runs have in common that keep no path: names, what went wrong, what is known before the span.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::compile::Program;
use crate::ensemble::{Ensemble, Frame, Series};
use crate::error::{Error, near};
use crate::period::Period;
use crate::simulate::{Ensembles, Outcome, Request, RunInfo};

/// A run without its paths.
#[derive(Debug)]
pub(super) struct Pathless {
    /// Ensembles without a row: scenarios, and what went wrong.
    pub(super) runs: Ensembles,
    /// Of the indicators that were asked for.
    pub(super) frame: Frame,
    /// What went wrong, by scenario.
    pub(super) outcomes: Vec<Outcome>,
}

impl Pathless {
    /// Of a request, all of whose paths ran.
    ///
    /// # Errors
    /// Threads that cannot be started.
    pub(super) fn of(
        request: &Request<'_>,
        frame: Frame,
        outcomes: Vec<Outcome>,
    ) -> Result<Self, Error> {
        let info = request.ensembles(Vec::new())?.info().clone();
        let named = request.scenarios.iter().map(|s| (s.name.clone(), s.probability));
        Ok(Self::new(request.program, frame, info, named, outcomes))
    }

    /// Of scenarios with their probabilities.
    pub(super) fn new(
        program: &Program,
        frame: Frame,
        info: RunInfo,
        named: impl Iterator<Item = (String, Option<f64>)>,
        outcomes: Vec<Outcome>,
    ) -> Self {
        let none = Arc::new(Frame { series: IndexMap::new(), ..frame.clone() });
        let ensemble = |((name, probability), outcome): ((String, Option<f64>), &Outcome)| {
            let (failures, failed) = (program.failures(outcome), outcome.tally.failed_paths);
            let (frame, rows) = (Arc::clone(&none), Vec::new());
            let ensemble = Ensemble::new(name.clone(), frame, info.paths, rows, failures, failed);
            (name, (ensemble.with_broken(outcome.broken.clone()), probability))
        };
        let named = named.zip(&outcomes).map(ensemble).collect();
        Self { runs: Ensembles::new(named, info, program.clone()), frame, outcomes }
    }

    /// The names of the scenarios.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.runs.scenarios().map(Ensemble::scenario)
    }

    pub(super) fn program(&self) -> &Program {
        self.runs.program()
    }

    /// The place of a scenario.
    ///
    /// # Errors
    /// When there is none of that name; the mixture, which needs paths.
    pub(super) fn place(&self, scenario: &str) -> Result<usize, Error> {
        self.runs.place(scenario).ok_or_else(|| {
            if self.runs.names().contains(&scenario) {
                return Error::at(
                    "scenarios",
                    "the mixture needs the paths of its scenarios: store them",
                );
            }
            let hint = near(scenario, self.names());
            Error::at("scenarios", format!("no scenario \"{scenario}\" in this run{hint}"))
        })
    }

    /// The ensemble of a scenario, which has no row.
    ///
    /// # Errors
    /// As [`place`](Self::place).
    pub(super) fn ensemble(&self, scenario: &str) -> Result<&Ensemble, Error> {
        self.place(scenario)?;
        self.runs.get(scenario)
    }

    /// An indicator that was kept, and its place among them.
    ///
    /// # Errors
    /// Names of others.
    pub(super) fn series(&self, indicator: &str) -> Result<(usize, &Series), Error> {
        let found = self.frame.series.get_full(indicator);
        found.map(|(place, _, series)| (place, series)).ok_or_else(|| {
            let hint = near(indicator, self.frame.series.keys().map(String::as_str));
            let message = format!(
                "indicator \"{indicator}\" was not kept{hint}; name it in `keep`, or keep all"
            );
            Error::at("keep", message)
        })
    }

    /// The values of an indicator before the span, oldest first, as [`Ensemble::history`] has them, from the
    /// mean of each row that is kept before it.
    ///
    /// # Errors
    /// As [`series`](Self::series).
    pub(super) fn history(
        &self,
        indicator: &str,
        mean: impl Fn(usize) -> f64,
    ) -> Result<Vec<(Period, f64)>, Error> {
        let mut history = self.series(indicator)?.1.history.clone();
        let first = self.frame.span.first() - self.frame.lead as i32;
        for k in 0..self.frame.lead {
            let (period, mean) = (first + k as i32, mean(k));
            let at = history.partition_point(|(known, _)| known.ordinal() < period.ordinal());
            let known = history.get(at).is_some_and(|(known, _)| *known == period);
            if !known && mean.is_finite() {
                history.insert(at, (period, mean));
            }
        }
        Ok(history)
    }

    /// The periods of the span, each with its place among the rows that were kept.
    pub(super) fn span(&self) -> impl Iterator<Item = (usize, Period)> {
        let lead = self.frame.lead;
        self.frame.span.periods().enumerate().map(move |(k, period)| (lead + k, period))
    }

    /// Have no more paths failed than the model tolerates?
    ///
    /// # Errors
    /// When more have: where they broke first.
    pub(super) fn judge(&self) -> Result<(), Error> {
        let paths = self.runs.info().paths;
        let mut all = self.names().zip(&self.outcomes);
        all.try_for_each(|(name, outcome)| self.program().tolerate(name, outcome, paths))
    }
}

/// Refuses quantile levels that are none.
///
/// # Errors
/// A number that is not from 0 to 1.
pub(super) fn check_levels(levels: &[f64]) -> Result<(), Error> {
    match levels.iter().find(|level| !(0.0..=1.0).contains(*level)) {
        None => Ok(()),
        Some(level) => {
            let message = format!("{level} is not a quantile level; expected a number from 0 to 1");
            Err(Error::at("quantiles", message))
        }
    }
}
