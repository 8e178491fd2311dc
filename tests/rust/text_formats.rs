//! Models in plain text and in the manner of EViews: what is mapped, what is said, what is refused.

use roxmltree::Document;
use tinbergen::import::{Data, read_eviews, read_frbus, read_modelflow, read_text};
use tinbergen::model::{Change, Scenario};
use tinbergen::period::{Period, Span};
use tinbergen::{Ensembles, Model, Sampling};

use crate::shared;

fn span(text: &str) -> Span {
    text.parse().expect("a span")
}

fn eviews(text: &str, data: &Data) -> Model {
    read_eviews(text.as_bytes(), data, span("2001-Q1..2002-Q4"), "m.prg").expect("it is read")
}

fn equation<'a>(model: &'a Model, name: &str) -> &'a str {
    model.indicators[name].equation.as_ref().expect("an equation").as_str()
}

#[test]
fn functions_of_eviews_are_those_of_the_language() {
    for (theirs, ours) in [
        ("dlog(y) = c(1) + c(2)*dlog(x(-1))", "dlog(y) ~ c_1 + c_2 * dlog(x[-1])"),
        ("y = @movav(x,4) + @movsum(x(-1),2)", "y = movavg(x, 4) + movsum(x[-1], 2)"),
        ("y = @pch(x)", "y = growth(x)"),
        ("y = @pchy(x)", "y = x / x[-4] - 1"),
        ("y = @pca(x)", "y = 100 * ((x / x[-1]) ^ 4 - 1)"),
        ("y = @pcha(x)", "y = (x / x[-1]) ^ 4 - 1"),
        ("y = @pc(x)", "y = 100 * growth(x)"),
        ("y = @pcy(x)", "y = 100 * (x / x[-4] - 1)"),
        ("y = @cnorm(x) + @dnorm(z) - @qnorm(x)", "y = normcdf(x) + normpdf(z) - norminv(x)"),
        ("y = @sign(x) + @round(z)", "y = sign(x) + round(z)"),
        ("y = @floor(x) + @ceiling(z)", "y = floor(x) + ceil(z)"),
        ("y = @round(x, 2)", "y = round(x * 100) / 100"),
        ("y = @mod(x, z)", "y = sign(x) * mod(abs(x), abs(z))"),
        ("y = @between(x, 1, z)", "y = x >= 1 and x <= z"),
        ("y = @nan(x, 0)", "y = x"),
        ("y = @cumsum(x)", "y = cumsum_x"),
        ("y = @movavc(x, 1)", "y = x"),
        ("identity: y = x + z", "y = x + z"),
        ("m.append demand: y = x", "y = x"),
        ("y = b(2) * x", "y ~ b_2 * x"),
        ("y = a * x", "y = a * x"),
        ("y = c(1)*x + [ar(1)=c(2)]", "y ~ c_1 * x + c_2 * (y[-1] - lag(c_1 * x, 1))"),
        ("equation e.ls y c x(-1)", "y ~ c_1 + c_2 * x[-1]"),
        (
            "equation e.ls y x(0 to -1) ar(1)",
            "y ~ c_1 * x + c_2 * x[-1] + c_3 * (y[-1] - lag(c_1 * x + c_2 * x[-1], 1))",
        ),
        ("y = d(x)", "y = diff(x)"),
        ("y = d(x,2)", "y = diff(diff(x))"),
        ("y = d(x,0,4)", "y = x - x[-4]"),
        ("y = dlog(x,0,4)", "y = log(x) - lag(log(x), 4)"),
        ("y = @recode(x>2 and z=1, x, z)", "y = if(x > 2 and z == 1, x, z)"),
        ("y = @iif(x<>0,1,2)", "y = if(x != 0, 1, 2)"),
        ("y = @max(x,z) - @min(x,z,3)", "y = max(x, z) - min(x, z, 3)"),
        ("y = @abs(x) + @sqr(z) + @inv(x)", "y = abs(x) + sqrt(z) + 1 / x"),
        ("y = @logit(x)", "y = expit(x)"),
        ("y = @trend(1999q1) * x(0)", "y = (period - \"1999-Q1\") * x"),
        ("y = @during(\"2001q2 2001q3\")", "y = period >= \"2001-Q2\" and period <= \"2001-Q3\""),
        ("y = x ^ -.5 + 1e-3", "y = x ^ -0.5 + 0.001"),
        ("y = @elem(x, \"2000q4\") * x", "y = 3.5 * x"),
        ("m.append(opt) y = x + y_a", "y = x + y_a"),
        ("m.append @identity log(y) = x", "log(y) = x"),
        ("equation e1.ls(n) log(y) = c(1) * x", "log(y) ~ c_1 * x"),
        ("y - z = x", "y - z = x"),
    ] {
        let data = Data::from_csv(b"obs,x,z\n2000Q4,3.5,1\n2001Q1,4,1\n", "d").expect("data");
        let given =
            "c(1) = 0.5\nparam c(2) 0.25 c(3) 0.1\ncoef(2) b\nb.fill 0.1, 0.2\nscalar a = 2 * 0.5";
        let model = eviews(&format!("{given}\n{theirs}\n"), &data);
        let found = equation(&model, "y");
        let read = |text: &str| tinbergen::expr::parse_equation(text).expect("it reads");
        // Left sides with a transform are behavioural; that apart, the same expressions.
        let (found, ours) = (read(found), read(ours));
        assert_eq!((&found.lhs, &found.rhs), (&ours.lhs, &ours.rhs), "{theirs}: {found}");
        let behavioural = ours.behavioural || theirs == "y - z = x";
        assert_eq!(found.behavioural, behavioural, "{theirs}");
    }
}

