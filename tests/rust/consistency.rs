//! Consistency of a plan before simulation, against numbers worked out by hand.

use tinbergen::period::Period;
use tinbergen::plan::{Finding, FindingKind as Kind, FindingRules, consistency, consistency_by};
use tinbergen::{Model, Sampling};

fn findings(text: &str) -> Vec<Finding> {
    let head = "schema = 1\nname = \"plan\"\nperiods = \"2021..2025\"\n";
    let model = Model::from_toml(&format!("{head}{text}")).expect("it reads");
    consistency(&model.compile().expect("it compiles"))
}

fn target(id: &str, indicator: &str, bound: &str) -> String {
    format!("[[targets]]\nid = \"{id}\"\nindicator = \"{indicator}\"\nperiod = \"2025\"\n{bound}\n")
}

fn of_kind(findings: &[Finding], kind: Kind) -> Vec<&Finding> {
    findings.iter().filter(|finding| finding.kind == kind).collect()
}

fn near(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-6 * b.abs().max(1e-3)
}

const SHARES: &str = r#"
    [indicators.industry]
    history = { 2020 = { value = 45, source = "s" } }
    process = { kind = "share", upper = 100 }
    [indicators.services]
    history = { 2020 = { value = 35, source = "s" } }
    process = { kind = "share", upper = 100 }
    [indicators.farming]
    equation = "farming = 100 - industry - services"
    [shocks]
    industry = { normal = { sd = 0.2 } }
    services = { normal = { sd = 0.2 } }
"#;

#[test]
fn shares_that_sum_to_more_than_100_cannot_be() {
    let targets = [
        target("a", "industry", "at_least = 50\nsource = \"1.1\""),
        target("free", "industry", "at_most = 90"),
        target("b", "services", "at_least = 40\nsource = \"1.2\""),
        target("c", "farming", "at_least = 20\nsource = \"1.3\""),
    ];
    let all = findings(&format!("{SHARES}{}", targets.concat()));
    let found = of_kind(&all, Kind::Infeasible);
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].targets, ["a", "b", "c"], "and not the one that does no harm");
    assert_eq!(found[0].sources, ["1.1", "1.2", "1.3"]);
    assert!(near(found[0].values["highest"], 10.0), "{:?}", found[0]); // 100 - 50 - 40
    assert!(found[0].message.contains("at most 10"), "{}", found[0].message);
    // One less is as much as there is.
    let text = format!("{SHARES}{}", targets.concat().replace("at_least = 20", "at_least = 10"));
    assert!(of_kind(&findings(&text), Kind::Infeasible).is_empty());
}

const TRIANGLE: &str = r#"
    [indicators.gdp]
    history = { 2020 = { value = 1000, source = "s" } }
    process = { kind = "growth", mean = 0.08 }
    [indicators.people]
    history = { 2020 = { value = 10, source = "s" } }
    process = { kind = "growth", mean = 0.0 }
    [indicators.per_head]
    equation = "per_head = gdp / people"
    [shocks]
    gdp = { normal = { sd = 0.05 } }
    people = { normal = { sd = 0.005 } }
"#;

#[test]
fn the_sides_of_a_triangle_contradict_each_other_three_by_three() {
    let sides = [
        target("g", "gdp", "at_most = 1500"),
        target("p", "people", "at_least = 11"),
        target("h", "per_head", "at_least = 140"),
    ];
    let all = findings(&format!("{TRIANGLE}{}", sides.concat()));
    let found = of_kind(&all, Kind::Infeasible);
    assert_eq!(found[0].targets, ["g", "p", "h"]);
    assert!(near(found[0].values["highest"], 1500.0 / 11.0), "{:?}", found[0]);
    for leave_out in 0..3 {
        let two: String = (0..3).filter(|k| *k != leave_out).map(|k| sides[k].clone()).collect();
        let all = findings(&format!("{TRIANGLE}{two}"));
        assert!(of_kind(&all, Kind::Infeasible).is_empty(), "without {leave_out}");
    }
}

