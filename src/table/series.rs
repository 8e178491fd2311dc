//! Series of a table: what stands where, checked for what comes twice and what changes its unit.

use indexmap::IndexMap;

use super::found::{Found, Values};
use super::layout::Layout;
use super::numbers::stands_for_missing;
use super::{Cell, Marks, Table};
use crate::error::{Error, MOST_PROBLEMS, Problem};
use crate::interrupt::look;
use crate::model::Note;
use crate::period::{Frequency, Period};

/// A value of a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Observation {
    /// Its period.
    pub period: Period,
    /// What it is.
    pub value: f64,
    /// Its row below the header, counted from 0.
    pub row: usize,
    /// The line of the file it stands on.
    pub line: Option<usize>,
}

/// Series by name, as a table has them, each in the order of its periods.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Series {
    series: IndexMap<String, Vec<Observation>>,
    notes: Vec<Note>,
}

impl Series {
    /// The values of every series.
    pub fn series(&self) -> &IndexMap<String, Vec<Observation>> {
        &self.series
    }

    /// What had to be assumed, and what looks odd.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The frequency; none where there is no value.
    pub fn frequency(&self) -> Option<Frequency> {
        self.series.values().flatten().next().map(|found| found.period.frequency())
    }
}

impl Table {
    /// The series, however they are laid out: a column for each, a column for each period, or a row for
    /// each value.
    ///
    /// # Errors
    /// All that cannot be read, each with its line: what is no period or no number, what comes twice,
    /// fiscal calendars, signs and dates that may be read in two ways, a table without values.
    pub fn series(&self) -> Result<Series, Error> {
        self.series_apart(&[])
    }

    /// The series of a table of which some columns are something else.
    pub(crate) fn series_apart(&self, apart: &[usize]) -> Result<Series, Error> {
        self.laid_out(apart).map_err(|error| match &self.of_several {
            Some(which) if error.is_model() => {
                let mut problems = error.problems().to_vec();
                let message = format!("this is {which}");
                problems.push(Problem::new("", message).in_file(self.file()));
                Error::model(problems)
            }
            _ => error,
        })
    }

    fn laid_out(&self, apart: &[usize]) -> Result<Series, Error> {
        let whole = |message: String| Error::at("", message).in_file(self.file());
        if self.rows().is_empty() {
            return Err(whole("has a header and no rows below it".to_owned()));
        }
        let layout = self.layout(apart).map_err(whole)?;
        let mut problems = self.misshapen(&layout);
        let mut assumed: Vec<String> = Vec::new();
        let mut left_out: Vec<Note> = Vec::new();
        let Values { names, found, span } = match &layout {
            Layout::Rows { when, series } => {
                self.of_rows_by_period(when, series, &mut assumed, &mut left_out, &mut problems)
            }
            Layout::Long { when, name, value } => {
                assumed.push(format!(
                    "is read as a table with a row for each value, its series named by \"{}\"",
                    self.names()[*name]
                ));
                self.of_values(when, *name, *value, &mut assumed, &mut left_out, &mut problems)
            }
            Layout::Columns { name, periods } => {
                assumed.push(format!(
                    "is read as a table with a column for each period, its series named by \"{}\"",
                    self.names()[*name]
                ));
                self.of_columns_by_period(*name, periods, &mut assumed, &mut problems)
            }
        };
        if !problems.is_empty() {
            return Err(Error::first_by_line(problems));
        }
        let cell = |found: &Found| self.cell(found.row, found.column);
        let texts = found.iter().filter_map(|found| match cell(found) {
            Cell::Text(text) if !stands_for_missing(text) => Some((found.column, &**text)),
            _ => None,
        });
        let marks = Marks::of(texts, self.decimal, self.separator).map_err(whole)?;
        let mut series: IndexMap<String, Vec<Observation>> =
            names.iter().map(|name| (name.clone(), Vec::new())).collect();
        for found in &found {
            look();
            let row = &self.rows()[found.row];
            let Some((name, values)) = series.get_index_mut(found.series) else { continue };
            match marks.number(cell(found)) {
                Ok(None) => {}
                Ok(Some(value)) => {
                    let (period, line) = (found.period, row.line);
                    values.push(Observation { period, value, row: found.row, line });
                }
                Err(message) => {
                    let address = format!("{name}.{}", found.period);
                    problems.push(self.problem(&address, row, message));
                    if problems.len() > MOST_PROBLEMS {
                        break; // more than anyone reads
                    }
                }
            }
        }
        if !problems.is_empty() {
            return Err(Error::first_by_line(problems));
        }
        if series.values().all(Vec::is_empty) {
            return Err(whole("has no value: every cell is missing".to_owned()));
        }
        for values in series.values_mut() {
            values.sort_by_key(|found| found.period.ordinal());
        }
        let mut notes = self.notes_on_text(marks);
        let mut said: Vec<String> = Vec::new();
        for what in assumed {
            if !said.contains(&what) {
                notes.push(Note::new("assumed", format!("{}: {what}", self.file())));
                said.push(what);
            }
        }
        notes.extend(left_out);
        notes.extend(span.and_then(|all| self.ragged(&series, all)));
        notes.extend(series.iter().filter_map(|(name, values)| self.jump(name, values)));
        Ok(Series { series, notes })
    }
}
