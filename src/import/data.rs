//! Tables of data: one row for each period, one column for each series.

use indexmap::IndexMap;

use super::assemble::first;
use crate::error::{Error, Problem};
use crate::model::Quantity;
use crate::period::{Frequency, Period};

/// Rows that room is made for before they are read.
const LONGEST: usize = 2_000;

/// Series by name, in lower case as the names of imported models are.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Data {
    series: IndexMap<String, IndexMap<Period, f64>>,
}

impl Data {
    /// Reads a table in CSV: a header of names, then rows that begin with their period
    /// (`2040Q1`, `2040-Q1`, `2040`, `2040-01`). Empty cells and `NA` are missing.
    ///
    /// # Errors
    /// All lines that cannot be read.
    ///
    /// ```
    /// use tinbergen::import::Data;
    /// let data = Data::from_csv(b"obs,GDP\n2020Q1,100\n2020Q2,NA\n", "data.csv")?;
    /// assert_eq!(data.value("gdp", "2020-Q1".parse()?), Some(100.0));
    /// assert_eq!(data.value("gdp", "2020-Q2".parse()?), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_csv(bytes: &[u8], file: &str) -> Result<Self, Error> {
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(bytes);
        let mut problems = Vec::new();
        let wrong =
            |line: Option<usize>, message: String| Problem::new(file, message).at_line(line);
        let header =
            reader.headers().map_err(|e| Error::model(vec![wrong(None, e.to_string())]))?;
        let names: Vec<String> = header.iter().skip(1).map(str::to_lowercase).collect();
        let rows = bytes.iter().filter(|byte| **byte == b'\n').count();
        let rows = rows.min(bytes.len() / names.len().max(1)).min(LONGEST);
        let empty = || IndexMap::with_capacity(rows);
        let mut columns: Vec<IndexMap<Period, f64>> = names.iter().map(|_| empty()).collect();
        let mut frequency: Option<Frequency> = None;
        for record in reader.records() {
            if problems.len() > 100 {
                break; // more than anyone reads
            }
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    problems.push(wrong(None, error.to_string()));
                    continue;
                }
            };
            let line = record.position().map(|position| position.line() as usize);
            let period = match period(record.get(0).unwrap_or_default()) {
                Ok(period)
                    if *frequency.get_or_insert(period.frequency()) == period.frequency() =>
                {
                    period
                }
                Ok(period) => {
                    problems.push(wrong(line, format!("{period} is of another frequency")));
                    continue;
                }
                Err(message) => {
                    problems.push(wrong(line, message));
                    continue;
                }
            };
            for ((cell, column), name) in record.iter().skip(1).zip(&mut columns).zip(&names) {
                match number(cell) {
                    Ok(Some(value)) => {
                        column.insert(period, value);
                    }
                    Ok(None) => {}
                    Err(()) => {
                        problems.push(wrong(line, format!("{name}: \"{cell}\" is not a number")));
                    }
                }
            }
        }
        if problems.is_empty() {
            Ok(Self { series: names.into_iter().zip(columns).collect() })
        } else {
            Err(Error::model(first(problems)))
        }
    }

    /// With one more series, or another in its place.
    #[must_use]
    pub fn with(mut self, name: &str, values: impl IntoIterator<Item = (Period, f64)>) -> Self {
        self.series.insert(name.to_lowercase(), values.into_iter().collect());
        self
    }

    /// The same with the name as it is written.
    pub(super) fn with_named(
        mut self,
        name: &str,
        values: impl IntoIterator<Item = (Period, f64)>,
    ) -> Self {
        self.series.insert(name.to_owned(), values.into_iter().collect());
        self
    }

    /// The values of a series.
    pub fn series(&self, name: &str) -> Option<&IndexMap<Period, f64>> {
        self.series.get(name)
    }

    /// The values of a series as a history; empty when there is no such series.
    pub(super) fn history(&self, name: &str) -> IndexMap<Period, Quantity> {
        let Some(known) = self.series(name) else { return IndexMap::new() };
        let mut history = IndexMap::with_capacity(known.len());
        history.extend(known.iter().map(|(period, value)| (*period, Quantity::from(*value))));
        history
    }

    /// The names of all series.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.series.keys().map(String::as_str)
    }

    /// The value of a series in a period.
    pub fn value(&self, name: &str, period: Period) -> Option<f64> {
        self.series.get(name)?.get(&period).copied()
    }
}

/// `2040Q1` is how many tables write a quarter.
pub(super) fn period(text: &str) -> Result<Period, String> {
    let spaced = match text.split_once(['Q', 'q']) {
        Some((year, quarter)) if !year.ends_with('-') => format!("{year}-Q{quarter}"),
        _ => text.to_owned(),
    };
    spaced.parse().map_err(|error| format!("{error}"))
}

fn number(cell: &str) -> Result<Option<f64>, ()> {
    if cell.is_empty() || ["na", "nan", "."].iter().any(|word| cell.eq_ignore_ascii_case(word)) {
        return Ok(None);
    }
    let value: f64 = cell.parse().map_err(|_| ())?;
    if value.is_finite() { Ok(Some(value)) } else { Err(()) }
}
