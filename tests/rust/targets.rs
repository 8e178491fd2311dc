//! What targets count, held against the same said in plain loops over every path.

use proptest::prelude::*;
use tinbergen::ensemble::Ensemble;
use tinbergen::model::{Bound, Limit, Of, Over, Relative, Target};
use tinbergen::period::{Period, Span};
use tinbergen::plan::{self, FindingKind, StatusRule};
use tinbergen::{Model, Sampling};

const FIRST: i32 = 2018;

fn year(y: i32) -> Period {
    y.to_string().parse().expect("a year")
}

/// Two indicators over 2018 to 2025.
fn paths(values: &[[f64; 2]], count: usize) -> Ensemble {
    let rows = |k: usize| -> Vec<Vec<f64>> {
        (0..8)
            .map(|t| (0..count).map(|i| values[(t * count + i) % values.len()][k]).collect())
            .collect()
    };
    let rows = vec![("x".to_owned(), None, rows(0)), ("y".to_owned(), None, rows(1))];
    Ensemble::from_rows("mine", "2018..2025".parse().expect("a span"), rows).expect("paths")
}

/// The number of a year: of `x`, of `y`, or of `x / y` of the year before.
fn level(ensemble: &Ensemble, what: &str, y: i32, i: usize) -> f64 {
    let at = |name: &str, y: i32| ensemble.row(name, year(y)).expect("a row")[i];
    if what == "x[-1] / y" { at("x", y - 1) / at("y", y) } else { at(what, y) }
}

/// What counts of each year of a span, from its definition.
fn counted(
    e: &Ensemble,
    what: &str,
    of: Of,
    base: Option<i32>,
    span: (i32, i32),
    i: usize,
) -> Vec<f64> {
    let one = |y: i32| {
        let (now, before) = (level(e, what, y, i), level(e, what, base.unwrap_or(y - 1), i));
        match of {
            Of::Level => now,
            Of::Change => now - before,
            Of::Growth => now / before - 1.0,
        }
    };
    (span.0..=span.1).map(one).collect()
}

fn sorted(mut values: Vec<f64>) -> Vec<f64> {
    values.sort_by(f64::total_cmp);
    values
}

fn put(
    e: &Ensemble,
    target: &Target,
    what: &str,
    base: Option<i32>,
    span: (i32, i32),
    i: usize,
) -> f64 {
    let of = target.of;
    let numbers = counted(e, what, of, base, span, i);
    let n = numbers.len();
    match target.over {
        Over::Last => numbers[n - 1],
        Over::Sum => numbers.iter().sum(),
        Over::Mean if of == Of::Growth && base.is_none() => {
            let ratio = level(e, what, span.1, i) / level(e, what, span.0 - 1, i);
            ratio.powf(1.0 / n as f64) - 1.0
        }
        Over::Mean => numbers.iter().sum::<f64>() / n as f64,
        Over::Median => {
            let s = sorted(numbers);
            if n % 2 == 1 { s[n / 2] } else { f64::midpoint(s[n / 2 - 1], s[n / 2]) }
        }
        Over::Min => sorted(numbers)[0],
        Over::Max => sorted(numbers)[n - 1],
        other => unreachable!("{other:?} counts periods"),
    }
}

fn room(bound: &Bound, number: f64, limit: f64) -> f64 {
    match bound {
        Bound::AtLeast(_) | Bound::Above(_) => number - limit,
        Bound::AtMost(_) | Bound::Below(_) => limit - number,
        Bound::Between([low, high]) => (number - low).min(high - number),
    }
}

/// Is growth of something defined that counts over some years? From what is positive; a root of what is not
/// negative. None where a level is no finite number.
fn defined(
    e: &Ensemble,
    target: &Target,
    what: &str,
    base: Option<i32>,
    span: (i32, i32),
    i: usize,
) -> Option<bool> {
    let at = |y: i32| Some(level(e, what, y, i)).filter(|level| level.is_finite());
    if target.of != Of::Growth {
        return Some(true);
    }
    if target.over == Over::Mean && base.is_none() {
        let (first, last) = (at(span.0 - 1)?, at(span.1)?);
        return Some(first > 0.0 && (last >= 0.0 || span.0 == span.1));
    }
    let from = if target.over == Over::Last { span.1 } else { span.0 };
    let mut all = true;
    for y in from..=span.1 {
        at(y)?;
        all &= at(base.unwrap_or(y - 1))? > 0.0;
    }
    Some(all)
}

