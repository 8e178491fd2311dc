//! What levers make of parameters, for questions that have settings of their own.

use super::Levers;
use super::grid::{Grid, without_costs};
use crate::compile::Program;
use crate::error::Error;
use crate::simulate::{Moved, Sampling};

/// Some levers in a scenario.
#[derive(Debug)]
pub(crate) struct Moves {
    grids: Vec<Grid>,
    replace: bool,
}

impl Moves {
    /// # Errors
    /// Unknown levers or scenarios, two levers of one parameter.
    pub(crate) fn new(
        program: &Program,
        sampling: &Sampling,
        levers: &Levers,
    ) -> Result<Self, Error> {
        Ok(Self { grids: without_costs(program, sampling, levers)?, replace: levers.replace })
    }

    /// The places of the parameters that they move.
    pub(crate) fn parameters(&self) -> impl Iterator<Item = usize> {
        self.grids.iter().map(|grid| grid.parameter)
    }

    /// What becomes of the parameters with the levers at some values, in their order.
    ///
    /// # Errors
    /// A value that is not in the range of its lever, where it does not stand there anyway.
    pub(crate) fn at(&self, values: &[f64]) -> Result<Vec<(usize, Moved)>, Error> {
        let mut moved = Vec::with_capacity(values.len());
        for (grid, &x) in self.grids.iter().zip(values) {
            grid.check(x)?;
            moved.extend(grid.moved(x, self.replace));
        }
        Ok(moved)
    }
}
