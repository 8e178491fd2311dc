//! Targets by themselves: their words, their marks on charts, and paths from elsewhere that may meet them.

use numpy::PyReadonlyArray2;
use pyo3::prelude::*;
use tinbergen::model::{Of, Over, Target};
use tinbergen::period::{Period, Span};
use tinbergen::plan::{self, Rate};
use tinbergen::{Ensemble, Error, Model};

use crate::errors::raise;

/// The target of a model that has one.
fn read(text: &str) -> Result<Target, Error> {
    let target = Model::from_json(text)?.targets.pop();
    target.ok_or_else(|| Error::at("targets", "expected a target"))
}

/// Return what a target wants, in words. `text` is a model of it alone, as JSON.
#[pyfunction]
pub(crate) fn target_words(py: Python<'_>, text: &str) -> PyResult<String> {
    read(text).map(|target| target.words()).map_err(|error| raise(py, &error))
}

/// A mark: direction, first and last period, place, what is wanted, label, rate, whether that is growth.
type Mark =
    (&'static str, (String, String), [f64; 2], [f64; 2], Option<[String; 2]>, Option<(f64, bool)>);

/// Find where a target lies on a chart of levels, given levels that are known.
#[pyfunction]
pub(crate) fn target_mark(
    py: Python<'_>,
    text: &str,
    known: Vec<(String, f64)>,
) -> PyResult<Option<Mark>> {
    let target = read(text).map_err(|error| raise(py, &error))?;
    let level = |period: Period| {
        let name = period.to_string();
        known.iter().find(|(known, _)| *known == name).map(|(_, level)| *level)
    };
    let found = plan::mark(&target, &level).map(|mark| {
        let ends = (mark.periods.first().to_string(), mark.periods.last().to_string());
        let rate = mark.rate.map(|rate| match rate {
            Rate::Level(level) => (level, false),
            Rate::Growth(growth) => (growth, true),
        });
        (mark.direction, ends, mark.place, mark.wanted, mark.label, rate)
    });
    Ok(found)
}

/// Tell which paths that came from elsewhere meet a target: for each indicator an array of shape (periods,
/// paths).
#[pyfunction]
pub(crate) fn target_met(
    py: Python<'_>,
    text: &str,
    periods: &str,
    paths: Vec<(String, PyReadonlyArray2<'_, f64>)>,
) -> PyResult<Vec<bool>> {
    let measured = || {
        let span: Span =
            periods.parse().map_err(|error| Error::at("periods", format!("{error}")))?;
        let rows = paths.into_iter().map(|(name, rows)| {
            let rows = rows.as_array();
            (name, None, rows.rows().into_iter().map(|row| row.to_vec()).collect())
        });
        let ensemble = Ensemble::from_rows("paths", span, rows.collect())?;
        let target = read(text)?;
        let room = plan::headroom(&target, &ensemble)?;
        Ok(room.into_iter().map(|room| plan::is_met(&target, room)).collect())
    };
    measured().map_err(|error| raise(py, &error))
}

/// Return the names of what may count, of ways to put periods together written as a word, and of those written
/// with a number.
#[pyfunction]
pub(crate) fn target_kinds() -> (Vec<&'static str>, Vec<&'static str>, Vec<&'static str>) {
    let names = |ways: Vec<Over>| ways.into_iter().map(Over::name).collect();
    (Of::all().iter().map(|of| of.name()).collect(), names(Over::plain()), names(Over::counted(1)))
}
