//! What the text of a unit says.

use super::Unit;
use super::tokens::{Part, Token, is_logarithm, parts, prepared, raised};
use super::words::{Number, Word, letter, singular, word};

/// Reads a unit. Whatever is written is one: words that are not known are base units of their own,
/// unless they say more about one that is (`tonnes of steel` are tonnes).
///
/// ```
/// use tinbergen::units::read;
/// assert_eq!(read("tce per 10,000 CNY"), read("吨标准煤/万元"));
/// assert_eq!(read("μg/m³").to_string(), "0.000001 gram per metre^3");
/// assert_eq!(read("high-tech firms").to_string(), "high tech firm");
/// ```
pub fn read(text: &str) -> Unit {
    let text = prepared(text);
    if is_logarithm(&text) {
        return Unit::number().converted();
    }
    if text.contains('=') {
        let number = Some(Number::Index);
        return Unit { scale: None, number, ..Unit::number() }; // 2020 = 100
    }
    let (mut unit, mut below, mut single) = (Unit::number(), false, None);
    let mut phrases = 0;
    for part in parts(&text) {
        match part {
            Part::Over => below = true,
            Part::Times => below = false,
            Part::Phrase(words) => {
                let phrase = phrase(&words);
                unit = if below { unit.over(&phrase.unit) } else { unit.times(&phrase.unit) };
                phrases += usize::from(!phrase.is_time);
                single = if below { single } else { phrase.unit.number };
            }
        }
    }
    // A single phrase is what it says; a ratio of two is a number of neither sort.
    unit.number = single.filter(|_| phrases == 1 && unit.is_number());
    unit
}

struct Phrase {
    unit: Unit,
    is_time: bool,
}

/// Words beside each other: a product of what is known among them.
fn phrase(tokens: &[Token]) -> Phrase {
    let (mut unit, mut known, mut time) = (Unit::number(), false, false);
    let (mut unknown, mut money, mut square) = (Vec::new(), false, 1);
    let mut sort = None;
    let mut at = 0;
    while at < tokens.len() {
        let (meaning, length) = match &tokens[at] {
            Token::Number(number) => {
                let is_year = number.fract() == 0.0 && (1800.0..=2200.0).contains(number);
                if !is_year {
                    unit.scale = unit.scale.map(|scale| scale * number);
                }
                at += 1;
                continue;
            }
            Token::Power(_) => {
                at += 1; // taken with what stands before it
                continue;
            }
            Token::Word(text) if text == "of" && (known || time) => break,
            Token::Word(text) if matches!(text.as_str(), "square" | "sq" | "sq.") => {
                (square, at) = (2, at + 1);
                continue;
            }
            Token::Word(text) if matches!(text.as_str(), "cubic" | "cu" | "cu.") => {
                (square, at) = (3, at + 1);
                continue;
            }
            Token::Word(text) if money && letter(text).is_some() => {
                (letter(text).map(Word::Size), 1)
            }
            Token::Word(text) => {
                let next = match tokens.get(at + 1) {
                    Some(Token::Word(next)) => Some(format!("{text} {next}")),
                    _ => None,
                };
                match next.as_deref().and_then(meaning) {
                    Some(found) => (Some(found), 2),
                    None => (meaning(text), 1),
                }
            }
        };
        let exponent = match tokens.get(at + length) {
            Some(Token::Power(power)) => *power,
            _ => square,
        };
        match meaning {
            Some(Word::Base(name, scale)) => {
                unit = unit.times(&base(name, scale).to_the(exponent));
                (known, square) = (true, 1);
            }
            Some(Word::Money(name)) => {
                unit = unit.times(&base(name, 1.0).to_the(exponent));
                (known, money) = (true, true);
            }
            Some(Word::Size(size)) => unit.scale = unit.scale.map(|scale| scale * size),
            Some(Word::Number(scale, number)) => {
                let scale = Some(scale).filter(|scale| scale.is_finite());
                unit.scale = unit.scale.zip(scale).map(|(a, b)| a * b);
                sort = sort.or(number);
                known = true;
            }
            Some(Word::Time) => time = true,
            Some(Word::Nothing) => {}
            None => {
                if let Token::Word(text) = &tokens[at] {
                    unknown.push(text.clone());
                }
            }
        }
        at += length;
    }
    let says = |wanted: &str| tokens.iter().any(|token| *token == Token::Word(wanted.to_owned()));
    if says("coal") && (says("equivalent") || says("standard")) {
        fuel(&mut unit, 29.307_6e3);
    } else if says("oil") && says("equivalent") {
        fuel(&mut unit, 41.868e3);
    }
    if !known && !time && !unknown.is_empty() {
        if let Some(last) = unknown.last_mut()
            && let Some(one) = singular(last)
        {
            *last = one;
        }
        unit = unit.times(&base(&unknown.join(" "), 1.0));
        known = true;
    }
    unit.number = sort;
    Phrase { unit, is_time: time && !known }
}

fn base(name: &str, scale: f64) -> Unit {
    let (name, power) = match name.split_once('^') {
        Some((name, power)) => (name, power.parse().unwrap_or(1)),
        None => (name, 1),
    };
    let scale = Some(scale).filter(|scale| scale.is_finite());
    Unit { bases: [(name.to_owned(), power)].into(), scale, number: None }
}

/// A mass of coal or oil as the energy in it: joules in a gram.
fn fuel(unit: &mut Unit, joules: f64) {
    if let Some(power) = unit.bases.remove("gram") {
        unit.bases.insert("joule".to_owned(), power);
        let factor = raised(joules, power);
        unit.scale = unit.scale.map(|scale| scale * factor);
    }
}

/// What a word means, also in the plural, and with a power behind it: `km2`.
fn meaning(text: &str) -> Option<Word> {
    let plural = || singular(text).and_then(|one| word(&one));
    let raised = || {
        let stem = text.strip_suffix(['2', '3'])?;
        let power = if text.ends_with('2') { 2 } else { 3 };
        match (word(stem)?, power) {
            (Word::Base("metre", scale), 2) => Some(Word::Base("metre^2", scale * scale)),
            (Word::Base("metre", scale), _) => Some(Word::Base("metre^3", scale * scale * scale)),
            _ => None,
        }
    };
    word(text).or_else(plural).or_else(raised)
}
