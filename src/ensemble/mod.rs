//! What comes out: the paths of every indicator, for each scenario.
//!
//! Paths lie next to each other in memory (`[period][indicator][path]`), so a row, all paths of
//! one indicator in one period, is one slice. An [`Ensemble`] may come from a simulation or from
//! [`Ensemble::from_rows`]; summaries and attainment do not care which.

mod broken;
mod buffer;
mod made;
mod pareto;
mod past_cache;
mod storage;
mod summaries;

use std::sync::Arc;

use indexmap::IndexMap;
use ndarray::{ArrayView2, ShapeBuilder};

pub use broken::Broken;
pub(crate) use broken::REMEMBERED;
pub(crate) use buffer::{Buffer, give_back};
pub(crate) use pareto::shape as tail_shape;
pub(crate) use past_cache::{Rows, Writing};
pub(crate) use storage::{Column, Layout};
pub(crate) use summaries::Summary;

use crate::error::{Error, near};
use crate::period::{Period, Span};

/// One indicator of an ensemble.
#[derive(Debug, Clone, PartialEq)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// Its unit, in words.
    pub unit: Option<String>,
    /// Values known before the span (the mean where they are drawn), oldest first.
    pub history: Vec<(Period, f64)>,
    /// Periods of its history in which the value is drawn, so that paths differ in it.
    pub drawn: Vec<Period>,
    /// May a user see its paths? Those kept only because a target needs them may not be seen.
    pub kept: bool,
    /// The periods in which its paths are stored; none where all are.
    pub stored: Option<Vec<Period>>,
}

/// How the paths of an ensemble depend on each other: what an interval has to know.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Dependence {
    /// Independent paths.
    Independent,
    /// Paths 2k and 2k + 1 mirror each other.
    Pairs,
    /// Path i belongs to replicate i mod R; replicates are independent of each other.
    Replicates(u32),
}

/// How often an indicator was not a finite number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure {
    /// The indicator.
    pub indicator: String,
    /// The period.
    pub period: Period,
    /// In how many paths.
    pub paths: u64,
}

/// What all scenarios of a run share: the periods and the indicators.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Frame {
    pub(crate) span: Span,
    /// Periods before the span that are stored too (growth in the first period needs one).
    pub(crate) lead: usize,
    pub(crate) series: IndexMap<String, Series>,
    pub(crate) dependence: Dependence,
}

impl Frame {
    /// How many periods are stored of what is kept.
    pub(crate) fn periods(&self) -> usize {
        self.lead + self.span.len()
    }

    /// The place of a period among them.
    fn place(&self, period: Period) -> Option<usize> {
        let first = self.span.first() - self.lead as i32;
        let place = usize::try_from(period.since(first).ok()?).ok()?;
        (place < self.periods()).then_some(place)
    }

    /// How the rows of some of its series, by their places, stand in a memory of their own.
    pub(crate) fn layout(&self, of: impl Iterator<Item = usize>) -> Layout {
        let some = |k: usize| {
            let stored = self.series[k].stored.as_ref()?;
            let mut places: Vec<usize> = stored.iter().filter_map(|p| self.place(*p)).collect();
            places.sort_unstable();
            places.dedup();
            Some(places)
        };
        Layout::new(self.periods(), &of.map(some).collect::<Vec<_>>())
    }

    /// The value of an indicator in a period of its history, where it is the same in all paths.
    pub(crate) fn known(&self, indicator: &str, period: Period) -> Option<f64> {
        let series = self.series.get(indicator)?;
        let known = series.history.iter().find(|(known, _)| *known == period);
        known.filter(|_| !series.drawn.contains(&period)).map(|(_, value)| *value)
    }
}

/// How many equally weighted paths say as much as paths whose weights add up to 1.
pub(crate) fn effective(weights: &[f64]) -> f64 {
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    if squares > 0.0 { 1.0 / squares } else { 0.0 }
}

/// All paths of one scenario.
#[derive(Debug, Clone)]
pub struct Ensemble {
    scenario: String,
    frame: Arc<Frame>,
    paths: usize,
    strata: Vec<f64>,
    /// By series of the frame.
    columns: Arc<[Column]>,
    /// How many rows stand in memory of its own; the others in that of another scenario.
    own: usize,
    weights: Option<Arc<[f64]>>,
    failures: Vec<Failure>,
    failed_paths: u64,
    evidence: Option<f64>,
    unsolved_paths: u64,
    broken: Vec<Broken>,
}

/// What is stored of the paths of a scenario.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Storage {
    /// Bytes of memory.
    pub bytes: usize,
    /// Indicators.
    pub indicators: usize,
    /// Those of them that were asked for; targets and early warnings look at the others.
    pub asked: usize,
}

