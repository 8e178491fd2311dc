//! A room of the house uses its own floor and those below, never one above (DESIGN.md section 3).

use std::path::{Path, PathBuf};

const FLOORS: [(&str, u32); 15] = [
    ("error", 0),
    ("period", 0),
    ("math", 0),
    ("expr", 1),
    ("model", 2),
    ("outturns", 2),
    ("ensemble", 2),
    ("sample", 3),
    ("import", 3),
    ("compile", 4),
    ("simulate", 5),
    ("summary", 6),
    ("plan", 7),
    ("estimate", 7),
    ("analyse", 7),
];

fn files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            files(&path, found);
        } else if path.extension().is_some_and(|e| e == "rs") {
            found.push(path);
        }
    }
}

fn floor(room: &str) -> Option<u32> {
    FLOORS.iter().find(|(name, _)| *name == room).map(|(_, floor)| *floor)
}

/// The rooms that code (not tests) names as `crate::room`.
fn uses(text: &str) -> Vec<String> {
    let code = text.split("#[cfg(test)]").next().unwrap_or(text);
    let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
    let mut rooms = Vec::new();
    for line in lines {
        for part in line.split("crate::").skip(1) {
            rooms.push(part.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect());
        }
    }
    rooms
}

#[test]
fn no_room_uses_a_floor_above_its_own() {
    let src = crate::root().join("src");
    let mut found = Vec::new();
    files(&src, &mut found);
    let (mut checked, mut wrong) = (0, Vec::new());
    for path in found {
        let inside = path.strip_prefix(&src).expect("inside");
        let first = inside.components().next().expect("a part").as_os_str().to_string_lossy();
        let Some(own) = floor(first.trim_end_matches(".rs")) else { continue };
        for room in uses(&std::fs::read_to_string(&path).expect("text")) {
            checked += 1;
            if floor(&room).is_some_and(|floor| floor > own) {
                wrong.push(format!("{} uses {room}", inside.display()));
            }
        }
    }
    assert!(checked > 100, "only {checked} uses were found");
    assert!(wrong.is_empty(), "{wrong:#?}");
}
