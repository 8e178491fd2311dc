//! Outturns: what became known, and when.
//!
//! A table with one row for each value: indicator, period, value, and its *vintage*, the day on
//! which it was published. A value that is revised has several rows; [`Outturns::as_of`] gives what
//! was known on a day. The format is described in `docs/outturns.md`.

mod date;
mod read;
mod write;

use std::collections::HashMap;

use crate::error::{Error, MOST_PROBLEMS, Problem};
use crate::interrupt::look;
use crate::model::Note;
use crate::period::Period;

pub use crate::table::LARGEST;
pub use date::{Date, DateError};

/// How exact an outturn is.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub enum Precision {
    /// The value is the truth.
    #[default]
    Exact,
    /// Normal measurement error of this standard deviation, in the unit of the indicator.
    Sd(f64),
    /// Normal measurement error; the standard deviation as a share of the value.
    RelativeSd(f64),
}

/// A value that became known.
#[derive(Debug, Clone, PartialEq)]
pub struct Outturn {
    /// The indicator.
    pub indicator: String,
    /// The period it is the value of.
    pub period: Period,
    /// The value, in the unit of the indicator.
    pub value: f64,
    /// The day it was published.
    pub vintage: Date,
    /// What it was measured on, when that is not the basis of the model's histories: the name of a
    /// link, or of its basis.
    pub basis: Option<String>,
    /// How exact it is.
    pub precision: Precision,
    /// Where it was published.
    pub source: Option<String>,
    /// The line of the file it stands on.
    pub line: Option<usize>,
}

impl Outturn {
    /// An exact value on the basis of the histories.
    pub fn new(indicator: impl Into<String>, period: Period, value: f64, vintage: Date) -> Self {
        Self {
            indicator: indicator.into(),
            period,
            value,
            vintage,
            basis: None,
            precision: Precision::Exact,
            source: None,
            line: None,
        }
    }

    /// On another basis.
    #[must_use]
    pub fn on_basis(mut self, basis: impl Into<String>) -> Self {
        self.basis = Some(basis.into());
        self
    }

    /// With a measurement error.
    #[must_use]
    pub fn with_precision(mut self, precision: Precision) -> Self {
        self.precision = precision;
        self
    }

    /// The standard deviation of its measurement error; 0 when it is exact.
    pub fn sd(&self) -> f64 {
        match self.precision {
            Precision::Exact => 0.0,
            Precision::Sd(sd) => sd,
            Precision::RelativeSd(share) => share * self.value.abs(),
        }
    }

    fn cell(&self) -> (&str, Period, Option<&str>) {
        (&self.indicator, self.period, self.basis.as_deref())
    }
}

/// All outturns of a plan, with their vintages.
///
/// ```
/// use tinbergen::outturns::Outturns;
/// let outturns = Outturns::from_csv(
///     b"indicator,period,value,vintage\n\
///       gdp,2021,1120,2022-03-01\n\
///       gdp,2021,1126,2023-01-20\n",
///     "outturns.csv",
/// )?;
/// let known = outturns.as_of("2022-12-31".parse()?);
/// assert_eq!(known.rows()[0].value, 1120.0); // the revision came later
/// assert_eq!(outturns.vintages().len(), 2);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Outturns {
    rows: Vec<Outturn>,
    file: Option<String>,
    notes: Vec<Note>,
}

impl Outturns {
    /// Outturns from rows.
    ///
    /// # Errors
    /// All rows that cannot be: a value that is not finite, an error that is not positive, a
    /// vintage before the period begins, two rows of one cell and vintage.
    pub fn new(rows: Vec<Outturn>) -> Result<Self, Error> {
        Self::checked(rows, None)
    }

    fn checked(rows: Vec<Outturn>, file: Option<&str>) -> Result<Self, Error> {
        let outturns = Self { rows, file: file.map(str::to_owned), notes: Vec::new() };
        let mut problems: Vec<Problem> = Vec::new();
        let mut seen: HashMap<_, &Outturn> = HashMap::new();
        for (index, row) in outturns.rows.iter().enumerate() {
            look();
            if problems.len() > MOST_PROBLEMS {
                break; // more than anyone reads
            }
            if let Some(message) = wrong(row) {
                problems.push(outturns.problem(index, message));
            }
            match seen.get(&(row.cell(), row.vintage)) {
                Some(first) => {
                    let line = first.line.map_or_else(String::new, |l| format!(" (line {l})"));
                    let message = format!(
                        "has two values of vintage {}: {}{line} and {}; give a revision a later \
                         vintage, or leave one out",
                        row.vintage, first.value, row.value
                    );
                    problems.push(outturns.problem(index, message));
                }
                None => drop(seen.insert((row.cell(), row.vintage), row)),
            }
        }
        drop(seen);
        if problems.is_empty() { Ok(outturns) } else { Err(Error::first_of(problems)) }
    }

