//! The targets of a plan file: how likely each is, and how likely all of them are together.
//!
//! Run with `cargo run --example plan_targets [PLAN] [SCENARIO]`.

#![allow(clippy::print_stdout, clippy::format_push_string, reason = "prints for a reader")]

use tinbergen::plan::attainment_in;
use tinbergen::{Model, Sampling};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().unwrap_or_else(|| "plans/yuecheng.toml".to_owned());
    let scenario = arguments.next().unwrap_or_else(|| "baseline".to_owned());
    let model = Model::read(path)?;
    let program = model.compile()?;
    let runs = program.simulate(&Sampling::new(2_000, 1).with_scenarios([scenario.as_str()]))?;
    let rows = attainment_in(&model, runs.get(&scenario)?)?;
    for row in &rows {
        let p = row.probability;
        println!(
            "{:32} {:5.1} %  ({:.1} to {:.1})",
            row.target,
            100.0 * p.value,
            100.0 * p.low,
            100.0 * p.high
        );
    }

    let probability =
        |name: &str| rows.iter().find(|row| row.target == name).map(|r| r.probability.value);
    let least =
        rows.iter().filter(|row| !row.is_set).map(|row| row.probability.value).fold(1.0, f64::min);
    assert!(
        probability("all").is_some_and(|all| all <= least),
        "together is never likelier than each"
    );
    Ok(())
}
