//! The JSON Schema of a plan file.

use schemars::transform::{RecursiveTransform, Transform};
use schemars::{Schema, generate::SchemaSettings};

use super::Model;

/// The JSON Schema (draft 2020-12) of a plan file, generated from the types of [`crate::model`].
/// It is shipped as `schema/plan.schema.json`, for editors.
///
/// ```
/// assert!(tinbergen::schema().contains("\"two_piece_normal\""));
/// ```
pub fn schema() -> String {
    let mut schema =
        SchemaSettings::draft2020_12().into_generator().into_root_schema_for::<Model>();
    RecursiveTransform(close).transform(&mut schema);
    serde_json::to_string_pretty(&schema).unwrap_or_default()
}

/// A table has no keys but those of its description.
fn close(schema: &mut Schema) {
    let has = |schema: &Schema, key: &str| schema.get(key).is_some();
    let is_table = has(schema, "properties") && !has(schema, "additionalProperties");
    if is_table && has(schema, "type") {
        schema.insert("unevaluatedProperties".to_owned(), false.into());
    }
}
