//! Simulation plans: tracking, swaps, targets and instruments, identities checked in paths.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::analyse::{self, Wanted};
use tinbergen::estimate::{Identities, IdentityCheck};
use tinbergen::model::{Action, Amount};
use tinbergen::period::Period;
use tinbergen::{Error, Problem};

use crate::columns::{Columns, floats};
use crate::ensembles::Ensembles;
use crate::model::{Model, Program, span};
use crate::run::{heard, watched};
use crate::tables::Data;

/// Return the model over periods in which it reproduces its histories, or a table in their place.
#[pyfunction]
pub(crate) fn track(
    py: Python<'_>,
    model: &Model,
    periods: &str,
    data: Option<&Data>,
    identities: bool,
) -> PyResult<Model> {
    let work = || {
        let span = span(periods)?;
        let with_data = match data {
            Some(data) => model.inner.with_data(&data.inner)?,
            None => model.inner.clone(),
        };
        if identities { with_data.track(span) } else { with_data.track_behavioural(span) }
    };
    heard(py, work).map(|inner| Model { inner })
}

/// The values on which a swap keeps an indicator, by period, and what is solved for.
type Swap = (Vec<String>, Vec<f64>, Option<String>);

/// Make a change that keeps an indicator on its path by solving for another.
#[pyfunction]
pub(crate) fn swap(
    py: Python<'_>,
    model: &Model,
    indicator: &str,
    residual: &str,
    periods: &str,
) -> PyResult<Swap> {
    let change = heard(py, || analyse::swap(&model.inner, indicator, residual, span(periods)?))?;
    let (mut periods, mut values) = (Vec::new(), Vec::new());
    if let Action::Set(Amount::ByPeriod(amounts)) = &change.action {
        for (period, value) in amounts {
            periods.push(period.to_string());
            values.push(*value);
        }
    }
    Ok((periods, values, change.by))
}

/// Targets with their periods and values.
type Targets = Vec<(String, Vec<(String, f64)>)>;

fn wanted(targets: Targets) -> Result<Wanted, Error> {
    let mut problems = Vec::new();
    let mut wanted = Wanted::new();
    for (name, values) in targets {
        let entry = wanted.entry(name).or_default();
        for (period, value) in values {
            match period.parse::<Period>() {
                Ok(period) => drop(entry.insert(period, value)),
                Err(error) => problems.push(Problem::new("targets", error.to_string())),
            }
        }
    }
    if problems.is_empty() { Ok(wanted) } else { Err(Error::model(problems)) }
}

/// Solve for instruments (instrument, kind, period, before, after) and what was wanted (indicator, period,
/// before, wanted, reached).
#[pyfunction]
pub(crate) fn invert<'py>(
    py: Python<'py>,
    model: &Model,
    targets: Targets,
    instruments: Vec<String>,
    scenario: Option<&str>,
) -> PyResult<(Bound<'py, PyDict>, Bound<'py, PyDict>)> {
    let names: Vec<&str> = instruments.iter().map(String::as_str).collect();
    let found = heard(py, || analyse::invert(&model.inner, &wanted(targets)?, &names, scenario))?;
    let rows = &found.instruments;
    let moved = Columns::new(py)
        .with("instrument", rows.iter().map(|row| &row.instrument).collect::<Vec<_>>())?
        .with("kind", rows.iter().map(|row| row.kind).collect::<Vec<_>>())?
        .with("period", rows.iter().map(|row| row.period.to_string()).collect::<Vec<_>>())?
        .with("before", floats(py, rows.iter().map(|row| row.before)))?
        .with("after", floats(py, rows.iter().map(|row| row.after)))?
        .finish();
    let rows = &found.wanted;
    let reached = Columns::new(py)
        .with("indicator", rows.iter().map(|row| &row.indicator).collect::<Vec<_>>())?
        .with("period", rows.iter().map(|row| row.period.to_string()).collect::<Vec<_>>())?
        .with("before", floats(py, rows.iter().map(|row| row.before)))?
        .with("wanted", floats(py, rows.iter().map(|row| row.wanted)))?
        .with("reached", floats(py, rows.iter().map(|row| row.reached)))?
        .finish();
    Ok((moved, reached))
}

/// Evaluate every equation on the paths: equation, kind, relative, largest, period, path, periods.
#[pyfunction]
#[pyo3(signature = (program, runs, scenario, further, behavioural, watch=None))]
pub(crate) fn identity_check<'py>(
    py: Python<'py>,
    program: &Program,
    runs: &Ensembles,
    scenario: &str,
    further: Vec<String>,
    behavioural: bool,
    watch: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let which = Identities::new().further(further);
    let which = if behavioural { which.behavioural() } else { which };
    let rows = watched(py, watch.as_ref(), |watch| {
        tinbergen::estimate::identity_check(&program.inner, &runs.inner, scenario, &which, watch)
    })?;
    let period = |row: &IdentityCheck| row.at.map_or_else(String::new, |(p, _)| p.to_string());
    let path = |row: &IdentityCheck| row.at.map_or(-1, |(_, path)| path as i64);
    Columns::new(py)
        .with("equation", rows.iter().map(|row| &row.equation).collect::<Vec<_>>())?
        .with("kind", rows.iter().map(|row| row.kind).collect::<Vec<_>>())?
        .with("relative", floats(py, rows.iter().map(|row| row.relative)))?
        .with("largest", floats(py, rows.iter().map(|row| row.largest)))?
        .with("period", rows.iter().map(period).collect::<Vec<_>>())?
        .with("path", rows.iter().map(path).collect::<Vec<_>>())?
        .with("periods", rows.iter().map(|row| row.periods).collect::<Vec<_>>())
        .map(Columns::finish)
}
