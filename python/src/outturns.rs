//! Outturns, and programs conditioned on them.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::condition::Surprise;
use tinbergen::outturns::{Date, DateError, Outturns as Table, Precision};
use tinbergen::plan::rounds;
use tinbergen::{Design, Error};

use crate::columns::{Columns, floats};
use crate::ensembles::{Ensemble, Ensembles};
use crate::errors::raise;
use crate::estimate::{NoteParts, note_parts};
use crate::model::{Model, Program, sampling};
use crate::run::{Parameters, Run, given, heard, watched};
use crate::tables::DataTable;

/// A table of outturns.
#[pyclass(frozen, module = "tinbergen._core")]
pub(crate) struct Outturns {
    pub(crate) inner: Table,
}

fn date(text: &str) -> Result<Date, Error> {
    text.parse().map_err(|error: DateError| Error::at("as_of", error.to_string()))
}

fn design(text: &str) -> Result<Design, Error> {
    text.parse().map_err(|error| Error::at("design", format!("{error}")))
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

    #[pyo3(signature = (*, paths, seed=None, scenarios=None, keep=None, design="random", threads=None, memory_limit=None, parameters=None, basis=None, watch=None))]
    #[allow(clippy::too_many_arguments, reason = "keyword arguments of the Python function")]
    fn simulate(
        &self,
        py: Python<'_>,
        paths: usize,
        seed: Option<u64>,
        scenarios: Option<Vec<String>>,
        keep: Option<Vec<String>>,
        design: &str,
        threads: Option<usize>,
        memory_limit: Option<u64>,
        parameters: Option<Parameters<'_>>,
        basis: Option<String>,
        watch: Option<Py<PyAny>>,
    ) -> PyResult<Ensembles> {
        let design = self::design(design).map_err(|error| raise(py, &error))?;
        let parameters = given(parameters)?;
        let run = Run { paths, seed, scenarios, keep, design, threads, memory_limit, parameters };
        let mut sampling = run.sampling();
        if let Some(basis) = basis {
            sampling = sampling.with_basis(basis);
        }
        let runs = watched(py, watch.as_ref(), |watch| self.inner.simulate_with(&sampling, watch))?;
        Ok(Ensembles::new(runs))
    }
}

/// Compute how likely each target is given what is known: scenario, target, probability, low, high,
/// effective_paths.
#[pyfunction]
#[pyo3(signature = (tracked, *, paths, seed=None, scenarios=None, design="random", threads=None, parameters=None, basis=None))]
#[allow(clippy::too_many_arguments, reason = "keyword arguments of the Python function")]
pub(crate) fn attainment_given<'py>(
    py: Python<'py>,
    tracked: &Tracked,
    paths: usize,
    seed: Option<u64>,
    scenarios: Option<Vec<String>>,
    design: &str,
    threads: Option<usize>,
    parameters: Option<Parameters<'_>>,
    basis: Option<String>,
) -> PyResult<Bound<'py, PyDict>> {
    let design = self::design(design).map_err(|error| raise(py, &error))?;
    let (keep, memory_limit) = (None, None);
    let parameters = given(parameters)?;
    let run = Run { paths, seed, scenarios, keep, design, threads, memory_limit, parameters };
    let mut sampling = run.sampling();
    if let Some(basis) = basis {
        sampling = sampling.with_basis(basis);
    }
    let rows = heard(py, || tinbergen::plan::attainment_given(&tracked.inner, &sampling));
    let rows = rows?;
    Columns::new(py)
        .with("scenario", rows.iter().map(|r| &r.attainment.scenario).collect::<Vec<_>>())?
        .with("target", rows.iter().map(|r| &r.attainment.target).collect::<Vec<_>>())?
        .with("probability", floats(py, rows.iter().map(|r| r.attainment.probability.value)))?
        .with("low", floats(py, rows.iter().map(|r| r.attainment.probability.low)))?
        .with("high", floats(py, rows.iter().map(|r| r.attainment.probability.high)))?
        .with("undefined", floats(py, rows.iter().map(|r| r.attainment.undefined)))?
        .with("effective_paths", floats(py, rows.iter().map(|r| r.effective_paths)))
        .map(Columns::finish)
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
#[pyo3(signature = (tracked, *, paths, seed=None, scenarios=None, threads=None, parameters=None))]
pub(crate) fn surprises<'py>(
    py: Python<'py>,
    tracked: &Tracked,
    paths: usize,
    seed: Option<u64>,
    scenarios: Option<Vec<String>>,
    threads: Option<usize>,
    parameters: Option<Parameters<'_>>,
) -> PyResult<Bound<'py, PyDict>> {
    let (keep, memory_limit, design) = (None, None, Design::Random);
    let parameters = given(parameters)?;
    let run = Run { paths, seed, scenarios, keep, design, threads, memory_limit, parameters };
    let sampling = run.sampling();
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
#[pyo3(signature = (program, outturns, *, paths, seed=None, dates=None, scenarios=None, threads=None, basis=None, least_effective=None))]
#[allow(clippy::too_many_arguments, reason = "keyword arguments of the Python function")]
pub(crate) fn attainment_by_round<'py>(
    py: Python<'py>,
    program: &Program,
    outturns: &Outturns,
    paths: usize,
    seed: Option<u64>,
    dates: Option<Vec<String>>,
    scenarios: Option<Vec<String>>,
    threads: Option<usize>,
    basis: Option<String>,
    least_effective: Option<f64>,
) -> PyResult<Bound<'py, PyDict>> {
    let work = || {
        let dates = dates.map(|dates| dates.iter().map(|d| date(d)).collect::<Result<Vec<_>, _>>());
        let dates = dates.transpose()?;
        let mut sampling = sampling(paths, seed, threads);
        if let Some(names) = scenarios {
            sampling = sampling.with_scenarios(names);
        }
        if let Some(basis) = basis {
            sampling = sampling.with_basis(basis);
        }
        rounds(&program.inner, &outturns.inner, dates.as_deref(), &sampling, least_effective)
    };
    let rows = heard(py, work)?;
    let day = |as_of: Option<Date>| as_of.map_or_else(String::new, |date| date.to_string());
    Columns::new(py)
        .with("as_of", rows.iter().map(|r| day(r.as_of)).collect::<Vec<_>>())?
        .with("scenario", rows.iter().map(|r| &r.attainment.scenario).collect::<Vec<_>>())?
        .with("target", rows.iter().map(|r| &r.attainment.target).collect::<Vec<_>>())?
        .with("probability", floats(py, rows.iter().map(|r| r.attainment.probability.value)))?
        .with("low", floats(py, rows.iter().map(|r| r.attainment.probability.low)))?
        .with("high", floats(py, rows.iter().map(|r| r.attainment.probability.high)))?
        .with("undefined", floats(py, rows.iter().map(|r| r.attainment.undefined)))?
        .with("effective_paths", floats(py, rows.iter().map(|r| r.effective_paths)))
        .map(Columns::finish)
}
