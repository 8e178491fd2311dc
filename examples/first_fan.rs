//! A first fan: one indicator, written in code, simulated and summarised.
//!
//! Run with `cargo run --example first_fan`.

#![allow(clippy::print_stdout, clippy::format_push_string, reason = "prints for a reader")]

use tinbergen::model::{Distribution, Indicator, Process};
use tinbergen::{Model, Sampling};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let growth = Process::growth(0.06).with_persistence(0.5);
    let gdp = Indicator::from_process(growth)
        .with_unit("CNY 100 million")
        .with_history("2020".parse()?, 1008.5);
    let model = Model::new("A first fan", "2021..2025".parse()?)
        .with_indicator("gdp", gdp)
        .with_shock("gdp", Distribution::normal(0.0, 0.02));

    let runs = model.compile()?.simulate(&Sampling::new(10_000, 1))?;
    let fan = runs.get("baseline")?.fan("gdp", &[0.05, 0.5, 0.95])?;
    println!("period    5 %   median     95 %");
    for row in &fan.periods {
        let [low, median, high] = row.quantiles[..] else { continue };
        println!("{}  {low:8.1} {median:8.1} {high:8.1}", row.period);
    }

    // The median of log growth is its mean, so the median of GDP has a closed form.
    let expected = 1008.5 * tinbergen::math::exp(5.0 * 0.06);
    let median = fan.periods[4].quantiles[1];
    assert!((median / expected - 1.0).abs() < 0.005, "{median} is not {expected}");
    Ok(())
}
