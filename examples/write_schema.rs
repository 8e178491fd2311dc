//! Writes the JSON Schema of plan files to schema/plan.schema.json.

fn main() -> std::io::Result<()> {
    std::fs::write("schema/plan.schema.json", tinbergen::schema() + "\n")
}
