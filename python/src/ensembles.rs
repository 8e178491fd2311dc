//! Results.

use numpy::ndarray::{ArrayView, ArrayView1, Dimension};
use numpy::{PyArray, PyArray1, PyArray2};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::plan::{Attainment, attainment_contrast};
use tinbergen::simulate::{Given, RunInfo};
use tinbergen::summary::{Fan, contrast};

use crate::columns::{Columns, floats, matrix};
use crate::errors::raise;
use crate::run::{each, heard};

/// One ensemble for each scenario, and their mixture.
#[pyclass(frozen, module = "tinbergen._core")]
pub(crate) struct Ensembles {
    pub(crate) inner: tinbergen::Ensembles,
}

impl Ensembles {
    pub(crate) fn new(inner: tinbergen::Ensembles) -> Self {
        Self { inner }
    }
}

#[pymethods]
impl Ensembles {
    #[getter]
    fn names(&self) -> Vec<&str> {
        self.inner.names()
    }

    #[getter]
    fn info<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        info_columns(py, self.inner.info())
    }

    #[getter]
    fn storage(&self) -> Vec<(usize, usize, usize)> {
        let stored = self.inner.scenarios().map(tinbergen::Ensemble::storage);
        stored.map(|stored| (stored.bytes, stored.indicators, stored.asked)).collect()
    }

    fn ensemble(&self, py: Python<'_>, name: &str) -> PyResult<Ensemble> {
        let ensemble = heard(py, || self.inner.get(name).cloned());
        ensemble.map(|inner| Ensemble { inner })
    }

    fn attainment<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let rows = heard(py, || self.inner.attainment())?;
        attainment_columns(py, &rows).map(Columns::finish)
    }

    #[pyo3(signature = (a, b, indicators=None))]
    fn contrast<'py>(
        &self,
        py: Python<'py>,
        a: &str,
        b: &str,
        indicators: Option<Vec<String>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let work = || {
            let (a, b) = (self.inner.get(a)?, self.inner.get(b)?);
            let all = || a.indicators().map(|series| series.name.clone()).collect();
            let mut rows: Vec<Row> = Vec::new();
            for indicator in indicators.unwrap_or_else(all) {
                rows.extend(contrast(a, b, &indicator)?.into_iter().map(|d| Row {
                    kind: "indicator",
                    name: d.indicator,
                    period: d.period.to_string(),
                    numbers: [d.mean, d.error, d.independent_error],
                    quantiles: d.quantiles,
                }));
            }
            for d in attainment_contrast(self.inner.program().model(), a, b)? {
                rows.push(Row {
                    kind: "target",
                    name: d.target,
                    period: String::new(),
                    numbers: [d.difference, d.error, d.independent_error],
                    quantiles: [f64::NAN; 3],
                });
            }
            Ok(rows)
        };
        let rows = heard(py, work)?;
        let number = |k: usize| floats(py, rows.iter().map(move |row| row.numbers[k]));
        let quantile = |k: usize| floats(py, rows.iter().map(move |row| row.quantiles[k]));
        Columns::new(py)
            .with("kind", rows.iter().map(|row| row.kind).collect::<Vec<_>>())?
            .with("name", rows.iter().map(|row| &row.name).collect::<Vec<_>>())?
            .with("period", rows.iter().map(|row| &row.period).collect::<Vec<_>>())?
            .with("difference", number(0))?
            .with("error", number(1))?
            .with("independent_error", number(2))?
            .with("q05", quantile(0))?
            .with("q50", quantile(1))?
            .with("q95", quantile(2))
            .map(Columns::finish)
    }
}

/// How a run came about.
pub(crate) fn info_columns<'py>(py: Python<'py>, info: &RunInfo) -> PyResult<Bound<'py, PyDict>> {
    let found = Columns::new(py)
        .with("seed", info.seed)?
        .with("paths", info.paths)?
        .with("design", &info.design)?
        .with("streams", tinbergen::simulate::STREAMS)?
        .with("threads", info.threads)?
        .with("version", env!("CARGO_PKG_VERSION"))?;
    if info.parameters.is_empty() {
        return Ok(found.finish());
    }
    let parameters = PyDict::new(py);
    for (name, value) in &info.parameters {
        match value {
            Given::Number(number) => parameters.set_item(name, number)?,
            Given::Paths(numbers) => {
                parameters.set_item(name, PyArray1::from_slice(py, numbers))?;
            }
        }
    }
    found.with("parameters", parameters).map(Columns::finish)
}

