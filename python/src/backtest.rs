//! What a backtest works out for each origin, and over origins.

use numpy::{PyArray1, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::Error;
use tinbergen::scoring::{
    self, Benchmark, FigureScores, Known, OriginSums, PitClass, Recalibration, StatedScores,
};

use crate::columns::{Columns, floats, matrix};
use crate::fit::kind_of;
use crate::run::heard;
use crate::scoring::of_figures;

/// Compute scores of fans, one row a figure: median, crps, wis, log_score, pit, and both ends of each band.
#[pyfunction]
#[pyo3(signature = (paths, weights, actual))]
pub(crate) fn fan_scores<'py>(
    py: Python<'py>,
    paths: PyReadonlyArray2<'py, f64>,
    weights: Option<PyReadonlyArray1<'py, f64>>,
    actual: PyReadonlyArray1<'py, f64>,
) -> PyResult<Bound<'py, PyDict>> {
    let rows = of_figures(py, &paths, weights, &actual, scoring::fan_scores)?;
    let column = |of: fn(&FigureScores) -> f64| floats(py, rows.iter().map(of));
    let columns = Columns::new(py)
        .with("median", column(|row| row.median))?
        .with("crps", column(|row| row.crps))?
        .with("wis", column(|row| row.wis))?
        .with("log_score", column(|row| row.log_score))?
        .with("pit", column(|row| row.pit.middle()))?;
    with_ends(columns, py, &rows.iter().map(|row| row.ends).collect::<Vec<_>>())
}

/// Compute scores of stated quantiles, one row a figure: median, wis, pit, and both ends of each band.
#[pyfunction]
pub(crate) fn stated_scores<'py>(
    py: Python<'py>,
    levels: Vec<f64>,
    quantiles: PyReadonlyArray2<'py, f64>,
    actual: PyReadonlyArray1<'py, f64>,
) -> PyResult<Bound<'py, PyDict>> {
    let (quantiles, actual) = (quantiles.as_array(), actual.as_array());
    let rows: Vec<StatedScores> = heard(py, || {
        let pairs = quantiles.rows().into_iter().zip(actual);
        pairs.map(|(row, y)| scoring::stated_scores(&levels, &row.to_vec(), *y)).collect()
    })?;
    let column = |of: fn(&StatedScores) -> f64| floats(py, rows.iter().map(of));
    let columns = Columns::new(py)
        .with("median", column(|row| row.median))?
        .with("crps", column(|_| f64::NAN))?
        .with("wis", column(|row| row.wis))?
        .with("log_score", column(|_| f64::NAN))?
        .with("pit", column(|row| row.pit))?;
    with_ends(columns, py, &rows.iter().map(|row| row.ends).collect::<Vec<_>>())
}

/// Columns `low_50`, `high_50`, .. for the ends of each band.
fn with_ends<'py>(
    mut columns: Columns<'py>,
    py: Python<'py>,
    ends: &[[(f64, f64); 3]],
) -> PyResult<Bound<'py, PyDict>> {
    for (k, band) in scoring::BANDS.iter().enumerate() {
        let percent = (100.0 * band).round();
        columns = columns
            .with(&format!("low_{percent}"), floats(py, ends.iter().map(|ends| ends[k].0)))?
            .with(&format!("high_{percent}"), floats(py, ends.iter().map(|ends| ends[k].1)))?;
    }
    Ok(columns.finish())
}

/// Compute the logarithmic score of paths, one row a figure.
#[pyfunction]
#[pyo3(signature = (paths, weights, actual))]
pub(crate) fn log_scores<'py>(
    py: Python<'py>,
    paths: PyReadonlyArray2<'py, f64>,
    weights: Option<PyReadonlyArray1<'py, f64>>,
    actual: PyReadonlyArray1<'py, f64>,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let found = of_figures(py, &paths, weights, &actual, scoring::log_score)?;
    Ok(floats(py, found.into_iter()))
}

/// A series: name, values, ordinal of the last period, kind.
type Series = (String, Vec<f64>, i32, String);

