//! Tables of data: files and the columns of data frames.

use pyo3::prelude::*;
use pyo3::types::{PyBool, PyDict, PyString};
use tinbergen::import;
use tinbergen::outturns::Date;
use tinbergen::table::{Cell, Reading, Table};

use crate::columns::{Columns, floats};
use crate::errors::raise;
use crate::notes::{NoteParts, note_parts};
use crate::run::heard;

/// The cells of a table, read once.
#[pyclass(frozen, module = "tinbergen._core")]
pub(crate) struct DataTable {
    pub(crate) inner: Table,
}

/// Numbers and text as they are, days by what they call themselves.
fn cell(value: &Bound<'_, PyAny>) -> PyResult<Cell> {
    if value.is_none() {
        return Ok(Cell::Missing);
    }
    if let Ok(text) = value.cast::<PyString>() {
        return Ok(Cell::text(&text.to_cow()?));
    }
    if let Ok(truth) = value.cast::<PyBool>() {
        return Ok(Cell::number(if truth.is_true() { 1.0 } else { 0.0 }));
    }
    if let Ok(number) = value.extract::<f64>() {
        return Ok(Cell::number(number));
    }
    let text = match value.call_method0("isoformat") {
        Ok(text) => text.extract::<String>()?,
        Err(_) => value.str()?.to_string(),
    };
    Ok(text.parse::<Date>().map_or_else(|_| Cell::text(&text), Cell::Date))
}

#[pymethods]
impl DataTable {
    #[staticmethod]
    #[pyo3(signature = (content, file, separator=None, decimal=None, encoding=None, sheet=None))]
    fn read(
        py: Python<'_>,
        content: &[u8],
        file: &str,
        separator: Option<char>,
        decimal: Option<char>,
        encoding: Option<String>,
        sheet: Option<String>,
    ) -> PyResult<Self> {
        let mut reading = Reading::default();
        (reading.separator, reading.decimal) = (separator, decimal);
        (reading.encoding, reading.sheet) = (encoding, sheet);
        let read = heard(py, || Table::from_bytes(content, file, &reading));
        read.map(|inner| Self { inner })
    }

    #[staticmethod]
    #[pyo3(signature = (columns, name, decimal=None))]
    fn of_columns(
        py: Python<'_>,
        columns: Vec<(String, Vec<Bound<'_, PyAny>>)>,
        name: &str,
        decimal: Option<char>,
    ) -> PyResult<Self> {
        let cells = |(name, cells): (String, Vec<Bound<'_, PyAny>>)| {
            Ok((name, cells.iter().map(cell).collect::<PyResult<_>>()?))
        };
        let columns = columns.into_iter().map(cells).collect::<PyResult<_>>()?;
        let table = Table::from_columns(columns, name).and_then(|table| match decimal {
            Some(decimal) => table.with_decimal(decimal),
            None => Ok(table),
        });
        table.map(|inner| Self { inner }).map_err(|error| raise(py, &error))
    }
}

/// Series by period.
#[pyclass(frozen, module = "tinbergen._core")]
pub(crate) struct Data {
    pub(crate) inner: import::Data,
}

#[pymethods]
impl Data {
    #[new]
    fn new(py: Python<'_>, table: &DataTable) -> PyResult<Self> {
        let read = heard(py, || import::Data::from_table(&table.inner));
        read.map(|inner| Self { inner })
    }

    fn names(&self) -> Vec<&str> {
        self.inner.names().collect()
    }

    /// Return the values of all series: series, period, value.
    fn rows<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let of =
            |name| self.inner.series(name).into_iter().flatten().map(move |found| (name, found));
        let rows: Vec<_> = self.inner.names().flat_map(of).collect();
        Columns::new(py)
            .with("series", rows.iter().map(|row| row.0).collect::<Vec<_>>())?
            .with("period", rows.iter().map(|row| row.1.0.to_string()).collect::<Vec<_>>())?
            .with("value", floats(py, rows.iter().map(|row| *row.1.1)))
            .map(Columns::finish)
    }

    fn notes(&self) -> Vec<NoteParts> {
        self.inner.notes().iter().cloned().map(note_parts).collect()
    }
}
