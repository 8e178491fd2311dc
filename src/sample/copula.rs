//! Student-t copulas: Gaussian scores divided by a common number.

use super::Marginal;
use crate::math::{Table, Tail, exp_m1, incomplete_beta, ln_1p, normal_quantile_of};
use crate::model::Distribution;

/// A Student-t copula with so many degrees of freedom.
///
/// With `z` a Gaussian score and `w` from the chi-squared distribution of `df` degrees of freedom, common to all
/// members, `t = z sqrt(df / w)` has Student's distribution; its own normal score is `Phi^-1(T(t))`.
/// (S. Demarta and A. J. McNeil 2005, The t copula and related copulas.)
#[derive(Debug, Clone)]
pub struct TCopula {
    df: f64,
    chi_squared: Marginal,
    table: Table,
}

/// No score that is drawn lies farther out.
const FARTHEST: f64 = 8.2;

impl TCopula {
    /// With so many degrees of freedom, from 1 to 1000.
    pub fn new(df: f64) -> Self {
        let table = Table::kept(format!("copula {df:?}"), || {
            Table::new(|h| score_of(statistic(h, df), df))
        });
        Self { df, chi_squared: Marginal::new(&Distribution::gamma(0.5 * df, 2.0)), table }
    }

    /// Turns centred uniforms into the common factor of each path, `sqrt(df / w)`.
    #[inline(always)]
    pub(crate) fn factors(&self, row: &mut [f64]) {
        self.chi_squared.from_centred(row);
        row.iter_mut().for_each(|w| *w = (self.df / *w).sqrt());
    }

    /// Makes scores of a member of its Gaussian ones and the common factors.
    ///
    /// ```
    /// use tinbergen::sample::TCopula;
    /// // A t of 2.1318 with 4 degrees of freedom is exceeded once in twenty times, as 1.6449 is by a normal.
    /// let mut scores = [2.131_846_786_326_65 / 2.0];
    /// TCopula::new(4.0).mix(&mut scores, &[2.0]);
    /// assert!((scores[0] - 1.644_853_626_951_472).abs() < 1e-12);
    /// ```
    #[inline(always)]
    pub fn mix(&self, scores: &mut [f64], factors: &[f64]) {
        let curve = self.df - 0.5;
        for (z, factor) in scores.iter_mut().zip(factors) {
            let t = *z * factor;
            let h = (curve * ln_1p(t * t / self.df)).sqrt();
            // The function is odd, and a score of 0 stays one.
            let size = self.table.at(if h < FARTHEST_H { h } else { FARTHEST_H });
            let size = if size < FARTHEST { size } else { FARTHEST };
            *z = if t < 0.0 { -size } else { size };
        }
    }
}

/// The table ends here.
const FARTHEST_H: f64 = 8.49;

/// The t whose rough score is `h`: `h = sqrt((df - 1/2) ln(1 + t^2 / df))` (D. L. Wallace 1959, Bounds on
/// normal approximations to Student's and the chi-square distributions). The score itself is a smooth function of `h`.
fn statistic(h: f64, df: f64) -> f64 {
    let t = (df * exp_m1(h * h / (df - 0.5))).sqrt();
    if h < 0.0 { -t } else { t }
}

/// The normal score of a value with Student's distribution.
fn score_of(t: f64, df: f64) -> f64 {
    let (own, all) = (t * t, df + t * t);
    // The probability beyond |t| on one side.
    let p = 0.5 * incomplete_beta(0.5 * df, 0.5, df / all, own / all).0;
    let score =
        if p < 5e-17 { FARTHEST + 0.2 } else { -normal_quantile_of(Tail { p, upper: false }) };
    if t < 0.0 { -score } else { score }
}
