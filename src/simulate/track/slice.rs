//! The part of a period that leads from its unknowns to what was observed: all that has to be
//! computed again while a path is solved for its observations.

use std::collections::HashSet;

use super::coordinates::Luck;
use super::guide::{Guide, Guides};
use super::pairs::Step;
use crate::compile::{Inner, ScenarioProgram, Slot, Sort};
use crate::simulate::link::{self, Linked, Map, Part};

/// Puts the parts into the steps of all guides.
pub(super) fn cut(program: &Inner, scenarios: &[&ScenarioProgram], guides: &mut Guides) {
    let map = Map::new(&program.layout, program.longest_lag().max(1));
    let linked = link::link(program, &map);
    let cells = &guides.cells.observed;
    for (scenario, guide) in scenarios.iter().zip(&mut guides.each) {
        let Guide { steps, .. } = guide;
        for step in steps {
            let observed = step.pivots.iter().map(|pivot| cells[pivot.cell].indicator);
            let observed: Vec<Slot> = observed.map(|series| Slot::series(series, 0)).collect();
            let tape = scenario.tape_of_row[step.row];
            step.slice = tape.and_then(|tape| slice(&linked, &map, tape, step, &observed));
        }
    }
}

/// The part of a tape; none where equations are solved together.
fn slice(
    linked: &Linked<'_>,
    map: &Map,
    tape: usize,
    step: &Step,
    observed: &[Slot],
) -> Option<Vec<link::Step>> {
    let mut all: Vec<link::Step> = Vec::new();
    for part in &linked.tapes[tape] {
        match part {
            Part::Straight(steps) => all.extend(steps),
            Part::Block(..) => return None,
        }
    }
    let unknowns = step.pivots.iter().filter_map(|pivot| match pivot.luck {
        Luck::Shock { shock, .. } => Some(Slot::new(Sort::Shock, shock as u32)),
        Luck::Count { count, .. } => Some(Slot::new(Sort::Count, count as u32)),
        Luck::Path(_) => None,
    });
    let mut moving: HashSet<usize> = unknowns.map(|slot| map.row(slot)).collect();
    let moves: Vec<bool> = all
        .iter()
        .map(|step| {
            let moves = step.action.sources().iter().any(|source| moving.contains(&source.row()));
            let out = step.out.row();
            if moves {
                moving.insert(out)
            } else {
                moving.remove(&out)
            };
            moves
        })
        .collect();
    // Registers are used again and again: one that is needed is computed afresh.
    let registers = map.bases[Sort::Register as usize]..map.bases[Sort::Series as usize];
    let mut needed: HashSet<usize> = observed.iter().map(|slot| map.row(*slot)).collect();
    let mut kept = Vec::new();
    for (step, moves) in all.iter().zip(moves).rev() {
        let out = step.out.row();
        if needed.contains(&out) && (moves || registers.contains(&out)) {
            needed.remove(&out);
            needed.extend(step.action.sources().iter().map(|source| source.row()));
            kept.push(*step);
        }
    }
    kept.reverse();
    Some(kept)
}
