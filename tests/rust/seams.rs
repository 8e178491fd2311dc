//! The seams of the engine: what takes the paths of a run, what conditions them, which parameters they
//! have, which rows scenarios share.

use tinbergen::outturns::{Outturn, Outturns, Precision};
use tinbergen::period::Period;
use tinbergen::plan::Bits;
use tinbergen::{Design, Ensembles, Model, Sampling};

fn period(year: i32) -> Period {
    Period::year(year)
}

fn shipped() -> Model {
    Model::read(crate::root().join("plans/yuecheng.toml")).expect("the shipped plan")
}

fn actual_values() -> Outturns {
    let file = crate::root().join("plans/yuecheng_outturns.csv");
    Outturns::read(file).expect("the shipped outturns")
}

fn designs() -> impl Iterator<Item = Design> {
    Design::names().map(|name| name.parse().expect("a design"))
}

/// Every path of every scenario, by its bits.
fn bits(runs: &Ensembles) -> Vec<(String, Vec<u64>)> {
    let of = |ensemble: &tinbergen::Ensemble| {
        let rows = ensemble.indicators().flat_map(|series| {
            ensemble
                .paths(&series.name)
                .expect("it is kept")
                .iter()
                .map(|x| x.to_bits())
                .collect::<Vec<_>>()
        });
        let weights = ensemble.weights().into_iter().flatten().map(|w| w.to_bits());
        (ensemble.scenario().to_owned(), rows.chain(weights).collect())
    };
    runs.scenarios().map(of).collect()
}

#[test]
fn bits_alone_give_the_probabilities_of_a_run_that_stores_its_paths() {
    let program = shipped().compile().expect("it compiles");
    for design in designs() {
        // Neither whole blocks nor whole bytes.
        let sampling = Sampling::new(1003, 7).with_design(design).with_block(24).with_threads(2);
        let counted = Bits::new(&program, &sampling).expect("it runs").attainment();
        let stored = program.simulate(&sampling).expect("it runs").attainment();
        let (counted, stored) = (counted.expect("numbers"), stored.expect("numbers"));
        assert_eq!(counted.len(), stored.len());
        assert!(
            counted.iter().any(|row| row.probability.value > 0.0 && row.probability.value < 1.0)
        );
        for (counted, stored) in counted.iter().zip(&stored) {
            assert_eq!(
                (&counted.scenario, &counted.target, counted.probability),
                (&stored.scenario, &stored.target, stored.probability),
                "{design}"
            );
        }
    }
}

#[test]
fn bits_of_a_conditioned_run_weigh_as_its_paths_do() {
    let program = shipped().compile().expect("it compiles");
    let tracked =
        program.observe(&actual_values(), None).expect("they fit").with_least_effective(1.0);
    let sampling = Sampling::new(1003, 7).with_basis("new boundary");
    let bits = Bits::given(&tracked, &sampling).expect("it runs");
    let runs = tracked.simulate(&sampling).expect("it runs");
    let (counted, stored) =
        (bits.attainment().expect("numbers"), runs.attainment().expect("numbers"));
    assert_eq!(counted.len(), stored.len());
    for (counted, stored) in counted.iter().zip(&stored) {
        assert!(
            (counted.probability.value - stored.probability.value).abs() < 1e-12,
            "{counted:?} {stored:?}"
        );
    }
}

