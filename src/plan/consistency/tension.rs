//! Targets that imply something the plan does not say, when each is met exactly.
//!
//! Three things are reported: figures for one plan that do not fit when all are met exactly
//! ([`figures_apart`]); numbers without a target that are fixed by targets and lie outside what the
//! plan's own equations give ([`implied`]); paces that a sum hides and that are faster than those
//! the equations give ([`hidden_pace`]). docs/consistency.md explains the rules.

use super::domains::{Domains, bit};
use super::finding::{Finding, Kind};
use super::finding_words::{self as words, figure, percent};
use super::interval::Interval;
use super::network::Cell;
use super::overlaps::share_number;
use super::pace::{Pace, hidden_pace, pace_to};
use super::question::{How, Question};
use super::range::Range;
use crate::compile::Row;
use crate::model::Of;

/// All tensions, except between targets that cannot be met together anyway. Figures for one
/// indicator are held against each other whatever the equations give; those for several only where
/// the equations do not give more than they ask.
pub(super) fn tensions(question: &Question<'_, '_>, clashes: &[Vec<usize>]) -> Vec<Finding> {
    let mut sets = clashes.to_vec();
    let mut findings = Vec::new();
    let members: Vec<usize> = (0..question.wanted.len())
        .filter(|w| !clashes.iter().any(|set| set.last() == Some(w)))
        .collect();
    for k in 0..question.model.indicators.len() as u32 {
        let own = members.iter().copied().filter(|&w| question.wanted[w].indicator == Some(k));
        let (_, found) = figures_apart(question, &own.collect::<Vec<_>>(), &mut sets);
        findings.extend(found);
    }
    let binding: Vec<usize> = members.into_iter().filter(|&w| !is_slack(question, w)).collect();
    let (kept, found) = figures_apart(question, &binding, &mut sets);
    findings.extend(found);
    findings.extend(implied(question, &kept, &mut sets));
    for w in binding {
        findings.extend(hidden_pace(question, w).or_else(|| beyond(question, w)));
    }
    findings
}

/// Will the target be met by more than it asks? So it is where the equations' central range meets
/// it.
fn is_slack(question: &Question<'_, '_>, w: usize) -> bool {
    question.wanted[w].wants.iter().all(|want| {
        let range = question.range(want.cell);
        range.is_some_and(|r| Interval::closed(r.low, r.high).is_within(want.bound))
    })
}

/// Figures that do not fit when all are met exactly, and the targets that remain without those.
fn figures_apart(
    question: &Question<'_, '_>,
    members: &[usize],
    sets: &mut Vec<Vec<usize>>,
) -> (Vec<usize>, Vec<Finding>) {
    let (mut kept, mut findings) = (Vec::new(), Vec::new());
    let mut domains = question.start.clone();
    for &w in members {
        let conflict = match question.hold(&domains, &[w], How::Nearly) {
            Ok(narrower) => {
                domains = narrower;
                kept.push(w);
                continue;
            }
            Err(conflict) => conflict,
        };
        // Two bounds on one number are no tension: see `overlaps`.
        let set = question.smallest_conflict(&kept, w, conflict, How::Nearly);
        let Some(set) = set.filter(|set| set.len() > 1) else { continue };
        let wanted = |w: usize| &question.wanted[w];
        let one_number = set.len() == 2 && share_number(wanted(set[0]), wanted(set[1]));
        if one_number || has_part(&set, sets) {
            continue;
        }
        if let Some(finding) = set.iter().rev().find_map(|&w| apart(question, &set, w)) {
            findings.push(finding);
            sets.push(set);
        }
    }
    (kept, findings)
}

/// Is a set reported already that is part of this one?
fn has_part(set: &[usize], sets: &[Vec<usize>]) -> bool {
    sets.iter().any(|part| part.iter().all(|w| set.contains(w)))
}

