//! Reading a table of outturns.

use std::path::Path;

use indexmap::IndexMap;
use unicode_normalization::UnicodeNormalization;

use super::{Date, Outturn, Outturns, Precision};
use crate::error::{Error, Problem, near};
use crate::period::Period;

/// The columns of a table; those after `vintage` may be left out.
const COLUMNS: [&str; 9] =
    ["indicator", "period", "value", "vintage", "basis", "sd", "relative_sd", "source", "note"];
/// The columns that every table has.
const NEEDED: usize = 4;

/// A table has at most so many bytes.
const LARGEST: u64 = 100 * 1024 * 1024;

impl Outturns {
    /// Reads a table in CSV from a file, see [`from_csv`](Self::from_csv).
    ///
    /// # Errors
    /// When the file cannot be read, or is no table of outturns.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let failed = |error: std::io::Error| Error::at("", error.to_string()).in_file(&name);
        let size = std::fs::metadata(path).map_err(failed)?.len();
        if size > LARGEST {
            let message =
                format!("is {size} bytes large; a table of outturns has at most {LARGEST}");
            return Err(Error::at("", message).in_file(&name));
        }
        Self::from_csv(&std::fs::read(path).map_err(failed)?, &name)
    }

    /// Reads a table in CSV: a header with the columns indicator, period, value, vintage and any of
    /// basis, sd or `relative_sd`, source and note, in any order; then a row for each value. Rows
    /// with an empty value are left out.
    ///
    /// # Errors
    /// All rows that cannot be read, each with its line.
    pub fn from_csv(bytes: &[u8], file: &str) -> Result<Self, Error> {
        let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
        let mut reader =
            csv::ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(bytes);
        let whole = |message: String| Error::model(vec![Problem::new("", message).in_file(file)]);
        let header = reader.headers().map_err(|error| whole(error.to_string()))?.clone();
        let places = places(&header).map_err(|problems| {
            let located = |p: Problem| p.at_line(Some(1)).in_file(file);
            Error::model(problems.into_iter().map(located).collect())
        })?;
        let (mut rows, mut problems) = (Vec::new(), Vec::new());
        for record in reader.records() {
            let record = match record {
                Ok(record) => record,
                Err(error) => {
                    let line = error.position().map(|position| position.line() as usize);
                    problems.push(Problem::new("", error.to_string()).at_line(line).in_file(file));
                    continue;
                }
            };
            let line = record.position().map(|position| position.line() as usize);
            let cells = Cells { places: &places, record: &record };
            match cells.row(header.len()) {
                Ok(row) => rows.extend(row.map(|row| Outturn { line, ..row })),
                Err(message) => {
                    let address =
                        format!("outturns.{}", cells.get("indicator").unwrap_or_default());
                    problems.push(Problem::new(address, message).at_line(line).in_file(file));
                }
            }
        }
        if !problems.is_empty() {
            return Err(Error::model(problems));
        }
        Self::checked(rows, Some(file))
    }
}

/// The place of each column that there is.
fn places(header: &csv::StringRecord) -> Result<IndexMap<&'static str, usize>, Vec<Problem>> {
    let mut places = IndexMap::new();
    let mut problems = Vec::new();
    for (place, name) in header.iter().enumerate() {
        if let Some(column) = COLUMNS.iter().find(|column| **column == name.to_lowercase()) {
            if places.insert(*column, place).is_some() {
                problems.push(Problem::new("outturns", format!("has two columns \"{name}\"")));
            }
            continue;
        }
        let message = format!(
            "unknown column \"{name}\"{}; expected {} and any of {}",
            near(name, COLUMNS),
            COLUMNS[..NEEDED].join(", "),
            COLUMNS[NEEDED..].join(", ")
        );
        problems.push(Problem::new("outturns", message));
    }
    for column in COLUMNS[..NEEDED].iter().filter(|column| !places.contains_key(*column)) {
        problems.push(Problem::new("outturns", format!("has no column \"{column}\"")));
    }
    if problems.is_empty() { Ok(places) } else { Err(problems) }
}

/// The cells of a row.
struct Cells<'a> {
    places: &'a IndexMap<&'static str, usize>,
    record: &'a csv::StringRecord,
}

impl<'a> Cells<'a> {
    /// A cell that is not empty.
    fn get(&self, column: &str) -> Option<&'a str> {
        let cell = self.record.get(*self.places.get(column)?)?;
        (!cell.is_empty()).then_some(cell)
    }

    fn need(&self, column: &str) -> Result<&'a str, String> {
        self.get(column).ok_or_else(|| format!("{column}: is empty"))
    }

    fn number(&self, column: &str) -> Result<Option<f64>, String> {
        let read = |cell: &str| {
            cell.parse::<f64>().map_err(|_| format!("{column}: \"{cell}\" is not a number"))
        };
        self.get(column).map(read).transpose()
    }

    /// The outturn; none when the row has no value.
    fn row(&self, width: usize) -> Result<Option<Outturn>, String> {
        if self.record.len() > width {
            let message = format!(
                "has {} cells, the header {width}; put a text with commas in quotes",
                self.record.len()
            );
            return Err(message);
        }
        let indicator: String = self.need("indicator")?.nfc().collect();
        let period: Period = self.need("period")?.parse().map_err(|e| format!("period: {e}"))?;
        let vintage: Date = self.need("vintage")?.parse().map_err(|e| format!("vintage: {e}"))?;
        let precision = match (self.number("sd")?, self.number("relative_sd")?) {
            (None, None) => Precision::Exact,
            (Some(sd), None) => Precision::Sd(sd),
            (None, Some(sd)) => Precision::RelativeSd(sd),
            (Some(_), Some(_)) => {
                return Err("has an sd and a relative_sd; leave one of them out".to_owned());
            }
        };
        let Some(value) = self.number("value")? else { return Ok(None) };
        let text = |column| self.get(column).map(str::to_owned);
        let (basis, source) = (text("basis"), text("source"));
        Ok(Some(Outturn {
            indicator,
            period,
            value,
            vintage,
            basis,
            precision,
            source,
            line: None,
        }))
    }
}
