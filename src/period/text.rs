//! How periods and spans are written and read, in text, in plan files and in their schema.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Frequency, Period, PeriodError, Span, YEARS};

impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let year = self.calendar_year();
        match self.frequency {
            Frequency::Annual => write!(f, "{year:04}"),
            Frequency::Quarterly => write!(f, "{year:04}-Q{}", self.part()),
            Frequency::Monthly => write!(f, "{year:04}-{:02}", self.part()),
        }
    }
}

impl FromStr for Period {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        parse(text.trim()).ok_or_else(|| PeriodError::Text(shorten(text)))
    }
}

fn shorten(text: &str) -> String {
    text.chars().take(40).collect()
}

fn parse(text: &str) -> Option<Period> {
    let year = digits(text.get(..4)?)?;
    if !YEARS.contains(&year) {
        return None;
    }
    let rest = &text[4..];
    if rest.is_empty() {
        return Some(Period::year(year));
    }
    let rest = rest.strip_prefix('-').unwrap_or(rest);
    let (frequency, part) = match rest.chars().next()? {
        'Q' | 'q' if rest.len() == 2 => (Frequency::Quarterly, digits(&rest[1..])?),
        'M' | 'm' if rest.len() <= 3 => (Frequency::Monthly, digits(&rest[1..])?),
        _ if rest.len() == 2 && text.len() == 7 => (Frequency::Monthly, digits(rest)?),
        _ => return None,
    };
    Period::of_year(year, part, frequency)
}

fn digits(text: &str) -> Option<i32> {
    (!text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())).then(|| text.parse().ok())?
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.first() == self.last() {
            write!(f, "{}", self.first())
        } else {
            write!(f, "{}..{}", self.first(), self.last())
        }
    }
}

impl FromStr for Span {
    type Err = PeriodError;

    fn from_str(text: &str) -> Result<Self, PeriodError> {
        match text.split_once("..") {
            Some((first, last)) => Self::new(first.parse()?, last.parse()?),
            None => text.parse().map(Self::single).map_err(|_| PeriodError::Span(shorten(text))),
        }
    }
}

/// In files both are what they are in text; a year may be a number.
macro_rules! as_text {
    ($type:ident, $description:literal) => {
        impl schemars::JsonSchema for $type {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                stringify!($type).into()
            }

            fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
                schemars::json_schema!({
                    "type": ["string", "integer"],
                    "description": $description
                })
            }
        }

        impl Serialize for $type {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $type {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
            }
        }
    };
}

as_text!(Period, "A period: 2025, 2025-Q4 or 2025-12");
as_text!(Span, "A period (2025) or a span of periods (2021..2035)");

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn any_period() -> impl Strategy<Value = Period> {
        let frequency = prop_oneof![
            Just(Frequency::Annual),
            Just(Frequency::Quarterly),
            Just(Frequency::Monthly)
        ];
        (frequency, 1..=9999i32, 0..12i32).prop_map(|(f, year, part)| {
            Period::from_ordinal(f, year * f.per_year() + part % f.per_year())
        })
    }

    proptest! {
        #[test]
        fn a_period_survives_printing_and_parsing(p in any_period()) {
            prop_assert_eq!(p.to_string().parse::<Period>().ok(), Some(p));
        }

        #[test]
        fn adding_and_subtracting_cancel(p in any_period(), n in -1000..1000i32) {
            prop_assert_eq!((p + n) - n, p);
        }

        #[test]
        fn parsing_never_panics(text in "\\PC{0,12}") {
            let _ = text.parse::<Period>();
            let _ = text.parse::<Span>();
        }
    }

    #[test]
    fn text_that_is_no_period_is_refused() {
        for text in
            ["", "20", "2025-13", "2025-Q5", "2025-Q0", "0000", "2025-W05", "2025-1", "二〇二五"]
        {
            assert!(text.parse::<Period>().is_err(), "{text}");
        }
    }

    #[test]
    fn quarter_and_month_spellings_agree() {
        for (a, b) in [("2025Q4", "2025-Q4"), ("2025-M12", "2025-12"), ("2025M3", "2025-03")] {
            assert_eq!(a.parse::<Period>(), b.parse::<Period>());
        }
    }

    #[test]
    fn frequencies_do_not_mix() {
        let year: Period = "2025".parse().expect("a year");
        let month: Period = "2025-01".parse().expect("a month");
        assert!(year.since(month).is_err());
        assert!(year.partial_cmp(&month).is_none());
        let message = Span::new(year, month).expect_err("mixed").to_string();
        assert!(message.contains("frequencies cannot be mixed"), "{message}");
    }
}
