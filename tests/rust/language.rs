//! The equation language in whole plans: periods of other frequencies, chains of comparisons, nested
//! short forms, identities before the span.

#![allow(clippy::format_push_string, reason = "plans are put together line by line")]

use std::collections::HashMap;

use proptest::prelude::*;
use tinbergen::period::{Frequency, Period};
use tinbergen::{Ensembles, Model, Sampling};

fn run(plan: &str, paths: usize) -> Ensembles {
    let model = Model::from_toml(plan).unwrap_or_else(|error| panic!("{error}\n{plan}"));
    let program = model.compile().unwrap_or_else(|error| panic!("{error}\n{plan}"));
    program.simulate(&Sampling::new(paths, 1)).unwrap_or_else(|error| panic!("{error}\n{plan}"))
}

fn period(text: &str) -> Period {
    text.parse().expect(text)
}

/// The months of a period since the year 0.
fn months(period: Period) -> (i32, i32) {
    let length = 12 / period.frequency().per_year();
    (period.ordinal() * length, (period.ordinal() + 1) * length - 1)
}

#[test]
fn a_year_among_quarters_and_months_is_the_whole_year() {
    for (span, literals) in [
        ("2020-Q3..2023-Q2", ["2021", "2020", "2022-Q1"]),
        ("2020-11..2023-02", ["2021", "2021-Q4", "2022-03"]),
        ("2020..2023", ["2020", "2021", "2025"]),
    ] {
        for literal in literals {
            for (k, op) in ["<", "<=", ">", ">=", "==", "!="].into_iter().enumerate() {
                let plan = format!(
                    "schema = 1\nname = \"p\"\nperiods = \"{span}\"\n\
                     [indicators.y]\nequation = \"y = if(period {op} '{literal}', 1, 0)\"\n\
                     [[targets]]\nid = \"t\"\nequation = \"y - (period {op} '{literal}')\"\n\
                     period = \"{span}\"\nover = \"every\"\nbetween = [-0.5, 0.5]\n"
                );
                let runs = run(&plan, 1);
                let paths = runs.get("baseline").expect("it ran").paths("y").expect("kept");
                let span: tinbergen::period::Span = span.parse().expect("a span");
                let (first, last) = months(period(literal));
                for (row, now) in span.periods().enumerate() {
                    let (begin, end) = months(now);
                    let (before, after) = (end < first, begin > last);
                    let holds =
                        [before, !after, after, !before, !before && !after, before || after][k];
                    assert_eq!(paths[(row, 0)], f64::from(u8::from(holds)), "{now} {op} {literal}");
                }
                // Targets on formulas, and the second evaluator, mean the same.
                assert_eq!(runs.attainment().expect("measured")[0].probability.value, 1.0);
            }
        }
    }
}

#[test]
fn chains_hold_where_all_their_comparisons_do() {
    let values = [-1.0, 0.0, 0.5, 1.0, 2.0];
    for (chain, holds) in [
        ("0 < x < 1", (|x| 0.0 < x && x < 1.0) as fn(f64) -> bool),
        ("1 > x >= 0", |x| (0.0..1.0).contains(&x)),
        ("0 <= x <= x + 1 <= 2", |x| 0.0 <= x && x + 1.0 <= 2.0),
        ("x == x ^ 2 == x ^ 3", |x| x == x * x && x == x * x * x),
        ("(0 < x) < 1", |x| x <= 0.0),
        ("(x > 0) * 3 > 2", |x| x > 0.0),
    ] {
        let history: Vec<String> =
            values.iter().enumerate().map(|(k, x)| format!("{} = {x:?}", 2021 + k)).collect();
        let plan = format!(
            "schema = 1\nname = \"c\"\nperiods = \"2021..2025\"\n[indicators.x]\nhistory = {{ {} }}\n\
             [indicators.y]\nequation = \"y = if({chain}, 1, 0)\"\n",
            history.join(", ")
        );
        let runs = run(&plan, 1);
        let found = runs.get("baseline").expect("it ran").paths("y").expect("kept");
        for (row, x) in values.into_iter().enumerate() {
            assert_eq!(found[(row, 0)], f64::from(u8::from(holds(x))), "{chain} at {x}");
        }
    }
}

