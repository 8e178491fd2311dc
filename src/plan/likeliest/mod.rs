//! The most likely path that meets a goal.

mod least;

use nalgebra::{DMatrix, DVector};

use super::attainment::Met;
use super::goal::{Goal, Literal};
use super::headroom::rooms;
use super::requirements::{Driver, Row, drivers};
use crate::compile::Program;
use crate::ensemble::Ensemble;
use crate::error::Error;
use crate::interrupt::look;
use crate::period::{Period, Span};
use crate::simulate::{Ensembles, RunInfo, Scores};

use self::least::shortest;

/// Steps of one search at most.
const STEPS: usize = 30;
/// How often a target that rounding leaves unmet is given more room.
const ROUNDS: usize = 16;
/// Paths of the run whose way of meeting the goal is tried.
const STARTS: usize = 64;

/// A number of the path, beside what it is when every random number is at its median.
#[derive(Debug, Clone, PartialEq)]
pub struct PathValue {
    /// An indicator, a shock, a parameter or a starting value.
    pub name: String,
    /// None for an indicator.
    pub kind: Option<Driver>,
    /// The period; none for what is drawn once.
    pub period: Option<Period>,
    /// In the most likely path that meets the goal.
    pub value: f64,
    /// When every random number is at its median.
    pub usual: f64,
}

/// The most likely path that meets a goal.
#[derive(Debug, Clone, PartialEq)]
pub struct MostLikely {
    /// Its distance from the median of all random numbers, in standard deviations: the length of its vector of
    /// independent normal scores.
    pub distance: f64,
    /// Indicators period by period, then what is drawn.
    pub values: Vec<PathValue>,
    /// For each target that holds the path away from the median: by how much half the square of the
    /// distance would fall per unit of its bound.
    pub prices: Vec<(String, f64)>,
}

/// The most likely path of a scenario that meets a goal, up to the last period the goal looks at.
///
/// Every random number of a path is a function of an independent standard normal score, so that the
/// joint density of all scores, `exp(-|z|^2 / 2)` up to a constant, is greatest where `|z|` is least.
/// The path minimises `|z|^2 / 2` subject to the headrooms of the targets (a design point, as in
/// structural reliability: A. Hasofer and N. Lind 1974), by sequential least distance programming:
/// headrooms are linearised by differences, the nearest point of the linear problem is found exactly,
/// and a line search guards the step. For a linear Gaussian plan the first step is the constrained
/// mode. Random counts are linearised by secants over a standard deviation. Of a goal with `or` or
/// `not` the ways in which paths of the run meet it are tried.
///
/// The search multiplies matrices with nalgebra, which fuses products and sums where the processor can:
/// its numbers may differ in the last digits between processors, those of the run do not.
///
/// # Errors
/// Unknown names; no path that meets the goal was found, which does not prove that there is none.
pub fn most_likely(
    program: &Program,
    runs: &Ensembles,
    scenario: &str,
    goal: &Goal,
) -> Result<MostLikely, Error> {
    let model = program.model();
    let condition = goal.resolve(model)?;
    let ensemble = runs.get(scenario)?;
    refuse_rows(program, runs.info(), scenario)?;
    let targets = condition.targets();
    let ends = targets.iter().map(|&index| model.targets[index].period.last());
    let last = ends.max_by_key(|period| period.ordinal()).unwrap_or(program.span().last());
    let scores = program.scores(runs.info(), last)?;
    let looked_at = targets.clone();
    let search =
        Search { program, scores: &scores, scenario, last, targets: looked_at, fixed: Vec::new() };
    let mut ways: Vec<(Vec<Literal>, Option<Vec<f64>>)> = Vec::new();
    if condition.holds(&|_| true) {
        ways.push((condition.reasons(true, &|_| true), None));
    }
    let met = Met::of_places(model, ensemble, &targets)?;
    let holds = met.condition(&condition);
    let good = (0..holds.len()).filter(|&i| holds[i] == 1.0).take(STARTS);
    let mut starts = Vec::new();
    for path in good.filter(|_| ensemble.strata().len() == 1) {
        look();
        let start = program.scores_of(&scores, runs.info(), path)?;
        let way = condition.reasons(true, &|index| met.target(index)[path] == 1.0);
        starts.push((length(&start), way, start));
    }
    starts.sort_by(|a, b| a.0.total_cmp(&b.0));
    for (_, way, start) in starts {
        if let Some((_, known)) = ways.iter_mut().find(|(known, _)| *known == way) {
            *known = known.take().or(Some(start));
        } else if ways.len() < 6 {
            ways.push((way, Some(start)));
        }
    }
    let mut best: Option<(Vec<f64>, Vec<f64>, Vec<Literal>)> = None;
    for (way, start) in ways {
        let origin = vec![0.0; scores.len()];
        for start in [Some(origin), start].into_iter().flatten() {
            let Some((z, prices)) = search.nearest(&way, start)? else { continue };
            let better = best.as_ref().is_none_or(|(known, ..)| length(&z) < length(known));
            if better {
                best = Some((z, prices, way.clone()));
            }
        }
    }
    let Some((z, prices, way)) = best else {
        let message = "no path that meets the goal was found; look at `check` for targets that contradict \
                       each other, or ask for less";
        return Err(Error::at("", message));
    };
    let named = way.iter().zip(prices).filter(|(_, price)| *price > 0.0);
    Ok(MostLikely {
        distance: length(&z),
        values: search.values(runs.info(), ensemble, &z)?,
        prices: named.map(|(l, price)| (model.targets[l.target].id.clone(), price)).collect(),
    })
}

