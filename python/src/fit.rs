//! Models from figures.

use pyo3::IntoPyObjectExt;
use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::Error;
use tinbergen::fit::{Fitted, Fitting, Gap, Kind, Phrase, Prior, Report, Sentence, Settings};
use tinbergen::import;
use tinbergen::period::{Period, PeriodError};

use crate::columns::{Columns, floats};
use crate::model::Model;
use crate::run::heard;
use crate::tables::Data;

/// Return the kind of a series by its name and its figures in order.
#[pyfunction]
pub(crate) fn default_kind(name: &str, values: Vec<f64>) -> &'static str {
    Kind::of(name, &values).0.name()
}

/// What is said of a fit beside the figures.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub(crate) struct Options {
    name: String,
    horizon: u32,
    until: Option<String>,
    kinds: Vec<(String, String)>,
    units: Vec<(String, String)>,
    identities: Option<Vec<String>>,
    events: Vec<String>,
    pooled: bool,
    rows: usize,
    seed: u64,
    prior: Vec<(String, Vec<f64>)>,
    covariates: Vec<(String, Vec<(String, f64)>)>,
    place: Option<String>,
}

fn period(address: &str, text: &str) -> Result<Period, Error> {
    text.parse().map_err(|error: PeriodError| Error::at(address, error.to_string()))
}

/// A kind of series by its name.
pub(crate) fn kind_of(address: &str, name: &str) -> Result<Kind, Error> {
    name.parse().map_err(|message: String| Error::at(address, message))
}

impl Options {
    fn fitting(&self, peers: Vec<(String, import::Data)>) -> Result<Fitting, Error> {
        let mut fitting = Fitting::new()
            .named(&self.name)
            .over(self.horizon)
            .with_settings(Settings::new(self.rows, self.seed))
            .with_prior(prior(&self.prior)?);
        if let Some(until) = &self.until {
            fitting = fitting.until(period("periods", until)?);
        }
        for (column, kind) in &self.kinds {
            fitting = fitting.with_kind(column, kind_of(&format!("kinds.{column}"), kind)?);
        }
        for (column, unit) in &self.units {
            fitting = fitting.with_unit(column, unit);
        }
        if let Some(identities) = &self.identities {
            fitting = fitting.with_identities(identities.clone());
        }
        let events: Vec<Period> =
            self.events.iter().map(|text| period("events", text)).collect::<Result<_, Error>>()?;
        fitting = fitting.with_events(events);
        for (name, numbers) in &self.covariates {
            fitting = fitting.with_covariate(name, numbers.iter().cloned());
        }
        if let Some(place) = &self.place {
            fitting = fitting.in_place(place);
        }
        for (name, data) in peers {
            fitting = fitting.with_peer(name, data);
        }
        Ok(if self.pooled { fitting } else { fitting.apart() })
    }
}

/// A prior of which some numbers are said.
fn prior(said: &[(String, Vec<f64>)]) -> Result<Prior, Error> {
    let mut prior = Prior::default();
    for (name, numbers) in said {
        prior = prior.with(name, numbers)?;
    }
    Ok(prior)
}

/// A sentence as Python reads it: its key, and what stands in its gaps, each with what it is.
fn said<'py>(py: Python<'py>, sentence: &Sentence) -> PyResult<Bound<'py, PyAny>> {
    let gaps = PyDict::new(py);
    for (name, gap) in sentence.gaps() {
        gaps.set_item(name, in_gap(py, gap)?)?;
    }
    (sentence.phrase().key(), gaps).into_bound_py_any(py)
}

fn in_gap<'py>(py: Python<'py>, gap: &Gap) -> PyResult<Bound<'py, PyAny>> {
    let list = |all: &[Sentence]| all.iter().map(|one| said(py, one)).collect::<PyResult<Vec<_>>>();
    match gap {
        Gap::Text(text) => ("text", text).into_bound_py_any(py),
        Gap::Number(number) => ("number", number).into_bound_py_any(py),
        Gap::Percent(number) => ("percent", number).into_bound_py_any(py),
        Gap::Phrase(sentence) => ("phrase", said(py, sentence)?).into_bound_py_any(py),
        Gap::List(all) => ("list", list(all)?).into_bound_py_any(py),
        Gap::LongList(all) => ("long list", list(all)?).into_bound_py_any(py),
        _ => ("text", gap.to_string()).into_bound_py_any(py),
    }
}

/// Return the phrases of reports in English, by their keys.
#[pyfunction]
pub(crate) fn fit_phrases() -> Vec<(&'static str, &'static str)> {
    Phrase::ALL.iter().map(|phrase| (phrase.key(), phrase.text())).collect()
}

