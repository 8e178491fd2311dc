use super::points::{DesignError, Dimension, Points};
use crate::ensemble::Dependence;
use crate::sample::stream::Streams;

/// Independent paths.
#[derive(Debug, Clone)]
pub(super) struct Random;

impl Points for Random {
    const NAME: &'static str = "random";
    const BY_STREAM: bool = true;

    fn new(_paths: u64, _dimensions: u32) -> Result<Self, DesignError> {
        Ok(Self)
    }

    fn dependence(&self) -> Dependence {
        Dependence::Independent
    }

    #[inline(always)]
    fn spread(&self, _streams: &Streams, _of: &Dimension, _first_path: u64, _out: &mut [f64]) {}
}
