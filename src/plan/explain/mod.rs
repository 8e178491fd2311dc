//! Why a probability or a quantile changed between two models: Shapley values over groups of
//! differences, under common luck.
//!
//! A *coalition* is the earlier model with the differences of some groups taken over from the later
//! one; its value is the probability (or quantile) that it gives from the same seed. The part of a
//! group is what it adds to a coalition, averaged over all orders in which groups can join:
//!
//! ```text
//! part(i) = sum over S without i of  |S|! (g - |S| - 1)! / g!  (v(S + i) - v(S))
//! ```
//!
//! L. S. Shapley (1953), A value for n-person games. Values are whole numbers (paths that meet, or
//! fixed-point numbers), and so are the weights `|S|! (g - |S| - 1)!`, so that the parts add up to
//! the change exactly.

mod coalition;
mod coherent;
mod groups;
mod known;
mod measure;
mod narrow;
mod shapley;

use rayon::prelude::*;

pub use groups::Group;
pub use shapley::{MOST_PLAYERS, shapley, shapley_weights};

use self::coalition::{Coalitions, Run};
use self::coherent::merged;
use self::groups::groups;
use self::known::Known;
use self::measure::{Measure, Store, Tally};
use self::narrow::Piece;
use super::goal::Goal;
use crate::error::{Error, near};
use crate::model::{Diff, Difference, Model};
use crate::outturns::Outturns;
use crate::period::Period;
use crate::simulate::{Sampling, Tracked, pool};
use crate::summary::Estimate;

/// What is to be explained.
#[derive(Debug, Clone, PartialEq)]
pub enum Explained {
    /// The probability of a goal: a target, a set of targets together, or a combination of them.
    Probability(Goal),
    /// A quantile of an indicator.
    Quantile {
        /// The indicator.
        indicator: String,
        /// The period.
        period: Period,
        /// The level, from 0 to 1.
        level: f64,
    },
}

/// A question to [`explain`].
#[derive(Debug, Clone, PartialEq)]
pub struct Question {
    of: Explained,
    scenario: String,
    groups: Vec<Group>,
}

impl Question {
    /// Why did it change, in the baseline, by kind of difference?
    pub fn new(of: Explained) -> Self {
        Self { of, scenario: "baseline".to_owned(), groups: Vec::new() }
    }

    /// In another scenario, or in the `mixture`.
    #[must_use]
    pub fn with_scenario(mut self, scenario: impl Into<String>) -> Self {
        self.scenario = scenario.into();
        self
    }

    /// With a group of its own for differences whose addresses match a pattern; `*` stands for any
    /// text. What no pattern matches stays in the group of its kind.
    #[must_use]
    pub fn with_group<T: Into<String>>(
        mut self,
        name: impl Into<String>,
        patterns: impl IntoIterator<Item = T>,
    ) -> Self {
        let patterns = patterns.into_iter().map(Into::into).collect();
        self.groups.push(Group { name: name.into(), patterns });
        self
    }
}

/// One side of a comparison: a model, and what is known of it.
///
/// A model alone, a model with outturns of which each cell has one vintage, or a
/// [`Tracked`](crate::simulate::Tracked) program.
#[derive(Debug, Clone, Copy)]
pub struct Side<'a> {
    model: &'a Model,
    known: Option<&'a Outturns>,
}

impl<'a> From<&'a Model> for Side<'a> {
    fn from(model: &'a Model) -> Self {
        Self { model, known: None }
    }
}

impl<'a> From<(&'a Model, &'a Outturns)> for Side<'a> {
    fn from((model, known): (&'a Model, &'a Outturns)) -> Self {
        Self { model, known: Some(known) }
    }
}

impl<'a> From<&'a Tracked> for Side<'a> {
    fn from(tracked: &'a Tracked) -> Self {
        Self { model: tracked.program().model(), known: Some(tracked.known()) }
    }
}

/// What a group of differences contributes to a change.
#[derive(Debug, Clone, PartialEq)]
pub struct ExplainedPart {
    /// The names of its groups: one, or several that cannot stand apart.
    pub groups: Vec<String>,
    /// Why several groups are one part: what a model with only some of them lacks.
    pub reason: Option<String>,
    /// Its Shapley value, with its Monte Carlo error as an estimate of the true one.
    pub value: Estimate,
    /// The same as a whole number over [`Explanation::denominator`].
    pub numerator: i128,
    /// The differences in it.
    pub differences: Vec<Difference>,
}

impl ExplainedPart {
    /// Its name: those of its groups.
    pub fn name(&self) -> String {
        self.groups.join(" + ")
    }
}

/// Why a probability or a quantile changed.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// What was explained.
    pub of: Explained,
    /// In which scenario.
    pub scenario: String,
    /// What the earlier model gives.
    pub before: Estimate,
    /// What the later model gives.
    pub after: Estimate,
    /// The change, with its Monte Carlo error under common luck.
    pub change: Estimate,
    /// The parts, in the order of the groups.
    pub parts: Vec<ExplainedPart>,
    /// Numerators over it are the exact values: those of the parts add up to that of the change.
    pub denominator: i128,
    /// The change as a whole number over the denominator.
    pub numerator: i128,
    /// The seed.
    pub seed: u64,
    /// Paths of each simulation.
    pub paths: usize,
    /// How many coalitions were looked at.
    pub coalitions: usize,
    /// How many models were simulated for them; those that differ in targets alone share one.
    pub simulations: usize,
}

