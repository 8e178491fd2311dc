//! Probabilities of rare events against closed forms.

use statrs::distribution::{ChiSquared, Continuous, ContinuousCDF, Normal, StudentsT};
use tinbergen::plan::{Goal, Rare, rare};
use tinbergen::{Error, Model, Sampling};

fn normal() -> Normal {
    Normal::new(0.0, 1.0).expect("a distribution")
}

/// Above a number of standard deviations.
fn tail(z: f64) -> f64 {
    normal().sf(z)
}

const HEAD: &str = "schema = 1\nname = \"rare\"\nperiods = \"2021..2025\"\n";

fn asked(text: &str, goal: &str, met: bool, seed: u64, paths: usize) -> Result<Rare, Error> {
    let program = Model::from_toml(&format!("{HEAD}{text}"))?.compile()?;
    let runs = program.simulate(&Sampling::new(8, seed))?;
    let goal: Goal = goal.parse()?;
    rare(&program, runs.info(), "baseline", &goal, met, paths)
}

/// Within 10 % and within 5 standard errors (false alarm 6e-7), reliable.
fn agrees(found: &Rare, truth: f64) {
    let value = found.probability.value;
    assert!((value / truth - 1.0).abs() < 0.1, "{value:e} where {truth:e} is right: {found:?}");
    assert!((value - truth).abs() < 5.0 * found.error, "{value:e}, {truth:e}, {found:?}");
    assert!(found.is_reliable(), "{found:?}");
    assert!(found.probability.low < value && value < found.probability.high);
    assert!(found.effective_paths > 100.0);
}

fn target(id: &str, indicator: &str, period: &str, bound: &str) -> String {
    format!(
        "[[targets]]\nid = \"{id}\"\nindicator = \"{indicator}\"\nperiod = \"{period}\"\n{bound}\n"
    )
}

/// A sum of five normal numbers: its standard deviation is sqrt(5).
#[test]
fn a_sum_of_normal_numbers() {
    let text = "[indicators.x]\nequation = \"x ~ 0\"\n[shocks]\nx = { normal = { sd = 1 } }\n"
        .to_owned()
        + &target(
            "it",
            "x",
            "2021..2025",
            &format!("over = \"sum\"\nat_least = {}", 4.75 * 5f64.sqrt()),
        );
    let found = asked(&text, "it", true, 1, 10_000).expect("it is found");
    agrees(&found, tail(4.75));
    assert!((found.ways[0].0 - 4.75).abs() < 1e-3 && found.ways.len() == 1, "{found:?}");
    // Missing it has the probability of the rest, which is counted.
    let common = asked(&text, "it", false, 1, 10_000).expect("it is found");
    assert_eq!((common.probability.value, common.ways.len()), (1.0, 0));
    // Also far beyond.
    let far = text.replace(&format!("{}", 4.75 * 5f64.sqrt()), &format!("{}", 8.0 * 5f64.sqrt()));
    agrees(&asked(&far, "it", true, 1, 10_000).expect("it is found"), tail(8.0));
}

/// x = 0.8 x[-1] + e from 0: in 2025 its variance is the sum of 0.64^k, k = 0..4.
#[test]
fn an_autoregression() {
    let variance: f64 = (0..5).map(|k| 0.64f64.powi(k)).sum();
    let bound = -4.5 * variance.sqrt();
    let text = "[indicators.x]\nhistory = { 2020 = 0 }\nequation = \"x ~ 0.8 * x[-1]\"\n[shocks]\nx = { normal = { sd = 1 } }\n"
        .to_owned()
        + &target("it", "x", "2025", &format!("at_least = {bound}"));
    agrees(&asked(&text, "it", false, 2, 10_000).expect("it is found"), tail(4.5));
}

