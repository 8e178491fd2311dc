//! Bounds with which a plan is met with a wanted probability.

use pyo3::prelude::*;
use pyo3::types::PyDict;
use tinbergen::Error;
use tinbergen::model;
use tinbergen::plan::{self, RevisedBound, RevisedTarget, Revising, RevisionSpread};
use tinbergen::summary::Share;

use crate::columns::{Columns, floats};
use crate::ensembles::Ensembles;
use crate::errors::raise;
use crate::model::{FoundParts, Model, Program, found_parts};
use crate::outturns::Tracked;
use crate::run::heard;

/// What was found: probabilities, the table of bounds, what is new in the consistency, and the revised plan.
type Parts<'py> = (Bound<'py, PyDict>, Bound<'py, PyDict>, Vec<FoundParts>, Model);

/// Find the bounds with which targets are met with a wanted probability, each alone and all together.
#[pyfunction]
#[pyo3(signature = (program, runs, *, probability, of, scenario, hold, weights, tighten, tracked=None))]
#[allow(clippy::too_many_arguments, reason = "keyword arguments of the Python function")]
pub(crate) fn revise<'py>(
    py: Python<'py>,
    program: &Program,
    runs: &Ensembles,
    probability: f64,
    of: &str,
    scenario: String,
    hold: Vec<String>,
    weights: Option<Vec<(String, f64)>>,
    tighten: bool,
    tracked: Option<&Tracked>,
) -> PyResult<Parts<'py>> {
    let of = of.parse().map_err(|error: Error| raise(py, &error))?;
    let by_distance = |weights: Vec<_>| RevisionSpread::Distance(weights.into_iter().collect());
    let spread = weights.map_or(RevisionSpread::Probability, by_distance);
    let wanted = Revising { probability, of, scenario, hold, spread, tighten };
    let found = heard(py, || match tracked {
        Some(Tracked { inner }) => plan::revise_given(&program.inner, inner, &runs.inner, &wanted),
        None => plan::revise(&program.inner, &runs.inner, &wanted),
    })?;
    let answer = Columns::new(py)
        .with("before", interval(&found.before))?
        .with("found", interval(&found.found))?
        .with("confirmed", interval(&found.confirmed))?
        .with("confirmed_seed", found.confirmed_seed)?
        .finish();
    let table = bounds(py, &found.targets)?;
    let findings = found.findings.into_iter().map(found_parts).collect();
    Ok((answer, table, findings, Model { inner: found.model }))
}

fn interval(share: &Share) -> (f64, f64, f64) {
    let p = share.probability;
    (p.value, p.low, p.high)
}

/// An end of a bound: the least that is enough, or the most.
#[derive(Clone, Copy)]
enum End {
    Least,
    Most,
}

impl End {
    fn of(self, bound: &model::Bound) -> f64 {
        let (least, most) = bound.numbers();
        match self {
            Self::Least => least.unwrap_or(f64::NAN),
            Self::Most => most.unwrap_or(f64::NAN),
        }
    }

    /// The two ends of an interval, the smaller number first.
    fn interval(self, bound: &RevisedBound) -> (f64, f64) {
        let (a, b) = (self.of(&bound.tighter), self.of(&bound.looser));
        (a.min(b), a.max(b))
    }
}

/// A row for each number that a bound names.
fn bounds<'py>(py: Python<'py>, targets: &[RevisedTarget]) -> PyResult<Bound<'py, PyDict>> {
    let mut rows: Vec<(&RevisedTarget, End, &'static str)> = Vec::new();
    for target in targets {
        let (least, most) = target.written.numbers();
        let one = target.written.key();
        let (below, above) =
            if least.and(most).is_some() { ("at_least", "at_most") } else { (one, one) };
        if least.is_some() {
            rows.push((target, End::Least, below));
        }
        if most.is_some() {
            rows.push((target, End::Most, above));
        }
    }
    let numbers = |of: &dyn Fn(&RevisedTarget, End) -> f64| {
        floats(py, rows.iter().map(|(target, end, _)| of(target, *end)))
    };
    let alone = |of: &dyn Fn(&RevisedBound, End) -> f64| {
        numbers(&|target, end| target.alone.as_ref().map_or(f64::NAN, |bound| of(bound, end)))
    };
    let mut columns = Columns::new(py)
        .with("target", rows.iter().map(|(target, ..)| &target.target).collect::<Vec<_>>())?
        .with("side", rows.iter().map(|(.., side)| *side).collect::<Vec<_>>())?
        .with("held", rows.iter().map(|(target, ..)| target.held).collect::<Vec<_>>())?
        .with("written", numbers(&|target, end| end.of(&target.written)))?
        .with("before", numbers(&|target, _| target.before.probability.value))?
        .with("single", alone(&|bound, end| end.of(&bound.bound)))?
        .with("single_low", alone(&|bound, end| end.interval(bound).0))?
        .with("single_high", alone(&|bound, end| end.interval(bound).1))?
        .with(
            "single_confirmed",
            numbers(&|target, _| {
                target.alone_confirmed.map_or(f64::NAN, |share| share.probability.value)
            }),
        )?
        .with("revised", numbers(&|target, end| end.of(&target.revised.bound)))?
        .with("low", numbers(&|target, end| end.interval(&target.revised).0))?
        .with("high", numbers(&|target, end| end.interval(&target.revised).1))?
        .with("after", numbers(&|target, _| target.after.probability.value))?
        .with("give", numbers(&|target, _| target.revised.give))?
        .with("sd", numbers(&|target, _| target.sd))?;
    for (k, name) in ["h05", "h25", "h50", "h75", "h95"].into_iter().enumerate() {
        columns = columns.with(name, numbers(&|target, _| target.headroom[k]))?;
    }
    Ok(columns.finish())
}
