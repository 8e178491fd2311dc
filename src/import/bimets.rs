//! Models in the description language of bimets (MDL).

use indexmap::{IndexMap, IndexSet};

use super::Data;
use super::assemble::{
    Equations, Names, Read, Statement, checked, put_together, sides,
};
use super::decoded::decoded_in_part;
use super::bimets_terms::Terms;
use super::foreign::{self, Dialect};
use super::foreign_tokens::{Token, tokens};
use crate::error::Error;
use crate::expr::{Equation, Expr, Node};
use crate::model::{Model, Note, Parameter};
use crate::period::{Frequency, Span};

/// Reads a model in the description language of bimets: `BEHAVIORAL>` and `IDENTITY>` with their `EQ>`,
/// `COEFF>`, `TSRANGE` and `IF>`.
///
/// The language has no values of coefficients. Those that are given are taken; those of an equation that is
/// linear in them are estimated by ordinary least squares over its `TSRANGE`, or over all periods that
/// the data have, with those at their values that are given; a note says so. An equation that asks for another
/// estimation (`ERROR>`, `RESTRICT>`, `PDL>`, `IV>`) and whose coefficients are not all given is left out, and one
/// with `PDL>` always.
///
/// # Errors
/// Text that is none or holds no equation that can be read, two equations for one variable, the value of a
/// coefficient that no equation has. What cannot be mapped is a note.
///
/// ```
/// use tinbergen::import::{Data, read_bimets};
/// let text = "MODEL\nBEHAVIORAL> c\nEQ> c = a1 + a2*TSLAG(y,1)\nCOEFF> a1 a2\n\
///             IDENTITY> y\nEQ> y = c + g\nEND";
/// let data = Data::from_csv(b"year,c,y,g\n2019,1,10,2\n2020,6,12,2\n2021,7,11,2\n", "d.csv")?;
/// let model = read_bimets(text.as_bytes(), &data, "2021..2021".parse()?, &[], "m.mdl")?;
/// let equation = model.indicators["c"].equation.as_ref().map(ToString::to_string);
/// assert_eq!(equation.as_deref(), Some("c ~ a1 + a2 * y[-1]"));
/// assert!((model.parameters["a2"].quantity.number().expect("a number") - 0.5).abs() < 1e-12);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read_bimets(
    text: &[u8],
    data: &Data,
    span: Span,
    coefficients: &[(String, f64)],
    file: &str,
) -> Result<Model, Error> {
    let (text, said) = decoded_in_part(text, file)?;
    let name = file.rsplit_once('.').map_or(file, |(name, _)| name);
    let mut model = Model::new(name, span);
    model.imported = true;
    let mut reading = Reading {
        frequency: span.frequency(),
        data: Data::default(),
        given: coefficients.iter().cloned().collect(),
        names: Names::default(),
        equations: Equations::default(),
        parameters: IndexMap::new(),
        notes: Vec::new(),
    };
    let blocks = reading.blocks(&text);
    reading.known(&blocks).map_err(|problems| Error::model(problems).in_file(file))?;
    let data = &data.shared_out(series(&blocks));
    reading.data = data.clone();
    let mut identities: IndexMap<String, Vec<Block>> = IndexMap::new();
    for block in blocks {
        if block.behavioural {
            reading.behavioural(&block);
        } else {
            identities.entry(block.name.clone()).or_default().push(block);
        }
    }
    for blocks in identities.values() {
        reading.identity(blocks);
    }
    let Reading { mut equations, parameters, notes, .. } = reading;
    model.notes.0 = said.into_iter().chain(notes).collect();
    if equations.read.is_empty() {
        return Err(equations.nothing(&model.notes.0, file));
    }
    model.parameters = parameters;
    equations.read.sort_by_key(|read| read.line);
    put_together(&mut model, equations, data, file)?;
    Ok(model)
}

