//! Models in plain text and in the languages of other programs.

use pyo3::prelude::*;
use tinbergen::{Error, import};

use crate::model::{Model, span};
use crate::run::heard;
use crate::tables::Data;

/// A model that is read from a text and a table, which may be empty.
fn read(
    py: Python<'_>,
    data: Option<&Data>,
    read: impl FnOnce(&import::Data) -> Result<tinbergen::Model, Error> + Send,
) -> PyResult<Model> {
    let none = import::Data::default();
    let data = data.map_or(&none, |data| &data.inner);
    heard(py, || read(data)).map(|inner| Model { inner })
}

/// Read a model in plain text.
#[pyfunction]
pub(crate) fn read_text(
    py: Python<'_>,
    text: &[u8],
    data: Option<&Data>,
    periods: Option<&str>,
    file: &str,
) -> PyResult<Model> {
    let span = || periods.map(span).transpose();
    read(py, data, |data| import::read_text(text, data, span()?, file))
}

/// Read a model in the manner of EViews.
#[pyfunction]
pub(crate) fn read_eviews(
    py: Python<'_>,
    text: &[u8],
    data: Option<&Data>,
    periods: &str,
    file: &str,
) -> PyResult<Model> {
    read(py, data, |data| import::read_eviews(text, data, span(periods)?, file))
}

/// Read equations in the language of modelflow.
#[pyfunction]
pub(crate) fn read_frml(
    py: Python<'_>,
    text: &[u8],
    data: Option<&Data>,
    periods: &str,
    file: &str,
) -> PyResult<Model> {
    read(py, data, |data| import::read_frml(text, data, span(periods)?, file))
}

/// Read a model in the description language of bimets.
#[pyfunction]
pub(crate) fn read_bimets(
    py: Python<'_>,
    text: &[u8],
    data: Option<&Data>,
    periods: &str,
    coefficients: Vec<(String, f64)>,
    file: &str,
) -> PyResult<Model> {
    read(py, data, |data| import::read_bimets(text, data, span(periods)?, &coefficients, file))
}

/// Read a model in the language of Dynare.
#[pyfunction]
pub(crate) fn read_dynare(
    py: Python<'_>,
    text: &[u8],
    data: Option<&Data>,
    periods: Option<&str>,
    file: &str,
) -> PyResult<Model> {
    let span = || periods.map(span).transpose();
    read(py, data, |data| import::read_dynare(text, data, span()?, file))
}

/// Return the importer that a file is for.
#[pyfunction]
pub(crate) fn format_of(name: &str, bytes: &[u8]) -> Option<&'static str> {
    import::format_of(name, bytes)
}

/// Return the periods that the histories of a model allow.
#[pyfunction]
pub(crate) fn span_of_data(model: &Model) -> Option<String> {
    import::span_of_data(&model.inner).map(|span| span.to_string())
}

/// Write a model as plain text.
#[pyfunction]
pub(crate) fn to_text(py: Python<'_>, model: &Model) -> PyResult<String> {
    heard(py, || model.inner.to_text())
}
