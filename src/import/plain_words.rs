//! What a reader sees of the parts of a model in plain text: labels, units, sources.

use std::fmt::Write;

use indexmap::IndexMap;

use crate::model::{Class, Label, Model};

/// Words of statements that say something to a reader about an indicator or a parameter.
pub(super) const ABOUT: [&str; 5] = ["label", "unit", "prices", "source", "assumption"];

/// What such a statement says.
#[derive(Debug)]
pub(super) struct About {
    pub(super) line: usize,
    /// One of [`ABOUT`].
    pub(super) word: &'static str,
    /// The language of a label, where one is given.
    pub(super) language: Option<String>,
    pub(super) name: String,
    pub(super) text: String,
}

/// The word of a statement, with the language in `label[zh]`.
pub(super) fn word_and_language(word: &str) -> Option<(&'static str, Option<String>)> {
    if let Some(language) = word.strip_prefix("label[").and_then(|rest| rest.strip_suffix(']')) {
        return Some(("label", Some(language.to_owned())));
    }
    ABOUT.into_iter().find(|about| *about == word).map(|word| (word, None))
}

impl About {
    /// Puts it where it belongs: to the parameter of the name, else to the indicator.
    pub(super) fn put(self, model: &mut Model) -> Result<(), String> {
        let Self { word, language, name, text, .. } = self;
        if let Some(parameter) = model.parameters.get_mut(&name) {
            match word {
                "label" => return add_label(&mut parameter.label, language, text, &name),
                "unit" => parameter.unit = Some(text),
                "source" => parameter.quantity.source = Some(text),
                "assumption" => parameter.quantity.assumption = Some(text),
                _ => return Err(format!("{name} is a parameter, which has no {word}")),
            }
            return Ok(());
        }
        let indicator = model.indicators.entry(name.clone()).or_default();
        match word {
            "label" => return add_label(&mut indicator.label, language, text, &name),
            "unit" => indicator.unit = Some(text),
            "prices" => indicator.prices = Some(text),
            "source" => indicator.source = Some(text),
            _ => indicator.assumption = Some(text),
        }
        Ok(())
    }
}

fn add_label(
    label: &mut Option<Label>,
    language: Option<String>,
    text: String,
    name: &str,
) -> Result<(), String> {
    match (label.as_mut(), language) {
        (None, None) => *label = Some(Label::Plain(text)),
        (None, Some(language)) => {
            *label = Some(Label::Languages(IndexMap::from([(language, text)])));
        }
        (Some(Label::Languages(texts)), Some(language)) => _ = texts.insert(language, text),
        (Some(_), _) => {
            return Err(format!(
                "{name} has a label with a language and one without; say both languages, as in \
                 \"label[en] {name} TEXT\""
            ));
        }
    }
    Ok(())
}

/// A text as a statement has it: as it is where that reads back as the same, else in quotation marks.
pub(super) fn quoted(text: &str) -> String {
    let plain = !text.is_empty()
        && text.trim() == text
        && !text.ends_with('_')
        && !text.chars().any(|c| c.is_control() || matches!(c, '"' | '#'));
    if plain { text.to_owned() } else { in_marks(text) }
}

/// A text in quotation marks.
pub(super) fn in_marks(text: &str) -> String {
    let mut written = String::from("\"");
    for c in text.chars() {
        match c {
            // A comment begins with this outside quotation marks, which these marks would close.
            '"' | '#' => {
                let _ = write!(written, "\\u{:04x}", u32::from(c));
            }
            '\\' => written.push_str("\\\\"),
            c if c.is_control() => {
                let _ = write!(written, "\\u{:04x}", u32::from(c));
            }
            c => written.push(c),
        }
    }
    written.push('"');
    written
}

/// The text of a statement, out of its quotation marks.
pub(super) fn unquoted(text: &str) -> String {
    let text = text.trim();
    if text.starts_with('"')
        && let Ok(inner) = serde_json::from_str::<String>(text)
    {
        return inner;
    }
    text.trim_matches('"').to_owned()
}

/// The statements that say what a reader sees of a part.
pub(super) fn write_about<'a>(
    text: &mut String,
    name: &str,
    label: Option<&Label>,
    others: impl IntoIterator<Item = (&'a str, &'a Option<String>)>,
) {
    match label {
        Some(Label::Plain(label)) => {
            let _ = writeln!(text, "label {name} {}", quoted(label));
        }
        Some(Label::Languages(texts)) => {
            for (language, label) in texts {
                let _ = writeln!(text, "label[{language}] {name} {}", quoted(label));
            }
        }
        None => {}
    }
    for (word, said) in others {
        if let Some(said) = said {
            let _ = writeln!(text, "{word} {name} {}", quoted(said));
        }
    }
}

impl Model {
    /// What a reader is told about the model that plain text has no words for.
    pub(super) fn unsaid_in_text(&self) -> Vec<String> {
        let mut unsaid = Vec::new();
        for (what, there) in [
            ("the label of the model", self.label.is_some()),
            ("its description", self.description.is_some()),
            ("its source", self.source.is_some()),
        ] {
            if there {
                unsaid.push(what.to_owned());
            }
        }
        if let Some(oldest) = self.requires {
            unsaid.push(format!("requires = \"{oldest}\""));
        }
        if (self.failed_paths - Self::new("", self.periods).failed_paths).abs() > 0.0 {
            unsaid.push(format!("failed_paths = {}", self.failed_paths));
        }
        let is_behavioural =
            |name: &String| matches!(self.class(name), Ok(Class::Behavioural { .. }));
        if !self.imported && self.indicators.keys().any(is_behavioural) {
            unsaid.push("that behavioural equations need a shock".to_owned());
        }
        let values = self.indicators.values().flat_map(|indicator| indicator.history.values());
        let told = values.filter(|q| q.source.is_some() || q.assumption.is_some()).count();
        if told > 0 {
            unsaid.push(format!("the sources and assumptions of {told} values"));
        }
        unsaid
    }
}
