//! Intervals cover the truth as often as they say: in every design, in mixtures with large and small
//! strata, where paths weigh differently; also where few paths meet a target, or none.
//!
//! `benches/intervals.py` is the long version, and docs/intervals.md has its table.

use std::fmt::Write;

use statrs::distribution::{ContinuousCDF, Normal};
use tinbergen::outturns::{Outturn, Outturns, Precision};
use tinbergen::simulate::Ensembles;
use tinbergen::{Design, Model, Sampling, plan};

const PATHS: usize = 64;
const SEEDS: u64 = 400;
/// How many paths of the baseline are expected to meet a target.
const COUNTS: [f64; 8] = [0.5, 1.0, 2.0, 3.0, 5.0, 8.0, 12.0, 20.0];

/// A random walk of four steps, of which scenarios shift one; the probability of each, and its shift.
struct Walk {
    scenarios: &'static [(f64, f64)],
    /// Is the first step measured, with an error as large as itself?
    measured: bool,
}

impl Walk {
    /// Mean and standard deviation of where it ends in the baseline.
    fn end(&self) -> (f64, f64) {
        if self.measured { (0.4, 3.5f64.sqrt()) } else { (0.0, 2.0) }
    }

    /// The bound that so many paths of the baseline are expected to reach.
    fn bound(&self, count: f64) -> f64 {
        let (mean, sd) = self.end();
        mean + sd * Normal::standard().inverse_cdf(1.0 - count / PATHS as f64)
    }

    /// The probability in the mixture.
    fn truth(&self, count: f64) -> f64 {
        let (mean, sd) = self.end();
        let bound = self.bound(count);
        let tail = |shift: f64| Normal::standard().sf((bound - mean - shift) / sd);
        let others: f64 = self.scenarios.iter().map(|(p, _)| p).sum();
        (1.0 - others) * tail(0.0) + self.scenarios.iter().map(|(p, s)| p * tail(*s)).sum::<f64>()
    }

    fn model(&self) -> Model {
        let mut text = "schema = 1\nname = \"walk\"\nperiods = \"2021..2024\"\n[indicators.x]\n\
                        history = { 2020 = 0 }\nprocess = { kind = \"change\", mean = 0 }\n\
                        [shocks.x]\nnormal = { sd = 1 }\n"
            .to_owned();
        for (k, (probability, shift)) in self.scenarios.iter().enumerate() {
            writeln!(
                text,
                "[scenarios.s{k}]\nprobability = {probability}\n\
                 changes = [{{ shock = \"x\", periods = \"2023\", add = {shift} }}]"
            )
            .expect("text");
        }
        for (k, count) in COUNTS.iter().enumerate() {
            let bound = self.bound(*count);
            let target = "indicator = \"x\"\nperiod = 2024";
            writeln!(text, "[[targets]]\nid = \"t{k}\"\n{target}\nat_least = {bound}")
                .expect("text");
        }
        Model::from_toml(&text).expect("a model")
    }

    /// In how many runs of a hundred each interval has the truth in it.
    fn covered(&self, design: Design) -> Vec<f64> {
        let program = self.model().compile().expect("compiles");
        let date = "2022-03-01".parse().expect("a date");
        let noisy = Outturn::new("x", "2021".parse().expect("a period"), 0.8, date)
            .with_precision(Precision::Sd(1.0));
        let known = Outturns::new(vec![noisy]).expect("a row");
        let tracked = program.observe(&known, None).expect("it fits");
        let prior = tracked.by_prior().expect("it has an error");
        let run = |seed: u64| -> Ensembles {
            let sampling = Sampling::new(PATHS, seed).with_design(design);
            let runs =
                if self.measured { prior.simulate(&sampling) } else { program.simulate(&sampling) };
            runs.expect("it runs")
        };
        let name = if self.scenarios.is_empty() { "baseline" } else { "mixture" };
        let mut covered = vec![0.0; COUNTS.len()];
        for seed in 0..SEEDS {
            let runs = run(seed);
            let rows = plan::attainment(&runs).expect("rows");
            let of_name = rows.iter().filter(|row| row.scenario == name && !row.is_set);
            for ((row, count), covered) in of_name.zip(COUNTS).zip(&mut covered) {
                let (p, truth) = (row.probability, self.truth(count));
                *covered +=
                    if p.low <= truth && truth <= p.high { 100.0 / SEEDS as f64 } else { 0.0 };
            }
        }
        covered
    }
}

const WALKS: [(&str, Walk); 8] = [
    ("one scenario", Walk { scenarios: &[], measured: false }),
    ("0.98 and 0.02", Walk { scenarios: &[(0.02, 4.0)], measured: false }),
    ("0.9 and 0.1", Walk { scenarios: &[(0.1, 4.0)], measured: false }),
    ("0.9 and 0.1, alike", Walk { scenarios: &[(0.1, 0.0)], measured: false }),
    ("0.5 and 0.5", Walk { scenarios: &[(0.5, 1.0)], measured: false }),
    ("0.6, 0.3 and 0.1", Walk { scenarios: &[(0.3, 1.0), (0.1, 3.0)], measured: false }),
    ("weighted", Walk { scenarios: &[], measured: true }),
    ("weighted, 0.9 and 0.1", Walk { scenarios: &[(0.1, 2.0)], measured: true }),
];

/// 400 seeds a cell. If a cell covers the truth in 89 % of all runs, it does so in fewer than 81.5 of a
/// hundred of these once in half a million; the mean of a row, whose cells have their seeds in
/// common, moves by 0.9 at most, and leaves 90 to 99.5 as rarely: a false alarm of all is below 1e-4.
#[test]
fn intervals_cover_the_truth_as_often_as_they_say_in_every_design() {
    for (name, walk) in &WALKS {
        for design in Design::names() {
            let covered = walk.covered(design.parse().expect("a name"));
            let mean = covered.iter().sum::<f64>() / covered.len() as f64;
            assert!((90.0..=99.5).contains(&mean), "{name}, {design}: {covered:?}");
            assert!(covered.iter().all(|cell| *cell >= 81.5), "{name}, {design}: {covered:?}");
        }
    }
}

/// What two scenarios that are the same have together is what each of them has.
#[test]
fn strata_that_agree_have_the_interval_of_one() {
    let program = WALKS[3].1.model().compile().expect("compiles");
    for design in Design::names() {
        let sampling = Sampling::new(PATHS, 5).with_design(design.parse().expect("a name"));
        let runs = program.simulate(&sampling).expect("runs");
        let rows = plan::attainment(&runs).expect("rows");
        let of = |name: &str| rows.iter().filter(|row| row.scenario == name).collect::<Vec<_>>();
        for (mixed, alone) in of("mixture").iter().zip(of("baseline")) {
            let (a, b) = (mixed.probability, alone.probability);
            let far = (a.low - b.low).abs().max((a.high - b.high).abs());
            assert!(far < 1e-9, "{design}: {a:?} and {b:?}");
            assert_eq!(mixed.headroom, alone.headroom, "{design}");
        }
        let fan = |name: &str| -> Vec<Vec<f64>> {
            let fan = runs.get(name).expect("it ran").fan("x", &[0.05, 0.5, 0.95]).expect("a fan");
            fan.periods.into_iter().map(|period| period.quantiles).collect()
        };
        assert_eq!(fan("mixture"), fan("baseline"), "{design}");
    }
}
