//! Results of runs that are simulated tile by tile.

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::plan::{self, Chosen};
use tinbergen::summary::Fan;

use crate::columns::Columns;
use crate::ensembles::{Ensembles, attainment_columns, fan_columns};
use crate::model::Program;
use crate::pathless::pathless;
use crate::run::{each, heard, run_sampling, watched};

/// A run that was simulated tile by tile.
#[pyclass(frozen, module = "tinbergen._core")]
pub(crate) struct Tiled {
    inner: plan::Tiled,
}

pathless! {
    impl Tiled {
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
            let fans: Vec<Fan> =
                each(py, &indicators, |name| self.inner.fan(scenario, name, &quantiles))?;
            fan_columns(py, &fans, quantiles.len()).map(Columns::finish)
        }
    }
}

/// Simulate tile by tile; where it is wished, only if the paths do not fit into memory. Tiles of at most
/// `tile` periods, for tests.
#[pyfunction]
#[pyo3(signature = (program, settings, *, quantiles, or_stored=false, tile=None, watch=None))]
pub(crate) fn tiled(
    py: Python<'_>,
    program: &Program,
    settings: &Bound<'_, PyDict>,
    quantiles: Vec<f64>,
    or_stored: bool,
    tile: Option<usize>,
    watch: Option<Py<PyAny>>,
) -> PyResult<Py<PyAny>> {
    let mut sampling = run_sampling(settings)?;
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
