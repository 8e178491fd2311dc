//! Growth that is not defined: its base is not positive in a path.

use tinbergen::model::{
    Bound, Distribution, Indicator, Limit, Of, Over, Process, Relative, Target,
};
use tinbergen::outturns::{Outturn, Outturns, Precision};
use tinbergen::period::{Period, Span};
use tinbergen::plan::{self, Attainment, Bits, FindingKind};
use tinbergen::{Model, Sampling};

fn span(text: &str) -> Span {
    text.parse().expect("a span")
}

fn growth(id: &str, indicator: &str, periods: &str, over: Over, limit: f64) -> Target {
    Target::at_least(id, indicator, span(periods), limit).with_measure(Of::Growth, over)
}

/// A random walk that begins somewhere, with a step of 1 a year.
fn walk(start: f64) -> Model {
    Model::new("walk", span("2021..2023"))
        .with_indicator(
            "b",
            Indicator::from_process(Process::change(0.0)).with_history(Period::year(2020), start),
        )
        .with_shock("b", Distribution::normal(0.0, 1.0))
}

fn rows(model: &Model, paths: usize) -> Vec<Attainment> {
    let runs = model.compile().expect("a plan").simulate(&Sampling::new(paths, 1));
    plan::attainment(&runs.expect("it runs")).expect("rows")
}

#[test]
fn from_nothing_and_from_a_loss_there_is_no_growth() {
    for start in [0.0, -10.0] {
        let row =
            &rows(&walk(start).with_target(growth("t", "b", "2021", Over::Last, 0.1)), 1000)[0];
        assert_eq!((row.probability.value, row.undefined), (0.0, 1.0));
        assert_eq!(row.headroom, Some([f64::NEG_INFINITY; 5]));
    }
}

#[test]
fn a_ceiling_and_a_doubling_are_not_met_either() {
    let ceiling =
        Target::at_most("ceiling", "b", span("2021"), 5.0).with_measure(Of::Growth, Over::Last);
    let doubling = growth("doubling", "b", "2023", Over::Last, 1.0).since(Period::year(2020));
    let found = rows(&walk(-1.0).with_target(ceiling).with_target(doubling), 500);
    for row in &found {
        assert_eq!((row.probability.value, row.undefined), (0.0, 1.0), "{}", row.target);
    }
}

/// The base of 2022 is 1 + N(0, 1): not positive with probability Phi(-1) = 0.158655.
#[test]
fn a_row_does_not_contradict_itself() {
    let model = walk(1.0)
        .with_target(growth("later", "b", "2022", Over::Last, -0.5))
        .with_target(growth("first", "b", "2021", Over::Last, -0.5));
    let found = rows(&model, 40_000);
    let later = &found[0];
    // Six standard errors of a share of 40,000.
    assert!((later.undefined - 0.158_655).abs() < 6.0 * 0.0018, "{}", later.undefined);
    let bands = later.headroom.expect("of a target");
    assert_eq!(bands[0], f64::NEG_INFINITY); // 5 %
    assert!(bands[1].is_finite()); // 25 %
    // What is met has headroom that is not negative.
    let share_above = |level: f64| 1.0 - later.probability.value < level;
    for (band, level) in bands.iter().zip(plan::HEADROOM_LEVELS) {
        assert_eq!(
            *band >= 0.0,
            share_above(level),
            "{level}: {bands:?} {}",
            later.probability.value
        );
    }
    assert_eq!(found[1].undefined, 0.0);
    let all = found.iter().find(|row| row.target == "all").expect("a set");
    assert_eq!(all.undefined, later.undefined);
    // They are no failed paths.
    let runs = model.compile().expect("a plan").simulate(&Sampling::new(1000, 1)).expect("it runs");
    let ensemble = runs.get("baseline").expect("it ran");
    assert!(ensemble.failed_paths() == 0 && ensemble.failures().is_empty());
    let shortfall = plan::shortfall(&model, ensemble, &[0.05, 0.5], 0.05).expect("rows");
    assert_eq!(shortfall[0].quantiles[0], f64::NEG_INFINITY);
    assert_eq!(
        (shortfall[0].mean.value, shortfall[0].worst.value),
        (f64::NEG_INFINITY, f64::NEG_INFINITY)
    );
    assert_eq!((shortfall[0].missing.value, shortfall[0].failed), (f64::INFINITY, 0));
    assert!(shortfall[1].mean.value.is_finite() && shortfall[1].undefined == 0.0);
}

/// Mean growth to a level below 0: (x / 1)^(1/3) of what is negative.
#[test]
fn mean_growth_that_ends_below_nothing_is_not_met() {
    let row =
        &rows(&walk(1.0).with_target(growth("t", "b", "2021..2023", Over::Mean, -0.9)), 40_000)[0];
    // 1 + N(0, 3) below 0 with probability Phi(-0.57735) = 0.281851.
    assert!((row.undefined - 0.281_851).abs() < 6.0 * 0.00225, "{}", row.undefined);
    assert!(row.probability.value + row.undefined <= 1.0);
    assert_eq!(row.headroom.expect("a target")[1], f64::NEG_INFINITY); // 25 %
}

