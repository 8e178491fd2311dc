//! Levers against closed forms and against trying every setting.

use tinbergen::model::Distribution;
use tinbergen::plan::{self, Goal, Levers, Seek, Seeking, frontier, isoquant, seek};
use tinbergen::{Error, Model, Program, Sampling};

/// `x = push + 2 pull + a standard normal number`, wanted to be 3 at least.
fn model(levers: &str) -> Model {
    let text = r#"
        schema = 1
        name = "levers"
        periods = "2021..2022"
        [indicators.x]
        equation = "x ~ push + 2 * pull"
        [parameters]
        push = 0
        pull = 0
        [shocks.x]
        normal = { sd = 1 }
        [[targets]]
        id = "x"
        indicator = "x"
        period = 2021
        at_least = 3
        [scenarios.helped]
        changes = [{ parameter = "pull", set = 0.5 }]
    "#;
    Model::from_toml(&format!("{text}\n{levers}")).expect("a valid model")
}

fn program(levers: &str) -> Program {
    model(levers).compile().expect("it compiles")
}

const PUSH: &str = "[levers.push]\nparameter = \"push\"\nrange = [0, 6]\ncost = 2";
const BOTH: &str = "[levers.push]\nparameter = \"push\"\nrange = [0, 6]\nstep = 0.25\ncost = \"x + 0.1 * x^2\"\n\
                    [levers.pull]\nparameter = \"pull\"\nrange = [0, 3]\nstep = 0.25\ncost = \"2.2 * x\"";

fn go(program: &Program, seeking: &Seeking) -> Result<tinbergen::plan::Seek, Error> {
    seek(program, &Sampling::new(40_000, 5), seeking, &mut |_, _| true)
}

/// P(x >= 3) = Phi(push - 3): 0.8 takes push = 3.841621. The estimate of a quantile has the error
/// sqrt(p (1 - p) / n) / phi = 0.0071; within 5 of them, false alarm below 6e-7.
#[test]
fn one_lever_has_the_closed_form() {
    let program = program(PUSH);
    let mut seeking = Seeking::new(0.8, Goal::of("x"));
    seeking.margin = Some(0.0);
    let found = go(&program, &seeking).expect("it runs");
    assert!(found.reached && found.exact);
    assert!((found.settings[0].value - 3.841_621).abs() < 0.036, "{:?}", found.settings);
    assert!((found.cost - 2.0 * found.settings[0].value).abs() < 1e-12);
    // It is the least of a step function: exactly the share wanted.
    assert_eq!(found.found.probability.value, 0.8);
    let confirmed = found.confirmed.probability;
    assert!(confirmed.low < 0.8 && 0.8 < confirmed.high + 0.01, "{confirmed:?}");
    // With the margin a fresh run confirms it.
    let safe = go(&program, &Seeking::new(0.8, Goal::of("x"))).expect("it runs");
    assert!(safe.margin > 0.004 && safe.confirmed.probability.value >= 0.8);
    // In the other scenario pull brings 1 already.
    seeking.levers = Levers::default().in_scenario("helped");
    let helped = go(&program, &seeking).expect("it runs");
    assert!((helped.settings[0].value - 2.841_621).abs() < 0.036);
}

#[test]
fn two_levers_agree_with_trying_every_setting() {
    let program = program(BOTH);
    let mut seeking = Seeking::new(0.7, Goal::of("x"));
    seeking.margin = Some(0.0);
    let found = go(&program, &seeking).expect("it runs");
    let every = isoquant(
        &program,
        &Sampling::new(40_000, 5),
        &Goal::of("x"),
        &Levers::named(["push", "pull"]),
        &[0.7],
        &mut |_, _| true,
    )
    .expect("it runs");
    let enough = every.grid.iter().filter(|point| point.share.probability.value >= 0.7);
    let cheapest = enough.map(|point| point.cost).fold(f64::INFINITY, f64::min);
    assert!(found.exact && (found.cost - cheapest).abs() < 1e-9, "{} {cheapest}", found.cost);
    // push + 2 pull = 3 + 0.524401 on the curve of 0.7, as close as steps of a quarter allow.
    for (_, a, b) in every.curves.iter().filter(|curve| curve.1 < 3.5) {
        assert!((a + 2.0 * b - 3.524_401).abs() < 0.06, "{a} {b}");
    }
}

