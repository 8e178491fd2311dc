//! How a table is laid out: where its periods, its names and its values are.

use super::dates::{Stamp, of_cell, part};
use super::names::{Role, is_fiscal, role};
use super::{Cell, Table};
use crate::period::Frequency;

/// Where the periods of rows stand.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum When {
    /// In one column.
    Column(usize),
    /// In a column of years and one of their parts.
    Parts { year: usize, part: usize, frequency: Frequency },
}

impl When {
    pub(crate) fn columns(&self) -> Vec<usize> {
        match *self {
            Self::Column(at) => vec![at],
            Self::Parts { year, part, .. } => vec![year, part],
        }
    }
}

/// How a table is laid out.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Layout {
    /// A row for each period, a column for each series.
    Rows { when: When, series: Vec<usize> },
    /// A row for each value.
    Long { when: When, name: usize, value: usize },
    /// A row for each series, a column for each period.
    Columns { name: usize, periods: Vec<usize> },
}

/// A period that stands in the header, as numbers of years and `2010 [YR2010]` of the World Bank do.
pub(super) fn of_header(cell: &Cell) -> Cell {
    match cell {
        Cell::Text(text) => match text.split_once('[') {
            Some((period, rest)) if rest.ends_with(']') => Cell::text(period),
            _ => cell.clone(),
        },
        other => other.clone(),
    }
}

fn is_period(cell: &Cell) -> bool {
    matches!(
        of_cell(&of_header(cell)),
        Some(
            Stamp::Period(_)
                | Stamp::Date(_)
                | Stamp::Part { .. }
                | Stamp::Padded(_)
                | Stamp::Ambiguous { .. }
        )
    )
}

impl Table {
    /// How it is laid out; `apart` are columns that are neither periods nor series.
    pub(crate) fn layout(&self, apart: &[usize]) -> Result<Layout, String> {
        let header = &self.header().cells;
        let all: Vec<usize> = (0..header.len()).filter(|at| !apart.contains(at)).collect();
        let roles: Vec<(usize, Role)> =
            all.iter().filter_map(|&at| Some((at, role(&header[at].as_written())?))).collect();
        self.of_the_calendar()?;
        self.one_of_each(&roles)?;
        let of = |wanted: Role| roles.iter().find(|(_, r)| *r == wanted).map(|(at, _)| *at);
        let mut names: Vec<(usize, usize)> = roles
            .iter()
            .filter_map(|(at, r)| if let Role::Name(rank) = r { Some((*rank, *at)) } else { None })
            .collect();
        names.sort_unstable();
        let name = names.first().map(|(_, at)| *at);
        let is_period: Vec<bool> = header.iter().map(is_period).collect();
        let periods: Vec<usize> = all.iter().copied().filter(|&at| is_period[at]).collect();
        // "Year" above the names of series, beside a column for each year.
        let is_heading = |at: usize| {
            let dated = self.rows().iter().any(|row| row.cells.get(at).and_then(of_cell).is_some());
            at == 0 && all.len() > 2 && all[1..].iter().all(|&other| is_period[other]) && !dated
        };
        let of_time = of(Role::Period).or_else(|| of(Role::Year));
        let named = of_time.is_some_and(|at| !is_heading(at));
        if !named
            && let Some(&first) = periods.first()
            && first > 0
            && (periods.len() > 1 || all.last() == Some(&first))
        {
            let other = |&&at: &&usize| at > first && !is_period[at] && !self.is_blank(at);
            if let Some(&at) = all.iter().find(other) {
                return Err(format!(
                    "has columns for periods (\"{}\" and others) and among them \"{}\", which is none: leave it \
                     out",
                    header[first].as_written(),
                    header[at].as_written()
                ));
            }
            // A code among the columns at the left; else the one column that there is.
            let left: Vec<usize> = all.iter().copied().filter(|&at| at < first).collect();
            let name =
                name.filter(|at| left.contains(at)).or_else(|| (left.len() == 1).then(|| left[0]));
            let Some(name) = name else {
                let words: Vec<String> = left.iter().map(|&at| header[at].as_written()).collect();
                return Err(format!(
                    "has a column for each period, and {} that may hold the names of series ({}); call one \
                     \"indicator\"",
                    words.len(),
                    words.join(", ")
                ));
            };
            return Ok(Layout::Columns { name, periods });
        }
        // A series may be called `q`, and time be one.
        let is_part = |at: usize, frequency| {
            self.rows().iter().all(|row| {
                row.cells.get(at).is_none_or(|c| c.is_missing() || part(c, frequency).is_some())
            })
        };
        let sure = |wanted: Role| match (of(wanted), of(Role::Year)) {
            (Some(at), _) if wanted == Role::Quarter && header[at].as_written().len() == 1 => {
                is_part(at, Frequency::Quarterly).then_some(at)
            }
            (Some(at), Some(year)) if wanted == Role::Period && year < at => None,
            (found, _) => found,
        };
        // Beside a year a period is one of its parts, where all that it says is `Q1` or `M01`.
        let parts = match (of(Role::Year), of(Role::Period)) {
            (Some(year), Some(at)) => {
                let of_year = [Frequency::Quarterly, Frequency::Monthly];
                let frequency = of_year.into_iter().find(|f| self.says_word(at) && is_part(at, *f));
                frequency.map(|frequency| When::Parts { year, part: at, frequency })
            }
            _ => None,
        };
        let when = match parts {
            Some(parts) => parts,
            None => Self::when(&sure, &all)?,
        };
        let rest: Vec<usize> =
            all.iter().copied().filter(|at| !when.columns().contains(at)).collect();
        let is_word =
            |cell: &Cell| matches!(cell, Cell::Text(text) if text.parse::<f64>().is_err());
        let names_series =
            |at: &usize| self.rows().iter().any(|row| row.cells.get(*at).is_some_and(is_word));
        if let (Some(value), Some(name)) = (of(Role::Value), name.filter(names_series)) {
            return Ok(Layout::Long { when, name, value });
        }
        Ok(Layout::Rows { when, series: rest })
    }

