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
use crate::period::{Period, Span};
use crate::simulate::Ensembles;
use crate::simulate::Scores;

use self::least::shortest;

/// Steps of one search at most.
const STEPS: usize = 30;
/// How often a target that rounding leaves unmet is given more room.
const ROUNDS: usize = 16;
/// Paths of the run whose way of meeting the goal is tried.
const STARTS: usize = 64;

/// A number of the path, beside what it is when all luck is at its median.
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
    /// When all luck is at its median.
    pub usual: f64,
}

/// The most likely path that meets a goal.
#[derive(Debug, Clone, PartialEq)]
pub struct MostLikely {
    /// Its distance from the median of all luck, in standard deviations: the length of its vector of
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
    let targets = condition.targets();
    let ends = targets.iter().map(|&place| model.targets[place].period.last());
    let last = ends.max_by_key(|period| period.ordinal()).unwrap_or(program.span().last());
    let scores = program.scores(last)?;
    let search = Search { program, scores: &scores, scenario, last };
    let mut ways: Vec<(Vec<Literal>, Option<Vec<f64>>)> = Vec::new();
    if condition.holds(&|_| true) {
        ways.push((condition.reasons(true, &|_| true), None));
    }
    let met = Met::new(model, ensemble)?;
    let holds = met.condition(&condition);
    let good = (0..holds.len()).filter(|&i| holds[i] == 1.0).take(STARTS);
    let mut starts = Vec::new();
    for path in good.filter(|_| ensemble.strata().len() == 1) {
        let start = program.scores_of(&scores, runs.info(), path)?;
        let way = condition.reasons(true, &|place| met.target(place)[path] == 1.0);
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
        let message = "no path that meets it was found; look at `check` for targets that contradict \
                       each other, or ask for less";
        return Err(Error::at("of", message));
    };
    let named = way.iter().zip(prices).filter(|(_, price)| *price > 0.0);
    Ok(MostLikely {
        distance: length(&z),
        values: search.values(ensemble, &z)?,
        prices: named.map(|(l, price)| (model.targets[l.target].id.clone(), price)).collect(),
    })
}

fn length(z: &[f64]) -> f64 {
    z.iter().map(|z| z * z).sum::<f64>().sqrt()
}

struct Search<'a> {
    program: &'a Program,
    scores: &'a Scores,
    scenario: &'a str,
    last: Period,
}

/// Scores, and for each target its price.
type Point = (Vec<f64>, Vec<f64>);

/// Headrooms at a point and how they change with each score; positive is what is wanted.
struct Linear {
    room: DVector<f64>,
    slope: DMatrix<f64>,
}

impl Search<'_> {
    fn run(&self, paths: &[Vec<f64>]) -> Result<Ensemble, Error> {
        self.program.simulate_scores(self.scores, paths, self.scenario, self.last)
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
            if slope.is_finite() { slope } else { 0.0 }
        });
        Ok(Linear { room, slope })
    }

    /// The point nearest to the origin where all hold, with the price of each.
    fn nearest(&self, way: &[Literal], start: Vec<f64>) -> Result<Option<Point>, Error> {
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
            let Some((next, multipliers)) = shortest(&g, &h) else { return Ok(None) };
            prices.fill(0.0);
            for (i, &t) in moved.iter().enumerate() {
                prices[t] = multipliers[i] / size[t];
            }
            let step = &next - &at;
            if step.norm() < 1e-8 * (1.0 + at.norm()) {
                return Ok(Some((z.clone(), prices)));
            }
            let weight = 2.0 * multipliers.amax().max(at.norm()) + 1.0;
            let tries: Vec<Vec<f64>> =
                (0..8).map(|k| (&at + &step * 0.5f64.powi(k)).iter().copied().collect()).collect();
            let rooms = self.rooms(way, &tries)?;
            let merit = |point: &[f64], room: &dyn Fn(usize) -> f64| {
                let short = moved.iter().map(|&t| (spare[t] - room(t) / size[t]).max(0.0));
                0.5 * length(point).powi(2) + weight * short.sum::<f64>()
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
    fn values(&self, ensemble: &Ensemble, z: &[f64]) -> Result<Vec<PathValue>, Error> {
        let usual = vec![0.0; z.len()];
        let both = self.run(&[z.to_vec(), usual.clone()])?;
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
        let (rows, wanted) = drivers(self.program, ensemble, self.last, true);
        let record = |z: &[f64]| {
            self.program.record_scores(self.scores, z, self.scenario, self.last, &wanted)
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
