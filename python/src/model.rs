//! Models and programs.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::import::{Data, read_frbus, read_modelflow};
use tinbergen::period::{PeriodError, Span};
use tinbergen::plan::{Finding, FindingRules, VarianceOf, consistency_by, variance_split};
use tinbergen::{Design, Error, Problem, Sampling};

use crate::columns::{Columns, floats};
use crate::ensembles::Ensembles;
use crate::errors::raise;

/// A model as written.
#[pyclass(frozen, module = "tinbergen._core")]
pub(crate) struct Model {
    pub(crate) inner: tinbergen::Model,
}

#[pymethods]
impl Model {
    #[staticmethod]
    #[pyo3(signature = (text, file=None))]
    fn from_toml(py: Python<'_>, text: &[u8], file: Option<&str>) -> PyResult<Self> {
        let model = py.detach(|| tinbergen::Model::from_toml_bytes(text, file));
        model.map(|inner| Self { inner }).map_err(|error| raise(py, &error))
    }

    #[staticmethod]
    fn from_json(py: Python<'_>, text: &str) -> PyResult<Self> {
        let model = py.detach(|| tinbergen::Model::from_json(text));
        model.map(|inner| Self { inner }).map_err(|error| raise(py, &error))
    }

    fn to_toml(&self, py: Python<'_>) -> PyResult<String> {
        self.inner.to_toml().map_err(|error| raise(py, &error))
    }

    fn to_json(&self, py: Python<'_>) -> PyResult<String> {
        self.inner.to_json().map_err(|error| raise(py, &error))
    }

    #[staticmethod]
    fn read_frbus(
        py: Python<'_>,
        xml: &[u8],
        data: &[u8],
        file: &str,
        periods: &str,
    ) -> PyResult<Self> {
        let read = || {
            let data = Data::from_csv(data, file)?;
            read_frbus(xml, &data, span(periods)?)
        };
        py.detach(read).map(|inner| Self { inner }).map_err(|error| raise(py, &error))
    }

    #[staticmethod]
    fn read_modelflow(py: Python<'_>, pcim: &[u8], periods: &str) -> PyResult<Self> {
        let read = py.detach(|| read_modelflow(pcim, span(periods)?));
        read.map(|inner| Self { inner }).map_err(|error| raise(py, &error))
    }

    fn over(&self, py: Python<'_>, periods: &str) -> PyResult<Self> {
        let periods = span(periods).map_err(|error| raise(py, &error))?;
        Ok(Self { inner: self.inner.over(periods) })
    }

    /// Indicators, periods and residuals.
    fn residuals(
        &self,
        py: Python<'_>,
        periods: &str,
    ) -> PyResult<(Vec<String>, Vec<String>, Vec<f64>)> {
        let found = py.detach(|| self.inner.residuals(span(periods)?));
        let found = found.map_err(|error| raise(py, &error))?;
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
        let program = py.detach(|| self.inner.compile());
        program.map(|inner| Program { inner }).map_err(|error| raise(py, &error))
    }
}

fn span(text: &str) -> Result<Span, Error> {
    text.parse().map_err(|error: PeriodError| {
        Error::model(vec![Problem::new("periods", error.to_string())])
    })
}

/// A checked model, ready to run.
#[pyclass(frozen, module = "tinbergen._core")]
pub(crate) struct Program {
    pub(crate) inner: tinbergen::Program,
}

/// A finding, part by part.
type FoundParts =
    (&'static str, Vec<String>, Vec<String>, String, Vec<String>, String, Vec<(String, f64)>);

/// Asks Python between batches whether to go on, and tells it how far the run is; what it raises
/// is kept.
pub(crate) fn watcher<'a>(
    watch: Option<&'a Py<PyAny>>,
    raised: &'a mut Option<PyErr>,
) -> impl FnMut(usize, usize) -> bool + 'a {
    move |done, all| {
        let asked = Python::attach(|py| {
            py.check_signals()?;
            match watch {
                Some(watch) => watch.call1(py, (done, all)).map(drop),
                None => Ok(()),
            }
        });
        match asked {
            Ok(()) => true,
            Err(error) => {
                *raised = Some(error);
                false
            }
        }
    }
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

    /// In the order of the model.
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

    /// What does not fit: kind, targets, indicators, message, sources, resolve, values.
    #[pyo3(signature = (*, central=0.9, rounding=0.005))]
    fn check(&self, py: Python<'_>, central: f64, rounding: f64) -> Vec<FoundParts> {
        let rules = FindingRules::default().with_central(central).with_rounding(rounding);
        let found = py.detach(|| consistency_by(&self.inner, &rules));
        let parts = |f: Finding| {
            let values = f.values.into_iter().collect();
            (f.kind.name(), f.targets, f.indicators, f.message, f.sources, f.resolve, values)
        };
        found.into_iter().map(parts).collect()
    }

    #[pyo3(signature = (*, paths, seed=None, scenarios=None, keep=None, design="random", threads=None, memory_limit=None, watch=None))]
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
        watch: Option<Py<PyAny>>,
    ) -> PyResult<Ensembles> {
        let design: Design = design
            .parse()
            .map_err(|error| raise(py, &tinbergen::Error::at("design", format!("{error}"))))?;
        let mut sampling = sampling(paths, seed, threads).with_design(design);
        if let Some(names) = scenarios {
            sampling = sampling.with_scenarios(names);
        }
        if let Some(names) = keep {
            sampling = sampling.with_keep(names);
        }
        if let Some(bytes) = memory_limit {
            sampling = sampling.with_memory_limit(bytes);
        }
        let mut raised = None;
        let runs = {
            let mut watch = watcher(watch.as_ref(), &mut raised);
            py.detach(|| self.inner.simulate_with(&sampling, &mut watch))
        };
        match (raised, runs) {
            (Some(error), _) => Err(error),
            (None, runs) => {
                let runs = runs.map_err(|error| raise(py, &error))?;
                Ok(Ensembles::new(runs))
            }
        }
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
        let mut raised = None;
        let shares = {
            let mut watch = watcher(watch.as_ref(), &mut raised);
            py.detach(|| variance_split(&self.inner, &sampling, scenario, &names, &mut watch))
        };
        if let Some(error) = raised {
            return Err(error);
        }
        let shares = shares.map_err(|error| raise(py, &error))?;
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

pub(crate) fn sampling(paths: usize, seed: Option<u64>, threads: Option<usize>) -> Sampling {
    let sampling = match seed {
        Some(seed) => Sampling::new(paths, seed),
        None => Sampling::unseeded(paths),
    };
    match threads {
        Some(threads) => sampling.with_threads(threads),
        None => sampling,
    }
}
