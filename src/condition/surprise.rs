//! How surprising each outturn was, given those of earlier periods.

use super::cells::Cell;
use super::thread::Thread;
use super::tracked::Tracked;
use crate::compile::{Row, Slot};
use crate::ensemble::effective;
use crate::error::Error;
use crate::math::normal_cdf;
use crate::period::Period;
use crate::simulate::{Job, Request, Sampling, Weights, Worker};

/// Expectations that rest on fewer effective paths say nothing.
const LEAST: f64 = 20.0;

/// An outturn in what was expected before its period.
///
/// What is expected is the distribution, in a scenario, of the figure that would be published: the
/// value on the basis of the outturn with its measurement error, given the outturns of all earlier
/// periods.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Surprise {
    /// The scenario.
    pub scenario: String,
    /// The indicator.
    pub indicator: String,
    /// The period.
    pub period: Period,
    /// The basis of the outturn; none is that of the histories.
    pub basis: Option<String>,
    /// The outturn.
    pub value: f64,
    /// The mean of what was expected.
    pub expected: f64,
    /// The standard deviation of what was expected.
    pub sd: f64,
    /// How many standard deviations the outturn is above the mean.
    pub deviations: f64,
    /// The probability of a lower figure, and half that of the same one: the probability integral
    /// transform. Of a model that is right it is uniform.
    pub probability: f64,
    /// How many equally weighted paths the expectation rests on; where they are fewer than 20,
    /// nothing is said: the other numbers are NaN.
    pub effective_paths: f64,
}

impl Tracked {
    /// How surprising each outturn was, by scenario and period.
    ///
    /// Each observed period takes a run up to it, conditioned on the periods before; a few thousand
    /// paths are enough.
    ///
    /// # Errors
    /// As [`simulate_with`](Self::simulate_with).
    ///
    /// ```
    /// use tinbergen::model::{Distribution, Indicator, Process};
    /// use tinbergen::outturns::{Outturn, Outturns};
    /// use tinbergen::{Model, Sampling};
    ///
    /// let model = Model::new("growth", "2021..2025".parse()?)
    ///     .with_indicator("x", Indicator::from_equation("x ~ 0"))
    ///     .with_shock("x", Distribution::normal(1.0, 2.0));
    /// let known =
    ///     Outturns::new(vec![Outturn::new("x", "2021".parse()?, 5.0, "2022-03-01".parse()?)])?;
    /// let tracked = model.compile()?.observe(&known, None)?;
    /// let all = tracked.surprises(&Sampling::new(4000, 1), &mut |_, _| true)?;
    /// // Two standard deviations above what was expected.
    /// assert!((all[0].deviations - 2.0).abs() < 0.1);
    /// assert!((all[0].probability - 0.977).abs() < 0.01);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn surprises(
        &self,
        sampling: &Sampling,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Vec<Surprise>, Error> {
        let mut rows: Vec<Row> = self.cells.observed.iter().map(|cell| cell.row).collect();
        rows.dedup();
        let all = Request::new(&self.program, sampling)?;
        let names: Vec<&str> = all.scenarios.iter().map(|scenario| &*scenario.name).collect();
        let mut found = Vec::new();
        for name in names {
            for &row in &rows {
                found.extend(self.surprises_of(name, row, sampling, watch)?);
            }
        }
        Ok(found)
    }

    fn surprises_of(
        &self,
        scenario: &str,
        row: Row,
        sampling: &Sampling,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Vec<Surprise>, Error> {
        let here: Vec<&Cell> = self.cells.observed.iter().filter(|cell| cell.row == row).collect();
        let before = self.known_before(row);
        let last = self.program.inner.timeline.period(row);
        let request = Request::new(&before.program, sampling)?.of(scenario)?.up_to(last);
        let expected = before.settled(request, |request, proposals| {
            let mut expected = Expected::new(here.len(), sampling.paths);
            let mut ln_weights = Vec::with_capacity(sampling.paths);
            let mut spectator =
                |worker: &Worker, _: &Job<'_>, at: Option<Row>, _: std::ops::Range<usize>| {
                    if at == Some(row) {
                        expected.read(worker, &here);
                    }
                };
            let mut end = |thread: &Thread<'_>, count: usize| {
                ln_weights.extend_from_slice(&thread.ln_weights[..count]);
            };
            proposals.each_block(request, sampling.paths, watch, &mut spectator, &mut end)?;
            expected.weigh(&ln_weights);
            Ok(expected)
        })?;
        let surprise = |(k, cell): (usize, &&Cell)| {
            let outturn = &self.read.rows()[cell.place];
            let (mean, sd, probability) = expected.of(k, cell);
            Surprise {
                scenario: scenario.to_owned(),
                indicator: outturn.indicator.clone(),
                period: outturn.period,
                basis: outturn.basis.clone(),
                value: cell.value,
                expected: mean,
                sd,
                deviations: (cell.value - mean) / sd,
                probability,
                effective_paths: expected.effective_paths,
            }
        };
        Ok(here.iter().enumerate().map(surprise).collect())
    }
}

/// What was expected of the outturns of a period, path by path.
struct Expected {
    /// By outturn.
    values: Vec<Vec<f64>>,
    weights: Vec<f64>,
    effective_paths: f64,
}

impl Expected {
    fn new(outturns: usize, paths: usize) -> Self {
        let values = vec![Vec::with_capacity(paths); outturns];
        Self { values, weights: Vec::new(), effective_paths: 0.0 }
    }

    /// Takes the paths of a block, of which those beyond the last are cut off later.
    fn read(&mut self, worker: &Worker, cells: &[&Cell]) {
        for (cell, to) in cells.iter().zip(&mut self.values) {
            let values = worker.memory.values(Slot::series(cell.indicator, 0), cell.row);
            match cell.factor {
                Some(slot) => {
                    let factors = worker.memory.once(slot);
                    to.extend(values.iter().zip(factors).map(|(value, factor)| value * factor));
                }
                None => to.extend_from_slice(values),
            }
        }
    }

    fn weigh(&mut self, ln_weights: &[f64]) {
        self.weights = Weights::of_logs(ln_weights).each;
        self.effective_paths = effective(&self.weights);
    }

    /// Mean and standard deviation of what was expected, and the probability of less than what came.
    fn of(&self, k: usize, cell: &Cell) -> (f64, f64, f64) {
        if self.effective_paths < LEAST {
            return (f64::NAN, f64::NAN, f64::NAN);
        }
        let paths = || self.values[k].iter().zip(&self.weights).filter(|(_, w)| **w > 0.0);
        let mean: f64 = paths().map(|(value, weight)| weight * value).sum();
        let square: f64 =
            paths().map(|(value, weight)| weight * (value - mean) * (value - mean)).sum();
        let below = |value: f64| {
            if !cell.is_exact() {
                normal_cdf((cell.value - value) / cell.sd).below()
            } else if value == cell.value {
                0.5
            } else {
                f64::from(u8::from(value < cell.value))
            }
        };
        let probability = paths().map(|(value, weight)| weight * below(*value)).sum();
        (mean, (square + cell.sd * cell.sd).sqrt(), probability)
    }
}
