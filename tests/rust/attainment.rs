//! Attainment in depth against closed forms and exact computation.

use tinbergen::ensemble::Ensemble;
use tinbergen::model::{Indicator, Target};
use tinbergen::plan::{
    Goal, Until, first_met, limiting, pairs, probabilities_in, shortfall, simulate_until,
};
use tinbergen::summary::Share;
use tinbergen::{Design, Model, Sampling};

/// Two correlated standard normal numbers, three targets.
fn two_normals() -> Model {
    Model::from_toml(
        r#"
        schema = 1
        name = "two normals"
        periods = "2021..2021"
        [indicators.x]
        equation = "x ~ 0"
        [indicators.y]
        equation = "y ~ 0"
        [shocks.x]
        normal = { sd = 1 }
        [shocks.y]
        normal = { sd = 1 }
        [correlations]
        "x, y" = 0.6
        [[targets]]
        id = "x"
        indicator = "x"
        period = 2021
        at_least = 0
        [[targets]]
        id = "y"
        indicator = "y"
        period = 2021
        at_least = 0
        [[targets]]
        id = "x high"
        indicator = "x"
        period = 2021
        at_least = 9
        "#,
    )
    .expect("a valid model")
}

fn baseline(model: &Model, design: Design, paths: usize) -> Ensemble {
    let sampling = Sampling::new(paths, 7).with_design(design);
    let runs = model.compile().expect("it compiles").simulate(&sampling).expect("it runs");
    runs.get("baseline").expect("it ran").clone()
}

fn of(model: &Model, ensemble: &Ensemble, goal: &str, given: Option<&str>) -> Share {
    let goal: Goal = goal.parse().expect("a goal");
    let given: Option<Goal> = given.map(|given| given.parse().expect("a goal"));
    let rows = probabilities_in(model, ensemble, &[goal], given.as_ref()).expect("known names");
    rows[0].share
}

/// Within 5 standard errors; false alarm below 6e-7 each.
fn near(found: Share, expected: f64) {
    let value = found.probability.value;
    assert!((value - expected).abs() < 5.0 * found.error, "{found:?}, expected {expected}");
}

#[test]
fn quadrant_probabilities_of_a_binormal_under_every_design() {
    let model = two_normals();
    // Sheppard (1899): P(x > 0, y > 0) = 1/4 + asin(r) / (2 pi).
    let both = 0.25 + 0.6f64.asin() / (2.0 * std::f64::consts::PI);
    for design in [Design::Random, Design::Antithetic, Design::LatinHypercube, Design::Sobol] {
        let ensemble = baseline(&model, design, 40_000);
        near(of(&model, &ensemble, "x and y", None), both);
        near(of(&model, &ensemble, "x and not y", None), 0.5 - both);
        near(of(&model, &ensemble, "x or y", None), 1.0 - both);
        near(of(&model, &ensemble, "y", Some("x")), 2.0 * both);
        near(of(&model, &ensemble, "at_least(1, x, y)", None), 1.0 - both);
        let never = of(&model, &ensemble, "y", Some("\"x high\""));
        assert!(never.probability.value.is_nan() && never.paths == 0.0, "{design}");
        assert_eq!((never.probability.low, never.probability.high), (0.0, 1.0));
    }
}

/// The intervals of 200 runs hold the truth in 95 % of cases; fewer than 90 % would be a chance of
/// one in a thousand.
#[test]
fn conditional_intervals_hold_the_truth() {
    let model = two_normals();
    let program = model.compile().expect("it compiles");
    let truth = 2.0 * (0.25 + 0.6f64.asin() / (2.0 * std::f64::consts::PI));
    for design in [Design::Random, Design::Antithetic] {
        let holds = (0..200).filter(|seed| {
            let sampling = Sampling::new(400, *seed).with_design(design);
            let runs = program.simulate(&sampling).expect("it runs");
            let found = of(&model, runs.get("baseline").expect("it ran"), "y", Some("x"));
            found.probability.low <= truth && truth <= found.probability.high
        });
        let holds = holds.count();
        assert!((180..=200).contains(&holds), "{design}: {holds} of 200");
    }
}

