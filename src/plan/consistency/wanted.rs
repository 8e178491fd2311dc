//! What targets want, as bounds on cells.

use super::interval::Interval;
use super::network::{Cell, Network};
use crate::compile::Binary;
use crate::model::{Bound, Limit, Of, Over, Relative, Target};
use crate::period::{Period, Span};

/// A bound on a cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Want {
    /// What counts, less the limit where that is another indicator's.
    pub(super) cell: Cell,
    pub(super) bound: Interval,
    /// What it is when the target is met exactly; none for a range between two numbers.
    pub(super) exact: Option<f64>,
    /// The last period it looks at.
    pub(super) period: Period,
}

impl Want {
    /// The numbers that count as meeting it exactly, when figures are rounded to a share of
    /// themselves.
    pub(super) fn nearly(&self, rounding: f64) -> Interval {
        match self.exact {
            Some(x) => Interval::closed(x - rounding * x.abs(), x + rounding * x.abs()),
            None => self.bound,
        }
    }

    pub(super) fn exactly(&self) -> Interval {
        self.exact.map_or(self.bound, Interval::point)
    }
}

/// A target of the plan, ready for questions.
#[derive(Debug, Clone)]
pub(super) struct Wanted<'a> {
    pub(super) target: &'a Target,
    pub(super) indicator: u32,
    /// One for each period where the bound holds in every period, else one.
    pub(super) wants: Vec<Want>,
    /// Is the limit that of another indicator?
    pub(super) relative: bool,
    /// The level in the period before the first one it looks at, where it has one, and the growth
    /// per period from there to its last period.
    pub(super) pace: Option<(Cell, Cell)>,
}

/// What of which indicator, put together how, over which periods.
#[derive(Clone, Copy)]
struct Subject {
    indicator: u32,
    of: Of,
    over: Over,
    span: Span,
}

/// All targets as bounds on cells.
pub(super) fn wanted<'a>(network: &mut Network<'_>, targets: &'a [Target]) -> Vec<Wanted<'a>> {
    targets.iter().filter_map(|target| one(network, target)).collect()
}

fn one<'a>(network: &mut Network<'_>, target: &'a Target) -> Option<Wanted<'a>> {
    let indicator = index(network, &target.indicator)?;
    let spans: Vec<Span> = match target.over {
        Over::Every => target.period.periods().map(Span::single).collect(),
        _ => vec![target.period],
    };
    let mut wants = Vec::new();
    for span in spans {
        let subject = Subject { indicator, of: target.of, over: target.over, span };
        let cell = statistic(network, subject)?;
        wants.push(want(network, target, subject, cell)?);
    }
    let span = match target.over {
        Over::Last => Span::single(target.period.last()),
        _ => target.period,
    };
    let pace = pace(network, indicator, span, target.over == Over::Last);
    let relative = relative(target).is_some();
    Some(Wanted { target, indicator, wants, relative, pace })
}

pub(super) fn index(network: &Network<'_>, indicator: &str) -> Option<u32> {
    network.program.model().indicators.get_index_of(indicator).map(|k| k as u32)
}

pub(super) fn row(network: &Network<'_>, period: Period) -> Option<usize> {
    network.program.inner.timeline.row(period)
}

/// The limit of a target, where it is that of another indicator.
fn relative(target: &Target) -> Option<&Relative> {
    match &target.bound {
        Bound::AtLeast(limit)
        | Bound::AtMost(limit)
        | Bound::Above(limit)
        | Bound::Below(limit) => match limit {
            Limit::Relative(relative) => Some(relative),
            Limit::Number(_) => None,
        },
        Bound::Between(_) => None,
    }
}

fn want(network: &mut Network<'_>, target: &Target, subject: Subject, cell: Cell) -> Option<Want> {
    let period = subject.span.last();
    let (mut cell, mut number) = (cell, 0.0);
    match (&target.bound, relative(target)) {
        (Bound::Between([lo, hi]), _) => {
            let bound = Interval::closed(*lo, *hi);
            return Some(Want { cell, bound, exact: None, period });
        }
        (_, Some(other)) => cell = less_limit(network, subject, other, cell)?,
        (
            Bound::AtLeast(limit)
            | Bound::AtMost(limit)
            | Bound::Above(limit)
            | Bound::Below(limit),
            None,
        ) => {
            if let Limit::Number(limit) = limit {
                number = *limit;
            }
        }
    }
    let bound = match &target.bound {
        Bound::AtLeast(_) => Interval::at_least(number),
        Bound::AtMost(_) => Interval::at_most(number),
        Bound::Above(_) => Interval::above(number),
        _ => Interval::below(number),
    };
    Some(Want { cell, bound, exact: Some(number), period })
}