#[test]
fn the_frontier_rises_and_holds_the_cheapest_setting() {
    let program = program(BOTH);
    let sampling = Sampling::new(10_000, 5);
    let of = Goal::of("x");
    let (levers, points) =
        frontier(&program, &sampling, &of, &Levers::default(), &mut |_, _| true).expect("it runs");
    assert_eq!(levers, ["push", "pull"]);
    assert!(points.windows(2).all(|w| {
        w[0].cost < w[1].cost && w[0].share.probability.value < w[1].share.probability.value
    }));
    let mut seeking = Seeking::new(0.7, of);
    seeking.margin = Some(0.0);
    let found = seek(&program, &sampling, &seeking, &mut |_, _| true).expect("it runs");
    let first = points.iter().find(|p| p.share.probability.value >= 0.7).expect("one is enough");
    assert!((first.cost - found.cost).abs() < 1e-9);
}

#[test]
fn what_cannot_be_reached_says_how_near_it_comes() {
    let short = "[levers.push]\nparameter = \"push\"\nrange = [0, 2]\nstep = 0.5\ncost = 1";
    let found = go(&program(short), &Seeking::new(0.8, Goal::of("x"))).expect("it runs");
    assert!(!found.reached && found.exact, "all of its settings were tried");
    assert_eq!(found.settings[0].value, 2.0);
    // Phi(-1)
    assert!((found.found.probability.value - 0.158_655).abs() < 5.0 * found.found.error);
}

/// A lever that hurts beyond 2: cheaper settings are tried one by one, as far as that may go.
#[test]
fn a_lever_that_turns_is_looked_at_step_by_step() {
    let mut model = model(PUSH);
    model.indicators["x"].equation = Some("x ~ 4 - (push - 2)^2".into());
    let program = model.compile().expect("it compiles");
    let mut seeking = Seeking::new(0.8, Goal::of("x"));
    let found = go(&program, &seeking).expect("it runs");
    assert!(found.reached && found.exact && found.settings[0].value < 2.0, "{found:?}");
    seeking.most = 4;
    let short = go(&program, &seeking).expect("it runs");
    assert!(!short.exact, "{short:?}");
}

#[test]
fn questions_that_make_no_sense_are_errors() {
    let error = |levers: &str, seeking: &Seeking| {
        go(&program(levers), seeking).expect_err("an error").to_string()
    };
    let of = || Goal::of("x");
    let says = |text: String, part: &str| assert!(text.contains(part), "{text}");
    says(error("", &Seeking::new(0.8, of())), "the model has none");
    says(error(PUSH, &Seeking::new(1.0, of())), "between 0 and 1");
    says(
        error(PUSH, &Seeking::new(0.8, of()).with_levers(Levers::named(["pusj"]))),
        "did you mean \"push\"?",
    );
    says(error(PUSH, &Seeking::new(0.8, Goal::of("y"))), "unknown target or set");
    says(
        error(PUSH, &Seeking::new(0.8, of()).with_levers(Levers::default().in_scenario("helpd"))),
        "did you mean \"helped\"?",
    );
    says(
        error(PUSH, &Seeking::new(0.8, of()).with_levers(Levers::named(["push", "push"]))),
        "same parameter",
    );
    let odd = PUSH.replace("cost = 2", "cost = \"2 * y\"");
    says(error(&odd, &Seeking::new(0.8, of())), "levers.push.cost: \"y\" is not known");
    let mixed = BOTH.replace("cost = \"2.2 * x\"", "");
    says(error(&mixed, &Seeking::new(0.8, of())), "cannot be added up");
}

