//! *From the targets of a plan to the probability that they are met, together.*
//!
//! A [`Model`] says what there is: indicators, the equations that drive them, what is uncertain,
//! scenarios, targets. Compiled, it is a [`Program`]; simulated, [`Ensembles`] of paths, one for
//! each scenario and all under common random numbers; and of these one asks for fans, for the probability of
//! each target, and for that of all of them together.
//!
//! ```
//! use tinbergen::model::{Distribution, Indicator, Process, Target};
//! use tinbergen::{Model, Sampling, plan};
//!
//! let model = Model::new("a first plan", "2021..2025".parse()?)
//!     .with_indicator(
//!         "gdp",
//!         Indicator::from_process(Process::growth("trend"))
//!             .with_unit("CNY 100 million")
//!             .with_history("2020".parse()?, 1008.5),
//!     )
//!     .with_indicator(
//!         "per_head",
//!         Indicator::from_equation("per_head = gdp / 77.04").with_unit("CNY 10,000"),
//!     )
//!     .with_parameter("trend", Distribution::normal(0.075, 0.01)) // drawn once per path
//!     .with_shock("gdp", Distribution::normal(0.0, 0.02)) // drawn per path and period
//!     .with_target(Target::at_least("gdp-2025", "gdp", "2025".parse()?, 1500.0))
//!     .with_target(Target::at_least("per-head-2025", "per_head", "2025".parse()?, 17.0));
//!
//! let runs = model.compile()?.simulate(&Sampling::new(20_000, 1))?;
//! let fan = runs.get("baseline")?.fan("gdp", &[0.05, 0.5, 0.95])?;
//! let median = fan.periods[4].quantiles[1];
//! assert!((median / (1008.5 * f64::exp(5.0 * 0.075)) - 1.0).abs() < 0.01);
//!
//! let rows = plan::attainment(&runs)?;
//! let probability = |name: &str| {
//!     rows.iter().find(|row| row.target == name).map(|row| row.probability.value)
//! };
//! assert!(probability("gdp-2025") > Some(0.3));
//! assert!(probability("all") <= probability("gdp-2025"));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The same model can stand in a plan file ([`Model::read`], [`Model::to_toml`]) and be built in
//! Python. What a seed gives is a contract: the same bits on every machine, for any number of paths
//! and threads ([`sample`]).
//!
//! # The rooms
//!
//! | | |
//! |---|---|
//! | [`model`] | what a user writes: indicators, processes, distributions, targets, scenarios |
//! | [`outturns`] | what became known, and when: actual values with their vintages |
//! | [`period`] | years, quarters and months |
//! | [`expr`] | the language of equations |
//! | [`sample`] | random streams, designs, inverse distribution functions, correlation |
//! | [`compile`] | every mistake found, equations in order, a flat tape |
//! | [`simulate`] | blocks of paths over threads; simultaneous equations |
//! | [`ensemble`] | the paths of each scenario |
//! | [`summary`] | fans, quantiles, contrasts, Monte Carlo errors |
//! | [`plan`] | targets: attainment, headroom, variance split |
//! | [`scoring`] | how good forecasts were: proper scores, reliability, comparisons |
//! | [`sensitivity`] | what matters: sensitivity indices of any sample of inputs and outputs |
//! | [`analyse`] | what a model does: responses, multipliers, contributions, stability, drivers |
//! | [`estimate`] | models checked against data: residuals, tracking |
//! | [`fit`] | learning from data: the posterior of a panel of short series |
//! | [`import`] | published models and their data |
//! | [`error`] | what went wrong, where, and the way out |
//! | [`units`] | units of measurement and their algebra |
//! | [`math`] | elementary and special functions with the same bits everywhere |
//!
//! # Features
//!
//! All are on unless `default-features = false`. They add what a system may offer; no number depends
//! on them.
//!
//! | | with it | without it |
//! |---|---|---|
//! | `threads` | paths are shared out to threads (rayon) | everything on the calling thread |
//! | `mmap` | paths lie in pages of the system, huge ones where it has them | they lie in ordinary memory |
//! | `system` | an unseeded run draws a seed, outturns are looked at as of today | an error asks for the seed or the day |
//!
//! Without all three the crate runs in WebAssembly (`wasm32-unknown-unknown`).

// Oracles of tests may come from the system; what is not a test may not (clippy.toml).
#![cfg_attr(test, allow(clippy::disallowed_methods))]

pub mod analyse;
pub mod compile;
pub mod condition;
pub mod ensemble;
pub mod error;
pub mod estimate;
pub mod expr;
pub mod fit;
mod free_memory;
pub mod import;
pub mod interrupt;
pub mod math;
pub mod model;
pub mod outturns;
mod packed;
mod parallel;
pub mod period;
pub mod plan;
pub mod sample;
pub mod scoring;
pub mod sensitivity;
pub mod simulate;
pub mod summary;
mod system;
pub mod table;
pub mod units;

pub use compile::Program;
pub use ensemble::Ensemble;
pub use error::{Error, Problem};
pub use model::{Model, schema};
pub use outturns::Outturns;
pub use sample::Design;
pub use simulate::{Ensembles, Sampling};

/// The examples of the README run as tests.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;

/// So does the one of the contract on random numbers.
#[cfg(doctest)]
#[doc = include_str!("../docs/streams.md")]
struct Streams;
