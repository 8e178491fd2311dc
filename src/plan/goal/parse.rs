//! Goals from text.

use std::str::FromStr;

use super::Goal;
use crate::error::Error;

/// Parentheses and negations inside each other at most.
const DEPTH: usize = 200;

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Name(String),
    Quoted(String),
    And,
    Or,
    Not,
    Open,
    Close,
    Comma,
    End,
}

impl Token {
    fn shown(&self) -> String {
        match self {
            Self::Name(name) => format!("\"{name}\""),
            Self::Quoted(name) => format!("the name \"{name}\""),
            Self::And => "\"and\"".to_owned(),
            Self::Or => "\"or\"".to_owned(),
            Self::Not => "\"not\"".to_owned(),
            Self::Open => "\"(\"".to_owned(),
            Self::Close => "\")\"".to_owned(),
            Self::Comma => "\",\"".to_owned(),
            Self::End => "the end".to_owned(),
        }
    }
}

fn is_name(c: char) -> bool {
    c.is_alphanumeric() || matches!(c, '_' | '-' | '.')
}

/// Is it a word of the language?
fn is_word(name: &str) -> bool {
    ["and", "or", "not", "at_least"].iter().any(|word| name.eq_ignore_ascii_case(word))
}

/// A name as it has to be written.
pub(super) fn quoted(name: &str) -> String {
    let plain = !name.is_empty() && name.chars().all(is_name) && !is_word(name);
    match plain {
        true => name.to_owned(),
        false if name.contains('"') => format!("'{name}'"),
        false => format!("\"{name}\""),
    }
}

/// A mistake at a character of the text, counted from 1.
fn wrong(text: &str, place: usize, message: &str) -> Error {
    let text: String = text.chars().take(200).collect();
    Error::at("", format!("{message}, at character {} of \"{text}\"", place + 1))
}

/// The tokens with their places.
fn lex(text: &str) -> Result<Vec<(Token, usize)>, Error> {
    let characters: Vec<char> = text.chars().collect();
    let mut tokens = Vec::new();
    let mut place = 0;
    while let Some(&c) = characters.get(place) {
        let start = place;
        place += 1;
        let token = match c {
            c if c.is_whitespace() => continue,
            '(' => Token::Open,
            ')' => Token::Close,
            ',' | '\u{ff0c}' => Token::Comma,
            '!' | '~' => Token::Not,
            '&' | '|' => {
                place += usize::from(characters.get(place) == Some(&c));
                if c == '&' { Token::And } else { Token::Or }
            }
            '"' | '\'' => {
                let rest = &characters[place..];
                let Some(length) = rest.iter().position(|&other| other == c) else {
                    return Err(wrong(
                        text,
                        start,
                        &format!("a quotation that begins with {c} does not end"),
                    ));
                };
                place += length + 1;
                Token::Quoted(rest[..length].iter().collect())
            }
            c if is_name(c) => {
                while characters.get(place).is_some_and(|&c| is_name(c)) {
                    place += 1;
                }
                word(characters[start..place].iter().collect())
            }
            other => {
                let message =
                    format!("unexpected \"{other}\"; put names with such characters in quotes");
                return Err(wrong(text, start, &message));
            }
        };
        tokens.push((token, start));
    }
    tokens.push((Token::End, characters.len()));
    Ok(tokens)
}

fn word(name: String) -> Token {
    match name.to_ascii_lowercase().as_str() {
        "and" => Token::And,
        "or" => Token::Or,
        "not" => Token::Not,
        _ => Token::Name(name),
    }
}

struct Parser<'a> {
    text: &'a str,
    tokens: Vec<(Token, usize)>,
    at: usize,
    depth: usize,
}

