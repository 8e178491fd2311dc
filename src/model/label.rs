//! Labels in several languages.

use indexmap::IndexMap;
use schemars::JsonSchema;
use serde::Serialize;

/// A label, in one language or in several: `"GDP"` or `{ en = "GDP", zh = "地区生产总值" }`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Label {
    /// One text for every reader.
    Plain(String),
    /// A text for each language code.
    Languages(IndexMap<String, String>),
}

impl Label {
    /// The text in a language, else the plain one, else the first there is.
    ///
    /// ```
    /// use tinbergen::model::Label;
    /// assert_eq!(Label::from("GDP").text("zh"), "GDP");
    /// ```
    pub fn text(&self, language: &str) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Languages(texts) => {
                texts.get(language).or_else(|| texts.values().next()).map_or("", String::as_str)
            }
        }
    }
}

impl From<&str> for Label {
    fn from(text: &str) -> Self {
        Self::Plain(text.to_owned())
    }
}
