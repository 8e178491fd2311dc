use super::points::{DesignError, Dimension, Points};
use crate::ensemble::Dependence;
use crate::sample::stream::{Streams, centred};

/// Odd paths are the mirror images of the paths before them.
#[derive(Debug, Clone)]
pub(super) struct Antithetic;

impl Points for Antithetic {
    const NAME: &'static str = "antithetic";
    const BY_STREAM: bool = true;

    fn new(_paths: u64, _dimensions: u32) -> Result<Self, DesignError> {
        Ok(Self)
    }

    fn dependence(&self) -> Dependence {
        Dependence::Pairs
    }

    fn spread(&self, streams: &Streams, dimension: &Dimension, first_path: u64, out: &mut [f64]) {
        let Dimension { stream, ordinal, .. } = *dimension;
        for k in 0..out.len() {
            if (first_path + k as u64) % 2 == 1 {
                out[k] = match k.checked_sub(1) {
                    Some(before) => -out[before],
                    None => -centred(streams.bits(stream, ordinal, first_path - 1)),
                };
            }
        }
    }
}
