//! Equations that cannot be solved for their indicator, and residuals in levels.

use proptest::prelude::*;
use tinbergen::import::{Data, read_eviews, read_text};
use tinbergen::model::Indicator;
use tinbergen::period::Period;
use tinbergen::{Ensembles, Error, Model, Sampling};

fn compiled(model: &Model, paths: usize) -> Result<Ensembles, Error> {
    model.compile()?.simulate(&Sampling::new(paths, 1))
}

fn text(text: &str) -> Model {
    read_text(text.as_bytes(), &Data::default(), None, "model.txt").expect("it is read")
}

fn value(runs: &Ensembles, name: &str, period: usize) -> f64 {
    runs.get("baseline").expect("it ran").paths(name).expect("kept")[(period, 0)]
}

const MIXED: &str = "
    periods 2021..2030
    data x 2020 = 1, 2021 = 1, 2022 = 2, 2023 = 3, 2024 = 5, 2025 = 8, 2026 = 13, 2027 = 21
    data x 2028 = 34, 2029 = 0.5, 2030 = 0.1
    data root 2020 = 0.6
    root^2 + root = x
    omega: 0 = omega + log(omega) - x
    s * exp(s) = x + z
    z = 0.1 * s
    part - 0.2 * part = x
    data both 2020 = 3
    both^2 + 1 = x + 1.1 - 0.5 * both
";

#[test]
fn implicit_equations_have_the_solutions_of_algebra() {
    let model = text(MIXED);
    let runs = compiled(&model, 3).expect("it runs");
    for period in 0..10 {
        let at = |name| value(&runs, name, period);
        let x = at("x");
        let root = ((1.0 + 4.0 * x).sqrt() - 1.0) / 2.0;
        assert!((at("root") / root - 1.0).abs() < 1e-12, "{x}: {} {root}", at("root"));
        assert!((at("omega") + at("omega").ln() - x).abs() < 1e-12 * x.max(1.0));
        let s = at("s");
        assert!((s * s.exp() - x - 0.1 * s).abs() < 1e-12 * x.max(1.0));
        let both = ((0.25 + 4.0 * (x + 0.1)).sqrt() - 0.5) / 2.0;
        assert!((at("both") / both - 1.0).abs() < 1e-12, "{x}: {} {both}", at("both"));
        assert!((at("part") * 0.8 / x - 1.0).abs() < 1e-15);
    }
    // What stands there linearly is no unknown.
    let solved: Vec<String> = model
        .compile()
        .expect("it compiles")
        .computation_order()
        .blocks
        .into_iter()
        .flat_map(|block| block.feedback)
        .collect();
    assert_eq!(solved, ["root", "omega", "s", "both"]);
}

#[test]
fn a_market_clears_by_a_price_that_its_equation_does_not_have() {
    let model = text(
        "periods 2021..2025
         data income 2021 = 100, 2022 = 110, 2023 = 121, 2024 = 90, 2025 = 100
         price: demand = supply
         demand = 0.5 * income * price^-0.8
         supply = 2 * price^0.4",
    );
    let runs = compiled(&model, 1).expect("it runs");
    for period in 0..5 {
        let price = (0.25 * value(&runs, "income", period)).powf(1.0 / 1.2);
        assert!((value(&runs, "price", period) / price - 1.0).abs() < 1e-12);
        let (demand, supply) = (value(&runs, "demand", period), value(&runs, "supply", period));
        assert!((demand / supply - 1.0).abs() < 1e-12);
    }
}

#[test]
fn the_formats_say_the_same() {
    let model = text(MIXED);
    let again = text(&model.to_text().expect("plain text says it"));
    assert_eq!(again.indicators, model.indicators);
    let toml = Model::from_toml(&model.to_toml().expect("it is written")).expect("it is read");
    assert_eq!(toml, model);
    let (a, b) = (compiled(&model, 1).expect("runs"), compiled(&toml, 1).expect("runs"));
    for name in ["root", "omega", "s"] {
        assert_eq!(value(&a, name, 9).to_bits(), value(&b, name, 9).to_bits());
    }
    let eviews = "m.append @identity y^2 + y = x\nm.append @identity z + log(z) = y";
    let data =
        Data::default().with("x", (2021..=2025).map(|y| (Period::year(y), f64::from(y - 2015))));
    let span = "2021..2025".parse().expect("a span");
    let model = read_eviews(eviews.as_bytes(), &data, span, "m.prg").expect("it is read");
    let runs = compiled(&model, 1).expect("it runs");
    assert!((value(&runs, "y", 0) - 2.0).abs() < 1e-12);
    assert!((value(&runs, "z", 0) + value(&runs, "z", 0).ln() - 2.0).abs() < 1e-12);
}

