//! From files to cells.

use std::path::Path;

use super::{Table, delimited, encoding};
use crate::error::{Error, Problem};
use crate::system;

/// A table has at most so many bytes.
pub const LARGEST: u64 = 100 * 1024 * 1024;

/// How a file is to be read where it can be read in several ways; nothing unless said.
///
/// ```
/// use tinbergen::table::{Reading, Table};
/// let ambiguous = b"year;x\n2020;1.250\n2021;1.300\n";
/// assert!(Table::from_bytes(ambiguous, "x.csv", &Reading::default())?.series().is_err());
/// let reading = Reading::default().with_decimal('.');
/// let series = Table::from_bytes(ambiguous, "x.csv", &reading)?.series()?;
/// assert_eq!(series.series()["x"][0].value, 1.25);
/// # Ok::<(), tinbergen::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Reading {
    /// What stands between cells.
    pub separator: Option<char>,
    /// The decimal sign, `.` or `,`.
    pub decimal: Option<char>,
    /// The encoding, by a name of the web: `gb18030`, `windows-1252`, `utf-16le`.
    pub encoding: Option<String>,
    /// The sheet of a workbook.
    pub sheet: Option<String>,
}

impl Reading {
    /// With this between cells.
    #[must_use]
    pub fn with_separator(mut self, separator: char) -> Self {
        self.separator = Some(separator);
        self
    }

    /// With this decimal sign.
    #[must_use]
    pub fn with_decimal(mut self, decimal: char) -> Self {
        self.decimal = Some(decimal);
        self
    }

    /// In this encoding.
    #[must_use]
    pub fn with_encoding(mut self, encoding: impl Into<String>) -> Self {
        self.encoding = Some(encoding.into());
        self
    }

    /// Of this sheet.
    #[must_use]
    pub fn with_sheet(mut self, sheet: impl Into<String>) -> Self {
        self.sheet = Some(sheet.into());
        self
    }

    pub(super) fn checked(&self) -> Result<(), Error> {
        let mut problems = Vec::new();
        if let Some(sign) = self.decimal.filter(|sign| !matches!(sign, '.' | ',')) {
            let message = format!("expected \".\" or \",\", found \"{sign}\"");
            problems.push(Problem::new("decimal", message));
        }
        if let Some(sign) = self.separator.filter(|c| !c.is_ascii() || matches!(c, '"' | '\n')) {
            let message =
                format!("expected one ASCII character that is no quote, found \"{sign}\"");
            problems.push(Problem::new("separator", message));
        }
        if problems.is_empty() { Ok(()) } else { Err(Error::model(problems)) }
    }
}

impl Table {
    /// Reads a file: text with any separator and encoding; a workbook of Excel or OpenDocument with
    /// the feature `spreadsheets`.
    ///
    /// # Errors
    /// A file that cannot be read, or is no table.
    pub fn read(path: impl AsRef<Path>, reading: &Reading) -> Result<Self, Error> {
        let path = path.as_ref();
        let name = path.display().to_string();
        let failed = |error: std::io::Error| Error::at("", error.to_string()).in_file(&name);
        match system::read_file(path, LARGEST).map_err(failed)? {
            Ok(bytes) => Self::from_bytes(&bytes, &name, reading),
            Err(size) => Err(too_large(size).in_file(&name)),
        }
    }

    /// As [`read`](Self::read), from the content of a file.
    ///
    /// # Errors
    /// Content that is no table, or of which it cannot be told how it is written.
    pub fn from_bytes(bytes: &[u8], file: &str, reading: &Reading) -> Result<Self, Error> {
        reading.checked()?;
        if bytes.len() as u64 > LARGEST {
            return Err(too_large(bytes.len() as u64).in_file(file));
        }
        let wrong = |message: String| Error::at("", message).in_file(file);
        if is_workbook(bytes) {
            let said = [
                ("separator", reading.separator.is_some()),
                ("encoding", reading.encoding.is_some()),
            ];
            if let Some((what, _)) = said.into_iter().find(|(_, is_said)| *is_said) {
                return Err(wrong(format!(
                    "is a workbook, and {what} says how a text is read: leave it out"
                )));
            }
            return Self::of_workbook(bytes, file, reading);
        }
        if reading.sheet.is_some() {
            return Err(wrong("is a text, and has no sheets: leave sheet out".to_owned()));
        }
        if bytes.starts_with(b"%PDF")
            || bytes.starts_with(b"\x1f\x8b")
            || bytes.starts_with(b"PAR1")
        {
            let message = "is no text and no workbook; save it as CSV (UTF-8), xlsx or ods";
            return Err(wrong(message.to_owned()));
        }
        let text = encoding::decode(bytes, reading.encoding.as_deref()).map_err(wrong)?;
        if let Some(what) = no_table(&text.text) {
            return Err(wrong(format!(
                "is {what} and no table: open it with what it is for, and save it as CSV or xlsx"
            )));
        }
        let read = delimited::read(&text.text, reading.separator)
            .map_err(|problems| in_file(problems, file))?;
        let mut taken = Vec::new();
        if read.separator != ',' && reading.separator.is_none() {
            taken.push(format!("{} between cells", delimited::word(read.separator)));
        }
        if let Some(name) = text.assumed {
            taken.push(format!("the encoding {name}"));
        }
        let mut table = Self::of_rows(file, read.rows)?;
        (table.separator, table.decimal) = (Some(read.separator), reading.decimal);
        table.taken.splice(0..0, taken);
        Ok(table)
    }

    /// The same with its decimal sign said, for numbers that are text.
    ///
    /// # Errors
    /// A sign that is none.
    pub fn with_decimal(mut self, decimal: char) -> Result<Self, Error> {
        Reading::default().with_decimal(decimal).checked()?;
        self.decimal = Some(decimal);
        Ok(self)
    }

    #[cfg(feature = "spreadsheets")]
    fn of_workbook(bytes: &[u8], file: &str, reading: &Reading) -> Result<Self, Error> {
        let read = super::spreadsheet::read(bytes, reading.sheet.as_deref())
            .map_err(|problems| in_file(problems, file))?;
        let mut table = Self::of_rows(file, read.rows)?;
        table.decimal = reading.decimal;
        table.taken.extend(read.of_several.clone());
        table.of_several = read.of_several;
        Ok(table)
    }

    #[cfg(not(feature = "spreadsheets"))]
    fn of_workbook(_: &[u8], file: &str, _: &Reading) -> Result<Self, Error> {
        let message =
            "is a workbook, and this build reads none (feature \"spreadsheets\"); save it as CSV";
        Err(Error::at("", message).in_file(file))
    }
}

fn in_file(problems: Vec<Problem>, file: &str) -> Error {
    Error::first_of(problems.into_iter().map(|problem| problem.in_file(file)).collect())
}

fn too_large(size: u64) -> Error {
    Error::at("", format!("is {size} bytes large; a table has at most {LARGEST}"))
}

/// What some programs save under the name of a table.
fn no_table(text: &str) -> Option<&'static str> {
    let begin = text.trim_start();
    if begin.starts_with('<') {
        Some("HTML or XML")
    } else if begin.starts_with('{') || begin.starts_with("[{") {
        Some("JSON")
    } else {
        None
    }
}

/// An archive, as xlsx, xlsb and ods are, or the older format of Excel.
fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PK\x03\x04") || bytes.starts_with(b"\xd0\xcf\x11\xe0")
}
