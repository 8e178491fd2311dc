//! Levers: the cheapest setting, the frontier, settings with the same probability.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::plan::{self, Levers, Seek, Seeking};
use tinbergen::summary::{Probability, Share};
use tinbergen::{Error, Sampling};

use crate::attain::share_columns;
use crate::columns::{Columns, floats, matrix};
use crate::errors::raise;
use crate::model::{Program, sampling};
use crate::run::{heard, watched};

/// What a search found, a table of settings, and one of all that was tried.
type Found<'py> = (Bound<'py, PyDict>, Bound<'py, PyDict>, Bound<'py, PyDict>);

/// Find the cheapest setting of levers with a wanted probability.
#[pyfunction]
#[pyo3(signature = (program, *, probability, of, levers, scenario, replace, paths, seed=None, margin=None, most=2000, threads=None, watch=None))]
#[allow(clippy::too_many_arguments, reason = "keyword arguments of the Python function")]
pub(crate) fn seek<'py>(
    py: Python<'py>,
    program: &Program,
    probability: f64,
    of: &str,
    levers: Vec<String>,
    scenario: String,
    replace: bool,
    paths: usize,
    seed: Option<u64>,
    margin: Option<f64>,
    most: usize,
    threads: Option<usize>,
    watch: Option<Py<PyAny>>,
) -> PyResult<Found<'py>> {
    let asked = seeking(py, probability, of, (levers, scenario, replace), margin, most)?;
    let sampling = sampling(paths, seed, threads);
    let found =
        watched(py, watch.as_ref(), |watch| plan::seek(&program.inner, &sampling, &asked, watch))?;
    sought(py, &found)
}

fn seeking(
    py: Python<'_>,
    probability: f64,
    of: &str,
    (names, scenario, replace): (Vec<String>, String, bool),
    margin: Option<f64>,
    most: usize,
) -> PyResult<Seeking> {
    let goal = of.parse().map_err(|error: Error| raise(py, &error))?;
    let levers = Levers { names, scenario, replace };
    let mut seeking = Seeking::new(probability, goal).with_levers(levers);
    (seeking.margin, seeking.most) = (margin, most);
    Ok(seeking)
}

fn sought<'py>(py: Python<'py>, found: &Seek) -> PyResult<Found<'py>> {
    let interval = |share: &Share| {
        let p = share.probability;
        (p.value, p.low, p.high)
    };
    let answer = Columns::new(py)
        .with("reached", found.reached)?
        .with("cost", found.cost)?
        .with("found", interval(&found.found))?
        .with("confirmed", interval(&found.confirmed))?
        .with("confirmed_seed", found.confirmed_seed)?
        .with("before", interval(&found.before))?
        .with("margin", found.margin)?
        .with("exact", found.exact)?
        .finish();
    let settings = &found.settings;
    let table = Columns::new(py)
        .with("lever", settings.iter().map(|s| &s.lever).collect::<Vec<_>>())?
        .with("now", floats(py, settings.iter().map(|s| s.now)))?
        .with("value", floats(py, settings.iter().map(|s| s.value)))?
        .with("cost", floats(py, settings.iter().map(|s| s.cost)))?
        .with("keeps_spread", settings.iter().map(|s| s.keeps_spread).collect::<Vec<_>>())?
        .finish();
    let shares: Vec<Share> = found.tried.iter().map(|row| row.2).collect();
    let values = found.tried.iter().flat_map(|row| row.0.iter().copied()).collect();
    let tried = Columns::new(py)
        .with("settings", matrix(py, values, settings.len())?)?
        .with("cost", floats(py, found.tried.iter().map(|row| row.1)))?;
    Ok((answer, table, share_columns(py, tried, "", &shares)?.finish()))
}

/// A share of paths: probability, low and high end of its interval, error, paths.
type Told = (f64, f64, f64, f64, f64);

/// A search whose settings are worked out elsewhere, round by round.
#[pyclass(frozen, module = "tinbergen._core")]
pub(crate) struct Search {
    inner: Mutex<plan::Search>,
}

#[pymethods]
impl Search {
    /// Return the seed and the settings that are needed next; None where it is done.
    fn needed(&self) -> Option<(u64, Vec<Vec<f64>>)> {
        self.search().needed()
    }