const NOISY: &str = r#"
schema = 1
name = "noisy"
periods = "2021..2024"
[indicators.x]
history = { 2020 = 3, 2021 = 3, 2022 = 4, 2023 = 4, 2024 = 4 }
[indicators.y]
history = { 2020 = 2 }
equation = "y + log(y) ~ x + 0.1 * y[-1]"
[indicators.z]
history = { 2020 = 2 }
equation = "dlog(z) ~ 0.05 * (x - y) in levels"
[shocks.y]
normal = { sd = 0.2 }
[shocks.z]
normal = { sd = 0.1 }
[scenarios.more]
changes = [
  { indicator = "y", add = 0.3 },
  { indicator = "z", add = 0.7 },
]
"#;

#[test]
fn residuals_and_add_factors_live_where_it_is_said() {
    let model = Model::from_toml(NOISY).expect("it is read");
    let program = model.compile().expect("it compiles");
    let printed = program.equations().iter().find(|(name, _)| name == "z").expect("printed");
    assert_eq!(
        printed.1,
        "dlog(z) ~ 0.05 * (x - y) + shock(z) in levels   # add factors in the space of z"
    );
    let runs = program.simulate(&Sampling::new(400, 7)).expect("it runs");
    let gaps = |scenario: &str| -> Vec<(f64, f64)> {
        let run = runs.get(scenario).expect("it ran");
        let all = |name| run.paths(name).expect("kept");
        let (x, y, z) = (all("x"), all("y"), all("z"));
        let mut gaps = Vec::new();
        for period in 1..4 {
            for path in 0..400 {
                let (now, before) = ((period, path), (period - 1, path));
                gaps.push((
                    y[now] + y[now].ln() - x[now] - 0.1 * y[before],
                    z[now] - z[before] * (0.05 * (x[now] - y[now])).exp(),
                ));
            }
        }
        gaps
    };
    let (base, more) = (gaps("baseline"), gaps("more"));
    for ((y, z), (more_y, more_z)) in base.iter().zip(&more) {
        // The same shocks; the add factors come on top of them, each in its space.
        assert!((more_y - y - 0.3).abs() < 1e-11 && (more_z - z - 0.7).abs() < 1e-11);
    }
    // 1,200 draws each: the false alarm rate of five standard errors is below 1e-6.
    let sd = |of: &dyn Fn(&(f64, f64)) -> f64| {
        (base.iter().map(|gap| of(gap).powi(2)).sum::<f64>() / 1200.0).sqrt()
    };
    assert!((sd(&|gap| gap.0) / 0.2 - 1.0).abs() < 5.0 / 2400f64.sqrt());
    assert!((sd(&|gap| gap.1) / 0.1 - 1.0).abs() < 5.0 / 2400f64.sqrt());
}

#[test]
fn tracking_gives_the_data_back() {
    let data = [3.0, 3.4, 2.9, 3.3, 4.1];
    let known = |equation: &str, by: f64| {
        let mut indicator = Indicator::from_equation(equation);
        for (year, value) in (2020..).zip(data) {
            indicator = indicator.with_history(Period::year(year), by * value);
        }
        indicator
    };
    let mut model = Model::new("m", "2021..2024".parse().expect("a span"))
        .with_indicator("y", known("y * exp(y) ~ 0.9 * y[-1]", 1.0))
        .with_indicator("z", known("dlog(z) ~ 0.1 * y in levels", 7.0))
        .with_indicator("w", known("w^2 + w ~ z", 0.3));
    model.imported = true;
    let span = "2021..2024".parse().expect("a span");
    let residuals = model.residuals(span).expect("there are some");
    assert!((residuals["z"][0] - (7.0 * 3.4 - 7.0 * 3.0 * 0.34f64.exp())).abs() < 1e-12);
    let runs = compiled(&model.track(span).expect("it tracks"), 1).expect("it runs");
    for (period, value_then) in (0..4).zip(&data[1..]) {
        for (name, by) in [("y", 1.0), ("z", 7.0), ("w", 0.3)] {
            let found = value(&runs, name, period);
            assert!((found / (by * value_then) - 1.0).abs() < 1e-11, "{name}: {found}");
        }
    }
}

