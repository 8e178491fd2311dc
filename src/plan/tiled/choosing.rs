//! Stored where there is room for the paths, else tile by tile.

use super::Tiled;
use super::running::run;
use crate::compile::Program;
use crate::error::Error;
use crate::simulate::{Ensembles, Sampling};

/// A run that stores its paths where a memory limit leaves room for them, and one that is simulated tile by
/// tile where it does not; what both say is the same, to the bit.
///
/// ```
/// use tinbergen::{Model, Sampling, plan::Chosen, summary::LEVELS};
/// let program = Model::read("plans/minimal.toml")?.compile()?;
/// let sampling = Sampling::new(20_000, 1).with_threads(2).with_memory_limit(10 << 20);
/// assert!(matches!(Chosen::new(&program, &sampling, &LEVELS)?, Chosen::Stored(_)));
/// let sampling = sampling.with_memory_limit(3 << 20);
/// assert!(matches!(Chosen::new(&program, &sampling, &LEVELS)?, Chosen::Tiled(_)));
/// # Ok::<(), tinbergen::Error>(())
/// ```
#[derive(Debug)]
pub enum Chosen {
    /// The paths are there.
    Stored(Box<Ensembles>),
    /// There was no room for the paths.
    Tiled(Box<Tiled>),
}

impl Chosen {
    /// Runs a program.
    ///
    /// # Errors
    /// As [`Tiled::new`], and as [`Program::simulate`] where the paths fit.
    pub fn new(program: &Program, sampling: &Sampling, levels: &[f64]) -> Result<Self, Error> {
        Self::watched(program, sampling, levels, &mut |_, _| true)
    }

    /// The same, asking between batches of paths whether to go on, as [`Program::simulate_with`] does.
    ///
    /// # Errors
    /// As [`new`](Self::new), and [`Error::is_interrupted`] when it was stopped.
    pub fn watched(
        program: &Program,
        sampling: &Sampling,
        levels: &[f64],
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Self, Error> {
        match program.simulate_with(sampling, watch) {
            Err(error) if error.is_memory() => {
                let what = "the paths, even tile by tile,";
                run(program, sampling, (levels, what), watch)
                    .and_then(|run| run.judge().map(|()| Self::Tiled(Box::new(run))))
            }
            stored => stored.map(|runs| Self::Stored(Box::new(runs))),
        }
    }
}

impl Tiled {
    /// Runs a program; `levels` are those of the quantiles that can be asked for.
    ///
    /// # Errors
    /// As [`Program::simulate`]; levels that are not from 0 to 1.
    pub fn new(program: &Program, sampling: &Sampling, levels: &[f64]) -> Result<Self, Error> {
        Self::watched(program, sampling, levels, &mut |_, _| true)
    }

    /// The same, asking between batches of paths whether to go on, as [`Program::simulate_with`] does.
    ///
    /// # Errors
    /// As [`new`](Self::new), and [`Error::is_interrupted`] when it was stopped.
    pub fn watched(
        program: &Program,
        sampling: &Sampling,
        levels: &[f64],
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Self, Error> {
        let run = run(program, sampling, (levels, "the tiles"), watch)?;
        run.judge().map(|()| run)
    }
}