/// How likely targets are.
pub(crate) fn attainment_columns<'py>(
    py: Python<'py>,
    rows: &[Attainment],
) -> PyResult<Columns<'py>> {
    let texts = |text: fn(&Attainment) -> &String| rows.iter().map(text).collect::<Vec<_>>();
    let numbers = |number: fn(&Attainment) -> f64| floats(py, rows.iter().map(number));
    let headroom =
        |k: usize| floats(py, rows.iter().map(move |row| row.headroom.map_or(f64::NAN, |h| h[k])));
    Columns::new(py)
        .with("scenario", texts(|row| &row.scenario))?
        .with("target", texts(|row| &row.target))?
        .with("probability", numbers(|row| row.probability.value))?
        .with("low", numbers(|row| row.probability.low))?
        .with("high", numbers(|row| row.probability.high))?
        .with("undefined", numbers(|row| row.undefined))?
        .with("h05", headroom(0))?
        .with("h25", headroom(1))?
        .with("h50", headroom(2))?
        .with("h75", headroom(3))?
        .with("h95", headroom(4))
}

/// A row of a contrast.
struct Row {
    kind: &'static str,
    name: String,
    period: String,
    numbers: [f64; 3],
    quantiles: [f64; 3],
}

/// An array over memory of `owner`, which is its base and lives as long as it does.
fn read_only_view<'py, D: Dimension>(
    view: &ArrayView<'_, f64, D>,
    owner: Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyArray<f64, D>>> {
    #[allow(unsafe_code, reason = "a view without a copy needs the memory of its owner")]
    // SAFETY: the memory of `view` belongs to `owner`, which the array keeps alive as its base. An
    // ensemble neither writes to its numbers nor moves them, and nobody writes through the array:
    // it is read-only before it is handed out.
    let array = unsafe { PyArray::borrow_from_array(view, owner) };
    array.call_method1("setflags", (false,))?;
    Ok(array)
}

/// All paths of one scenario.
#[pyclass(frozen, module = "tinbergen._core")]
pub(crate) struct Ensemble {
    pub(crate) inner: tinbergen::Ensemble,
}

#[pymethods]
impl Ensemble {
    #[getter]
    fn scenario(&self) -> &str {
        self.inner.scenario()
    }

    #[getter]
    fn indicators(&self) -> Vec<&str> {
        self.inner.indicators().map(|series| series.name.as_str()).collect()
    }

    #[getter]
    fn periods(&self) -> Vec<String> {
        self.inner.span().periods().map(|period| period.to_string()).collect()
    }

    #[getter]
    fn paths(&self) -> usize {
        self.inner.len()
    }

    #[getter]
    fn weights<'py>(slf: &Bound<'py, Self>) -> PyResult<Option<Bound<'py, PyArray1<f64>>>> {
        let Some(weights) = slf.get().inner.weights() else { return Ok(None) };
        read_only_view(&ArrayView1::from(weights), slf.clone().into_any()).map(Some)
    }

    fn values<'py>(slf: &Bound<'py, Self>, indicator: &str) -> PyResult<Bound<'py, PyArray2<f64>>> {
        let py = slf.py();
        let view = slf.get().inner.paths(indicator).map_err(|error| raise(py, &error))?;
        read_only_view(&view, slf.clone().into_any())
    }

    fn history<'py>(
        &self,
        py: Python<'py>,
        indicator: &str,
    ) -> PyResult<(Vec<String>, Bound<'py, PyArray1<f64>>)> {
        let history = self.inner.history(indicator).map_err(|error| raise(py, &error))?;
        let periods = history.iter().map(|(period, _)| period.to_string()).collect();
        Ok((periods, floats(py, history.iter().map(|(_, value)| *value))))
    }

    fn fan<'py>(
        &self,
        py: Python<'py>,
        indicators: Vec<String>,
        quantiles: Vec<f64>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let fans = each(py, &indicators, |name| self.inner.fan(name, &quantiles))?;
        fan_columns(py, &fans, quantiles.len()).map(Columns::finish)
    }

    fn failures<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        let failures = self.inner.failures();
        Columns::new(py)
            .with("indicator", failures.iter().map(|f| &f.indicator).collect::<Vec<_>>())?
            .with("period", failures.iter().map(|f| f.period.to_string()).collect::<Vec<_>>())?
            .with("paths", failures.iter().map(|f| f.paths).collect::<Vec<_>>())
            .map(Columns::finish)
    }
}

/// Fans of some indicators with so many quantiles, a row for each period.
pub(crate) fn fan_columns<'py>(
    py: Python<'py>,
    fans: &[Fan],
    quantiles: usize,
) -> PyResult<Columns<'py>> {
    let rows = || fans.iter().flat_map(|fan| fan.periods.iter().map(move |row| (fan, row)));
    let bands = rows().flat_map(|(_, row)| row.quantiles.iter().copied()).collect();
    Columns::new(py)
        .with("indicator", rows().map(|(fan, _)| &fan.indicator).collect::<Vec<_>>())?
        .with("period", rows().map(|(_, row)| row.period.to_string()).collect::<Vec<_>>())?
        .with("mean", floats(py, rows().map(|(_, row)| row.mean)))?
        .with("bands", matrix(py, bands, quantiles)?)
}