/// The others of a set, met exactly, miss one of its members.
fn apart(question: &Question<'_, '_>, set: &[usize], w: usize) -> Option<Finding> {
    let others: Vec<usize> = set.iter().copied().filter(|&other| other != w).collect();
    let domains = question.hold(&question.start, &others, How::Exactly).ok()?;
    let wanted = &question.wanted[w];
    let target = wanted.target;
    let rounding = question.rules.rounding;
    let mut left = wanted.wants.iter().map(|want| (want, domains.of(want.cell)));
    let (want, left) =
        left.find(|(want, left)| left.misses(want.bound) && left.misses(want.nearly(rounding)))?;
    let implied = nearest(left, want.exact);
    let first = question.wanted[others[0]].target;
    let alone = others.len() == 1 && first.about == target.about;
    let pace = pace_to(question, w).filter(|_| alone);
    let counted = words::counted(target, Some(want.period));
    let number = words::amount(target.of, implied);
    let number = if wanted.relative { String::new() } else { format!(" = {number}") };
    let needed = pace.map_or(String::new(), |pace| format!("; {}", pace.needed(first.of)));
    let verb = if others.len() == 1 { "leads" } else { "lead" };
    let message = format!(
        "{}, met exactly, {verb} to {counted}{number}, which misses {} ({}){needed}",
        question.named(&others),
        target.id,
        words::bound(target)
    );
    let resolve = match pace {
        Some(pace) => {
            let (rate, number) = (pace.rate(first.of), words::amount(target.of, implied));
            format!("raise {} to {rate}, or lower {} to {number}", first.id, target.id)
        }
        None => "change one of the bounds, or say which of them is to be more than met".to_owned(),
    };
    let shown = |x: f64| if wanted.relative { f64::NAN } else { x };
    let finding = question.finding(Kind::Tension, set, message, resolve);
    let limit = want.exact.unwrap_or(f64::NAN);
    let finding = finding.with(&[("implied", shown(implied)), ("bound", shown(limit))]);
    Some(match pace {
        Some(pace) => finding.with(&pace.values()),
        None => finding,
    })
}

/// The number of an interval that is nearest to a bound.
fn nearest(left: Interval, bound: Option<f64>) -> f64 {
    match (left.number(), bound) {
        (Some(number), _) => number,
        (None, Some(bound)) if left.hi.at < bound => left.hi.at,
        _ => left.lo.at,
    }
}

/// A number without a target of its own.
struct Free<'n> {
    cell: Cell,
    indicator: Option<(u32, Row)>,
    name: &'n str,
}

/// Numbers without a target that targets fix together, outside what the equations give.
fn implied(
    question: &Question<'_, '_>,
    members: &[usize],
    sets: &mut Vec<Vec<usize>>,
) -> Vec<Finding> {
    let mut kept = Vec::new();
    let mut domains = question.start.clone();
    for &w in members {
        if let Ok(narrower) = question.hold(&domains, &[w], How::Exactly) {
            domains = narrower;
            kept.push(w);
        }
    }
    let mut findings = Vec::new();
    for free in free(question) {
        let outside = |number: f64| question.range(free.cell).filter(|range| !range.has(number));
        let Some(number) = fixed(question, &domains, free.cell) else { continue };
        if outside(number).is_none() {
            continue;
        }
        let took_part = domains.why(free.cell);
        let candidates = kept.iter().copied().filter(|&w| took_part & bit(w) != 0).collect();
        let is_fixed = |question: &Question<'_, '_>, set: &[usize]| {
            let held = question.hold(&question.start, set, How::Exactly);
            held.is_ok_and(|held| fixed(question, &held, free.cell).is_some())
        };
        let Some(set) = question.smallest(candidates, is_fixed) else { continue };
        let Ok(held) = question.hold(&question.start, &set, How::Exactly) else { continue };
        let number = fixed(question, &held, free.cell);
        if let (Some(number), false) = (number, has_part(&set, sets))
            && let Some(range) = outside(number)
        {
            findings.push(implied_finding(question, &set, &free, number, range));
            sets.push(set);
        }
    }
    findings
}

