//! Designs: how the paths of a run share out the unit cube.
//!
//! A design is one file of this folder and one line in the list below: its name, what it makes of
//! independent uniforms, and how its paths depend on each other, which intervals go by. See
//! docs/adding.md.

use std::fmt;
use std::str::FromStr;

use self::points::Points;
use super::stream::{StreamId, Streams};
use crate::ensemble::Dependence;

mod points;
mod sobol_table;

pub use points::{DesignError, Dimension};

macro_rules! designs {
    ( $( $(#[$doc:meta])* $kind:ident = $file:ident, )+ ) => {
        $( mod $file; )+

        /// How random numbers are spread over the paths.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Design {
            $( $(#[$doc])* $kind, )+
        }

        impl Design {
            const ALL: &[Self] = &[ $( Self::$kind, )+ ];

            /// Its name, as a user writes it.
            ///
            /// ```
            /// use tinbergen::Design;
            /// assert_eq!(Design::LatinHypercube.name(), "lhs");
            /// ```
            pub fn name(self) -> &'static str {
                match self {
                    $( Self::$kind => $file::$kind::NAME, )+
                }
            }

            /// Is a random number of a path the same in another model that has it?
            pub(crate) fn is_by_stream(self) -> bool {
                match self {
                    $( Self::$kind => $file::$kind::BY_STREAM, )+
                }
            }
        }

        /// A design made for a run.
        #[derive(Debug, Clone)]
        enum Made {
            $( $kind($file::$kind), )+
        }

        impl Made {
            fn new(design: Design, paths: u64, dimensions: u32) -> Result<Self, DesignError> {
                Ok(match design {
                    $( Design::$kind => Self::$kind(Points::new(paths, dimensions)?), )+
                })
            }

            fn dependence(&self) -> Dependence {
                match self {
                    $( Self::$kind(points) => points.dependence(), )+
                }
            }

            #[inline(always)]
            fn spread(
                &self,
                streams: &Streams,
                dimension: &Dimension,
                first_path: u64,
                out: &mut [f64],
            ) {
                match self {
                    $( Self::$kind(points) => points.spread(streams, dimension, first_path, out), )+
                }
            }

            fn spread_before(
                &self,
                streams: &Streams,
                dimension: &Dimension,
                first_path: u64,
                out: &mut [f64],
            ) {
                match self {
                    $( Self::$kind(points) => {
                        points.spread_before(streams, dimension, first_path, out);
                    } )+
                }
            }
        }
    };
}

designs! {
    /// Independent paths.
    Random = random,
    /// Paths 2k and 2k + 1 mirror each other: `u` and `1 - u` everywhere.
    Antithetic = antithetic,
    /// Latin hypercube: each random number falls once into each of equally likely strata.
    LatinHypercube = lhs,
    /// Scrambled Sobol' points.
    Sobol = sobol,
}

impl Default for Design {
    /// Independent paths.
    fn default() -> Self {
        Self::Random
    }
}

impl Design {
    /// The names of all designs, as a user writes them.
    ///
    /// ```
    /// use tinbergen::Design;
    /// assert!(Design::names().any(|name| name == "sobol"));
    /// ```
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::ALL.iter().map(|design| design.name())
    }
}

impl fmt::Display for Design {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Design {
    type Err = DesignError;

    fn from_str(text: &str) -> Result<Self, DesignError> {
        let found = Self::ALL.iter().find(|design| design.name() == text);
        found.copied().ok_or_else(|| {
            let (name, known) = (text.to_owned(), Self::names().collect());
            DesignError::Unknown { name, known }
        })
    }
}

/// Hands out the random numbers of a run.
#[derive(Debug, Clone)]
pub struct Sampler {
    streams: Streams,
    design: Made,
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
        let design = Made::new(design, paths, dimensions)?;
        Ok(Self { streams: Streams::new(seed), design })
    }

    /// How the paths depend on each other.
    ///
    /// ```
    /// use tinbergen::ensemble::Dependence;
    /// use tinbergen::{Design, sample::Sampler};
    /// let sampler = Sampler::new(Design::Sobol, 1, 10_000, 30)?;
    /// assert_eq!(sampler.dependence(), Dependence::Replicates(16));
    /// # Ok::<(), tinbergen::sample::DesignError>(())
    /// ```
    pub fn dependence(&self) -> Dependence {
        self.design.dependence()
    }

    /// The centred uniforms of the paths from `first_path` on.
    #[inline(always)]
    pub fn fill(&self, dimension: &Dimension, first_path: u64, out: &mut [f64]) {
        self.streams.centred(dimension.stream, dimension.ordinal, first_path, out);
        self.design.spread(&self.streams, dimension, first_path, out);
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
        self.streams.centred(stream, ordinal, first_path, out);
        self.design.spread_before(&self.streams, &dimension, first_path, out);
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
            let Dependence::Replicates(replicates) = sampler.dependence() else {
                panic!("Latin hypercubes have replicates")
            };
            let replicates = replicates as usize;
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
        for design in Design::ALL.iter().copied() {
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