/// What `simulate` says of the goal where parameters are changed as a scenario changes them.
fn simulated(model: &Model, changes: &[(&str, f64)], sampling: &Sampling) -> f64 {
    let moved =
        changes.iter().map(|(name, by)| tinbergen::model::Change::of_parameter(*name).adding(*by));
    let model = model.clone().with_scenario("moved", tinbergen::model::Scenario::of(moved));
    let runs = model.compile().expect("it compiles").simulate(sampling).expect("it runs");
    let rows = plan::attainment(&runs).expect("rows");
    let row = rows.iter().find(|row| row.scenario == "moved" && row.target == "x");
    row.expect("it is there").probability.value
}

/// `push` is uncertain; `idle` has no bearing on anything.
fn uncertain() -> Model {
    let levers = "[levers.push]\nparameter = \"push\"\nrange = [-1, 2]\nstep = 0.5\ncost = 40\n\
                  [levers.idle]\nparameter = \"idle\"\nrange = [0.5, 2]\nstep = 0.5\ncost = 3";
    let mut model = model(levers)
        .with_parameter("push", Distribution::normal(2.0, 1.5))
        .with_parameter("idle", 1.0);
    model.scenarios.clear();
    model
}

#[test]
fn a_lever_moves_the_centre_of_what_is_uncertain_and_costs_count_from_now() {
    let model = uncertain();
    let sampling = Sampling::new(20_000, 5);
    let run = |seeking: &Seeking| -> Seek {
        let program = model.compile().expect("it compiles");
        seek(&program, &sampling, seeking, &mut |_, _| true).expect("it runs")
    };
    let found = run(&Seeking::new(0.5, Goal::of("x")));
    // The plan as it is written: P(2 + N(0, 1.5^2 + 1) >= 3) = Phi(-1 / 1.803) = 0.2895.
    assert_eq!(found.before.probability.value, simulated(&model, &[], &sampling));
    assert!((found.before.probability.value - 0.2895).abs() < 5.0 * found.before.error);
    // Its range ends where it stands: nothing helps, and nothing worse is called nearest.
    assert!(!found.reached && found.exact && found.cost == 0.0, "{found:?}");
    assert!(found.settings.iter().all(|setting| setting.value == setting.now));
    assert_eq!(found.found, found.before);
    // As a number it may come nearer or not; what is said is the most likely of all.
    let replaced =
        run(&Seeking::new(0.5, Goal::of("x")).with_levers(Levers::default().replacing()));
    assert_eq!(replaced.before, found.before);
    assert!(replaced.found.probability.value >= replaced.before.probability.value);
    // Less is wanted than there is: nothing moves.
    let less = run(&Seeking::new(0.2, Goal::of("x")));
    assert!(less.reached && less.exact && less.cost == 0.0 && less.found == less.before);
}

/// A free lever without bearing stays, whichever of its settings come first.
#[test]
fn a_lever_that_costs_nothing_and_helps_nothing_stays() {
    let mut model = uncertain();
    let free = |name: &str, model: &mut Model| {
        model.levers.get_mut(name).expect("it has it").cost = Some(0.0.into());
    };
    free("idle", &mut model);
    model.levers["push"].range = [-1.0, 2.5];
    let sampling = Sampling::new(2000, 5);
    let program = model.compile().expect("it compiles");
    for wanted in [0.35, 0.9] {
        let found =
            seek(&program, &sampling, &Seeking::new(wanted, Goal::of("x")), &mut |_, _| true);
        let found = found.expect("it runs");
        assert_eq!(found.reached, wanted < 0.5);
        assert_eq!((found.settings[0].value, found.settings[1].value), (2.5, 1.0), "{found:?}");
    }
    let (_, points) =
        frontier(&program, &sampling, &Goal::of("x"), &Levers::default(), &mut |_, _| true)
            .expect("it runs");
    assert!(points.iter().all(|point| point.settings[1] == 1.0), "{points:?}");
    assert_eq!(points[0].settings, [2.0, 1.0]);
}