#[test]
fn what_cannot_be_mapped_is_said_with_its_line_and_text() {
    let text = "' a program\nwfcreate q 2000 2010\nsmpl 2000 2005\nmodel m\n\
                m.append y = c(1) * x\nm.append z = @hpf(x)\nm.append :eq1\n\
                equation e.ls y c x(-1)\nfor !i = 1 to 3\nnext\nm.append w = x(1) _\n  + 2\n\
                m.append v = x + v_a + q + if\nm.solve\nseries w = q\n\
                m.append u = b(1) * x\nm.append t = x + ar(1)\nm.append s = @movavc(x, 3)\n\
                m.append r = x(-1 to -4)\n";
    let data = Data::from_csv(b"obs,x,unused\n2000Q4,3.5,1\n2001Q1,4,1\n", "d").expect("data");
    let model = eviews(text, &data);
    let notes: Vec<String> = model.notes().iter().map(ToString::to_string).collect();
    let wanted = [
        "line 2: unmapped: is a command, no equation: wfcreate q 2000 2010",
        "line 4: unmapped: is a command, no equation: model m",
        "line 5: unmapped: the coefficient c(1) has no value; give it, as in c(1) = 0.5: \
         m.append y = c(1) * x",
        "line 6: unmapped: @hpf() has no counterpart here: m.append z = @hpf(x)",
        "line 7: unmapped: links to another object of the workfile or sets an option: m.append :eq1",
        "line 8: unmapped: is to be estimated from a list of regressors; write it as an equation, or give \
         c(1), c(2), ... their values: equation e.ls y c x(-1)",
        "line 9: unmapped: has variables of the program, which only running it would fill in: \
         for !i = 1 to 3",
        "line 10: unmapped: is a command, no equation: next",
        "line 11: unmapped: x(1) is a lead; leads are not solved for: m.append w = x(1) + 2",
        "line 13: changed: if is a word of the language here and is called if_: \
         v = x + v_a + q + if",
        "line 14: unmapped: is a command, no equation: m.solve",
        "line 15: unmapped: makes a series of q, of which there are no data: series w = q",
        "line 16: unmapped: the coefficient b(1) has no value; give it, as in b(1) = 0.5: \
         m.append u = b(1) * x",
        "line 17: unmapped: ar(1) is an error process of an estimation, and its coefficient is not given; \
         write [ar(1)=0.5], or the lagged terms with their coefficients: m.append t = x + ar(1)",
        "line 18: unmapped: @movavc() is centred on its period, so half of it are leads; leads are not \
         solved for: m.append s = @movavc(x, 3)",
        "line 19: unmapped: x(-1 to -4) is a list of lags, as only a list of regressors has; write each \
         lag with its coefficient: m.append r = x(-1 to -4)",
        "unmapped: 1 series of the data are used by no equation",
        "assumed: v_a has no data and was taken for an add factor: 0",
        "unmapped: q has neither an equation nor data",
        "unmapped: if_ has neither an equation nor data",
    ];
    assert_eq!(notes, wanted, "{notes:#?}");
    assert_eq!(equation(&model, "v"), "v = x + v_a + q + if_");
}

