//! Settings that are worked out elsewhere, as far as they are known.

use std::collections::HashMap;

use crate::error::Error;
use crate::summary::Share;

/// What a setting is found by.
pub(super) fn key(point: &[f64]) -> Vec<u64> {
    point.iter().map(|x| x.to_bits()).collect()
}

/// The probabilities of settings under seeds, as far as they are known, and which are needed next.
#[derive(Debug, Default)]
pub(super) struct Elsewhere {
    pub(super) known: HashMap<(u64, Vec<u64>), Share>,
    pub(super) needed: Option<(u64, Vec<Vec<f64>>)>,
}

impl Elsewhere {
    /// The probabilities of settings; where some are not known, they are needed, and the work ends.
    pub(super) fn shares(&mut self, seed: u64, points: &[Vec<f64>]) -> Result<Vec<Share>, Error> {
        let known = |point: &Vec<f64>| self.known.get(&(seed, key(point))).copied();
        let found: Vec<_> = points.iter().map(known).collect();
        let missing = points.iter().zip(&found).filter(|(_, share)| share.is_none());
        let missing: Vec<Vec<f64>> = missing.map(|(point, _)| point.clone()).collect();
        if missing.is_empty() {
            return Ok(found.into_iter().flatten().collect());
        }
        self.needed = Some((seed, missing));
        Err(Error::interrupted())
    }
}
