//! A program that is conditioned on outturns.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use super::cells::{Cells, resolve};
use super::fitted::Fitted;
use super::known::Known;
use super::overlap::overlap;
use super::proposals::Proposals;
use super::replaced::without_observed;
use crate::compile::{Program, Row, ScenarioProgram};
use crate::error::{Error, Problem};
use crate::outturns::{Date, Outturns};
use crate::parallel::Workers;
use crate::simulate::{Ensembles, Request, Sampling, Trace, Tracing, one_for_all};

/// The least effective number of paths, unless another is asked for; with fewer than ten times as
/// many paths, a tenth of them.
const LEAST_EFFECTIVE: f64 = 100.0;

/// A program conditioned on outturns.
///
/// ```
/// use tinbergen::model::{Distribution, Indicator, Process};
/// use tinbergen::outturns::{Outturn, Outturns};
/// use tinbergen::{Model, Sampling};
///
/// let model = Model::new("growth", "2021..2025".parse()?)
///     .with_indicator(
///         "gdp",
///         Indicator::from_process(Process::growth("trend")).with_history("2020".parse()?, 100.0),
///     )
///     .with_parameter("trend", Distribution::normal(0.05, 0.02))
///     .with_shock("gdp", Distribution::normal(0.0, 0.02));
/// let outturns =
///     Outturns::new(vec![Outturn::new("gdp", "2021".parse()?, 112.0, "2022-03-01".parse()?)])?;
///
/// let tracked = model.compile()?.observe(&outturns, Some("2022-12-31".parse()?))?;
/// let runs = tracked.simulate(&Sampling::new(2000, 1))?;
/// let gdp = runs.get("baseline")?.paths("gdp")?;
/// assert!(gdp.row(0).iter().all(|value| *value == 112.0)); // what is known
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Tracked {
    pub(super) program: Program,
    pub(super) known: Known,
    /// The outturns that are left once factors were read off cells known on two bases.
    pub(super) read: Outturns,
    pub(super) cells: Cells,
    least: f64,
    /// By scenario, as far as they were asked for.
    fitted: Arc<Mutex<HashMap<String, Arc<Fitted>>>>,
}

impl Program {
    /// Holds the program to what was known on a day; to all that is known when no day is given.
    ///
    /// # Errors
    /// All that is wrong with the outturns, each with its line: unknown indicators and bases,
    /// periods outside the model or inside its histories, exact values that contradict an identity
    /// or that nothing random can explain; and without a day, vintages after today.
    pub fn observe(&self, outturns: &Outturns, as_of: Option<Date>) -> Result<Tracked, Error> {
        if let Some(name) = self.inner.model.copulas.keys().next() {
            let message = "a run is conditioned on actual values by Gaussian scores, and a copula makes them others; \
                           leave it out of the model that is observed";
            return Err(Error::at(format!("copulas.{name}"), message));
        }
        let known = match as_of {
            Some(date) => outturns.as_of(date),
            None => outturns.latest()?,
        };
        let overlap = overlap(&self.inner, &known).map_err(Error::model)?;
        let mut program = match overlap.model {
            Some(model) => model.compile()?,
            None => self.clone(),
        };
        let read = overlap.rest;
        let known = Known { outturns: known, ln_density: overlap.ln_density };
        let mut cells = resolve(&program.inner, &read).map_err(Error::model)?;
        if let Some(model) = without_observed(&program.inner, &cells) {
            program = model.compile()?;
            cells = resolve(&program.inner, &read).map_err(Error::model)?;
        }
        let (least, fitted) = (LEAST_EFFECTIVE, Arc::default());
        let tracked = Tracked { program, known, read, cells, least, fitted };
        if let Some(baseline) = tracked.program.inner.scenarios.first() {
            tracked.reconcile(baseline, &*tracked.fitted(baseline)?)?;
        }
        Ok(tracked)
    }
}

