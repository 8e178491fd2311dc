//! How ensembles come to be: from a run, from rows, with weights, as a mixture of others.

use std::sync::Arc;

use super::{Buffer, Column, Dependence, Ensemble, Failure, Frame, Layout, Series};
use crate::error::Error;
use crate::interrupt::look;
use crate::period::{Period, Span};

impl Ensemble {
    pub(crate) fn new(
        scenario: String,
        frame: Arc<Frame>,
        paths: usize,
        columns: Vec<Column>,
        failures: Vec<Failure>,
        failed_paths: u64,
    ) -> Self {
        let own = frame.layout(0..columns.len()).cells().len();
        let columns = columns.into();
        let strata = vec![1.0];
        let broken = Vec::new();
        Self {
            scenario,
            frame,
            paths,
            strata,
            columns,
            own,
            weights: None,
            failures,
            failed_paths,
            broken,
            evidence: None,
            unsolved_paths: 0,
        }
    }

    /// Where its series stand.
    pub(crate) fn columns(&self) -> &[Column] {
        &self.columns
    }

    /// The same with so many rows in memory of its own.
    pub(crate) fn with_own(self, own: usize) -> Self {
        Self { own, ..self }
    }

    /// The same paths, weighted; `evidence` is the logarithm of the density of what they are held
    /// to.
    pub(crate) fn weighted(self, weights: Vec<f64>, evidence: f64, unsolved_paths: u64) -> Self {
        Self { weights: Some(weights.into()), evidence: Some(evidence), unsolved_paths, ..self }
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
                Series {
                    name,
                    unit,
                    history: Vec::new(),
                    drawn: Vec::new(),
                    kept: true,
                    stored: None,
                },
            )
        });
        let dependence = Dependence::Independent;
        let frame = Frame { span, lead: 0, series: series.collect(), dependence };
        let layout = Layout::whole(frame.span.len(), frame.series.len());
        let columns = Column::all(buffer, layout);
        Ok(Self::new(scenario.to_owned(), Arc::new(frame), paths, columns, Vec::new(), 0))
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
        let layout = first.frame.layout(0..first.width());
        let own = layout.cells().len();
        let mut buffer = Buffer::new(own * first.paths * parts.len())?;
        let rows = buffer.values_mut().chunks_exact_mut(first.paths * parts.len());
        for (&(series, period), row) in layout.cells().iter().zip(rows) {
            look();
            for ((part, _), piece) in parts.iter().zip(row.chunks_exact_mut(first.paths)) {
                let row = part.columns[series].row(period, first.paths);
                piece.copy_from_slice(row.unwrap_or_default());
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
            own,
            columns: Column::all(buffer, layout).into(),
            weights: Some(weights.collect()),
            failures: merged(parts),
            failed_paths: parts.iter().map(|(e, _)| e.failed_paths).sum(),
            evidence: None,
            unsolved_paths: 0,
            broken: Vec::new(),
        })
    }

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
            look();
            place.copy_from_slice(row);
        }
        let name = name.to_owned();
        let series = Series {
            name: name.clone(),
            unit,
            history,
            drawn: Vec::new(),
            kept: true,
            stored: None,
        };
        let frame = Frame {
            span: self.frame.span,
            lead: 0,
            series: [(name, series)].into_iter().collect(),
            dependence: self.frame.dependence,
        };
        let own = frame.periods();
        let columns = Column::all(buffer, Layout::whole(own, 1)).into();
        Ok(Self { frame: Arc::new(frame), columns, own, ..self.clone() })
    }
}

/// The failures of all parts, those of one indicator and period together.
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
