//! Tables as dictionaries of columns.

use numpy::{PyArray1, PyArrayMethods};
use pyo3::prelude::*;
use pyo3::types::PyDict;

/// A table that is being put together.
pub(crate) struct Columns<'py> {
    table: Bound<'py, PyDict>,
}

impl<'py> Columns<'py> {
    pub(crate) fn new(py: Python<'py>) -> Self {
        Self { table: PyDict::new(py) }
    }

    pub(crate) fn with(self, name: &str, column: impl IntoPyObject<'py>) -> PyResult<Self> {
        self.table.set_item(name, column)?;
        Ok(self)
    }

    pub(crate) fn py(&self) -> Python<'py> {
        self.table.py()
    }

    pub(crate) fn finish(self) -> Bound<'py, PyDict> {
        self.table
    }
}

/// A column of numbers.
pub(crate) fn floats(
    py: Python<'_>,
    values: impl Iterator<Item = f64>,
) -> Bound<'_, PyArray1<f64>> {
    PyArray1::from_vec(py, values.collect())
}

/// A matrix from its rows, each as long as `width`.
pub(crate) fn matrix(py: Python<'_>, rows: Vec<f64>, width: usize) -> PyResult<Bound<'_, PyAny>> {
    let height = rows.len().checked_div(width).unwrap_or(0);
    Ok(PyArray1::from_vec(py, rows).reshape([height, width])?.into_any())
}
