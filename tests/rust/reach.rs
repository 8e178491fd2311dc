//! What the library can reach: unsafe code stands in few places that an interpreter has looked at
//! (`make miri`), files are read in two places, and there is no way to a network or another program.

use std::path::Path;

/// Files that may have it, and what of `make miri` runs it; the view is Python's memory, and copies
/// past the cache are instructions that the interpreter does not have.
const PLACES: [(&str, &str); 5] = [
    ("engine/src/memory.rs", "memory::"),
    ("python/src/ensembles.rs", "The view that"),
    ("src/ensemble/buffer.rs", "ensemble::buffer::"),
    ("src/ensemble/past_cache.rs", "Copies past the cache"),
    ("src/math/width.rs", "math::width::"),
];

/// Files that read others: what the system says of its memory, and those of a name that the caller gives.
const READERS: [&str; 2] = ["src/free_memory.rs", "src/system.rs"];

/// The sources in a folder whose code has one of these words.
fn collect(folder: &Path, words: &[&str], found: &mut Vec<String>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, words, found);
            continue;
        }
        if path.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let text = std::fs::read_to_string(&path).expect("a text");
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        if code.into_iter().any(|line| words.iter().any(|word| line.contains(word))) {
            let within = path.strip_prefix(crate::root()).expect("a file of the project");
            found.push(within.to_string_lossy().replace('\\', "/"));
        }
    }
}

fn sources_with(words: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    for folder in ["src", "engine/src", "python/src"] {
        collect(&crate::root().join(folder), words, &mut found);
    }
    found.sort();
    found
}

/// The compiler refuses unsafe code that is not allowed by name (`unsafe_code` in Cargo.toml).
#[test]
fn unsafe_code_is_where_it_is_looked_at() {
    let found = sources_with(&["unsafe_code"]);
    assert_eq!(found, PLACES.map(|(file, _)| file), "a new place needs a line in `make miri`");
    let manifest = std::fs::read_to_string(crate::root().join("Cargo.toml")).expect("a text");
    assert!(manifest.contains("unsafe_code = \"deny\""));
    let makefile = std::fs::read_to_string(crate::root().join("Makefile")).expect("a text");
    for (file, run) in PLACES {
        assert!(makefile.contains(run), "{file}: `make miri` does not run {run}");
        let source = std::fs::read_to_string(crate::root().join(file)).expect("a text");
        assert!(file.starts_with("python") || source.contains("#[test]"), "{file}: runs no test");
    }
}

#[test]
fn nothing_reaches_a_network_or_another_program() {
    let ways = ["std::net", "net::", "Command::", "std::os::", "extern \"C\" {", "libloading"];
    assert_eq!(sources_with(&ways), Vec::<String>::new());
    // What is searched for would be found.
    let reading =
        ["fs::read", "fs::File", "File::open", "fs::write", "OpenOptions", "fs::metadata"];
    let found = sources_with(&reading);
    assert_eq!(found, READERS, "files are read here and nowhere else");
}
