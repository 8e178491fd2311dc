//! Importers on small files of our own, and on hostile ones.

use std::io::{Read, Write};

use flate2::{Compression, write::GzEncoder};
use tinbergen::import::{Data, read_frbus, read_modelflow};
use tinbergen::period::Span;
use tinbergen::{Model, Sampling};

fn span(text: &str) -> Span {
    text.parse().expect("a span")
}

fn packed(text: &str) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::fast());
    encoder.write_all(text.as_bytes()).expect("written");
    encoder.finish().expect("finished")
}

const XML: &str = r"<model>
  <variable><name>C</name><definition>Consumption</definition><standard_equation>
    <python_equation>log(c) - c_aerr = y_c_1 * log(y) + (1 - y_c_1) * log(c(-1))</python_equation>
    <coeff><cf_name>y_c(1)</cf_name><cf_value>0.25</cf_value></coeff>
  </standard_equation></variable>
  <variable><name>y</name><standard_equation>
    <python_equation>y - y_aerr = c + g</python_equation>
  </standard_equation></variable>
  <variable><name>g</name></variable>
  <variable><name>unused</name></variable>
</model>";

fn data() -> Data {
    let csv = "obs,c,Y,g\n2019Q4,60,100,40\n2020Q1,61,102,40\n2020Q2,63,104,42\n";
    Data::from_csv(csv.as_bytes(), "data.csv").expect("a table")
}

#[test]
fn a_small_model_in_xml_tracks_its_data() {
    let model = read_frbus(XML.as_bytes(), &data(), span("2020-Q1..2020-Q2")).expect("it is read");
    assert_eq!(model.indicators.keys().collect::<Vec<_>>(), ["c", "y", "g"]);
    let residual = model.residuals(span("2020-Q1")).expect("residuals")["c"][0];
    let by_hand = 61f64.ln() - (0.25 * 102f64.ln() + 0.75 * 60f64.ln());
    assert!((residual - by_hand).abs() < 1e-14);
    let tracked = model.track(span("2020-Q1..2020-Q2")).expect("it tracks");
    let runs = tracked.compile().expect("it compiles").simulate(&Sampling::new(1, 1));
    let runs = runs.expect("it runs");
    let found = runs.get("baseline").expect("it ran").paths("y").expect("kept").column(0).to_vec();
    assert!((found[0] - 102.0).abs() < 1e-10 && (found[1] - 104.0).abs() < 1e-10, "{found:?}");
}

#[test]
fn tracking_without_data_says_which_equation_lacks_what() {
    let model = read_frbus(XML.as_bytes(), &data(), span("2020-Q1..2020-Q2")).expect("it is read");
    let error = model.track(span("2020-Q1..2020-Q3")).expect_err("no data").to_string();
    assert!(error.contains("indicators.c.equation: has no residual in 2020-Q3"), "{error}");
}

#[test]
fn broken_xml_is_an_error_with_its_line() {
    let read = |xml: &str| {
        read_frbus(xml.as_bytes(), &data(), span("2020-Q1")).expect_err("broken").to_string()
    };
    assert!(read("<model><variable>").contains("is not readable as XML"));
    assert!(read("<model></model>").contains("has no variables"));
    let wrong = XML.replace("c + g", "c + * g").replace("log(y) +", "log(y) + *");
    assert!(read(&wrong).contains("line 6: model.xml: y: expected"), "{}", read(&wrong));
    // One of two: its variable is left to the data.
    let wrong = XML.replace("c + g", "c + * g");
    let model = read_frbus(wrong.as_bytes(), &data(), span("2020-Q1")).expect("the other is read");
    let note = model.notes()[0].to_string();
    assert!(note.starts_with("line 6: unmapped: expected"), "{note}");
    assert!(note.contains("y is exogenous for that, with the values of the data"), "{note}");
    assert!(model.indicators["y"].equation.is_none() && !model.indicators["y"].history.is_empty());
    let bomb = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><model>&b;</model>";
    assert!(read(bomb).contains("is not readable as XML"));
    let garbage = read_frbus(&[0xff, 0xfe, 0], &data(), span("2020-Q1")).expect_err("garbage");
    assert!(garbage.to_string().contains("is not UTF-8"));
}