/// Growth in logarithms with an uncertain trend: ln x is normal, of variance 5^2 0.01^2 + 5 0.02^2.
#[test]
fn growth_with_an_uncertain_trend() {
    let sd = (25.0 * 0.01f64.powi(2) + 5.0 * 0.02f64.powi(2)).sqrt();
    let bound = 100.0 * (5.0 * 0.05 + 4.8 * sd).exp();
    let text = "[indicators.x]\nhistory = { 2020 = 100 }\nequation = \"dlog(x) ~ trend\"\n[parameters]\ntrend = { normal = { mean = 0.05, sd = 0.01 } }\n[shocks]\nx = { normal = { sd = 0.02 } }\n"
        .to_owned()
        + &target("it", "x", "2025", &format!("at_least = {bound}"));
    agrees(&asked(&text, "it", true, 3, 10_000).expect("it is found"), tail(4.8));
}

const PAIR: &str = "[indicators]\na = { equation = \"a ~ 0\" }\nb = { equation = \"b ~ 0\" }\n[shocks]\na = { normal = { sd = 1 } }\nb = { normal = { sd = 1 } }\n[correlations]\n\"a, b\" = 0.5\n";

/// Both of two correlated numbers, by Simpson's rule over the first.
#[test]
fn targets_that_are_met_together() {
    let text = PAIR.to_owned()
        + &target("a", "a", "2021", "at_least = 3.6")
        + &target("b", "b", "2021", "at_least = 3.8");
    let density = |x: f64| normal().pdf(x) * tail((3.8 - 0.5 * x) / 0.75f64.sqrt());
    let (n, h) = (4000, 8.0 / 4000.0);
    let weight = |k: i32| {
        if k == 0 || k == n {
            1.0
        } else if k % 2 == 1 {
            4.0
        } else {
            2.0
        }
    };
    let truth = h / 3.0 * (0..=n).map(|k| weight(k) * density(3.6 + h * f64::from(k))).sum::<f64>();
    agrees(&asked(&text, "a and b", true, 4, 20_000).expect("it is found"), truth);
}

/// Two ways: by either end, asked by a goal, and hidden in an indicator.
#[test]
fn two_ways_to_fail_are_both_found() {
    let text = "[indicators]\nx = { equation = \"x ~ 0\" }\nsize = { equation = \"size = abs(x)\" }\n[shocks]\nx = { normal = { sd = 1 } }\n"
        .to_owned()
        + &target("low", "x", "2021", "at_most = -4.6")
        + &target("high", "x", "2021", "at_least = 4.9")
        + &target("size", "size", "2021", "at_most = 4.9");
    let found = asked(&text, "low or high", true, 5, 10_000).expect("it is found");
    agrees(&found, tail(4.6) + tail(4.9));
    assert_eq!(found.ways.len(), 2, "{found:?}");
    let hidden = asked(&text, "size", false, 5, 10_000).expect("it is found");
    agrees(&hidden, 2.0 * tail(4.9));
    assert_eq!(hidden.ways.len(), 2, "{hidden:?}");
}

/// Every year is missed by any of five: five ways, of which none stands for the others.
#[test]
fn every_year_is_missed_in_any_of_them() {
    let text = "[indicators.x]\nequation = \"x ~ 0\"\n[shocks]\nx = { normal = { sd = 1 } }\n"
        .to_owned()
        + &target("it", "x", "2021..2025", "over = \"every\"\nat_least = -5");
    let found = asked(&text, "it", false, 6, 20_000).expect("it is found");
    agrees(&found, 1.0 - (1.0 - tail(5.0)).powi(5));
    assert_eq!(found.ways.len(), 5, "{found:?}");
}

