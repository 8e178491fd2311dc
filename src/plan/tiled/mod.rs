//! Runs that are simulated tile by tile: all paths through a few periods, then all of them through the next, so
//! that exact quantiles take the memory of a few periods and not of all.

mod accumulating;
mod choosing;
mod planning;
mod running;
mod sink;

pub use self::choosing::Chosen;

use super::attainment::{Attainment, tolerated};
use super::pathless::{Pathless, check_levels};
use super::streamed::Moments;
use crate::compile::Program;
use crate::ensemble::{Ensemble, Series};
use crate::error::Error;
use crate::period::Period;
use crate::simulate::RunInfo;
use crate::summary::{Fan, FanPeriod, Range, quantiles};

/// A run that keeps no path, and whose numbers are those of the run that stores them, to the bit: means and
/// quantiles, probabilities with their intervals, quantiles of headroom.
///
/// It is simulated tile by tile: all paths through a few periods, of which quantiles are taken, then all of them
/// through the next. A tile is as long as [`with_memory_limit`](crate::Sampling::with_memory_limit) allows, or 640 MiB unless that is
/// said. The levels of quantiles are chosen before it runs. What needs the paths themselves, the mixture of
/// scenarios included, needs a run that stores them.
///
/// ```
/// use tinbergen::{Model, Sampling, plan::Tiled, summary::LEVELS};
/// let program = Model::read("plans/yuecheng.toml")?.compile()?;
/// let sampling = Sampling::new(2000, 1).with_scenarios(["baseline"]).with_threads(2);
/// let tiled = Tiled::new(&program, &sampling.clone().with_memory_limit(8_000_000), &LEVELS)?;
/// let stored = program.simulate(&sampling)?;
/// assert!(tiled.tiles() > 1);
/// assert_eq!(tiled.attainment()?, stored.attainment()?);
/// assert_eq!(tiled.fan("baseline", "gdp", &[0.05, 0.5])?, stored.get("baseline")?.fan("gdp", &[0.05, 0.5])?);
/// # Ok::<(), tinbergen::Error>(())
/// ```
#[derive(Debug)]
pub struct Tiled {
    run: Pathless,
    scenarios: Vec<Kept>,
    attainment: Vec<Attainment>,
    levels: Vec<f64>,
    tiles: usize,
    limit: Option<u64>,
}

/// What is kept of a scenario.
#[derive(Debug)]
struct Kept {
    paths: usize,
    /// `[period][indicator]`; none where the first scenario has the same numbers.
    rows: Vec<Vec<Option<Summary>>>,
    targets: Vec<TargetBits>,
}

/// What is kept of an indicator in a period.
#[derive(Debug)]
struct Summary {
    range: Range,
    variance: f64,
    /// The mean that histories have, of what stands before the span.
    past: f64,
    quantiles: Vec<f64>,
}

/// In which paths a target is met, path `i` being bit `i mod 8` of byte `i / 8`.
#[derive(Debug, Default)]
struct TargetBits {
    met: Vec<u8>,
    /// The same for growth that is not defined; empty where that is in no path.
    undefined: Vec<u8>,
    /// In how many paths it has no number.
    failed: u64,
    /// Quantiles of headroom.
    bands: [f64; 5],
}

impl Summary {
    /// Of a row of paths.
    fn of(row: &[f64], levels: &[f64], is_past: bool) -> Self {
        let range = Range::of(row);
        let past = if is_past { row.iter().sum::<f64>() / row.len() as f64 } else { f64::NAN };
        let quantiles = quantiles(row, levels);
        Self { range, variance: range.variance(row), past, quantiles }
    }
}

impl Kept {
    /// For each path 1 where all of some targets are met, else 0.
    fn all_met(&self, places: &[usize]) -> Vec<f64> {
        let bits = |k: &usize| &self.targets[*k].met;
        self.numbers(places.iter().map(bits), |all, bits| all & bits)
    }

    /// For each path 1 where growth that any of some targets counts is not defined, else 0; empty where that is
    /// in no path.
    fn any_undefined(&self, places: &[usize]) -> Vec<f64> {
        let bits = places.iter().map(|k| &self.targets[*k].undefined);
        self.numbers(bits.filter(|bits| !bits.is_empty()), |any, bits| any | bits)
    }

    /// 1 or 0 for each path, of what bits say together.
    fn numbers<'a>(
        &self,
        mut all: impl Iterator<Item = &'a Vec<u8>>,
        with: impl Fn(u8, u8) -> u8,
    ) -> Vec<f64> {
        let Some(mut found) = all.next().cloned() else { return Vec::new() };
        for bits in all {
            found.iter_mut().zip(bits).for_each(|(found, bits)| *found = with(*found, *bits));
        }
        let mut numbers = Vec::with_capacity(8 * found.len());
        for byte in found {
            numbers.extend((0..8).map(|bit| f64::from(byte >> bit & 1)));
        }
        numbers.truncate(self.paths);
        numbers
    }
}

