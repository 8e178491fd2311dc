//! What a host is told of a plan before anything is simulated: for pages in which a plan is written.

use serde::Serialize;
use tinbergen::Model;
use tinbergen::model::{Label, Quantity, Target};
use tinbergen::period::Period;
use tinbergen::plan::{Finding, consistency, mark};

/// What a page needs to lay a plan out, and what does not fit in it.
#[derive(Serialize)]
pub(crate) struct About<'a> {
    name: &'a str,
    label: Option<&'a Label>,
    description: Option<&'a str>,
    periods: Vec<String>,
    indicators: Vec<Shown<'a>>,
    targets: Vec<Wanted<'a>>,
    target_sets: Vec<Called<'a>>,
    scenarios: Vec<Called<'a>>,
    findings: Vec<Finding>,
}

/// A part with a name and what a reader sees.
#[derive(Serialize)]
struct Called<'a> {
    name: &'a str,
    label: Option<&'a Label>,
}

#[derive(Serialize)]
struct Shown<'a> {
    name: &'a str,
    label: Option<&'a Label>,
    unit: Option<&'a str>,
    /// Periods of its history whose values are drawn.
    drawn: Vec<String>,
}

#[derive(Serialize)]
struct Wanted<'a> {
    id: &'a str,
    label: Option<&'a Label>,
    indicator: Option<&'a str>,
    /// In plain words.
    wants: String,
    mark: Option<Placed>,
}

/// Where a target lies on a chart of levels.
#[derive(Serialize)]
struct Placed {
    direction: &'static str,
    first: String,
    last: String,
    low: f64,
    high: f64,
}

/// Reads what there is to tell of a plan.
///
/// # Errors
/// What is wrong with the plan, every mistake with its address.
pub(crate) fn about(model: &Model) -> Result<About<'_>, tinbergen::Error> {
    let findings = consistency(&model.compile()?);
    let indicators = model.indicators.iter().map(|(name, indicator)| {
        let drawn = indicator.history.iter().filter(|(_, quantity)| quantity.number().is_none());
        Shown {
            name,
            label: indicator.label.as_ref(),
            unit: indicator.unit.as_deref(),
            drawn: drawn.map(|(period, _)| period.to_string()).collect(),
        }
    });
    Ok(About {
        name: &model.name,
        label: model.label.as_ref(),
        description: model.description.as_deref(),
        periods: model.periods.periods().map(|period| period.to_string()).collect(),
        indicators: indicators.collect(),
        targets: model.targets.iter().map(|target| wanted(model, target)).collect(),
        target_sets: model
            .target_sets
            .iter()
            .map(|(k, set)| called(k, set.label.as_ref()))
            .collect(),
        scenarios: model.scenarios.iter().map(|(k, one)| called(k, one.label.as_ref())).collect(),
        findings,
    })
}

fn called<'a>(name: &'a str, label: Option<&'a Label>) -> Called<'a> {
    Called { name, label }
}

fn wanted<'a>(model: &'a Model, target: &'a Target) -> Wanted<'a> {
    let indicator = target.indicator();
    let known = |period: Period| {
        model.indicators.get(indicator?)?.history.get(&period).and_then(Quantity::number)
    };
    let placed = mark(target, &known).filter(|_| indicator.is_some()).map(|mark| Placed {
        direction: mark.direction,
        first: mark.periods.first().to_string(),
        last: mark.periods.last().to_string(),
        low: mark.place[0],
        high: mark.place[1],
    });
    Wanted {
        id: &target.id,
        label: target.label.as_ref(),
        indicator,
        wants: target.words(),
        mark: placed,
    }
}
