//! How targets that are to be met together share what has to give.

use indexmap::IndexMap;

use super::ranked::Ranked;
use crate::ensemble::Ensemble;
use crate::interrupt::look;

/// The rule by which bounds give.
#[derive(Debug, Clone, PartialEq, Default)]
pub enum Spread {
    /// Every target that gives is, alone, as likely as every other one that does.
    #[default]
    Probability,
    /// Every target that gives, gives by the same number of standard deviations of its headroom; by so many
    /// times that number where it has a weight here.
    Distance(IndexMap<String, f64>),
}

/// A target among those that are to be met together.
#[derive(Debug)]
pub(super) struct Part {
    /// What its bound has to give in each path to be met there; infinite where no bound is enough.
    pub(super) gives: Vec<f64>,
    pub(super) ranked: Ranked,
    /// Does its bound stay as it is?
    pub(super) held: bool,
    /// The standard deviation of its headroom, times its weight.
    pub(super) scale: f64,
}

/// One parameter along which all bounds give, and what it means for each target.
#[derive(Debug)]
pub(super) struct Line<'a> {
    pub(super) parts: &'a [Part],
    pub(super) by_probability: bool,
    /// May bounds become tighter than they are written?
    pub(super) tighten: bool,
}

impl Line<'_> {
    /// For each path the least parameter at which all targets are met in it; infinite where none is.
    pub(super) fn parameters(&self) -> Vec<f64> {
        let paths = self.parts.first().map_or(0, |part| part.gives.len());
        let mut needed = vec![f64::NEG_INFINITY; paths];
        for part in self.parts {
            look();
            for (needed, give) in needed.iter_mut().zip(&part.gives) {
                *needed = needed.max(self.parameter(part, *give));
            }
        }
        needed
    }

    /// The least parameter at which a target gives so much.
    fn parameter(&self, part: &Part, give: f64) -> f64 {
        if give == f64::INFINITY || (part.held && give > 0.0) {
            f64::INFINITY
        } else if part.held || (give <= 0.0 && !self.tighten) {
            f64::NEG_INFINITY
        } else if self.by_probability {
            part.ranked.share(give)
        } else {
            give / part.scale
        }
    }

    /// What a target gives at a parameter.
    pub(super) fn give(&self, part: &Part, parameter: f64) -> f64 {
        let least = if self.tighten { f64::NEG_INFINITY } else { 0.0 };
        if part.held {
            0.0
        } else if self.by_probability {
            if parameter == f64::INFINITY {
                return f64::INFINITY;
            }
            part.ranked.greatest_within(parameter).unwrap_or(least).max(least)
        } else {
            (parameter * part.scale).max(least)
        }
    }
}

/// The standard deviation of the finite numbers of the paths.
pub(super) fn sd(ensemble: &Ensemble, numbers: &[f64]) -> f64 {
    let weight = |i: usize| ensemble.weights().map_or(1.0, |weights| weights[i]);
    let known = || numbers.iter().enumerate().filter(|(_, number)| number.is_finite());
    let total: f64 = known().map(|(i, _)| weight(i)).sum();
    let mean = known().map(|(i, number)| weight(i) * number).sum::<f64>() / total;
    let square = |(i, number): (usize, &f64)| weight(i) * (number - mean) * (number - mean);
    let variance = known().map(square).sum::<f64>() / total;
    let sd = variance.sqrt();
    // Numbers that differ by rounding alone do not spread.
    if sd.is_finite() && sd > 1e-12 * mean.abs() { sd } else { 0.0 }
}
