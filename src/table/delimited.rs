//! Text with something between cells.

use super::{Cell, Row};
use crate::error::{MOST_PROBLEMS, Problem};
use crate::interrupt::look;

/// What may stand between cells. Commas stand in numbers and names too, so they come last.
const SEPARATORS: [char; 4] = ['\t', ';', '|', ','];

/// Lines by which the separator is found.
const LOOKED_AT: usize = 200;

/// The rows of a text.
#[derive(Debug)]
pub(super) struct Delimited {
    pub(super) rows: Vec<Row>,
    pub(super) separator: char,
}

/// The separator in words.
pub(super) fn word(separator: char) -> String {
    match separator {
        ',' => "commas".to_owned(),
        ';' => "semicolons".to_owned(),
        '\t' => "tabs".to_owned(),
        '|' => "bars".to_owned(),
        other => format!("\"{other}\""),
    }
}

/// Reads a text, finding its separator unless it is said.
pub(super) fn read(text: &str, said: Option<char>) -> Result<Delimited, Vec<Problem>> {
    // Excel lets a file say its separator in a line of its own.
    let (line, rest) = text.split_once('\n').unwrap_or((text, ""));
    let mut own = line.trim_end().strip_prefix("sep=").into_iter().flat_map(str::chars);
    let (text, said, skipped) = match (own.next(), own.next()) {
        (Some(separator), None) if separator.is_ascii() => (rest, said.or(Some(separator)), 1),
        _ => (text, said, 0),
    };
    let separator = said.unwrap_or_else(|| find(text));
    let mut rows = Vec::new();
    let mut problems = Vec::new();
    let mut reader = csv::ReaderBuilder::new()
        .delimiter(separator as u8)
        .has_headers(false)
        .flexible(true)
        .from_reader(text.as_bytes());
    for record in reader.records() {
        look();
        if problems.len() > MOST_PROBLEMS {
            break; // more than anyone reads
        }
        match record {
            Ok(record) => {
                let line = record.position().map(|position| skipped + position.line() as usize);
                rows.push(Row { line, cells: record.iter().map(Cell::text).collect() });
            }
            Err(error) => {
                let line = error.position().map(|position| skipped + position.line() as usize);
                problems.push(Problem::new("", error.to_string()).at_line(line));
            }
        }
    }
    // A quote that is not closed takes in all lines after it.
    if text.bytes().filter(|byte| *byte == b'"').count() % 2 == 1
        && let Some(row) = rows.iter().rfind(|row| row.cells.iter().any(has_lines))
    {
        let message = "a quote (\") that is opened here is not closed: close it, or leave it out";
        problems.push(Problem::new("", message).at_line(row.line));
    }
    if problems.is_empty() { Ok(Delimited { rows, separator }) } else { Err(problems) }
}

fn has_lines(cell: &Cell) -> bool {
    matches!(cell, Cell::Text(text) if text.contains('\n'))
}

/// The separator with which most rows have the same number of cells, more than one; of several that
/// of which the first row is one of these.
fn find(text: &str) -> char {
    let mut best = ((0, false), ',');
    for separator in SEPARATORS {
        let mut widths = [0usize; 512];
        let mut reader = csv::ReaderBuilder::new()
            .delimiter(separator as u8)
            .has_headers(false)
            .flexible(true)
            .from_reader(text.as_bytes());
        let mut record = csv::ByteRecord::new();
        let mut first = None;
        for _ in 0..LOOKED_AT {
            if !reader.read_byte_record(&mut record).unwrap_or(false) {
                break;
            }
            let width = record.len().min(widths.len() - 1);
            first.get_or_insert(width);
            widths[width] += 1;
        }
        let wide = widths.iter().copied().enumerate().skip(2);
        let found = wide.map(|(width, rows)| (rows, first == Some(width))).max();
        if let Some(found) = found.filter(|found| *found > best.0) {
            best = (found, separator);
        }
    }
    best.1
}