/// A goal that is met only inside the ranges: at their ends, and where the levers stand, it has no chance at all.
#[test]
fn a_goal_without_a_chance_where_it_was_tried_is_not_said_to_be_out_of_reach() {
    let lever = |name: &str| {
        format!("[levers.{name}]\nparameter = \"{name}\"\nrange = [0, 40]\nstep = 1\ncost = 1\n")
    };
    let mut model = model(&(lever("push") + &lever("pull")));
    // 3 where push is 14 and pull is 26; less than -3 two steps away.
    model.indicators["x"].equation = Some("x ~ 5 - 4 * abs(push - 14) - 4 * abs(pull - 26)".into());
    let program = model.compile().expect("it compiles");
    let go = |most: usize| {
        let mut seeking = Seeking::new(0.5, Goal::of("x"));
        (seeking.margin, seeking.most) = (Some(0.0), most);
        seek(&program, &Sampling::new(50, 5), &seeking, &mut |_, _| true).expect("it runs")
    };
    let cut = go(300);
    assert!(!cut.reached && !cut.exact, "{cut:?}");
    let whole = go(2000); // 41 * 41 settings are 1681
    assert!(whole.reached && whole.exact, "{whole:?}");
    assert_eq!((whole.settings[0].value, whole.settings[1].value), (14.0, 26.0));
}

#[test]
fn a_setting_that_the_model_cannot_bear_is_named() {
    let levers = "[levers.pull]\nparameter = \"pull\"\nrange = [0, 3]\ncost = 1\n[levers.push]\n\
                  parameter = \"push\"\nrange = [-1, 3]\nstep = 1\ncost = 1";
    let mut model = model(levers).with_parameter("push", Distribution::uniform(0.5, 1.5));
    model.indicators["x"].equation = Some("x ~ log(push) + 2 * pull".into());
    let sampling = Sampling::new(200, 5);
    let asked = |model: &Model, levers: Levers| {
        let program = model.compile().expect("it compiles");
        let seeking = Seeking::new(0.9, Goal::of("x")).with_levers(levers);
        seek(&program, &sampling, &seeking, &mut |_, _| true)
    };
    let error = asked(&model, Levers::named(["push"])).expect_err("a logarithm of -1").to_string();
    let first = error.lines().next().unwrap_or_default();
    let wanted = "levers.push.range: with push at -1 too many paths fail, as said below; keep the range to what the \
                  model can bear, or let numbers take the place of uncertain parameters (replace)";
    assert!(first.ends_with(wanted), "{error}");
    assert!(error.contains("indicators.x: broke first in"), "{error}");
    let error = asked(&model, Levers::named(["push"]).replacing()).expect_err("a logarithm of -1");
    assert!(error.to_string().lines().next().is_some_and(|line| line.ends_with("can bear")));
    model.levers["push"].range = [1.0, 3.0];
    asked(&model, Levers::default()).expect("all of it can be simulated");
    // The plan as it is written is no fault of a lever.
    model.indicators["x"].equation = Some("x ~ log(push - 1) + 2 * pull".into());
    let error = asked(&model, Levers::default()).expect_err("half of all paths").to_string();
    assert!(!error.contains("levers."), "{error}");
}

