//! Levers against closed forms and against trying every setting.

use tinbergen::plan::{Goal, Seeking, frontier, isoquant, seek};
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
    seeking.scenario = "helped".to_owned();
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
        ["push", "pull"],
        &[0.7],
        "baseline",
        &mut |_, _| true,
    )
    .expect("it runs");
    let enough = every.grid.iter().filter(|point| point.share.probability.value >= 0.7);
    let cheapest = enough.map(|point| point.cost).fold(f64::INFINITY, f64::min);
    assert!(found.exact && (found.cost - cheapest).abs() < 1e-9, "{} {cheapest}", found.cost);
    assert!(
        found.tried.len() < every.grid.len() / 2,
        "{} of {}",
        found.tried.len(),
        every.grid.len()
    );
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
        frontier(&program, &sampling, &of, &[], "baseline", &mut |_, _| true).expect("it runs");
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
    assert!(!found.reached && !found.exact);
    assert_eq!(found.settings[0].value, 2.0);
    // Phi(-1)
    assert!((found.found.probability.value - 0.158_655).abs() < 5.0 * found.found.error);
}

/// A lever that hurts beyond 2: the search is not exact, but finds what is enough.
#[test]
fn a_lever_that_turns_is_said_to_be() {
    let mut model = model(PUSH);
    model.indicators["x"].equation = Some("x ~ 4 - (push - 2)^2".into());
    let program = model.compile().expect("it compiles");
    let found = go(&program, &Seeking::new(0.8, Goal::of("x"))).expect("it runs");
    assert!(found.reached && !found.exact && found.settings[0].value < 2.0, "{found:?}");
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
    says(error(PUSH, &Seeking::new(0.8, of()).with_levers(["pusj"])), "did you mean \"push\"?");
    says(error(PUSH, &Seeking::new(0.8, Goal::of("y"))), "unknown target or set");
    says(error(PUSH, &Seeking::new(0.8, of()).with_scenario("helpd")), "did you mean \"helped\"?");
    says(error(PUSH, &Seeking::new(0.8, of()).with_levers(["push", "push"])), "same parameter");
    let odd = PUSH.replace("cost = 2", "cost = \"2 * y\"");
    says(error(&odd, &Seeking::new(0.8, of())), "levers.push.cost: \"y\" is not known");
    let mixed = BOTH.replace("cost = \"2.2 * x\"", "");
    says(error(&mixed, &Seeking::new(0.8, of())), "cannot be added up");
}