#[test]
fn two_targets_met_exactly_imply_a_third_number() {
    let two = target("g", "gdp", "at_least = 1500") + &target("h", "per_head", "at_least = 125");
    let all = findings(&format!("{TRIANGLE}{two}"));
    let found = of_kind(&all, Kind::Tension);
    assert_eq!(found.len(), 1, "{all:#?}");
    assert_eq!(found[0].targets, ["g", "h"]);
    assert_eq!(found[0].indicators, ["gdp", "per_head", "people"]);
    let values = &found[0].values;
    assert!(near(values["implied"], 12.0) && near(values["jump_off"], 10.0));
    assert!(near(values["needed_growth"], 1.2_f64.powf(0.2) - 1.0));
    // log people in 2025 is normal with mean log 10 and sd 0.005 sqrt 5
    let reach = 1.644_853_626_951_472_7 * 0.005 * 5.0_f64.sqrt();
    assert!(near(values["low"], 10.0 * (-reach).exp()), "{values:?}");
    assert!(near(values["high"], 10.0 * reach.exp()));
    // What the equations may well give is no tension: per head 149 leaves 10.07 people.
    let two = two.replace("at_least = 125", "at_least = 149");
    assert!(of_kind(&findings(&format!("{TRIANGLE}{two}")), Kind::Tension).is_empty());
}

#[test]
fn a_wider_central_share_finds_fewer_tensions() {
    // per head 148 leaves 10.135 people: 1.2 sd of 0.0112 in logs
    let two = target("g", "gdp", "at_least = 1500") + &target("h", "per_head", "at_least = 148");
    let text = format!("schema = 1\nname = \"p\"\nperiods = \"2021..2025\"\n{TRIANGLE}{two}");
    let program = Model::from_toml(&text).expect("it reads").compile().expect("it compiles");
    let count = |central| {
        let rules = FindingRules::default().with_central(central);
        of_kind(&consistency_by(&program, &rules), Kind::Tension).len()
    };
    assert_eq!([count(0.5), count(0.9)], [1, 0]);
}

#[test]
fn a_stock_without_luck_reaches_one_number_only() {
    let text = r#"
        [indicators.roads]
        history = { 2020 = { value = 100, source = "s" } }
        process = { kind = "stock", depreciation = 0.1, inflow = 20 }
    "#;
    // 200 - 100 x 0.9^5
    let end = 200.0 - 100.0 * 0.9_f64.powi(5);
    let all = findings(&format!("{text}{}", target("far", "roads", "at_least = 150")));
    assert_eq!(all.len(), 1);
    assert_eq!((all[0].kind, all[0].targets[0].as_str()), (Kind::OutOfReach, "far"));
    assert!(near(all[0].values["highest"], end), "{:?}", all[0]);
    let all = findings(&format!("{text}{}", target("near", "roads", "at_least = 140")));
    assert_eq!(all[0].kind, Kind::AlreadyMet, "no path can miss it");
    assert!(all[0].message.contains("no path can miss it"));
}

#[test]
fn a_limit_that_is_never_reached_is_out_of_reach() {
    let all = findings(&format!("{SHARES}{}", target("full", "industry", "at_least = 100")));
    assert_eq!(all[0].kind, Kind::OutOfReach);
    assert!(all[0].message.contains("below 100"), "{}", all[0].message);
    let all = findings(&format!("{SHARES}{}", target("nearly", "industry", "at_least = 99.9")));
    assert!(of_kind(&all, Kind::OutOfReach).is_empty());
    let strict = target("a", "gdp", "above = 1500") + &target("b", "gdp", "at_most = 1500");
    let all = findings(&format!("{TRIANGLE}{strict}"));
    assert_eq!(all[0].kind, Kind::Infeasible);
    let both = strict.replace("above", "at_least");
    assert!(of_kind(&findings(&format!("{TRIANGLE}{both}")), Kind::Infeasible).is_empty());
}

#[test]
fn a_rate_and_a_level_of_one_indicator_are_held_against_each_other() {
    let yearly = "[[targets]]\nid = \"rate\"\nindicator = \"gdp\"\nof = \"growth\"\n\
                  over = \"every\"\nperiod = \"2021..2025\"\nat_least = 0.07\n";
    let level = |x: f64| target("level", "gdp", &format!("at_least = {x}"));
    let all = findings(&format!("{TRIANGLE}{yearly}{}", level(1500.0)));
    let found = of_kind(&all, Kind::Tension);
    assert_eq!(found[0].targets, ["rate", "level"]);
    assert!(near(found[0].values["implied"], 1000.0 * 1.07_f64.powi(5)));
    assert!(near(found[0].values["needed_growth"], 1.5_f64.powf(0.2) - 1.0));
    assert!(found[0].message.contains("8.45 % of growth a year"), "{}", found[0].message);
    // 1400 is what 7 % a year makes, rounded: the figures fit.
    assert!(
        of_kind(&findings(&format!("{TRIANGLE}{yearly}{}", level(1400.0))), Kind::Tension)
            .is_empty()
    );
    // A level below it is met whenever the rate is.
    let all = findings(&format!("{TRIANGLE}{yearly}{}", level(1300.0)));
    assert_eq!(of_kind(&all, Kind::Overlap)[0].targets, ["level", "rate"]);
}

