//! From text to tokens.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;

use super::SyntaxError;

/// A token.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    Number(f64),
    Word(String),
    Text(String),
    /// An operator or a bracket.
    Sign(&'static str),
    End,
}

impl Token {
    /// As a person would name it.
    pub(super) fn describe(&self) -> String {
        match self {
            Self::Number(value) => format!("the number {value}"),
            Self::Word(word) => format!("\"{word}\""),
            Self::Text(text) => format!("the text \"{text}\""),
            Self::Sign(sign) => format!("\"{sign}\""),
            Self::End => "the end".to_owned(),
        }
    }
}

/// Signs, longer ones first.
const SIGNS: [&str; 20] = [
    "**", "<=", ">=", "==", "!=", "<>", "+", "-", "*", "/", "^", "(", ")", "[", "]", ",", "<", ">",
    "=", "~",
];

/// Signs of Chinese keyboards and typesetters, and what was meant.
const LOOKALIKES: [(char, &str); 14] = [
    ('（', "("),
    ('）', ")"),
    ('，', ","),
    ('＋', "+"),
    ('－', "-"),
    ('−', "-"),
    ('×', "*"),
    ('＊', "*"),
    ('÷', "/"),
    ('／', "/"),
    ('＝', "="),
    ('～', "~"),
    ('［', "["),
    ('］', "]"),
];

/// All tokens with their places, and an end.
pub(super) fn tokens(source: &str) -> Result<Vec<(Token, Range<usize>)>, SyntaxError> {
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(c) = source[at..].chars().next() {
        let rest = &source[at..];
        if c.is_whitespace() {
            at += c.len_utf8();
        } else if c == '#' {
            at += rest.find('\n').unwrap_or(rest.len());
        } else {
            let (token, length) = token(rest, c)
                .map_err(|message| SyntaxError { span: at..at + c.len_utf8(), message })?;
            tokens.push((token, at..at + length));
            at += length;
        }
    }
    tokens.push((Token::End, source.len()..source.len()));
    Ok(tokens)
}

fn token(rest: &str, first: char) -> Result<(Token, usize), String> {
    if first.is_alphabetic() || first == '_' {
        let length = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let word = rest[..length].to_owned();
        let word = if word.is_ascii() { word } else { word.nfc().collect() };
        return Ok((Token::Word(word), length));
    }
    if first.is_ascii_digit() || first == '.' {
        return number(rest);
    }
    if first == '"' || first == '\'' {
        let end = rest[1..].find(first).ok_or("a quotation mark without its twin")?;
        return Ok((Token::Text(rest[1..=end].to_owned()), end + 2));
    }
    if let Some(sign) = SIGNS.iter().find(|sign| rest.starts_with(**sign)) {
        let meant = match *sign {
            "**" => "^",
            "<>" => "!=",
            other => other,
        };
        return Ok((Token::Sign(meant), sign.len()));
    }
    match LOOKALIKES.iter().find(|(c, _)| *c == first) {
        Some((_, meant)) => Err(format!("unexpected character \"{first}\"; write \"{meant}\"")),
        None => Err(format!("unexpected character \"{first}\"")),
    }
}

fn number(rest: &str) -> Result<(Token, usize), String> {
    let bytes = rest.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut length = digits(0);
    if bytes.get(length) == Some(&b'.') {
        length += 1 + digits(length + 1);
    }
    if matches!(bytes.get(length), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
        let exponent = digits(length + 1 + sign);
        if exponent > 0 {
            length += 1 + sign + exponent;
        }
    }
    let text = &rest[..length];
    match text.parse::<f64>() {
        Ok(value) if value.is_finite() => Ok((Token::Number(value), length)),
        Ok(_) => Err(format!("{text} is too large a number")),
        Err(_) => Err(format!("\"{text}\" is not a number")),
    }
}