/// Levels that are positive, or of any sign, or nothing.
fn levels() -> impl Strategy<Value = f64> {
    prop_oneof![8 => 0.5..3.0f64, 2 => -2.0..0.5f64, 1 => Just(0.0)]
}

fn spans() -> impl Strategy<Value = (i32, i32)> {
    (2021..=2025i32).prop_flat_map(|last| (2021..=last, Just(last)))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn headroom_is_what_the_definition_says(
        values in prop_oneof![
            prop::collection::vec([0.5..3.0f64, 0.5..3.0f64], 40),
            prop::collection::vec([levels(), levels()], 40),
        ],
        over in prop::sample::select(Over::plain().into_iter().chain(Over::counted(2)).collect::<Vec<_>>()),
        of in prop::sample::select(Of::all().to_vec()),
        what in prop::sample::select(vec!["x", "y", "x[-1] / y"]),
        span in spans(),
        base in prop::option::of(2019..=2020i32),
        bound in 0..6usize,
        limit in -0.5..2.0f64,
    ) {
        let ensemble = paths(&values, 5);
        let base = base.filter(|_| of != Of::Level);
        let relative = Relative { indicator: "y".to_owned(), of: None, over: None, times: 0.5, plus: 0.1 };
        let number = Limit::Number(limit);
        let bound = match bound {
            0 => Bound::AtLeast(number),
            1 => Bound::AtMost(number),
            2 => Bound::Above(number),
            3 => Bound::Below(number),
            4 => Bound::Between([limit, limit + 0.4]),
            _ => Bound::AtLeast(Limit::Relative(relative)),
        };
        let is_relative = matches!(&bound, Bound::AtLeast(Limit::Relative(_)));
        let period = Span::new(year(span.0), year(span.1)).expect("a span");
        let mut target = Target::of_formula("t", what, period, bound.clone()).with_measure(of, over);
        target.base = base.map(year);
        let n = (span.1 - span.0 + 1) as usize;
        let counts = matches!(over, Over::Every | Over::AtLeast(_));
        let needed = match over {
            Over::AtLeast(k) => k as usize,
            _ => n,
        };
        let found = plan::headroom(&target, &ensemble);
        if counts && needed > n {
            prop_assert!(found.expect_err("too many").to_string().contains("periods are wanted"));
            return Ok(());
        }
        let found = found.expect("it has the rows");
        for (i, found) in found.into_iter().enumerate() {
            let one = |span: (i32, i32), over: Over| {
                let target = Target { over, ..target.clone() };
                let limit = if is_relative {
                    0.5 * put(&ensemble, &target, "y", base, span, i) + 0.1
                } else {
                    limit
                };
                room(&bound, put(&ensemble, &target, what, base, span, i), limit)
            };
            let expected = if counts {
                let rooms = sorted((span.0..=span.1).map(|y| one((y, y), Over::Last)).collect());
                rooms[n - needed]
            } else {
                one(span, over)
            };
            let is_missing = |what: &str| {
                let from = if over == Over::Last { span.1 } else { span.0 };
                of != Of::Growth && counted(&ensemble, what, of, base, (from, span.1), i).iter().any(|n| n.is_nan())
            };
            if is_missing(what) || is_relative && is_missing("y") {
                prop_assert!(found.is_nan(), "{}: {found}", target.words());
                continue;
            }
            let own = defined(&ensemble, &target, what, base, span, i);
            let limits = if is_relative { defined(&ensemble, &target, "y", base, span, i) } else { Some(true) };
            let (Some(own), Some(limits)) = (own, limits) else { continue };
            if own && limits {
                let near = (found - expected).abs() <= 1e-12 * expected.abs().max(1.0);
                prop_assert!(near || !expected.is_finite(), "{}: {found} {expected}", target.words());
            } else {
                prop_assert_eq!(found, f64::NEG_INFINITY, "{}", target.words());
                prop_assert!(!plan::is_met(&target, found));
            }
        }
    }

    #[test]
    fn a_path_that_failed_in_any_period_has_no_headroom(
        over in prop::sample::select(Over::plain().into_iter().chain(Over::counted(2)).collect::<Vec<_>>()),
        broken in 2021..=2025i32,
    ) {
        let mut values = vec![[1.0, 1.0]; 8];
        values[(broken - FIRST) as usize][0] = f64::NAN;
        let target = Target::at_least("t", "x", "2021..2025".parse().expect("a span"), 0.0)
            .with_measure(Of::Level, over);
        let room = plan::headroom(&target, &paths(&values, 1)).expect("rows")[0];
        let looked_at = over != Over::Last || broken == 2025;
        prop_assert_eq!(room.is_nan(), looked_at);
        prop_assert!(!(looked_at && plan::is_met(&target, room)));
    }
}

