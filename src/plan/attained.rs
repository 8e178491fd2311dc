//! The attainment of one ensemble of a run after the other: what scenarios share is measured once.

use std::sync::Arc;

use super::attainment::{Attainment, Met, headroom_bands, rows, tolerated};
use super::sets::sets;
use crate::compile::{Measure, Program};
use crate::ensemble::Ensemble;
use crate::error::Error;
use crate::simulate::Ensembles;

/// The attainment of every target and set of the model that was run, in every scenario and in their
/// mixture.
///
/// # Errors
/// No memory for the mixture; a formula that has no number in more paths than the model tolerates.
pub fn attainment(runs: &Ensembles) -> Result<Vec<Attainment>, Error> {
    let (mut found, mut known) = (Vec::new(), Attained::default());
    for name in runs.names() {
        found.extend(known.next(runs.program(), runs.get(name)?)?);
    }
    Ok(found)
}

impl Ensembles {
    /// How likely each target and set of the model is: [`attainment`].
    ///
    /// # Errors
    /// As [`attainment`].
    ///
    /// ```
    /// use tinbergen::{Model, Sampling};
    /// let model = Model::read("plans/yuecheng.toml")?;
    /// let runs = model.compile()?.simulate(&Sampling::new(100, 1).with_scenarios(["baseline"]))?;
    /// let rows = runs.attainment()?;
    /// assert_eq!(rows[0].target, model.targets[0].id);
    /// # Ok::<(), tinbergen::Error>(())
    /// ```
    pub fn attainment(&self) -> Result<Vec<Attainment>, Error> {
        attainment(self)
    }
}

/// What is known of the ensembles of a run so far: where they share all rows that a target looks at, it is
/// measured once.
#[derive(Debug, Default)]
pub(super) struct Attained {
    known: Vec<Known>,
}

/// What is known of an ensemble.
#[derive(Debug)]
struct Known {
    /// For each target where the rows stand that it looks at.
    cells: Vec<Vec<usize>>,
    met: Met,
    rows: Vec<Attainment>,
}

impl Attained {
    /// The attainment of every target and set of a program in one more ensemble.
    ///
    /// # Errors
    /// A formula that has no number in more paths than the model tolerates.
    pub(super) fn next(
        &mut self,
        program: &Program,
        ensemble: &Ensemble,
    ) -> Result<Vec<Attainment>, Error> {
        let cells: Vec<Vec<usize>> =
            program.targets().iter().map(|target| places(target, ensemble)).collect();
        let same = |target: usize| self.known.iter().find(|k| k.cells[target] == cells[target]);
        let measures = program.targets().iter().enumerate();
        let fresh: Vec<usize> =
            measures.clone().filter(|(k, _)| same(*k).is_none()).map(|(k, _)| k).collect();
        let made = Met::measured(fresh.iter().map(|&k| (&program.targets()[k], ensemble)))?;
        let mut made = made.targets.into_iter();
        let targets = measures.filter_map(|(k, _)| match same(k) {
            Some(known) => Some(Arc::clone(&known.met.targets[k])),
            None => made.next(),
        });
        let met = Met { targets: targets.collect(), paths: ensemble.len() };
        let targets = program.targets().iter().zip(met.failed()).enumerate();
        tolerated(program.model(), targets)?;
        let again = |places: &[usize], row: usize| {
            let is_same = |known: &&Known| places.iter().all(|&k| known.cells[k] == cells[k]);
            let known = self.known.iter().find(is_same).map(|known| known.rows[row].clone());
            known.map(|row| Attainment { scenario: ensemble.scenario().to_owned(), ..row })
        };
        let sets = sets(program.model());
        let count = program.targets().len();
        let rows = rows(program.model(), &met, ensemble, headroom_bands, &|row| match row
            .checked_sub(count)
        {
            None => again(&[row], row),
            Some(set) => again(&sets[set].1, row),
        })?;
        // Where paths have weights the same rows say something else.
        if ensemble.weights().is_none() {
            self.known.push(Known { cells, met, rows: rows.clone() });
        }
        Ok(rows)
    }
}

/// Where the rows stand that a target looks at; what is known before them is the same in all scenarios. Of
/// paths with weights, and of none, no place is that of another ensemble.
fn places(target: &Measure, ensemble: &Ensemble) -> Vec<usize> {
    if ensemble.weights().is_some() || ensemble.is_empty() {
        return vec![usize::MAX];
    }
    let cells = target.cells().into_iter();
    cells
        .map(|(name, period)| ensemble.row(name, period).map_or(0, |row| row.as_ptr() as usize))
        .collect()
}
