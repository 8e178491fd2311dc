//! What the statements of an EViews program are.

use super::assemble::{Statement, listed, word};
use super::eviews_program::{Numbers, after, generated, is_word};

/// What a statement is.
pub(super) enum Kind<'a> {
    /// It gives a coefficient or a scalar its value, or declares a vector of them.
    Number,
    /// It makes a series.
    Series,
    /// It says for which periods series are made.
    Sample(&'a str),
    /// Is it behavioural, as far as that is said?
    Equation { text: &'a str, behavioural: Option<bool> },
    /// A variable and the regressors of its equation.
    Regressors(&'a str),
    /// None of these, and why.
    Command(&'static str),
}

/// Why a list of regressors is no equation.
pub(super) const FROM_A_LIST: &str = "is to be estimated from a list of regressors; write it as an equation, or give c(1), c(2), ... \
     their values";

/// Words that begin a command.
const COMMANDS: [&str; 39] = [
    "solve",
    "sample",
    "wfcreate",
    "wfopen",
    "wfsave",
    "wfclose",
    "create",
    "open",
    "close",
    "for",
    "next",
    "if",
    "else",
    "endif",
    "while",
    "wend",
    "genr",
    "series",
    "frml",
    "group",
    "show",
    "print",
    "freeze",
    "graph",
    "table",
    "delete",
    "fetch",
    "store",
    "import",
    "read",
    "write",
    "subroutine",
    "endsub",
    "call",
    "include",
    "scalar",
    "stop",
    "logmode",
    "pageload",
];

/// What a statement is.
pub(super) fn kind<'a>(statement: &'a Statement, numbers: &Numbers) -> Kind<'a> {
    let text = statement.text.as_str();
    if numbers.has_read(statement) {
        return Kind::Number;
    }
    if numbers.unread.contains_key(&statement.line) {
        return Kind::Command("gives no number");
    }
    if text.contains(['{', '%', '!']) && !text.contains("!=") {
        return Kind::Command("has variables of the program, which only running it would fill in");
    }
    if generated(text).is_some() {
        return Kind::Series;
    }
    if let Some(rest) = after(text, "smpl").filter(|rest| !rest.starts_with('=')) {
        return Kind::Sample(rest);
    }
    // A label before an equation says nothing about it.
    if let Some((label, rest)) = text.split_once(':')
        && is_word(label.trim())
        && rest.contains('=')
        && !rest.starts_with('=')
    {
        return Kind::Equation { text: rest.trim(), behavioural: None };
    }
    if text.starts_with('@') {
        return appended(text);
    }
    let (first, rest) = word(text);
    if first == "equation" && rest.starts_with(char::is_whitespace) {
        return estimated(rest.trim_start());
    }
    if let Some(call) = rest.strip_prefix('.') {
        return method(call);
    }
    let command = COMMANDS.contains(&first) && rest.starts_with(char::is_whitespace);
    let is_assignment = rest.trim_start().starts_with(['=', '(']) && !command;
    let names_command = COMMANDS.contains(&first) || first == "model";
    if names_command && !is_assignment || !text.contains('=') {
        return Kind::Command("is a command, no equation");
    }
    Kind::Equation { text, behavioural: None }
}

/// `equation name.ls y = ...`, or a list of regressors.
fn estimated(rest: &str) -> Kind<'_> {
    match rest.split_once(char::is_whitespace).map(|(_, body)| body.trim()) {
        Some(body) if body.contains('=') => Kind::Equation { text: body, behavioural: Some(true) },
        Some(body) if !body.is_empty() => Kind::Regressors(body),
        _ => Kind::Command("is a command, no equation"),
    }
}

/// `model.append ...` and other things done to an object.
fn method(call: &str) -> Kind<'_> {
    let (name, rest) = word(call);
    // Options in brackets say nothing about the equation.
    let rest = match rest.strip_prefix('(').and_then(|rest| rest.split_once(')')) {
        Some((_, rest)) => rest.trim(),
        None => rest.trim(),
    };
    match name {
        "append" | "merge" => appended(rest),
        "ls" | "tsls" | "gmm" | "nls" if rest.contains('=') => {
            Kind::Equation { text: rest, behavioural: Some(true) }
        }
        _ => Kind::Command("is a command, no equation"),
    }
}

/// What is appended to a model.
fn appended(text: &str) -> Kind<'_> {
    if let Some(identity) = text.strip_prefix("@identity") {
        return Kind::Equation { text: identity.trim(), behavioural: Some(false) };
    }
    if let Some(behavioural) = text.strip_prefix("@stochastic") {
        return Kind::Equation { text: behavioural.trim(), behavioural: Some(true) };
    }
    let linked = text.starts_with(':') || text.starts_with('@') && !text.contains('(');
    if linked || !text.contains('=') {
        return Kind::Command("links to another object of the workfile or sets an option");
    }
    match text.split_once(':') {
        Some((label, rest)) if is_word(label.trim()) && rest.contains('=') => {
            Kind::Equation { text: rest.trim(), behavioural: None }
        }
        _ => Kind::Equation { text, behavioural: None },
    }
}

/// `y c x(-1 to -4) z ar(1)` written as an equation with the coefficients in their order.
pub(super) fn regressors(list: &str) -> Result<String, String> {
    let mut words = listed(list, char::is_whitespace).into_iter();
    let left = words.next().ok_or(FROM_A_LIST)?;
    let (mut terms, mut process, mut count) = (Vec::new(), Vec::new(), 0);
    let mut next = || {
        count += 1;
        count
    };
    for word in words {
        if word == "c" {
            terms.push(format!("c({})", next()));
        } else if word.starts_with("ar(") {
            process.push(format!("{word}=c({})", next()));
        } else if let Some((name, first, last)) = lag_list(word) {
            let step = if last < first { -1 } else { 1 };
            let mut lag = first;
            loop {
                terms.push(format!("c({})*{name}({lag})", next()));
                if lag == last {
                    break;
                }
                lag += step;
            }
        } else {
            terms.push(format!("c({})*({word})", next()));
        }
    }
    if terms.is_empty() {
        return Err(FROM_A_LIST.to_owned());
    }
    let process =
        if process.is_empty() { String::new() } else { format!(" + [{}]", process.join(",")) };
    Ok(format!("{left} = {}{process}", terms.join(" + ")))
}

/// `x(-1 to -4)` as its name and lags, of which there are not too many.
fn lag_list(word: &str) -> Option<(&str, i32, i32)> {
    let (name, rest) = word.split_once('(')?;
    let (first, last) = rest.strip_suffix(')')?.split_once(" to ")?;
    let (first, last) = (first.trim().parse().ok()?, last.trim().parse().ok()?);
    let few: bool = i32::abs_diff(first, last) <= 100;
    (is_word(name) && few).then_some((name, first, last))
}
