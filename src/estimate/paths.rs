//! The paths of a run with what was drawn for them, as values of names.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::checked::CheckedEquation;
use crate::compile::{Base, Program};
use crate::ensemble::Ensemble;
use crate::error::Error;
use crate::expr::{Equation, Expr, Node};
use crate::interrupt::look;
use crate::model::{Model, Value};
use crate::period::Period;
use crate::simulate::Draw;
use crate::simulate::Ensembles;
use crate::simulate::{Lanes, Values};

/// How many drawn numbers are held at a time.
const MOST: usize = 1 << 24;

/// What was drawn in a run and equations need, worked out again from its seed.
#[derive(Debug, Default)]
pub(super) struct Draws {
    /// Parameters by name.
    parameters: HashMap<String, Drawn>,
    /// Histories that are drawn, by indicator and period.
    histories: HashMap<(String, Period), Vec<f64>>,
    /// Shocks by name and period, as the scenario has them.
    shocks: HashMap<(String, Period), Vec<f64>>,
}

#[derive(Debug)]
enum Drawn {
    Number(f64),
    Each(Vec<f64>),
}

impl Draws {
    /// What the first of some equations need, and of how many: of as many as fit.
    pub(super) fn of(
        program: &Program,
        runs: &Ensembles,
        scenario: &str,
        equations: &[CheckedEquation],
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<(Self, usize), Error> {
        let (mut names, mut shocks) = (HashSet::new(), HashSet::new());
        let each = runs.info().paths * program.span().len();
        let mut count = 0;
        for held in equations {
            let mut more = shocks.clone();
            visit_shocks(&held.equation.lhs, &mut more);
            visit_shocks(&held.equation.rhs, &mut more);
            more.extend(held.shock.clone());
            if count > 0 && more.len() > shocks.len() && more.len() * each > MOST {
                break;
            }
            shocks = more;
            count += 1;
            let mut add = |name: &str, _: u32| {
                names.insert(name.to_owned());
            };
            held.equation.lhs.visit_names(&mut add);
            held.equation.rhs.visit_names(&mut add);
        }
        let mut draws = Self::default();
        draws.fill(program, runs, scenario, &names, &shocks, watch)?;
        Ok((draws, count))
    }

    fn fill(
        &mut self,
        program: &Program,
        runs: &Ensembles,
        scenario: &str,
        names: &HashSet<String>,
        shocks: &HashSet<String>,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<(), Error> {
        let (inner, model) = (&*program.inner, program.model());
        let Some(compiled) = inner.scenarios.iter().find(|found| found.name == scenario) else {
            return Err(Error::at("scenario", format!("unknown scenario \"{scenario}\"")));
        };
        let (mut wanted, mut keys) = (Vec::new(), Vec::new());
        let other: HashSet<&String> = runs.info().parameters.iter().map(|(name, _)| name).collect();
        for (k, (name, _)) in model.parameters.iter().enumerate() {
            match &compiled.path_values[k].base {
                _ if !names.contains(name) => {}
                Base::Number(number) if !other.contains(name) => {
                    let setting = &compiled.path_values[k];
                    let number = number * setting.scale + setting.add;
                    self.parameters.insert(name.clone(), Drawn::Number(number));
                }
                Base::Number(_) | Base::Drawn(_) | Base::Each(_) => {
                    wanted.push(Draw::Path(k));
                    keys.push(Key::Parameter(name.clone()));
                }
            }
        }
        for (k, draw) in inner.random.path.iter().enumerate() {
            let named = draw.name.strip_prefix("history/").and_then(|rest| rest.rsplit_once('/'));
            let Some((name, Ok(period))) = named.map(|(n, p)| (n, p.parse())) else { continue };
            if names.contains(name) {
                wanted.push(Draw::Path(k));
                keys.push(Key::History(name.to_owned(), period));
            }
        }
        for (k, name) in model.shocks.keys().enumerate().filter(|(_, n)| shocks.contains(*n)) {
            if moved_by_event(model, name) {
                continue;
            }
            for (index, period) in program.span().periods().enumerate() {
                look();
                wanted.push(Draw::Shock(k, inner.timeline.of_span(index..index + 1)));
                keys.push(Key::Shock(k as u32, name.clone(), period));
            }
        }
        if wanted.is_empty() {
            return Ok(());
        }
        let found = program.drawn(runs.info(), scenario, &wanted, watch)?;
        for (key, mut values) in keys.into_iter().zip(found) {
            match key {
                Key::Parameter(name) => drop(self.parameters.insert(name, Drawn::Each(values))),
                Key::History(name, period) => drop(self.histories.insert((name, period), values)),
                Key::Shock(k, name, period) => {
                    let mean = inner.random.shocks[k as usize].marginal.mean();
                    let here = |change: &&crate::compile::ShockChange| {
                        change.shock == k && inner.timeline.period(change.row) == period
                    };
                    for change in compiled.shock_changes.iter().filter(here) {
                        let moved = |v: f64| (mean + (v - mean) * change.scale) + change.add;
                        values.iter_mut().for_each(|value| *value = moved(*value));
                    }
                    self.shocks.insert((name, period), values);
                }
            }
        }
        Ok(())
    }
}

enum Key {
    Parameter(String),
    History(String, Period),
    Shock(u32, String, Period),
}

fn moved_by_event(model: &Model, shock: &str) -> bool {
    model.events.values().any(|event| event.size.contains_key(shock))
}

fn visit_shocks(expr: &Expr, found: &mut HashSet<String>) {
    if let Node::Shock(name) = &expr.node {
        found.insert(name.clone());
    }
    expr.parts().into_iter().for_each(|part| visit_shocks(part, found));
}

/// The paths of a scenario with its draws.
pub(super) struct Paths<'a> {
    model: &'a Model,
    ensemble: &'a Ensemble,
    draws: &'a Draws,
}

impl<'a> Paths<'a> {
    pub(super) fn new(program: &'a Program, ensemble: &'a Ensemble, draws: &'a Draws) -> Self {
        Self { model: program.model(), ensemble, draws }
    }

