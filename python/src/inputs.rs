//! What was drawn in each path, and what came of it there.

use numpy::{PyArray1, PyArray2, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::plan::{self, Met};

use crate::columns::Columns;
use crate::ensembles::{Ensemble, Ensembles};
use crate::model::Program;
use crate::outturns::Tracked;
use crate::run::{heard, watched};

/// Return what was drawn in the paths of a scenario: kind, name, periods, address, and values (a
/// list with an array for each).
#[pyfunction]
#[pyo3(signature = (program, runs, scenario, by_period=true, tracked=None, watch=None))]
pub(crate) fn inputs<'py>(
    py: Python<'py>,
    program: &Program,
    runs: &Ensembles,
    scenario: &str,
    by_period: bool,
    tracked: Option<&Tracked>,
    watch: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let rows = watched(py, watch.as_ref(), |watch| match tracked {
        Some(Tracked { inner }) => {
            plan::inputs_given(inner, &runs.inner, scenario, by_period, watch)
        }
        None => plan::inputs(&program.inner, &runs.inner, scenario, by_period, watch),
    })?;
    let span = |row: &plan::Input| row.periods.map_or_else(String::new, |span| span.to_string());
    Columns::new(py)
        .with("kind", rows.iter().map(|row| row.kind.name()).collect::<Vec<_>>())?
        .with("name", rows.iter().map(|row| &row.name).collect::<Vec<_>>())?
        .with("periods", rows.iter().map(span).collect::<Vec<_>>())?
        .with("address", rows.iter().map(plan::Input::address).collect::<Vec<_>>())?
        .with(
            "values",
            rows.into_iter().map(|row| PyArray1::from_vec(py, row.values)).collect::<Vec<_>>(),
        )
        .map(Columns::finish)
}

/// What [`target_paths`] gives.
type TargetPaths<'py> = (Vec<String>, Bound<'py, PyArray2<f64>>, Bound<'py, PyArray2<f64>>);

/// Compute which targets are met in which paths, and with which headroom: ids, and two arrays of shape
/// (targets, paths), the first of ones and zeros.
#[pyfunction]
pub(crate) fn target_paths<'py>(
    py: Python<'py>,
    program: &Program,
    ensemble: &Ensemble,
) -> PyResult<TargetPaths<'py>> {
    let model = program.inner.model();
    let met = heard(py, || Met::new(model, &ensemble.inner))?;
    let (targets, paths) = (model.targets.len(), ensemble.inner.len());
    let array = |of: fn(&Met, usize) -> &[f64]| {
        let all: Vec<f64> = (0..targets).flat_map(|index| of(&met, index).to_vec()).collect();
        PyArray1::from_vec(py, all).reshape([targets, paths])
    };
    let ids = model.targets.iter().map(|target| target.id.clone()).collect();
    Ok((ids, array(Met::target)?, array(Met::headroom)?))
}
