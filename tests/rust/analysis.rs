//! Responses, multipliers, contributions, stability and drivers against closed forms and published
//! numbers.

use std::fmt::Write;

use tinbergen::analyse::{
    self, By, Side, contributions, drivers, multipliers, residual_contributions, stability,
};
use tinbergen::import::{Data, read_text};
use tinbergen::model::{Change, Distribution, Process, Scenario, Subject};
use tinbergen::period::{Period, Span};
use tinbergen::{Model, Sampling};

use crate::shared;

fn span(text: &str) -> Span {
    text.parse().expect("a span")
}

fn text(text: &str) -> Model {
    read_text(text.as_bytes(), &Data::default(), None, "m.txt").expect("it is read")
}

/// Godley and Lavoie (2007), chapter 3: model SIM over eighty years.
fn sim() -> Model {
    let mut model = String::from(
        "periods 2001..2080\nparameter alpha1 = 0.6, alpha2 = 0.4, theta = 0.2\ndata h 2000 = 0\n\
         y = c + g\nt = theta * y\nyd = y - t\nc = alpha1 * yd + alpha2 * h[-1]\nh = h[-1] + yd - c\n",
    );
    (2001..=2080).for_each(|t| writeln!(model, "data g {t} = 20").expect("text"));
    text(&model)
}

#[test]
fn multipliers_of_sim_are_those_of_its_closed_form() {
    let instrument = Subject::Indicator("g".to_owned());
    let rows = multipliers(&sim(), &instrument, 5.0, &["y", "h"]).expect("multipliers");
    let (y, h) = rows.split_at(80);
    // Within the year 1 / (1 - alpha1 (1 - theta)); in the end 1 / theta.
    let impact = 1.0 / (1.0 - 0.6 * 0.8);
    assert!((y[0].dynamic - impact).abs() < 1e-10, "{}", y[0].dynamic);
    assert!((y[79].permanent - 5.0).abs() < 1e-4 && (y[79].cumulative - 5.0).abs() < 1e-4);
    // Wealth follows h = rho h[-1] + (1 - alpha1)(1 - theta) impact g, with
    // rho = 1 - alpha2 + (1 - alpha1)(1 - theta) alpha2 impact.
    let push = 0.4 * 0.8 * impact;
    let rho = 1.0 - 0.4 + 0.4 * 0.8 * 0.4 * impact;
    for (t, row) in h.iter().enumerate() {
        assert!((row.dynamic - push * rho.powi(t as i32)).abs() < 1e-10, "{t} {}", row.dynamic);
        let sum = push * (1.0 - rho.powi(t as i32 + 1)) / (1.0 - rho);
        assert!((row.cumulative - sum).abs() < 1e-9 && (row.permanent - sum).abs() < 1e-9);
    }
    let error = multipliers(&sim(), &instrument, 0.0, &["y"]).expect_err("no size");
    assert!(error.to_string().contains("a number that is not 0"));
    let error = multipliers(&sim(), &instrument, 1.0, &["z"]).expect_err("unknown");
    assert!(error.to_string().contains("unknown indicator \"z\""));
}

#[test]
fn the_root_of_sim_is_that_of_its_closed_form() {
    let rho = 0.6 + 0.4 * 0.8 * 0.4 / (1.0 - 0.6 * 0.8);
    for period in [2001, 2002, 2050] {
        let found = stability(&sim(), Period::year(period)).expect("roots");
        assert_eq!(found.states, [("h".to_owned(), 1)]);
        assert!((found.spectral_radius - rho).abs() < 1e-7, "{}", found.spectral_radius);
        assert_eq!(found.verdict, "stable");
    }
}

fn json(file: &str) -> serde_json::Value {
    serde_json::from_slice(&shared(file)).expect("json")
}

/// A vector autoregression of published data, estimated by another program.
fn var(json: &serde_json::Value) -> Option<(Model, f64)> {
    let names: Vec<String> =
        json["names"].as_array()?.iter().map(|n| n.as_str().expect("text").to_owned()).collect();
    let mut lines = String::from("periods 2001..2010\n");
    for (i, name) in names.iter().enumerate() {
        let _ = write!(lines, "{name} ~ {}", json["intercept"][i].as_f64()?);
        for lag in 0..2 {
            for (j, other) in names.iter().enumerate() {
                let value = json["A"][lag][i][j].as_f64()?;
                let _ = write!(lines, " + ({value:?}) * {other}[-{}]", lag + 1);
            }
        }
        let (first, last) = (json["last_row"][i].as_f64()?, json["last_row"][i].as_f64()?);
        let _ = writeln!(lines, "\ndata {name} 1999 = {first}, 2000 = {last}");
    }
    Some((text(&lines), json["max_abs_companion_root"].as_f64()?))
}

