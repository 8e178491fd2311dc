//! Shapley effects: the variance shared out among inputs that go together, from one sample.

use super::game::{MOST_PLAYERS, factor, orders, shapley_weights};
use super::sample::Sample;
use crate::error::Error;
use crate::interrupt::look;
use crate::summary::Estimate;

/// The most columns of inputs: 91 terms of a response surface.
pub const MOST_COLUMNS: usize = 12;

/// Parts of the sample that are left out in turn.
const PARTS: usize = 20;

/// The variance of an output, shared out.
#[derive(Debug, Clone, PartialEq)]
pub struct ShapleyEffects {
    /// The share of each input, or of each group of them.
    pub effects: Vec<Estimate>,
    /// The sum of them: the share of the variance that a quadratic response surface in all inputs explains.
    pub explained: Estimate,
}

/// The Shapley effects of inputs or of groups of them on the variance of the output: the Shapley values of
/// the game in which a coalition is worth the share of the variance that its inputs explain, `W(J) =
/// Var(E[Y | X_J]) / Var(Y)`. They share out what inputs that go together explain in common, add
/// up, and are the Sobol' indices of an output without interactions of independent inputs.
///
/// `E[Y | X_J]` is a quadratic response surface in the inputs of the coalition (a constant, each input, its
/// square, products of two), fitted by weighted least squares; `W` has the adjustment for degrees of freedom. So
/// the effects are those of an output that is quadratic in Gaussian inputs, and of others their best
/// quadratic approximation: `explained` says how much of the variance that is. What it leaves is noise that is
/// none of the inputs, and what no quadratic surface follows. Errors are of the jackknife over 20 parts of
/// the sample (replicates of a design are its parts).
///
/// A. Owen (2014), Sobol' indices and Shapley value, SIAM/ASA Journal on Uncertainty Quantification 2; E.
/// Song, B. Nelson and J. Staum (2016), Shapley effects for global sensitivity analysis, ibid. 4.
///
/// # Errors
/// No group, more than 12 columns, an input of another length or that is not finite; fewer rows than the
/// surface needs.
///
/// ```
/// use tinbergen::sensitivity::{Sample, shapley_effects};
/// let a: Vec<f64> = (0..2000).map(|k| f64::from(k * 377 % 2000)).collect();
/// let b: Vec<f64> = (0..2000).map(|k| f64::from(k * 1213 % 2000)).collect();
/// let output: Vec<f64> = a.iter().zip(&b).map(|(a, b)| 2.0 * a + b).collect();
/// let found = shapley_effects(&[vec![&a[..]], vec![&b[..]]], &Sample::new(&output, None)?)?;
/// assert!((found.effects[0].value - 0.8).abs() < 0.05);
/// assert!((found.explained.value - 1.0).abs() < 1e-9);
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn shapley_effects(groups: &[Vec<&[f64]>], sample: &Sample) -> Result<ShapleyEffects, Error> {
    let columns: Vec<(usize, &[f64])> = groups
        .iter()
        .enumerate()
        .flat_map(|(group, columns)| columns.iter().map(move |column| (group, *column)))
        .collect();
    if columns.is_empty() || columns.len() > MOST_COLUMNS || groups.len() > MOST_PLAYERS {
        let message = format!(
            "{} columns in {} groups; expected 1 to {MOST_COLUMNS}: take those that matter by \
             themselves, or sums of others",
            columns.len(),
            groups.len()
        );
        return Err(Error::at("inputs", message));
    }
    for (_, column) in &columns {
        sample.check(column)?;
    }
    let terms = Terms::new(&columns, sample);
    let needed = 3 * terms.groups.len();
    if sample.effective_rows() < needed as f64 {
        let (address, rows) = sample.called();
        let message = format!(
            "{:.0} {rows} are too few for the {} terms of a quadratic surface; {needed} are needed, or fewer \
             assumptions in the groups",
            sample.effective_rows(),
            terms.groups.len()
        );
        return Err(Error::at(address, message));
    }
    let (parts, part_of) = sample.groups(PARTS);
    let moments = terms.moments(sample, parts, &part_of);
    let whole = total(&moments, None);
    let players = groups.len();
    let all = values(&terms, &whole, players, sample.effective_rows());
    let fewer = sample.effective_rows() * (parts - 1) as f64 / parts as f64;
    let mut left_out = Vec::with_capacity(parts);
    for part in 0..parts {
        look();
        left_out.push(values(&terms, &total(&moments, Some(part)), players, fewer));
    }
    let with_error = |of: &dyn Fn(&[f64]) -> f64| {
        let each: Vec<f64> = left_out.iter().map(|values| of(values)).collect();
        let mean = each.iter().sum::<f64>() / parts as f64;
        let squares: f64 = each.iter().map(|value| (value - mean) * (value - mean)).sum();
        let error = (squares * (parts - 1) as f64 / parts as f64).sqrt();
        Estimate { value: of(&all), error, freedom: (parts - 1) as f64 }
    };
    Ok(ShapleyEffects {
        effects: (0..players).map(|k| with_error(&|values| effect(values, players, k))).collect(),
        explained: with_error(&|values| values[values.len() - 1]),
    })
}

