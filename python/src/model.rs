//! Models and programs.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::Error;
use tinbergen::import::{read_frbus, read_modelflow};
use tinbergen::model::Note;
use tinbergen::period::{PeriodError, Span};
use tinbergen::plan::{self, Finding, FindingRules, VarianceOf, consistency_by, variance_split};

use crate::columns::{Columns, floats};
use crate::ensembles::Ensembles;
use crate::errors::raise;
use crate::run::{heard, run_sampling, sampling, watched};
use crate::streamed::Streamed;
use crate::tables::Data;

/// A note: kind, indicators, message, line, text.
type WrittenNote = (String, Vec<String>, String, Option<usize>, String);

/// A model as written.
#[pyclass(frozen, module = "tinbergen._core")]
pub(crate) struct Model {
    pub(crate) inner: tinbergen::Model,
}

#[pymethods]
impl Model {
    #[staticmethod]
    #[pyo3(signature = (text, file=None, tables=None))]
    fn from_toml(
        py: Python<'_>,
        text: &[u8],
        file: Option<&str>,
        tables: Option<Vec<(String, Vec<u8>)>>,
    ) -> PyResult<Self> {
        let tables = tables.unwrap_or_default();
        let given: Vec<(&str, &[u8])> =
            tables.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice())).collect();
        let model = heard(py, || tinbergen::Model::from_plan_files(text, &given, file));
        model.map(|inner| Self { inner })
    }

    #[staticmethod]
    #[pyo3(signature = (text, notes=None))]
    fn from_json(py: Python<'_>, text: &str, notes: Option<Vec<WrittenNote>>) -> PyResult<Self> {
        let model = heard(py, || {
            let notes =
                notes.unwrap_or_default().into_iter().map(|(kind, names, message, line, text)| {
                    Note::of(&kind, names, message, line, text)
                });
            let notes = notes.collect::<Result<Vec<_>, _>>()?;
            Ok(tinbergen::Model::from_json(text)?.with_notes(notes))
        });
        model.map(|inner| Self { inner })
    }

    fn to_toml(&self, py: Python<'_>) -> PyResult<String> {
        heard(py, || self.inner.to_toml())
    }

    /// Write the plan file, and the tables of draws that stand beside it: names and texts.
    fn to_plan_files(
        &self,
        py: Python<'_>,
        stem: &str,
    ) -> PyResult<(String, Vec<(String, String)>)> {
        let files = heard(py, || self.inner.to_plan_files(stem))?;
        Ok((files.plan, files.tables))
    }

    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        heard(py, || self.inner.to_json())
    }

    #[staticmethod]
    fn read_frbus(py: Python<'_>, xml: &[u8], data: &Data, periods: &str) -> PyResult<Self> {
        let read = || read_frbus(xml, &data.inner, span(periods)?);
        heard(py, read).map(|inner| Self { inner })
    }

    #[staticmethod]
    fn read_modelflow(py: Python<'_>, pcim: &[u8], periods: &str) -> PyResult<Self> {
        let read = heard(py, || read_modelflow(pcim, span(periods)?));
        read.map(|inner| Self { inner })
    }

    fn over(&self, py: Python<'_>, periods: &str) -> PyResult<Self> {
        let periods = span(periods).map_err(|error| raise(py, &error))?;
        Ok(Self { inner: self.inner.over(periods) })
    }

    /// Compute residuals: indicators, periods and values.
    fn residuals(
        &self,
        py: Python<'_>,
        periods: &str,
    ) -> PyResult<(Vec<String>, Vec<String>, Vec<f64>)> {
        let found = heard(py, || self.inner.residuals(span(periods)?));
        let found = found?;
        let rows = found.iter().flat_map(|(name, row)| {
            row.iter().map(move |(period, value)| (name.clone(), period.to_string(), *value))
        });
        let (mut columns, mut rest) = ((Vec::new(), Vec::new()), Vec::new());
        for (name, period, value) in rows {
            columns.0.push(name);
            columns.1.push(period);
            rest.push(value);
        }
        Ok((columns.0, columns.1, rest))
    }

    fn compile(&self, py: Python<'_>) -> PyResult<Program> {
        let program = heard(py, || self.inner.compile());
        program.map(|inner| Program { inner })
    }
}

/// A span in text.
pub(crate) fn span(text: &str) -> Result<Span, Error> {
    text.parse().map_err(|error: PeriodError| Error::at("periods", error.to_string()))
}

/// A checked model, ready to run.
#[pyclass(frozen, module = "tinbergen._core")]
pub(crate) struct Program {
    pub(crate) inner: tinbergen::Program,
}

