//! Growth that is not defined: what it is counted from is not positive.

use super::finding::{Finding, Kind, warning};
use super::finding_words::figure;
use super::interval::Interval;
use super::network::Network;
use super::question::Question;
use super::wanted::{Premise, premise};
use crate::compile::Measure;
use crate::error::Problem;
use crate::model::{Bound, Limit, Target};
use crate::period::{Period, Span};

/// What is not within its bound on the path that the equations give where every random number is at its mean.
fn broken<'a>(
    question: &Question<'_, '_>,
    premises: impl IntoIterator<Item = &'a Premise>,
) -> Option<(&'a Premise, f64)> {
    premises.into_iter().find_map(|premise| {
        let centre = question.range(premise.cell)?.centre;
        (!premise.bound.has(centre)).then_some((premise, centre))
    })
}

/// `b is -10 in 2020, which is not positive`.
fn what(premise: &Premise, centre: f64) -> String {
    let centre = figure(centre);
    match &premise.of {
        Some((name, period)) => format!("{name} is {centre} in {period}, which is not positive"),
        None if premise.bound.has(0.0) => format!("the ratio of which a root is taken is {centre}"),
        None => format!("what it is counted from is {centre}, which is not positive"),
    }
}

/// A target on growth that is not defined.
pub(super) fn undefined(question: &Question<'_, '_>, w: usize) -> Option<Finding> {
    let wanted = &question.wanted[w];
    let (premise, centre) = broken(question, &wanted.premises)?;
    let always = question.start.of(premise.cell).misses(premise.bound);
    let how = if always { "no path meets it" } else { "paths in which it is so do not meet it" };
    let target = wanted.target.words();
    let message = format!("{target}: growth is not defined, {}: {how}", what(premise, centre));
    let resolve = "ask for the change of it (of = \"change\"), or count from a period in which it is positive";
    let finding = question.finding(Kind::Undefined, &[w], message, resolve.to_owned());
    Some(finding.with(&[("base", centre)]))
}

/// Growth that the equation of an indicator speaks of in some period.
#[derive(Debug)]
pub(super) struct Spoken {
    indicator: u32,
    period: Period,
    premises: Vec<Premise>,
}

/// The growth that equations speak of, `growth(x)` and `dlog(x)` on their right sides, wherever targets lead to it.
pub(super) fn spoken(network: &mut Network<'_>) -> Vec<Spoken> {
    let inner = &network.program.inner;
    let mut found = Vec::new();
    for (indicator, row, _) in network.levels() {
        let Some(equation) = &inner.compiled[indicator as usize].equation else { continue };
        let period = inner.timeline.period(row);
        let Ok(bases) = equation.rhs.bases(period.frequency()) else { continue };
        let mut premises = Vec::new();
        for base in bases {
            let bound = Bound::AtLeast(Limit::Number(0.0));
            let level = Target::of_formula("", base, Span::single(period), bound);
            let names = inner.model.indicators.keys().map(String::as_str);
            // What looks at parameters is left out.
            let Ok(measure) = Measure::on(&level, names) else { continue };
            let value = measure.parts[0].value;
            premises.extend(premise(network, &measure, value, Interval::above(0.0)));
        }
        if !premises.is_empty() {
            found.push(Spoken { indicator, period, premises });
        }
    }
    found
}

/// Equations that speak of growth that is not defined, each once, in the first period in which it is not.
pub(super) fn odd(question: &Question<'_, '_>, spoken: &[Spoken]) -> Vec<Finding> {
    let mut findings: Vec<(u32, Finding)> = Vec::new();
    for Spoken { indicator, period, premises } in spoken {
        if findings.iter().any(|(told, _)| told == indicator) {
            continue;
        }
        let Some((premise, centre)) = broken(question, premises) else { continue };
        let name = question.indicator(*indicator);
        let message = format!(
            "counts growth in {period}, where {}: growth is not defined there, and what this gives is no growth; take the \
             change (diff), or a share of what is positive",
            what(premise, centre)
        );
        let problem = Problem::new(format!("indicators.{name}.equation"), message);
        let finding = warning(&question.model.locate(problem)).with(&[("base", centre)]);
        findings.push((*indicator, finding));
    }
    findings.into_iter().map(|(_, finding)| finding).collect()
}
