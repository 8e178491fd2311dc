//! Where an indicator stands on its way to a target: the growth that is required from the last actual
//! value, the progress indices of ESCAP, and a status by a rule.

use super::attainment::Met;
use super::consistency::steady_growth;
use crate::ensemble::Ensemble;
use crate::error::Error;
use crate::math::{exp, ln};
use crate::model::{Bound, Limit, Model, Of, Over, Target};
use crate::period::{Period, Span};
use crate::summary::{Probability, Share, quantiles, share, weighted_quantiles};

/// From what a probability says to one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// The target will probably be met.
    OnTrack,
    /// It may or may not.
    AtRisk,
    /// It will probably be missed.
    OffTrack,
}

impl Status {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::OnTrack => "on track",
            Self::AtRisk => "at risk",
            Self::OffTrack => "off track",
        }
    }
}

/// The rule for a status: on track where the whole interval of the probability is at `on_track` or
/// above, off track where the whole of it is below `off_track`, at risk between them; without the
/// interval the estimate itself is held against the two.
///
/// The defaults are two thirds and one third, "likely" and "unlikely" in the language of the IPCC
/// (M. Mastrandrea et al. 2010, Guidance note on consistent treatment of uncertainties).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct StatusRule {
    /// On track from this probability on.
    pub on_track: f64,
    /// Off track below this probability.
    pub off_track: f64,
    /// Has the whole interval to be beyond a threshold?
    pub interval: bool,
}

impl Default for StatusRule {
    fn default() -> Self {
        Self { on_track: 0.66, off_track: 0.33, interval: true }
    }
}

impl StatusRule {
    /// A rule with thresholds of its own.
    ///
    /// # Errors
    /// Thresholds that are no probabilities or in the wrong order.
    pub fn new(on_track: f64, off_track: f64, interval: bool) -> Result<Self, Error> {
        if !(0.0 <= off_track && off_track <= on_track && on_track <= 1.0) {
            let message = format!(
                "expected 0 <= off_track <= on_track <= 1, found off_track = {off_track} and \
                 on_track = {on_track}"
            );
            return Err(Error::at("status", message));
        }
        Ok(Self { on_track, off_track, interval })
    }

    /// The status that a probability has.
    pub fn of(&self, probability: &Probability) -> Status {
        let Probability { value, low, high } = *probability;
        let (low, high) = if self.interval { (low, high) } else { (value, value) };
        if low >= self.on_track {
            Status::OnTrack
        } else if high < self.off_track {
            Status::OffTrack
        } else {
            Status::AtRisk
        }
    }
}

/// What ESCAP's dashboard says of a target by its anticipated progress.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outlook {
    /// The predicted value meets the target, or misses it by at most a tenth of the way.
    Maintain,
    /// It goes the right way, but not fast enough.
    Accelerate,
    /// It ends further away than it began.
    Reverse,
}

impl Outlook {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Maintain => "maintain",
            Self::Accelerate => "accelerate",
            Self::Reverse => "reverse",
        }
    }
}

/// The progress of one target. Numbers that cannot be had are not-a-number.
#[derive(Debug, Clone, PartialEq)]
pub struct Progress {
    /// The target.
    pub target: String,
    /// Its status by the rule.
    pub status: Status,
    /// Its probability.
    pub share: Share,
    /// The last actual value: its period and level; the mean where it is drawn.
    pub current: Option<(Period, f64)>,
    /// The period in which it is due: the first of those that all have to meet it, else the last.
    pub due: Period,
    /// The level that is due then, where the target comes to one.
    pub bound: f64,
    /// The growth per period, the same in each, from the last actual value to what is wanted.
    pub required_growth: f64,
    /// The change per period, the same in each.
    pub required_change: f64,
    /// The compound growth per period from the base to the last actual value.
    pub past_growth: f64,
    /// The predicted level when it is due: the median of the paths.
    pub predicted: f64,
    /// The compound growth per period from the last actual value to it.
    pub predicted_growth: f64,
    /// ESCAP's current status index, up to 10.
    pub current_status: f64,
    /// ESCAP's anticipated progress index: the part of the way from the base that will be missing,
    /// in percent.
    pub anticipated: f64,
    /// What that means.
    pub outlook: Option<Outlook>,
}