#[test]
fn nested_short_forms_end_soon_on_both_sides() {
    let history: Vec<String> = (1000..2021).map(|k| format!("{k} = {}.5", k % 7 + 1)).collect();
    let history = history.join(", ");
    for (open, close) in [
        ("diff(", ")"),
        ("dlog(", ")"),
        ("growth(", ")"),
        ("movavg(", ", 2)"),
        ("movsum(", ", 5)"),
        ("lag(", ", 2)"),
        ("movsum(1 + ", ", 400)"),
        ("diff(y[-1] * ", ")"),
        ("log(diff(exp(", ")))"),
        ("(0 < ", " < 2)"),
        ("(\"2021-Q1\" == ", ")"),
    ] {
        for deep in [1, 3, 9, 12, 30, 100, 160] {
            let (open, close) = (open.repeat(deep), close.repeat(deep));
            for equation in [format!("y = {open}x{close}"), format!("{open}y{close} = x")] {
                let plan = format!(
                    "schema = 1\nname = \"n\"\nperiods = \"2021..2022\"\n[indicators.x]\n\
                     history = {{ {history}, 2021 = 1.5, 2022 = 2 }}\n[indicators.y]\n\
                     history = {{ {history} }}\nequation = '{equation}'\n"
                );
                let begin = std::time::Instant::now();
                if let Err(error) = Model::from_toml(&plan).and_then(|model| model.compile()) {
                    let message = error.to_string();
                    let told =
                        ["when written out", "nested more than", "name one such as", "longer than"];
                    let told = told.into_iter().chain([
                        "has no value in",
                        "is 3",
                        "is 2",
                        "cannot be solved for",
                        "free",
                    ]);
                    assert!(told.into_iter().any(|part| message.contains(part)), "{message}");
                }
                // Twenty levels took seconds, thirty ended the process.
                assert!(begin.elapsed().as_secs() < 20, "{deep} times {open}");
            }
        }
    }
}

const NAMES: [&str; 2] = ["a", "b"];

/// An identity of the names before it: as it is written, and its value where it has one.
#[derive(Debug, Clone)]
enum Identity {
    Growth(usize),
    Movsum(usize, u32),
    Movavg(usize, u32),
    Diff(usize),
    LogOf(usize, u32),
    With(usize, usize, u32),
    Twice(usize, usize),
}

type Known = HashMap<(usize, i32), f64>;

impl Identity {
    fn text(&self, name: &dyn Fn(usize) -> String) -> String {
        match *self {
            Self::Growth(x) => format!("100 * growth({})", name(x)),
            Self::Movsum(x, n) => format!("movsum({}, {n})", name(x)),
            Self::Movavg(x, n) => format!("movavg({}, {n}) * k", name(x)),
            Self::Diff(x) => format!("diff({})", name(x)),
            Self::LogOf(x, lag) => format!("log(lag({}, {lag}) ^ 2 + 2) - 1", name(x)),
            Self::With(x, y, lag) => format!("{} + {}[-{lag}]", name(x), name(y)),
            Self::Twice(x, y) => format!("growth(movsum(2 + {}, 2)) + {}", name(x), name(y)),
        }
    }

