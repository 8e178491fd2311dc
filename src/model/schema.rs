//! The JSON Schema of a plan file.

use schemars::Schema;
use schemars::generate::SchemaSettings;
use serde_json::Value;

use super::Model;

/// The JSON Schema (draft 2020-12) of a plan file, generated from the types of [`crate::model`].
/// It is shipped as `schema/plan.schema.json`, for editors.
///
/// ```
/// assert!(tinbergen::schema().contains("\"two_piece_normal\""));
/// ```
pub fn schema() -> String {
    let generator = SchemaSettings::draft2020_12().into_generator();
    let mut schema = generator.into_root_schema_for::<Model>().to_value();
    close(&mut schema);
    // As a `Schema` again, because that writes keywords in a readable order.
    let schema = Schema::try_from(schema).unwrap_or_default();
    serde_json::to_string_pretty(&schema).unwrap_or_default()
}

/// What a schema is put together of: each alternative sees only its own keys, so it is the whole
/// that is closed and not they.
const COMPOSITIONS: [&str; 3] = ["allOf", "anyOf", "oneOf"];

/// A table has no keys but those of its description.
fn close(schema: &mut Value) {
    if is_table(schema) {
        schema["unevaluatedProperties"] = false.into();
    }
    close_inside(schema);
}

fn close_inside(schema: &mut Value) {
    let Value::Object(keywords) = schema else { return };
    for (keyword, value) in keywords {
        match (keyword.as_str(), value) {
            ("properties" | "$defs", Value::Object(members)) => {
                members.values_mut().for_each(close);
            }
            ("items" | "additionalProperties", value) => close(value),
            (keyword, Value::Array(branches)) if COMPOSITIONS.contains(&keyword) => {
                branches.iter_mut().for_each(close_inside);
            }
            _ => {}
        }
    }
}

fn is_table(schema: &Value) -> bool {
    let own = schema.get("properties").is_some() && schema.get("additionalProperties").is_none();
    let branches = COMPOSITIONS.iter().filter_map(|keyword| schema.get(keyword)?.as_array());
    own || branches.flatten().any(is_table)
}
