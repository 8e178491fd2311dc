//! How far an input moves the whole distribution of the output: the index PAWN.

use super::sample::Sample;
use crate::error::Error;
use crate::interrupt::{look, sort};
use crate::parallel;
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
    distances(&[input], sample, slices, seed)?
        .pop()
        .ok_or_else(|| Error::at("inputs", "there are none"))
}

/// The index PAWN of several inputs, each as [`distance`] has it. Noise is a matter of the output and of how
/// many rows a slice has, so inputs whose slices have the same sizes share it, and all share the orders.
///
/// # Errors
/// As [`distance`].
///
/// ```
/// use tinbergen::sensitivity::{Sample, distance, distances};
/// let x: Vec<f64> = (0..1000).map(f64::from).collect();
/// let other: Vec<f64> = (0..1000).map(|k| f64::from(k * 613 % 1000)).collect();
/// let sample = Sample::new(&x, None)?;
/// let found = distances(&[&x, &other], &sample, 10, 1)?;
/// assert_eq!(found[1], distance(&other, &sample, 10, 1)?);
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn distances(
    inputs: &[&[f64]],
    sample: &Sample,
    slices: usize,
    seed: u64,
) -> Result<Vec<Distance>, Error> {
    inputs.iter().try_for_each(|input| sample.check(input))?;
    if slices < 2 {
        return Err(Error::at("slices", format!("{slices} of them; expected 2 at least")));
    }
    let by_output = sample.order(&sample.output);
    let each = parallel::map(inputs.len(), |k| {
        look();
        let (slice, sizes) = sliced(inputs[k], sample, slices);
        (sorted(distances_of(sample, &by_output, &slice, slices)), sizes)
    })?;
    let mut kinds: Vec<&[usize]> = each.iter().map(|(_, sizes)| sizes.as_slice()).collect();
    kinds.sort_unstable();
    kinds.dedup();
    let noise = noise(&kinds, sample, &by_output, seed)?;
    let told = |((mean, found), sizes): &((f64, Vec<f64>), Vec<usize>)| Distance {
        mean: *mean,
        median: f64::midpoint(found[(found.len() - 1) / 2], found[found.len() / 2]),
        most: found.last().copied().unwrap_or_default(),
        noise: kinds.binary_search(&sizes.as_slice()).map_or(f64::NAN, |kind| noise[kind]),
    };
    Ok(each.iter().map(told).collect())
}

/// The slice of each row, and how many rows each has, in the order of the input.
fn sliced(input: &[f64], sample: &Sample, slices: usize) -> (Vec<usize>, Vec<usize>) {
    let order = sample.order(input);
    let (mut slice, mut sizes) = (vec![0; sample.len()], vec![0; slices]);
    let (mut sum, mut at) = (0.0, 0);
    for (k, &row) in order.iter().enumerate() {
        slice[row] = at;
        sizes[at] += 1;
        sum += sample.weights[row];
        let parts = order.get(k + 1).is_some_and(|&next| input[next] != input[row]);
        if parts && at + 1 < slices && sum * slices as f64 >= (at + 1) as f64 - 1e-9 {
            at = ((sum * slices as f64 + 1e-9) as usize).clamp(at + 1, slices - 1);
        }
    }
    (slice, sizes)
}

/// The mean distance that chance alone passes in 5 % of cases, for slices of these sizes: in each of 99
/// orders the rows are dealt out to them.
fn noise(
    kinds: &[&[usize]],
    sample: &Sample,
    by_output: &[usize],
    seed: u64,
) -> Result<Vec<f64>, Error> {
    let sampler = Sampler::new(Design::Random, seed, sample.len() as u64, 1)
        .map_err(|error| Error::at("seed", error.to_string()))?;
    let dealt = parallel::map(SHUFFLES as usize, |shuffle| {
        look();
        let stream = StreamId::of("sensitivity/slices");
        let mut keys = vec![0.0; sample.len()];
        sampler.fill(&Dimension { stream, ordinal: shuffle as u32, index: 0 }, 0, &mut keys);
        let places = sample.order(&keys);
        let mut slice = vec![0; sample.len()];
        let mut mean = |sizes: &&[usize]| {
            let mut rows = places.iter();
            for (at, size) in sizes.iter().enumerate() {
                rows.by_ref().take(*size).for_each(|&row| slice[row] = at);
            }
            mean_of(&distances_of(sample, by_output, &slice, sizes.len()))
        };
        kinds.iter().map(&mut mean).collect::<Vec<f64>>()
    })?;
    let of_kind = |kind: usize| {
        let mut chance: Vec<f64> = dealt.iter().map(|means| means[kind]).collect();
        sort(&mut chance, f64::total_cmp);
        chance[NOISE]
    };
    Ok((0..kinds.len()).map(of_kind).collect())
}

/// The mean of distances, and these in their order.
fn sorted(mut found: Vec<f64>) -> (f64, Vec<f64>) {
    let mean = mean_of(&found);
    sort(&mut found, f64::total_cmp);
    (mean, found)
}

fn mean_of(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

/// The distance of each slice that has rows.
fn distances_of(sample: &Sample, by_output: &[usize], slice: &[usize], slices: usize) -> Vec<f64> {
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
