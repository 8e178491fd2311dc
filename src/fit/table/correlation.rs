//! Correlations of the errors of indicators that are fitted apart.

use super::draw::Drawn;
use super::panels::Panel;
use crate::interrupt::look;

/// After how many periods a correlation that was seen counts half: short series show large correlations by
/// chance (their standard error is about one over the root of their number).
const HALF_AFTER: f64 = 10.0;
/// The smallest correlation that is written down.
const SMALLEST: f64 = 0.05;

/// Correlations between fitted columns: places of the two, and the number.
///
/// Columns of one panel have its common shock instead, and are left out. Between others it is the
/// correlation `r` of the standardised errors of the periods that both have, `n` of them, drawn towards 0:
/// `r n / (n + 10)`. Errors beyond three standard deviations count as three.
pub(super) fn correlations(panels: &[(Panel, Drawn)]) -> Vec<(usize, usize, f64)> {
    let mut members: Vec<(usize, Vec<f64>)> = Vec::new();
    for (panel, drawn) in panels {
        if let ([column], Some(series)) = (&panel.columns[..], panel.series.first()) {
            members.push((*column, drawn.errors(series, 0)));
        }
    }
    members.sort_by_key(|(column, _)| *column);
    let count = members.len();
    let mut matrix = vec![vec![0.0; count]; count];
    for a in 0..count {
        look();
        for b in 0..a {
            let number = shrunk(&members[a].1, &members[b].1);
            matrix[a][b] = (number * 100.0).round() / 100.0;
        }
    }
    // A matrix of pairs need not be one of correlations: the rest of the way to none is taken in steps.
    let mut kept = 1.0;
    while kept > 0.01 && !is_positive(&matrix, kept) {
        look();
        kept *= 0.9;
    }
    let mut found = Vec::new();
    for a in 0..count {
        for b in 0..a {
            let number = (matrix[a][b] * kept * 1e4).round() / 1e4;
            if number.abs() >= SMALLEST {
                found.push((members[b].0, members[a].0, number));
            }
        }
    }
    found
}

fn shrunk(x: &[f64], y: &[f64]) -> f64 {
    let both: Vec<(f64, f64)> =
        x.iter().copied().zip(y.iter().copied()).filter(|(a, b)| (a + b).is_finite()).collect();
    let count = both.len() as f64;
    if both.len() < 3 {
        return 0.0;
    }
    let cut = |value: f64| value.clamp(-3.0, 3.0);
    let sum =
        |of: fn(f64, f64) -> f64| -> f64 { both.iter().map(|(a, b)| of(cut(*a), cut(*b))).sum() };
    let (xx, yy, xy) = (sum(|a, _| a * a), sum(|_, b| b * b), sum(|a, b| a * b));
    if !(xx > 0.0 && yy > 0.0) {
        return 0.0;
    }
    (xy / (xx * yy).sqrt()).clamp(-0.95, 0.95) * count / (count + HALF_AFTER)
}

/// Is a matrix with ones on its diagonal, and what stands below it times `kept`, positive definite? By
/// Cholesky.
fn is_positive(below: &[Vec<f64>], kept: f64) -> bool {
    let count = below.len();
    let mut root = vec![vec![0.0; count]; count];
    for a in 0..count {
        for b in 0..=a {
            let inner: f64 = (0..b).map(|k| root[a][k] * root[b][k]).sum();
            if a == b {
                let rest = 1.0 - inner;
                if rest <= 0.02 {
                    return false;
                }
                root[a][a] = rest.sqrt();
            } else {
                root[a][b] = (below[a][b] * kept - inner) / root[b][b];
            }
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_correlation_of_ten_periods_counts_half() {
        let x: Vec<f64> = (0..10).map(|t| f64::from(t % 3) - 1.0).collect();
        assert!((shrunk(&x, &x) - 0.475).abs() < 1e-12);
        assert!(shrunk(&x[..2], &x[..2]).abs() < 1e-12);
    }

    #[test]
    fn impossible_correlations_are_seen() {
        let below = |r: f64| vec![vec![0.0; 3], vec![r, 0.0, 0.0], vec![r, -r, 0.0]];
        assert!(is_positive(&below(0.4), 1.0));
        assert!(!is_positive(&below(0.9), 1.0));
    }
}
