//! How a program is to be simulated.

use crate::error::Error;
use crate::sample::Design;

/// How many paths, from which seed, by which design, of which scenarios, keeping what.
///
/// ```
/// use tinbergen::{Design, Sampling};
/// let sampling = Sampling::new(10_000, 1).with_design(Design::Antithetic).with_threads(2);
/// assert_eq!(sampling.paths(), 10_000);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Sampling {
    pub(crate) paths: usize,
    pub(crate) seed: Option<u64>,
    pub(crate) design: Design,
    pub(crate) scenarios: Option<Vec<String>>,
    pub(crate) keep: Option<Vec<String>>,
    pub(crate) threads: Option<usize>,
    pub(crate) memory_limit: Option<u64>,
    pub(crate) lanes: Option<usize>,
    pub(crate) basis: Option<String>,
    /// Simulating and storing only what the targets need; everything else is left unsaid.
    pub(crate) only_targets: bool,
}

impl Sampling {
    /// So many paths from a seed; 0 is a seed like any other. Every scenario is run, every
    /// indicator kept.
    pub fn new(paths: usize, seed: u64) -> Self {
        Self { seed: Some(seed), ..Self::unseeded(paths) }
    }

    /// So many paths from a seed that is drawn when the simulation starts and recorded in its
    /// result.
    pub fn unseeded(paths: usize) -> Self {
        Self {
            paths,
            seed: None,
            design: Design::Random,
            scenarios: None,
            keep: None,
            threads: None,
            memory_limit: None,
            lanes: None,
            basis: None,
            only_targets: false,
        }
    }

    /// By a design other than independent random paths.
    #[must_use]
    pub fn with_design(mut self, design: Design) -> Self {
        self.design = design;
        self
    }

    /// Only these scenarios.
    #[must_use]
    pub fn with_scenarios<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.scenarios = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// Keeping the paths of these indicators only; attainment does not suffer.
    #[must_use]
    pub fn with_keep<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.keep = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// On so many threads; the result does not depend on it. All cores unless said.
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads.max(1));
        self
    }

    /// Refusing to store more than so many bytes of paths.
    #[must_use]
    pub fn with_memory_limit(mut self, bytes: u64) -> Self {
        self.memory_limit = Some(bytes);
        self
    }

    /// On another basis: the figures of the indicators that its link has a factor for are those of
    /// the new basis, in all periods and in the targets.
    #[must_use]
    pub fn with_basis(mut self, basis: impl Into<String>) -> Self {
        self.basis = Some(basis.into());
        self
    }

    /// In blocks of so many paths; for tuning and tests, the result does not depend on it.
    #[must_use]
    pub fn with_block(mut self, paths: usize) -> Self {
        self.lanes = Some(paths.clamp(8, 1024).next_multiple_of(8));
        self
    }

    /// The same with a seed, drawn now unless there is one.
    pub(crate) fn seeded(&self) -> Result<Self, Error> {
        let seed = self.seed.map_or_else(super::draw_seed, Ok)?;
        Ok(Self { seed: Some(seed), ..self.clone() })
    }

    /// The seed, when there is one.
    pub(crate) fn seed_or_zero(&self) -> u64 {
        self.seed.unwrap_or_default()
    }

    /// Of the targets only: nothing else of the ensembles may be looked at.
    pub(crate) fn of_targets(&self) -> Self {
        Self { only_targets: true, keep: Some(Vec::new()), ..self.clone() }
    }

    /// How many paths.
    pub fn paths(&self) -> usize {
        self.paths
    }
}