#[test]
fn an_equation_that_cannot_be_read_leaves_its_variable_to_the_data() {
    let data = Data::from_csv(b"obs,x,z\n2000Q4,3.5,1\n2001Q1,4,1\n", "d").expect("data");
    let model = eviews("z = @hpf(x)\nw = @hpf(x)\ny = x + z + w\n", &data);
    let notes: Vec<String> = model.notes().iter().map(ToString::to_string).collect();
    let wanted = [
        "line 1: unmapped: @hpf() has no counterpart here; z is exogenous for that, with the values of the \
         data: z = @hpf(x)",
        "line 2: unmapped: @hpf() has no counterpart here; what needs w lacks it, for the data have no w \
         either: w = @hpf(x)",
        "unmapped: w has neither an equation nor data",
    ];
    assert_eq!(notes, wanted);
    assert_eq!(model.indicators["z"].history.len(), 2);
}

#[test]
fn statements_of_a_program_that_make_series_are_data() {
    let rows = (0..12).map(|k| format!("{}Q{},{k}", 2000 + k / 4, k % 4 + 1));
    let rows = rows.collect::<Vec<_>>().join("\n");
    let data = Data::from_csv(format!("obs,x\n{rows}\n").as_bytes(), "d").expect("data");
    let text = "scalar rate = 0.5\nseries g = 3\ngenr h = rate * x(-1) + @trend\n\
                smpl 2002q1 2002q4\nseries g = 5\nsmpl @all\nsmpl if x > 3\nseries k = 1\n\
                m.append y = g + h + @cumsum(x)\n";
    let model = eviews(text, &data);
    let at = |name: &str, period: &str| {
        let history = &model.indicators[name].history;
        let value =
            history.get(&period.parse::<Period>().expect("a period")).map(|q| q.value.clone());
        value.map(|value| format!("{value:?}"))
    };
    assert_eq!(at("g", "2001-Q4"), Some("Number(3.0)".to_owned()));
    assert_eq!(at("g", "2002-Q2"), Some("Number(5.0)".to_owned()));
    // Half of the value before, and periods since the first of the data.
    assert_eq!(at("h", "2001-Q1"), Some("Number(5.5)".to_owned()));
    assert_eq!(at("h", "2000-Q1"), None);
    assert_eq!(at("cumsum_x", "2000-Q4"), Some("Number(6.0)".to_owned()));
    let runs = model.compile().expect("it compiles").simulate(&Sampling::new(1, 1)).expect("runs");
    let y = runs.get("baseline").expect("it ran").paths("y").expect("kept").column(0).to_vec();
    let by_hand: Vec<f64> = (4..12)
        .map(|k| {
            let (k, g) = (f64::from(k), if k < 8 { 3.0 } else { 5.0 });
            g + 0.5 * (k - 1.0) + k + k * (k + 1.0) / 2.0
        })
        .collect();
    assert_eq!(y, by_hand);
    assert!(model.notes().iter().any(|note| note.line == Some(7)), "{:?}", model.notes());
}

#[test]
fn dummies_of_the_calendar_become_exogenous_series() {
    let data = Data::from_csv(b"obs,x\n2000Q1,1\n", "d").expect("data");
    let model = eviews("y = @seas(1) + 10 * @quarter + @year + @trend\n", &data);
    let program = model.compile().expect("it compiles");
    let runs = program.simulate(&Sampling::new(1, 1)).expect("it runs");
    let y = runs.get("baseline").expect("it ran").paths("y").expect("kept").to_owned();
    // 2001-Q1 is four quarters after the first of the data.
    assert_eq!(y.column(0).to_vec()[..3], [1.0 + 10.0 + 2001.0 + 4.0, 2026.0, 2037.0]);
}

#[test]
fn plain_text_says_what_is_wrong_with_each_line() {
    let text = "periods 2001..2003\nparameter a = x\nexogenous 3g\nperiod = 3\ny = a + \nlog(3) = y\n\
                data g 2001 = 1, 20q = 2\nparametr b = 1\nz: x + z = 2 * y\nz = 3\n";
    let error = read_text(text.as_bytes(), &Data::default(), None, "m.txt").expect_err("wrong");
    let text = error.to_string();
    for wanted in [
        "m.txt:2: expected \"name = number\", found \"a = x\"",
        "m.txt:3: expected a name, found \"3g\"",
        "m.txt:5: ",
        "m.txt:6: no name without a lag stands on the left side",
        "m.txt:7: \"20q\" is not a period",
        "did you mean \"parameter\"?",
    ] {
        assert!(text.contains(wanted), "{wanted} in {text}");
    }
    let twice = b"periods 2001..2003\ny = 1\n\ny = 2\n";
    let error = read_text(twice, &Data::default(), None, "m.txt").expect_err("wrong").to_string();
    assert_eq!(error, "m.txt:4: y: y has an equation already, in line 2: \"y = 2\"");
}

