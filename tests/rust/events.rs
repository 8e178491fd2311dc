//! Event risks: what their numbers may be, and what becomes of paths in which a drawn one is not usable.

use tinbergen::model::{Distribution, Event, Indicator, Quantity, Target, Term};
use tinbergen::outturns::{Outturn, Outturns, Precision};
use tinbergen::period::{Period, Span};
use tinbergen::plan::{self, FindingKind};
use tinbergen::{Error, Model, Sampling};

fn event(probability: impl Into<Term>, duration: impl Into<Quantity>) -> Event {
    Event {
        label: None,
        probability: probability.into(),
        duration: duration.into(),
        overlap: false,
        source: None,
        assumption: None,
        size: [("y".to_owned(), Quantity::from(-1.0))].into_iter().collect(),
    }
}

/// `y` is noise, and an event lowers it by 1; `z` has nothing to do with it.
fn model(event: Event) -> Model {
    let span: Span = "2021..2024".parse().expect("a span");
    Model::new("risk", span)
        .with_indicator("y", Indicator::from_equation("y ~ 0"))
        .with_indicator("z", Indicator::from_equation("z ~ 0"))
        .with_shock("y", Distribution::normal(0.0, 0.01))
        .with_shock("z", Distribution::normal(0.0, 0.01))
        .with_event("crisis", event)
        .with_target(Target::at_least("t", "y", "2024".parse().expect("a year"), -0.5))
}

fn refusal(event: Event) -> String {
    model(event).compile().expect_err("it is wrong").to_string()
}

#[test]
fn numbers_out_of_range_are_errors_of_the_model() {
    for duration in [0.0, -1.0, 0.4, 1.5, f64::NAN, f64::INFINITY] {
        let wanted = format!(
            "events.crisis.duration: {duration} is no number of periods; expected a whole number of at \
             least 1, or a distribution"
        );
        assert_eq!(refusal(event(0.1, duration)), wanted);
    }
    for probability in [3.0, -1.0, 1.0 + 1e-9] {
        let wanted = format!(
            "events.crisis.probability: {probability} is not a probability; expected a number from 0 to 1"
        );
        assert_eq!(refusal(event(probability, 1.0)), wanted);
    }
    for probability in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        assert!(refusal(event(probability, 1.0)).starts_with("events.crisis"));
    }
    let computed = refusal(event("2 * 1.5", 1.0));
    assert!(computed.contains("events.crisis.probability: 3 is not a probability"), "{computed}");
    let mut infinite = event(0.1, 1.0);
    infinite.size.insert("y".to_owned(), f64::INFINITY.into());
    assert!(refusal(infinite).starts_with("events.crisis.size"));
    let never = refusal(event(0.1, Distribution::uniform(-3.0, 0.4)));
    assert!(never.contains("events.crisis.duration: nothing that is drawn here is a period long"));
    for edge in [0.0, 1.0] {
        model(event(edge, 3.0)).compile().expect("both are probabilities");
    }
}

/// What `check` says of the event.
fn said(model: &Model) -> Vec<String> {
    let found = plan::consistency(&model.compile().expect("it compiles"));
    let odd = found.into_iter().filter(|finding| finding.kind == FindingKind::Warning);
    odd.map(|finding| finding.message).filter(|message| message.contains("crisis")).collect()
}

