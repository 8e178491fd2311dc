//! Where what a target is about stands, and what it takes from there to meet its bound.

use indexmap::{IndexMap, IndexSet};

use super::consistency::even_growth;
use super::headroom::subject;
use super::outlook::Outlook;
use crate::compile::Measure;
use crate::ensemble::Ensemble;
use crate::math::{exp, ln, pow};
use crate::model::arithmetic::{Numbers, Scalars};
use crate::model::over::{Asked, Put};
use crate::model::{Model, Target};
use crate::period::Period;
use crate::summary::quantiles_in;

/// Where what a target is about stands.
#[derive(Debug, Clone)]
pub(super) struct Standing {
    /// Is the target about a level in single periods?
    pub(super) level: bool,
    pub(super) current: f64,
    pub(super) current_period: Period,
    pub(super) base: Option<(Period, f64)>,
    /// Periods from the last actual value to when it is due.
    pub(super) left: f64,
    /// The bounds from below and from above, in terms of levels.
    low: f64,
    high: f64,
    /// Are the bounds themselves met?
    strict: bool,
    /// The growth per period, the same in each, and the change, from the last actual value to what is
    /// wanted; not-a-number where that is met already.
    pub(super) required_growth: f64,
    pub(super) required_change: f64,
}

impl Standing {
    /// `base` is the period from which progress is counted; the first known one unless given. None
    /// where nothing is known, or where another indicator sets the limit.
    pub(super) fn new(
        model: &Model,
        measure: &Measure,
        ensemble: Option<&Ensemble>,
        base: Option<Period>,
    ) -> Option<Self> {
        let target = &measure.target;
        let known = known(model, measure, ensemble);
        let &(current_period, current) = known.last()?;
        let base = match base {
            Some(period) => known.iter().find(|(known, _)| *known == period),
            None => known.first(),
        };
        let sense = target.bound.sense();
        if sense.relative.is_some() {
            return None;
        }
        let (low, high) = sense.ends();
        let at = |period: Period| {
            known.iter().find(|(p, _)| *p == period).map_or(f64::NAN, |(_, value)| *value)
        };
        let asked = target.over.asked(target.window());
        let level = |bound: f64| match asked {
            Some(Asked::Level) => bound,
            Some(Asked::Growth { from, .. }) if !(at(from) > 0.0) => f64::NAN,
            Some(Asked::Growth { from, periods }) => at(from) * pow(1.0 + bound, periods as f64),
            Some(Asked::Change { from, periods }) => at(from) + periods as f64 * bound,
            Some(Asked::Total { .. }) | None => f64::NAN,
        };
        let mut standing = Self {
            level: asked == Some(Asked::Level),
            current,
            current_period,
            base: base.copied(),
            left: distance(current_period, due(measure)),
            low: level(low),
            high: level(high),
            strict: sense.strict,
            required_growth: f64::NAN,
            required_change: f64::NAN,
        };
        let bound = if low.is_finite() { low } else { high };
        let wanted = standing.wanted_level();
        if standing.is_met_already() {
            return Some(standing);
        }
        if wanted.is_finite() {
            standing.required_growth = compound(current, wanted, standing.left);
            if standing.left > 0.0 {
                standing.required_change = (wanted - current) / standing.left;
            }
            return Some(standing);
        }
        let even = Even { target, at: &at, current, current_period };
        standing.required_growth = even.growth(bound);
        standing.required_change = even.change(bound);
        Some(standing)
    }

    /// Does a level meet the bounds?
    pub(super) fn reached(&self, level: f64) -> bool {
        if self.strict {
            level > self.low && level < self.high
        } else {
            level >= self.low && level <= self.high
        }
    }

