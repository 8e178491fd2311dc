//! Reading a tree of values, gathering every problem on the way.
//!
//! A [`Fields`] hands out the entries of a table by key; what is left when it is finished is
//! unknown to the plan file and an error. Nothing stops at the first problem: a value that cannot
//! be read is left out, and the model is only used when no problem was found.

use std::collections::HashSet;
use std::fmt::Display;
use std::ops::Range;
use std::str::FromStr;

use indexmap::IndexMap;
use unicode_normalization::UnicodeNormalization;

use super::node::{Lines, Node, Table, Tree, shortened};
use super::{Pair, Tables};
use crate::error::{Problem, near};
use crate::interrupt::look;

/// The problems found so far, and where every address stands in the file.
#[derive(Debug)]
pub(super) struct Reader {
    /// Where tables of draws are.
    pub(super) tables: Tables,
    /// None where the source is no text.
    text_lines: Option<Lines>,
    pub(super) problems: Vec<Problem>,
    pub(super) lines: IndexMap<String, usize>,
    /// Parts of which nothing could be read.
    pub(super) left_out: HashSet<String>,
    /// Is there a table of another key than those of the plan file, which may be a section?
    pub(super) has_stray_table: bool,
    /// Is the span not even guessed?
    pub(super) hides_the_span: bool,
}

/// A value and its address.
#[derive(Debug)]
pub(super) struct Item {
    pub(super) node: Node,
    pub(super) address: String,
    key_span: Option<Range<usize>>,
}

impl Reader {
    pub(super) fn new(source: Option<&str>, tables: Tables) -> Self {
        let text_lines = source.map(Lines::of);
        Self {
            tables,
            text_lines,
            problems: Vec::new(),
            lines: IndexMap::new(),
            left_out: HashSet::new(),
            has_stray_table: false,
            hides_the_span: false,
        }
    }

    /// Is it the text of a plan file that is read?
    pub(super) fn is_text(&self) -> bool {
        self.text_lines.is_some()
    }

    /// The line of an address, or of the closest part around it.
    pub(super) fn line_above(&self, address: &str) -> Option<usize> {
        let mut address = address;
        loop {
            if let Some(&line) = self.lines.get(address) {
                return Some(line);
            }
            address = &address[..address.rfind(['.', '['])?];
        }
    }

    fn line(&self, span: Option<&Range<usize>>) -> Option<usize> {
        Some(self.text_lines.as_ref()?.line(span?.start))
    }

    /// The line on which an item stands.
    pub(super) fn line_of(&self, item: &Item) -> Option<usize> {
        self.line(item.key_span.as_ref().or(item.node.span.as_ref()))
    }

    /// A problem below an address, on its own line where that is known.
    pub(super) fn problem_inside(
        &mut self,
        address: &str,
        below: &str,
        line: Option<usize>,
        message: String,
    ) {
        let separator = if below.is_empty() { "" } else { "." };
        let address = format!("{address}{separator}{below}");
        let line = self.lines.get(&address).copied().or(line);
        self.problems.push(Problem::new(address, message).at_line(line));
    }

    pub(super) fn problem(&mut self, item: &Item, message: impl Into<String>) {
        let line = self.line_of(item);
        self.problems.push(Problem::new(&item.address, message).at_line(line));
    }

    fn wrong(&mut self, item: &Item, expected: &str) {
        let found = item.node.value.describe();
        self.problem(item, format!("expected {expected}, found {found}"));
    }

    /// An item of the tree; remembers its line.
    pub(super) fn item(&mut self, node: Node, address: String, key: Option<Range<usize>>) -> Item {
        if let Some(line) = self.line(key.as_ref().or(node.span.as_ref())) {
            self.lines.insert(address.clone(), line);
        }
        Item { node, address, key_span: key }
    }

