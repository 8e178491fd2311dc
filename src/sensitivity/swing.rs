//! What an input does that moves from its 10th to its 90th percentile, from one sample.

use super::sample::Sample;
use crate::error::Error;
use crate::summary::{Estimate, NORMAL, weighted_quantiles};

/// The ends of a swing.
const LEVELS: [f64; 2] = [0.1, 0.9];
/// Half the width of a window, as a share of the rows.
const HALF: f64 = 0.1;
/// A value that has this share of the weight is an end of its own.
const ATOM: f64 = 0.02;

/// The two ends of an input, and the rows that speak for each.
#[derive(Debug, Clone)]
pub struct Swing {
    /// The values that are compared: the 10th and the 90th percentile. Where these are the same, that
    /// value and the mean of all others.
    pub values: [f64; 2],
    /// Is only one value compared with all others?
    pub is_split: bool,
    /// Of each end, the weight of each row in a mean at that value: a local linear regression.
    linear: [Vec<f64>; 2],
    /// Of each end, the weight of each row in the slope there, and how far the row is from the end;
    /// nothing where there is no slope.
    slope: [Vec<(f64, f64)>; 2],
    /// Of each end, the weight of each row in a distribution there.
    window: [Vec<f64>; 2],
}

/// The weights of rows at an end: in a mean, in its slope, in a distribution.
type End = (Vec<f64>, Vec<(f64, f64)>, Vec<f64>);

/// What something is at the two ends, with what lies between.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Moved {
    /// At the low end.
    pub low: Estimate,
    /// At the high end.
    pub high: Estimate,
    /// The one at the high end minus the one at the low end.
    pub change: Estimate,
}

impl Swing {
    /// Of an input; none where it does not vary.
    ///
    /// At each end the rows within a tenth of it by rank count, less the further away they are (a
    /// triangular kernel in ranks). Means come from a local linear regression on the input in that
    /// window, which has no bias where the output is linear there (J. Fan and I. Gijbels 1996, Local
    /// polynomial modelling and its applications); quantiles from the rows of the window by those
    /// weights. Where a value at an end has 2 % of the weight or more, as of a discrete input, the rows
    /// of that value count alone. With independent inputs that is what a run gives in which the
    /// input is this number and everything else is drawn; inputs that go with it move along.
    ///
    /// # Errors
    /// An input of another length, or that is not finite.
    ///
    /// ```
    /// use tinbergen::sensitivity::{Sample, Swing};
    /// let x: Vec<f64> = (0..=1000).map(f64::from).collect();
    /// let output: Vec<f64> = x.iter().map(|x| 3.0 * x).collect();
    /// let sample = Sample::new(&output, None)?;
    /// let swing = Swing::new(&x, &sample)?.expect("it varies");
    /// assert_eq!(swing.values, [100.0, 900.0]);
    /// assert!((swing.means(&sample).change.value - 2400.0).abs() < 1e-6);
    /// # Ok::<(), tinbergen::Error>(())
    /// ```
    pub fn new(input: &[f64], sample: &Sample) -> Result<Option<Self>, Error> {
        sample.check(input)?;
        let order = sample.order(input);
        let (Some(&first), Some(&last)) = (order.first(), order.last()) else { return Ok(None) };
        if input[last] - input[first] <= 1e-12 * input[first].abs().max(input[last].abs()) {
            return Ok(None);
        }
        let mut values = [0.0; 2];
        values.copy_from_slice(&weighted_quantiles(input, &sample.weights, &LEVELS));
        let at = |value: f64| -> Vec<usize> {
            order.iter().copied().filter(|&row| input[row] == value).collect()
        };
        let of = |rows: &[usize]| -> f64 { rows.iter().map(|&row| sample.weights[row]).sum() };
        let alone = |rows: &[usize]| {
            let (mut weights, sum) = (vec![0.0; input.len()], of(rows));
            rows.iter().for_each(|&row| weights[row] = sample.weights[row] / sum);
            weights
        };
        if values[0] == values[1] {
            let here = at(values[0]);
            let rest: Vec<usize> =
                order.iter().copied().filter(|&row| input[row] != values[0]).collect();
            let (here, rest) = (alone(&here), alone(&rest));
            let mean: f64 =
                rest.iter().zip(input).filter(|(w, _)| **w > 0.0).map(|(w, x)| w * x).sum();
            // The lower one first.
            let (values, sides) = if mean < values[0] {
                ([mean, values[0]], [rest, here])
            } else {
                ([values[0], mean], [here, rest])
            };
            let slope = [Vec::new(), Vec::new()];
            return Ok(Some(Self {
                values,
                is_split: true,
                linear: sides.clone(),
                slope,
                window: sides,
            }));
        }
        let ends = [0, 1].map(|end| {
            let rows = at(values[end]);
            if of(&rows) >= ATOM {
                let alone = alone(&rows);
                return (alone.clone(), Vec::new(), alone);
            }
            local(input, sample, &order, (LEVELS[end], values[end]))
        });
        let [(low, rising, below), (high, falling, above)] = ends;
        let (linear, slope, window) = ([low, high], [rising, falling], [below, above]);
        Ok(Some(Self { values, is_split: false, linear, slope, window }))
    }

