//! Attainment in depth: combinations of targets, pairs, what limits, when, by how much.

use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict};
use tinbergen::Error;
use tinbergen::period::Period;
use tinbergen::plan::{self, Goal, Progress, Shortfall, StatusRule, Until, first_met as when_met};
use tinbergen::summary::Share;

use crate::columns::{Columns, floats, matrix};
use crate::ensembles::{Ensemble, Ensembles};
use crate::errors::raise;
use crate::model::Program;
use crate::run::{heard, run_sampling, watched};

/// The columns of a share: value, low, high, error, paths.
pub(crate) fn share_columns<'py>(
    py: Python<'py>,
    columns: Columns<'py>,
    prefix: &str,
    shares: &[Share],
) -> PyResult<Columns<'py>> {
    let (name, part) = match prefix {
        "" => ("probability".to_owned(), String::new()),
        prefix => (prefix.to_owned(), format!("{prefix}_")),
    };
    let of = |number: fn(&Share) -> f64| floats(py, shares.iter().map(number));
    columns
        .with(&name, of(|s| s.probability.value))?
        .with(&format!("{part}low"), of(|s| s.probability.low))?
        .with(&format!("{part}high"), of(|s| s.probability.high))?
        .with(&format!("{part}error"), of(|s| s.error))?
        .with(&format!("{part}paths"), of(|s| s.paths))
}

fn parsed(goals: &[String]) -> Result<Vec<Goal>, Error> {
    goals.iter().map(|goal| goal.parse()).collect()
}

/// Return a goal written in the one way that all goals of its meaning have.
#[pyfunction]
pub(crate) fn goal_text(py: Python<'_>, text: &str) -> PyResult<String> {
    text.parse().map(|goal: Goal| goal.to_string()).map_err(|error| raise(py, &error))
}

/// Compute the probability of goals in an ensemble: columns goal, probability, low, high, error, paths.
#[pyfunction]
#[pyo3(signature = (program, ensemble, goals, given=None))]
pub(crate) fn probabilities<'py>(
    py: Python<'py>,
    program: &Program,
    ensemble: &Ensemble,
    goals: Vec<String>,
    given: Option<String>,
) -> PyResult<Bound<'py, PyDict>> {
    let work = || {
        let given = given.map(|given| given.parse::<Goal>()).transpose()?;
        let (model, goals) = (program.inner.model(), parsed(&goals)?);
        plan::probabilities_in(model, &ensemble.inner, &goals, given.as_ref())
    };
    let rows = heard(py, work)?;
    let shares: Vec<Share> = rows.iter().map(|row| row.share).collect();
    let names: Vec<&String> = rows.iter().map(|row| &row.goal).collect();
    share_columns(py, Columns::new(py).with("goal", names)?, "", &shares).map(Columns::finish)
}

/// Tell in which paths each target of the model is met: for each, a bit a path, the first in the lowest bit.
#[pyfunction]
pub(crate) fn paths_met<'py>(
    py: Python<'py>,
    program: &Program,
    ensemble: &Ensemble,
) -> PyResult<Vec<Bound<'py, PyBytes>>> {
    let model = program.inner.model();
    let met = heard(py, || plan::Met::new(model, &ensemble.inner))?;
    let byte =
        |paths: &[f64]| paths.iter().rev().fold(0_u8, |byte, met| byte << 1 | u8::from(*met > 0.0));
    let target = |k| PyBytes::new(py, &met.target(k).chunks(8).map(byte).collect::<Vec<_>>());
    Ok((0..model.targets.len()).map(target).collect())
}

/// Compute probabilities of all pairs of targets or sets: columns a, b, both and given with their intervals, lift,
/// correlation.
#[pyfunction]
#[pyo3(signature = (program, ensemble, names=None))]
pub(crate) fn pairs<'py>(
    py: Python<'py>,
    program: &Program,
    ensemble: &Ensemble,
    names: Option<Vec<String>>,
) -> PyResult<Bound<'py, PyDict>> {
    let names: Option<Vec<&str>> = names.as_ref().map(|n| n.iter().map(String::as_str).collect());
    let rows = heard(py, || plan::pairs(program.inner.model(), &ensemble.inner, names.as_deref()))?;
    let columns = Columns::new(py)
        .with("a", rows.iter().map(|row| &row.a).collect::<Vec<_>>())?
        .with("b", rows.iter().map(|row| &row.b).collect::<Vec<_>>())?;
    let (both, given): (Vec<Share>, Vec<Share>) =
        rows.iter().map(|row| (row.both, row.given)).unzip();
    let columns = share_columns(py, columns, "both", &both)?;
    share_columns(py, columns, "given", &given)?
        .with("lift", floats(py, rows.iter().map(|row| row.lift)))?
        .with("correlation", floats(py, rows.iter().map(|row| row.correlation)))
        .map(Columns::finish)
}

