//! Encodings from before Unicode.

use encoding_rs::{Encoding, GB18030, WINDOWS_1252};

use super::Decoded;

/// The text of a file in an encoding that was said.
pub(super) fn decode<'a>(bytes: &'a [u8], name: &str) -> Result<Decoded<'a>, String> {
    let encoding = Encoding::for_label(label(name).as_bytes()).ok_or_else(|| {
        format!("\"{name}\" is no encoding; one is utf-8, gb18030, windows-1252 or utf-16le")
    })?;
    let (text, encoding, failed) = encoding.decode(bytes);
    if failed {
        let name = encoding.name();
        return Err(format!("is not text in {name}; leave the encoding out to have it found"));
    }
    Ok(Decoded { text, assumed: None })
}

/// The name that the web has for an encoding; programs write some of them in other ways.
fn label(name: &str) -> String {
    let plain = name.trim().to_lowercase().replace('_', "-");
    match plain.as_str() {
        "latin-1" => "latin1".to_owned(),
        "utf-8-sig" => "utf-8".to_owned(),
        "cp936" | "gb-18030" => "gb18030".to_owned(),
        _ => plain,
    }
}

/// The text of a file that is not Unicode.
pub(super) fn guessed(bytes: &[u8]) -> Decoded<'_> {
    let encoding = if is_chinese(bytes) { GB18030 } else { WINDOWS_1252 };
    let (text, _, _) = encoding.decode(bytes);
    Decoded { text, assumed: Some(encoding.name()) }
}

/// GB18030 rather than a Western encoding: it decodes, and most of what is not ASCII is a common
/// character. Letters with accents stand between ASCII letters, and pairs of them are rare characters.
fn is_chinese(bytes: &[u8]) -> bool {
    let (text, _, failed) = GB18030.decode(bytes);
    if failed {
        return false;
    }
    let (mut common, mut other) = (0usize, 0usize);
    let mut pair = [0u8; 8];
    for c in text.chars().filter(|c| !c.is_ascii()) {
        let mut letter = [0u8; 4];
        let (written, _, _) = GB18030.encode(c.encode_utf8(&mut letter));
        let length = written.len().min(pair.len());
        pair[..length].copy_from_slice(&written[..length]);
        if length > 2 {
            continue; // four bytes: signs that say nothing
        }
        // The first level of GB 2312 has the 3,755 most common characters, its first rows signs.
        let is_common =
            length == 2 && pair[1] >= 0xa1 && matches!(pair[0], 0xb0..=0xd7 | 0xa1..=0xa9);
        *if is_common { &mut common } else { &mut other } += 1;
    }
    common > other
}
