//! Numbers and targets in plain words.

use super::{Of, Relative, Target};
use crate::period::Period;

/// A number with four significant digits, thousands apart: `1,500`, `91.2`, `0.0125`.
pub(crate) fn figure(x: f64) -> String {
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
pub(crate) fn percent(x: f64) -> String {
    let x = 100.0 * x;
    let text = format!("{:.*}", decimals(x, 3).min(3), x);
    let text =
        if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.') } else { &text };
    format!("{text} %")
}

/// A number of what counts: growth in percent.
pub(crate) fn amount(of: Of, x: f64) -> String {
    if of.is_rate() { percent(x) } else { figure(x) }
}

/// What of it counts, and when: `sum of investment over 2021..2025`. `period` is that of one bound of
/// a target that is held against each of several periods.
pub(crate) fn counted(target: &Target, period: Option<Period>) -> String {
    let what = target.of.words(target.subject(), target.base);
    match period.filter(|_| target.over.counts_periods()) {
        Some(period) => format!("{what} in {period}"),
        None => target.over.way().words(&what, target.period),
    }
}

/// The bound of a target: `at least 1,500`.
pub(crate) fn bound(target: &Target) -> String {
    let sense = target.bound.sense();
    let limit = |number: f64| match sense.relative {
        Some(other) => relative(target, other),
        None => amount(target.of, number),
    };
    match (sense.low, sense.high, sense.strict) {
        (Some(low), Some(high), _) => {
            format!("between {} and {}", amount(target.of, low), amount(target.of, high))
        }
        (Some(low), None, false) => format!("at least {}", limit(low)),
        (Some(low), None, true) => format!("above {}", limit(low)),
        (None, Some(high), false) => format!("at most {}", limit(high)),
        (None, Some(high), true) => format!("below {}", limit(high)),
        (None, None, _) => String::new(),
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
    let what = of.words(&other.indicator, target.base);
    let what = match other.over.filter(|over| *over != target.over) {
        Some(over) => over.way().words(&what, target.period),
        None => what,
    };
    format!("{times}{what}{plus}")
}

impl Target {
    /// What it wants in words: `gdp in 2025 at least 1,500`.
    ///
    /// ```
    /// use tinbergen::model::{Of, Over, Target};
    /// let target = Target::at_most("intensity", "energy", "2025".parse()?, -0.135)
    ///     .with_measure(Of::Growth, Over::Last)
    ///     .since("2020".parse()?);
    /// assert_eq!(target.words(), "growth of energy since 2020 in 2025 at most -13.5 %");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn words(&self) -> String {
        format!("{} {}", counted(self, None), bound(self))
    }
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
