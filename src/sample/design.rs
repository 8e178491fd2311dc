//! Designs: how the paths of a run share out the unit cube.

use std::fmt;
use std::str::FromStr;

use super::sobol::{DIMENSIONS, Directions, scramble};
use super::stream::{StreamId, Streams, centred};

/// How random numbers are spread over the paths.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Design {
    /// Independent paths.
    #[default]
    Random,
    /// Paths 2k and 2k + 1 mirror each other: `u` and `1 - u` everywhere.
    Antithetic,
    /// Latin hypercube: each random number falls once into each of equally likely strata.
    LatinHypercube,
    /// Scrambled Sobol' points.
    Sobol,
}

impl Design {
    const NAMES: [(&'static str, Self); 4] = [
        ("random", Self::Random),
        ("antithetic", Self::Antithetic),
        ("lhs", Self::LatinHypercube),
        ("sobol", Self::Sobol),
    ];

    /// The names of all designs, as a user writes them.
    ///
    /// ```
    /// use tinbergen::Design;
    /// assert!(Design::names().any(|name| name == "sobol"));
    /// ```
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::NAMES.into_iter().map(|(name, _)| name)
    }
}

impl fmt::Display for Design {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let found = Self::NAMES.iter().find(|(_, design)| design == self);
        f.write_str(found.map_or("", |(name, _)| name))
    }
}

impl FromStr for Design {
    type Err = DesignError;

    fn from_str(text: &str) -> Result<Self, DesignError> {
        let found = Self::NAMES.iter().find(|(name, _)| *name == text);
        found.map(|(_, design)| *design).ok_or_else(|| DesignError::Unknown(text.to_owned()))
    }
}

/// Why there is no such design.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DesignError {
    /// No design has that name.
    #[error("unknown design \"{0}\"; expected one of {known}", known = Design::names().collect::<Vec<_>>().join(", "))]
    Unknown(String),
    /// More random numbers in a path than there are Sobol' dimensions.
    #[error(
        "a path of this model takes {0} random numbers, Sobol' points have {DIMENSIONS}; use the \
         design \"random\" or \"lhs\", or fewer periods"
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

/// Replicates of Latin hypercubes and Sobol' points, so that their error can be seen.
const REPLICATES: u64 = 16;
/// Paths that no run reaches, whose bits serve as keys.
const KEYS: u64 = 1 << 42;

/// Hands out the random numbers of a run.
#[derive(Debug, Clone)]
pub struct Sampler {
    design: Design,
    streams: Streams,
    paths: u64,
    directions: Option<Directions>,
}

impl Sampler {
    /// For so many paths, each of so many random numbers.
    ///
    /// # Errors
    /// [`DesignError::Dimensions`] when Sobol' points have fewer dimensions.
    pub fn new(
        design: Design,
        seed: u64,
        paths: u64,
        dimensions: u32,
    ) -> Result<Self, DesignError> {
        if design == Design::Sobol && dimensions > DIMENSIONS {
            return Err(DesignError::Dimensions(dimensions));
        }
        let directions = (design == Design::Sobol).then(|| Directions::new(dimensions.max(1)));
        Ok(Self { design, streams: Streams::new(seed), paths, directions })
    }

    /// How many independent randomisations the paths fall into: path `i` belongs to number
    /// `i mod R`. For Sobol' points R is the same for any number of paths.
    pub fn replicates(&self) -> u32 {
        let count = match self.design {
            Design::Random | Design::Antithetic => 1,
            Design::LatinHypercube => (self.paths / 8).clamp(2, REPLICATES),
            Design::Sobol => REPLICATES,
        };
        count as u32
    }

    /// The centred uniforms of the paths from `first_path` on.
    #[inline(always)]
    pub fn fill(&self, dimension: &Dimension, first_path: u64, out: &mut [f64]) {
        let Dimension { stream, ordinal, .. } = *dimension;
        self.streams.centred(stream, ordinal, first_path, out);
        match self.design {
            Design::Random => {}
            Design::Antithetic => self.mirror(dimension, first_path, out),
            Design::LatinHypercube => self.stratify(dimension, first_path, out),
            Design::Sobol => self.place(dimension, first_path, out),
        }
    }

    /// The centred uniforms of a period before those of the run, which are no dimension of it.
    pub(super) fn fill_before(
        &self,
        stream: StreamId,
        ordinal: u32,
        first_path: u64,
        out: &mut [f64],
    ) {
        let dimension = Dimension { stream, ordinal, index: 0 };
        if self.design == Design::Sobol {
            return self.streams.centred(stream, ordinal, first_path, out);
        }
        self.fill(&dimension, first_path, out);
    }

    /// Odd paths take the mirror image of the path before.
    fn mirror(&self, dimension: &Dimension, first_path: u64, out: &mut [f64]) {
        let Dimension { stream, ordinal, .. } = *dimension;
        for k in 0..out.len() {
            if (first_path + k as u64) % 2 == 1 {
                out[k] = match k.checked_sub(1) {
                    Some(before) => -out[before],
                    None => -centred(self.streams.bits(stream, ordinal, first_path - 1)),
                };
            }
        }
    }

    fn key(&self, dimension: &Dimension, replicate: u64) -> u64 {
        self.streams.bits(dimension.stream, dimension.ordinal, KEYS + replicate)
    }

