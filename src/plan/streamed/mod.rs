//! Runs that keep no path: moments, extremes, histograms and counts, in memory that does not grow with the
//! number of paths.
//!
//! Sums are exact and counts whole numbers, and the edges of histograms come from the first paths of the
//! seed: no number depends on threads, blocks, or the order in which paths were made.

mod counts;
mod merging;
mod passing;
mod ranges;
mod running;

use std::ops::Range;

pub use self::ranges::Ranges;

use self::counts::Counts;
use super::attainment::{Attainment, HEADROOM_LEVELS, tolerated};
use super::pathless::{Pathless, check_levels};
use super::sets::sets;
use crate::compile::Program;
use crate::ensemble::{Ensemble, Series};
use crate::error::Error;
use crate::period::Period;
use crate::simulate::RunInfo;
use crate::summary::{Fan, FanPeriod, NearQuantile, Sketch, probability_of_counts};

/// A run that keeps no path, and takes the same memory for any number of them.
///
/// Probabilities and their intervals are those of the run that stores its paths, to the bit; means and
/// standard deviations are sums without an error of rounding; quantiles come from histograms, each with a
/// bound on its error. What needs the paths themselves, the mixture of scenarios included, needs a run
/// that stores them.
///
/// ```
/// use tinbergen::{Model, Sampling, plan::Streamed};
/// let program = Model::read("plans/yuecheng.toml")?.compile()?;
/// let sampling = Sampling::new(2000, 1).with_scenarios(["baseline"]);
/// let streamed = Streamed::new(&program, &sampling)?;
/// let stored = program.simulate(&sampling)?;
/// assert_eq!(streamed.attainment()?[0].probability, stored.attainment()?[0].probability);
/// let found = streamed.fan("baseline", "gdp", &[0.05, 0.5, 0.95])?;
/// let exact = stored.get("baseline")?.fan("gdp", &[0.05, 0.5, 0.95])?;
/// for ((found, exact), error) in found.fan.periods.iter().zip(&exact.periods).zip(&found.errors) {
///     assert!((found.quantiles[1] - exact.quantiles[1]).abs() <= *error);
/// }
/// # Ok::<(), tinbergen::Error>(())
/// ```
#[derive(Debug)]
pub struct Streamed {
    run: Pathless,
    scenarios: Vec<Kept>,
    /// Which paths of the seed, in order.
    ranges: Vec<Range<u64>>,
    /// How many paths the run has of which these are some.
    whole: u64,
}

/// What is kept of a scenario.
#[derive(Debug, Clone)]
struct Kept {
    /// `[period][indicator]`; none where the first scenario has the same numbers.
    rows: Vec<Vec<Option<Sketch>>>,
    /// By target.
    rooms: Vec<Sketch>,
    counts: Counts,
}

/// A fan whose quantiles come from histograms.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamedFan {
    /// The fan.
    pub fan: Fan,
    /// For each period: no quantile of it is further from that of the paths themselves, in the unit of
    /// the indicator.
    pub errors: Vec<f64>,
}

/// Moments and extremes of an indicator in a period.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moments {
    /// The period.
    pub period: Period,
    /// Paths whose value is finite: the numbers below are over these.
    pub paths: u64,
    /// The mean.
    pub mean: f64,
    /// The standard deviation over paths.
    pub sd: f64,
    /// The least value of any path.
    pub least: f64,
    /// The greatest value of any path.
    pub greatest: f64,
}

impl Streamed {
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

    /// The mean and some quantiles of an indicator in each period, with a bound on the error of the quantiles.
    ///
    /// A bin of the histogram is at most `(d + |x - m|) / 512` wide around `x`, `m` being the median and `d`
    /// the distance between the quartiles in the first 1,024 paths of the seed; the least and the greatest
    /// value, and what interpolates between order statistics, are as exact as that allows.
    ///
    /// # Errors
    /// Unknown names, and levels that are not from 0 to 1.
    pub fn fan(
        &self,
        scenario: &str,
        indicator: &str,
        levels: &[f64],
    ) -> Result<StreamedFan, Error> {
        check_levels(levels)?;
        self.judge()?;
        let (mut periods, mut errors) = (Vec::new(), Vec::new());
        for (period, sketch) in self.in_span(scenario, indicator)? {
            let found = levels.iter().map(|level| sketch.quantile(*level, 0));
            let found: Vec<NearQuantile> = found.collect();
            errors.push(worst(&found));
            let quantiles = found.iter().map(|quantile| quantile.value).collect();
            periods.push(FanPeriod { period, mean: sketch.mean(), quantiles });
        }
        let fan = Fan { indicator: indicator.to_owned(), levels: levels.to_vec(), periods };
        Ok(StreamedFan { fan, errors })
    }

