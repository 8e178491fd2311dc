//! What matters in a plan: assumptions of a run by what they do to an outcome.

use numpy::{PyArray1, PyReadonlyArray2};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::Error;
use tinbergen::period::Period;
use tinbergen::plan::{self, Goal, Input, Outcome, RedrawnIndices};
use tinbergen::sensitivity::Moved;
use tinbergen::simulate::RunInfo;
use tinbergen::summary::Estimate;

use crate::columns::{Columns, floats, matrix};
use crate::ensembles::{Ensemble, Ensembles};
use crate::errors::raise;
use crate::model::Program;
use crate::outturns::Tracked;
use crate::run::{Parameters, given, heard, watched};
use crate::sensitivity::{estimates, indices};

/// An outcome as Python says it: its kind (`met`, `headroom`, `value`), a goal, target or indicator, a period.
type Asked = (String, String, Option<String>);

fn outcome((kind, name, period): Asked) -> Result<Outcome, Error> {
    match (kind.as_str(), period) {
        ("met", None) => Ok(Outcome::Met(name.parse::<Goal>()?)),
        ("headroom", None) => Ok(Outcome::Headroom(name)),
        ("value", Some(period)) => {
            let period = period.parse::<Period>();
            let period = period.map_err(|error| Error::at("of", error.to_string()))?;
            Ok(Outcome::Value(name, period))
        }
        (kind, _) => Err(Error::at("of", format!("\"{kind}\" is no kind of outcome"))),
    }
}

fn told(outcome: &Outcome) -> (&'static str, String, String) {
    match outcome {
        Outcome::Met(goal) => ("met", goal.to_string(), String::new()),
        Outcome::Headroom(target) => ("headroom", target.clone(), String::new()),
        Outcome::Value(indicator, period) => ("value", indicator.clone(), period.to_string()),
    }
}

/// Return an outcome in each path of an ensemble.
#[pyfunction]
#[pyo3(name = "outcome")]
pub(crate) fn outcome_paths<'py>(
    py: Python<'py>,
    program: &Program,
    ensemble: &Ensemble,
    of: Asked,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let numbers = heard(py, || outcome(of)?.numbers(program.inner.model(), &ensemble.inner))?;
    Ok(PyArray1::from_vec(py, numbers))
}

/// The columns of assumptions: kind, name, periods, address.
fn of_inputs<'py>(columns: Columns<'py>, inputs: &[&Input]) -> PyResult<Columns<'py>> {
    let span = |input: &&Input| input.periods.map_or_else(String::new, |span| span.to_string());
    columns
        .with("kind", inputs.iter().map(|input| input.kind.name()).collect::<Vec<_>>())?
        .with("name", inputs.iter().map(|input| &input.name).collect::<Vec<_>>())?
        .with("periods", inputs.iter().map(span).collect::<Vec<_>>())?
        .with("address", inputs.iter().map(|input| input.address()).collect::<Vec<_>>())
}

/// Compute what each assumption does that moves from its 10th to its 90th percentile.
#[pyfunction]
#[pyo3(signature = (program, runs, scenario, of, by_period=false, tracked=None, watch=None))]
#[allow(clippy::too_many_arguments, reason = "those of the Python function")]
pub(crate) fn tornado<'py>(
    py: Python<'py>,
    program: &Program,
    runs: &Ensembles,
    scenario: &str,
    of: Asked,
    by_period: bool,
    tracked: Option<&Tracked>,
    watch: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let of = outcome(of).map_err(|error| raise(py, &error))?;
    let tracked = tracked.map(|tracked| &tracked.inner);
    let rows = watched(py, watch.as_ref(), |watch| {
        plan::tornado(&program.inner, tracked, &runs.inner, scenario, &of, by_period, watch)
    })?;
    let inputs: Vec<&Input> = rows.iter().map(|row| &row.input).collect();
    let mut columns = of_inputs(Columns::new(py), &inputs)?
        .with("low", floats(py, rows.iter().map(|row| row.values[0])))?
        .with("high", floats(py, rows.iter().map(|row| row.values[1])))?
        .with("split", rows.iter().map(|row| row.is_split).collect::<Vec<_>>())?;
    let unknown = Estimate { value: f64::NAN, error: f64::NAN, freedom: 0.0 };
    let nothing = Moved { low: unknown, high: unknown, change: unknown };
    let parts: [(&str, Vec<Moved>); 3] = [
        ("main", rows.iter().map(|row| row.main).collect()),
        ("median", rows.iter().map(|row| row.median.unwrap_or(nothing)).collect()),
        ("shortfall", rows.iter().map(|row| row.shortfall.unwrap_or(nothing)).collect()),
    ];
    for (name, moved) in parts {
        let number = |of: fn(&Moved) -> f64| floats(py, moved.iter().map(of));
        columns = columns
            .with(&format!("{name}_low"), number(|m| m.low.value))?
            .with(&format!("{name}_low_error"), number(|m| m.low.error))?
            .with(&format!("{name}_high"), number(|m| m.high.value))?
            .with(&format!("{name}_high_error"), number(|m| m.high.error))?
            .with(&format!("{name}_change"), number(|m| m.change.value))?
            .with(&format!("{name}_change_error"), number(|m| m.change.error))?;
    }
    Ok(columns.finish())
}