    /// All rows.
    pub fn rows(&self) -> &[Outturn] {
        &self.rows
    }

    /// Is there none?
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Other rows of the same table.
    fn of(&self, rows: Vec<Outturn>) -> Self {
        Self { rows, file: self.file.clone(), notes: self.notes.clone() }
    }

    /// What had to be assumed to read them, and what looks odd.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The file they were read from.
    pub fn file(&self) -> Option<&str> {
        self.file.as_deref()
    }

    /// The days on which anything was published, in order, each once.
    pub fn vintages(&self) -> Vec<Date> {
        let mut dates: Vec<Date> = self.rows.iter().map(|row| row.vintage).collect();
        dates.sort_unstable();
        dates.dedup();
        dates
    }

    /// The last of them: as of this day everything is known.
    pub fn last_vintage(&self) -> Option<Date> {
        self.rows.iter().map(|row| row.vintage).max()
    }

    /// What was known at the end of a day: of each cell (indicator, period, basis) the newest
    /// vintage that is not later, in the order of the table.
    #[must_use]
    pub fn as_of(&self, date: Date) -> Self {
        let mut newest: HashMap<_, (usize, Date)> = HashMap::new();
        for (index, row) in self.rows.iter().enumerate().filter(|(_, row)| row.vintage <= date) {
            look();
            let found = newest.entry(row.cell()).or_insert((index, row.vintage));
            if row.vintage > found.1 {
                *found = (index, row.vintage);
            }
        }
        let mut places: Vec<usize> = newest.into_values().map(|(index, _)| index).collect();
        places.sort_unstable();
        let rows = places.into_iter().map(|index| self.rows[index].clone()).collect();
        self.of(rows)
    }

    /// What is known today: as [`as_of`](Self::as_of) of the last vintage.
    ///
    /// # Errors
    /// Vintages after today: no such value can be known, so the date is mistyped or another day is
    /// meant. Without the feature `system` there is no clock, and a day must be said.
    pub fn latest(&self) -> Result<Self, Error> {
        let today = Date::today()?;
        let future =
            self.rows.iter().enumerate().filter(|(_, row)| row.vintage.is_well_after(today));
        let problem = |(index, row): (usize, &Outturn)| {
            let message = format!(
                "has the vintage {}, after today ({today}); mend the date, or say as of which day \
                 to look",
                row.vintage
            );
            self.problem(index, message)
        };
        let problems: Vec<Problem> = future.map(problem).collect();
        if !problems.is_empty() {
            return Err(Error::model(problems));
        }
        Ok(self.last_vintage().map_or_else(Self::default, |last| self.as_of(last)))
    }

    /// Without the rows of some places.
    pub(crate) fn without(&self, places: &[usize]) -> Self {
        let rows = self.rows.iter().enumerate().filter(|(index, _)| !places.contains(index));
        self.of(rows.map(|(_, row)| row.clone()).collect())
    }

    /// A problem with a row, with its file and line.
    pub(crate) fn problem(&self, index: usize, message: impl Into<String>) -> Problem {
        let row = &self.rows[index];
        let address = format!("outturns.{}.{}", row.indicator, row.period);
        let problem = Problem::new(address, message).at_line(row.line);
        match &self.file {
            Some(file) => problem.in_file(file),
            None => problem,
        }
    }
}

/// What is wrong with a row by itself.
fn wrong(row: &Outturn) -> Option<String> {
    if !row.value.is_finite() {
        return Some(format!("{} is not a finite number; leave out what is not known", row.value));
    }
    let begins = Date::first_of(row.period);
    if row.vintage < begins {
        let message = format!(
            "was known on {}, before {} began; a forecast is no outturn",
            row.vintage, row.period
        );
        return Some(message);
    }
    let (sd, what) = match row.precision {
        Precision::Exact => return None,
        Precision::Sd(sd) => (sd, "sd"),
        Precision::RelativeSd(sd) => (sd, "relative_sd"),
    };
    let valid = sd.is_finite() && sd > 0.0;
    (!valid).then(|| {
        format!("{what}: expected a number above 0, found {sd}; leave it empty for an exact value")
    })
}
