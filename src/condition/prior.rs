//! Conditioning by weighting the paths of the model as they are: nothing is proposed, nothing is
//! solved for, and a path weighs as much as its errors of measurement are likely.
//!
//! Few paths count where outturns are precise, and an exact outturn has no path at all: this is what
//! other ways of conditioning are measured against, and no replacement for them.

use super::tracked::Tracked;
use crate::compile::{Row, Slot};
use crate::error::{Error, Problem};
use crate::math::ln;
use crate::period::Period;
use crate::sample::ln_normal_density;
use crate::simulate::{
    Centre, ConditionedThread, Conditioning, Ensembles, Job, Piece, Reads, Request, Sampling,
    ScenarioIndex, Worker,
};

/// A program conditioned on outturns by weights alone.
///
/// ```
/// use tinbergen::model::{Distribution, Indicator};
/// use tinbergen::outturns::{Outturn, Outturns, Precision};
/// use tinbergen::{Model, Sampling};
///
/// let model = Model::new("step", "2021..2021".parse()?)
///     .with_indicator("x", Indicator::from_equation("x ~ 0"))
///     .with_indicator("y", Indicator::from_equation("y = if(x > 1, 1, 0)"))
///     .with_shock("x", Distribution::normal(0.0, 1.0));
/// let noisy = Outturn::new("y", "2021".parse()?, 1.0, "2022-03-01".parse()?).with_precision(Precision::Sd(0.1));
/// let tracked = model.compile()?.observe(&Outturns::new(vec![noisy])?, None)?;
/// let runs = tracked.by_prior()?.simulate(&Sampling::new(10_000, 1))?;
/// // One path in six is above 1, and these count.
/// let effective = runs.get("baseline")?.effective_paths();
/// assert!((effective / 10_000.0 - 0.1587).abs() < 0.02);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Prior<'a> {
    tracked: &'a Tracked,
    reads: Reads,
}

impl Tracked {
    /// The same program, conditioned by weights alone.
    ///
    /// # Errors
    /// Exact outturns: no path goes through them by chance.
    pub fn by_prior(&self) -> Result<Prior<'_>, Error> {
        let exact = self.cells.observed.iter().filter(|cell| cell.is_exact());
        let problems: Vec<Problem> = exact
            .map(|cell| {
                let message = "it is exact, and no path goes through it by chance; give it a \
                               measurement error (sd)";
                self.read.problem(cell.place, message.to_owned())
            })
            .collect();
        if !problems.is_empty() {
            return Err(Error::model(problems));
        }
        let cells = self.cells.observed.iter().map(|cell| (cell.indicator, cell.row));
        Ok(Prior { tracked: self, reads: Reads { cells: cells.collect(), ..Reads::default() } })
    }
}

impl Prior<'_> {
    /// Simulates. How many effective paths there are is not looked at.
    ///
    /// # Errors
    /// As [`Program::simulate`](crate::Program::simulate).
    pub fn simulate(&self, sampling: &Sampling) -> Result<Ensembles, Error> {
        let program = self.tracked.program();
        let request = Request::new(program, sampling)?.conditioned(self);
        let kept = program.kept(sampling.keep.as_deref())?;
        request.ensembles(request.store(&kept, sampling.memory_limit, &mut |_, _| true)?)
    }
}

impl Conditioning for Prior<'_> {
    fn reads(&self) -> &Reads {
        &self.reads
    }

    fn thread<'a>(&'a self, lanes: usize) -> Box<dyn ConditionedThread + 'a> {
        Box::new(Weighed { prior: self, ln_weights: vec![0.0; lanes] })
    }

    fn ln_density(&self) -> f64 {
        self.tracked.known.ln_density
    }

    fn known(&self, indicator: &str, basis: Option<&str>) -> Vec<(Period, f64)> {
        self.tracked.known.actuals(&self.tracked.program, indicator, basis)
    }
}

/// The weights of one thread.
struct Weighed<'a> {
    prior: &'a Prior<'a>,
    ln_weights: Vec<f64>,
}

impl ConditionedThread for Weighed<'_> {
    fn run(
        &mut self,
        worker: &mut Worker,
        job: &Job<'_>,
        scenario: ScenarioIndex,
        piece: &mut Piece<'_>,
        mut centre: Centre<'_>,
    ) {
        let cells = &self.prior.tracked.cells;
        worker.set_path_values(job, scenario);
        worker.set_additions(job, |_| true);
        worker.begin();
        cells.set_given(worker, None);
        for row in Row::all(job.rows) {
            worker.prepare_row(job, scenario, row, |_, _| {});
            cells.set_given(worker, Some(row));
            worker.compute_row(job, scenario, row, &mut centre);
            worker.hand_on(job, scenario, row, piece);
        }
        self.ln_weights.fill(0.0);
        for cell in &cells.observed {
            let values = worker.memory.values(Slot::series(cell.indicator, 0), cell.row);
            let factors = cell.factor.map(|slot| worker.memory.once(slot));
            for (lane, (weight, value)) in self.ln_weights.iter_mut().zip(values).enumerate() {
                let value = value * factors.map_or(1.0, |factors| factors[lane]);
                *weight += ln_normal_density((cell.value - value) / cell.sd) - ln(cell.sd);
            }
        }
    }

    fn ln_weights(&self) -> &[f64] {
        &self.ln_weights
    }
}
