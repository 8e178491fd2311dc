//! Simulation plans: tracking, exogenise and endogenise, targets and instruments, what is refused.

use tinbergen::analyse::{Inversion, Wanted, invert, swap};
use tinbergen::estimate::{Identities, Redraw, identity_check};
use tinbergen::import::Data;
use tinbergen::model::{Action, Amount, Change, Distribution, Empirical, Indicator, Scenario};
use tinbergen::period::{Period, Span};
use tinbergen::{Error, Model, Sampling};

const TEXT: &str = r#"
schema = 1
name = "plans"
periods = "2021..2024"
[indicators.rate]
history = { 2020 = 3, 2021 = 3, 2022 = 3, 2023 = 3, 2024 = 3 }
[indicators.income]
history = { 2020 = 100 }
equation = "income = consumption + investment + 20"
[indicators.consumption]
history = { 2020 = 60 }
equation = "dlog(consumption) ~ 0.6 * dlog(income) - 0.02 * (rate - 2) + shock(mood)"
[indicators.investment]
history = { 2020 = 20 }
equation = "log(investment) ~ 0.5 * log(investment[-1]) + 0.5 * log(0.2 * income) - 0.03 * (rate - 2)"
add_factors = { 2022 = 0.01 }
[indicators.saving]
equation = "saving = income - consumption"
[shocks.consumption]
normal = { mean = 0.001, sd = 0.02 }
[shocks.investment]
normal = { sd = 0.08 }
[shocks.mood]
normal = { mean = 0.002, sd = 0.01 }
[scenarios.dear]
changes = [
    { indicator = "rate", add = 1 },
    { indicator = "investment", periods = "2023", add = -0.02 },
    { shock = "consumption", periods = "2022", add = 0.005 },
]
"#;

fn model() -> Model {
    Model::from_toml(TEXT).expect("it is read")
}

fn span(text: &str) -> Span {
    text.parse().expect("a span")
}

fn years(values: &[(i32, f64)]) -> indexmap::IndexMap<Period, f64> {
    values.iter().map(|(year, value)| (Period::year(*year), *value)).collect()
}

fn wanted() -> Wanted {
    let income = years(&[(2022, 112.0), (2023, 115.0), (2024, 118.0)]);
    let saving = years(&[(2022, 45.0), (2023, 46.0), (2024, 47.0)]);
    [("income".to_owned(), income), ("saving".to_owned(), saving)].into_iter().collect()
}

fn found(instruments: &[&str], scenario: Option<&str>) -> Result<Inversion, Error> {
    invert(&model(), &wanted(), instruments, scenario)
}

#[test]
fn instruments_give_what_is_wanted_by_their_own_paths() {
    for scenario in [None, Some("dear")] {
        for instruments in
            [["consumption", "investment"], ["investment", "rate"], ["rate", "consumption"]]
        {
            let found = found(&instruments, scenario).expect("it has a solution");
            assert_eq!(found.wanted.len(), 6);
            for row in &found.wanted {
                assert!((row.reached / row.wanted - 1.0).abs() < 1e-10, "{row:?}");
                assert!((row.before / row.wanted - 1.0).abs() > 1e-3, "{row:?}");
            }
            // What is left of income, which is an identity, holds by itself.
            assert_eq!(found.scenario.extends.as_deref(), scenario);
            assert!(found.scenario.changes.iter().all(|change| change.by.is_none()));
        }
    }
}

