//! Sensitivity indices of any sample of inputs and outputs.

use numpy::{PyArray1, PyArray2, PyArrayMethods, PyReadonlyArray1, PyReadonlyArray2};
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::Error;
use tinbergen::sensitivity::{self as core, Region, Sample};
use tinbergen::summary::Estimate;

use crate::columns::{Columns, floats};
use crate::run::heard;

/// Inputs and an output of a sample.
struct Data {
    inputs: Vec<Vec<f64>>,
    output: Vec<f64>,
    weights: Option<Vec<f64>>,
}

impl Data {
    fn new(
        inputs: &PyReadonlyArray2<'_, f64>,
        output: &PyReadonlyArray1<'_, f64>,
        weights: Option<PyReadonlyArray1<'_, f64>>,
    ) -> Self {
        let columns = inputs.as_array();
        Self {
            inputs: columns.columns().into_iter().map(|column| column.to_vec()).collect(),
            output: output.as_array().to_vec(),
            weights: weights.map(|weights| weights.as_array().to_vec()),
        }
    }

    fn sample(&self) -> Result<Sample, Error> {
        Sample::new(&self.output, self.weights.as_deref())
    }

    fn columns(&self) -> Vec<&[f64]> {
        self.inputs.iter().map(Vec::as_slice).collect()
    }
}

/// The columns of estimates: value, low, high, error, each with something before it.
pub(crate) fn estimates<'py>(
    py: Python<'py>,
    columns: Columns<'py>,
    name: &str,
    of: &[Estimate],
) -> PyResult<Columns<'py>> {
    let column = |of_one: &dyn Fn(&Estimate) -> f64| floats(py, of.iter().map(of_one));
    columns
        .with(name, column(&|e| e.value))?
        .with(&format!("{name}_low"), column(&|e| e.value - e.factor() * e.error))?
        .with(&format!("{name}_high"), column(&|e| e.value + e.factor() * e.error))?
        .with(&format!("{name}_error"), column(&|e| e.error))
}

/// Estimate first-order Sobol' indices from one sample, an input a column: first with its interval.
#[pyfunction]
#[pyo3(signature = (inputs, output, weights=None))]
pub(crate) fn first_order<'py>(
    py: Python<'py>,
    inputs: PyReadonlyArray2<'py, f64>,
    output: PyReadonlyArray1<'py, f64>,
    weights: Option<PyReadonlyArray1<'py, f64>>,
) -> PyResult<Bound<'py, PyDict>> {
    let data = Data::new(&inputs, &output, weights);
    let found = heard(py, || {
        let sample = data.sample()?;
        data.inputs.iter().map(|input| core::first_order(input, &sample)).collect()
    });
    let found: Vec<Estimate> = found?;
    estimates(py, Columns::new(py), "first", &found).map(Columns::finish)
}

/// Compute the index PAWN from one sample, an input a column: mean, median, most, noise.
#[pyfunction]
#[pyo3(signature = (inputs, output, weights, slices, seed))]
pub(crate) fn pawn<'py>(
    py: Python<'py>,
    inputs: PyReadonlyArray2<'py, f64>,
    output: PyReadonlyArray1<'py, f64>,
    weights: Option<PyReadonlyArray1<'py, f64>>,
    slices: usize,
    seed: u64,
) -> PyResult<Bound<'py, PyDict>> {
    let data = Data::new(&inputs, &output, weights);
    let found: Vec<core::Distance> = heard(py, || {
        let sample = data.sample()?;
        core::distances(&data.columns(), &sample, slices, seed)
    })?;
    Columns::new(py)
        .with("mean", floats(py, found.iter().map(|d| d.mean)))?
        .with("median", floats(py, found.iter().map(|d| d.median)))?
        .with("most", floats(py, found.iter().map(|d| d.most)))?
        .with("noise", floats(py, found.iter().map(|d| d.noise)))
        .map(Columns::finish)
}

