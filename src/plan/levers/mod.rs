//! Levers: what a plan costs to be met with a wanted probability.
//!
//! A lever sets a parameter. Settings are tried under common luck, as variants of one compiled
//! scenario, so that a step of a lever shows in every path or in none by chance.

mod cost;
mod frontier;
mod search;

use std::collections::HashMap;

pub use frontier::{FrontierPoint, Isoquant, IsoquantPoint, frontier, isoquant};
pub use search::{Seek, Seeking, Setting, seek};

use self::cost::Cost;
use super::attainment::Met;
use super::goal::{Condition, Goal};
use crate::compile::Program;
use crate::error::{Error, near};
use crate::simulate::Sampling;
use crate::summary::{Share, share};

/// Steps of a lever that has none of its own.
const STEPS: usize = 20;
/// Settings that run side by side, sharing their draws.
const BATCH: usize = 8;

/// A lever with its settings, in the order of the range.
#[derive(Debug, Clone)]
struct Grid {
    name: String,
    parameter: usize,
    values: Vec<f64>,
    /// Is any number between two settings a setting too?
    continuous: bool,
    cost: Option<Cost>,
    /// Where the parameter stands when nobody moves it.
    now: f64,
}

impl Grid {
    fn of(program: &Program, name: &str) -> Result<Self, Error> {
        let model = program.model();
        let Some(lever) = model.levers.get(name) else {
            let hint = near(name, model.levers.keys().map(String::as_str));
            return Err(Error::at("levers", format!("unknown lever \"{name}\"{hint}")));
        };
        let [low, high] = lever.range;
        let unknown = || Error::at(format!("levers.{name}"), "its parameter is unknown");
        let (parameter, _, known) =
            model.parameters.get_full(&lever.parameter).ok_or_else(unknown)?;
        if !(low < high) {
            let message = format!("the range from {low} to {high} is empty");
            return Err(Error::at(format!("levers.{name}.range"), message));
        }
        let values = match lever.step {
            Some(step) if step > 0.0 => {
                let count = ((high - low) / step + 1e-9).floor();
                if count > 1e6 {
                    let message = "more than a million steps; leave it out for any number";
                    return Err(Error::at(format!("levers.{name}.step"), message));
                }
                // A whole number of steps from the lower end, and the upper end itself.
                let mut values: Vec<f64> =
                    (0..=count as usize).map(|k| low + k as f64 * step).collect();
                if high - values[values.len() - 1] > 1e-9 * (high - low) {
                    values.push(high);
                }
                values
            }
            _ => (0..=STEPS).map(|k| low + (high - low) * k as f64 / STEPS as f64).collect(),
        };
        let now = match &known.quantity.value {
            crate::model::Value::Number(number) => *number,
            crate::model::Value::Drawn(distribution) => distribution.mean(),
        };
        let continuous = lever.step.is_none();
        let cost = Cost::of(name, lever)?;
        Ok(Self { name: name.to_owned(), parameter, values, continuous, cost, now })
    }

    /// What a setting costs; without costs, the part of the range it moves.
    fn cost(&self, x: f64) -> f64 {
        match &self.cost {
            Some(cost) => cost.at(x).unwrap_or(f64::INFINITY),
            None => (x - self.now).abs() / (self.values[self.values.len() - 1] - self.values[0]),
        }
    }

    /// The places of its settings, the cheapest first.
    fn by_cost(&self) -> Vec<usize> {
        let mut places: Vec<usize> = (0..self.values.len()).collect();
        places.sort_by(|a, b| self.cost(self.values[*a]).total_cmp(&self.cost(self.values[*b])));
        places
    }
}