/// What belongs to one variable.
#[derive(Debug, Default)]
pub(super) struct Block {
    behavioural: bool,
    pub(super) name: String,
    line: usize,
    /// What follows each word, put together.
    parts: IndexMap<&'static str, String>,
    /// The line of its equation.
    equation_line: usize,
}

impl Block {
    pub(super) fn part(&self, word: &str) -> Option<&str> {
        self.parts.get(word).map(|text| text.trim()).filter(|text| !text.is_empty())
    }

    /// The names that stand in COEFF>.
    pub(super) fn coefficients(&self) -> impl Iterator<Item = &str> {
        let text = self.part("COEFF").unwrap_or_default();
        text.split([' ', ',', '\t', ';']).filter(|name| !name.is_empty())
    }

    fn statement(&self) -> Statement {
        let line = if self.equation_line > 0 { self.equation_line } else { self.line };
        let text = self.part("EQ").unwrap_or(&self.name).to_owned();
        Statement { line, text }
    }
}

/// Words of the language, which a `>` follows.
const WORDS: [&str; 11] =
    ["EQ", "COEFF", "TSRANGE", "ERROR", "RESTRICT", "PDL", "IF", "IV", "STORE", "DESCRIPTION", "CHOW"];

#[derive(Debug)]
pub(super) struct Reading {
    pub(super) frequency: Frequency,
    pub(super) data: Data,
    /// Values of coefficients, by their names there.
    pub(super) given: IndexMap<String, f64>,
    pub(super) names: Names,
    equations: Equations,
    pub(super) parameters: IndexMap<String, Parameter>,
    pub(super) notes: Vec<Note>,
}

impl Reading {
    /// The blocks of a text, with what of it is none.
    fn blocks(&mut self, text: &str) -> Vec<Block> {
        let mut found: Vec<Block> = Vec::new();
        let mut word: Option<&'static str> = None;
        let mut in_comment = false;
        for (line, raw) in (1..).zip(text.lines()) {
            let trimmed = raw.trim();
            if trimmed.is_empty() || trimmed.starts_with(['$', '#']) {
                continue;
            }
            let (first, rest) = keyword(trimmed);
            let upper = first.to_ascii_uppercase();
            in_comment = in_comment && upper.is_empty();
            match upper.as_str() {
                "MODEL" => word = None,
                "END" => break,
                "COMMENT" => (word, in_comment) = (None, true),
                "BEHAVIORAL" | "BEHAVIOURAL" | "IDENTITY" | "EQUATION" => {
                    word = None;
                    let name = rest.split_whitespace().next().unwrap_or_default().to_owned();
                    let behavioural = upper != "IDENTITY";
                    found.push(Block { behavioural, name, line, ..Block::default() });
                }
                "" if in_comment => {}
                "" => match (word, found.last_mut()) {
                    (Some(word), Some(block)) => {
                        let text = block.parts.entry(word).or_default();
                        text.push(' ');
                        text.push_str(trimmed);
                    }
                    _ => self.unmapped(line, trimmed, "belongs to no block"),
                },
                known => {
                    word = WORDS.into_iter().find(|word| *word == known);
                    match (word, found.last_mut()) {
                        (Some(word), Some(block)) => {
                            if word == "EQ" {
                                block.equation_line = line;
                            }
                            let text = block.parts.entry(word).or_default();
                            // Several restrictions stand under a word that comes once or more.
                            if !text.is_empty() {
                                text.push(';');
                            }
                            text.push_str(rest);
                        }
                        _ => self.unmapped(line, trimmed, "is no word that is known here"),
                    }
                }
            }
        }
        found
    }

    fn unmapped(&mut self, line: usize, text: &str, why: &str) {
        self.notes.push(Note::new("unmapped", why).at(line, text));
    }

