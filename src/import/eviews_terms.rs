//! Terms of EViews in the words of this library.

use std::fmt::Write;

use indexmap::IndexMap;

use super::Data;
use super::data::period;
use super::eviews::Coefficients;
use crate::expr::is_reserved;
use crate::period::Period;

/// Brackets within brackets.
const DEEPEST: usize = 100;

/// Series that the calendar gives, by the name they got.
#[derive(Debug, Default)]
pub(super) struct Calendar {
    pub(super) series: IndexMap<String, CalendarSeries>,
}

/// A number of each period.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum CalendarSeries {
    Year,
    Part,
    Is(i32),
}

impl CalendarSeries {
    pub(super) fn at(self, period: Period) -> f64 {
        match self {
            Self::Year => f64::from(period.calendar_year()),
            Self::Part => f64::from(period.part()),
            Self::Is(part) => f64::from(u8::from(period.part() == part)),
        }
    }

    pub(super) fn label(self) -> String {
        match self {
            Self::Year => "the calendar year".to_owned(),
            Self::Part => "the quarter or month of the year".to_owned(),
            Self::Is(part) => format!("1 in part {part} of each year, else 0"),
        }
    }
}

/// What is needed to read the terms of an equation, and what was noticed.
#[derive(Debug)]
pub(super) struct Terms<'a> {
    coefficients: &'a Coefficients,
    data: &'a Data,
    first: Period,
    calendar: &'a mut Calendar,
    depth: usize,
    pub(super) has_coefficients: bool,
    /// Things that stand otherwise in the model.
    pub(super) changed: Vec<String>,
}

impl<'a> Terms<'a> {
    pub(super) fn new(
        coefficients: &'a Coefficients,
        data: &'a Data,
        first: Period,
        calendar: &'a mut Calendar,
    ) -> Self {
        let changed = Vec::new();
        Self { coefficients, data, first, calendar, depth: 0, has_coefficients: false, changed }
    }

    /// Is it the name of a parameter?
    pub(super) fn is_coefficient(&self, name: &str) -> bool {
        self.coefficients.get(name).is_some_and(Option::is_some)
    }