#[test]
#[cfg_attr(not(shared), ignore = "needs TINBERGEN_SHARED")]
fn roots_of_published_autoregressions_are_those_of_another_program() {
    for file in ["reference/var2_luetkepohl_e1.json", "reference/var2_canada.json"] {
        let (model, expected) = var(&json(file)).expect("an autoregression");
        let found = stability(&model, Period::year(2003)).expect("roots");
        assert!((found.spectral_radius - expected).abs() < 1e-6, "{file} {expected} {found:?}");
        assert_eq!(found.roots.len(), found.states.len());
    }
}

#[test]
#[cfg_attr(not(shared), ignore = "needs TINBERGEN_SHARED")]
fn frbus_has_the_roots_of_a_model_with_slow_dynamics() {
    let xml = shared("models/frbus/model.xml");
    let data = shared("models/frbus/longbase.csv");
    let data = Data::from_csv(&data, "longbase.csv").expect("a table");
    let periods = span("2040-Q1..2040-Q4");
    let model = tinbergen::import::read_frbus(&xml, &data, periods).expect("it is read");
    let model = model.track(periods).expect("it tracks");
    let found = stability(&model, "2040-Q2".parse().expect("a quarter")).expect("roots");
    assert_eq!(found.roots.len(), found.states.len());
    assert!(found.states.len() > 300, "{}", found.states.len());
    // Stocks, trends and prices carry on; nothing runs away within a quarter.
    assert!((0.99..1.05).contains(&found.spectral_radius), "{}", found.spectral_radius);
    // The trace and that of the square, by the matrix itself: eigenvalues add up to them.
    let sum: f64 = found.roots.iter().map(|root| root.real).sum();
    assert!((sum - found.matrix.diag().sum()).abs() < 1e-8, "{sum}");
    let squares: f64 = found.roots.iter().map(|r| r.real.powi(2) - r.imaginary.powi(2)).sum();
    let product: f64 =
        (0..found.states.len()).map(|k| found.matrix.row(k).dot(&found.matrix.column(k))).sum();
    assert!((squares - product).abs() < 1e-8 * product.abs().max(1.0), "{squares} {product}");
}

#[test]
#[cfg_attr(not(shared), ignore = "needs TINBERGEN_SHARED")]
fn impulse_responses_of_an_autoregression_are_powers_of_its_matrix() {
    let json = json("reference/var2_luetkepohl_e1.json");
    let (model, _) = var(&json).expect("an autoregression");
    let names = ["invest", "income", "cons"];
    for (j, shock) in names.iter().enumerate() {
        let instrument = Subject::Indicator((*shock).to_owned());
        let rows = multipliers(&model, &instrument, 0.01, &names).expect("multipliers");
        for (i, _) in names.iter().enumerate() {
            let known = json["irf"].as_array().map_or(0, Vec::len).min(10);
            assert!(known > 4);
            for t in 0..known {
                let expected = json["irf"][t][i][j].as_f64().expect("a number");
                let found = rows[10 * i + t].dynamic;
                assert!((found - expected).abs() < 1e-9, "{shock} {i} {t}: {found} {expected}");
            }
        }
    }
}

/// Its histories are of one year, its growth starts from given values, and its projects are counted.
#[test]
fn the_shipped_plan_has_roots_in_every_period() {
    let plan = Model::read(crate::root().join("plans/yuecheng.toml")).expect("it is read");
    for year in [2021, 2022, 2026, 2035] {
        let found = stability(&plan, Period::year(year)).expect("roots");
        // Cumulated projects carry on for ever; nothing grows faster than product with its prices.
        assert!(found.states.contains(&("major_projects".to_owned(), 1)));
        assert!((0.999..1.3).contains(&found.spectral_radius), "{year}: {}", found.spectral_radius);
        assert!(
            found.roots.iter().any(|root| (root.real - 1.0).abs() < 1e-6 && root.imaginary == 0.0)
        );
    }
}

