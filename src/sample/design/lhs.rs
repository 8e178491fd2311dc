use super::points::{DesignError, Dimension, Points, REPLICATES, inside, keys};
use crate::ensemble::Dependence;
use crate::sample::stream::{Streams, mix};

/// Latin hypercubes, several of them so that their error can be seen: in each, every random number
/// falls once into each of equally likely strata.
#[derive(Debug, Clone)]
pub(super) struct LatinHypercube {
    paths: u64,
    replicates: u64,
}

impl Points for LatinHypercube {
    const NAME: &'static str = "lhs";
    const BY_STREAM: bool = false;

    fn new(paths: u64, _dimensions: u32) -> Result<Self, DesignError> {
        Ok(Self { paths, replicates: (paths / 8).clamp(2, REPLICATES) })
    }

    fn dependence(&self) -> Dependence {
        Dependence::Replicates(self.replicates as u32)
    }

    fn spread(&self, streams: &Streams, dimension: &Dimension, first_path: u64, out: &mut [f64]) {
        let replicates = self.replicates;
        let keys = keys(streams, dimension, replicates);
        for (k, v) in out.iter_mut().enumerate() {
            let path = first_path + k as u64;
            let replicate = path % replicates;
            let strata = (self.paths.max(path + 1) - replicate).div_ceil(replicates);
            let stratum = permuted(path / replicates, strata, keys[replicate as usize]);
            let centre = (strata as f64 - 1.0) / 2.0;
            *v = inside((stratum as f64 - centre + *v) / strata as f64);
        }
    }
}

/// The place of `index` in a pseudo-random permutation of 0..`count`: a Feistel network over the
/// next even number of bits, walked until it lands inside.
fn permuted(index: u64, count: u64, key: u64) -> u64 {
    let half = (64 - count.saturating_sub(1).leading_zeros()).div_ceil(2).max(1);
    let mask = (1u64 << half) - 1;
    let mut value = index;
    loop {
        let (mut left, mut right) = (value >> half, value & mask);
        for round in 0..4u64 {
            let mixed = mix(right ^ key.rotate_left(round as u32 * 16) ^ round);
            (left, right) = (right, (left ^ mixed) & mask);
        }
        value = (left << half) | right;
        if value < count {
            return value;
        }
    }
}
