//! Which importer a file is for.

use crate::table::utf_16;

/// The importer that a file is for by its name and what stands in it, as the part of the name of its function
/// behind `read_`; none where nothing tells.
///
/// ```
/// use tinbergen::import::format_of;
/// assert_eq!(format_of("m.mod", b""), Some("dynare"));
/// assert_eq!(format_of("model.txt", b"MODEL\nIDENTITY> y\nEQ> y = c + g\nEND"), Some("bimets"));
/// assert_eq!(format_of("model.txt", b"periods 2021..2025\ny = c + g"), Some("text"));
/// assert_eq!(format_of("model.txt", b"hello"), None);
/// ```
pub fn format_of(name: &str, bytes: &[u8]) -> Option<&'static str> {
    let ending = name.rsplit_once('.').map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some("pcim") => return Some("modelflow"),
        Some("prg" | "eviews") => return Some("eviews"),
        Some("mod" | "dyn") => return Some("dynare"),
        Some("mdl" | "bimets") => return Some("bimets"),
        Some("frm" | "frml" | "fru") => return Some("frml"),
        Some("xml") => return Some("frbus"),
        _ => {}
    }
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return Some("modelflow");
    }
    let head = &bytes[..bytes.len().min(1 << 20)];
    let wide = utf_16(head).and_then(Result::ok);
    let text = wide.unwrap_or_else(|| String::from_utf8_lossy(head).into_owned()).to_lowercase();
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let line = |begins: &[&str]| {
        text.lines().any(|line| begins.iter().any(|begin| line.trim_start().starts_with(begin)))
    };
    if text.starts_with('{') && text.contains("\"frml\"") {
        return Some("modelflow");
    }
    if text.starts_with("<?xml") || text.starts_with("<model") {
        return Some("frbus");
    }
    if line(&["frml <", "frml<", "frml "]) && text.contains('=') {
        return Some("frml");
    }
    if line(&["eq>", "behavioral>", "behavioural>", "identity>"]) {
        return Some("bimets");
    }
    if line(&["model;", "model(", "model ("]) && line(&["var ", "var\t", "var\n"]) {
        return Some("dynare");
    }
    let eviews = ["'", "equation ", "param ", "coef(", "wfcreate", "@identity", "smpl "];
    let appended = text.contains(".append") || text.contains("c(1)") || text.contains("d(log(");
    if line(&eviews) || appended {
        return Some("eviews");
    }
    let plain = ["periods ", "parameter ", "exogenous ", "data ", "model "];
    if line(&plain) || text.lines().any(|line| line.contains('~') || line.contains('=')) {
        return Some("text");
    }
    None
}