#[test]
fn what_may_fall_out_of_range_is_found_before_anything_is_drawn() {
    let poisson = said(&model(event(0.1, Distribution::poisson(1.2))));
    let share = 100.0 * (-1.2_f64).exp(); // the probability of none
    assert!(poisson[0].contains(&format!("{share:.2} % of what is drawn here")), "{poisson:?}");
    let truncated = Distribution::normal(2.0, 1.0).truncated(Some(1.0), None);
    for fine in
        [truncated, Distribution::uniform(0.5, 3.4), Distribution::empirical(vec![1.0, 2.0])]
    {
        assert_eq!(said(&model(event(0.1, fine))), Vec::<String>::new());
    }
    let with = |p: Distribution, text: &str| said(&model(event(text, 1.0)).with_parameter("p", p));
    let normal = with(Distribution::normal(0.03, 0.01), "p");
    assert!(
        normal[0].starts_with("events.crisis.probability: is anything, not always"),
        "{normal:?}"
    );
    let wide = with(Distribution::uniform(0.1, 0.8), "2 * p");
    assert!(wide[0].contains("is between 0.2 and 1.6, not always from 0 to 1"), "{wide:?}");
    let above = with(Distribution::uniform(2.0, 3.0), "p");
    assert!(above[0].contains("every path fails"), "{above:?}");
    assert!(with(Distribution::uniform(0.1, 0.4), "2 * p").is_empty());
    assert!(with(Distribution::beta(2.0, 50.0), "p").is_empty());
    assert!(with(Distribution::normal(0.03, 0.01), "max(0, min(1, p))").is_empty());
    let fixed = said(&model(event("p", 1.0)).with_parameter("p", 3.0));
    assert!(
        fixed[0].contains("is exactly 3, not always from 0 to 1: every path fails"),
        "{fixed:?}"
    );
}

fn run(model: &Model, paths: usize) -> Result<tinbergen::Ensembles, Error> {
    model.compile().expect("it compiles").simulate(&Sampling::new(paths, 1))
}

#[test]
fn paths_with_an_impossible_probability_fail_and_say_why() {
    let mut risky = model(event("p", 1.0)).with_parameter("p", Distribution::normal(0.0, 1.0));
    let error = run(&risky, 2000).expect_err("most paths fail").to_string();
    let first = error.lines().next().unwrap_or_default();
    assert!(first.starts_with("events.crisis.probability: is not from 0 to 1 in 13"), "{error}");
    assert!(first.contains("of 2000 paths, in scenario \"baseline\""), "{error}");
    assert!(first.contains("draw it from what stays there"), "{error}");
    assert!(!error.contains("indicators.z") && !error.contains("not a finite number"), "{error}");
    risky.failed_paths = 1.0;
    let runs = run(&risky, 2000).expect("all may fail");
    let ensemble = runs.get("baseline").expect("it ran");
    let row = ensemble.row("y", Period::year(2021)).expect("kept");
    let failed = row.iter().filter(|y| y.is_nan()).count();
    // Probability 1 - (normal cdf of 1 less that of 0) = 0.6587; six standard errors.
    assert!((failed as f64 / 2000.0 - 0.6587).abs() < 6.0 * 0.0106, "{failed}");
    assert_eq!(ensemble.failed_paths(), failed as u64);
    let broken = &ensemble.broken()[0];
    assert_eq!((broken.indicator.as_str(), broken.period), ("y", Period::year(2021)));
    assert!(broken.reason.contains("is moved by the event \"crisis\", but its probability is "));
    assert!(row[broken.path as usize].is_nan());
    // Such a path meets no target that looks at it.
    let rows = plan::attainment(&runs).expect("rows");
    assert!(rows[0].probability.value < 1.0 - failed as f64 / 2000.0 + 1e-12);
    // What has nothing to do with the event is as it was.
    assert!(ensemble.row("z", Period::year(2021)).expect("kept").iter().all(|z| z.is_finite()));
}

#[test]
fn a_duration_of_nothing_fails_a_path_from_where_the_event_begins() {
    let mut risky = model(event(0.2, Distribution::empirical(vec![0.0, 1.0, 2.0, 3.0])));
    let error = run(&risky, 2000).expect_err("a quarter of all events").to_string();
    assert!(error.starts_with("events.crisis.duration: is less than one period where"), "{error}");
    risky.failed_paths = 1.0;
    let runs = run(&risky, 2000).expect("all may fail");
    let ensemble = runs.get("baseline").expect("it ran");
    let rows: Vec<&[f64]> =
        (2021..=2024).map(|t| ensemble.row("y", Period::year(t)).expect("kept")).collect();
    let broken = |t: usize| rows[t].iter().filter(|y| y.is_nan()).count() as f64 / 2000.0;
    // In the first period with probability 0.05; six standard errors.
    assert!((broken(0) - 0.05).abs() < 6.0 * 0.0049, "{}", broken(0));
    assert!((0..3).all(|t| broken(t) < broken(t + 1)));
    assert!((0..2000).all(|i| (0..3).all(|t| !rows[t][i].is_nan() || rows[t + 1][i].is_nan())));
    assert_eq!(ensemble.failed_paths(), rows[3].iter().filter(|y| y.is_nan()).count() as u64);
    let reason = &ensemble.broken()[0].reason;
    assert!(reason.contains("but it would last 0 periods, which is less than one"), "{reason}");
}

