//! The probability of a rare event, by importance sampling around the most likely ways to it.

mod event;
mod proposal;
mod splitting;
mod ways;

use super::goal::{Condition, Goal};
use super::likeliest::{Search, length};
use crate::compile::Program;
use crate::ensemble::tail_shape;
use crate::error::Error;
use crate::math::{exp, ln};
use crate::simulate::RunInfo;
use crate::summary::{NORMAL, Probability, wilson};

use self::event::Event;
use self::proposal::{Hits, Proposal};
use self::splitting::split;
use self::ways::ways;

/// Paths at each level of the search for the ways.
const SEARCHED: usize = 1000;
/// Paths around each way that say how the others are shared out.
const PILOT: usize = 200;
/// A share of paths from which an event is not rare: it is counted.
const COMMON: f64 = 0.05;
/// Of a single random number: beyond so many standard deviations draws end.
const FURTHEST: f64 = 7.0;
/// Fewer effective paths say little.
const FEW: f64 = 100.0;
/// From this shape on the tail of weights is heavy (A. Vehtari and others 2024, Pareto smoothed importance sampling).
const HEAVY: f64 = 0.7;
/// A share of the estimate that no single path should have.
const ONE_PATH: f64 = 0.1;
/// A share of the paths of the search that may lie where the proposal hardly draws.
const UNSEEN: f64 = 0.02;
/// Standard errors by which the two estimates may differ.
const APART: f64 = 3.5;

/// A probability that is too small to be counted.
#[derive(Debug, Clone, PartialEq)]
pub struct Rare {
    /// The probability with its 95 % interval.
    pub probability: Probability,
    /// Its standard error.
    pub error: f64,
    /// Paths that were drawn for it.
    pub paths: usize,
    /// How many equally weighted paths those in which the event happens are worth, `(sum w)^2 / sum w^2` (Kish).
    pub effective_paths: f64,
    /// The shape of the tail of their weights, as of `Ensemble::tail_shape`; none where too few differ.
    pub tail_shape: Option<f64>,
    /// The distance of each way to the event from the median of all random numbers, in standard deviations, and the
    /// share of the probability that paths around it brought. None where the event is not rare.
    pub ways: Vec<(f64, f64)>,
    /// An estimate by another method, splitting, with the standard deviation of its logarithm.
    pub splitting: (f64, f64),
    /// Why it is not reliable; empty where nothing speaks against it.
    pub doubts: Vec<String>,
}

impl Rare {
    /// Does nothing speak against it?
    pub fn is_reliable(&self) -> bool {
        self.doubts.is_empty()
    }
}

/// The probability that a goal is met in a scenario, or that it is missed, also where hardly any path does.
///
/// Every random number of a path is a function of an independent standard normal score. First paths are split level
/// by level from those of the model to the event, which finds the ways to it whatever their shape. From these the most
/// likely path of each way is searched, as by [`most_likely`](super::most_likely). Then scores are drawn from a mixture of
/// normal distributions around these paths, shifted and not scaled, and a path in which the event happens counts for the density of the model
/// over that of the whole mixture:
///
/// `p = sum_k share_k mean_k(1 w)`, `w = 1 / sum_j share_j exp(z_j'z - |z_j|^2 / 2)`.
///
/// Shares of the ways are fitted by a pilot; the estimate is unbiased whatever they are. The interval is that of the
/// logarithm. Whether an event begins, rows of joint draws and places in lists decide in steps: they stay where splitting found
/// them, and what is drawn around them is weighed like all else. An event that happens in 5 % of the paths or more is
/// counted. Those that do not bear on the event go back to their median, and the others as far as the path stays the same.
///
/// `info` is that of a run: its seed, and the parameters that are other numbers in it. Numbers of the search may differ in the last
/// digits between processors, as of `most_likely`.
///
/// *Doubts* are told where fewer than 100 effective paths hit, where the tail of the weights has a shape of 0.7 or more, where one
/// path has a tenth of the whole, where the search by splitting ends in paths that the mixture hardly draws (a way that was not found), where
/// both estimates differ by more than 3.5 standard errors, and where one random number would have to be beyond 7 standard deviations.
///
/// J. Bucklew (2004), Introduction to rare event simulation; A. Owen and Y. Zhou (2000), Safe and effective importance
/// sampling (mixtures); S.-K. Au and J. Beck (2001) for splitting.
///
/// # Errors
/// Unknown names; fewer than 100 paths; an event to which no level of splitting leads, which does not prove that it cannot happen.
///
/// ```
/// use tinbergen::{Model, Sampling, plan};
/// let program = Model::read("plans/yuecheng.toml")?.compile()?;
/// let runs = program.simulate(&Sampling::new(100, 1).with_scenarios(["baseline"]))?;
/// let goal = plan::Goal::of("gdp-2025");
/// let found = plan::rare(&program, runs.info(), "baseline", &goal, false, 1000)?;
/// assert!(found.probability.value > 0.3 && found.ways.is_empty()); // not rare at all
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn rare(
    program: &Program,
    info: &RunInfo,
    scenario: &str,
    goal: &Goal,
    met: bool,
    paths: usize,
) -> Result<Rare, Error> {
    if paths < FEW as usize {
        return Err(Error::at("paths", format!("{paths} paths are too few; ask for 100 or more")));
    }
    let model = program.model();
    let condition = goal.resolve(model)?;
    let ends = condition.targets().into_iter().map(|index| model.targets[index].period.last());
    let last = ends.max_by_key(|period| period.ordinal()).unwrap_or(program.span().last());
    let condition = if met { condition } else { Condition::Not(Box::new(condition)) };
    let scores = program.scores(info, last)?;
    let fixed: Vec<bool> = (0..scores.len()).map(|k| program.is_step(&scores, k)).collect();
    let targets = condition.targets();
    let search = Search { program, scores: &scores, scenario, last, targets, fixed };
    let mut event = Event { search, condition, scales: Vec::new(), seed: info.seed };
    let start = event.noise("start", SEARCHED);
    event.measure_scales(&start)?;
    let start = event.look_at(start)?;
    let hits = start.happens.iter().filter(|happens| **happens).count();
    if hits as f64 >= COMMON * SEARCHED as f64 {
        return counted(&event, paths);
    }
    let split = split(&event, start)?;
    if split.points.len() == 0 {
        let message = format!(
            "no path in which it {} was found, though {} levels led towards it; that does not prove that there is none: \
             look at `check`, and at `most_likely`",
            if met { "is met" } else { "is missed" },
            split.levels
        );
        return Err(Error::at(format!("rare.{goal}"), message));
    }
    let ways = ways(&event, &split.points)?;
    let pilot = Proposal::new(ways);
    let tried = pilot.draw(&event, "pilot", PILOT * pilot.ways.len())?;
    let proposal = pilot.adapted(&tried);
    let hits = proposal.draw(&event, "paths", paths)?;
    let (value, variance) = proposal.estimate(&hits);
    let error = variance.sqrt();
    let relative = error / value;
    let width = exp(NORMAL * relative);
    let probability = Probability { value, low: value / width, high: (value * width).min(1.0) };
    let weights: Vec<f64> = hits.iter().flatten().copied().filter(|w| *w > 0.0).collect();
    let found = Rare {
        probability,
        error,
        paths: hits.iter().map(Vec::len).sum(),
        effective_paths: effective(&weights),
        tail_shape: tail_shape(&weights),
        ways: brought(&proposal, &hits, value),
        splitting: (split.probability, split.variance.sqrt()),
        doubts: Vec::new(),
    };
    let unseen = unseen(&proposal, &split.points.scores, &weights);
    let furthest = proposal.ways.iter().flatten().fold(0.0f64, |far, z| far.max(z.abs()));
    let doubts = doubts(&found, &weights, unseen, furthest);
    Ok(Rare { doubts, ..found })
}

