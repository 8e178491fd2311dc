//! Scoring rules.

use numpy::{PyArray1, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::Error;
use tinbergen::period::Period;
use tinbergen::scoring::{self, FigureScores, PathScores, Reliability};

use crate::columns::{Columns, floats};
use crate::ensembles::Ensemble;
use crate::errors::raise;
use crate::run::{heard, watched};

/// What a score gives of the paths of each figure, one row a figure.
pub(crate) fn of_figures<T: Send>(
    py: Python<'_>,
    paths: &PyReadonlyArray2<'_, f64>,
    weights: Option<PyReadonlyArray1<'_, f64>>,
    actual: &PyReadonlyArray1<'_, f64>,
    score: impl Fn(&[f64], Option<&[f64]>, f64) -> T + Send + Sync,
) -> PyResult<Vec<T>> {
    let (paths, actual) = (paths.as_array(), actual.as_array());
    let weights = weights.map(|weights| weights.as_array().to_vec());
    heard(py, || {
        let pairs = paths.rows().into_iter().zip(actual);
        Ok(pairs.map(|(row, actual)| score(&row.to_vec(), weights.as_deref(), *actual)).collect())
    })
}

/// Compute scores of paths, one row a figure, weighted or not: crps, fair_crps, below, at_most.
#[pyfunction]
#[pyo3(signature = (paths, weights, actual))]
pub(crate) fn path_scores<'py>(
    py: Python<'py>,
    paths: PyReadonlyArray2<'py, f64>,
    weights: Option<PyReadonlyArray1<'py, f64>>,
    actual: PyReadonlyArray1<'py, f64>,
) -> PyResult<Bound<'py, PyDict>> {
    let rows = of_figures(py, &paths, weights, &actual, scoring::path_scores)?;
    let column = |of: fn(&PathScores) -> f64| floats(py, rows.iter().map(of));
    Columns::new(py)
        .with("crps", column(|row| row.crps))?
        .with("fair_crps", column(|row| row.fair_crps))?
        .with("below", column(|row| row.pit.below))?
        .with("at_most", column(|row| row.pit.at_most))
        .map(Columns::finish)
}

/// Compute scores of figures of a run: median, crps, wis, pit, within (figures x bands).
#[pyfunction]
pub(crate) fn figure_scores<'py>(
    py: Python<'py>,
    ensemble: &Ensemble,
    figures: Vec<(String, String, f64)>,
) -> PyResult<Bound<'py, PyDict>> {
    let rows: Vec<FigureScores> = heard(py, || {
        let score = |(indicator, period, actual): &(String, String, f64)| {
            let period = period.parse::<Period>();
            let period = period.map_err(|error| Error::at(indicator, error.to_string()))?;
            scoring::figure_scores(&ensemble.inner, indicator, period, *actual)
        };
        figures.iter().map(score).collect()
    })?;
    let column = |of: fn(&FigureScores) -> f64| floats(py, rows.iter().map(of));
    let mut columns = Columns::new(py)
        .with("median", column(|row| row.median))?
        .with("crps", column(|row| row.crps))?
        .with("wis", column(|row| row.wis))?
        .with("pit", column(|row| row.pit.middle()))?;
    for (k, band) in scoring::BANDS.iter().enumerate() {
        let within = rows.iter().map(|row| row.within[k]).collect::<Vec<_>>();
        columns = columns.with(&format!("within_{}", (100.0 * band).round()), within)?;
    }
    Ok(columns.finish())
}

/// Compute the mean Brier score.
#[pyfunction]
pub(crate) fn brier<'py>(
    stated: PyReadonlyArray1<'py, f64>,
    happened: PyReadonlyArray1<'py, bool>,
) -> f64 {
    let (stated, happened) = (stated.as_array(), happened.as_array());
    let sum: f64 = stated.iter().zip(happened).map(|(p, met)| scoring::brier(*p, *met)).sum();
    sum / stated.len() as f64
}

/// Compute the score of a band for each actual value.
#[pyfunction]
pub(crate) fn interval_scores<'py>(
    py: Python<'py>,
    low: PyReadonlyArray1<'py, f64>,
    high: PyReadonlyArray1<'py, f64>,
    probability: f64,
    actual: PyReadonlyArray1<'py, f64>,
) -> Bound<'py, PyArray1<f64>> {
    let (low, high, actual) = (low.as_array(), high.as_array(), actual.as_array());
    let all = low.iter().zip(high).zip(actual);
    floats(py, all.map(|((l, h), a)| scoring::interval_score(*l, *h, probability, *a)))
}

/// Compute the energy score of paths, one row a path.
#[pyfunction]
#[pyo3(signature = (paths, weights, actual))]
pub(crate) fn energy_score<'py>(
    py: Python<'py>,
    paths: PyReadonlyArray2<'py, f64>,
    weights: Option<PyReadonlyArray1<'py, f64>>,
    actual: PyReadonlyArray1<'py, f64>,
) -> PyResult<f64> {
    let paths: Vec<f64> = paths.as_array().iter().copied().collect();
    let weights = weights.map(|weights| weights.as_array().to_vec());
    let actual = actual.as_array().to_vec();
    watched(py, None, |watch| scoring::energy_score(&paths, weights.as_deref(), &actual, watch))
}

/// Compute reliability: columns from, to, count, stated, happened, low, high.
#[pyfunction]
pub(crate) fn reliability<'py>(
    py: Python<'py>,
    stated: PyReadonlyArray1<'py, f64>,
    happened: PyReadonlyArray1<'py, bool>,
    classes: usize,
) -> PyResult<Bound<'py, PyDict>> {
    let (stated, happened) = (stated.as_array().to_vec(), happened.as_array().to_vec());
    let rows = heard(py, || Ok(scoring::reliability(&stated, &happened, classes)))?;
    let column = |of: fn(&Reliability) -> f64| floats(py, rows.iter().map(of));
    let counts = rows.iter().map(|row| row.count as i64).collect();
    Columns::new(py)
        .with("from", column(|row| row.from))?
        .with("to", column(|row| row.to))?
        .with("count", PyArray1::<i64>::from_vec(py, counts))?
        .with("stated", column(|row| row.stated))?
        .with("happened", column(|row| row.happened.value))?
        .with("low", column(|row| row.happened.low))?
        .with("high", column(|row| row.happened.high))
        .map(Columns::finish)
}

/// Compare forecasts: difference, error, statistic and p-value.
#[pyfunction]
pub(crate) fn diebold_mariano<'py>(
    py: Python<'py>,
    first: PyReadonlyArray1<'py, f64>,
    second: PyReadonlyArray1<'py, f64>,
    horizon: usize,
) -> PyResult<(f64, f64, f64, f64)> {
    let (first, second) = (first.as_array().to_vec(), second.as_array().to_vec());
    let found = scoring::diebold_mariano(&first, &second, horizon);
    let found = found.map_err(|error| raise(py, &error))?;
    Ok((found.difference, found.error, found.statistic, found.p_value))
}