/// Solved by hand: with income and consumption wanted, investment is what is left, and the add
/// factor what its equation misses.
#[test]
fn an_add_factor_is_what_the_equation_misses() {
    let found = found(&["consumption", "investment"], None).expect("it has a solution");
    let after = |name: &str, year: i32| {
        let rows = found.instruments.iter();
        let mut rows = rows.filter(|r| r.instrument == name && r.period == Period::year(year));
        rows.next().expect("a row").after
    };
    let (incomes, consumptions) = ([112.0_f64, 115.0, 118.0], [67.0_f64, 69.0, 71.0]);
    let investment = |k: usize| incomes[k] - consumptions[k] - 20.0;
    for (k, year) in [(1, 2023), (2, 2024)] {
        let right = 0.5 * investment(k - 1).ln() + 0.5 * (0.2 * incomes[k]).ln() - 0.03;
        let expected = investment(k).ln() - right;
        assert!((after("investment", year) - expected).abs() < 1e-11, "{year}");
        let growth = |x: &[f64; 3]| (x[k] / x[k - 1]).ln();
        // The shocks of the equation are at their means: 0.001, and 0.002 of mood.
        let expected = growth(&consumptions) - (0.6 * growth(&incomes) - 0.02 + 0.003);
        assert!((after("consumption", year) - expected).abs() < 1e-11, "{year}");
    }
    let before = found.instruments.iter().find(|r| r.before != 0.0).expect("the own add factor");
    assert_eq!((before.instrument.as_str(), before.period), ("investment", Period::year(2022)));
}

#[test]
fn what_is_wanted_of_an_instrument_itself_is_set() {
    let wanted: Wanted =
        [("consumption".to_owned(), years(&[(2021, 61.0), (2022, 64.0)]))].into_iter().collect();
    let found = invert(&model(), &wanted, &["consumption"], None).expect("it has a solution");
    assert!(found.wanted.iter().all(|row| (row.reached - row.wanted).abs() < 1e-10));
    let runs = model()
        .with_scenario(
            "set",
            Scenario::of([Change {
                action: Action::Set(Amount::ByPeriod(wanted["consumption"].clone())),
                ..Change::of_indicator("consumption")
            }]),
        )
        .with_scenario("added", found.scenario)
        .compile()
        .and_then(|program| program.simulate(&Sampling::new(1, 1)));
    assert!(runs.is_ok(), "{runs:?}");
}

#[test]
fn mistakes_of_an_inversion_are_told_at_once() {
    let cases: [(&[&str], &str); 5] = [
        (&["consumption"], "as many of the one as of the other"),
        (&["saving", "consumption"], "\"saving\" is an identity"),
        (&["investmen", "rate"], "did you mean \"investment\"?"),
        (&["rate", "rate"], "named twice"),
        (&["rate", "mood"], "unknown indicator \"mood\""),
    ];
    for (instruments, part) in cases {
        let error = found(instruments, None).expect_err(part).to_string();
        assert!(error.contains(part) && error.contains("instruments"), "{error}");
    }
    let late: Wanted = [("income".to_owned(), years(&[(2030, 1.0)]))].into_iter().collect();
    let error = invert(&model(), &late, &["rate"], None).expect_err("too late").to_string();
    assert!(error.contains("not within the model's periods 2021..2024"), "{error}");
    let error = found(&["rate", "investment"], Some("dea")).expect_err("unknown").to_string();
    assert!(error.contains("did you mean \"dear\"?"), "{error}");
    // The logarithm of investment has no value at which income is below consumption.
    let none: Wanted = [("income".to_owned(), years(&[(2022, -5.0)]))].into_iter().collect();
    let error = invert(&model(), &none, &["investment"], None).expect_err("no solution");
    assert!(error.is_numerical() && error.to_string().contains("targets: no values"), "{error}");
    // What drives nothing wanted within the period.
    let apart = model()
        .with_indicator("other", Indicator::from_equation("other ~ 1"))
        .with_shock("other", Distribution::normal(0.0, 1.0));
    let error = invert(&apart, &wanted(), &["rate", "other"], None).expect_err("apart").to_string();
    assert!(error.contains("instruments: \"other\" cannot be solved for"), "{error}");
}

