//! A cell of a table.

use unicode_normalization::UnicodeNormalization;

use crate::outturns::Date;

/// What stands in a cell: text of a file is as it was written, spreadsheets and data frames say more.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing.
    Missing,
    /// A number.
    Number(f64),
    /// A day.
    Date(Date),
    /// Text, which may be a number or a period.
    Text(Box<str>),
}

impl Cell {
    /// Text, trimmed and composed (NFC); missing where nothing is left.
    pub fn text(text: &str) -> Self {
        let text = text.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
        if text.is_empty() {
            Self::Missing
        } else if text.is_ascii() {
            Self::Text(text.into())
        } else {
            Self::Text(narrow(text.nfc().collect()).into())
        }
    }

    /// A number; missing where it is none.
    pub fn number(number: f64) -> Self {
        if number.is_nan() { Self::Missing } else { Self::Number(number) }
    }

    /// Is there nothing in it?
    pub fn is_missing(&self) -> bool {
        *self == Self::Missing
    }

    /// As a reader sees it.
    pub(crate) fn as_written(&self) -> String {
        match self {
            Self::Missing => String::new(),
            Self::Number(number) => number.to_string(),
            Self::Date(date) => date.to_string(),
            Self::Text(text) => text.to_string(),
        }
    }
}

/// A number or a period in full-width characters (`２０２０年`, `１，２３４．５`) in those of ASCII; names stay.
fn narrow(text: String) -> String {
    let is_wide = |c: char| matches!(c, '\u{ff01}'..='\u{ff5e}');
    let is_digit = |c: char| matches!(c, '\u{ff10}'..='\u{ff19}');
    // Letters of periods: years, months, quarters, halves, weeks, days.
    let is_name = |c: char| c.is_alphabetic() && !"年月日季度第ＹＭＱＨＷＤ".contains(c);
    if !text.contains(is_digit) || text.contains(is_name) {
        return text;
    }
    let ascii = |c: char| char::from_u32(c as u32 - 0xfee0).unwrap_or(c);
    text.chars().map(|c| if is_wide(c) { ascii(c) } else { c }).collect()
}

/// A row of cells.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Row {
    /// The line of the file, counted from 1; the row of a data frame has none.
    pub(crate) line: Option<usize>,
    pub(crate) cells: Vec<Cell>,
}
