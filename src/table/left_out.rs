//! Rows and columns of a table that hold no figures: remarks, units, what tells series apart.

use std::collections::{HashMap, HashSet};

use super::layout::When;
use super::names::is_remark;
use super::numbers::stands_for_missing;
use super::{Cell, Table, dates};
use crate::error::Problem;
use crate::model::Note;

impl Table {
    /// The rows that say a period; a note below the table is left out.
    pub(super) fn dated(&self, when: &When, values: &[usize]) -> Vec<usize> {
        let columns = when.columns();
        let says = |&row: &usize| {
            let has_value = values.iter().any(|&at| !self.cell(row, at).is_missing());
            has_value || columns.iter().all(|&at| dates::of_cell(self.cell(row, at)).is_some())
        };
        // What is said of series above their values: units, codes, the day of release.
        let is_number = |cell: &Cell| match cell {
            Cell::Number(_) => true,
            Cell::Text(text) => text.parse::<f64>().is_ok(),
            Cell::Missing | Cell::Date(_) => false,
        };
        let says_number = |row: usize| values.iter().any(|&at| is_number(self.cell(row, at)));
        let has_period =
            |row: usize| columns.iter().any(|&at| dates::of_cell(self.cell(row, at)).is_some());
        let begin =
            (0..self.rows().len()).find(|&row| has_period(row) || says_number(row)).unwrap_or(0);
        (begin..self.rows().len()).filter(says).collect()
    }

    /// The one text of a column that has no number, where it has one.
    pub(super) fn one_text(&self, column: usize) -> Option<&str> {
        let mut one = None;
        for row in 0..self.rows().len() {
            match self.cell(row, column) {
                Cell::Missing => {}
                Cell::Text(text) if stands_for_missing(text) => {}
                Cell::Text(text) if text.contains(|c: char| c.is_ascii_digit()) => return None,
                Cell::Text(text) if one.is_none_or(|one: &str| *one == **text) => one = Some(text),
                _ => return None,
            }
        }
        one
    }

    pub(super) fn tell_undated(&self, rows: &[usize], left_out: &mut Vec<Note>) {
        let kept: HashSet<usize> = rows.iter().copied().collect();
        let mut gone = self.rows().iter().enumerate().filter(|(at, _)| !kept.contains(at));
        let Some((_, first)) = gone.next() else { return };
        let what = match gone.count() {
            0 => "a row".to_owned(),
            more => format!("{} rows", more + 1),
        };
        let message =
            format!("{}: {what} without a period and without numbers left out", self.file());
        let mut texts = first.cells.iter().map(Cell::as_written);
        let text = texts.find(|text| !text.is_empty()).unwrap_or_default();
        left_out.push(Note { line: first.line, ..Note::new("unmapped", message).at(0, &text) });
    }

    /// Columns of a long table that are no part of it: said, and refused where one of them tells apart what
    /// would become one series, as a column of units does.
    pub(super) fn tell_apart(
        &self,
        when: &When,
        name: usize,
        value: usize,
        left_out: &mut Vec<Note>,
        problems: &mut Vec<Problem>,
    ) {
        let names = self.names();
        let used = |at: &usize| *at == name || *at == value || when.columns().contains(at);
        let others: Vec<usize> =
            (0..names.len()).filter(|at| !used(at) && !names[*at].is_empty()).collect();
        for &column in others.iter().filter(|&&at| !is_remark(&names[at])) {
            let mut said: HashMap<String, (usize, &str)> = HashMap::new();
            for row in 0..self.rows().len() {
                let Cell::Text(text) = self.cell(row, column) else { continue };
                if self.cell(row, value).is_missing()
                    || dates::of_cell(self.cell(row, column)).is_some()
                {
                    continue;
                }
                let series = self.cell(row, name).as_written();
                let (before, other) = *said.entry(series.to_lowercase()).or_insert((row, text));
                if *other != **text {
                    let message = format!(
                        "\"{}\" says \"{other}\" in {} and \"{text}\" here, both of {series}: keep the rows of \
                         one, or put what tells them apart into the names",
                        names[column],
                        self.place(before)
                    );
                    problems.push(self.problem("", &self.rows()[row], message));
                    break;
                }
            }
        }
        if !others.is_empty() {
            let list: Vec<String> = others.iter().map(|&at| format!("\"{}\"", names[at])).collect();
            let columns = if list.len() == 1 { "column" } else { "columns" };
            let message = format!("{}: {columns} {} left out", self.file(), list.join(", "));
            left_out.push(Note::new("unmapped", message));
        }
    }
}
