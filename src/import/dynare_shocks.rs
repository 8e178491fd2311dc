//! The shocks of a file of Dynare: standard errors, correlations, and values in periods.

use indexmap::IndexMap;

use super::assemble::{Equations, Read, Statement, listed};
use super::dynare_blocks::Block;
use super::dynare_declarations::Declarations;
use super::dynare_terms::constant;
use crate::expr::{Equation, Expr};
use crate::model::{Distribution, Model, Note, Pair};

/// What the block of shocks says.
#[derive(Debug, Default)]
pub(super) struct Shocks {
    pub(super) sd: IndexMap<String, f64>,
    pub(super) correlations: IndexMap<(String, String), f64>,
    /// Values in stretches of periods, counted from 1.
    pub(super) paths: IndexMap<String, Vec<(u32, u32, f64)>>,
    pub(super) line: usize,
    pub(super) notes: Vec<Note>,
}

impl Shocks {
    pub(super) fn read(blocks: &[Block], parameters: &IndexMap<String, f64>) -> Self {
        let mut found = Self::default();
        let mut covariances: Vec<(String, String, f64)> = Vec::new();
        for block in blocks {
            let mut of: Option<String> = None;
            let mut stretches: Vec<(u32, u32)> = Vec::new();
            for statement in &block.statements {
                if found.line == 0 {
                    found.line = statement.line;
                }
                let read = found.statement(
                    statement,
                    parameters,
                    &mut of,
                    &mut stretches,
                    &mut covariances,
                );
                if let Err(why) = read {
                    let note = Note::new("unmapped", why);
                    found.notes.push(note.at(statement.line, &statement.text));
                }
            }
        }
        for (a, b, covariance) in covariances {
            if let (Some(x), Some(y)) = (found.sd.get(&a), found.sd.get(&b)) {
                found.correlations.insert((a, b), covariance / (x * y));
            }
        }
        found
    }

    fn statement(
        &mut self,
        Statement { text, .. }: &Statement,
        parameters: &IndexMap<String, f64>,
        of: &mut Option<String>,
        stretches: &mut Vec<(u32, u32)>,
        covariances: &mut Vec<(String, String, f64)>,
    ) -> Result<(), String> {
        let (word, rest) = text.split_once(' ').unwrap_or((text, ""));
        let pair = |names: &str| -> Option<(String, String)> {
            let (a, b) = names.split_once(',')?;
            Some((a.trim().to_owned(), b.trim().to_owned()))
        };
        match word {
            "var" => match rest.split_once('=') {
                None => *of = Some(rest.trim().to_owned()),
                Some((names, value)) => {
                    let value = constant(value, parameters)?;
                    match pair(names) {
                        Some((a, b)) => covariances.push((a, b, value)),
                        None if value >= 0.0 => {
                            self.sd.insert(names.trim().to_owned(), value.sqrt());
                        }
                        None => return Err("has a variance below 0".to_owned()),
                    }
                }
            },
            "corr" => {
                let (names, value) = rest.split_once('=').ok_or("gives no value")?;
                let names = pair(names).ok_or("needs two names")?;
                self.correlations.insert(names, constant(value, parameters)?);
            }
            "stderr" => {
                let name = of.take().ok_or("stands behind no var")?;
                let sd = constant(rest, parameters)?;
                if sd < 0.0 {
                    return Err("is below 0".to_owned());
                }
                self.sd.insert(name, sd);
            }
            "periods" => {
                stretches.clear();
                for part in rest.split([' ', ',']).filter(|part| !part.is_empty()) {
                    let (first, last) = part.split_once(':').unwrap_or((part, part));
                    let number = |text: &str| text.trim().parse::<u32>().ok().filter(|n| *n > 0);
                    match (number(first), number(last)) {
                        (Some(first), Some(last)) if first <= last => stretches.push((first, last)),
                        _ => return Err(format!("\"{part}\" is no period")),
                    }
                }
            }
            "values" => {
                let name = of.take().ok_or("stands behind no var")?;
                let values = listed(rest, |c| c.is_whitespace() || c == ',');
                if values.len() != stretches.len() {
                    return Err(format!(
                        "{} values for {} stretches of periods",
                        values.len(),
                        stretches.len()
                    ));
                }
                let path = self.paths.entry(name).or_default();
                for (value, (first, last)) in values.into_iter().zip(stretches.drain(..)) {
                    path.push((first, last, constant(value, parameters)?));
                }
            }
            _ => return Err("is no statement of shocks that is known here".to_owned()),
        }
        Ok(())
    }
}

/// Exogenous variables with a standard error are drawn.
pub(super) fn add_shocks(
    declared: &mut Declarations,
    model: &mut Model,
    equations: &mut Equations,
    shocks: &Shocks,
) {
    for (name, sd) in &shocks.sd {
        if !declared.exogenous.contains(name) {
            let message = format!("{name} has a standard error and is no exogenous variable");
            declared.notes.push(Note::new("unmapped", message));
            continue;
        }
        let ours = declared.names.here(name);
        let equation = Equation::new(Expr::name(&ours, 0), true, Expr::number(0.0));
        let (line, source) = (shocks.line, format!("var {name}; stderr {sd}"));
        equations.read.push(Read { indicator: ours.clone(), equation, line, source });
        model.shocks.insert(ours, Distribution::normal(0.0, *sd).into());
    }
    for ((a, b), value) in &shocks.correlations {
        let pair = Pair::new(declared.names.here(a), declared.names.here(b));
        model.correlations.insert(pair, *value);
    }
}

/// The values of a variable by period, counted from 1; not more than any span has.
pub(super) fn path_values(shocks: &Shocks, name: &str) -> Vec<(u32, f64)> {
    const MOST: u32 = 10_000;
    let stretches = shocks.paths.get(name).into_iter().flatten();
    stretches
        .flat_map(|(first, last, value)| {
            (*first..=(*last).min(MOST)).map(move |period| (period, *value))
        })
        .collect()
}
