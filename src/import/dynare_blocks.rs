//! The text of a Dynare file: statements, and the blocks in which they stand.

use super::assemble::{Statement, word};
use super::dynare_macros::{Effect, Macros};
use crate::interrupt::look;

/// A block with its statements: `model`, `initval`, ...
#[derive(Debug, Default, Clone)]
pub(super) struct Block {
    pub(super) word: String,
    pub(super) options: String,
    pub(super) statements: Vec<Statement>,
}

impl Block {
    /// Does it have an option that is a word: `model(linear)`?
    pub(super) fn has_option(&self, word: &str) -> bool {
        self.options.split(',').any(|option| option.trim() == word)
    }
}

/// A file in its parts.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// Statements outside of blocks.
    pub(super) statements: Vec<Statement>,
    pub(super) model: Block,
    pub(super) values: Vec<Block>,
    pub(super) shocks: Vec<Block>,
    /// What is no part of a model here: line, text, why.
    pub(super) unmapped: Unmapped,
}

/// Words that begin a block which ends with `end`.
const OTHERS: [&str; 14] = [
    "steady_state_model",
    "estimated_params",
    "estimated_params_init",
    "estimated_params_bounds",
    "observation_trends",
    "mshocks",
    "optim_weights",
    "osr_params_bounds",
    "conditional_forecast_paths",
    "moment_calibration",
    "irf_calibration",
    "homotopy_setup",
    "ramsey_constraints",
    "verbatim",
];

/// The parts of a text.
pub(super) fn blocks(text: &str) -> Parts {
    let (statements, unmapped) = statements(text);
    let mut parts = Parts { unmapped, ..Parts::default() };
    let mut open: Option<Block> = None;
    for statement in statements {
        let text = statement.text.as_str();
        let (word, rest) = word(text);
        // What of the macro language stands for nobody knows what.
        let macros = text.rsplit_once('}').filter(|_| text.contains("@{"));
        let in_model = open.as_ref().is_some_and(|block| block.word == "model");
        let ends = macros.map_or(text, |(_, after)| after.trim()) == "end";
        if macros.is_some() && (ends || !in_model) {
            let why = "has a part of the macro language, which only Dynare would run";
            parts.unmapped.push((statement.line, text.to_owned(), why.to_owned()));
            if !ends {
                continue;
            }
        }
        if let Some(block) = &mut open {
            if ends {
                parts.close(open.take().unwrap_or_default());
            } else {
                block.statements.push(statement);
            }
            continue;
        }
        let options = rest.trim().trim_start_matches('(').trim_end_matches(')').to_owned();
        let alone = rest.trim().is_empty() || rest.trim_start().starts_with('(');
        let known = ["model", "initval", "endval", "histval", "shocks"].contains(&word);
        if alone && (known || OTHERS.contains(&word)) {
            if !known {
                let why = "is a block that says nothing about the model here";
                parts.unmapped.push((statement.line, text.to_owned(), why.to_owned()));
            }
            open = Some(Block { word: word.to_owned(), options, statements: Vec::new() });
        } else {
            parts.statements.push(statement);
        }
    }
    if let Some(block) = open {
        let line = block.statements.first().map_or(1, |statement| statement.line);
        let why = "is a block that does not end".to_owned();
        parts.unmapped.push((line, block.word.clone(), why));
        parts.close(block);
    }
    parts
}

impl Parts {
    fn close(&mut self, block: Block) {
        match block.word.as_str() {
            "model" => {
                self.model.options = block.options;
                self.model.statements.extend(block.statements);
            }
            "initval" | "endval" | "histval" => self.values.push(block),
            "shocks" => self.shocks.push(block),
            _ => {}
        }
    }
}

type Unmapped = Vec<(usize, String, String)>;

/// Stands in a statement of which a part was left out, so that it cannot be read.
const PART: &str = " @{...} ";

