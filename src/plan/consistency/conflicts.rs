//! Targets that no values meet.

use super::domains::Domains;
use super::finding::{Finding, Kind};
use super::finding_words as words;
use super::interval::Interval;
use super::question::{How, Question};
use super::wanted::{Want, Wanted};

/// Smallest sets of targets that cannot be met together, and the findings that say so. Targets come
/// in one by one; each that does not fit to those before it is explained and left out.
pub(super) fn infeasible(question: &Question<'_, '_>) -> (Vec<Finding>, Vec<Vec<usize>>) {
    let (mut findings, mut sets) = (Vec::new(), Vec::new());
    let mut kept = Vec::new();
    let mut domains = question.start.clone();
    for w in 0..question.wanted.len() {
        if question.is_never_defined(w) {
            sets.push(vec![w]); // a finding of its own says so
            continue;
        }
        match question.hold(&domains, &[w], How::Met) {
            Ok(narrower) => {
                domains = narrower;
                kept.push(w);
            }
            Err(conflict) => {
                if let Some(set) = question.smallest_conflict(&kept, w, conflict, How::Met) {
                    findings.push(finding(question, &set));
                    sets.push(set);
                }
            }
        }
    }
    (findings, sets)
}

/// A bound of a target that misses what is left.
fn missed<'w>(wanted: &'w Wanted<'_>, domains: &Domains) -> Option<(&'w Want, Interval)> {
    let left = wanted.wants.iter().map(|want| (want, domains.of(want.cell)));
    left.into_iter().find(|(want, left)| left.misses(want.bound))
}

fn finding(question: &Question<'_, '_>, set: &[usize]) -> Finding {
    let explained = set.iter().rev().find_map(|&w| {
        let others: Vec<usize> = set.iter().copied().filter(|&other| other != w).collect();
        let domains = question.hold(&question.start, &others, How::Met).ok()?;
        let (want, left) = missed(&question.wanted[w], &domains)?;
        Some((w, others, *want, left))
    });
    let Some((w, others, want, left)) = explained else { return unexplained(question, set) };
    let wanted = &question.wanted[w];
    let target = wanted.target;
    let side = words::short(target.of, left, want.bound);
    let room = if wanted.relative {
        "no room for its limit".to_owned()
    } else {
        format!("{} {side}", words::counted(target, Some(want.period)))
    };
    let (kind, message, resolve) = if others.is_empty() {
        let named = words::named(target);
        let message = format!("{named}, but the equations and the history leave {room}");
        let resolve = "move the bound to where it can be reached, or the limits of the indicator";
        (Kind::OutOfReach, message, resolve.to_owned())
    } else {
        let verb = if others.len() == 1 { "leaves" } else { "together leave" };
        let message = format!(
            "{} {verb} {room}, but {} wants {}: no values meet them together",
            question.named(&others),
            target.id,
            words::bound(target)
        );
        (Kind::Infeasible, message, "drop one of them, or move a bound".to_owned())
    };
    let finding = question.finding(kind, set, message, resolve);
    if wanted.relative {
        return finding;
    }
    let bound = want.exact.unwrap_or(f64::NAN);
    finding.with(&[("bound", bound), ("lowest", left.lo.at), ("highest", left.hi.at)])
}

fn unexplained(question: &Question<'_, '_>, set: &[usize]) -> Finding {
    let (kind, what) = match set {
        [_] => (Kind::OutOfReach, "cannot be met by any values of the model"),
        _ => (Kind::Infeasible, "cannot be met together by any values of the model"),
    };
    let message = format!("{} {what}", question.named(set));
    let resolve = "drop one of them, or move its bound".to_owned();
    question.finding(kind, set, message, resolve)
}
