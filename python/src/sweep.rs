//! Many settings of one program.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::Error;
use tinbergen::plan::{self, Attainment, Sweep, SweepSetting, Swept};

use crate::columns::{Columns, matrix};
use crate::errors::raise;
use crate::model::Program;
use crate::run::{run_sampling, watched};

/// Names, and for each setting a number for each of them.
type Numbers = (Vec<String>, Vec<Vec<f64>>);

/// Simulate settings: attainment (target, and a matrix of settings by targets for each number), and a
/// table of fans for each indicator (period, and matrices of settings by periods, or periods times levels).
#[pyfunction]
#[pyo3(signature = (program, run, *, scenarios, parameters, levers, replace, of, indicators, levels, first=0, watch=None))]
#[allow(clippy::too_many_arguments, reason = "keyword arguments of the Python function")]
pub(crate) fn sweep<'py>(
    py: Python<'py>,
    program: &Program,
    run: &Bound<'_, PyDict>,
    scenarios: Vec<String>,
    parameters: Numbers,
    levers: Numbers,
    replace: bool,
    of: Vec<String>,
    indicators: Vec<String>,
    levels: Vec<f64>,
    first: usize,
    watch: Option<Py<PyAny>>,
) -> PyResult<(Bound<'py, PyDict>, Vec<Bound<'py, PyDict>>)> {
    let sampling = run_sampling(run)?;
    let rows = scenarios.into_iter().zip(parameters.1).zip(levers.1);
    let settings = rows
        .map(|((scenario, parameters), levers)| SweepSetting { scenario, parameters, levers })
        .collect();
    let of = of.iter().map(|goal| goal.parse()).collect::<Result<_, Error>>();
    let of = of.map_err(|error| raise(py, &error))?;
    let (parameters, levers) = (parameters.0, levers.0);
    let asked = Sweep { parameters, levers, replace, settings, first, of, indicators, levels };
    let found =
        watched(py, watch.as_ref(), |watch| plan::sweep(&program.inner, &sampling, &asked, watch))?;
    let fans = (0..asked.indicators.len()).map(|k| fans(py, &found, k)).collect::<PyResult<_>>()?;
    Ok((attainment(py, &found)?, fans))
}

fn attainment<'py>(py: Python<'py>, found: &[Swept]) -> PyResult<Bound<'py, PyDict>> {
    let rows = || found.iter().flat_map(|setting| &setting.attainment);
    let first = found.first().map_or(&[][..], |setting| &setting.attainment);
    let numbers =
        |number: &dyn Fn(&Attainment) -> f64| matrix(py, rows().map(number).collect(), first.len());
    let headroom =
        |k: usize| numbers(&move |row: &Attainment| row.headroom.map_or(f64::NAN, |h| h[k]));
    Columns::new(py)
        .with("target", first.iter().map(|row| &row.target).collect::<Vec<_>>())?
        .with("probability", numbers(&|row| row.probability.value)?)?
        .with("low", numbers(&|row| row.probability.low)?)?
        .with("high", numbers(&|row| row.probability.high)?)?
        .with("undefined", numbers(&|row| row.undefined)?)?
        .with("h05", headroom(0)?)?
        .with("h25", headroom(1)?)?
        .with("h50", headroom(2)?)?
        .with("h75", headroom(3)?)?
        .with("h95", headroom(4)?)
        .map(Columns::finish)
}

fn fans<'py>(py: Python<'py>, found: &[Swept], k: usize) -> PyResult<Bound<'py, PyDict>> {
    let periods = || found.iter().flat_map(|setting| &setting.fans[k].periods);
    let (count, levels) = found
        .first()
        .map_or((0, 0), |setting| (setting.fans[k].periods.len(), setting.fans[k].levels.len()));
    let names = found.iter().take(1).flat_map(|setting| &setting.fans[k].periods);
    let bands = periods().flat_map(|period| period.quantiles.iter().copied()).collect();
    Columns::new(py)
        .with("period", names.map(|period| period.period.to_string()).collect::<Vec<_>>())?
        .with("mean", matrix(py, periods().map(|period| period.mean).collect(), count)?)?
        .with("bands", matrix(py, bands, count * levels)?)
        .map(Columns::finish)
}
