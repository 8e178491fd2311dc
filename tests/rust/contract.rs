//! The contract between a seed and the numbers (docs/streams.md), sentence by sentence.

#![allow(clippy::print_stdout, clippy::format_push_string, reason = "prints for a reader")]

use tinbergen::{Design, Ensembles, Model, Sampling};

const BASE: &str = include_str!("../golden/contract.toml");

fn model(text: &str) -> Model {
    Model::from_toml(text).expect("a valid model")
}

fn run(text: &str, sampling: &Sampling) -> Ensembles {
    model(text).compile().expect("it compiles").simulate(sampling).expect("it runs")
}

/// The bits of some paths of an indicator in a scenario.
fn bits(
    runs: &Ensembles,
    scenario: &str,
    indicator: &str,
    paths: usize,
    periods: usize,
) -> Vec<u64> {
    let view = runs.get(scenario).expect("it ran").paths(indicator).expect("it was kept");
    let rows = view.rows().into_iter().take(periods);
    rows.flat_map(|row| row.iter().take(paths).map(|v| v.to_bits()).collect::<Vec<_>>()).collect()
}

const INDICATORS: [&str; 4] = ["gdp", "share", "firms", "spending"];

/// The first paths and periods of all indicators, bit by bit.
fn same(a: &Ensembles, b: &Ensembles, paths: usize, periods: usize) {
    for scenario in ["baseline", "weak"] {
        for indicator in INDICATORS {
            assert_eq!(
                bits(a, scenario, indicator, paths, periods),
                bits(b, scenario, indicator, paths, periods),
                "{indicator} in {scenario}"
            );
        }
    }
}

#[test]
fn a_path_does_not_depend_on_how_many_paths_run() {
    for design in [Design::Random, Design::Antithetic, Design::Sobol] {
        let few = run(BASE, &Sampling::new(10, 1).with_design(design));
        let many = run(BASE, &Sampling::new(100_000, 1).with_design(design));
        same(&few, &many, 10, 10);
    }
}

#[test]
fn threads_and_blocks_change_nothing() {
    for design in [Design::Random, Design::Antithetic, Design::LatinHypercube, Design::Sobol] {
        let sampling = |block, threads| {
            Sampling::new(5_000, 7).with_design(design).with_block(block).with_threads(threads)
        };
        let reference = run(BASE, &sampling(128, 1));
        for (block, threads) in [(8, 1), (64, 2), (256, 2), (1000, 1)] {
            same(&reference, &run(BASE, &sampling(block, threads)), 5_000, 10);
        }
    }
}

#[test]
fn every_width_of_vectors_gives_the_same_bits() {
    // The width is read from the environment, so each runs in a process of its own.
    let this = std::env::current_exe().expect("this test");
    let digest = |width: &str| {
        let output = std::process::Command::new(&this)
            .args(["--exact", "contract::print_a_digest", "--ignored", "--nocapture"])
            .env("TINBERGEN_WIDTH", width)
            .output()
            .expect("it runs");
        let text = String::from_utf8(output.stdout).expect("text");
        text.lines().find_map(|l| l.split("digest ").nth(1)).expect("a digest").to_owned()
    };
    let widest = digest("");
    assert_eq!(digest("baseline"), widest);
    assert_eq!(digest("avx2"), widest);
}

