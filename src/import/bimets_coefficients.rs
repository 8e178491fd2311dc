//! Coefficients of behavioural equations of bimets: those that are given, and estimates of the others.

use indexmap::{IndexMap, IndexSet};

use super::assemble::{Read, Statement, checked};
use super::bimets::{Block, Reading};
use super::least_squares::least_squares;
use crate::error::{Problem, near};
use crate::expr::{Equation, Expr};
use crate::model::{Note, Parameter};
use crate::period::{Frequency, Period, Span};

/// Words that ask for an estimation that is not done here.
const ESTIMATIONS: [&str; 4] = ["ERROR", "RESTRICT", "PDL", "IV"];

/// A coefficient: its name here, and its value where it is given.
struct Coefficient {
    ours: String,
    given: Option<f64>,
}

impl Reading {
    /// Whether every coefficient that is given belongs to an equation.
    pub(super) fn known(&self, blocks: &[Block]) -> Result<(), Vec<Problem>> {
        let all: IndexSet<&str> = blocks.iter().flat_map(Block::coefficients).collect();
        let strange = self.given.keys().filter(|name| !all.contains(name.as_str()));
        let problems: Vec<Problem> = strange
            .map(|name| {
                let hint = near(name, all.iter().copied());
                let message = format!("\"{name}\" is no coefficient of an equation (COEFF>){hint}");
                Problem::new("coefficients", message)
            })
            .collect();
        if problems.is_empty() { Ok(()) } else { Err(problems) }
    }

    /// A behavioural equation whose coefficients have values.
    pub(super) fn estimated(
        &mut self,
        block: &Block,
        statement: &Statement,
    ) -> Result<Read, String> {
        if block.part("IF").is_some() {
            return Err("a behavioural equation with a condition cannot be read".to_owned());
        }
        if block.part("PDL").is_some() {
            return Err(
                "has a distributed lag (PDL>), which adds lags to what EQ> says; write them out \
                        in EQ>, each with its coefficient"
                    .to_owned(),
            );
        }
        let (lhs, rhs) = self.sides(block)?;
        let names: Vec<Coefficient> = block
            .coefficients()
            .map(|name| {
                let given = self.given.get(name).copied();
                Coefficient { ours: self.names.here(name), given }
            })
            .collect();
        let equation = checked(Equation::new(lhs, true, rhs), self.frequency)?;
        let (mut values, mut unknown) = (IndexMap::new(), Vec::new());
        for Coefficient { ours, given } in names {
            match given {
                Some(value) => _ = values.insert(ours, value),
                None => unknown.push(ours),
            }
        }
        let (mut estimates, mut source) = (IndexMap::new(), None);
        if unknown.is_empty() {
            if let Some(process) = block.part("ERROR") {
                let message = format!(
                    "the error process {process} is left out, for the coefficients that are given say \
                     nothing of it; write it out in EQ> to have it"
                );
                let note = Note::new("unmapped", message).about(&block.name);
                self.notes.push(note.at(statement.line, &statement.text));
            }
        } else {
            if let Some(word) = ESTIMATIONS.into_iter().find(|word| block.part(word).is_some()) {
                return Err(format!(
                    "asks for an estimation with {word}>, which is not done here; give the values of \
                     its coefficients {}",
                    unknown.join(", ")
                ));
            }
            let periods;
            (estimates, periods) = self.fitted(block, &equation, &unknown, &values)?;
            let first = periods.first().map(ToString::to_string).unwrap_or_default();
            let last = periods.last().map(ToString::to_string).unwrap_or_default();
            let how = format!("least squares over {first}..{last}");
            let mut message = format!(
                "the coefficients {} were estimated by ordinary {how}, as their values were not \
                 given",
                unknown.join(", ")
            );
            if !values.is_empty() {
                let held: Vec<&str> = values.keys().map(String::as_str).collect();
                message = format!("{message}, with {} as given", held.join(", "));
            }
            let note = Note::new("assumed", message).about(&block.name);
            self.notes.push(note.at(statement.line, &statement.text));
            source = Some(how);
        }
        let mut renamed = self.add_parameters(&block.name, &values, None);
        renamed.extend(self.add_parameters(&block.name, &estimates, source.as_deref()));
        let equation = equation.rewritten(&mut |part| {
            let name = part.plain_name()?;
            renamed.get(name).map(|ours| Expr::name(ours, 0))
        });
        let indicator = self.names.here(&block.name);
        let source = equation.to_string();
        let equation = Equation { source: source.as_str().into(), ..equation };
        Ok(Read { indicator, equation, line: statement.line, source: statement.text.clone() })
    }

