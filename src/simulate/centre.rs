//! A simultaneous block on the central path.

use super::anchor::Anchor;
use super::continuation::EFFORT;
use super::memory::Memory;
use super::operands::Command;
use super::search::Search;
use crate::compile::{Block, Row};

/// Finds its solution, with the lanes of the memory as directions; none when there is no solution, or none with
/// a Jacobian that has an inverse. The values of the block stay in the memory.
pub(super) fn find(
    memory: &mut Memory,
    block: &Block,
    pass: &[Command],
    row: Row,
) -> Option<Anchor> {
    let mut search = Search { memory, block, pass, row, effort: EFFORT };
    let before = search.before();
    let found = search.solve(before.iter().map(|x| x.unwrap_or(1.0)).collect());
    let found = match found.map(|solution| (search.is_free(&solution), solution)) {
        Some((false, solution)) => Some(solution),
        Some((true, _)) => None,
        None => search.rescue(None).ok(),
    };
    let Some(solution) = found else {
        search.residual(&vec![f64::NAN; block.unknowns.len()]);
        return None;
    };
    search.residual(&solution.x);
    let sources = search.sources();
    let inputs = search.values(&sources);
    let x = solution.x;
    let change = x.iter().zip(&before).map(|(x, b)| b.map_or(0.0, |b| x - b)).collect();
    let regular = solution.inverse.iter().all(|value| value.is_finite());
    regular.then_some(Anchor { x, change, inverse: solution.inverse, inputs })
}
