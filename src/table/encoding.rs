//! From bytes to text: the encoding that a file says, or the one that fits.

#[cfg(feature = "encodings")]
mod other;

use std::borrow::Cow;

/// A decoded file.
#[derive(Debug)]
pub(super) struct Decoded<'a> {
    pub(super) text: Cow<'a, str>,
    /// The encoding, where nothing in the file says it.
    pub(super) assumed: Option<&'static str>,
}

/// A file that is no table at all.
const NO_TEXT: &str = "is no text; save it as CSV (UTF-8), xlsx or ods";

/// The text of a file, in an encoding that was said or found.
pub(super) fn decode<'a>(bytes: &'a [u8], said: Option<&str>) -> Result<Decoded<'a>, String> {
    if let Some(name) = said {
        return in_encoding(bytes, name);
    }
    if let Some(rest) = bytes.strip_prefix(b"\xef\xbb\xbf") {
        let text =
            std::str::from_utf8(rest).map_err(|_| "says that it is text in UTF-8, and is not")?;
        return Ok(Decoded { text: Cow::Borrowed(text), assumed: None });
    }
    if let Some(text) = utf_16(bytes) {
        return Ok(Decoded { text: Cow::Owned(text?), assumed: None });
    }
    if bytes.contains(&0) {
        let (unit, name) = unmarked(bytes).ok_or(NO_TEXT)?;
        let text = wide(bytes, unit).ok_or(NO_TEXT)?;
        return Ok(Decoded { text: Cow::Owned(text), assumed: Some(name) });
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(Decoded { text: Cow::Borrowed(text), assumed: None }),
        Err(error) => guessed(bytes, error.valid_up_to()),
    }
}

/// The text of a file whose mark says that it is UTF-16; none where it does not.
pub(crate) fn utf_16(bytes: &[u8]) -> Option<Result<String, &'static str>> {
    let marks: [(&[u8], Unit); 2] = [(b"\xff\xfe", LITTLE), (b"\xfe\xff", BIG)];
    let (rest, unit) =
        marks.iter().find_map(|(mark, unit)| Some((bytes.strip_prefix(*mark)?, *unit)))?;
    Some(wide(rest, unit).ok_or("says that it is text in UTF-16, and is not"))
}

#[cfg(feature = "encodings")]
fn in_encoding<'a>(bytes: &'a [u8], name: &str) -> Result<Decoded<'a>, String> {
    other::decode(bytes, name)
}

#[cfg(feature = "encodings")]
fn guessed(bytes: &[u8], _: usize) -> Result<Decoded<'_>, String> {
    Ok(other::guessed(bytes))
}

#[cfg(not(feature = "encodings"))]
fn in_encoding<'a>(bytes: &'a [u8], name: &str) -> Result<Decoded<'a>, String> {
    if ["utf-8", "utf8"].contains(&name.to_lowercase().as_str()) {
        return decode(bytes, None);
    }
    Err(format!(
        "\"{name}\" is no encoding that this build reads (feature \"encodings\"); save it as UTF-8"
    ))
}

#[cfg(not(feature = "encodings"))]
fn guessed(_: &[u8], at: usize) -> Result<Decoded<'_>, String> {
    Err(format!(
        "is not UTF-8 (byte {}), and this build reads nothing else (feature \"encodings\")",
        at + 1
    ))
}

type Unit = fn([u8; 2]) -> u16;
const LITTLE: Unit = u16::from_le_bytes;
const BIG: Unit = u16::from_be_bytes;

/// UTF-16 as text.
fn wide(bytes: &[u8], unit: Unit) -> Option<String> {
    let pairs = bytes.chunks_exact(2);
    let whole = pairs.remainder().is_empty();
    let units = pairs.map(|pair| unit([pair[0], pair[1]]));
    let text: Result<String, _> = char::decode_utf16(units).collect();
    // Text in UTF-32 looks like UTF-16 with a zero beside each character.
    text.ok().filter(|text| whole && !text.contains('\0'))
}

/// UTF-16 without a mark: one half of many units is zero, and the other half of none.
fn unmarked(bytes: &[u8]) -> Option<(Unit, &'static str)> {
    let (first, second) = bytes.chunks_exact(2).fold((0, 0), |(first, second), pair| {
        (first + usize::from(pair[0] == 0), second + usize::from(pair[1] == 0))
    });
    // Separators, digits and line ends of a table are many, also between Chinese names.
    let many = |zeros: usize| zeros * 5 >= bytes.len() / 2;
    match (first, second) {
        (0, zeros) if many(zeros) => Some((LITTLE, "UTF-16LE")),
        (zeros, 0) if many(zeros) => Some((BIG, "UTF-16BE")),
        _ => None,
    }
}
