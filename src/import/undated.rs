//! Periods without a date, which are counted: 1, 2, 3, ...

use crate::model::Note;
use crate::period::{Period, Span};

/// Period 0 is this year, so that there is room for what comes before.
const ZERO: i32 = 1000;
/// How far periods may be counted, forwards and backwards.
const FURTHEST: i32 = 8_000;

/// The year that stands for a counted period.
pub(super) fn period(number: i32) -> Period {
    Period::year(ZERO + number)
}

/// A counted period, `7` or `-2`, which is no year.
pub(super) fn read(text: &str) -> Option<Period> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let counted = (1..=3).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
    let number: i32 = text.parse().ok().filter(|_| counted)?;
    (-(ZERO - 1)..=FURTHEST).contains(&number).then(|| period(number))
}

/// `1..60`.
pub(super) fn span(text: &str) -> Option<Span> {
    let (first, last) = text.split_once("..").unwrap_or((text, text));
    Span::new(read(first.trim())?, read(last.trim())?).ok()
}

/// Says which years stand for the periods.
pub(super) fn note(span: Span) -> Note {
    let count = |period: Period| period.ordinal() - ZERO;
    let (first, last) = (span.first(), span.last());
    Note::new(
        "assumed",
        format!(
            "periods are counted and have no date: {}..{} are the years {first}..{last}",
            count(first),
            count(last)
        ),
    )
}
