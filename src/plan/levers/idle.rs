//! Levers that change nothing.

use super::choice::Levers;
use super::grid::{Grid, grids};
use super::trial::{Point, Trial};
use crate::compile::Program;
use crate::error::Error;
use crate::plan::Goal;
use crate::simulate::Sampling;

/// The levers at neither end of whose range any path meets the goal, or misses it, otherwise than where
/// the lever stands: with the others where they stand, and with all of them at their lower or at their
/// upper end. All settings have common random numbers. A lever with which too many paths fail changes
/// something.
///
/// # Errors
/// As [`seek`](super::seek).
///
/// ```
/// use tinbergen::{Model, Sampling, plan};
/// let model = Model::read("plans/yuecheng.toml")?;
/// let (goal, levers) = ("rd-share-2025".parse()?, plan::Levers::named(["rd_subsidy", "investment"]));
/// let sampling = Sampling::new(500, 1);
/// let idle = plan::idle_levers(&model.compile()?, &sampling, &goal, &levers, &mut |_, _| true)?;
/// assert!(!idle.contains(&"rd_subsidy".to_owned()));
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn idle_levers(
    program: &Program,
    sampling: &Sampling,
    of: &Goal,
    levers: &Levers,
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Vec<String>, Error> {
    let sampling = sampling.seeded()?;
    let grids = grids(program, &sampling, levers)?;
    let condition = of.resolve(program.model())?;
    let mut trial = Trial::new(program, &sampling, levers, &grids, &condition, watch);
    trial.share(&grids.iter().map(|grid| grid.now).collect())?; // the plan as it is written has to run
    let mut idle = Vec::new();
    for k in 0..grids.len() {
        if is_idle(&mut trial, k)? {
            idle.push(grids[k].name.clone());
        }
    }
    Ok(idle)
}

/// Is one lever among those of [`idle_levers`]?
///
/// # Errors
/// As [`idle_levers`]; a lever that is none of them.
///
/// ```
/// use tinbergen::{Model, Sampling, plan};
/// let program = Model::read("plans/yuecheng.toml")?.compile()?;
/// let (goal, levers) = ("rd-share-2025".parse()?, plan::Levers::default());
/// let sampling = Sampling::new(500, 1);
/// let name = "rd_subsidy";
/// assert!(!plan::is_idle_lever(&program, &sampling, &goal, &levers, name, &mut |_, _| true)?);
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn is_idle_lever(
    program: &Program,
    sampling: &Sampling,
    of: &Goal,
    levers: &Levers,
    lever: &str,
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<bool, Error> {
    let sampling = sampling.seeded()?;
    let grids = grids(program, &sampling, levers)?;
    let condition = of.resolve(program.model())?;
    let place = grids.iter().position(|grid| grid.name == lever);
    let place =
        place.ok_or_else(|| Error::at("levers", format!("\"{lever}\" is not among them")))?;
    is_idle(&mut Trial::new(program, &sampling, levers, &grids, &condition, watch), place)
}

/// Does a lever change nothing, wherever the others are?
fn is_idle(trial: &mut Trial<'_>, k: usize) -> Result<bool, Error> {
    let grids = trial.grids;
    let all = |of: fn(&Grid) -> f64| -> Point { grids.iter().map(of).collect() };
    let mut places =
        vec![all(|grid| grid.now), all(|grid| grid.range[0]), all(|grid| grid.range[1])];
    if grids.len() == 1 {
        places.truncate(1); // there are no others
    }
    for others in places {
        if changes(trial, &others, k, &grids[k])? {
            return Ok(false);
        }
    }
    Ok(true)
}

/// Does a lever change anything while others stand somewhere? Not known where too many paths fail
/// without it.
fn changes(trial: &mut Trial<'_>, others: &Point, k: usize, grid: &Grid) -> Result<bool, Error> {
    let settings = [grid.now, grid.range[0], grid.range[1]].map(|x| {
        let mut point = others.clone();
        point[k] = x;
        point
    });
    match met(trial, &settings) {
        Ok(met) => Ok(met[1..].iter().any(|end| *end != met[0])),
        Err(error) if error.is_numerical() => match met(trial, &settings[..1]) {
            Err(error) if error.is_numerical() => Ok(false),
            found => found.map(|_| true),
        },
        Err(error) => Err(error),
    }
}

/// In which paths the goal is met, at each of some settings.
fn met(trial: &mut Trial<'_>, points: &[Point]) -> Result<Vec<Vec<bool>>, Error> {
    let mut found = Vec::with_capacity(points.len());
    trial.each(points, &mut |_, _, met| found.push(met.iter().map(|met| *met > 0.5).collect()))?;
    Ok(found)
}
