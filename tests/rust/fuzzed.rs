//! Inputs of strangers that were kept, through the functions that libFuzzer calls: `fuzz/src/lib.rs`
//! says what must hold of each.

#![allow(clippy::print_stdout, reason = "says which input failed")]

#[path = "../../fuzz/src/lib.rs"]
#[allow(unreachable_pub, reason = "it is a library where it is fuzzed")]
mod targets;

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use targets::TARGETS;

/// Files of a folder and of those in it that end so.
fn files(folder: &Path, endings: &[&str], found: &mut Vec<PathBuf>) {
    let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        let name = path.to_string_lossy();
        if path.is_dir() {
            files(&path, endings, found);
        } else if endings.is_empty() || endings.iter().any(|ending| name.ends_with(ending)) {
            found.push(path);
        }
    }
}

fn replay(name: &str, (folder, endings): (&str, &[&str])) -> usize {
    let (_, target) = TARGETS.iter().find(|(known, _)| *known == name).expect("a target");
    let mut inputs = Vec::new();
    files(&crate::root().join(folder), endings, &mut inputs);
    for path in &inputs {
        let begin = Instant::now();
        println!("{name}: {}", path.display()); // shown where one of them fails
        target(&std::fs::read(path).expect("it reads"));
        let took = begin.elapsed();
        assert!(took < Duration::from_secs(20), "{} took {took:?}", path.display());
    }
    inputs.len()
}

#[test]
fn every_input_that_was_kept_holds_what_is_promised() {
    for (name, _) in TARGETS {
        let count = replay(name, (&format!("fuzz/corpus/{name}"), &[]));
        assert!(count > 0, "{name} has no inputs in fuzz/corpus");
    }
}

/// Files that ship are seeds: what is good among them is written and read back, what is bad refused.
#[test]
fn shipped_and_broken_files_hold_what_is_promised() {
    let plans =
        replay("plan", ("tests/golden", &[".toml"])) + replay("plan", ("plans", &[".toml"]));
    let tables =
        replay("outturns", ("plans", &[".csv"])) + replay("outturns", ("tests/models", &[".csv"]));
    let models = replay("text_model", ("tests/models", &["model.txt"]));
    assert!(plans > 100 && tables > 10 && models >= 5, "{plans} plans, {tables} tables, {models}");
}

/// Every target is a program of libFuzzer too.
#[test]
fn every_target_can_be_fuzzed() {
    let manifest = crate::root().join("fuzz/Cargo.toml");
    let manifest = std::fs::read_to_string(manifest).expect("a text");
    for (name, _) in TARGETS {
        assert!(manifest.contains(&format!("name = \"{name}\"")), "{name}");
        let program = crate::root().join(format!("fuzz/fuzz_targets/{name}.rs"));
        let program = std::fs::read_to_string(program).expect("a text");
        assert!(program.contains(&format!("tinbergen_fuzz::{name}(input)")), "{name}");
    }
    assert_eq!(manifest.matches("[[bin]]").count(), TARGETS.len());
}
