//! Periods and days as people write them.

use super::Cell;
use crate::outturns::Date;
use crate::period::{Frequency, Period};

/// What a cell says of time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Stamp {
    Period(Period),
    Date(Date),
    /// Two numbers before a year: a day and a month, in an order that one date may not tell.
    Ambiguous {
        first: u8,
        second: u8,
        year: i32,
    },
    /// `2020:3`, `3/2020`: a quarter or a month.
    Part {
        year: i32,
        part: i32,
    },
    /// `2020:03`, `03/2020`, `202003`: a month, unless all that there is are parts 1 to 4.
    Padded(Period),
}

/// Words for months, by their beginnings; what is longer than three letters tells two apart.
const MONTHS: [&[&str]; 12] = [
    &["jan", "ene", "gen"],
    &["feb", "fév", "fev"],
    &["mar", "mär", "mrz", "mrt", "maa"],
    &["apr", "avr", "abr"],
    &["may", "mai", "mag", "mei", "maj"],
    &["jun", "juin", "giu"],
    &["jul", "juil", "lug"],
    &["aug", "aoû", "aou", "ago"],
    &["sep", "set"],
    &["oct", "okt", "ott", "out"],
    &["nov"],
    &["dec", "dez", "déc", "dic"],
];

/// Whole words that begin as a month and are none; a month has at most ten letters.
fn month(word: &str) -> Option<i32> {
    let length = word.chars().count();
    if !(3..=10).contains(&length) || word == "maa" {
        return None;
    }
    let at = MONTHS.iter().position(|words| words.iter().any(|begin| word.starts_with(begin)));
    at.map(|at| at as i32 + 1)
}

fn is_quarter(word: &str) -> bool {
    const WORDS: [&str; 17] = [
        "q",
        "qtr",
        "quarter",
        "quartal",
        "t",
        "trim",
        "trimestre",
        "k",
        "kv",
        "kvartal",
        "季度",
        "季",
        "四半期",
        "第",
        "年",
        "年第",
        "quarters",
    ];
    WORDS.contains(&word)
}

fn roman(word: &str) -> Option<i32> {
    let numerals = ["i", "ii", "iii", "iv"];
    let han = ["一", "二", "三", "四"];
    let at = |words: [&str; 4]| words.iter().position(|numeral| *numeral == word);
    at(numerals).or_else(|| at(han)).map(|at| at as i32 + 1)
}

/// A piece of a text: digits or letters.
#[derive(Debug, Clone, PartialEq)]
enum Piece {
    /// The number, and how many digits it was written with.
    Number(i32, usize),
    Word(String),
}

/// The digits and words of a text, and the signs between them.
fn pieces(text: &str) -> Option<(Vec<Piece>, String)> {
    let (mut found, mut signs) = (Vec::new(), String::new());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let end = |is: fn(char) -> bool| rest.find(|c| !is(c)).unwrap_or(rest.len());
        if c.is_ascii_digit() {
            let end = end(|c| c.is_ascii_digit());
            found.push(Piece::Number(rest[..end].parse().ok()?, end));
            rest = &rest[end..];
        } else if c.is_alphabetic() {
            let end = end(char::is_alphabetic);
            found.push(Piece::Word(rest[..end].to_lowercase()));
            rest = &rest[end..];
        } else if matches!(c, ' ' | '-' | '/' | '.' | ':' | '_' | ',' | '\u{a0}' | '–') {
            signs.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            return None;
        }
        if found.len() > 6 {
            return None;
        }
    }
    Some((found, signs))
}

fn year(number: i32, digits: usize) -> Option<i32> {
    (digits == 4 && (1..=9999).contains(&number)).then_some(number)
}

fn part_of(frequency: Frequency, year: i32, part: i32) -> Option<Stamp> {
    Period::of_year(year, part, frequency).map(Stamp::Period)
}

fn padded(year: i32, month: i32) -> Option<Stamp> {
    Period::of_year(year, month, Frequency::Monthly).map(Stamp::Padded)
}

