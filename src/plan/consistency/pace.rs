//! The pace that a target asks for, spread evenly from where the indicator stands.

use super::finding::{Finding, Kind};
use super::finding_words::{self as words, figure, percent};
use super::question::Question;
use super::wanted::jump_off;
use crate::compile::Row;
use crate::math::{exp, ln};
use crate::model::Of;
use crate::model::over::Asked;
use crate::period::Period;

/// An even pace from a base to what a target wants.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pace {
    pub(super) base: f64,
    /// The period of the base.
    pub(super) period: Period,
    /// The same change in every period.
    pub(super) change: f64,
    /// The same growth in every period; not a number unless both ends are positive.
    pub(super) growth: f64,
}

impl Pace {
    /// From the jump-off of an indicator to a level in a row.
    pub(super) fn between(
        question: &Question<'_, '_>,
        indicator: u32,
        row: Row,
        level: f64,
    ) -> Option<Self> {
        let start = jump_off(question.network, indicator).filter(|start| *start < row)?;
        let base = question.range(question.network.unrolled(indicator, start)?)?.centre;
        let periods = row.since(start)? as f64;
        let period = question.network.program.inner.timeline.period(start);
        Some(Self {
            base,
            period,
            change: (level - base) / periods,
            growth: compound(base, level, periods),
        })
    }

    /// Its numbers by name.
    pub(super) fn values(&self) -> [(&'static str, f64); 3] {
        [("jump_off", self.base), ("needed_change", self.change), ("needed_growth", self.growth)]
    }

    /// The pace in words, as growth or as change.
    pub(super) fn rate(&self, of: Of) -> String {
        if of.is_rate() && self.growth.is_finite() {
            percent(self.growth)
        } else {
            figure(self.change)
        }
    }

    pub(super) fn needed(&self, of: Of) -> String {
        let rate = self.rate(of);
        let growth = if of.is_rate() && self.growth.is_finite() { " of growth" } else { "" };
        let per = words::per(self.period);
        format!("from {} in {} it takes {rate}{growth} {per}", figure(self.base), self.period)
    }
}

/// Growth per period from one positive number to another.
fn compound(from: f64, to: f64, periods: f64) -> f64 {
    if from > 0.0 && to > 0.0 { exp(ln(to / from) / periods) - 1.0 } else { f64::NAN }
}

/// The even pace to the bound of a target on a level.
pub(super) fn pace_to(question: &Question<'_, '_>, w: usize) -> Option<Pace> {
    let wanted = &question.wanted[w];
    let target = wanted.target;
    let level = target.over.asked(target.window()) == Some(Asked::Level);
    let want = wanted.wants.last().filter(|_| level && !wanted.relative)?;
    let row = question.network.program.inner.timeline.row(want.period)?;
    Pace::between(question, wanted.indicator?, row, want.exact?)
}

/// Even growth from `base` at which `n` periods sum to `sum`.
fn steady_growth(base: f64, n: usize, sum: f64) -> Option<f64> {
    let total = |growth: f64| {
        let mut level = base;
        (0..n).fold(0.0, |total, _| {
            level *= 1.0 + growth;
            total + level
        })
    };
    if base > 0.0 { even_growth(total, sum) } else { None }
}

/// The growth at which something that rises with it comes to a number: bisection from -99 % to
/// 1,000 % a period.
pub(in crate::plan) fn even_growth(value: impl Fn(f64) -> f64, wanted: f64) -> Option<f64> {
    let (mut low, mut high) = (-0.99, 10.0);
    if !(value(low) <= wanted && wanted <= value(high)) {
        return None;
    }
    for _ in 0..200 {
        let middle = f64::midpoint(low, high);
        if value(middle) < wanted { low = middle } else { high = middle }
    }
    Some(f64::midpoint(low, high))
}

/// A sum or mean of levels over several periods asks for a growth that nobody sees. It is reported
/// when holding the base misses the bound and the growth is beyond what the equations give at their
/// centre.
pub(super) fn hidden_pace(question: &Question<'_, '_>, w: usize) -> Option<Finding> {
    let wanted = &question.wanted[w];
    let target = wanted.target;
    let n = target.period.len();
    let Some(Asked::Total { times }) = target.over.asked(target.window()) else { return None };
    let want = wanted.wants.first().filter(|_| !wanted.relative)?;
    let bound = want.exact?;
    let (base, growth) = wanted.pace?;
    let (base, usual) = (question.range(base)?.centre, question.range(growth)?);
    let held = base * n as f64 / times;
    let needed = steady_growth(base, n, bound * times)?;
    let faster = if needed > 0.0 { needed > usual.centre } else { needed < usual.centre };
    if want.bound.has(held) || !faster {
        return None;
    }
    let before = target.period.first() - 1;
    let per = words::per(before);
    let message = format!(
        "{} takes growth of {} {per} from the {} of {before}, which held would make {}; the \
         equations give {}",
        target.words(),
        percent(needed),
        figure(base),
        figure(held),
        words::in_most_cases(Of::Growth, usual, question.rules.central)
    );
    let resolve = format!(
        "say that {} is to grow by {} {per}, and what brings it there, or change the bound",
        target.subject(),
        percent(needed)
    );
    let numbers = [("bound", bound), ("jump_off", base), ("held", held), ("needed_growth", needed)];
    let finding = question.finding(Kind::Tension, &[w], message, resolve);
    Some(finding.with(&numbers).with(&usual.values()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 565 a year and 4000 in five: numpy_financial's rate of the geometric sum, 11.79 %.
    #[test]
    fn even_growth_gives_the_sum() {
        let growth = steady_growth(565.0, 5, 4000.0).expect("there is one");
        let q = 1.0 + growth;
        let sum = 565.0 * q * (q.powi(5) - 1.0) / (q - 1.0);
        assert!((sum - 4000.0).abs() < 1e-6 && (growth - 0.118).abs() < 0.0005, "{growth}");
        assert!(steady_growth(-1.0, 5, 4000.0).is_none());
    }
}
