//! In how many paths targets, and sets of them, are met: whole numbers, whoever counts in which order.

use crate::error::Error;
use crate::packed::{Packed, Unpacked, damaged};

/// What is met in the paths of a scenario. Members come target by target, then set by set.
#[derive(Debug, Clone)]
pub(super) struct Counts {
    /// How many paths each replicate of the design has; one count where paths are independent.
    pub(super) paths: Vec<u64>,
    /// `[member][replicate]`: paths in which it is met.
    pub(super) met: Vec<Vec<u64>>,
    /// `[member]`: paths in which growth that it counts is not defined.
    pub(super) undefined: Vec<u64>,
    /// `[target]`: paths in which it has no number.
    pub(super) failed: Vec<u64>,
}

/// A target in the paths of a block.
#[derive(Debug, Clone)]
pub(super) struct BlockMet {
    pub(super) met: Vec<bool>,
    pub(super) undefined: Vec<bool>,
    pub(super) failed: u64,
}

impl Counts {
    pub(super) fn new(targets: usize, sets: usize, replicates: usize) -> Self {
        Self {
            paths: vec![0; replicates],
            met: vec![vec![0; replicates]; targets + sets],
            undefined: vec![0; targets + sets],
            failed: vec![0; targets],
        }
    }

    /// All lists, one after the other.
    fn lists(&self) -> impl Iterator<Item = &Vec<u64>> {
        [&self.paths].into_iter().chain(&self.met).chain([&self.undefined, &self.failed])
    }

    /// Writes them.
    pub(super) fn pack(&self, packed: &mut Packed) {
        self.lists().flatten().for_each(|count| packed.whole(*count));
    }

    /// Reads what was written, of as many members as others have.
    pub(super) fn unpack(packed: &mut Unpacked<'_>, like: &Self) -> Result<Self, Error> {
        let mut read = |list: &Vec<u64>| list.iter().map(|_| packed.whole()).collect();
        let paths: Vec<u64> = read(&like.paths)?;
        let met = like.met.iter().map(&mut read).collect::<Result<_, Error>>()?;
        let (undefined, failed) = (read(&like.undefined)?, read(&like.failed)?);
        let found = Self { paths, met, undefined, failed };
        let add = |all: u64, count: &u64| all.checked_add(*count);
        let all = found.paths.iter().try_fold(0, add).ok_or_else(damaged)?;
        let is_met = |met: &Vec<u64>| met.iter().zip(&found.paths).all(|(met, paths)| met <= paths);
        let fits = found.met.iter().all(is_met)
            && found.undefined.iter().chain(&found.failed).all(|count| *count <= all);
        if fits { Ok(found) } else { Err(damaged()) }
    }

    /// Adds what was counted in other paths.
    pub(super) fn merge(&mut self, other: &Self) {
        fn add(sums: &mut [u64], counts: &[u64]) {
            sums.iter_mut().zip(counts).for_each(|(sum, count)| *sum += count);
        }
        add(&mut self.paths, &other.paths);
        self.met.iter_mut().zip(&other.met).for_each(|(sums, counts)| add(sums, counts));
        add(&mut self.undefined, &other.undefined);
        add(&mut self.failed, &other.failed);
    }

    /// Counts a block of paths, which begins with that path of the run.
    pub(super) fn add(
        &mut self,
        first_path: u64,
        paths: usize,
        block: &[BlockMet],
        sets: &[Vec<usize>],
    ) {
        let replicates = self.paths.len();
        let replicate = |path: usize| (first_path as usize + path) % replicates;
        (0..paths).for_each(|path| self.paths[replicate(path)] += 1);
        for (k, target) in block.iter().enumerate() {
            let met = target.met.iter().enumerate().filter(|(_, met)| **met);
            met.for_each(|(path, _)| self.met[k][replicate(path)] += 1);
            self.undefined[k] += target.undefined.iter().map(|is| u64::from(*is)).sum::<u64>();
            self.failed[k] += target.failed;
        }
        for (k, set) in sets.iter().enumerate() {
            let member = block.len() + k;
            for path in 0..paths {
                let all = set.iter().all(|&target| block[target].met[path]);
                let any = set.iter().any(|&target| block[target].undefined[path]);
                self.met[member][replicate(path)] += u64::from(all);
                self.undefined[member] += u64::from(any);
            }
        }
    }
}