/// Find the targets that limit a set: columns target, own, without, gain, gain_error, alone, missed.
#[pyfunction]
pub(crate) fn limiting<'py>(
    py: Python<'py>,
    program: &Program,
    ensemble: &Ensemble,
    of: String,
) -> PyResult<Bound<'py, PyDict>> {
    let work = || plan::limiting(program.inner.model(), &ensemble.inner, &of.parse()?);
    let rows = heard(py, work)?;
    let shares = |of: fn(&plan::Limiting) -> Share| rows.iter().map(of).collect::<Vec<_>>();
    let columns =
        Columns::new(py).with("target", rows.iter().map(|row| &row.target).collect::<Vec<_>>())?;
    let columns = columns
        .with("gain", floats(py, rows.iter().map(|row| row.gain)))?
        .with("gain_error", floats(py, rows.iter().map(|row| row.gain_error)))?;
    let columns = share_columns(py, columns, "own", &shares(|row| row.own))?;
    let columns = share_columns(py, columns, "without", &shares(|row| row.without))?;
    let columns = share_columns(py, columns, "alone", &shares(|row| row.alone))?;
    share_columns(py, columns, "missed", &shares(|row| row.missed)).map(Columns::finish)
}

/// Compute when targets are first met: a table by period, and one by target.
#[pyfunction]
pub(crate) fn first_met<'py>(
    py: Python<'py>,
    program: &Program,
    ensemble: &Ensemble,
) -> PyResult<(Bound<'py, PyDict>, Bound<'py, PyDict>)> {
    let found = heard(py, || when_met(program.inner.model(), &ensemble.inner))?;
    let rows = || found.iter().flat_map(|f| f.periods.iter().map(move |row| (&f.target, row)));
    let columns = Columns::new(py)
        .with("target", rows().map(|(target, _)| target).collect::<Vec<_>>())?
        .with("period", rows().map(|(_, row)| row.0.to_string()).collect::<Vec<_>>())?;
    let now: Vec<Share> = rows().map(|(_, row)| row.1).collect();
    let by: Vec<Share> = rows().map(|(_, row)| row.2).collect();
    let columns = share_columns(py, columns, "first", &now)?;
    let periods = share_columns(py, columns, "by", &by)?.finish();
    let median = |f: &plan::FirstMet| f.median.map_or_else(String::new, |p| p.to_string());
    let columns = Columns::new(py)
        .with("target", found.iter().map(|f| &f.target).collect::<Vec<_>>())?
        .with("median", found.iter().map(median).collect::<Vec<_>>())?
        .with("at_start", found.iter().map(|f| f.at_start).collect::<Vec<_>>())?;
    let never: Vec<Share> = found.iter().map(|f| f.never).collect();
    let stays: Vec<Share> = found.iter().map(|f| f.stays).collect();
    let columns = share_columns(py, columns, "never", &never)?;
    Ok((periods, share_columns(py, columns, "stays", &stays)?.finish()))
}

/// Compute how far paths are from targets: quantiles of the headroom, expected shortfall, what is missing.
#[pyfunction]
pub(crate) fn shortfall<'py>(
    py: Python<'py>,
    program: &Program,
    ensemble: &Ensemble,
    quantiles: Vec<f64>,
    tail: f64,
) -> PyResult<Bound<'py, PyDict>> {
    let rows =
        heard(py, || plan::shortfall(program.inner.model(), &ensemble.inner, &quantiles, tail))?;
    let columns =
        Columns::new(py).with("target", rows.iter().map(|row| &row.target).collect::<Vec<_>>())?;
    let met: Vec<Share> = rows.iter().map(|row| row.met).collect();
    let mut columns = share_columns(py, columns, "", &met)?;
    let means = |row: &Shortfall| [row.mean, row.worst, row.missing, row.missing_if_missed];
    for (k, name) in ["mean", "worst", "missing", "missing_if_missed"].into_iter().enumerate() {
        columns =
            columns.with(name, floats(py, rows.iter().map(|row| means(row)[k].value)))?.with(
                &format!("{name}_error"),
                floats(py, rows.iter().map(|row| means(row)[k].error)),
            )?;
    }
    let bands = rows.iter().flat_map(|row| row.quantiles.iter().copied()).collect();
    columns
        .with("undefined", floats(py, rows.iter().map(|row| row.undefined)))?
        .with("failed", rows.iter().map(|row| row.failed).collect::<Vec<_>>())?
        .with("bands", matrix(py, bands, quantiles.len())?)
        .map(Columns::finish)
}

