//! Joint draws: a path takes one row of a table for several parameters.

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{Rng, SeedableRng};
use tinbergen::model::{Change, Distribution, Draws, Indicator, Scenario, Target};
use tinbergen::outturns::{Outturn, Outturns, Precision};
use tinbergen::period::Period;
use tinbergen::sample::StreamId;
use tinbergen::{Design, Ensembles, Model, Sampling, plan};

fn uniform(seed: u64, stream: &str, path: u64) -> f64 {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    rng.set_stream(StreamId::of(stream).hash());
    rng.set_word_pos(u128::from(path / 8) * 16 + 2 * u128::from(path % 8));
    ((rng.next_u64() >> 11) as f64 + 0.5) / 9_007_199_254_740_992.0
}

/// Rows of a level and a persistence that depend on each other.
fn rows(count: usize) -> Vec<[f64; 2]> {
    let row = |k: usize| {
        let a = 0.2 + 0.8 * ((k * 7 % count) as f64 / count as f64);
        [a, 0.9 - 0.7 * a + 0.1 * ((k * 3 % 5) as f64 / 5.0)]
    };
    (0..count).map(row).collect()
}

fn draws(count: usize) -> Draws {
    Draws::from_rows(["level", "persistence"], &rows(count)).expect("rows")
}

fn model(count: usize) -> Model {
    let identity = |text: &str| Indicator::from_equation(text);
    Model::new("joint", "2021..2024".parse().expect("a span"))
        .with_indicator(
            "x",
            Indicator::from_equation("x ~ level + persistence * x[-1]")
                .with_history(Period::year(2020), 1.0),
        )
        .with_indicator("seen_level", identity("seen_level = level"))
        .with_indicator("seen_persistence", identity("seen_persistence = persistence"))
        .with_indicator("seen_other", identity("seen_other = other"))
        .with_parameter("other", Distribution::normal(0.0, 1.0))
        .with_draws("fit", draws(count))
        .with_shock("x", Distribution::normal(0.0, 0.1))
}

fn run(model: &Model, sampling: &Sampling) -> Ensembles {
    model.compile().expect("a model").simulate(sampling).expect("a run")
}

fn first(runs: &Ensembles, scenario: &str, indicator: &str) -> Vec<f64> {
    runs.get(scenario).expect("it ran").paths(indicator).expect("kept").row(0).to_vec()
}

#[test]
fn a_path_takes_the_row_that_anyone_can_recompute() {
    let (model, rows) = (model(37), rows(37));
    let runs = run(&model, &Sampling::new(500, 11));
    let (level, persistence) =
        (first(&runs, "baseline", "seen_level"), first(&runs, "baseline", "seen_persistence"));
    for path in 0..500 {
        let u = uniform(11, "draws/fit", path as u64);
        let [a, b] = rows[(u * 37.0).floor() as usize];
        assert_eq!((level[path], persistence[path]), (a, b), "{path}");
    }
    let mirrored = run(&model, &Sampling::new(500, 11).with_design(Design::Antithetic));
    let level = first(&mirrored, "baseline", "seen_level");
    for path in (0..500).step_by(2) {
        let u = uniform(11, "draws/fit", path as u64);
        assert_eq!(level[path], rows[(u * 37.0).floor() as usize][0]);
        assert_eq!(level[path + 1], rows[((1.0 - u) * 37.0).floor() as usize][0]);
    }
}

#[test]
fn adding_draws_leaves_all_other_numbers_as_they_are() {
    let few = model(20);
    let more =
        few.clone().with_draws("more", Draws::from_rows(["c"], &[[1.0], [2.0]]).expect("rows"));
    let (a, b) = (run(&few, &Sampling::new(200, 3)), run(&more, &Sampling::new(200, 3)));
    for name in ["x", "seen_level", "seen_other"] {
        let of = |runs: &Ensembles| {
            runs.get("baseline").expect("ran").paths(name).expect("kept").to_owned()
        };
        assert_eq!(of(&a), of(&b), "{name}");
    }
    let threads = run(&few, &Sampling::new(200, 3).with_threads(2).with_block(8));
    assert_eq!(first(&a, "baseline", "x"), first(&threads, "baseline", "x"));
}

#[test]
fn every_design_draws_every_row_as_often_as_it_should() {
    let model = model(16);
    for design in [Design::LatinHypercube, Design::Sobol] {
        let runs = run(&model, &Sampling::new(4096, 5).with_design(design));
        let level = first(&runs, "baseline", "seen_level");
        for [row, _] in rows(16) {
            let count = level.iter().filter(|value| **value == row).count();
            assert_eq!(count, 256, "{design:?}");
        }
    }
}

