//! What a coalition is worth: paths counted under common random numbers, or a quantile.

use std::collections::HashMap;

use super::coalition::Run;
use super::explanation::{ExplainedPart, Explanation};
use super::masses::{FINE, batched, fixed, influences, masses, weighted_masses};
use super::narrow::{Piece, piece, pieces};
use super::question::{Explained, Question};
use super::values::{CoalitionValues, Valued};
use crate::ensemble::{Dependence, Ensemble};
use crate::error::Error;
use crate::interrupt::look;
use crate::model::{Model, Target};
use crate::outturns::Outturns;
use crate::plan::attainment::Met;
use crate::plan::goal::Goal;
use crate::plan::headroom::measure;
use crate::sensitivity::{factor, orders, shapley, shapley_weights};
use crate::simulate::Sampling;
use crate::summary::{Estimate, estimate, quantiles_in};

/// The most bytes of ensembles that are kept for later runs.
const STORE: usize = 256 << 20;

/// Targets, and the ensemble in which they are looked at.
type Found = (Vec<Target>, Ensemble);

/// What is measured, and in which runs.
#[derive(Debug)]
pub(super) struct Worth {
    question: Question,
    sampling: Sampling,
    /// Are there outturns on either side? Then paths carry weights.
    tracked: bool,
}

impl Worth {
    pub(super) fn new(question: &Question, sampling: &Sampling, tracked: bool) -> Self {
        let sampling = match question.scenario.as_str() {
            "mixture" => Sampling { scenarios: None, ..sampling.clone() },
            scenario => sampling.clone().with_scenarios([scenario]),
        };
        let sampling = match &question.of {
            Explained::Probability(_) => sampling.with_keep::<String>([]),
            Explained::Quantile { indicator, .. } => sampling.with_keep([indicator]),
        };
        Self { question: question.clone(), sampling, tracked }
    }

    /// The model without what has no bearing on what is asked for: other targets and scenarios,
    /// levers.
    pub(super) fn pruned(&self, model: &Model) -> Model {
        let mut pruned = model.clone();
        pruned.levers.clear();
        pruned.warnings.clear();
        if !self.tracked {
            pruned.links.clear(); // they are for outturns
        }
        match &self.question.of {
            Explained::Probability(goal) => {
                let names = names(goal);
                // What is in these sets depends on all targets.
                let every = ["all", "binding", "expected"].iter().any(|set| names.contains(set));
                pruned.target_sets.retain(|set, _| names.contains(&set.as_str()));
                let wanted = |id: &String| {
                    every
                        || names.contains(&id.as_str())
                        || pruned.target_sets.values().any(|set| set.targets.contains(id))
                };
                pruned.targets.retain(|target| wanted(&target.id));
            }
            Explained::Quantile { .. } => {
                pruned.targets.clear();
                pruned.target_sets.clear();
            }
        }
        match self.question.scenario.as_str() {
            "mixture" => {}
            scenario => {
                let chain = chain(model, scenario);
                pruned.scenarios.retain(|name, _| chain.contains(&name.as_str()));
                // Probabilities count in a mixture only.
                pruned.scenarios.values_mut().for_each(|scenario| scenario.probability = None);
            }
        }
        pruned
    }