fn saved(frml: &str) -> Vec<u8> {
    let data =
        r#"{"C":{"2019":60.0},"Y":{"2019":100.0},"G":{"2020":40.0,"2021":41.0},"Z":{"2019":1}}"#;
    let json = serde_json::json!({ "modelname": "small", "frml": frml, "lastdf": data,
        "var_description": { "C": "Consumption" } });
    packed(&json.to_string())
}

#[test]
fn a_small_model_of_modelflow_runs() {
    let frml = "FRML <DAMP,STOC> C = 0.5 * Y + 0.1 * C(-1) $\nFRML <IDENT> Y = C + G $\n\
                FRML <CALC_ADD_FACTOR> C_A = C - 0.5 * Y $";
    let years = span("2020..2021");
    let model = read_modelflow(&saved(frml), years).expect("it is read").over(years);
    assert_eq!(model.indicators.keys().collect::<Vec<_>>(), ["c", "y", "g"]);
    let runs = model.compile().expect("it compiles").simulate(&Sampling::new(1, 1));
    let runs = runs.expect("it runs");
    let c = runs.get("baseline").expect("it ran").paths("c").expect("kept")[(0, 0)];
    assert!((c - (0.5 * 40.0 + 6.0) / 0.5).abs() < 1e-10, "{c}");
}

#[test]
fn broken_files_of_modelflow_are_errors() {
    let read =
        |bytes: &[u8]| read_modelflow(bytes, span("2020..2021")).expect_err("broken").to_string();
    assert!(read(b"no gzip").contains("cannot be unpacked"));
    assert!(read(&saved("FRML <IDENT> Y = C + $")[..40]).contains("cannot be unpacked"));
    assert!(read(&packed("[1, 2")).contains("is not readable as JSON"));
    assert!(read(&packed("{}")).contains("has no equations"));
    assert!(read(&packed(&"[".repeat(100_000))).contains("is not readable as JSON"));
    let twice = read(&saved("FRML <IDENT> Y = C $\nFRML <IDENT> Y = G $"));
    assert!(twice.contains("y has two equations") && twice.contains("line 2:"), "{twice}");
    assert!(read(&saved("Y $")).contains("expected \"FRML"));
    assert!(read(&saved("FRML <> 2 = C $")).contains("the left side has no variable"));
}

#[test]
fn a_saved_model_may_be_plain_json_and_have_an_equation_that_cannot_be_read() {
    let frml = "FRML <DAMP,STOC> C = 0.5 * Y + NORMCDF(0) * C(-1) $\nFRML <IDENT> Y = C + G $\n\
                FRML <IDENT> G = GAMMA_INC(Y) $\nFRML <CALC_ADD_FACTOR> C_A = C $\n\
                FRML <CALC_ADD_FACTOR> Y_A = Y $";
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(saved(frml).as_slice()).read_to_end(&mut plain).expect("unpacked");
    let years = span("2020..2021");
    for bytes in [saved(frml), plain] {
        let model = read_modelflow(&bytes, years).expect("it is read");
        let notes: Vec<String> = model.notes().iter().map(ToString::to_string).collect();
        assert_eq!(
            notes[0],
            "line 3: unmapped: gamma_inc() has no counterpart here; g is exogenous for that, with the \
             values of the data: FRML <IDENT> G = GAMMA_INC(Y)"
        );
        let folded = notes.iter().filter(|note| note.contains("2 statements compute add factors"));
        assert_eq!(folded.count(), 1, "{notes:?}");
        let runs = model.over(years).compile().expect("it compiles").simulate(&Sampling::new(1, 1));
        let runs = runs.expect("it runs");
        let c = runs.get("baseline").expect("it ran").paths("c").expect("kept")[(0, 0)];
        assert!((c - (0.5 * 40.0 + 30.0) / 0.5).abs() < 1e-10, "{c}");
    }
}

