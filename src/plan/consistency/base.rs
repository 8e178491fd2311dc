//! Where indicators with targets start from: without a figure, or where the target is met already.

use indexmap::IndexSet;

use super::finding::{Finding, Kind};
use super::finding_words::{self as words, figure};
use super::growth;
use super::input::moments;
use super::interval::Interval;
use super::question::Question;
use super::wanted::Wanted;
use crate::compile::{GraphNode, NodeId, Row};
use crate::model::over::Asked;
use crate::model::{Quantity, Value};

/// Indicators without a base, and targets met at the jump-off.
pub(super) fn bases(question: &Question<'_, '_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut asked = IndexSet::new();
    for w in 0..question.wanted.len() {
        let wanted = &question.wanted[w];
        if let Some(indicator) = wanted.indicator
            && !wanted.target.of.is_free_of_level()
            && asked.insert(indicator)
        {
            findings.extend(no_base(question, indicator));
        }
        findings.extend(already_met(question, w));
        findings.extend(growth::undefined(question, w));
    }
    findings
}

/// Known values on which an indicator in a row rests.
fn rests_on(question: &Question<'_, '_>, indicator: u32, row: Row) -> IndexSet<(u32, Row)> {
    let relations = &question.network.program.inner.relations;
    let indicators = question.model.indicators.len() as u32;
    let (mut known, mut seen) = (IndexSet::new(), IndexSet::new());
    let mut stack: Vec<(Option<NodeId>, u32, Row)> = vec![(None, indicator, row)];
    while let Some((node, indicator, row)) = stack.pop() {
        if !seen.insert((node, indicator, row)) {
            continue;
        }
        let Some(node) = node else {
            if question.network.is_known(indicator, row) {
                known.insert((indicator, row));
            } else if let Some(root) = question.network.root(indicator, row) {
                stack.push((Some(root), indicator, row));
            }
            continue;
        };
        if let GraphNode::Load { series, lag } = relations.graph.get(node) {
            let Some(row) = row.before(lag) else { continue };
            match series.checked_sub(indicators) {
                Some(k) => stack.push((Some(relations.caches[k as usize]), indicator, row)),
                None => stack.push((None, series, row)),
            }
        }
        stack.extend(relations.graph.operands(node).map(|a| (Some(a), indicator, row)));
    }
    known
}

/// Is it an assumption rather than a figure?
fn is_assumed(quantity: &Quantity) -> bool {
    matches!(quantity.value, Value::Drawn(_))
        || (quantity.source.is_none() && quantity.assumption.is_some())
}

fn no_base(question: &Question<'_, '_>, indicator: u32) -> Option<Finding> {
    let set: Vec<usize> = (0..question.wanted.len())
        .filter(|&w| {
            let wanted = &question.wanted[w];
            wanted.indicator == Some(indicator) && !wanted.target.of.is_free_of_level()
        })
        .collect();
    let first = *set.first()?;
    let name = question.indicator(indicator);
    let Some((cell, row)) = question.bases[first] else {
        let message = format!("{name} has a target and no known value before the plan begins");
        let resolve = format!("give {name} a history, if only an assumed range");
        return Some(question.finding(Kind::NoBase, &set, message, resolve));
    };
    let timeline = question.network.program.inner.timeline;
    let assumed: Vec<(u32, Row)> = rests_on(question, indicator, row)
        .into_iter()
        .filter(|&(k, row)| {
            let known = question.model.indicators.get_index(k as usize);
            let history = known.and_then(|(_, i)| i.history.get(&timeline.period(row)));
            history.is_some_and(is_assumed)
        })
        .collect();
    let &(base, base_row) = assumed.first()?;
    let (base, period) = (question.indicator(base), timeline.period(base_row));
    let quantity = &question.model.indicators[base].history[&period];
    let spread = assumed_as(quantity);
    let through = if base == name { String::new() } else { format!(", on which {name} rests,") };
    let message =
        format!("no figure to start from: {base}{through} is assumed to be {spread} in {period}");
    let resolve = format!("find the figure of {base} in {period}, with its source");
    let finding = question.finding(Kind::NoBase, &set, message, resolve).about(base);
    Some(match question.range(cell) {
        Some(range) => finding.with(&range.values()),
        None => finding,
    })
}

/// `between 2.3 and 2.88`, or `around 24 (sd 2.5)`.
fn assumed_as(quantity: &Quantity) -> String {
    let (lo, hi, mean, sd) = moments(quantity);
    if lo == hi {
        figure(mean)
    } else if lo.is_finite() && hi.is_finite() {
        format!("between {} and {}", figure(lo), figure(hi))
    } else {
        format!("around {} (sd {})", figure(mean), figure(sd))
    }
}

/// A target on levels that is met if the indicator stays where it is.
fn already_met(question: &Question<'_, '_>, w: usize) -> Option<Finding> {
    let wanted = &question.wanted[w];
    let target = wanted.target;
    if let Some(finding) = always_met(question, w, wanted) {
        return Some(finding);
    }
    let (cell, row) = question.bases[w]
        .filter(|_| target.of.is_level() && target.over.way().is_on_scale() && !wanted.relative)?;
    let base = question.range(cell)?;
    let times = match target.over.asked(target.window()) {
        Some(Asked::Total { times }) => target.period.len() as f64 / times,
        Some(Asked::Level | Asked::Growth { .. } | Asked::Change { .. }) | None => 1.0,
    };
    let held = Interval::closed(times * base.low, times * base.high);
    if !held.is_within(wanted.wants[0].bound) {
        return None;
    }
    let period = question.network.program.inner.timeline.period(row);
    let spread = |low: f64, high: f64| {
        if high - low <= 1e-9 * high.abs() {
            figure(high)
        } else {
            format!("{} to {}", figure(low), figure(high))
        }
    };
    let at = spread(base.low, base.high);
    let message = if times == 1.0 {
        format!("{}: it stands at {at} in {period}", target.words())
    } else {
        let sum = spread(held.lo.at, held.hi.at);
        format!("{}: the {at} of {period}, held, make {sum}", target.words())
    };
    let resolve = "read it as a promise not to fall back, or set a bound that asks for more";
    let values = [("jump_off", times * base.centre)];
    Some(question.finding(Kind::AlreadyMet, &[w], message, resolve.to_owned()).with(&values))
}

/// A target that nothing within the limits of the model can miss.
fn always_met(question: &Question<'_, '_>, w: usize, wanted: &Wanted<'_>) -> Option<Finding> {
    let left = wanted.wants.iter().map(|want| (want, question.start.of(want.cell)));
    let mut left = left.collect::<Vec<_>>();
    let (want, worst) = left.pop()?;
    let met = |(want, left): &(&super::wanted::Want, Interval)| left.is_within(want.bound);
    let defined = question.is_defined(w, &question.start);
    if !met(&(want, worst)) || !left.iter().all(met) || !defined {
        return None;
    }
    let target = wanted.target;
    let message = format!(
        "{}: no path can miss it, since the equations leave {} {}",
        target.words(),
        words::counted(target, Some(want.period)),
        if wanted.relative { "on its side".to_owned() } else { words::left(target.of, worst) }
    );
    let resolve = "set a bound that asks for more, or loosen the limits of the indicator";
    Some(question.finding(Kind::AlreadyMet, &[w], message, resolve.to_owned()))
}