impl Tracked {
    /// The program; where a scenario sets a value that is now known, what is known has taken its
    /// place.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The outturns that it is conditioned on, one vintage for each cell.
    pub fn known(&self) -> &Outturns {
        &self.known.outturns
    }

    /// Refusing results that rest on fewer effective paths; 100 unless said, or a tenth of the paths
    /// when there are less than 1000.
    #[must_use]
    pub fn with_least_effective(mut self, paths: f64) -> Self {
        self.least = paths;
        self
    }

    /// How an indicator got its value in a path of a run of this tracked program, as
    /// [`Ensembles::trace`]: with the shocks that the outturns leave.
    ///
    /// # Errors
    /// As [`Ensembles::trace`].
    pub fn trace(&self, runs: &Ensembles, of: &Tracing) -> Result<Trace, Error> {
        let request = Request::new(&self.program, &runs.info().sampling()?)?.of(&of.scenario)?;
        let proposals = self.proposals(&request)?;
        request.conditioned(&proposals).trace(runs, of)
    }

    /// Simulates.
    ///
    /// # Errors
    /// As [`Program::simulate`]; and when too few paths are near the outturns to say anything.
    pub fn simulate(&self, sampling: &Sampling) -> Result<Ensembles, Error> {
        self.simulate_with(sampling, &mut |_, _| true)
    }

