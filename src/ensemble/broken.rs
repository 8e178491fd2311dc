//! Paths that broke.

use std::fmt;

use crate::period::Period;

/// Paths of a scenario that are remembered as broken at most.
pub(crate) const REMEMBERED: usize = 100;

/// A path in which a value was not a finite number: what broke first in it, where, and with what.
#[derive(Debug, Clone, PartialEq)]
pub struct Broken {
    /// The path, counted from 0.
    pub path: u64,
    /// The first period in which it broke.
    pub period: Period,
    /// The indicator whose equation broke first, in the order of computation.
    pub indicator: String,
    /// Its equation.
    pub equation: String,
    /// The same with numbers in the place of names, as far as they are known.
    pub numbers: String,
    /// What happened.
    pub reason: String,
    /// What the equation uses, as written (`gdp[-1]`), and the values; within a simultaneous block
    /// for which no solution was found those at the last values that were known.
    pub values: Vec<(String, f64)>,
}

impl Broken {
    /// The values in words: `gdp[-1] = 3, rate = -1`.
    ///
    /// ```
    /// use tinbergen::{Model, Sampling, model::{Distribution, Indicator}};
    /// let mut model = Model::new("m", "2021..2021".parse()?)
    ///     .with_indicator("x", Indicator::from_equation("x ~ 0"))
    ///     .with_indicator("y", Indicator::from_equation("y = log(x)"))
    ///     .with_shock("x", Distribution::normal(0.0, 1.0));
    /// model.failed_paths = 1.0;
    /// let runs = model.compile()?.simulate(&Sampling::new(100, 1))?;
    /// let broken = &runs.get("baseline")?.broken()[0];
    /// assert_eq!(broken.indicator, "y");
    /// assert!(broken.values_text().contains("x = -"));
    /// assert!(broken.numbers.starts_with("y = log(-"));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn values_text(&self) -> String {
        let shown = self.values.iter().map(|(name, value)| format!("{name} = {value}"));
        shown.collect::<Vec<_>>().join(", ")
    }
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { path, period, indicator, equation, numbers, reason, .. } = self;
        write!(f, "path {path}, period {period}: {indicator} {reason} ({equation})")?;
        if !numbers.is_empty() {
            write!(f, ", that is {numbers}")?;
        }
        if self.values.is_empty() { Ok(()) } else { write!(f, ", with {}", self.values_text()) }
    }
}
