//! What `check` sees before any random number is drawn: numbers, names and changes that cannot be meant,
//! or hardly.

use tinbergen::Model;
use tinbergen::plan::{FindingKind, consistency};

const HEAD: &str = "schema = 1\nname = \"odd\"\nperiods = \"2021..2025\"\n";
const GROWTH: &str = "[indicators.x]\nhistory = { 2018 = 96, 2019 = 98, 2020 = 100 }\n\
                      process = { kind = \"growth\", mean = 0.02 }\n[shocks.x]\nnormal = { sd = 0.01 }\n";

/// Warnings of a plan, each with its line.
fn warnings(text: &str) -> Vec<String> {
    let model = Model::from_toml(&format!("{HEAD}{text}")).expect("it reads");
    let program = model.compile().expect("it compiles");
    for finding in consistency(&program).iter().filter(|f| f.kind == FindingKind::Warning) {
        assert!(!finding.message.is_empty() && !finding.resolve.is_empty());
    }
    program.warnings().iter().map(ToString::to_string).collect()
}

fn refused(text: &str) -> String {
    let checked = Model::from_toml(&format!("{HEAD}{text}")).and_then(|model| model.compile());
    checked.expect_err("it is refused").to_string()
}

#[track_caller]
fn says(text: &str, address: &str, words: &str) {
    let found = warnings(text);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].contains(address) && found[0].contains(words), "{found:?}");
    assert!(found[0].starts_with("line "), "{found:?}");
}

#[test]
fn a_plan_without_oddities_has_none() {
    assert_eq!(warnings(GROWTH), Vec::<String>::new());
}

#[test]
fn percent_in_the_place_of_fractions_is_asked_about() {
    let address = "indicators.x.process.mean";
    for mean in ["5", "-2", "\"g\"", "\"2 * g\"", "\"g * 100 / 100\""] {
        let text = GROWTH.replace("mean = 0.02", &format!("mean = {mean}"));
        let parameter = if mean.contains('g') { "[parameters]\ng = 2.5\n" } else { "" };
        says(&format!("{text}{parameter}"), address, "log growth per period");
    }
    let drawn = "[parameters.g]\nnormal = { mean = 5, sd = 1 }\n";
    let text = GROWTH.replace("mean = 0.02", "mean = \"g\"");
    says(&format!("{text}{drawn}"), address, "5 is odd");
    // Plausible by itself, and nothing like the past.
    says(&GROWTH.replace("mean = 0.02", "mean = 0.5"), address, "in its history");
    let fast = GROWTH.replace("2018 = 96, 2019 = 98", "2018 = 30, 2019 = 60");
    assert_eq!(warnings(&fast.replace("mean = 0.02", "mean = 0.5")), Vec::<String>::new());
    let start = GROWTH.replace("2018 = 96, 2019 = 98, ", "");
    let start = start.replace("mean = 0.02", "mean = 0.02, persistence = 0.5, start = 3");
    says(&start, "indicators.x.process.start", "log growth per period");
}

#[test]
fn what_grows_without_end_is_asked_about() {
    for (process, address) in [
        ("{ kind = \"growth\", mean = 0.02, persistence = 1.5 }", "process.persistence"),
        ("{ kind = \"level\", mean = 90, persistence = -1.2 }", "process.persistence"),
        ("{ kind = \"change\", mean = 1, persistence = 50 }", "process.persistence"),
        ("{ kind = \"stock\", depreciation = 3, inflow = 5 }", "process.depreciation"),
        ("{ kind = \"stock\", depreciation = -0.1, inflow = 5 }", "process.depreciation"),
        ("{ kind = \"count\", arrivals = -4 }", "process.arrivals"),
    ] {
        let text = GROWTH.replace("{ kind = \"growth\", mean = 0.02 }", process);
        let text = if process.contains("count") {
            text.split("[shocks.x]").next().expect("a part").to_owned()
        } else {
            text
        };
        says(&text, address, "is odd");
    }
    // A random walk is meant.
    let text = GROWTH.replace(
        "{ kind = \"growth\", mean = 0.02 }",
        "{ kind = \"level\", mean = 90, persistence = 1 }",
    );
    assert_eq!(warnings(&text), Vec::<String>::new());
}

#[test]
fn growth_from_nothing_is_asked_about() {
    for last in ["0", "-10"] {
        let text = GROWTH.replace("2020 = 100", &format!("2020 = {last}"));
        says(&text, "indicators.x.history.2020", "is not defined");
    }
}