/// Estimate first-order indices and the index PAWN of every assumption from the paths of a run.
#[pyfunction]
#[pyo3(signature = (program, runs, scenario, of, by_period=false, tracked=None, watch=None))]
#[allow(clippy::too_many_arguments, reason = "those of the Python function")]
pub(crate) fn given_indices<'py>(
    py: Python<'py>,
    program: &Program,
    runs: &Ensembles,
    scenario: &str,
    of: Asked,
    by_period: bool,
    tracked: Option<&Tracked>,
    watch: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let of = outcome(of).map_err(|error| raise(py, &error))?;
    let tracked = tracked.map(|tracked| &tracked.inner);
    let rows = watched(py, watch.as_ref(), |watch| {
        plan::given_indices(&program.inner, tracked, &runs.inner, scenario, &of, by_period, watch)
    })?;
    let inputs: Vec<&Input> = rows.iter().map(|row| &row.input).collect();
    let first: Vec<Estimate> = rows.iter().map(|row| row.first).collect();
    let columns = of_inputs(Columns::new(py), &inputs)?;
    estimates(py, columns, "first", &first)?
        .with("distance", floats(py, rows.iter().map(|row| row.distance.mean)))?
        .with("noise", floats(py, rows.iter().map(|row| row.distance.noise)))
        .map(Columns::finish)
}

/// Compute first-order and total Sobol' indices of every assumption, drawing each of them again.
#[pyfunction]
#[pyo3(signature = (program, runs, scenario, of, groups, watch=None))]
pub(crate) fn redrawn_indices<'py>(
    py: Python<'py>,
    program: &Program,
    runs: &Ensembles,
    scenario: &str,
    of: Vec<Asked>,
    groups: Vec<Vec<String>>,
    watch: Option<Py<PyAny>>,
) -> PyResult<Bound<'py, PyDict>> {
    let of = of.into_iter().map(outcome).collect::<Result<Vec<_>, _>>();
    let of = of.map_err(|error| raise(py, &error))?;
    let rows = watched(py, watch.as_ref(), |watch| {
        plan::redrawn_indices(&program.inner, &runs.inner, scenario, &of, &groups, watch)
    })?;
    redrawn(py, &rows)
}

fn redrawn<'py>(py: Python<'py>, rows: &[RedrawnIndices]) -> PyResult<Bound<'py, PyDict>> {
    let outcomes: Vec<_> = rows.iter().map(|row| told(&row.outcome)).collect();
    let all: Vec<_> = rows.iter().map(|row| row.indices).collect();
    let columns = Columns::new(py)
        .with("of", outcomes.iter().map(|(kind, ..)| *kind).collect::<Vec<_>>())?
        .with("name", outcomes.iter().map(|(_, name, _)| name.clone()).collect::<Vec<_>>())?
        .with("period", outcomes.iter().map(|(.., period)| period.clone()).collect::<Vec<_>>())?
        .with("members", rows.iter().map(|row| row.members.clone()).collect::<Vec<_>>())?;
    indices(py, columns, &all).map(Columns::finish)
}