#[test]
fn scenarios_and_runs_change_columns_as_they_change_other_parameters() {
    let changed = |change: Change| Scenario::of([change]);
    let model = model(25)
        .with_scenario("shifted", changed(Change::of_parameter("level").adding(0.5)))
        .with_scenario("scaled", changed(Change::of_parameter("level").scaling(2.0)))
        .with_scenario("fixed", changed(Change::of_parameter("level").setting(0.3)))
        .with_scenario(
            "drawn",
            changed(Change::of_parameter("level").setting(Distribution::uniform(0.0, 1.0))),
        );
    let runs = run(&model, &Sampling::new(300, 9));
    let base = first(&runs, "baseline", "seen_level");
    let other = first(&runs, "baseline", "seen_persistence");
    for (k, value) in base.iter().enumerate() {
        let at = |scenario: &str| first(&runs, scenario, "seen_level")[k];
        assert_eq!(at("shifted"), value + 0.5);
        assert_eq!(at("scaled"), value * 2.0);
        assert_eq!(at("fixed"), 0.3);
        let u = uniform(9, "draws/fit", k as u64);
        assert!((at("drawn") - u).abs() < 1e-15, "the number of the block decides");
        if k > 20 {
            break;
        }
    }
    for scenario in ["shifted", "fixed", "drawn"] {
        assert_eq!(first(&runs, scenario, "seen_persistence"), other);
    }
    let overridden = run(&model, &Sampling::new(300, 9).with_parameter("level", 0.7));
    assert!(first(&overridden, "baseline", "seen_level").iter().all(|value| *value == 0.7));
    assert_eq!(first(&overridden, "baseline", "seen_persistence"), other);
}

