//! Branches of Dynare's macro language: what stands in one that is not taken is no part of the model.

use indexmap::IndexMap;

/// Longer expressions are left to Dynare.
const LONGEST: usize = 200;

/// The value of a macro variable; none where only Dynare knows it.
type Value = Option<Constant>;

#[derive(Debug, Clone, PartialEq)]
enum Constant {
    Number(f64),
    Text(String),
}

impl Constant {
    fn truth(of: bool) -> Self {
        Self::Number(f64::from(u8::from(of)))
    }

    fn holds(&self) -> Option<bool> {
        match self {
            Self::Number(number) => Some(*number != 0.0),
            Self::Text(_) => None,
        }
    }
}

/// What becomes of the lines of a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Branch {
    Taken,
    NotTaken,
    /// Whether it is taken, or how often, only Dynare would know.
    Unknown,
}

/// An `@#if` or `@#for` that is open.
#[derive(Debug)]
struct Open {
    branch: Branch,
    /// Was a branch of it taken?
    settled: bool,
    line: usize,
    text: String,
}

/// What a line of the macro language does to what stands around it.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Effect {
    /// It is understood.
    None,
    /// Only Dynare would run it.
    Unknown,
    /// It ends lines that are left out, which begin with the line and text.
    LeftOut { line: usize, text: String },
}

/// The state of the macro language from line to line.
#[derive(Debug, Default)]
pub(super) struct Macros {
    values: IndexMap<String, Value>,
    open: Vec<Open>,
    /// Has another file been asked for, which may define anything?
    included: bool,
}

impl Macros {
    /// Is the line of a branch that is known to be taken?
    pub(super) fn taken(&self) -> bool {
        self.open.iter().all(|open| open.branch == Branch::Taken)
    }

    /// The first line of what is left out as unknown, where the file ends within.
    pub(super) fn unknown(&self) -> Option<(usize, &str)> {
        let skipped = self.open.iter().position(|open| open.branch != Branch::Taken)?;
        let open = &self.open[skipped];
        (open.branch == Branch::Unknown).then_some((open.line, open.text.as_str()))
    }

    /// Takes a line that begins with `@#`.
    pub(super) fn directive(&mut self, line: usize, text: &str) -> Effect {
        let body = text.trim().trim_start_matches("@#").trim();
        let body = body.split_once("//").map_or(body, |(code, _)| code).trim();
        let end = body.find(|c: char| !c.is_alphanumeric()).unwrap_or(body.len());
        let (word, rest) = body.split_at(end);
        let rest = rest.trim();
        match word {
            "if" | "ifdef" | "ifndef" => {
                let holds = self.taken().then(|| self.condition(word, rest)).flatten();
                let branch = match (self.taken(), holds) {
                    (true, None) => Branch::Unknown,
                    (true, Some(true)) => Branch::Taken,
                    _ => Branch::NotTaken,
                };
                let settled = holds == Some(true);
                self.open.push(Open { branch, settled, line, text: text.trim().to_owned() });
            }
            "for" => {
                let branch = if self.taken() { Branch::Unknown } else { Branch::NotTaken };
                let text = text.trim().to_owned();
                self.open.push(Open { branch, settled: true, line, text });
            }
            "elseif" | "else" => return self.otherwise(line, text, word, rest),
            "endif" | "endfor" => {
                let unknown = self.unknown().map(|(line, _)| line);
                let Some(open) = self.open.pop() else { return Effect::Unknown };
                if open.branch == Branch::Unknown && unknown == Some(open.line) {
                    return Effect::LeftOut { line: open.line, text: open.text };
                }
            }
            "define" => return self.define(rest),
            "include" if self.taken() || self.unknown().is_some() => {
                self.values.clear();
                self.included = true;
                return if self.taken() { Effect::Unknown } else { Effect::None };
            }
            _ if self.taken() => return Effect::Unknown,
            _ => {}
        }
        Effect::None
    }

    fn otherwise(&mut self, line: usize, text: &str, word: &str, rest: &str) -> Effect {
        let Some(mut open) = self.open.pop() else { return Effect::Unknown };
        // Within what is not taken nothing is; a branch after one that nobody knows is as unknown.
        if self.taken() && open.branch != Branch::Unknown {
            let holds = if word == "else" { Some(true) } else { self.condition("if", rest) };
            open.branch = match (open.settled, holds) {
                (true, _) | (false, Some(false)) => Branch::NotTaken,
                (false, Some(true)) => Branch::Taken,
                (false, None) => Branch::Unknown,
            };
            if open.branch == Branch::Unknown {
                (open.line, open.text) = (line, text.trim().to_owned());
            }
            open.settled |= open.branch == Branch::Taken;
        }
        self.open.push(open);
        Effect::None
    }

