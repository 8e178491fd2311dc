//! Results of runs that are simulated tile by tile.

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::plan::{self, Chosen, Moments};
use tinbergen::summary::Fan;

use crate::columns::Columns;
use crate::ensembles::{Ensemble, Ensembles, attainment_columns, fan_columns, info_columns};
use crate::model::{Program, design_of};
use crate::run::{Parameters, Run, given, heard, watched};
use crate::streamed::{history_columns, moment_columns};

/// A run that was simulated tile by tile.
#[pyclass(frozen, module = "tinbergen._core")]
pub(crate) struct Tiled {
    inner: plan::Tiled,
}

#[pymethods]
impl Tiled {
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

    /// The levels of its quantiles.
    #[getter]
    fn levels(&self) -> Vec<f64> {
        self.inner.levels().to_vec()
    }

    /// How many tiles its periods were cut into.
    #[getter]
    fn tiles(&self) -> usize {
        self.inner.tiles()
    }

    /// Return the ensemble of a scenario without a path.
    fn ensemble(&self, py: Python<'_>, name: &str) -> PyResult<Ensemble> {
        let ensemble = heard(py, || self.inner.ensemble(name).cloned());
        ensemble.map(|inner| Ensemble { inner })
    }

    fn attainment<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let rows = heard(py, || self.inner.attainment())?;
        attainment_columns(py, &rows).map(Columns::finish)
    }

    fn fan<'py>(
        &self,
        py: Python<'py>,
        scenario: &str,
        indicators: Vec<String>,
        quantiles: Vec<f64>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let fans: Vec<Fan> = heard(py, || {
            let fan = |name: &String| self.inner.fan(scenario, name, &quantiles);
            indicators.iter().map(fan).collect()
        })?;
        fan_columns(py, &fans, quantiles.len()).map(Columns::finish)
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
    ) -> PyResult<crate::streamed::History<'py>> {
        let history = heard(py, || self.inner.history(scenario, indicator))?;
        Ok(history_columns(py, &history))
    }
}

/// Simulate tile by tile; where it is wished, only if the paths do not fit into memory. Tiles of at most
/// `tile` periods, for tests.
#[pyfunction]
#[pyo3(signature = (program, *, paths, quantiles, seed=None, scenarios=None, keep=None, design="random", threads=None, memory_limit=None, parameters=None, or_stored=false, tile=None, watch=None))]
#[allow(clippy::too_many_arguments, reason = "keyword arguments of the Python function")]
pub(crate) fn tiled(
    py: Python<'_>,
    program: &Program,
    paths: usize,
    quantiles: Vec<f64>,
    seed: Option<u64>,
    scenarios: Option<Vec<String>>,
    keep: Option<Vec<String>>,
    design: &str,
    threads: Option<usize>,
    memory_limit: Option<u64>,
    parameters: Option<Parameters<'_>>,
    or_stored: bool,
    tile: Option<usize>,
    watch: Option<Py<PyAny>>,
) -> PyResult<Py<PyAny>> {
    let design = design_of(py, design)?;
    let parameters = given(parameters)?;
    let run = Run { paths, seed, scenarios, keep, design, threads, memory_limit, parameters };
    let mut sampling = run.sampling();
    if let Some(periods) = tile {
        sampling = sampling.with_tile(periods);
    }
    let chosen = watched(py, watch.as_ref(), |watch| {
        if or_stored {
            Chosen::watched(&program.inner, &sampling, &quantiles, watch)
        } else {
            plan::Tiled::watched(&program.inner, &sampling, &quantiles, watch)
                .map(|run| Chosen::Tiled(Box::new(run)))
        }
    })?;
    match chosen {
        Chosen::Stored(runs) => Ensembles::new(*runs).into_py_any(py),
        Chosen::Tiled(inner) => Tiled { inner: *inner }.into_py_any(py),
    }
}