    /// Add what `lever_shares` gives of settings, and go on.
    fn take(
        &self,
        py: Python<'_>,
        seed: u64,
        points: Vec<Vec<f64>>,
        shares: Vec<Told>,
    ) -> PyResult<()> {
        let share = |(value, low, high, error, paths): Told| Share {
            probability: Probability { value, low, high },
            error,
            paths,
        };
        let shares: Vec<Share> = shares.into_iter().map(share).collect();
        heard(py, || self.search().take(seed, &points, &shares))
    }

    /// Return what was found.
    fn found<'py>(&self, py: Python<'py>) -> PyResult<Found<'py>> {
        let found = self.search().found().cloned();
        let missing = || raise(py, &Error::at("search", "it is not done"));
        sought(py, &found.ok_or_else(missing)?)
    }
}

impl Search {
    fn search(&self) -> MutexGuard<'_, plan::Search> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Begin to search for the cheapest setting of levers with a wanted probability.
#[pyfunction]
#[pyo3(signature = (program, *, probability, of, levers, scenario, replace, paths, seed, margin=None, most=2000))]
#[allow(clippy::too_many_arguments, reason = "keyword arguments of the Python function")]
pub(crate) fn search(
    py: Python<'_>,
    program: &Program,
    probability: f64,
    of: &str,
    levers: Vec<String>,
    scenario: String,
    replace: bool,
    paths: usize,
    seed: u64,
    margin: Option<f64>,
    most: usize,
) -> PyResult<Search> {
    let asked = seeking(py, probability, of, (levers, scenario, replace), margin, most)?;
    let sampling = sampling(paths, Some(seed), None);
    let inner = heard(py, || plan::Search::new(&program.inner, &sampling, &asked))?;
    Ok(Search { inner: Mutex::new(inner) })
}

/// Compute the probabilities of a goal with levers at some places: probability, low, high, error and paths of each.
#[pyfunction]
#[pyo3(signature = (program, points, *, of, levers, scenario, replace, paths, seed, threads=None, watch=None))]
#[allow(clippy::too_many_arguments, reason = "keyword arguments of the Python function")]
pub(crate) fn lever_shares(
    py: Python<'_>,
    program: &Program,
    points: Vec<Vec<f64>>,
    of: &str,
    levers: Vec<String>,
    scenario: String,
    replace: bool,
    paths: usize,
    seed: u64,
    threads: Option<usize>,
    watch: Option<Py<PyAny>>,
) -> PyResult<Vec<Told>> {
    let goal = of.parse().map_err(|error: Error| raise(py, &error))?;
    let sampling = sampling(paths, Some(seed), threads);
    let levers = Levers { names: levers, scenario, replace };
    let shares = watched(py, watch.as_ref(), |watch| {
        plan::lever_shares(&program.inner, &sampling, &goal, &levers, &points, watch)
    })?;
    let told = |share: Share| {
        let p = share.probability;
        (p.value, p.low, p.high, share.error, share.paths)
    };
    Ok(shares.into_iter().map(told).collect())
}

/// Compute the frontier of cost against probability: levers, and settings, cost, probability.
#[pyfunction]
#[pyo3(signature = (program, *, of, levers, scenario, replace, paths, seed=None, threads=None, watch=None))]
#[allow(clippy::too_many_arguments, reason = "keyword arguments of the Python function")]
pub(crate) fn frontier<'py>(
    py: Python<'py>,
    program: &Program,
    of: &str,
    levers: Vec<String>,
    scenario: String,
    replace: bool,
    paths: usize,
    seed: Option<u64>,
    threads: Option<usize>,
    watch: Option<Py<PyAny>>,
) -> PyResult<(Vec<String>, Bound<'py, PyDict>)> {
    let goal = of.parse().map_err(|error: Error| raise(py, &error))?;
    let sampling: Sampling = sampling(paths, seed, threads);
    let levers = Levers { names: levers, scenario, replace };
    let (names, points) = watched(py, watch.as_ref(), |watch| {
        plan::frontier(&program.inner, &sampling, &goal, &levers, watch)
    })?;
    let shares: Vec<Share> = points.iter().map(|point| point.share).collect();
    let values = points.iter().flat_map(|point| point.settings.iter().copied()).collect();
    let columns = Columns::new(py)
        .with("settings", matrix(py, values, names.len())?)?
        .with("cost", floats(py, points.iter().map(|point| point.cost)))?;
    Ok((names, share_columns(py, columns, "", &shares)?.finish()))
}