    /// Does the last actual value meet a bound on levels already? Then nothing is required: to say how far
    /// it is to a ceiling would ask for growth towards it.
    pub(super) fn is_met_already(&self) -> bool {
        self.level && self.reached(self.current)
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

    pub(super) fn wanted_level(&self) -> f64 {
        let bound = self.bound_from(self.current);
        if bound.is_finite() { bound } else { f64::NAN }
    }

    /// ESCAP's two indices and the outlook, given the predicted level.
    ///
    /// With `I0` the base, `I` the last actual value, `T` the bound, `P` the predicted value and `D` 1
    /// where more is better, else -1: current status `10 D (I - I0) / |T - I0|`, 10 from the target
    /// on, negative after a step back; anticipated progress `100 |T - P| / |T - I0|`, 0 where `P` meets
    /// the target. Where the base meets the target already there is no way to measure by: the status
    /// is 10 while it is still met, the anticipated gap 0, else neither can be had.
    /// UN ESCAP, Asia and the Pacific SDG progress report, technical notes.
    pub(super) fn escap(&self, predicted: f64) -> (f64, f64, Option<Outlook>) {
        let Some((period, base)) = self.base else { return (f64::NAN, f64::NAN, None) };
        let bound = self.bound_from(base);
        let (way, up) = ((bound - base).abs(), if bound >= base { 1.0 } else { -1.0 });
        if way.is_nan() {
            return (f64::NAN, f64::NAN, None); // growth from a base that is not positive
        }
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

/// An even path from the last actual value on, and what counts along it.
struct Even<'a> {
    target: &'a Target,
    /// What is known of a period.
    at: &'a dyn Fn(Period) -> f64,
    current: f64,
    current_period: Period,
}

impl Even<'_> {
    /// What counts where the level is this so many periods after the last actual value; none where
    /// periods are counted.
    fn value(&self, ahead: impl Fn(f64) -> f64) -> Option<f64> {
        let level = |period: Period| match distance(self.current_period, period) {
            steps if steps > 0.0 => ahead(steps),
            _ => (self.at)(period),
        };
        let Put::Number(put) = self.target.over.way().put(self.target.period.len()) else {
            return None;
        };
        let mut scalars = Scalars::new(&level);
        let number = put(&mut Numbers { window: self.target.window(), machine: &mut scalars });
        Some(scalars.value(number))
    }

    /// Is the bound that of every period?
    fn is_of_each(&self) -> bool {
        self.target.base.is_none() && self.target.over.is_by_period(self.target.period)
    }

    /// The growth in every period with which the bound is met exactly; not-a-number where there is none.
    fn growth(&self, bound: f64) -> f64 {
        let of = self.target.of;
        let value = |growth: f64| self.value(|steps| self.current * pow(1.0 + growth, steps));
        if value(0.0).is_none() {
            return if of.is_rate() && self.is_of_each() { bound } else { f64::NAN };
        }
        if !(self.current > 0.0 || of.is_rate()) {
            return f64::NAN;
        }
        even_growth(|growth| value(growth).unwrap_or(f64::NAN), bound).unwrap_or(f64::NAN)
    }

    /// The change in every period with which the bound is met exactly, where what counts moves in
    /// proportion to it; else not-a-number.
    fn change(&self, bound: f64) -> f64 {
        let of = self.target.of;
        let value = |change: f64| self.value(|steps| self.current + change * steps);
        let (Some(held), Some(moved)) = (value(0.0), value(1.0)) else {
            return if of.is_free_of_level() && self.is_of_each() { bound } else { f64::NAN };
        };
        let change = (bound - held) / (moved - held);
        let found = value(change).unwrap_or(f64::NAN);
        let near = (found - bound).abs() <= 1e-9 * bound.abs().max(held.abs());
        if near && change.is_finite() { change } else { f64::NAN }
    }
}

/// The period in which a target has to be met first: the first of those that all have to meet it, else
/// the last.
pub(super) fn due(measure: &Measure) -> Period {
    let last = measure.target.period.last();
    measure.parts.first().filter(|_| measure.needs_all()).map_or(last, |part| part.period)
}

/// Periods from one to another; not-a-number when they are of different frequencies.
pub(super) fn distance(from: Period, to: Period) -> f64 {
    to.since(from).map_or(f64::NAN, f64::from)
}

/// The median over paths of what a target is about.
pub(super) fn median(ensemble: &Ensemble, measure: &Measure, period: Period) -> f64 {
    let Ok(row) = subject(measure, period, ensemble) else { return f64::NAN };
    quantiles_in(ensemble, &row, &[0.5])[0]
}

/// Growth per period from one positive number to another.
pub(super) fn compound(from: f64, to: f64, periods: f64) -> f64 {
    if from > 0.0 && to > 0.0 && periods > 0.0 {
        exp(ln(to / from) / periods) - 1.0
    } else {
        f64::NAN
    }
}

/// What is known of what a target is about, oldest first; where nothing is, what the run has of it just
/// before its first period.
fn known(model: &Model, measure: &Measure, ensemble: Option<&Ensemble>) -> Vec<(Period, f64)> {
    let mut found: Vec<(Period, f64)> = match measure.target.indicator() {
        Some(indicator) => known_levels(model, indicator, ensemble),
        None => known_formula(model, measure, ensemble),
    };
    if found.is_empty()
        && let Some(ensemble) = ensemble
    {
        found.extend(just_before(measure, ensemble));
    }
    found
}

/// What a run has of what a target is about just before its first period.
fn just_before(measure: &Measure, ensemble: &Ensemble) -> Option<(Period, f64)> {
    let before = ensemble.span().first() - 1;
    let level = median(ensemble, measure, before);
    level.is_finite().then_some((before, level))
}

/// The last level before the first period of a run: known, or what the run has of it.
pub(super) fn level_before(model: &Model, measure: &Measure, ensemble: &Ensemble) -> Option<f64> {
    let first = ensemble.span().first();
    let known = known(model, measure, Some(ensemble));
    let last = known.into_iter().rev().find(|(period, _)| *period < first);
    last.or_else(|| just_before(measure, ensemble)).map(|(_, level)| level)
}

/// A formula in the periods in which all that it looks at is known.
fn known_formula(
    model: &Model,
    measure: &Measure,
    ensemble: Option<&Ensemble>,
) -> Vec<(Period, f64)> {
    let names = measure.indicators();
    let known: IndexMap<&str, IndexMap<Period, f64>> = names
        .iter()
        .map(|name| (*name, known_levels(model, name, ensemble).into_iter().collect()))
        .collect();
    let Some(first) = known.values().min_by_key(|levels| levels.len()) else { return Vec::new() };
    let at = |name: &str, period: Period| {
        known.get(name).and_then(|levels| levels.get(&period)).copied().unwrap_or(f64::NAN)
    };
    let level = |period: &Period| (*period, measure.subject_at(*period, &at));
    let last = |&period: &Period| [period, period + 1];
    let periods: IndexSet<Period> = first.keys().flat_map(last).collect();
    let mut found: Vec<_> = periods.iter().map(level).filter(|(_, x)| x.is_finite()).collect();
    found.sort_by_key(|(period, _)| period.ordinal());
    found
}

/// The known levels of an indicator, oldest first: its history and the outturns that the run is conditioned on.
fn known_levels(model: &Model, indicator: &str, ensemble: Option<&Ensemble>) -> Vec<(Period, f64)> {
    let Some(part) = model.indicators.get(indicator) else { return Vec::new() };
    let value = |quantity: &crate::model::Quantity| match &quantity.value {
        crate::model::Value::Number(number) => *number,
        crate::model::Value::Drawn(distribution) => distribution.mean(),
    };
    let mut known: Vec<(Period, f64)> =
        part.history.iter().map(|(period, q)| (*period, value(q))).collect();
    let run = ensemble.and_then(|ensemble| ensemble.known(indicator));
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
            required_growth: f64::NAN,
            required_change: f64::NAN,
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
}
