//! What a file of Dynare declares outside of its blocks: variables, and parameters with their values.

use indexmap::{IndexMap, IndexSet};

use super::assemble::{Names, Statement, word};
use super::dynare_terms::constant;
use crate::model::Note;

/// What the statements outside of blocks say.
#[derive(Debug, Default)]
pub(super) struct Declarations {
    pub(super) names: Names,
    pub(super) endogenous: IndexSet<String>,
    pub(super) exogenous: IndexSet<String>,
    /// Variables whose dates are those of the period before.
    pub(super) predetermined: IndexSet<String>,
    pub(super) declared_parameters: IndexSet<String>,
    pub(super) parameters: IndexMap<String, f64>,
    pub(super) labels: IndexMap<String, String>,
    /// How many periods the text says.
    pub(super) periods: Option<u32>,
    pub(super) notes: Vec<Note>,
}

/// Commands that say nothing about the model.
const COMMANDS: [&str; 26] = [
    "steady",
    "check",
    "resid",
    "stoch_simul",
    "simul",
    "perfect_foresight_setup",
    "perfect_foresight_solver",
    "estimation",
    "varobs",
    "model_info",
    "model_diagnostics",
    "options_",
    "close",
    "clear",
    "shock_decomposition",
    "forecast",
    "identification",
    "osr",
    "ramsey_model",
    "ramsey_policy",
    "write_latex_dynamic_model",
    "rplot",
    "dsample",
    "initval_file",
    "histval_file",
    "dynare_sensitivity",
];

impl Declarations {
    pub(super) fn unmapped(&mut self, statement: &Statement, why: &str) {
        self.notes.push(Note::new("unmapped", why).at(statement.line, &statement.text));
    }

    /// Reads a statement outside of blocks.
    pub(super) fn read(&mut self, statement: &Statement) {
        let text = statement.text.as_str();
        let (word, rest) = word(text);
        let list = match word {
            "var" => Some(&mut self.endogenous),
            "varexo" | "varexo_det" => Some(&mut self.exogenous),
            "parameters" => Some(&mut self.declared_parameters),
            "predetermined_variables" => Some(&mut self.predetermined),
            _ => None,
        };
        if let Some(list) = list {
            for (name, label) in declared(rest) {
                list.insert(name.clone());
                if let Some(label) = label {
                    self.labels.insert(name, label);
                }
            }
            return;
        }
        if let Some(value) = rest.trim_start().strip_prefix('=')
            && self.declared_parameters.contains(word)
        {
            match constant(value, &self.parameters) {
                Ok(value) => {
                    self.parameters.insert(word.to_owned(), value);
                }
                Err(why) => self.unmapped(statement, &format!("{word} has no number: {why}")),
            }
            return;
        }
        if let Some(periods) = option(rest, "periods").and_then(|text| text.parse().ok())
            && (1..=8_000).contains(&periods)
        {
            self.periods = Some(periods);
            if COMMANDS.contains(&word) {
                return;
            }
        }
        let why = if COMMANDS.contains(&word) {
            "is a command, no part of the model"
        } else {
            "is no statement that is known here"
        };
        self.unmapped(statement, why);
    }
}

/// The names that a statement declares, with their long names: `y $Y$ (long_name='output'), c`.
fn declared(text: &str) -> Vec<(String, Option<String>)> {
    let mut found: Vec<(String, Option<String>)> = Vec::new();
    let mut rest = text.trim_start();
    // Options of the statement itself.
    if let Some(after) = rest.strip_prefix('(').and_then(|inside| inside.split_once(')')) {
        rest = after.1;
    }
    while let Some(c) = rest.chars().next() {
        if c == '$' {
            rest = rest[1..].split_once('$').map_or("", |(_, after)| after);
        } else if c == '(' {
            let (inside, after) = rest[1..].split_once(')').unwrap_or((&rest[1..], ""));
            let label = inside.split_once("long_name").and_then(|(_, label)| {
                let label = label.trim_start().strip_prefix('=')?.trim_start();
                let mark = label.chars().next().filter(|mark| ['\'', '"'].contains(mark))?;
                Some(label[1..].split_once(mark)?.0.to_owned())
            });
            if let (Some(label), Some(last)) = (label, found.last_mut()) {
                last.1 = Some(label);
            }
            rest = after;
        } else if c.is_alphabetic() || c == '_' {
            let (name, after) = word(rest);
            found.push((name.to_owned(), None));
            rest = after;
        } else {
            rest = &rest[c.len_utf8()..];
        }
    }
    found
}

/// The text of an option: `periods` of `(periods=20, irf=0)`.
fn option<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let inside = text.trim_start().strip_prefix('(')?.split_once(')')?.0;
    inside.split(',').find_map(|part| {
        let (key, value) = part.split_once('=')?;
        (key.trim() == name).then(|| value.trim())
    })
}
