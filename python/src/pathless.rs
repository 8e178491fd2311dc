//! What can be asked of a run that keeps no path, however it was simulated.

use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::period::Period;
use tinbergen::plan::Moments;

use crate::columns::{Columns, floats};

/// The methods of a class around such a run: those of every one, and its own.
macro_rules! pathless {
    (impl $class:ident { $($own:tt)* }) => {
        #[pymethods]
        impl $class {
            #[getter]
            fn names(&self) -> Vec<&str> {
                self.inner.names().collect()
            }

            #[getter]
            fn info<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
                $crate::ensembles::info_columns(py, self.inner.info())
            }

            #[getter]
            fn indicators(&self) -> Vec<&str> {
                self.inner.indicators().map(|series| series.name.as_str()).collect()
            }

            #[getter]
            fn bytes(&self) -> usize {
                self.inner.bytes()
            }

            /// Return the ensemble of a scenario without a path.
            fn ensemble(
                &self,
                py: Python<'_>,
                name: &str,
            ) -> PyResult<$crate::ensembles::Ensemble> {
                let ensemble = $crate::run::heard(py, || self.inner.ensemble(name).cloned());
                ensemble.map(|inner| $crate::ensembles::Ensemble { inner })
            }

            fn moments<'py>(
                &self,
                py: Python<'py>,
                scenario: &str,
                indicators: Vec<String>,
            ) -> PyResult<Bound<'py, PyDict>> {
                let found: Vec<_> = $crate::run::each(py, &indicators, |name| {
                    self.inner.moments(scenario, name)
                })?;
                $crate::pathless::moment_columns(py, &indicators, &found)
            }

            fn history<'py>(
                &self,
                py: Python<'py>,
                scenario: &str,
                indicator: &str,
            ) -> PyResult<$crate::pathless::History<'py>> {
                let history =
                    $crate::run::heard(py, || self.inner.history(scenario, indicator))?;
                Ok($crate::pathless::history_columns(py, &history))
            }

            $($own)*
        }
    };
}

pub(crate) use pathless;

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