#[test]
fn what_cannot_be_solved_says_why_and_what_helps() {
    let said = |equations: &str| {
        let text = format!("periods 2021..2022\ndata x 2020 = 1, 2021 = 1, 2022 = 1\n{equations}");
        match read_text(text.as_bytes(), &Data::default(), None, "m.txt").and_then(|m| m.compile())
        {
            Ok(_) => String::new(),
            Err(error) => error.to_string(),
        }
    };
    let lost = said("y: x = 2 * z\nz = x + 1");
    assert!(lost.contains("indicators.y.equation: cannot be solved for y"), "{lost}");
    assert!(lost.contains("no equations lead from it"), "{lost}");
    let levels = said("y + log(y) ~ x in levels");
    assert!(levels.contains("not in a linear way"), "{levels}");
    assert!(levels.contains("leave \"in levels\" out"), "{levels}");
    let identity = said("y = x in levels");
    assert!(identity.contains("m.txt:3") && identity.contains("no residual"), "{identity}");
    assert!(said("y ~ x in logs").contains("expected \"levels\" after \"in\""));
    // Words of the marker name indicators as others do.
    assert_eq!(said("in ~ x + levels in levels\nlevels = x"), "");
}

#[test]
fn an_implicit_equation_without_a_solution_is_named() {
    let model = text("periods 2021..2022\ndata x 2021 = 1, 2022 = -1\ny^2 + 1 = x - 0.5 * y");
    let error = compiled(&model, 2).expect_err("no real root").to_string();
    assert!(
        error.contains("indicators.y")
            && error.contains("an equation for which no solution was found"),
        "{error}"
    );
    assert!(error.contains("2022"), "{error}");
}

/// Sides in two indicators that an economist could write; monotone in `y` where `y` is positive.
fn implicit_side() -> impl Strategy<Value = String> {
    let term = prop_oneof![
        (0.2..2.0f64).prop_map(|a| format!("{a:.3} * y")),
        (0.2..2.0f64).prop_map(|a| format!("{a:.3} * log(y)")),
        (0.2..2.0f64).prop_map(|a| format!("{a:.3} * y * x")),
        (0.3..2.5f64).prop_map(|a| format!("y^{a:.3}")),
        (0.1..0.5f64).prop_map(|a| format!("exp({a:.3} * y)")),
        (0.2..1.0f64).prop_map(|a| format!("max({a:.3} * y, y - 0.5)")),
        (0.2..1.0f64).prop_map(|a| format!("if(y > 1.5, y, {a:.3} * (y - 1.5) + 1.5)")),
    ];
    prop::collection::vec(term, 2..5).prop_map(|terms| terms.join(" + "))
}