#[test]
fn exogenised_then_endogenised_the_path_comes_back() {
    let base = model();
    for (indicator, residual) in
        [("income", "consumption"), ("saving", "rate"), ("consumption", "consumption")]
    {
        let change = swap(&base, indicator, residual, span("2022..2024")).expect("known names");
        // A shock that would move it, and the swap that holds it.
        let shock = Change::of_indicator("investment").over(span("2022")).adding(0.1);
        let held = base
            .clone()
            .with_scenario("moved", Scenario::of([shock.clone()]))
            .with_scenario("held", Scenario::of([shock, change.clone()]))
            .with_scenario("same", Scenario::of([change]));
        let calm = tinbergen::analyse::at_means(&held);
        let runs = calm.compile().and_then(|p| p.simulate(&Sampling::new(1, 1))).expect("it runs");
        let path = |scenario: &str, name: &str| {
            runs.get(scenario).expect("it ran").paths(name).expect("kept").to_owned()
        };
        let gap = |a: &str, b: &str, name: &str| {
            let (a, b) = (path(a, name), path(b, name));
            a.iter().zip(&b).map(|(x, y)| (x / y - 1.0).abs()).fold(0.0, f64::max)
        };
        assert!(gap("held", "baseline", indicator) < 1e-11, "{indicator}");
        assert!(gap("moved", "baseline", "income") > 1e-3);
        for name in ["income", "consumption", "investment", "saving", "rate"] {
            assert!(gap("same", "baseline", name) < 1e-10, "{indicator} by {residual}: {name}");
        }
    }
}

#[test]
fn every_equation_holds_in_every_path_and_what_does_not_is_seen() {
    let base = model();
    let hold = swap(&base, "income", "consumption", span("2022..2023")).expect("known names");
    let set = Change::of_indicator("saving").over(span("2024")).setting(40.0);
    let model =
        base.with_scenario("held", Scenario::of([hold])).with_scenario("set", Scenario::of([set]));
    let program = model.compile().expect("it compiles");
    let runs = program.simulate(&Sampling::new(500, 3)).expect("it runs");
    for scenario in ["baseline", "dear", "held", "set"] {
        let which = Identities::new().behavioural();
        let rows =
            identity_check(&program, &runs, scenario, &which, &mut |_, _| true).expect("held");
        for row in &rows {
            assert!(row.relative < 1e-12, "{scenario}: {row:?}");
            let left_out = match (scenario, row.equation.as_str()) {
                ("held", "consumption") => 2,
                ("set", "saving") => 1,
                _ => 0,
            };
            assert_eq!(row.periods, 4 - left_out, "{scenario}: {row:?}");
        }
        assert_eq!(rows.len(), 4);
    }
    let which = Identities::new().further(["saving = investment + 20", "saving = investment"]);
    let rows = identity_check(&program, &runs, "baseline", &which, &mut |_, _| true).expect("held");
    assert_eq!(rows[0].equation, "saving = investment");
    assert!((rows[0].largest - 20.0).abs() < 1e-9 && rows[0].at.is_some());
    assert!(rows[1].relative < 1e-12);
    let errors = [
        ("savin = income", "did you mean \"saving\"?"),
        ("saving ~ 1", "random term"),
        ("saving", "further[0]"),
    ];
    for (text, part) in errors {
        let which = Identities::new().further([text]);
        let error = identity_check(&program, &runs, "baseline", &which, &mut |_, _| true);
        let error = error.expect_err(text).to_string();
        assert!(error.contains(part), "{error}");
    }
    let stopped =
        identity_check(&program, &runs, "baseline", &Identities::new(), &mut |_, _| false);
    assert!(stopped.expect_err("stopped").is_interrupted());
}

#[test]
fn a_run_that_kept_little_is_checked_where_it_can_be() {
    let program = model().compile().expect("it compiles");
    let some = Sampling::new(10, 1).with_keep(["income", "consumption"]);
    let runs = program.simulate(&some).expect("it runs");
    let rows = identity_check(&program, &runs, "baseline", &Identities::new(), &mut |_, _| true);
    let rows = rows.expect("held");
    assert!(rows.iter().all(|row| row.periods == 0 && row.largest.is_nan()), "{rows:?}");
}