/// A finding, part by part.
pub(crate) type FoundParts =
    (&'static str, Vec<String>, Vec<String>, String, Vec<String>, String, Vec<(String, f64)>);

pub(crate) fn found_parts(f: Finding) -> FoundParts {
    let values = f.values.into_iter().collect();
    (f.kind.name(), f.targets, f.indicators, f.message, f.sources, f.resolve, values)
}

#[pymethods]
impl Program {
    #[getter]
    fn model(&self) -> Model {
        Model { inner: self.inner.model().clone() }
    }

    #[getter]
    fn periods(&self) -> Vec<String> {
        self.inner.span().periods().map(|period| period.to_string()).collect()
    }

    #[getter]
    fn scenarios(&self) -> Vec<String> {
        self.inner.scenarios().map(str::to_owned).collect()
    }

    #[getter]
    fn warnings(&self) -> Vec<(String, String)> {
        let pair = |p: &tinbergen::Problem| (p.address.clone(), p.message.clone());
        self.inner.warnings().iter().map(pair).collect()
    }

    /// Return equations by indicator, in the order of the model.
    fn equations<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let mut equations: Vec<_> = self.inner.equations().iter().collect();
        let indicators = &self.inner.model().indicators;
        equations.sort_by_key(|(indicator, _)| indicators.get_index_of(indicator));
        let table = PyDict::new(py);
        for (indicator, equation) in equations {
            table.set_item(indicator, equation)?;
        }
        Ok(table)
    }

    /// Find what does not fit: kind, targets, indicators, message, sources, resolve, values.
    #[pyo3(signature = (*, central=0.9, rounding=0.005))]
    fn check(&self, py: Python<'_>, central: f64, rounding: f64) -> PyResult<Vec<FoundParts>> {
        let rules = FindingRules::default().with_central(central).with_rounding(rounding);
        let found = heard(py, || Ok(consistency_by(&self.inner, &rules)))?;
        Ok(found.into_iter().map(found_parts).collect())
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

    #[pyo3(signature = (settings, *, first_path=None, watch=None))]
    fn stream(
        &self,
        py: Python<'_>,
        settings: &Bound<'_, PyDict>,
        first_path: Option<u64>,
        watch: Option<Py<PyAny>>,
    ) -> PyResult<Streamed> {
        let sampling = run_sampling(settings)?;
        let run = watched(py, watch.as_ref(), |watch| {
            let first = first_path.unwrap_or(0);
            let run = plan::Streamed::watched(&self.inner, &sampling, first, watch)?;
            // A range says little of the whole: it is judged when numbers are asked of it.
            if first_path.is_none() { run.judge().map(|()| run) } else { Ok(run) }
        });
        run.map(|inner| Streamed { inner })
    }

    #[pyo3(signature = (*, paths, seed=None, scenario="baseline", indicators=None, threads=None, watch=None))]
    #[allow(clippy::too_many_arguments, reason = "keyword arguments of the Python function")]
    fn variance_split<'py>(
        &self,
        py: Python<'py>,
        paths: usize,
        seed: Option<u64>,
        scenario: &str,
        indicators: Option<Vec<String>>,
        threads: Option<usize>,
        watch: Option<Py<PyAny>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let all = || self.inner.model().indicators.keys().cloned().collect();
        let names: Vec<String> = indicators.unwrap_or_else(all);
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let sampling = sampling(paths, seed, threads);
        let shares = watched(py, watch.as_ref(), |watch| {
            variance_split(&self.inner, &sampling, scenario, &names, watch)
        })?;
        let (mut kind, mut name, mut period) = (Vec::new(), Vec::new(), Vec::new());
        for share in &shares {
            match &share.of {
                VarianceOf::Indicator(indicator, at) => {
                    kind.push("indicator");
                    name.push(indicator.clone());
                    period.push(at.to_string());
                }
                VarianceOf::Target(target) => {
                    kind.push("target");
                    name.push(target.clone());
                    period.push(String::new());
                }
            }
        }
        Columns::new(py)
            .with("kind", kind)?
            .with("name", name)?
            .with("period", period)?
            .with("part", shares.iter().map(|s| s.part).collect::<Vec<_>>())?
            .with("first", floats(py, shares.iter().map(|s| s.first)))?
            .with("first_error", floats(py, shares.iter().map(|s| s.first_error)))?
            .with("total", floats(py, shares.iter().map(|s| s.total)))?
            .with("total_error", floats(py, shares.iter().map(|s| s.total_error)))
            .map(Columns::finish)
    }
}
