//! How an indicator got its value in a path: recomputed from the numbers that a trace tells.

use tinbergen::outturns::{Outturn, Outturns};
use tinbergen::simulate::{Trace, TraceKind, TraceStep, Tracing};
use tinbergen::{Ensembles, Model, Sampling};

const PLAN: &str = r#"
    schema = 1
    name = "traced"
    periods = "2021..2025"
    failed_paths = 1
    [parameters]
    drift = { normal = { mean = 0.03, sd = 0.01 } }
    share = 0.4
    [indicators.gdp]
    history = { 2019 = 95, 2020 = { normal = { mean = 100, sd = 2 } } }
    equation = "dlog(gdp) ~ drift + 0.2 * dlog(rate[-1] + 10)"
    [indicators.rate]
    history = { 2018 = 2, 2019 = 2.5, 2020 = 3 }
    equation = "rate ~ 0.7 * rate[-1] + 1 + 0.5 * shock(world) + if(period >= '2023', 0.1, 0)"
    [indicators.levels]
    history = { 2020 = 50 }
    equation = "dlog(levels) ~ 0.02 in levels"
    [indicators.trend]
    history = { 2020 = 10 }
    process = { kind = "growth", mean = "drift", persistence = 0.5, start = { normal = { mean = 0.02, sd = 0.01 } } }
    [indicators.given]
    process = { kind = "path", values = { 2021 = 1, 2022 = 2, 2023 = 3, 2024 = 4, 2025 = { normal = { mean = 5, sd = 1 } } } }
    [indicators.firms]
    history = { 2020 = 30 }
    process = { kind = "count", arrivals = "2 + share" }
    [indicators.c]
    equation = "c = share * y + 5"
    [indicators.y]
    equation = "y = c + 0.5 * gdp"
    [indicators.sum]
    equation = "sum = movsum(gdp, 2) / 2 - max(c, 1)"
    [indicators.lost]
    equation = "lost = log(rate - 2.6)"
    [shocks.gdp]
    normal = { sd = 0.02 }
    [shocks.rate]
    student_t = { sd = 0.5, df = 5 }
    [shocks.world]
    normal = { sd = 0.3 }
    [shocks.levels]
    normal = { sd = 0.5 }
    [shocks.trend]
    normal = { sd = 0.01 }
    [shocks.given]
    normal = { sd = 0.1 }
    [events.slump]
    probability = 0.2
    size = { gdp = -0.05 }
    [scenarios.other]
    changes = [
        { indicator = "rate", periods = "2022..2023", add = 0.25 },
        { shock = "gdp", periods = "2022", scale = 2 },
        { shock = "gdp", periods = "2022", add = 0.01 },
        { parameter = "drift", scale = 0.5 },
        { indicator = "levels", set = { 2023 = 55 } },
        { indicator = "sum", set = { 2024 = 60 }, by = "trend" },
    ]
"#;

fn program() -> tinbergen::Program {
    // What is solved for must be reached.
    let plan = PLAN.replace("movsum(gdp, 2) / 2", "movsum(gdp, 2) / 2 + 0.1 * trend");
    Model::from_toml(&plan).expect("read").compile().expect("compiled")
}

/// The right side of an equation of the plan, from what its trace says it reads.
fn right(step: &TraceStep) -> f64 {
    let of = |term: &str| {
        let read = step.reads.iter().find(|read| read.term == term);
        read.unwrap_or_else(|| panic!("{term} in {step:?}")).value
    };
    let late = f64::from(u8::from(step.period.ordinal() >= 2023));
    match step.indicator.as_str() {
        _ if step.reads.is_empty() => step.right,
        "gdp" => of("drift") + 0.2 * ((of("rate[-1]") + 10.0).ln() - (of("rate[-2]") + 10.0).ln()),
        "rate" => 0.7 * of("rate[-1]") + 1.0 + 0.5 * of("shock(world)") + 0.1 * late,
        "levels" => (0.02 + of("levels[-1]").ln()).exp(),
        "c" => of("share") * of("y") + 5.0,
        "y" => of("c") + 0.5 * of("gdp"),
        "sum" => f64::midpoint(of("gdp"), of("gdp[-1]")) + 0.1 * of("trend") - of("c").max(1.0),
        "lost" => (of("rate") - 2.6).ln(),
        _ => step.right,
    }
}

fn check(trace: &Trace, runs: &Ensembles, path: usize) {
    let ensemble = runs.get(&trace.scenario).expect("it ran");
    for step in &trace.steps {
        let close = |a: f64, b: f64| {
            a == b || a.is_nan() && b.is_nan() || (a - b).abs() < 1e-9 * a.abs().max(1.0)
        };
        if let Some(row) = ensemble.row(&step.indicator, step.period) {
            assert!(close(row[path], step.value), "{step:?} {}", row[path]);
        }
        for read in step.reads.iter().filter(|read| !read.term.starts_with("shock")) {
            let row = read.period.and_then(|period| ensemble.row(&read.name, period));
            assert!(row.is_none_or(|row| close(row[path], read.value)), "{read:?}");
        }
        assert!(close(right(step), step.right), "{step:?}: {}", right(step));
        let residual = step.shock.as_ref().map_or(0.0, |shock| shock.1) + step.add_factor;
        assert!(close(step.left - step.right - residual, step.gap), "{step:?}");
        if step.kind == TraceKind::Equation && step.indicator != "lost" {
            // What is solved for may leave the domain of a logarithm: a broken path, told as such.
            assert!(step.gap.abs() < 1e-9 || step.value.is_nan(), "{trace}");
        }
    }
}