/// Compute paths of a benchmark, so many rows for each series, and what is wrong with those that have none.
#[pyfunction]
pub(crate) fn benchmark_paths(
    py: Python<'_>,
    series: Vec<Series>,
    clipped: bool,
    periods: usize,
    paths: usize,
    seed: u64,
) -> PyResult<(Bound<'_, PyAny>, Vec<Option<String>>)> {
    let benchmark =
        if clipped { Benchmark::ClippedAutoregression } else { Benchmark::RandomWalkWithDrift };
    let (rows, messages) = heard(py, || {
        let (mut rows, mut messages) = (Vec::new(), Vec::new());
        for (name, values, last, kind) in &series {
            let known = Known { name, values, last: *last, kind: kind_of("kinds", kind)? };
            match scoring::benchmark_paths(&known, benchmark, periods, paths, seed) {
                Ok(found) => {
                    rows.extend(found.into_iter().flatten());
                    messages.push(None);
                }
                Err(error) if error.is_model() => {
                    rows.extend(std::iter::repeat_n(f64::NAN, periods * paths));
                    messages.push(Some(error.to_string()));
                }
                Err(error) => return Err(error),
            }
        }
        Ok::<_, Error>((rows, messages))
    })?;
    Ok((matrix(py, rows, paths)?, messages))
}

/// Estimate a recalibration from places of earlier figures: shift and spread.
#[pyfunction]
pub(crate) fn recalibration(places: Vec<f64>) -> (f64, f64) {
    let found = Recalibration::learnt(&places);
    (found.shift, found.spread)
}

/// Move paths, one row a figure, by the shift and spread of each row, on the scale of its kind.
#[pyfunction]
pub(crate) fn recalibrated<'py>(
    py: Python<'py>,
    paths: PyReadonlyArray2<'py, f64>,
    rows: Vec<(f64, f64, String)>,
) -> PyResult<Bound<'py, PyAny>> {
    let paths = paths.as_array();
    let found: Vec<f64> = heard(py, || {
        let mut found = Vec::with_capacity(paths.len());
        for (row, (shift, spread, kind)) in paths.rows().into_iter().zip(&rows) {
            let law = Recalibration { shift: *shift, spread: *spread };
            found.extend(law.applied(&row.to_vec(), kind_of("kinds", kind)?));
        }
        Ok::<_, Error>(found)
    })?;
    matrix(py, found, paths.ncols())
}

fn sums(of: &[f64], by: &[f64]) -> Vec<OriginSums> {
    of.iter().zip(by).map(|(of, by)| OriginSums { of: *of, by: *by }).collect()
}

/// Compute a ratio of sums over origins: value, standard error, low and high end of its 95 % interval.
#[pyfunction]
pub(crate) fn origin_ratio(of: Vec<f64>, by: Vec<f64>, block: usize) -> (f64, f64, f64, f64) {
    let found = scoring::origin_ratio(&sums(&of, &by), block);
    let (low, high) = scoring::origin_interval(&found);
    (found.value, found.error, low, high)
}

/// Compute a share of cases over origins: value, low and high end of its 95 % interval.
#[pyfunction]
pub(crate) fn origin_share(of: Vec<f64>, by: Vec<f64>, block: usize) -> (f64, f64, f64) {
    let found = scoring::origin_share(&sums(&of, &by), block);
    (found.value, found.low, found.high)
}

/// Compute a histogram of places: columns from, to, count, share, low, high.
#[pyfunction]
pub(crate) fn pit_histogram(
    py: Python<'_>,
    places: Vec<f64>,
    origins: Vec<usize>,
    classes: usize,
    block: usize,
) -> PyResult<Bound<'_, PyDict>> {
    let rows = scoring::pit_histogram(&places, &origins, classes, block);
    let column = |of: fn(&PitClass) -> f64| floats(py, rows.iter().map(of));
    let counts = rows.iter().map(|row| row.count as i64).collect();
    Columns::new(py)
        .with("from", column(|row| row.from))?
        .with("to", column(|row| row.to))?
        .with("count", PyArray1::<i64>::from_vec(py, counts))?
        .with("share", column(|row| row.share))?
        .with("low", column(|row| row.band.0))?
        .with("high", column(|row| row.band.1))
        .map(Columns::finish)
}

/// Compute in which shares of each class would lie if probabilities were right: low and high ends.
#[pyfunction]
pub(crate) fn consistency_bars(
    py: Python<'_>,
    stated: Vec<f64>,
    happened: Vec<bool>,
    origins: Vec<usize>,
    classes: usize,
    block: usize,
) -> (Bound<'_, PyArray1<f64>>, Bound<'_, PyArray1<f64>>) {
    let bars = scoring::consistency_bars(&stated, &happened, &origins, classes, block);
    (floats(py, bars.iter().map(|bar| bar.0)), floats(py, bars.iter().map(|bar| bar.1)))
}