    pub(super) fn number(&mut self, item: &Item) -> Option<f64> {
        const EXACT: i64 = 1 << 53;
        match item.node.value {
            Tree::Float(value) if value.is_finite() => Some(value),
            Tree::Float(value) => {
                self.problem(item, format!("expected a finite number, found {value}"));
                None
            }
            Tree::Integer(value) if (-EXACT..=EXACT).contains(&value) => Some(value as f64),
            Tree::Integer(value) => {
                self.problem(item, format!("{value} is too large a whole number to be exact"));
                None
            }
            _ => {
                self.wrong(item, "a number");
                None
            }
        }
    }

    pub(super) fn text(&mut self, item: &Item) -> Option<String> {
        if let Tree::Text(text) = &item.node.value {
            return Some(text.clone());
        }
        self.wrong(item, "a text");
        None
    }

    pub(super) fn boolean(&mut self, item: &Item) -> Option<bool> {
        if let Tree::Bool(value) = item.node.value {
            return Some(value);
        }
        self.wrong(item, "true or false");
        None
    }

    /// A text that is read by its type: a period, a span. Whole numbers are read as text, so a year
    /// needs no quotes.
    pub(super) fn parsed<T: FromStr<Err: Display>>(
        &mut self,
        item: &Item,
        expected: &str,
    ) -> Option<T> {
        let text = match &item.node.value {
            Tree::Text(text) => text.clone(),
            Tree::Integer(value) => value.to_string(),
            Tree::Date(date) => {
                let short = date.get(..7).unwrap_or(date);
                let message =
                    format!("expected {expected}, found the date {date}; write \"{short}\"");
                self.problem(item, message);
                return None;
            }
            _ => {
                self.wrong(item, expected);
                return None;
            }
        };
        match text.parse() {
            Ok(value) => Some(value),
            Err(error) => {
                self.problem(item, error.to_string());
                None
            }
        }
    }

    /// The two names that a key of correlations has.
    pub(super) fn pair(&mut self, key: &str, item: &Item) -> Option<Pair> {
        key.parse().map_err(|message: String| self.problem(item, message)).ok()
    }

    /// One of a few words.
    pub(super) fn word<T: Copy>(&mut self, item: &Item, words: &[(&str, T)]) -> Option<T> {
        let text = self.text(item)?;
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*value);
        }
        let known: Vec<String> = words.iter().map(|(word, _)| format!("\"{word}\"")).collect();
        let hint = near(&text, words.iter().map(|(word, _)| *word));
        let message = format!("\"{}\" is not one of {}{hint}", shortened(&text), known.join(", "));
        self.problem(item, message);
        None
    }

    pub(super) fn array(&mut self, item: Item) -> Option<Vec<Item>> {
        let Tree::Array(_) = &item.node.value else {
            self.wrong(&item, "a list");
            return None;
        };
        let Tree::Array(nodes) = item.node.value else { return None };
        let items = nodes.into_iter().enumerate();
        Some(
            items
                .map(|(k, node)| self.item(node, format!("{}[{k}]", item.address), None))
                .collect(),
        )
    }

    /// The entries of a table whose keys are free.
    pub(super) fn entries(&mut self, item: Item) -> Option<Vec<(String, Item)>> {
        let fields = self.fields(item)?;
        let address = fields.item.address.clone();
        let entries = fields.table.into_iter().map(|(key, (node, span))| {
            let address = join(&address, &key);
            (key, self.item(node, address, span))
        });
        Some(entries.collect())
    }

    /// The entries of a table whose keys are names, NFC-normalised, each checked and only once.
    pub(super) fn named(&mut self, item: Item) -> Option<Vec<(String, Item)>> {
        let mut seen: IndexMap<String, ()> = IndexMap::new();
        let mut named = Vec::new();
        for (key, item) in self.entries(item)? {
            look();
            let name = if key.is_ascii() { key } else { key.nfc().collect() };
            if !is_identifier(&name) {
                let message = format!(
                    "\"{}\" is not a name: a letter or _ first, then letters, digits and _",
                    shortened(&name)
                );
                self.problem(&item, message);
            } else if seen.insert(name.clone(), ()).is_some() {
                self.problem(&item, format!("the name \"{name}\" is given twice"));
            } else {
                named.push((name, item));
            }
        }
        Some(named)
    }

    pub(super) fn fields(&mut self, mut item: Item) -> Option<Fields> {
        match std::mem::replace(&mut item.node.value, Tree::Nothing) {
            Tree::Table(table) => Some(Fields { item, table, known: Vec::new() }),
            other => {
                item.node.value = other;
                self.wrong(&item, "a table");
                None
            }
        }
    }
}