/// What counts less `times` what counts of the other indicator less `plus`.
fn less_limit(
    network: &mut Network<'_>,
    subject: Subject,
    other: &Relative,
    cell: Cell,
) -> Option<Cell> {
    let over = other.over.filter(|over| *over != Over::Every).unwrap_or(subject.over);
    let indicator = index(network, &other.indicator)?;
    let of = other.of.unwrap_or(subject.of);
    let limit = statistic(network, Subject { indicator, of, over, ..subject })?;
    let limit = if other.times == 1.0 {
        limit
    } else {
        let times = network.constant(other.times);
        network.binary(Binary::Multiply, limit, times)
    };
    let over = network.binary(Binary::Subtract, cell, limit);
    let plus = network.constant(other.plus);
    Some(network.binary(Binary::Subtract, over, plus))
}

/// An indicator in a period, where it has a value.
pub(super) fn level(network: &mut Network<'_>, indicator: u32, period: Period) -> Option<Cell> {
    let row = row(network, period)?;
    network.has(indicator, row).then(|| network.level(indicator, row))
}

/// `last / before - 1`, as growth per period over `n` of them.
fn growth(network: &mut Network<'_>, before: Cell, last: Cell, n: usize) -> Cell {
    let one = network.constant(1.0);
    let mut ratio = network.binary(Binary::Divide, last, before);
    if n > 1 {
        let power = network.constant(1.0 / n as f64);
        ratio = network.binary(Binary::Power, ratio, power);
    }
    network.binary(Binary::Subtract, ratio, one)
}

/// What counts, put together over the periods, as [`crate::plan::headroom`] has it. Sums and means
/// of changes are the difference of two levels.
fn statistic(network: &mut Network<'_>, subject: Subject) -> Option<Cell> {
    let Subject { indicator, of, over, span } = subject;
    let periods = span.len();
    let ends = matches!(over, Over::Sum | Over::Mean);
    if ends && (of == Of::Change || (of == Of::Growth && over == Over::Mean)) {
        let before = level(network, indicator, span.first() - 1)?;
        let last = level(network, indicator, span.last())?;
        if of == Of::Growth {
            return Some(growth(network, before, last, periods));
        }
        let sum = network.binary(Binary::Subtract, last, before);
        return Some(if over == Over::Mean { share(network, sum, periods) } else { sum });
    }
    let mut at = |period: Period| {
        let now = level(network, indicator, period)?;
        if of == Of::Level {
            return Some(now);
        }
        let before = level(network, indicator, period - 1)?;
        Some(match of {
            Of::Growth => growth(network, before, now, 1),
            _ => network.binary(Binary::Subtract, now, before),
        })
    };
    if matches!(over, Over::Last | Over::Every) {
        return at(span.last());
    }
    let each = span.periods().map(&mut at).collect::<Option<Vec<_>>>()?;
    let op = match over {
        Over::Min => Binary::Min,
        Over::Max => Binary::Max,
        _ => Binary::Add,
    };
    let all = each[1..].iter().fold(each[0], |all, &next| network.binary(op, all, next));
    Some(if over == Over::Mean { share(network, all, periods) } else { all })
}

fn share(network: &mut Network<'_>, sum: Cell, periods: usize) -> Cell {
    let n = network.constant(periods as f64);
    network.binary(Binary::Divide, sum, n)
}

/// The level from which a target sets out, and the growth per period from there to its end. A
/// target on one period sets out from the jump-off.
fn pace(
    network: &mut Network<'_>,
    indicator: u32,
    span: Span,
    from_jump_off: bool,
) -> Option<(Cell, Cell)> {
    let before = if from_jump_off {
        network.program.inner.timeline.period(jump_off(network, indicator)?)
    } else {
        span.first() - 1
    };
    let periods = usize::try_from(span.last().since(before).ok()?).ok().filter(|n| *n > 0)?;
    let base = level(network, indicator, before)?;
    let last = level(network, indicator, span.last())?;
    Some((base, growth(network, base, last, periods)))
}

/// The last row in which an indicator is known, or, if it is computed from others, the last one
/// before anything is simulated.
pub(super) fn jump_off(network: &Network<'_>, indicator: u32) -> Option<usize> {
    let timeline = network.program.inner.timeline;
    let known = (0..timeline.rows).rev().find(|&row| network.is_known(indicator, row));
    known.or_else(|| (0..timeline.begin).rev().find(|&row| network.has(indicator, row)))
}