    /// Moments and extremes of an indicator in each period.
    ///
    /// # Errors
    /// Unknown names.
    pub fn moments(&self, scenario: &str, indicator: &str) -> Result<Vec<Moments>, Error> {
        let of = |(period, sketch): (Period, &Sketch)| {
            let [least, greatest] = sketch.range();
            let (paths, mean, sd) = (sketch.count(), sketch.mean(), sketch.sd());
            Moments { period, paths, mean, sd, least, greatest }
        };
        self.judge()?;
        Ok(self.in_span(scenario, indicator)?.map(of).collect())
    }

    /// The values of an indicator before the span, oldest first, as [`Ensemble::history`] has them.
    ///
    /// # Errors
    /// Unknown names.
    pub fn history(&self, scenario: &str, indicator: &str) -> Result<Vec<(Period, f64)>, Error> {
        let (place, _) = self.run.series(indicator)?;
        let scenario = self.run.place(scenario)?;
        let mean = |k| self.cell(scenario, k, place).map_or(f64::NAN, Sketch::mean);
        self.run.history(indicator, mean)
    }

    /// How likely each target and set of the model is in every scenario. Probabilities and intervals are
    /// those of stored paths to the bit; quantiles of headroom come from histograms
    /// ([`headroom_error`](Self::headroom_error)).
    ///
    /// # Errors
    /// More failed paths than the model tolerates.
    pub fn attainment(&self) -> Result<Vec<Attainment>, Error> {
        self.judge()?;
        let model = self.program().model();
        let sets = sets(model);
        let ids = model.targets.iter().map(|target| (target.id.as_str(), false));
        let members: Vec<_> = ids.chain(sets.iter().map(|(name, _)| (*name, true))).collect();
        let mut found = Vec::new();
        for (scenario, kept) in self.names().zip(&self.scenarios) {
            let counts = &kept.counts;
            let paths = counts.paths.iter().sum::<u64>() as f64;
            for (k, &(target, is_set)) in members.iter().enumerate() {
                found.push(Attainment {
                    scenario: scenario.to_owned(),
                    target: target.to_owned(),
                    is_set,
                    probability: probability_of_counts(&counts.met[k], &counts.paths),
                    undefined: counts.undefined[k] as f64 / paths,
                    headroom: kept.headroom(k).map(|quantiles| quantiles.map(|q| q.value)),
                });
            }
        }
        Ok(found)
    }

    /// No quantile of the headroom of a target is further from that of the paths themselves; none for sets.
    ///
    /// # Errors
    /// An unknown scenario.
    pub fn headroom_error(&self, scenario: &str, target: &str) -> Result<Option<f64>, Error> {
        let kept = &self.scenarios[self.run.place(scenario)?];
        let targets = &self.program().model().targets;
        let place = targets.iter().position(|known| known.id == target);
        Ok(place.and_then(|place| kept.headroom(place)).map(|quantiles| worst(&quantiles)))
    }

    /// How many bytes it takes, whatever the number of paths.
    pub fn bytes(&self) -> usize {
        let of = |kept: &Kept| kept.rows.iter().flatten().flatten().count() + kept.rooms.len();
        self.scenarios.iter().map(of).sum::<usize>() * Sketch::bytes()
    }

    /// What is known of an indicator in each period of the span.
    fn in_span(
        &self,
        scenario: &str,
        indicator: &str,
    ) -> Result<impl Iterator<Item = (Period, &Sketch)>, Error> {
        let (place, _) = self.run.series(indicator)?;
        let scenario = self.run.place(scenario)?;
        let cell = move |(k, period)| self.cell(scenario, k, place).map(|cell| (period, cell));
        Ok(self.run.span().filter_map(cell))
    }

    /// What is known of an indicator in a period that is kept.
    fn cell(&self, scenario: usize, period: usize, place: usize) -> Option<&Sketch> {
        let of = |scenario: usize| self.scenarios[scenario].rows[period][place].as_ref();
        of(scenario).or_else(|| of(0))
    }

    /// Have no more paths failed than the model tolerates? Numbers are given of such only.
    ///
    /// # Errors
    /// When more have: where they broke first.
    pub fn judge(&self) -> Result<(), Error> {
        self.run.judge()?;
        let (program, paths) = (self.program(), self.info().paths);
        for kept in &self.scenarios {
            let failed = kept.counts.failed.iter().map(|failed| (*failed, paths));
            tolerated(program.model(), program.targets().iter().zip(failed).enumerate())?;
        }
        Ok(())
    }
}

impl Kept {
    /// Quantiles of the headroom of a target.
    fn headroom(&self, target: usize) -> Option<[NearQuantile; 5]> {
        let sketch = self.rooms.get(target)?;
        let below = self.counts.undefined[target];
        Some(HEADROOM_LEVELS.map(|level| sketch.quantile(level, below)))
    }
}

/// The largest error of some quantiles.
fn worst(quantiles: &[NearQuantile]) -> f64 {
    quantiles.iter().map(|quantile| quantile.error).fold(0.0, f64::max)
}
