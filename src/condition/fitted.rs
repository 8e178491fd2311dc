//! The proposal of one scenario, and what it was fitted to.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, OnceLock};

use super::builder::{Builder, Built};
use super::cells::Cells;
use super::coordinates::Coordinates;
use super::probe::{Probe, with_probe};
use super::proposal::Proposal;
use super::shape::point;
use crate::compile::{Program, ScenarioProgram};
use crate::interrupt::look;

/// From how many points one looks for scores that move an observation.
const POINTS: usize = 12;

/// A proposal, the scores that it moves, and what was learnt of its paths.
#[derive(Debug)]
pub(super) struct Fitted {
    pub(super) coordinates: Coordinates,
    proposal: Proposal,
    /// Is every observation a straight line in its scores? Then the proposal is the posterior.
    pub(super) is_straight: bool,
    /// Exact observations that no unknown is left for, and what they are at the mode.
    pub(super) checked: Vec<(usize, f64)>,
    /// Exact observations whose places a search would not all see.
    unseen: Vec<usize>,
    /// Observations that some path met with a probability of its own.
    pub(super) masses: Arc<[AtomicBool]>,
    /// The share of paths that come from the prior, once it is known.
    pub(super) prior_share: OnceLock<f64>,
}

impl Fitted {
    pub(super) fn new(program: &Program, scenario: &ScenarioProgram, cells: &Cells) -> Self {
        let inner = &*program.inner;
        let coordinates = moving(program, scenario, cells);
        let found = with_probe(program, scenario, cells, &coordinates, |probe| {
            Builder::new(inner, cells, probe).build()
        });
        let Built { proposal, checked, unseen, is_straight } = found.unwrap_or_default();
        let masses = cells.observed.iter().map(|_| AtomicBool::new(false)).collect();
        let prior_share = OnceLock::new();
        Self { coordinates, proposal, is_straight, checked, unseen, masses, prior_share }
    }

    /// The proposal as far as it is known now.
    pub(super) fn current(&self) -> Proposal {
        let has_mass = self.masses.iter().map(|mass| mass.load(Ordering::Relaxed)).collect();
        let prior_share = self.prior_share.get().copied().unwrap_or(0.5);
        Proposal { has_mass, prior_share, ..self.proposal.clone() }
    }

    /// Is there anything to be learnt from some paths before the run?
    pub(super) fn needs_pilot(&self, cells: &Cells) -> bool {
        let mut periods = self.proposal.periods.iter();
        !self.is_straight
            || periods.any(|period| !period.searched.is_empty())
            || self.contradicted(cells).next().is_some()
    }

    /// Exact observations whose density no search would find; one with a probability of its own is
    /// found by any.
    pub(super) fn unseen(&self) -> impl Iterator<Item = usize> {
        let is_density = |cell: &usize| !self.masses[*cell].load(Ordering::Relaxed);
        self.unseen.iter().copied().filter(is_density)
    }

    /// Exact observations that no unknown is left for and no path has, with what the mode has.
    pub(super) fn contradicted(&self, cells: &Cells) -> impl Iterator<Item = (usize, f64)> {
        self.checked.iter().copied().filter(|&(cell, value)| {
            !cells.observed[cell].is_met(value) && !self.masses[cell].load(Ordering::Relaxed)
        })
    }
}

/// The scores that the observations of a scenario depend on, and those correlated with them.
fn moving(program: &Program, scenario: &ScenarioProgram, cells: &Cells) -> Coordinates {
    let inner = &*program.inner;
    let all = Coordinates::candidates(inner, cells.periods(inner));
    let mut moved = vec![false; all.len()];
    // Some points are far out: a floor may lie there.
    let far = |k: usize| -> Vec<f64> {
        point(k, all.len())
            .iter()
            .map(|z| z * if k.is_multiple_of(2) { 1.0 } else { 2.5 })
            .collect()
    };
    let ask = |probe: &mut Probe<'_>| -> Vec<_> {
        let points = std::iter::once(probe.somewhere()).chain((0..POINTS).map(far));
        points.map(|point| probe.differences(&point, &vec![1.0; all.len()])).collect()
    };
    for found in with_probe(program, scenario, cells, &all, ask).unwrap_or_default() {
        look();
        for (plus, minus) in found.plus.iter().zip(&found.minus) {
            for (j, moved) in moved.iter_mut().enumerate() {
                *moved |= plus[j].to_bits() != minus[j].to_bits();
            }
        }
    }
    for (members, _) in all.groups(&inner.random) {
        if members.iter().any(|&k| moved[k]) {
            members.iter().for_each(|&k| moved[k] = true);
        }
    }
    let kept = all.all.iter().zip(&moved).filter(|(_, moved)| **moved);
    Coordinates { all: kept.map(|(number, _)| *number).collect() }
}

impl Proposal {
    /// The same proposal among more coordinates.
    pub(super) fn among(&self, own: &Coordinates, all: &Coordinates) -> Self {
        let index = |j: usize| all.all.iter().position(|number| *number == own.all[j]).unwrap_or(j);
        let places: Vec<usize> = (0..own.len()).map(index).collect();
        if places.iter().enumerate().all(|(j, index)| j == *index) && own.len() == all.len() {
            return self.clone();
        }
        let mut proposal = self.clone();
        proposal.active = vec![false; all.len()];
        for (&index, &active) in places.iter().zip(&self.active) {
            proposal.active[index] = active;
        }
        for row in proposal.slopes.iter_mut().chain(&mut proposal.gains) {
            let mut wide = vec![0.0; all.len()];
            places.iter().zip(row.iter()).for_each(|(&index, entry)| wide[index] = *entry);
            *row = wide;
        }
        proposal.periods.iter_mut().for_each(|period| period.moved(&places));
        proposal.unknowns.moved(&places);
        proposal
    }
}
