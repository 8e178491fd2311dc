//! What an equation is does not depend on how it is written: comments, spaces and names within it
//! decide nothing.

use tinbergen::analyse::{Wanted, invert};
use tinbergen::model::{Class, Distribution, Indicator, Pair};
use tinbergen::period::Period;
use tinbergen::{Model, Sampling};

fn plan(parts: &str) -> String {
    format!("schema = 1\nname = \"m\"\nperiods = \"2021..2022\"\n{parts}")
}

fn compiled(parts: &str) -> Result<tinbergen::Program, String> {
    let model = Model::from_toml(&plan(parts)).map_err(|error| error.to_string())?;
    model.compile().map_err(|error| error.to_string())
}

fn values(program: &tinbergen::Program, name: &str) -> Vec<f64> {
    let runs = program.simulate(&Sampling::new(1, 1)).expect("runs");
    runs.get("baseline").expect("baseline").paths(name).expect("kept").iter().copied().collect()
}

/// An equation with each comment behind it.
fn with_comments(equation: &str) -> [String; 4] {
    ["", " # ~ 1 a year", " # poisson(3) = x", "  #\\n"]
        .map(|comment| format!("{equation}{comment}"))
}

#[test]
fn a_comment_does_not_make_an_identity_behavioural() {
    let mut messages = Vec::new();
    for equation in with_comments("x = x[-1] + 1") {
        let x = format!("[indicators.x]\nequation = \"{equation}\"\nhistory = {{ 2020 = 10 }}\n");
        let program = compiled(&x).expect(&equation);
        assert_eq!(program.class("x"), Some(&Class::Identity), "{equation}");
        assert_eq!(values(&program, "x"), [11.0, 12.0]);
        let own = compiled(&format!("{x}add_factors = {{ 2021 = 5 }}\n")).expect_err("exact");
        let changes = "changes = [{ indicator = \"x\", add = 5 }]";
        let scenario = compiled(&format!("{x}[scenarios.s]\n{changes}\n")).expect_err("exact");
        assert!(own.contains("indicators.x.add_factors: it has no behavioural equation"), "{own}");
        assert!(scenario.contains("has no behavioural equation, so no add factor"), "{scenario}");
        messages.push((own, scenario.replace(&equation, "")));
    }
    messages.dedup();
    assert_eq!(messages.len(), 1, "{messages:#?}");
}

#[test]
fn a_space_or_a_comment_does_not_decide_whether_a_shock_is_needed() {
    for count in ["poisson(3)", "poisson (3)", "poisson\\n(3)", "binomial ( 4, 0.5 )"] {
        for equation in with_comments(&format!("x ~ x[-1] + {count}")) {
            let x = format!("[indicators.x]\nequation = \"{equation}\"\nhistory = {{ 2020 = 1 }}");
            let program = compiled(&x).expect(&equation);
            assert_eq!(program.class("x"), Some(&Class::Behavioural { shock: None, counts: 1 }));
        }
    }
    for equation in with_comments("x ~ x[-1] + 1") {
        let x = format!("[indicators.x]\nequation = \"{equation}\"\nhistory = {{ 2020 = 1 }}");
        let error = compiled(&x).expect_err(&equation);
        assert!(error.contains("has a random term but no shock of its name"), "{error}");
        let program = compiled(&format!("{x}\n[shocks.x]\nnormal = {{ sd = 1 }}")).expect("random");
        let shock = Some("x".to_owned());
        assert_eq!(program.class("x"), Some(&Class::Behavioural { shock, counts: 0 }));
        let imported = compiled(&format!("imported = true\n{x}")).expect("imported");
        let class = Class::Behavioural { shock: None, counts: 0 };
        assert_eq!(imported.class("x"), Some(&class));
        assert_eq!(values(&imported, "x"), [2.0, 3.0]);
    }
    // A name that ends like a count is no count.
    let x = "[parameters]\nmy_poisson = 3\n[indicators.x]\nequation = \"x ~ my_poisson * (1)\"";
    assert!(compiled(x).is_err_and(|error| error.contains("no shock of its name")));
}

#[test]
fn a_process_is_of_the_class_of_its_equation() {
    let class = |process: &str, more: &str| {
        let x = format!("[indicators.x]\nhistory = {{ 2020 = 1 }}\nprocess = {process}\n{more}");
        compiled(&x).map(|program| program.class("x").cloned().expect("known"))
    };
    let e = "[shocks.e]\nnormal = { sd = 1 }";
    let with = |shock: &str| Class::Behavioural { shock: Some(shock.to_owned()), counts: 0 };
    let growth = "{ kind = \"growth\", mean = 0.1, shock = \"e\" }";
    assert_eq!(class(growth, e), Ok(with("e")));
    assert!(class(growth, "").expect_err("no shock").contains("unknown shock \"e\""));
    let stock = "{ kind = \"stock\", depreciation = 0.1, inflow = 1 }";
    assert_eq!(class(stock, ""), Ok(Class::Identity));
    assert_eq!(class(stock, "[shocks.x]\nnormal = { sd = 1 }"), Ok(with("x")));
    let count = "{ kind = \"count\", arrivals = 3, departures = 0.1 }";
    assert_eq!(class(count, ""), Ok(Class::Behavioural { shock: None, counts: 2 }));
    let path = "{ kind = \"path\", values = { 2021 = 1, 2022 = 1 }, shock = \"e\" }";
    assert_eq!(class(path, e), Ok(Class::Given { shock: Some("e".to_owned()) }));
    // A process takes add factors, with and without a shock.
    for process in [stock, path, growth] {
        let add = format!("add_factors = {{ 2021 = 0.5 }}\n{e}");
        assert!(class(process, &add).is_ok(), "{process}");
    }
    // What is wrong with a term stands at the term.
    let wrong = class("{ kind = \"stock\", depreciation = \"a b\", inflow = \"lag(x, y)\" }", "");
    let wrong = wrong.expect_err("two terms");
    assert!(wrong.contains("indicators.x.process.depreciation: expected an operator"), "{wrong}");
    assert!(wrong.contains("indicators.x.process.inflow: expected a whole number"), "{wrong}");
}

