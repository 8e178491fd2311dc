//! What comes out: the paths of every indicator, for each scenario.
//!
//! Paths lie next to each other in memory (`[period][indicator][path]`), so a row, all paths of
//! one indicator in one period, is one slice. An [`Ensemble`] may come from a simulation or from
//! [`Ensemble::from_rows`]; summaries and attainment do not care which.

mod broken;
mod buffer;

use std::sync::Arc;

use indexmap::IndexMap;
use ndarray::{ArrayView2, ShapeBuilder};

pub use broken::Broken;
pub(crate) use buffer::Buffer;

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
    pub(crate) fn rows(&self) -> usize {
        (self.lead + self.span.len()) * self.series.len()
    }
}

/// All paths of one scenario.
#[derive(Debug, Clone)]
pub struct Ensemble {
    scenario: String,
    frame: Arc<Frame>,
    paths: usize,
    strata: Vec<f64>,
    values: Arc<Buffer>,
    weights: Option<Arc<[f64]>>,
    failures: Vec<Failure>,
    failed_paths: u64,
    evidence: Option<f64>,
    broken: Vec<Broken>,
}

impl Ensemble {
    pub(crate) fn new(
        scenario: String,
        frame: Arc<Frame>,
        paths: usize,
        values: Buffer,
        failures: Vec<Failure>,
        failed_paths: u64,
    ) -> Self {
        let values = Arc::new(values);
        let strata = vec![1.0];
        let broken = Vec::new();
        Self {
            scenario,
            frame,
            paths,
            strata,
            values,
            weights: None,
            failures,
            failed_paths,
            broken,
            evidence: None,
        }
    }

    /// The same paths, weighted; `evidence` is the logarithm of the density of what they are held
    /// to.
    pub(crate) fn weighted(self, weights: Vec<f64>, evidence: f64) -> Self {
        Self { weights: Some(weights.into()), evidence: Some(evidence), ..self }
    }

