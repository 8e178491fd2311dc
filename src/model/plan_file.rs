//! Models as files: TOML and JSON, in and out.

use std::path::Path;

use serde::{Deserialize, Deserializer};

use super::node::{from_json, from_toml};
use super::reader::Reader;
use super::{Indicator, Model, Quantity, read, write};
use crate::error::{Error, Problem};
use crate::period::Period;

/// The largest plan file, in bytes.
const LARGEST: usize = 10 << 20;
/// The deepest nesting of brackets in a plan file.
const DEEPEST: usize = 60;
/// The most problems that are shown.
const MOST: usize = 100;

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
        let size = std::fs::metadata(&path).map_err(unreadable)?.len();
        if size > LARGEST as u64 {
            return Err(too_large(size).in_file(&name));
        }
        let bytes = std::fs::read(&path).map_err(unreadable)?;
        Self::from_toml_bytes(&bytes, Some(&name))
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

    /// Reads a model from the bytes of a plan file, whose name is shown with each problem.
    ///
    /// # Errors
    /// As [`from_toml`](Self::from_toml), and when the bytes are not UTF-8.
    pub fn from_toml_bytes(bytes: &[u8], file: Option<&str>) -> Result<Self, Error> {
        let named = |error: Error| match file {
            Some(file) => error.in_file(file),
            None => error,
        };
        let text = decoded(bytes).map_err(named)?;
        let (node, problems) = from_toml(text);
        let mut reader = Reader::new(Some(text));
        let item = reader.item(node, String::new(), None);
        let model = if problems.is_empty() { read::model(&mut reader, item) } else { None };
        reader.problems.splice(0..0, problems);
        let lines = std::mem::take(&mut reader.lines);
        let mut model = finished(model, reader.problems).map_err(named)?;
        model.origin = super::Origin { file: file.map(str::to_owned), lines };
        Ok(model)
    }

    /// Reads a model from JSON of the same structure as a plan file.
    ///
    /// # Errors
    /// All problems of the model at once.
    pub fn from_json(text: &str) -> Result<Self, Error> {
        let value: serde_json::Value =
            serde_json::from_str(text).map_err(|error| Error::at("", error.to_string()))?;
        Self::from_value(value)
    }

    pub(super) fn from_value(value: serde_json::Value) -> Result<Self, Error> {
        let mut reader = Reader::new(None);
        let item = reader.item(from_json(value), String::new(), None);
        let model = read::model(&mut reader, item);
        finished(model, reader.problems)
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
    /// When a number in it is not finite.
    pub fn to_toml(&self) -> Result<String, Error> {
        let value = serde_json::to_value(self).map_err(|error| Error::at("", error.to_string()))?;
        Ok(write::toml(&value))
    }

    /// What is wrong with the model by itself, before anything is compiled: names, numbers out of
    /// their range, periods of another frequency. A model that was read from a file has none.
    pub fn check(&self) -> Vec<Problem> {
        match serde_json::to_value(self.without_plain_histories()) {
            Ok(value) => {
                Self::from_value(value).err().map_or_else(Vec::new, |e| e.problems().to_vec())
            }
            Err(error) => vec![Problem::new("", error.to_string())],
        }
    }

    /// The model without the values of histories that are nothing but numbers of its periods: there
    /// may be very many, and nothing is wrong with them.
    fn without_plain_histories(&self) -> Self {
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
            parameters: self.parameters.clone(),
            shocks: self.shocks.clone(),
            streams: self.streams.clone(),
            correlations: self.correlations.clone(),
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

/// A model, if nothing was wrong.
fn finished(model: Option<Model>, mut problems: Vec<Problem>) -> Result<Model, Error> {
    match model {
        Some(model) if problems.is_empty() => Ok(model),
        _ => {
            problems.sort_by_key(|problem| problem.line.unwrap_or(0));
            if problems.len() > MOST {
                let more = problems.len() - MOST;
                problems.truncate(MOST);
                problems.push(Problem::new("", format!("and {more} more problems")));
            }
            Err(Error::model(problems))
        }
    }
}

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

impl<'de> Deserialize<'de> for Model {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = serde_json::Value::deserialize(deserializer)?;
        Self::from_value(value).map_err(serde::de::Error::custom)
    }
}