impl Ensemble {
    /// What is stored of its paths.
    pub fn storage(&self) -> Storage {
        let series = &self.frame.series;
        Storage {
            bytes: self.own * self.paths * size_of::<f64>(),
            indicators: series.len(),
            asked: series.values().filter(|series| series.kept).count(),
        }
    }

    /// The scenario it belongs to.
    pub fn scenario(&self) -> &str {
        &self.scenario
    }

    /// The periods that were simulated.
    pub fn span(&self) -> Span {
        self.frame.span
    }

    /// How many paths there are.
    pub fn len(&self) -> usize {
        self.paths
    }

    /// How many indicators are stored.
    pub(crate) fn width(&self) -> usize {
        self.frame.series.len()
    }

    /// Are there no paths?
    pub fn is_empty(&self) -> bool {
        self.paths == 0
    }

    /// The indicators whose paths were kept, in the order of the model.
    pub fn indicators(&self) -> impl Iterator<Item = &Series> {
        self.frame.series.values().filter(|series| series.kept)
    }

    /// What is known of an indicator, whether its paths were kept for the user or not.
    pub(crate) fn known(&self, indicator: &str) -> Option<&Series> {
        self.frame.series.get(indicator)
    }

    /// The indicators that are stored, for the user or for targets.
    pub(crate) fn stored_names(&self) -> impl Iterator<Item = &str> {
        self.frame.series.keys().map(String::as_str)
    }

    /// The weight of each path, adding up to 1; none when all weigh the same.
    pub fn weights(&self) -> Option<&[f64]> {
        self.weights.as_deref()
    }

    /// How many equally weighted paths would say as much: `1 / sum of squared weights`.
    pub fn effective_paths(&self) -> f64 {
        match self.weights() {
            None => self.paths as f64,
            Some(weights) => effective(weights),
        }
    }

    /// The logarithm of the density of the outturns that its paths are conditioned on.
    pub fn evidence(&self) -> Option<f64> {
        self.evidence
    }

    /// The standard error of [`evidence`](Self::evidence): `sqrt(1 / effective - 1 / paths)`, that of
    /// the logarithm of a mean of weights to first order.
    pub fn evidence_error(&self) -> Option<f64> {
        let square = 1.0 / self.effective_paths() - 1.0 / self.paths as f64;
        self.evidence.map(|_| square.max(0.0).sqrt())
    }

    /// Paths given up where several random numbers of a period were solved for together: it is not known whether
    /// they could meet the outturns. They count as if they could not, so that the evidence is at least what is said.
    pub fn unsolved_paths(&self) -> u64 {
        self.unsolved_paths
    }

    /// The shape of the tail of its weights, where they differ: below 0 they have a bound; from 1/2 on
    /// their variance may be infinite, and standard errors and intervals too small.
    pub fn tail_shape(&self) -> Option<f64> {
        self.evidence.and_then(|_| tail_shape(self.weights()?))
    }

    /// How its paths depend on each other.
    pub fn dependence(&self) -> Dependence {
        self.frame.dependence
    }

    /// The weights of the ensembles it is a mixture of, each with an equal number of paths under
    /// common random numbers; one of weight 1 when it is no mixture.
    pub fn strata(&self) -> &[f64] {
        &self.strata
    }

    /// Where and how often a value was not a finite number.
    pub fn failures(&self) -> &[Failure] {
        &self.failures
    }

    pub(crate) fn with_broken(mut self, broken: Vec<Broken>) -> Self {
        self.broken = broken;
        self
    }

    /// The first paths that broke, at most 100 of them in their order: the equation that broke first
    /// in each, and the values it had. None for a mixture: ask the ensembles of its scenarios.
    pub fn broken(&self) -> &[Broken] {
        &self.broken
    }

    /// In how many paths any value was not a finite number.
    pub fn failed_paths(&self) -> u64 {
        self.failed_paths
    }

    /// Is it kept, for a target at least?
    pub fn has(&self, indicator: &str) -> bool {
        self.frame.series.contains_key(indicator)
    }

    /// One indicator.
    ///
    /// # Errors
    /// When it is unknown or was not kept.
    pub fn series(&self, indicator: &str) -> Result<&Series, Error> {
        match self.frame.series.get(indicator) {
            Some(series) if series.kept => Ok(series),
            _ => {
                let known = self.frame.series.values().filter(|s| s.kept).map(|s| s.name.as_str());
                let message = format!(
                    "indicator \"{indicator}\" was not kept{}; name it in `keep`, or keep all",
                    near(indicator, known)
                );
                Err(Error::at("keep", message))
            }
        }
    }

