//! Scores of the paths of one figure.

use crate::interrupt::{look, sort};

/// Values in order of size, each with its part of the weight.
struct Ordered(Vec<(f64, f64)>);

impl Ordered {
    /// Of the values that are finite and have a weight; none where there is no such value.
    fn new(values: &[f64], weights: Option<&[f64]>) -> Option<Self> {
        look();
        let weight = |k: usize| weights.map_or(1.0, |weights| weights[k]);
        let all = values.iter().enumerate().map(|(k, x)| (*x, weight(k)));
        let mut kept: Vec<(f64, f64)> = all.filter(|(x, w)| x.is_finite() && *w > 0.0).collect();
        sort(&mut kept, |a, b| a.0.total_cmp(&b.0).then(a.1.total_cmp(&b.1)));
        let total: f64 = kept.iter().map(|(_, w)| w).sum();
        kept.iter_mut().for_each(|(_, w)| *w /= total);
        (!kept.is_empty()).then_some(Self(kept))
    }

    /// The integral of `(F(x) - 1{x >= actual})^2`, and that of `F (1 - F)`: half of the mean distance
    /// between two draws.
    fn integrals(&self, actual: f64) -> (f64, f64) {
        let values = &self.0;
        let (first, last) = (values[0].0, values[values.len() - 1].0);
        let mut score = (first - actual).max(0.0) + (actual - last).max(0.0);
        let (mut spread, mut below) = (0.0, 0.0);
        for pair in values.windows(2) {
            below += pair[0].1;
            let (low, high) = (pair[0].0, pair[1].0);
            let middle = actual.clamp(low, high);
            let above = (1.0 - below).max(0.0);
            score += below * below * (middle - low) + above * above * (high - middle);
            spread += below * above * (high - low);
        }
        (score, spread)
    }

    fn pit(&self, actual: f64) -> Pit {
        let weight = |count: usize| self.0[..count].iter().map(|(_, w)| w).sum::<f64>().min(1.0);
        let below = self.0.partition_point(|(x, _)| *x < actual);
        let at_most = self.0.partition_point(|(x, _)| *x <= actual);
        Pit { below: weight(below), at_most: weight(at_most) }
    }
}

/// The continuous ranked probability score of paths, which may have weights: the integral of
/// `(F(x) - 1{x >= actual})^2` with `F` the distribution function of the paths, in the unit of the figure
/// (J. E. Matheson and R. L. Winkler 1976). For one path it is the absolute error.
///
/// Values that are not finite are left out, and so are paths without a weight. Not-a-number where
/// nothing is left, and where the actual value is none.
///
/// ```
/// use tinbergen::scoring::crps;
/// assert_eq!(crps(&[3.0], None, 1.0), 2.0);
/// assert_eq!(crps(&[0.0, 1.0], None, 0.0), 0.25);
/// assert_eq!(crps(&[0.0, 1.0], Some(&[3.0, 1.0]), 0.0), 0.0625);
/// ```
pub fn crps(values: &[f64], weights: Option<&[f64]>, actual: f64) -> f64 {
    path_scores(values, weights, actual).crps
}

/// The score that paths without end would have, estimated without bias from these: [`crps`] less
/// what the paths' own small number adds (C. A. T. Ferro 2014, Fair scores for ensemble forecasts,
/// Quarterly Journal of the Royal Meteorological Society 140). It may be below 0. Not-a-number for one path.
///
/// With `g` half of the mean distance between two paths and `s` the sum of the squared weights it is
/// `crps - g s / (1 - s)`.
///
/// ```
/// use tinbergen::scoring::fair_crps;
/// assert_eq!(fair_crps(&[0.0, 1.0], None, 0.0), 0.0);
/// ```
pub fn fair_crps(values: &[f64], weights: Option<&[f64]>, actual: f64) -> f64 {
    path_scores(values, weights, actual).fair_crps
}

/// Where an actual value stands among paths: the probability integral transform.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Pit {
    /// The part of the weight below the actual value.
    pub below: f64,
    /// The part at most the actual value.
    pub at_most: f64,
}

impl Pit {
    /// The middle between the two: uniform from 0 to 1 where forecasts are right and values have a density.
    pub fn middle(&self) -> f64 {
        f64::midpoint(self.below, self.at_most)
    }
}

/// Where an actual value stands among paths (A. P. Dawid 1984); not-a-number as for [`crps`].
///
/// ```
/// use tinbergen::scoring::pit;
/// let found = pit(&[1.0, 2.0, 2.0, 3.0], None, 2.0);
/// assert_eq!((found.below, found.at_most, found.middle()), (0.25, 0.75, 0.5));
/// ```
pub fn pit(values: &[f64], weights: Option<&[f64]>, actual: f64) -> Pit {
    path_scores(values, weights, actual).pit
}

/// The scores of one figure's paths.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PathScores {
    /// [`crps`].
    pub crps: f64,
    /// [`fair_crps`].
    pub fair_crps: f64,
    /// [`pit`].
    pub pit: Pit,
}

/// All scores of paths at once, which put them in order only once.
///
/// ```
/// use tinbergen::scoring::{crps, path_scores};
/// let found = path_scores(&[0.0, 1.0], None, 0.0);
/// assert_eq!((found.crps, found.pit.at_most), (crps(&[0.0, 1.0], None, 0.0), 0.5));
/// ```
pub fn path_scores(values: &[f64], weights: Option<&[f64]>, actual: f64) -> PathScores {
    let nothing = Pit { below: f64::NAN, at_most: f64::NAN };
    let nothing = PathScores { crps: f64::NAN, fair_crps: f64::NAN, pit: nothing };
    let Some(values) = Ordered::new(values, weights).filter(|_| actual.is_finite()) else {
        return nothing;
    };
    let (crps, spread) = values.integrals(actual);
    let squares: f64 = values.0.iter().map(|(_, w)| w * w).sum();
    let fair_crps =
        if values.0.len() < 2 { f64::NAN } else { crps - spread * squares / (1.0 - squares) };
    PathScores { crps, fair_crps, pit: values.pit(actual) }
}