/// Weights `exp(x - 1/2)` turn a standard normal x into one with mean 1 (its exponential tilt).
#[test]
fn weighted_paths_give_the_tilted_probabilities_with_their_intervals() {
    let model = two_normals();
    let plain = baseline(&model, Design::Random, 40_000);
    let x = plain.row("x", "2021".parse().expect("a year")).expect("a row").to_vec();
    let weights: Vec<f64> = x.iter().map(|x| (x - 0.5).exp()).collect();
    let tilted = plain.clone().with_weights(&weights).expect("good weights");
    let found = of(&model, &tilted, "x", None);
    near(found, 0.841_344_746_068_542_9);
    // The effective number of paths: n / E[w^2] = n / e.
    assert!((found.paths / (40_000.0 / std::f64::consts::E) - 1.0).abs() < 0.1, "{found:?}");
    // y given x is normal with mean 0.6 x: under the tilt E[y] = 0.6.
    near(of(&model, &tilted, "y", None), 0.725_746_882_249_926_4);
    let rows = tinbergen::plan::attainment_in(&model, &tilted).expect("rows");
    let width = rows[0].probability.high - rows[0].probability.low;
    // The variance of w (met - p) is e (Phi(2) (1 - p)^2 + Phi(-2) p^2) = 0.11064, with p = Phi(1).
    let expected = 2.0 * 1.959_964 * (0.110_64_f64 / 40_000.0).sqrt();
    assert!((width / expected - 1.0).abs() < 0.05, "{width} and {expected}");
    assert!(plain.clone().with_weights(&[1.0]).is_err());
    assert!(plain.with_weights(&vec![0.0; 40_000]).is_err());
}

#[test]
fn which_target_limits() {
    let mut model = two_normals();
    model.targets.truncate(2);
    let ensemble = baseline(&model, Design::Random, 40_000);
    let rows = limiting(&model, &ensemble, &Goal::of("all")).expect("a set");
    let both = 0.25 + 0.6f64.asin() / (2.0 * std::f64::consts::PI);
    for row in &rows {
        near(row.without, 0.5);
        assert!((row.gain - (0.5 - both)).abs() < 5.0 * row.gain_error);
        near(row.alone, (0.5 - both) / (1.0 - both));
        near(row.missed, 0.5 / (1.0 - both));
        let all = row.without.probability.value - row.gain;
        assert!((all - of(&model, &ensemble, "all", None).probability.value).abs() < 1e-12);
    }
    let error = limiting(&model, &ensemble, &"x or y".parse().expect("a goal")).expect_err("or");
    assert!(error.to_string().contains("dropped"), "{error}");
    let pair = &pairs(&model, &ensemble, None).expect("pairs")[1];
    assert!((pair.correlation - (both - 0.25) / 0.25).abs() < 0.03);
    assert!((pair.lift - 4.0 * both).abs() < 0.06);
}

/// A symmetric walk of 20 steps reaches 4 with P(S >= 4) + P(S > 4), by reflection.
#[test]
fn first_passage_of_a_random_walk() {
    let mut model = Model::from_toml(
        r#"
        schema = 1
        name = "walk"
        periods = "2021..2040"
        [indicators.walk]
        history = { 2020 = 0 }
        equation = "diff(walk) ~ 0"
        [shocks.walk]
        empirical = { values = [-1, 1] }
        "#,
    )
    .expect("a valid model");
    model.targets.push(Target::at_least("four", "walk", "2030".parse().expect("a year"), 4.0));
    let ensemble = baseline(&model, Design::Random, 40_000);
    let found = &first_met(&model, &ensemble).expect("rows")[0];
    // 1 at each place of a walk of n steps: the number of ups is binomial.
    let above = |n: i64, level: i64| -> f64 {
        let mut term = 0.5f64.powi(n as i32);
        let mut sum = 0.0;
        for ups in 0..=n {
            sum += if 2 * ups - n >= level { term } else { 0.0 };
            term *= (n - ups) as f64 / (ups + 1) as f64;
        }
        sum
    };
    for (k, (_, _, by)) in found.periods.iter().enumerate().skip(4) {
        let n = k as i64 + 1;
        near(*by, above(n, 4) + above(n, 5));
    }
    let first: f64 = found.periods.iter().map(|(_, first, _)| first.probability.value).sum();
    assert!((first + found.never.probability.value - 1.0).abs() < 1e-12);
    assert_eq!(found.at_start, Some(false));
}

