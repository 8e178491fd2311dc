//! Models between two models.

use std::collections::HashMap;

use rayon::ThreadPool;
use rayon::prelude::*;

use super::coherent::Player;
use super::groups::Groups;
use super::known::Known;
use super::{Estimate, Explained, ExplainedPart};
use crate::error::Error;
use crate::model::{Diff, Difference, Model, Target};
use crate::outturns::Outturns;

/// The two models, cut down to what is asked for, and the groups of differences between them.
#[derive(Debug)]
pub(super) struct Coalitions<'a> {
    pub(super) before: Model,
    pub(super) after: Model,
    pub(super) known: Known,
    pub(super) of: &'a Explained,
    pub(super) diff: &'a Diff,
    /// Those of the models, then those of the outturns.
    pub(super) differences: Vec<Difference>,
    pub(super) groups: Groups,
}

/// Coalitions that differ in their targets alone, and the model that is simulated for them.
#[derive(Debug)]
pub(super) struct Run {
    /// It has the targets of all of them, under ids of their own.
    pub(super) model: Model,
    pub(super) known: Outturns,
    /// The numbers of the coalitions (a bit for each player) and their models.
    pub(super) coalitions: Vec<(usize, Model)>,
}

impl Coalitions<'_> {
    /// The groups that have differences, all of them.
    fn whole(&self) -> usize {
        let full = self.groups.values().enumerate().filter(|(_, places)| !places.is_empty());
        full.map(|(k, _)| 1 << k).sum()
    }

    /// Which differences some groups have, a bit for each group.
    fn chosen(&self, mask: usize) -> Vec<bool> {
        let mut chosen = vec![false; self.differences.len()];
        for (k, places) in self.groups.values().enumerate() {
            if mask >> k & 1 == 1 {
                places.iter().for_each(|place| chosen[*place] = true);
            }
        }
        chosen
    }

    /// The model with the differences of some groups, a bit for each.
    fn model(&self, mask: usize) -> Result<Model, Error> {
        if mask == 0 {
            return Ok(self.before.clone());
        }
        if mask == self.whole() {
            return Ok(self.after.clone());
        }
        let chosen = self.chosen(mask);
        self.diff.apply(|place| chosen[place])
    }

    /// What is known with the differences of some groups.
    fn known(&self, mask: usize) -> Result<Outturns, Error> {
        let chosen = self.chosen(mask);
        self.known.table(|place| chosen[self.diff.differences().len() + place])
    }

    /// What is wrong with a coalition, if anything.
    pub(super) fn fault(&self, mask: usize) -> Option<String> {
        let coherent = || -> Result<(), Error> {
            let model = self.model(mask)?;
            let (program, known) = (model.compile()?, self.known(mask)?);
            if !known.is_empty() {
                program.observe(&known, None)?;
            }
            match self.of {
                Explained::Probability(goal) => goal.resolve(&model).map(drop),
                Explained::Quantile { .. } => Ok(()),
            }
        };
        let error = coherent().err()?;
        let names = self.groups.keys().enumerate().filter(|(k, _)| mask >> k & 1 == 1);
        let names: Vec<&str> = names.map(|(_, name)| name.as_str()).collect();
        let problem = error.problems().first();
        let what = problem.map_or_else(String::new, |p| format!("{}: {}", p.address, p.message));
        Some(format!("with {} alone, {what}", names.join(", ")))
    }

    /// All coalitions of the players, those that share a simulation together.
    pub(super) fn runs(&self, players: &[Player], pool: &ThreadPool) -> Result<Vec<Run>, Error> {
        let mut place_of: HashMap<String, usize> = HashMap::new();
        let mut runs: Vec<Run> = Vec::new();
        let made = |coalition: usize| -> Result<_, Error> {
            let chosen = players.iter().enumerate().filter(|(k, _)| coalition >> k & 1 == 1);
            let mask = chosen.map(|(_, player)| player.mask).sum();
            let (model, known) = (self.model(mask)?, self.known(mask)?);
            let mut bare = model.clone();
            bare.targets.clear();
            bare.target_sets.clear();
            let of_outturns = &self.chosen(mask)[self.diff.differences().len()..];
            let key = format!("{}{of_outturns:?}", bare.to_json()?);
            Ok((coalition, model, bare, known, key))
        };
        let all = || (0..1usize << players.len()).into_par_iter().map(made);
        for made in pool.install(|| all().collect::<Vec<_>>()) {
            let (coalition, model, bare, known, key) = made?;
            let place = *place_of.entry(key).or_insert_with(|| {
                runs.push(Run { model: bare, known, coalitions: Vec::new() });
                runs.len() - 1
            });
            add_targets(&mut runs[place].model, &model.targets);
            runs[place].coalitions.push((coalition, model));
        }
        Ok(runs)
    }

    /// A part without its value.
    pub(super) fn part(&self, player: Player) -> ExplainedPart {
        let inside = |k: usize| player.mask >> k & 1 == 1;
        let groups = self.groups.iter().enumerate().filter(|(k, _)| inside(*k));
        let (mut names, mut differences) = (Vec::new(), Vec::new());
        for (_, (name, places)) in groups {
            names.push(name.clone());
            differences.extend(places.iter().map(|place| self.differences[*place].clone()));
        }
        let value = Estimate { value: 0.0, error: 0.0, freedom: f64::INFINITY };
        ExplainedPart { groups: names, reason: player.reason, value, numerator: 0, differences }
    }
}

/// Adds the targets that are not there yet, under ids of their own.
fn add_targets(model: &mut Model, targets: &[Target]) {
    for target in targets {
        let same = |other: &Target| Target { id: target.id.clone(), ..other.clone() } == *target;
        if !model.targets.iter().any(same) {
            let id = format!("{}", model.targets.len());
            model.targets.push(Target { id, ..target.clone() });
        }
    }
}