/// The progress of every target of a model in an ensemble. `base` is the period from which progress
/// is counted for ESCAP's indices; the first known value of each indicator unless given.
///
/// # Errors
/// An ensemble without the rows that targets need.
pub fn progress(
    model: &Model,
    ensemble: &Ensemble,
    rule: &StatusRule,
    base: Option<Period>,
) -> Result<Vec<Progress>, Error> {
    let met = Met::new(model, ensemble)?;
    let row = |(place, target): (usize, &Target)| {
        let share = share(ensemble, met.target(place), None);
        let standing = Standing::from(model, target, Some(ensemble), base);
        of_target(target, ensemble, share, rule, standing.as_ref())
    };
    Ok(model.targets.iter().enumerate().map(row).collect())
}

fn of_target(
    target: &Target,
    ensemble: &Ensemble,
    share: Share,
    rule: &StatusRule,
    standing: Option<&Standing>,
) -> Progress {
    let due = due(target);
    let predicted = median(ensemble, &target.indicator, due);
    let number = |of: &dyn Fn(&Standing) -> f64| standing.map_or(f64::NAN, of);
    let escap = standing.filter(|standing| standing.level).map(|s| s.escap(predicted));
    Progress {
        target: target.id.clone(),
        status: rule.of(&share.probability),
        share,
        current: standing.map(|s| (s.current_period, s.current)),
        due,
        bound: number(&|s| s.wanted_level()),
        required_growth: number(&|s| s.required_growth(target)),
        required_change: number(&|s| s.required_change(target)),
        past_growth: number(&|s| match s.base {
            Some((period, value)) => compound(value, s.current, distance(period, s.current_period)),
            None => f64::NAN,
        }),
        predicted,
        predicted_growth: number(&|s| compound(s.current, predicted, s.left)),
        current_status: escap.map_or(f64::NAN, |e| e.0),
        anticipated: escap.map_or(f64::NAN, |e| e.1),
        outlook: escap.and_then(|e| e.2),
    }
}

/// The period in which it has to be met first.
fn due(target: &Target) -> Period {
    if target.over == Over::Every { target.period.first() } else { target.period.last() }
}

/// Periods from one to another; not-a-number when they are of different frequencies.
fn distance(from: Period, to: Period) -> f64 {
    to.since(from).map_or(f64::NAN, f64::from)
}

fn median(ensemble: &Ensemble, indicator: &str, period: Period) -> f64 {
    let Some(row) = ensemble.row(indicator, period) else { return f64::NAN };
    match ensemble.weights() {
        None => quantiles(row, &[0.5])[0],
        Some(weights) => weighted_quantiles(row, weights, &[0.5])[0],
    }
}

/// Growth per period from one positive number to another.
fn compound(from: f64, to: f64, periods: f64) -> f64 {
    if from > 0.0 && to > 0.0 && periods > 0.0 {
        exp(ln(to / from) / periods) - 1.0
    } else {
        f64::NAN
    }
}

/// Where the indicator of a target stands.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    /// Is the target about a level in single periods?
    pub(super) level: bool,
    pub(super) current: f64,
    current_period: Period,
    base: Option<(Period, f64)>,
    /// Periods from the last actual value to when it is due.
    left: f64,
    /// The bounds from below and from above, in terms of levels.
    low: f64,
    high: f64,
    /// Are the bounds themselves met?
    strict: bool,
    /// What the periods of the target that are known add up to; not-a-number when one is missing.
    gone: f64,
}

impl Standing {
    pub(super) fn new(model: &Model, target: &Target) -> Option<Self> {
        Self::from(model, target, None, None)
    }

