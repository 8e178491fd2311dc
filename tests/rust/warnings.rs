//! Early warnings: against bivariate normal probabilities in closed form, and on what is known.

use tinbergen::plan::{warning_alerts, warning_readings, warning_record};
use tinbergen::{Model, Sampling};

/// A random walk from 0 with steps of standard deviation 1; the target is met at 0 or above in
/// 2022, the warning fires below 0 in 2021.
const WALK: &str = r#"
schema = 1
name = "walk"
periods = "2021..2023"
[indicators.x]
history = { 2019 = -1, 2020 = 0 }
process = { kind = "change", mean = 0 }
[shocks.x]
normal = { sd = 1 }
[warnings.low]
indicator = "x"
below = 0
target = "x-2022"
severity = "alarm"
[warnings.falling]
indicator = "x"
of = "change"
over = "sum"
window = 2
at_most = -1.5
target = "x-2022"
[warnings.unlikely]
probability_below = 0.6
target = "x-2022"
[warnings.worse]
falls_by = 0.1
target = "x-2022"
[[targets]]
id = "x-2022"
indicator = "x"
period = 2022
at_least = 0
"#;

/// Each of four shares within 4 standard errors: false alarm in 1 of 4,000 seeds.
#[test]
fn rates_of_a_random_walk_are_those_of_the_orthant_formula() {
    let model = Model::from_toml(WALK).expect("a model");
    let runs =
        model.compile().expect("compiles").simulate(&Sampling::new(50_000, 1)).expect("runs");
    let rows = warning_record(&model, runs.get("baseline").expect("it")).expect("rows");
    let low: Vec<_> = rows.iter().filter(|row| row.warning == "low").collect();
    // Nothing is looked at after the target is due.
    assert_eq!(low.iter().map(|r| r.period.to_string()).collect::<Vec<_>>(), ["2021", "2022"]);
    // x1 and x2 = x1 + e have correlation 1 / sqrt 2: both below 0 with probability
    // 1/4 + asin(1 / sqrt 2) / (2 pi) = 3/8.
    let near = |share: tinbergen::summary::Share, truth: f64| {
        let found = share.probability.value;
        assert!((found - truth).abs() < 4.0 * share.error, "{found} {truth}");
        assert!(share.probability.low <= found && found <= share.probability.high);
    };
    near(low[0].fires, 0.5);
    near(low[0].missed_given_fires, 0.75);
    near(low[0].missed_given_quiet, 0.25);
    near(low[0].hit_rate, 0.75);
    near(low[0].false_alarms, 0.25);
    // In the period of the target itself the rule is the target.
    assert_eq!(low[1].hit_rate.probability.value, 1.0);
    assert_eq!(low[1].false_alarms.probability.value, 0.0);
}

#[test]
fn readings_are_those_of_what_is_known() {
    let model = Model::from_toml(WALK).expect("a model");
    let of = |outturns: &[(&str, &str, f64)]| {
        let outturns: Vec<_> = outturns
            .iter()
            .map(|(name, period, value)| {
                ((*name).to_owned(), period.parse().expect("a period"), *value)
            })
            .collect();
        warning_readings(&model, &outturns)
    };
    let rows = of(&[("x", "2021", -1.0), ("x", "2022", -0.5)]).expect("rows");
    let low: Vec<_> = rows
        .iter()
        .filter(|row| row.warning == "low")
        .map(|row| (row.period.to_string(), row.excess, row.fires, row.missed))
        .collect();
    let year = |year: &str, excess, fires| (year.to_owned(), excess, fires, Some(true));
    assert_eq!(
        low,
        [
            year("2019", 1.0, true),
            year("2020", 0.0, false), // strictly below
            year("2021", 1.0, true),
            year("2022", 0.5, true)
        ]
    );
    // Two changes need three levels: the first window ends in 2021.
    let falling: Vec<_> = rows.iter().filter(|row| row.warning == "falling").collect();
    assert_eq!(falling.len(), 2);
    assert!(falling.iter().all(|row| !row.fires));
    // Nothing is known of 2022 from the history alone.
    assert!(of(&[]).expect("rows").iter().all(|row| row.missed.is_none()));
    let error = of(&[("y", "2021", 1.0)]).expect_err("unknown");
    assert!(error.to_string().contains("unknown indicator \"y\""), "{error}");
    assert!(of(&[("x", "2021-Q1", 1.0)]).expect_err("mixed").to_string().contains("annual"));
}

#[test]
fn rules_on_probabilities_look_at_this_round_and_the_last() {
    let model = Model::from_toml(WALK).expect("a model");
    let round = |p: f64| vec![("x-2022".to_owned(), p)];
    let fires = |now: f64, before: Option<f64>| {
        let before = before.map(round);
        let rows = warning_alerts(&model, &round(now), before.as_deref());
        rows.iter().map(|row| (row.warning.clone(), row.fires)).collect::<Vec<_>>()
    };
    let said =
        |unlikely, worse| vec![("unlikely".to_owned(), unlikely), ("worse".to_owned(), worse)];
    assert_eq!(fires(0.5, None), said(true, false));
    assert_eq!(fires(0.7, Some(0.75)), said(false, false));
    assert_eq!(fires(0.6, Some(0.75)), said(false, true));
}

#[test]
fn warnings_are_written_and_read_without_loss() {
    let model = Model::from_toml(WALK).expect("a model");
    assert_eq!(Model::from_toml(&model.to_toml().expect("text")).expect("a model"), model);
    assert_eq!(Model::from_json(&model.to_json().expect("json")).expect("a model"), model);
    let mut without = model.clone();
    without.warnings.shift_remove("worse");
    let diff = model.diff(&without).expect("a diff");
    assert_eq!(diff.differences()[0].address, "warnings.worse");
    assert!(!diff.differences()[0].kind.matters());
}
