//! What figures cannot be fitted, each with what to do.

use super::column::Column;
use super::kind::Kind;
use super::panels::Panel;
use crate::error::{Error, Problem, counted};
use crate::model::Note;
use crate::period::{Period, Span};

/// Figures of another frequency than that of the plan.
pub(super) fn other_periods(first: Period, of_plan: Period) -> Error {
    Error::at("fit: data", format!("has periods such as {first}, and the plan {of_plan}"))
}

/// The fewest errors that a series has to show when it is fitted alone.
const FEWEST_ERRORS: usize = 3;

fn problem(column: &Column, message: impl Into<String>) -> Problem {
    Problem::new(&column.name, message)
}

/// What is wrong with the columns themselves.
pub(super) fn of_columns(columns: &[Column], axis: Span) -> Vec<Problem> {
    let mut problems: Vec<Problem> = Vec::new();
    for (k, column) in columns.iter().enumerate() {
        if let Some(same) = columns[..k].iter().find(|other| other.name == column.name) {
            let message = format!(
                "two columns would be indicators of this name ({}); name one of them otherwise",
                same.label.as_deref().unwrap_or(&same.name)
            );
            problems.push(problem(column, message));
            continue;
        }
        problems.extend(of_column(column, axis));
    }
    if problems.is_empty() {
        problems.extend(collinear(columns));
    }
    problems
}

fn of_column(column: &Column, axis: Span) -> Option<Problem> {
    let known = column.known();
    let Some(first) = known.first() else {
        return Some(problem(
            column,
            "has no figure: a fan begins at the last one; give a figure, or leave the column out",
        ));
    };
    if known.len() > 2 && known.iter().all(|figure| figure == first) {
        let message = format!(
            "does not move: {first} in all of its {} periods, so nothing says how it may move; leave it out, and \
             write the number where it is needed",
            known.len()
        );
        return Some(problem(column, message));
    }
    let (lower, upper) = column.limits();
    let outside = |figure: f64| match column.kind {
        Kind::Growth => figure <= 0.0,
        Kind::Share => figure <= lower || figure >= upper,
        Kind::Count => figure < 0.0 || figure.fract() != 0.0,
        Kind::Change | Kind::Level => false,
    };
    let at = column.figures.iter().position(|figure| figure.is_finite() && outside(*figure))?;
    let what = match column.kind {
        Kind::Growth => {
            "what grows by shares of itself is above 0; take kind \"level\" or \"change\"".into()
        }
        Kind::Share => format!(
            "a share stays between {lower} and {upper} and never reaches them; take kind \"level\" or \"growth\", or \
             correct the figure"
        ),
        Kind::Count => "a number of units is whole and not below 0; take kind \"growth\"".into(),
        Kind::Change | Kind::Level => return None,
    };
    let period = axis.periods().nth(at)?;
    let message = format!("is {} in {period}: {what}", column.figures[at]);
    Some(Problem::new(format!("{}.{period}", column.name), message))
}

/// Columns that are multiples of another one.
fn collinear(columns: &[Column]) -> Option<Problem> {
    columns.iter().enumerate().find_map(|(k, column)| {
        columns[..k].iter().find_map(|other| {
            let ratios: Vec<f64> = column
                .figures
                .iter()
                .zip(&other.figures)
                .map(|(a, b)| a / b)
                .filter(|ratio| ratio.is_finite())
                .collect();
            let first = *ratios.first()?;
            let same = ratios.iter().all(|ratio| (ratio - first).abs() <= 1e-6 * first.abs());
            (ratios.len() > 2 && same && first != 0.0).then(|| {
                let message = format!(
                    "is {} times {} in every period, so the two are one series; leave one of them out, and add it to \
                     the model as an equation",
                    rounded(first),
                    other.name
                );
                problem(column, message)
            })
        })
    })
}

/// A number with four digits.
pub(super) fn rounded(number: f64) -> String {
    let short = format!("{number:.3e}").parse().unwrap_or(number);
    format!("{short}")
}

/// Figures of which one is in another unit, as the reader of the table found.
pub(super) fn jumps(columns: &[Column], events: &[Period], notes: &[Note]) -> Vec<Problem> {
    let jumps = notes.iter().filter(|note| note.kind == "jump");
    jumps
        .filter_map(|note| {
            let name = super::column::heading(note.indicators.first()?).0;
            let column = columns.iter().find(|column| column.name == name)?;
            let declared = events.iter().any(|event| note.message.contains(&event.to_string()));
            let message = format!(
                "{}. If it is none, name the period as an event (events=[..])",
                note.message.trim_end_matches('.')
            );
            (!declared).then(|| problem(column, message))
        })
        .collect()
}

/// What is too short to be fitted as it is.
pub(super) fn too_short(columns: &[Column], panels: &[Panel], events: &[bool]) -> Vec<Problem> {
    let alone = panels.iter().filter(|panel| !panel.is_pooled());
    let pairs = alone.flat_map(|panel| panel.columns.iter().map(move |k| (panel, *k)));
    pairs
        .filter_map(|(panel, k)| {
            let column = &columns[k];
            let values = column.series();
            let usable = |t: &usize| {
                let left_out = events.get(*t).copied().unwrap_or(false);
                values[*t].is_finite() && *t > 0 && values[*t - 1].is_finite() && !left_out
            };
            let errors = (0..values.len()).filter(usable).count();
            (errors < FEWEST_ERRORS).then(|| {
                let figures = column.known().len();
                let needed = FEWEST_ERRORS + column.kind.figures_for_an_error() - 1;
                let message = format!(
                    "has {} of periods in a row that can be used, and alone a {} needs {needed}; with \
                     peers={{..}} (the same indicator of at least {} other places, there are {}) their experience \
                     stands in for what is missing",
                    counted(figures, "figure"),
                    column.kind,
                    super::panels::POOLED_FROM - 1,
                    panel.peers()
                );
                problem(column, message)
            })
        })
        .collect()
}