    fn from(
        model: &Model,
        target: &Target,
        ensemble: Option<&Ensemble>,
        base: Option<Period>,
    ) -> Option<Self> {
        let known = known(model, target, ensemble);
        let &(current_period, current) = known.last()?;
        let base = match base {
            Some(period) => known.iter().find(|(known, _)| *known == period),
            None => known.first(),
        };
        let (low, high) = limits(&target.bound)?;
        let one = matches!(target.over, Over::Last | Over::Every) || target.period.len() == 1;
        let before = target.period.first() - 1;
        let at = |period: Period| known.iter().find(|(p, _)| *p == period).map(|(_, v)| *v);
        let n = target.period.len() as f64;
        let level = target.of == Of::Level && one;
        let (low, high) = match (target.of, target.over) {
            (Of::Level, _) if one => (low, high),
            (Of::Growth, Over::Mean) => at(before).map_or((f64::NAN, f64::NAN), |from| {
                (from * crate::math::pow(1.0 + low, n), from * crate::math::pow(1.0 + high, n))
            }),
            (Of::Change, Over::Sum) => {
                at(before).map_or((f64::NAN, f64::NAN), |from| (from + low, from + high))
            }
            (Of::Change, Over::Mean) => {
                at(before).map_or((f64::NAN, f64::NAN), |from| (from + n * low, from + n * high))
            }
            _ => (f64::NAN, f64::NAN),
        };
        let strict = matches!(target.bound, Bound::Above(_) | Bound::Below(_));
        let left = distance(current_period, due(target));
        let past = target.period.periods().filter(|period| *period <= current_period);
        let gone = past.map(|period| at(period).unwrap_or(f64::NAN)).sum();
        let base = base.copied();
        Some(Self { level, current, current_period, base, left, low, high, strict, gone })
    }

    /// Does a level meet the bounds?
    pub(super) fn reached(&self, level: f64) -> bool {
        if self.strict {
            level > self.low && level < self.high
        } else {
            level >= self.low && level <= self.high
        }
    }

    /// The bound that matters from a level: the one it misses, else the nearer one.
    fn bound_from(&self, level: f64) -> f64 {
        let below = level < self.low || self.high == f64::INFINITY;
        let nearer = level - self.low < self.high - level;
        if self.low.is_finite() && (below || (level <= self.high && nearer)) {
            self.low
        } else {
            self.high
        }
    }

    fn wanted_level(&self) -> f64 {
        let bound = self.bound_from(self.current);
        if bound.is_finite() { bound } else { f64::NAN }
    }

    fn required_growth(&self, target: &Target) -> f64 {
        let bound = limits(&target.bound)
            .map_or(f64::NAN, |(low, high)| if low.is_finite() { low } else { high });
        match (target.of, target.over) {
            _ if self.wanted_level().is_finite() => {
                compound(self.current, self.wanted_level(), self.left)
            }
            (Of::Growth, _) => bound,
            (Of::Level, Over::Sum | Over::Mean) => {
                let ahead = target.period.periods().filter(|p| *p > self.current_period).count();
                let times = if target.over == Over::Sum { 1.0 } else { target.period.len() as f64 };
                let before = distance(self.current_period, target.period.first());
                let growth = if before <= 1.0 && ahead > 0 {
                    steady_growth(self.current, ahead, bound * times - self.gone)
                } else {
                    None
                };
                growth.unwrap_or(f64::NAN)
            }
            _ => f64::NAN,
        }
    }

    fn required_change(&self, target: &Target) -> f64 {
        match (target.of, target.over) {
            _ if self.wanted_level().is_finite() && self.left > 0.0 => {
                (self.wanted_level() - self.current) / self.left
            }
            (Of::Change, Over::Last | Over::Every | Over::Min | Over::Max) => limits(&target.bound)
                .map_or(f64::NAN, |(low, high)| if low.is_finite() { low } else { high }),
            _ => f64::NAN,
        }
    }