/// What stands between semicolons, without comments, in branches of the macro language that are taken.
fn statements(text: &str) -> (Vec<Statement>, Unmapped) {
    let (mut found, mut unmapped) = (Vec::new(), Vec::new());
    let (mut pending, mut begin) = (String::new(), 1);
    let (mut in_comment, mut macros) = (false, Macros::default());
    // Does what is left out end within a statement?
    let (mut loose, mut broken) = (false, false);
    let mut directive: Option<(usize, String)> = None;
    let only = "is of the macro language, which only Dynare would run";
    for (line, raw) in (1..).zip(text.lines()) {
        look();
        let goes_on = directive.is_some();
        if goes_on || !in_comment && raw.trim_start().starts_with("@#") {
            let (from, mut whole) = directive.take().unwrap_or((line, String::new()));
            whole.push_str(raw.trim());
            if let Some(first) = whole.strip_suffix('\\') {
                directive = Some((from, format!("{first} ")));
                continue;
            }
            broken |= std::mem::take(&mut loose);
            match macros.directive(from, &whole) {
                Effect::None => {}
                Effect::Unknown => unmapped.push((from, whole, only.to_owned())),
                Effect::LeftOut { line: from, text } => {
                    let why = format!("{only}: lines {from} to {line} are left out");
                    unmapped.push((from, text, why));
                    if std::mem::take(&mut broken) || !pending.trim().is_empty() {
                        begin = if pending.trim().is_empty() { from } else { begin };
                        pending.push_str(PART);
                    }
                }
            }
            if macros.taken() {
                broken = false;
            }
            continue;
        }
        let code = code_of(raw, &mut in_comment);
        if !macros.taken() {
            if !code.trim().is_empty() {
                loose = macros.unknown().is_some() && !code.trim_end().ends_with(';');
            }
            continue;
        }
        for (k, part) in macros.filled_in(&code).split(';').enumerate() {
            if k > 0 {
                flush(&mut pending, begin, &mut found);
            }
            if pending.trim().is_empty() {
                pending.clear();
                begin = line;
            }
            pending.push_str(part);
            pending.push(' ');
        }
    }
    flush(&mut pending, begin, &mut found);
    if let Some((from, text)) = macros.unknown() {
        let why = format!("{only}: what follows line {from} is left out");
        unmapped.push((from, text.to_owned(), why));
    }
    (found, unmapped)
}

/// A line without its comments.
fn code_of(raw: &str, in_comment: &mut bool) -> String {
    let (mut code, mut rest) = (String::with_capacity(raw.len()), raw);
    while !rest.is_empty() {
        if *in_comment {
            let Some((_, after)) = rest.split_once("*/") else { break };
            (rest, *in_comment) = (after, false);
            continue;
        }
        let (at, sign) = comment(rest).unwrap_or((rest.len(), ""));
        code.push_str(&rest[..at]);
        *in_comment = sign == "/*";
        rest = if *in_comment { &rest[at + sign.len()..] } else { "" };
    }
    code
}

/// Where a comment begins outside quotation marks, and with which sign.
fn comment(text: &str) -> Option<(usize, &'static str)> {
    let (mut at, mut before) = (0, ' ');
    while let Some(c) = text[at..].chars().next() {
        let rest = &text[at..];
        // Behind a name this transposes in MATLAB.
        let opens = matches!(c, '\'' | '"') && !(before.is_alphanumeric() || before == ')');
        if opens && let Some(length) = rest[1..].find(c) {
            (at, before) = (at + length + 2, c);
            continue;
        }
        let sign = ["/*", "//", "%"].into_iter().find(|sign| rest.starts_with(sign));
        if let Some(sign) = sign {
            return Some((at, sign));
        }
        (at, before) = (at + c.len_utf8(), c);
    }
    None
}

fn flush(pending: &mut String, line: usize, found: &mut Vec<Statement>) {
    let text = std::mem::take(pending).split_whitespace().collect::<Vec<_>>().join(" ");
    if !text.is_empty() {
        found.push(Statement { line, text });
    }
}