/// Explains the change of a probability or a quantile from one model to another.
///
/// Of `sampling` the number of paths, seed, design, threads and memory limit count. `watch` is told
/// how far the work is and stops it by `false`.
///
/// # Errors
/// When either model does not compile, what is asked for is not in both, a pattern matches nothing,
/// there are more than [`MOST_PLAYERS`] groups, a coalition has more failed paths than its model
/// tolerates, or the work was stopped.
///
/// ```
/// use tinbergen::plan::{Explained, Goal, Question, explain};
/// use tinbergen::{Model, Sampling};
/// let plan = |mean: &str, sd: &str| Model::from_toml(&format!(
///     r#"
///     schema = 1
///     name = "x"
///     periods = "2021..2025"
///     [indicators.gdp]
///     history = {{ 2020 = 100 }}
///     process = {{ kind = "growth", mean = "trend" }}
///     [parameters]
///     trend = {mean}
///     [shocks.gdp]
///     normal = {{ sd = {sd} }}
///     [[targets]]
///     id = "gdp-2025"
///     indicator = "gdp"
///     period = 2025
///     at_least = 125
///     "#
/// ));
/// let question = Question::new(Explained::Probability(Goal::of("all")));
/// let (before, after) = (plan("0.05", "0.02")?, plan("0.04", "0.03")?);
/// let found = explain(&before, &after, &question, &Sampling::new(2000, 1), &mut |_, _| true)?;
/// let names: Vec<String> = found.parts.iter().map(|part| part.name()).collect();
/// assert_eq!(names, ["parameters", "shocks"]);
/// assert_eq!(found.parts.iter().map(|part| part.numerator).sum::<i128>(), found.numerator);
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn explain<'a>(
    before: impl Into<Side<'a>>,
    after: impl Into<Side<'a>>,
    question: &Question,
    sampling: &Sampling,
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Explanation, Error> {
    let (before, after) = (before.into(), after.into());
    for (name, side) in [("before", before), ("after", after)] {
        compiles(&side).map_err(|error| error.in_model(name))?;
    }
    check(before.model, after.model, question)?;
    let known = Known::new(before.known, after.known);
    let with_known = |diff: &Diff| [diff.differences(), &known.differences()].concat();
    let all = with_known(&before.model.diff(after.model)?);
    let measure = Measure::new(question, sampling, !known.is_empty());
    let (before, after) = (measure.pruned(before.model), measure.pruned(after.model));
    let diff = before.diff(&after)?;
    let differences = with_known(&diff);
    let groups = groups(&all, &differences, &question.groups)?;
    let coalitions =
        Coalitions { before, after, known, of: &question.of, diff: &diff, differences, groups };
    let pool = pool(sampling.threads)?;
    let players = merged(&coalitions, &pool, watch)?;
    let runs = coalitions.runs(&players, &pool)?;
    let keys = |run: &Run| measure.pieces(&run.model).iter().map(Piece::key).collect::<Vec<_>>();
    let keys = pool.install(|| runs.par_iter().flat_map_iter(keys).collect::<Vec<_>>());
    let mut tally = Tally::new(&measure, players.len(), Store::new(keys));
    let (paths, simulations) = (sampling.paths, runs.len());
    for (done, run) in runs.into_iter().enumerate() {
        let mut within = |d: usize, _: usize| watch(done * paths + d, simulations * paths);
        tally.run(run, &mut within)?;
    }
    let parts = players.into_iter().map(|player| coalitions.part(player)).collect();
    Ok(tally.finish(question, parts, simulations))
}

/// A side must compile, and its outturns must fit it.
fn compiles(side: &Side<'_>) -> Result<(), Error> {
    let program = side.model.compile()?;
    side.known.filter(|known| !known.is_empty()).map(|k| program.observe(k, None)).transpose()?;
    Ok(())
}

/// What is asked for must be in both models.
fn check(before: &Model, after: &Model, question: &Question) -> Result<(), Error> {
    for (side, model) in [("before", before), ("after", after)] {
        let missing = |what: &str, name: &str, known: Vec<&str>| {
            let hint = near(name, known);
            Err(Error::at("explain", format!("the model {side} has no {what} \"{name}\"{hint}")))
        };
        let scenario = question.scenario.as_str();
        if !matches!(scenario, "baseline" | "mixture") && !model.scenarios.contains_key(scenario) {
            return missing("scenario", scenario, model.scenarios.keys().map(|s| &**s).collect());
        }
        if scenario == "mixture" && !model.scenarios.values().any(|s| s.probability.is_some()) {
            return missing("scenarios with probabilities, so no", "mixture", Vec::new());
        }
        match &question.of {
            Explained::Probability(goal) => {
                goal.resolve(model).map_err(|error| error.in_model(side))?;
            }
            Explained::Quantile { indicator, period, level } => {
                if !model.indicators.contains_key(indicator) {
                    let known = model.indicators.keys().map(|name| &**name).collect();
                    return missing("indicator", indicator, known);
                }
                if !model.periods.contains(*period) {
                    let span = model.periods;
                    let message = format!("{period} is not in {span}, the periods {side}");
                    return Err(Error::at("explain", message));
                }
                if !(0.0..=1.0).contains(level) {
                    let message = format!("{level} is no level of a quantile; from 0 to 1");
                    return Err(Error::at("explain", message));
                }
            }
        }
    }
    Ok(())
}
