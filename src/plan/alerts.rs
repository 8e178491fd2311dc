//! Early warnings: what they say now, how they did on what is known, and how good they are.

use indexmap::IndexMap;

use super::attainment::Met;
use super::goal::Goal;
use super::headroom::{measure, rooms};
use crate::compile::Measure;
use crate::ensemble::Ensemble;
use crate::error::Error;
use crate::model::{Model, Target, Warning};
use crate::period::{Period, Span};
use crate::summary::{Share, share};

/// What a rule on an indicator says of a period that is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Reading {
    /// The warning.
    pub warning: String,
    /// The period.
    pub period: Period,
    /// How far the rule is from firing, in the unit of the indicator; at or above 0 it fires.
    pub excess: f64,
    /// Does it fire?
    pub fires: bool,
    /// Was the target it warns of missed? None while that is not known.
    pub missed: Option<bool>,
}

/// How good a rule is in simulated paths.
#[derive(Debug, Clone, PartialEq)]
pub struct WarningRecord {
    /// The warning.
    pub warning: String,
    /// The period in which it is looked at.
    pub period: Period,
    /// How often it fires.
    pub fires: Share,
    /// How often the target is missed.
    pub missed: Share,
    /// How often the target is missed where it fires.
    pub missed_given_fires: Share,
    /// How often the target is missed where it does not.
    pub missed_given_quiet: Share,
    /// How often it fires where the target is missed: the hit rate.
    pub hit_rate: Share,
    /// How often it fires where the target is met: the rate of false alarms.
    pub false_alarms: Share,
}

/// What a rule on probabilities says of a round.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    /// The warning.
    pub warning: String,
    /// What is held against the limit: the probability, or by how much it fell. Not-a-number for a
    /// fall without an earlier round.
    pub value: f64,
    /// The limit.
    pub limit: f64,
    /// Does it fire?
    pub fires: bool,
}

/// How good every rule on an indicator is in an ensemble: in each period before the target is due,
/// how often it fires, and what becomes of the target then.
///
/// Periods whose window reaches back before what the ensemble stores are left out.
///
/// # Errors
/// Unknown targets; an ensemble without the rows that targets and warnings need.
pub fn warning_record(model: &Model, ensemble: &Ensemble) -> Result<Vec<WarningRecord>, Error> {
    let met = Met::new(model, ensemble)?;
    let mut rows = Vec::new();
    for (name, warning) in &model.warnings {
        if !warning.has_rule() {
            continue;
        }
        let condition = Goal::of(warning.of_target()).resolve(model)?;
        let met = met.condition(&condition);
        let missed: Vec<f64> = met.iter().map(|met| 1.0 - met).collect();
        let due = due(model, warning.of_target());
        for period in
            ensemble.span().periods().filter(|period| due.is_none_or(|due| *period <= due))
        {
            let Some(rule) = rule(warning, period) else { continue };
            let rule = measure(&rule, ensemble)?;
            if !stored(&rule, ensemble) {
                continue;
            }
            let room = rooms(&rule, ensemble)?;
            let fires: Vec<f64> =
                room.iter().map(|room| f64::from(u8::from(rule.is_met(*room)))).collect();
            let quiet: Vec<f64> = fires.iter().map(|fires| 1.0 - fires).collect();
            let of = |what: &[f64], given: Option<&[f64]>| share(ensemble, what, given);
            rows.push(WarningRecord {
                warning: name.clone(),
                period,
                fires: of(&fires, None),
                missed: of(&missed, None),
                missed_given_fires: of(&missed, Some(&fires)),
                missed_given_quiet: of(&missed, Some(&quiet)),
                hit_rate: of(&fires, Some(&missed)),
                false_alarms: of(&fires, Some(&met)),
            });
        }
    }
    Ok(rows)
}

/// What every rule on an indicator says of the periods that are known, from the histories of the
/// model and from `outturns` (indicator, period, value), which come before them; and whether the
/// target was missed afterwards, where its periods are known too.
///
/// # Errors
/// Unknown indicators, unknown targets, values of another frequency.
pub fn warning_readings(
    model: &Model,
    outturns: &[(String, Period, f64)],
) -> Result<Vec<Reading>, Error> {
    let Some(known) = known(model, outturns)? else { return Ok(Vec::new()) };
    let mut rows = Vec::new();
    for (name, warning) in &model.warnings {
        if !warning.has_rule() {
            continue;
        }
        let missed = missed(model, &known, warning.of_target())?;
        for period in known.span().periods() {
            let Some(rule) = rule(warning, period) else { continue };
            let rule = measure(&rule, &known)?;
            if !stored(&rule, &known) {
                continue;
            }
            let excess = rooms(&rule, &known)?[0];
            if excess.is_finite() {
                let fires = rule.is_met(excess);
                rows.push(Reading { warning: name.clone(), period, excess, fires, missed });
            }
        }
    }
    Ok(rows)
}