/// The number that targets, and not the equations alone, fix a cell to.
fn fixed(question: &Question<'_, '_>, domains: &Domains, cell: Cell) -> Option<f64> {
    let number = domains.of(cell).number()?;
    (domains.why(cell) != 0 && question.start.of(cell).number().is_none()).then_some(number)
}

/// Levels of indicators and parameters that are no target's own number, later periods first.
fn free<'q>(question: &'q Question<'_, '_>) -> Vec<Free<'q>> {
    let own =
        |cell: Cell| question.wanted.iter().any(|w| w.wants.iter().any(|want| want.cell == cell));
    let mut levels = question.network.levels();
    levels.retain(|&(indicator, row, cell)| {
        let period = question.network.program.inner.timeline.period(row);
        let targeted = question.wanted.iter().any(|w| {
            w.indicator == Some(indicator) && w.wants.iter().any(|want| want.period == period)
        });
        !targeted && !own(cell)
    });
    levels.sort_by_key(|&(indicator, row, _)| (std::cmp::Reverse(row), indicator));
    let levels = levels.into_iter().map(|(indicator, row, cell)| Free {
        cell,
        indicator: Some((indicator, row)),
        name: question.indicator(indicator),
    });
    let parameters = question.network.parameters().into_iter().filter_map(|(index, cell)| {
        let (name, _) = question.model.parameters.get_index(index as usize)?;
        Some(Free { cell, indicator: None, name })
    });
    levels.chain(parameters).collect()
}

fn implied_finding(
    question: &Question<'_, '_>,
    set: &[usize],
    free: &Free<'_>,
    number: f64,
    range: Range,
) -> Finding {
    let timeline = question.network.program.inner.timeline;
    let when =
        free.indicator.map_or(String::new(), |(_, row)| format!(" in {}", timeline.period(row)));
    let unit = free.indicator.and_then(|_| question.model.indicators[free.name].unit.as_deref());
    let pace = free.indicator.and_then(|(k, row)| Pace::between(question, k, row, number));
    let since = pace.map_or(String::new(), |pace| {
        let growth = match pace.growth {
            x if x.is_finite() => format!(" ({} {})", percent(x), words::per(pace.period)),
            _ => String::new(),
        };
        format!(", against {} in {}{growth}", figure(pace.base), pace.period)
    });
    let message = format!(
        "{}, {} {} of {}{}{when}{since}; the equations give {}",
        question.named(set),
        if set.len() == 1 { "met exactly, implies" } else { "each met exactly, imply" },
        free.name,
        figure(number),
        words::unit(unit),
        words::in_most_cases(Of::Level, range, question.rules.central)
    );
    let resolve = format!(
        "say in the plan that {} is to be {}{when}, or change one of the targets",
        free.name,
        figure(number)
    );
    let finding =
        question.finding(Kind::Tension, set, message, resolve).with(&[("implied", number)]);
    let finding = match pace {
        Some(pace) => finding.about(free.name).with(&pace.values()),
        None => finding,
    };
    finding.with(&range.values())
}

/// A single target whose bound lies outside all that the equations give.
fn beyond(question: &Question<'_, '_>, w: usize) -> Option<Finding> {
    let wanted = &question.wanted[w];
    let target = wanted.target;
    let (want, range) = wanted.wants.iter().find_map(|want| {
        let range = question.range(want.cell)?;
        Interval::closed(range.low, range.high).misses(want.bound).then_some((want, range))
    })?;
    if wanted.relative {
        return None;
    }
    let message = format!(
        "{}: the equations give {} for {}",
        target.words(),
        words::in_most_cases(target.of, range, question.rules.central),
        words::counted(target, Some(want.period))
    );
    let resolve = "say what is to change, as a scenario or a lever, or move the bound".to_owned();
    let finding = question.finding(Kind::Tension, &[w], message, resolve);
    Some(finding.with(&[("bound", want.exact.unwrap_or(f64::NAN))]).with(&range.values()))
}