    /// The columns of the periods of a table with a row for each value, where their names say so.
    pub(crate) fn period_columns(&self) -> Option<When> {
        let header = self.header().cells.iter();
        let roles: Vec<Option<Role>> = header.map(|cell| role(&cell.as_written())).collect();
        let of = |wanted: Role| roles.iter().position(|role| *role == Some(wanted));
        Self::when(&of, &[]).ok()
    }

    fn when(of: &impl Fn(Role) -> Option<usize>, all: &[usize]) -> Result<When, String> {
        let parts = [(Role::Quarter, Frequency::Quarterly), (Role::Month, Frequency::Monthly)];
        if let Some(year) = of(Role::Year) {
            for (role, frequency) in parts {
                if let Some(part) = of(role) {
                    return Ok(When::Parts { year, part, frequency });
                }
            }
        }
        of(Role::Period)
            .or_else(|| of(Role::Year))
            .or_else(|| all.first().copied())
            .map(When::Column)
            .ok_or_else(|| "has no column".to_owned())
    }

    /// Two columns of years that say different things are two tables side by side.
    fn one_of_each(&self, roles: &[(usize, Role)]) -> Result<(), String> {
        let time = [
            (Role::Period, "periods"),
            (Role::Year, "years"),
            (Role::Quarter, "quarters"),
            (Role::Month, "months"),
        ];
        for (role, what) in time {
            let mut columns = roles.iter().filter(|(_, other)| *other == role).map(|(at, _)| *at);
            let Some(first) = columns.next() else { continue };
            let stamps =
                |at: usize| self.rows().iter().map(move |row| row.cells.get(at).and_then(of_cell));
            if let Some(other) = columns.find(|&other| !stamps(first).eq(stamps(other))) {
                let names = self.names();
                return Err(format!(
                    "has two columns of {what}, \"{}\" and \"{}\", that say different things: keep one, and \
                     give tables that stand side by side one by one",
                    names[first], names[other]
                ));
            }
        }
        Ok(())
    }

    /// A column that is called one of fiscal years is none of the calendar's.
    fn of_the_calendar(&self) -> Result<(), String> {
        match self.names().iter().find(|name| is_fiscal(name)) {
            Some(name) => Err(format!(
                "has a column \"{name}\": a fiscal year is no year of the calendar. Write the years that these \
                 are to be taken for, and call the column \"year\""
            )),
            None => Ok(()),
        }
    }

    fn says_word(&self, column: usize) -> bool {
        let is_word = |cell: &Cell| cell.as_written().starts_with(char::is_alphabetic);
        self.rows().iter().any(|row| row.cells.get(column).is_some_and(is_word))
    }

    fn is_blank(&self, column: usize) -> bool {
        self.rows().iter().all(|row| row.cells.get(column).is_none_or(Cell::is_missing))
    }
}
