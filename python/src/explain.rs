//! What differs between two models, and what it contributes to a change.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use tinbergen::Error;
use tinbergen::model::Difference;
use tinbergen::plan::{self, Explained, ExplainedPart, Explanation, Question};
use tinbergen::summary::Estimate;

use crate::columns::{Columns, floats};
use crate::errors::raise;
use crate::model::Model;
use crate::outturns::Outturns;
use crate::run::{heard, run_sampling, watched};

fn difference_columns<'py>(py: Python<'py>, rows: &[Difference]) -> PyResult<Bound<'py, PyDict>> {
    Columns::new(py)
        .with("address", rows.iter().map(|row| &row.address).collect::<Vec<_>>())?
        .with("kind", rows.iter().map(|row| row.kind.name()).collect::<Vec<_>>())?
        .with("before", rows.iter().map(|row| row.before.as_deref()).collect::<Vec<_>>())?
        .with("after", rows.iter().map(|row| row.after.as_deref()).collect::<Vec<_>>())
        .map(Columns::finish)
}

/// Compare two models: columns address, kind, before, after.
#[pyfunction]
pub(crate) fn diff<'py>(
    py: Python<'py>,
    before: &Model,
    after: &Model,
) -> PyResult<Bound<'py, PyDict>> {
    let found = heard(py, || before.inner.diff(&after.inner));
    let found = found?;
    difference_columns(py, found.differences())
}

fn pair(estimate: Estimate) -> (f64, f64) {
    (estimate.value, estimate.error)
}

/// Work that explains why a probability or a quantile changed, in runs that may be made anywhere.
#[pyclass(frozen, module = "tinbergen._core")]
pub(crate) struct Explaining {
    inner: plan::Explaining,
}

#[pymethods]
impl Explaining {
    /// How many models are simulated.
    #[getter]
    fn simulations(&self) -> usize {
        self.inner.simulations()
    }

    /// Make some of the runs.
    #[pyo3(signature = (first, end, watch=None))]
    fn run<'py>(
        &self,
        py: Python<'py>,
        first: usize,
        end: usize,
        watch: Option<Py<PyAny>>,
    ) -> PyResult<Bound<'py, PyBytes>> {
        let run = |watch: &mut dyn FnMut(usize, usize) -> bool| {
            Ok(self.inner.run(first..end, watch)?.to_bytes())
        };
        watched(py, watch.as_ref(), run).map(|bytes| PyBytes::new(py, &bytes))
    }

    /// Explain it, of what all runs gave, in any order.
    fn finish<'py>(&self, py: Python<'py>, parts: Vec<Vec<u8>>) -> PyResult<Bound<'py, PyDict>> {
        explanation(py, &heard(py, || self.inner.finish(&parts))?)
    }

    /// Make all runs, and explain it.
    #[pyo3(signature = (watch=None))]
    fn explain<'py>(
        &self,
        py: Python<'py>,
        watch: Option<Py<PyAny>>,
    ) -> PyResult<Bound<'py, PyDict>> {
        explanation(py, &watched(py, watch.as_ref(), |watch| self.inner.explain(watch))?)
    }
}

/// Begin to explain why a probability (`goal`) or a quantile (`quantile`) changed.
#[pyfunction]
#[pyo3(signature = (before, after, run, *, goal=None, quantile=None, before_known=None, after_known=None, scenario="baseline", groups=None, watch=None))]
#[allow(clippy::too_many_arguments, reason = "keyword arguments of the Python function")]
pub(crate) fn explaining(
    py: Python<'_>,
    before: &Model,
    after: &Model,
    run: &Bound<'_, PyDict>,
    goal: Option<&str>,
    quantile: Option<(String, String, f64)>,
    before_known: Option<&Outturns>,
    after_known: Option<&Outturns>,
    scenario: &str,
    groups: Option<Vec<(String, Vec<String>)>>,
    watch: Option<Py<PyAny>>,
) -> PyResult<Explaining> {
    let of = || match quantile {
        Some((indicator, period, level)) => {
            let period = period.parse().map_err(|error: tinbergen::period::PeriodError| {
                Error::at("of", error.to_string())
            })?;
            Ok(Explained::Quantile { indicator, period, level })
        }
        None => Ok(Explained::Probability(goal.unwrap_or("all").parse()?)),
    };
    let of = of().map_err(|error: Error| raise(py, &error))?;
    let sampling = run_sampling(run)?;
    let mut question = Question::new(of).with_scenario(scenario);
    for (name, patterns) in groups.unwrap_or_default() {
        question = question.with_group(name, patterns);
    }
    let nothing = tinbergen::outturns::Outturns::default();
    let side = |model: &'_ Model, known: Option<&'_ Outturns>| {
        (model.inner.clone(), known.map_or_else(|| nothing.clone(), |known| known.inner.clone()))
    };
    let (a, b) = (side(before, before_known), side(after, after_known));
    let work = watched(py, watch.as_ref(), |watch| {
        plan::Explaining::new((&a.0, &a.1), (&b.0, &b.1), &question, &sampling, watch)
    });
    work.map(|inner| Explaining { inner })
}

fn explanation<'py>(py: Python<'py>, found: &Explanation) -> PyResult<Bound<'py, PyDict>> {
    let parts = &found.parts;
    let columns = |part: &ExplainedPart| difference_columns(py, &part.differences);
    Columns::new(py)
        .with("before", pair(found.before))?
        .with("after", pair(found.after))?
        .with("change", pair(found.change))?
        .with("numerator", found.numerator)?
        .with("denominator", found.denominator)?
        .with("groups", parts.iter().map(|part| part.groups.clone()).collect::<Vec<_>>())?
        .with("reasons", parts.iter().map(|part| part.reason.clone()).collect::<Vec<_>>())?
        .with("numerators", parts.iter().map(|part| part.numerator).collect::<Vec<_>>())?
        .with("values", floats(py, parts.iter().map(|part| part.value.value)))?
        .with("errors", floats(py, parts.iter().map(|part| part.value.error)))?
        .with("differences", parts.iter().map(columns).collect::<PyResult<Vec<_>>>()?)?
        .with("seed", found.seed)?
        .with("paths", found.paths)?
        .with("coalitions", found.coalitions)?
        .with("simulations", found.simulations)
        .map(Columns::finish)
}
