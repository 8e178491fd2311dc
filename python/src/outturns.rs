//! Outturns, and programs conditioned on them.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::Error;
use tinbergen::condition::Surprise;
use tinbergen::outturns::{Date, DateError, Outturns as Table, Precision};
use tinbergen::plan::{RoundAttainment, rounds};

use crate::columns::{Columns, floats};
use crate::ensembles::{Ensemble, Ensembles};
use crate::errors::raise;
use crate::model::{Model, Program};
use crate::notes::{NoteParts, note_parts};
use crate::run::{heard, run_sampling, watched};
use crate::tables::DataTable;

/// A table of outturns.
#[pyclass(frozen, module = "tinbergen._core")]
pub(crate) struct Outturns {
    pub(crate) inner: Table,
}

fn date(text: &str) -> Result<Date, Error> {
    text.parse().map_err(|error: DateError| Error::at("as_of", error.to_string()))
}

#[pymethods]
impl Outturns {
    #[new]
    #[pyo3(signature = (table, vintage=None))]
    fn new(py: Python<'_>, table: &DataTable, vintage: Option<&str>) -> PyResult<Self> {
        let day = |text: &str| {
            text.parse().map_err(|error: DateError| Error::at("vintage", error.to_string()))
        };
        let read = heard(py, || Table::from_table(&table.inner, vintage.map(day).transpose()?));
        read.map(|inner| Self { inner })
    }

    fn to_csv(&self) -> String {
        self.inner.to_csv()
    }

    fn notes(&self) -> Vec<NoteParts> {
        self.inner.notes().iter().cloned().map(note_parts).collect()
    }

    #[getter]
    fn vintages(&self) -> Vec<String> {
        self.inner.vintages().iter().map(ToString::to_string).collect()
    }

    fn as_of(&self, py: Python<'_>, day: &str) -> PyResult<Self> {
        let day = date(day).map_err(|error| raise(py, &error))?;
        Ok(Self { inner: self.inner.as_of(day) })
    }

    fn rows<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let rows = self.inner.rows();
        let sd = |row: &tinbergen::outturns::Outturn| match row.precision {
            Precision::Exact => f64::NAN,
            _ => row.sd(),
        };
        Columns::new(py)
            .with("indicator", rows.iter().map(|r| &r.indicator).collect::<Vec<_>>())?
            .with("period", rows.iter().map(|r| r.period.to_string()).collect::<Vec<_>>())?
            .with("value", floats(py, rows.iter().map(|r| r.value)))?
            .with("vintage", rows.iter().map(|r| r.vintage.to_string()).collect::<Vec<_>>())?
            .with(
                "basis",
                rows.iter().map(|r| r.basis.as_deref().unwrap_or("")).collect::<Vec<_>>(),
            )?
            .with("sd", floats(py, rows.iter().map(sd)))?
            .with(
                "source",
                rows.iter().map(|r| r.source.as_deref().unwrap_or("")).collect::<Vec<_>>(),
            )
            .map(Columns::finish)
    }
}

/// A program conditioned on outturns.
#[pyclass(frozen, module = "tinbergen._core")]
pub(crate) struct Tracked {
    pub(crate) inner: tinbergen::condition::Tracked,
}

#[pymethods]
impl Tracked {
    #[getter]
    fn model(&self) -> Model {
        Model { inner: self.inner.program().model().clone() }
    }

    #[getter]
    fn known(&self) -> Outturns {
        Outturns { inner: self.inner.known().clone() }
    }

    #[pyo3(signature = (settings, watch=None))]
    fn simulate(
        &self,
        py: Python<'_>,
        settings: &Bound<'_, PyDict>,
        watch: Option<Py<PyAny>>,
    ) -> PyResult<Ensembles> {
        let sampling = run_sampling(settings)?;
        let runs = watched(py, watch.as_ref(), |watch| self.inner.simulate_with(&sampling, watch))?;
        Ok(Ensembles::new(runs))
    }
}

/// Compute how likely each target is given what is known: scenario, target, probability, low, high,
/// effective_paths.
#[pyfunction]
pub(crate) fn attainment_given<'py>(
    py: Python<'py>,
    tracked: &Tracked,
    settings: &Bound<'_, PyDict>,
) -> PyResult<Bound<'py, PyDict>> {
    let sampling = run_sampling(settings)?;
    let rows = heard(py, || tinbergen::plan::attainment_given(&tracked.inner, &sampling))?;
    given_columns(Columns::new(py), &rows)
}