#[test]
#[ignore = "run by every_width_of_vectors_gives_the_same_bits"]
fn print_a_digest() {
    let runs = run(BASE, &Sampling::new(20_000, 3));
    let mut digest = 0xcbf2_9ce4_8422_2325_u64;
    for indicator in INDICATORS {
        for bits in bits(&runs, "weak", indicator, 20_000, 10) {
            digest = (digest ^ bits).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }
    println!("digest {digest:x}");
}

#[test]
fn adding_to_a_model_leaves_all_other_draws() {
    let reference = run(BASE, &Sampling::new(500, 1));
    for addition in [
        "[indicators.more]\nhistory = { 2020 = 1 }\nprocess = { kind = \"growth\", mean = \"extra\" }\n\
         [shocks.more]\nnormal = { sd = 0.1 }\n[parameters.extra]\nuniform = { min = 0, max = 1 }",
        "[scenarios.other]\nchanges = [{ parameter = \"trend\", scale = 0.5 }]",
        "[events.boom]\nprobability = 0\nsize = { demand = 0.5 }",
    ] {
        same(&reference, &run(&format!("{BASE}\n{addition}"), &Sampling::new(500, 1)), 500, 10);
    }
    let longer = BASE.replace("2021..2030", "2021..2045");
    same(&reference, &run(&longer, &Sampling::new(500, 1)), 500, 10);
}

#[test]
fn appending_to_a_correlated_group_leaves_the_members_before() {
    let appended = BASE
        .replace("\"demand, share\" = 0.4", "\"demand, share\" = 0.4\n\"share, more\" = 0.3")
        + "[shocks.more]\nnormal = { sd = 0.1 }\n[indicators.more]\n\
           process = { kind = \"level\", mean = 1 }";
    same(&run(BASE, &Sampling::new(500, 1)), &run(&appended, &Sampling::new(500, 1)), 500, 10);
}

#[test]
fn inserting_into_a_correlated_group_changes_the_members_behind() {
    // The factor follows the order of declaration: what is declared first is not changed.
    let behind =
        BASE.replace("[shocks.share]", "[shocks.between]\nnormal = { sd = 0.1 }\n[shocks.share]");
    assert_ne!(behind, BASE);
    let inserted = behind
        .replace("\"demand, share\" = 0.4", "\"demand, share\" = 0.4\n\"demand, between\" = 0.3")
        + "\n[indicators.between]\nprocess = { kind = \"level\", mean = 1 }";
    let (before, after) = (run(BASE, &Sampling::new(50, 1)), run(&inserted, &Sampling::new(50, 1)));
    let of = |runs: &Ensembles, name: &str| bits(runs, "baseline", name, 50, 10);
    assert_eq!(of(&before, "gdp"), of(&after, "gdp"));
    assert_ne!(of(&before, "share"), of(&after, "share"));
}

#[test]
fn a_scenario_alone_is_the_same_as_among_others() {
    let all = run(BASE, &Sampling::new(500, 1));
    let alone = run(BASE, &Sampling::new(500, 1).with_scenarios(["weak"]).with_keep(["gdp"]));
    assert_eq!(bits(&all, "weak", "gdp", 500, 10), bits(&alone, "weak", "gdp", 500, 10));
    assert!(alone.get("baseline").is_err());
    let error = alone.get("weak").expect("it ran").paths("firms").expect_err("not kept");
    assert!(error.to_string().contains("was not kept"), "{error}");
}

#[test]
fn scenarios_see_the_same_luck() {
    // A shift of the shock by a constant moves every path's first growth by exactly that much.
    let runs = run(BASE, &Sampling::new(1_000, 1));
    let first = |scenario: &str| {
        runs.get(scenario).expect("it ran").paths("gdp").expect("kept").row(0).to_vec()
    };
    for (base, weak) in first("baseline").iter().zip(first("weak")) {
        assert!(((weak / base).ln() + 0.01).abs() < 1e-12);
    }
}

#[test]
fn zero_is_a_seed_and_a_drawn_seed_is_recorded() {
    let zero = run(BASE, &Sampling::new(100, 0));
    let one = run(BASE, &Sampling::new(100, 1));
    assert_ne!(bits(&zero, "weak", "gdp", 100, 10), bits(&one, "weak", "gdp", 100, 10));
    let drawn = run(BASE, &Sampling::unseeded(100));
    let again = run(BASE, &Sampling::new(100, drawn.info().seed));
    same(&drawn, &again, 100, 10);
    assert_ne!(drawn.info().seed, run(BASE, &Sampling::unseeded(100)).info().seed);
}

#[test]
fn the_numbers_of_a_seed_stay_what_they_are() {
    // Golden values of streams = 1: a change here is a change of the contract.
    let golden = include_str!("../golden/contract.csv");
    let runs = run(BASE, &Sampling::new(4, 42));
    let mut found = String::from("# indicator,period,bits of four paths in the scenario `weak`\n");
    for indicator in INDICATORS {
        let view = runs.get("weak").expect("it ran").paths(indicator).expect("kept");
        for (period, row) in view.rows().into_iter().enumerate().step_by(3) {
            let values: Vec<String> = row.iter().map(|v| format!("{:016x}", v.to_bits())).collect();
            found.push_str(&format!("{indicator},{period},{}\n", values.join(",")));
        }
    }
    assert_eq!(found, golden, "found:\n{found}");
}

#[test]
fn the_run_can_be_stopped_and_watched() {
    let program = model(BASE).compile().expect("it compiles");
    let mut seen = Vec::new();
    let sampling = Sampling::new(100_000, 1);
    let result = program.simulate_with(&sampling, &mut |done, all| {
        seen.push(done);
        assert_eq!(all, 100_000);
        done == 0
    });
    assert!(result.expect_err("stopped").is_interrupted());
    assert_eq!(seen.len(), 2);
}
