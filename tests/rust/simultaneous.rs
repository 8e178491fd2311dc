//! Models whose equations depend on each other within a period.

use proptest::prelude::*;
use tinbergen::{Ensembles, Model, Sampling};

fn run(text: &str, sampling: &Sampling) -> Ensembles {
    let program = Model::from_toml(text).and_then(|model| model.compile()).expect("it compiles");
    program.simulate(sampling).expect("it runs")
}

fn value(runs: &Ensembles, indicator: &str, period: usize, path: usize) -> f64 {
    runs.get("baseline").expect("it ran").paths(indicator).expect("kept")[(period, path)]
}

/// Godley and Lavoie (2007), Monetary Economics, chapter 3: model SIM.
fn sim(periods: i32) -> String {
    let spending: Vec<String> = (1..=periods).map(|t| format!("{} = 20", 2000 + t)).collect();
    format!(
        r#"
        schema = 1
        name = "SIM"
        periods = "2001..{}"
        [indicators.g]
        process = {{ kind = "path", values = {{ {} }} }}
        [indicators.y]
        equation = "y = c + g"
        [indicators.t]
        equation = "t = 0.2 * y"
        [indicators.yd]
        equation = "yd = y - t"
        [indicators.c]
        equation = "c = 0.6 * yd + 0.4 * h[-1]"
        [indicators.h]
        history = {{ 2000 = 0 }}
        equation = "h = h[-1] + yd - c"
        "#,
        2000 + periods,
        spending.join(", ")
    )
}

#[test]
fn the_simplest_stock_flow_model_has_its_published_values() {
    let runs = run(&sim(200), &Sampling::new(1, 1));
    for (period, published) in [(0, 38.462), (1, 47.929)] {
        assert!((value(&runs, "y", period, 0) - published).abs() < 5e-4);
    }
    // Solved by hand: y = (g + 0.4 h[-1]) / (1 - 0.6 x 0.8), and h = h[-1] + 0.8 y - c.
    let mut wealth = 0.0;
    for period in 0..200 {
        let income = (20.0 + 0.4 * wealth) / 0.52;
        let consumption = 0.6 * 0.8 * income + 0.4 * wealth;
        wealth += 0.8 * income - consumption;
        for (indicator, expected) in [("y", income), ("c", consumption), ("h", wealth)] {
            let found = value(&runs, indicator, period, 0);
            assert!((found / expected - 1.0).abs() < 1e-12, "{indicator} {period}: {found}");
        }
    }
    assert!((value(&runs, "y", 199, 0) - 100.0).abs() < 1e-3);
}

#[test]
fn small_circles_have_the_solutions_of_algebra() {
    let head = "schema = 1\nname = \"circle\"\nperiods = \"2021..2022\"\n";
    let three = "[indicators.a]\nequation = \"a = b + 1\"\n[indicators.b]\nequation = \"b = c * 2\"\n\
                 [indicators.c]\nequation = \"c = a - 1\"\n";
    let runs = run(&format!("{head}{three}"), &Sampling::new(1, 1));
    let found = ["a", "b", "c"].map(|name| value(&runs, name, 1, 0));
    assert!(found.iter().zip([1.0, 0.0, 0.0]).all(|(a, b)| (a - b).abs() < 1e-12), "{found:?}");
    let own = "[indicators.a]\nequation = \"a = 0.5 * a + 1\"\n";
    let runs = run(&format!("{head}{own}"), &Sampling::new(1, 1));
    assert!((value(&runs, "a", 0, 0) - 2.0).abs() < 1e-13);
    // x e^x = 1 at the omega constant.
    let curved = "[indicators.x]\nequation = \"x = exp(-x)\"\n";
    let runs = run(&format!("{head}{curved}"), &Sampling::new(1, 1));
    assert!((value(&runs, "x", 0, 0) - 0.567_143_290_409_783_8).abs() < 1e-14);
}

const NOISY: &str = r#"
schema = 1
name = "noisy"
periods = "2021-Q1..2024-Q4"
[indicators.income]
history = { 2020-Q4 = 100 }
equation = "income = consumption + investment + 20"
[indicators.consumption]
history = { 2020-Q4 = 60 }
equation = "dlog(consumption) ~ 0.6 * dlog(income) - 0.02 * (rate - 2)"
[indicators.investment]
history = { 2020-Q4 = 20 }
equation = "log(investment) ~ 0.5 * log(investment[-1]) + 0.5 * log(0.2 * income) - 0.03 * (rate - 2)"
[indicators.rate]
history = { 2020-Q4 = 2 }
equation = "rate = max(0, 0.7 * rate[-1] + 0.3 * (2 + 200 * (income / income[-1] - 1)))"
[shocks.consumption]
normal = { sd = 0.02 }
[shocks.investment]
normal = { sd = 0.08 }
"#;

