//! Numbers and targets in plain words.

use super::interval::Interval;
use super::range::Range;
pub(super) use crate::model::target_words::{amount, bound, counted, figure, percent};
use crate::model::{Of, Target};
use crate::period::{Frequency, Period};

/// An id with what it wants.
pub(super) fn named(target: &Target) -> String {
    format!("{} ({})", target.id, target.words())
}

/// So many of one kind are named.
const MOST: usize = 20;

/// Things one after the other: `a, b and c`.
pub(super) fn list(things: &[String]) -> String {
    match things {
        [] => String::new(),
        [one] => one.clone(),
        [first @ .., _] if first.len() >= MOST => {
            format!("{} and {} more", things[..MOST].join(", "), things.len() - MOST)
        }
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

/// What is left: `exactly 694`, `at most 800`, `between 1 and 2`.
pub(super) fn left(of: Of, interval: Interval) -> String {
    let (lo, hi) = (interval.lo, interval.hi);
    if let Some(number) = interval.number() {
        return format!("exactly {}", amount(of, number));
    }
    let least = if lo.open { "above" } else { "at least" };
    let most = if hi.open { "below" } else { "at most" };
    match (lo.at.is_finite(), hi.at.is_finite()) {
        (true, true) => format!("between {} and {}", amount(of, lo.at), amount(of, hi.at)),
        (true, false) => format!("{least} {}", amount(of, lo.at)),
        (false, true) => format!("{most} {}", amount(of, hi.at)),
        (false, false) => "anything".to_owned(),
    }
}

/// What is left on the side of a bound that it misses: `at most 10`.
pub(super) fn short(of: Of, left: Interval, bound: Interval) -> String {
    if left.hi.at <= bound.lo.at && left.number().is_none() {
        self::left(of, Interval { lo: Interval::WHOLE.lo, ..left })
    } else if left.lo.at >= bound.hi.at && left.number().is_none() {
        self::left(of, Interval { hi: Interval::WHOLE.hi, ..left })
    } else {
        self::left(of, left)
    }
}

/// What the equations give: `814.9 (792.6 to 837.5 in 90 % of cases)`.
pub(super) fn in_most_cases(of: Of, range: Range, central: f64) -> String {
    format!(
        "{} ({} to {} in {} of cases)",
        amount(of, range.centre),
        amount(of, range.low),
        amount(of, range.high),
        percent(central)
    )
}

/// `a year`, `a quarter` or `a month`, whichever the period is.
pub(super) fn per(period: Period) -> &'static str {
    match period.frequency() {
        Frequency::Annual => "a year",
        Frequency::Quarterly => "a quarter",
        Frequency::Monthly => "a month",
    }
}

/// A unit in brackets, with a space before it.
pub(super) fn unit(unit: Option<&str>) -> String {
    unit.map_or_else(String::new, |unit| format!(" ({unit})"))
}