/// Is it a Unicode identifier?
pub(super) fn is_identifier(name: &str) -> bool {
    let mut characters = name.chars();
    characters.next().is_some_and(|c| c.is_alphabetic() || c == '_')
        && characters.all(|c| c.is_alphanumeric() || c == '_')
}

/// `address.key`, quoted where the key is no name.
pub(super) fn join(address: &str, key: &str) -> String {
    let plain = key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    let key = if plain { key.to_owned() } else { format!("\"{}\"", shortened(key)) };
    if address.is_empty() { key } else { format!("{address}.{key}") }
}

/// The entries of a table that are still to be read.
#[derive(Debug)]
pub(super) struct Fields {
    pub(super) item: Item,
    table: Table,
    known: Vec<&'static str>,
}

impl Fields {
    /// The value of a key, when it is there.
    pub(super) fn take(&mut self, reader: &mut Reader, key: &'static str) -> Option<Item> {
        self.known.push(key);
        let (node, span) = self.table.shift_remove(key)?;
        if matches!(node.value, Tree::Nothing) {
            return None;
        }
        Some(reader.item(node, join(&self.item.address, key), span))
    }

    /// The value of a key that must be there.
    pub(super) fn need(&mut self, reader: &mut Reader, key: &'static str) -> Option<Item> {
        let item = self.take(reader, key);
        if item.is_none() {
            reader.problem(&self.item, format!("\"{key}\" is missing"));
        }
        item
    }

    /// Which one of several keys is there; a problem when there is none or more than one.
    pub(super) fn one_of(
        &mut self,
        reader: &mut Reader,
        keys: &[&'static str],
        what: &str,
    ) -> Option<(&'static str, Item)> {
        self.known.extend(keys);
        let present: Vec<&'static str> =
            keys.iter().copied().filter(|key| self.table.contains_key(*key)).collect();
        match present.as_slice() {
            [key] => Some((key, self.take(reader, key)?)),
            [] => {
                let message = format!("has no {what}; expected one of {}", keys.join(", "));
                reader.problem(&self.item, message);
                None
            }
            several => {
                let message = format!("has {} at once; leave one", several.join(" and "));
                reader.problem(&self.item, message);
                several.iter().for_each(|key| drop(self.table.shift_remove(*key)));
                None
            }
        }
    }

    pub(super) fn number(&mut self, reader: &mut Reader, key: &'static str) -> Option<f64> {
        let item = self.take(reader, key)?;
        reader.number(&item)
    }

    pub(super) fn text(&mut self, reader: &mut Reader, key: &'static str) -> Option<String> {
        let item = self.take(reader, key)?;
        reader.text(&item)
    }

    /// Is a table, or a list, among what is left?
    pub(super) fn has_table_left(&self) -> bool {
        let mut left = self.table.values();
        left.any(|(node, _)| matches!(node.value, Tree::Table(_) | Tree::Array(_)))
    }

    /// What is left is unknown.
    pub(super) fn finish(mut self, reader: &mut Reader) {
        for (key, (node, span)) in std::mem::take(&mut self.table) {
            look();
            let hint = near(&key, self.known.iter().copied());
            let expected = if hint.is_empty() && !self.known.is_empty() {
                format!("; expected one of {}", self.known.join(", "))
            } else {
                hint
            };
            let item = reader.item(node, join(&self.item.address, &key), span);
            reader.problem(&item, format!("unknown key \"{}\"{expected}", shortened(&key)));
        }
    }
}