/// Compute where targets stand: status, required growth, indices of ESCAP.
#[pyfunction]
#[pyo3(signature = (program, ensemble, on_track, off_track, interval, base=None))]
pub(crate) fn progress<'py>(
    py: Python<'py>,
    program: &Program,
    ensemble: &Ensemble,
    on_track: f64,
    off_track: f64,
    interval: bool,
    base: Option<String>,
) -> PyResult<Bound<'py, PyDict>> {
    let work = || {
        let rule = StatusRule::new(on_track, off_track, interval)?;
        let base: Option<Period> = base
            .map(|base| base.parse().map_err(|error| Error::at("base", format!("{error}"))))
            .transpose()?;
        plan::progress(program.inner.model(), &ensemble.inner, &rule, base)
    };
    let rows = heard(py, work)?;
    let texts = |of: fn(&Progress) -> String| rows.iter().map(of).collect::<Vec<_>>();
    let numbers = |of: fn(&Progress) -> f64| floats(py, rows.iter().map(of));
    let columns = Columns::new(py)
        .with("target", texts(|row| row.target.clone()))?
        .with("status", texts(|row| row.status.name().to_owned()))?;
    let shares: Vec<Share> = rows.iter().map(|row| row.share).collect();
    share_columns(py, columns, "", &shares)?
        .with("last", texts(|row| row.current.map_or_else(String::new, |c| c.0.to_string())))?
        .with("value", numbers(|row| row.current.map_or(f64::NAN, |c| c.1)))?
        .with("due", texts(|row| row.due.to_string()))?
        .with("bound", numbers(|row| row.bound))?
        .with("predicted", numbers(|row| row.predicted))?
        .with("required_growth", numbers(|row| row.required_growth))?
        .with("predicted_growth", numbers(|row| row.predicted_growth))?
        .with("past_growth", numbers(|row| row.past_growth))?
        .with("required_change", numbers(|row| row.required_change))?
        .with("current_status", numbers(|row| row.current_status))?
        .with("anticipated", numbers(|row| row.anticipated))?
        .with("outlook", texts(|row| row.outlook.map_or("", plan::Outlook::name).to_owned()))
        .map(Columns::finish)
}

/// Simulate until half-widths are small enough; give the run, and how far it got.
#[pyfunction]
#[pyo3(signature = (program, settings, *, half_width, of, most, watch=None))]
pub(crate) fn simulate_until<'py>(
    py: Python<'py>,
    program: &Program,
    settings: &Bound<'_, PyDict>,
    half_width: f64,
    of: Vec<String>,
    most: usize,
    watch: Option<Py<PyAny>>,
) -> PyResult<(Ensembles, Bound<'py, PyDict>)> {
    let sampling = run_sampling(settings)?;
    let goals = parsed(&of).map_err(|error| raise(py, &error))?;
    let until = Until::half_width(half_width).of(goals).with_most(most);
    let (runs, precision) = watched(py, watch.as_ref(), |watch| {
        plan::simulate_until(&program.inner, &sampling, &until, watch)
    })?;
    let reached = Columns::new(py)
        .with("half_width", precision.half_width)?
        .with("wanted", half_width)?
        .with("reached", precision.reached)?
        .with("of", precision.of)?
        .with("scenario", precision.scenario)?
        .finish();
    Ok((Ensembles::new(runs), reached))
}

/// Return what a target of a program is about, as an ensemble of that alone.
#[pyfunction]
pub(crate) fn subject(
    py: Python<'_>,
    program: &Program,
    ensemble: &Ensemble,
    target: &str,
) -> PyResult<Ensemble> {
    let found = || {
        let model = program.inner.model();
        let target =
            model.targets.iter().find(|known| known.id == target).ok_or_else(|| {
                Error::at("targets", format!("the model has no target \"{target}\""))
            })?;
        plan::subject_paths(target, &ensemble.inner)
    };
    heard(py, found).map(|inner| Ensemble { inner })
}
