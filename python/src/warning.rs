//! Early warnings.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::Error;
use tinbergen::period::PeriodError;
use tinbergen::plan::{self, WarningRecord};
use tinbergen::summary::Share;

use crate::columns::{Columns, floats};
use crate::ensembles::Ensemble;
use crate::model::{Model, Program};
use crate::run::heard;

/// A share of a record, by its name.
type Column = (&'static str, fn(&WarningRecord) -> Share);

/// Compute how good rules on indicators are in simulated paths: probabilities with their intervals.
#[pyfunction]
pub(crate) fn warning_record<'py>(
    py: Python<'py>,
    program: &Program,
    ensemble: &Ensemble,
) -> PyResult<Bound<'py, PyDict>> {
    let rows = heard(py, || plan::warning_record(program.inner.model(), &ensemble.inner))?;
    let mut columns = Columns::new(py)
        .with("warning", rows.iter().map(|row| &row.warning).collect::<Vec<_>>())?
        .with("period", rows.iter().map(|row| row.period.to_string()).collect::<Vec<_>>())?;
    let shares: [Column; 6] = [
        ("fires", |row| row.fires),
        ("missed", |row| row.missed),
        ("missed_given_fires", |row| row.missed_given_fires),
        ("missed_given_quiet", |row| row.missed_given_quiet),
        ("hit_rate", |row| row.hit_rate),
        ("false_alarms", |row| row.false_alarms),
    ];
    for (name, of) in shares {
        let end = |end: fn(Share) -> f64| floats(py, rows.iter().map(move |row| end(of(row))));
        columns = columns
            .with(name, end(|share| share.probability.value))?
            .with(&format!("{name}_low"), end(|share| share.probability.low))?
            .with(&format!("{name}_high"), end(|share| share.probability.high))?;
    }
    Ok(columns.finish())
}

/// Evaluate rules on indicators in periods that are known.
#[pyfunction]
pub(crate) fn warning_readings<'py>(
    py: Python<'py>,
    model: &Model,
    outturns: Vec<(String, String, f64)>,
) -> PyResult<Bound<'py, PyDict>> {
    let read = || {
        let one = |(name, period, value): (String, String, f64)| {
            let wrong = |error: PeriodError| Error::at("outturns", error.to_string());
            Ok((name, period.parse().map_err(wrong)?, value))
        };
        let outturns = outturns.into_iter().map(one).collect::<Result<Vec<_>, Error>>()?;
        plan::warning_readings(&model.inner, &outturns)
    };
    let rows = heard(py, read)?;
    Columns::new(py)
        .with("warning", rows.iter().map(|row| &row.warning).collect::<Vec<_>>())?
        .with("period", rows.iter().map(|row| row.period.to_string()).collect::<Vec<_>>())?
        .with("excess", floats(py, rows.iter().map(|row| row.excess)))?
        .with("fires", rows.iter().map(|row| row.fires).collect::<Vec<_>>())?
        .with("missed", rows.iter().map(|row| row.missed).collect::<Vec<_>>())
        .map(Columns::finish)
}

/// Evaluate rules on probabilities in a round: columns warning, value, limit, fires.
#[pyfunction]
#[pyo3(signature = (model, now, before=None))]
pub(crate) fn warning_alerts<'py>(
    py: Python<'py>,
    model: &Model,
    now: Vec<(String, f64)>,
    before: Option<Vec<(String, f64)>>,
) -> PyResult<Bound<'py, PyDict>> {
    let rows = plan::warning_alerts(&model.inner, &now, before.as_deref());
    Columns::new(py)
        .with("warning", rows.iter().map(|row| &row.warning).collect::<Vec<_>>())?
        .with("value", floats(py, rows.iter().map(|row| row.value)))?
        .with("limit", floats(py, rows.iter().map(|row| row.limit)))?
        .with("fires", rows.iter().map(|row| row.fires).collect::<Vec<_>>())
        .map(Columns::finish)
}