    /// ESCAP's two indices and the outlook, given the predicted level.
    ///
    /// With `I0` the base, `I` the last actual value, `T` the bound, `P` the predicted value and `D` 1
    /// where more is better, else -1: current status `10 D (I - I0) / |T - I0|`, 10 from the target
    /// on, negative after a step back; anticipated progress `100 |T - P| / |T - I0|`, 0 where `P` meets
    /// the target. Where the base meets the target already there is no way to measure by: the status
    /// is 10 while it is still met, the anticipated gap 0, else neither can be had.
    /// UN ESCAP, Asia and the Pacific SDG progress report, technical notes.
    fn escap(&self, predicted: f64) -> (f64, f64, Option<Outlook>) {
        let Some((period, base)) = self.base else { return (f64::NAN, f64::NAN, None) };
        let bound = self.bound_from(base);
        let (way, up) = ((bound - base).abs(), if bound >= base { 1.0 } else { -1.0 });
        let needless = self.reached(base) || way == 0.0;
        let current = if self.reached(self.current) && (needless || period < self.current_period) {
            10.0
        } else if needless || period >= self.current_period {
            f64::NAN
        } else {
            (10.0 * up * (self.current - base) / way).min(10.0)
        };
        if predicted.is_nan() {
            return (current, f64::NAN, None);
        }
        if self.reached(predicted) {
            return (current, 0.0, Some(Outlook::Maintain));
        }
        if needless {
            return (current, f64::NAN, Some(Outlook::Reverse));
        }
        let gap = 100.0 * (bound - predicted).abs() / way;
        let outlook = match gap {
            gap if gap <= 10.0 => Outlook::Maintain,
            gap if gap <= 100.0 => Outlook::Accelerate,
            _ => Outlook::Reverse,
        };
        (current, gap, Some(outlook))
    }
}

/// One period of the way that an indicator has to go for a target.
#[derive(Debug, Clone, PartialEq)]
pub struct RequiredLevel {
    /// The target.
    pub target: String,
    /// Its indicator.
    pub indicator: String,
    /// The period.
    pub period: Period,
    /// The level that is required in it.
    pub required: f64,
    /// The level that is predicted: the median of the paths.
    pub predicted: f64,
}

/// The way each indicator has to go from its last actual value to what its target wants, period by
/// period: the same growth in each (the required growth of [`progress`]), or the same change where
/// levels are not positive. Where a level has to be met in every period it is reached by the first and
/// held to the last; growth or change that is wanted in every period is that.
///
/// Targets whose way is not determined (bounds that move with another indicator, the smallest or
/// largest of several periods) are left out, as are those that are due by the last actual value.
///
/// # Errors
/// An ensemble without the rows that targets need.
pub fn required_paths(model: &Model, ensemble: &Ensemble) -> Result<Vec<RequiredLevel>, Error> {
    let mut rows = Vec::new();
    for target in &model.targets {
        let Some(standing) = Standing::from(model, target, Some(ensemble), None) else { continue };
        let (growth, change) = (standing.required_growth(target), standing.required_change(target));
        let (from, last) = (standing.current_period, target.period.last());
        let Ok(span) = Span::new(from + 1, last) else { continue };
        for (k, period) in span.periods().enumerate() {
            let steps = (k + 1) as f64;
            let held = standing.level && steps > standing.left;
            let required = if held {
                standing.wanted_level()
            } else if growth.is_finite() {
                standing.current * crate::math::pow(1.0 + growth, steps)
            } else {
                standing.current + change * steps
            };
            if required.is_finite() {
                rows.push(RequiredLevel {
                    target: target.id.clone(),
                    indicator: target.indicator.clone(),
                    period,
                    required,
                    predicted: median(ensemble, &target.indicator, period),
                });
            }
        }
    }
    Ok(rows)
}

/// The bounds from below and above, when they are numbers.
fn limits(bound: &Bound) -> Option<(f64, f64)> {
    match bound {
        Bound::AtLeast(Limit::Number(low)) | Bound::Above(Limit::Number(low)) => {
            Some((*low, f64::INFINITY))
        }
        Bound::AtMost(Limit::Number(high)) | Bound::Below(Limit::Number(high)) => {
            Some((f64::NEG_INFINITY, *high))
        }
        Bound::Between([low, high]) => Some((*low, *high)),
        _ => None,
    }
}

