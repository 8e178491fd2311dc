//! How far an input moves the whole distribution of the output: the index PAWN.

use super::sample::Sample;
use crate::error::Error;
use crate::interrupt::{look, sort};
use crate::sample::{Design, Dimension, Sampler, StreamId};

/// Orders that are tried for the distances of chance.
const SHUFFLES: u32 = 99;

/// The place of the distance that another order passes in 5 of 100 cases.
const NOISE: usize = 94;

/// Kolmogorov-Smirnov distances between the output where the input lies in a slice, and the output.
#[derive(Debug, Clone, PartialEq)]
pub struct Distance {
    /// The mean over slices.
    pub mean: f64,
    /// The median over slices.
    pub median: f64,
    /// The largest of them.
    pub most: f64,
    /// The mean that chance alone passes in 5 % of cases.
    pub noise: f64,
}

/// The index PAWN: how far the distribution of the output moves when the input is known to lie in a
/// slice, for slices of equal weight (fewer where values are equal). It looks at no moments, so it
/// sees what moves the tails alone, and is no less for outputs without variance. Distances are
/// positive also where there is nothing to see: `noise` is the 95th of 99 of them, for orders in which
/// rows are put into slices of these sizes at random, from a seed.
///
/// F. Pianosi and T. Wagener (2018), Distribution-based sensitivity analysis from a generic
/// input-output sample, Environmental Modelling & Software 108.
///
/// # Errors
/// An input of another length, or that is not finite; less than 2 slices.
///
/// ```
/// use tinbergen::sensitivity::{Sample, distance};
/// let x: Vec<f64> = (0..1000).map(f64::from).collect();
/// let found = distance(&x, &Sample::new(&x, None)?, 10, 1)?;
/// assert!((found.most - 0.9).abs() < 1e-9 && found.mean > 5.0 * found.noise);
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn distance(
    input: &[f64],
    sample: &Sample,
    slices: usize,
    seed: u64,
) -> Result<Distance, Error> {
    sample.check(input)?;
    if slices < 2 {
        return Err(Error::at("slices", format!("{slices} of them; expected 2 at least")));
    }
    let order = sample.order(input);
    let mut slice = vec![0; sample.len()];
    let (mut sum, mut at) = (0.0, 0);
    for (k, &row) in order.iter().enumerate() {
        slice[row] = at;
        sum += sample.weights[row];
        let parts = order.get(k + 1).is_some_and(|&next| input[next] != input[row]);
        if parts && at + 1 < slices && sum * slices as f64 >= (at + 1) as f64 - 1e-9 {
            at = ((sum * slices as f64 + 1e-9) as usize).clamp(at + 1, slices - 1);
        }
    }
    let by_output = sample.order(&sample.output);
    let mut found = distances(sample, &by_output, &slice, slices);
    let mean = mean_of(&found);
    sort(&mut found, f64::total_cmp);
    let median = f64::midpoint(found[(found.len() - 1) / 2], found[found.len() / 2]);
    let most = found.last().copied().unwrap_or_default();
    let mut chance = Vec::with_capacity(SHUFFLES as usize);
    let mut keys = vec![0.0; sample.len()];
    let sampler = Sampler::new(Design::Random, seed, sample.len() as u64, 1)
        .map_err(|error| Error::at("seed", error.to_string()))?;
    for shuffle in 0..SHUFFLES {
        look();
        let stream = StreamId::of("sensitivity/slices");
        sampler.fill(&Dimension { stream, ordinal: shuffle, index: 0 }, 0, &mut keys);
        let places = sample.order(&keys);
        let mut shuffled = vec![0; sample.len()];
        places.iter().zip(&order).for_each(|(&row, &from)| shuffled[row] = slice[from]);
        chance.push(mean_of(&distances(sample, &by_output, &shuffled, slices)));
    }
    sort(&mut chance, f64::total_cmp);
    Ok(Distance { mean, median, most, noise: chance[NOISE] })
}

fn mean_of(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// The distance of each slice that has rows.
fn distances(sample: &Sample, by_output: &[usize], slice: &[usize], slices: usize) -> Vec<f64> {
    let mut total = vec![0.0; slices];
    by_output.iter().for_each(|&row| total[slice[row]] += sample.weights[row]);
    let (mut below, mut most) = (vec![0.0; slices], vec![0.0f64; slices]);
    let mut all = 0.0;
    let mut start = 0;
    while start < by_output.len() {
        let value = sample.output[by_output[start]];
        let tied = by_output[start..].iter().take_while(|&&row| sample.output[row] == value);
        let end = start + tied.count();
        // A slice is furthest from the whole just before its own rows, or at them.
        let rows = &by_output[start..end];
        for &row in rows {
            let k = slice[row];
            most[k] = most[k].max((below[k] / total[k] - all).abs());
        }
        for &row in rows {
            below[slice[row]] += sample.weights[row];
        }
        all += rows.iter().map(|&row| sample.weights[row]).sum::<f64>();
        for &row in rows {
            let k = slice[row];
            most[k] = most[k].max((below[k] / total[k] - all).abs());
        }
        start = end;
    }
    (0..slices).filter(|&k| total[k] > 0.0).map(|k| most[k]).collect()
}