/// A shock with heavy tails is a function of its score; an event decides in steps.
#[test]
fn what_is_not_normal_is_a_function_of_scores() {
    let t = StudentsT::new(0.0, 1.0, 4.0).expect("a distribution");
    let bound = t.inverse_cdf(1.0 - 2e-6) / 2f64.sqrt();
    let text =
        "[indicators.x]\nequation = \"x ~ 0\"\n[shocks]\nx = { student_t = { sd = 1, df = 4 } }\n"
            .to_owned()
            + &target("it", "x", "2021", &format!("at_least = {bound}"));
    agrees(&asked(&text, "it", true, 7, 10_000).expect("it is found"), 2e-6);

    let text = "[indicators.x]\nequation = \"x ~ 0\"\n[shocks]\nx = { normal = { sd = 1 } }\n[events.slump]\nprobability = 0.02\nsize = { x = -2.5 }\nduration = 1\n"
        .to_owned()
        + &target("it", "x", "2021", "at_least = -6");
    let truth = 0.98 * tail(6.0) + 0.02 * tail(3.5);
    let found = asked(&text, "it", false, 8, 20_000).expect("it is found");
    let value = found.probability.value;
    assert!(
        (value / truth - 1.0).abs() < 0.1 || !found.is_reliable(),
        "{value:e} {truth:e} {found:?}"
    );
}

/// The interval holds the truth 19 times in 20: of 60 seeds at least 51 (false alarm 0.1 %).
#[test]
fn intervals_hold_the_truth() {
    let text = PAIR.to_owned() + &target("a", "a", "2021..2023", "over = \"sum\"\nat_least = 7.5");
    let truth = tail(7.5 / 3f64.sqrt());
    let program = Model::from_toml(&format!("{HEAD}{text}")).and_then(|model| model.compile());
    let program = program.expect("it compiles");
    let goal = Goal::of("a");
    let held = (0..60).filter(|&seed| {
        let runs = program.simulate(&Sampling::new(8, seed)).expect("it runs");
        let found = rare(&program, runs.info(), "baseline", &goal, true, 1000).expect("found");
        found.probability.low <= truth && truth <= found.probability.high
    });
    let held = held.count();
    assert!(held >= 51, "{held} of 60");
}

/// A sphere of eight numbers has no few ways: the estimate is right, or says that it is not reliable.
#[test]
fn an_event_without_few_ways_is_right_or_says_so() {
    let names: Vec<String> = (0..8).map(|k| format!("x{k}")).collect();
    let one = |name: &String| format!("{name} = {{ equation = \"{name} ~ 0\" }}\n");
    let shock = |name: &String| format!("{name} = {{ normal = {{ sd = 1 }} }}\n");
    let squares: Vec<String> = names.iter().map(|name| format!("{name}^2")).collect();
    let text = format!(
        "[indicators]\n{}r = {{ equation = \"r = {}\" }}\n[shocks]\n{}",
        names.iter().map(one).collect::<String>(),
        squares.join(" + "),
        names.iter().map(shock).collect::<String>()
    );
    let chi = ChiSquared::new(8.0).expect("a distribution");
    let bound = chi.inverse_cdf(1.0 - 1e-5);
    let text = text + &target("it", "r", "2021", &format!("at_most = {bound}"));
    for seed in 0..5 {
        let found = asked(&text, "it", false, seed, 5000).expect("it is found");
        let right = (found.probability.value / chi.sf(bound) - 1.0).abs() < 0.15;
        assert!(right || !found.is_reliable(), "{found:?}");
    }
}

#[test]
fn the_same_seed_gives_the_same_bits_and_mistakes_are_errors() {
    let text =
        "[indicators.x]\nequation = \"x ~ 0\"\n[shocks]\nx = { uniform = { min = -1, max = 1 } }\n"
            .to_owned()
            + &target("it", "x", "2021", "at_least = 0.9999")
            + &target("never", "x", "2021", "at_least = 1.5");
    let found = asked(&text, "it", true, 9, 5000).expect("it is found");
    assert_eq!(found, asked(&text, "it", true, 9, 5000).expect("again"));
    agrees(&found, 5e-5);
    let says = |goal: &str, paths: usize| {
        asked(&text, goal, true, 9, paths).expect_err("an error").to_string()
    };
    assert!(says("never", 1000).contains("rare.never: no path in which it is met was found"));
    assert!(says("it", 10).contains("10 paths are too few"));
    assert!(says("no", 1000).contains("unknown target or set \"no\""));
}