    /// Refuses an indicator that is stored in some periods only, since targets look at no others.
    ///
    /// # Errors
    /// That one, with the way out.
    pub(crate) fn in_every_period(&self, indicator: &str) -> Result<(), Error> {
        if self.known(indicator).is_none_or(|series| series.stored.is_none()) {
            return Ok(());
        }
        let message = format!(
            "indicator \"{indicator}\" was kept only where targets look at it; name it in `keep`, or keep all"
        );
        Err(Error::at("keep", message))
    }

    /// Its values before the span, oldest first: those of its history, the mean where they are
    /// drawn; and where there are none, what its identity gives just before the span.
    ///
    /// # Errors
    /// When it is unknown or was not kept.
    ///
    /// ```
    /// use tinbergen::{Model, Sampling, model::Indicator};
    /// let gdp = Indicator::from_equation("gdp = 1.05 * gdp[-1]");
    /// let gdp = gdp.with_history("2020".parse()?, 300.0);
    /// let model = Model::new("ratio", "2021..2022".parse()?)
    ///     .with_indicator("gdp", gdp)
    ///     .with_indicator("half", Indicator::from_equation("half = gdp / 2"));
    /// let runs = model.compile()?.simulate(&Sampling::new(10, 1))?;
    /// assert_eq!(runs.get("baseline")?.history("half")?, [("2020".parse()?, 150.0)]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn history(&self, indicator: &str) -> Result<Vec<(Period, f64)>, Error> {
        let mut history = self.series(indicator)?.history.clone();
        let first = self.frame.span.first();
        for period in (1..=self.frame.lead as i32).rev().map(|before| first - before) {
            let place = history.partition_point(|(known, _)| known.ordinal() < period.ordinal());
            let known = history.get(place).is_some_and(|(known, _)| *known == period);
            let mean = self.row(indicator, period).map_or(f64::NAN, |row| self.mean(row));
            if !known && mean.is_finite() {
                history.insert(place, (period, mean));
            }
        }
        Ok(history)
    }

    /// The mean of a number per path.
    fn mean(&self, row: &[f64]) -> f64 {
        match self.weights() {
            None => row.iter().sum::<f64>() / row.len() as f64,
            Some(weights) => row.iter().zip(weights).map(|(value, weight)| value * weight).sum(),
        }
    }

    /// Its paths: shape (periods of the span, paths).
    ///
    /// # Errors
    /// When it is unknown or was not kept.
    pub fn paths(&self, indicator: &str) -> Result<ArrayView2<'_, f64>, Error> {
        self.series(indicator)?;
        let index = self.frame.series.get_index_of(indicator).unwrap_or_default();
        let (values, stride) =
            self.columns[index].from(self.frame.lead, self.paths).unwrap_or((&[], 1));
        let shape = (self.frame.span.len(), self.paths).strides((stride, 1));
        ArrayView2::from_shape(shape, values)
            .map_err(|error| Error::at(indicator, error.to_string()))
    }

    /// All paths of an indicator in one period, also one just before the span when a target needs
    /// it; none when the indicator or the period is not stored.
    pub fn row(&self, indicator: &str, period: Period) -> Option<&[f64]> {
        let index = self.frame.series.get_index_of(indicator)?;
        self.columns[index].row(self.frame.place(period)?, self.paths)
    }

    /// The mean and some quantiles of an indicator in a period of the span, whose paths weigh the same:
    /// worked out once for all scenarios that share the row.
    pub(crate) fn summary(
        &self,
        indicator: &str,
        period: usize,
        levels: &Arc<[u64]>,
        work: impl FnOnce() -> (f64, Vec<f64>),
    ) -> Summary {
        let index = self.frame.series.get_index_of(indicator).unwrap_or_default();
        let column = &self.columns[index];
        match column.row_number(self.frame.lead + period) {
            Some(row) => column.memory.summaries.get(row, levels, work),
            None => Arc::new(work()),
        }
    }
}

/// What is stored of an indicator in a period.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Stored<'a> {
    /// A number for each path.
    Row(&'a [f64]),
    /// The same in all paths.
    Same(f64),
}

impl Ensemble {
    /// What is stored of an indicator in a period; also what is known of it, the same in all paths,
    /// before the first period that is stored.
    pub(crate) fn stored(&self, indicator: &str, period: Period) -> Option<Stored<'_>> {
        if let Some(row) = self.row(indicator, period) {
            return Some(Stored::Row(row));
        }
        self.frame.known(indicator, period).map(Stored::Same)
    }
}