/// A parameter of its own, a scenario for each thing that can be done to it, and one that comes late.
fn growth_model(trend: &str) -> Model {
    let text = format!(
        r#"
        schema = 1
        name = "growth"
        periods = "2021..2026"
        [indicators.gdp]
        history = {{ 2020 = 100 }}
        process = {{ kind = "growth", mean = "trend" }}
        [indicators.double]
        equation = "double = 2 * gdp"
        [parameters]
        trend = {trend}
        [shocks.gdp]
        normal = {{ sd = 0.03 }}
        [scenarios.set]
        changes = [{{ parameter = "trend", set = 0.01 }}]
        [scenarios.added]
        changes = [{{ parameter = "trend", add = 0.01 }}]
        [scenarios.scaled]
        changes = [{{ parameter = "trend", scale = 0.5 }}]
        [scenarios.late]
        changes = [{{ shock = "gdp", periods = "2024", add = -0.05 }}]
        [scenarios.later]
        extends = "late"
        changes = [{{ indicator = "gdp", set = {{ 2025 = 120 }} }}]
        [[targets]]
        id = "gdp-2026"
        indicator = "gdp"
        period = 2026
        at_least = 130
        "#
    );
    Model::from_toml(&text).expect("a plan")
}

const DRAWN: &str = "{ normal = { mean = 0.05, sd = 0.02 } }";

#[test]
fn a_parameter_of_a_run_is_as_if_the_model_said_so() {
    let drawn = growth_model(DRAWN).compile().expect("a model");
    let number = growth_model("0.05").compile().expect("a model");
    let changed = growth_model("0.08").compile().expect("a model");
    for design in designs() {
        let sampling = Sampling::new(500, 3).with_design(design);
        let asked = sampling.clone().with_parameter("trend", 0.08);
        let wanted = bits(&changed.simulate(&sampling).expect("a run"));
        assert_eq!(bits(&number.simulate(&asked).expect("a run")), wanted, "{design}");
        // A drawn parameter keeps its dimension, which points of Sobol' go by.
        if design != Design::Sobol {
            assert_eq!(bits(&drawn.simulate(&asked).expect("a run")), wanted, "{design}");
        }
        assert_ne!(bits(&drawn.simulate(&sampling).expect("a run")), wanted, "{design}");
    }
}

#[test]
fn a_conditioned_run_takes_another_parameter_as_a_model_that_says_so() {
    let rows = vec![
        Outturn::new("gdp", period(2021), 107.0, "2022-03-01".parse().expect("a date")),
        Outturn::new("double", period(2022), 220.0, "2023-03-01".parse().expect("a date"))
            .with_precision(Precision::Sd(3.0)),
    ];
    let known = Outturns::new(rows).expect("rows");
    let observed =
        |model: Model| model.compile().expect("a model").observe(&known, None).expect("it fits");
    let (here, there) = (observed(growth_model("0.05")), observed(growth_model("0.08")));
    let sampling = Sampling::new(500, 3).with_threads(1);
    let before = bits(&here.simulate(&sampling).expect("a run"));
    let asked = sampling.clone().with_parameter("trend", 0.08);
    let wanted = bits(&there.simulate(&sampling).expect("a run"));
    assert_eq!(bits(&here.simulate(&asked).expect("a run")), wanted);
    // What was fitted to the model itself is not forgotten.
    assert_eq!(bits(&here.simulate(&sampling).expect("a run")), before);
}

#[test]
fn a_parameter_that_there_is_not_is_refused_with_a_near_name() {
    let program = growth_model("0.05").compile().expect("a model");
    let error = program.simulate(&Sampling::new(10, 1).with_parameter("trendd", 0.1));
    let error = error.expect_err("no such parameter").to_string();
    assert!(error.contains("parameters.trendd") && error.contains("\"trend\""), "{error}");
    let error = program.simulate(&Sampling::new(10, 1).with_parameter("trend", f64::NAN));
    assert!(error.expect_err("no number").to_string().contains("finite"));
}

/// Weighted mean of the last level, its standard error, and the evidence.
fn mean(runs: &Ensembles) -> (f64, f64, f64) {
    let ensemble = runs.get("baseline").expect("it ran");
    let row = ensemble.row("gdp", period(2026)).expect("it is kept");
    let weights = ensemble.weights().expect("weights");
    let mean: f64 = row.iter().zip(weights).map(|(x, w)| w * x).sum();
    let error: f64 = row.iter().zip(weights).map(|(x, w)| (w * (x - mean)).powi(2)).sum();
    (mean, error.sqrt(), ensemble.evidence().expect("evidence"))
}

