//! Equations that leave an indicator free are refused, and no others; the order of equations in a
//! file changes nothing.

use std::fmt::Write as _;

use proptest::prelude::*;
use tinbergen::import::{Data, read_text};
use tinbergen::{Ensembles, Error, Program, Sampling};

fn compiled(lines: &[&str]) -> Result<Program, Error> {
    let text = format!("periods 2021..2023\n{}\n", lines.join("\n"));
    read_text(text.as_bytes(), &Data::default(), None, "m.txt").and_then(|model| model.compile())
}

fn refused(lines: &[&str]) -> String {
    match compiled(lines) {
        Ok(_) => panic!("{lines:?} compiles"),
        Err(error) => error.to_string(),
    }
}

fn run(lines: &[&str]) -> Ensembles {
    compiled(lines).and_then(|program| program.simulate(&Sampling::new(1, 1))).expect("it runs")
}

fn value(runs: &Ensembles, name: &str, period: usize) -> f64 {
    runs.get("baseline").expect("it ran").paths(name).expect("kept")[(period, 0)]
}

#[test]
fn an_equation_in_which_its_indicator_cancels_out_is_refused() {
    for equation in [
        "y = y",
        "y = 1 * y",
        "y = y + 0",
        "y = 0.6 * y + 0.4 * y",
        "y = y[-1] + y - y[-1]",
        "log(y) = log(y)",
        "y = exp(log(y))",
        "y - y = 0",
        "y - y = 3",
        "0 * y = 3",
        "y / p - y / p = 1",
        "y = y / p * p",
        "y + log(y) = y + log(y) + p",
        "dlog(y) = dlog(y)",
    ] {
        let said = refused(&[
            "data y 2019 = 3, 2020 = 4",
            "data p 2019 = 2, 2020 = 2, 2021 = 2, 2022 = 2, 2023 = 3",
            equation,
        ]);
        assert!(said.contains("indicators.y.equation: "), "{equation}: {said}");
        assert!(said.contains("leaves y free, which cancels out of it"), "{equation}: {said}");
        assert!(said.contains(equation), "{said}");
    }
}

#[test]
fn two_equations_that_say_the_same_are_named_in_any_company() {
    let pair = ["rev = tax + oth", "tax = rev - oth"];
    let others = [
        "y = c + g",
        "c = 0.6 * (y - rev) + 0.4 * h[-1]",
        "data h 2020 = 10",
        "h = h[-1] + y - rev - c",
        "oth = 5",
        "data g 2021 = 20, 2022 = 20, 2023 = 20",
        "data tax 2020 = 7",
    ];
    for lines in [
        pair.iter().chain(&others).copied().collect::<Vec<_>>(),
        others.iter().chain(pair.iter().rev()).copied().collect(),
        pair.iter().copied().chain(["oth = 5"]).collect(),
    ] {
        let said = refused(&lines);
        assert!(said.contains("do not determine") && said.contains("rev, tax"), "{said}");
        assert!(said.contains("\"rev = tax + oth\", \"tax = rev - oth\" say the same"), "{said}");
        assert!(said.contains("indicators.rev.equation"), "{said}");
    }
    // Neither is a coefficient that is a parameter, a sum over several, or a ratio.
    let three = refused(&["a = b + c", "b = a - c", "c = 0.5 * d + 1", "d = 2 * c - 2 + 0 * a"]);
    assert!(three.contains("\"c = 0.5 * d + 1\"") || three.contains("\"a = b + c\""), "{three}");
    let ratio = refused(&[
        "data x 2020 = 2",
        "data y 2020 = 3",
        "data z 2020 = 6",
        "x = z / y",
        "y = z / x",
        "z = 6 + 0.1 * z[-1]",
    ]);
    assert!(ratio.contains("\"x = z / y\", \"y = z / x\""), "{ratio}");
}

#[test]
fn what_contradicts_itself_is_refused_too() {
    let said = refused(&["a = b + 1", "b = a + 1"]);
    assert!(said.contains("2 equations that are solved together in 2021 (a, b)"), "{said}");
    assert!(said.contains("\"a = b + 1\", \"b = a + 1\" say the same, or contradict"), "{said}");
}

#[test]
fn what_is_singular_only_somewhere_is_solved() {
    // A double root; a root at which both sides have one slope.
    let runs = run(&["y = y - (y - 2)^2", "data y 2020 = 5"]);
    assert!((value(&runs, "y", 2) - 2.0).abs() < 1e-3, "{}", value(&runs, "y", 2));
    let runs = run(&["data y 2020 = 3", "y^2 = 4 * y - 4"]);
    assert!((value(&runs, "y", 2) - 2.0).abs() < 1e-3);
    // Regular although values are far apart, small or 0.
    let runs = run(&["a = 1e9 * b + 1", "b = 1e-10 * a + 1"]);
    assert!((value(&runs, "a", 0) / (1e9 + 1.0) * 0.9 - 1.0).abs() < 1e-9);
    let runs = run(&["y = (1 - 1e-6) * y + 1"]);
    assert!((value(&runs, "y", 0) / 1e6 - 1.0).abs() < 1e-6);
    let runs = run(&["data h 2020 = 0", "y = h[-1] * y + 2", "h = 0 * y"]);
    assert!((value(&runs, "y", 2) - 2.0).abs() < 1e-12);
}

/// A system that any order of equations gives: as many unknowns as equations, some curved, with
/// histories that may lie outside the domain of what uses them.
fn system() -> impl Strategy<Value = Vec<String>> {
    let term = (0..6usize, -0.3..0.3f64, 0..5u8);
    prop::collection::vec((prop::collection::vec(term, 1..4), 0.5..5.0f64, -1.0..6.0f64), 6)
        .prop_map(|equations| {
            let mut lines = Vec::new();
            for (i, (terms, constant, history)) in equations.into_iter().enumerate() {
                let mut right = format!("{constant:.3}");
                for (j, weight, kind) in terms {
                    let x = if i == j { format!("x{i}[-1]") } else { format!("x{j}") };
                    let _ = match kind {
                        0 => write!(right, " + {weight:.3} * log({x} + 1)"),
                        1 => write!(right, " + {weight:.3} * sqrt({x} + 0.5)"),
                        2 => write!(right, " + {weight:.3} * max({x}, 1)"),
                        _ => write!(right, " + {weight:.3} * {x}"),
                    };
                }
                lines.push(format!("data x{i} 2020 = {history:.3}"));
                lines.push(format!("x{i} = {right}"));
            }
            lines
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]
    #[test]
    fn numbers_are_the_same_in_any_order_of_equations(
        lines in system(),
        order in Just((0..12).collect::<Vec<usize>>()).prop_shuffle(),
    ) {
        let straight: Vec<&str> = lines.iter().map(String::as_str).collect();
        let shuffled: Vec<&str> = order.iter().map(|&k| lines[k].as_str()).collect();
        let bits = |lines: &[&str]| -> Vec<Option<u64>> {
            let program = compiled(lines).expect("it compiles");
            let ran = program.simulate(&Sampling::new(1, 1));
            (0..18)
                .map(|k| ran.as_ref().ok().map(|r| value(r, &format!("x{}", k % 6), k / 6).to_bits()))
                .collect()
        };
        prop_assert_eq!(bits(&straight), bits(&shuffled));
    }
}