/// Counts are at their means: `n` is `0.9 n[-1] + 3`, `z` twice `n`, and `s` starts from its start value.
#[test]
fn counts_and_start_values_are_linearised() {
    let model = Model::from_toml(
        "schema = 1\nname = \"m\"\nperiods = \"2021..2024\"\n\
         [indicators.n]\nhistory = { 2020 = 10 }\n\
         process = { kind = \"count\", arrivals = 3, departures = 0.1 }\n\
         [indicators.z]\nhistory = { 2020 = 1 }\nequation = \"z ~ 0.5 * z[-1] + 2 * poisson(n)\"\n\
         [shocks.z]\nnormal = { sd = 1 }\n\
         [indicators.s]\nhistory = { 2020 = 100 }\n\
         process = { kind = \"growth\", mean = 0.02, persistence = 0.4, start = { normal = { mean = 0.05, sd = 0.1 } } }\n\
         [shocks.s]\nnormal = { sd = 0.01 }\n",
    )
    .expect("it is read");
    let moduli = |year| -> Vec<f64> {
        let found = stability(&model, Period::year(year)).expect("roots");
        found.roots.iter().map(|root| root.modulus).collect()
    };
    // In 2021 s = 100 exp(0.02 + 0.4 (0.05 - 0.02)); later on a pair, of levels, near 1 and 0.4.
    let first = moduli(2021);
    let close = |found: &[f64], wanted: &[f64], by: f64| {
        found.len() == wanted.len() && found.iter().zip(wanted).all(|(a, b)| (a - b).abs() < by)
    };
    assert!(close(&first, &[0.032f64.exp(), 0.9, 0.5], 1e-6), "{first:?}");
    assert!(close(&moduli(2023), &[1.02, 0.9, 0.5, 0.4], 0.02), "{:?}", moduli(2023));
}

#[test]
fn processes_and_cycles_have_their_roots() {
    let growth = Process::growth(0.02).with_persistence(0.5).with_shock("demand");
    let mut y = tinbergen::model::Indicator::from_process(growth);
    for (year, value) in [(2019, 100.0), (2020, 103.0)] {
        y = y.with_history(Period::year(year), value);
    }
    let model = Model::new("m", span("2021..2030"))
        .with_indicator("y", y)
        .with_shock("demand", Distribution::normal(0.0, 0.01));
    // In logarithms the roots are 1 and 0.5; in levels, on a growing path, a little above.
    let found = stability(&model, Period::year(2025)).expect("roots");
    assert!((found.roots[0].modulus - 1.02).abs() < 0.01, "{found:?}");
    // A pair of complex roots 0.9 exp(+- i pi / 4): a cycle of eight periods.
    let (a, b) = (2.0 * 0.9 * std::f64::consts::FRAC_1_SQRT_2, -0.81);
    let wave = text(&format!(
        "periods 2001..2010\ndata x 1999 = 1, 2000 = 2\nx ~ {a:?} * x[-1] + ({b:?}) * x[-2]\n"
    ));
    let found = stability(&wave, Period::year(2004)).expect("roots");
    assert!(
        (found.spectral_radius - 0.9).abs() < 1e-7 && (found.roots[0].cycle - 8.0).abs() < 1e-5
    );
    let none = text("periods 2001..2010\nx = 2\ny = 3 * x\n");
    let error = stability(&none, Period::year(2004)).expect_err("no dynamics").to_string();
    assert!(error.contains("there are no dynamics"), "{error}");
    let error = stability(&wave, Period::year(2020)).expect_err("outside").to_string();
    assert!(error.contains("2020 is not within the periods"), "{error}");
}

/// y = a b: the effects of a and of b work together.
fn product() -> Model {
    text("periods 2001..2001\ndata a 2001 = 2\ndata b 2001 = 3\ndata c 2001 = 1\ny = a * b + c\n")
        .with_scenario(
            "both",
            Scenario::of([
                Change::of_indicator("a").adding(1.0),
                Change::of_indicator("b").adding(2.0),
                Change::of_indicator("c").adding(0.5),
            ]),
        )
}

#[test]
fn contributions_share_out_what_works_together_and_add_up() {
    let found = contributions(&product(), "both", By::Subject, &["y"]).expect("contributions");
    // 3 x 5 - 2 x 3 = 9: a alone 3, b alone 4, together 2 more, shared out; c 0.5.
    let values: Vec<f64> = found.rows.iter().map(|row| row.value).collect();
    for (value, expected) in values.iter().zip([4.0, 5.0, 0.5]) {
        assert!((value - expected).abs() < 1e-12, "{values:?}");
    }
    assert!(found.method.starts_with("Shapley values"), "{}", found.method);
    let error = contributions(&product(), "bot", By::Change, &["y"]).expect_err("unknown");
    assert!(error.to_string().contains("did you mean \"both\"?"));
}

