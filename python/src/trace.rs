//! How an indicator got its value in one path.

use numpy::PyArray1;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::Error;
use tinbergen::simulate::{TraceRead, TraceStep, Tracing};

use crate::columns::{Columns, floats};
use crate::ensembles::Ensembles;
use crate::outturns::Tracked;
use crate::run::heard;

/// The steps, what they read, and the text.
type TraceParts<'py> = (Bound<'py, PyDict>, Bound<'py, PyDict>, String);

/// Trace the value of an indicator in a period of a path, also of a tracked run.
#[pyfunction]
#[pyo3(signature = (runs, scenario, indicator, period, path, depth, tracked=None))]
#[allow(clippy::too_many_arguments, reason = "those of the Python function")]
pub(crate) fn trace<'py>(
    py: Python<'py>,
    runs: &Ensembles,
    scenario: &str,
    indicator: &str,
    period: &str,
    path: u64,
    depth: usize,
    tracked: Option<&Tracked>,
) -> PyResult<TraceParts<'py>> {
    let found = heard(py, || {
        let period = period
            .parse()
            .map_err(|e: tinbergen::period::PeriodError| Error::at("period", e.to_string()))?;
        let of = Tracing::new(indicator, period, path).in_scenario(scenario).with_depth(depth);
        match tracked {
            Some(Tracked { inner }) => inner.trace(&runs.inner, &of),
            None => runs.inner.trace(&of),
        }
    });
    let found = found?;
    let steps = &found.steps;
    let numbers = |of: fn(&TraceStep) -> f64| floats(py, steps.iter().map(of));
    let depths = steps.iter().map(|step| step.depth as i64).collect();
    let shock = |step: &TraceStep| step.shock.as_ref().map_or(String::new(), |s| s.0.clone());
    let shock_value = |step: &TraceStep| step.shock.as_ref().map_or(0.0, |s| s.1);
    let table = Columns::new(py)
        .with("depth", PyArray1::<i64>::from_vec(py, depths))?
        .with("indicator", steps.iter().map(|s| &s.indicator).collect::<Vec<_>>())?
        .with("period", steps.iter().map(|s| s.period.to_string()).collect::<Vec<_>>())?
        .with("value", numbers(|s| s.value))?
        .with("kind", steps.iter().map(|s| s.kind.name()).collect::<Vec<_>>())?
        .with("left", numbers(|s| s.left))?
        .with("right", numbers(|s| s.right))?
        .with("shock", steps.iter().map(shock).collect::<Vec<_>>())?
        .with("shock_value", floats(py, steps.iter().map(shock_value)))?
        .with("add_factor", numbers(|s| s.add_factor))?
        .with("gap", numbers(|s| s.gap))?
        .with("equation", steps.iter().map(|s| &s.equation).collect::<Vec<_>>())?
        .with("numbers", steps.iter().map(|s| &s.numbers).collect::<Vec<_>>())?
        .finish();
    let reads: Vec<(&TraceStep, &TraceRead)> =
        steps.iter().flat_map(|step| step.reads.iter().map(move |read| (step, read))).collect();
    let of = |read: &TraceRead| read.period.map_or_else(String::new, |p| p.to_string());
    let read = Columns::new(py)
        .with("indicator", reads.iter().map(|(s, _)| &s.indicator).collect::<Vec<_>>())?
        .with("period", reads.iter().map(|(s, _)| s.period.to_string()).collect::<Vec<_>>())?
        .with("term", reads.iter().map(|(_, r)| &r.term).collect::<Vec<_>>())?
        .with("name", reads.iter().map(|(_, r)| &r.name).collect::<Vec<_>>())?
        .with("of_period", reads.iter().map(|(_, r)| of(r)).collect::<Vec<_>>())?
        .with("value", floats(py, reads.iter().map(|(_, r)| r.value)))?
        .finish();
    Ok((table, read, found.to_string()))
}
