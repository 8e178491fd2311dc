//! Published models against the results of their own engines; skipped where the files are not there.

use std::path::PathBuf;

use tinbergen::import::{Data, read_frbus};
use tinbergen::model::{Change, Scenario};
use tinbergen::period::{Period, Span};
use tinbergen::{Ensembles, Model, Sampling};

/// A folder of models and reference results beside the project.
fn shared(file: &str) -> Option<Vec<u8>> {
    let root = std::env::var_os("TINBERGEN_SHARED").map(PathBuf::from);
    let root = root.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared"));
    std::fs::read(root.join(file)).ok()
}

fn table(file: &str) -> Option<Data> {
    Some(Data::from_csv(&shared(file)?, file).expect("a table"))
}

fn span(text: &str) -> Span {
    text.parse().expect("a span")
}

/// FRB/US on its data, as in the public demonstration: fiscal rules that stabilise the surplus.
fn frbus() -> Option<Model> {
    let data = table("models/frbus/longbase.csv")?;
    let periods = span("2040-Q1..2045-Q4");
    let mut model =
        read_frbus(&shared("models/frbus/model.xml")?, &data, periods).expect("it is read");
    for (switch, value) in [("dfpdbt", 0.0), ("dfpsrp", 1.0)] {
        let history = &mut model.indicators.get_mut(switch).expect("a switch").history;
        periods.periods().for_each(|period| {
            history.insert(period, value.into());
        });
    }
    Some(model.track(periods).expect("it tracks"))
}

fn value(runs: &Ensembles, scenario: &str, indicator: &str, period: Period) -> f64 {
    runs.get(scenario).expect("it ran").row(indicator, period).expect("kept")[0]
}

/// The largest difference from a table of reference values, relative to their size or to 0.01,
/// since differences of rates are next to nothing in the baseline.
fn worst(runs: &Ensembles, scenario: &str, reference: &Data) -> (f64, String) {
    let mut worst = (0.0, String::new());
    for name in reference.names() {
        for (&period, &expected) in reference.series(name).expect("a column") {
            let found = value(runs, scenario, name, period);
            let difference = (found - expected).abs() / expected.abs().max(0.01);
            if !(difference <= worst.0) {
                worst = (difference, format!("{name} {period}: {found} {expected}"));
            }
        }
    }
    worst
}

#[test]
fn frbus_gives_the_numbers_of_its_own_engine() {
    let Some(model) = frbus() else { return };
    let folder = "reference/models/frbus_var";
    let baseline = table(&format!("{folder}_baseline_2040Q1_2045Q4_all284.csv")).expect("a table");
    let shock = table(&format!("{folder}_rffshock_2040Q1_2045Q4_all284.csv")).expect("a table");
    let up = Change::of_indicator("rffintay").over(span("2040-Q1")).adding(1.0);
    let model = model.with_scenario("tighter", Scenario::of([up]));
    assert!(model.indicators.values().filter(|i| i.equation.is_some()).count() == 284);
    let program = model.compile().expect("it compiles");
    let runs = program.simulate(&Sampling::new(1, 1)).expect("it runs");
    let (difference, place) = worst(&runs, "baseline", &baseline);
    println!("{difference:e} {place}");
    assert!(difference < 1e-9, "{difference:e} {place}");
    let (difference, place) = worst(&runs, "tighter", &shock);
    println!("{difference:e} {place}");
    assert!(difference < 1e-9, "{difference:e} {place}");
}