#[test]
fn tracking_takes_other_data_and_leaves_identities_alone_when_asked() {
    let text = "periods 2021..2022\nexogenous g\ndata g 2019 = 1, 2020 = 1, 2021 = 2, 2022 = 3\n\
                data a 2019 = 1.4, 2020 = 1, 2021 = 2.5, 2022 = 3.5\n\
                data b 2020 = 2, 2021 = 4.6, 2022 = 6.5\na ~ 1 + 0.5 * g\nb = a + g";
    let read = tinbergen::import::read_text(text.as_bytes(), &Data::default(), None, "m.txt");
    let model = read.expect("it is read");
    let years = span("2021..2022");
    let base = |model: &Model| {
        let runs = model.compile().and_then(|p| p.simulate(&Sampling::new(1, 1))).expect("it runs");
        let base = runs.get("baseline").expect("it ran");
        (
            base.paths("a").expect("kept").column(0).to_vec(),
            base.paths("b").expect("kept").column(0).to_vec(),
        )
    };
    let tracked = model.track(years).expect("it tracks");
    assert_eq!(base(&tracked), (vec![2.5, 3.5], vec![4.6, 6.5]));
    let notes = tracked.notes();
    let note = notes.iter().find(|note| note.kind == "tracked").expect("it is told");
    assert!(note.message.contains("b in 2021") && note.indicators == ["b"], "{note}");
    // The identity is not taken for random afterwards.
    let drawn = tracked.with_residuals(&Redraw::of_span(span("2019..2020")));
    assert_eq!(drawn.expect("drawn").shocks.keys().collect::<Vec<_>>(), ["a"]);
    assert_eq!(tracked.stochastic, ["a"]);
    let kept = model.track_behavioural(years).expect("it tracks");
    assert_eq!(base(&kept), (vec![2.5, 3.5], vec![4.5, 6.5]));
    let data =
        Data::from_csv(b"year,A,G,other\n2021,5,2,1\n2022,6,2,1\n", "new.csv").expect("data");
    let newer = model.with_data(&data).and_then(|m| m.track_behavioural(years)).expect("it tracks");
    assert_eq!(base(&newer).0, [5.0, 6.0]);
    let other = Data::from_csv(b"year,zz\n2021,5\n", "new.csv").expect("data");
    let error = model.with_data(&other).expect_err("nothing fits").to_string();
    assert!(error.contains("no series is named as an indicator"), "{error}");
}

