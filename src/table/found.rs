//! Where the values of a table are: every cell of a series with its name and period.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use super::layout::{Layout, When, of_header};
use super::periods::{Wrong, mixed};
use super::{Cell, Table, dates, periods_of};
use crate::error::{MOST_PROBLEMS, Problem};
use crate::interrupt::look;
use crate::model::Note;
use crate::period::{Frequency, Period, Span};

/// A cell that says something of a series, with its place in the table.
pub(super) struct Found {
    /// Its place among the names.
    pub(super) series: usize,
    pub(super) period: Period,
    pub(super) row: usize,
    pub(super) column: usize,
}

/// What a table says of its series.
#[derive(Default)]
pub(super) struct Values {
    /// Series by their names, also those without a value.
    pub(super) names: Vec<String>,
    pub(super) found: Vec<Found>,
    /// From the first period of the table to the last.
    pub(super) span: Option<Span>,
}

impl Values {
    fn of(periods: &[Period]) -> Self {
        Self { span: Span::around(periods.iter().copied()), ..Self::default() }
    }

    fn name(&mut self, name: String) -> usize {
        self.names.push(name);
        self.names.len() - 1
    }
}

impl Table {
    pub(super) fn cell(&self, row: usize, column: usize) -> &Cell {
        self.rows()[row].cells.get(column).unwrap_or(&Cell::Missing)
    }

    /// Columns that have values and no name, columns of one name, rows of other lengths.
    pub(super) fn misshapen(&self, layout: &Layout) -> Vec<Problem> {
        let (mut problems, header) = (Vec::new(), self.header());
        let width = header.cells.len();
        let mut seen: HashMap<String, usize> = HashMap::new();
        let named: Vec<usize> = match layout {
            Layout::Rows { series, .. } => series.clone(),
            _ => Vec::new(),
        };
        for at in named {
            let name = header.cells[at].as_written();
            let has_values = || (0..self.rows().len()).any(|row| !self.cell(row, at).is_missing());
            if name.is_empty() {
                if has_values() {
                    let message = format!("column {} has values and no name", at + 1);
                    problems.push(self.problem("", header, message));
                }
                continue;
            }
            match seen.entry(name.to_lowercase()) {
                Entry::Occupied(before) => {
                    let message = format!(
                        "columns {} and {} are both called \"{name}\" (names do not differ by case): leave \
                         one out or rename it",
                        before.get() + 1,
                        at + 1
                    );
                    problems.push(self.problem(&name, header, message));
                }
                Entry::Vacant(place) => drop(place.insert(at)),
            }
        }
        for row in self.rows() {
            if problems.len() > MOST_PROBLEMS {
                break; // more than anyone reads
            }
            let beyond = row.cells.iter().skip(width).any(|cell| !cell.is_missing());
            let short = row.cells.len() < width && self.separator.is_some() && row.cells.len() > 1;
            if beyond || short {
                let remedy = if self.separator.is_some() {
                    "put text and numbers with the separator in them in quotes"
                } else {
                    "name every column in one row, also where cells are merged or the header has several rows"
                };
                let message =
                    format!("has {} cells, the header {width}; {remedy}", row.cells.len());
                problems.push(self.problem("", row, message));
            }
        }
        problems
    }