#[test]
fn a_floor_in_every_period_and_a_higher_one_at_the_end_fit() {
    let every = "[[targets]]\nid = \"floor\"\nindicator = \"gdp\"\nover = \"every\"\n\
                 period = \"2021..2025\"\nat_least = 1010\n";
    let all = findings(&format!("{TRIANGLE}{every}{}", target("end", "gdp", "at_least = 1400")));
    assert!(of_kind(&all, Kind::Tension).is_empty(), "{all:#?}");
}

#[test]
fn the_pace_that_a_sum_hides_is_told() {
    let text = r#"
        [indicators.investment]
        history = { 2020 = { value = 565, source = "s" } }
        process = { kind = "growth", mean = 0.05 }
        [shocks]
        investment = { normal = { sd = 0.03 } }
        [[targets]]
        id = "sum"
        indicator = "investment"
        over = "sum"
        period = "2021..2025"
        at_least = 4000
    "#;
    let all = findings(text);
    assert_eq!(all.len(), 1);
    let values = &all[0].values;
    let q = 1.0 + values["needed_growth"];
    assert!(near(565.0 * q * (q.powi(5) - 1.0) / (q - 1.0), 4000.0));
    assert!((values["needed_growth"] - 0.118).abs() < 0.0005 && near(values["held"], 2825.0));
    assert!(near(values["central"], 0.05_f64.exp() - 1.0));
    // 3000 takes 2 % a year, less than the equations give.
    assert!(findings(&text.replace("4000", "3000")).is_empty());
}

#[test]
fn a_target_far_beyond_its_own_process_is_a_tension() {
    let all = findings(&format!("{TRIANGLE}{}", target("t", "people", "at_least = 11")));
    assert_eq!((all[0].kind, all.len()), (Kind::Tension, 1));
    assert!(near(all[0].values["bound"], 11.0));
}

#[test]
fn a_limit_that_is_another_indicators_takes_part() {
    let growth = |id: &str, indicator: &str, bound: &str| {
        format!(
            "[[targets]]\nid = \"{id}\"\nindicator = \"{indicator}\"\nof = \"growth\"\n\
             over = \"mean\"\nperiod = \"2021..2025\"\n{bound}\n"
        )
    };
    let in_step = growth("in-step", "per_head", "at_least = { indicator = \"gdp\", plus = -0.01 }");
    let three = growth("fast", "gdp", "at_least = 0.08")
        + &in_step
        + &growth("slow", "per_head", "at_most = 0.05");
    let all = findings(&format!("{TRIANGLE}{three}"));
    let found = of_kind(&all, Kind::Infeasible);
    assert_eq!(found[0].targets, ["fast", "in-step", "slow"]);
    assert!(near(found[0].values["lowest"], 0.07), "{:?}", found[0]);
    let fits = three.replace("at_most = 0.05", "at_most = 0.07");
    assert!(of_kind(&findings(&format!("{TRIANGLE}{fits}")), Kind::Infeasible).is_empty());
}

#[test]
fn quarters_are_counted_as_quarters() {
    let text = r#"
        schema = 1
        name = "quarters"
        periods = "2021-Q1..2022-Q4"
        [indicators.sales]
        history = { "2020-Q4" = { value = 100, source = "s" } }
        process = { kind = "growth", mean = 0.01 }
        [shocks]
        sales = { normal = { sd = 0.02 } }
        [[targets]]
        id = "sum"
        indicator = "sales"
        over = "sum"
        period = "2021-Q1..2021-Q4"
        at_least = 440
    "#;
    let program = Model::from_toml(text).expect("it reads").compile().expect("it compiles");
    let all = consistency(&program);
    let q = 1.0 + all[0].values["needed_growth"];
    assert!(near(100.0 * (q + q * q + q.powi(3) + q.powi(4)), 440.0), "{all:#?}");
    assert!(all[0].message.contains("a quarter from the 100 of 2020-Q4"), "{}", all[0].message);
}

