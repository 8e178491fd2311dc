//! Models as files: TOML and JSON, in and out.

use std::path::Path;

use super::draft::Hidden;
use super::node::{from_json, from_toml};
use super::reader::{Item, Reader};
use super::{Draft, Indicator, Model, Origin, Quantity, Tables, Unread, read, write};
use crate::error::{Error, Problem};
use crate::period::Period;
use crate::system;

/// The largest plan file, in bytes.
pub const LARGEST: usize = 10 << 20;
/// The deepest nesting of brackets in a plan file.
const DEEPEST: usize = 60;

impl Model {
    /// Reads a plan file.
    ///
    /// # Errors
    /// When there is no such file, or all problems of the plan at once, each with its line.
    pub fn read(path: impl AsRef<Path>) -> Result<Self, Error> {
        let name = path.as_ref().display().to_string();
        let unreadable = |error: std::io::Error| {
            Error::at("", format!("cannot be read: {error}")).in_file(&name)
        };
        match system::read_file(path.as_ref(), LARGEST as u64).map_err(unreadable)? {
            Ok(bytes) => Self::from_toml_bytes(&bytes, Some(&name)),
            Err(size) => Err(too_large(size).in_file(&name)),
        }
    }

    /// Reads a model from the text of a plan file.
    ///
    /// # Errors
    /// All problems of the plan at once, each with its line.
    ///
    /// ```
    /// use tinbergen::Model;
    /// let error = Model::from_toml("schema = 1\nname = \"x\"\nperiods = \"2021..2025\"\nscenaros = {}")
    ///     .expect_err("a key is misspelt");
    /// assert_eq!(
    ///     error.to_string(),
    ///     "line 4: scenaros: unknown key \"scenaros\"; did you mean \"scenarios\"?"
    /// );
    /// ```
    pub fn from_toml(text: &str) -> Result<Self, Error> {
        Self::from_toml_bytes(text.as_bytes(), None)
    }

    /// What can be read of the bytes of a plan file.
    ///
    /// # Errors
    /// Bytes that are not UTF-8, a file that is too large or too deeply nested, text that is not TOML.
    pub(crate) fn draft_of_toml(bytes: &[u8], tables: Tables) -> Result<Draft, Error> {
        let text = decoded(bytes)?;
        let (node, problems) = from_toml(text);
        if !problems.is_empty() {
            return Err(Error::first_by_line(problems));
        }
        let mut reader = Reader::new(Some(text), tables);
        let item = reader.item(node, String::new(), None);
        Ok(draft(reader, item))
    }

    /// What can be read of a JSON text.
    ///
    /// # Errors
    /// Text that is not JSON.
    pub(crate) fn draft_of_json(text: &str) -> Result<Draft, Error> {
        let value: serde_json::Value = serde_json::from_str(text).map_err(|error| {
            let problem = Problem::new("", error.to_string());
            Error::model(vec![problem.at_line(Some(error.line()))])
        })?;
        Ok(Self::draft_of_value(value))
    }

    fn draft_of_value(value: serde_json::Value) -> Draft {
        let mut reader = Reader::new(None, Tables::default());
        let item = reader.item(from_json(value), String::new(), None);
        draft(reader, item)
    }

    /// The model as far as it could be read again from what it says of itself.
    pub(crate) fn draft(&self) -> Result<Draft, Error> {
        self.check_draws()?;
        let value = serde_json::to_value(self.without_plain_numbers());
        Ok(Self::draft_of_value(value.map_err(|error| Error::at("", error.to_string()))?))
    }

    pub(super) fn from_value(value: serde_json::Value) -> Result<Self, Error> {
        Self::draft_of_value(value).into_model()
    }

    /// The model as JSON.
    ///
    /// # Errors
    /// When a number in it is not finite.
    pub fn to_json(&self) -> Result<String, Error> {
        serde_json::to_string_pretty(self).map_err(|error| Error::at("", error.to_string()))
    }

    /// The model as a plan file that reads back as an equal model.
    ///
    /// # Errors
    /// When a number in it is not finite; joint draws of more than [`MOST_ROWS_INSIDE`](super::MOST_ROWS_INSIDE)
    /// rows, for which there is [`to_plan_files`](Self::to_plan_files).
    pub fn to_toml(&self) -> Result<String, Error> {
        let problems = self.too_many_rows_inside();
        if !problems.is_empty() {
            return Err(Error::model(problems));
        }
        let value = serde_json::to_value(self).map_err(|error| Error::at("", error.to_string()))?;
        Ok(write::toml(&value))
    }