    fn define(&mut self, rest: &str) -> Effect {
        let end = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
        let (name, after) = rest.split_at(end);
        let value = match after.trim().strip_prefix('=') {
            Some(value) => self.value(value),
            None if after.trim().is_empty() => Some(Constant::truth(true)),
            None => None,
        };
        if self.taken() {
            let unknown = value.is_none();
            self.values.insert(name.to_owned(), value);
            return if unknown { Effect::Unknown } else { Effect::None };
        }
        if self.unknown().is_some() {
            self.values.insert(name.to_owned(), None);
        }
        Effect::None
    }

    fn condition(&self, word: &str, text: &str) -> Option<bool> {
        if word == "if" {
            return self.value(text)?.holds();
        }
        let defined = match self.values.get(text) {
            Some(Some(_)) => true,
            Some(None) => return None,
            None if self.included => return None,
            None => false,
        };
        Some(defined == (word == "ifdef"))
    }

    /// The value of an expression of constants; none where it has more than is known here.
    fn value(&self, text: &str) -> Value {
        let text = text.trim();
        if text.len() > LONGEST {
            return None;
        }
        for (sign, both) in [("||", false), ("&&", true)] {
            if let Some((left, right)) = split(text, &[sign]).map(|(left, _, right)| (left, right))
            {
                let (left, right) = (self.value(left)?.holds()?, self.value(right)?.holds()?);
                return Some(Constant::truth(if both { left && right } else { left || right }));
            }
        }
        if let Some((left, sign, right)) = split(text, &["==", "!=", "<=", ">=", "<", ">"]) {
            let (left, right) = (self.value(left)?, self.value(right)?);
            return compared(&left, sign, &right).map(Constant::truth);
        }
        if let Some(rest) = text.strip_prefix('!') {
            return self.value(rest)?.holds().map(|holds| Constant::truth(!holds));
        }
        if let Some(inner) = text.strip_prefix('(').and_then(|rest| rest.strip_suffix(')'))
            && !inner.contains(['(', ')'])
        {
            return self.value(inner);
        }
        if let Some(inner) = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
            return (!inner.contains('"')).then(|| Constant::Text(inner.to_owned()));
        }
        match text {
            "true" => return Some(Constant::truth(true)),
            "false" => return Some(Constant::truth(false)),
            _ => {}
        }
        if text.starts_with(|c: char| c.is_ascii_digit() || matches!(c, '-' | '.')) {
            return text.parse().ok().filter(|n: &f64| n.is_finite()).map(Constant::Number);
        }
        self.values.get(text)?.clone()
    }

    /// A line with the values of `@{name}` in it, as far as they are known.
    pub(super) fn filled_in(&self, code: &str) -> String {
        let (mut done, mut rest) = (String::with_capacity(code.len()), code);
        while let Some((before, after)) = rest.split_once("@{") {
            done.push_str(before);
            let Some((name, more)) = after.split_once('}') else {
                done.push_str("@{");
                rest = after;
                continue;
            };
            match self.value(name) {
                Some(Constant::Number(number)) => done.push_str(&number.to_string()),
                Some(Constant::Text(text)) => done.push_str(&text),
                None => {
                    done.push_str("@{");
                    done.push_str(name);
                    done.push('}');
                }
            }
            rest = more;
        }
        done.push_str(rest);
        done
    }
}

fn compared(left: &Constant, sign: &str, right: &Constant) -> Option<bool> {
    let order = match (left, right) {
        (Constant::Number(left), Constant::Number(right)) => left.partial_cmp(right)?,
        (Constant::Text(left), Constant::Text(right)) => left.cmp(right),
        _ => return None,
    };
    Some(match sign {
        "==" => order.is_eq(),
        "!=" => order.is_ne(),
        "<=" => order.is_le(),
        ">=" => order.is_ge(),
        "<" => order.is_lt(),
        _ => order.is_gt(),
    })
}

/// What stands left and right of the first of some signs outside brackets and quotation marks.
fn split<'a, 's>(text: &'a str, signs: &[&'s str]) -> Option<(&'a str, &'s str, &'a str)> {
    let (mut depth, mut quoted) = (0_i64, false);
    for (at, c) in text.char_indices() {
        match c {
            '"' => quoted = !quoted,
            '(' | '[' => depth += 1,
            ')' | ']' => depth -= 1,
            _ if depth == 0 && !quoted => {
                if let Some(sign) = signs.iter().find(|sign| text[at..].starts_with(**sign)) {
                    return Some((&text[..at], sign, &text[at + sign.len()..]));
                }
            }
            _ => {}
        }
    }
    None
}