#[test]
fn bits_and_weights_count_the_same() {
    let model = walk(1.0)
        .with_target(growth("later", "b", "2022", Over::Last, -0.5))
        .with_target(growth("every", "b", "2021..2023", Over::Every, -0.9));
    let program = model.compile().expect("a plan");
    let figure = Outturn::new("b", Period::year(2021), 0.3, "2022-03-01".parse().expect("a date"))
        .with_precision(Precision::Sd(0.5));
    let known = Outturns::new(vec![figure]).expect("a row");
    let sampling = Sampling::new(5000, 3);
    let tracked = program.observe(&known, None).expect("it fits");
    let whole = [
        program.simulate(&sampling).expect("it runs").attainment().expect("rows"),
        tracked.simulate(&sampling).expect("it runs").attainment().expect("rows"),
    ];
    let alone = [
        Bits::new(&program, &sampling).expect("it runs").attainment().expect("rows"),
        Bits::given(&tracked, &sampling).expect("it runs").attainment().expect("rows"),
    ];
    for (whole, alone) in whole.iter().flatten().zip(alone.iter().flatten()) {
        assert_eq!((whole.probability, whole.undefined), (alone.probability, alone.undefined));
        assert!(whole.undefined > 0.1);
    }
    // b of 2021 given 0.3 +- 0.5 is normal with mean 0.44 and variance 0.2: below 0 with probability 0.1626.
    assert!((whole[1][0].undefined - 0.1626).abs() < 6.0 * 0.0053, "{}", whole[1][0].undefined);
}

#[test]
fn growth_in_a_formula_counts_too() {
    let bound = |limit| Bound::AtLeast(Limit::Number(limit));
    for formula in ["growth(b)", "dlog(b)", "100 * growth(b) + 1"] {
        let target = Target::of_formula("t", formula, span("2022"), bound(-1e6));
        let row = &rows(&walk(1.0).with_target(target), 20_000)[0];
        let least = if formula == "dlog(b)" { 0.239_75 } else { 0.158_655 };
        assert!(row.undefined > least - 6.0 * 0.0033, "{formula}: {}", row.undefined);
        // What is left grew from next to nothing to far below it.
        let either = row.probability.value + row.undefined;
        assert!((0.97..=1.0 + 1e-12).contains(&either), "{formula}: {either}");
    }
    // A branch that is not taken says nothing.
    let guarded =
        Target::of_formula("t", "if(b[-1] > 0, growth(b), -1)", span("2022"), bound(-100.0));
    assert_eq!(rows(&walk(1.0).with_target(guarded), 1000)[0].undefined, 0.0);
}

fn found(model: &Model) -> Vec<plan::Finding> {
    let all = plan::consistency(&model.compile().expect("a plan"));
    all.into_iter().filter(|finding| finding.kind == FindingKind::Undefined).collect()
}

#[test]
fn check_finds_what_can_be_seen_before() {
    let target = || growth("t", "b", "2021", Over::Last, 0.1);
    let none = &found(&walk(0.0).with_target(target()))[0];
    assert!(none.message.contains("growth is not defined, b is 0 in 2020, "), "{}", none.message);
    assert!(none.message.ends_with("no path meets it") && none.resolve.contains("change"));
    let since = growth("t", "b", "2023", Over::Last, 1.0).since(Period::year(2020));
    let loss = &found(&walk(-10.0).with_target(since))[0];
    assert!(loss.message.contains("b is -10 in 2020, which is not positive"), "{}", loss.message);
    // The path that the equations give falls below 0 in 2022.
    let mut falling = walk(1.0).with_target(growth("t", "b", "2023", Over::Last, 0.1));
    falling.indicators["b"].process = Some(Process::change(-0.8));
    let falls = &found(&falling)[0];
    assert!(falls.message.contains("b is -0.6 in 2022, "), "{}", falls.message);
    assert!(falls.message.ends_with("paths in which it is so do not meet it"), "{}", falls.message);
    assert!(found(&walk(5.0).with_target(target())).is_empty());
    assert!(
        found(&walk(-10.0).with_target(Target::at_least("t", "b", span("2021"), 0.1))).is_empty()
    );
    // Nothing else is said of such a target: not that it is always met, not that it is out of reach.
    let all = plan::consistency(&walk(-10.0).with_target(target()).compile().expect("a plan"));
    let kinds: Vec<_> = all.iter().map(|finding| finding.kind).collect();
    assert_eq!(kinds, [FindingKind::Undefined], "{all:?}");
}

