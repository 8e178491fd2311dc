//! How a program is to be simulated.

use super::given::Given;
use crate::error::Error;
use crate::sample::Design;
use crate::system;

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
    pub(crate) tile: Option<usize>,
    pub(crate) basis: Option<String>,
    /// Parameters that are numbers in this run.
    pub(crate) parameters: Vec<(String, Given)>,
}

impl Sampling {
    /// So many paths from a seed; 0 is a seed like any other. Every scenario is run, every
    /// indicator kept.
    pub fn new(paths: usize, seed: u64) -> Self {
        Self { seed: Some(seed), ..Self::unseeded(paths) }
    }

    /// So many paths from a seed that is drawn when the simulation starts and recorded in its
    /// result; without the feature `system` the simulation asks for a seed instead.
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
            tile: None,
            basis: None,
            parameters: Vec::new(),
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

    /// Keeping the paths of these indicators only, and of others the periods that targets look at:
    /// attainment does not suffer.
    #[must_use]
    pub fn with_keep<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.keep = Some(names.into_iter().map(Into::into).collect());
        self
    }

    /// On so many threads; the result does not depend on it. All cores unless said; the calling
    /// thread alone without the feature `threads`.
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.threads = Some(threads.max(1));
        self
    }

    /// Refusing to store more than so many bytes of paths; unless said, more than half of what the
    /// machine, its control group and its address space have free, where the system tells (Linux).
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

    /// With a parameter that is this number in the run, as if the model said so; a scenario that sets
    /// it keeps what it sets, one that adds to it or scales it does so to the number. The model is not
    /// compiled again, so this is how sliders, levers and sensitivity analyses try one value after
    /// another. A parameter that is drawn keeps its random numbers, so that nothing else moves.
    ///
    /// A list is a number for each path, so that each path has inputs of its own, such as the points of a
    /// design. A path depends on its own numbers alone: it is the one that they give as numbers for all
    /// paths (simultaneous equations are solved from another start, to their tolerance). The designs `lhs`
    /// and `sobol` keep the dimensions of what is not drawn any more.
    ///
    /// ```
    /// use tinbergen::{Model, Sampling};
    /// let program = Model::read("plans/yuecheng.toml")?.compile()?;
    /// let sampling = Sampling::new(1000, 1).with_scenarios(["baseline"]);
    /// let slow = program.simulate(&sampling.clone().with_parameter("trend_growth", 0.04))?;
    /// let fast = program.simulate(&sampling.with_parameter("trend_growth", 0.08))?;
    /// let mean = |runs: &tinbergen::Ensembles| -> Result<f64, tinbergen::Error> {
    ///     Ok(runs.get("baseline")?.paths("gdp")?.mean().unwrap_or(f64::NAN))
    /// };
    /// assert!(mean(&slow)? < mean(&fast)?);
    /// let each = (0..1000).map(|k| 0.04 + 0.00004 * f64::from(k)).collect::<Vec<_>>();
    /// let runs = program.simulate(&Sampling::new(1000, 1).with_parameter("trend_growth", each))?;
    /// assert!(mean(&slow)? < mean(&runs)? && mean(&runs)? < mean(&fast)?);
    /// # Ok::<(), tinbergen::Error>(())
    /// ```
    #[must_use]
    pub fn with_parameter(mut self, name: impl Into<String>, value: impl Into<Given>) -> Self {
        let name = name.into();
        self.parameters.retain(|(other, _)| *other != name);
        self.parameters.push((name, value.into()));
        self
    }

    /// In blocks of so many paths; for tuning and tests, the result does not depend on it.
    #[must_use]
    pub fn with_block(mut self, paths: usize) -> Self {
        self.lanes = Some(paths.clamp(8, 1024).next_multiple_of(8));
        self
    }

    /// In tiles of at most so many periods, where it is run in tiles; for tuning and tests, the result does
    /// not depend on it.
    #[must_use]
    pub fn with_tile(mut self, periods: usize) -> Self {
        self.tile = Some(periods.max(1));
        self
    }

    /// The same with a seed, drawn now unless there is one.
    pub(crate) fn seeded(&self) -> Result<Self, Error> {
        let seed = self.seed.map_or_else(system::seed, Ok)?;
        Ok(Self { seed: Some(seed), ..self.clone() })
    }

    /// The seed, when there is one.
    pub(crate) fn seed_or_zero(&self) -> u64 {
        self.seed.unwrap_or_default()
    }

    /// How many paths.
    pub fn paths(&self) -> usize {
        self.paths
    }
}