/// Two ways to one posterior. At six standard errors a false alarm is one in a hundred million.
#[test]
fn weights_of_the_prior_and_of_proposals_tell_the_same() {
    let date = "2023-03-01".parse().expect("a date");
    let rows = vec![
        Outturn::new("gdp", period(2021), 108.0, date).with_precision(Precision::Sd(2.0)),
        Outturn::new("double", period(2022), 229.0, date).with_precision(Precision::Sd(4.0)),
    ];
    let known = Outturns::new(rows).expect("rows");
    let model = growth_model(DRAWN);
    let tracked = model.compile().expect("a model").observe(&known, None).expect("it fits");
    let sampling = Sampling::new(40_000, 11);
    let proposed = mean(&tracked.simulate(&sampling).expect("a run"));
    let weighed =
        mean(&tracked.by_prior().expect("no exact values").simulate(&sampling).expect("a run"));
    let unconditioned = model.compile().expect("a model").simulate(&sampling).expect("a run");
    let unconditioned = unconditioned.get("baseline").expect("it ran").row("gdp", period(2026));
    let unconditioned = unconditioned.expect("it is kept").iter().sum::<f64>() / 40_000.0;
    let error = proposed.1.hypot(weighed.1);
    assert!((proposed.0 - weighed.0).abs() < 6.0 * error, "{proposed:?} {weighed:?}");
    assert!((unconditioned - weighed.0).abs() > 20.0 * error, "the outturns say something");
    assert!((proposed.2 - weighed.2).abs() < 0.1, "{proposed:?} {weighed:?}");
}

#[test]
fn no_path_goes_through_an_exact_value_by_chance() {
    let date = "2023-03-01".parse().expect("a date");
    let known = Outturns::new(vec![Outturn::new("gdp", period(2021), 108.0, date)]).expect("a row");
    let tracked =
        growth_model("0.05").compile().expect("a model").observe(&known, None).expect("it fits");
    let error = tracked.by_prior().expect_err("it is exact").to_string();
    assert!(error.contains("measurement error"), "{error}");
}

#[test]
fn a_scenario_is_the_same_alone_and_in_any_company() {
    for model in [growth_model(DRAWN), shipped()] {
        let program = model.compile().expect("a model");
        let names: Vec<String> = program.scenarios().map(str::to_owned).collect();
        let sampling = Sampling::new(300, 5).with_block(64).with_threads(1);
        let alone: Vec<(String, Vec<u64>)> = names
            .iter()
            .flat_map(|name| {
                let sampling = sampling.clone().with_scenarios([name]);
                bits(&program.simulate(&sampling).expect("a run"))
            })
            .collect();
        for turn in 0..names.len() {
            let mut order = names.clone();
            order.rotate_left(turn);
            if turn % 2 == 1 {
                order.reverse();
            }
            let runs = program.simulate(&sampling.clone().with_scenarios(order)).expect("a run");
            for found in bits(&runs) {
                assert!(alone.contains(&found), "{} differs in company", found.0);
            }
        }
    }
}

#[test]
fn identities_hold_in_a_run_with_another_parameter() {
    use tinbergen::estimate::{Identities, identity_check};
    let sampling = Sampling::new(50, 3).with_parameter("trend", 0.2);
    for trend in ["0.05", DRAWN] {
        let program = growth_model(trend).compile().expect("a model");
        let runs = program.simulate(&sampling).expect("a run");
        for scenario in ["baseline", "set", "added", "scaled"] {
            let which = Identities::new().behavioural();
            let rows = identity_check(&program, &runs, scenario, &which, &mut |_, _| true);
            let rows = rows.expect("they can be checked");
            assert!(rows.iter().all(|row| row.relative < 1e-12), "{scenario}: {rows:?}");
        }
    }
}