#[test]
fn hostile_text_is_refused_or_survived() {
    let none = Data::default();
    let years = span("2001..2003");
    let read = |bytes: &[u8]| {
        let text = read_text(bytes, &none, Some(years), "m.txt").map(drop);
        let program = read_eviews(bytes, &none, years, "m.prg").map(drop);
        [text, program].map(|read| read.err().map(|error| error.to_string()).unwrap_or_default())
    };
    for message in read(b"y = 1\nz = \xff2\0") {
        assert!(message.contains("2: is not UTF-8: byte 11 (0xff) is no text"), "{message}");
    }
    for garbage in [
        "",
        "\u{0}\u{1}\u{2}",
        "=",
        "= = =",
        "((((",
        "y = ))((",
        "y = @",
        "y = @@(",
        "y = (",
        "' only",
        "_",
        " _\n _\n",
        "param",
        "param c(",
        "coef(",
        "equation",
        "equation e.ls",
        "m.append",
        "y = x(",
        "y = 1.e",
        "y = 1e+",
        "y = \"",
        "data",
        "data y",
        "y:",
        ":",
        "y: =",
        "\u{feff}",
        "y = d(x,999999999999)",
        "y = d(x,100,100)",
        "y = @movav(x,1e9)",
        "y = @elem(x,\"q\")",
        "y = 变量(1)",
        "变量 = 变量(-1) + é",
        "y = @trend(é)",
    ] {
        read(garbage.as_bytes()); // whatever it is, it does not panic
    }
    let deep = format!("y = {}1{}", "(".repeat(50_000), ")".repeat(50_000));
    for message in read(deep.as_bytes()) {
        assert!(!message.is_empty() && message.len() < 10_000, "{}", message.len());
    }
    let many = (0..20_000).map(|k| format!("x{} = 0.5 * x{k}[-1] + 1", k + 1));
    let many = many.collect::<Vec<_>>().join("\n");
    let begin = std::time::Instant::now();
    let model = read_text(many.as_bytes(), &none, Some(years), "m.txt").expect("large is fine");
    assert_eq!(model.indicators.len(), 20_001);
    assert!(begin.elapsed().as_secs() < 20, "{:?}", begin.elapsed());
}

fn run(model: &Model) -> Ensembles {
    let program = model.compile().expect("it compiles");
    program.simulate(&Sampling::new(1, 1)).expect("it runs")
}

/// All endogenous values of two models are the same but for a tolerance.
fn same(a: &Model, b: &Model, scenarios: &[&str], tolerance: f64) {
    let (first, second) = (run(a), run(b));
    let mut checked = 0;
    for scenario in scenarios {
        let (x, y) = (first.get(scenario).expect("it ran"), second.get(scenario).expect("it ran"));
        for name in a.indicators.iter().filter(|(_, i)| i.equation.is_some()).map(|(name, _)| name)
        {
            let (x, y) = (x.paths(name).expect("kept"), y.paths(name).expect("kept"));
            for (x, y) in x.iter().zip(y) {
                let close = (x - y).abs() <= tolerance * x.abs().max(0.01);
                assert!(close, "{scenario}: {name}: {x} {y}");
                checked += 1;
            }
        }
    }
    assert!(checked > 500, "{checked}");
}

fn frbus(span: Span) -> (Vec<u8>, Data, Model) {
    let xml = shared("models/frbus/model.xml");
    let data = Data::from_csv(&shared("models/frbus/longbase.csv"), "longbase").expect("data");
    let model = read_frbus(&xml, &data, span).expect("it is read");
    (xml, data, model)
}

#[test]
#[cfg_attr(not(shared), ignore = "needs TINBERGEN_SHARED")]
fn frbus_written_to_text_and_to_toml_gives_the_same_numbers() {
    let quarters = span("2040-Q1..2041-Q4");
    let (_, _, model) = frbus(quarters);
    let up = || {
        let change = Change::of_indicator("rffintay").over(span("2040-Q1")).adding(1.0);
        Scenario::of([change])
    };
    let reference = model.track(quarters).expect("it tracks");
    let text = reference.to_text().expect("text");
    let toml = reference.to_toml().expect("text");
    let reference = reference.with_scenario("tighter", up());
    let read = read_text(text.as_bytes(), &Data::default(), None, "frbus.txt").expect("it is read");
    assert!(read.notes().is_empty(), "{:?}", read.notes());
    assert_eq!(read.stochastic.len(), 52);
    same(&reference, &read.with_scenario("tighter", up()), &["baseline", "tighter"], 1e-12);
    let read = Model::from_toml(&toml).expect("it is read");
    same(&reference, &read.with_scenario("tighter", up()), &["baseline", "tighter"], 0.0);
}