/// The share of the paths in which an event happens that is not rare.
fn counted(event: &Event<'_>, paths: usize) -> Result<Rare, Error> {
    let points = event.look_at(event.noise("paths", paths))?;
    let hits = points.happens.iter().filter(|happens| **happens).count() as f64;
    let (count, value) = (paths as f64, hits / paths as f64);
    Ok(Rare {
        probability: wilson(value, count, NORMAL),
        error: (value * (1.0 - value) / (count - 1.0)).sqrt(),
        paths,
        effective_paths: hits,
        tail_shape: None,
        ways: Vec::new(),
        splitting: (value, 0.0),
        doubts: Vec::new(),
    })
}

fn effective(weights: &[f64]) -> f64 {
    let most = weights.iter().copied().fold(0.0, f64::max);
    let scaled = || weights.iter().map(|weight| weight / most);
    let (sum, squares) = (scaled().sum::<f64>(), scaled().map(|w| w * w).sum::<f64>());
    if squares > 0.0 { sum * sum / squares } else { 0.0 }
}

/// The distance of each way, and its share of the probability.
fn brought(proposal: &Proposal, hits: &Hits, value: f64) -> Vec<(f64, f64)> {
    let one = |((way, share), hits): ((&Vec<f64>, &f64), &Vec<f64>)| {
        let mean = hits.iter().sum::<f64>() / hits.len() as f64;
        (length(way), share * mean / value)
    };
    proposal.ways.iter().zip(&proposal.shares).zip(hits).map(one).collect()
}

/// The share of the paths that splitting ended in whose weight is above all that the proposal drew.
fn unseen(proposal: &Proposal, ends: &[Vec<f64>], weights: &[f64]) -> f64 {
    let most = weights.iter().copied().fold(0.0, f64::max);
    let beyond = ends.iter().filter(|z| proposal.weight(z) > most).count();
    beyond as f64 / ends.len() as f64
}

/// What speaks against an estimate.
fn doubts(found: &Rare, weights: &[f64], unseen: f64, furthest: f64) -> Vec<String> {
    let mut doubts = Vec::new();
    if found.effective_paths < FEW {
        doubts.push(format!(
            "the paths in which it happens are worth {:.0} only: ask for more",
            found.effective_paths
        ));
    }
    if let Some(shape) = found.tail_shape.filter(|shape| *shape >= HEAVY) {
        doubts
            .push(format!("the tail of the weights is heavy (shape {shape:.2}, {HEAVY} at most)"));
    }
    let sum: f64 = weights.iter().sum();
    let most = weights.iter().copied().fold(0.0, f64::max);
    if most > ONE_PATH * sum {
        doubts.push(format!("one path is {:.0} % of the estimate", 100.0 * most / sum));
    }
    if unseen > UNSEEN {
        doubts.push(format!(
            "{:.0} % of the paths that lead to it come by ways around which nothing was drawn",
            100.0 * unseen
        ));
    }
    let (other, deviation) = found.splitting;
    let relative = found.error / found.probability.value;
    let apart = (ln(found.probability.value) - ln(other)).abs();
    if !(apart <= APART * (relative * relative + deviation * deviation).sqrt()) {
        doubts.push(format!("splitting, another method, gives {other:.1e}"));
    }
    if furthest > FURTHEST {
        doubts.push(format!(
            "a random number would have to be {furthest:.1} standard deviations away, and draws end at 8"
        ));
    }
    doubts
}