    /// An ensemble of paths that came from elsewhere: for each indicator (name, unit) its rows,
    /// one slice of paths for each period of the span, all paths independent.
    ///
    /// # Errors
    /// When the rows do not fit the span, or differ in their number of paths.
    ///
    /// ```
    /// use tinbergen::ensemble::Ensemble;
    /// let rows = vec![("gdp".to_owned(), None, vec![vec![100.0, 101.0], vec![103.0, 99.0]])];
    /// let ensemble = Ensemble::from_rows("mine", "2021..2022".parse()?, rows)?;
    /// assert_eq!(ensemble.paths("gdp")?[[1, 0]], 103.0);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_rows(
        scenario: &str,
        span: Span,
        rows: Vec<(String, Option<String>, Vec<Vec<f64>>)>,
    ) -> Result<Self, Error> {
        let paths = rows.first().and_then(|r| r.2.first()).map_or(0, Vec::len);
        for (name, _, periods) in &rows {
            if periods.len() != span.len() {
                let message = format!("has {} rows, the span {}", periods.len(), span.len());
                return Err(Error::at(name, message));
            }
            if let Some(other) = periods.iter().find(|row| row.len() != paths) {
                let message = format!("has a row of {} paths beside one of {paths}", other.len());
                return Err(Error::at(name, message));
            }
        }
        let mut buffer = Buffer::new(span.len() * rows.len() * paths)?;
        for (k, target) in buffer.values_mut().chunks_exact_mut(paths.max(1)).enumerate() {
            target.copy_from_slice(&rows[k % rows.len()].2[k / rows.len()]);
        }
        let series = rows.into_iter().map(|(name, unit, _)| {
            (
                name.clone(),
                Series { name, unit, history: Vec::new(), drawn: Vec::new(), kept: true },
            )
        });
        let dependence = Dependence::Independent;
        let frame = Frame { span, lead: 0, series: series.collect(), dependence };
        Ok(Self::new(scenario.to_owned(), Arc::new(frame), paths, buffer, Vec::new(), 0))
    }

    /// The same paths with weights, which are scaled to add up to 1: what an importance sample or
    /// a particle filter gives. Every estimate uses them, and its interval their effective number.
    ///
    /// # Errors
    /// When there is not one weight for each path, one is negative or not finite, or all are 0.
    ///
    /// ```
    /// use tinbergen::ensemble::Ensemble;
    /// let rows = vec![("gdp".to_owned(), None, vec![vec![100.0, 101.0]])];
    /// let ensemble = Ensemble::from_rows("mine", "2021".parse()?, rows)?.with_weights(&[3.0, 1.0])?;
    /// assert_eq!(ensemble.weights(), Some(&[0.75, 0.25][..]));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_weights(mut self, weights: &[f64]) -> Result<Self, Error> {
        let wrong = |message: String| Err(Error::at("weights", message));
        if weights.len() != self.paths {
            return wrong(format!("{} weights for {} paths", weights.len(), self.paths));
        }
        if let Some(odd) = weights.iter().find(|w| !w.is_finite() || **w < 0.0) {
            return wrong(format!("{odd} is not a weight; expected a number from 0"));
        }
        let total: f64 = weights.iter().sum();
        if total <= 0.0 || !total.is_finite() {
            return wrong(format!("they add up to {total}; one at least must be above 0"));
        }
        self.weights = Some(weights.iter().map(|w| w / total).collect());
        Ok(self)
    }

    /// The mixture of ensembles of one run with their probabilities: all their paths, weighted.
    pub(crate) fn mixture(parts: &[(&Self, f64)]) -> Result<Self, Error> {
        let (first, _) = parts[0];
        let mut buffer = Buffer::new(first.frame.rows() * first.paths * parts.len())?;
        let rows = buffer.values_mut().chunks_exact_mut(first.paths * parts.len());
        for (k, row) in rows.enumerate() {
            for ((part, _), piece) in parts.iter().zip(row.chunks_exact_mut(first.paths)) {
                let range = k * first.paths..(k + 1) * first.paths;
                piece.copy_from_slice(&part.values.values()[range]);
            }
        }
        let weights = parts.iter().flat_map(|(part, p)| {
            let equal = p / first.paths as f64;
            (0..part.paths).map(move |i| part.weights().map_or(equal, |weights| p * weights[i]))
        });
        Ok(Self {
            scenario: "mixture".to_owned(),
            frame: Arc::clone(&first.frame),
            paths: first.paths * parts.len(),
            strata: parts.iter().map(|(_, p)| *p).collect(),
            values: Arc::new(buffer),
            weights: Some(weights.collect()),
            failures: merged(parts),
            failed_paths: parts.iter().map(|(e, _)| e.failed_paths).sum(),
            evidence: None,
            broken: Vec::new(),
        })
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
            Some(weights) => {
                let squares: f64 = weights.iter().map(|w| w * w).sum();
                if squares > 0.0 { 1.0 / squares } else { 0.0 }
            }
        }
    }

    /// The logarithm of the density of the outturns that its paths are held to.
    pub fn evidence(&self) -> Option<f64> {
        self.evidence
    }

    /// How its paths depend on each other.
    pub fn dependence(&self) -> Dependence {
        self.frame.dependence
    }

    /// The weights of the ensembles it is a mixture of, each with an equal number of paths under
    /// the same luck; one of weight 1 when it is no mixture.
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
        let width = self.frame.series.len();
        let offset = (self.frame.lead * width + index) * self.paths;
        let shape = (self.frame.span.len(), self.paths).strides((width * self.paths, 1));
        ArrayView2::from_shape(shape, &self.values.values()[offset..])
            .map_err(|error| Error::at(indicator, error.to_string()))
    }

    /// All paths of an indicator in one period, also one just before the span when a target needs
    /// it; none when the indicator or the period is not stored.
    pub fn row(&self, indicator: &str, period: Period) -> Option<&[f64]> {
        let index = self.frame.series.get_index_of(indicator)?;
        let first = self.frame.span.first() - self.frame.lead as i32;
        let place = usize::try_from(period.since(first).ok()?).ok()?;
        (place < self.frame.lead + self.frame.span.len()).then(|| {
            let offset = (place * self.frame.series.len() + index) * self.paths;
            &self.values.values()[offset..offset + self.paths]
        })
    }
}

impl Ensemble {
    /// The same paths seen as one series that is worked out from them: its row for each period of the
    /// span, and what is known of it before.
    pub(crate) fn with_series(
        &self,
        name: &str,
        unit: Option<String>,
        history: Vec<(Period, f64)>,
        rows: &[Vec<f64>],
    ) -> Result<Self, Error> {
        let mut buffer = Buffer::new(self.frame.span.len() * self.paths)?;
        for (place, row) in buffer.values_mut().chunks_exact_mut(self.paths.max(1)).zip(rows) {
            place.copy_from_slice(row);
        }
        let name = name.to_owned();
        let series = Series { name: name.clone(), unit, history, drawn: Vec::new(), kept: true };
        let frame = Frame {
            span: self.frame.span,
            lead: 0,
            series: [(name, series)].into_iter().collect(),
            dependence: self.frame.dependence,
        };
        Ok(Self { frame: Arc::new(frame), values: Arc::new(buffer), ..self.clone() })
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
        let series = self.frame.series.get(indicator)?;
        let known = series.history.iter().find(|(known, _)| *known == period);
        known.filter(|_| !series.drawn.contains(&period)).map(|(_, value)| Stored::Same(*value))
    }
}

fn merged(parts: &[(&Ensemble, f64)]) -> Vec<Failure> {
    let mut all: Vec<Failure> = Vec::new();
    for failure in parts.iter().flat_map(|(part, _)| &part.failures) {
        let same =
            |f: &&mut Failure| f.indicator == failure.indicator && f.period == failure.period;
        match all.iter_mut().find(same) {
            Some(known) => known.paths += failure.paths,
            None => all.push(failure.clone()),
        }
    }
    all
}
