//! Joint draws: rows of numbers for several parameters, of which a path takes one.
//!
//! What a sampler gives (a posterior, a bootstrap) is a table with a column for each parameter. Its
//! columns hang together in ways that no correlation tells, so a path takes a whole row.

mod members;
mod read;
mod sha256;
mod table;
mod write;

use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use self::table::{MOST_TOLD, too_many};
use super::{Distribution, Label, Parameter, Quantity, Value};
use crate::error::{Error, Problem};

pub(super) use members::{none_written, without_members};
pub(super) use sha256::sha256;
pub(crate) use table::Tables;
pub use write::PlanFiles;

/// The most rows that a plan file has inside it; more stand in a table beside it.
pub const MOST_ROWS_INSIDE: usize = 1_000;

/// Rows of numbers for several parameters, each row equally likely. A path takes one row for all of them.
///
/// ```
/// use tinbergen::model::{Draws, Indicator, Process};
/// use tinbergen::{Model, Sampling};
/// let posterior = Draws::from_rows(["mean", "persistence"], &[[0.06, 0.3], [0.07, 0.5], [0.08, 0.4]])?;
/// let model = Model::new("m", "2021..2025".parse()?)
///     .with_indicator("x", Indicator::from_equation("x = mean + persistence").with_unit("1"))
///     .with_draws("posterior", posterior);
/// let runs = model.compile()?.simulate(&Sampling::new(1_000, 1))?;
/// let paths = runs.get("baseline")?.paths("x")?.row(0).to_vec();
/// assert!(paths.iter().all(|x| [0.06 + 0.3, 0.07 + 0.5, 0.08 + 0.4].contains(x)));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Draws {
    /// What a reader sees.
    pub label: Option<Label>,
    /// The page or section they are from.
    pub source: Option<String>,
    /// Why they were assumed, when no source has them.
    pub assumption: Option<String>,
    parameters: Vec<String>,
    /// Row by row.
    numbers: Arc<[f64]>,
}

/// As it is written.
#[derive(Serialize, JsonSchema)]
struct Written {
    /// What a reader sees.
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<Label>,
    /// The parameters, one for each column; of a table in a file all its columns unless given.
    #[serde(default)]
    parameters: Vec<String>,
    /// A list of numbers for each row, in the order of `parameters`: at most 1,000 rows in a plan file.
    #[serde(skip_serializing_if = "Option::is_none")]
    rows: Option<Vec<Vec<f64>>>,
    /// In place of rows: the name of a table (CSV with the names of the parameters in its first line)
    /// that stands in the folder of the plan.
    #[serde(skip_serializing_if = "Option::is_none")]
    file: Option<String>,
    /// The SHA-256 of that file, in hexadecimal.
    #[serde(skip_serializing_if = "Option::is_none")]
    sha256: Option<String>,
    /// The page or section they are from.
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    /// Why they were assumed, when no source has them.
    #[serde(skip_serializing_if = "Option::is_none")]
    assumption: Option<String>,
}

impl Serialize for Draws {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let rows = self.rows().map(<[f64]>::to_vec).collect();
        Written {
            label: self.label.clone(),
            parameters: self.parameters.clone(),
            rows: Some(rows),
            file: None,
            sha256: None,
            source: self.source.clone(),
            assumption: self.assumption.clone(),
        }
        .serialize(serializer)
    }
}

impl JsonSchema for Draws {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Draws".into()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let mut schema = Written::json_schema(generator);
        schema.insert(
            "description".to_owned(),
            "Rows of numbers for several parameters, each row equally likely: a path takes one row for \
             all of them."
                .into(),
        );
        schema
    }
}

impl Draws {
    /// Of rows, each with a number for every parameter.
    ///
    /// # Errors
    /// No parameter or no row, rows of another length, numbers that are not finite.
    ///
    /// ```
    /// use tinbergen::model::Draws;
    /// let error = Draws::from_rows(["a", "b"], &[vec![0.1, 0.2], vec![0.3]]).expect_err("a number is missing");
    /// assert_eq!(error.to_string(), "rows[1]: expected 2 numbers, one for each parameter, found 1");
    /// ```
    pub fn from_rows<N: Into<String>, R: AsRef<[f64]>>(
        parameters: impl IntoIterator<Item = N>,
        rows: &[R],
    ) -> Result<Self, Error> {
        let parameters: Vec<String> = parameters.into_iter().map(Into::into).collect();
        let size = parameters.len();
        let wrong = |(k, row): (usize, &R)| {
            let found = row.as_ref().len();
            (found != size).then(|| Problem::new(format!("rows[{k}]"), ragged(size, found)))
        };
        let problems: Vec<Problem> =
            rows.iter().enumerate().filter_map(wrong).take(MOST_TOLD).collect();
        if !problems.is_empty() {
            return Err(Error::model(problems));
        }
        let numbers = rows.iter().flat_map(|row| row.as_ref().iter().copied()).collect();
        Self::of_numbers(parameters, numbers)
    }

    /// Of columns, each with the name of its parameter.
    ///
    /// # Errors
    /// No parameter or no row, columns of another length than the first, numbers that are not finite.
    ///
    /// ```
    /// use tinbergen::model::Draws;
    /// let draws = Draws::from_columns([("a", vec![0.1, 0.3]), ("b", vec![0.2, 0.4])])?;
    /// assert_eq!(draws.rows().next(), Some([0.1, 0.2].as_slice()));
    /// # Ok::<(), tinbergen::Error>(())
    /// ```
    pub fn from_columns<N: Into<String>>(
        columns: impl IntoIterator<Item = (N, Vec<f64>)>,
    ) -> Result<Self, Error> {
        let (parameters, columns): (Vec<String>, Vec<Vec<f64>>) =
            columns.into_iter().map(|(name, values)| (name.into(), values)).unzip();
        let size = columns.first().map_or(0, Vec::len);
        for (name, column) in parameters.iter().zip(&columns) {
            if column.len() != size {
                let found = column.len();
                let message =
                    format!("expected {size} numbers as of \"{}\", found {found}", parameters[0]);
                return Err(Error::at(name, message));
            }
        }
        let row = |k: usize| columns.iter().map(move |column| column[k]);
        Self::of_numbers(parameters, (0..size).flat_map(row).collect())
    }

