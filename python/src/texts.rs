//! Models in plain text and in the manner of EViews.

use pyo3::prelude::*;
use tinbergen::import::{self, Data};

use crate::errors::raise;
use crate::estimate::span;
use crate::model::Model;

fn data(table: Option<(Vec<u8>, String)>) -> Result<Data, tinbergen::Error> {
    table.map_or_else(|| Ok(Data::default()), |(bytes, name)| Data::from_csv(&bytes, &name))
}

/// A model in plain text.
#[pyfunction]
pub(crate) fn read_text(
    py: Python<'_>,
    text: &[u8],
    table: Option<(Vec<u8>, String)>,
    periods: Option<&str>,
    file: &str,
) -> PyResult<Model> {
    let span = periods.map(|text| span(py, text)).transpose()?;
    let read = py.detach(|| import::read_text(text, &data(table)?, span, file));
    read.map(|inner| Model { inner }).map_err(|error| raise(py, &error))
}

/// A model in the manner of EViews.
#[pyfunction]
pub(crate) fn read_eviews(
    py: Python<'_>,
    text: &[u8],
    table: Option<(Vec<u8>, String)>,
    periods: &str,
    file: &str,
) -> PyResult<Model> {
    let span = span(py, periods)?;
    let read = py.detach(|| import::read_eviews(text, &data(table)?, span, file));
    read.map(|inner| Model { inner }).map_err(|error| raise(py, &error))
}

/// A model written as plain text.
#[pyfunction]
pub(crate) fn to_text(py: Python<'_>, model: &Model) -> PyResult<String> {
    py.detach(|| model.inner.to_text()).map_err(|error| raise(py, &error))
}