const PLAN: &str = r#"
schema = 1
name = "targets"
periods = "2021..2025"
[indicators.gdp]
history = { 2018 = 90, 2019 = 95, 2020 = 100 }
process = { kind = "growth", mean = 0.05 }
[indicators.energy]
history = { 2018 = 60, 2019 = 58, 2020 = 55 }
process = { kind = "growth", mean = 0.02 }
[indicators.intensity]
equation = "intensity = energy / gdp"
[shocks.gdp]
normal = { sd = 0.02 }
[shocks.energy]
normal = { sd = 0.02 }
[[targets]]
id = "plain"
indicator = "gdp"
period = 2025
at_least = 125
"#;

const MORE: &str = r#"
[[targets]]
id = "formula"
equation = "energy / gdp"
of = "growth"
base = 2020
period = 2025
at_most = -0.135
[[targets]]
id = "own-indicator"
indicator = "intensity"
of = "growth"
base = 2020
period = 2025
at_most = -0.135
[[targets]]
id = "far-base"
indicator = "gdp"
of = "change"
base = 2018
over = "median"
period = "2021..2025"
at_least = 25
[[targets]]
id = "three-of-five"
indicator = "gdp"
of = "growth"
over = { at_least = 3 }
period = "2021..2025"
at_least = 0.05
[[targets]]
id = "never"
equation = "abs(gdp)"
over = { at_least = 3 }
period = "2021..2025"
below = 0
"#;

#[test]
fn adding_a_target_changes_no_other_number() {
    let run = |text: &str| {
        let model = Model::from_toml(text).expect("a plan");
        model.compile().expect("it compiles").simulate(&Sampling::new(500, 3)).expect("it runs")
    };
    let (few, more) = (run(PLAN), run(&format!("{PLAN}{MORE}")));
    let (a, b) = (few.get("baseline").expect("ran"), more.get("baseline").expect("ran"));
    for name in ["gdp", "energy", "intensity"] {
        assert_eq!(a.paths(name).expect("kept"), b.paths(name).expect("kept"), "{name}");
        assert_eq!(
            a.fan(name, &[0.05, 0.5]).expect("a fan"),
            b.fan(name, &[0.05, 0.5]).expect("a fan")
        );
    }
    let first = |runs: &tinbergen::Ensembles| runs.attainment().expect("rows").swap_remove(0);
    assert_eq!(first(&few), first(&more));
    // What is counted from a base far back, the same in all paths, stores no paths of it.
    assert!(b.row("gdp", year(2018)).is_none());
}

#[test]
fn targets_on_formulas_and_bases_are_what_an_indicator_of_their_own_says() {
    let model = Model::from_toml(&format!("{PLAN}{MORE}")).expect("a plan");
    let program = model.compile().expect("it compiles");
    let runs = program.simulate(&Sampling::new(2000, 3)).expect("it runs");
    let baseline = runs.get("baseline").expect("it ran");
    let met = plan::Met::new(&model, baseline).expect("rows");
    assert_eq!(met.headroom(1), met.headroom(2));
    let (now, before) = (baseline.row("gdp", year(2025)), baseline.row("gdp", year(2024)));
    assert!(now.is_some() && before.is_some());
    let rows = runs.attainment().expect("rows");
    let p = |id: &str| rows.iter().find(|r| r.target == id).expect("a row").probability.value;
    assert!(p("formula") > 0.1 && p("formula") < 0.9, "{}", p("formula"));
    assert_eq!(p("never"), 0.0);
    // The check says so before any path is drawn, and not that it is met.
    let findings = plan::consistency(&program);
    let of = |id: &str| {
        findings.iter().filter(|f| f.targets == [id]).map(|f| f.kind).collect::<Vec<_>>()
    };
    assert_eq!(of("never"), [FindingKind::OutOfReach]);
    // By hand: growth of 5 % with shocks of 2 % passes 5 % in about half of the years, in at least
    // three of five in half of the paths.
    assert!((p("three-of-five") - 0.5).abs() < 0.05, "{}", p("three-of-five"));
}

