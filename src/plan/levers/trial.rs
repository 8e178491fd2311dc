//! Settings that are tried, each once, under common random numbers.

use std::cmp::Ordering;
use std::collections::HashMap;

use super::choice::Levers;
use super::elsewhere::{Elsewhere, key};
use super::grid::Grid;
use crate::compile::Program;
use crate::ensemble::Ensemble;
use crate::error::{Error, Problem};
use crate::model::target_words::figure;
use crate::plan::attainment::Met;
use crate::plan::goal::Condition;
use crate::simulate::{Moved, Sampling, Variant};
use crate::summary::{Share, share};

/// Settings that run side by side, sharing their draws.
pub(super) const BATCH: usize = 8;

/// A setting of every lever.
pub(super) type Point = Vec<f64>;

/// Tries settings, each once.
pub(super) struct Trial<'a> {
    program: &'a Program,
    sampling: Sampling,
    levers: &'a Levers,
    pub(super) grids: &'a [Grid],
    condition: &'a Condition,
    targets: Vec<usize>,
    found: HashMap<Vec<u64>, Share>,
    /// In the order in which they were tried.
    pub(super) tried: Vec<Point>,
    /// What was worked out elsewhere, where settings are; nothing is run then.
    pub(super) elsewhere: Option<&'a mut Elsewhere>,
    watch: &'a mut dyn FnMut(usize, usize) -> bool,
}

impl<'a> Trial<'a> {
    pub(super) fn new(
        program: &'a Program,
        sampling: &Sampling,
        levers: &'a Levers,
        grids: &'a [Grid],
        condition: &'a Condition,
        watch: &'a mut dyn FnMut(usize, usize) -> bool,
    ) -> Self {
        let targets = condition.targets();
        Self {
            program,
            sampling: sampling.clone(),
            levers,
            grids,
            condition,
            targets,
            found: HashMap::new(),
            tried: Vec::new(),
            elsewhere: None,
            watch,
        }
    }

    pub(super) fn cost(&self, point: &[f64]) -> f64 {
        self.grids.iter().zip(point).map(|(grid, x)| grid.cost(*x)).sum()
    }

    /// Which of two settings comes first: the cheaper one, of equally dear ones that which moves less.
    pub(super) fn by_cost(&self, a: &[f64], b: &[f64]) -> Ordering {
        let moves =
            |point: &[f64]| self.grids.iter().zip(point).map(|(g, x)| g.moves(*x)).sum::<f64>();
        self.cost(a).total_cmp(&self.cost(b)).then_with(|| moves(a).total_cmp(&moves(b)))
    }

    /// The probabilities at some settings.
    pub(super) fn shares(&mut self, points: &[Point]) -> Result<Vec<Share>, Error> {
        let mut fresh: Vec<Point> = Vec::new();
        for point in points {
            if !self.found.contains_key(&key(point)) && !fresh.contains(point) {
                fresh.push(point.clone());
            }
        }
        let mut shares = Vec::with_capacity(fresh.len());
        if let Some(elsewhere) = &mut self.elsewhere {
            let known = elsewhere.shares(self.sampling.seed_or_zero(), &fresh)?;
            shares.extend(fresh.drain(..).zip(known));
        }
        self.each(&fresh, &mut |point, ensemble, met| {
            shares.push((point.clone(), share(ensemble, &met, None)));
        })?;
        for (point, share) in shares {
            self.found.insert(key(&point), share);
            self.tried.push(point);
        }
        Ok(points.iter().map(|point| self.found[&key(point)]).collect())
    }

    /// Runs some settings, and shows of each in which of its paths the goal is met: 1, or 0.
    pub(super) fn each(
        &mut self,
        points: &[Point],
        see: &mut dyn FnMut(&Point, &Ensemble, Vec<f64>),
    ) -> Result<(), Error> {
        for (number, batch) in points.chunks(BATCH).enumerate() {
            let done = self.tried.len();
            if !(self.watch)(done + number * BATCH, done + points.len()) {
                return Err(Error::interrupted());
            }
            let runs = match self.simulate(batch) {
                Err(error) if error.is_numerical() => return Err(self.blame(batch, error)),
                runs => runs?,
            };
            for (point, ensemble) in batch.iter().zip(&runs) {
                let met = Met::only(self.program, ensemble, &self.targets)?;
                see(point, ensemble, met.condition(self.condition));
            }
        }
        Ok(())
    }

    fn simulate(&self, points: &[Point]) -> Result<Vec<Ensemble>, Error> {
        let variant = |point: &Point| Variant {
            scenario: &self.levers.scenario,
            given: Vec::new(),
            moved: self.settings(point),
        };
        let variants: Vec<_> = points.iter().map(variant).collect();
        let (kept, last) =
            (self.program.needed(&self.targets), self.program.horizon(&self.targets));
        let asked = (kept.as_slice(), last, None);
        self.program.simulate_variants(&self.sampling, &variants, asked, &mut |_, _| true)
    }

    /// Says with which of some settings too many paths failed, where that is not the plan as it is written.
    fn blame(&self, points: &[Point], error: Error) -> Error {
        for point in points {
            let Err(error) = self.simulate(std::slice::from_ref(point)) else { continue };
            let moved = || self.grids.iter().zip(point).filter(|(grid, x)| **x != grid.now);
            let Some((first, _)) = moved().next() else { return error };
            let settings = moved().map(|(grid, x)| format!("{} at {}", grid.name, figure(*x)));
            let replace = if self.levers.replace || !moved().any(|(grid, _)| grid.uncertain) {
                ""
            } else {
                ", or let numbers take the place of uncertain parameters (replace)"
            };
            let message = format!(
                "with {} too many paths fail, as said below; keep the range to what the model can bear{replace}",
                settings.collect::<Vec<_>>().join(" and ")
            );
            let problem = Problem::new(format!("levers.{}.range", first.name), message);
            let problem = self.program.model().locate(problem);
            return Error::numerical(
                [problem].into_iter().chain(error.problems().iter().cloned()).collect(),
            );
        }
        error
    }

    pub(super) fn share(&mut self, point: &Point) -> Result<Share, Error> {
        Ok(self.shares(std::slice::from_ref(point))?[0])
    }

    /// Was it tried?
    pub(super) fn has_tried(&self, point: &[f64]) -> bool {
        self.found.contains_key(&key(point))
    }

    /// What becomes of parameters: nothing of one that stays where it is.
    fn settings(&self, point: &[f64]) -> Vec<(usize, Moved)> {
        let levers = self.grids.iter().zip(point);
        levers.filter_map(|(grid, &x)| grid.moved(x, self.levers.replace)).collect()
    }

    /// All that was tried: setting, cost, probability.
    pub(super) fn all(&self) -> Vec<(Point, f64, Share)> {
        let one = |p: &Point| (p.clone(), self.cost(p), self.found[&key(p)]);
        self.tried.iter().map(one).collect()
    }
}
