//! When a target is first met, and whether it stays so.

use super::headroom::{measure, measures_in_every_period, rooms};
use super::standing::{Standing, level_before};
use crate::compile::Measure;
use crate::ensemble::Ensemble;
use crate::error::Error;
use crate::interrupt::look;
use crate::model::{Model, Target};
use crate::period::{Period, Span};
use crate::summary::{Share, share};

/// The first period in which the bound of a target is reached.
#[derive(Debug, Clone, PartialEq)]
pub struct FirstMet {
    /// The target.
    pub target: String,
    /// For each period: the probability that the bound is reached in it for the first time, and by
    /// it.
    pub periods: Vec<(Period, Share, Share)>,
    /// The probability that it is never reached within the periods of the run.
    pub never: Share,
    /// The first period by which half of the paths have reached it.
    pub median: Option<Period>,
    /// Among the paths that reach it by the last period of the target: the share in which it holds
    /// in every period from then to that one.
    pub stays: Share,
    /// Did the last value before the run reach it already? Of what has no history, such as an identity, the value
    /// that the run has of it just before its first period. None of a target that is not about a level, or where
    /// nothing is known.
    pub at_start: Option<bool>,
}

/// When each target is first met, in one ensemble.
///
/// Of a target on one period, or on every period of a span, the bound is held against every
/// period of the run. Of one on the sum, mean, least or greatest over a span it is held against
/// the part of the span up to each period, and of the span only.
///
/// # Errors
/// An ensemble without the rows that targets need.
pub fn first_met(model: &Model, ensemble: &Ensemble) -> Result<Vec<FirstMet>, Error> {
    measures_in_every_period(model, ensemble)?;
    model.targets.iter().map(|target| of_target(model, target, ensemble)).collect()
}

/// The target as it would be for an earlier or later period.
fn shifted(target: &Target, span: Span) -> Target {
    Target { period: span, ..target.clone() }
}

fn of_target(model: &Model, target: &Target, ensemble: &Ensemble) -> Result<FirstMet, Error> {
    let single = target.over.is_by_period(target.period);
    let mut found: Vec<(Period, Vec<bool>)> = Vec::new();
    let last = if single { ensemble.span().last() } else { target.period.last() };
    for period in ensemble.span().periods().filter(|period| *period <= last) {
        look();
        let span = if single {
            Span::single(period)
        } else if period >= target.period.first() {
            Span::new(target.period.first(), period)
                .map_err(|error| Error::at("targets", error.to_string()))?
        } else {
            continue;
        };
        let asked = shifted(target, span);
        // Growth and change of the first period need the one before, which is not always stored.
        let Ok(asked) = measure(&asked, ensemble) else { continue };
        let Ok(rooms) = rooms(&asked, ensemble) else { continue };
        found.push((period, rooms.iter().map(|room| asked.is_met(*room)).collect()));
    }
    let paths = ensemble.len();
    let count = |flags: Vec<bool>| -> Vec<f64> {
        flags.into_iter().map(|flag| f64::from(u8::from(flag))).collect()
    };
    let first: Vec<Option<usize>> =
        (0..paths).map(|i| found.iter().position(|(_, met)| met[i])).collect();
    let mut periods = Vec::new();
    for (k, (period, _)) in found.iter().enumerate() {
        let now = count(first.iter().map(|f| *f == Some(k)).collect());
        let by = count(first.iter().map(|f| f.is_some_and(|f| f <= k)).collect());
        periods.push((*period, share(ensemble, &now, None), share(ensemble, &by, None)));
    }
    let due = found.iter().rposition(|(period, _)| *period <= target.period.last());
    let reached = |f: &Option<usize>| due.is_some_and(|due| f.is_some_and(|f| f <= due));
    let in_time = count(first.iter().map(reached).collect());
    let holds = |i: usize| match (first[i], due) {
        (Some(f), Some(due)) if f <= due => found[f..=due].iter().all(|(_, met)| met[i]),
        _ => false,
    };
    let stays = count((0..paths).map(holds).collect());
    Ok(FirstMet {
        target: target.id.clone(),
        median: periods.iter().find(|(_, _, by)| by.probability.value >= 0.5).map(|(p, ..)| *p),
        never: share(ensemble, &count(first.iter().map(Option::is_none).collect()), None),
        stays: share(ensemble, &stays, Some(&in_time)),
        at_start: at_start(model, &measure(target, ensemble)?, ensemble),
        periods,
    })
}

/// Is a plain target of levels met by the last value before the run?
fn at_start(model: &Model, target: &Measure, ensemble: &Ensemble) -> Option<bool> {
    let standing = Standing::new(model, target, Some(ensemble), None)?;
    let level = standing.level.then(|| level_before(model, target, ensemble))??;
    Some(standing.reached(level))
}
