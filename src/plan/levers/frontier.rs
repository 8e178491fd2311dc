//! Cost against probability, and settings of two levers with the same probability.

use super::choice::Levers;
use super::grid::grids;
use super::trial::{Point, Trial};
use crate::compile::Program;
use crate::error::Error;
use crate::interrupt::look;
use crate::plan::Goal;
use crate::simulate::Sampling;
use crate::summary::Share;

/// Settings that a frontier tries at most.
const ALL: usize = 4096;

/// A setting that nothing cheaper beats.
#[derive(Debug, Clone, PartialEq)]
pub struct FrontierPoint {
    /// Settings in the order of the levers.
    pub settings: Vec<f64>,
    /// What they cost.
    pub cost: f64,
    /// The probability of the goal.
    pub share: Share,
}

/// The frontier of cost against probability: settings of levers for which no cheaper or equally
/// dear one is as likely to meet the goal, beginning with the plan as it is written. All settings are tried; where that
/// would be more than 4096, every other setting of the lever with most of them is left out until it is not, but for
/// its ends and where it stands.
///
/// # Errors
/// As [`seek`](super::seek); levers of which even two or three settings each are too many.
pub fn frontier(
    program: &Program,
    sampling: &Sampling,
    of: &Goal,
    levers: &Levers,
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<(Vec<String>, Vec<FrontierPoint>), Error> {
    let sampling = sampling.seeded()?;
    let mut grids = grids(program, &sampling, levers)?;
    let condition = of.resolve(program.model())?;
    while grids.iter().map(|grid| grid.values.len() as f64).product::<f64>() > ALL as f64 {
        let longest = grids.iter_mut().max_by_key(|grid| grid.values.len());
        let Some(grid) = longest.filter(|grid| grid.values.len() > 3) else {
            let message = "too many levers to try them together; name some of them";
            return Err(Error::at("levers", message));
        };
        grid.thin();
    }
    let mut trial = Trial::new(program, &sampling, levers, &grids, &condition, watch);
    let mut points: Vec<Point> = vec![Vec::new()];
    for grid in &grids {
        let with = |point: &Point| -> Vec<Point> {
            grid.values.iter().map(|x| [point.as_slice(), &[*x]].concat()).collect()
        };
        points = points.iter().flat_map(with).collect();
    }
    trial.shares(&points)?;
    let mut all = trial.all();
    let value = |row: &(Point, f64, Share)| row.2.probability.value;
    // Of equally dear ones the most likely, of those that which moves least.
    all.sort_by(|a, b| {
        a.1.total_cmp(&b.1).then(value(b).total_cmp(&value(a))).then(trial.by_cost(&a.0, &b.0))
    });
    let mut best = f64::NEG_INFINITY;
    all.retain(|row| {
        let better = value(row) > best;
        best = best.max(value(row));
        better
    });
    let points =
        all.into_iter().map(|(settings, cost, share)| FrontierPoint { settings, cost, share });
    Ok((grids.iter().map(|grid| grid.name.clone()).collect(), points.collect()))
}

/// A setting of two levers.
#[derive(Debug, Clone, PartialEq)]
pub struct IsoquantPoint {
    /// The setting of the first lever.
    pub a: f64,
    /// The setting of the second lever.
    pub b: f64,
    /// What both cost.
    pub cost: f64,
    /// The probability of the goal.
    pub share: Share,
}

/// The probability of a goal over all settings of two levers.
#[derive(Debug, Clone, PartialEq)]
pub struct Isoquant {
    /// The names of the two.
    pub levers: [String; 2],
    /// Every setting, the second lever running fastest.
    pub grid: Vec<IsoquantPoint>,
    /// For each wanted probability and setting of the first lever: the setting of the second with
    /// which it is first reached, between two steps by a straight line; not-a-number where it is not.
    pub curves: Vec<(f64, f64, f64)>,
}

/// Settings of two levers with which a goal is met with the same probability; other levers stay
/// where they are.
///
/// # Errors
/// As [`seek`](super::seek); more or fewer than two levers; more than 10,000 settings.
pub fn isoquant(
    program: &Program,
    sampling: &Sampling,
    of: &Goal,
    levers: &Levers,
    levels: &[f64],
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Isoquant, Error> {
    if let Some(odd) = levels.iter().find(|level| !(0.0..=1.0).contains(*level)) {
        return Err(Error::at("levels", format!("{odd} is no probability from 0 to 1")));
    }
    let sampling = sampling.seeded()?;
    let mut grids = grids(program, &sampling, levers)?;
    if grids.len() != 2 {
        let message = format!("{} levers are named; name two", grids.len());
        return Err(Error::at("levers", message));
    }
    for grid in &mut grids {
        grid.keep_to_range();
    }
    let condition = of.resolve(program.model())?;
    let (first, second) = (&grids[0].values, &grids[1].values);
    if first.len() * second.len() > 10_000 {
        let message = format!("{} settings; take larger steps", first.len() * second.len());
        return Err(Error::at("levers", message));
    }
    let mut trial = Trial::new(program, &sampling, levers, &grids, &condition, watch);
    let points: Vec<Point> =
        first.iter().flat_map(|a| second.iter().map(move |b| vec![*a, *b])).collect();
    let shares = trial.shares(&points)?;
    let point = |(point, share): (&Point, &Share)| IsoquantPoint {
        a: point[0],
        b: point[1],
        cost: trial.cost(point),
        share: *share,
    };
    let grid: Vec<IsoquantPoint> = points.iter().zip(&shares).map(point).collect();
    let mut curves = Vec::new();
    for &level in levels {
        look();
        for (k, a) in first.iter().enumerate() {
            let row = &grid[k * second.len()..(k + 1) * second.len()];
            curves.push((level, *a, crossing(row, level)));
        }
    }
    let levers = [&grids[0], &grids[1]].map(|grid| grid.name.clone());
    Ok(Isoquant { levers, grid, curves })
}

/// Where a row first reaches a level.
fn crossing(row: &[IsoquantPoint], level: f64) -> f64 {
    let value = |k: usize| row[k].share.probability.value;
    let Some(k) = (0..row.len()).find(|&k| value(k) >= level) else { return f64::NAN };
    if k == 0 {
        return row[0].b;
    }
    let part = (level - value(k - 1)) / (value(k) - value(k - 1));
    row[k - 1].b + part * (row[k].b - row[k - 1].b)
}
