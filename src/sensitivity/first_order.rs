//! First-order Sobol' indices from one sample.

use super::sample::Sample;
use crate::error::Error;
use crate::interrupt::look;
use crate::math::pow;
use crate::summary::Estimate;

/// Fewer rows than this make no class of their own.
const SMALLEST: usize = 6;

/// The share of the variance of the output that goes, on average, when an input becomes known:
/// `Var(E[Y | X]) / Var(Y)`, the first-order Sobol' index, from one sample and whatever its inputs are
/// (of inputs that go together it counts what each says of the others too).
///
/// Rows are put into classes of equal weight by the input, `2 n^(2/5)` of them with `n` the effective
/// number of rows, or one for each value where there are fewer. In each the output is regressed on
/// the input, and `S = 1 - R / V` with `R = sum w e^2 / (1 - h)`: residuals `e`, leverages `h`. The division
/// takes out the bias that the conditional mean is itself estimated (exactly, where the variance within
/// a class is the same), so the estimate may be below 0 where there is nothing. Its error is that
/// of the ratio, linearised, over independent rows, pairs or replicates, and of the fit itself:
/// `2 p (1 - S)^2 / n^2` for `p` coefficients. E. Plischke (2012), How to compute variance-based
/// sensitivity indicators with your spreadsheet software, Environmental Modelling & Software 35; J.
/// MacKinnon and H. White (1985), Some heteroskedasticity-consistent covariance matrix estimators
/// with improved finite sample properties, Journal of Econometrics 29 (`HC2`).
///
/// # Errors
/// An input of another length, or that is not finite.
///
/// ```
/// use tinbergen::sensitivity::{Sample, first_order};
/// let x: Vec<f64> = (0..1000).map(|k| f64::from(k * 377 % 1000)).collect();
/// let other: Vec<f64> = (0..1000).map(|k| f64::from(k * 613 % 1000)).collect();
/// let output: Vec<f64> = x.iter().zip(&other).map(|(a, b)| 2.0 * a + b).collect();
/// let share = first_order(&x, &Sample::new(&output, None)?)?;
/// assert!((share.value - 0.8).abs() < 0.05 && share.error < 0.02);
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn first_order(input: &[f64], sample: &Sample) -> Result<Estimate, Error> {
    sample.check(input)?;
    let nothing = Estimate { value: f64::NAN, error: f64::NAN, freedom: 0.0 };
    if !sample.varies() {
        return Ok(nothing);
    }
    let order = sample.order(input);
    let rows = sample.effective_rows();
    let classes = classes(input, sample, &order, (2.0 * pow(rows, 0.4)).round().max(2.0));
    let mut residual = vec![0.0; sample.len()];
    let mut coefficients = 0.0;
    for class in &classes {
        look();
        coefficients += regress(input, sample, class, &mut residual);
    }
    let (mean, variance) = (sample.mean(), sample.variance());
    let left: f64 = residual.iter().zip(&sample.weights).map(|(r, w)| r * w).sum();
    let share = 1.0 - left / variance;
    let influence = |(y, r): (&f64, &f64)| {
        ((1.0 - share) * ((y - mean) * (y - mean) - variance) - (r - left)) / variance
    };
    let influence: Vec<f64> = sample.output.iter().zip(&residual).map(influence).collect();
    let found = sample.estimate(share, &influence);
    let of_fit = 2.0 * coefficients * (1.0 - share) * (1.0 - share) / (rows * rows);
    Ok(Estimate { error: (found.error * found.error + of_fit).sqrt(), ..found })
}

/// The rows in classes: of the same value where there are few values, else of equal weight, never
/// parting equal values.
fn classes<'a>(
    input: &[f64],
    sample: &Sample,
    order: &'a [usize],
    wanted: f64,
) -> Vec<&'a [usize]> {
    let changes = order.windows(2).filter(|pair| input[pair[0]] != input[pair[1]]).count();
    let by_value = (changes + 1) as f64 <= wanted;
    let mut classes: Vec<&[usize]> = Vec::new();
    let (mut first, mut weight) = (0, 0.0);
    for (k, &row) in order.iter().enumerate() {
        weight += sample.weights[row];
        let Some(&next) = order.get(k + 1) else { break };
        let is_full = by_value || weight * wanted >= (classes.len() + 1) as f64;
        if is_full && input[row] != input[next] && k + 1 - first >= SMALLEST {
            classes.push(&order[first..=k]);
            first = k + 1;
        }
    }
    match classes.pop() {
        // The last one may be small: it goes with the one before.
        Some(last) if order.len() - first < SMALLEST => {
            classes.push(&order[first - last.len()..]);
        }
        last => {
            classes.extend(last);
            classes.push(&order[first..]);
        }
    }
    classes
}

/// Regresses the output on the input in a class: squared residuals over `1 - leverage`. Gives how
/// many coefficients that took.
fn regress(input: &[f64], sample: &Sample, class: &[usize], residual: &mut [f64]) -> f64 {
    let sum = |of: &dyn Fn(usize) -> f64| -> f64 {
        class.iter().map(|&row| sample.weights[row] * of(row)).sum()
    };
    let weight = sum(&|_| 1.0);
    let (x, y) = (sum(&|row| input[row]) / weight, sum(&|row| sample.output[row]) / weight);
    let spread = sum(&|row| (input[row] - x) * (input[row] - x));
    let scale = sum(&|row| input[row] * input[row]);
    let has_slope = spread > 1e-20 * scale;
    let together = sum(&|row| (input[row] - x) * (sample.output[row] - y));
    let slope = if has_slope { together / spread } else { 0.0 };
    for &row in class {
        let from = input[row] - x;
        let error = sample.output[row] - y - slope * from;
        let of_slope = if has_slope { from * from / spread } else { 0.0 };
        let leverage = sample.weights[row] * (1.0 / weight + of_slope);
        residual[row] = error * error / (1.0 - leverage).max(1e-3);
    }
    if has_slope { 2.0 } else { 1.0 }
}
