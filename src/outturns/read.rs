//! Tables of outturns.

use std::path::Path;

use indexmap::IndexMap;

use super::{Date, Outturn, Outturns, Precision};
use crate::error::{Error, MOST_PROBLEMS, Problem, near};
use crate::interrupt::look;
use crate::model::Note;
use crate::period::Period;
use crate::table::{Cell, Marks, Reading, Row, Table, When, dates_of, stands_for_missing};

/// The columns of a table; those after `vintage` may be left out.
const COLUMNS: [&str; 9] =
    ["indicator", "period", "value", "vintage", "basis", "sd", "relative_sd", "source", "note"];
/// The columns that every table has.
const NEEDED: usize = 4;

impl Outturns {
    /// Reads a file, see [`from_table`](Self::from_table).
    ///
    /// # Errors
    /// When the file cannot be read, or is no table of outturns.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        Self::from_table(&Table::read(path, &Reading::default())?, None)
    }

    /// Reads a table in CSV, see [`from_table`](Self::from_table).
    ///
    /// # Errors
    /// All rows that cannot be read, each with its line.
    pub fn from_csv(bytes: &[u8], file: &str) -> Result<Self, Error> {
        Self::from_table(&Table::from_bytes(bytes, file, &Reading::default())?, None)
    }

    /// Outturns of a table: the columns indicator, period, value, vintage and any of basis, sd or
    /// `relative_sd`, source and note, in any order; then a row for each value. Rows without a value are
    /// left out. Or a table of series, as [`Table::series`] reads any.
    ///
    /// A table without the column `vintage` is given one: the day on which all of it was known.
    ///
    /// # Errors
    /// All rows that cannot be read, each with its line; a table without vintages that is given none.
    ///
    /// ```
    /// use tinbergen::outturns::Outturns;
    /// use tinbergen::table::{Reading, Table};
    /// let wide = b"year;gdp;jobs\n2021;1120,5;61\n2022;1190,25;..\n";
    /// let table = Table::from_bytes(wide, "wide.csv", &Reading::default())?;
    /// assert!(Outturns::from_table(&table, None).is_err()); // known since when?
    /// let outturns = Outturns::from_table(&table, Some("2023-04-14".parse()?))?;
    /// assert_eq!((outturns.len(), outturns.rows()[0].value), (3, 1120.5));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_table(table: &Table, vintage: Option<Date>) -> Result<Self, Error> {
        let names: Vec<String> = table.names().iter().map(|name| name.to_lowercase()).collect();
        let has = |name: &str| names.iter().any(|known| known == name);
        let is_tidy = has("indicator") && (has("value") || has("period"));
        let (rows, mut notes) =
            if is_tidy { tidy(table, vintage)? } else { of_series(table, &names, vintage)? };
        if let Some(day) = vintage {
            let message =
                format!("{}: all values are of the vintage {day}, as was said", table.file());
            notes.push(Note::new("assumed", message));
        }
        Ok(Self { notes, ..Self::checked(rows, Some(table.file()))? })
    }
}

type Read = (Vec<Outturn>, Vec<Note>);
type Days = (Vec<Date>, Option<String>);

fn no_vintage(table: &Table) -> Problem {
    let message = "has no column \"vintage\": on which day was it published? Add the column, or give all \
                   of it one (vintage=\"2023-04-14\"; in the shell --vintage 2023-04-14)";
    table.problem("outturns", table.header(), message)
}

/// What is said where vintages are given twice.
fn two_vintages(table: &Table, day: Date) -> Problem {
    let message = format!(
        "has a column \"vintage\", and all of it was given the vintage {day}: leave out one of the two"
    );
    table.problem("outturns", table.header(), message)
}

/// The vintages of some rows, and what was assumed of their dates.
fn vintages(table: &Table, column: usize, rows: &[&Row]) -> Result<Days, Vec<Problem>> {
    let missing = Cell::Missing;
    let cells: Vec<&Cell> =
        rows.iter().map(|row| row.cells.get(column).unwrap_or(&missing)).collect();
    let told = |(at, message): (usize, String)| {
        let message = match cells[at] {
            Cell::Missing => "vintage: is empty".to_owned(),
            _ => format!("vintage: {message}"),
        };
        table.problem("outturns", rows[at], message)
    };
    dates_of(&cells).map_err(|wrong| wrong.into_iter().map(told).collect())
}