#[test]
fn a_model_with_draws_is_written_and_read_without_loss() {
    let model = model(30);
    let text = model.to_toml().expect("it fits");
    assert!(text.contains("[draws.fit]") && !text.contains("[parameters.level]"), "{text}");
    assert_eq!(Model::from_toml(&text).expect("it reads"), model);
    assert_eq!(Model::from_json(&model.to_json().expect("JSON")).expect("it reads"), model);
    let many =
        Model::new("m", "2021..2021".parse().expect("a span")).with_draws("fit", draws(1_500));
    let error = many.to_toml().expect_err("too many rows").to_string();
    assert!(error.starts_with("draws.fit: a plan file has at most 1000 rows inside it"), "{error}");
    assert_eq!(Model::from_json(&many.to_json().expect("JSON")).expect("it reads"), many);
    let files = many.to_plan_files("m").expect("written");
    let folder = std::env::temp_dir().join(format!("tinbergen-draws-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let place = folder.join("m.toml");
    std::fs::write(&place, &files.plan).expect("it writes");
    let read = || Model::read(&place).map_err(|error| error.to_string());
    assert!(
        read()
            .expect_err("no table")
            .contains("\"m.fit.csv\" in the folder of the plan cannot be read")
    );
    std::fs::write(folder.join("m.fit.csv"), &files.tables[0].1).expect("it writes");
    assert_eq!(read(), Ok(many));
    std::fs::write(folder.join("m.fit.csv"), files.tables[0].1.replace("0.2", "0.3"))
        .expect("it writes");
    let error = read().expect_err("another table");
    assert!(
        error.contains("draws.fit.sha256: \"m.fit.csv\" is not the table of this plan"),
        "{error}"
    );
    std::fs::remove_dir_all(&folder).expect("it goes");
}

#[test]
fn a_table_needs_its_hash_and_says_which_it_is() {
    let plan =
        "schema = 1\nname = \"m\"\nperiods = \"2021..2022\"\n[draws.fit]\nfile = \"t.csv\"\n";
    let read = |plan: &str| {
        Model::from_plan_files(plan.as_bytes(), &[("t.csv", b"a,b\n1,2\n3,4\n")], None)
    };
    let error = read(plan).expect_err("no hash").to_string();
    let hash = error.rsplit(' ').next().expect("a hash");
    let model = read(&format!("{plan}sha256 = \"{hash}\"\n")).expect("the hash is right");
    assert_eq!(model.draws["fit"].parameters(), ["a", "b"]);
    let one = read(&format!("{plan}parameters = [\"b\"]\nsha256 = \"{hash}\"\n"))
        .expect("a column of it");
    assert_eq!(one.draws["fit"].rows().collect::<Vec<_>>(), [[2.0], [4.0]]);
    let none =
        read(&format!("{plan}parameters = [\"c\"]\nsha256 = \"{hash}\"\n")).expect_err("no column");
    assert!(
        none.to_string().contains("draws.fit.parameters[0]: the table has no column \"c\""),
        "{none}"
    );
    let alone = Model::from_toml(&format!("{plan}sha256 = \"{hash}\"\n")).expect_err("text alone");
    assert!(alone.to_string().contains("this plan is a text alone"), "{alone}");
}

fn outturn(year: i32, value: f64) -> Outturn {
    let known = format!("{}-03-01", year + 1).parse().expect("a date");
    Outturn::new("x", Period::year(year), value, known)
}

/// The logarithms of the density of a path of `x` under each row, by hand.
fn densities(rows: &[[f64; 2]], path: &[f64], sd: f64) -> Vec<f64> {
    let one = |[a, b]: &[f64; 2]| {
        let mut before = 1.0;
        let mut sum = 0.0;
        for x in path {
            let z = (x - a - b * before) / sd;
            sum += -0.5 * z * z - sd.ln() - 0.5 * (2.0 * std::f64::consts::PI).ln();
            before = *x;
        }
        sum
    };
    rows.iter().map(one).collect()
}

#[test]
fn rows_are_weighed_by_actual_values_as_bayes_says() {
    let (model, rows) = (model(40), rows(40));
    let known = [1.05, 1.2];
    let logs = densities(&rows, &known, 0.1);
    let weights: Vec<f64> = logs.iter().map(|log| log.exp()).collect();
    let total: f64 = weights.iter().sum();
    let evidence = (total / 40.0).ln();
    let mean = |of: &dyn Fn(&[f64; 2]) -> f64| {
        rows.iter().zip(&weights).map(|(row, weight)| of(row) * weight).sum::<f64>() / total
    };
    let (level, next) = (mean(&|row| row[0]), mean(&|row| row[0] + row[1] * 1.2));
    let outturns = Outturns::new(vec![outturn(2021, 1.05), outturn(2022, 1.2)]).expect("rows");
    let tracked = model.compile().expect("a model").observe(&outturns, None).expect("they fit");
    let runs = tracked.simulate(&Sampling::new(40_000, 2)).expect("a run");
    let ensemble = runs.get("baseline").expect("it ran");
    let weights = ensemble.weights().expect("weights");
    let found = |name: &str, row: usize| {
        let view = ensemble.paths(name).expect("kept");
        view.row(row).iter().zip(weights).map(|(x, w)| x * w).sum::<f64>()
    };
    // Errors below 0.005 of each with this many paths; false alarm below 1e-5.
    assert!((found("seen_level", 0) - level).abs() < 0.01, "{} {level}", found("seen_level", 0));
    assert!((found("x", 2) - next).abs() < 0.01, "{} {next}", found("x", 2));
    let error = ensemble.evidence_error().expect("an error");
    let distance = (ensemble.evidence().expect("known") - evidence).abs();
    assert!(distance < 5.0 * error && error < 0.1, "{distance} {error}");
    assert!(ensemble.effective_paths() > 1_000.0, "{}", ensemble.effective_paths());
}

#[test]
fn measured_values_weigh_rows_as_the_prior_does() {
    let model = model(40);
    let noisy = |row: Outturn| row.with_precision(Precision::Sd(0.2));
    let outturns = vec![noisy(outturn(2021, 1.05)), noisy(outturn(2022, 1.2))];
    let outturns = Outturns::new(outturns).expect("rows");
    let tracked = model.compile().expect("a model").observe(&outturns, None).expect("they fit");
    let sampling = Sampling::new(100_000, 4);
    let mean = |runs: &Ensembles| {
        let ensemble = runs.get("baseline").expect("it ran");
        let weights = ensemble.weights().expect("weights");
        let values = ensemble.paths("seen_persistence").expect("kept");
        values.row(0).iter().zip(weights).map(|(x, w)| x * w).sum::<f64>()
    };
    let one = mean(&tracked.simulate(&sampling).expect("a run"));
    let other = mean(&tracked.by_prior().expect("noisy").simulate(&sampling).expect("a run"));
    // The standard deviation of the column is 0.16 and there are above 20,000 effective paths of each.
    assert!((one - other).abs() < 0.006, "{one} {other}");
}

#[test]
fn what_a_row_cannot_give_is_known_before_any_path() {
    let target = |id: &str, bound: f64| {
        Target::at_least(id, "seen_level", "2021".parse().expect("a span"), bound)
    };
    let model = model(25).with_target(target("never", 1.5)).with_target(target("perhaps", 0.9));
    let found = plan::consistency(&model.compile().expect("a model"));
    let never: Vec<_> = found.iter().filter(|f| f.targets.contains(&"never".to_owned())).collect();
    assert!(!never.is_empty(), "{found:?}");
    let runs = run(&model, &Sampling::new(100, 1));
    let asked = plan::most_likely(
        &model.compile().expect("a model"),
        &runs,
        "baseline",
        &"perhaps".parse().expect("a goal"),
    );
    let error = asked.expect_err("rows have no order").to_string();
    assert!(error.contains("draws \"fit\""), "{error}");
}

#[test]
fn a_block_is_one_difference_between_two_models() {
    let before = model(20);
    let after = before.clone().with_draws("fit", draws(30));
    let found = plan_diff(&before, &after);
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("draws.fit: 20 rows of level, persistence ("), "{found:?}");
    let mut without = before.clone();
    without.draws.clear();
    let without = without.with_parameter("level", 0.5).with_parameter("persistence", 0.3);
    let found = plan_diff(&without, &before);
    assert_eq!(found.len(), 3, "{found:?}");
}

fn plan_diff(before: &Model, after: &Model) -> Vec<String> {
    let diff = before.diff(after).expect("both are models");
    diff.differences().iter().map(ToString::to_string).collect()
}
