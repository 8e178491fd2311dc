//! Distributions by themselves: quantiles, probabilities, densities, draws.

use numpy::{PyArray1, PyReadonlyArray1};
use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;
use tinbergen::model::Distribution;
use tinbergen::sample::Marginal;

use crate::columns::floats;
use crate::run::heard;

/// Compute quantiles, probabilities or densities of a distribution, written as JSON.
#[pyfunction]
pub(crate) fn distribution_values<'py>(
    py: Python<'py>,
    written: &str,
    what: &str,
    values: PyReadonlyArray1<'py, f64>,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let values: Vec<f64> = values.as_array().to_vec();
    let work: fn(&Distribution, &[f64]) -> Vec<f64> = match what {
        "quantile" => Distribution::quantiles,
        "cdf" => Distribution::probabilities,
        "density" => Distribution::densities,
        other => {
            return Err(PyValueError::new_err(format!("there is no {other} of a distribution")));
        }
    };
    let found = heard(py, || Ok(work(&Distribution::from_json(written)?, &values)))?;
    Ok(floats(py, found.into_iter()))
}

/// Draw from a distribution, written as JSON.
#[pyfunction]
pub(crate) fn distribution_sample<'py>(
    py: Python<'py>,
    written: &str,
    count: usize,
    seed: u64,
) -> PyResult<Bound<'py, PyArray1<f64>>> {
    let draw = || Ok(Marginal::new(&Distribution::from_json(written)?).sample(count, seed));
    let found = heard(py, draw)?;
    Ok(floats(py, found.into_iter()))
}

/// Return the smallest and the largest value that a distribution draws, and whether it has a density.
#[pyfunction]
pub(crate) fn distribution_support(py: Python<'_>, written: &str) -> PyResult<(f64, f64, bool)> {
    heard(py, || {
        let distribution = Distribution::from_json(written)?;
        let (low, high) = distribution.support();
        Ok((low, high, distribution.has_density()))
    })
}
