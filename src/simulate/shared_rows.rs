//! Which rows the blocks of a run have in common: they are computed once.

use super::index::ScenarioIndex;
use super::operands::AddressedTapes;
use crate::compile::{Inner, ScenarioProgram};

/// How many rows of a scenario are the same in all blocks, from the first on.
#[derive(Debug, Default)]
pub(super) struct SharedRows(Vec<usize>);

impl SharedRows {
    pub(super) fn new(
        program: &Inner,
        scenarios: &[&ScenarioProgram],
        tapes: &AddressedTapes<'_>,
    ) -> Self {
        let begin = program.timeline.begin.0;
        let rows = |scenario: &&ScenarioProgram| {
            if differs_by_path(program, scenario, tapes) { 0 } else { begin }
        };
        Self(scenarios.iter().map(rows).collect())
    }

    pub(super) fn rows(&self, scenario: ScenarioIndex) -> usize {
        self.0[scenario.0]
    }
}

/// Do the rows before the simulation begins depend on the path?
fn differs_by_path(
    program: &Inner,
    scenario: &ScenarioProgram,
    tapes: &AddressedTapes<'_>,
) -> bool {
    let mut used = scenario.tape_of_row[..program.timeline.begin.0].iter().flatten();
    !program.known_drawn.is_empty() || used.any(|&tape| tapes.reads_paths(tape))
}
