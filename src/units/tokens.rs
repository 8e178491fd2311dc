//! The text of a unit as words, numbers and what joins them.

use super::words::word;

/// Logarithms of something: `log CNY`, but not `log growth`.
pub(super) fn is_logarithm(text: &str) -> bool {
    let words = text.split(|c: char| !c.is_alphanumeric());
    !text.starts_with("log growth")
        && words
            .into_iter()
            .any(|word| matches!(word, "log" | "logs" | "ln" | "logarithm" | "logit"))
}

/// The text in lower case, without what is in brackets, and with numbers and powers in one form.
pub(super) fn prepared(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 8);
    let mut chars = text.trim().chars().peekable();
    let mut power = false;
    while let Some(c) = chars.next() {
        let raised = match c {
            '⁻' => Some('-'),
            '¹' => Some('1'),
            '²' => Some('2'),
            '³' => Some('3'),
            '⁰' => Some('0'),
            '⁴'..='⁹' => char::from_digit(c as u32 - '⁰' as u32, 10),
            _ => None,
        };
        if let Some(digit) = raised {
            if !power {
                out.push('^');
            }
            power = true;
            out.push(digit);
            continue;
        }
        power = false;
        match c {
            '（' => out.push('('),
            '）' => out.push(')'),
            '／' => out.push('/'),
            '％' => out.push('%'),
            '＝' => out.push('='),
            '㎡' => out.push_str("m^2"),
            '，' | '、' | ';' | '；' => out.push_str(", "),
            ',' => {
                let digit = |c: Option<&char>| c.is_some_and(char::is_ascii_digit);
                let within = out.ends_with(|c: char| c.is_ascii_digit()) && digit(chars.peek());
                if !within {
                    out.push_str(", ");
                }
            }
            c => out.extend(c.to_lowercase()),
        }
    }
    for (written, meant) in
        [("per cent", "percent"), ("per mille", "permille"), ("number of ", ""), ("no. of ", "")]
    {
        out = out.replace(written, meant);
    }
    let out = brackets(&out.replace("**", "^"));
    clauses(&out)
}

/// Without what stands in brackets, but for what is divided by.
fn brackets(text: &str) -> String {
    let text = text.trim();
    if let Some(inside) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'))
        && !inside.contains(['(', ')'])
    {
        return inside.to_owned();
    }
    let mut out = String::with_capacity(text.len());
    let (mut depth, mut kept) = (0_u32, false);
    for c in text.chars() {
        match c {
            '(' => {
                if depth == 0 {
                    let before = out.trim_end();
                    kept = before.ends_with('/') || before.ends_with(" per") || before.is_empty();
                }
                depth += 1;
                out.push(' ');
            }
            ')' => {
                depth = depth.saturating_sub(1);
                out.push(' ');
            }
            '*' | '·' | '×' | '⋅' if depth > 0 => out.push(' '),
            c if depth == 0 || kept => out.push(c),
            _ => {}
        }
    }
    out
}

/// Of what stands behind commas only what is divided by: `per year, per year`.
fn clauses(text: &str) -> String {
    let mut parts = text.split(", ");
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let part = part.trim();
        if part.starts_with("per ") || part.starts_with('/') || part.contains('=') {
            out.push(' ');
            out.push_str(part);
        }
    }
    out
}

/// A part of a unit.
pub(super) enum Part {
    Over,
    Times,
    /// Words beside each other.
    Phrase(Vec<Token>),
}

#[derive(Debug, Clone, PartialEq)]
/// A word, a number, or a power.
pub(super) enum Token {
    Word(String),
    Number(f64),
    /// Of what stands before it.
    Power(i32),
}

