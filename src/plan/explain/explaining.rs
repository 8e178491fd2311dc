//! An explanation whose runs are made one by one, here or elsewhere.

use std::ops::Range;

use super::coalition::{Coalitions, Player, Run};
use super::coherent::merged;
use super::explanation::Explanation;
use super::groups::groups;
use super::narrow::Piece;
use super::outturn_changes::OutturnChanges;
use super::question::{Explained, Question, Side};
use super::values::CoalitionValues;
use super::worth::{Store, Tally, Worth};
use crate::ensemble::Dependence;
use crate::error::{Error, near};
use crate::model::{Diff, Model};
use crate::packed::damaged;
use crate::parallel::Workers;
use crate::simulate::Sampling;

/// An explanation whose runs may be made in any order and on any machine: what they give is put together to
/// what [`explain`](super::explain) gives, to the bit.
///
/// ```
/// use tinbergen::plan::{Explained, Explaining, Goal, Question, explain};
/// use tinbergen::{Model, Sampling};
/// let before = Model::read("plans/yuecheng.toml")?;
/// let mut after = before.clone();
/// after.parameters.insert("trend_growth".to_owned(), 0.05.into());
/// let question = Question::new(Explained::Probability(Goal::of("gdp-2025")));
/// let sampling = Sampling::new(500, 1);
/// let work = Explaining::new(&before, &after, &question, &sampling, &mut |_, _| true)?;
/// let runs = (0..work.simulations()).rev();
/// let runs = runs.map(|k| Ok(work.run(k..k + 1, &mut |_, _| true)?.to_bytes()));
/// let found = work.finish(&runs.collect::<Result<Vec<_>, tinbergen::Error>>()?)?;
/// assert_eq!(found, explain(&before, &after, &question, &sampling, &mut |_, _| true)?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Explaining {
    worth: Worth,
    coalitions: Coalitions,
    players: Vec<Player>,
    runs: Vec<Run>,
    threads: Workers,
    paths: usize,
}

impl Explaining {
    /// Finds the differences, their groups and what has to be simulated.
    ///
    /// # Errors
    /// As [`explain`](super::explain), but for what goes wrong in a simulation.
    pub fn new<'a>(
        before: impl Into<Side<'a>>,
        after: impl Into<Side<'a>>,
        question: &Question,
        sampling: &Sampling,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Self, Error> {
        let (before, after) = (before.into(), after.into());
        for (name, side) in [("before", before), ("after", after)] {
            compiles(&side).map_err(|error| error.in_model(name))?;
        }
        check(before.model, after.model, question)?;
        let sampling = sampling.seeded()?;
        let known = OutturnChanges::new(before.known, after.known);
        let with_known = |diff: &Diff| [diff.differences(), &known.differences()].concat();
        let all = with_known(&before.model.diff(after.model)?);
        let worth = Worth::new(question, &sampling, !known.is_empty());
        let (before, after) = (worth.pruned(before.model), worth.pruned(after.model));
        let diff = before.diff(&after)?;
        let differences = with_known(&diff);
        let groups = groups(&all, &differences, &question.groups)?;
        let of = question.of.clone();
        let coalitions = Coalitions { before, after, known, of, diff, differences, groups };
        let threads = Workers::new(sampling.threads)?;
        let players = merged(&coalitions, &threads, watch)?;
        let runs = coalitions.runs(&players, &threads)?;
        Ok(Self { worth, coalitions, players, runs, threads, paths: sampling.paths })
    }

    /// How many models are simulated.
    pub fn simulations(&self) -> usize {
        self.runs.len()
    }

    /// Simulates some of the models. Neighbours share more work than others do.
    ///
    /// # Errors
    /// Models that are not there; more failed paths than a model tolerates; work that was stopped.
    pub fn run(
        &self,
        runs: Range<usize>,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<CoalitionValues, Error> {
        let mut whole =
            CoalitionValues { dependence: Dependence::Independent, coalitions: Vec::new() };
        self.each(runs, watch, &mut |values| {
            whole.dependence = values.dependence;
            whole.coalitions.extend(values.coalitions);
        })?;
        Ok(whole)
    }

    /// All of it.
    ///
    /// # Errors
    /// As [`run`](Self::run).
    pub fn explain(
        &self,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Explanation, Error> {
        let mut tally = Tally::new(&self.worth, self.players.len());
        self.each(0..self.runs.len(), watch, &mut |values| tally.take(&values))?;
        Ok(self.finished(tally))
    }

    /// The explanation, of what all runs gave, as [`CoalitionValues::to_bytes`] writes it, in any order.
    ///
    /// # Errors
    /// Bytes of something else; a model that was not simulated, or twice.
    pub fn finish(&self, parts: &[Vec<u8>]) -> Result<Explanation, Error> {
        let mut values = Vec::new();
        for bytes in parts {
            let part = CoalitionValues::read(bytes, 1 << self.players.len())?;
            values.extend(part.coalitions.into_iter().map(|value| (part.dependence, value)));
        }
        // What is added up in another order is another number.
        let mut tally = Tally::new(&self.worth, self.players.len());
        let mut place = vec![None; 1 << self.players.len()];
        for (k, (_, value)) in values.iter().enumerate() {
            if place[value.coalition].replace(k).is_some() {
                return Err(damaged());
            }
        }
        let lengths = |k: &Option<usize>| k.map(|k| values[k].1.pieces.len());
        if place.iter().any(|k| lengths(k).is_none() || lengths(k) != lengths(&place[0])) {
            return Err(damaged());
        }
        for (coalition, _) in self.runs.iter().flat_map(|run| &run.coalitions) {
            let Some(k) = place[*coalition] else { return Err(damaged()) };
            let (dependence, value) = &values[k];
            let coalitions = vec![value.clone()];
            tally.take(&CoalitionValues { dependence: *dependence, coalitions });
        }
        Ok(self.finished(tally))
    }

    /// Simulates models, and shows what the coalitions of each are worth.
    fn each(
        &self,
        runs: Range<usize>,
        watch: &mut dyn FnMut(usize, usize) -> bool,
        see: &mut dyn FnMut(CoalitionValues),
    ) -> Result<(), Error> {
        let runs = self.runs.get(runs).ok_or_else(damaged)?;
        let keys =
            |run: &Run| self.worth.pieces(&run.model).iter().map(Piece::key).collect::<Vec<_>>();
        let keys = self.threads.map(runs.len(), |k| keys(&runs[k]));
        let mut store = Store::new(keys.into_iter().flatten());
        let (paths, all) = (self.paths, runs.len() * self.paths);
        for (done, run) in runs.iter().enumerate() {
            let mut within = |d: usize, _: usize| watch(done * paths + d, all);
            see(self.worth.values(run, &mut store, &mut within)?);
        }
        Ok(())
    }

    fn finished(&self, tally: Tally<'_>) -> Explanation {
        let parts = self.players.iter().map(|player| self.coalitions.part(player)).collect();
        tally.finish(parts, self.runs.len())
    }
}

/// A side must compile, and its outturns must fit it.
fn compiles(side: &Side<'_>) -> Result<(), Error> {
    let program = side.model.compile()?;
    let known = side.known.filter(|known| !known.is_empty());
    known.map(|known| program.observe(known, side.as_of)).transpose()?;
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