    /// The periods of some rows; those of series are of one frequency.
    pub(crate) fn periods(
        &self,
        when: &When,
        rows: &[usize],
        is_series: bool,
        assumed: &mut Vec<String>,
        problems: &mut Vec<Problem>,
    ) -> Option<Vec<Period>> {
        let said = problems.len();
        let mut tell = |(at, message): Wrong| {
            if problems.len() <= MOST_PROBLEMS {
                problems.push(self.problem("", &self.rows()[rows[at]], message));
            }
        };
        let periods = match *when {
            When::Column(column) => {
                let cells: Vec<&Cell> = rows.iter().map(|&row| self.cell(row, column)).collect();
                if let Some(at) = cells.iter().position(|cell| cell.is_missing()) {
                    let name = &self.names()[column];
                    tell((at, format!("has values and no period in \"{name}\"")));
                    return None;
                }
                if cells.is_empty() {
                    return Some(Vec::new());
                }
                match periods_of(&cells) {
                    Ok(found) => {
                        assumed.extend(found.assumed);
                        if is_series {
                            mixed(&found.periods).into_iter().for_each(&mut tell);
                        }
                        found.periods
                    }
                    Err(wrong) => {
                        wrong.into_iter().for_each(tell);
                        return None;
                    }
                }
            }
            When::Parts { year, part, frequency } => {
                let mut periods = Vec::with_capacity(rows.len());
                for (at, &row) in rows.iter().enumerate() {
                    let (year, part) = (self.cell(row, year), self.cell(row, part));
                    let of_year = match dates::of_cell(year) {
                        Some(dates::Stamp::Period(p)) if p.frequency() == Frequency::Annual => {
                            Some(p.calendar_year())
                        }
                        _ => None,
                    };
                    let (written, other) = (year.as_written(), part.as_written());
                    match (of_year, dates::part(part, frequency)) {
                        (Some(year), Some(part)) => {
                            periods.extend(Period::of_year(year, part, frequency));
                        }
                        (None, _) => {
                            tell((at, format!("\"{written}\" is not a year, such as 2025")));
                        }
                        (_, None) => {
                            let what =
                                if frequency == Frequency::Monthly { "month" } else { "quarter" };
                            let last = frequency.per_year();
                            tell((at, format!("\"{other}\" is not a {what}; write 1 to {last}")));
                        }
                    }
                }
                periods
            }
        };
        (problems.len() == said).then_some(periods)
    }

    pub(super) fn of_rows_by_period(
        &self,
        when: &When,
        series: &[usize],
        assumed: &mut Vec<String>,
        left_out: &mut Vec<Note>,
        problems: &mut Vec<Problem>,
    ) -> Values {
        let names = self.names();
        let mut kept = Vec::new();
        for &column in series.iter().filter(|&&column| !names[column].is_empty()) {
            match self.one_text(column) {
                Some(text) => {
                    let message = format!(
                        "{}: column \"{}\" says \"{text}\" in every row and is left out",
                        self.file(),
                        names[column]
                    );
                    left_out.push(Note::new("unmapped", message));
                }
                None => kept.push(column),
            }
        }
        if kept.is_empty() && !left_out.is_empty() {
            // Words where numbers are expected: each is said.
            left_out.clear();
            kept.extend(series.iter().filter(|&&column| !names[column].is_empty()));
        }
        if kept.is_empty() {
            let message = "has no series: expected a column of periods and others with values";
            problems.push(self.problem("", self.header(), message));
            return Values::default();
        }
        let rows = self.dated(when, &kept);
        self.tell_undated(&rows, left_out);
        let Some(periods) = self.periods(when, &rows, true, assumed, problems) else {
            return Values::default();
        };
        let mut seen: HashMap<Period, usize> = HashMap::new();
        for (&row, period) in rows.iter().zip(&periods) {
            match seen.entry(*period) {
                Entry::Occupied(before) if problems.len() <= MOST_PROBLEMS => {
                    let mut message = self.twice(&format!("{period}"), *before.get(), row);
                    if period.frequency() == Frequency::Annual {
                        message += ", or call the column of its quarters or months \"quarter\" or \"month\"";
                    }
                    problems.push(self.problem("", &self.rows()[row], message));
                }
                Entry::Occupied(_) => {}
                Entry::Vacant(place) => drop(place.insert(row)),
            }
        }
        let mut values = Values::of(&periods);
        for column in kept {
            look();
            let series = values.name(names[column].clone());
            for (&row, &period) in rows.iter().zip(&periods) {
                if !self.cell(row, column).is_missing() {
                    values.found.push(Found { series, period, row, column });
                }
            }
        }
        values
    }

