//! What a design says of itself, and what several designs need.

use super::sobol_table::DIMENSIONS;
use crate::ensemble::Dependence;
use crate::sample::stream::{StreamId, Streams};

/// One way of spreading random numbers over the paths, made for a run.
pub(super) trait Points: Sized {
    /// As a user writes it.
    const NAME: &'static str;
    /// Is a random number of a path a function of the seed, its stream, the path and the period
    /// alone? Then it is the same in another model.
    const BY_STREAM: bool;

    /// For so many paths, each of so many random numbers.
    fn new(paths: u64, dimensions: u32) -> Result<Self, DesignError>;

    /// How the paths depend on each other.
    fn dependence(&self) -> Dependence;

    /// Makes the numbers of the design of the independent centred uniforms in `out`, which are
    /// those of the paths from `first_path` on.
    fn spread(&self, streams: &Streams, dimension: &Dimension, first_path: u64, out: &mut [f64]);

    /// The same in a period before those of the run, which is no dimension of it.
    fn spread_before(
        &self,
        streams: &Streams,
        dimension: &Dimension,
        first_path: u64,
        out: &mut [f64],
    ) {
        self.spread(streams, dimension, first_path, out);
    }
}

/// Why there is no such design.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DesignError {
    /// No design has that name.
    #[error("unknown design \"{name}\"; expected one of {}", known.join(", "))]
    Unknown {
        /// What was asked for.
        name: String,
        /// The designs that there are.
        known: Vec<&'static str>,
    },
    /// More random numbers in a path than there are Sobol' dimensions.
    #[error(
        "a path of this model takes {0} random numbers, Sobol' points have {most}; use the \
         design \"random\" or \"lhs\", or fewer periods",
        most = DIMENSIONS
    )]
    Dimensions(u32),
}

/// One of the random numbers of a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dimension {
    /// Its stream.
    pub stream: StreamId,
    /// The ordinal of its period; 0 for what is drawn once per path.
    pub ordinal: u32,
    /// Its place among all random numbers of a path, which Sobol' points go by.
    pub index: u32,
}

/// Replicates of Latin hypercubes and Sobol' points, so that their error can be seen: path `i`
/// belongs to number `i mod R`.
pub(super) const REPLICATES: u64 = 16;
/// Paths that no run reaches, whose bits serve as keys.
const KEYS: u64 = 1 << 42;

/// A key for each replicate.
pub(super) fn keys(streams: &Streams, dimension: &Dimension, replicates: u64) -> Vec<u64> {
    let mut keys = vec![0; replicates as usize];
    streams.bits_from(dimension.stream, dimension.ordinal, KEYS, &mut keys);
    keys
}

/// Within the open interval from -1/2 to 1/2, in the face of rounding.
pub(super) fn inside(v: f64) -> f64 {
    const MOST: f64 = 0.5 - f64::EPSILON / 4.0;
    v.clamp(-MOST, MOST)
}