    fn of_numbers(parameters: Vec<String>, numbers: Arc<[f64]>) -> Result<Self, Error> {
        let draws = Self { label: None, source: None, assumption: None, parameters, numbers };
        let problems = draws.problems();
        if problems.is_empty() {
            return Ok(draws);
        }
        let problem = |(address, message)| Problem::new(address, message);
        Err(Error::model(problems.into_iter().map(problem).collect()))
    }

    /// What a reader sees.
    #[must_use]
    pub fn with_label(mut self, label: impl Into<Label>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// Where they are from.
    #[must_use]
    pub fn with_source(mut self, source: impl Into<String>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The names of the parameters, one for each column.
    pub fn parameters(&self) -> &[String] {
        &self.parameters
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.numbers.len().checked_div(self.parameters.len()).unwrap_or(0)
    }

    /// Is there no row? Never of draws that were made without an error.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The rows, each with a number for every parameter.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = &[f64]> {
        self.numbers.chunks_exact(self.parameters.len().max(1))
    }

    /// The column of a parameter, by its place.
    pub(crate) fn column(&self, place: usize) -> Vec<f64> {
        self.rows().map(|row| row[place]).collect()
    }

    /// The row of the central path: the one nearest the medians of the columns, the first of several. What a
    /// number is away from its median counts in standard deviations of its column.
    pub(crate) fn central_row(&self) -> usize {
        let size = self.parameters.len();
        let mut distance = vec![0.0; self.len()];
        for place in 0..size {
            let column = self.column(place);
            let middle = median(&column);
            let sd = Distribution::empirical(column.clone()).sd();
            if sd > 0.0 {
                for (distance, value) in distance.iter_mut().zip(&column) {
                    let away = (value - middle) / sd;
                    *distance += away * away;
                }
            }
        }
        let nearest = |best: usize, k: usize| if distance[k] < distance[best] { k } else { best };
        (1..distance.len()).fold(0, nearest)
    }

    /// What is wrong: with each the key it concerns.
    fn problems(&self) -> Vec<(String, String)> {
        let mut found = Vec::new();
        if self.parameters.is_empty() {
            found.push(("parameters".to_owned(), "names no parameter".to_owned()));
        } else if self.is_empty() {
            found.push(("rows".to_owned(), "there is no row".to_owned()));
        } else if let Some(message) = too_many(self.len(), self.parameters.len()) {
            found.push(("rows".to_owned(), message));
        }
        for (k, row) in self.rows().enumerate() {
            for (value, name) in row.iter().zip(&self.parameters) {
                if !value.is_finite() && found.len() < MOST_TOLD {
                    let message = format!("expected a finite number for \"{name}\", found {value}");
                    found.push((format!("rows[{k}]"), message));
                }
            }
        }
        found
    }

    /// The same with its first row alone: enough to know all about it but its numbers.
    pub(super) fn in_outline(&self) -> Self {
        let size = self.parameters.len().min(self.numbers.len());
        Self { numbers: self.numbers[..size].into(), ..self.clone() }
    }

    /// The parameter of a column.
    fn parameter(&self, block: &str, place: usize) -> Parameter {
        let value = Value::Drawn(Distribution::empirical(self.column(place)));
        Parameter {
            quantity: Quantity {
                value,
                source: self.source.clone(),
                assumption: self.assumption.clone(),
            },
            label: None,
            unit: None,
            draws: Some(block.to_owned()),
        }
    }
}

/// What to say of a row of another length.
fn ragged(expected: usize, found: usize) -> String {
    format!("expected {expected} numbers, one for each parameter, found {found}")
}

/// The middle value, or the mean of the two in the middle.
fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let half = sorted.len() / 2;
    if sorted.len() % 2 == 1 { sorted[half] } else { 0.5 * (sorted[half - 1] + sorted[half]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_central_row_is_the_one_nearest_the_medians() {
        let rows = [[0.0, 100.0], [1.0, 300.0], [2.0, 200.0], [3.0, 0.0], [4.0, 400.0]];
        let draws = Draws::from_rows(["a", "b"], &rows).expect("sound");
        assert_eq!(draws.central_row(), 2);
        // Of rows that are as near the first counts; a constant column has no say.
        let draws = Draws::from_rows(["a", "b"], &[[1.0, 7.0], [2.0, 7.0]]).expect("sound");
        assert_eq!(draws.central_row(), 0);
    }

    #[test]
    fn what_is_no_table_is_refused() {
        let none: [[f64; 0]; 0] = [];
        let names: [&str; 0] = [];
        assert!(Draws::from_rows(names, &none).is_err());
        assert!(Draws::from_rows(["a"], &none).is_err());
        let error = Draws::from_rows(["a", "b"], &[[1.0, 2.0], [f64::NAN, 1.0]]).expect_err("NaN");
        assert_eq!(error.to_string(), "rows[1]: expected a finite number for \"a\", found NaN");
        let error = Draws::from_columns([("a", vec![1.0]), ("b", vec![])]).expect_err("ragged");
        assert_eq!(error.to_string(), "b: expected 1 numbers as of \"a\", found 0");
    }
}