/// Three levers of which two help when they move together, against the direction in which each helps alone; their 13^3
/// settings are too many to try them all.
#[test]
fn levers_that_help_only_together_are_found() {
    let lever = |name: &str| {
        format!(
            "[levers.{name}]\nparameter = \"{name}\"\nrange = [-2, 0.4]\nstep = 0.2\ncost = 1\n"
        )
    };
    let mut model = model(&(lever("push") + &lever("pull"))).with_parameter("idle", 0.0);
    model.levers.insert("idle".to_owned(), model.levers["push"].clone());
    model.levers["idle"].parameter = "idle".to_owned();
    model.indicators["x"].equation =
        Some("x ~ 1 + 0.2 * push + 0.1 * pull + push * pull + 0.01 * idle".into());
    let program = model.compile().expect("it compiles");
    let sampling = Sampling::new(1000, 5);
    let go = |wanted: f64, most: usize| {
        let mut seeking = Seeking::new(wanted, Goal::of("x"));
        (seeking.margin, seeking.most) = (Some(0.0), most);
        seek(&program, &sampling, &seeking, &mut |_, _| true).expect("it runs")
    };
    // With both at -2 x is 4.4 + N(0, 1); with either alone, and upwards, 1.28 at most: beside the other at 0.4 it is
    // best to go up.
    let found = go(0.8, 2000);
    assert!(found.reached && found.before.probability.value < 0.05, "{found:?}");
    // With both at -1.8 or so; that nothing is cheaper would be sure where all of it was tried.
    assert!(found.cost < 3.8 + 1e-9 && found.settings[2].value == 0.0, "{found:?}");
    // What was not looked at is not ruled out.
    let short = go(0.8, 12);
    assert!(!short.reached && !short.exact, "{short:?}");
    let never = go(0.9999, 200);
    assert!(!never.reached && !never.exact, "{never:?}");
    assert!((never.found.probability.value - 0.919).abs() < 0.05, "{never:?}"); // Phi(1.4)
}

/// A lever is idle where nothing that the goal looks at depends on it; not where it does something alone, beside
/// others at an end, or too much to be simulated.
#[test]
fn levers_that_change_nothing_are_named() {
    let names = ["alone", "first", "second", "far", "near", "broken"];
    let mut model = model("");
    for name in names {
        let lever =
            format!("[levers.{name}]\nparameter = \"push\"\nrange = [0, 1]\nstep = 0.5\ncost = 1");
        let other = self::model(&lever).levers[name].clone();
        model.levers.insert(name.to_owned(), other);
        model.levers[name].parameter = name.to_owned();
        model.parameters.insert(name.to_owned(), model.parameters["push"].clone());
    }
    model.levers["broken"].range = [-2.0, 0.0];
    let sampling = Sampling::new(500, 5);
    let idle = |equation: &str, levers: &Levers| {
        let mut model = model.clone();
        model.indicators["x"].equation = Some(equation.into());
        let program = model.compile().expect("it compiles");
        plan::idle_levers(&program, &sampling, &Goal::of("x"), levers, &mut |_, _| true)
    };
    let all = Levers::default();
    let equation = "x ~ 3 + alone + first * second + 0 * far + if(period > \"2021\", near, 0) \
                    + log(1 + broken)";
    assert_eq!(idle(equation, &all).expect("it runs"), ["far", "near"]);
    // What helps only beside the others changes nothing without them.
    assert_eq!(idle(equation, &Levers::named(["first"])).expect("it runs"), ["first"]);
    assert_eq!(
        idle("x ~ 3 + 1e-9 * alone", &Levers::named(["alone"])).expect("it runs"),
        ["alone"]
    );
    // In a scenario that fixes what makes it count, and where every path meets the goal whatever is done.
    let helped = Levers::named(["alone"]).in_scenario("helped");
    assert!(idle("x ~ 3 + alone * (pull - 0.5)", &helped).expect("it runs") == ["alone"]);
    assert!(idle("x ~ 3 + alone * pull", &helped).expect("it runs").is_empty());
    assert_eq!(idle("x ~ 100 + alone", &Levers::named(["alone"])).expect("it runs"), ["alone"]);
    let error = idle("x ~ log(broken - 1)", &all).expect_err("the plan as it is written");
    assert!(error.is_numerical(), "{error}");
    let error = idle("x ~ far", &Levers::named(["nobody"])).expect_err("no such lever");
    assert!(error.to_string().contains("unknown lever \"nobody\""), "{error}");
}

