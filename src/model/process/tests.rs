//! What holds of every kind of process.

use std::collections::BTreeSet;

use super::{Meaning, Process};
use crate::model::Model;

/// Each kind with all its keys, and the equation it stands for, as a reader sees it: with a shock and
/// without, and in the first period after a short history.
const EVERY: &[(&str, &str, Option<&str>)] = &[
    (
        r#"{ kind = "growth", mean = "a", persistence = "b + 1", start = 0.5, spread = "c", loading = "d", factor = "f", shock = "e" }"#,
        "dlog(x) ~ a + (b + 1) * (dlog(x[-1]) - a) + d * shock(f) + c * shock(e)",
        Some(
            "dlog(x) ~ a + (b + 1) * (start_in_the_jump_off_period - a) + d * shock(f) + c * shock(e)",
        ),
    ),
    (
        r#"{ kind = "change", mean = -2, persistence = 0.5, start = 0.5, spread = "c", loading = 2, factor = "f", shock = "e" }"#,
        "diff(x) ~ -2 + 0.5 * (diff(x[-1]) - -2) + 2 * shock(f) + c * shock(e)",
        Some(
            "diff(x) ~ -2 + 0.5 * (start_in_the_jump_off_period - -2) + 2 * shock(f) + c * shock(e)",
        ),
    ),
    (
        r#"{ kind = "level", mean = "a * b", persistence = "c", momentum = "d", spread = 2, loading = "g", factor = "h", shock = "e" }"#,
        "x ~ a * b + c * (x[-1] - a * b) + d * diff(x[-1]) + g * shock(h) + 2 * shock(e)",
        Some("x ~ a * b + c * (x[-1] - a * b) + g * shock(h) + 2 * shock(e)"),
    ),
    (
        r#"{ kind = "share", drift = "a", persistence = "b", mean = "c", pull = "d", lower = -1.5, upper = 100, start = 1, spread = "f", loading = "g", factor = "h", shock = "e" }"#,
        "diff(logit((x - -1.5) / 101.5)) ~ a + b * (diff(logit((x[-1] - -1.5) / 101.5)) - a) + d * \
         (logit((c - -1.5) / 101.5) - logit((x[-1] - -1.5) / 101.5)) + g * shock(h) + f * shock(e)",
        Some(
            "diff(logit((x - -1.5) / 101.5)) ~ a + b * (start_in_the_jump_off_period - a) + d * \
             (logit((c - -1.5) / 101.5) - logit((x[-1] - -1.5) / 101.5)) + g * shock(h) + f * shock(e)",
        ),
    ),
    (
        r#"{ kind = "stock", depreciation = "a - b", inflow = "c", shock = "e" }"#,
        "x ~ (1 - (a - b)) * x[-1] + c",
        None,
    ),
    (
        r#"{ kind = "count", arrivals = "a", departures = "b", dispersion = "c" }"#,
        "x ~ x[-1] + negative_binomial(a, c) - binomial(x[-1], b)",
        None,
    ),
    (
        r#"{ kind = "trend_to", value = "a", by = 2025, shock = "e" }"#,
        "x ~ x[-1] + (a - x[-1]) / max(\"2025\" - period + 1, 1)",
        None,
    ),
    (r#"{ kind = "path", values = { 2021 = 1, 2022 = 2 }, shock = "e" }"#, "", None),
    (
        r#"{ kind = "sinusoid", mean = "a", amplitude = "b", length = "c", peak = 2020, persistence = 0.5, shock = "e" }"#,
        "x ~ a + b * cos(6.283185307179586 * (period - \"2020\") / c) + 0.5 * (x[-1] - lag(a + b * \
         cos(6.283185307179586 * (period - \"2020\") / c), 1))",
        None,
    ),
];

/// Shorter ones: what is left out, and kinds that need no shock.
const SHORT: &[(&str, &str, Option<&str>)] = &[
    (r#"{ kind = "growth", mean = 0.05 }"#, "dlog(x) ~ 0.05", None),
    (r#"{ kind = "growth", mean = 0.05, spread = "s" }"#, "dlog(x) ~ 0.05 + s * shock(x)", None),
    (r#"{ kind = "growth", mean = 0.05, factor = "z" }"#, "dlog(x) ~ 0.05 + shock(z)", None),
    (r#"{ kind = "level", mean = 1, persistence = 0.5 }"#, "x ~ 1 + 0.5 * (x[-1] - 1)", None),
    (
        r#"{ kind = "change", mean = "a", persistence = 1 }"#,
        "diff(x) ~ a + 1 * (diff(x[-1]) - a)",
        Some("diff(x) ~ a"),
    ),
    (r#"{ kind = "share" }"#, "diff(logit(x)) ~ 0", None),
    (r#"{ kind = "share", upper = 100 }"#, "diff(logit(x / 100)) ~ 0", None),
    (r#"{ kind = "stock", depreciation = 0.1, inflow = 2 }"#, "x = (1 - 0.1) * x[-1] + 2", None),
    (
        r#"{ kind = "sinusoid", mean = 1, amplitude = 2, length = 8, peak = 2020 }"#,
        "x = 1 + 2 * cos(6.283185307179586 * (period - \"2020\") / 8)",
        None,
    ),
    (r#"{ kind = "count", arrivals = 3 }"#, "x ~ x[-1] + poisson(3)", None),
    (
        r#"{ kind = "trend_to", value = 1, by = 2025 }"#,
        "x = x[-1] + (1 - x[-1]) / max(\"2025\" - period + 1, 1)",
        None,
    ),
];

fn read(process: &str) -> Process {
    let text = format!(
        "schema = 1\nname = \"m\"\nperiods = \"2021..2022\"\n[indicators.x]\nprocess = {process}"
    );
    let model = Model::from_toml(&text).expect(process);
    let again = Model::from_toml(&model.to_toml().expect("text")).expect("reads back");
    assert_eq!(model, again, "{process}");
    model.indicators["x"].process.clone().expect("a process")
}

#[test]
fn every_kind_is_written_down_here() {
    let kinds: Vec<String> =
        EVERY.iter().map(|(text, ..)| text.split('"').nth(1).unwrap_or("").to_owned()).collect();
    let known: Vec<&str> = Process::KINDS.iter().map(|(name, _)| *name).collect();
    assert_eq!(kinds, known, "a kind of src/model/process/mod.rs is missing in this file");
}

#[test]
fn a_process_prints_the_equation_it_stands_for() {
    for (text, expected, start) in EVERY.iter().chain(SHORT) {
        let process = read(text);
        match process.meaning("x", process.shock().is_some()).expect(text) {
            Meaning::Given(values) => assert!(expected.is_empty() && !values.is_empty()),
            Meaning::Equation { regular, first } => {
                assert_eq!(regular.to_string(), *expected);
                assert_eq!(first.map(|first| first.to_string()).as_deref(), *start, "{text}");
                // What is printed says the same.
                let read = crate::expr::parse_equation(expected).expect(expected);
                assert_eq!((read.lhs, read.rhs), (regular.lhs, regular.rhs), "{text}");
            }
        }
    }
}

#[test]
fn the_terms_of_a_kind_are_all_told() {
    for (text, ..) in EVERY {
        let process = read(text);
        let schema = schemars::schema_for!(Process).to_value();
        let name = serde_json::to_value(&process).expect("json")["kind"].clone();
        let variants = schema["oneOf"].as_array().expect("variants");
        let own = variants.iter().find(|v| v["properties"]["kind"]["const"] == name);
        let own = own.expect("a variant")["properties"].as_object().expect("properties");
        let is_term = |value: &serde_json::Value| value.to_string().contains("/Term\"");
        let wanted: BTreeSet<&str> =
            own.iter().filter(|(_, v)| is_term(v)).map(|(key, _)| key.as_str()).collect();
        let told: BTreeSet<&str> = process.terms().into_iter().map(|(key, _)| key).collect();
        assert_eq!(told, wanted, "{text}");
        let keys: BTreeSet<&str> = own.keys().map(String::as_str).collect();
        let shown = serde_json::to_value(&process).expect("json");
        let shown: BTreeSet<&str> =
            shown.as_object().expect("a table").keys().map(String::as_str).collect();
        assert_eq!(shown, keys, "not every key of the kind is in this file: {text}");
        assert_eq!(process.shock().is_some(), own.contains_key("shock"), "{text}");
        assert_eq!(process.start().is_some(), own.contains_key("start"), "{text}");
        let other = process.clone().with_persistence(0.25).with_shock("f");
        let differs = own.contains_key("persistence") || own.contains_key("shock");
        assert_eq!(other != process, differs, "{text}");
        assert_eq!(other.shock(), own.contains_key("shock").then_some("f"), "{text}");
    }
}
