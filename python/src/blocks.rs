//! How a program computes, and what broke.

use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::PyDict;

use crate::columns::Columns;
use crate::ensembles::Ensemble;
use crate::model::Program;
use crate::run::heard;

/// Blocks as indicators, feedback and cycle; needs as pairs; the text.
type Explained = (Vec<(Vec<String>, Vec<String>, Vec<String>)>, Vec<(String, String)>, String);

#[pyfunction]
pub(crate) fn explain_order(py: Python<'_>, program: &Program) -> PyResult<Explained> {
    let order = heard(py, || Ok(program.inner.computation_order()))?;
    let text = order.to_string();
    let blocks = order.blocks.into_iter().map(|b| (b.indicators, b.feedback, b.cycle));
    Ok((blocks.collect(), order.needs, text))
}

/// Return the first failed paths: path, period, indicator, reason, equation, numbers, values.
#[pyfunction]
pub(crate) fn broken<'py>(py: Python<'py>, ensemble: &Ensemble) -> PyResult<Bound<'py, PyDict>> {
    let rows = ensemble.inner.broken();
    let paths = rows.iter().map(|row| row.path as i64).collect();
    Columns::new(py)
        .with("path", PyArray1::<i64>::from_vec(py, paths))?
        .with("period", rows.iter().map(|row| row.period.to_string()).collect::<Vec<_>>())?
        .with("indicator", rows.iter().map(|row| &row.indicator).collect::<Vec<_>>())?
        .with("reason", rows.iter().map(|row| &row.reason).collect::<Vec<_>>())?
        .with("equation", rows.iter().map(|row| &row.equation).collect::<Vec<_>>())?
        .with("numbers", rows.iter().map(|row| &row.numbers).collect::<Vec<_>>())?
        .with(
            "values",
            rows.iter().map(tinbergen::ensemble::Broken::values_text).collect::<Vec<_>>(),
        )
        .map(Columns::finish)
}
