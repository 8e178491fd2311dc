//! The cells of a table under the names of its columns.

use super::{Cell, Marks, Row};
use crate::error::{Error, Problem};
use crate::model::Note;

/// Rows times columns; a small file can claim billions.
const MOST_CELLS: usize = 20_000_000;

/// A column of a data frame: its name and its cells.
pub type Column = (String, Vec<Cell>);

/// The cells of a table under the names of its columns.
///
/// ```
/// use tinbergen::table::{Reading, Table};
/// let text = "Jahr;Quartal;BIP\n2020;1;1.021,5\n2020;2;998,25\n";
/// let series = Table::from_bytes(text.as_bytes(), "bip.csv", &Reading::default())?.series()?;
/// assert_eq!(series.series()["BIP"][0].value, 1021.5);
/// assert_eq!(series.series()["BIP"][1].period.to_string(), "2020-Q2");
/// let notes: Vec<String> = series.notes().iter().map(|note| note.message.clone()).collect();
/// let said = "bip.csv: is read as text with semicolons between cells, decimal commas and marks between \
///             thousands";
/// assert_eq!(notes, [said]);
/// # Ok::<(), tinbergen::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    file: String,
    header: Row,
    rows: Vec<Row>,
    /// What stands between the cells of a text.
    pub(super) separator: Option<char>,
    /// As it was said.
    pub(super) decimal: Option<char>,
    /// How it was taken, in words: "semicolons between cells".
    pub(super) taken: Vec<String>,
    /// Rows above the header.
    above: usize,
    /// Which sheet of a workbook it is, where there are others.
    pub(super) of_several: Option<String>,
}

impl Table {
    /// The columns of a data frame.
    ///
    /// # Errors
    /// Columns of different lengths.
    pub fn from_columns(columns: Vec<Column>, name: &str) -> Result<Self, Error> {
        let length = columns.first().map_or(0, |(_, cells)| cells.len());
        if let Some((other, cells)) = columns.iter().find(|(_, cells)| cells.len() != length) {
            let message = format!("has {} cells, the first column {length}", cells.len());
            return Err(Error::at(format!("{name}.{other}"), message));
        }
        let header = columns.iter().map(|(name, _)| Cell::text(name)).collect();
        let mut rows: Vec<Row> = Vec::with_capacity(length);
        rows.extend(
            (0..length).map(|_| Row { line: None, cells: Vec::with_capacity(columns.len()) }),
        );
        for (_, cells) in columns {
            rows.iter_mut().zip(cells).for_each(|(row, cell)| row.cells.push(cell));
        }
        let header = Row { line: None, cells: header };
        Ok(Self::new(name, header, rows))
    }

    /// The file or frame it is from.
    pub fn file(&self) -> &str {
        &self.file
    }

    fn new(file: &str, header: Row, rows: Vec<Row>) -> Self {
        let taken = Vec::new();
        let (separator, decimal, of_several) = (None, None, None);
        let file = file.to_owned();
        Self { file, header, rows, separator, decimal, taken, above: 0, of_several }
    }

    /// The rows of a file, of which the first that is no title is the header.
    pub(super) fn of_rows(file: &str, rows: Vec<Row>) -> Result<Self, Error> {
        let mut rows: Vec<Row> =
            rows.into_iter().filter(|row| !row.cells.iter().all(Cell::is_missing)).collect();
        let wrong = |message: &str| Error::at("", message).in_file(file);
        if rows.is_empty() {
            return Err(wrong("is empty; expected a header of names and rows below it"));
        }
        let widest = rows.iter().map(filled).max().unwrap_or(0);
        // A title, a source: one cell at the left, or two, above what is wider.
        let is_title = |row: &Row| {
            let cells = filled(row);
            !row.cells[0].is_missing() && (widest > 1 && cells == 1 || widest > 4 && cells == 2)
        };
        let above = rows.iter().take_while(|row| is_title(row)).count();
        let above = if above == rows.len() { 0 } else { above };
        rows.drain(..above);
        let mut header = rows.remove(0);
        while header.cells.last().is_some_and(Cell::is_missing)
            && rows
                .iter()
                .all(|row| row.cells.get(header.cells.len() - 1).is_none_or(Cell::is_missing))
        {
            header.cells.pop();
        }
        let (height, width) = (rows.len(), header.cells.len());
        if height.saturating_mul(width) > MOST_CELLS {
            return Err(wrong(&format!(
                "has {height} rows and {width} columns; at most {MOST_CELLS} cells are read"
            )));
        }
        let mut table = Self::new(file, header, rows);
        table.above = above;
        table.leave_out_flags();
        Ok(table)
    }

    /// Eurostat writes letters after values (`12.5 b`, `: c`), in tables whose header says `geo\TIME_PERIOD`.
    fn leave_out_flags(&mut self) {
        let is_eurostat =
            self.header.cells.first().is_some_and(|cell| cell.as_written().contains('\\'));
        if !is_eurostat {
            return;
        }
        let mut flagged = false;
        for cell in self.rows.iter_mut().flat_map(|row| row.cells.iter_mut().skip(1)) {
            let Cell::Text(text) = &*cell else { continue };
            let Some((value, flags)) = text.rsplit_once(' ') else { continue };
            if (1..=4).contains(&flags.len()) && flags.bytes().all(|c| c.is_ascii_lowercase()) {
                *cell = Cell::text(value);
                flagged = true;
            }
        }
        if flagged {
            self.taken.push("the flags of Eurostat after values left out".to_owned());
        }
    }

    /// A problem of a row or, with an address, of a cell of it.
    pub(crate) fn problem(&self, address: &str, row: &Row, message: impl Into<String>) -> Problem {
        Problem::new(address, message).at_line(row.line).in_file(&self.file)
    }

    pub(crate) fn header(&self) -> &Row {
        &self.header
    }

    pub(crate) fn rows(&self) -> &[Row] {
        &self.rows
    }

    pub(crate) fn separator(&self) -> Option<char> {
        self.separator
    }

    pub(crate) fn decimal(&self) -> Option<char> {
        self.decimal
    }

    /// What was assumed of how the text is written.
    pub(crate) fn notes_on_text(&self, marks: Marks) -> Vec<Note> {
        let mut notes = Vec::new();
        let mut taken = self.taken.clone();
        if self.above > 0 {
            let lines = if self.above == 1 { "line" } else { "lines" };
            taken.push(format!("a title of {} {lines} above the header", self.above));
        }
        taken.extend(marks.words().into_iter().map(str::to_owned));
        if let Some((last, rest)) = taken.split_last() {
            let text = if self.separator.is_some() { "as text " } else { "" };
            let rest = rest.join(", ");
            let all = if rest.is_empty() { last.clone() } else { format!("{rest} and {last}") };
            notes.push(Note::new("assumed", format!("{}: is read {text}with {all}", self.file)));
        }
        notes
    }

    /// The names of the columns, as they are written.
    pub(crate) fn names(&self) -> Vec<String> {
        self.header.cells.iter().map(Cell::as_written).collect()
    }
}

fn filled(row: &Row) -> usize {
    row.cells.iter().filter(|cell| !cell.is_missing()).count()
}