#[test]
fn a_zip_bomb_is_not_unpacked() {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    let zeros = vec![b' '; 1 << 20];
    (0..300).for_each(|_| encoder.write_all(&zeros).expect("written"));
    let bomb = encoder.finish().expect("finished");
    assert!(bomb.len() < 1 << 20);
    let error = read_modelflow(&bomb, span("2020..2021")).expect_err("too large").to_string();
    assert!(error.contains("is larger than 64 MB unpacked"), "{error}");
}

#[test]
fn tables_that_are_none_are_errors_with_their_lines() {
    let read =
        |text: &str| Data::from_csv(text.as_bytes(), "d.csv").expect_err("broken").to_string();
    assert!(read("obs,a\n2020Q1,x\n").contains("\"x\" is not a number"));
    assert!(read("obs,a\n2020Q1,1\n2020,2\n").contains("a table has one frequency"));
    assert!(read("obs,a\nsoon,1\n").contains("soon"));
    assert!(read("obs,a\n2020Q1,1,2\n").contains("d.csv"));
}

#[test]
fn scenarios_change_what_is_known_of_an_exogenous_indicator_and_no_other_scenario() {
    let model = Model::from_toml(
        "schema = 1\nname = \"m\"\nperiods = \"2021..2022\"\n\
         [indicators.oil]\nhistory = { 2021 = 50, 2022 = 60 }\n\
         [indicators.cost]\nequation = \"cost = 2 * oil\"\n\
         [scenarios.dear]\nchanges = [{ indicator = \"oil\", add = 20 }]\n\
         [scenarios.half]\nchanges = [{ indicator = \"oil\", periods = 2022, scale = 0.5 }]\n\
         [scenarios.fixed]\nchanges = [{ indicator = \"oil\", set = { 2022 = 1 } }]\n",
    );
    let runs = model.and_then(|m| m.compile()?.simulate(&Sampling::new(200, 1))).expect("it runs");
    let expected = [
        ("baseline", [100.0, 120.0]),
        ("dear", [140.0, 160.0]),
        ("half", [100.0, 60.0]),
        ("fixed", [100.0, 2.0]),
    ];
    for (scenario, cost) in expected {
        let found = runs.get(scenario).expect("it ran").paths("cost").expect("kept").to_owned();
        for period in 0..2 {
            assert!(found.row(period).iter().all(|value| *value == cost[period]), "{scenario}");
        }
    }
}

/// A workfile has the endogenous series in the span too: they are data to compare with, and hold no
/// equation back.
mod data_in_the_span {
    use proptest::prelude::*;
    use tinbergen::import::{Data, read_eviews, read_text};
    use tinbergen::model::{Change, Scenario};
    use tinbergen::period::Period;
    use tinbergen::{Model, Sampling};

    use super::span;

    fn path(model: &Model, scenario: &str) -> Vec<f64> {
        let program = model.compile().expect("it compiles");
        let runs = program.simulate(&Sampling::new(1, 1)).expect("it runs");
        runs.get(scenario).expect("it is there").paths("y").expect("kept").column(0).to_vec()
    }

    fn told(model: &Model) -> Vec<String> {
        let notes = model.notes().into_iter().filter(|note| note.kind == "not_used");
        notes.map(|note| note.message).collect()
    }

