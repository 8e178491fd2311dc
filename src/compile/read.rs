//! Models read, with everything that is wrong with them in one go: what could be read of a broken
//! one is compiled too, for the names and values that its other parts have wrong.

use serde::{Deserialize, Deserializer};

use crate::error::{Error, MOST_PROBLEMS, Problem};
use crate::model::{Draft, Model, Tables};

impl Model {
    /// Reads a model from the bytes of a plan file, whose name is shown with each problem, and in whose
    /// folder the tables of joint draws stand.
    ///
    /// # Errors
    /// As [`from_toml`](Self::from_toml), and when the bytes are not UTF-8.
    pub fn from_toml_bytes(bytes: &[u8], file: Option<&str>) -> Result<Self, Error> {
        Self::from_plan_files(bytes, &[], file)
    }

    /// Reads a model from the bytes of a plan file and of the tables that stand beside it, by name. With the
    /// name of the file, tables that are not handed over are read in its folder.
    ///
    /// # Errors
    /// As [`from_toml_bytes`](Self::from_toml_bytes); a table that is missing, or not the one that the plan
    /// names.
    pub fn from_plan_files(
        plan: &[u8],
        tables: &[(&str, &[u8])],
        file: Option<&str>,
    ) -> Result<Self, Error> {
        let known = file.map_or_else(Tables::default, Tables::beside).with(tables);
        let read = Self::draft_of_toml(plan, known).and_then(all_at_once);
        match file {
            Some(file) => read.map(|model| model.in_file(file)).map_err(|e| e.in_file(file)),
            None => read,
        }
    }

    /// Reads a model from JSON of the same structure as a plan file.
    ///
    /// # Errors
    /// All problems of the model at once.
    ///
    /// ```
    /// use tinbergen::Model;
    /// let error = Model::from_json(
    ///     r#"{
    ///         "schema": 1, "name": "x", "periods": "2021..2025",
    ///         "indicators": { "y": { "equation": "y = a + b", "unit": 1 } }
    ///     }"#,
    /// );
    /// assert_eq!(
    ///     error.expect_err("a unit is a text, and two names are unknown").to_string(),
    ///     "indicators.y.unit: expected a text, found the number 1\n\
    ///      indicators.y.equation: \"a\" is neither an indicator nor a parameter; did you mean \"y\"?\n\
    ///      indicators.y.equation: \"b\" is neither an indicator nor a parameter; did you mean \"y\"?"
    /// );
    /// ```
    pub fn from_json(text: &str) -> Result<Self, Error> {
        Self::draft_of_json(text).and_then(all_at_once)
    }
}

impl<'de> Deserialize<'de> for Model {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = serde_json::Value::deserialize(deserializer)?.to_string();
        Self::from_json(&text).map_err(serde::de::Error::custom)
    }
}

/// The model, or everything that is wrong with it.
pub(super) fn all_at_once(draft: Draft) -> Result<Model, Error> {
    let (model, mut problems) = match draft.finish() {
        Ok(model) => return Ok(model),
        Err(wrong) => wrong,
    };
    // Where there are very many, nobody reads on.
    if let Some(model) = model.filter(|_| problems.len() < MOST_PROBLEMS) {
        problems.extend(beyond(&model));
    }
    Err(Error::first_by_line(problems))
}

/// What is wrong with a draft beyond what could not be read, and does not follow from that.
fn beyond(draft: &Model) -> Vec<Problem> {
    let found = draft.compiled().err().unwrap_or_default();
    let own = found.into_iter().filter(|problem| !draft.origin.unread.explains(problem));
    draft.in_order(own.collect())
}
