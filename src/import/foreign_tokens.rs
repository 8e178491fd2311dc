//! From the text of an expression of another program to tokens.

use std::ops::Range;

/// A number, a name, what stands in quotation marks, or a sign.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Token<'a> {
    Number(f64),
    Word(&'a str),
    Text,
    Sign(&'static str),
}

/// Signs of two characters before those of one.
const SIGNS: [&str; 27] = [
    "**", "<=", ">=", "==", "<>", "!=", "~=", "&&", "||", "^", "+", "-", "*", "/", "<", ">", "=",
    "(", ")", "[", "]", ",", "&", "|", "!", "{", "}",
];

/// A token, and the bytes where it stands.
pub(super) type Placed<'a> = (Token<'a>, Range<usize>);

/// The tokens of a text; names may have further signs in them.
pub(super) fn tokens<'a>(text: &'a str, in_names: &[char]) -> Result<Vec<Placed<'a>>, String> {
    let part = |c: char| c.is_alphanumeric() || c == '_' || in_names.contains(&c);
    let mut found = Vec::new();
    let mut at = 0;
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        let (token, length) = if c.is_whitespace() {
            at += c.len_utf8();
            continue;
        } else if c.is_ascii_digit()
            || c == '.' && rest[1..].starts_with(|c: char| c.is_ascii_digit())
        {
            let length = number_length(rest);
            let value = rest[..length].replace(['d', 'D'], "e").parse::<f64>();
            let value = value.ok().filter(|value| value.is_finite());
            let value = value.ok_or_else(|| format!("\"{}\" is no number", &rest[..length]))?;
            (Token::Number(value), length)
        } else if c.is_alphabetic() || c == '_' || in_names.contains(&c) {
            let length = rest.find(|c: char| !part(c)).unwrap_or(rest.len());
            (Token::Word(&rest[..length]), length)
        } else if matches!(c, '"' | '\'') {
            let end = rest[1..].find(c).ok_or("a quotation mark is not closed")?;
            (Token::Text, end + 2)
        } else {
            let sign = SIGNS.iter().find(|sign| rest.starts_with(**sign));
            let sign = sign.ok_or_else(|| format!("\"{c}\" has no place in an equation here"))?;
            (Token::Sign(sign), sign.len())
        };
        found.push((token, at..at + length));
        at += length;
    }
    Ok(found)
}

/// Digits, a point and an exponent.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut length = digits(0);
    if bytes.get(length) == Some(&b'.') {
        length += 1 + digits(length + 1);
    }
    if matches!(bytes.get(length), Some(b'e' | b'E' | b'd' | b'D')) {
        let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
        let exponent = digits((length + 1 + sign).min(bytes.len()));
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    length
}

/// Where each bracket that opens is closed.
pub(super) fn twins(tokens: &[Placed<'_>]) -> Result<Vec<usize>, String> {
    let (mut found, mut open) = (vec![0; tokens.len()], Vec::new());
    for (at, (token, _)) in tokens.iter().enumerate() {
        match token {
            Token::Sign(sign @ ("(" | "[")) => open.push((at, *sign)),
            Token::Sign(sign @ (")" | "]")) => {
                let wanted = if *sign == ")" { "(" } else { "[" };
                match open.pop() {
                    Some((from, opened)) if opened == wanted => found[from] = at,
                    _ => return Err("a bracket without its twin".to_owned()),
                }
            }
            _ => {}
        }
    }
    if open.is_empty() { Ok(found) } else { Err("a bracket without its twin".to_owned()) }
}
