//! What does not fit in a plan, before anything is simulated:
//! `cargo run --example check_plan plans/yuecheng.toml`

#![allow(clippy::print_stdout, reason = "an example shows what it found")]

use tinbergen::{Model, plan};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let path = std::env::args().nth(1).unwrap_or_else(|| "plans/yuecheng.toml".to_owned());
    let program = Model::read(path)?.compile()?;
    for finding in plan::consistency(&program) {
        println!("{finding}\n  sources: {}", finding.sources.join("; "));
        println!("  to resolve it: {}", finding.resolve);
    }
    Ok(())
}