#[test]
#[cfg_attr(not(shared), ignore = "needs TINBERGEN_SHARED")]
fn pakistan_written_to_text_and_to_toml_gives_the_same_numbers() {
    let years = span("2016..2020");
    let pcim = shared("models/worldbank/pak.pcim");
    let model = read_modelflow(&pcim, years).expect("it is read");
    assert!(
        model.notes().iter().any(|n| n.message.contains("CALC_ADD_FACTOR") && n.line.is_some())
    );
    let model = model.over(years);
    let text = model.to_text().expect("text");
    let read = read_text(text.as_bytes(), &Data::default(), None, "pak.txt").expect("it is read");
    same(&model, &read, &["baseline"], 1e-10);
    let read = Model::from_toml(&model.to_toml().expect("text")).expect("it is read");
    same(&model, &read, &["baseline"], 0.0);
}

/// FRB/US has each equation a second time in the manner of EViews: both are the same model.
#[test]
#[cfg_attr(not(shared), ignore = "needs TINBERGEN_SHARED")]
fn frbus_in_the_manner_of_eviews_is_the_same_model() {
    let quarters = span("2040-Q1..2041-Q4");
    let (xml, data, model) = frbus(quarters);
    let text = String::from_utf8(xml).expect("text");
    let document = Document::parse(&text).expect("xml");
    let child = |node: roxmltree::Node<'_, '_>, name: &str| {
        let found = node.descendants().find(|n| n.has_tag_name(name)).and_then(|n| n.text());
        found.map(|text| text.split_whitespace().collect::<Vec<_>>().join(" "))
    };
    let mut program = vec!["' the equations of model.xml".to_owned()];
    for variable in document.descendants().filter(|n| n.has_tag_name("variable")) {
        let Some(standard) = variable.children().find(|n| n.has_tag_name("standard_equation"))
        else {
            continue;
        };
        for coefficient in standard.descendants().filter(|n| n.has_tag_name("coeff")) {
            let pair = (child(coefficient, "cf_name"), child(coefficient, "cf_value"));
            if let (Some(name), Some(value)) = pair {
                program.push(format!("{name} = {value}"));
            }
        }
        let equation = child(standard, "eviews_equation").expect("an equation");
        program.push(format!("frbus.append {equation}"));
    }
    let program = program.join("\n");
    let read = read_eviews(program.as_bytes(), &data, quarters, "frbus.prg").expect("it is read");
    let unmapped: Vec<_> = read.notes().into_iter().filter(|n| n.kind == "unmapped").collect();
    assert!(unmapped.iter().all(|n| n.message.contains("series of the data")), "{unmapped:?}");
    assert_eq!(read.indicators.values().filter(|i| i.equation.is_some()).count(), 284);
    // Identities have no residual: what the data leave of them stays; it is next to nothing.
    let up = || {
        let change = Change::of_indicator("rffintay_aerr").over(span("2040-Q1")).adding(1.0);
        Scenario::of([change])
    };
    let theirs = {
        let change = Change::of_indicator("rffintay").over(span("2040-Q1")).adding(1.0);
        model.track(quarters).expect("it tracks").with_scenario("up", Scenario::of([change]))
    };
    let ours = read.track(quarters).expect("it tracks").with_scenario("up", up());
    same(&theirs, &ours, &["baseline", "up"], 1e-6);
}