    /// The mean of the output at the two ends.
    pub fn means(&self, sample: &Sample) -> Moved {
        let side = |end: usize| -> (f64, Vec<f64>) {
            let weights = &self.linear[end];
            let mean: f64 = weights.iter().zip(&sample.output).map(|(w, y)| w * y).sum();
            let slopes = &self.slope[end];
            let slope: f64 = slopes.iter().zip(&sample.output).map(|((b, _), y)| b * y).sum();
            let influence = |row: usize| {
                let from = slopes.get(row).map_or(0.0, |(_, from)| *from);
                let residual = sample.output[row] - mean - slope * from;
                let weight = sample.weights[row];
                if weight > 0.0 { weights[row] / weight * residual } else { 0.0 }
            };
            (mean, (0..sample.len()).map(influence).collect())
        };
        let ((low, of_low), (high, of_high)) = (side(0), side(1));
        let between: Vec<f64> = of_high.iter().zip(&of_low).map(|(a, b)| a - b).collect();
        Moved {
            low: sample.estimate(low, &of_low),
            high: sample.estimate(high, &of_high),
            change: sample.estimate(high - low, &between),
        }
    }

    /// The median of the output at the two ends. Its error is half the distance of the quantiles that
    /// are a standard error of the share below away from it, in the window (R. Woodruff 1952,
    /// Confidence intervals for medians and other position measures).
    pub fn medians(&self, sample: &Sample) -> Moved {
        let side = |end: usize| {
            let weights = &self.window[end];
            let rows = 1.0 / weights.iter().map(|w| w * w).sum::<f64>();
            let part = (0.25 / rows).sqrt() * NORMAL;
            let levels = [0.5 - part, 0.5, 0.5 + part].map(|level| level.clamp(0.0, 1.0));
            let found = weighted_quantiles(&sample.output, weights, &levels);
            let error = (found[2] - found[0]) / (2.0 * NORMAL);
            Estimate { value: found[1], error, freedom: rows - 1.0 }
        };
        let (low, high) = (side(0), side(1));
        let error = (low.error * low.error + high.error * high.error).sqrt();
        let freedom = low.freedom.min(high.freedom);
        Moved { low, high, change: Estimate { value: high.value - low.value, error, freedom } }
    }
}

/// The weights of rows in a local linear regression at a value.
fn local(input: &[f64], sample: &Sample, order: &[usize], (level, value): (f64, f64)) -> End {
    let mut window = vec![0.0; input.len()];
    let mut before = 0.0;
    for &row in order {
        let rank = before + sample.weights[row] / 2.0;
        before += sample.weights[row];
        window[row] = sample.weights[row] * (1.0 - (rank - level).abs() / HALF).max(0.0);
    }
    let sum = |of: &dyn Fn(f64) -> f64| -> f64 {
        order.iter().map(|&row| window[row] * of(input[row] - value)).sum()
    };
    let (all, first, second) = (sum(&|_| 1.0), sum(&|x| x), sum(&|x| x * x));
    let determinant = all * second - first * first;
    let is_sloped = determinant > 1e-12 * all * second;
    let (mut means, mut slopes) = (vec![0.0; input.len()], Vec::new());
    if is_sloped {
        slopes = vec![(0.0, 0.0); input.len()];
    }
    for &row in order {
        let from = input[row] - value;
        if is_sloped {
            means[row] = window[row] * (second - first * from) / determinant;
            slopes[row] = (window[row] * (all * from - first) / determinant, from);
        } else {
            means[row] = window[row] / all;
        }
    }
    window.iter_mut().for_each(|weight| *weight /= all);
    (means, slopes, window)
}