#[test]
fn an_identity_is_no_instrument_whatever_its_comment_says() {
    let year = Period::year(2021);
    let model = |equation: &str| {
        let mut model = Model::new("m", "2021..2021".parse().expect("a span"))
            .with_indicator("g", Indicator::default().with_history(year, 20.0))
            .with_indicator("c", Indicator::from_equation(equation))
            .with_indicator("y", Indicator::from_equation("y = c + g"));
        model.imported = true;
        model
    };
    let wanted = Wanted::from([("y".to_owned(), [(year, 60.0)].into())]);
    for equation in ["c = 0.6 * y", "c = 0.6 * y # ~ six tenths"] {
        let error = invert(&model(equation), &wanted, &["c"], None).expect_err(equation);
        assert!(error.to_string().contains("\"c\" is an identity"), "{error}");
    }
    let found = invert(&model("c ~ 0.6 * y # = six tenths"), &wanted, &["c"], None).expect("moves");
    assert!((found.instruments[0].after - 4.0).abs() < 1e-12);
}

#[test]
fn further_random_terms_stand_at_their_means_in_the_gap_of_an_instrument() {
    let year = Period::year(2021);
    let mut model = Model::new("m", "2021..2021".parse().expect("a span"))
        .with_indicator("c", Indicator::from_equation("c ~ 2 + shock(far) # shock(farther)"))
        .with_indicator("y", Indicator::from_equation("y = 2 * c"))
        .with_shock("far", Distribution::normal(-3.0, 1.0));
    model.imported = true;
    let wanted = Wanted::from([("y".to_owned(), [(year, 10.0)].into())]);
    let found = invert(&model, &wanted, &["c"], None).expect("moves");
    // c = 2 - 3 + add factor = 5.
    assert!((found.instruments[0].after - 6.0).abs() < 1e-12, "{found:?}");
}

#[test]
fn a_comment_is_neither_lost_nor_read() {
    let text = plan(
        "[parameters]\na = 1\nb = 2\n[indicators.x]\nequation = \"x = a # and b, not ~\"\n\
         [[targets]]\nid = \"t\"\nindicator = \"x\"\nperiod = 2022\nat_least = 0\n",
    );
    let model = Model::from_toml(&text).expect("a plan");
    let again = Model::from_toml(&model.to_toml().expect("text")).expect("the same plan");
    assert_eq!(again, model);
    let equation = again.indicators["x"].equation.as_ref().expect("an equation");
    assert_eq!(equation.as_str(), "x = a # and b, not ~");
    assert_eq!(equation.tree().expect("read").to_string(), "x = a");
    let program = model.compile().expect("compiles");
    let warnings: Vec<String> = program.warnings().iter().map(ToString::to_string).collect();
    assert!(warnings.iter().any(|w| w.contains("parameters.b: no equation uses")), "{warnings:?}");
    let mut plain = model;
    plain.targets.clear();
    assert!(!plain.to_text().expect("plain text").contains("behavioural equations need a shock"));
}

#[test]
fn correlations_are_pairs_however_they_are_written() {
    let shocks = "[shocks.a]\nnormal = { sd = 1 }\n[shocks.b]\nnormal = { sd = 1 }\n";
    let with = |pairs: &str| Model::from_toml(&plan(&format!("{shocks}[correlations]\n{pairs}\n")));
    let model = with("\"a, b\" = 0.5").expect("a plan");
    assert_eq!(model.correlations[&Pair::new("a", "b")], 0.5);
    assert_eq!(with("\" a,b \" = 0.5").expect("a plan"), model);
    assert!(model.to_toml().expect("text").contains("\"a, b\" = 0.5"));
    let error = with("\"a b\" = 0.5").expect_err("no comma").to_string();
    assert!(error.contains("9: correlations.\"a b\": expected two names with a comma"), "{error}");
    assert!(with("\"a, b, c\" = 0.5").is_err());
    assert!(with("\"a, b\" = 0.5\n\"a,b\" = 0.5").is_err_and(|e| e.to_string().contains("twice")));
    let turned = with("\"a, b\" = 0.5\n\"b, a\" = 0.5").expect("read").compile();
    assert!(turned.is_err_and(|e| e.to_string().contains("twice")));
}

#[test]
fn a_factor_or_a_probability_is_read_past_its_comment() {
    let with = |probability: &str| {
        compiled(&format!(
            "[parameters]\np = 0.5\nq = 1\n[indicators.x]\nequation = \"x ~ 0\"\n[shocks.x]\n\
             normal = {{ sd = 1 }}\n[events.e]\nprobability = \"{probability}\"\nsize = {{ x = 1 }}"
        ))
    };
    let program = with("p # not q").expect("a name");
    let warnings: Vec<String> = program.warnings().iter().map(ToString::to_string).collect();
    assert!(warnings.iter().any(|w| w.contains("parameters.q: no equation uses")), "{warnings:?}");
    assert!(!warnings.iter().any(|w| w.contains("parameters.p")), "{warnings:?}");
}
