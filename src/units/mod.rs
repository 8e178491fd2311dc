//! Units of measurement and their algebra: what `"CNY 100 million"`, `"tce per 10,000 CNY"` and
//! `"percent of GDP"` say, how units multiply, divide and cancel, and whether two of them can be
//! added or compared.
//!
//! A unit is a product of powers of *base units* and a *scale*. Words that nobody has told about are
//! base units of their own: firms are not persons. A percent is a hundredth. Time is not looked at: a
//! flow of a period and a stock, or a change *per year* and a level, are added in every model. What
//! numbers without a unit are (shares, index numbers, counts, ranks) is told apart only where nothing
//! was multiplied or divided.
//!
//! docs/units.md has the words.

mod read;
#[cfg(test)]
mod tests;
mod tokens;
mod words;

pub use read::read;

use std::collections::BTreeMap;
use std::fmt;

use self::words::{Number, size};

/// A unit of measurement.
///
/// ```
/// use tinbergen::units::{Difference, read};
/// let (gdp, people) = (read("CNY 100 million"), read("10 thousand persons"));
/// assert_eq!(gdp.difference(&people), Some(Difference::Kind));
/// assert_eq!(gdp.over(&people).difference(&read("10 thousand CNY per person")), None);
/// assert_eq!(gdp.difference(&read("亿元")), None);
/// assert_eq!(read("percent of GDP").difference(&read("ratio")), Some(Difference::Scale(0.01)));
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Unit {
    /// Powers of base units, none of them 0.
    bases: BTreeMap<String, i32>,
    /// How many of the base unit it is; none where a number may have converted it.
    scale: Option<f64>,
    /// What a number without a base unit is, where that is known.
    number: Option<Number>,
}

/// How two units differ.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub enum Difference {
    /// They measure different things, and cannot be added or compared.
    Kind,
    /// They measure the same thing in other sizes: the first is so many of the second.
    Scale(f64),
}

impl Unit {
    /// That of a number without one.
    pub fn number() -> Self {
        Self { bases: BTreeMap::new(), scale: Some(1.0), number: None }
    }

    /// The unit of a product.
    #[must_use]
    pub fn times(&self, other: &Self) -> Self {
        self.with(other, 1)
    }

    /// The unit of a ratio.
    #[must_use]
    pub fn over(&self, other: &Self) -> Self {
        self.with(other, -1)
    }

    fn with(&self, other: &Self, power: i32) -> Self {
        let mut bases = self.bases.clone();
        for (base, exponent) in &other.bases {
            let sum = bases.entry(base.clone()).or_insert(0);
            *sum = sum.saturating_add(exponent.saturating_mul(power));
        }
        bases.retain(|_, exponent| *exponent != 0);
        let scales = self.scale.zip(other.scale);
        let scale = scales.map(|(a, b)| if power > 0 { a * b } else { a / b });
        Self { bases, scale: scale.filter(|scale| scale.is_finite() && *scale > 0.0), number: None }
    }

    /// The unit of a whole power.
    #[must_use]
    pub fn to_the(&self, power: i32) -> Self {
        let raised =
            |(base, exponent): (&String, &i32)| (base.clone(), exponent.saturating_mul(power));
        let bases = self.bases.iter().map(raised).filter(|(_, exponent)| *exponent != 0).collect();
        let mut scale = Some(1.0);
        for _ in 0..power.unsigned_abs().min(50) {
            scale = scale.zip(self.scale).map(|(product, scale)| product * scale);
        }
        let scale = if power < 0 { scale.map(|scale| 1.0 / scale) } else { scale };
        let scale = scale.filter(|scale| scale.is_finite() && *scale > 0.0 && power.abs() <= 50);
        Self { bases, scale, number: None }
    }

    /// The unit of a root of it, where it is one.
    pub(crate) fn root(&self, of: i32) -> Option<Self> {
        if self.bases.values().any(|exponent| exponent % of != 0) {
            return None;
        }
        let bases = self.bases.iter().map(|(base, exponent)| (base.clone(), exponent / of));
        Some(Self { bases: bases.collect(), scale: None, number: None })
    }

    /// The same after a number came to it that may convert its scale.
    #[must_use]
    pub fn converted(&self) -> Self {
        Self { scale: None, number: None, ..self.clone() }
    }

    /// The unit of a sum of both, which do not differ: what either leaves open stays open.
    #[must_use]
    pub fn joined(&self, other: &Self) -> Self {
        let scale = self.scale.filter(|_| other.scale.is_some());
        let number = self.number.filter(|number| Some(*number) == other.number);
        Self { scale, number, ..self.clone() }
    }

    /// Is it a number without a base unit?
    pub fn is_number(&self) -> bool {
        self.bases.is_empty()
    }

    /// How they differ, when they cannot be added or compared as they are.
    pub fn difference(&self, other: &Self) -> Option<Difference> {
        if self.bases != other.bases {
            return Some(Difference::Kind);
        }
        if let (Some(a), Some(b)) = (self.number, other.number)
            && a != b
        {
            return Some(Difference::Kind);
        }
        let ratio = self.scale? / other.scale?;
        ((ratio - 1.0).abs() > 1e-9).then_some(Difference::Scale(ratio))
    }
}

/// In base units: `100,000,000 cny per person`.
impl fmt::Display for Unit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let power = |base: &str, exponent: i32| match exponent {
            1 => base.to_owned(),
            exponent => format!("{base}^{exponent}"),
        };
        let above: Vec<String> =
            self.bases.iter().filter(|(_, e)| **e > 0).map(|(b, e)| power(b, *e)).collect();
        let below: Vec<String> =
            self.bases.iter().filter(|(_, e)| **e < 0).map(|(b, e)| power(b, -e)).collect();
        let mut parts = Vec::new();
        match self.scale {
            Some(scale) if (scale - 1.0).abs() > 1e-12 => {
                parts.push(size(scale));
            }
            _ => {}
        }
        match (above.is_empty(), below.is_empty()) {
            (true, true) => parts.push("number".to_owned()),
            (true, false) => parts.push("1".to_owned()),
            _ => parts.push(above.join(" ")),
        }
        if !below.is_empty() {
            parts.push(format!("per {}", below.join(" ")));
        }
        f.write_str(&parts.join(" "))
    }
}