#[test]
fn a_contradiction_is_found_among_hundreds_of_targets() {
    let mut text = TRIANGLE.to_owned();
    for k in 0..150 {
        text += &target(&format!("t{k}"), "gdp", &format!("at_least = {}", 900 + k));
    }
    text += &target("last", "gdp", "at_most = 1040");
    let all = findings(&text);
    let found = of_kind(&all, Kind::Infeasible);
    // The first that does not fit is explained by one other, whatever shares its bit.
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].targets.len(), 2);
    assert_eq!(found[0].targets[1], "last");
    assert_eq!(of_kind(&all, Kind::Disagreement).len(), 1, "all others in one finding");
}

#[test]
fn a_plan_that_hangs_together_gives_nothing() {
    let yearly = "[[targets]]\nid = \"rate\"\nindicator = \"gdp\"\nof = \"growth\"\n\
                  over = \"mean\"\nperiod = \"2021..2025\"\nat_least = 0.07\n";
    let targets =
        target("h", "per_head", "at_least = 140") + &target("p", "people", "at_least = 10.05");
    assert_eq!(findings(&format!("{TRIANGLE}{yearly}{targets}")), []);
}

#[test]
fn the_same_number_twice_is_a_duplicate_or_a_disagreement() {
    let twice = |a: &str, b: &str| {
        let pair = target("a", "gdp", a) + &target("b", "gdp", b);
        findings(&format!("{TRIANGLE}{pair}"))
    };
    let same = twice("at_least = 1500", "at_least = 1500");
    assert_eq!((same[0].kind, same.len()), (Kind::Duplicate, 1));
    let apart = twice("at_least = 1500\nsource = \"3.4\"", "at_least = 1450\nsource = \"6.2\"");
    assert_eq!((apart[0].kind, apart.len()), (Kind::Disagreement, 1));
    assert_eq!(apart[0].sources, ["3.4", "6.2"]);
    let never = twice("at_least = 1500", "at_most = 1450");
    assert_eq!(of_kind(&never, Kind::Infeasible)[0].targets, ["a", "b"]);
    assert!(of_kind(&never, Kind::Disagreement).is_empty());
}

#[test]
fn a_base_that_is_assumed_is_told_also_through_an_identity() {
    let text = TRIANGLE.replace(
        "history = { 2020 = { value = 10, source = \"s\" } }",
        "history = { 2020 = { uniform = { min = 9, max = 11 }, assumption = \"a guess\" } }",
    );
    let all = findings(&format!("{text}{}", target("h", "per_head", "at_least = 145")));
    assert_eq!((all[0].kind, all.len()), (Kind::NoBase, 1));
    assert_eq!(all[0].indicators, ["per_head", "people"]);
    assert!(all[0].message.contains("between 9 and 11"), "{}", all[0].message);
}

#[test]
fn conditions_that_do_not_hold_narrow_nothing() {
    // Where x is positive its logarithm is never asked for below 0, and the other way round.
    let text = r#"
        [indicators.x]
        history = { 2020 = { value = 1, source = "s" } }
        process = { kind = "change", mean = 0 }
        [indicators.y]
        equation = "y = if(x > 0, log(x), sqrt(0 - x))"
        [shocks]
        x = { uniform = { min = -2, max = 2 } }
    "#;
    let pair = target("a", "y", "at_least = -5") + &target("b", "x", "at_most = -1");
    assert!(of_kind(&findings(&format!("{text}{pair}")), Kind::Infeasible).is_empty());
}

#[test]
fn warnings_of_the_compiler_are_findings_too() {
    let all = findings("[indicators.x]\nequation = \"x = 1\"\n[parameters]\nunused = 3\n");
    assert_eq!(all[0].kind, Kind::Warning);
    assert_eq!(all[0].to_string(), "warning: parameters.unused: no equation uses this parameter");
}

fn yuecheng() -> Model {
    let root = crate::root();
    Model::read(root.join("plans/yuecheng.toml")).expect("the plan that ships is valid")
}

