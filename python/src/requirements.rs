//! What would have to be true.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::Error;
use tinbergen::plan::{self, Requirement};

use crate::columns::{Columns, floats};
use crate::ensembles::Ensembles;
use crate::errors::raise;
use crate::model::Program;
use crate::outturns::Tracked;
use crate::run::{heard, watched};

/// Compute how draws and growth differ between paths that meet a goal and the others.
#[pyfunction]
#[pyo3(signature = (program, runs, scenario, of, by_period=false, tracked=None, watch=None))]
#[allow(clippy::too_many_arguments, reason = "those of the Python function")]
pub(crate) fn requirements<'py>(
    py: Python<'py>,
    program: &Program,
    runs: &Ensembles,
    scenario: &str,
    of: &str,
    by_period: bool,
    tracked: Option<&Tracked>,
    watch: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let goal = of.parse().map_err(|error: Error| raise(py, &error))?;
    let rows = watched(py, watch.as_ref(), |watch| match tracked {
        Some(Tracked { inner }) => {
            plan::requirements_given(inner, &runs.inner, scenario, &goal, by_period, watch)
        }
        None => plan::requirements(&program.inner, &runs.inner, scenario, &goal, by_period, watch),
    })?;
    let numbers = |of: fn(&Requirement) -> f64| floats(py, rows.iter().map(of));
    let span = |row: &Requirement| row.periods.map_or_else(String::new, |span| span.to_string());
    Columns::new(py)
        .with("kind", rows.iter().map(|row| row.kind.name()).collect::<Vec<_>>())?
        .with("name", rows.iter().map(|row| &row.name).collect::<Vec<_>>())?
        .with("periods", rows.iter().map(span).collect::<Vec<_>>())?
        .with("of_goal", rows.iter().map(|row| row.of_goal).collect::<Vec<_>>())?
        .with("met", numbers(|row| row.met))?
        .with("missed", numbers(|row| row.missed))?
        .with("difference", numbers(|row| row.difference))?
        .with("error", numbers(|row| row.difference_error))?
        .with("distance", numbers(|row| row.distance))?
        .with("noise", numbers(|row| row.noise))?
        .with("clear", rows.iter().map(|row| row.clear).collect::<Vec<_>>())
        .map(Columns::finish)
}

/// The most likely path that meets a goal: distance, values, prices of targets.
type LikelyParts<'py> = (f64, Bound<'py, PyDict>, Vec<(String, f64)>);

/// Find the most likely path that meets a goal.
#[pyfunction]
pub(crate) fn most_likely<'py>(
    py: Python<'py>,
    program: &Program,
    runs: &Ensembles,
    scenario: &str,
    of: &str,
) -> PyResult<LikelyParts<'py>> {
    let goal = of.parse().map_err(|error: Error| raise(py, &error))?;
    let found = heard(py, || plan::most_likely(&program.inner, &runs.inner, scenario, &goal))?;
    let values = &found.values;
    let period = |v: &plan::PathValue| v.period.map_or_else(String::new, |p| p.to_string());
    let kind = |v: &plan::PathValue| v.kind.map_or("indicator", plan::Driver::name);
    let table = Columns::new(py)
        .with("kind", values.iter().map(kind).collect::<Vec<_>>())?
        .with("name", values.iter().map(|v| &v.name).collect::<Vec<_>>())?
        .with("period", values.iter().map(period).collect::<Vec<_>>())?
        .with("value", floats(py, values.iter().map(|v| v.value)))?
        .with("usual", floats(py, values.iter().map(|v| v.usual)))?
        .finish();
    Ok((found.distance, table, found.prices))
}
