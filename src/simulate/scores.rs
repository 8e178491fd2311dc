//! Normal scores that take the place of random numbers.

use super::given::Given;
use crate::math::normal_cdf;
use crate::sample::Dimension;

/// The random numbers of a path: which of them are one and the same, and which are uniforms of
/// random counts or events.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scores {
    /// For each place in the order of drawing: which number it is.
    pub(super) number: Vec<usize>,
    /// One dimension of each number.
    pub(super) dimensions: Vec<Dimension>,
    /// Parameters that are other numbers in the run that they are of.
    pub(super) parameters: Vec<(String, Given)>,
}

impl Scores {
    /// How many numbers there are.
    pub(crate) fn len(&self) -> usize {
        self.dimensions.len()
    }
}

/// Random numbers that are fixed, `[number][path]`, as centred uniforms.
#[derive(Debug, Clone)]
pub(super) struct FixedScores<'a> {
    number: &'a [usize],
    rows: Vec<Vec<f64>>,
}

impl<'a> FixedScores<'a> {
    /// Of lists of scores, one for each path.
    pub(super) fn new(scores: &'a Scores, paths: &[Vec<f64>]) -> Self {
        let row = |k: usize| paths.iter().map(|path| centred(path[k])).collect();
        Self { number: &scores.number, rows: (0..scores.len()).map(row).collect() }
    }

    pub(super) fn fill(&self, dimension: &Dimension, first_path: u64, out: &mut [f64]) {
        let row = &self.rows[self.number[dimension.index as usize]];
        for (k, out) in out.iter_mut().enumerate() {
            *out = row.get(first_path as usize + k).copied().unwrap_or(0.0);
        }
    }
}

/// A centred uniform of a normal score.
fn centred(score: f64) -> f64 {
    let tail = normal_cdf(score.clamp(-8.0, 8.0));
    if tail.upper { 0.5 - tail.p } else { tail.p - 0.5 }
}