#[test]
fn the_contradictions_of_the_yuecheng_plan_are_found_with_their_numbers() {
    let all = consistency(&yuecheng().compile().expect("it compiles"));
    let about = |kind: Kind, targets: &[&str]| {
        let found = all.iter().find(|f| f.kind == kind && f.targets == targets);
        found.unwrap_or_else(|| panic!("{kind} {targets:?}"))
    };
    assert!(of_kind(&all, Kind::Infeasible).is_empty());
    assert!(of_kind(&all, Kind::OutOfReach).is_empty());
    assert_eq!(of_kind(&all, Kind::Tension).len(), 3, "and no more");

    let firms = about(Kind::Tension, &["high-tech-firms-yearly", "high-tech-firms-2025"]);
    assert!(near(firms.values["implied"], 694.0) && near(firms.values["needed_change"], 91.2));
    assert_eq!(firms.sources, ["plan 4.3"]);
    for number in ["344", "694", "800", "91.2"] {
        assert!(firms.message.contains(number), "{}", firms.message);
    }
    let people = about(Kind::Tension, &["gdp-2025", "gdp-per-capita-2025"]);
    assert!(near(people.values["implied"], 1500e8 / 170_000.0 / 1000.0)); // 882.35 thousand
    assert!((people.values["jump_off"] - 770.36).abs() < 0.01);
    assert!(people.message.contains("882.4") && people.message.contains("770.4"));
    let investment = about(Kind::Tension, &["investment-2021-2025"]);
    assert!((investment.values["needed_growth"] - 0.118).abs() < 0.0005);
    assert!(investment.message.contains("11.8 %") && investment.message.contains("2,825"));

    about(Kind::Disagreement, &["hightech-rank-2025", "hightech-rank-2025-overview"]);
    about(Kind::Disagreement, &["urbanisation-2025-about", "urbanisation-2025-at-least"]);
    let met: Vec<_> = of_kind(&all, Kind::AlreadyMet).into_iter().map(|f| &f.targets[0]).collect();
    assert_eq!(met, ["social-insurance-2025", "medical-insurance-2025", "pm25-every-year"]);
    for id in ["rd-share-2025", "digital-core-share-2025", "ic-output-2025", "green-space-2025"] {
        about(Kind::NoBase, &[id]);
    }
    assert!(!of_kind(&all, Kind::NoBase).iter().any(|f| f.targets[0] == "gdp-2025"));
}

/// 20,000 paths, one seed: quantiles of tails are known to about 0.3 %, and the first order leaves
/// out what is not linear.
#[test]
fn the_range_of_the_equations_is_that_of_simulated_paths() {
    let program = yuecheng().compile().expect("it compiles");
    let all = consistency(&program);
    let found = all.iter().find(|f| f.targets == ["gdp-2025", "gdp-per-capita-2025"]);
    let values = &found.expect("it is found").values;
    let sampling = Sampling::new(20_000, 1).with_scenarios(["baseline"]);
    let runs = program.simulate(&sampling).expect("it runs");
    let ensemble = runs.get("baseline").expect("it ran");
    let mut people = ensemble.row("population", Period::year(2025)).expect("kept").to_vec();
    people.sort_by(f64::total_cmp);
    for (name, place) in [("low", 1000), ("central", 10_000), ("high", 19_000)] {
        assert!((values[name] / people[place] - 1.0).abs() < 0.005, "{name}");
    }
}

/// What equations give together is not known before they are solved: no claim is made, and it ends.
#[test]
fn targets_on_equations_that_are_solved_together_are_asked_and_nothing_is_made_up() {
    let model = Model::from_toml(
        r#"
        schema = 1
        name = "together"
        periods = "2021..2023"
        [indicators.c]
        equation = "c ~ 0.6 * y"
        [indicators.y]
        equation = "y = c + 10"
        [indicators.z]
        equation = "z = exp(y) + 1"
        [shocks.c]
        normal = { sd = 1 }
        [[targets]]
        id = "a"
        indicator = "c"
        period = 2023
        at_least = 200
        [[targets]]
        id = "b"
        indicator = "z"
        period = "2021..2023"
        over = "every"
        at_most = 0.5
        "#,
    )
    .expect("it reads");
    let found = tinbergen::plan::consistency(&model.compile().expect("it compiles"));
    let sure = found.iter().filter(|f| f.kind != Kind::NoBase);
    let about: Vec<_> = sure.map(|f| (f.targets.join(" "), f.kind)).collect();
    assert_eq!(about, [("b".to_owned(), Kind::OutOfReach)], "{found:?}");
}
