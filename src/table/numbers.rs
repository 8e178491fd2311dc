//! Numbers as people write them: the decimal sign and the thousands separators of a table.
//!
//! `1,234` is a thousand and more to some and one and a bit to others. One cell does not say; the
//! whole table mostly does (`0,5`, `1.234,5`, `1,234,567`). Where it does not, it is refused.

use std::collections::HashSet;

use super::Cell;

/// What stands for a missing value, in lower case.
const MISSING: [&str; 20] = [
    ".", "..", "...", "…", "-", "--", "–", "—", "na", "n/a", "n.a.", "#n/a", "#na", "nan", "nat",
    "null", "none", "<na>", ":", "missing",
];

/// Is it a usual sign of a missing value?
pub(crate) fn stands_for_missing(text: &str) -> bool {
    text.is_empty() || text.chars().count() <= 7 && MISSING.contains(&text.to_lowercase().as_str())
}

/// The signs in the numbers of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Marks {
    decimal: char,
    /// Were marks between thousands found?
    pub(crate) grouped: bool,
}

/// What a text says of its marks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Says {
    /// Nothing: there is none, or it is no number.
    Nothing,
    /// This is the decimal sign.
    Decimal(char),
    /// This stands between thousands.
    Thousands(char),
    /// It may be either.
    Either(char),
    /// Thousands have nothing between them.
    Ungrouped,
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '\u{2019}')
}

/// Sign, digits with their marks, and what follows `e`.
fn parts(text: &str) -> Option<(bool, &str, &str)> {
    let (negative, rest) = match text.strip_prefix(['-', '\u{2212}']) {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let (body, exponent) = rest.split_once(['e', 'E']).unwrap_or((rest, ""));
    let is_number = body.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '.' | ','))
        && body.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ',') || is_space(c))
        && body.contains(|c: char| c.is_ascii_digit());
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    let is_exponent = rest.len() == body.len()
        || !digits.is_empty() && digits.len() <= 4 && digits.bytes().all(|b| b.is_ascii_digit());
    (is_number && is_exponent).then_some((negative, body, exponent))
}

fn says(text: &str) -> Says {
    let Some((_, body, exponent)) = parts(text) else { return Says::Nothing };
    let marks: Vec<(usize, char)> =
        body.char_indices().filter(|(_, c)| matches!(c, '.' | ',')).collect();
    let Some(&(last_at, last)) = marks.last() else {
        return if body.len() >= 4 && !body.contains(is_space) {
            Says::Ungrouped
        } else {
            Says::Nothing
        };
    };
    let other = marks.iter().any(|(_, mark)| *mark != last);
    let (head, tail) = (&body[..last_at], &body[last_at + 1..]);
    if other {
        return Says::Decimal(last); // checked when it is read
    }
    if marks.len() > 1 {
        return Says::Thousands(last);
    }
    let could_group = tail.len() == 3
        && (1..=3).contains(&head.len())
        && head.bytes().all(|b| b.is_ascii_digit())
        && !head.starts_with('0')
        && exponent.is_empty();
    if could_group { Says::Either(last) } else { Says::Decimal(last) }
}