/// A table of series: of each value the vintage of its row, or the one that was given.
fn of_series(table: &Table, names: &[String], vintage: Option<Date>) -> Result<Read, Error> {
    let column = names.iter().position(|name| name == "vintage");
    let apart: Vec<usize> = column.into_iter().collect();
    let (days, assumed) = match (column, vintage) {
        (Some(_), Some(day)) => return Err(Error::model(vec![two_vintages(table, day)])),
        (Some(column), None) => {
            let rows: Vec<&Row> = table.rows().iter().collect();
            vintages(table, column, &rows).map_err(Error::first_of)?
        }
        (None, Some(day)) => (vec![day; table.rows().len()], None),
        (None, None) => return Err(Error::model(vec![no_vintage(table)])),
    };
    let series = table.series_apart(&apart)?;
    let mut rows = Vec::new();
    for (name, values) in series.series() {
        for found in values {
            let row = Outturn::new(name.as_str(), found.period, found.value, days[found.row]);
            rows.push(Outturn { line: found.line, ..row });
        }
    }
    let mut notes = series.notes().to_vec();
    notes.extend(assumed.map(|what| of_vintages(table, &what)));
    Ok((rows, notes))
}

fn of_vintages(table: &Table, assumed: &str) -> Note {
    Note::new("assumed", format!("{}: vintages: {assumed}", table.file()))
}

/// A table with a row for each value.
fn tidy(table: &Table, vintage: Option<Date>) -> Result<Read, Error> {
    let when = table.period_columns();
    let places = places(table, when.as_ref(), vintage).map_err(Error::first_of)?;
    let cells = |row: &'_ Row, column: &str| match places.get(column) {
        Some(at) => row.cells.get(*at).cloned().unwrap_or(Cell::Missing),
        None => Cell::Missing,
    };
    let mut problems = Vec::new();
    let width = table.header().cells.len();
    for row in table.rows() {
        if row.cells.iter().skip(width).any(|cell| !cell.is_missing()) {
            let message = format!(
                "has {} cells, the header {width}; put a text with commas in quotes",
                row.cells.len()
            );
            problems.push(table.problem("outturns", row, message));
        }
    }
    let rows: Vec<&Row> =
        table.rows().iter().filter(|row| !is_missing(&cells(row, "value"))).collect();
    if rows.is_empty() && !table.rows().is_empty() {
        problems.push(table.problem(
            "outturns",
            table.header(),
            "has no value: every one is missing",
        ));
    }
    let numbers = ["value", "sd", "relative_sd"];
    let all: Vec<Cell> =
        rows.iter().flat_map(|row| numbers.map(|column| cells(row, column))).collect();
    let texts = all.iter().enumerate().filter_map(|(at, cell)| match cell {
        Cell::Text(text) if !stands_for_missing(text) => Some((at % numbers.len(), &**text)),
        _ => None,
    });
    let marks = Marks::of(texts, table.decimal(), table.separator())
        .map_err(|message| Error::at("outturns", message).in_file(table.file()))?;
    let mut notes = table.notes_on_text(marks);
    let mut assumed = Vec::new();
    let (mut periods, mut days) = (Vec::new(), Vec::new());
    if !rows.is_empty() {
        let of_table: Vec<usize> = (0..table.rows().len())
            .filter(|at| !is_missing(&cells(&table.rows()[*at], "value")))
            .collect();
        if let Some(when) = &when {
            periods = table
                .periods(when, &of_table, false, &mut assumed, &mut problems)
                .unwrap_or_default();
        }
        match (places.get("vintage"), vintage) {
            (Some(_), Some(day)) => problems.push(two_vintages(table, day)),
            (Some(column), None) => match vintages(table, *column, &rows) {
                Ok((found, assumed)) => {
                    days = found;
                    notes.extend(assumed.map(|what| of_vintages(table, &what)));
                }
                Err(wrong) => problems.extend(wrong),
            },
            (None, day) => days.extend(day.into_iter().cycle().take(rows.len())),
        }
    }
    notes.extend(
        assumed.into_iter().map(|what| Note::new("assumed", format!("{}: {what}", table.file()))),
    );
    let mut found = Vec::with_capacity(rows.len());
    for (at, row) in rows.iter().enumerate() {
        look();
        if problems.len() > MOST_PROBLEMS {
            break; // more than anyone reads
        }
        let indicator = cells(row, "indicator").as_written();
        let when = (periods.get(at).copied(), days.get(at).copied());
        match outturn(&indicator, when, marks, |column| cells(row, column)) {
            Ok(outturn) => found.extend(outturn.map(|o| Outturn { line: row.line, ..o })),
            Err(message) => {
                problems.push(table.problem(&format!("outturns.{indicator}"), row, message));
            }
        }
    }
    if problems.is_empty() { Ok((found, notes)) } else { Err(Error::first_by_line(problems)) }
}

