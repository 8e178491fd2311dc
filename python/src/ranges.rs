//! Runs that are worked out range by range, here or elsewhere.

use std::sync::{Mutex, PoisonError};

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use tinbergen::simulate::{Gathering as Gathered, StoredRange as Stored};
use tinbergen::{Error, plan};

use crate::columns::matrix;
use crate::ensembles::Ensembles;
use crate::model::Program;
use crate::run::{heard, run_sampling, watched};
use crate::streamed::Streamed;

/// A run whose paths are worked out range by range.
#[pyclass(frozen, module = "tinbergen._core")]
pub(crate) struct Ranges {
    inner: plan::Ranges,
}

#[pymethods]
impl Ranges {
    /// Run a range and keep no path.
    #[pyo3(signature = (first, end, watch=None))]
    fn run(
        &self,
        py: Python<'_>,
        first: u64,
        end: u64,
        watch: Option<Py<PyAny>>,
    ) -> PyResult<Streamed> {
        let run = watched(py, watch.as_ref(), |watch| self.inner.run(first..end, watch));
        run.map(|inner| Streamed { inner })
    }

    /// Refuse what cannot be streamed.
    fn check(&self, py: Python<'_>) -> PyResult<()> {
        heard(py, || self.inner.check())
    }

    /// Run a range and store its paths.
    #[pyo3(signature = (first, end, watch=None))]
    fn stored(
        &self,
        py: Python<'_>,
        first: u64,
        end: u64,
        watch: Option<Py<PyAny>>,
    ) -> PyResult<StoredRange> {
        let run = watched(py, watch.as_ref(), |watch| self.inner.stored(first..end, watch));
        run.map(|inner| StoredRange { inner })
    }

    /// Run a range, and keep its paths beside what they add up to.
    #[pyo3(signature = (first, end, watch=None))]
    fn run_stored(
        &self,
        py: Python<'_>,
        first: u64,
        end: u64,
        watch: Option<Py<PyAny>>,
    ) -> PyResult<(Streamed, StoredRange)> {
        let run = watched(py, watch.as_ref(), |watch| self.inner.run_stored(first..end, watch));
        run.map(|(inner, stored)| (Streamed { inner }, StoredRange { inner: stored }))
    }

    /// Make room for the paths of the run, which come range by range.
    fn gathering(&self, py: Python<'_>) -> PyResult<Gathering> {
        let inner = heard(py, || self.inner.gathering())?;
        Ok(Gathering { inner: Mutex::new(Some(inner)) })
    }

    /// Read what `Streamed.to_bytes` wrote of this run.
    fn read(&self, py: Python<'_>, bytes: &[u8]) -> PyResult<Streamed> {
        heard(py, || self.inner.read(bytes)).map(|inner| Streamed { inner })
    }
}

/// Some of the paths of a run, stored.
#[pyclass(frozen, module = "tinbergen._core")]
pub(crate) struct StoredRange {
    pub(crate) inner: Stored,
}

#[pymethods]
impl StoredRange {
    /// Return the paths of an indicator: periods of the span, paths.
    fn rows<'py>(
        &self,
        py: Python<'py>,
        scenario: &str,
        indicator: &str,
    ) -> PyResult<Bound<'py, PyAny>> {
        let range = self.inner.range();
        let paths = (range.end - range.start) as usize;
        let rows = heard(py, || Ok(self.inner.rows(scenario, indicator)?.concat()))?;
        matrix(py, rows, paths)
    }

    fn to_bytes<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyBytes>> {
        heard(py, || Ok(self.inner.to_bytes())).map(|bytes| PyBytes::new(py, &bytes))
    }
}

/// A run whose paths come range by range.
#[pyclass(frozen, module = "tinbergen._core")]
pub(crate) struct Gathering {
    inner: Mutex<Option<Gathered>>,
}

#[pymethods]
impl Gathering {
    /// Add what `StoredRange.to_bytes` gives.
    fn take(&self, py: Python<'_>, bytes: &[u8]) -> PyResult<()> {
        heard(py, || match &mut *self.inner.lock().unwrap_or_else(PoisonError::into_inner) {
            Some(gathered) => gathered.take(bytes),
            None => Err(Error::at("range", "this run is finished")),
        })
    }

    /// Return the run of all of them.
    fn finish(&self, py: Python<'_>) -> PyResult<Ensembles> {
        let runs = heard(py, || {
            let gathered = self.inner.lock().unwrap_or_else(PoisonError::into_inner).take();
            let gathered = gathered.ok_or_else(|| Error::at("range", "this run is finished"));
            gathered.and_then(Gathered::finish)
        })?;
        Ok(Ensembles::new(runs))
    }
}

/// Make the ranges of the paths of a run.
#[pyfunction]
pub(crate) fn ranges(
    py: Python<'_>,
    program: &Program,
    settings: &Bound<'_, PyDict>,
) -> PyResult<Ranges> {
    let sampling = run_sampling(settings)?;
    heard(py, || plan::Ranges::new(&program.inner, &sampling)).map(|inner| Ranges { inner })
}
