//! Sees to it that no file of `rust/` is left out of the tests, and sets `cfg(shared)` where the
//! published models are that cannot be shipped, `cfg(preload)` where a library can be preloaded,
//! and `cfg(engine)` where a module of WebAssembly can be built and run.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};

fn main() {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    every_file_is_a_module(&here.join("rust"));
    published_models(&here);
    preload();
    engine();
}

fn every_file_is_a_module(folder: &Path) {
    println!("cargo::rerun-if-changed=rust");
    let main = fs::read_to_string(folder.join("main.rs")).expect("rust/main.rs");
    let listed: BTreeSet<&str> =
        main.lines().filter_map(|line| line.strip_prefix("mod ")?.strip_suffix(';')).collect();
    for entry in fs::read_dir(folder).expect("rust/") {
        let path = entry.expect("an entry").path();
        let module = path.file_stem().and_then(|name| name.to_str()).expect("a name");
        let source = path.extension().is_some_and(|extension| extension == "rs") || path.is_dir();
        if source && module != "main" && !listed.contains(module) {
            println!(
                "cargo::error=tests/rust/{module}.rs: add `mod {module};` to tests/rust/main.rs"
            );
        }
    }
}

/// A library of ours can be put before that of the system, and built.
fn preload() {
    println!("cargo::rustc-check-cfg=cfg(preload)");
    let of = |name: &str| env::var(name).unwrap_or_default();
    let glibc = of("CARGO_CFG_TARGET_OS") == "linux" && of("CARGO_CFG_TARGET_ENV") == "gnu";
    let compiler = || Command::new("cc").arg("--version").output();
    if glibc && compiler().is_ok_and(|found| found.status.success()) {
        println!("cargo::rustc-cfg=preload");
    }
}

/// There are a target for modules and something that runs them.
fn engine() {
    println!("cargo::rustc-check-cfg=cfg(engine)");
    let rustc = env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let folder = Command::new(rustc).args(["--print", "sysroot"]).output();
    let folder = folder.map(|found| String::from_utf8_lossy(&found.stdout).trim().to_owned());
    let targets = Path::new(&folder.unwrap_or_default()).join("lib/rustlib");
    println!("cargo::rerun-if-changed={}", targets.display());
    let node = Command::new("node").arg("--version").output();
    let runs = node.is_ok_and(|found| found.status.success());
    if runs && targets.join("wasm32-unknown-unknown").is_dir() {
        println!("cargo::rustc-cfg=engine");
    }
}

/// Where they are absent nothing is watched, since Cargo takes a missing file for a changed one:
/// set `TINBERGEN_SHARED`, or touch this file, when they have arrived.
fn published_models(here: &Path) {
    println!("cargo::rustc-check-cfg=cfg(shared)");
    println!("cargo::rerun-if-env-changed=TINBERGEN_SHARED");
    println!("cargo::rerun-if-changed=build.rs");
    let folder = env::var_os("TINBERGEN_SHARED").unwrap_or_else(|| "../shared".into());
    let models = here.join("..").join(folder).join("models");
    if models.is_dir() {
        println!("cargo::rerun-if-changed={}", models.display());
        println!("cargo::rustc-cfg=shared");
    }
}