/// Parameters, weights, what stood in the plan beside what was fitted, and sentences of a report.
type ReportParts<'py> =
    (Bound<'py, PyDict>, Bound<'py, PyDict>, Bound<'py, PyDict>, Vec<Bound<'py, PyAny>>);

fn parts<'py>(py: Python<'py>, report: &Report) -> PyResult<ReportParts<'py>> {
    let (rows, weights) = (&report.parameters, &report.weights);
    let parameters = Columns::new(py)
        .with("indicator", rows.iter().map(|row| &row.indicator).collect::<Vec<_>>())?
        .with("process", rows.iter().map(|row| row.process.name()).collect::<Vec<_>>())?
        .with("parameter", rows.iter().map(|row| row.parameter).collect::<Vec<_>>())?
        .with("estimate", floats(py, rows.iter().map(|row| row.estimate)))?
        .with("low", floats(py, rows.iter().map(|row| row.low)))?
        .with("high", floats(py, rows.iter().map(|row| row.high)))?
        .with("own", floats(py, rows.iter().map(|row| row.own)))?
        .with("prior", rows.iter().map(|row| &row.prior).collect::<Vec<_>>())?
        .finish();
    let weights = Columns::new(py)
        .with("indicator", weights.iter().map(|row| &row.indicator).collect::<Vec<_>>())?
        .with("period", weights.iter().map(|row| row.period.to_string()).collect::<Vec<_>>())?
        .with("value", floats(py, weights.iter().map(|row| row.value)))?
        .with("weight", floats(py, weights.iter().map(|row| row.weight)))?
        .finish();
    let rows = &report.beside;
    let beside = Columns::new(py)
        .with("parameter", rows.iter().map(|row| &row.parameter).collect::<Vec<_>>())?
        .with("indicator", rows.iter().map(|row| &row.indicator).collect::<Vec<_>>())?
        .with("what", rows.iter().map(|row| row.what).collect::<Vec<_>>())?
        .with("figures", rows.iter().map(|row| row.figures).collect::<Vec<_>>())?
        .with("by_hand", floats(py, rows.iter().map(|row| row.by_hand)))?
        .with("by_hand_low", floats(py, rows.iter().map(|row| row.by_hand_low)))?
        .with("by_hand_high", floats(py, rows.iter().map(|row| row.by_hand_high)))?
        .with("fitted", floats(py, rows.iter().map(|row| row.fitted)))?
        .with("fitted_low", floats(py, rows.iter().map(|row| row.fitted_low)))?
        .with("fitted_high", floats(py, rows.iter().map(|row| row.fitted_high)))?
        .with("own", floats(py, rows.iter().map(|row| row.own)))?
        .finish();
    let sentences =
        report.sentences.iter().map(|one| said(py, one)).collect::<PyResult<Vec<_>>>()?;
    Ok((parameters, weights, beside, sentences))
}

/// A model with the parts of its report.
type FittedParts<'py> = (Model, ReportParts<'py>);

fn fitted(py: Python<'_>, fitted: Fitted) -> PyResult<FittedParts<'_>> {
    let Fitted { model, report, .. } = fitted;
    Ok((Model { inner: model }, parts(py, &report)?))
}

/// Fit every series of a table, and return the model with its report.
#[pyfunction]
pub(crate) fn fit<'py>(
    py: Python<'py>,
    data: &Data,
    peers: Vec<(String, PyRef<'py, Data>)>,
    options: Options,
) -> PyResult<FittedParts<'py>> {
    let peers = peers.into_iter().map(|(name, data)| (name, data.inner.clone())).collect();
    let found = heard(py, || options.fitting(peers)?.fit(&data.inner))?;
    fitted(py, found)
}

/// Fit the uncertain parameters of a model to a table, and return the model with the report.
#[pyfunction]
pub(crate) fn fit_model<'py>(
    py: Python<'py>,
    model: &Model,
    data: Option<PyRef<'py, Data>>,
    peers: Vec<(String, PyRef<'py, Data>)>,
    of: Option<Vec<String>>,
    options: Options,
) -> PyResult<FittedParts<'py>> {
    let peers = peers.into_iter().map(|(name, data)| (name, data.inner.clone())).collect();
    let data = data.map(|data| data.inner.clone()).unwrap_or_default();
    let found =
        heard(py, || options.fitting(peers)?.fit_model(&model.inner, &data, of.as_deref()))?;
    fitted(py, found)
}
