//! Numbers and targets in plain words.

use super::interval::Interval;
use super::range::Range;
use crate::model::{Bound, Limit, Of, Over, Relative, Target};
use crate::period::{Frequency, Period};

/// A number with four significant digits, thousands apart: `1,500`, `91.2`, `0.0125`.
pub(super) fn figure(x: f64) -> String {
    if x == 0.0 || !x.is_finite() {
        return format!("{}", x + 0.0);
    }
    let decimals = decimals(x, 4);
    let text = format!("{:.decimals$}", x.abs());
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let part = part.trim_end_matches('0');
    let mut grouped = String::new();
    for (k, digit) in whole.chars().enumerate() {
        if k > 0 && (whole.len() - k) % 3 == 0 {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    let point = if part.is_empty() { "" } else { "." };
    let sign = if x < 0.0 { "-" } else { "" };
    format!("{sign}{grouped}{point}{part}")
}

/// Decimals that show so many significant digits.
fn decimals(x: f64, digits: usize) -> usize {
    let mut limit = 10.0_f64;
    let mut before = 1;
    while x.abs() >= limit && before < digits {
        limit *= 10.0;
        before += 1;
    }
    let mut after = digits - before;
    let mut limit = 1.0;
    while x.abs() < limit && after < 12 {
        limit /= 10.0;
        after += 1;
    }
    after
}

/// A fraction in percent with three significant digits: `11.8 %`.
pub(super) fn percent(x: f64) -> String {
    let x = 100.0 * x;
    let text = format!("{:.*}", decimals(x, 3).min(3), x);
    let text =
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text} %")
}

/// A number of what counts: growth in percent.
pub(super) fn amount(of: Of, x: f64) -> String {
    if of == Of::Growth { percent(x) } else { figure(x) }
}

/// `gdp`, `change of firms`, `growth of gdp`.
fn subject(of: Of, indicator: &str) -> String {
    match of {
        Of::Level => indicator.to_owned(),
        Of::Change => format!("change of {indicator}"),
        Of::Growth => format!("growth of {indicator}"),
    }
}

/// What of an indicator counts, and when: `sum of investment over 2021..2025`. `period` is that of
/// one bound of a target that holds in every period.
pub(super) fn counted(target: &Target, period: Option<Period>) -> String {
    let what = subject(target.of, &target.indicator);
    let span = target.period;
    match (target.over, period) {
        (Over::Every, Some(period)) => format!("{what} in {period}"),
        (Over::Every, None) => format!("{what} in every period of {span}"),
        (Over::Last, _) => format!("{what} in {}", span.last()),
        (Over::Sum, _) => format!("sum of {what} over {span}"),
        (Over::Mean, _) => format!("mean {what} over {span}"),
        (Over::Min, _) => format!("smallest {what} in {span}"),
        (Over::Max, _) => format!("largest {what} in {span}"),
    }
}

/// The bound of a target: `at least 1,500`.
pub(super) fn bound(target: &Target) -> String {
    let limit = |limit: &Limit| match limit {
        Limit::Number(x) => amount(target.of, *x),
        Limit::Relative(other) => relative(target, other),
    };
    match &target.bound {
        Bound::AtLeast(x) => format!("at least {}", limit(x)),
        Bound::AtMost(x) => format!("at most {}", limit(x)),
        Bound::Above(x) => format!("above {}", limit(x)),
        Bound::Below(x) => format!("below {}", limit(x)),
        Bound::Between([lo, hi]) => {
            format!("between {} and {}", amount(target.of, *lo), amount(target.of, *hi))
        }
    }
}

fn relative(target: &Target, other: &Relative) -> String {
    let of = other.of.unwrap_or(target.of);
    let times =
        if other.times == 1.0 { String::new() } else { format!("{} x ", figure(other.times)) };
    let plus = match other.plus {
        0.0 => String::new(),
        x if x < 0.0 => format!(" less {}", amount(target.of, -x)),
        x => format!(" plus {}", amount(target.of, x)),
    };
    format!("{times}{}{plus}", subject(of, &other.indicator))
}

/// What a target wants: `gdp in 2025 at least 1,500`.
pub(super) fn wants(target: &Target) -> String {
    format!("{} {}", counted(target, None), bound(target))
}

/// An id with what it wants.
pub(super) fn named(target: &Target) -> String {
    format!("{} ({})", target.id, wants(target))
}

/// Things one after the other: `a, b and c`.
pub(super) fn list(things: &[String]) -> String {
    match things {
        [] => String::new(),
        [one] => one.clone(),
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
pub(super) fn given(of: Of, range: Range, central: f64) -> String {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn figures_have_four_significant_digits_and_percents_three() {
        let cases = [(882.352_9, "882.4"), (170_000.0, "170,000"), (91.2, "91.2"), (0.0, "0")];
        for (x, text) in cases.into_iter().chain([(0.012_345, "0.01235"), (-1500.26, "-1,500")]) {
            assert_eq!(figure(x), text);
        }
        assert_eq!([percent(0.1179), percent(0.005), percent(0.9)], ["11.8 %", "0.5 %", "90 %"]);
        assert_eq!(figure(1_234_567.0), "1,234,567");
    }
}