#[test]
fn a_share_outside_its_limits_is_refused_with_a_way_out() {
    let share = |value: f64, limits: &str| {
        format!(
            "[indicators.s]\nhistory = {{ 2020 = {value} }}\nprocess = {{ kind = \"share\"{limits} }}\n[shocks.s]\nnormal = {{ sd = 0.1 }}\n"
        )
    };
    let said = refused(&share(2.4, ""));
    assert!(
        said.contains("line 5: indicators.s.history.2020: 2.4 does not lie between 0 and 1"),
        "{said}"
    );
    assert!(said.contains("for percent set upper = 100"), "{said}");
    for (value, limits) in [
        (-1.0, ""),
        (0.0, ""),
        (1.0, ""),
        (100.0, ", upper = 100"),
        (5.0, ", lower = 10, upper = 60"),
    ] {
        let said = refused(&share(value, limits));
        assert!(said.contains("does not lie between") && !said.contains("upper = 100"), "{said}");
    }
    assert_eq!(warnings(&share(2.4, ", upper = 100")), Vec::<String>::new());
}

#[test]
fn a_target_held_against_itself_is_asked_about() {
    let target = |bound: &str| {
        format!("{GROWTH}[[targets]]\nid = \"t\"\nindicator = \"x\"\nperiod = 2025\n{bound}\n")
    };
    for bound in
        ["at_least = { indicator = \"x\" }", "below = { indicator = \"x\", times = 2, plus = 3 }"]
    {
        let key = bound.split(' ').next().expect("a key");
        says(&target(bound), &format!("targets[0].{key}"), "against itself");
    }
    let growth = target("of = \"growth\"\nat_least = { indicator = \"x\", of = \"level\" }");
    assert_eq!(warnings(&growth), Vec::<String>::new());
}

#[test]
fn what_is_set_twice_is_asked_about() {
    let scenario = |changes: &str| {
        format!(
            "{GROWTH}[parameters]\np = 1\n[indicators.y]\nequation = \"y = p * x\"\n[scenarios.s]\nchanges = [{changes}]\n"
        )
    };
    let twice = |a: &str, b: &str| scenario(&format!("{{ {a} }}, {{ {b} }}"));
    let x = |values: &str| format!("indicator = \"x\", set = {values}");
    says(
        &twice(&x("{ 2022 = 5, 2023 = 6 }"), &x("{ 2023 = 7 }")),
        "scenarios.s.changes[1].set",
        "changes[0]",
    );
    says(&twice(&x("5"), &x("{ 2023 = 7 }")), "scenarios.s.changes[1].set", "changes[0]");
    let p = "parameter = \"p\", set = 2";
    says(&twice(p, "parameter = \"p\", set = 3"), "scenarios.s.changes[1].set", "changes[0]");
    for fine in [
        twice(&x("{ 2022 = 5 }"), &x("{ 2023 = 7 }")),
        twice(p, "parameter = \"p\", add = 3"),
        twice(p, &x("{ 2023 = 7 }")),
    ] {
        assert_eq!(warnings(&fine), Vec::<String>::new());
    }
}

#[test]
fn a_name_that_means_two_things_is_refused() {
    let said = refused(&format!("{GROWTH}[parameters]\nx = 3\n"));
    assert!(said.contains("parameters.x: an indicator is named \"x\" too"), "{said}");
}

#[test]
fn names_that_look_the_same_are_asked_about() {
    // The second is a Cyrillic letter; fullwidth forms are compatible ones.
    let other =
        |name: &str| format!("{GROWTH}[indicators.\"{name}\"]\nequation = \"{name} = x\"\n");
    says(&other("х"), "indicators.х", "U+0445");
    let text = format!("{GROWTH}[parameters]\n\"х\" = 3\n[indicators.y]\nequation = \"y = х\"\n");
    says(&text, "parameters.х", "looks the same as \"x\"");
    let target = |id: &str| {
        format!("[[targets]]\nid = \"{id}\"\nindicator = \"x\"\nperiod = 2025\nat_least = 1\n")
    };
    says(&format!("{GROWTH}{}{}", target("gdp"), target("gdр")), "targets[1].id", "U+0440");
    assert_eq!(warnings(&other("产值")), Vec::<String>::new());
}

#[test]
fn a_name_that_cannot_be_seen_is_refused() {
    for id in ["", " ", "\\u3000"] {
        let text = format!(
            "{GROWTH}[[targets]]\nid = \"{id}\"\nindicator = \"x\"\nperiod = 2025\nat_least = 1\n"
        );
        let said = refused(&text);
        assert!(said.contains("targets[0].id: a target needs an id"), "{said}");
    }
}