    pub(super) fn of_values(
        &self,
        when: &When,
        name: usize,
        value: usize,
        assumed: &mut Vec<String>,
        left_out: &mut Vec<Note>,
        problems: &mut Vec<Problem>,
    ) -> Values {
        let rows = self.dated(when, &[value]);
        self.tell_undated(&rows, left_out);
        self.tell_apart(when, name, value, left_out, problems);
        let Some(periods) = self.periods(when, &rows, true, assumed, problems) else {
            return Values::default();
        };
        let mut seen: HashMap<(usize, Period), usize> = HashMap::new();
        let mut places: HashMap<String, usize> = HashMap::new();
        let mut values = Values::of(&periods);
        for (row, period) in rows.into_iter().zip(periods) {
            let series = self.cell(row, name).as_written();
            if problems.len() > MOST_PROBLEMS {
                break; // more than anyone reads
            }
            if series.is_empty() {
                let message = format!("has no name in \"{}\"", self.names()[name]);
                problems.push(self.problem("", &self.rows()[row], message));
                continue;
            }
            // Names do not differ by case.
            let place = match places.entry(series.to_lowercase()) {
                Entry::Occupied(place) => *place.get(),
                Entry::Vacant(place) => *place.insert(values.name(series.clone())),
            };
            match seen.entry((place, period)) {
                Entry::Occupied(before) => {
                    let message = self.twice(&format!("{series} in {period}"), *before.get(), row);
                    problems.push(self.problem("", &self.rows()[row], message));
                }
                Entry::Vacant(place) => drop(place.insert(row)),
            }
            values.found.push(Found { series: place, period, row, column: value });
        }
        values
    }

    pub(super) fn of_columns_by_period(
        &self,
        name: usize,
        columns: &[usize],
        assumed: &mut Vec<String>,
        problems: &mut Vec<Problem>,
    ) -> Values {
        let header: Vec<Cell> =
            columns.iter().map(|&at| of_header(&self.header().cells[at])).collect();
        let cells: Vec<&Cell> = header.iter().collect();
        let periods = match periods_of(&cells) {
            Ok(found) => {
                assumed.extend(found.assumed);
                for (_, message) in mixed(&found.periods) {
                    problems.push(self.problem("", self.header(), message));
                }
                found.periods
            }
            Err(wrong) => {
                let told =
                    wrong.into_iter().map(|(_, message)| self.problem("", self.header(), message));
                problems.extend(told);
                return Values::default();
            }
        };
        let mut seen: HashMap<Period, usize> = HashMap::new();
        for (&column, period) in columns.iter().zip(&periods) {
            if let Some(before) = seen.insert(*period, column) {
                let message = format!(
                    "columns {} and {} are both {period}: leave one out",
                    before + 1,
                    column + 1
                );
                problems.push(self.problem("", self.header(), message));
            }
        }
        let mut named: HashMap<String, usize> = HashMap::new();
        let mut values = Values::of(&periods);
        for (row, cells) in self.rows().iter().enumerate() {
            look();
            let series = self.cell(row, name).as_written();
            let has_values = columns.iter().any(|&at| !self.cell(row, at).is_missing());
            if problems.len() > MOST_PROBLEMS {
                break; // more than anyone reads
            }
            if !has_values {
                continue; // a heading, a source
            }
            if series.is_empty() {
                let message = format!("has values and no name in \"{}\"", self.names()[name]);
                problems.push(self.problem("", cells, message));
                continue;
            }
            if let Some(before) = named.insert(series.to_lowercase(), row) {
                let message = self.twice(&format!("\"{series}\""), before, row);
                problems.push(self.problem("", cells, message));
            }
            let series = values.name(series);
            for (&column, &period) in columns.iter().zip(&periods) {
                if !self.cell(row, column).is_missing() {
                    values.found.push(Found { series, period, row, column });
                }
            }
        }
        values
    }

    pub(super) fn place(&self, row: usize) -> String {
        match self.rows()[row].line {
            Some(line) => format!("line {line}"),
            None => format!("row {}", row + 1),
        }
    }

    fn twice(&self, what: &str, before: usize, row: usize) -> String {
        format!("{what} stands in {} and in {}: leave one out", self.place(before), self.place(row))
    }
}