/// Estimate Shapley effects of groups of columns from one sample: effect with its interval, the last row being what all
/// of them explain.
#[pyfunction]
#[pyo3(signature = (inputs, groups, output, weights=None))]
pub(crate) fn shapley_effects<'py>(
    py: Python<'py>,
    inputs: PyReadonlyArray2<'py, f64>,
    groups: Vec<Vec<usize>>,
    output: PyReadonlyArray1<'py, f64>,
    weights: Option<PyReadonlyArray1<'py, f64>>,
) -> PyResult<Bound<'py, PyDict>> {
    let data = Data::new(&inputs, &output, weights);
    let found = heard(py, || {
        let columns = data.columns();
        let column = |k: &usize| {
            columns.get(*k).copied().ok_or_else(|| {
                let message = format!("there is no column {k} among {}", columns.len());
                Error::at("groups", message)
            })
        };
        let group = |group: &Vec<usize>| group.iter().map(column).collect::<Result<Vec<_>, _>>();
        let groups = groups.iter().map(group).collect::<Result<Vec<_>, _>>()?;
        core::shapley_effects(&groups, &data.sample()?)
    })?;
    let all: Vec<Estimate> = found.effects.into_iter().chain([found.explained]).collect();
    estimates(py, Columns::new(py), "effect", &all).map(Columns::finish)
}

/// Lay a pick-freeze design out: points of the unit cube, shape ((inputs + 2) x rows, inputs).
#[pyfunction]
pub(crate) fn pick_freeze_design(
    py: Python<'_>,
    inputs: usize,
    rows: usize,
    seed: u64,
) -> PyResult<Bound<'_, PyArray2<f64>>> {
    let points = heard(py, || core::pick_freeze_design(inputs, rows, seed))?;
    PyArray1::from_vec(py, points).reshape([(inputs + 2) * rows, inputs])
}

/// Compute Sobol' indices from the outputs of a pick-freeze design, a sample a row (A, B, then A with each input of B):
/// first and total with their intervals.
#[pyfunction]
pub(crate) fn pick_freeze<'py>(
    py: Python<'py>,
    outputs: PyReadonlyArray2<'py, f64>,
) -> PyResult<Bound<'py, PyDict>> {
    let samples: Vec<Vec<f64>> =
        outputs.as_array().rows().into_iter().map(|row| row.to_vec()).collect();
    let found: Vec<core::Indices> = heard(py, || match samples.as_slice() {
        [a, b, mixed @ ..] => mixed.iter().map(|c| core::pick_freeze(a, b, c)).collect(),
        _ => Err(Error::at("outputs", "expected two samples at least")),
    })?;
    indices(py, Columns::new(py), &found).map(Columns::finish)
}

/// The columns of Sobol' indices.
pub(crate) fn indices<'py>(
    py: Python<'py>,
    columns: Columns<'py>,
    of: &[core::Indices],
) -> PyResult<Columns<'py>> {
    let (first, total): (Vec<Estimate>, Vec<Estimate>) =
        of.iter().map(|indices| (indices.first, indices.total)).unzip();
    let columns = estimates(py, columns, "first", &first)?;
    estimates(py, columns, "total", &total)
}

/// Lay trajectories of Morris out: points of the unit cube, shape (trajectories x (inputs + 1), inputs).
#[pyfunction]
pub(crate) fn morris_design(
    py: Python<'_>,
    inputs: usize,
    trajectories: usize,
    levels: usize,
    seed: u64,
) -> PyResult<Bound<'_, PyArray2<f64>>> {
    let points = heard(py, || core::morris_design(inputs, trajectories, levels, seed))?;
    PyArray1::from_vec(py, points).reshape([trajectories * (inputs + 1), inputs])
}