    /// The ensembles of what has to be simulated of a model, with the targets that each is for.
    fn simulated(
        &self,
        model: &Model,
        known: &Outturns,
        store: &mut Store,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Vec<Found>, Error> {
        if let Some(found) = self.in_pieces(model, store, watch)? {
            return Ok(found);
        }
        let program = model.compile()?;
        let runs = if known.is_empty() {
            program.simulate_with(&self.sampling, watch)?
        } else {
            program.observe(known, known.last_vintage())?.simulate_with(&self.sampling, watch)?
        };
        Ok(vec![(model.targets.clone(), runs.get(&self.question.scenario)?.clone())])
    }

    /// The same piece by piece; nothing where a piece does not compile by itself.
    fn in_pieces(
        &self,
        model: &Model,
        store: &mut Store,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Option<Vec<Found>>, Error> {
        let pieces = self.pieces(model);
        let (mut found, count) = (Vec::new(), pieces.len());
        for (done, piece) in pieces.into_iter().enumerate() {
            let key = piece.key();
            let targets = piece.model.targets.clone();
            if let Some(ensemble) = store.take(key) {
                found.push((targets, ensemble));
                continue;
            }
            let Ok(program) = piece.model.compile() else { return Ok(None) };
            let mut within = |paths: usize, all: usize| watch((done * all + paths) / count, all);
            let runs = program.simulate_with(&self.sampling, &mut within)?;
            let ensemble = runs.get(&self.question.scenario)?.clone();
            store.keep(key, &ensemble);
            found.push((targets, ensemble));
        }
        Ok((!found.is_empty()).then_some(found))
    }

    /// In how many parts a probability is counted.
    fn unit(&self) -> i64 {
        if self.tracked || self.question.scenario == "mixture" { FINE } else { 1 }
    }

    /// Simulates a model, and works out the value of each coalition that it stands for.
    pub(super) fn values(
        &self,
        run: &Run,
        store: &mut Store,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<CoalitionValues, Error> {
        let ensembles = self.simulated(&run.model, &run.known, store, watch)?;
        let mut found =
            CoalitionValues { dependence: Dependence::Independent, coalitions: Vec::new() };
        let Some((_, ensemble)) = ensembles.first() else { return Ok(found) };
        found.dependence = ensemble.dependence();
        for (coalition, model) in &run.coalitions {
            look();
            let (count, quantile, pieces) = match &self.question.of {
                Explained::Probability(goal) => {
                    let met = met(model, &ensembles)?.condition(&goal.resolve(model)?);
                    let (strata, unit) = (ensemble.strata(), self.unit());
                    let (masses, pieces) = match ensemble.weights().filter(|_| self.tracked) {
                        None => (masses(&met, strata, unit), None),
                        Some(weights) => (
                            weighted_masses(&met, weights, strata.len(), unit),
                            Some(influences(&met, weights, strata.len(), unit as f64)),
                        ),
                    };
                    let plain = || masses.iter().map(|mass| *mass as f64).collect();
                    let count = masses.iter().map(|mass| i128::from(*mass)).sum();
                    (count, 0.0, pieces.unwrap_or_else(plain))
                }
                Explained::Quantile { indicator, period, level } => {
                    let row = ensemble.row(indicator, *period).unwrap_or_default();
                    let whole = quantiles_in(ensemble, row, &[*level])[0];
                    if !whole.is_finite() {
                        let message = format!("has no finite value in {period}");
                        return Err(Error::at(format!("indicators.{indicator}"), message));
                    }
                    (0, whole, batched(ensemble, row, *level))
                }
            };
            found.coalitions.push(Valued { coalition: *coalition, count, quantile, pieces });
        }
        Ok(found)
    }

    /// What is simulated of a model; nothing where that is the whole of it. Other designs give
    /// other points to another model, and what is observed may bear on everything.
    pub(super) fn pieces(&self, model: &Model) -> Vec<Piece> {
        if self.tracked || !self.sampling.design.is_by_stream() {
            return Vec::new();
        }
        match &self.question.of {
            Explained::Probability(_) => pieces(model),
            Explained::Quantile { indicator, period, .. } => vec![piece(model, indicator, *period)],
        }
    }
}

/// Ensembles that several runs need, as long as they need them.
#[derive(Debug, Default)]
pub(super) struct Store {
    /// How many runs still need a piece.
    wanted: HashMap<u128, usize>,
    kept: HashMap<u128, Ensemble>,
    bytes: usize,
}

impl Store {
    /// A store for runs that need these pieces.
    pub(super) fn new(keys: impl IntoIterator<Item = u128>) -> Self {
        let mut store = Self::default();
        keys.into_iter().for_each(|key| *store.wanted.entry(key).or_default() += 1);
        store
    }

    fn take(&mut self, key: u128) -> Option<Ensemble> {
        let wanted = self.wanted.entry(key).or_default();
        *wanted = wanted.saturating_sub(1);
        if *wanted > 0 {
            return self.kept.get(&key).cloned();
        }
        let ensemble = self.kept.remove(&key)?;
        self.bytes -= size(&ensemble);
        Some(ensemble)
    }

    fn keep(&mut self, key: u128, ensemble: &Ensemble) {
        let fits = self.bytes + size(ensemble) <= STORE;
        if fits && self.wanted.get(&key).is_some_and(|wanted| *wanted > 0) {
            self.bytes += size(ensemble);
            self.kept.insert(key, ensemble.clone());
        }
    }
}

/// About how many bytes the paths of an ensemble take.
fn size(ensemble: &Ensemble) -> usize {
    8 * ensemble.len() * (1 + ensemble.span().len()) * ensemble.width()
}

/// The names of targets and sets in a goal.
fn names(goal: &Goal) -> Vec<&str> {
    match goal {
        Goal::Of(name) => vec![name],
        Goal::Not(inner) => names(inner),
        Goal::And(goals) | Goal::Or(goals) | Goal::AtLeast(_, goals) => {
            goals.iter().flat_map(names).collect()
        }
    }
}

/// A scenario and those that it extends.
fn chain<'m>(model: &'m Model, scenario: &'m str) -> Vec<&'m str> {
    let mut chain = Vec::new();
    let mut next = Some(scenario);
    while let Some(name) = next.filter(|name| !chain.contains(name)) {
        chain.push(name);
        next = model.scenarios.get(name).and_then(|scenario| scenario.extends.as_deref());
    }
    chain
}

/// Shapley values that are being added up, coalition by coalition.
#[derive(Debug)]
pub(super) struct Tally<'a> {
    worth: &'a Worth,
    players: usize,
    weights: Vec<i64>,
    dependence: Dependence,
    /// The value of each coalition: counts of the unit, or quantiles.
    counts: Vec<i128>,
    quantiles: Vec<f64>,
    /// For each independent draw, or each batch, the contributions of the players, then the value
    /// before and the value after; over `g!` and the unit.
    pieces: Vec<f64>,
    unit: i64,
}

impl<'a> Tally<'a> {
    pub(super) fn new(worth: &'a Worth, players: usize) -> Self {
        let count = 1usize << players;
        Self {
            worth,
            players,
            weights: shapley_weights(players),
            dependence: Dependence::Independent,
            counts: vec![0; count],
            quantiles: vec![0.0; count],
            pieces: Vec::new(),
            unit: worth.unit(),
        }
    }

    /// Adds what the coalitions of a run are worth.
    pub(super) fn take(&mut self, values: &CoalitionValues) {
        self.dependence = values.dependence;
        for value in &values.coalitions {
            self.counts[value.coalition] = value.count;
            self.quantiles[value.coalition] = value.quantile;
            self.add(value.coalition, &value.pieces);
        }
    }

    /// Adds the values of a coalition, one for each independent draw, to all contributions.
    fn add(&mut self, coalition: usize, values: &[f64]) {
        let (players, width) = (self.players, self.players + 2);
        self.pieces.resize(values.len() * width, 0.0);
        let factors: Vec<f64> =
            (0..players).map(|player| factor(&self.weights, coalition, player) as f64).collect();
        let (first, last) = (coalition == 0, coalition + 1 == 1 << players);
        for (row, &value) in self.pieces.chunks_exact_mut(width).zip(values) {
            look();
            if value == 0.0 {
                continue;
            }
            for (sum, factor) in row.iter_mut().zip(&factors) {
                *sum += factor * value;
            }
            row[players] += if first { value } else { 0.0 };
            row[players + 1] += if last { value } else { 0.0 };
        }
    }

    /// The mean of a column of pieces, with its error.
    fn estimate(&self, scale: f64, of: impl Fn(&[f64]) -> f64) -> Estimate {
        let rows = self.pieces.chunks_exact(self.players + 2);
        let column: Vec<f64> = rows.map(|row| of(row) / scale).collect();
        let dependence = match self.worth.question.of {
            Explained::Probability(_) => self.dependence,
            Explained::Quantile { .. } => Dependence::Independent, // batches are
        };
        estimate(&column, dependence)
    }

    /// The explanation, when all coalitions have been run.
    pub(super) fn finish(self, mut parts: Vec<ExplainedPart>, simulations: usize) -> Explanation {
        let (players, question) = (self.players, &self.worth.question);
        let (counts, unit) = match question.of {
            Explained::Probability(_) => {
                let draws = self.pieces.len() / (players + 2);
                (self.counts.clone(), draws as i128 * i128::from(self.unit))
            }
            Explained::Quantile { .. } => fixed(&self.quantiles),
        };
        let scale = self.unit as f64;
        let all = orders(players);
        let denominator = unit * i128::from(all);
        let share = |numerator: i128| numerator as f64 / denominator as f64;
        let numerators = shapley(&counts).unwrap_or_default();
        for (player, (part, numerator)) in parts.iter_mut().zip(numerators).enumerate() {
            let found = self.estimate(scale * all as f64, |row| row[player]);
            part.numerator = numerator;
            part.value = Estimate { value: share(numerator), ..found };
        }
        let numerator = (counts[counts.len() - 1] - counts[0]) * i128::from(all);
        let value = |coalition: usize| counts[coalition] as f64 / unit as f64;
        let ends = |value: f64, found: Estimate| Estimate { value, ..found };
        let before = ends(value(0), self.estimate(scale, |row| row[players]));
        let after = ends(value(counts.len() - 1), self.estimate(scale, |row| row[players + 1]));
        let change = self.estimate(scale, |row| row[players + 1] - row[players]);
        Explanation {
            of: question.of.clone(),
            scenario: question.scenario.clone(),
            before,
            after,
            change: ends(share(numerator), change),
            parts,
            denominator,
            numerator,
            seed: self.worth.sampling.seed_or_zero(),
            paths: self.worth.sampling.paths,
            coalitions: counts.len(),
            simulations,
        }
    }
}

/// Which targets of a model are met, each in the ensemble that is for it.
fn met(model: &Model, ensembles: &[Found]) -> Result<Met, Error> {
    let ensemble = |target: &&Target| {
        let same = |other: &Target| Target { id: target.id.clone(), ..other.clone() } == **target;
        let found = ensembles.iter().find(|(targets, _)| targets.iter().any(same));
        found.or(ensembles.first()).map(|(_, ensemble)| ensemble)
    };
    let pairs = model.targets.iter().filter_map(|target| Some((target, ensemble(&target)?)));
    let pairs = pairs.map(|(target, ensemble)| Ok((measure(target, ensemble)?, ensemble)));
    let pairs = pairs.collect::<Result<Vec<_>, Error>>()?;
    Met::measured(pairs.iter().map(|(measure, ensemble)| (measure, *ensemble)))
}