/// Return the logarithm of the density of the outturns in a scenario, where paths are conditioned on any, and its
/// standard error; how many equally weighted paths its paths are worth; and the shape of the tail of
/// their weights. Last, how many paths were given up.
#[pyfunction]
pub(crate) fn evidence(ensemble: &Ensemble) -> (Option<f64>, Option<f64>, f64, Option<f64>, u64) {
    let ensemble = &ensemble.inner;
    let (evidence, error) = (ensemble.evidence(), ensemble.evidence_error());
    let (effective, shape) = (ensemble.effective_paths(), ensemble.tail_shape());
    (evidence, error, effective, shape, ensemble.unsolved_paths())
}

/// Compute how surprising each outturn was given earlier ones: scenario, indicator, period, basis,
/// value, expected, sd, deviations, probability, effective_paths.
#[pyfunction]
pub(crate) fn surprises<'py>(
    py: Python<'py>,
    tracked: &Tracked,
    settings: &Bound<'_, PyDict>,
) -> PyResult<Bound<'py, PyDict>> {
    let sampling = run_sampling(settings)?;
    let rows = watched(py, None, |watch| tracked.inner.surprises(&sampling, watch))?;
    let basis = |row: &Surprise| row.basis.clone().unwrap_or_default();
    Columns::new(py)
        .with("scenario", rows.iter().map(|r| &r.scenario).collect::<Vec<_>>())?
        .with("indicator", rows.iter().map(|r| &r.indicator).collect::<Vec<_>>())?
        .with("period", rows.iter().map(|r| r.period.to_string()).collect::<Vec<_>>())?
        .with("basis", rows.iter().map(basis).collect::<Vec<_>>())?
        .with("value", floats(py, rows.iter().map(|r| r.value)))?
        .with("expected", floats(py, rows.iter().map(|r| r.expected)))?
        .with("sd", floats(py, rows.iter().map(|r| r.sd)))?
        .with("deviations", floats(py, rows.iter().map(|r| r.deviations)))?
        .with("probability", floats(py, rows.iter().map(|r| r.probability)))?
        .with("effective_paths", floats(py, rows.iter().map(|r| r.effective_paths)))
        .map(Columns::finish)
}

#[pyfunction]
#[pyo3(signature = (program, outturns, as_of=None, least_effective=None))]
pub(crate) fn observe(
    py: Python<'_>,
    program: &Program,
    outturns: &Outturns,
    as_of: Option<&str>,
    least_effective: Option<f64>,
) -> PyResult<Tracked> {
    let observed = heard(py, || {
        let day = as_of.map(date).transpose()?;
        program.inner.observe(&outturns.inner, day)
    });
    let mut inner = observed?;
    if let Some(least) = least_effective {
        inner = inner.with_least_effective(least);
    }
    Ok(Tracked { inner })
}

#[pyfunction]
#[pyo3(signature = (program, outturns, settings, *, dates=None, least_effective=None))]
pub(crate) fn attainment_by_round<'py>(
    py: Python<'py>,
    program: &Program,
    outturns: &Outturns,
    settings: &Bound<'_, PyDict>,
    dates: Option<Vec<String>>,
    least_effective: Option<f64>,
) -> PyResult<Bound<'py, PyDict>> {
    let sampling = run_sampling(settings)?;
    let work = || {
        let dates = dates.map(|dates| dates.iter().map(|d| date(d)).collect::<Result<Vec<_>, _>>());
        let dates = dates.transpose()?;
        rounds(&program.inner, &outturns.inner, dates.as_deref(), &sampling, least_effective)
    };
    let rows = heard(py, work)?;
    let day = |as_of: Option<Date>| as_of.map_or_else(String::new, |date| date.to_string());
    let days = rows.iter().map(|r| day(r.as_of)).collect::<Vec<_>>();
    given_columns(Columns::new(py).with("as_of", days)?, &rows)
}

/// How likely targets are given what is known.
fn given_columns<'py>(
    columns: Columns<'py>,
    rows: &[RoundAttainment],
) -> PyResult<Bound<'py, PyDict>> {
    let py = columns.py();
    columns
        .with("scenario", rows.iter().map(|r| &r.attainment.scenario).collect::<Vec<_>>())?
        .with("target", rows.iter().map(|r| &r.attainment.target).collect::<Vec<_>>())?
        .with("probability", floats(py, rows.iter().map(|r| r.attainment.probability.value)))?
        .with("low", floats(py, rows.iter().map(|r| r.attainment.probability.low)))?
        .with("high", floats(py, rows.iter().map(|r| r.attainment.probability.high)))?
        .with("undefined", floats(py, rows.iter().map(|r| r.attainment.undefined)))?
        .with("effective_paths", floats(py, rows.iter().map(|r| r.effective_paths)))
        .map(Columns::finish)
}