    /// An expression in the language of this library.
    pub(super) fn translate(&mut self, text: &str) -> Result<String, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(format!("brackets are nested more than {DEEPEST} deep"));
        }
        let mut out = String::with_capacity(text.len() + 16);
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            if c.is_ascii_digit() || c == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit())
            {
                let length = number_length(rest);
                out.push_str(&rest[..length]);
                rest = &rest[length..];
            } else if c == '@' || c.is_alphabetic() || c == '_' {
                let end = rest[c.len_utf8()..]
                    .find(|c: char| !(c.is_alphanumeric() || c == '_'))
                    .map_or(rest.len(), |end| end + c.len_utf8());
                let (name, after) = rest.split_at(end);
                let trimmed = after.trim_start();
                if let Some(inside) = trimmed.strip_prefix('(') {
                    let close = closing(inside).ok_or("a bracket without its twin")?;
                    out.push_str(&self.call(name, &arguments(&inside[..close]))?);
                    rest = &inside[close + 1..];
                } else {
                    out.push_str(&self.word(name)?);
                    rest = after;
                }
            } else if let Some(inside) = rest.strip_prefix('(') {
                let close = closing(inside).ok_or("a bracket without its twin")?;
                let _ = write!(out, "({})", self.translate(&inside[..close])?);
                rest = &inside[close + 1..];
            } else if c == '=' && !out.ends_with(['<', '>', '=', '!']) {
                out.push_str("==");
                rest = rest[1..].strip_prefix('=').unwrap_or(&rest[1..]);
            } else if c == '"' || c == '{' {
                return Err(format!("\"{c}\" has no place in an equation here"));
            } else {
                out.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
        self.depth -= 1;
        Ok(out)
    }

    /// A name that no bracket follows.
    fn word(&mut self, name: &str) -> Result<String, String> {
        Ok(match name {
            "and" | "or" | "not" => format!(" {name} "),
            "@trend" => trend(self.first),
            "@year" => self.of_calendar("calendar_year", CalendarSeries::Year),
            "@quarter" if self.first.frequency().per_year() != 4 => {
                return Err("@quarter needs quarterly periods".to_owned());
            }
            "@month" if self.first.frequency().per_year() != 12 => {
                return Err("@month needs monthly periods".to_owned());
            }
            "@quarter" | "@month" => {
                let name = format!("calendar_{}", &name[1..]);
                self.of_calendar(&name, CalendarSeries::Part)
            }
            "na" => return Err("na is no number".to_owned()),
            _ if name.starts_with('@') => return Err(format!("{name} has no counterpart here")),
            _ => self.variable(name),
        })
    }

    /// A variable, renamed where its name is a word of the language.
    fn variable(&mut self, name: &str) -> String {
        if is_reserved(name) {
            let message = format!("{name} is a word of the language here and is called {name}_");
            self.changed.push(message);
            return format!("{name}_");
        }
        name.to_owned()
    }

    fn of_calendar(&mut self, name: &str, series: CalendarSeries) -> String {
        self.calendar.series.insert(name.to_owned(), series);
        name.to_owned()
    }

    /// A name with a bracket: a function, a lag or a coefficient.
    fn call(&mut self, name: &str, arguments: &[&str]) -> Result<String, String> {
        let count = arguments.len();
        let one = |this: &mut Self| -> Result<String, String> { this.translate(arguments[0]) };
        let wrong = || Err(format!("{name}() does not take {count} arguments here"));
        let per_year = self.first.frequency().per_year();
        match (name, count) {
            ("log" | "exp" | "abs" | "sqrt" | "@log" | "@exp" | "@abs" | "@sqrt", 1) => {
                Ok(format!("{}({})", name.trim_start_matches('@'), one(self)?))
            }
            ("sqr" | "@sqr", 1) => Ok(format!("sqrt({})", one(self)?)),
            ("@inv", 1) => Ok(format!("(1 / ({}))", one(self)?)),
            ("@log10", 1) => Ok(format!("(log({}) / log(10))", one(self)?)),
            ("@logit", 1) => Ok(format!("expit({})", one(self)?)),
            ("d" | "dlog", 1..=3) => self.difference(name, arguments),
            ("@pch", 1) => Ok(format!("growth({})", one(self)?)),
            ("@pchy", 1) => {
                let x = one(self)?;
                Ok(format!("(({x}) / lag({x}, {per_year}) - 1)"))
            }
            ("@pca", 1) => {
                let x = one(self)?;
                Ok(format!("((({x}) / lag({x}, 1)) ^ {per_year} - 1)"))
            }
            ("@movav" | "@movsum", 2) => {
                let x = one(self)?;
                let ours = if name == "@movav" { "movavg" } else { "movsum" };
                Ok(format!("{ours}({x}, {})", arguments[1].trim()))
            }
            ("@lag", 2) => Ok(format!("lag({}, {})", one(self)?, arguments[1].trim())),
            ("@recode" | "@iif", 3) => self.function("if", arguments),
            ("@max" | "@rmax" | "max", 2..) => self.function("max", arguments),
            ("@min" | "@rmin" | "min", 2..) => self.function("min", arguments),
            ("@trend", 1) => Ok(trend(date(arguments[0])?)),
            ("@isperiod", 1) => Ok(format!("(period == \"{}\")", date(arguments[0])?)),
            ("@before", 1) => Ok(format!("(period < \"{}\")", date(arguments[0])?)),
            ("@after", 1) => Ok(format!("(period >= \"{}\")", date(arguments[0])?)),
            ("@during", 1) => during(arguments[0]),
            ("@seas" | "@quarter" | "@month", 1) => match arguments[0].trim().parse::<i32>() {
                Ok(part) => {
                    Ok(self.of_calendar(&format!("calendar_is_{part}"), CalendarSeries::Is(part)))
                }
                Err(_) => wrong(),
            },
            ("@elem", 2) => self.element(arguments),
            _ if name.starts_with('@') => Err(format!("{name}() has no counterpart here")),
            (_, 1) => self.lagged(name, arguments[0].trim()),
            _ => wrong(),
        }
    }

    fn function(&mut self, ours: &str, arguments: &[&str]) -> Result<String, String> {
        let parts: Result<Vec<_>, _> = arguments.iter().map(|a| self.translate(a)).collect();
        Ok(format!("{ours}({})", parts?.join(", ")))
    }

    /// `d(x, n, s)`: the n-th difference, and once over s periods; of logarithms for `dlog`.
    fn difference(&mut self, name: &str, arguments: &[&str]) -> Result<String, String> {
        let whole = |k: usize, otherwise: u32| match arguments.get(k) {
            None => Ok(otherwise),
            Some(text) => match text.trim().parse::<u32>() {
                Ok(value) if value <= 100 => Ok(value),
                _ => Err(format!("{name}() takes whole numbers, found \"{}\"", text.trim())),
            },
        };
        let (order, over) = (whole(1, 1)?, whole(2, 0)?);
        let mut x = self.translate(arguments[0])?;
        if name == "dlog" {
            if order == 1 && over == 0 {
                return Ok(format!("dlog({x})"));
            }
            x = format!("log({x})");
        }
        for _ in 0..order {
            x = format!("diff({x})");
        }
        if over > 0 {
            x = format!("(({x}) - lag({x}, {over}))");
        }
        Ok(x)
    }

    /// A value of a series in one period: a number from the data.
    fn element(&mut self, arguments: &[&str]) -> Result<String, String> {
        let (name, at) = (arguments[0].trim(), date(arguments[1])?);
        match self.data.value(name, at) {
            Some(value) => {
                self.changed
                    .push(format!("@elem({name}, {at}) is the number of the data, {value}"));
                Ok(format!("({value:?})"))
            }
            None => Err(format!("the data have no value of {name} in {at}")),
        }
    }

    /// `x(-1)`, or `c(1)`.
    fn lagged(&mut self, name: &str, index: &str) -> Result<String, String> {
        let compact: String = index.chars().filter(|c| !c.is_whitespace()).collect();
        let Ok(index) = compact.parse::<i64>() else {
            return Err(format!("{name}() is no function known here, nor \"{index}\" a lag"));
        };
        if index <= 0 {
            let name = self.variable(name);
            return Ok(if index == 0 { name } else { format!("{name}[{index}]") });
        }
        let coefficient = format!("{name}_{index}");
        if self.is_coefficient(&coefficient) {
            self.has_coefficients = true;
            return Ok(coefficient);
        }
        if name == "c" || self.coefficients.contains_key(name) {
            return Err(format!(
                "the coefficient {name}({index}) has no value; give it, \
                                as in {name}({index}) = 0.5"
            ));
        }
        Err(format!("{name}({index}) is a lead; leads are not solved for"))
    }
}