/// The known levels of the indicator of a target, oldest first: its history and the outturns that the
/// run is held to; where it has neither, what the run has of it just before its first period.
fn known(model: &Model, target: &Target, ensemble: Option<&Ensemble>) -> Vec<(Period, f64)> {
    let Some(indicator) = model.indicators.get(&target.indicator) else { return Vec::new() };
    let value = |quantity: &crate::model::Quantity| match &quantity.value {
        crate::model::Value::Number(number) => *number,
        crate::model::Value::Drawn(distribution) => distribution.mean(),
    };
    let mut known: Vec<(Period, f64)> =
        indicator.history.iter().map(|(period, q)| (*period, value(q))).collect();
    let run = ensemble.and_then(|ensemble| ensemble.known(&target.indicator));
    if let Some(series) = run.filter(|series| !series.history.is_empty()) {
        // On another basis only what is known on it counts.
        let first = ensemble.map(|ensemble| ensemble.span().first());
        known.retain(|(period, _)| {
            first.is_some_and(|first| *period >= first)
                && series.history.iter().all(|(other, _)| other != period)
        });
        known.extend(&series.history);
    }
    known.sort_by_key(|(period, _)| period.ordinal());
    if known.is_empty()
        && let Some(ensemble) = ensemble
    {
        let before = ensemble.span().first() - 1;
        let level = median(ensemble, &target.indicator, before);
        if level.is_finite() {
            known.push((before, level));
        }
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    fn standing(base: f64, current: f64, low: f64, high: f64) -> Standing {
        let (first, now) = ("2015".parse().expect("a year"), "2020".parse().expect("a year"));
        Standing {
            level: true,
            current,
            current_period: now,
            base: Some((first, base)),
            left: 5.0,
            low,
            high,
            strict: false,
            gone: 0.0,
        }
    }

    /// Worked by hand from the formulas of the technical notes.
    #[test]
    fn indices_of_escap() {
        let none = f64::INFINITY;
        // From 40 to 55 on the way to 100: a quarter of it, 2.5; predicted 94: a tenth is missing.
        let up = standing(40.0, 55.0, 100.0, none);
        assert_eq!(up.escap(94.0), (2.5, 10.0, Some(Outlook::Maintain)));
        assert_eq!(up.escap(70.0), (2.5, 50.0, Some(Outlook::Accelerate)));
        assert_eq!(up.escap(120.0), (2.5, 0.0, Some(Outlook::Maintain)));
        // Fewer is better: from 50 to 60 on the way down to 10 is a quarter back; 58 ends further
        // away than it began.
        let down = standing(50.0, 60.0, -none, 10.0);
        assert_eq!(down.escap(58.0), (-2.5, 120.0, Some(Outlook::Reverse)));
        // Reached since the base.
        assert_eq!(standing(50.0, 9.0, -none, 10.0).escap(8.0).0, 10.0);
        // No change needed: met at the base already.
        let met = standing(8.0, 9.0, -none, 10.0);
        assert_eq!(met.escap(9.5), (10.0, 0.0, Some(Outlook::Maintain)));
        let lost = met.escap(11.0);
        assert!(lost.1.is_nan() && lost.2 == Some(Outlook::Reverse));
        // A range is approached from where one stands.
        assert_eq!(
            standing(90.0, 88.0, 70.0, 80.0).escap(80.0),
            (2.0, 0.0, Some(Outlook::Maintain))
        );
    }

    #[test]
    fn the_status_rule_looks_at_the_whole_interval() {
        let rule = StatusRule::default();
        let of = |value, low, high| rule.of(&Probability { value, low, high });
        assert_eq!(of(0.68, 0.66, 0.7), Status::OnTrack);
        assert_eq!(of(0.68, 0.65, 0.7), Status::AtRisk);
        assert_eq!(of(0.32, 0.3, 0.34), Status::AtRisk);
        assert_eq!(of(0.3, 0.28, 0.32), Status::OffTrack);
        assert_eq!(of(f64::NAN, 0.0, 1.0), Status::AtRisk);
        assert!(StatusRule::new(0.3, 0.6, true).is_err());
    }
}
