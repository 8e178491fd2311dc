// What the numbers of this build are made by: a digest of the sources of the core. The bindings and the
// engine of WebAssembly both have it, so that a report never holds an engine of another core.

use std::path::{Path, PathBuf};

/// Sets `TINBERGEN_SOURCES` to the digest of all files of the core: their names and their contents,
/// without carriage returns, which depend on how they were checked out (FNV-1a of 128 bits).
fn tell_digest() {
    // As cargo says it now, not when this was compiled: a target folder may have been copied.
    let package = std::env::var_os("CARGO_MANIFEST_DIR").expect("cargo tells it");
    let folder = &Path::new(&package).join("../src");
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = Vec::new();
    collect(folder, &mut files);
    let mut named: Vec<(String, PathBuf)> =
        files.into_iter().map(|file| (name_in(folder, &file), file)).collect();
    named.sort();
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    let mut add = |bytes: &[u8]| {
        for byte in bytes.iter().filter(|byte| **byte != b'\r').chain([&0]) {
            hash = (hash ^ u128::from(*byte)).wrapping_mul(0x0100_0000_0000_0000_0000_013b);
        }
    };
    for (name, file) in named {
        add(name.as_bytes());
        add(&std::fs::read(&file).expect("a source file"));
    }
    println!("cargo::rustc-env=TINBERGEN_SOURCES={hash:032x}");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() { collect(&path, files) } else { files.push(path) }
    }
}

fn name_in(folder: &Path, file: &Path) -> String {
    let parts = file.strip_prefix(folder).expect("it lies there").components();
    parts.map(|part| part.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/")
}
