//! The way that indicators have to go.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::plan::{RequiredLevel, required_paths as paths};

use crate::columns::{Columns, floats};
use crate::ensembles::Ensemble;
use crate::model::Program;
use crate::run::heard;

/// Compute the way each indicator has to go from its last actual value to what its target wants.
#[pyfunction]
pub(crate) fn required_paths<'py>(
    py: Python<'py>,
    program: &Program,
    ensemble: &Ensemble,
) -> PyResult<Bound<'py, PyDict>> {
    let rows = heard(py, || paths(program.inner.model(), &ensemble.inner));
    let rows = rows?;
    let numbers = |of: fn(&RequiredLevel) -> f64| floats(py, rows.iter().map(of));
    Columns::new(py)
        .with("target", rows.iter().map(|row| &row.target).collect::<Vec<_>>())?
        .with("indicator", rows.iter().map(|row| &row.indicator).collect::<Vec<_>>())?
        .with("period", rows.iter().map(|row| row.period.to_string()).collect::<Vec<_>>())?
        .with("required", numbers(|row| row.required))?
        .with("predicted", numbers(|row| row.predicted))
        .map(Columns::finish)
}