impl Tiled {
    /// The names of the scenarios.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.run.names()
    }

    /// Seed, paths, design.
    pub fn info(&self) -> &RunInfo {
        self.run.runs.info()
    }

    /// The program that was run.
    pub fn program(&self) -> &Program {
        self.run.program()
    }

    /// The levels of its quantiles.
    pub fn levels(&self) -> &[f64] {
        &self.levels
    }

    /// How many tiles its periods were cut into.
    pub fn tiles(&self) -> usize {
        self.tiles
    }

    /// The memory limit that was said.
    pub fn memory_limit(&self) -> Option<u64> {
        self.limit
    }

    /// The ensemble of a scenario without a path: what went wrong in its paths, and how often.
    ///
    /// # Errors
    /// When there is none of that name.
    pub fn ensemble(&self, scenario: &str) -> Result<&Ensemble, Error> {
        self.run.ensemble(scenario)
    }

    /// The indicators that were kept, in the order of the model.
    pub fn indicators(&self) -> impl Iterator<Item = &Series> {
        self.run.frame.series.values()
    }

    /// The mean and some quantiles of an indicator in each period, as [`Ensemble::fan`] has them.
    ///
    /// # Errors
    /// Unknown names, and levels that it was not asked for when it ran.
    pub fn fan(&self, scenario: &str, indicator: &str, levels: &[f64]) -> Result<Fan, Error> {
        check_levels(levels)?;
        let places = levels.iter().map(|level| self.level(*level));
        let places = places.collect::<Result<Vec<Level>, Error>>()?;
        let of = |(period, summary): (Period, &Summary)| FanPeriod {
            period,
            mean: summary.range.mean(),
            quantiles: places.iter().map(|place| place.of(summary)).collect(),
        };
        let periods = self.in_span(scenario, indicator)?.map(of).collect();
        Ok(Fan { indicator: indicator.to_owned(), levels: levels.to_vec(), periods })
    }

    /// Moments and extremes of an indicator in each period.
    ///
    /// # Errors
    /// Unknown names.
    pub fn moments(&self, scenario: &str, indicator: &str) -> Result<Vec<Moments>, Error> {
        let of = |(period, summary): (Period, &Summary)| {
            let Summary { range, variance, .. } = summary;
            let is_none = range.finite == 0;
            let extreme = |value: f64| if is_none { f64::NAN } else { value };
            Moments {
                period,
                paths: range.finite as u64,
                mean: range.mean(),
                sd: variance.sqrt(),
                least: extreme(range.least),
                greatest: extreme(range.greatest),
            }
        };
        Ok(self.in_span(scenario, indicator)?.map(of).collect())
    }

    /// The values of an indicator before the span, oldest first, as [`Ensemble::history`] has them.
    ///
    /// # Errors
    /// Unknown names.
    pub fn history(&self, scenario: &str, indicator: &str) -> Result<Vec<(Period, f64)>, Error> {
        let (place, _) = self.run.series(indicator)?;
        let scenario = self.run.place(scenario)?;
        let mean = |k| self.cell(scenario, k, place).map_or(f64::NAN, |summary| summary.past);
        self.run.history(indicator, mean)
    }

    /// How likely each target and set of the model is in every scenario, as
    /// [`Ensembles::attainment`](crate::Ensembles::attainment) says it.
    ///
    /// # Errors
    /// More failed paths than the model tolerates.
    pub fn attainment(&self) -> Result<Vec<Attainment>, Error> {
        self.judge().map(|()| self.attainment.clone())
    }

    /// How many bytes it takes.
    pub fn bytes(&self) -> usize {
        let summary = size_of::<Summary>() + self.levels.len() * size_of::<f64>();
        let of = |kept: &Kept| {
            let bits = |bits: &TargetBits| bits.met.len() + bits.undefined.len();
            let summaries = kept.rows.iter().flatten().flatten().count() * summary;
            summaries + kept.targets.iter().map(bits).sum::<usize>()
        };
        self.scenarios.iter().map(of).sum()
    }

    /// Have no more paths failed than the model tolerates?
    ///
    /// # Errors
    /// When more have: where they broke first.
    fn judge(&self) -> Result<(), Error> {
        self.run.judge()?;
        let (program, paths) = (self.program(), self.info().paths);
        for kept in &self.scenarios {
            let failed = kept.targets.iter().map(|bits| (bits.failed, paths));
            tolerated(program.model(), program.targets().iter().zip(failed).enumerate())?;
        }
        Ok(())
    }

    /// Where the quantiles of a level are.
    fn level(&self, level: f64) -> Result<Level, Error> {
        if let Some(place) = self.levels.iter().position(|known| *known == level) {
            return Ok(Level::Found(place));
        }
        match level {
            0.0 => Ok(Level::Least),
            1.0 => Ok(Level::Greatest),
            _ => {
                let known: Vec<String> = self.levels.iter().map(f64::to_string).collect();
                let message = format!(
                    "no quantile was taken at {level}, and a tiled run has no paths to take it of: simulate with \
                     {level} among the levels (quantiles=), which were {}",
                    known.join(", ")
                );
                Err(Error::at("quantiles", message))
            }
        }
    }

    /// What is known of an indicator in each period of the span.
    fn in_span(
        &self,
        scenario: &str,
        indicator: &str,
    ) -> Result<impl Iterator<Item = (Period, &Summary)>, Error> {
        let (place, _) = self.run.series(indicator)?;
        let scenario = self.run.place(scenario)?;
        let cell = move |(k, period)| self.cell(scenario, k, place).map(|cell| (period, cell));
        Ok(self.run.span().filter_map(cell))
    }

    /// What is known of an indicator in a period that is kept.
    fn cell(&self, scenario: usize, period: usize, place: usize) -> Option<&Summary> {
        let of = |scenario: usize| self.scenarios[scenario].rows[period][place].as_ref();
        of(scenario).or_else(|| of(0))
    }
}

/// Where the quantiles of a level are.
enum Level {
    Found(usize),
    Least,
    Greatest,
}

impl Level {
    fn of(&self, summary: &Summary) -> f64 {
        match self {
            _ if summary.range.finite == 0 => f64::NAN,
            Self::Found(place) => summary.quantiles[*place],
            Self::Least => summary.range.least,
            Self::Greatest => summary.range.greatest,
        }
    }
}