/// The runs of redrawn indices, which may be made anywhere.
#[pyclass(frozen, module = "tinbergen._core")]
pub(crate) struct Redrawing {
    inner: plan::Redrawing,
}

#[pymethods]
impl Redrawing {
    /// How many runs there are: as it is, with everything drawn again, and one for each assumption.
    #[getter]
    fn runs(&self) -> usize {
        self.inner.runs()
    }

    /// Make a run: outcomes, paths.
    #[pyo3(signature = (k, watch=None))]
    fn run<'py>(
        &self,
        py: Python<'py>,
        k: usize,
        watch: Option<Py<PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let rows = watched(py, watch.as_ref(), |watch| self.inner.run(k, watch))?;
        let paths = rows.first().map_or(0, Vec::len);
        matrix(py, rows.concat(), paths)
    }

    /// Compute the indices of assumption `k`, of the first two runs and its own.
    fn indices<'py>(
        &self,
        py: Python<'py>,
        k: usize,
        a: PyReadonlyArray2<'py, f64>,
        b: PyReadonlyArray2<'py, f64>,
        c: PyReadonlyArray2<'py, f64>,
    ) -> PyResult<Bound<'py, PyDict>> {
        let [a, b, c] = [a, b, c].map(|run| -> Vec<Vec<f64>> {
            run.as_array().rows().into_iter().map(|row| row.to_vec()).collect()
        });
        redrawn(py, &heard(py, || self.inner.indices(k, &a, &b, &c))?)
    }
}

/// Begin to draw each assumption of a run again, in one of its scenarios.
#[pyfunction]
#[pyo3(signature = (program, *, paths, seed, parameters, scenario, of, groups, threads=None))]
#[allow(clippy::too_many_arguments, reason = "keyword arguments of the Python function")]
pub(crate) fn redrawing(
    py: Python<'_>,
    program: &Program,
    paths: usize,
    seed: u64,
    parameters: Parameters<'_>,
    scenario: &str,
    of: Vec<Asked>,
    groups: Vec<Vec<String>>,
    threads: Option<usize>,
) -> PyResult<Redrawing> {
    let of = of.into_iter().map(outcome).collect::<Result<Vec<_>, _>>();
    let of = of.map_err(|error| raise(py, &error))?;
    let (design, parameters) = ("random".to_owned(), given(parameters)?);
    let info = RunInfo { seed, paths, design, threads: threads.unwrap_or(1), parameters };
    let work = heard(py, || plan::Redrawing::new(&program.inner, &info, scenario, &of, &groups))?;
    let inner = match threads {
        Some(threads) => work.with_threads(threads),
        None => work,
    };
    Ok(Redrawing { inner })
}

/// Estimate Shapley effects of groups of assumptions from the paths of a run: the members of each group, and effect with its
/// interval, the last row being what all of them explain.
#[pyfunction]
#[pyo3(signature = (program, runs, scenario, of, by_period, groups, tracked=None, watch=None))]
#[allow(clippy::too_many_arguments, reason = "those of the Python function")]
pub(crate) fn shapley_indices<'py>(
    py: Python<'py>,
    program: &Program,
    runs: &Ensembles,
    scenario: &str,
    of: Asked,
    by_period: bool,
    groups: Vec<Vec<String>>,
    tracked: Option<&Tracked>,
    watch: Option<Py<PyAny>>,
) -> PyResult<(Vec<Vec<String>>, Bound<'py, PyDict>)> {
    let of = outcome(of).map_err(|error| raise(py, &error))?;
    let tracked = tracked.map(|tracked| &tracked.inner);
    let (program, runs) = (&program.inner, &runs.inner);
    let (members, found) = watched(py, watch.as_ref(), |watch| {
        plan::shapley_indices(program, tracked, runs, scenario, &of, by_period, &groups, watch)
    })?;
    let all: Vec<Estimate> = found.effects.into_iter().chain([found.explained]).collect();
    Ok((members, estimates(py, Columns::new(py), "effect", &all)?.finish()))
}
