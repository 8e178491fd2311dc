//! Distributions made ready for drawing by inversion.

use std::sync::{Arc, OnceLock};

use super::{StreamId, Streams};
use crate::interrupt::look;
use crate::math::{InverseCdf, Score};
use crate::model::Distribution;
use crate::parallel::made;

/// A distribution ready for drawing: the inverse of its distribution function, exact in closed form
/// or tabulated when it is first drawn from. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Marginal {
    mean: f64,
    has_density: bool,
    inverse: Arc<Inverse>,
}

/// The inverse of a distribution function, made when it is asked for: a plan may have thousands of
/// distributions whose tables take a moment each.
#[derive(Debug)]
enum Inverse {
    Made(InverseCdf),
    Of(Box<Distribution>, OnceLock<InverseCdf>),
}

impl Marginal {
    /// Makes a distribution ready. It must have passed [`Distribution::check`]; one that has not
    /// draws not-a-number or nonsense, but never panics.
    pub fn new(distribution: &Distribution) -> Self {
        Self {
            mean: distribution.mean(),
            has_density: distribution.has_density(),
            inverse: Arc::new(Inverse::Of(Box::new(distribution.clone()), OnceLock::new())),
        }
    }

    #[inline(always)]
    fn inverse(&self) -> &InverseCdf {
        match &*self.inverse {
            Inverse::Made(inverse) => inverse,
            Inverse::Of(distribution, place) => made(place, || distribution.inverse()),
        }
    }

    /// Makes equally likely values ready that keep their places: random numbers of one stream draw
    /// the same place from all lists of one length.
    pub fn of_places(values: &[f64]) -> Self {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let values = if values.is_empty() { &[f64::NAN] } else { values };
        let inverse = Inverse::Made(InverseCdf::Places { values: values.into() });
        Self { mean, has_density: false, inverse: Arc::new(inverse) }
    }

    /// The equally likely values in their places, where it has such.
    #[inline(always)]
    pub(crate) fn places(&self) -> Option<&[f64]> {
        match self.inverse() {
            InverseCdf::Places { values } => Some(values),
            _ => None,
        }
    }

    /// The mean.
    pub fn mean(&self) -> f64 {
        self.mean
    }

    /// The quantiles in place of centred uniforms `v = u - 1/2`, without loss in either tail.
    #[inline(always)]
    pub fn from_centred(&self, row: &mut [f64]) {
        self.inverse().from_centred(row);
    }

    /// The quantiles in place of standard normal scores.
    #[inline(always)]
    pub fn from_scores(&self, row: &mut [f64]) {
        self.inverse().from_scores(row);
    }

    /// The quantile at one centred uniform.
    ///
    /// ```
    /// use tinbergen::{model::Distribution, sample::Marginal};
    /// let pert = Distribution::pert(0.0, 0.5, 1.0);
    /// assert!((Marginal::new(&pert).quantile(0.0) - 0.5).abs() < 1e-12);
    /// ```
    pub fn quantile(&self, v: f64) -> f64 {
        let mut row = [v];
        self.from_centred(&mut row);
        row[0]
    }

    /// Draws that follow from a seed: the `k`-th is the quantile at the uniform of the stream `sample`, ordinal
    /// 0, path `k` (docs/streams.md), so that more draws begin with those of fewer.
    ///
    /// ```
    /// use tinbergen::{model::Distribution, sample::Marginal};
    /// let normal = Marginal::new(&Distribution::normal(0.0, 1.0));
    /// assert_eq!(normal.sample(3, 7), normal.sample(9, 7)[..3]);
    /// ```
    pub fn sample(&self, count: usize, seed: u64) -> Vec<f64> {
        const PIECE: usize = 1 << 16; // a multiple of the 8 paths of a block of random numbers
        let streams = Streams::new(seed);
        let mut row = vec![0.0; count];
        for (k, piece) in row.chunks_mut(PIECE).enumerate() {
            look();
            streams.centred(StreamId::of("sample"), 0, (k * PIECE) as u64, piece);
            self.from_centred(piece);
        }
        row
    }

    /// Has it a density, so that a draw can be told from its value?
    pub fn has_density(&self) -> bool {
        self.has_density
    }

    /// The score of a value; none where its density is 0.
    ///
    /// ```
    /// use tinbergen::{model::Distribution, sample::Marginal};
    /// let shock = Marginal::new(&Distribution::student_t(0.0, 1.0, 5.0));
    /// let score = shock.score(0.7).expect("inside");
    /// let mut back = [score.z];
    /// shock.from_scores(&mut back);
    /// assert!((back[0] - 0.7).abs() < 1e-12);
    /// ```
    pub fn score(&self, x: f64) -> Option<Score> {
        self.inverse().score(x)
    }
}
