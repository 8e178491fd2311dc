//! The guide of one scenario, and what it was built on.

use super::cells::Cells;
use super::coordinates::Coordinates;
use super::guide::{Builder, Guide, transforms};
use super::pairs::Unmoved;
use super::probe::{Probe, with_probe};
use crate::compile::{Inner, ScenarioProgram};

/// A guide, the scores that it moves, and what exact observations no unknown is left for.
#[derive(Debug)]
pub(super) struct Built {
    pub(super) coordinates: Coordinates,
    pub(super) guide: Guide,
    pub(super) unmoved: Vec<Unmoved>,
}

impl Built {
    pub(super) fn new(inner: &Inner, scenario: &ScenarioProgram, cells: &Cells) -> Self {
        let coordinates = moving(inner, scenario, cells);
        let found = with_probe(inner, scenario, cells, &coordinates, |probe| {
            let transforms = transforms(inner, cells, probe);
            Builder { program: inner, cells, probe, transforms, idle: Vec::new() }.build()
        });
        let (guide, unmoved) = found.unwrap_or_default();
        Self { coordinates, guide, unmoved }
    }
}

/// The scores that the observations of a scenario depend on, and those correlated with them.
fn moving(inner: &Inner, scenario: &ScenarioProgram, cells: &Cells) -> Coordinates {
    let all = Coordinates::candidates(inner, cells.places(inner));
    let mut moved = vec![false; all.len()];
    let ask = |probe: &mut Probe<'_>| {
        let point = probe.somewhere();
        probe.differences(&point, &vec![1.0; all.len()])
    };
    if let Some(found) = with_probe(inner, scenario, cells, &all, ask) {
        for (plus, minus) in found.plus.iter().zip(&found.minus) {
            for (j, moved) in moved.iter_mut().enumerate() {
                *moved |= plus[j].to_bits() != minus[j].to_bits();
            }
        }
    }
    for (members, _) in all.groups(&inner.draws) {
        if members.iter().any(|&k| moved[k]) {
            members.iter().for_each(|&k| moved[k] = true);
        }
    }
    let kept = all.all.iter().zip(&moved).filter(|(_, moved)| **moved);
    Coordinates { all: kept.map(|(luck, _)| *luck).collect() }
}

impl Guide {
    /// The same guide among more coordinates.
    pub(super) fn among(&self, own: &Coordinates, all: &Coordinates) -> Self {
        let place = |j: usize| all.all.iter().position(|luck| *luck == own.all[j]).unwrap_or(j);
        let places: Vec<usize> = (0..own.len()).map(place).collect();
        if places.iter().enumerate().all(|(j, place)| j == *place) && own.len() == all.len() {
            return self.clone();
        }
        let mut guide = self.clone();
        guide.active = vec![false; all.len()];
        for (&place, &active) in places.iter().zip(&self.active) {
            guide.active[place] = active;
        }
        for row in guide.slopes.iter_mut().chain(&mut guide.gains) {
            let mut wide = vec![0.0; all.len()];
            places.iter().zip(row.iter()).for_each(|(&place, entry)| wide[place] = *entry);
            *row = wide;
        }
        for pivot in guide.steps.iter_mut().flat_map(|step| &mut step.pivots) {
            pivot.coordinate = places[pivot.coordinate];
            pivot.precision.iter_mut().for_each(|(j, _)| *j = places[*j]);
        }
        guide
    }
}
