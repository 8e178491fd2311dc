//! The part of a period that leads from its unknowns to what was observed: all that has to be
//! computed again while a path is solved for its observations.

use std::collections::HashSet;

use super::cells::Cells;
use super::pairs::ObservedPeriod;
use super::proposal::Proposal;
use crate::compile::{Inner, ScenarioProgram, Slot, Sort};
use crate::simulate::{AddressedTapes, Command, Map, RandomNumber, Segment, address};

/// Puts the parts into the observed periods of all proposals.
pub(super) fn cut(
    program: &Inner,
    scenarios: &[&ScenarioProgram],
    cells: &Cells,
    proposals: &mut [Proposal],
) {
    let map = Map::new(&program.layout, program.longest_lag().max(1));
    let tapes = address(program, &program.tapes, &map, |_| false);
    for (scenario, proposal) in scenarios.iter().zip(proposals) {
        for period in &mut proposal.periods {
            let observed = period.pairs().map(|(cell, _)| cells.observed[cell].indicator);
            let observed: Vec<Slot> = observed.map(|series| Slot::series(series, 0)).collect();
            let tape = scenario.tape(period.row);
            period.slice = tape.and_then(|tape| slice(&tapes, &map, tape, period, &observed));
        }
    }
}

/// The part of a tape; none where equations are solved together.
fn slice(
    tapes: &AddressedTapes<'_>,
    map: &Map,
    tape: usize,
    period: &ObservedPeriod,
    observed: &[Slot],
) -> Option<Vec<Command>> {
    let mut all: Vec<Command> = Vec::new();
    for part in &tapes.by_number[tape] {
        match part {
            Segment::Straight(steps) => all.extend(steps),
            Segment::Block(..) => return None,
        }
    }
    let unknowns = period.unknowns().filter_map(|number| match number {
        RandomNumber::Shock { shock, .. } => Some(Slot::new(Sort::Shock, shock as u32)),
        RandomNumber::Count { count, .. } => Some(Slot::new(Sort::Count, count as u32)),
        RandomNumber::Path(_) => None,
    });
    let mut moving: HashSet<usize> = unknowns.map(|slot| map.row(slot)).collect();
    let moves: Vec<bool> = all
        .iter()
        .map(|step| {
            let moves = step.action.sources().any(|source| moving.contains(&source.row()));
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
            for source in step.action.sources() {
                needed.insert(source.row());
            }
            kept.push(*step);
        }
    }
    kept.reverse();
    Some(kept)
}