#[test]
fn many_parts_add_up_exactly() {
    let mut model = String::from("periods 2001..2003\ny ~ exp(0.1 * z)");
    (0..12).for_each(|k| write!(model, " * (1 + x{k})").expect("text"));
    model.push_str("\nz = 0.5 * z[-1] + x3\ndata z 2000 = 1\n");
    for k in 0..12 {
        let _ = writeln!(model, "data x{k} 2001 = 0.1, 2002 = 0.2, 2003 = 0.3");
    }
    let changes =
        (0..12).map(|k| Change::of_indicator(format!("x{k}")).adding(0.05 * f64::from(k)));
    let model = text(&model).with_scenario("all", Scenario::of(changes));
    let found = contributions(&model, "all", By::Change, &["y"]).expect("contributions");
    assert!(found.method.contains("its reverse"), "{}", found.method);
    let runs = model.compile().expect("compiles").simulate(&Sampling::new(1, 1)).expect("runs");
    let row =
        |name: &str| runs.get(name).expect("ran").paths("y").expect("kept").column(0).to_vec();
    for (t, (before, after)) in row("baseline").into_iter().zip(row("all")).enumerate() {
        let sum: f64 = found.rows[12 * t..12 * (t + 1)].iter().map(|row| row.value).sum();
        assert!((sum - (after - before)).abs() < 1e-12 * after.abs(), "{t}");
    }
}

#[test]
fn residuals_contribute_what_the_model_alone_would_miss() {
    let model = text(
        "periods 2001..2003\ndata x 2000 = 1, 2001 = 1.5, 2002 = 1, 2003 = 2\n\
         data y 2000 = 2, 2001 = 3, 2002 = 2.5, 2003 = 4\nx ~ 0.5 * x[-1]\ny ~ 2 * x\n",
    );
    let years = span("2001..2003");
    let tracked = model.track(years).expect("tracks");
    let found = residual_contributions(&tracked, &["y"]).expect("contributions");
    // Without residuals x is 0.5, 0.25, 0.125 and y twice that; y's own residuals are 0, 0.5, 0.
    for (t, data) in [3.0, 2.5, 4.0].into_iter().enumerate() {
        let alone = 2.0 * 0.5f64.powi(t as i32 + 1);
        let (x, y) = (found.rows[2 * t].value, found.rows[2 * t + 1].value);
        assert!((x + y - (data - alone)).abs() < 1e-12, "{t} {x} {y}");
        assert!((y - [0.0, 0.5, 0.0][t]).abs() < 1e-12, "{t} {y}");
    }
    assert!(residual_contributions(&model, &["y"]).is_err());
}

#[test]
fn responses_are_differences_path_by_path() {
    let model = product();
    let runs = model.compile().expect("compiles").simulate(&Sampling::new(1, 1)).expect("runs");
    let (a, b) = (runs.get("baseline").expect("ran"), runs.get("both").expect("ran"));
    let rows = analyse::response(a, b, &["y"]).expect("responses");
    let row = &rows[0];
    assert_eq!((row.baseline, row.level, row.difference, row.error), (7.0, 16.5, 9.5, 0.0));
    assert!((row.percent - 100.0 * 9.5 / 7.0).abs() < 1e-12);
}

#[test]
fn drivers_are_found_on_both_sides() {
    let found = drivers(&sim(), "c", 1, Side::Both).expect("drivers");
    let at = |name: &str| found.distance.get(name).copied();
    assert_eq!(
        (at("c"), at("yd"), at("y"), at("h"), at("g")),
        (Some(0), Some(-1), Some(1), Some(-1), None)
    );
    let causes = drivers(&sim(), "c", 9, Side::Causes).expect("drivers");
    assert_eq!(causes.distance["g"], -3);
    assert!(causes.exogenous.contains("g") && causes.to_text().contains("h[-1]"));
    assert!(causes.to_mermaid().starts_with("flowchart LR\n"));
    assert!(drivers(&sim(), "cc", 1, Side::Both).is_err());
}

/// A parameter that a scenario changes counts in the last periods of history as well, where logs of
/// lags are kept.
#[test]
fn scenarios_change_parameters_of_lagged_terms() {
    let model = text(
        "periods 2025..2025\nparameter n = 0\ndata y 2023 = 100, 2024 = 103\n\
         log(y) - log(y[-1] + n) ~ 0.02\n",
    );
    let model = model.with_scenario("up", Scenario::of([Change::of_parameter("n").adding(1.0)]));
    let runs = model.compile().expect("compiles").simulate(&Sampling::new(1, 1)).expect("runs");
    for (scenario, before) in [("baseline", 103.0), ("up", 104.0)] {
        let y = runs.get(scenario).expect("ran").paths("y").expect("kept")[(0, 0)];
        assert!((y / before - 0.02f64.exp()).abs() < 1e-12, "{scenario} {y}");
    }
}
