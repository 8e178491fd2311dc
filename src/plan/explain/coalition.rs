//! Models between two models.

use std::collections::HashMap;

use super::explanation::ExplainedPart;
use super::groups::Groups;
use super::outturn_changes::OutturnChanges;
use super::question::Explained;
use crate::error::Error;
use crate::model::{Diff, Difference, Model, Target};
use crate::outturns::Outturns;
use crate::parallel::Workers;
use crate::summary::Estimate;

/// Groups, a bit for each; as wide on every machine.
pub(super) type Mask = u64;

/// One or several groups that stand together, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Player {
    /// The groups.
    pub(super) mask: Mask,
    pub(super) reason: Option<String>,
}

/// The two models, cut down to what is asked for, and the groups of differences between them.
#[derive(Debug)]
pub(super) struct Coalitions {
    pub(super) before: Model,
    pub(super) after: Model,
    pub(super) known: OutturnChanges,
    pub(super) of: Explained,
    pub(super) diff: Diff,
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

impl Coalitions {
    /// The groups that have differences, all of them.
    fn whole(&self) -> Mask {
        let full = self.groups.values().enumerate().filter(|(_, places)| !places.is_empty());
        full.map(|(k, _)| 1 << k).sum()
    }

    /// Which differences some groups have, a bit for each group.
    fn chosen(&self, mask: Mask) -> Vec<bool> {
        let mut chosen = vec![false; self.differences.len()];
        for (k, places) in self.groups.values().enumerate() {
            if mask >> k & 1 == 1 {
                places.iter().for_each(|index| chosen[*index] = true);
            }
        }
        chosen
    }

    /// The model with the differences of some groups, a bit for each.
    fn model(&self, mask: Mask) -> Result<Model, Error> {
        if mask == 0 {
            return Ok(self.before.clone());
        }
        if mask == self.whole() {
            return Ok(self.after.clone());
        }
        let chosen = self.chosen(mask);
        self.diff.apply(|index| chosen[index])
    }

    /// What is known with the differences of some groups.
    fn known(&self, mask: Mask) -> Result<Outturns, Error> {
        let chosen = self.chosen(mask);
        self.known.table(|index| chosen[self.diff.differences().len() + index])
    }

    /// What is wrong with a coalition, if anything.
    pub(super) fn fault(&self, mask: Mask) -> Option<String> {
        let coherent = || -> Result<(), Error> {
            let model = self.model(mask)?;
            let (program, known) = (model.compile()?, self.known(mask)?);
            if !known.is_empty() {
                program.observe(&known, known.last_vintage())?;
            }
            match &self.of {
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
    pub(super) fn runs(&self, players: &[Player], workers: &Workers) -> Result<Vec<Run>, Error> {
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
        for made in workers.map(1 << players.len(), made) {
            let (coalition, model, bare, known, key) = made?;
            let index = *place_of.entry(key).or_insert_with(|| {
                runs.push(Run { model: bare, known, coalitions: Vec::new() });
                runs.len() - 1
            });
            add_targets(&mut runs[index].model, &model.targets);
            runs[index].coalitions.push((coalition, model));
        }
        Ok(runs)
    }

    /// A part without its value.
    pub(super) fn part(&self, player: &Player) -> ExplainedPart {
        let inside = |k: usize| player.mask >> k & 1 == 1;
        let groups = self.groups.iter().enumerate().filter(|(k, _)| inside(*k));
        let (mut names, mut differences) = (Vec::new(), Vec::new());
        for (_, (name, places)) in groups {
            names.push(name.clone());
            differences.extend(places.iter().map(|index| self.differences[*index].clone()));
        }
        let value = Estimate { value: 0.0, error: 0.0, freedom: f64::INFINITY };
        ExplainedPart {
            groups: names,
            reason: player.reason.clone(),
            value,
            numerator: 0,
            differences,
        }
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