/// Refuses parameters that are drawn in rows: the rows are equally likely and have no order, so none is
/// nearer to the middle than another.
fn refuse_rows(program: &Program, info: &RunInfo, scenario: &str) -> Result<(), Error> {
    let drawn = program.path_values(info, scenario)?;
    let parameters = drawn.iter().filter_map(|(_, name, _)| name.strip_prefix("parameter/"));
    for name in parameters {
        if let Some((block, ..)) = program.model().draws_of(name) {
            let message = format!(
                "parameter \"{name}\" is drawn in rows (draws \"{block}\"), all as likely as each other, so \
                 that no path is the most likely one; give the parameters of these draws a number each, in a \
                 scenario or with `parameters` of the run, or ask for `requirements`"
            );
            return Err(Error::at("scenario", message));
        }
    }
    Ok(())
}

pub(super) fn length(z: &[f64]) -> f64 {
    z.iter().map(|z| z * z).sum::<f64>().sqrt()
}

/// A search for the nearest point where targets are met or missed.
pub(super) struct Search<'a> {
    pub(super) program: &'a Program,
    pub(super) scores: &'a Scores,
    pub(super) scenario: &'a str,
    pub(super) last: Period,
    /// The places of the targets that it looks at.
    pub(super) targets: Vec<usize>,
    /// Numbers that stay where a search begins, as those that decide in steps; none where all move.
    pub(super) fixed: Vec<bool>,
}

/// Scores, and for each target its price.
pub(super) type Point = (Vec<f64>, Vec<f64>);

/// Headrooms at a point and how they change with each score; positive is what is wanted.
struct Linear {
    room: DVector<f64>,
    slope: DMatrix<f64>,
}

