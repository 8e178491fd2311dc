//! Outturns on what has a floor, a ceiling, branches or heavy tails: the posterior is right.

use tinbergen::model::{Distribution, Indicator};
use tinbergen::outturns::{Outturn, Outturns, Precision};
use tinbergen::{Ensemble, Model, Sampling};

fn observed(model: &Model, outturn: Outturn, paths: usize) -> Ensemble {
    let outturns = Outturns::new(vec![outturn]).expect("outturns");
    let tracked = model.compile().expect("compiles").observe(&outturns, None).expect("observed");
    let runs = tracked.simulate(&Sampling::new(paths, 1)).expect("runs");
    runs.get("baseline").expect("baseline").clone()
}

fn outturn(indicator: &str, period: &str, value: f64) -> Outturn {
    let (period, day) = (period.parse().expect("period"), "2024-03-01".parse().expect("date"));
    Outturn::new(indicator, period, value, day)
}

/// The weighted share of the paths in which an indicator is at least something.
fn share(ensemble: &Ensemble, indicator: &str, row: usize, least: f64) -> f64 {
    let paths = ensemble.paths(indicator).expect("kept");
    let weights = ensemble.weights().expect("weights");
    let row = paths.row(row);
    row.iter().zip(weights).filter(|(x, _)| **x >= least).map(|(_, w)| w).sum()
}

fn walk(equation: &str) -> Model {
    Model::new("walk", "2021..2023".parse().expect("span"))
        .with_indicator(
            "x",
            Indicator::from_equation("x ~ x[-1]").with_history("2020".parse().expect("p"), 0.0),
        )
        .with_indicator("c", Indicator::from_equation(equation))
        .with_shock("x", Distribution::normal(0.0, 1.0))
}

#[test]
fn a_ceiling_that_is_met_has_the_probability_of_what_is_above_it() {
    let found = observed(&walk("c = min(1, x)"), outturn("c", "2021", 1.0), 20_000);
    let evidence = found.evidence().expect("conditioned");
    assert!((evidence + 1.841).abs() < 0.001, "{evidence} {}", found.effective_paths());
    let p = share(&found, "x", 2, 1.0);
    assert!((p - 0.6367).abs() < 0.015, "{p}");
}

#[test]
fn a_ceiling_that_is_measured_has_both_its_parts() {
    let noisy = outturn("c", "2021", 1.0).with_precision(Precision::Sd(0.3));
    let found = observed(&walk("c = min(1, x)"), noisy, 20_000);
    let evidence = found.evidence().expect("conditioned");
    assert!((evidence + 1.024).abs() < 0.03, "{evidence} {}", found.effective_paths());
    let p = share(&found, "x", 2, 1.0);
    assert!((p - 0.5513).abs() < 0.015, "{p}");
}

/// `a` is normal around 0.3: two branches, of which the right one is likelier.
#[test]
fn both_branches_of_a_size_are_taken() {
    for (mean, below, evidence) in [(0.3, 0.3543, -0.726), (0.0, 0.5, -0.7258)] {
        let model = Model::new("branches", "2021..2021".parse().expect("span"))
            .with_indicator("a", Indicator::from_equation("a ~ 0"))
            .with_indicator("y", Indicator::from_equation("y = abs(a)"))
            .with_shock("a", Distribution::normal(mean, 1.0));
        let found = observed(&model, outturn("y", "2021", 1.0), 20_000);
        let p = 1.0 - share(&found, "a", 0, 0.0);
        assert!((p - below).abs() < 0.015, "{mean}: {p}");
        let density = |z: f64| (-0.5 * z * z).exp() / (2.0 * std::f64::consts::PI).sqrt();
        let right = (density(1.0 - mean) + density(1.0 + mean)).ln();
        assert!((right - evidence).abs() < 0.001);
        assert!((found.evidence().expect("conditioned") - right).abs() < 1e-6);
        assert!(found.effective_paths() > 19_999.0);
    }
}

/// A share near nothing, measured with a large error: what no share explains is left to the weight.
#[test]
fn a_share_near_its_floor_is_measured() {
    let model = Model::new("share", "2021..2021".parse().expect("span"))
        .with_indicator(
            "s",
            Indicator::from_process(tinbergen::model::Process::share(0.0, 1.0))
                .with_history("2020".parse().expect("p"), 0.03),
        )
        .with_shock("s", Distribution::normal(0.0, 0.5));
    let noisy = outturn("s", "2021", 0.03).with_precision(Precision::Sd(0.02));
    let found = observed(&model, noisy, 20_000);
    let (paths, weights) = (found.paths("s").expect("kept"), found.weights().expect("weights"));
    let mean: f64 = paths.row(0).iter().zip(weights).map(|(x, w)| x * w).sum();
    assert!((mean - 0.02997).abs() < 0.0003, "{mean}");
    assert!((share(&found, "s", 0, 0.0506) - 0.05).abs() < 0.005);
    assert_eq!(found.failed_paths(), 0);
}

/// Two heavy tails and one measured sum: the weights are bounded.
#[test]
fn heavy_tails_keep_their_paths_however_many_there_are() {
    let model = Model::new("tails", "2021..2022".parse().expect("span"))
        .with_indicator(
            "x",
            Indicator::from_equation("x ~ x[-1]").with_history("2020".parse().expect("p"), 0.0),
        )
        .with_shock("x", Distribution::student_t(0.0, 1.0, 3.0));
    let shares: Vec<f64> = [4000, 20_000, 100_000]
        .into_iter()
        .map(|paths| {
            let noisy = outturn("x", "2022", 3.0).with_precision(Precision::Sd(0.5));
            observed(&model, noisy, paths).effective_paths() / paths as f64
        })
        .collect();
    assert!(shares.iter().all(|share| *share > 0.2), "{shares:?}");
    let (low, high) = (
        shares.iter().fold(1.0, |a: f64, b| a.min(*b)),
        shares.iter().fold(0.0, |a: f64, b| a.max(*b)),
    );
    assert!(high / low < 1.15, "{shares:?}");
}