/// Solutions on either side of 0, far from where the search begins.
#[test]
fn solutions_may_be_small_or_negative() {
    for (side, value) in [
        ("y + max(y - 1.5, 0)", &(|y: f64| y + (y - 1.5).max(0.0)) as &dyn Fn(f64) -> f64),
        ("y^3 + y", &|y| y * y * y + y),
        ("exp(y) + y", &|y| y.exp() + y),
        ("if(y > 1.5, y, 0.615 * (y - 1.5) + 1.5) + 1.425 * y * x", &|y| {
            (if y > 1.5 { y } else { 0.615 * (y - 1.5) + 1.5 }) + 1.425 * y * 1.2
        }),
    ] {
        for right in [-3.0, -0.2, 0.01, 0.25, 0.5, 2.0, 9.0] {
            for history in ["history = { 2020 = 0.5 }", "history = { 2020 = -3 }"] {
                let toml = format!(
                    "schema = 1\nname = \"m\"\nperiods = \"2021\"\n\
                     [indicators.x]\nhistory = {{ 2020 = 1, 2021 = 1.2 }}\n\
                     [indicators.y]\n{history}\nequation = \"{side} = {right}\"\n"
                );
                let runs = compiled(&Model::from_toml(&toml).expect("it is read"), 1);
                let y = runs
                    .expect("it runs")
                    .get("baseline")
                    .expect("it ran")
                    .paths("y")
                    .expect("kept")[[0, 0]];
                assert!(
                    (value(y) - right).abs() < 1e-12 * right.abs().max(1.0),
                    "{side} = {right}: {y}"
                );
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn every_implicit_equation_holds_where_it_is_solved(
        side in implicit_side(),
        start in 0.5..4.0f64,
        right in 7.0..20.0f64,
        noise in 0.0..0.3f64,
    ) {
        let toml = format!(
            "schema = 1\nname = \"m\"\nperiods = \"2021..2023\"\nfailed_paths = 1\n\
             [indicators.x]\nhistory = {{ 2020 = 1, 2021 = 1.2, 2022 = 0.8, 2023 = 1 }}\n\
             [indicators.y]\nhistory = {{ 2020 = {start} }}\nequation = \"{side} ~ {right}\"\n\
             [shocks.y]\nnormal = {{ sd = {noise} }}\n"
        );
        let model = Model::from_toml(&toml).expect("it is read");
        let runs = compiled(&model, 40).expect("it runs");
        let run = runs.get("baseline").expect("it ran");
        prop_assert_eq!(run.failed_paths(), 0, "{} ~ {}", side, right);
        // The residuals are the shocks: what is left does not change when they are drawn again.
        let (x, y) = (run.paths("x").expect("kept"), run.paths("y").expect("kept"));
        let again = {
            let explicit = toml.replace(&format!("equation = \"{side} ~ {right}\""), "equation = \"y ~ 0\"");
            compiled(&Model::from_toml(&explicit).expect("it is read"), 40).expect("it runs")
        };
        let shocks = again.get("baseline").expect("it ran").paths("y").expect("kept").to_owned();
        for (at, &y) in y.indexed_iter() {
            let left = evaluate(&side, x[at], y);
            let gap = left - right - shocks[at];
            prop_assert!(gap.abs() < 1e-10 * left.abs().max(1.0), "{} ~ {}: {}", side, right, gap);
        }
    }
}

/// The value of a side, by the plainest possible reading of its terms.
fn evaluate(side: &str, x: f64, y: f64) -> f64 {
    let number = |text: &str| text.parse::<f64>().expect("a number");
    side.split(" + ")
        .map(str::to_owned)
        .fold(Vec::new(), |mut terms: Vec<String>, part| {
            // `... + 1.5)` belongs to the term before it.
            match terms.last_mut() {
                Some(last) if part == "1.5)" => *last = format!("{last} + {part}"),
                _ => terms.push(part),
            }
            terms
        })
        .iter()
        .map(|term| {
            if let Some(power) = term.strip_prefix("y^") {
                y.powf(number(power))
            } else if let Some(rest) = term.strip_prefix("exp(") {
                (number(rest.split(' ').next().expect("a")) * y).exp()
            } else if let Some(rest) = term.strip_prefix("max(") {
                (number(rest.split(' ').next().expect("a")) * y).max(y - 0.5)
            } else if let Some(rest) = term.strip_prefix("if(y > 1.5, y, ") {
                let slope = number(rest.split(' ').next().expect("a"));
                if y > 1.5 { y } else { slope * (y - 1.5) + 1.5 }
            } else {
                let (a, rest) = term.split_once(" * ").expect("a product");
                number(a)
                    * match rest {
                        "y" => y,
                        "log(y)" => y.ln(),
                        "y * x" => y * x,
                        other => panic!("{other}"),
                    }
            }
        })
        .sum()
}