/// The levers that are asked for; all of the model when none are named.
fn grids(program: &Program, names: &[String]) -> Result<Vec<Grid>, Error> {
    let model = program.model();
    if model.levers.is_empty() {
        return Err(Error::at("levers", "the model has none; give it a lever with a range"));
    }
    let all: Vec<String> = model.levers.keys().cloned().collect();
    let names = if names.is_empty() { &all } else { names };
    let mut grids: Vec<Grid> = Vec::new();
    for name in names {
        let grid = Grid::of(program, name)?;
        if let Some(other) = grids.iter().find(|other| other.parameter == grid.parameter) {
            let message = format!("\"{}\" and \"{name}\" move the same parameter", other.name);
            return Err(Error::at("levers", message));
        }
        grids.push(grid);
    }
    let (with, without): (Vec<&Grid>, Vec<&Grid>) = grids.iter().partition(|g| g.cost.is_some());
    if let (Some(with), Some(without)) = (with.first(), without.first()) {
        let message = format!(
            "has none, while \"{}\" has one: they cannot be added up; give all of them one",
            with.name
        );
        return Err(Error::at(format!("levers.{}.cost", without.name), message));
    }
    Ok(grids)
}

/// A setting of every lever.
type Point = Vec<f64>;

/// Tries settings, each once.
struct Trial<'a> {
    program: &'a Program,
    sampling: Sampling,
    scenario: &'a str,
    grids: &'a [Grid],
    condition: &'a Condition,
    targets: Vec<usize>,
    known: HashMap<Vec<u64>, Share>,
    /// In the order in which they were tried.
    tried: Vec<Point>,
    watch: &'a mut dyn FnMut(usize, usize) -> bool,
}

impl<'a> Trial<'a> {
    fn new(
        program: &'a Program,
        sampling: &Sampling,
        scenario: &'a str,
        grids: &'a [Grid],
        condition: &'a Condition,
        watch: &'a mut dyn FnMut(usize, usize) -> bool,
    ) -> Self {
        let targets = condition.targets();
        let sampling = sampling.clone();
        let (known, tried) = (HashMap::new(), Vec::new());
        Self { program, sampling, scenario, grids, condition, targets, known, tried, watch }
    }

    fn key(point: &[f64]) -> Vec<u64> {
        point.iter().map(|x| x.to_bits()).collect()
    }

    fn cost(&self, point: &[f64]) -> f64 {
        self.grids.iter().zip(point).map(|(grid, x)| grid.cost(*x)).sum()
    }

    /// The probabilities at some settings.
    fn shares(&mut self, points: &[Point]) -> Result<Vec<Share>, Error> {
        let mut fresh: Vec<Point> = Vec::new();
        for point in points {
            if !self.known.contains_key(&Self::key(point)) && !fresh.contains(point) {
                fresh.push(point.clone());
            }
        }
        for batch in fresh.chunks(BATCH) {
            let done = self.tried.len();
            if !(self.watch)(done, done + fresh.len()) {
                return Err(Error::interrupted());
            }
            let settings: Vec<_> = batch.iter().map(|point| self.settings(point)).collect();
            let runs = self.program.simulate_settings(
                &self.sampling,
                self.scenario,
                &settings,
                &self.targets,
                &mut |_, _| true,
            )?;
            for (point, ensemble) in batch.iter().zip(&runs) {
                let met = Met::only(self.program, ensemble, &self.targets)?;
                let found = share(ensemble, &met.condition(self.condition), None);
                self.known.insert(Self::key(point), found);
                self.tried.push(point.clone());
            }
        }
        Ok(points.iter().map(|point| self.known[&Self::key(point)]).collect())
    }

    fn share(&mut self, point: &Point) -> Result<Share, Error> {
        Ok(self.shares(std::slice::from_ref(point))?[0])
    }

    fn settings(&self, point: &[f64]) -> Vec<(usize, f64)> {
        self.grids.iter().zip(point).map(|(grid, x)| (grid.parameter, *x)).collect()
    }

    /// All that was tried: setting, cost, probability.
    fn all(&self) -> Vec<(Point, f64, Share)> {
        let one = |p: &Point| (p.clone(), self.cost(p), self.known[&Self::key(p)]);
        self.tried.iter().map(one).collect()
    }
}

/// The goal resolved, with what can be wrong with the question.
fn condition(program: &Program, of: &Goal) -> Result<Condition, Error> {
    of.resolve(program.model())
}