/// Searches and frontiers of made-up models against a run for each setting.
#[test]
fn searches_find_the_cheapest_of_the_whole_grid() {
    let mut state = 3_u64;
    let mut next = move || {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as f64 / f64::from(1_u32 << 31)
    };
    let sampling = Sampling::new(400, 9);
    let (mut reached, mut certain) = (0, 0);
    for case in 0..24 {
        let names = ["push", "pull"];
        let slopes = [2.0 * next() - 0.7, 3.0 * next() - 1.0];
        let turn = if case % 3 == 0 { 0.6 * next() } else { 0.0 };
        let mut model = model("");
        model.scenarios.clear();
        model.indicators["x"].equation = Some(
            format!(
                "x ~ 1.5 + {} * push + {} * pull - {turn} * (pull - 1)^2",
                slopes[0], slopes[1]
            )
            .as_str()
            .into(),
        );
        let mut grids = Vec::new();
        for name in names {
            let (centre, step) = (next().mul_add(2.0, -0.5), 0.25 + 0.5 * next());
            let (low, high) = (centre - (3.0 * next()).floor() * step, centre + 4.0 * step);
            let cost = 1.0 + 5.0 * next();
            if next() < 0.6 {
                let spread = Distribution::normal(centre, 0.2 + next());
                model = model.with_parameter(name, spread);
            } else {
                model = model.with_parameter(name, centre);
            }
            model = model.with_lever(
                name,
                tinbergen::model::Lever {
                    label: None,
                    parameter: name.to_owned(),
                    range: [low, high],
                    step: Some(step),
                    cost: Some(cost.into()),
                    source: None,
                    assumption: None,
                },
            );
            let count = ((high - low) / step + 1e-9).floor() as usize;
            let mut moves: Vec<f64> = (0..=count).map(|k| low + k as f64 * step - centre).collect();
            moves.push(0.0);
            moves.iter_mut().for_each(|by| {
                if by.abs() < 1e-6 {
                    *by = 0.0;
                }
            });
            grids.push((moves, cost));
        }
        let mut every: Vec<(f64, f64)> = Vec::new();
        for a in &grids[0].0 {
            for b in &grids[1].0 {
                let p = simulated(&model, &[("push", *a), ("pull", *b)], &sampling);
                every.push((a.abs() * grids[0].1 + b.abs() * grids[1].1, p));
            }
        }
        let program = model.compile().expect("it compiles");
        let wanted = 0.15 + 0.7 * next();
        let mut seeking = Seeking::new(wanted, Goal::of("x"));
        seeking.margin = Some(0.0);
        let found = seek(&program, &sampling, &seeking, &mut |_, _| true).expect("it runs");
        let cheapest = every.iter().filter(|(_, p)| *p >= wanted).map(|(cost, _)| *cost);
        let cheapest = cheapest.fold(f64::INFINITY, f64::min);
        let most = every.iter().map(|(_, p)| *p).fold(0.0, f64::max);
        assert!(found.exact, "case {case}");
        assert_eq!(found.reached, cheapest.is_finite(), "case {case}");
        certain += 1;
        if found.reached {
            reached += 1;
            assert!((found.cost - cheapest).abs() < 1e-6, "case {case}: {} {cheapest}", found.cost);
        } else {
            assert!((found.found.probability.value - most).abs() < 0.006, "case {case}");
        }
        let (_, points) =
            frontier(&program, &sampling, &Goal::of("x"), &Levers::default(), &mut |_, _| true)
                .expect("it runs");
        for point in &points {
            let p = point.share.probability.value;
            // A shift and a change of a scenario may round a path to another side of the bound: one of 400.
            let beaten = every.iter().any(|(cost, q)| *cost < point.cost - 1e-9 && *q > p + 0.003);
            assert!(!beaten, "case {case}: {point:?}");
        }
        assert_eq!(points[0].cost, 0.0);
    }
    assert!(reached >= 8 && certain - reached >= 2, "{reached} of {certain}");
}
