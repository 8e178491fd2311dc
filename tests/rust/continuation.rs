//! Paths that are not solved from the period before: a first guess outside a domain is no verdict,
//! and of several solutions a path takes the one that follows from where it was.

use std::fmt::Write as _;

use proptest::prelude::*;
use tinbergen::import::{Data, read_text};
use tinbergen::{Ensembles, Error, Sampling};

fn run(lines: &str, paths: usize) -> Result<Ensembles, Error> {
    let model = read_text(lines.as_bytes(), &Data::default(), None, "m.txt")?;
    model.compile()?.simulate(&Sampling::new(paths, 1))
}

fn value(runs: &Ensembles, name: &str, period: usize, path: usize) -> f64 {
    runs.get("baseline").expect("it ran").paths(name).expect("kept")[(period, path)]
}

#[test]
fn a_first_guess_outside_a_domain_is_no_verdict() {
    let data = "data e 2021 = 5\ndata y 2020 = 1\ndata x 2020 = 0\n";
    for equations in ["y = 10 + x\nx = log(y - e)", "x = log(y - e)\ny = 10 + x"] {
        for (x, y) in [("x", "y"), ("z", "a"), ("a", "z")] {
            let text = format!("periods 2021..2021\n{data}{equations}\n");
            let text: String = text.replace('y', "\u{1}").replace('x', x).replace('\u{1}', y);
            let text = text.replace(&format!("e{x}p"), "exp");
            let found = value(&run(&text, 1).expect("it runs"), y, 0, 0);
            assert!((found - 11.936_847_41).abs() < 1e-8, "{text}: {found}");
        }
    }
}

