//! What whoever made a model wants to say about it.

use std::fmt;

use super::Model;
use crate::error::{Error, near};

/// What a note can be.
const KINDS: [&str; 8] =
    ["unmapped", "changed", "assumed", "left_out", "drawn", "tracked", "not_used", "jump"];

/// Something that an importer could not map, or that was decided on the way: never dropped in
/// silence, and no part of the model itself.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Note {
    /// `"unmapped"`: something of the source is not in the model. `"changed"`: it is, in another
    /// form. `"assumed"`: it was filled in. `"left_out"`: an equation whose residuals are not
    /// redrawn. `"drawn"`: how residuals are redrawn. `"tracked"`: identities with add factors.
    /// `"not_used"`: data of indicators whose equations are solved in the same periods. `"jump"`: a
    /// value of a table that may be in another unit.
    pub kind: &'static str,
    /// The indicators it is about.
    pub indicators: Vec<String>,
    /// What happened, in plain words.
    pub message: String,
    /// The line in the source, when it has one.
    pub line: Option<usize>,
    /// The text of the source, when there is one.
    pub text: String,
}

impl Note {
    /// A note that was written down before, by its parts.
    ///
    /// # Errors
    /// When there is no note of the kind.
    ///
    /// ```
    /// use tinbergen::model::Note;
    /// let note = Note::of("assumed", vec!["gdp".into()], "it begins at 1".into(), None, String::new())?;
    /// assert_eq!(note.to_string(), "assumed: it begins at 1");
    /// # Ok::<(), tinbergen::Error>(())
    /// ```
    pub fn of(
        kind: &str,
        indicators: Vec<String>,
        message: String,
        line: Option<usize>,
        text: String,
    ) -> Result<Self, Error> {
        let known = KINDS.into_iter().find(|known| *known == kind).ok_or_else(|| {
            Error::at("notes", format!("there are no notes \"{kind}\"{}", near(kind, KINDS)))
        })?;
        Ok(Self { kind: known, indicators, message, line, text })
    }

    /// A note.
    pub(crate) fn new(kind: &'static str, message: impl Into<String>) -> Self {
        debug_assert!(KINDS.contains(&kind), "a kind of note is in the list");
        let message = message.into();
        Self { kind, indicators: Vec::new(), message, line: None, text: String::new() }
    }

    /// The same about an indicator.
    pub(crate) fn about(mut self, indicator: &str) -> Self {
        self.indicators.push(indicator.to_owned());
        self
    }

    /// The same with the place in the source.
    pub(crate) fn at(mut self, line: usize, text: &str) -> Self {
        self.line = Some(line);
        self.text = shortened(text);
        self
    }
}

/// At most 200 characters of a text, in one line.
fn shortened(text: &str) -> String {
    let mut words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((end, _)) = words.char_indices().nth(200) {
        words.truncate(end);
        words.push_str("...");
    }
    words
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(line) = self.line {
            write!(f, "line {line}: ")?;
        }
        write!(f, "{}: {}", self.kind, self.message)?;
        if self.text.is_empty() { Ok(()) } else { write!(f, ": {}", self.text) }
    }
}

/// The notes of a model. They say nothing that the model says, so any two are equal.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notes(pub(crate) Vec<Note>);

impl PartialEq for Notes {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Model {
    /// What importers could not map, with the line and the text of the source, what was decided
    /// where residuals are redrawn, and which data are not used. Notes are not written to plan files.
    ///
    /// ```
    /// use tinbergen::Model;
    /// assert!(Model::new("m", "2021..2025".parse()?).notes().is_empty());
    /// # Ok::<(), tinbergen::period::PeriodError>(())
    /// ```
    pub fn notes(&self) -> Vec<Note> {
        self.notes.0.iter().cloned().chain(self.tell_not_used()).collect()
    }

    /// The same model with notes that were kept beside its written form, as far as the indicators that
    /// they are about are there, or are those of a line that was left out. Which data are not used the model says itself.
    #[must_use]
    pub fn with_notes(mut self, mut notes: Vec<Note>) -> Self {
        notes.retain(|note| {
            let is_there = |name: &String| self.indicators.contains_key(name);
            match note.kind {
                "not_used" => false,
                "unmapped" if note.line.is_some() => true,
                _ => note.indicators.iter().all(is_there),
            }
        });
        self.notes = Notes(notes);
        self
    }
}
