//! Where targets lie on charts of levels.

use crate::model::Target;
use crate::model::over::Asked;
use crate::period::{Period, Span};

/// A target on a chart of the levels of what it is about.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// The direction of its bound: `at_least`, `at_most`, `above`, `below` or `between`.
    pub direction: &'static str,
    /// The periods it holds for; one for a point.
    pub periods: Span,
    /// Where it lies: the level, or both ends of a range.
    pub place: [f64; 2],
    /// What it wants of what the chart shows: the bound as written for a level, else the level that it
    /// comes to.
    pub wanted: [f64; 2],
    /// How its periods are put together, in English and in Chinese, with `{span}` for the periods; none
    /// where the place says it.
    pub label: Option<[String; 2]>,
    /// What the bound is per period, where that is not what it says.
    pub rate: Option<Rate>,
}

/// What a bound is per period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Rate {
    /// A level, in the unit of what counts.
    Level(f64),
    /// Growth, as a fraction.
    Growth(f64),
}

/// Where a target lies on a chart of levels. Change and growth have a place when they follow from a base
/// that is known: the level that the base reaches; growth when that is positive. A limit that moves with another indicator has none.
///
/// `known` gives the level of a period where it is known and the same in all paths.
///
/// ```
/// use tinbergen::model::{Of, Over, Target};
/// let target = Target::at_least("double", "gdp", "2030".parse()?, 1.0)
///     .with_measure(Of::Growth, Over::Last)
///     .since("2020".parse()?);
/// let mark = tinbergen::plan::mark(&target, &|_| Some(150.0)).expect("a place");
/// assert_eq!(mark.place, [300.0, 300.0]);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn mark(target: &Target, known: &dyn Fn(Period) -> Option<f64>) -> Option<Mark> {
    let sense = target.bound.sense();
    if sense.relative.is_some() {
        return None;
    }
    let ends = match (sense.low, sense.high) {
        (Some(low), Some(high)) => [low, high],
        (low, high) => [low.or(high)?; 2],
    };
    let (window, way) = (target.window(), target.over.way());
    let is_level = target.of.is_level();
    let last = Span::single(target.period.last());
    let moved = |level: &dyn Fn(f64, f64) -> f64, from: Period| {
        let base = known(from)?;
        Some(ends.map(|end| level(base, end)))
    };
    let (periods, place, rate) = match target.over.asked(window) {
        Some(Asked::Growth { from, periods }) => {
            let level = |base: f64, end: f64| base * crate::math::pow(1.0 + end, periods as f64);
            let rate = target.base.is_none().then_some(Rate::Growth(ends[0]));
            known(from).filter(|base| *base > 0.0)?; // else growth is not defined
            (last, moved(&level, from)?, rate)
        }
        Some(Asked::Change { from, periods }) => {
            (last, moved(&|base, end| base + periods as f64 * end, from)?, None)
        }
        Some(Asked::Level | Asked::Total { .. }) | None if is_level && way.is_on_scale() => {
            let periods = way.looks_at(target.period);
            let share = way.share(periods.len());
            let rate = (share != 1.0).then_some(Rate::Level(ends[0] * share));
            (periods, ends.map(|end| end * share), rate)
        }
        Some(Asked::Level | Asked::Total { .. }) | None => return None,
    };
    let label = way.label(target.period).filter(|_| is_level && target.period.len() > 1);
    let wanted = if is_level { ends } else { place };
    Some(Mark { direction: sense.key, periods, place, wanted, label, rate })
}
