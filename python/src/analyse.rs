//! What a model does: responses, multipliers, contributions, stability, drivers.

use numpy::{IntoPyArray, PyArray2};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::analyse::{self, By, Side};
use tinbergen::model::Subject;
use tinbergen::period::Period;

use crate::columns::{Columns, floats};
use crate::ensembles::Ensemble;
use crate::errors::raise;
use crate::model::Model;
use crate::run::heard;

fn texts(names: &[String]) -> Vec<&str> {
    names.iter().map(String::as_str).collect()
}

/// Return the model with every distribution at its mean.
#[pyfunction]
pub(crate) fn at_means(py: Python<'_>, model: &Model) -> PyResult<Model> {
    heard(py, || Ok(analyse::at_means(&model.inner))).map(|inner| Model { inner })
}

/// Compute a response by indicator and period.
#[pyfunction]
pub(crate) fn response<'py>(
    py: Python<'py>,
    a: &Ensemble,
    b: &Ensemble,
    indicators: Vec<String>,
) -> PyResult<Bound<'py, PyDict>> {
    let rows = heard(py, || analyse::response(&a.inner, &b.inner, &texts(&indicators)))?;
    Columns::new(py)
        .with("indicator", rows.iter().map(|row| &row.indicator).collect::<Vec<_>>())?
        .with("period", rows.iter().map(|row| row.period.to_string()).collect::<Vec<_>>())?
        .with("baseline", floats(py, rows.iter().map(|row| row.baseline)))?
        .with("level", floats(py, rows.iter().map(|row| row.level)))?
        .with("difference", floats(py, rows.iter().map(|row| row.difference)))?
        .with("percent", floats(py, rows.iter().map(|row| row.percent)))?
        .with("error", floats(py, rows.iter().map(|row| row.error)))?
        .with("q05", floats(py, rows.iter().map(|row| row.quantiles[0])))?
        .with("q95", floats(py, rows.iter().map(|row| row.quantiles[1])))?
        .with("percent_q05", floats(py, rows.iter().map(|row| row.percent_quantiles[0])))?
        .with("percent_q95", floats(py, rows.iter().map(|row| row.percent_quantiles[1])))
        .map(Columns::finish)
}

/// Compute multipliers by indicator and period.
#[pyfunction]
pub(crate) fn multipliers<'py>(
    py: Python<'py>,
    model: &Model,
    kind: &str,
    name: String,
    size: f64,
    indicators: Vec<String>,
) -> PyResult<Bound<'py, PyDict>> {
    let instrument = match kind {
        "parameter" => Subject::Parameter(name),
        "shock" => Subject::Shock(name),
        _ => Subject::Indicator(name),
    };
    let rows =
        heard(py, || analyse::multipliers(&model.inner, &instrument, size, &texts(&indicators)))?;
    Columns::new(py)
        .with("indicator", rows.iter().map(|row| &row.indicator).collect::<Vec<_>>())?
        .with("period", rows.iter().map(|row| row.period.to_string()).collect::<Vec<_>>())?
        .with("dynamic", floats(py, rows.iter().map(|row| row.dynamic)))?
        .with("cumulative", floats(py, rows.iter().map(|row| row.cumulative)))?
        .with("permanent", floats(py, rows.iter().map(|row| row.permanent)))
        .map(Columns::finish)
}

/// Compute contributions of the parts of a scenario, or of residuals when none is named; and the method.
#[pyfunction]
pub(crate) fn contributions<'py>(
    py: Python<'py>,
    model: &Model,
    scenario: Option<&str>,
    by: &str,
    indicators: Vec<String>,
) -> PyResult<(String, Bound<'py, PyDict>)> {
    let by = if by == "change" { By::Change } else { By::Subject };
    let names = texts(&indicators);
    let found = heard(py, || match scenario {
        Some(scenario) => analyse::contributions(&model.inner, scenario, by, &names),
        None => analyse::residual_contributions(&model.inner, &names),
    })?;
    let rows = &found.rows;
    let table = Columns::new(py)
        .with("indicator", rows.iter().map(|row| &row.indicator).collect::<Vec<_>>())?
        .with("period", rows.iter().map(|row| row.period.to_string()).collect::<Vec<_>>())?
        .with("part", rows.iter().map(|row| &row.part).collect::<Vec<_>>())?
        .with("contribution", floats(py, rows.iter().map(|row| row.value)))?
        .finish();
    Ok((found.method, table))
}

/// Verdict, spectral radius, states, roots, matrix.
type StabilityParts<'py> =
    (&'static str, f64, Vec<(String, u32)>, Bound<'py, PyDict>, Bound<'py, PyArray2<f64>>);

/// Compute stability: verdict, spectral radius, states, the roots as a table, and the companion matrix.
#[pyfunction]
pub(crate) fn stability<'py>(
    py: Python<'py>,
    model: &Model,
    period: &str,
) -> PyResult<StabilityParts<'py>> {
    let period: Period = period
        .parse()
        .map_err(|error| raise(py, &tinbergen::Error::at("period", format!("{error}"))))?;
    let found = heard(py, || analyse::stability(&model.inner, period))?;
    let table = Columns::new(py)
        .with("modulus", floats(py, found.roots.iter().map(|root| root.modulus)))?
        .with("real", floats(py, found.roots.iter().map(|root| root.real)))?
        .with("imaginary", floats(py, found.roots.iter().map(|root| root.imaginary)))?
        .with("cycle", floats(py, found.roots.iter().map(|root| root.cycle)))?
        .finish();
    let matrix = found.matrix.into_pyarray(py);
    Ok((found.verdict, found.spectral_radius, found.states, table, matrix))
}

type DriverParts =
    (Vec<(String, i32, bool)>, Vec<(String, String, Vec<u32>)>, String, String, String);

/// Find drivers: indicators with distance and whether they are exogenous; edges; text, DOT, Mermaid.
#[pyfunction]
pub(crate) fn drivers(
    py: Python<'_>,
    model: &Model,
    indicator: &str,
    radius: u32,
    side: &str,
) -> PyResult<DriverParts> {
    let side = match side {
        "causes" => Side::Causes,
        "effects" => Side::Effects,
        _ => Side::Both,
    };
    let found = heard(py, || analyse::drivers(&model.inner, indicator, radius, side))?;
    let (text, dot, mermaid) = (found.to_text(), found.to_dot(), found.to_mermaid());
    let names = found.distance.iter();
    let names = names.map(|(name, d)| (name.clone(), *d, found.exogenous.contains(name)));
    let names = names.collect();
    let edges = found.edges.into_iter().map(|edge| (edge.from, edge.to, edge.lags)).collect();
    Ok((names, edges, text, dot, mermaid))
}
