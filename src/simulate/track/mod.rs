//! A model held to what became known: conditioning on outturns.
//!
//! `docs/outturns.md` has the method. [`Program::observe`] gives a [`Tracked`] program, which
//! simulates as any other, with paths that go through the outturns and carry weights.

mod algebra;
mod built;
mod cells;
mod coordinates;
mod guide;
mod lanes;
mod lengths;
mod linear;
mod moves;
mod overlap;
mod pairs;
mod probe;
mod record;
mod replaced;
mod row;
mod slice;
mod starts;
mod step;
mod transform;
mod walk;
mod weigh;
mod weights;

pub(super) use coordinates::{Coordinates, Luck};
pub(super) use guide::Guides;
pub(super) use weights::weights;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::prelude::*;

use self::built::Built;
use self::cells::Cells;
use self::pairs::Unmoved;
use super::{Sampling, pool};
use crate::compile::{Program, ScenarioProgram};
use crate::error::{Error, Problem};
use crate::outturns::{Date, Outturns};
use crate::period::Period;
use crate::simulate::Ensembles;

/// The least effective number of paths, unless another is asked for; with fewer than ten times as
/// many paths, a tenth of them.
const LEAST_EFFECTIVE: f64 = 100.0;

/// A program held to outturns.
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
    program: Program,
    known: Outturns,
    /// Those that are left once factors were read off cells known on two bases.
    read: Outturns,
    /// The logarithm of the density of these factors.
    ln_overlap: f64,
    cells: Cells,
    least: f64,
    /// By scenario, as far as they were asked for.
    guides: Arc<Mutex<HashMap<String, Arc<Built>>>>,
}

impl Program {
    /// Holds the program to what was known on a day; to all that is known when no day is given.
    ///
    /// # Errors
    /// All that is wrong with the outturns, each with its line: unknown indicators and bases,
    /// periods outside the model or inside its histories, exact values that contradict an identity
    /// or that nothing random can explain; and without a day, vintages after today.
    pub fn observe(&self, outturns: &Outturns, as_of: Option<Date>) -> Result<Tracked, Error> {
        let known = match as_of {
            Some(date) => outturns.as_of(date),
            None => outturns.latest()?,
        };
        let overlap = overlap::overlap(&self.inner, &known).map_err(Error::model)?;
        let mut program = match overlap.model {
            Some(model) => model.compile()?,
            None => self.clone(),
        };
        let (read, ln_overlap) = (overlap.rest, overlap.ln_density);
        let mut cells = cells::resolve(&program.inner, &read).map_err(Error::model)?;
        if let Some(model) = replaced::without_observed(&program.inner, &cells) {
            program = model.compile()?;
            cells = cells::resolve(&program.inner, &read).map_err(Error::model)?;
        }
        let (least, guides) = (LEAST_EFFECTIVE, Arc::default());
        let mut tracked = Tracked { program, known, read, ln_overlap, cells, least, guides };
        tracked.reconcile()?;
        Ok(tracked)
    }
}

impl Tracked {
    /// The program; where a scenario sets a value that is now known, what is known has taken its
    /// place.
    pub fn program(&self) -> &Program {
        &self.program
    }

    /// The outturns that it is held to, one vintage for each cell.
    pub fn known(&self) -> &Outturns {
        &self.known
    }

    /// Refusing results that rest on fewer effective paths; 100 unless said, or a tenth of the paths
    /// when there are less than 1000.
    #[must_use]
    pub fn with_least_effective(mut self, paths: f64) -> Self {
        self.least = paths;
        self
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
        let runs = self.program.simulate_through(sampling, None, Some(self), watch)?;
        self.enough(&runs)?;
        Ok(runs)
    }

    /// The exact values that are known of an indicator on a basis, none being that of the histories.
    pub(super) fn actuals(&self, indicator: &str, basis: Option<&str>) -> Vec<(Period, f64)> {
        let links = &self.program.inner.links;
        let same = |of: Option<&str>| match (of, basis) {
            (None, None) => true,
            (Some(of), Some(basis)) => {
                links.iter().any(|l| (l.basis == of || l.name == of) && l.name == basis)
            }
            _ => false,
        };
        let rows = self.known.rows().iter();
        rows.filter(|row| {
            row.indicator == indicator && row.sd() == 0.0 && same(row.basis.as_deref())
        })
        .map(|row| (row.period, row.value))
        .collect()
    }

