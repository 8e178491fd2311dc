//! Results of runs that keep no path.

use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use tinbergen::period::Period;
use tinbergen::plan::{self, Moments, StreamedFan};
use tinbergen::summary::Fan;

use crate::columns::{Columns, floats};
use crate::ensembles::{Ensemble, attainment_columns, fan_columns, info_columns};
use crate::run::heard;

/// A run that keeps no path.
#[pyclass(frozen, module = "tinbergen._core")]
pub(crate) struct Streamed {
    pub(crate) inner: plan::Streamed,
}

#[pymethods]
impl Streamed {
    #[getter]
    fn names(&self) -> Vec<&str> {
        self.inner.names().collect()
    }

    #[getter]
    fn info<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        info_columns(py, self.inner.info())
    }

    #[getter]
    fn indicators(&self) -> Vec<&str> {
        self.inner.indicators().map(|series| series.name.as_str()).collect()
    }

    #[getter]
    fn bytes(&self) -> usize {
        self.inner.bytes()
    }

    /// Return what one run of the paths of both gives.
    fn merge(&self, py: Python<'_>, other: &Self) -> PyResult<Self> {
        heard(py, || self.inner.merge(&other.inner)).map(|inner| Self { inner })
    }

    /// Refuse more failed paths than the model tolerates.
    fn judge(&self, py: Python<'_>) -> PyResult<()> {
        heard(py, || self.inner.judge())
    }

    /// Return it as bytes, for `Ranges.read`.
    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        heard(py, || Ok(self.inner.to_bytes())).map(|bytes| PyBytes::new(py, &bytes))
    }

    /// Return the ensemble of a scenario without a path.
    fn ensemble(&self, py: Python<'_>, name: &str) -> PyResult<Ensemble> {
        let ensemble = heard(py, || self.inner.ensemble(name).cloned());
        ensemble.map(|inner| Ensemble { inner })
    }

    fn attainment<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let (rows, errors) = heard(py, || {
            let rows = self.inner.attainment()?;
            let error = |row: &plan::Attainment| {
                let error = self.inner.headroom_error(&row.scenario, &row.target)?;
                Ok(error.unwrap_or(f64::NAN))
            };
            let errors = rows.iter().map(error).collect::<Result<Vec<f64>, tinbergen::Error>>()?;
            Ok((rows, errors))
        })?;
        attainment_columns(py, &rows)?
            .with("headroom_error", floats(py, errors.into_iter()))
            .map(Columns::finish)
    }

    fn fan<'py>(
        &self,
        py: Python<'py>,
        scenario: &str,
        indicators: Vec<String>,
        quantiles: Vec<f64>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let fans: Vec<StreamedFan> = heard(py, || {
            let fan = |name: &String| self.inner.fan(scenario, name, &quantiles);
            indicators.iter().map(fan).collect()
        })?;
        let errors: Vec<f64> = fans.iter().flat_map(|fan| fan.errors.iter().copied()).collect();
        let fans: Vec<Fan> = fans.into_iter().map(|found| found.fan).collect();
        fan_columns(py, &fans, quantiles.len())?
            .with("error", floats(py, errors.into_iter()))
            .map(Columns::finish)
    }

    fn moments<'py>(
        &self,
        py: Python<'py>,
        scenario: &str,
        indicators: Vec<String>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let found: Vec<Vec<Moments>> = heard(py, || {
            indicators.iter().map(|name| self.inner.moments(scenario, name)).collect()
        })?;
        moment_columns(py, &indicators, &found)
    }

    fn history<'py>(
        &self,
        py: Python<'py>,
        scenario: &str,
        indicator: &str,
    ) -> PyResult<History<'py>> {
        let history = heard(py, || self.inner.history(scenario, indicator))?;
        Ok(history_columns(py, &history))
    }
}

/// Periods, and a value in each.
pub(crate) type History<'py> = (Vec<String>, Bound<'py, PyArray1<f64>>);

/// What is known before the span.
pub(crate) fn history_columns<'py>(py: Python<'py>, history: &[(Period, f64)]) -> History<'py> {
    let periods = history.iter().map(|(period, _)| period.to_string()).collect();
    (periods, floats(py, history.iter().map(|(_, value)| *value)))
}

/// Moments of some indicators, a row for each period.
pub(crate) fn moment_columns<'py>(
    py: Python<'py>,
    indicators: &[String],
    found: &[Vec<Moments>],
) -> PyResult<Bound<'py, PyDict>> {
    let rows = || indicators.iter().zip(found).flat_map(|(n, m)| m.iter().map(move |m| (n, m)));
    let numbers = |of: fn(&Moments) -> f64| floats(py, rows().map(move |(_, m)| of(m)));
    let paths = rows().map(|(_, moments)| moments.paths as i64).collect();
    Columns::new(py)
        .with("indicator", rows().map(|(name, _)| name).collect::<Vec<_>>())?
        .with("period", rows().map(|(_, m)| m.period.to_string()).collect::<Vec<_>>())?
        .with("paths", PyArray1::<i64>::from_vec(py, paths))?
        .with("mean", numbers(|moments| moments.mean))?
        .with("sd", numbers(|moments| moments.sd))?
        .with("least", numbers(|moments| moments.least))?
        .with("greatest", numbers(|moments| moments.greatest))
        .map(Columns::finish)
}
