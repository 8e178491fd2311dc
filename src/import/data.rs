//! Tables of data: one row for each period, one column for each series.

use indexmap::{IndexMap, IndexSet};

use crate::error::Error;
use crate::expr::is_reserved;
use crate::interrupt::look;
use crate::model::{Note, Quantity};
use crate::period::Period;
use crate::table::{Observation, Reading, Series, Table};

/// Series by name, in lower case as the names of imported models are.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Data {
    series: IndexMap<String, IndexMap<Period, f64>>,
    /// Names as the table has them, where they are not in lower case.
    written: IndexMap<String, String>,
    notes: Vec<Note>,
}

impl Data {
    /// Reads a table in CSV, as [`from_table`](Self::from_table) does any.
    ///
    /// # Errors
    /// All lines that cannot be read.
    ///
    /// ```
    /// use tinbergen::import::Data;
    /// let data = Data::from_csv(b"obs,GDP\n2020Q1,100\n2020Q2,NA\n", "data.csv")?;
    /// assert_eq!(data.value("gdp", "2020-Q1".parse()?), Some(100.0));
    /// assert_eq!(data.value("gdp", "2020-Q2".parse()?), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn from_csv(bytes: &[u8], file: &str) -> Result<Self, Error> {
        Self::from_table(&Table::from_bytes(bytes, file, &Reading::default())?)
    }

    /// The series of a table, however it is laid out.
    ///
    /// # Errors
    /// As [`Table::series`].
    pub fn from_table(table: &Table) -> Result<Self, Error> {
        table.series().map(Self::from)
    }

    /// With one more series, or another in its place.
    #[must_use]
    pub fn with(mut self, name: &str, values: impl IntoIterator<Item = (Period, f64)>) -> Self {
        let key = name.to_lowercase();
        self.series.insert(key.clone(), values.into_iter().collect());
        if key != name {
            self.written.insert(key, name.to_owned());
        }
        self
    }

    /// The same with the name as it is written.
    pub(super) fn with_named(
        mut self,
        name: &str,
        values: impl IntoIterator<Item = (Period, f64)>,
    ) -> Self {
        self.series.insert(name.to_owned(), values.into_iter().collect());
        self.written.shift_remove(name);
        self
    }

    /// The values of a series.
    pub fn series(&self, name: &str) -> Option<&IndexMap<Period, f64>> {
        self.series.get(name)
    }

    /// The values that an indicator of a model has: those of its name, as it is written or in lower case.
    pub(super) fn of(&self, name: &str) -> Option<&IndexMap<Period, f64>> {
        self.series.get(&self.key(name)?)
    }

    fn key(&self, name: &str) -> Option<String> {
        let name = name_in_data(name);
        let lower = || Some(name.to_lowercase()).filter(|lower| self.series.contains_key(lower));
        if self.series.contains_key(name) { Some(name.to_owned()) } else { lower() }
    }

    /// How many series belong to some of the names of a model.
    pub(super) fn taken<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> usize {
        names.into_iter().filter_map(|name| self.key(name)).collect::<IndexSet<String>>().len()
    }

    /// The same, where no two names of a model have one series: it belongs to the name as it is written in
    /// the data, else to the first, and the others have none, which a note says.
    pub(super) fn shared_out<'a>(&self, names: impl IntoIterator<Item = &'a str>) -> Self {
        let mut claims: IndexMap<String, Vec<&str>> = IndexMap::new();
        for name in names {
            look();
            if let Some(key) = self.key(name) {
                claims.entry(key).or_default().push(name);
            }
        }
        let mut shared = self.clone();
        for (key, names) in claims.into_iter().filter(|(_, names)| names.len() > 1) {
            let written = self.written(&key);
            let exact = |wanted: &str| names.iter().find(|name| name_in_data(name) == wanted);
            let Some(owner) = exact(written).or_else(|| exact(&key)).or(names.first()) else {
                continue;
            };
            let values = shared.series.shift_remove(&key).unwrap_or_default();
            for name in &names {
                let values = if name == owner { values.clone() } else { IndexMap::new() };
                shared = shared.with_named(name_in_data(name), values);
                if name != owner {
                    let message = format!(
                        "the model tells {name} and {owner} apart, and the data have one series, \
                         {written}, which {owner} has: {name} has no data"
                    );
                    shared.notes.push(Note::new("unmapped", message).about(name));
                }
            }
        }
        shared
    }

    /// With the notes of the table that some of it is from.
    pub(super) fn noted_as(mut self, table: &Self) -> Self {
        self.notes.clone_from(&table.notes);
        self
    }

    /// The values of a series as a history; empty when there is no such series.
    pub(super) fn history(&self, name: &str) -> IndexMap<Period, Quantity> {
        let Some(known) = self.series(name) else { return IndexMap::new() };
        let mut history = IndexMap::with_capacity(known.len());
        history.extend(known.iter().map(|(period, value)| (*period, Quantity::from(*value))));
        history
    }

    /// What had to be assumed to read them, and what looks odd.
    pub fn notes(&self) -> &[Note] {
        &self.notes
    }

    /// The names of all series.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.series.keys().map(String::as_str)
    }

    /// The name of a series as its table has it.
    pub(crate) fn written<'a>(&'a self, name: &'a str) -> &'a str {
        self.written.get(name).map_or(name, String::as_str)
    }

    /// The value of a series in a period.
    pub fn value(&self, name: &str, period: Period) -> Option<f64> {
        self.series.get(name)?.get(&period).copied()
    }
}

impl From<Series> for Data {
    fn from(series: Series) -> Self {
        let notes = series.notes().to_vec();
        let values = |found: &[Observation]| found.iter().map(|o| (o.period, o.value)).collect();
        let names = series.series().keys().map(|name| (name.to_lowercase(), name.clone()));
        let written = names.filter(|(lower, name)| lower != name).collect();
        let named =
            series.series().iter().map(|(name, found)| (name.to_lowercase(), values(found)));
        Self { series: named.collect(), written, notes }
    }
}

/// The name that data have for an indicator: without the underscore that a word of the language got.
fn name_in_data(name: &str) -> &str {
    let plain = name.trim_end_matches('_');
    if is_reserved(plain) { plain } else { name }
}

/// `2040Q1` is how many programs write a quarter.
pub(super) fn period(text: &str) -> Result<Period, String> {
    text.parse().map_err(|error| format!("{error}"))
}
