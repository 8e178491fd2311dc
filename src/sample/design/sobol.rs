use super::sobol_table::{DIMENSIONS, Directions, scramble};
use super::points::{DesignError, Dimension, Points, REPLICATES, inside, keys};
use crate::ensemble::Dependence;
use crate::sample::stream::Streams;

/// Sobol' points, scrambled anew in each replicate. A point does not depend on how many there are.
#[derive(Debug, Clone)]
pub(super) struct Sobol {
    directions: Directions,
}

impl Points for Sobol {
    const NAME: &'static str = "sobol";
    const BY_STREAM: bool = false;

    fn new(_paths: u64, dimensions: u32) -> Result<Self, DesignError> {
        if dimensions > DIMENSIONS {
            return Err(DesignError::Dimensions(dimensions));
        }
        Ok(Self { directions: Directions::new(dimensions.max(1)) })
    }

    fn dependence(&self) -> Dependence {
        Dependence::Replicates(REPLICATES as u32)
    }

    /// The stream gives the digits below those of the point.
    fn spread(&self, streams: &Streams, dimension: &Dimension, first_path: u64, out: &mut [f64]) {
        let keys = keys(streams, dimension, REPLICATES);
        for (k, v) in out.iter_mut().enumerate() {
            let path = first_path + k as u64;
            let digits = self.directions.point(dimension.index, (path / REPLICATES) as u32);
            let digits = scramble(digits, keys[(path % REPLICATES) as usize]);
            *v = inside((f64::from(digits) - 2_147_483_647.5 + *v) / 4_294_967_296.0);
        }
    }

    /// Points have no dimension for it: independent.
    fn spread_before(&self, _: &Streams, _: &Dimension, _first_path: u64, _out: &mut [f64]) {}
}