impl Parser<'_> {
    fn peek(&self) -> &Token {
        &self.tokens[self.at.min(self.tokens.len() - 1)].0
    }

    fn next(&mut self) -> Token {
        let token = self.peek().clone();
        self.at += 1;
        token
    }

    fn takes(&mut self, token: &Token) -> bool {
        let found = self.peek() == token;
        self.at += usize::from(found);
        found
    }

    fn wrong(&self, expected: &str) -> Error {
        let (found, place) = &self.tokens[self.at.min(self.tokens.len() - 1)];
        wrong(self.text, *place, &format!("expected {expected}, found {}", found.shown()))
    }

    fn either(&mut self) -> Result<Goal, Error> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(self.wrong(&format!("no more than {DEPTH} levels of parentheses")));
        }
        let mut goals = vec![self.both()?];
        while self.takes(&Token::Or) {
            goals.push(self.both()?);
        }
        self.depth -= 1;
        Ok(if goals.len() == 1 { goals.remove(0) } else { Goal::Or(goals) })
    }

    fn both(&mut self) -> Result<Goal, Error> {
        let mut goals = vec![self.single()?];
        while self.takes(&Token::And) {
            goals.push(self.single()?);
        }
        Ok(if goals.len() == 1 { goals.remove(0) } else { Goal::And(goals) })
    }

    fn single(&mut self) -> Result<Goal, Error> {
        let mut negated = false;
        while self.takes(&Token::Not) {
            negated = !negated;
        }
        let goal = self.atom()?;
        Ok(if negated { !goal } else { goal })
    }

    fn atom(&mut self) -> Result<Goal, Error> {
        match self.peek() {
            Token::Name(name) if name.eq_ignore_ascii_case("at_least") => {
                self.at += 1;
                self.counted()
            }
            Token::Name(_) | Token::Quoted(_) => match self.next() {
                Token::Name(name) | Token::Quoted(name) => Ok(Goal::Of(name)),
                _ => Err(self.wrong("a name")),
            },
            Token::Open => {
                self.at += 1;
                let goal = self.either()?;
                if self.takes(&Token::Close) { Ok(goal) } else { Err(self.wrong("\")\"")) }
            }
            _ => Err(self.wrong("a target, a set, \"not\" or \"(\"")),
        }
    }

    /// What follows `at_least`.
    fn counted(&mut self) -> Result<Goal, Error> {
        if !self.takes(&Token::Open) {
            return Err(self.wrong("\"(\" after at_least"));
        }
        let Token::Name(number) = self.peek() else { return Err(self.wrong("a whole number")) };
        let Ok(count) = number.parse() else { return Err(self.wrong("a whole number")) };
        self.at += 1;
        let mut goals = Vec::new();
        while self.takes(&Token::Comma) {
            goals.push(self.either()?);
        }
        match (goals.is_empty(), self.takes(&Token::Close)) {
            (true, _) => Err(self.wrong("\",\" and what is counted")),
            (_, false) => Err(self.wrong("\",\" or \")\"")),
            _ => Ok(Goal::AtLeast(count, goals)),
        }
    }
}

impl FromStr for Goal {
    type Err = Error;

    /// # Errors
    /// What was found and what was expected, with its place in the text.
    fn from_str(text: &str) -> Result<Self, Error> {
        let mut parser = Parser { text, tokens: lex(text)?, at: 0, depth: 0 };
        let goal = parser.either()?;
        match parser.peek() {
            Token::End => Ok(goal),
            _ => Err(parser.wrong("\"and\", \"or\" or the end")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Goal {
        text.parse().unwrap_or_else(|error| panic!("{text}: {error}"))
    }

    #[test]
    fn what_is_printed_reads_back() {
        for text in [
            "a and b or c",
            "a and (b or c)",
            "not a and not (b or c)",
            "\u{4eba}\u{53e3}-2025 and \"R&D share\"",
            "at_least(2, a, b and c, not d)",
            "'say \"x\"' or \"and\"",
        ] {
            let goal = parsed(text);
            assert_eq!(parsed(&goal.to_string()), goal, "{text}");
        }
        assert_eq!(parsed("a & !b | c"), parsed("(a AND NOT b) OR c"));
        assert_eq!(parsed("not not a"), !!Goal::of("a"));
    }

    #[test]
    fn mistakes_have_a_place() {
        for (text, part) in [
            ("", "expected a target, a set, \"not\" or \"(\", found the end, at character 1"),
            ("a and", "found the end, at character 6"),
            ("a b", "expected \"and\", \"or\" or the end, found \"b\", at character 3"),
            ("(a or b", "expected \")\", found the end, at character 8"),
            ("a and #", "unexpected \"#\""),
            ("\"a", "does not end, at character 1"),
            ("at_least(x, a)", "a whole number"),
            ("at_least(2)", "what is counted"),
        ] {
            let error = text.parse::<Goal>().expect_err(text).to_string();
            assert!(error.contains(part), "{text}: {error}");
        }
        let deep = "(".repeat(100_000);
        assert!(deep.parse::<Goal>().is_err());
        assert_eq!(parsed(&format!("{}a", "not ".repeat(10_001))), !Goal::of("a"));
    }
}
