//! Sines and cosines in equations, and the process that is a cycle.

use tinbergen::model::{Distribution, Indicator, Process};
use tinbergen::period::Period;
use tinbergen::{Model, Sampling};

fn paths(model: &Model, count: usize) -> Vec<Vec<f64>> {
    let runs = model.compile().expect("compiles").simulate(&Sampling::new(count, 1)).expect("runs");
    let rows = runs.get("baseline").expect("baseline").paths("x").expect("kept").to_owned();
    rows.rows().into_iter().map(|row| row.to_vec()).collect()
}

fn model(x: Indicator) -> Model {
    Model::new("m", "2021..2032".parse().expect("a span"))
        .with_indicator("x", x.with_history(Period::year(2020), 14.0))
}

fn angle(year: usize, peak: i32, length: f64) -> f64 {
    std::f64::consts::TAU * f64::from(2021 + year as i32 - peak) / length
}

#[test]
fn a_cycle_swings_around_its_mean_and_comes_back_to_its_peak() {
    let process = Process::sinusoid(10.0, 2.0, 8.0, Period::year(2023));
    let found = paths(&model(Indicator::from_process(process)), 2);
    for (year, row) in found.iter().enumerate() {
        let expected = 10.0 + 2.0 * angle(year, 2023, 8.0).cos();
        assert!(row.iter().all(|x| (x - expected).abs() < 1e-14), "{year}: {row:?}, {expected}");
    }
    assert_eq!((found[2][0], found[10][0]), (12.0, 12.0));
    assert_eq!(found[6][0], 8.0);
}

#[test]
fn a_deviation_from_the_cycle_persists_and_is_random_where_there_is_a_shock() {
    let process =
        Process::sinusoid("m", 2.0, 8.0, Period::year(2023)).with_persistence(0.5).with_shock("e");
    let x = Indicator::from_process(process);
    let random = model(x).with_parameter("m", 10.0).with_shock("e", Distribution::normal(0.0, 0.1));
    let found = paths(&random, 20_000);
    let mut away = 14.0 - (10.0 + 2.0 * angle(0, 2024, 8.0).cos());
    for (year, row) in found.iter().enumerate() {
        away *= 0.5;
        let mean = row.iter().sum::<f64>() / row.len() as f64;
        let expected = 10.0 + 2.0 * angle(year, 2023, 8.0).cos() + away;
        // sd of x at most 0.1 / sqrt(1 - 0.25); six standard errors.
        assert!((mean - expected).abs() < 6.0 * 0.116 / 141.4, "{year}: {mean}, {expected}");
    }
}

#[test]
fn waves_are_computed_solved_and_narrowed() {
    // In all paths, in loops over lanes, and worked out from the text again.
    let wave = Indicator::from_equation("x ~ sin(2 * x[-1]) + cos(e) * sin(-3)");
    let random = model(wave)
        .with_parameter("e", Distribution::normal(0.0, 2.0))
        .with_shock("x", Distribution::normal(0.0, 1.0));
    let program = random.compile().expect("compiles");
    let runs = program.simulate(&Sampling::new(500, 3)).expect("runs");
    let which = tinbergen::estimate::Identities::new().behavioural();
    let check = tinbergen::estimate::identity_check;
    let held = check(&program, &runs, "baseline", &which, &mut |_, _| true).expect("held");
    assert!(held[0].periods == 12 && held[0].largest < 1e-14, "{held:?}");
    // An equation that a sine makes implicit.
    let implicit = model(Indicator::from_equation("x + 0.5 * sin(x) = 1"));
    let found = paths(&implicit, 1);
    assert!(found.iter().all(|row| (row[0] + 0.5 * row[0].sin() - 1.0).abs() < 1e-9), "{found:?}");
    assert!(implicit.compile().expect("compiles").is_implicit("x"));
    // Too far from 0 for a sine: a failed path, not a number of chance.
    let far = model(Indicator::from_equation("x = sin(1e7 * x[-1])"));
    let error = far.compile().expect("compiles").simulate(&Sampling::new(1, 1)).expect_err("far");
    assert!(error.to_string().contains("not a finite number"), "{error}");
}

#[test]
fn a_wave_never_leaves_its_bounds() {
    let target = |limit: f64| {
        model(Indicator::from_equation("x ~ 2 * sin(y) + 10"))
            .with_indicator("y", Indicator::from_equation("y ~ 5"))
            .with_shock("x", Distribution::normal(0.0, 0.0))
            .with_shock("y", Distribution::normal(0.0, 3.0))
            .with_target(tinbergen::model::Target::at_least(
                "t",
                "x",
                "2025".parse().expect("a period"),
                limit,
            ))
    };
    let found = |limit: f64| {
        let findings = tinbergen::plan::consistency(&target(limit).compile().expect("compiles"));
        format!("{findings:?}")
    };
    assert!(found(12.5).contains("OutOfReach"), "{}", found(12.5));
    assert!(!found(11.5).contains("OutOfReach"), "{}", found(11.5));
}
