//! Published models that ship (tests/models), against a solver that knows nothing of this library
//! (scripts/solve_models.py), and against their published numbers.

use tinbergen::estimate::{Identities, identity_check};
use tinbergen::import::{Data, read_text};
use tinbergen::model::Distribution;
use tinbergen::period::Period;
use tinbergen::{Ensembles, Model, Sampling};

fn file(model: &str, name: &str) -> Vec<u8> {
    let path = crate::root().join("tests/models").join(model).join(name);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn table(model: &str, name: &str) -> Data {
    Data::from_csv(&file(model, name), name).expect("a table")
}

fn read(model: &str) -> Model {
    let data = table(model, "data.csv");
    read_text(&file(model, "model.txt"), &data, None, model).expect("it is read")
}

fn run(model: &Model) -> Ensembles {
    model.compile().and_then(|program| program.simulate(&Sampling::new(1, 1))).expect("it runs")
}

fn value(runs: &Ensembles, name: &str, year: i32) -> f64 {
    runs.get("baseline").expect("it ran").row(name, Period::year(year)).expect("kept")[0]
}

/// Every indicator in every period is that of the other solver.
fn agrees(name: &str, equations: usize, periods: usize) {
    let model = read(name);
    // The series of its table begin together, and most end before the span.
    let ends =
        |note: &tinbergen::model::Note| note.message.contains("not all series have the ends");
    assert!(model.notes().iter().all(ends), "{:?}", model.notes());
    assert_eq!(model.indicators.values().filter(|i| i.equation.is_some()).count(), equations);
    let runs = run(&model);
    let expected = table(name, "expected.csv");
    let mut checked = 0;
    for indicator in expected.names() {
        for (&period, &wanted) in expected.series(indicator).expect("a column") {
            let found =
                runs.get("baseline").expect("it ran").row(indicator, period).expect("kept")[0];
            let difference = (found - wanted).abs() / wanted.abs().max(1.0);
            assert!(difference < 1e-11, "{indicator} {period}: {found} {wanted}");
            checked += 1;
        }
    }
    assert_eq!(checked, equations * periods);
}

#[test]
fn sim_is_what_another_solver_gives() {
    agrees("sim", 11, 60);
    let runs = run(&read("sim"));
    for (year, published) in [(2001, 38.462), (2002, 47.929)] {
        assert!((value(&runs, "y", year) - published).abs() < 5e-4);
    }
    assert!((value(&runs, "y", 2060) - 100.0).abs() < 0.01);
}

#[test]
fn pc_is_what_another_solver_gives() {
    agrees("pc", 10, 60);
    let runs = run(&read("pc"));
    for (name, published) in [("y", 106.4865), ("v", 86.4865), ("bh", 64.8649)] {
        assert!((value(&runs, name, 2009) - published).abs() < 5e-5, "{name}");
    }
}

#[test]
fn lp1_is_what_another_solver_gives() {
    agrees("lp1", 21, 60);
    // The published start is a steady state to the digits that are printed.
    let runs = run(&read("lp1"));
    for (name, published) in [("v", 95.803), ("bh", 37.839), ("blh", 1.892)] {
        assert!((value(&runs, name, 2009) / published - 1.0).abs() < 1e-3, "{name}");
    }
}

#[test]
fn klein_s_model_is_what_another_solver_gives() {
    agrees("klein1", 7, 21);
}

#[test]
fn a_growing_economy_of_a_hundred_equations_is_what_another_solver_gives() {
    agrees("growing_economy", 100, 40);
}

/// What no equation says follows from all of them, whatever is drawn.
#[test]
fn the_equation_left_out_holds_in_every_path_of_a_growing_economy() {
    let model = read("growing_economy")
        .with_shock("c", Distribution::normal(0.0, 0.5))
        .with_shock("omega_t", Distribution::normal(0.0, 0.01))
        .with_shock("gr_k", Distribution::normal(0.0, 0.002));
    let program = model.compile().expect("it compiles");
    let runs = program.simulate(&Sampling::new(300, 1)).expect("it runs");
    let left_out = ["hs = hh + hb", "v + ofb + nwf - gd + bcb - hs = kv + inv", "nwb = 0"];
    let which = Identities::new().further(left_out);
    let rows = identity_check(&program, &runs, "baseline", &which, &mut |_, _| true).expect("held");
    for equation in left_out {
        let row = rows.iter().find(|row| row.equation == equation).expect("it was asked for");
        // Sums of balance sheets of some 2,000 are exact to what the solver leaves.
        assert!(row.periods == 40 && row.largest < 5e-9, "{row:?}");
    }
    let spread = runs.get("baseline").expect("it ran").paths("y").expect("kept");
    let last = spread.row(39);
    assert!(last.iter().fold(f64::MIN, |a, &b| a.max(b)) > 1.02 * last[0].min(last[1]));
}
