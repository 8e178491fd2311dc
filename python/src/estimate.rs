//! Models held against data: residuals drawn again, checks of imports, notes.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::estimate::{Draw, Redraw};
use tinbergen::period::Span;

use crate::columns::{Columns, floats};
use crate::errors::raise;
use crate::model::Model;

/// A span in text.
pub(crate) fn span(py: Python<'_>, text: &str) -> PyResult<Span> {
    let parsed = text.parse::<Span>();
    parsed.map_err(|error| raise(py, &tinbergen::Error::at("periods", error.to_string())))
}

/// The model with shocks that draw residuals of the past again.
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
    let mut redraw = Redraw::of_span(span(py, periods)?).drawing(draw).demeaned(demean);
    if let Some(names) = of {
        redraw = redraw.of(names);
    }
    let made = py.detach(|| model.inner.with_residuals(&redraw));
    made.map(|inner| Model { inner }).map_err(|error| raise(py, &error))
}

/// The model with parameters drawn around their values.
#[pyfunction]
pub(crate) fn with_coefficients(
    py: Python<'_>,
    model: &Model,
    names: Vec<String>,
    covariance: Vec<Vec<f64>>,
) -> PyResult<Model> {
    let names: Vec<&str> = names.iter().map(String::as_str).collect();
    let made = py.detach(|| model.inner.with_coefficients(&names, &covariance));
    made.map(|inner| Model { inner }).map_err(|error| raise(py, &error))
}

/// Every equation on the data: indicator, verdict, periods, largest, at, size, relative, missing.
#[pyfunction]
pub(crate) fn import_check<'py>(
    py: Python<'py>,
    model: &Model,
    periods: &str,
) -> PyResult<Bound<'py, PyDict>> {
    let span = span(py, periods)?;
    let rows = py.detach(|| model.inner.import_check(span)).map_err(|error| raise(py, &error))?;
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

/// A note: kind, indicators, message, line, text.
type NoteParts = (&'static str, Vec<String>, String, Option<usize>, String);

/// Notes of a model.
#[pyfunction]
pub(crate) fn notes(model: &Model) -> Vec<NoteParts> {
    let notes = model.inner.notes().iter();
    let parts = |note: &tinbergen::model::Note| {
        (note.kind, note.indicators.clone(), note.message.clone(), note.line, note.text.clone())
    };
    notes.map(parts).collect()
}
