//! Conditioning on outturns, held against closed forms.

use tinbergen::model::{Distribution, Indicator, Process};
use tinbergen::outturns::{Date, Outturn, Outturns};
use tinbergen::period::Period;
use tinbergen::{Design, Ensembles, Model, Sampling};

fn period(year: i32) -> Period {
    Period::year(year)
}

fn date(text: &str) -> Date {
    text.parse().expect("a date")
}

fn outturn(indicator: &str, year: i32, value: f64) -> Outturn {
    Outturn::new(indicator, period(year), value, date(&format!("{}-03-01", year + 1)))
}

fn outturns(rows: Vec<Outturn>) -> Outturns {
    Outturns::new(rows).expect("rows that can be")
}

fn growth_model() -> Model {
    Model::new("growth", "2021..2030".parse().expect("a span"))
        .with_indicator(
            "gdp",
            Indicator::from_process(Process::growth("trend")).with_history(period(2020), 100.0),
        )
        .with_parameter("trend", Distribution::normal(0.05, 0.02))
        .with_shock("gdp", Distribution::normal(0.0, 0.03))
}

fn tracked(model: &Model, rows: Vec<Outturn>, sampling: &Sampling) -> Ensembles {
    let program = model.compile().expect("a model");
    let tracked = program.observe(&outturns(rows), None).expect("outturns that fit");
    tracked.simulate(sampling).expect("a run")
}

/// Weighted mean and variance of a function of an indicator in a year.
fn moments(runs: &Ensembles, indicator: &str, year: i32, of: fn(f64) -> f64) -> (f64, f64) {
    let ensemble = runs.get("baseline").expect("it ran");
    let row = ensemble.row(indicator, period(year)).expect("it is kept");
    let weights = ensemble.weights().expect("weights");
    let mean: f64 = row.iter().zip(weights).map(|(x, w)| w * of(*x)).sum();
    let square: f64 = row.iter().zip(weights).map(|(x, w)| w * (of(*x) - mean).powi(2)).sum();
    (mean, square)
}

/// The posterior of a normal mean whose variance is known: precisions add up.
#[test]
fn the_trend_is_learnt_as_the_conjugate_posterior_says() {
    let growth = [0.08, 0.02, 0.11];
    let mut level = 100.0;
    let rows = growth.iter().enumerate().map(|(k, g): (usize, &f64)| {
        level *= g.exp();
        outturn("gdp", 2021 + k as i32, level)
    });
    let sampling = Sampling::new(40_000, 1).with_design(Design::Antithetic);
    let runs = tracked(&growth_model(), rows.collect(), &sampling);
    let ensemble = runs.get("baseline").expect("it ran");
    assert!((ensemble.effective_paths() / 40_000.0 - 1.0).abs() < 1e-9, "all weights are equal");
    let precision = 1.0 / 0.02f64.powi(2) + 3.0 / 0.03f64.powi(2);
    let mean = (0.05 / 0.02f64.powi(2) + growth.iter().sum::<f64>() / 0.03f64.powi(2)) / precision;
    for h in 1..=7 {
        let (found, variance) = moments(&runs, "gdp", 2023 + h, f64::ln);
        let wanted = level.ln() + f64::from(h) * mean;
        assert!((found - wanted).abs() < 1e-9, "{h}: {found} {wanted}"); // mirror images leave no error
        let wanted = f64::from(h) * 0.03f64.powi(2) + f64::from(h * h) / precision;
        // Relative standard error of a variance sqrt(2 / 20,000) = 1 %; false alarm below 1e-6.
        assert!((variance / wanted - 1.0).abs() < 0.05, "{h}: {variance} {wanted}");
    }
    let gdp = ensemble.paths("gdp").expect("kept");
    assert!(gdp.row(2).iter().all(|value| *value == level));
    // The density of the data: a normal with variance s^2 I + t^2 1 1'.
    let (s2, t2) = (0.03f64.powi(2), 0.02f64.powi(2));
    let centred: Vec<f64> = growth.iter().map(|g| g - 0.05).collect();
    let sum: f64 = centred.iter().sum();
    let square: f64 =
        centred.iter().map(|c| c * c).sum::<f64>() / s2 - sum * sum * t2 / (s2 * (s2 + 3.0 * t2));
    let determinant = s2 * s2 * (s2 + 3.0 * t2);
    let mut log = -0.5 * (square + determinant.ln() + 3.0 * (2.0 * std::f64::consts::PI).ln());
    let mut level = 100.0;
    for g in growth {
        level *= f64::exp(g);
        log -= f64::ln(level);
    }
    let evidence = ensemble.evidence().expect("evidence");
    assert!((evidence - log).abs() < 1e-6, "{evidence} {log}");
}
