//! Targets on the same number, and targets that come by themselves with others.

use super::finding::{Finding, Kind};
use super::question::{How, Question};
use super::wanted::Wanted;
use super::words;

/// Duplicates, disagreements and overlaps, except between targets that exclude each other.
pub(super) fn overlaps(question: &Question<'_, '_>, clashes: &[Vec<usize>]) -> Vec<Finding> {
    let mut findings = Vec::new();
    for a in 0..question.wanted.len() {
        for b in a + 1..question.wanted.len() {
            let clash = |set: &Vec<usize>| set.len() == 2 && set.contains(&a) && set.contains(&b);
            let (first, second) = (&question.wanted[a], &question.wanted[b]);
            if same_number(first, second) && !clashes.iter().any(clash) {
                findings.push(same(question, a, b));
            }
        }
        findings.extend(implied_by(question, a, clashes));
    }
    findings
}

/// Do the two look at the same numbers?
fn same_number(a: &Wanted<'_>, b: &Wanted<'_>) -> bool {
    let cells = |wanted: &Wanted<'_>| wanted.wants.iter().map(|w| w.cell).collect::<Vec<_>>();
    cells(a) == cells(b)
}

/// Do the two look at one number, among others?
pub(super) fn share_number(a: &Wanted<'_>, b: &Wanted<'_>) -> bool {
    a.wants.iter().any(|x| b.wants.iter().any(|y| x.cell == y.cell))
}

fn same(question: &Question<'_, '_>, a: usize, b: usize) -> Finding {
    let (first, second) = (&question.wanted[a], &question.wanted[b]);
    let agree = first.wants.iter().zip(&second.wants).all(|(x, y)| x.bound == y.bound);
    let place = |wanted: &Wanted<'_>| {
        let source = wanted.target.source.as_deref().unwrap_or("no source");
        format!("{} says {} ({source})", wanted.target.id, words::bound(wanted.target))
    };
    let counted = words::counted(first.target, None);
    if agree {
        let message = format!(
            "both want {counted} {}: it counts twice in every table",
            words::bound(first.target)
        );
        let resolve = "leave one of them out".to_owned();
        return question.finding(Kind::Duplicate, &[a, b], message, resolve);
    }
    let message = format!("two figures for {counted}: {}, {}", place(first), place(second));
    let resolve = "ask which one holds, and keep that one; until then read both".to_owned();
    let value = |wanted: &Wanted<'_>| wanted.wants[0].exact.unwrap_or(f64::NAN);
    question
        .finding(Kind::Disagreement, &[a, b], message, resolve)
        .with(&[("first", value(first)), ("second", value(second))])
}

/// Targets on other numbers that are met whenever this one is, and not without it.
fn implied_by(question: &Question<'_, '_>, a: usize, clashes: &[Vec<usize>]) -> Vec<Finding> {
    if clashes.iter().any(|set| set.as_slice() == [a]) {
        return Vec::new();
    }
    let Ok(domains) = question.hold(&question.start, &[a], How::Met) else { return Vec::new() };
    let is_met = |b: &Wanted<'_>, domains: &super::domains::Domains| {
        b.wants.iter().all(|want| domains.of(want.cell).is_within(want.bound))
    };
    let first = &question.wanted[a];
    let others = question.wanted.iter().enumerate().filter(|(b, second)| {
        *b != a
            && !same_number(first, second)
            && is_met(second, &domains)
            && !is_met(second, &question.start)
    });
    let finding = |(b, second): (usize, &Wanted<'_>)| {
        let message = format!(
            "{} is met whenever {} is: it asks for nothing more",
            words::named(second.target),
            words::named(first.target)
        );
        let resolve = format!("leave {} out, or raise it", second.target.id);
        question.finding(Kind::Overlap, &[b, a], message, resolve)
    };
    others.map(finding).collect()
}