fn is_missing(cell: &Cell) -> bool {
    match cell {
        Cell::Missing => true,
        Cell::Text(text) => stands_for_missing(text),
        _ => false,
    }
}

/// The outturn of a row; none where its period or vintage was told of already.
fn outturn(
    indicator: &str,
    (period, vintage): (Option<Period>, Option<Date>),
    marks: Marks,
    cell: impl Fn(&str) -> Cell,
) -> Result<Option<Outturn>, String> {
    if indicator.is_empty() {
        return Err("indicator: is empty".to_owned());
    }
    let number =
        |column: &str| marks.number(&cell(column)).map_err(|why| format!("{column}: {why}"));
    let precision = match (number("sd")?, number("relative_sd")?) {
        (None, None) => Precision::Exact,
        (Some(sd), None) => Precision::Sd(sd),
        (None, Some(sd)) => Precision::RelativeSd(sd),
        (Some(_), Some(_)) => {
            return Err("has an sd and a relative_sd; leave one of them out".to_owned());
        }
    };
    let (Some(value), Some(period), Some(vintage)) = (number("value")?, period, vintage) else {
        return Ok(None);
    };
    let text = |column| Some(cell(column).as_written()).filter(|text: &String| !text.is_empty());
    let (basis, source) = (text("basis"), text("source"));
    let row = Outturn::new(indicator, period, value, vintage).with_precision(precision);
    Ok(Some(Outturn { basis, source, ..row }))
}

/// The place of each column that there is.
fn places(
    table: &Table,
    when: Option<&When>,
    vintage: Option<Date>,
) -> Result<IndexMap<&'static str, usize>, Vec<Problem>> {
    let mut places = IndexMap::new();
    let mut problems = Vec::new();
    let of_periods = when.map(When::columns).unwrap_or_default();
    let wrong = |message: String| table.problem("outturns", table.header(), message);
    for (index, name) in table.names().iter().enumerate() {
        if let Some(column) = COLUMNS.iter().find(|column| **column == name.to_lowercase()) {
            if places.insert(*column, index).is_some() {
                problems.push(wrong(format!("has two columns \"{name}\"")));
            }
            continue;
        }
        if of_periods.contains(&index) {
            continue;
        }
        if problems.len() > MOST_PROBLEMS {
            break; // more than anyone reads
        }
        problems.push(wrong(format!(
            "unknown column \"{name}\"{}; expected {} and any of {}",
            near(name, COLUMNS),
            COLUMNS[..NEEDED].join(", "),
            COLUMNS[NEEDED..].join(", ")
        )));
    }
    for column in COLUMNS[..NEEDED].iter().filter(|column| !places.contains_key(*column)) {
        match *column {
            "period" if when.is_some() => {}
            "vintage" if vintage.is_some() => {}
            "vintage" => problems.push(no_vintage(table)),
            _ => problems.push(wrong(format!("has no column \"{column}\""))),
        }
    }
    if problems.is_empty() { Ok(places) } else { Err(problems) }
}