#[test]
fn a_correlation_without_bearing_is_told_and_leaves_the_draws_of_the_others() {
    let text = "[parameters]\na = { normal = { mean = 0.07, sd = 0.01 } }\nb = { normal = { mean = 1, sd = 0.2 } }\n\
                [correlations]\n\"a, b\" = 0.8\n[indicators.x]\nequation = \"x = a + b\"\n[indicators.y]\nequation = \"y = b\"\n";
    assert_eq!(warnings(text), Vec::<String>::new());
    let fixed = text.replace("a = { normal = { mean = 0.07, sd = 0.01 } }", "a = 0.07");
    says(&fixed, "correlations.\"a, b\"", "no bearing");
    let paths = |text: &str| {
        let model = Model::from_toml(&format!("{HEAD}{text}")).expect("it reads");
        let runs = model
            .compile()
            .expect("compiles")
            .simulate(&tinbergen::Sampling::new(50, 3))
            .expect("runs");
        runs.get("baseline").expect("it ran").paths("y").expect("kept").row(0).to_vec()
    };
    assert_eq!(paths(text), paths(&fixed));
}

#[test]
fn nothing_that_ships_is_odd() {
    let mut files = Vec::new();
    for folder in ["plans", "tests/models", "tests/golden", "tests/golden/archive/0.1.0"] {
        let entries = std::fs::read_dir(crate::root().join(folder)).expect("a folder");
        files.extend(entries.map(|entry| entry.expect("an entry").path()));
    }
    let plans: Vec<_> =
        files.into_iter().filter(|path| path.extension().is_some_and(|e| e == "toml")).collect();
    assert!(plans.len() > 4, "{plans:?}");
    for plan in plans {
        let Ok(program) = Model::read(&plan).and_then(|model| model.compile()) else { continue };
        let odd: Vec<_> = program.warnings().iter().map(ToString::to_string).collect();
        let odd: Vec<_> = odd.iter().filter(|said| !said.contains("no equation uses")).collect();
        assert!(odd.is_empty(), "{}: {odd:?}", plan.display());
    }
}

#[test]
fn what_an_equation_cannot_start_from_is_asked_about() {
    let count = |history: &str, departures: &str| {
        format!(
            "[indicators.x]\nhistory = {{ 2020 = {history} }}\n\
             process = {{ kind = \"count\", arrivals = 3, departures = {departures} }}\n"
        )
    };
    let address = "indicators.x.history.2020";
    says(&count("10.5", "0.1"), address, "10.5 units cannot be counted");
    says(&count("-3", "0.1"), address, "-3 units cannot be counted");
    assert_eq!(warnings(&count("10", "0.1")), Vec::<String>::new());
    assert_eq!(warnings(&count("10.5", "0")), Vec::<String>::new());
    let dlog = |value: f64| {
        format!(
            "[indicators.x]\nhistory = {{ 2020 = {value} }}\nequation = \"dlog(x) ~ 0.02\"\n\
             [shocks.x]\nnormal = {{ sd = 0.01 }}\n"
        )
    };
    says(&dlog(-1.0), address, "dlog from -1 is not defined");
    assert_eq!(warnings(&dlog(1.0)), Vec::<String>::new());
}

#[test]
fn terms_drawn_where_a_process_is_not_defined_are_asked_about() {
    let plan = |departures: &str| {
        format!(
            "[indicators.x]\nhistory = {{ 2020 = 10 }}\n\
             process = {{ kind = \"count\", arrivals = 3, departures = \"d\" }}\n[parameters.d]\n{departures}\n"
        )
    };
    // A normal(0.9, 0.2) is above 1 in 30.85 % of draws, below 0 in none.
    let address = "indicators.x.process.departures";
    says(&plan("normal = { mean = 0.9, sd = 0.2 }"), address, "in 30.85 % of paths");
    assert_eq!(warnings(&plan("beta = { alpha = 2, beta = 18 }")), Vec::<String>::new());
    assert_eq!(warnings(&plan("normal = { mean = 0.5, sd = 0.1 }")), Vec::<String>::new());
}

#[test]
fn an_add_factor_where_a_value_is_set_is_asked_about() {
    let plan = |changes: &str| format!("{GROWTH}[scenarios.s]\nchanges = [{changes}]\n");
    let set = "{ indicator = \"x\", periods = \"2022..2023\", set = 100 }";
    let add =
        |periods: &str| format!("{{ indicator = \"x\", periods = \"{periods}\", add = 0.02 }}");
    for (changes, k) in
        [(format!("{set}, {}", add("2023..2024")), 1), (format!("{}, {set}", add("2021..2022")), 0)]
    {
        says(&plan(&changes), &format!("scenarios.s.changes[{k}].add"), "no effect there");
    }
    assert_eq!(warnings(&plan(&format!("{set}, {}", add("2024..2025")))), Vec::<String>::new());
}
