//! What earlier versions wrote is still read (tests/golden/archive).

use std::path::PathBuf;

use tinbergen::Model;

/// The folders of earlier versions.
fn versions() -> Vec<PathBuf> {
    let folder = crate::root().join("tests/golden/archive");
    let entries = std::fs::read_dir(folder).expect("a folder").map(|e| e.expect("an entry").path());
    let versions: Vec<PathBuf> = entries.filter(|path| path.is_dir()).collect();
    assert!(versions.iter().any(|path| path.ends_with("0.1.0")), "{versions:?}");
    versions
}

#[test]
fn plans_of_earlier_versions_say_the_same_as_ever() {
    for version in versions() {
        let written = Model::read(version.join("every_key.toml")).expect("it is read");
        let saved = Model::read(version.join("every_key.saved.toml")).expect("it is read");
        assert_eq!(written, saved, "{}", version.display());
        assert_eq!(Model::from_toml(&saved.to_toml().expect("text")).expect("read"), saved);
        written.compile().expect("it compiles");
    }
}

const LATER: &str = "name = \"later\"\nperiods = \"2021..2025\"\nlater = true\n\
                     [indicators.gdp]\nprocess = { kind = \"cycle\", length = 8 }\n";

#[test]
fn a_plan_that_needs_a_later_version_says_so_and_nothing_else() {
    let running = env!("CARGO_PKG_VERSION");
    for (schema, needed) in [(1, "99.1"), (2, "99.1.2")] {
        let text = format!("schema = {schema}\nrequires = \"{needed}\"\n{LATER}");
        let error = Model::from_toml(&text).expect_err("it is too new").to_string();
        let said = format!("line 2: requires: needs tinbergen >= {needed}; this is {running}");
        assert_eq!(error, said);
    }
}

#[test]
fn unknown_keys_are_mistakes_where_no_later_version_is_needed() {
    for requires in ["", "requires = \"0.1\"\n"] {
        let error = Model::from_toml(&format!("schema = 1\n{requires}{LATER}")).expect_err("keys");
        let error = error.to_string();
        assert!(error.contains("later: unknown key \"later\""), "{error}");
        assert!(!error.contains("needs tinbergen"), "{error}");
    }
}

#[test]
fn the_version_that_a_plan_needs_is_kept() {
    let text = "schema = 1\nrequires = \"0.1\"\nname = \"m\"\nperiods = \"2021..2025\"\n";
    let model = Model::from_toml(text).expect("it is read");
    assert!(model.to_toml().expect("text").contains("requires = \"0.1\"\n"));
    assert_eq!(Model::from_json(&model.to_json().expect("text")).expect("read"), model);
}