    #[test]
    fn equations_are_solved_and_the_unused_is_said() {
        let data = b"year,g,y\n2020,20,50\n2021,20,50\n2022,25,50\n2023,25,50\n";
        let data = Data::from_csv(data, "workfile.csv").expect("a table");
        let text = b"y = 0.5*y(-1) + 1.25*g\n";
        let model = read_eviews(text, &data, span("2021..2023"), "m.prg").expect("it is read");
        let more = Scenario::of([Change::of_indicator("g").adding(4.0)]);
        let model = model.with_scenario("more", more);
        assert_eq!(path(&model, "baseline"), [50.0, 56.25, 59.375]);
        assert_eq!(path(&model, "more"), [55.0, 63.75, 68.125]);
        assert_eq!(
            told(&model),
            [
                "equations are solved from 2021 on, so the data of y in 2021 to 2023 are not used; `track` \
                 makes equations reproduce their data, a later start of `periods` keeps them known"
            ]
        );
        // A saved plan says the same; over other periods there is nothing to say.
        let saved = Model::from_toml(&model.to_toml().expect("written")).expect("read");
        assert_eq!((path(&saved, "more"), told(&saved)), (path(&model, "more"), told(&model)));
        assert!(told(&model.over(span("2024..2024"))).is_empty());
        // The data are still there for what compares equations with them.
        let tracked = model.track(span("2021..2023")).expect("it is tracked");
        assert_eq!(path(&tracked, "baseline"), [50.0, 50.0, 50.0]);
        assert!(told(&tracked).is_empty());
    }

    #[test]
    fn a_plan_of_our_own_keeps_what_is_known_and_warns_when_nothing_is_left_to_compute() {
        let text = |last: i32| {
            let known: Vec<String> = (2020..=last).map(|year| format!("{year} = 50")).collect();
            format!(
                "schema = 1\nname = \"m\"\nperiods = \"2021..2023\"\n[indicators.y]\n\
                 history = {{ {} }}\nequation = \"y = 0.5 * y[-1] + 20\"\n",
                known.join(", ")
            )
        };
        let warned = |model: &Model| {
            let program = model.compile().expect("it compiles");
            let told =
                |problem: &tinbergen::Problem| format!("{}: {}", problem.address, problem.message);
            program.warnings().iter().map(told).collect::<Vec<_>>()
        };
        let ragged = Model::from_toml(&text(2022)).expect("a plan");
        assert_eq!(path(&ragged, "baseline"), [50.0, 50.0, 45.0]);
        assert!(told(&ragged).is_empty() && warned(&ragged).is_empty());
        let whole = Model::from_toml(&text(2023)).expect("a plan");
        assert_eq!(
            warned(&whole),
            [
                "indicators.y.history: is known in all periods of 2021..2023, so its equation is never used \
                 and no scenario changes it; leave those values out to have it computed (`over` does)"
            ]
        );
    }

    proptest! {
        /// However far data reach into the span, paths are those of the recursion by hand and of
        /// the model over the same periods.
        #[test]
        fn data_in_the_span_change_no_number(
            values in prop::collection::vec((-9.0..9.0f64, -9.0..9.0f64), 6),
            reach in 1..6usize,
            slope in -0.9..0.9f64,
        ) {
            let years = || (2020..).map(Period::year);
            let data = Data::default()
                .with("g", years().zip(values.iter().map(|v| v.0)))
                .with("y", years().zip(values.iter().map(|v| v.1)).take(reach));
            let text = format!("y = {slope} * y[-1] + g");
            let over = Some(span("2021..2025"));
            let model = read_text(text.as_bytes(), &data, over, "m.txt").expect("it is read");
            let mut expected = vec![values[0].1];
            for (g, _) in &values[1..] {
                expected.push(slope * expected[expected.len() - 1] + g);
            }
            let found = path(&model, "baseline");
            for (found, expected) in found.iter().zip(&expected[1..]) {
                prop_assert!((found - expected).abs() <= 1e-12 * expected.abs().max(1.0));
            }
            prop_assert_eq!(found, path(&model.over(span("2021..2025")), "baseline"));
            prop_assert_eq!(told(&model).len(), usize::from(reach > 1));
        }
    }
}