    fn value(&self, known: &Known, t: i32) -> Option<f64> {
        let at = |x: usize, lag: u32| known.get(&(x, t - lag as i32)).copied();
        let sum = |x: usize, n: u32| (0..n).map(|lag| at(x, lag)).sum::<Option<f64>>();
        Some(match *self {
            Self::Growth(x) => 100.0 * (at(x, 0)? / at(x, 1)? - 1.0),
            Self::Movsum(x, n) => sum(x, n)?,
            Self::Movavg(x, n) => sum(x, n)? / f64::from(n) * 1.5,
            Self::Diff(x) => at(x, 0)? - at(x, 1)?,
            Self::LogOf(x, lag) => (at(x, lag)?.powi(2) + 2.0).ln() - 1.0,
            Self::With(x, y, lag) => at(x, 0)? + at(y, lag)?,
            Self::Twice(x, y) => {
                let now = 4.0 + at(x, 0)? + at(x, 1)?;
                now / (4.0 + at(x, 1)? + at(x, 2)?) - 1.0 + at(y, 0)?
            }
        })
    }
}

fn identity(count: usize) -> impl Strategy<Value = Identity> {
    let any = move || 0..count;
    prop_oneof![
        any().prop_map(Identity::Growth),
        (any(), 1..5u32).prop_map(|(x, n)| Identity::Movsum(x, n)),
        (any(), 1..4u32).prop_map(|(x, n)| Identity::Movavg(x, n)),
        any().prop_map(Identity::Diff),
        (any(), 0..4u32).prop_map(|(x, lag)| Identity::LogOf(x, lag)),
        (any(), any(), 1..3u32).prop_map(|(x, y, lag)| Identity::With(x, y, lag)),
        (any(), any()).prop_map(|(x, y)| Identity::Twice(x, y)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]
    /// Chains of identities have their past as far as histories reach, drawn ones too, and equations
    /// can look back at it.
    #[test]
    fn identities_have_a_past_as_far_as_histories_reach(
        depths in (3..9i32, 3..9i32),
        drawn in prop::collection::vec((0..2usize, 0..4i32), 0..3),
        chain in prop::collection::vec(identity(2), 1..2)
            .prop_flat_map(|first| (Just(first), identity(3), identity(4), identity(5)))
            .prop_map(|(mut all, b, c, d)| { all.extend([b, c, d]); all }),
        looked_at in (0..6usize, 1..3u32),
        quarterly in any::<bool>(),
    ) {
        let frequency = if quarterly { Frequency::Quarterly } else { Frequency::Annual };
        let first = if quarterly { 8084 } else { 2021 };
        let text = |t: i32| Period::from_ordinal(frequency, t).to_string();
        let name = |k: usize| NAMES.get(k).map_or_else(|| format!("z{k}"), |n| (*n).to_owned());
        let mut plan = format!(
            "schema = 1\nname = \"past\"\nperiods = \"{}..{}\"\n[parameters]\nk = 1.5\n",
            text(first), text(first + 1)
        );
        let mut known = Known::new();
        let is_drawn = |k: usize, t: i32| drawn.contains(&(k, first - 1 - t));
        for (k, depth) in [depths.0, depths.1].into_iter().enumerate() {
            plan += &format!("[indicators.{}]\nequation = \"{0} = 1.1 * {0}[-1]\"\n", name(k));
            for t in first - depth..first {
                let value = 1.0 + f64::from((t * 7 + k as i32 * 3).rem_euclid(11)) / 4.0;
                let number = if is_drawn(k, t) {
                    format!("{{ uniform = {{ min = {value:?}, max = {:?} }} }}", value + 1.0)
                } else {
                    format!("{value:?}")
                };
                plan += &format!("history.{} = {number}\n", text(t));
                known.insert((k, t), value);
            }
        }
        for (k, identity) in chain.iter().enumerate() {
            let own = name(NAMES.len() + k);
            plan += &format!("[indicators.{own}]\nequation = \"{own} = {}\"\n", identity.text(&name));
        }
        // The oracle: period by period, whatever has all it needs.
        let mut has = known.clone();
        let mut differs: HashMap<(usize, i32), bool> =
            known.keys().map(|&(k, t)| ((k, t), is_drawn(k, t))).collect();
        for t in first - 20..first {
            for (k, identity) in chain.iter().enumerate() {
                if let Some(value) = identity.value(&has, t) {
                    has.insert((2 + k, t), value);
                    let tagged: Known = has.keys().map(|&key| {
                        (key, if differs.get(&key) == Some(&true) { f64::NAN } else { 1.0 })
                    }).collect();
                    let any = identity.value(&tagged, t).is_some_and(f64::is_nan);
                    differs.insert((2 + k, t), any);
                }
            }
        }
        let (wanted, lag) = looked_at;
        let can = (0..2).all(|t| t >= lag as i32 || has.contains_key(&(wanted, first + t - lag as i32)));
        let model = |extra: &str| Model::from_toml(&format!("{plan}{extra}")).expect("it is read");
        let last = format!("[indicators.back]\nequation = \"back = {}[-{lag}]\"\n", name(wanted));
        let compiled = model(&last).compile();
        let within = (0..chain.len()).all(|k| {
            // In the span everything is there when nothing looks back too far.
            let mut later = has.clone();
            for t in first..first + 2 {
                for k in 0..2 { later.insert((k, t), 1.0); }
                for (j, identity) in chain.iter().enumerate() {
                    if let Some(value) = identity.value(&later, t) { later.insert((2 + j, t), value); }
                }
            }
            later.contains_key(&(2 + k, first)) && later.contains_key(&(2 + k, first + 1))
        });
        prop_assert_eq!(compiled.is_ok(), can && within, "{}{}\n{:?}", plan, last, compiled.err());
        let Ok(program) = model(&last).compile() else { return Ok(()) };
        let runs = program.simulate(&Sampling::new(64, 1)).expect("it runs");
        let ensemble = runs.get("baseline").expect("it ran");
        for k in 0..2 + chain.len() {
            let found: HashMap<i32, f64> = ensemble.history(&name(k)).expect("kept")
                .into_iter().map(|(period, value)| (period.ordinal(), value)).collect();
            for t in first - 20..first {
                let expected = has.get(&(k, t)).copied();
                let value = found.get(&t).copied();
                prop_assert_eq!(value.is_some(), expected.is_some_and(f64::is_finite), "{} {}\n{}", name(k), t, plan);
                let (Some(value), Some(expected)) = (value, expected) else { continue };
                if differs.get(&(k, t)) == Some(&true) {
                    if k < 2 { continue; } // the mean of what is drawn, tested elsewhere
                    // Path by path, by the oracle.
                    let row = ensemble.row(&name(k), Period::from_ordinal(frequency, t)).expect("stored");
                    // What is drawn further back than any identity differs is not stored with paths.
                    let base = |&(k, t): &(usize, i32)| {
                        let period = Period::from_ordinal(frequency, t);
                        !is_drawn(k, t) || ensemble.row(&name(k), period).is_some()
                    };
                    let paths: &[usize] = if known.keys().all(base) { &[0, 63] } else { &[] };
                    for &path in paths {
                        let mut one = known.clone();
                        for (&(k, t), value) in &mut one {
                            if is_drawn(k, t) {
                                let row = ensemble.row(&name(k), Period::from_ordinal(frequency, t));
                                *value = row.expect("stored")[path];
                            }
                        }
                        for t in first - 20..first {
                            for (j, identity) in chain.iter().enumerate() {
                                if let Some(value) = identity.value(&one, t) { one.insert((2 + j, t), value); }
                            }
                        }
                        prop_assert!((row[path] - one[&(k, t)]).abs() < 1e-9 * one[&(k, t)].abs().max(1.0));
                    }
                    let mean = row.iter().sum::<f64>() / 64.0;
                    prop_assert!((mean - value).abs() < 1e-9 * mean.abs().max(1.0), "{} {t}: {mean} {value} {row:?}\n{plan}", name(k));
                } else {
                    prop_assert!((value - expected).abs() < 1e-9 * expected.abs().max(1.0), "{} {}: {} {}\n{}", name(k), t, value, expected, plan);
                    let row = ensemble.row("back", Period::from_ordinal(frequency, first)).expect("kept");
                    if k == wanted && t == first - lag as i32 {
                        prop_assert!((row[0] - expected).abs() < 1e-9 * expected.abs().max(1.0));
                    }
                }
            }
        }
    }
}

#[test]
fn what_a_run_changes_is_no_past_that_all_paths_share() {
    let plan = "
        schema = 1
        name = \"p\"
        periods = \"2021..2022\"
        [parameters]
        k = 2
        [indicators.x]
        history = { 2018 = 1, 2019 = 2, 2020 = 4 }
        equation = \"x = x[-1]\"
        [indicators.y]
        equation = \"y = k * growth(x)\"
        [indicators.z]
        equation = \"z = movsum(x, 2)\"
        [indicators.noise]
        equation = \"noise = x + shock(s)\"
        [shocks.s]
        normal = { sd = 1 }
    ";
    let program = Model::from_toml(plan).expect("read").compile().expect("compiled");
    let history = |sampling: &Sampling, name: &str| {
        let runs = program.simulate(sampling).expect("it runs");
        let found = runs.get("baseline").expect("it ran").history(name).expect("kept");
        found.into_iter().map(|(period, value)| (period.ordinal(), value)).collect::<Vec<_>>()
    };
    let sampling = Sampling::new(10, 1);
    assert_eq!(history(&sampling, "y"), [(2019, 2.0), (2020, 2.0)]);
    assert_eq!(history(&sampling, "z"), [(2019, 3.0), (2020, 6.0)]);
    // Nothing is drawn before the simulation begins.
    assert_eq!(history(&sampling, "noise"), []);
    let other = sampling.with_parameter("k", 3.0);
    assert_eq!(history(&other, "y"), [(2020, 3.0)]);
    assert_eq!(history(&other, "z"), [(2019, 3.0), (2020, 6.0)]);
    let plan = plan.replace(
        "[indicators.noise]",
        "[indicators.w]\nequation = \"w = noise[-1]\"\n[indicators.noise]",
    );
    let error =
        Model::from_toml(&plan).expect("read").compile().expect_err("nothing is drawn there");
    assert!(error.to_string().contains("noise has no value in 2020"), "{error}");
}

#[test]
fn what_is_worked_out_from_what_is_no_number_is_none() {
    let value = |equation: &str| {
        let plan = format!(
            "schema = 1\nname = \"p\"\nperiods = \"2021\"\n[parameters]\none = 1\n\
             [indicators.y]\nequation = \"y = {equation}\"\n"
        );
        let program = Model::from_toml(&plan).and_then(|model| model.compile()).expect(&plan);
        let runs = program.simulate(&Sampling::new(1, 1)).ok()?;
        Some(runs.get("baseline").expect("it ran").paths("y").expect("kept")[(0, 0)])
    };
    // What is the same in all paths is worked out when compiling, the rest in the paths.
    for missing in ["0 / 0", "log(0 - 1)", "log(0 - one)", "(one - 1) / (one - 1)"] {
        let n = format!("({missing})");
        for equation in [
            format!("if({n}, 1, 2)"),
            format!("if({n} > 0, 1, 2)"),
            format!("if({n} != 1, 1, 2)"),
            format!("if(not {n}, 1, 2)"),
            format!("not {n}"),
            format!("({n} or 1)"),
            format!("(0 and {n})"),
            format!("({n} == {n})"),
            format!("max(3, {n})"),
            format!("min({n}, 3)"),
            format!("{n} ^ 0"),
            format!("1 ^ {n}"),
            format!("one ^ {n}"),
            format!("{n} ^ (one - 1)"),
            format!("0 * {n}"),
            format!("abs({n})"),
        ] {
            assert_eq!(value(&equation), None, "{equation}");
        }
        // But of `if` only the branch that is taken counts.
        assert_eq!(value(&format!("if(one, 2, {n})")), Some(2.0));
        assert_eq!(value(&format!("if(1, 2, {n})")), Some(2.0));
        assert_eq!(value(&format!("if(one > 1, {n}, 3)")), Some(3.0));
    }
}
