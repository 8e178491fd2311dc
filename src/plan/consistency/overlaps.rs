//! Targets on the same number, and targets that come by themselves with others.

use super::finding::{Finding, Kind};
use super::finding_words as words;
use super::question::{How, Question};
use super::wanted::Wanted;
use crate::interrupt::look;

/// Duplicates, disagreements and overlaps, except between targets that exclude each other.
pub(super) fn overlaps(question: &Question<'_, '_>, clashes: &[Vec<usize>]) -> Vec<Finding> {
    let (mut findings, mut told) = (Vec::new(), vec![false; question.wanted.len()]);
    for a in 0..question.wanted.len() {
        if !question.narrowing.spend(question.wanted.len()) {
            break;
        }
        let clash = |b: usize| {
            clashes.iter().any(|set| set.len() == 2 && set.contains(&a) && set.contains(&b))
        };
        let same = |b: usize| same_number(&question.wanted[a], &question.wanted[b]);
        let later = (a + 1..told.len()).filter(|&b| !told[a] && same(b) && !clash(b));
        let set: Vec<usize> = [a].into_iter().chain(later).collect();
        if set.len() > 1 {
            set.iter().for_each(|&w| told[w] = true);
            findings.push(one_number(question, &set));
        }
        findings.extend(implied_by(question, a, clashes));
    }
    findings
}

/// Do the two look at the same numbers?
fn same_number(a: &Wanted<'_>, b: &Wanted<'_>) -> bool {
    look();
    a.wants.iter().map(|w| w.cell).eq(b.wants.iter().map(|w| w.cell))
}

/// Do the two look at one number, among others?
pub(super) fn share_number(a: &Wanted<'_>, b: &Wanted<'_>) -> bool {
    a.wants.iter().any(|x| b.wants.iter().any(|y| x.cell == y.cell))
}

/// Targets that look at the same numbers.
fn one_number(question: &Question<'_, '_>, set: &[usize]) -> Finding {
    let first = &question.wanted[set[0]];
    let bounds = |wanted: &Wanted<'_>| wanted.wants.iter().map(|w| w.bound).collect::<Vec<_>>();
    let counted = words::counted(first.target, None);
    if set.iter().all(|&w| bounds(&question.wanted[w]) == bounds(first)) {
        let bound = words::bound(first.target);
        let message = format!("each wants {counted} {bound}: the same is counted more than once");
        let resolve = "keep one of them".to_owned();
        return question.finding(Kind::Duplicate, set, message, resolve);
    }
    let says = |&w: &usize| {
        let target = question.wanted[w].target;
        let source = target.source.as_deref().unwrap_or("no source");
        format!("{} says {} ({source})", target.id, words::bound(target))
    };
    let all: Vec<String> = set.iter().map(says).collect();
    let message = format!("different bounds for {counted}: {}", words::list(&all));
    let resolve = "ask which one holds, and keep that one; until then read both".to_owned();
    let value = |w: usize| question.wanted[w].wants[0].exact.unwrap_or(f64::NAN);
    let finding = question.finding(Kind::Disagreement, set, message, resolve);
    finding.with(&[("first", value(set[0])), ("second", value(set[1]))])
}

/// Targets on other numbers that are met whenever this one is, and not without it.
fn implied_by(question: &Question<'_, '_>, a: usize, clashes: &[Vec<usize>]) -> Vec<Finding> {
    if clashes.iter().any(|set| set.as_slice() == [a]) {
        return Vec::new();
    }
    let Ok(domains) = question.hold(&question.start, &[a], How::Met) else { return Vec::new() };
    let is_met = |b: usize, domains: &super::domains::Domains| {
        let mut wants = question.wanted[b].wants.iter();
        wants.all(|want| domains.of(want.cell).is_within(want.bound))
            && question.is_defined(b, domains)
    };
    let first = &question.wanted[a];
    let others = question.wanted.iter().enumerate().filter(|(b, second)| {
        *b != a
            && question.narrowing.spend(first.wants.len())
            && !same_number(first, second)
            && is_met(*b, &domains)
            && !is_met(*b, &question.start)
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
