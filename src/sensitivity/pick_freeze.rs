//! First-order and total Sobol' indices from designs of their own.

use crate::ensemble::Dependence;
use crate::error::Error;
use crate::interrupt::look;
use crate::sample::{Design, Dimension, Sampler, StreamId};
use crate::summary::{Estimate, estimate, mean_and_variance};

/// How much of the variance an input accounts for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Indices {
    /// The share that goes when only this input becomes known.
    pub first: Estimate,
    /// The share that stays when all inputs but this become known; more than the first where inputs work
    /// together.
    pub total: Estimate,
}

/// The points of a pick-freeze design in the unit cube, row after row: two independent samples A and B of
/// so many rows, and then for each input the sample A in which this input is that of B: `(inputs +
/// 2) rows` rows of `inputs` numbers. The points are scrambled Sobol' points in `2 inputs` dimensions.
///
/// A. Saltelli et al. (2010), Variance based sensitivity analysis of model output, Computer Physics
/// Communications 181.
///
/// # Errors
/// No input, no row, more inputs than there are dimensions for.
///
/// ```
/// let points = tinbergen::sensitivity::pick_freeze_design(3, 100, 1)?;
/// assert_eq!(points.len(), (3 + 2) * 100 * 3);
/// assert_eq!(points[2 * 300], points[300]); // of the third sample the first input is that of B
/// assert_eq!(points[2 * 300 + 1], points[1]);
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn pick_freeze_design(inputs: usize, rows: usize, seed: u64) -> Result<Vec<f64>, Error> {
    if inputs == 0 || rows == 0 {
        let message = format!("{inputs} inputs and {rows} rows; expected 1 of each at least");
        return Err(Error::at("design", message));
    }
    let sampler = Sampler::new(Design::Sobol, seed, rows as u64, 2 * inputs as u32)
        .map_err(|error| Error::at("design", error.to_string()))?;
    let column = |k: usize| {
        let stream = StreamId::of("sensitivity/points");
        let mut column = vec![0.0; rows];
        let dimension = Dimension { stream, ordinal: k as u32, index: k as u32 };
        sampler.fill(&dimension, 0, &mut column);
        column
    };
    let columns: Vec<Vec<f64>> = (0..2 * inputs).map(column).collect();
    let mut points = Vec::with_capacity((inputs + 2) * rows * inputs);
    let mut add = |of: &dyn Fn(usize) -> usize| {
        for row in 0..rows {
            points.extend((0..inputs).map(|input| columns[of(input)][row] + 0.5));
        }
    };
    add(&|input| input);
    add(&|input| inputs + input);
    for frozen in 0..inputs {
        look();
        add(&|input| if input == frozen { inputs + input } else { input });
    }
    Ok(points)
}

/// The Sobol' indices of an input, from the outputs `a` and `b` of two independent samples, and `c` of the
/// first one in which this input is that of the second.
///
/// The first-order index is `mean(b (c - a)) / V` with outputs about their mean, the total one `mean((a -
/// c)^2) / (2 V)` (Saltelli et al. 2010; M. Jansen 1999, Analysis of variance designs for model
/// output, Computer Physics Communications 117). Errors are those of the ratios, linearised. A row
/// without a finite number in all three counts for nothing.
///
/// # Errors
/// Outputs of different lengths.
///
/// ```
/// use tinbergen::sensitivity::{pick_freeze, pick_freeze_design};
/// let (n, points) = (1024, pick_freeze_design(2, 1024, 1)?);
/// let output: Vec<f64> = points.chunks(2).map(|x| 2.0 * x[0] + x[1]).collect();
/// let part = |k: usize| &output[k * n..(k + 1) * n];
/// let found = pick_freeze(part(0), part(1), part(2))?;
/// assert!((found.first.value - 0.8).abs() < 0.02 && (found.total.value - 0.8).abs() < 0.02);
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn pick_freeze(a: &[f64], b: &[f64], c: &[f64]) -> Result<Indices, Error> {
    if a.len() != b.len() || a.len() != c.len() {
        let message = format!("{}, {} and {} of them in three samples", a.len(), b.len(), c.len());
        return Err(Error::at("outputs", message));
    }
    let finite = a.iter().zip(b).zip(c).filter(|((a, b), c)| (*a + *b + *c).is_finite());
    let rows: Vec<(f64, f64, f64)> = finite.map(|((a, b), c)| (*a, *b, *c)).collect();
    let pooled: Vec<f64> = rows.iter().flat_map(|(a, b, _)| [*a, *b]).collect();
    let (mean, variance) = mean_and_variance(&pooled);
    let square = |y: f64| (y - mean) * (y - mean);
    let ratio = |of: &dyn Fn(f64, f64, f64) -> f64| {
        let value =
            mean_and_variance(&rows.iter().map(|(a, b, c)| of(*a, *b, *c)).collect::<Vec<_>>()).0
                / variance;
        let influence = |(a, b, c): &(f64, f64, f64)| {
            (of(*a, *b, *c) - value * f64::midpoint(square(*a), square(*b))) / variance
        };
        let influence: Vec<f64> = rows.iter().map(influence).collect();
        Estimate { value, ..estimate(&influence, Dependence::Independent) }
    };
    Ok(Indices {
        first: ratio(&|a, b, c| (b - mean) * (c - a)),
        total: ratio(&|a, _, c| (a - c) * (a - c) / 2.0),
    })
}