/// Digits, a point and an exponent.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut length = digits(0);
    if bytes.get(length) == Some(&b'.') {
        length += 1 + digits(length + 1);
    }
    if bytes.get(length) == Some(&b'e') {
        let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
        let exponent = digits((length + 1 + sign).min(bytes.len()));
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    length
}

/// Where the bracket closes that was opened before the text.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 0;
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return Some(at),
            ')' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// What stands between commas outside brackets.
fn arguments(text: &str) -> Vec<&str> {
    let (mut depth, mut from, mut found) = (0, 0, Vec::new());
    for (at, c) in text.char_indices() {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            ',' if depth == 0 => {
                found.push(&text[from..at]);
                from = at + 1;
            }
            _ => {}
        }
    }
    found.push(&text[from..]);
    found
}

/// Periods since one.
fn trend(from: Period) -> String {
    format!("(period - \"{from}\")")
}

/// A period in quotation marks.
fn date(text: &str) -> Result<Period, String> {
    let text = text.trim().trim_matches('"').trim().to_uppercase();
    let plain = match text.split_once(':') {
        // 1990:1 is a quarter where there are four, as older programs write it.
        Some((year, part)) => format!("{year}Q{part}"),
        None => text.replace('M', "-"),
    };
    let month =
        plain.split_once('-').filter(|(_, m)| m.len() == 1 && m.chars().all(char::is_numeric));
    let plain = month.map_or(plain.clone(), |(year, month)| format!("{year}-0{month}"));
    period(&plain)
}

/// `@during("1990q1 1992q4")`.
fn during(text: &str) -> Result<String, String> {
    let text = text.trim().trim_matches('"');
    let mut words = text.split_whitespace();
    let (Some(first), last) = (words.next(), words.next_back()) else {
        return Err("@during() needs a first and a last period".to_owned());
    };
    let (first, last) = (date(first)?, date(last.unwrap_or(first))?);
    Ok(format!("(period >= \"{first}\" and period <= \"{last}\")"))
}
