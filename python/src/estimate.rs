//! Models compared with data: residuals drawn again, checks of imports, notes.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::estimate::{Draw, Redraw};

use crate::columns::{Columns, floats};
use crate::model::{Model, span};
use crate::notes::{NoteParts, note_parts};
use crate::run::heard;

/// Return the model with shocks that draw residuals of the past again.
#[pyfunction]
#[pyo3(signature = (model, periods, *, draw, block, demean, of))]
pub(crate) fn with_residuals(
    py: Python<'_>,
    model: &Model,
    periods: &str,
    draw: &str,
    block: Option<f64>,
    demean: bool,
    of: Option<Vec<String>>,
) -> PyResult<Model> {
    let draw = match (draw, block) {
        ("iid", _) => Draw::Independent,
        ("normal", _) => Draw::Normal,
        ("moving", Some(length)) => Draw::Moving(length as u32),
        (_, Some(mean)) => Draw::Stationary(mean),
        (_, None) => Draw::Stationary(f64::NAN),
    };
    let redrawn = || {
        let redraw = Redraw::of_span(span(periods)?).drawing(draw).demeaned(demean);
        model.inner.with_residuals(&of.map_or(redraw.clone(), |names| redraw.of(names)))
    };
    let made = heard(py, redrawn);
    made.map(|inner| Model { inner })
}

/// Return the model with parameters drawn around their values.
#[pyfunction]
pub(crate) fn with_coefficients(
    py: Python<'_>,
    model: &Model,
    names: Vec<String>,
    covariance: Vec<Vec<f64>>,
) -> PyResult<Model> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let made = heard(py, || model.inner.with_coefficients(&names, &covariance));
    made.map(|inner| Model { inner })
}

/// Evaluate every equation on the data: indicator, verdict, periods, largest, at, size, relative, missing.
#[pyfunction]
pub(crate) fn import_check<'py>(
    py: Python<'py>,
    model: &Model,
    periods: &str,
) -> PyResult<Bound<'py, PyDict>> {
    let rows = heard(py, || model.inner.import_check(span(periods)?))?;
    let missing = |row: &tinbergen::estimate::ImportCheck| {
        let names: Vec<String> =
            row.missing.iter().map(|(name, period)| format!("{name} {period}")).collect();
        names.join(", ")
    };
    let at = |row: &tinbergen::estimate::ImportCheck| {
        row.at.map_or_else(String::new, |period| period.to_string())
    };
    Columns::new(py)
        .with("indicator", rows.iter().map(|row| &row.indicator).collect::<Vec<_>>())?
        .with("verdict", rows.iter().map(|row| row.verdict.name()).collect::<Vec<_>>())?
        .with("relative", floats(py, rows.iter().map(|row| row.relative)))?
        .with("largest", floats(py, rows.iter().map(|row| row.largest)))?
        .with("at", rows.iter().map(at).collect::<Vec<_>>())?
        .with("size", floats(py, rows.iter().map(|row| row.size)))?
        .with("periods", rows.iter().map(|row| row.periods).collect::<Vec<_>>())?
        .with("missing", rows.iter().map(missing).collect::<Vec<_>>())
        .map(Columns::finish)
}

/// Return the notes of a model.
#[pyfunction]
pub(crate) fn notes(model: &Model) -> Vec<NoteParts> {
    model.inner.notes().into_iter().map(note_parts).collect()
}