    /// Coefficients become parameters; one whose name is taken by another value gets that of its
    /// equation before it.
    fn add_parameters(
        &mut self,
        equation: &str,
        values: &IndexMap<String, f64>,
        source: Option<&str>,
    ) -> IndexMap<String, String> {
        let mut renamed = IndexMap::new();
        for (name, value) in values {
            let other = self.parameters.get(name).and_then(|known| known.quantity.number());
            let ours = match other {
                Some(other) if other.to_bits() != value.to_bits() => {
                    let ours = self.names.here(&format!("{equation}_{name}"));
                    renamed.insert(name.clone(), ours.clone());
                    ours
                }
                _ => name.clone(),
            };
            let mut parameter = Parameter::from(*value);
            parameter.quantity.source = source.map(str::to_owned);
            self.parameters.insert(ours, parameter);
        }
        renamed
    }

    /// Least squares over the range of a block, or over all periods in which the data suffice, with the
    /// coefficients that are given at their values.
    fn fitted(
        &self,
        block: &Block,
        equation: &Equation,
        names: &[String],
        held: &IndexMap<String, f64>,
    ) -> Result<(IndexMap<String, f64>, Vec<Period>), String> {
        let expanded = equation.expand(self.frequency).map_err(|errors| {
            errors.first().map_or_else(String::new, |error| error.message.clone())
        })?;
        let known = |name: &str, period: Period| {
            let held = held.get(name).copied();
            held.or_else(|| self.data.of(name)?.get(&period).copied())
        };
        let needed = needed(&expanded, names, held);
        let periods = match block.part("TSRANGE") {
            Some(text) => range(text, self.frequency)?,
            None => self.complete(&needed, &known),
        };
        if periods.is_empty() {
            let absent: IndexSet<&str> = needed.iter().map(|(name, _)| name.as_str()).collect();
            let absent: Vec<&str> =
                absent.into_iter().filter(|name| self.data.of(name).is_none()).collect();
            let no_data = self.data.names().next().is_none();
            let lack = if absent.is_empty() || no_data {
                "no data to estimate them from".to_owned()
            } else {
                format!(
                    "the data have no {} (a coefficient stands in COEFF>)",
                    absent.join(" and no ")
                )
            };
            return Err(format!(
                "has coefficients without values ({}), and {lack}",
                names.join(", ")
            ));
        }
        Ok((least_squares(&expanded, names, &periods, &known)?, periods))
    }

    /// All periods in which the data have what an equation needs.
    fn complete(
        &self,
        needed: &[(String, u32)],
        known: &impl Fn(&str, Period) -> Option<f64>,
    ) -> Vec<Period> {
        let series = self.data.names().filter_map(|name| self.data.series(name));
        let mut periods: Vec<Period> = series.flat_map(|series| series.keys().copied()).collect();
        periods.retain(|period| period.frequency() == self.frequency);
        periods.sort_by_key(|period| period.ordinal());
        periods.dedup();
        periods.retain(|period| {
            needed.iter().all(|(name, lag)| known(name, *period - *lag as i32).is_some())
        });
        periods
    }
}

/// The series that an equation needs, with their lags.
fn needed(
    equation: &Equation,
    coefficients: &[String],
    held: &IndexMap<String, f64>,
) -> Vec<(String, u32)> {
    let mut needed: Vec<(String, u32)> = Vec::new();
    for side in equation.sides() {
        side.visit_names(&mut |name, lag| {
            let coefficient = coefficients.iter().any(|coefficient| coefficient == name);
            if !coefficient && !held.contains_key(name) {
                needed.push((name.to_owned(), lag));
            }
        });
    }
    needed
}

/// `1921 1 1941 1`: first year and part, last year and part.
fn range(text: &str, frequency: Frequency) -> Result<Vec<Period>, String> {
    let wrong = || format!("expected \"TSRANGE year part year part\", found \"{text}\"");
    let numbers: Vec<i32> = text
        .split([' ', ',', '\t'])
        .filter(|word| !word.is_empty())
        .map(|word| word.parse().map_err(|_| wrong()))
        .collect::<Result<_, _>>()?;
    let [first_year, first_part, last_year, last_part] = numbers.as_slice() else {
        return Err(wrong());
    };
    let period = |year, part| Period::of_year(year, part, frequency).ok_or_else(wrong);
    let span = Span::new(period(*first_year, *first_part)?, period(*last_year, *last_part)?);
    span.map(|span| span.periods().collect()).map_err(|error| error.to_string())
}
