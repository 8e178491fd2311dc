//! Text of the language, read once.

use std::fmt;
use std::sync::{Arc, OnceLock};

use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::{Equation, Expr, SyntaxError, parse_equation, parse_expression};

/// An equation or an expression as it was written, comments included, and the tree of what it says.
///
/// It is parsed when the tree is first asked for, and never again: copies share the tree. Two are
/// equal when they are written the same.
///
/// ```
/// use tinbergen::expr::{Equation, Text};
/// let text = Text::<Equation>::from("x = x[-1] + 1 # ~ 1 a year");
/// assert_eq!(text.as_str(), "x = x[-1] + 1 # ~ 1 a year");
/// assert!(!text.tree()?.behavioural);
/// # Ok::<(), Vec<tinbergen::expr::SyntaxError>>(())
/// ```
pub struct Text<T>(Arc<Inner<T>>);

struct Inner<T> {
    written: Box<str>,
    tree: OnceLock<Result<T, Vec<SyntaxError>>>,
}

/// What a text can say: an [`Equation`] or an expression ([`Expr`]).
pub trait Language: Sized {
    /// Reads it.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    fn parse(text: &str) -> Result<Self, Vec<SyntaxError>>;
}

impl Language for Equation {
    fn parse(text: &str) -> Result<Self, Vec<SyntaxError>> {
        parse_equation(text)
    }
}

impl Language for Expr {
    fn parse(text: &str) -> Result<Self, Vec<SyntaxError>> {
        parse_expression(text)
    }
}

impl<T> Text<T> {
    /// As it was written.
    pub fn as_str(&self) -> &str {
        &self.0.written
    }
}

impl<T: Language> Text<T> {
    /// What it says.
    ///
    /// # Errors
    /// What is wrong with it, and where.
    pub fn tree(&self) -> Result<&T, Vec<SyntaxError>> {
        let tree = self.0.tree.get_or_init(|| T::parse(&self.0.written));
        tree.as_ref().map_err(Clone::clone)
    }

    /// What it says, or what is wrong with it in sentences that show the place.
    pub(crate) fn tree_or_messages(&self) -> Result<&T, Vec<String>> {
        self.tree().map_err(|errors| errors.iter().map(|e| e.annotated(self.as_str())).collect())
    }
}

impl<T> Clone for Text<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> PartialEq for Text<T> {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl<T> fmt::Debug for Text<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.as_str(), f)
    }
}

impl<T> fmt::Display for Text<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl<T> From<&str> for Text<T> {
    fn from(written: &str) -> Self {
        Self(Arc::new(Inner { written: written.into(), tree: OnceLock::new() }))
    }
}

impl<T> From<String> for Text<T> {
    fn from(written: String) -> Self {
        Self(Arc::new(Inner { written: written.into(), tree: OnceLock::new() }))
    }
}

/// A tree, written as it is printed.
impl From<Equation> for Text<Equation> {
    fn from(tree: Equation) -> Self {
        let Equation { lhs, behavioural, levels, rhs, .. } = tree;
        let (lhs, rhs) = (lhs.unplaced(), rhs.unplaced());
        let mut tree = Equation { lhs, behavioural, levels, rhs, source: "".into() };
        tree.source = tree.to_string().into();
        Self::of(tree)
    }
}

/// A tree, written as it is printed.
impl From<Expr> for Text<Expr> {
    fn from(tree: Expr) -> Self {
        Self::of(tree.unplaced())
    }
}

impl<T: fmt::Display> Text<T> {
    fn of(tree: T) -> Self {
        let written = tree.to_string().into();
        Self(Arc::new(Inner { written, tree: OnceLock::from(Ok(tree)) }))
    }
}

impl<T> Serialize for Text<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}

impl<T> JsonSchema for Text<T> {
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
