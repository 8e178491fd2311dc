//! Sums that do not depend on how the work was shared out.

/// Numbers that are added up before sums are added to sums: fixed, so that a mean has the same
/// bits on any number of threads.
const CHUNK: usize = 1024;

/// The sum, in fixed chunks.
pub(crate) fn sum(values: impl ExactSizeIterator<Item = f64>) -> f64 {
    let (mut total, mut part) = (0.0, 0.0);
    for (k, value) in values.enumerate() {
        if k % CHUNK == 0 {
            total += part;
            part = 0.0;
        }
        part += value;
    }
    total + part
}

/// Mean of the finite values, weighted when weights are given; not-a-number when there are none.
pub(crate) fn mean(values: &[f64], weights: Option<&[f64]>) -> f64 {
    let finite = |value: f64| if value.is_finite() { value } else { 0.0 };
    let (total, weight) = match weights {
        None => (
            sum(values.iter().map(|v| finite(*v))),
            values.iter().filter(|v| v.is_finite()).count() as f64,
        ),
        Some(weights) => {
            let weight = |v: f64, w: f64| if v.is_finite() { w } else { 0.0 };
            let pairs = || values.iter().zip(weights);
            (sum(pairs().map(|(v, w)| finite(*v) * w)), sum(pairs().map(|(v, w)| weight(*v, *w))))
        }
    };
    if weight > 0.0 { total / weight } else { f64::NAN }
}

/// Mean and variance (divided by n - 1) of numbers that are all finite.
pub(crate) fn mean_and_variance(values: &[f64]) -> (f64, f64) {
    let n = values.len() as f64;
    let mean = sum(values.iter().copied()) / n;
    let squares = sum(values.iter().map(|v| (v - mean) * (v - mean)));
    (mean, if n > 1.0 { squares / (n - 1.0) } else { 0.0 })
}
