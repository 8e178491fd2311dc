//! Changes of scenarios in every order, against the formulas of docs/semantics.md.

#![allow(clippy::format_push_string, reason = "plans are put together line by line")]

use tinbergen::{Ensembles, Model, Sampling};

fn run(plan: &str) -> Ensembles {
    let model = Model::from_toml(plan).unwrap_or_else(|error| panic!("{error}\n{plan}"));
    let program = model.compile().unwrap_or_else(|error| panic!("{error}\n{plan}"));
    program.simulate(&Sampling::new(200, 1)).unwrap_or_else(|error| panic!("{error}\n{plan}"))
}

fn rows(runs: &Ensembles, scenario: &str, name: &str) -> Vec<f64> {
    let ensemble = runs.get(scenario).expect("it ran");
    ensemble.paths(name).expect("kept").iter().copied().collect()
}

/// All orders of some things.
fn orders<T: Clone>(things: &[T]) -> Vec<Vec<T>> {
    if things.is_empty() {
        return vec![Vec::new()];
    }
    (0..things.len())
        .flat_map(|k| {
            let mut rest = things.to_vec();
            let first = rest.remove(k);
            orders(&rest).into_iter().map(move |mut order| {
                order.insert(0, first.clone());
                order
            })
        })
        .collect()
}

const SHOCKS: [(&str, f64); 6] = [
    ("normal = { mean = 0.5, sd = 2 }", 0.5),
    ("empirical = { values = [0, 0, 3], smooth = true }", 0.75),
    ("empirical = { values = [0, 0, 3] }", 1.0),
    ("uniform = { min = 1, max = 4 }", 2.5),
    ("gamma = { shape = 2, scale = 1.5 }", 3.0),
    ("discrete = { values = [-1, 0, 10], probabilities = [0.2, 0.5, 0.3] }", 2.8),
];

#[test]
fn a_shock_is_shifted_and_spread_in_whatever_order() {
    let changes = ["add = 1.0", "scale = 2.0", "add = -0.25", "scale = 0.5"];
    for (shock, mean) in SHOCKS {
        for event in [false, true] {
            let mut plan = format!(
                "schema = 1\nname = \"c\"\nperiods = \"2021..2022\"\n[indicators.y]\n\
                 equation = \"y ~ 0\"\n[shocks.y]\n{shock}\n"
            );
            if event {
                plan += "[events.e]\nprobability = 0.4\nsize = { y = 100.0 }\n";
            }
            let mut all = orders(&changes);
            all.extend(orders(&changes[..2]));
            all.extend(orders(&changes[..3]));
            for (k, order) in all.iter().enumerate() {
                let listed: Vec<String> =
                    order.iter().map(|change| format!("{{ shock = \"y\", {change} }}")).collect();
                // What is inherited counts like what stands there.
                let (first, rest) = listed.split_first().expect("some");
                plan += &format!("[scenarios.base{k}]\nchanges = [{first}]\n");
                plan += &format!(
                    "[scenarios.s{k}]\nextends = \"base{k}\"\nchanges = [{}]\n",
                    rest.join(", ")
                );
            }
            let runs = run(&plan);
            let drawn = rows(&runs, "baseline", "y");
            for (k, order) in all.iter().enumerate() {
                let amounts = |key: &str| -> Vec<f64> {
                    let amounts = order.iter().filter_map(|change| change.strip_prefix(key));
                    amounts.map(|amount| amount.parse().expect("a number")).collect()
                };
                let scale = amounts("scale = ").into_iter().product::<f64>();
                let add = amounts("add = ").into_iter().sum::<f64>();
                let found = rows(&runs, &format!("s{k}"), "y");
                for (drawn, found) in drawn.iter().zip(&found) {
                    // What an event adds is not scaled.
                    let of_event = if event && *drawn > 50.0 { 100.0 } else { 0.0 };
                    let expected = mean + scale * (drawn - of_event - mean) + add + of_event;
                    assert!(
                        (found - expected).abs() < 1e-9,
                        "{shock} {order:?}: {found} {expected}"
                    );
                }
            }
        }
    }
}

#[test]
fn scaling_by_0_leaves_the_mean_of_what_is_drawn() {
    for (shock, mean) in SHOCKS {
        let runs = run(&format!(
            "schema = 1\nname = \"c\"\nperiods = \"2021..2021\"\n[indicators.y]\nequation = \"y ~ 0\"\n\
             [shocks.y]\n{shock}\n[scenarios.s]\nchanges = [{{ shock = \"y\", scale = 0 }}]\n\
             [indicators.h]\nequation = \"h = h[-1]\"\nhistory = {{ 2020 = {{ {shock} }} }}\n"
        ));
        assert!(rows(&runs, "s", "y").iter().all(|found| (found - mean).abs() < 1e-12), "{shock}");
        let history = runs.get("baseline").expect("it ran").history("h").expect("kept");
        assert!((history[0].1 - mean).abs() < 1e-12, "{shock}: {history:?}");
    }
}

/// Of parameters and exogenous indicators the order counts: the value so far is shifted or scaled.
#[test]
fn parameters_and_exogenous_indicators_change_in_the_order_that_is_written() {
    let changes = [("add", 1.0), ("scale", 2.0), ("set", 5.0), ("add", -0.25)];
    let mut plan = "schema = 1\nname = \"c\"\nperiods = \"2021..2021\"\n[parameters]\n\
                    p = { normal = { mean = 3, sd = 1 } }\n[indicators.y]\nequation = \"y = p\"\n\
                    [indicators.x]\nhistory = { 2021 = 7 }\n"
        .to_owned();
    let all = orders(&changes);
    for (k, order) in all.iter().enumerate() {
        let list = |subject: &str| {
            let one = |(key, amount): &(&str, f64)| format!("{{ {subject}, {key} = {amount:?} }}");
            order.iter().map(one).collect::<Vec<_>>().join(", ")
        };
        plan += &format!(
            "[scenarios.s{k}]\nchanges = [{}, {}]\n",
            list("parameter = \"p\""),
            list("indicator = \"x\"")
        );
    }
    let runs = run(&plan);
    let drawn = rows(&runs, "baseline", "y");
    for (k, order) in all.iter().enumerate() {
        let changed = |from: f64| {
            order.iter().fold(from, |value, (key, amount)| match *key {
                "add" => value + amount,
                "scale" => value * amount,
                _ => *amount,
            })
        };
        let found = rows(&runs, &format!("s{k}"), "y");
        for (drawn, found) in drawn.iter().zip(found) {
            assert!((found - changed(*drawn)).abs() < 1e-12, "{order:?}");
        }
        assert!((rows(&runs, &format!("s{k}"), "x")[0] - changed(7.0)).abs() < 1e-12, "{order:?}");
    }
}
