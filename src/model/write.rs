//! Writing a plan file that people like to read: a header for each named part, what is small on
//! one line.

use std::fmt::Write;

use serde_json::{Map, Value};

use super::reader::is_identifier;
use crate::interrupt::look;

/// The widest line of a table written in one line; a wider one gets a header of its own.
const WIDE: usize = 100;
/// Sections whose entries get a header each.
const SECTIONS: [&str; 11] = [
    "indicators",
    "parameters",
    "draws",
    "shocks",
    "streams",
    "copulas",
    "events",
    "levers",
    "links",
    "warnings",
    "scenarios",
];

/// The text of a plan file for a model that has been turned into a JSON value.
pub(super) fn toml(model: &Value) -> String {
    let empty = Map::new();
    let model = model.as_object().unwrap_or(&empty);
    let mut text = String::new();
    for (key, value) in model.iter().filter(|(_, value)| !value.is_object() && !has_tables(value)) {
        let _ = writeln!(text, "{} = {}", written_key(key), inline(value));
    }
    if let Some(label) = model.get("label").filter(|label| label.is_object()) {
        let _ = writeln!(text, "label = {}", inline(label));
    }
    for (key, value) in model.iter().filter(|(key, _)| *key != "label") {
        match value {
            Value::Object(entries) if SECTIONS.contains(&key.as_str()) => {
                for (name, entry) in entries {
                    section(&mut text, key, name, entry);
                }
                if entries.is_empty() {
                    let _ = writeln!(text, "\n[{key}]");
                }
            }
            Value::Object(entries) => {
                let _ = writeln!(text, "\n[{key}]");
                for (name, entry) in entries {
                    let _ = writeln!(text, "{} = {}", written_key(name), inline(entry));
                }
            }
            Value::Array(items) if has_tables(value) => {
                for item in items {
                    let _ = writeln!(text, "\n[[{key}]]");
                    lines(&mut text, item);
                }
            }
            _ => {}
        }
    }
    text
}

/// Is it a list of lists, of which each gets a line?
fn has_rows(items: &[Value]) -> bool {
    items.iter().any(Value::is_array)
}

fn has_tables(value: &Value) -> bool {
    value.as_array().is_some_and(|items| items.iter().any(Value::is_object))
}

/// `[section.name]` and its entries; tables that do not fit into a line come after the rest.
fn section(text: &mut String, section: &str, name: &str, entry: &Value) {
    let header = format!("{section}.{}", written_key(name));
    let Some(entries) = entry.as_object() else {
        // A parameter that is a bare number.
        let _ = writeln!(text, "\n[{header}]\nvalue = {}", inline(entry));
        return;
    };
    let _ = writeln!(text, "\n[{header}]");
    let wide = |value: &Value| value.is_object() && inline(value).len() > WIDE;
    for (key, value) in entries.iter().filter(|(_, value)| !wide(value)) {
        look();
        line(text, key, value);
    }
    for (key, value) in entries.iter().filter(|(_, value)| wide(value)) {
        let _ = writeln!(text, "[{header}.{}]", written_key(key));
        lines(text, value);
    }
}

fn lines(text: &mut String, table: &Value) {
    for (key, value) in table.as_object().into_iter().flatten() {
        line(text, key, value);
    }
}

fn line(text: &mut String, key: &str, value: &Value) {
    match value {
        Value::Array(items) if has_tables(value) || has_rows(items) => {
            let _ = writeln!(text, "{} = [", written_key(key));
            for item in items {
                let _ = writeln!(text, "  {},", inline(item));
            }
            text.push_str("]\n");
        }
        _ => {
            let _ = writeln!(text, "{} = {}", written_key(key), inline(value));
        }
    }
}

fn written_key(key: &str) -> String {
    let bare =
        !key.is_empty() && key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    if bare || (is_identifier(key) && key.is_ascii()) { key.to_owned() } else { quoted(key) }
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// A value on one line.
pub(super) fn inline(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => match number.as_f64() {
            // A number that was a whole one stays one; the rest keeps every bit.
            Some(float) if number.is_f64() => format!("{float:?}"),
            _ => number.to_string(),
        },
        Value::String(text) => quoted(text),
        Value::Array(items) => {
            format!("[{}]", items.iter().map(inline).collect::<Vec<_>>().join(", "))
        }
        Value::Object(entries) => {
            let entries: Vec<String> = entries
                .iter()
                .map(|(key, value)| format!("{} = {}", written_key(key), inline(value)))
                .collect();
            format!("{{ {} }}", entries.join(", "))
        }
    }
}