    /// Is an indicator computed in a period, and not known?
    pub(super) fn computes(&self, indicator: &str, period: Period) -> bool {
        !self.model.indicators.get(indicator).is_some_and(|i| i.history.contains_key(&period))
    }

    /// Are there values of all that an equation needs in a period?
    pub(super) fn has_all(&self, equation: &Equation, shock: Option<&str>, period: Period) -> bool {
        let mut all = shock.is_none_or(|name| self.has_shock(name, period));
        let mut shocks = HashSet::new();
        for side in [&equation.lhs, &equation.rhs] {
            side.visit_names(&mut |name, lag| all &= self.has(name, period + -(lag as i32)));
            visit_shocks(side, &mut shocks);
        }
        all && shocks.iter().all(|name| self.has_shock(name, period))
    }

    fn has_shock(&self, name: &str, period: Period) -> bool {
        !self.model.shocks.contains_key(name)
            || self.draws.shocks.contains_key(&(name.to_owned(), period))
    }

    fn has(&self, name: &str, period: Period) -> bool {
        self.model.parameters.contains_key(name)
            || self.ensemble.row(name, period).is_some()
            || self.model.indicators.get(name).is_some_and(|i| i.history.contains_key(&period))
    }

    /// A shock in a period, as the scenario has it.
    pub(super) fn drawn(&self, name: &str, period: Period) -> Lanes<'_> {
        let drawn = self.draws.shocks.get(&(name.to_owned(), period));
        drawn.map_or(Lanes::One(0.0), |values| Lanes::Each(Cow::Borrowed(values)))
    }
}

impl Values for Paths<'_> {
    fn named(&self, name: &str, period: Period) -> Lanes<'_> {
        match self.draws.parameters.get(name) {
            Some(Drawn::Number(number)) => return Lanes::One(*number),
            Some(Drawn::Each(values)) => return Lanes::Each(Cow::Borrowed(values)),
            None => {}
        }
        if let Some(row) = self.ensemble.row(name, period) {
            return Lanes::Each(Cow::Borrowed(row));
        }
        if let Some(values) = self.draws.histories.get(&(name.to_owned(), period)) {
            return Lanes::Each(Cow::Borrowed(values));
        }
        let known = self.model.indicators.get(name).and_then(|i| i.history.get(&period));
        match known.map(|quantity| &quantity.value) {
            Some(Value::Number(number)) => Lanes::One(*number),
            _ => Lanes::One(f64::NAN),
        }
    }

    fn shock(&self, name: &str, period: Period) -> Lanes<'_> {
        self.drawn(name, period)
    }
}