fn day(year: i32, month: i32, day: i32) -> Option<Stamp> {
    Date::new(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?).map(Stamp::Date)
}

/// A date, with a time of day that is left out.
fn with_time(text: &str) -> Option<Stamp> {
    if let Ok(date) = text.parse::<Date>() {
        return Some(Stamp::Date(date));
    }
    // Other orders of day, month and year may have one as well.
    let (date, time) = text.split_once(['T', ' '])?;
    let is_time = time.contains(':')
        && time.chars().all(|c| c.is_ascii_digit() || " :.+-ZAPMapm".contains(c));
    if is_time { stamp(date) } else { None }
}

/// What a text says of time.
pub(super) fn stamp(text: &str) -> Option<Stamp> {
    use Piece::{Number, Word};
    if text.len() > 40 {
        return None;
    }
    if let Ok(period) = text.parse::<Period>() {
        return Some(Stamp::Period(period));
    }
    if let Some(found) = with_time(text) {
        return Some(found);
    }
    let (pieces, signs) = pieces(text)?;
    match pieces.as_slice() {
        // 20200331, 202003
        [Number(all, 8)] => day(all / 10_000, all / 100 % 100, all % 100),
        [Number(all, 6)] => padded(all / 100, all % 100),
        // 2020.0, as numbers of years are often saved
        [Number(y, 4), Number(0, 1)] if signs == "." => {
            Some(Stamp::Period(Period::year(year(*y, 4)?)))
        }
        // 2020:1 and 2020:01
        [Number(y, d), Number(part, width @ 1..=2)] if signs == ":" => {
            let (year, part) = (year(*y, *d)?, *part);
            match width {
                1 => (part > 0).then_some(Stamp::Part { year, part }),
                _ => padded(year, part),
            }
        }
        // 2020/1 and 2020.1 say too little, 2020/01 is a month.
        [Number(y, d), Number(part, 2)] if matches!(signs.as_str(), "/" | "." | "-" | " ") => {
            padded(year(*y, *d)?, *part)
        }
        // 01/2020, 1/2020
        [Number(part, width @ 1..=2), Number(y, d)]
            if matches!(signs.as_str(), "/" | "." | "-" | " ") =>
        {
            let (year, part) = (year(*y, *d)?, *part);
            match width {
                1 => (part > 0).then_some(Stamp::Part { year, part }),
                _ => padded(year, part),
            }
        }
        [Number(a, a_digits), Number(b, 1..=2), Number(c, c_digits)] => {
            let same = signs.chars().count() == 2 && signs.chars().next() == signs.chars().last();
            if !same {
                return None;
            }
            if let Some(year) = year(*a, *a_digits).filter(|_| *c_digits <= 2) {
                return day(year, *b, *c);
            }
            let year = year(*c, *c_digits).filter(|_| *a_digits <= 2)?;
            if signs.starts_with('.') {
                return day(year, *b, *a);
            }
            let (first, second) = (u8::try_from(*a).ok()?, u8::try_from(*b).ok()?);
            let possible = day(year, *a, *b).is_some() || day(year, *b, *a).is_some();
            possible.then_some(Stamp::Ambiguous { first, second, year })
        }
        // 2020年
        [Number(y, d), Word(w)] if w == "年" || w == "年度" => {
            Some(Stamp::Period(Period::year(year(*y, *d)?)))
        }
        // 2020年1月, 2020年1月31日
        [Number(y, d), Word(of), Number(m, 1..=2), Word(w)] if of == "年" && w == "月" => {
            part_of(Frequency::Monthly, year(*y, *d)?, *m)
        }
        [Number(y, d), Word(a), Number(m, _), Word(b), Number(c, _), Word(e)]
            if a == "年" && b == "月" && (e == "日" || e == "号") =>
        {
            day(year(*y, *d)?, *m, *c)
        }
        // 31 Dec 2020, Dec 31, 2020, 31-Dec-2020
        [Number(c, 1..=2), Word(w), Number(y, d)] if month(w).is_some() => {
            day(year(*y, *d)?, month(w)?, *c)
        }
        [Word(w), Number(c, 1..=2), Number(y, d)] if month(w).is_some() => {
            day(year(*y, *d)?, month(w)?, *c)
        }
        // Jan 2020, 2020 Jan
        [Word(w), Number(y, d)] | [Number(y, d), Word(w)] if month(w).is_some() => {
            part_of(Frequency::Monthly, year(*y, *d)?, month(w)?)
        }
        // 2020-I, IV 2020, 2020年一季度
        [Word(w), Number(y, d)] | [Number(y, d), Word(w)] => {
            let year = year(*y, *d)?;
            let trimmed = w.trim_start_matches('年').trim_start_matches('第');
            let quarter = ["季度", "季"].iter().find_map(|end| trimmed.strip_suffix(end));
            part_of(Frequency::Quarterly, year, roman(quarter.unwrap_or(w))?)
        }
        // Q1 2020, 2020 Q1
        [Word(q), Number(part, 1), Number(y, d)] | [Number(y, d), Word(q), Number(part, 1)]
            if is_quarter(q) =>
        {
            part_of(Frequency::Quarterly, year(*y, *d)?, *part)
        }
        // 1Q2020, 1. Quartal 2020
        [Number(part, 1), Word(q), Number(y, d)] if is_quarter(q) => {
            part_of(Frequency::Quarterly, year(*y, *d)?, *part)
        }
        // 2020年第1季度, 2020 1st? no
        [Number(y, d), Word(of), Number(part, 1), Word(q)] if is_quarter(of) && is_quarter(q) => {
            part_of(Frequency::Quarterly, year(*y, *d)?, *part)
        }
        // 2020 M 1
        [Number(y, d), Word(m), Number(part, 1..=2)] if m == "m" => {
            part_of(Frequency::Monthly, year(*y, *d)?, *part)
        }
        // 2010 [YR2010] has brackets, and FY2020 may be any year.
        _ => None,
    }
}

