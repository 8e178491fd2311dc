//! Notes, part by part.

use tinbergen::model::Note;

/// A note: kind, indicators, message, line, text.
pub(crate) type NoteParts = (&'static str, Vec<String>, String, Option<usize>, String);

pub(crate) fn note_parts(note: Note) -> NoteParts {
    (note.kind, note.indicators, note.message, note.line, note.text)
}
