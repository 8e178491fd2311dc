//! Scores of several figures together.

use crate::error::Error;

/// The energy score of paths of several figures, one row a path: the mean distance of a path to the actual
/// values less half of the mean distance between two paths (Gneiting and Raftery 2007, section 4.3). For one
/// figure it is [`crps`](super::crps). Figures count in their own units: put them on one scale before.
///
/// All pairs of paths are looked at, `watch` being told from time to time how many rows are done; it stops the
/// work by answering false. Rows with a value that is not finite are left out, and so are those without a weight;
/// not-a-number where nothing is left.
///
/// # Errors
/// When rows are not as long as the actual values, or when `watch` stops the work.
///
/// ```
/// use tinbergen::scoring::energy_score;
/// let paths = [0.0, 0.0, 3.0, 4.0]; // two paths of two figures
/// assert_eq!(energy_score(&paths, None, &[0.0, 0.0], &mut |_, _| true)?, 1.25);
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn energy_score(
    paths: &[f64],
    weights: Option<&[f64]>,
    actual: &[f64],
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<f64, Error> {
    let size = actual.len();
    let rows = paths.len().checked_div(size).unwrap_or(0);
    if size == 0 || rows * size != paths.len() || weights.is_some_and(|w| w.len() != rows) {
        return Err(Error::at(
            "paths",
            format!(
                "{} numbers are no rows of {size} figures, one for each actual value",
                paths.len()
            ),
        ));
    }
    let kept: Vec<(&[f64], f64)> = paths
        .chunks_exact(size)
        .enumerate()
        .map(|(k, row)| (row, weights.map_or(1.0, |weights| weights[k])))
        .filter(|(row, weight)| *weight > 0.0 && row.iter().all(|x| x.is_finite()))
        .collect();
    let total: f64 = kept.iter().map(|(_, weight)| weight).sum();
    let (mut to_actual, mut to_others) = (0.0, 0.0);
    // So many pairs lie between two looks at the watch.
    let every = (1 << 18) / (kept.len().max(1) * size) + 1;
    for (k, (row, weight)) in kept.iter().enumerate() {
        if k % every == 0 && !watch(k, kept.len()) {
            return Err(Error::interrupted());
        }
        to_actual += weight * distance(row, actual);
        let others = kept[k + 1..].iter().map(|(other, own)| own * distance(row, other));
        to_others += weight * others.sum::<f64>();
    }
    Ok(to_actual / total - to_others / (total * total))
}

fn distance(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| (a - b) * (a - b)).sum::<f64>().sqrt()
}
