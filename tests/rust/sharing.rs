//! Scenarios that run together are those that run alone, to the bit, also where equations that depend on
//! each other share expressions with others: what is solved is not there to be read a second time unless
//! it is solved again.

use std::fmt::Write as _;

use proptest::prelude::*;
use tinbergen::model::{Change, Scenario};
use tinbergen::{Model, Sampling};

use crate::published_models::frbus;

/// Expressions of two unknowns and two parameters; each may stand in the circle, before and behind it.
const PARTS: [&str; 8] = [
    "log(a + b)",
    "a / (1 + b * b)",
    "exp(0.1 * a)",
    "sqrt(a + b + p)",
    "p * tanh(a)",
    "max(a, b)",
    "log(1 + a * a) * q",
    "w[-1] / (1 + a * a)",
];

/// A circle of two equations, and what is computed from them, in the numbers of its expressions.
#[derive(Debug, Clone)]
struct Circle {
    inside: [usize; 2],
    outside: [[usize; 2]; 3],
    lagged: bool,
}

fn circle() -> impl Strategy<Value = Circle> {
    let part = 0..PARTS.len();
    let pair = || [0..PARTS.len(), 0..PARTS.len()];
    ([part.clone(), part], [pair(), pair(), pair()], any::<bool>())
        .prop_map(|(inside, outside, lagged)| Circle { inside, outside, lagged })
}

fn written(circle: &Circle) -> String {
    let [i, j] = circle.inside.map(|k| PARTS[k]);
    let before = if circle.lagged { "0.3 * a[-1]" } else { "0.3" };
    let mut text = format!(
        r#"
        schema = 1
        name = "circle"
        periods = "2021..2024"
        [parameters]
        p = {{ normal = {{ mean = 0.5, sd = 0.05 }} }}
        q = 0.4
        r = 2
        [indicators.a]
        history = {{ 2020 = 1 }}
        equation = "a ~ {before} + 0.2 * ({i}) + 0.1 * b"
        [indicators.b]
        equation = "b = 1 + 0.2 * ({j}) + 0.1 * a"
        [shocks.a]
        normal = {{ sd = 0.05 }}
        [shocks.w]
        normal = {{ sd = 0.1 }}
        [indicators.w]
        history = {{ 2020 = 1 }}
        equation = "w ~ 0.9 * w[-1] + 0.1 * r"
        "#
    );
    for (k, pair) in circle.outside.iter().enumerate() {
        let [first, second] = pair.map(|k| PARTS[k]);
        let _ = write!(
            text,
            "[indicators.z{k}]\nequation = \"z{k} = r * ({first}) + q * ({second}) + 0.01 * w\"\n"
        );
    }
    text += r#"
        [scenarios.behind]
        changes = [{ parameter = "r", set = 3 }]
        [scenarios.some]
        changes = [{ parameter = "q", set = 0.5 }]
        [scenarios.circle]
        changes = [{ parameter = "p", add = 0.1 }]
        [scenarios.given]
        changes = [{ indicator = "w", set = { 2022 = 1.5 } }]
        [scenarios.behind_again]
        changes = [{ parameter = "r", add = 0.5 }]
    "#;
    text
}

/// Holds every scenario of a run against the same one alone.
fn hold(model: &Model, paths: usize) {
    let program = model.compile().expect("it compiles");
    let sampling = || Sampling::new(paths, 1).with_block(8);
    let together = program.simulate(&sampling()).expect("it runs");
    for name in program.scenarios() {
        let alone = program.simulate(&sampling().with_scenarios([name])).expect("it runs");
        let (ours, theirs) = (together.get(name).expect("ran"), alone.get(name).expect("ran"));
        for indicator in model.indicators.keys() {
            let bits = |runs: &tinbergen::Ensemble| -> Vec<u64> {
                runs.paths(indicator).expect("kept").iter().map(|value| value.to_bits()).collect()
            };
            assert_eq!(bits(ours), bits(theirs), "{indicator} in {name}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(if cfg!(feature = "slow") { 2_000 } else { 200 }))]

    #[test]
    fn circles_that_share_expressions_are_solved_for_who_reads_them(circle in circle()) {
        let text = written(&circle);
        let model = Model::from_toml(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        hold(&model, 12);
    }
}

#[test]
#[cfg_attr(not(shared), ignore = "needs TINBERGEN_SHARED")]
fn scenarios_of_frbus_together_are_scenarios_alone() {
    let mut model = frbus();
    model = model.over("2040-Q1..2040-Q4".parse().expect("a span"));
    let computed = model.indicators.iter().filter(|(_, i)| i.equation.is_some());
    let names: Vec<String> = computed.map(|(name, _)| name.clone()).collect();
    for name in names.into_iter().step_by(6) {
        let up = Change::of_indicator(&name).adding(1e-3);
        model = model.with_scenario(format!("{name}_up"), Scenario::of([up]));
    }
    hold(&model, 1);
}