/// The Shapley value of a player, by the worth of every coalition.
fn effect(worth: &[f64], players: usize, player: usize) -> f64 {
    let weights = shapley_weights(players);
    let part =
        |(coalition, worth): (usize, &f64)| factor(&weights, coalition, player) as f64 * worth;
    worth.iter().enumerate().map(part).sum::<f64>() / orders(players) as f64
}

/// The terms of a quadratic surface: the values of each, and the groups that it is of, a bit each.
struct Terms {
    groups: Vec<usize>,
    values: Vec<Vec<f64>>,
}

impl Terms {
    fn new(columns: &[(usize, &[f64])], sample: &Sample) -> Self {
        let standard = |column: &[f64]| -> Vec<f64> {
            let mean: f64 = weighted(column, sample).sum();
            let square: f64 = column
                .iter()
                .zip(&sample.weights)
                .filter(|(_, w)| **w > 0.0)
                .map(|(x, w)| w * (x - mean) * (x - mean))
                .sum();
            let scale = if square > 0.0 { square.sqrt() } else { 1.0 };
            let of = |(x, w): (&f64, &f64)| if *w > 0.0 { (x - mean) / scale } else { 0.0 };
            column.iter().zip(&sample.weights).map(of).collect()
        };
        let single: Vec<(usize, Vec<f64>)> =
            columns.iter().map(|(group, column)| (1 << group, standard(column))).collect();
        let (mut groups, mut values) = (vec![0], vec![vec![1.0; sample.len()]]);
        for (group, column) in &single {
            groups.push(*group);
            values.push(column.clone());
        }
        for (k, (a, one)) in single.iter().enumerate() {
            for (b, other) in &single[k..] {
                look();
                groups.push(a | b);
                values.push(one.iter().zip(other).map(|(x, y)| x * y).collect());
            }
        }
        Self { groups, values }
    }

    /// The products of all terms and the output, `[part][i][j]` as one list, the output last.
    fn moments(&self, sample: &Sample, parts: usize, part_of: &[usize]) -> Vec<Vec<f64>> {
        let (mean, width) = (sample.mean(), self.groups.len() + 1);
        let output: Vec<f64> = sample.output.iter().map(|y| y - mean).collect();
        let columns: Vec<&[f64]> =
            self.values.iter().map(Vec::as_slice).chain([output.as_slice()]).collect();
        let mut moments = vec![vec![0.0; width * width]; parts];
        for i in 0..width {
            look();
            for j in 0..=i {
                let mut sums = vec![0.0; parts];
                for (row, weight) in sample.weights.iter().enumerate() {
                    sums[part_of[row]] += weight * columns[i][row] * columns[j][row];
                }
                for (moments, sum) in moments.iter_mut().zip(sums) {
                    moments[i * width + j] = sum;
                }
            }
        }
        moments
    }
}

fn weighted<'a>(column: &'a [f64], sample: &'a Sample) -> impl Iterator<Item = f64> + 'a {
    column.iter().zip(&sample.weights).filter(|(_, w)| **w > 0.0).map(|(x, w)| x * w)
}

/// The moments of all parts but one.
fn total(moments: &[Vec<f64>], without: Option<usize>) -> Vec<f64> {
    let mut sum = vec![0.0; moments[0].len()];
    for (_, part) in moments.iter().enumerate().filter(|(k, _)| Some(*k) != without) {
        sum.iter_mut().zip(part).for_each(|(sum, part)| *sum += part);
    }
    sum
}

/// What every coalition explains of the variance.
fn values(terms: &Terms, moments: &[f64], players: usize, rows: f64) -> Vec<f64> {
    let width = terms.groups.len() + 1;
    let unexplained = |coalition: usize| {
        look();
        let chosen: Vec<usize> =
            (0..width - 1).filter(|&term| terms.groups[term] & !coalition == 0).collect();
        let (left, coefficients) = residual(moments, width, &chosen);
        left / (1.0 - coefficients / rows)
    };
    let nothing = unexplained(0);
    let worth = |coalition: usize| match coalition {
        0 => 0.0,
        _ if nothing > 0.0 => 1.0 - unexplained(coalition) / nothing,
        _ => f64::NAN,
    };
    (0..1 << players).map(worth).collect()
}

/// The sum of squares of the output that a regression on some terms leaves, and how many coefficients it
/// took: terms that follow from others are left out. By the Cholesky factor of the moments, whose last
/// row is that of the output.
fn residual(moments: &[f64], width: usize, chosen: &[usize]) -> (f64, f64) {
    let places: Vec<usize> = chosen.iter().copied().chain([width - 1]).collect();
    let mut rows: Vec<Vec<f64>> = Vec::with_capacity(places.len());
    let (mut used, mut left) = (0.0, 0.0);
    for (k, &i) in places.iter().enumerate() {
        let mut row = vec![0.0; k + 1];
        for (l, &j) in places[..k].iter().enumerate() {
            let before: f64 = (0..l).map(|m| row[m] * rows[l][m]).sum();
            let pivot = rows[l][l];
            row[l] = if pivot > 0.0 { (moments[i * width + j] - before) / pivot } else { 0.0 };
        }
        let own = moments[i * width + i];
        let rest = own - row[..k].iter().map(|x| x * x).sum::<f64>();
        if k + 1 == places.len() {
            left = rest.max(0.0);
        } else if rest > 1e-9 * own {
            row[k] = rest.sqrt();
            used += 1.0;
        }
        rows.push(row);
    }
    (left, used)
}
