//! The space in which the errors of a series add up, there and back.

use super::column::Column;
use super::kind::Kind;
use crate::math::{ln, logit_between};

/// A series in its space: log growth, change, level, logit of a share.
///
/// Growth and change stand in the later of two periods in a row, so that the first is NaN.
pub(super) fn there(kind: Kind, figures: &[f64], limits: (f64, f64)) -> Vec<f64> {
    let between = |of: fn(f64, f64) -> f64| {
        let pairs = figures.windows(2).map(|pair| of(pair[0], pair[1]));
        std::iter::once(f64::NAN).chain(pairs).collect::<Vec<f64>>()
    };
    match kind {
        Kind::Growth => between(|a, b| ln(b / a)),
        Kind::Change | Kind::Count => between(|a, b| b - a),
        Kind::Level => figures.to_vec(),
        Kind::Share => figures.iter().map(|figure| logit_between(*figure, limits)).collect(),
    }
}

impl Column {
    /// Its series in its space.
    pub(super) fn series(&self) -> Vec<f64> {
        there(self.kind, &self.figures, self.limits())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn growth_stands_in_the_later_period() {
        let found = there(Kind::Growth, &[100.0, f64::NAN, 100.0, 110.0], (0.0, 1.0));
        assert!(found[..3].iter().all(|value| value.is_nan()));
        assert!((found[3] - 0.095_310_179_804_324_86).abs() < 1e-12);
    }
}
