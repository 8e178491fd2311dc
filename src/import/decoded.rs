//! From the bytes of a model to its text.

use std::borrow::Cow;

use crate::error::{Error, Problem};
use crate::model::Note;
use crate::table::utf_16;

/// The largest text of a model, in bytes.
pub const LARGEST: usize = 64 << 20;

fn wrong(message: impl Into<String>, line: Option<usize>, file: &str) -> Error {
    Error::model(vec![Problem::new("", message).at_line(line)]).in_file(file)
}

/// The first byte that is no text: its line, and what there is to say.
fn no_text(bytes: &[u8], at: usize) -> (usize, String) {
    let line = 1 + bytes[..at].iter().filter(|byte| **byte == b'\n').count();
    (line, format!("is not UTF-8: byte {} ({:#04x}) is no text", at + 1, bytes[at]))
}

/// Bytes without the mark that says that they are UTF-8.
fn unmarked(bytes: &[u8]) -> &[u8] {
    bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)
}

/// The text of a file in Unicode that is not too large.
pub(super) fn decoded<'a>(bytes: &'a [u8], file: &str) -> Result<Cow<'a, str>, Error> {
    if bytes.len() > LARGEST {
        let message = format!("is {} bytes large; at most {LARGEST} are read", bytes.len());
        return Err(wrong(message, None, file));
    }
    if let Some(found) = utf_16(bytes) {
        return found.map(Cow::Owned).map_err(|message| wrong(message, None, file));
    }
    let bytes = unmarked(bytes);
    std::str::from_utf8(bytes).map(Cow::Borrowed).map_err(|error| {
        let (line, found) = no_text(bytes, error.valid_up_to());
        wrong(format!("{found}; save it as UTF-8"), Some(line), file)
    })
}

/// The text of another program's file, and what there is to say of it.
///
/// Programs older than Unicode write comments and labels in the code page of their machine. Which one that
/// was is not known: what is no text becomes a sign that no equation has, so that equations with it are
/// left out and said, and the rest is read.
pub(super) fn decoded_in_part<'a>(
    bytes: &'a [u8],
    file: &str,
) -> Result<(Cow<'a, str>, Option<Note>), Error> {
    let error = match std::str::from_utf8(bytes) {
        Err(error) if !bytes.contains(&0) && bytes.len() <= LARGEST && utf_16(bytes).is_none() => {
            error
        }
        _ => return Ok((decoded(bytes, file)?, None)),
    };
    let (line, found) = no_text(bytes, error.valid_up_to());
    let message = format!(
        "{found}; comments are read over, labels have \u{fffd} there: save it as UTF-8 to keep them"
    );
    let note = Note { line: Some(line), ..Note::new("assumed", message) };
    let text = String::from_utf8_lossy(unmarked(bytes));
    Ok((text, Some(note)))
}