#[test]
fn every_equation_holds_in_every_path() {
    let runs = run(NOISY, &Sampling::new(2_000, 3));
    let base = runs.get("baseline").expect("it ran");
    let all = |name| base.paths(name).expect("kept");
    let (income, consumption) = (all("income"), all("consumption"));
    let (investment, rate) = (all("investment"), all("rate"));
    let mut bound = 0;
    for period in 1..16 {
        for path in 0..2_000 {
            let at = (period, path);
            let sum = consumption[at] + investment[at] + 20.0;
            assert!((income[at] / sum - 1.0).abs() < 1e-12);
            let growth = income[at] / income[(period - 1, path)] - 1.0;
            let rule = 0.7 * rate[(period - 1, path)] + 0.3 * (2.0 + 200.0 * growth);
            assert!((rate[at] - rule.max(0.0)).abs() < 1e-11, "{} {rule}", rate[at]);
            bound += usize::from(rate[at] == 0.0);
        }
    }
    assert!(bound > 100, "the zero lower bound binds in {bound} cases");
    assert_eq!(base.failures().len(), 0);
}

#[test]
fn a_path_does_not_depend_on_its_company() {
    let many = run(NOISY, &Sampling::new(1_000, 3));
    for sampling in [
        Sampling::new(10, 3),
        Sampling::new(1_000, 3).with_threads(1),
        Sampling::new(1_000, 3).with_block(8),
        Sampling::new(1_000, 3).with_block(1024),
    ] {
        let some = run(NOISY, &sampling);
        for path in 0..10 {
            for period in 0..16 {
                let pair = [&many, &some].map(|runs| value(runs, "rate", period, path).to_bits());
                assert_eq!(pair[0], pair[1]);
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(20))]
    #[test]
    fn the_order_of_equations_does_not_matter(
        weights in prop::collection::vec(-0.1..0.1f64, 64),
        order in Just((0..8).collect::<Vec<usize>>()).prop_shuffle(),
    ) {
        // Eight equations, each of all others; diagonally dominant, so there is one solution.
        let equation = |i: usize| {
            let terms: Vec<String> =
                (0..8).filter(|&j| j != i).map(|j| format!("{:.6} * x{j}", weights[8 * i + j])).collect();
            format!("[indicators.x{i}]\nequation = \"x{i} = {}.0 + {}\"\n", i + 1, terms.join(" + "))
        };
        let model = |order: &[usize]| {
            let equations: String = order.iter().map(|&i| equation(i)).collect();
            format!("schema = 1\nname = \"linear\"\nperiods = \"2021..2021\"\n{equations}")
        };
        let straight: Vec<usize> = (0..8).collect();
        let (a, b) = (
            run(&model(&straight), &Sampling::new(1, 1)),
            run(&model(&order), &Sampling::new(1, 1)),
        );
        for i in 0..8 {
            let name = format!("x{i}");
            let (x, y) = (value(&a, &name, 0, 0), value(&b, &name, 0, 0));
            prop_assert!((x - y).abs() < 1e-12 * x.abs().max(1.0), "{name}: {x} {y}");
        }
    }
}

#[test]
fn a_circle_without_a_solution_is_named() {
    let text = "schema = 1\nname = \"none\"\nperiods = \"2021..2022\"\n\
                [indicators.a]\nequation = \"a = b + 1\"\n[indicators.b]\nequation = \"b = a^2 + 1\"\n";
    let program = Model::from_toml(text).and_then(|model| model.compile()).expect("it compiles");
    let error = program.simulate(&Sampling::new(10, 1)).expect_err("no solution").to_string();
    assert!(
        error.contains("one of 2 simultaneous equations for which no solution was found"),
        "{error}"
    );
    assert!(error.contains("a -> b -> a"), "{error}");
}

#[test]
fn paths_without_a_solution_are_counted_and_the_others_keep_theirs() {
    // x = 0.3 x^2 + s has a solution only where s <= 1 / 1.2; about one path in a thousand has none.
    let text = "schema = 1\nname = \"some\"\nperiods = \"2021..2021\"\nfailed_paths = 0.01\n\
                [indicators.x]\nequation = \"x ~ 0.3 * x^2\"\n[shocks.x]\nnormal = { sd = 0.27 }\n";
    let runs = run(text, &Sampling::new(20_000, 1));
    let base = runs.get("baseline").expect("it ran");
    let failed = base.failures().iter().map(|failure| failure.paths).sum::<u64>();
    assert!((10..60).contains(&failed), "{failed}");
    let solved = base.paths("x").expect("kept").iter().filter(|x| x.is_finite()).count();
    assert_eq!(solved as u64 + failed, 20_000);
}

#[test]
fn twenty_thousand_equations_compile_and_run() {
    let mut equations = vec!["schema = 1\nname = \"large\"\nperiods = \"2021..2021\"".to_owned()];
    for k in 0..20_000 {
        // Circles of ten equations, each circle fed by the one before.
        let (circle, place) = (k / 10, k % 10);
        let next = 10 * circle + (place + 1) % 10;
        let fed = if circle > 0 { format!(" + 0.1 * v{}", k - 10) } else { String::new() };
        let right = format!("1 + 0.5 * v{next}{fed}");
        equations.push(format!("[indicators.v{k}]\nequation = \"v{k} = {right}\""));
    }
    let runs = run(&equations.join("\n"), &Sampling::new(2, 1));
    // Every member of the first circle is 2; of later ones 2 (1 + 0.1 v) of the one before.
    let mut expected = 2.0;
    for circle in 0..2_000 {
        let found = value(&runs, &format!("v{}", 10 * circle + 3), 0, 0);
        assert!((found - expected).abs() < 1e-10, "{circle}: {found} {expected}");
        expected = 2.0 * (1.0 + 0.1 * expected);
    }
}

const SWAPPED: &str = r#"
schema = 1
name = "swapped"
periods = "2021..2024"
[indicators.rate]
history = { 2020 = 3, 2021 = 3, 2022 = 3, 2023 = 3, 2024 = 3 }
[indicators.income]
history = { 2020 = 100 }
equation = "income = consumption + investment + 20"
[indicators.consumption]
history = { 2020 = 60 }
equation = "dlog(consumption) ~ 0.6 * dlog(income) - 0.02 * (rate - 2)"
[indicators.investment]
history = { 2020 = 20 }
equation = "log(investment) ~ 0.5 * log(investment[-1]) + 0.5 * log(0.2 * income) - 0.03 * (rate - 2)"
[indicators.saving]
equation = "saving = income - consumption"
[shocks.consumption]
normal = { sd = 0.02 }
[shocks.investment]
normal = { sd = 0.08 }
"#;

fn swapped(changes: &str) -> Result<tinbergen::Program, tinbergen::Error> {
    Model::from_toml(&format!("{SWAPPED}\n[scenarios.plan]\nchanges = [{changes}]"))
        .and_then(|model| model.compile())
}

#[test]
fn what_is_set_is_met_in_every_path_by_what_is_solved_for() {
    for changes in [
        "{ indicator = \"income\", periods = \"2022..2023\", set = 110, by = \"investment\" }",
        "{ indicator = \"income\", periods = \"2022..2023\", set = 110, by = \"rate\" }",
        "{ indicator = \"income\", periods = \"2022..2023\", set = 110, by = \"rate\" }, \
         { indicator = \"saving\", periods = \"2022..2023\", set = 45, by = \"investment\" }",
    ] {
        let program = swapped(changes).expect(changes);
        let runs = program.simulate(&Sampling::new(500, 3)).expect("it runs");
        let plan = runs.get("plan").expect("it ran");
        let all = |name| plan.paths(name).expect("kept");
        let (income, consumption, investment) =
            (all("income"), all("consumption"), all("investment"));
        let saving = all("saving");
        for period in 0..4 {
            for path in 0..500 {
                let at = (period, path);
                let sum = consumption[at] + investment[at] + 20.0;
                assert!((income[at] / sum - 1.0).abs() < 1e-11, "{changes}");
                assert!((saving[at] - (income[at] - consumption[at])).abs() < 1e-9);
                if (1..3).contains(&period) {
                    assert!((income[at] / 110.0 - 1.0).abs() < 1e-11, "{}", income[at]);
                }
            }
        }
        // The baseline knows nothing of it.
        let base = runs.get("baseline").expect("it ran").paths("rate").expect("kept");
        assert!(base.iter().all(|rate| *rate == 3.0));
    }
}

#[test]
fn to_set_what_came_out_gives_the_same_path_back() {
    let base = swapped("").expect("it compiles").simulate(&Sampling::new(1, 5)).expect("it runs");
    let income = base.get("baseline").expect("it ran").paths("income").expect("kept").to_owned();
    let values: Vec<String> =
        (0..4).map(|t| format!("{} = {:?}", 2021 + t, income[(t, 0)])).collect();
    let change = format!(
        "{{ indicator = \"income\", set = {{ {} }}, by = \"investment\" }}",
        values.join(", ")
    );
    let again =
        swapped(&change).expect("it compiles").simulate(&Sampling::new(1, 5)).expect("it runs");
    for name in ["income", "consumption", "investment", "saving"] {
        let paths = |scenario| again.get(scenario).expect("it ran").paths(name).expect("kept");
        for (a, b) in paths("baseline").iter().zip(paths("plan")) {
            assert!((a / b - 1.0).abs() < 1e-9, "{name}: {a} {b}");
        }
    }
}

#[test]
fn a_swap_that_cannot_work_names_both() {
    for (changes, part) in [
        ("{ indicator = \"consumption\", set = 60, by = \"saving\" }", "is an identity"),
        (
            "{ indicator = \"income\", set = 60, by = \"investmen\" }",
            "did you mean \"investment\"?",
        ),
        ("{ indicator = \"rate\", set = 60, by = \"investment\" }", "has no equation that could"),
        (
            "{ indicator = \"income\", add = 1, by = \"investment\" }",
            "only where an indicator is `set`",
        ),
        (
            "{ indicator = \"income\", set = 110, by = \"rate\" }, \
             { indicator = \"consumption\", set = 60, by = \"rate\" }",
            "is solved for already",
        ),
    ] {
        let error = swapped(changes).expect_err(changes).to_string();
        assert!(error.contains(part) && error.contains("scenarios.plan.changes["), "{error}");
    }
    let text = "schema = 1\nname = \"apart\"\nperiods = \"2021..2022\"\nimported = true\n\
                [indicators.a]\nequation = \"a ~ 1\"\n[indicators.b]\nequation = \"b ~ 2\"\n\
                [scenarios.s]\nchanges = [{ indicator = \"a\", set = 3, by = \"b\" }]\n";
    let error = Model::from_toml(text).and_then(|model| model.compile()).expect_err("no way");
    let error = error.to_string();
    assert!(error.contains("\"b\" cannot be solved for") && error.contains("\"a\""), "{error}");
}

#[test]
fn what_broke_first_is_named_with_its_values() {
    let text = "schema = 1\nname = \"m\"\nperiods = \"2021..2023\"\nfailed_paths = 1\n\
                [indicators.x]\nequation = \"x ~ 1\"\n[shocks.x]\nnormal = { sd = 0.32 }\n\
                [indicators.y]\nequation = \"y = 1 / max(x, 0)\"\n\
                [indicators.z]\nequation = \"z = y + 1\"\n";
    // x falls to 0 or below with probability 0.0009 in each of three periods.
    let runs = run(text, &Sampling::new(10_000, 1));
    let base = runs.get("baseline").expect("it ran");
    assert_eq!(base.broken().len() as u64, base.failed_paths().min(100));
    assert!((5..60).contains(&base.failed_paths()), "{}", base.failed_paths());
    let x = base.paths("x").expect("kept");
    for broken in base.broken() {
        assert_eq!(broken.indicator, "y");
        let period = broken.period.since("2021".parse().expect("a year")).expect("years") as usize;
        assert!(x[(period, broken.path as usize)] <= 0.0);
        let found = broken.values.iter().find(|(name, _)| name == "x").expect("x").1;
        assert_eq!(found, x[(period, broken.path as usize)]);
    }
    let strict = text.replace("failed_paths = 1", "failed_paths = 0");
    let program = Model::from_toml(&strict).and_then(|model| model.compile()).expect("it compiles");
    let error = program.simulate(&Sampling::new(10_000, 1)).expect_err("paths broke").to_string();
    assert!(error.contains("indicators.y: broke first in path"), "{error}");
}
