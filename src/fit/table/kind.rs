//! Which process a series of figures is.

use std::fmt;
use std::str::FromStr;

use crate::error::near;
use crate::fit::{Phrase, Sentence};

/// Which process a series is.
///
/// ```
/// use tinbergen::fit::Kind;
/// assert_eq!("share".parse::<Kind>(), Ok(Kind::Share));
/// assert!("shares".parse::<Kind>().unwrap_err().contains("did you mean \"share\"?"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// It grows by shares of itself: money, people, volumes, indices. Its log growth returns to a mean.
    Growth,
    /// Its change returns to a mean: balances that drift and may be negative.
    Change,
    /// It returns to a level of its own: growth rates, inflation, balances.
    Level,
    /// It stays between two limits (0 and 100 in percent, else 0 and 1).
    Share,
    /// A number of units that only grows: so many come in a period.
    Count,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 5] = [Self::Growth, Self::Change, Self::Level, Self::Share, Self::Count];

    /// Its name, also that of the process in plan files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Growth => "growth",
            Self::Change => "change",
            Self::Level => "level",
            Self::Share => "share",
            Self::Count => "count",
        }
    }

    /// How many figures in a row it needs for one error: growth and change are seen between two of them.
    pub(super) fn figures_for_an_error(self) -> usize {
        match self {
            Self::Growth | Self::Change => 3,
            Self::Level | Self::Share | Self::Count => 2,
        }
    }

    /// The kind that fits the figures of a series and the words that name it, with the reason.
    ///
    /// Words come first: an index with the year before at 100, rates of growth, percent, numbers of units.
    /// Then the figures: positive ones grow; others return to a level when differences from their mean
    /// fade quickly (a first autocorrelation below 0.8), and drift otherwise.
    ///
    /// ```
    /// use tinbergen::fit::Kind;
    /// assert_eq!(Kind::of("gdp", &[100.0, 104.0, 109.0]).0, Kind::Growth);
    /// assert_eq!(Kind::of("unemployment rate, %", &[5.0, 5.2, 4.9]).0, Kind::Share);
    /// assert_eq!(Kind::of("gdp growth, %", &[5.0, -2.1, 4.9]).0, Kind::Level);
    /// ```
    pub fn of(words: &str, values: &[f64]) -> (Self, Sentence) {
        let words = words.to_lowercase();
        let said = |list: &'static [&'static str]| {
            list.iter().find(|word| has_word(&words, word)).copied()
        };
        let because = |phrase: Phrase, word: &str| Sentence::from(phrase).text("word", word);
        let within = |low: f64, high: f64| values.iter().all(|value| low < *value && *value < high);
        if said(BEFORE_IS_100).is_some() {
            return (Self::Level, Phrase::BeforeIs100.into());
        }
        if let Some(word) = said(RATES_OF_GROWTH) {
            return (Self::Level, because(Phrase::RateOfGrowth, word));
        }
        let positive = values.iter().all(|value| *value > 0.0);
        if let Some(word) = said(PRICES)
            && positive
        {
            return (Self::Growth, because(Phrase::Price, word));
        }
        if let Some(word) = said(INTEREST) {
            return (Self::Level, because(Phrase::Interest, word));
        }
        if let Some(word) = said(SHARES)
            && within(0.0, 100.0)
        {
            return (Self::Share, because(Phrase::ShareWord, word));
        }
        let rises = values.windows(2).all(|pair| pair[1] >= pair[0]);
        let whole = values.iter().all(|value| value.fract() == 0.0 && *value >= 0.0);
        if let Some(word) = said(COUNTS)
            && whole
            && rises
        {
            return (Self::Count, because(Phrase::CountWord, word));
        }
        if positive {
            return (Self::Growth, Phrase::Positive.into());
        }
        let fading = autocorrelation(values);
        let (kind, why) =
            if fading < 0.8 { (Self::Level, Phrase::Fades) } else { (Self::Change, Phrase::Stays) };
        (kind, Sentence::from(why).number("number", format!("{fading:.2}")))
    }

    /// Its name in a sentence.
    pub(super) fn phrase(self) -> Phrase {
        match self {
            Self::Growth => Phrase::KindGrowth,
            Self::Change => Phrase::KindChange,
            Self::Level => Phrase::KindLevel,
            Self::Share => Phrase::KindShare,
            Self::Count => Phrase::KindCount,
        }
    }
}

const BEFORE_IS_100: &[&str] =
    &["上年=100", "上年＝100", "previous year = 100", "previous year=100", "preceding year = 100"];
const RATES_OF_GROWTH: &[&str] = &[
    "growth",
    "inflation",
    "增速",
    "增长率",
    "增长",
    "yoy",
    "y/y",
    "qoq",
    "q/q",
    "per cent change",
    "percent change",
    "% change",
    "return",
    "spread",
];
const PRICES: &[&str] = &["exchange", "汇率", "price", "prices", "价格"];
const INTEREST: &[&str] = &["interest", "yield", "yields", "利率"];
const SHARES: &[&str] = &[
    "%", "percent", "per cent", "pct", "share", "shares", "rate", "rates", "ratio", "ratios",
    "比重", "占比", "率", "比例", "coverage",
];
const COUNTS: &[&str] = &["count", "number", "数量", "个数", "家数", "units", "个", "家"];

/// Does a word stand in a text: by itself where it is written with letters?
fn has_word(text: &str, word: &str) -> bool {
    let letters = word.chars().all(|c| c.is_ascii_alphabetic());
    if !letters {
        return text.contains(word);
    }
    text.split(|c: char| !c.is_alphanumeric()).any(|part| part == word)
}

/// The first autocorrelation; 0 of a series that does not move.
fn autocorrelation(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
    let square = |value: &f64| (value - mean) * (value - mean);
    let all: f64 = values.iter().map(square).sum();
    let next: f64 = values.windows(2).map(|pair| (pair[0] - mean) * (pair[1] - mean)).sum();
    if all > 0.0 { next / all } else { 0.0 }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Kind {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = Self::ALL.map(Self::name);
        Self::ALL.into_iter().find(|kind| kind.name() == text).ok_or_else(|| {
            let hint = near(text, names);
            format!("unknown kind \"{text}\"{hint}; expected one of {}", names.join(", "))
        })
    }
}