#[test]
fn expected_shortfall_of_a_normal() {
    let model = two_normals();
    let ensemble = baseline(&model, Design::Random, 40_000);
    let row = &shortfall(&model, &ensemble, &[0.05, 0.5], 0.05).expect("rows")[0];
    // -phi(1.6449) / 0.05, the mean of -x where x < 0 once per path, and only there.
    let near = |found: tinbergen::plan::MeanWithError, expected: f64| {
        assert!((found.value - expected).abs() < 5.0 * found.error, "{found:?} {expected}");
    };
    near(row.worst, -2.062_712_807_5);
    near(row.missing, 0.398_942_280_4);
    near(row.missing_if_missed, 0.797_884_560_8);
    assert!(row.quantiles[0] < row.quantiles[1] && row.failed == 0);
    assert!(shortfall(&model, &ensemble, &[0.05], 0.0).is_err());
}

#[test]
fn doubling_until_the_interval_is_small() {
    let model = two_normals();
    let program = model.compile().expect("it compiles");
    let sampling = Sampling::new(1000, 3);
    let go = |until: &Until| simulate_until(&program, &sampling, until, &mut |_, _| true);
    let (runs, reached) = go(&Until::half_width(0.01)).expect("it runs");
    // The half-width at 1/2 is 0.98 / sqrt(n): 16,000 of 1000 2^k are the first that suffice.
    assert!(reached.reached && reached.half_width <= 0.01);
    assert_eq!((runs.info().paths, reached.paths), (16_000, 16_000));
    let (runs, short) = go(&Until::half_width(0.001).with_most(5000)).expect("it runs");
    assert!(!short.reached && runs.info().paths == 4000);
    for odd in [0.0, -1.0, f64::NAN] {
        assert!(go(&Until::half_width(odd)).expect_err("odd").to_string().contains("above 0"));
    }
    let error = go(&Until::half_width(0.01).of([Goal::of("z")])).expect_err("unknown");
    assert!(error.to_string().contains("unknown target or set \"z\""), "{error}");
    let empty = Model::new("none", "2021..2022".parse().expect("a span"))
        .with_indicator("x", Indicator::from_equation("x = 1"));
    let none = empty.compile().expect("it compiles");
    assert!(simulate_until(&none, &sampling, &Until::half_width(0.1), &mut |_, _| true).is_err());
}

