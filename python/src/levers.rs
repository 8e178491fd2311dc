//! Levers: the cheapest setting, the frontier, settings with the same probability.

use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::plan::{self, Goal, Levers, Seek, Seeking};
use tinbergen::summary::{Probability, Share};
use tinbergen::{Error, Sampling};

use crate::attain::share_columns;
use crate::columns::{Columns, floats, matrix};
use crate::errors::raise;
use crate::model::Program;
use crate::run::{heard, needed, refuse_others, sampling, setting, watched};

/// What a search found, a table of settings, and one of all that was tried.
type Found<'py> = (Bound<'py, PyDict>, Bound<'py, PyDict>, Bound<'py, PyDict>);

/// What is asked of levers, as `LeverRun` of `basics/settings.py` says it.
struct Asked {
    goal: Goal,
    levers: Levers,
    sampling: Sampling,
}

impl Asked {
    fn of(run: &Bound<'_, PyDict>) -> PyResult<Self> {
        refuse_others(run, &["of", "levers", "scenario", "replace", "paths", "seed", "threads"])?;
        let of: String = needed(run, "of")?;
        Ok(Self {
            goal: of.parse().map_err(|error: Error| raise(run.py(), &error))?,
            levers: Levers {
                names: needed(run, "levers")?,
                scenario: needed(run, "scenario")?,
                replace: needed(run, "replace")?,
            },
            sampling: sampling(
                needed(run, "paths")?,
                setting(run, "seed")?,
                setting(run, "threads")?,
            ),
        })
    }

    fn seeking(self, probability: f64, margin: Option<f64>, most: usize) -> (Sampling, Seeking) {
        let mut seeking = Seeking::new(probability, self.goal).with_levers(self.levers);
        (seeking.margin, seeking.most) = (margin, most);
        (self.sampling, seeking)
    }
}

/// Find the cheapest setting of levers with a wanted probability.
#[pyfunction]
#[pyo3(signature = (program, run, *, probability, margin=None, most=2000, watch=None))]
pub(crate) fn seek<'py>(
    py: Python<'py>,
    program: &Program,
    run: &Bound<'_, PyDict>,
    probability: f64,
    margin: Option<f64>,
    most: usize,
    watch: Option<Py<PyAny>>,
) -> PyResult<Found<'py>> {
    let (sampling, asked) = Asked::of(run)?.seeking(probability, margin, most);
    let found =
        watched(py, watch.as_ref(), |watch| plan::seek(&program.inner, &sampling, &asked, watch))?;
    sought(py, &found)
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
#[pyo3(signature = (program, run, *, probability, margin=None, most=2000))]
pub(crate) fn search(
    py: Python<'_>,
    program: &Program,
    run: &Bound<'_, PyDict>,
    probability: f64,
    margin: Option<f64>,
    most: usize,
) -> PyResult<Search> {
    let (sampling, asked) = Asked::of(run)?.seeking(probability, margin, most);
    let inner = heard(py, || plan::Search::new(&program.inner, &sampling, &asked))?;
    Ok(Search { inner: Mutex::new(inner) })
}

/// Compute the probabilities of a goal with levers at some places: probability, low, high, error and paths of each.
#[pyfunction]
#[pyo3(signature = (program, points, run, watch=None))]
pub(crate) fn lever_shares(
    py: Python<'_>,
    program: &Program,
    points: Vec<Vec<f64>>,
    run: &Bound<'_, PyDict>,
    watch: Option<Py<PyAny>>,
) -> PyResult<Vec<Told>> {
    let asked = Asked::of(run)?;
    let shares = watched(py, watch.as_ref(), |watch| {
        plan::lever_shares(
            &program.inner,
            &asked.sampling,
            &asked.goal,
            &asked.levers,
            &points,
            watch,
        )
    })?;
    let told = |share: Share| {
        let p = share.probability;
        (p.value, p.low, p.high, share.error, share.paths)
    };
    Ok(shares.into_iter().map(told).collect())
}

/// Compute the frontier of cost against probability: levers, and settings, cost, probability.
#[pyfunction]
#[pyo3(signature = (program, run, watch=None))]
pub(crate) fn frontier<'py>(
    py: Python<'py>,
    program: &Program,
    run: &Bound<'_, PyDict>,
    watch: Option<Py<PyAny>>,
) -> PyResult<(Vec<String>, Bound<'py, PyDict>)> {
    let asked = Asked::of(run)?;
    let (names, points) = watched(py, watch.as_ref(), |watch| {
        plan::frontier(&program.inner, &asked.sampling, &asked.goal, &asked.levers, watch)
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
#[pyo3(signature = (program, run, watch=None))]
pub(crate) fn idle_levers(
    py: Python<'_>,
    program: &Program,
    run: &Bound<'_, PyDict>,
    watch: Option<Py<PyAny>>,
) -> PyResult<Vec<String>> {
    let asked = Asked::of(run)?;
    watched(py, watch.as_ref(), |watch| {
        plan::idle_levers(&program.inner, &asked.sampling, &asked.goal, &asked.levers, watch)
    })
}

/// Find whether one lever changes nothing about a goal.
#[pyfunction]
#[pyo3(signature = (program, lever, run, watch=None))]
pub(crate) fn is_idle_lever(
    py: Python<'_>,
    program: &Program,
    lever: &str,
    run: &Bound<'_, PyDict>,
    watch: Option<Py<PyAny>>,
) -> PyResult<bool> {
    let asked = Asked::of(run)?;
    watched(py, watch.as_ref(), |watch| {
        plan::is_idle_lever(
            &program.inner,
            &asked.sampling,
            &asked.goal,
            &asked.levers,
            lever,
            watch,
        )
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
#[pyo3(signature = (program, run, *, levels, watch=None))]
pub(crate) fn isoquant<'py>(
    py: Python<'py>,
    program: &Program,
    run: &Bound<'_, PyDict>,
    levels: Vec<f64>,
    watch: Option<Py<PyAny>>,
) -> PyResult<(Bound<'py, PyDict>, Bound<'py, PyDict>)> {
    let asked = Asked::of(run)?;
    let found = watched(py, watch.as_ref(), |watch| {
        plan::isoquant(&program.inner, &asked.sampling, &asked.goal, &asked.levers, &levels, watch)
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