#[test]
fn a_path_that_hides_what_broke_has_failed_all_the_same() {
    let mut hidden = model(event(0.2, Distribution::empirical(vec![0.0, 1.0])))
        .with_indicator("y", Indicator::from_equation("y = if(shock(y) > -0.5, 1, 0)"));
    hidden.failed_paths = 1.0;
    let runs = run(&hidden, 2000).expect("all may fail");
    let ensemble = runs.get("baseline").expect("it ran");
    let broken = ensemble.broken();
    assert!(ensemble.failed_paths() > 500 && broken[0].indicator == "y", "{broken:?}");
    hidden.failed_paths = 0.001;
    let error = run(&hidden, 2000).expect_err("too many").to_string();
    assert!(error.starts_with("events.crisis.duration: is less than one period"), "{error}");
}

#[test]
fn paths_held_to_outturns_fail_for_the_same_reasons() {
    let figure = Outturn::new("y", Period::year(2021), -0.9, "2022-03-01".parse().expect("a date"))
        .with_precision(Precision::Sd(0.1));
    let known = Outturns::new(vec![figure]).expect("a row");
    let held = |model: &Model, paths: usize| {
        let tracked = model.compile().expect("it compiles").observe(&known, None).expect("it fits");
        tracked.with_least_effective(1.0).simulate(&Sampling::new(paths, 1))
    };
    let mut short = model(event(0.2, Distribution::empirical(vec![0.0, 1.0, 1.0, 1.0])));
    let error = held(&short, 2000).expect_err("too many").to_string();
    assert!(error.starts_with("events.crisis.duration: is less than one period"), "{error}");
    short.failed_paths = 1.0;
    let runs = held(&short, 20_000).expect("all may fail");
    let ensemble = runs.get("baseline").expect("it ran");
    assert!(ensemble.broken()[0].reason.contains("it would last 0 periods"));
    // Paths whose event cannot be have no weight where the figure speaks of it: what is left is Bayes' rule over
    // an event of one period or none.
    let density = |y: f64| (-0.5 * (-0.9 - y).powi(2) / 0.0101).exp();
    let wanted = 0.15 * density(-1.0) / (0.15 * density(-1.0) + 0.8 * density(0.0));
    let weights = ensemble.weights().expect("weights");
    let row = ensemble.row("y", Period::year(2021)).expect("kept");
    let found: f64 = row.iter().zip(weights).map(|(y, w)| if *y < -0.5 { *w } else { 0.0 }).sum();
    assert!((found - wanted).abs() < 1e-3, "{found} {wanted}");
    // A probability that is learnt: outside 0 to 1 no path is left.
    let mut learnt = model(event("p", 1.0)).with_parameter("p", Distribution::normal(0.5, 0.3));
    learnt.failed_paths = 1.0;
    let runs = held(&learnt, 20_000).expect("all may fail");
    let ensemble = runs.get("baseline").expect("it ran");
    let (weights, later) = (
        ensemble.weights().expect("weights"),
        ensemble.row("y", Period::year(2022)).expect("kept"),
    );
    let (mut hit, mut left) = (0.0, 0.0);
    for (y, w) in later.iter().zip(weights).filter(|(y, _)| y.is_finite()) {
        left += w;
        hit += if *y < -0.5 { *w } else { 0.0 };
    }
    // E[p^2] / E[p] over the normal(0.5, 0.3) cut to 0..1: by quadrature.
    let (mut first, mut second) = (0.0, 0.0);
    for k in 0..100_000 {
        let p = (f64::from(k) + 0.5) / 100_000.0;
        let density = (-0.5 * ((p - 0.5) / 0.3) * ((p - 0.5) / 0.3)).exp();
        first += p * density;
        second += p * p * density;
    }
    assert!((hit / left - second / first).abs() < 0.02, "{} {}", hit / left, second / first);
}