#[test]
fn the_right_side_is_that_of_the_numbers_that_are_told() {
    let program = program();
    let sampling = Sampling::new(50, 3).with_parameter("share", 0.3);
    for sampling in [Sampling::new(50, 3), sampling] {
        let runs = program.simulate(&sampling).expect("it runs");
        for scenario in ["baseline", "other"] {
            for indicator in program.model().indicators.keys() {
                for period in program.span().periods() {
                    for path in [0, 17, 49] {
                        let of = Tracing::new(indicator, period, path).in_scenario(scenario);
                        let trace = runs.trace(&of.with_depth(3)).expect("traced");
                        assert_eq!(trace.steps[0].indicator, *indicator);
                        check(&trace, &runs, path as usize);
                    }
                }
            }
        }
    }
}

#[test]
fn what_scenarios_do_is_told() {
    let runs = program().simulate(&Sampling::new(20, 1)).expect("it runs");
    let step = |scenario: &str, name: &str, year: &str| {
        let period = year.parse().expect("a year");
        let of = Tracing::new(name, period, 3).in_scenario(scenario);
        runs.trace(&of).expect("traced").steps.remove(0)
    };
    assert_eq!(step("other", "rate", "2022").add_factor, 0.25);
    assert_eq!(step("baseline", "rate", "2022").add_factor, 0.0);
    let (plain, changed) = (step("baseline", "gdp", "2022"), step("other", "gdp", "2022"));
    assert_eq!((plain.kind, changed.kind), (TraceKind::Equation, TraceKind::Equation));
    assert_eq!(step("other", "levels", "2023").kind, TraceKind::Set);
    assert_eq!(step("other", "levels", "2023").value, 55.0);
    assert_eq!(step("other", "trend", "2024").kind, TraceKind::Solved);
    assert_eq!(step("baseline", "rate", "2020").kind, TraceKind::Known);
    assert_eq!(step("baseline", "given", "2022").kind, TraceKind::Given);
    let first = step("baseline", "trend", "2021");
    assert!(first.numbers.contains(" ~ "), "{}", first.numbers);
    let of = Tracing::new("gdp", "2022".parse().expect("a year"), 3).in_scenario("other");
    let text = runs.trace(&of.with_depth(2)).expect("traced").to_string();
    for part in [
        "path 3 of other",
        "dlog(gdp) ~ drift + 0.2 * dlog(rate[-1] + 10)",
        "shock(gdp)",
        "rate[-1] =",
    ] {
        assert!(text.contains(part), "{part}: {text}");
    }
}

#[test]
fn what_does_not_exist_is_refused() {
    let runs = program().simulate(&Sampling::new(20, 1)).expect("it runs");
    let error = |scenario: &str, name: &str, year: &str, path: u64| {
        let period = year.parse().expect("a period");
        let of = Tracing::new(name, period, path).in_scenario(scenario);
        runs.trace(&of).expect_err("no such thing").to_string()
    };
    assert!(error("baseline", "gpd", "2022", 0).contains("did you mean \"gdp\""));
    assert!(error("nowhere", "gdp", "2022", 0).contains("no scenario"));
    assert!(error("baseline", "gdp", "2026", 0).contains("2026 is not among the periods"));
    assert!(error("baseline", "gdp", "2022-Q1", 0).contains("is not among the periods"));
    assert!(error("baseline", "gdp", "2022", 20).contains("there is no path 20 among 20"));
}

#[test]
fn paths_that_are_conditioned_are_traced_with_what_the_outturns_leave() {
    let program = program();
    let outturn = |name: &str, year: &str, value: f64| {
        let vintage = "2023-06-01".parse().expect("a day");
        Outturn::new(name, year.parse().expect("a year"), value, vintage)
    };
    let known = [
        outturn("gdp", "2021", 104.0),
        outturn("rate", "2021", 3.4),
        outturn("gdp", "2022", 107.0),
    ];
    let tracked = program
        .observe(
            &Outturns::new(known.to_vec()).expect("read"),
            Some("2024-01-01".parse().expect("a day")),
        )
        .expect("held");
    let runs = tracked.simulate(&Sampling::new(64, 1)).expect("it runs");
    for indicator in ["gdp", "rate", "c", "y", "sum", "levels", "trend"] {
        for period in program.span().periods() {
            for path in [0, 17, 63] {
                let of = Tracing::new(indicator, period, path).with_depth(2);
                let trace = tracked.trace(&runs, &of).expect("traced");
                check(&trace, &runs, path as usize);
            }
        }
    }
    let period = "2022".parse().expect("a year");
    let error = runs.trace(&Tracing::new("gdp", period, 0)).expect_err("conditioned").to_string();
    assert!(error.contains("ask the tracked model"), "{error}");
}