/// An equation with its add factor inside, as World Bank models write it.
#[test]
fn an_add_factor_that_an_equation_carries_takes_the_residual() {
    let text = "periods 2021..2023\nexogenous x, y_a, y_d, y_x\n\
        data x 2015 = 1, 2016 = 1.2, 2017 = 1.1, 2018 = 1.4, 2019 = 1.3, 2020 = 1.5, 2021 = 1.5, 2022 = 1.6, 2023 = 1.7\n\
        data y_a 2015 = 0, 2016 = 0, 2017 = 0, 2018 = 0, 2019 = 0, 2020 = 0, 2021 = 0, 2022 = 0, 2023 = 0\n\
        data y_d 2015 = 0, 2016 = 0, 2017 = 0, 2018 = 0, 2019 = 0, 2020 = 0, 2021 = 0, 2022 = 0, 2023 = 1\n\
        data y_x 2015 = 0, 2016 = 0, 2017 = 0, 2018 = 0, 2019 = 0, 2020 = 0, 2021 = 0, 2022 = 0, 2023 = 12\n\
        data y 2015 = 10, 2016 = 10.4, 2017 = 10.1, 2018 = 11, 2019 = 10.9, 2020 = 11.5, 2021 = 11.7, 2022 = 11.9, 2023 = 12\n\
        y = (y[-1] * exp(y_a + 0.4 * dlog(x))) * (1 - y_d) + y_x * y_d\nz = 2 * y";
    let read = tinbergen::import::read_text(text.as_bytes(), &Data::default(), None, "m.txt");
    let model = read.expect("it is read");
    let residual =
        |y: f64, before: f64, x: f64, x_before: f64| (y / before).ln() - 0.4 * (x / x_before).ln();
    // z has no data, so the equations that have are tracked alone.
    let mut alone = model.clone();
    alone.indicators.shift_remove("z");
    let tracked = alone.track(span("2021..2023")).expect("it tracks");
    let known = |name: &str, year: i32| {
        tracked.indicators[name].history[&Period::year(year)].number().expect("a number")
    };
    assert!((known("y_a", 2022) - residual(11.9, 11.7, 1.6, 1.5)).abs() < 1e-15);
    assert_eq!(known("y_a", 2023), 0.0, "switched off");
    assert!(tracked.indicators["y"].add_factors.is_empty());
    let runs = tracked.compile().and_then(|p| p.simulate(&Sampling::new(1, 1))).expect("it runs");
    let y = runs.get("baseline").expect("it ran").paths("y").expect("kept").column(0).to_vec();
    assert!(y.iter().zip([11.7, 11.9, 12.0]).all(|(a, b)| (a / b - 1.0).abs() < 1e-14), "{y:?}");

    let drawn = model.over(span("2021..2023")).with_residuals(&Redraw::of_span(span("2016..2020")));
    let drawn = drawn.expect("it has residuals");
    let Distribution::Empirical(Empirical { values, .. }) = &drawn.shocks["y_a"].distribution
    else {
        panic!("a list")
    };
    let past = [
        residual(10.4, 10.0, 1.2, 1.0),
        residual(10.1, 10.4, 1.1, 1.2),
        residual(11.0, 10.1, 1.4, 1.1),
        residual(10.9, 11.0, 1.3, 1.4),
        residual(11.5, 10.9, 1.5, 1.3),
    ];
    let mean = past.iter().sum::<f64>() / 5.0;
    for (found, past) in values.iter().zip(past) {
        assert!((found - (past - mean)).abs() < 1e-15);
    }
    let again = drawn.with_residuals(&Redraw::of_span(span("2017..2020"))).expect("twice");
    assert_eq!(again.indicators["y"].equation, drawn.indicators["y"].equation);
    let add = Change::of_indicator("y_a").over(span("2021")).adding(0.1);
    let drawn = drawn.with_scenario("more", Scenario::of([add]));
    let runs = drawn.compile().and_then(|p| p.simulate(&Sampling::new(200, 1))).expect("it runs");
    let path =
        |scenario: &str| runs.get(scenario).expect("it ran").paths("y").expect("kept").to_owned();
    let (base, more) = (path("baseline"), path("more"));
    for path in 0..200 {
        // The shock is where the add factor is, so a scenario's add factor multiplies by e^0.1.
        assert!((more[(0, path)] / base[(0, path)] - 0.1_f64.exp()).abs() < 1e-12);
        assert_eq!(base[(2, path)], 12.0, "switched off");
        let drawn = (base[(0, path)] / 11.5).ln() - 0.4 * 0.0;
        assert!(past.iter().any(|p| (p - mean - drawn).abs() < 1e-12), "{drawn}");
    }
}

#[test]
fn nothing_can_be_anticipated() {
    for equation in ["y ~ 0.5 * y[-1] + 0.4 * y[1]", "y = x(+1)"] {
        let model = Model::new("m", span("2021..2025"))
            .with_indicator("x", Indicator::default().with_history(Period::year(2021), 1.0))
            .with_indicator("y", Indicator::from_equation(equation));
        let error = model.compile().expect_err(equation).to_string();
        assert!(error.contains("indicators.y.equation") && error.contains("lead"), "{error}");
    }
    let text = TEXT.replace(
        "{ indicator = \"rate\", add = 1 }",
        "{ indicator = \"rate\", add = 1, anticipated = true }",
    );
    let error = Model::from_toml(&text).expect_err("no leads").to_string();
    assert!(
        error.contains("changes[0].anticipated") && error.contains("no equation has a lead"),
        "{error}"
    );
}