impl Marks {
    /// The signs that fit all texts of a table, each with its column; where two fit, or none does, what to do.
    pub(crate) fn of<'a>(
        texts: impl Iterator<Item = (usize, &'a str)>,
        said: Option<char>,
        separator: Option<char>,
    ) -> Result<Self, String> {
        let (mut point, mut comma) = (None, None);
        let (mut between, mut either) = (None, None);
        let mut spaced = false;
        // Four digits without a mark may be a year or a code, unless they stand in the same column.
        let (mut long, mut columns, mut doubtful) = (false, HashSet::new(), HashSet::new());
        for (column, text) in texts {
            spaced |= text.contains(is_space) && parts(text).is_some();
            match says(text) {
                Says::Nothing => {}
                Says::Decimal('.') => drop(point.get_or_insert(text)),
                Says::Decimal(_) => drop(comma.get_or_insert(text)),
                // What stands between thousands is no decimal sign.
                Says::Thousands(sign) => {
                    between.get_or_insert((sign, text));
                    let decimal = if sign == '.' { &mut comma } else { &mut point };
                    decimal.get_or_insert(text);
                }
                Says::Either(sign) => {
                    either.get_or_insert((sign, text));
                    doubtful.insert(column);
                }
                Says::Ungrouped => {
                    long |= text.bytes().filter(u8::is_ascii_digit).count() > 4;
                    columns.insert(column);
                }
            }
        }
        let ungrouped = long || doubtful.is_subset(&columns);
        let grouped = |decimal: char| {
            let marked =
                |found: Option<(char, &str)>| found.is_some_and(|(sign, _)| sign != decimal);
            let decimal_with_other = [point, comma]
                .into_iter()
                .flatten()
                .any(|text| text.contains(',') && text.contains('.'));
            spaced || marked(between) || marked(either) || decimal_with_other
        };
        let made = |decimal: char| Ok(Self { decimal, grouped: grouped(decimal) });
        if let Some(decimal) = said {
            return made(decimal);
        }
        match (point, comma) {
            (Some(a), Some(b)) => Err(format!(
                "numbers are written in two ways, \"{a}\" and \"{b}\"; write all with one decimal sign, or \
                 say which it is (decimal=\",\")"
            )),
            (Some(_), None) => made('.'),
            (None, Some(_)) => made(','),
            (None, None) => match either {
                None => made('.'),
                Some(('.', _)) if separator == Some(',') || ungrouped => made('.'),
                Some((',', _)) if separator == Some(',') && !ungrouped => made('.'),
                Some((',', _)) if ungrouped && separator != Some(',') => made(','),
                Some((sign, text)) => Err(format!(
                    "\"{text}\" and numbers like it may be {} or {}: say the decimal sign \
                     (decimal=\".\" or decimal=\",\"), or write numbers without marks between thousands",
                    text.replace(sign, ""),
                    text.replace(sign, ".")
                )),
            },
        }
    }

    /// In words, as far as it is not what one expects: "decimal commas".
    pub(crate) fn words(self) -> Vec<&'static str> {
        let mut words = Vec::new();
        if self.decimal == ',' {
            words.push("decimal commas");
        }
        if self.grouped {
            words.push("marks between thousands");
        }
        words
    }

    /// The number that a cell is; none where it is missing.
    pub(crate) fn number(self, cell: &Cell) -> Result<Option<f64>, String> {
        match cell {
            Cell::Missing => Ok(None),
            Cell::Number(number) if number.is_finite() => Ok(Some(*number)),
            Cell::Number(number) => Err(format!("{number} is not a finite number")),
            Cell::Date(date) => Err(format!("{date} is a date, not a number")),
            Cell::Text(text) if stands_for_missing(text) => Ok(None),
            Cell::Text(text) => self.read(text).map(Some),
        }
    }

    fn read(self, text: &str) -> Result<f64, String> {
        let shown: String = text.chars().take(40).collect();
        let wrong = |why: &str| Err(format!("\"{shown}\" is not a number{why}"));
        let Some((negative, body, exponent)) = parts(text) else {
            return match text {
                _ if text.contains('%') => wrong(": write 0.05 or 5 for 5 %, without the sign"),
                _ if text.starts_with('(') => wrong(": write a negative number with a minus"),
                _ if ["inf", "infinity"]
                    .contains(&text.trim_start_matches(['-', '+']).to_lowercase().as_str()) =>
                {
                    wrong(" that is finite; leave out what is not known")
                }
                _ => wrong(""),
            };
        };
        let (whole, fraction) = match body.split_once(self.decimal) {
            Some((whole, fraction)) => (whole, fraction),
            None => (body, ""),
        };
        let groups: Vec<&str> = whole.split(|c: char| !c.is_ascii_digit()).collect();
        let marks: Vec<char> = whole.chars().filter(|c| !c.is_ascii_digit()).collect();
        let in_threes = groups.len() == 1
            || (1..=3).contains(&groups[0].len())
                && !groups[0].starts_with('0')
                && groups[1..].iter().all(|group| group.len() == 3);
        let one_mark = marks.windows(2).all(|pair| pair[0] == pair[1]);
        if !in_threes || !one_mark || !fraction.bytes().all(|b| b.is_ascii_digit()) {
            let sign = self.decimal;
            return wrong(&format!(" with the decimal sign \"{sign}\" of this table"));
        }
        let exponent = if exponent.is_empty() { "0" } else { exponent };
        let sign = if negative { "-" } else { "" };
        let plain = format!("{sign}{}.{fraction}e{exponent}", groups.concat());
        match plain.parse::<f64>() {
            Ok(number) if number.is_finite() => Ok(number),
            _ => wrong(" that is finite"),
        }
    }
}