/// What a cell says of time.
pub(super) fn of_cell(cell: &Cell) -> Option<Stamp> {
    match cell {
        Cell::Date(date) => Some(Stamp::Date(*date)),
        Cell::Number(number) if number.fract() == 0.0 && *number >= 1.0 && *number < 1e8 => {
            let whole = *number as i32;
            match whole {
                1000..=9999 => Some(Stamp::Period(Period::year(whole))),
                100_000..=99_999_999 => stamp(&whole.to_string()),
                _ => None,
            }
        }
        Cell::Missing | Cell::Number(_) => None,
        Cell::Text(text) => stamp(text),
    }
}

/// The part of the year that a cell names: `1`, `Q1`, `Jan`, `M01`.
pub(super) fn part(cell: &Cell, frequency: Frequency) -> Option<i32> {
    let number = match cell {
        Cell::Number(number) if number.fract() == 0.0 => *number as i32,
        Cell::Text(text) => {
            let text = text.trim().to_lowercase();
            let (pieces, signs) = pieces(&text)?;
            let quarterly = frequency == Frequency::Quarterly;
            match pieces.as_slice() {
                [Piece::Number(number, 1..=2)] => *number,
                [Piece::Number(number, 1..=2), Piece::Number(0, 1)] if signs == "." => *number,
                [Piece::Word(word), Piece::Number(number, 1..=2)]
                | [Piece::Number(number, 1..=2), Piece::Word(word)]
                    if quarterly && is_quarter(word)
                        || !quarterly && (word == "m" || word == "月") =>
                {
                    *number
                }
                [Piece::Word(_), Piece::Number(number, 1), Piece::Word(word)]
                    if quarterly && is_quarter(word) =>
                {
                    *number
                }
                [Piece::Word(word)] if quarterly => {
                    let short = word.trim_start_matches('第').trim_end_matches("季度");
                    roman(short)?
                }
                [Piece::Word(word)] => month(word)?,
                _ => return None,
            }
        }
        _ => return None,
    };
    (1..=frequency.per_year()).contains(&number).then_some(number)
}