    /// Simulates, asking between batches of paths whether to go on.
    ///
    /// # Errors
    /// As [`simulate`](Self::simulate), and [`Error::is_interrupted`] when it was stopped.
    pub fn simulate_with(
        &self,
        sampling: &Sampling,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Ensembles, Error> {
        let kept = self.program.kept(sampling.keep.as_deref())?;
        let runs = self.asked(sampling, |request| {
            request.ensembles(request.store(&kept, sampling.memory_limit, watch)?)
        })?;
        self.enough(&runs)?;
        Ok(runs)
    }

    /// Asks for a run that is conditioned on the outturns.
    ///
    /// # Errors
    /// What [`Request::new`] refuses, and what becomes of the request.
    pub(crate) fn asked<T>(
        &self,
        sampling: &Sampling,
        mut run: impl FnMut(&Request<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        self.settled(Request::new(&self.program, sampling)?, |request, _| run(request))
    }

    /// Conditions a request and runs it; again, should a path have met an outturn with a probability of
    /// its own that no path before had met like that: beside it no density counts.
    pub(super) fn settled<T>(
        &self,
        request: Request<'_>,
        mut run: impl FnMut(&Request<'_>, &Proposals<'_>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        one_for_all(request.parameters(), "a run that is conditioned on actual values")?;
        let mut proposals = self.proposals(&request)?;
        loop {
            let found = run(&request.clone().conditioned(&proposals), &proposals)?;
            match proposals.again() {
                Some(again) => proposals = again,
                None => return Ok(found),
            }
        }
    }

    pub(crate) fn enough(&self, runs: &Ensembles) -> Result<(), Error> {
        let least = |paths: usize| self.least.min(paths as f64 / 10.0);
        let few = runs.scenarios().filter(|ensemble| {
            let effective = ensemble.effective_paths();
            !(effective >= least(ensemble.len()))
        });
        let problem = |ensemble: &crate::ensemble::Ensemble| {
            let unsolved = match ensemble.unsolved_paths() {
                0 => String::new(),
                count => format!(
                    "; in {count} paths no random numbers were found that give the outturns of one period together: \
                     can they be, all of them?"
                ),
            };
            let message = format!(
                "given the outturns, the {} paths of scenario \"{}\" are worth {:.1} only, fewer than \
                 {:.0}, too few to say anything: ask for more paths; where outturns are far from what \
                 the model expects (surprises() says which), give them a measurement error (sd), or \
                 widen the shocks that cannot explain them; leave the scenario out, or accept fewer \
                 (least effective paths){unsolved}",
                ensemble.len(),
                ensemble.scenario(),
                ensemble.effective_paths(),
                least(ensemble.len()),
            );
            Problem::new("outturns", message)
        };
        let problems: Vec<Problem> = few.map(problem).collect();
        if problems.is_empty() { Ok(()) } else { Err(Error::numerical(problems)) }
    }

    /// Refuses exact outturns that the others contradict, and those that nothing random moves.
    fn reconcile(&self, scenario: &ScenarioProgram, fitted: &Fitted) -> Result<(), Error> {
        let problem = |(cell, value): (usize, f64)| {
            let observed = &self.cells.observed[cell];
            let period = self.program.inner.timeline.period(observed.row);
            let message = format!(
                "{} contradicts the model: in the scenario \"{}\", the other outturns and the \
                 identities imply {value:.6}, and nothing random in {period} is left to move it; give \
                 one of them a measurement error (sd), say for rounding, or leave it out",
                observed.value, scenario.name,
            );
            self.read.problem(observed.place, message)
        };
        let unseen = |cell: usize| {
            let observed = &self.cells.observed[cell];
            let message = format!(
                "{} is exact, and in the scenario \"{}\" different random numbers decide it in \
                 different paths, as in the least of two, or the same ones decide other outturns of \
                 its period, so that its density is not computed; give it a measurement error (sd): \
                 the smaller it is, the more paths it takes",
                observed.value, scenario.name,
            );
            self.read.problem(observed.place, message)
        };
        let mut problems: Vec<Problem> = fitted.contradicted(&self.cells).map(problem).collect();
        problems.extend(fitted.unseen().map(unseen));
        if problems.is_empty() { Ok(()) } else { Err(Error::model(problems)) }
    }

    /// The same program, conditioned on what is known of the periods before a row alone.
    pub(super) fn known_before(&self, row: Row) -> Self {
        let given = self.cells.given.iter().filter(|(_, at, _)| *at < row);
        let observed = self.cells.observed.iter().filter(|cell| cell.row < row);
        let cells =
            Cells { given: given.copied().collect(), observed: observed.cloned().collect() };
        Self { cells, fitted: Arc::default(), ..self.clone() }
    }

    /// The proposal of a scenario, found once.
    fn fitted(&self, scenario: &ScenarioProgram) -> Result<Arc<Fitted>, Error> {
        let lock = || self.fitted.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = lock().get(&scenario.name) {
            return Ok(Arc::clone(found));
        }
        let fitted = self.fit(scenario)?;
        lock().insert(scenario.name.clone(), Arc::clone(&fitted));
        Ok(fitted)
    }

    fn fit(&self, scenario: &ScenarioProgram) -> Result<Arc<Fitted>, Error> {
        let fitted = Arc::new(Fitted::new(&self.program, scenario, &self.cells));
        self.fly(scenario, &fitted)?;
        Ok(fitted)
    }

    /// The proposals of the scenarios of a request.
    ///
    /// # Errors
    /// Threads that cannot be started; exact outturns that contradict a scenario.
    pub(super) fn proposals(&self, request: &Request<'_>) -> Result<Proposals<'_>, Error> {
        let scenarios: Vec<&ScenarioProgram> =
            request.scenarios.iter().map(AsRef::as_ref).collect();
        // A scenario with other parameters is not the one that is remembered.
        let fit = |k: usize| match &request.scenarios[k] {
            Cow::Borrowed(scenario) => self.fitted(scenario),
            Cow::Owned(scenario) => self.fit(scenario),
        };
        let fitted = Workers::new(request.threads)?.map(scenarios.len(), fit);
        let fitted: Vec<Arc<Fitted>> = fitted.into_iter().collect::<Result<_, _>>()?;
        for (scenario, fitted) in scenarios.iter().zip(&fitted) {
            self.reconcile(scenario, fitted)?;
        }
        Ok(Proposals::new(&self.program, &self.known, &self.cells, &scenarios, fitted))
    }
}