    /// What is wrong with the model by itself, before anything is compiled: names, numbers out of
    /// their range, periods of another frequency. A model that was read from a file has none.
    pub fn check(&self) -> Vec<Problem> {
        let read = self.draft().and_then(Draft::into_model);
        read.err().map_or_else(Vec::new, |error| error.problems().to_vec())
    }

    /// The model without the values of histories that are nothing but numbers of its periods, and without
    /// the rows of draws but the first: there may be very many, and nothing is wrong with them.
    fn without_plain_numbers(&self) -> Self {
        let frequency = self.periods.frequency();
        let plain = |period: &Period, quantity: &Quantity| {
            let said = quantity.source.is_some() || quantity.assumption.is_some();
            let finite = quantity.number().is_some_and(f64::is_finite);
            period.frequency() == frequency && finite && !said
        };
        let indicator = |indicator: &Indicator| Indicator {
            label: indicator.label.clone(),
            unit: indicator.unit.clone(),
            prices: indicator.prices.clone(),
            equation: indicator.equation.clone(),
            process: indicator.process.clone(),
            source: indicator.source.clone(),
            assumption: indicator.assumption.clone(),
            history: indicator
                .history
                .iter()
                .filter(|(period, quantity)| !plain(period, quantity))
                .map(|(period, quantity)| (*period, quantity.clone()))
                .collect(),
            add_factors: indicator.add_factors.clone(),
        };
        let indicators = self.indicators.iter().map(|(name, one)| (name.clone(), indicator(one)));
        Self {
            schema: self.schema,
            requires: self.requires,
            name: self.name.clone(),
            periods: self.periods,
            indicators: indicators.collect(),
            label: self.label.clone(),
            description: self.description.clone(),
            source: self.source.clone(),
            failed_paths: self.failed_paths,
            imported: self.imported,
            stochastic: self.stochastic.clone(),
            parameters: self
                .parameters
                .iter()
                .filter(|(_, parameter)| parameter.draws.is_none())
                .map(|(name, parameter)| (name.clone(), parameter.clone()))
                .collect(),
            draws: self.draws.iter().map(|(name, d)| (name.clone(), d.in_outline())).collect(),
            shocks: self.shocks.clone(),
            streams: self.streams.clone(),
            correlations: self.correlations.clone(),
            copulas: self.copulas.clone(),
            events: self.events.clone(),
            levers: self.levers.clone(),
            links: self.links.clone(),
            warnings: self.warnings.clone(),
            targets: self.targets.clone(),
            target_sets: self.target_sets.clone(),
            scenarios: self.scenarios.clone(),
            origin: super::Origin::default(),
            notes: super::Notes::default(),
        }
    }

    /// The model, as read from a file.
    #[must_use]
    pub(crate) fn in_file(mut self, file: &str) -> Self {
        self.origin.file = Some(file.to_owned());
        self
    }

    /// The problem with the file and the line that its address was read from.
    pub(crate) fn locate(&self, problem: Problem) -> Problem {
        let line = self.origin.line(&problem.address);
        let problem = problem.at_line(line);
        match &self.origin.file {
            Some(file) => problem.in_file(file),
            None => problem,
        }
    }
}

fn draft(mut reader: Reader, item: Item) -> Draft {
    let model = read::model(&mut reader, item);
    let Reader { problems, lines, left_out, has_stray_table, hides_the_span, .. } = reader;
    let unread =
        Unread::new(&problems, left_out, Hidden { section: has_stray_table, span: hides_the_span });
    let origin = Origin { file: None, lines, unread };
    Draft { model: model.map(|model| Model { origin, ..model }), problems }
}

/// The error of a plan file that is too large to be read.
fn too_large(size: u64) -> Error {
    Error::at("", format!("is {size} bytes large; a plan file has at most {LARGEST}"))
}

/// The text, when it is UTF-8, not too large and not too deeply nested.
fn decoded(bytes: &[u8]) -> Result<&str, Error> {
    if bytes.len() > LARGEST {
        return Err(too_large(bytes.len() as u64));
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        let line = 1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count();
        let message = format!("is not UTF-8: byte {} ({:#04x}) is no text", at + 1, bytes[at]);
        Error::model(vec![Problem::new("", message).at_line(Some(line))])
    })?;
    let (mut depth, mut line) = (0usize, 1);
    for byte in bytes {
        match byte {
            b'[' | b'{' => depth += 1,
            b']' | b'}' => depth = depth.saturating_sub(1),
            b'\n' => line += 1,
            _ => {}
        }
        if depth > DEEPEST {
            let message = format!("brackets are nested more than {DEEPEST} deep");
            return Err(Error::model(vec![Problem::new("", message).at_line(Some(line))]));
        }
    }
    Ok(text)
}
