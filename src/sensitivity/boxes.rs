//! Boxes: ranges of a few inputs in which outcomes of interest gather.

use super::sample::Sample;
use crate::error::Error;
use crate::interrupt::{look, sort};
use crate::parallel;
use crate::sample::{Design, Dimension, Sampler, StreamId};

/// A range of one input; an end that is none has no bound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Restriction {
    /// Which input.
    pub input: usize,
    /// Values from here on are in the box.
    pub low: Option<f64>,
    /// Values up to here are in the box.
    pub high: Option<f64>,
}

impl Restriction {
    /// Is a value in the range?
    pub fn has(&self, value: f64) -> bool {
        self.low.is_none_or(|low| value >= low) && self.high.is_none_or(|high| value <= high)
    }
}

/// Ranges that hold together, and how well they describe the outcomes of interest.
#[derive(Debug, Clone, PartialEq)]
pub struct Region {
    /// The ranges; no input twice.
    pub restrictions: Vec<Restriction>,
    /// The share of the outcomes of interest that lie in the box.
    pub coverage: f64,
    /// The share of the rows in the box that are outcomes of interest.
    pub density: f64,
    /// The share of all rows that lie in the box.
    pub mass: f64,
}

impl Region {
    /// For each row whether it lies in the box.
    pub fn holds(&self, inputs: &[&[f64]]) -> Vec<bool> {
        let rows = inputs.first().map_or(0, |input| input.len());
        let inside = |row: usize| self.restrictions.iter().all(|r| r.has(inputs[r.input][row]));
        (0..rows).map(inside).collect()
    }

    /// The share of the outcomes of interest that lie in the box minus that of all others: Youden's index.
    pub fn quality(&self) -> f64 {
        let base = self.mass * self.density / self.coverage;
        let others = self.mass * (1.0 - self.density) / (1.0 - base);
        if self.coverage > 0.0 && base < 1.0 { self.coverage - others } else { 0.0 }
    }

    /// Of ranges, judged by rows.
    pub(super) fn of(restrictions: Vec<Restriction>, inputs: &[&[f64]], rows: &Rows<'_>) -> Self {
        let mut region = Self { restrictions, coverage: 0.0, density: 0.0, mass: 0.0 };
        let (mut mass, mut hits) = (0.0, 0.0);
        for (row, inside) in region.holds(inputs).into_iter().enumerate() {
            if inside {
                mass += rows.weights[row];
                hits += rows.weights[row] * rows.hits[row];
            }
        }
        region.coverage = if rows.interest > 0.0 { hits / rows.interest } else { 0.0 };
        region.density = if mass > 0.0 { hits / mass } else { 0.0 };
        region.mass = mass / rows.all;
        region
    }
}

/// Outcomes of interest (1, else 0) in rows with weights.
#[derive(Debug, Clone)]
pub(super) struct Rows<'a> {
    pub(super) hits: &'a [f64],
    pub(super) weights: Vec<f64>,
    /// The weight of all rows, and of those of interest.
    pub(super) all: f64,
    pub(super) interest: f64,
}

impl<'a> Rows<'a> {
    pub(super) fn new(hits: &'a [f64], weights: Vec<f64>) -> Self {
        let all = weights.iter().sum();
        let interest = hits.iter().zip(&weights).map(|(hit, weight)| hit * weight).sum();
        Self { hits, weights, all, interest }
    }

    /// The share of outcomes of interest.
    pub(super) fn base(&self) -> f64 {
        self.interest / self.all
    }
}

/// Checks inputs and outcomes of a search for boxes.
pub(super) fn check(inputs: &[&[f64]], sample: &Sample) -> Result<(), Error> {
    if inputs.is_empty() {
        return Err(Error::at("inputs", "there are none"));
    }
    for input in inputs {
        sample.check(input)?;
    }
    if let Some(odd) = sample.output.iter().find(|hit| **hit != 0.0 && **hit != 1.0) {
        let message = format!("{odd} is neither 0 nor 1; a box is found of what is so or not");
        return Err(Error::at("outputs", message));
    }
    // Weights add up to 1 to rounding, so a mean does not tell all from nearly all.
    let counted = || sample.output.iter().zip(&sample.weights).filter(|(_, weight)| **weight > 0.0);
    if !(counted().any(|(hit, _)| *hit < 0.5) && counted().any(|(hit, _)| *hit > 0.5)) {
        let message = "all rows are of interest, or none: there is nothing to tell apart";
        return Err(Error::at("outputs", message));
    }
    Ok(())
}

/// Orders in which outcomes are dealt out to the rows again.
const SHUFFLES: u32 = 99;

/// How likely chance alone finds something at least as good: the search is made again for outcomes
/// that are dealt out to the rows in 99 random orders, from a seed; `(1 + as good) / 100`.
pub(super) fn chance(
    sample: &Sample,
    seed: u64,
    found: f64,
    quality: impl Fn(&[f64]) -> f64 + Sync,
) -> Result<f64, Error> {
    let sampler = Sampler::new(Design::Random, seed, sample.len() as u64, 1)
        .map_err(|error| Error::at("seed", error.to_string()))?;
    let is_as_good = parallel::map(SHUFFLES as usize, |shuffle| {
        look();
        let stream = StreamId::of("sensitivity/outcomes");
        let mut keys = vec![0.0; sample.len()];
        sampler.fill(&Dimension { stream, ordinal: shuffle as u32, index: 0 }, 0, &mut keys);
        let mut places: Vec<usize> = (0..sample.len()).collect();
        sort(&mut places, |&a, &b| keys[a].total_cmp(&keys[b]));
        let dealt: Vec<f64> = places.iter().map(|&row| sample.output[row]).collect();
        quality(&dealt) >= found
    })?;
    let as_good = is_as_good.into_iter().filter(|is_as_good| *is_as_good).count() as u32;
    Ok(f64::from(1 + as_good) / f64::from(1 + SHUFFLES))
}