    /// Each path's uniform goes into its stratum.
    fn stratify(&self, dimension: &Dimension, first_path: u64, out: &mut [f64]) {
        let replicates = u64::from(self.replicates());
        let keys: Vec<u64> = (0..replicates).map(|r| self.key(dimension, r)).collect();
        for (k, v) in out.iter_mut().enumerate() {
            let path = first_path + k as u64;
            let replicate = path % replicates;
            let strata = (self.paths.max(path + 1) - replicate).div_ceil(replicates);
            let stratum = permuted(path / replicates, strata, keys[replicate as usize]);
            let centre = (strata as f64 - 1.0) / 2.0;
            *v = inside((stratum as f64 - centre + *v) / strata as f64);
        }
    }

    /// Each path's uniform becomes its point's; the stream gives the digits below.
    fn place(&self, dimension: &Dimension, first_path: u64, out: &mut [f64]) {
        let Some(directions) = &self.directions else { return };
        let keys: Vec<u64> = (0..REPLICATES).map(|r| self.key(dimension, r)).collect();
        for (k, v) in out.iter_mut().enumerate() {
            let path = first_path + k as u64;
            let digits = directions.point(dimension.index, (path / REPLICATES) as u32);
            let digits = scramble(digits, keys[(path % REPLICATES) as usize]);
            *v = inside((f64::from(digits) - 2_147_483_647.5 + *v) / 4_294_967_296.0);
        }
    }
}

/// Within the open interval from -1/2 to 1/2, in the face of rounding.
fn inside(v: f64) -> f64 {
    const MOST: f64 = 0.5 - f64::EPSILON / 4.0;
    v.clamp(-MOST, MOST)
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
            let mixed = super::stream::mix(right ^ key.rotate_left(round as u32 * 16) ^ round);
            (left, right) = (right, (left ^ mixed) & mask);
        }
        value = (left << half) | right;
        if value < count {
            return value;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(design: Design, paths: u64, index: u32) -> Vec<f64> {
        let sampler = Sampler::new(design, 5, paths, 10).expect("few dimensions");
        let dimension = Dimension { stream: StreamId::of("x"), ordinal: 2021, index };
        let mut out = vec![0.0; paths as usize];
        sampler.fill(&dimension, 0, &mut out);
        out
    }

    #[test]
    fn antithetic_pairs_are_exact_mirror_images_of_the_random_design() {
        let (pairs, random) = (drawn(Design::Antithetic, 1000, 0), drawn(Design::Random, 1000, 0));
        for k in (0..1000).step_by(2) {
            assert_eq!(pairs[k].to_bits(), random[k].to_bits());
            assert_eq!(pairs[k + 1].to_bits(), (-pairs[k]).to_bits());
        }
    }

    #[test]
    fn every_stratum_of_every_latin_hypercube_has_one_path() {
        for paths in [40, 1000, 1600, 12_345] {
            let sampler = Sampler::new(Design::LatinHypercube, 5, paths, 10).expect("it fits");
            let replicates = sampler.replicates() as usize;
            let drawn = drawn(Design::LatinHypercube, paths, 0);
            for replicate in 0..replicates {
                let mine: Vec<f64> =
                    drawn.iter().skip(replicate).step_by(replicates).copied().collect();
                let mut seen = vec![false; mine.len()];
                for v in &mine {
                    seen[((v + 0.5) * mine.len() as f64) as usize] = true;
                }
                assert!(seen.iter().all(|&seen| seen), "{paths} {replicate}");
            }
        }
    }

    #[test]
    fn sobol_points_do_not_depend_on_how_many_there_are() {
        for index in [0, 3, 9] {
            assert_eq!(drawn(Design::Sobol, 100, index), drawn(Design::Sobol, 5000, index)[..100]);
        }
    }

    #[test]
    fn any_piece_of_a_design_is_the_same_piece() {
        for design in [Design::Random, Design::Antithetic, Design::LatinHypercube, Design::Sobol] {
            let all = drawn(design, 2000, 2);
            let sampler = Sampler::new(design, 5, 2000, 10).expect("few dimensions");
            let dimension = Dimension { stream: StreamId::of("x"), ordinal: 2021, index: 2 };
            for (first, length) in [(0, 7), (1, 300), (128, 128), (1999, 1)] {
                let mut piece = vec![0.0; length];
                sampler.fill(&dimension, first as u64, &mut piece);
                assert_eq!(piece, all[first..first + length], "{design}");
            }
        }
    }

    #[test]
    fn sobol_points_estimate_a_smooth_mean_far_better_than_random_ones() {
        let error = |design| {
            let columns: Vec<Vec<f64>> = (0..3)
                .map(|k| {
                    let sampler = Sampler::new(design, 9, 16_384, 10).expect("few dimensions");
                    let stream = StreamId::of(&format!("x{k}"));
                    let mut out = vec![0.0; 16_384];
                    sampler.fill(&Dimension { stream, ordinal: 1, index: k }, 0, &mut out);
                    out
                })
                .collect();
            let product = |i: usize| columns.iter().map(|c| 1.0 + c[i]).product::<f64>();
            ((0..16_384).map(product).sum::<f64>() / 16_384.0 - 1.0).abs()
        };
        assert!(error(Design::Sobol) < 2e-4, "{}", error(Design::Sobol));
        assert!(error(Design::Random) > 2e-4, "{}", error(Design::Random));
    }

    #[test]
    fn too_many_dimensions_say_how_many_there_are() {
        let error = Sampler::new(Design::Sobol, 0, 10, 30_000).expect_err("too many");
        assert!(error.to_string().contains("30000"), "{error}");
    }
}
