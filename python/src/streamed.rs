//! Results of runs that keep no path.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use tinbergen::plan::{self, StreamedFan};
use tinbergen::summary::Fan;

use crate::columns::{Columns, floats};
use crate::ensembles::{attainment_columns, fan_columns};
use crate::pathless::pathless;
use crate::run::{each, heard};

/// A run that keeps no path.
#[pyclass(frozen, module = "tinbergen._core")]
pub(crate) struct Streamed {
    pub(crate) inner: plan::Streamed,
}

pathless! {
    impl Streamed {
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
            let fans: Vec<StreamedFan> =
                each(py, &indicators, |name| self.inner.fan(scenario, name, &quantiles))?;
            let errors: Vec<f64> = fans.iter().flat_map(|fan| fan.errors.iter().copied()).collect();
            let fans: Vec<Fan> = fans.into_iter().map(|found| found.fan).collect();
            fan_columns(py, &fans, quantiles.len())?
                .with("error", floats(py, errors.into_iter()))
                .map(Columns::finish)
        }
    }
}
