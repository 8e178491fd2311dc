//! Tests of the library from outside, as one program: a module for each file of this folder. A file
//! that is missing in this list is an error of the build (`build.rs`).

mod analysis;
mod archive;
mod attainment;
mod classification;
mod consistency;
mod contract;
mod cycles;
mod exactness;
mod explain;
mod floors;
mod hostile;
mod implicit;
mod imports;
mod invalid;
mod levers;
mod plan_files;
mod published_models;
mod redraw;
mod shipped_models;
mod simulation_plans;
mod simultaneous;
mod stock_flow;
mod targets;
mod text_formats;
mod tracked_events;
mod tracking;
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