/// The name is that of what growth is counted from, in a formula and in a limit too.
#[test]
fn check_names_what_growth_is_counted_from() {
    let message = |target: Target| {
        let model = walk(-10.0).with_indicator("c", Indicator::from_equation("c = b / 2"));
        found(&model.with_target(target))[0].message.clone()
    };
    let bound = Bound::AtLeast(Limit::Number(0.1));
    let formula = |text: &str| Target::of_formula("t", text, span("2021"), bound.clone());
    for text in ["growth(b)", "100 * dlog(b)", "c + growth(b)"] {
        let said = message(formula(text));
        assert!(said.contains("b is -10 in 2020, which is not positive"), "{said}");
    }
    let said = message(formula("growth(2 * b)"));
    assert!(said.contains("what it is counted from is -20, which is not positive"), "{said}");
    let mut limit = Target::at_least("t", "c", span("2021"), 0.0);
    let relative = Relative {
        indicator: "b".to_owned(),
        of: Some(Of::Growth),
        over: None,
        times: 1.0,
        plus: 0.0,
    };
    limit.bound = Bound::AtLeast(Limit::Relative(relative));
    let said = message(limit);
    assert!(said.contains("b is -10 in 2020, which is not positive"), "{said}");
}

/// An equation that speaks of growth gives a number from a loss as well; a target on it is not on growth, and is asked about.
#[test]
fn check_asks_about_growth_in_equations() {
    let said = |start: f64, equation: &str| -> Vec<String> {
        let model = walk(start)
            .with_indicator("g", Indicator::from_equation(equation))
            .with_target(Target::at_least("t", "g", span("2022"), 0.1));
        let all = plan::consistency(&model.compile().expect("a plan"));
        let all = all.into_iter().filter(|finding| finding.kind == FindingKind::Warning);
        all.map(|finding| finding.message).filter(|message| message.contains("growth")).collect()
    };
    for equation in ["g = growth(b)", "g = 100 * growth(b)", "g = 1 + dlog(b)"] {
        let found = said(-10.0, equation);
        assert_eq!(found.len(), 1, "{equation}: {found:?}");
        assert!(found[0].starts_with("indicators.g.equation: counts growth in 202"), "{found:?}");
        assert!(found[0].contains("b is -10 in 202"), "{found:?}");
        assert_eq!(said(10.0, equation), Vec::<String>::new());
    }
    assert!(said(-10.0, "g = b / b[-1] - 1").is_empty(), "what is meant cannot be told");
    assert!(said(-10.0, "g = diff(b)").is_empty());
}

/// What a target would need to be defined bounds nothing while it need not hold: mean growth that ends below 0, a logarithm
/// of what is negative.
#[test]
fn targets_on_growth_leave_the_others_what_the_equations_leave_them() {
    let bound = |limit| Bound::AtLeast(Limit::Number(limit));
    for other in [
        growth("other", "b", "2021..2023", Over::Mean, 0.1),
        Target::of_formula("other", "dlog(b)", span("2023"), bound(-1.0)),
        Target::of_formula("other", "log(b)", span("2023"), bound(-1.0)),
        Target::of_formula("other", "sqrt(b + 1)", span("2023"), bound(0.5)),
    ] {
        let low = Target::at_most("low", "b", span("2023"), -2.0);
        let floor = Target::at_least("floor", "b", span("2023"), -2.0);
        let model = walk(1.0).with_target(other.clone()).with_target(low).with_target(floor);
        let all = plan::consistency(&model.compile().expect("a plan"));
        let of = |kind, targets: &[&str]| {
            all.iter().any(|finding| finding.kind == kind && finding.targets == targets)
        };
        assert!(!all.iter().any(|finding| finding.kind == FindingKind::OutOfReach), "{all:?}");
        let floor_goes_without_saying = "no path can miss it";
        assert!(!all.iter().any(|f| f.message.contains(floor_goes_without_saying)), "{all:?}");
        // Together they cannot be, and where the other is met so is the floor.
        assert!(of(FindingKind::Infeasible, &["other", "low"]), "{other:?}: {all:?}");
        assert!(of(FindingKind::Overlap, &["floor", "other"]), "{other:?}: {all:?}");
    }
}

#[test]
fn no_growth_is_required_from_a_base_that_is_not_positive() {
    let model = walk(-10.0)
        .with_target(growth("t", "b", "2023", Over::Last, 1.0).since(Period::year(2020)))
        .with_target(growth("mean", "b", "2021..2023", Over::Mean, 0.1));
    let runs = model.compile().expect("a plan").simulate(&Sampling::new(200, 1)).expect("it runs");
    let ensemble = runs.get("baseline").expect("it ran");
    let rule = plan::StatusRule::default();
    for row in plan::progress(&model, ensemble, &rule, None).expect("rows") {
        assert!(row.required_growth.is_nan() && row.required_change.is_nan(), "{row:?}");
        assert_eq!(row.share.probability.value, 0.0);
    }
    for first in plan::first_met(&model, ensemble).expect("rows") {
        assert_eq!((first.never.probability.value, first.median), (1.0, None));
    }
}