/// Find the levers that change nothing about a goal.
#[pyfunction]
#[pyo3(signature = (program, *, of, levers, scenario, replace, paths, seed=None, threads=None, watch=None))]
#[allow(clippy::too_many_arguments, reason = "keyword arguments of the Python function")]
pub(crate) fn idle_levers(
    py: Python<'_>,
    program: &Program,
    of: &str,
    levers: Vec<String>,
    scenario: String,
    replace: bool,
    paths: usize,
    seed: Option<u64>,
    threads: Option<usize>,
    watch: Option<Py<PyAny>>,
) -> PyResult<Vec<String>> {
    let goal = of.parse().map_err(|error: Error| raise(py, &error))?;
    let sampling: Sampling = sampling(paths, seed, threads);
    let levers = Levers { names: levers, scenario, replace };
    watched(py, watch.as_ref(), |watch| {
        plan::idle_levers(&program.inner, &sampling, &goal, &levers, watch)
    })
}

/// Find whether one lever changes nothing about a goal.
#[pyfunction]
#[pyo3(signature = (program, lever, *, of, levers, scenario, replace, paths, seed=None, threads=None, watch=None))]
#[allow(clippy::too_many_arguments, reason = "keyword arguments of the Python function")]
pub(crate) fn is_idle_lever(
    py: Python<'_>,
    program: &Program,
    lever: &str,
    of: &str,
    levers: Vec<String>,
    scenario: String,
    replace: bool,
    paths: usize,
    seed: Option<u64>,
    threads: Option<usize>,
    watch: Option<Py<PyAny>>,
) -> PyResult<bool> {
    let goal = of.parse().map_err(|error: Error| raise(py, &error))?;
    let sampling: Sampling = sampling(paths, seed, threads);
    let levers = Levers { names: levers, scenario, replace };
    watched(py, watch.as_ref(), |watch| {
        plan::is_idle_lever(&program.inner, &sampling, &goal, &levers, lever, watch)
    })
}

/// Return what settings of levers cost, counted from where they stand in a scenario.
#[pyfunction]
pub(crate) fn lever_costs(
    py: Python<'_>,
    program: &Program,
    levers: Vec<String>,
    scenario: String,
    settings: Vec<Vec<f64>>,
) -> PyResult<Vec<f64>> {
    let levers = Levers { names: levers, scenario, replace: false };
    heard(py, || plan::lever_costs(&program.inner, &levers, &settings))
}

/// Compute probabilities over settings of two levers: the grid (a, b, cost, probability), and the curves (level, a, b).
#[pyfunction]
#[pyo3(signature = (program, *, of, levers, levels, scenario, replace, paths, seed=None, threads=None, watch=None))]
#[allow(clippy::too_many_arguments, reason = "keyword arguments of the Python function")]
pub(crate) fn isoquant<'py>(
    py: Python<'py>,
    program: &Program,
    of: &str,
    levers: (String, String),
    levels: Vec<f64>,
    scenario: String,
    replace: bool,
    paths: usize,
    seed: Option<u64>,
    threads: Option<usize>,
    watch: Option<Py<PyAny>>,
) -> PyResult<(Bound<'py, PyDict>, Bound<'py, PyDict>)> {
    let goal = of.parse().map_err(|error: Error| raise(py, &error))?;
    let sampling: Sampling = sampling(paths, seed, threads);
    let levers = Levers { names: vec![levers.0, levers.1], scenario, replace };
    let found = watched(py, watch.as_ref(), |watch| {
        plan::isoquant(&program.inner, &sampling, &goal, &levers, &levels, watch)
    })?;
    let shares: Vec<Share> = found.grid.iter().map(|point| point.share).collect();
    let grid = Columns::new(py)
        .with("a", floats(py, found.grid.iter().map(|point| point.a)))?
        .with("b", floats(py, found.grid.iter().map(|point| point.b)))?
        .with("cost", floats(py, found.grid.iter().map(|point| point.cost)))?;
    let curves = Columns::new(py)
        .with("level", floats(py, found.curves.iter().map(|curve| curve.0)))?
        .with("a", floats(py, found.curves.iter().map(|curve| curve.1)))?
        .with("b", floats(py, found.curves.iter().map(|curve| curve.2)))?
        .finish();
    Ok((share_columns(py, grid, "", &shares)?.finish(), curves))
}