#[test]
fn what_readers_are_told_survives_plain_text() {
    let toml = r#"
        schema = 1
        name = "a \"name\" with # and \\ in it"
        periods = "2021..2022"
        imported = true
        [indicators.gdp]
        label = { en = "GDP # 1", zh = "地区生产总值" }
        unit = "CNY 100 million"
        prices = "constant 2020"
        source = "Yearbook, table 3-1 \"accounts\" _"
        assumption = "two\nlines"
        history = { 2020 = 1 }
        equation = "dlog(gdp) ~ a in levels"
        [indicators.label]
        label = "an indicator by the name of a word"
        history = { 2021 = 1, 2022 = 2 }
        [parameters.a]
        value = 0.5
        label = { zh = "参数" }
        unit = "share"
        source = "p. 3"
        assumption = "a guess"
    "#;
    let model = Model::from_toml(toml).expect("it is read");
    let text = model.to_text().expect("plain text says it");
    let read = read_text(text.as_bytes(), &Data::default(), None, "m.txt").expect("it is read");
    assert_eq!(read, model, "{text}");
    assert!(!text.contains("not said here"), "{text}");
    let more = toml
        .replace("imported = true", "description = \"d\"\nfailed_paths = 0.5")
        .replace("2020 = 1 }", "2020 = { value = 1, source = \"s\" } }");
    let text = Model::from_toml(&more).expect("it is read").to_text().expect("plain text says it");
    let first = text.lines().next().expect("a line");
    assert_eq!(
        first,
        "# not said here: its description, failed_paths = 0.5, that behavioural equations need a \
         shock, the sources and assumptions of 1 values"
    );
    read_text(text.as_bytes(), &Data::default(), None, "m.txt").expect("it is read");
    let wrong = "periods 2021..2021\nparameter a = 1\nprices a current\ny = a";
    let error = read_text(wrong.as_bytes(), &Data::default(), None, "m.txt").expect_err("wrong");
    assert!(
        error.to_string().contains("m.txt:3: a is a parameter, which has no prices"),
        "{error}"
    );
}

#[test]
fn eviews_computes_signs_first_and_the_rest_from_left_to_right() {
    let rows = (0..8).map(|k| format!("{}Q{},3,0.5\n", 2001 + k / 4, k % 4 + 1));
    let csv = format!("obs,x,w\n{}", rows.collect::<String>());
    let data = Data::from_csv(csv.as_bytes(), "d").expect("data");
    for (theirs, expected, told) in [
        ("y = -x^2", 9.0, true),
        ("y = 2^x^2", 64.0, true),
        ("y = 1 - x^2", -8.0, false),
        ("y = 2*-x^2", 18.0, true),
        ("y = -(x^2)", -9.0, false),
        ("y = 0 < w < 1", 0.0, true),
        ("y = 0 < x < 1", 0.0, true),
        ("y = -1 < w < 1", 0.0, true),
        ("y = (x > 2) * 3", 3.0, false),
    ] {
        let model = eviews(&format!("{theirs}\n"), &data);
        let runs = model.compile().expect(theirs).simulate(&Sampling::new(1, 1)).expect(theirs);
        let found = runs.get("baseline").expect("it ran").paths("y").expect("kept")[(0, 0)];
        assert_eq!(found, expected, "{theirs}");
        let notes =
            model.notes().into_iter().filter(|note| note.to_string().contains("left to right"));
        assert_eq!(notes.count() == 1, told, "{theirs}: {:?}", model.notes());
    }
}

#[test]
fn coefficients_that_equations_do_not_share_are_told_or_refused() {
    let data = Data::default();
    let read = |text: &str| read_eviews(text.as_bytes(), &data, span("2001-Q1..2002-Q4"), "m.prg");
    let several = "c(1) = 0.6\nequation e1.ls y = c(1) * x\nc(1) = 0.3\nequation e2.ls z = c(1) * w\n\
                   m.append v = x + w\n";
    let model = read(several).expect("the identity is read");
    assert_eq!(
        model.indicators.keys().filter(|name| ["y", "z"].contains(&name.as_str())).count(),
        0
    );
    let notes: Vec<String> = model.notes().iter().map(ToString::to_string).collect();
    let refused = notes
        .iter()
        .filter(|note| note.contains("the coefficient c_1 is 0.6 by line 1 and 0.3 by line 3"));
    assert_eq!(refused.count(), 2, "{notes:?}");
    let shared = read("c(1) = 0.6\nequation e1.ls y = c(1) * x\nequation e2.ls z = c(1) * w\n")
        .expect("read");
    let notes: Vec<String> = shared.notes().iter().map(ToString::to_string).collect();
    let told =
        notes.iter().filter(|note| note.contains("c_1 stands in the equation objects e1 and e2"));
    assert_eq!(told.count(), 1, "{notes:?}");
    // One value given twice, and a coefficient of one model, are no contradiction.
    let same = read("c(1) = 0.6\nc(1) = 0.6\nm.append y = c(1) * x\nm.append z = c(1) * w\n")
        .expect("read");
    assert!(
        same.notes().iter().all(|note| !note.to_string().contains("c_1")),
        "{:?}",
        same.notes()
    );
}
