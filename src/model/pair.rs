//! Two names.

use std::fmt;
use std::str::FromStr;

use schemars::JsonSchema;
use serde::{Serialize, Serializer};
use unicode_normalization::UnicodeNormalization;

/// The names of two shocks or of two parameters, in the order in which they were given. In a plan
/// file `"demand, employment"`.
///
/// ```
/// use tinbergen::model::Pair;
/// let pair: Pair = "demand, employment".parse()?;
/// assert_eq!(pair, Pair::new("demand", "employment"));
/// assert!(pair.has("demand") && pair.to_string() == "demand, employment");
/// # Ok::<(), String>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Pair {
    /// The first.
    pub a: String,
    /// The second.
    pub b: String,
}

impl Pair {
    /// Of two names.
    pub fn new(a: impl Into<String>, b: impl Into<String>) -> Self {
        Self { a: a.into(), b: b.into() }
    }

    /// Is it one of the two?
    pub fn has(&self, name: &str) -> bool {
        self.a == name || self.b == name
    }

    /// Both names.
    pub fn names(&self) -> [&str; 2] {
        [&self.a, &self.b]
    }
}

impl FromStr for Pair {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let names = text.split_once(',').map(|(a, b)| (a.trim(), b.trim()));
        match names {
            Some((a, b)) if !a.is_empty() && !b.is_empty() && !b.contains(',') => {
                Ok(Self { a: a.nfc().collect(), b: b.nfc().collect() })
            }
            _ => {
                Err("expected two names with a comma between them: \"demand, employment\""
                    .to_owned())
            }
        }
    }
}

impl fmt::Display for Pair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}, {}", self.a, self.b)
    }
}

impl Serialize for Pair {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl JsonSchema for Pair {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        String::schema_name()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        String::json_schema(generator)
    }
}
