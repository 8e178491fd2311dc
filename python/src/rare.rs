//! Probabilities of rare events.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::Error;
use tinbergen::plan;

use crate::columns::{Columns, floats};
use crate::ensembles::Ensembles;
use crate::errors::raise;
use crate::model::Program;
use crate::run::heard;

/// Compute the probability of a rare event: the answer, and the ways to it (distance, share).
#[pyfunction]
#[pyo3(signature = (program, runs, *, scenario, of, met, paths))]
pub(crate) fn rare<'py>(
    py: Python<'py>,
    program: &Program,
    runs: &Ensembles,
    scenario: &str,
    of: &str,
    met: bool,
    paths: usize,
) -> PyResult<(Bound<'py, PyDict>, Bound<'py, PyDict>)> {
    let goal = of.parse().map_err(|error: Error| raise(py, &error))?;
    let found =
        heard(py, || plan::rare(&program.inner, runs.inner.info(), scenario, &goal, met, paths))?;
    let p = found.probability;
    let answer = Columns::new(py)
        .with("probability", (p.value, p.low, p.high))?
        .with("error", found.error)?
        .with("paths", found.paths)?
        .with("effective_paths", found.effective_paths)?
        .with("tail_shape", found.tail_shape)?
        .with("splitting", found.splitting)?
        .with("doubts", &found.doubts)?
        .finish();
    let ways = Columns::new(py)
        .with("distance", floats(py, found.ways.iter().map(|way| way.0)))?
        .with("share", floats(py, found.ways.iter().map(|way| way.1)))?
        .finish();
    Ok((answer, ways))
}
