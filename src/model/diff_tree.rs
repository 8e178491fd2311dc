//! The written form of a model as a tree whose parts have names, so that two can be laid side by side.

use serde_json::{Map, Value};

use super::Model;
use super::draws::sha256;
use crate::error::Error;

/// The model as a tree in which targets stand by their ids.
pub(super) fn tree(model: &Model) -> Result<Value, Error> {
    let mut tree = serde_json::to_value(model).map_err(|error| Error::at("", error.to_string()))?;
    let mut by_id = Map::new();
    for target in tree.get("targets").and_then(Value::as_array).into_iter().flatten() {
        let mut id = target.get("id").and_then(Value::as_str).unwrap_or_default().to_owned();
        while by_id.contains_key(&id) {
            id.push('\'');
        }
        by_id.insert(id, target.clone());
    }
    tree["targets"] = Value::Object(by_id);
    Ok(tree)
}

/// The written form again.
pub(super) fn untree(mut tree: Value) -> Value {
    let targets = tree.get_mut("targets").map(Value::take);
    if let Some(Value::Object(by_id)) = targets {
        tree["targets"] = by_id.into_iter().map(|(_, target)| target).collect();
    }
    tree
}

pub(super) const SECTIONS: [&str; 14] = [
    "indicators",
    "parameters",
    "draws",
    "shocks",
    "streams",
    "correlations",
    "copulas",
    "events",
    "levers",
    "links",
    "warnings",
    "targets",
    "target_sets",
    "scenarios",
];

/// Does it hold parts by name?
pub(super) fn is_section(key: &str) -> bool {
    SECTIONS.contains(&key)
}

/// Keys that say something to readers only.
pub(super) const TEXTS: [&str; 5] = ["label", "unit", "prices", "source", "assumption"];

/// A value without what says something to readers only.
pub(super) fn substance(value: &Value) -> Value {
    match value {
        Value::Object(entries) => {
            let kept = entries.iter().filter(|(key, _)| !TEXTS.contains(&key.as_str()));
            let kept: Map<_, _> = kept.map(|(k, v)| (k.clone(), substance(v))).collect();
            match kept.get("value") {
                Some(number) if kept.len() == 1 => number.clone(),
                _ => Value::Object(kept),
            }
        }
        Value::Array(items) => items.iter().map(substance).collect(),
        other => other.clone(),
    }
}

/// Joint draws as a reader sees them: which parameters, how many rows, and a hash that tells them apart.
pub(super) fn draws(value: &Value, rows: &Value) -> String {
    let names = value.get("parameters").and_then(Value::as_array).into_iter().flatten();
    let names: Vec<&str> = names.filter_map(Value::as_str).collect();
    let count = rows.as_array().map_or(0, Vec::len);
    let hash = sha256(rows.to_string().as_bytes());
    format!("{count} rows of {} ({})", names.join(", "), &hash[..12])
}

/// What stands at a path.
pub(super) fn at<'a>(tree: &'a Value, path: &[String]) -> Option<&'a Value> {
    path.iter().try_fold(tree, |value, key| value.get(key))
}

/// Puts a value at a path, or takes away what is there.
pub(super) fn put(tree: &mut Value, path: &[String], value: Option<&Value>) {
    let Some((last, outer)) = path.split_last() else { return };
    let mut node = tree;
    for key in outer {
        let Value::Object(entries) = node else { return };
        node = entries.entry(key.clone()).or_insert_with(|| Value::Object(Map::new()));
    }
    if let Value::Object(entries) = node {
        match value {
            Some(value) => drop(entries.insert(last.clone(), value.clone())),
            None => drop(entries.shift_remove(last)),
        }
    }
}

/// The names of the parts of a section.
pub(super) fn names_of(section: Option<&Value>) -> Vec<String> {
    section.and_then(Value::as_object).map(|s| s.keys().cloned().collect()).unwrap_or_default()
}

/// Do the names that both have stand in the same order?
pub(super) fn same_order(before: &[String], after: &[String]) -> bool {
    let common = |a: &[String], b: &[String]| -> Vec<String> {
        a.iter().filter(|name| b.contains(name)).cloned().collect()
    };
    common(before, after) == common(after, before)
}

/// All names in the order of `lead`, the others each behind the one before it in `rest`.
pub(super) fn merged_order(lead: &[String], rest: &[String]) -> Vec<String> {
    let mut order = lead.to_vec();
    for (k, name) in rest.iter().enumerate() {
        if !order.contains(name) {
            let before = rest[..k].iter().rev().find_map(|n| order.iter().position(|o| o == n));
            order.insert(before.map_or(0, |index| index + 1), name.clone());
        }
    }
    order
}

/// Puts entries into an order.
pub(super) fn in_order(entries: &mut Map<String, Value>, order: &[String]) {
    let mut old = std::mem::take(entries);
    for name in order {
        if let Some(value) = old.shift_remove(name) {
            entries.insert(name.clone(), value);
        }
    }
    entries.extend(old);
}