/// Compute elementary effects from the points of trajectories and their outputs: absolute and mean with their
/// intervals, spread.
#[pyfunction]
pub(crate) fn morris<'py>(
    py: Python<'py>,
    points: PyReadonlyArray2<'py, f64>,
    output: PyReadonlyArray1<'py, f64>,
) -> PyResult<Bound<'py, PyDict>> {
    let inputs = points.as_array().ncols();
    let points: Vec<f64> = points.as_array().iter().copied().collect();
    let output = output.as_array().to_vec();
    let found = heard(py, || core::morris(&points, inputs, &output))?;
    let part = |of: fn(&core::Elementary) -> Estimate| found.iter().map(of).collect::<Vec<_>>();
    let columns = estimates(py, Columns::new(py), "absolute", &part(|e| e.absolute))?;
    estimates(py, columns, "mean", &part(|e| e.mean))?
        .with("spread", floats(py, found.iter().map(|e| e.spread)))
        .map(Columns::finish)
}

/// A table of regions and one of their ranges: region, coverage, density, mass; region, input, low, high.
type Regions<'py> = (Bound<'py, PyDict>, Bound<'py, PyDict>);

fn regions<'py>(py: Python<'py>, all: &[&Region]) -> PyResult<Regions<'py>> {
    let number = |of: fn(&Region) -> f64| floats(py, all.iter().map(|region| of(region)));
    let table = Columns::new(py)
        .with("region", (0..all.len()).collect::<Vec<_>>())?
        .with("coverage", number(|region| region.coverage))?
        .with("density", number(|region| region.density))?
        .with("mass", number(|region| region.mass))?
        .finish();
    let ranges = || {
        let each = all.iter().enumerate();
        each.flat_map(|(k, region)| region.restrictions.iter().map(move |range| (k, range)))
    };
    let end = |end: Option<f64>| end.unwrap_or(f64::NAN);
    let ranges = Columns::new(py)
        .with("region", ranges().map(|(k, _)| k).collect::<Vec<_>>())?
        .with("input", ranges().map(|(_, range)| range.input).collect::<Vec<_>>())?
        .with("low", floats(py, ranges().map(|(_, range)| end(range.low))))?
        .with("high", floats(py, ranges().map(|(_, range)| end(range.high))))?
        .finish();
    Ok((table, ranges))
}

/// Find a box by peeling: the chance of one as good by chance alone, and the regions (the one that was chosen, then the
/// trajectory) with their ranges.
#[pyfunction]
#[pyo3(signature = (inputs, output, weights, peel, least, seed))]
pub(crate) fn prim<'py>(
    py: Python<'py>,
    inputs: PyReadonlyArray2<'py, f64>,
    output: PyReadonlyArray1<'py, f64>,
    weights: Option<PyReadonlyArray1<'py, f64>>,
    peel: f64,
    least: f64,
    seed: u64,
) -> PyResult<(f64, Bound<'py, PyDict>, Bound<'py, PyDict>)> {
    let data = Data::new(&inputs, &output, weights);
    let found = heard(py, || {
        core::prim(&data.columns(), &data.sample()?, core::Patience { peel, least }, seed)
    })?;
    let all: Vec<&Region> = [&found.region].into_iter().chain(&found.trajectory).collect();
    let (table, ranges) = regions(py, &all)?;
    Ok((found.chance, table, ranges))
}

/// Fit a classification tree: the share of the impurity that it explains, the chance of one that explains as much by
/// chance alone, and the leaves with their ranges.
#[pyfunction]
#[pyo3(signature = (inputs, output, weights, depth, least, seed))]
pub(crate) fn cart<'py>(
    py: Python<'py>,
    inputs: PyReadonlyArray2<'py, f64>,
    output: PyReadonlyArray1<'py, f64>,
    weights: Option<PyReadonlyArray1<'py, f64>>,
    depth: usize,
    least: f64,
    seed: u64,
) -> PyResult<(f64, f64, Bound<'py, PyDict>, Bound<'py, PyDict>)> {
    let data = Data::new(&inputs, &output, weights);
    let found = heard(py, || {
        core::cart(&data.columns(), &data.sample()?, core::Growth { depth, least }, seed)
    })?;
    let (table, ranges) = regions(py, &found.leaves.iter().collect::<Vec<_>>())?;
    Ok((found.explained, found.chance, table, ranges))
}