    fn enough(&self, runs: &Ensembles) -> Result<(), Error> {
        let least = |paths: usize| self.least.min(paths as f64 / 10.0);
        let few = runs.scenarios().filter(|ensemble| {
            let effective = ensemble.effective_paths();
            !(effective >= least(ensemble.len()))
        });
        let problem = |ensemble: &crate::ensemble::Ensemble| {
            let message = format!(
                "the outturns are far from what the model expects: the {} paths of scenario \
                 \"{}\" count for {:.1} only, fewer than {:.0}; ask for more paths, give outturns a \
                 measurement error (sd), widen the shocks that cannot explain them, leave the \
                 scenario out, or accept fewer (least effective paths)",
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

    /// Leaves out exact outturns that the others imply, and refuses those that contradict them.
    fn reconcile(&mut self) -> Result<(), Error> {
        let inner = &self.program.inner;
        let Some(baseline) = inner.scenarios.first() else { return Ok(()) };
        let built = self.built(baseline);
        let mut problems = Vec::new();
        let mut implied = Vec::new();
        for unmoved in built.unmoved.clone() {
            let (Unmoved::Fixed { cell, value } | Unmoved::Implied { cell, value }) = unmoved;
            let observed = &self.cells.observed[cell];
            if (observed.value - value).abs() <= 1e-6 * observed.value.abs().max(1e-9) {
                implied.push(cell);
                continue;
            }
            let period = inner.timeline.period(observed.row);
            let why = match unmoved {
                Unmoved::Implied { .. } => {
                    format!("the other outturns of {period} and the identities imply {value:.6}")
                }
                Unmoved::Fixed { .. } => format!(
                    "nothing random in {period} moves it: the model has {value:.6} there whatever \
                     the shocks of the period are"
                ),
            };
            let message = format!(
                "{} contradicts the model: {why}; give one of them a measurement error (sd), say \
                 for rounding, or leave it out",
                observed.value
            );
            problems.push(self.read.problem(observed.place, message));
        }
        if !implied.is_empty() {
            self.guides = Arc::default();
        }
        let mut place = 0;
        self.cells.observed.retain(|_| {
            place += 1;
            !implied.contains(&(place - 1))
        });
        if problems.is_empty() { Ok(()) } else { Err(Error::model(problems)) }
    }

    /// The guide of a scenario, found once.
    fn built(&self, scenario: &ScenarioProgram) -> Arc<Built> {
        let lock = || self.guides.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = lock().get(&scenario.name) {
            return Arc::clone(known);
        }
        let built = Arc::new(Built::new(&self.program.inner, scenario, &self.cells));
        lock().insert(scenario.name.clone(), Arc::clone(&built));
        built
    }

    /// The guides of some scenarios.
    pub(super) fn guides(
        &self,
        scenarios: &[&ScenarioProgram],
        threads: Option<usize>,
    ) -> Result<Guides, Error> {
        let inner = &self.program.inner;
        let built: Vec<Arc<Built>> =
            pool(threads)?.install(|| scenarios.par_iter().map(|s| self.built(s)).collect());
        let coordinates = Coordinates::candidates(inner, self.cells.places(inner));
        let coordinates = coordinates.of_any(built.iter().map(|built| &built.coordinates));
        let each = built.iter().map(|b| b.guide.among(&b.coordinates, &coordinates)).collect();
        let mut guides = Guides { cells: self.cells.clone(), coordinates, each };
        slice::cut(inner, scenarios, &mut guides);
        Ok(guides)
    }

    /// The logarithm of the density of what did not have to be simulated.
    pub(super) fn ln_overlap(&self) -> f64 {
        self.ln_overlap
    }

    /// How many measurement errors a path draws.
    pub(super) fn errors(&self) -> usize {
        self.cells.observed.iter().filter(|cell| !cell.is_exact()).count()
    }
}