/// What every rule on a probability says, given the probabilities of targets and sets in this round
/// and in the round before.
pub fn warning_alerts(
    model: &Model,
    now: &[(String, f64)],
    before: Option<&[(String, f64)]>,
) -> Vec<Alert> {
    let mut rows = Vec::new();
    for (name, warning) in &model.warnings {
        let of = |round: &[(String, f64)]| {
            round.iter().find(|(target, _)| target == warning.of_target()).map(|(_, p)| *p)
        };
        let Some(now) = of(now) else { continue };
        let (value, limit, fires) = match (warning.probability_below, warning.falls_by) {
            (Some(limit), _) => (now, limit, now < limit),
            (None, Some(limit)) => {
                let fall = before.and_then(of).map_or(f64::NAN, |before| before - now);
                (fall, limit, fall > limit)
            }
            (None, None) => continue,
        };
        rows.push(Alert { warning: name.clone(), value, limit, fires });
    }
    rows
}

/// The rule of a warning in a period in which it is looked at, as a target that is met where it fires.
fn rule(warning: &Warning, period: Period) -> Option<Target> {
    let looked_at = warning.periods.is_none_or(|periods| periods.contains(period));
    looked_at.then(|| warning.rule(period)).flatten()
}

/// Does the ensemble have all that a rule or a target looks at?
fn stored(measure: &Measure, ensemble: &Ensemble) -> bool {
    measure.cells().iter().all(|(name, period)| ensemble.stored(name, *period).is_some())
}

/// The last period that counts for a target or a set.
fn due(model: &Model, name: &str) -> Option<Period> {
    let sets = super::sets(model);
    let members = sets.iter().find(|(set, _)| *set == name).map(|(_, members)| members.as_slice());
    let mine = model.targets.iter().enumerate().filter(|(index, target)| match members {
        Some(members) => members.contains(index),
        None => target.id == name,
    });
    mine.map(|(_, target)| target.period.last()).max_by_key(|period| period.ordinal())
}

/// One path of what is known: not-a-number where nothing is.
fn known(model: &Model, outturns: &[(String, Period, f64)]) -> Result<Option<Ensemble>, Error> {
    let mut values: IndexMap<(&str, i32), f64> = IndexMap::new();
    let mut ends: Option<(Period, Period)> = None;
    let histories = model.indicators.iter().flat_map(|(name, indicator)| {
        let numbers = indicator.history.iter();
        numbers.filter_map(move |(period, value)| Some((name.as_str(), *period, value.number()?)))
    });
    let outturns = outturns.iter().map(|(name, period, value)| (name.as_str(), *period, *value));
    for (name, period, value) in histories.chain(outturns) {
        if !model.indicators.contains_key(name) {
            let hint = crate::error::near(name, model.indicators.keys().map(String::as_str));
            return Err(Error::at("outturns", format!("unknown indicator \"{name}\"{hint}")));
        }
        if period.frequency() != model.periods.frequency() {
            let message = format!("{period} of {name} is not {}", model.periods.frequency());
            return Err(Error::at("outturns", message));
        }
        values.insert((name, period.ordinal()), value);
        ends = Some(ends.map_or((period, period), |(first, last)| {
            let earlier = if period.ordinal() < first.ordinal() { period } else { first };
            (earlier, if period.ordinal() > last.ordinal() { period } else { last })
        }));
    }
    let Some((first, last)) = ends else { return Ok(None) };
    let span = Span::new(first, last).map_err(|error| Error::at("outturns", error.to_string()))?;
    let value = |name: &str, period: Period| {
        vec![values.get(&(name, period.ordinal())).copied().unwrap_or(f64::NAN)]
    };
    let rows = model.indicators.keys().map(|name| {
        (name.clone(), None, span.periods().map(|period| value(name, period)).collect())
    });
    Ensemble::from_rows("known", span, rows.collect()).map(Some)
}

/// Was a target, or any of a set, missed? None while that is not known.
fn missed(model: &Model, known: &Ensemble, name: &str) -> Result<Option<bool>, Error> {
    let sets = super::sets(model);
    let members: Vec<usize> = match sets.into_iter().find(|(set, _)| *set == name) {
        Some((_, members)) => members,
        None => model.targets.iter().position(|target| target.id == name).into_iter().collect(),
    };
    let mut all_known = true;
    for target in members.into_iter().map(|index| &model.targets[index]) {
        let target = measure(target, known)?;
        let room = if stored(&target, known) { rooms(&target, known)?[0] } else { f64::NAN };
        if room.is_nan() {
            all_known = false;
        } else if !target.is_met(room) {
            return Ok(Some(true));
        }
    }
    Ok(all_known.then_some(false))
}