/// The even growth and change that progress asks for meet the bound exactly.
#[test]
fn the_even_path_meets_the_bound() {
    for (of, over, bound) in [
        (Of::Level, Over::Median, 115.0),
        (Of::Level, Over::Sum, 600.0),
        (Of::Level, Over::Mean, 118.0),
        (Of::Level, Over::Min, 103.0),
        (Of::Level, Over::Max, 130.0),
        (Of::Growth, Over::Sum, 0.3),
        (Of::Growth, Over::Median, 0.04),
        (Of::Change, Over::Sum, 30.0),
    ] {
        let mut model = Model::from_toml(PLAN).expect("a plan");
        let span: Span = "2021..2025".parse().expect("a span");
        model.targets = vec![Target::at_least("t", "gdp", span, bound).with_measure(of, over)];
        let runs =
            model.compile().expect("compiles").simulate(&Sampling::new(10, 1)).expect("runs");
        let ensemble = runs.get("baseline").expect("it ran");
        let row =
            plan::progress(&model, ensemble, &StatusRule::default(), None).expect("rows").remove(0);
        let growth = row.required_growth;
        let even: Vec<Vec<f64>> = (0..6).map(|k| vec![100.0 * (1.0 + growth).powi(k)]).collect();
        let even = vec![("gdp".to_owned(), None, even)];
        let even =
            Ensemble::from_rows("even", "2020..2025".parse().expect("a span"), even).expect("rows");
        let room = plan::headroom(&model.targets[0], &even).expect("rows")[0];
        assert!(
            room.abs() < 1e-9 * bound.abs().max(1.0),
            "{}: {growth} {room}",
            model.targets[0].words()
        );
    }
}

#[test]
fn what_was_not_kept_is_an_error_and_no_number() {
    let rows = vec![("x".to_owned(), None, vec![vec![1.0]; 5])];
    let ensemble =
        Ensemble::from_rows("mine", "2021..2025".parse().expect("a span"), rows).expect("paths");
    let bound = || Bound::AtLeast(Limit::Number(1.0));
    let says =
        |target: Target| plan::headroom(&target, &ensemble).expect_err("refused").to_string();
    let at = |text: &str| text.parse::<Span>().expect("a span");
    assert!(says(Target::new("t", "z", at("2025"), bound())).contains("unknown indicator \"z\""));
    assert!(
        says(Target::of_formula("t", "x / z", at("2025"), bound())).contains("\"z\" is neither")
    );
    let growth = Target::new("t", "x", at("2021"), bound()).with_measure(Of::Growth, Over::Last);
    assert!(says(growth).contains("the run has no values of it in 2020"));
}

#[test]
fn a_base_that_is_drawn_is_that_of_each_path() {
    let text = PLAN.replace(
        "2018 = 90, 2019 = 95, 2020 = 100",
        "2020 = { uniform = { min = 90, max = 110 } }",
    );
    let text = format!(
        "{text}\n[[targets]]\nid = \"double\"\nindicator = \"gdp\"\nof = \"growth\"\nbase = 2020\n\
         period = 2025\nat_least = 0.28\n"
    );
    let model = Model::from_toml(&text).expect("a plan");
    let runs = model.compile().expect("compiles").simulate(&Sampling::new(500, 1)).expect("runs");
    let ensemble = runs.get("baseline").expect("it ran");
    let room = plan::headroom(&model.targets[1], ensemble).expect("rows");
    let (base, last) = (ensemble.row("gdp", year(2020)), ensemble.row("gdp", year(2025)));
    for (i, room) in room.into_iter().enumerate() {
        let expected = last.expect("a row")[i] / base.expect("a row")[i] - 1.0 - 0.28;
        assert!((room - expected).abs() < 1e-15);
    }
}
