//! Distributions made ready for drawing by inversion.

use crate::math::{InverseCdf, Score};
use crate::model::Distribution;

/// A distribution ready for drawing: the inverse of its distribution function, exact in closed form
/// or tabulated. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Marginal {
    mean: f64,
    has_density: bool,
    inverse: InverseCdf,
}

impl Marginal {
    /// Makes a distribution ready. It must have passed [`Distribution::check`]; one that has not
    /// draws not-a-number or nonsense, but never panics.
    pub fn new(distribution: &Distribution) -> Self {
        Self {
            mean: distribution.mean(),
            has_density: distribution.has_density(),
            inverse: distribution.inverse(),
        }
    }

    /// Makes equally likely values ready that keep their places: random numbers of one stream draw
    /// the same place from all lists of one length.
    pub fn of_places(values: &[f64]) -> Self {
        let mean = values.iter().sum::<f64>() / values.len() as f64;
        let values = if values.is_empty() { &[f64::NAN] } else { values };
        Self { mean, has_density: false, inverse: InverseCdf::Places { values: values.into() } }
    }

    /// The equally likely values in their places, where it has such.
    #[inline(always)]
    pub(crate) fn places(&self) -> Option<&[f64]> {
        match &self.inverse {
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
        self.inverse.from_centred(row);
    }

    /// The quantiles in place of standard normal scores.
    #[inline(always)]
    pub fn from_scores(&self, row: &mut [f64]) {
        self.inverse.from_scores(row);
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
        self.inverse.score(x)
    }
}
