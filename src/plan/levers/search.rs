//! A search whose settings are worked out elsewhere: it says which it needs next, and goes on when they are known.

use super::choice::Levers;
use super::elsewhere::{Elsewhere, key};
use super::grid::grids;
use super::seek::{Seek, Seeking, sought};
use super::trial::Trial;
use crate::compile::Program;
use crate::error::Error;
use crate::plan::Goal;
use crate::simulate::Sampling;
use crate::summary::Share;

/// A [`seek`](super::seek) whose settings are worked out elsewhere, round by round. The search itself takes next to
/// no time and is gone through again in each round; so it is the same search, whoever works its settings out.
///
/// ```
/// use tinbergen::{Model, Sampling, plan};
/// let program = Model::read("plans/yuecheng.toml")?.compile()?;
/// let (sampling, goal) = (Sampling::new(500, 1), "rd-share-2025".parse::<plan::Goal>()?);
/// let levers = plan::Levers::named(["rd_subsidy"]);
/// let seeking = plan::Seeking::new(0.6, goal.clone()).with_levers(levers.clone());
/// let mut search = plan::Search::new(&program, &sampling, &seeking)?;
/// while let Some((seed, points)) = search.needed() {
///     let again = Sampling::new(500, seed);
///     let quiet = &mut |_, _| true;
///     let shares = plan::lever_shares(&program, &again, &goal, &levers, &points, quiet)?;
///     search.take(seed, &points, &shares)?;
/// }
/// assert_eq!(search.found(), Some(&plan::seek(&program, &sampling, &seeking, &mut |_, _| true)?));
/// # Ok::<(), tinbergen::Error>(())
/// ```
#[derive(Debug)]
pub struct Search {
    program: Program,
    sampling: Sampling,
    seeking: Seeking,
    elsewhere: Elsewhere,
    found: Option<Seek>,
}

impl Search {
    /// Begins one.
    ///
    /// # Errors
    /// As [`seek`](super::seek), but for what goes wrong in a simulation.
    pub fn new(program: &Program, sampling: &Sampling, seeking: &Seeking) -> Result<Self, Error> {
        let (program, seeking, sampling) = (program.clone(), seeking.clone(), sampling.seeded()?);
        let elsewhere = Elsewhere::default();
        let mut search = Self { program, sampling, seeking, elsewhere, found: None };
        search.go_on()?;
        Ok(search)
    }

    /// The settings that are needed next, and the seed that they are run with; none where it is done.
    pub fn needed(&self) -> Option<(u64, Vec<Vec<f64>>)> {
        self.elsewhere.needed.clone()
    }

    /// Takes probabilities of settings, as [`lever_shares`] gives them, and goes on.
    ///
    /// # Errors
    /// Other numbers of settings and of probabilities.
    pub fn take(&mut self, seed: u64, points: &[Vec<f64>], shares: &[Share]) -> Result<(), Error> {
        if points.len() != shares.len() {
            return Err(Error::at("shares", "there is not one for each setting"));
        }
        let known = points.iter().map(|point| (seed, key(point))).zip(shares.iter().copied());
        self.elsewhere.known.extend(known);
        self.go_on()
    }

    /// What was found, where it is done.
    pub fn found(&self) -> Option<&Seek> {
        self.found.as_ref()
    }

    fn go_on(&mut self) -> Result<(), Error> {
        let Self { program, sampling, seeking, elsewhere, found } = self;
        elsewhere.needed = None;
        match sought(program, sampling, seeking, Some(elsewhere), &mut |_, _| true) {
            Err(_) if elsewhere.needed.is_some() => Ok(()),
            done => done.map(|done| *found = Some(done)),
        }
    }
}

/// The probabilities of a goal with levers at some places, under common random numbers.
///
/// # Errors
/// As [`seek`](super::seek); settings that are not a number for each lever.
pub fn lever_shares(
    program: &Program,
    sampling: &Sampling,
    of: &Goal,
    levers: &Levers,
    points: &[Vec<f64>],
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Vec<Share>, Error> {
    let grids = grids(program, sampling, levers)?;
    if points.iter().any(|point| point.len() != grids.len()) {
        return Err(Error::at("settings", "there is not a number for each lever"));
    }
    let condition = of.resolve(program.model())?;
    Trial::new(program, sampling, levers, &grids, &condition, watch).shares(points)
}