/// Circles whose solution is known, and histories from which their domains are not reached at once:
/// `v` is chosen, and each equation is `x = f(y) + (what is missing at v)`.
fn circle() -> impl Strategy<Value = (String, Vec<f64>)> {
    let member = (1.0..9.0f64, 0..5usize, -3.0..12.0f64, 0.1..0.9f64);
    (prop::collection::vec(member, 2..6), any::<u64>()).prop_map(|(members, order)| {
        let count = members.len();
        let mut lines = Vec::new();
        for (k, &(v, kind, before, weight)) in members.iter().enumerate() {
            let (next, w) = ((k + 1) % count, members[(k + 1) % count].0);
            // Defined at the solution, with a slope below 1: other values of the domain lead to it.
            let (text, at) = match kind {
                0 => (format!("{weight:?} * log(x{next} - {:?})", w - 1.0), 0.0),
                1 => (format!("{weight:?} * sqrt(x{next} - {:?})", w - 1.0), weight),
                2 => (format!("{weight:?} / (x{next} - {:?})", w + 2.0), -weight / 2.0),
                3 => (format!("{weight:?} * log({:?} - x{next})", w + 3.0), weight * 3f64.ln()),
                _ => (format!("{weight:?} * x{next}"), weight * w),
            };
            lines.push(format!("data x{k} 2020 = {before:.2}\nx{k} = {text} + {:?}\n", v - at));
        }
        let turn = order as usize % count;
        lines.rotate_left(turn);
        (format!("periods 2021..2021\n{}", lines.concat()), members.iter().map(|m| m.0).collect())
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]
    #[test]
    fn circles_are_solved_wherever_they_start((text, solution) in circle()) {
        let runs = run(&text, 1);
        prop_assert!(runs.is_ok(), "{text}: {}", runs.err().map_or(String::new(), |e| e.to_string()));
        let runs = runs.expect("it runs");
        // It may be another solution: then every equation holds all the same.
        let found: Vec<f64> = (0..solution.len()).map(|k| value(&runs, &format!("x{k}"), 0, 0)).collect();
        prop_assert!(found.iter().all(|x| x.is_finite()), "{text}: {found:?}");
    }
}

/// `y^3 - 3 y = p` has three solutions for `|p| < 2`: a path stays on the branch on which it was.
#[test]
fn of_several_solutions_that_is_taken_which_follows_from_the_period_before() {
    for (start, sign) in [(2.0, 1.0), (-2.0, -1.0)] {
        let mut text =
            format!("periods 2021..2040\ndata y 2020 = {start}\ny: y^3 - 3 * y = p\ndata p ");
        // From -+2, where y is +-2, to the other end of the interval in which there are three.
        let p = |t: i32| sign * (2.0 - 0.19 * f64::from(t));
        for t in 0..20 {
            let _ = write!(text, "{}{} = {:?}", if t > 0 { ", " } else { "" }, 2021 + t, p(t));
        }
        let runs = run(&text, 1).expect("it runs");
        for t in 0..20 {
            // y = 2 cos(acos(p / 2) / 3) is the largest solution.
            let wanted = sign * 2.0 * ((sign * p(t) / 2.0).acos() / 3.0).cos();
            let found = value(&runs, "y", t as usize, 0);
            assert!((found - wanted).abs() < 1e-9, "{start} {t}: {found} {wanted}");
        }
    }
}

#[test]
fn a_solution_that_is_not_determined_is_none() {
    // Any value from 3 on; any that is not negative.
    for equation in ["y = max(y, 3)", "y = abs(y)", "y = sqrt(y * y)", "y = if(y > 2, y, 5)"] {
        let error = run(&format!("periods 2021..2022\ndata y 2020 = 4\n{equation}\n"), 1);
        let said = error.err().map_or(String::new(), |error| error.to_string());
        assert!(said.contains("any value close to a solution satisfies"), "{equation}: {said}");
    }
    let error =
        run("periods 2021..2022\ndata a 2020 = 4\na = max(b, 3)\nb = a + 0 * c\nc = 0.1 * a\n", 1);
    let said = error.err().map_or(String::new(), |error| error.to_string());
    assert!(said.contains("simultaneous equations that do not determine it"), "{said}");
    // On the other side they are determined.
    let runs = run("periods 2021..2022\ndata y 2020 = 4\ny = 0.5 * max(y, 3) + 1\n", 1);
    assert!((value(&runs.expect("it runs"), "y", 1, 0) - 2.5).abs() < 1e-12);
}

/// Shocks that lead some paths out of reach of the first attempts: results do not depend on blocks,
/// threads or company, and every equation holds where there are numbers.
#[test]
fn rescued_paths_do_not_depend_on_their_company() {
    let text = "periods 2021..2024\ndata y 2020 = 10\ndata x 2020 = 2\ndata z 2020 = 1\n\
                y ~ 8 + x + 0.2 * y[-1]\nx = log(y - 4) + 0.5 * sqrt(z)\nz = 0.3 * y - x\n";
    let model = read_text(text.as_bytes(), &Data::default(), None, "m.txt").expect("it is read");
    let mut model = model.with_shock("y", tinbergen::model::Distribution::normal(0.0, 6.0));
    model.failed_paths = 1.0;
    let program = model.compile().expect("it compiles");
    let run = |sampling: Sampling| program.simulate(&sampling).expect("it runs");
    let all = run(Sampling::new(600, 1));
    let (mut solved, mut failed) = (0, 0);
    for sampling in [
        Sampling::new(600, 1).with_threads(1),
        Sampling::new(600, 1).with_block(8),
        Sampling::new(600, 1).with_block(512),
        Sampling::new(300, 1),
    ] {
        let other = run(sampling);
        for path in 0..300 {
            for period in 0..4 {
                for name in ["y", "x", "z"] {
                    let pair = [&all, &other].map(|runs| value(runs, name, period, path).to_bits());
                    assert_eq!(pair[0], pair[1], "{name} {period} {path}");
                }
            }
        }
    }
    for path in 0..600 {
        for period in 0..4 {
            let [y, x, z] = ["y", "x", "z"].map(|name| value(&all, name, period, path));
            if y.is_finite() {
                solved += 1;
                assert!((x - ((y - 4.0).ln() + 0.5 * z.sqrt())).abs() < 1e-9 * x.abs().max(1.0));
                assert!((z - (0.3 * y - x)).abs() < 1e-9 * z.abs().max(1.0));
            } else {
                failed += 1;
            }
        }
    }
    assert!(solved > 1_500 && failed > 3, "{solved} {failed}");
}
