//! Where an indicator stands on its way to a target: the growth that is required from the last actual
//! value, the progress indices of ESCAP, and a status by a rule.

use super::attainment::Met;
use super::headroom::measures_in_every_period;
use super::outlook::Outlook;
use super::standing::{Standing, compound, distance, due, median};
use crate::compile::Measure;
use crate::ensemble::Ensemble;
use crate::error::Error;
use crate::interrupt::look;
use crate::model::Model;
use crate::period::{Period, Span};
use crate::summary::{Probability, Share, share};

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
    /// The growth per period, the same in each, from the last actual value to what is wanted;
    /// not-a-number where the last actual value meets the bound already.
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
    let targets = measures_in_every_period(model, ensemble)?;
    let met = Met::measured(targets.iter().map(|target| (target, ensemble)))?;
    let row = |(index, target): (usize, &Measure)| {
        let share = share(ensemble, met.target(index), None);
        let standing = Standing::new(model, target, Some(ensemble), base);
        of_target(target, ensemble, share, rule, standing.as_ref())
    };
    Ok(targets.iter().enumerate().map(row).collect())
}

fn of_target(
    measure: &Measure,
    ensemble: &Ensemble,
    share: Share,
    rule: &StatusRule,
    standing: Option<&Standing>,
) -> Progress {
    let due = due(measure);
    let predicted = median(ensemble, measure, due);
    let number = |of: &dyn Fn(&Standing) -> f64| standing.map_or(f64::NAN, of);
    let escap = standing.filter(|standing| standing.level).map(|s| s.escap(predicted));
    Progress {
        target: measure.target.id.clone(),
        status: rule.of(&share.probability),
        share,
        current: standing.map(|s| (s.current_period, s.current)),
        due,
        bound: number(&|s| s.wanted_level()),
        required_growth: number(&|s| s.required_growth),
        required_change: number(&|s| s.required_change),
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

/// One period of the way that an indicator has to go for a target.
#[derive(Debug, Clone, PartialEq)]
pub struct RequiredLevel {
    /// The target.
    pub target: String,
    /// Its indicator, or its formula.
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
/// Targets whose way is not determined are left out (bounds that move with another indicator, bounds
/// that some periods of several have to meet), as are those that are due by the last actual value, or
/// that it meets already.
///
/// # Errors
/// An ensemble without the rows that targets need.
pub fn required_paths(model: &Model, ensemble: &Ensemble) -> Result<Vec<RequiredLevel>, Error> {
    let mut rows = Vec::new();
    for measure in &measures_in_every_period(model, ensemble)? {
        let target = &measure.target;
        let Some(standing) = Standing::new(model, measure, Some(ensemble), None) else { continue };
        if standing.is_met_already() {
            continue;
        }
        let (growth, change) = (standing.required_growth, standing.required_change);
        let (from, last) = (standing.current_period, target.period.last());
        let Ok(span) = Span::new(from + 1, last) else { continue };
        for (k, period) in span.periods().enumerate() {
            look();
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
                    indicator: target.subject().to_owned(),
                    period,
                    required,
                    predicted: median(ensemble, measure, period),
                });
            }
        }
    }
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use super::*;

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
