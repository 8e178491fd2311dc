//! Workbooks of Excel and OpenDocument.

use std::collections::BTreeMap;
use std::io::Cursor;

use calamine::{CellErrorType, Data, Reader, Sheets, open_workbook_auto_from_rs};

use super::{Cell, Row};
use crate::error::{MOST_PROBLEMS, Problem};
use crate::interrupt::look;
use crate::outturns::Date;

/// A small archive can unpack to anything.
const MOST_UNPACKED: u64 = 256 << 20;

/// The rows of a sheet, and which of several it is.
#[derive(Debug)]
pub(super) struct Sheet {
    pub(super) rows: Vec<Row>,
    pub(super) of_several: Option<String>,
}

type Book<'a> = Sheets<Cursor<&'a [u8]>>;

/// A cell that holds something, from 0 on.
struct Held {
    row: u32,
    column: u32,
    value: Data,
    has_formula: bool,
}

/// Reads the sheet that is named, else the first that has cells.
pub(super) fn read(bytes: &[u8], named: Option<&str>) -> Result<Sheet, Vec<Problem>> {
    let whole = |message: String| vec![Problem::new("", message)];
    let unpacked = unpacked(bytes);
    if unpacked > MOST_UNPACKED {
        return Err(whole(format!(
            "unpacks to {unpacked} bytes; a workbook has at most {MOST_UNPACKED}"
        )));
    }
    let mut book = open_workbook_auto_from_rs(Cursor::new(bytes))
        .map_err(|error| whole(format!("is no workbook that can be read: {error}")))?;
    let names = book.sheet_names();
    let wanted: Vec<String> = match named {
        Some(name) if names.iter().any(|known| known == name) => vec![name.to_owned()],
        Some(name) => {
            return Err(whole(format!("has no sheet \"{name}\", but {}", names.join(", "))));
        }
        None => names.clone(),
    };
    for name in &wanted {
        let cells = cells(&mut book, name)
            .map_err(|why| whole(format!("sheet \"{name}\" cannot be read: {why}")))?;
        if cells.is_empty() {
            continue;
        }
        let rows = rows(name, cells)?;
        let others = if named.is_some() { 0 } else { names.len() - 1 };
        let of_several = (others > 0).then(|| {
            format!("the sheet \"{name}\" of {} (say which with sheet=)", names.join(", "))
        });
        return Ok(Sheet { rows, of_several });
    }
    Err(whole("has no sheet with cells".to_owned()))
}

/// The cells that hold something. A sheet of Excel is read cell by cell: one blank in its last corner is
/// no reason to make all before it.
fn cells(book: &mut Book<'_>, sheet: &str) -> Result<Vec<Held>, String> {
    let mut found = Vec::new();
    let mut take = |row: u32, column: u32, value: Data, has_formula: bool| {
        let is_blank = match &value {
            Data::Empty => !has_formula,
            Data::String(text) => text.trim().is_empty(),
            _ => false,
        };
        if !is_blank {
            found.push(Held { row, column, value, has_formula });
        }
    };
    match book {
        Sheets::Xlsx(book) => {
            let mut reader = book.worksheet_cells_reader(sheet).map_err(|e| e.to_string())?;
            while let Some(cell) = reader.next_cell_with_formula().map_err(|e| e.to_string())? {
                look();
                take(cell.pos.0, cell.pos.1, cell.value.into(), cell.formula.is_some());
            }
        }
        Sheets::Xlsb(book) => {
            let mut reader = book.worksheet_cells_reader(sheet).map_err(|e| e.to_string())?;
            while let Some(cell) = reader.next_cell().map_err(|e| e.to_string())? {
                look();
                let (row, column) = cell.get_position();
                take(row, column, cell.get_value().clone().into(), false);
            }
        }
        Sheets::Xls(_) | Sheets::Ods(_) => {
            let range = book.worksheet_range(sheet).map_err(|e| e.to_string())?;
            let (top, left) = range.start().unwrap_or_default();
            for (row, column, value) in range.used_cells() {
                look();
                take(top + row as u32, left + column as u32, value.clone(), false);
            }
        }
    }
    Ok(found)
}

/// The rows that hold something, from the first column that does.
fn rows(sheet: &str, cells: Vec<Held>) -> Result<Vec<Row>, Vec<Problem>> {
    let left = cells.iter().map(|cell| cell.column).min().unwrap_or(0);
    let mut rows: BTreeMap<u32, Vec<Cell>> = BTreeMap::new();
    let mut problems = Vec::new();
    for held in cells {
        look();
        let cell = match (&held.value, held.has_formula) {
            // Programs that write workbooks may store formulas alone; Excel stores what they come to.
            (Data::Empty, true) => {
                Err("has a formula and no stored value: open the workbook in Excel or LibreOffice and save it"
                    .to_owned())
            }
            (value, _) => read_cell(value),
        };
        match cell {
            Ok(cell) => {
                let row = rows.entry(held.row).or_default();
                let column = (held.column - left) as usize;
                if row.len() <= column {
                    row.resize(column + 1, Cell::Missing);
                }
                row[column] = cell;
            }
            Err(message) if problems.len() <= MOST_PROBLEMS => {
                let line = held.row as usize + 1;
                let address = format!("{sheet}!{}{line}", letters(held.column as usize));
                problems.push(Problem::new(address, message).at_line(Some(line)));
            }
            Err(_) => break, // more than anyone reads
        }
    }
    if !problems.is_empty() {
        return Err(problems);
    }
    let row = |(row, cells): (u32, Vec<Cell>)| Row { line: Some(row as usize + 1), cells };
    Ok(rows.into_iter().map(row).collect())
}

/// How large the parts of an archive say that they are when they are unpacked; the older format of Excel is none.
fn unpacked(bytes: &[u8]) -> u64 {
    let Ok(mut archive) = zip::ZipArchive::new(Cursor::new(bytes)) else { return 0 };
    let parts = 0..archive.len();
    let size = |part| archive.by_index_raw(part).map_or(0, |part| part.size());
    parts.map(size).fold(0, u64::saturating_add)
}

/// The name of a column: `A`, `B`, ..., `AA`.
fn letters(column: usize) -> String {
    let mut name = String::new();
    let mut rest = column + 1;
    while rest > 0 {
        let letter = b'A' + ((rest - 1) % 26) as u8;
        name.insert(0, char::from(letter));
        rest = (rest - 1) / 26;
    }
    name
}

fn read_cell(cell: &Data) -> Result<Cell, String> {
    Ok(match cell {
        Data::Empty | Data::Error(CellErrorType::NA) => Cell::Missing,
        Data::Int(number) => Cell::number(*number as f64),
        Data::Float(number) => Cell::number(*number),
        Data::String(text) | Data::DurationIso(text) => Cell::text(text),
        Data::Bool(value) => Cell::text(&value.to_string()),
        Data::DateTime(at) if at.is_datetime() => {
            let (year, month, day, ..) = at.to_ymd_hms_milli();
            let date = Date::new(i32::from(year), month, day);
            date.map(Cell::Date).ok_or_else(|| format!("{year}-{month}-{day} is not a date"))?
        }
        Data::DateTime(span) => Cell::number(span.as_f64()),
        Data::DateTimeIso(text) => {
            text.parse().map(Cell::Date).map_err(|_| format!("\"{text}\" is not a date"))?
        }
        Data::Error(error) => return Err(format!("has the error {error} instead of a value")),
    })
}