/// Of two targets on a Gaussian plan the constrained mode is known: with x = z1 and y = r z1 + s z2,
/// x >= 1 and y >= 2 bind where z1 = a minimises a^2 + ((2 - r a) / s)^2 or at a = 1.
#[test]
fn the_most_likely_path_of_a_gaussian_plan_is_the_constrained_mode() {
    let mut model = two_normals();
    model.targets.truncate(2);
    let limit = |limit: f64| tinbergen::model::Limit::Number(limit);
    model.targets[0].bound = tinbergen::model::Bound::AtLeast(limit(1.0));
    model.targets[1].bound = tinbergen::model::Bound::AtLeast(limit(2.0));
    let program = model.compile().expect("it compiles");
    let runs = program.simulate(&Sampling::new(1000, 1)).expect("it runs");
    let likely = |goal: &str| {
        let goal: Goal = goal.parse().expect("a goal");
        tinbergen::plan::most_likely(&program, &runs, "baseline", &goal).expect("a path")
    };
    let value = |found: &tinbergen::plan::MostLikely, name: &str| {
        let row = found.values.iter().find(|v| v.kind.is_none() && v.name == name);
        row.expect("a row").value
    };
    // y >= 2 alone: x = r y = 1.2, distance 2; x >= 1 does not bind.
    let both = likely("x and y");
    assert!((both.distance - 2.0).abs() < 1e-5, "{both:?}");
    assert!((value(&both, "x") - 1.2).abs() < 1e-5 && (value(&both, "y") - 2.0).abs() < 1e-5);
    assert_eq!(both.prices.len(), 1);
    assert!((both.prices[0].1 - 2.0).abs() < 1e-5 && both.prices[0].0 == "y");
    // Either: x >= 1 is nearer. y without x: both bind, z1 = 1, z2 = (2 - 0.6) / 0.8.
    assert!((likely("x or y").distance - 1.0).abs() < 1e-5);
    let only = likely("y and not x");
    assert!((only.distance - 1.0f64.hypot(1.4 / 0.8)).abs() < 1e-4, "{}", only.distance);
    assert!(value(&only, "x") < 1.0 && value(&only, "y") >= 2.0);
    let never: Goal = "x and not x".parse().expect("a goal");
    assert!(tinbergen::plan::most_likely(&program, &runs, "baseline", &never).is_err());
}

/// What is known before the span is there in every path and scenario, also where no path differs
/// in it: targets that look back to it are those of the paths.
#[test]
fn targets_look_back_to_the_history_in_every_path() {
    let model = Model::from_toml(
        r#"
        schema = 1
        name = "back"
        periods = "2021..2023"
        [indicators.x]
        history = { 2019 = 95, 2020 = 100 }
        process = { kind = "growth", mean = 0.02, start = 0.02 }
        [shocks.x]
        normal = { sd = 0.02 }
        [scenarios.low]
        changes = [{ shock = "x", periods = "2022", add = -0.03 }]
        [[targets]]
        id = "rate"
        indicator = "x"
        of = "growth"
        over = "mean"
        period = "2021..2023"
        at_least = 0.02
        [[targets]]
        id = "sum"
        indicator = "x"
        of = "change"
        over = "sum"
        period = "2021..2023"
        at_least = 6
        [[targets]]
        id = "every"
        indicator = "x"
        of = "growth"
        over = "every"
        period = "2021..2023"
        at_least = 0
        "#,
    )
    .expect("a valid model");
    let sampling = Sampling::new(3000, 7);
    let runs = model.compile().expect("it compiles").simulate(&sampling).expect("it runs");
    let rows = tinbergen::plan::attainment(&runs).expect("it has the rows");
    for scenario in ["baseline", "low"] {
        let ensemble = runs.get(scenario).expect("it ran");
        let rule = tinbergen::plan::StatusRule::default();
        let standing = tinbergen::plan::progress(&model, ensemble, &rule, None).expect("rows");
        assert!(standing.iter().all(|row| row.current.is_some_and(|(_, value)| value == 100.0)));
        let row = |year: &str| ensemble.row("x", year.parse().expect("a period")).expect("a row");
        let years = [row("2021"), row("2022"), row("2023")];
        let count = |met: &dyn Fn([f64; 3]) -> bool| {
            let paths = 0..ensemble.len();
            let met = paths.filter(|&i| met([years[0][i], years[1][i], years[2][i]])).count();
            met as f64 / ensemble.len() as f64
        };
        let expected = [
            ("rate", count(&|[_, _, last]| last >= 100.0 * 1.02f64.powi(3))),
            ("sum", count(&|[_, _, last]| last - 100.0 >= 6.0)),
            ("every", count(&|[a, b, c]| a >= 100.0 && b >= a && c >= b)),
        ];
        for (target, expected) in expected {
            let found = rows.iter().find(|r| r.scenario == scenario && r.target == target);
            let found = found.expect("a row").probability.value;
            assert!((found - expected).abs() < 1e-9, "{scenario} {target}: {found} {expected}");
        }
    }
}