/// The parts of a text that is prepared.
pub(super) fn parts(text: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut words = Vec::new();
    let mut end = |words: &mut Vec<Token>, part: Option<Part>| {
        if !words.is_empty() {
            parts.push(Part::Phrase(std::mem::take(words)));
        }
        parts.extend(part);
    };
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        match c {
            '/' | '÷' => end(&mut words, Some(Part::Over)),
            '*' | '·' | '×' | '⋅' => end(&mut words, Some(Part::Times)),
            '^' => {
                let digits = rest[1..].trim_start_matches(['+', ' ']);
                let length = digits
                    .find(|c: char| !(c.is_ascii_digit() || c == '-'))
                    .unwrap_or(digits.len());
                let power = digits[..length].parse().unwrap_or(1);
                match words.last_mut() {
                    Some(Token::Number(number)) => *number = raised(*number, power),
                    _ => words.push(Token::Power(power)),
                }
                rest = &digits[length..];
                continue;
            }
            c if c.is_ascii_digit() => {
                let length = number_length(rest);
                words.push(Token::Number(rest[..length].parse().unwrap_or(f64::NAN)));
                rest = &rest[length..];
                continue;
            }
            c if is_wide(c) => {
                let length = rest.find(|c| !is_wide(c)).unwrap_or(rest.len());
                words.extend(segments(&rest[..length]).into_iter().map(Token::Word));
                rest = &rest[length..];
                continue;
            }
            '%' | '‰' | '€' | '£' | '¥' | '￥' | '₹' | '℃' => {
                words.push(Token::Word(c.to_string()));
            }
            c if c.is_alphabetic() || c == '$' || c == '°' => {
                let length = word_length(rest);
                match &rest[..length] {
                    "per" => end(&mut words, Some(Part::Over)),
                    word => words.push(Token::Word(word.to_owned())),
                }
                rest = &rest[length..];
                continue;
            }
            _ => {}
        }
        rest = &rest[c.len_utf8()..];
    }
    end(&mut words, None);
    parts
}

/// A number to a whole power.
pub(super) fn raised(number: f64, power: i32) -> f64 {
    let mut product = 1.0;
    for _ in 0..power.unsigned_abs().min(400) {
        product *= number;
    }
    if power < 0 { 1.0 / product } else { product }
}

fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes[from..].iter().take_while(|b| b.is_ascii_digit()).count();
    let mut length = digits(0);
    if bytes.get(length) == Some(&b'.') && digits(length + 1) > 0 {
        length += 1 + digits(length + 1);
    }
    if bytes.get(length) == Some(&b'e') {
        let sign = usize::from(matches!(bytes.get(length + 1), Some(b'+' | b'-')));
        let exponent = digits(length + 1 + sign);
        length += if exponent > 0 { 1 + sign + exponent } else { 0 };
    }
    length
}

/// A word has letters, digits behind them, and dots between single letters; a currency sign ends it.
fn word_length(text: &str) -> usize {
    let mut length = 0;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        let next = chars.peek();
        let joined = c == '.' && next.is_none_or(|c| !c.is_whitespace()) && length > 0;
        if c == '$' {
            return length + 1;
        }
        if !(c.is_alphanumeric() || c == '°' || joined) || is_wide(c) {
            break;
        }
        length += c.len_utf8();
    }
    length.max(1)
}

/// Chinese characters, and those of its neighbours, which stand without spaces.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

/// Chinese words: the longest that is known from where one begins; what is not known stays together.
fn segments(run: &str) -> Vec<String> {
    let chars: Vec<char> = run.chars().collect();
    let (mut found, mut unknown, mut at) = (Vec::new(), String::new(), 0);
    while at < chars.len() {
        let longest = (at + 1..=chars.len().min(at + 8)).rev().find_map(|end| {
            let text: String = chars[at..end].iter().collect();
            word(&text).map(|_| (text, end))
        });
        if let Some((text, end)) = longest {
            if !unknown.is_empty() {
                found.push(std::mem::take(&mut unknown));
            }
            found.push(text);
            at = end;
        } else {
            unknown.push(chars[at]);
            at += 1;
        }
    }
    if !unknown.is_empty() {
        found.push(unknown);
    }
    found
}