    /// The sides of the equation of a block.
    pub(super) fn sides(&mut self, block: &Block) -> Result<(Expr, Expr), String> {
        let text = block.part("EQ").ok_or("has no EQ>")?;
        if text.contains(';') {
            return Err("has several EQ>; write a block for each, with its IF>".to_owned());
        }
        let (left, right) = sides(text).ok_or("has no equals sign")?;
        let mut terms = Terms { names: &mut self.names };
        let read =
            (foreign::expression(left, &mut terms)?, foreign::expression(right, &mut terms)?);
        let mut there = false;
        read.0.visit_names(&mut |name, lag| there |= lag == 0 && name == block.name);
        if !there && self.names.here(&block.name) == block.name {
            return Err(format!("{} does not stand on its left side", block.name));
        }
        Ok(read)
    }

    fn tell_names(&mut self, statement: &Statement) {
        for message in std::mem::take(&mut self.names.changed) {
            self.notes.push(Note::new("changed", message).at(statement.line, &statement.text));
        }
    }

    fn behavioural(&mut self, block: &Block) {
        let statement = block.statement();
        let read = self.estimated(block, &statement);
        self.tell_names(&statement);
        let name = self.names.here(&block.name);
        self.equations.take(&statement, read, || Some(name));
    }

    /// Identities of one variable: several where each has a condition.
    fn identity(&mut self, blocks: &[Block]) {
        let Some(first) = blocks.first() else { return };
        let statement = first.statement();
        let read = self.joined(blocks, &statement);
        self.tell_names(&statement);
        let name = self.names.here(&first.name);
        self.equations.take(&statement, read, || Some(name));
    }

    fn joined(&mut self, blocks: &[Block], statement: &Statement) -> Result<Read, String> {
        let mut whole: Option<(Expr, Expr)> = None;
        for block in blocks.iter().rev() {
            let (lhs, rhs) = self.sides(block)?;
            let condition = match block.part("IF") {
                Some(text) => {
                    let mut terms = Terms { names: &mut self.names };
                    Some(foreign::expression(text, &mut terms)?)
                }
                None if blocks.len() > 1 => {
                    return Err("has several equations, of which not all have a condition".to_owned());
                }
                None => None,
            };
            let Some(condition) = condition else {
                whole = Some((lhs, rhs));
                continue;
            };
            let other = match whole.take() {
                Some((left, right)) if left == lhs => right,
                Some(_) => return Err("has several equations with different left sides".to_owned()),
                // Where no condition holds it is no number.
                None => foreign::made("a / a", [&Expr::number(0.0)]),
            };
            let chosen = vec![condition, rhs, other];
            whole = Some((lhs, Expr::new(Node::Call(crate::expr::Function::If, chosen))));
        }
        let (lhs, rhs) = whole.ok_or("has no EQ>")?;
        let indicator = self.names.here(&blocks[0].name);
        let equation = checked(Equation::new(lhs, false, rhs), self.frequency)?;
        Ok(Read { indicator, equation, line: statement.line, source: statement.text.clone() })
    }
}

/// The names in equations that are no coefficients.
fn series(blocks: &[Block]) -> IndexSet<&str> {
    let mut found = IndexSet::new();
    for block in blocks {
        let text = block.part("EQ").unwrap_or_default();
        let tokens = tokens(text, Terms::IN_NAMES).unwrap_or_default();
        let coefficients: IndexSet<&str> = block.coefficients().collect();
        found.extend(tokens.iter().filter_map(|(token, _)| match token {
            Token::Word(name) if !coefficients.contains(name) => Some(*name),
            _ => None,
        }));
    }
    found
}

/// The word that a line begins with, where it is one of the language, and the rest.
fn keyword(line: &str) -> (&str, &str) {
    let end = line.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(line.len());
    let (word, rest) = line.split_at(end);
    if let Some(rest) = rest.trim_start().strip_prefix('>') {
        return (word, rest.trim_start());
    }
    let alone = ["MODEL", "END"].iter().any(|known| word.eq_ignore_ascii_case(known))
        && rest.trim().is_empty();
    let range = word.eq_ignore_ascii_case("TSRANGE");
    if alone || range { (word, rest.trim_start()) } else { ("", line) }
}