impl Search<'_> {
    /// What its targets look at in paths of some scores.
    pub(super) fn run(&self, paths: &[Vec<f64>]) -> Result<Ensemble, Error> {
        let asked = (self.last, Some(self.targets.as_slice()));
        self.program.simulate_scores(self.scores, paths, self.scenario, asked)
    }

    pub(super) fn is_fixed(&self, number: usize) -> bool {
        self.fixed.get(number).copied().unwrap_or(false)
    }

    /// For each target its headroom in every path, turned round where it must not be met.
    fn rooms(&self, way: &[Literal], paths: &[Vec<f64>]) -> Result<Vec<Vec<f64>>, Error> {
        let ensemble = self.run(paths)?;
        way.iter()
            .map(|literal| {
                let target = &self.program.targets()[literal.target];
                let sign = if literal.met { 1.0 } else { -1.0 };
                Ok(rooms(target, &ensemble)?.into_iter().map(|room| sign * room).collect())
            })
            .collect()
    }

    /// Are all met, or missed, as they are to be?
    fn holds(&self, way: &[Literal], rooms: &[Vec<f64>], path: usize) -> Vec<bool> {
        let one = |(literal, rooms): (&Literal, &Vec<f64>)| {
            let target = &self.program.targets()[literal.target];
            let room = if literal.met { rooms[path] } else { -rooms[path] };
            room.is_finite() && target.is_met(room) == literal.met
        };
        way.iter().zip(rooms).map(one).collect()
    }

    fn linear(&self, way: &[Literal], z: &[f64]) -> Result<Linear, Error> {
        let steps: Vec<f64> = (0..z.len())
            .map(|k| if self.program.is_count(self.scores, k) { 0.5 } else { 1e-4 })
            .collect();
        let mut paths = vec![z.to_vec()];
        for (k, step) in steps.iter().enumerate() {
            for sign in [1.0, -1.0] {
                let mut path = z.to_vec();
                path[k] += sign * step;
                paths.push(path);
            }
        }
        let rooms = self.rooms(way, &paths)?;
        let room = DVector::from_fn(way.len(), |t, _| rooms[t][0]);
        let slope = DMatrix::from_fn(way.len(), z.len(), |t, k| {
            let slope = (rooms[t][1 + 2 * k] - rooms[t][2 + 2 * k]) / (2.0 * steps[k]);
            if slope.is_finite() && !self.is_fixed(k) { slope } else { 0.0 }
        });
        Ok(Linear { room, slope })
    }

    /// The point nearest to the origin where all hold, with the price of each.
    pub(super) fn nearest(&self, way: &[Literal], start: Vec<f64>) -> Result<Option<Point>, Error> {
        let mut best: Option<Point> = None;
        // Room to spare, in standard deviations of what each target looks at.
        let mut spare = vec![1e-7; way.len()];
        let mut z = start;
        for _ in 0..ROUNDS {
            let Some((point, prices)) = self.descend(way, &mut z, &spare)? else { break };
            let rooms = self.rooms(way, std::slice::from_ref(&point))?;
            let holds = self.holds(way, &rooms, 0);
            if holds.iter().all(|holds| *holds) {
                if best.as_ref().is_none_or(|(known, _)| length(&point) < length(known)) {
                    best = Some((point, prices));
                }
                break;
            }
            for (spare, holds) in spare.iter_mut().zip(holds) {
                if !holds {
                    *spare = (2.0 * *spare).max(0.02);
                }
            }
        }
        Ok(best)
    }

    /// Sequential least distance programming from `z`, which moves along.
    fn descend(
        &self,
        way: &[Literal],
        z: &mut Vec<f64>,
        spare: &[f64],
    ) -> Result<Option<Point>, Error> {
        let mut prices = vec![0.0; way.len()];
        for _ in 0..STEPS {
            look();
            let Linear { room, slope } = self.linear(way, z)?;
            let at = DVector::from_column_slice(z);
            let size: Vec<f64> = (0..way.len()).map(|t| slope.row(t).norm()).collect();
            // A target that nothing moves is met or cannot be.
            let moved: Vec<usize> = (0..way.len()).filter(|&t| size[t] > 1e-14).collect();
            if (0..way.len()).any(|t| !(size[t] > 1e-14 || room[t] >= 0.0) || room[t].is_nan()) {
                return Ok(None);
            }
            let g = DMatrix::from_fn(moved.len(), z.len(), |i, k| {
                slope[(moved[i], k)] / size[moved[i]]
            });
            let reach = &g * &at;
            let h = DVector::from_fn(moved.len(), |i, _| {
                reach[i] - room[moved[i]] / size[moved[i]] + spare[moved[i]]
            });
            let Some((mut next, multipliers)) = shortest(&g, &h) else { return Ok(None) };
            for k in (0..z.len()).filter(|&k| self.is_fixed(k)) {
                next[k] = z[k];
            }
            prices.fill(0.0);
            for (i, &t) in moved.iter().enumerate() {
                prices[t] = multipliers[i] / size[t];
            }
            let step = &next - &at;
            if step.norm() < 1e-8 * (1.0 + at.norm()) {
                return Ok(Some((z.clone(), prices)));
            }
            let weight = 2.0 * multipliers.amax().max(at.norm()) + 1.0;
            let tries: Vec<Vec<f64>> = (0..8)
                .map(|k| (&at + &step / f64::from(1 << k)).iter().copied().collect())
                .collect();
            let rooms = self.rooms(way, &tries)?;
            let merit = |point: &[f64], room: &dyn Fn(usize) -> f64| {
                let short = moved.iter().map(|&t| (spare[t] - room(t) / size[t]).max(0.0));
                let length = length(point);
                0.5 * (length * length) + weight * short.sum::<f64>()
            };
            let now = merit(z, &|t| room[t]);
            let found = (0..tries.len())
                .map(|k| (k, merit(&tries[k], &|t| rooms[t][k])))
                .filter(|(_, merit)| merit.is_finite())
                .min_by(|a, b| a.1.total_cmp(&b.1));
            match found {
                Some((k, merit)) if merit < now - 1e-13 * (1.0 + now.abs()) => {
                    z.clone_from(&tries[k]);
                }
                _ => return Ok(Some((z.clone(), prices))),
            }
        }
        Ok(Some((z.clone(), prices)))
    }

    /// All numbers of the path, beside those of the median.
    fn values(
        &self,
        info: &RunInfo,
        ensemble: &Ensemble,
        z: &[f64],
    ) -> Result<Vec<PathValue>, Error> {
        let usual = vec![0.0; z.len()];
        let paths = [z.to_vec(), usual.clone()];
        let whole = (self.last, None);
        let both = self.program.simulate_scores(self.scores, &paths, self.scenario, whole)?;
        let mut values = Vec::new();
        for series in both.indicators() {
            for period in both.span().periods() {
                if let Some(row) = both.row(&series.name, period) {
                    values.push(PathValue {
                        name: series.name.clone(),
                        kind: None,
                        period: Some(period),
                        value: row[0],
                        usual: row[1],
                    });
                }
            }
        }
        let (rows, wanted) = drivers(self.program, info, ensemble, self.last, true)?;
        let record = |z: &[f64]| {
            self.program.drawn_of_scores(self.scores, z, self.scenario, self.last, &wanted)
        };
        let (found, usual) = (record(z)?, record(&usual)?);
        let row = |((row, value), usual): ((Row, f64), f64)| PathValue {
            name: row.name,
            kind: Some(row.kind),
            period: row.periods.map(Span::last),
            value,
            usual,
        };
        values.extend(rows.into_iter().zip(found).zip(usual).map(row));
        Ok(values)
    }
}
