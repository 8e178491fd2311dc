//! Cost against probability, and settings of two levers with the same probability.

use super::search::step_up;
use super::{Point, Trial, condition, grids};
use crate::compile::Program;
use crate::error::Error;
use crate::plan::Goal;
use crate::simulate::Sampling;
use crate::summary::Share;

/// Settings in all at most for which every one is tried.
const ALL: usize = 400;

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
/// dear one is as likely to meet the goal. Where there are no more than 400 settings all of them are
/// tried; else those that a greedy climb by probability per cost passes and looks at, from the
/// cheapest setting up, so a point between two of them may be missed.
///
/// # Errors
/// As [`seek`](super::seek).
pub fn frontier(
    program: &Program,
    sampling: &Sampling,
    of: &Goal,
    levers: &[String],
    scenario: &str,
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<(Vec<String>, Vec<FrontierPoint>), Error> {
    let grids = grids(program, levers)?;
    let condition = condition(program, of)?;
    let sampling = sampling.seeded()?;
    let mut trial = Trial::new(program, &sampling, scenario, &grids, &condition, watch);
    let count = grids.iter().map(|grid| grid.values.len()).product::<usize>();
    if count <= ALL {
        let mut points: Vec<Point> = vec![Vec::new()];
        for grid in &grids {
            points = points
                .iter()
                .flat_map(|point| {
                    grid.values.iter().map(move |x| [point.as_slice(), &[*x]].concat())
                })
                .collect();
        }
        trial.shares(&points)?;
    } else {
        let mut at: Point = grids.iter().map(|grid| grid.values[grid.by_cost()[0]]).collect();
        let mut share = trial.share(&at)?;
        while let Some((next, found)) = step_up(&mut trial, &grids, &at, share)? {
            (at, share) = (next, found);
        }
    }
    let mut all = trial.all();
    let value = |row: &(Point, f64, Share)| row.2.probability.value;
    all.sort_by(|a, b| a.1.total_cmp(&b.1).then(value(b).total_cmp(&value(a))));
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
    levers: [&str; 2],
    levels: &[f64],
    scenario: &str,
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Isoquant, Error> {
    if let Some(odd) = levels.iter().find(|level| !(0.0..=1.0).contains(*level)) {
        return Err(Error::at("levels", format!("{odd} is no probability from 0 to 1")));
    }
    let grids = grids(program, &levers.map(str::to_owned))?;
    let condition = condition(program, of)?;
    let sampling = sampling.seeded()?;
    let (first, second) = (&grids[0].values, &grids[1].values);
    if first.len() * second.len() > 10_000 {
        let message = format!("{} settings; take larger steps", first.len() * second.len());
        return Err(Error::at("levers", message));
    }
    let mut trial = Trial::new(program, &sampling, scenario, &grids, &condition, watch);
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
        for (k, a) in first.iter().enumerate() {
            let row = &grid[k * second.len()..(k + 1) * second.len()];
            curves.push((level, *a, crossing(row, level)));
        }
    }
    let [a, b] = levers;
    Ok(Isoquant { levers: [a.to_owned(), b.to_owned()], grid, curves })
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
