//! Tests of the library from outside, as one program: a module for each file of this folder. A file
//! that is missing in this list is an error of the build (`build.rs`).

#![allow(
    clippy::disallowed_methods,
    reason = "oracles are other arithmetic than that of the library"
)]

mod analysis;
mod archive;
mod atoms;
mod attainment;
mod calibration;
mod changes;
mod classification;
mod consistency;
mod consistency_of_paths;
mod continuation;
mod contract;
mod cycles;
mod engine;
mod events;
mod exactness;
mod explain;
mod fit;
mod floors;
mod focused;
mod foreign_models;
mod fuzzed;
mod growth;
mod hostile;
mod implicit;
mod imports;
mod intervals;
mod invalid;
mod joint_draws;
mod language;
mod levers;
mod odd_tables;
mod oddities;
mod plan_files;
mod platform;
mod published_models;
mod rare;
mod reach;
mod redraw;
mod revise;
mod scoring;
mod seams;
mod sharing;
mod shipped_models;
mod simulation_plans;
mod simultaneous;
mod singular;
mod stock_flow;
mod streamed;
mod tables;
mod targets;
mod text_formats;
mod tiled;
mod traces;
mod tracked_events;
mod tracking;
mod units;
mod warnings;

use std::path::Path;

/// The folder of the project.
fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a parent")
}

/// A file of `TINBERGEN_SHARED`, or of `../shared` beside the project: published models and results
/// of other programs that cannot be shipped. What needs one is ignored without them:
/// `#[cfg_attr(not(shared), ignore = "needs TINBERGEN_SHARED")]`.
fn shared(file: &str) -> Vec<u8> {
    let folder = std::env::var_os("TINBERGEN_SHARED").unwrap_or_else(|| "../shared".into());
    let path = root().join(folder).join(file);
    std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
