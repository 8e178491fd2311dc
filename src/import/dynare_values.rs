//! What is known of the variables of a model of Dynare: before its first period, and of exogenous ones in all.

use indexmap::{IndexMap, IndexSet};

use super::Data;
use super::dynare_blocks::Block;
use super::dynare_declarations::Declarations;
use super::dynare_shocks::{Shocks, path_values};
use super::dynare_terms::constant;
use crate::model::Note;
use crate::period::{Period, Span};

/// Initial and terminal values, and those of single periods.
#[derive(Debug, Default)]
pub(super) struct Values {
    linear: bool,
    initial: IndexMap<String, f64>,
    last: IndexMap<String, f64>,
    /// Is there a block that says what was before? What it does not name was 0 then.
    before_said: bool,
    /// Values in single periods up to the one before the first, which is 0.
    before: IndexMap<(String, i32), f64>,
}

impl Values {
    /// Reads the blocks that give values.
    pub(super) fn read(declared: &mut Declarations, blocks: &[Block], linear: bool) -> Self {
        let mut found = Self { linear, ..Self::default() };
        let mut known = declared.parameters.clone();
        for block in blocks {
            found.before_said |= block.word == "histval";
            for statement in &block.statements {
                let Some((left, right)) = statement.text.split_once('=') else {
                    declared.unmapped(statement, "gives no value");
                    continue;
                };
                let value = match constant(right, &known) {
                    Ok(value) => value,
                    Err(why) => {
                        declared.unmapped(statement, &format!("has no number: {why}"));
                        continue;
                    }
                };
                let left = left.trim();
                match (block.word.as_str(), left.split_once('(')) {
                    ("histval", Some((name, at))) => {
                        let at = at.trim_end_matches(')').trim().parse::<i32>();
                        match at {
                            Ok(at) if (-800..=0).contains(&at) => {
                                found.before.insert((name.trim().to_owned(), at), value);
                            }
                            _ => declared.unmapped(statement, "is for no period before the first"),
                        }
                    }
                    ("endval", None) => {
                        found.last.insert(left.to_owned(), value);
                    }
                    ("initval", None) => {
                        known.insert(left.to_owned(), value);
                        found.initial.insert(left.to_owned(), value);
                    }
                    _ => declared.unmapped(statement, "gives no value that is known here"),
                }
            }
        }
        found
    }

    /// The values of all variables before the span, and of exogenous ones in it.
    pub(super) fn data(
        &self,
        declared: &mut Declarations,
        given: &Data,
        span: Span,
        longest: u32,
        looked_back: &IndexSet<(String, u32)>,
        shocks: &Shocks,
    ) -> Data {
        let all = declared.endogenous.iter().chain(&declared.exogenous);
        let ours: Vec<String> = all.map(|name| declared.names.here(name)).collect();
        let given = &given.shared_out(ours.iter().map(String::as_str));
        let mut data = given.clone();
        let mut unnamed = IndexSet::new();
        // Does an equation look back from the span to the period k, where 0 is the last before it?
        let needed = |ours: &str, k: i32| {
            looked_back.iter().any(|(name, lag)| name == ours && *lag as i32 > -k)
        };
        let before = Span::new(span.first() - longest as i32, span.first() - 1);
        let before: Vec<Period> = before.map(|b| b.periods().collect()).unwrap_or_default();
        let mut zero = Vec::new();
        for name in declared.endogenous.clone() {
            let ours = declared.names.here(&name);
            let mut values: IndexMap<Period, f64> = given.of(&ours).cloned().unwrap_or_default();
            let initial = self.initial.get(&name).copied().filter(|_| !self.before_said);
            let start =
                initial.or((self.linear && values.is_empty() && !self.before_said).then_some(0.0));
            if initial.is_none() && start.is_some() {
                zero.push(name.clone());
            }
            for (k, period) in (1 - longest as i32..).zip(&before) {
                let single = self.before.get(&(name.clone(), k)).copied();
                if let Some(value) = single.or(start) {
                    values.insert(*period, value);
                } else if self.before_said && !values.contains_key(period) {
                    values.insert(*period, 0.0);
                    if needed(&ours, k) {
                        unnamed.insert(name.clone());
                    }
                }
            }
            values.retain(|period, _| *period < span.first());
            data = data.with_named(&ours, values);
        }
        if !zero.is_empty() {
            let message = format!(
                "the model is linear, and {} begin at 0, for no value is given before the first \
                 period",
                zero.join(", ")
            );
            declared.notes.push(Note::new("assumed", message));
        }
        for name in declared.exogenous.clone() {
            let ours = declared.names.here(&name);
            let mut values = given.of(&ours).cloned().unwrap_or_default();
            let random = shocks.sd.contains_key(&name);
            let first = self.initial.get(&name).copied();
            let level = self.last.get(&name).copied().or(first);
            if values.is_empty() || level.is_some() {
                for (k, period) in (1 - longest as i32..).zip(&before) {
                    let single = self.before.get(&(name.clone(), k)).copied();
                    let start = first.filter(|_| !self.before_said).unwrap_or(0.0);
                    values.insert(*period, single.unwrap_or(start));
                    if self.before_said && single.is_none() && needed(&ours, k) {
                        unnamed.insert(name.clone());
                    }
                }
                if !random {
                    for period in span.periods() {
                        values.insert(period, level.unwrap_or(0.0));
                    }
                }
            }
            for (at, value) in path_values(shocks, &name) {
                let period = span.first() + (at as i32 - 1);
                if span.contains(period) {
                    values.insert(period, value);
                }
            }
            data = data.with_named(&ours, values);
        }
        if !unnamed.is_empty() {
            let unnamed: Vec<&str> = unnamed.iter().map(String::as_str).collect();
            let message = format!(
                "{} {} 0 before the first period wherever histval gives no value, as in Dynare",
                unnamed.join(", "),
                if unnamed.len() == 1 { "is" } else { "are" }
            );
            declared.notes.push(Note::new("assumed", message));
        }
        data
    }
}
