//! Outputs of a sample: numbers, their weights, and how rows depend on each other.

use crate::ensemble::{Dependence, Ensemble, effective};
use crate::error::Error;
use crate::interrupt::sort;
use crate::summary::{Estimate, estimate};

/// The fewest rows, counted by weight, that anything is said of.
const FEWEST: f64 = 30.0;

/// An output in every row of a sample, with weights.
#[derive(Debug, Clone)]
pub struct Sample {
    pub(super) output: Vec<f64>,
    /// Adding up to 1; 0 where there is no output.
    pub(super) weights: Vec<f64>,
    dependence: Dependence,
    strata: usize,
    /// Is a row a path of a run?
    of_paths: bool,
}

impl Sample {
    /// Of independent rows, which weigh the same unless weights are given.
    ///
    /// # Errors
    /// An output that is not finite; weights that are no weights or not as many; too few rows.
    ///
    /// ```
    /// use tinbergen::sensitivity::Sample;
    /// assert!(Sample::new(&[1.0, f64::NAN], None).is_err());
    /// let rows: Vec<f64> = (0..100).map(f64::from).collect();
    /// assert_eq!(Sample::new(&rows, None)?.variance(), 841.6666666666666);
    /// # Ok::<(), tinbergen::Error>(())
    /// ```
    pub fn new(output: &[f64], weights: Option<&[f64]>) -> Result<Self, Error> {
        if let Some(k) = output.iter().position(|value| !value.is_finite()) {
            let message = format!("row {k} is {}, not a finite number; leave it out", output[k]);
            return Err(Error::at("outputs", message));
        }
        let weighted = weights.is_some();
        let weights = weights.map_or_else(|| vec![1.0; output.len()], <[f64]>::to_vec);
        if weights.len() != output.len() {
            let message = format!("{} of them for {} rows", weights.len(), output.len());
            return Err(Error::at("weights", message));
        }
        if let Some(odd) = weights.iter().find(|weight| !(weight.is_finite() && **weight >= 0.0)) {
            let message = format!("{odd} is no weight; expected a number from 0 up");
            return Err(Error::at("weights", message));
        }
        Self::of(output.to_vec(), weights, Dependence::Independent, 1).map_err(|rows| {
            let counted = if weighted { ", counted by weight," } else { "" };
            let message = format!("{rows:.0} rows{counted} are too few; give {FEWEST} or more");
            Error::at("outputs", message)
        })
    }

    /// Of the paths of an ensemble. A path without a finite output counts for nothing.
    ///
    /// # Errors
    /// Too few paths.
    pub(crate) fn in_paths(ensemble: &Ensemble, output: &[f64]) -> Result<Self, Error> {
        let weight = |k: usize| ensemble.weights().map_or(1.0, |weights| weights[k]);
        let weights = output.iter().enumerate();
        let weights = weights.map(|(k, value)| if value.is_finite() { weight(k) } else { 0.0 });
        let weights = weights.collect();
        let finite = output.iter().map(|value| if value.is_finite() { *value } else { 0.0 });
        let (dependence, strata) = (ensemble.dependence(), ensemble.strata().len());
        let sample = Self::of(finite.collect(), weights, dependence, strata);
        sample.map(|sample| Self { of_paths: true, ..sample }).map_err(|worth| {
            let paths = output.len();
            let message = if worth.round() == paths as f64 {
                format!("{paths} are too few to say what matters; simulate {FEWEST} or more")
            } else {
                format!(
                    "{paths} of them count as {worth:.0} here, by their weights and without those that have no \
                     number; {FEWEST} are needed: simulate more paths"
                )
            };
            Error::at("paths", message)
        })
    }

    /// Too few rows are an error: how many they count as.
    fn of(
        output: Vec<f64>,
        mut weights: Vec<f64>,
        dependence: Dependence,
        strata: usize,
    ) -> Result<Self, f64> {
        let sum: f64 = weights.iter().sum();
        weights.iter_mut().for_each(|weight| *weight /= sum);
        let rows = if sum > 0.0 { effective(&weights) } else { 0.0 };
        if !(rows >= FEWEST) {
            return Err(rows);
        }
        Ok(Self { output, weights, dependence, strata, of_paths: false })
    }

    /// Where it is said that there are too few rows, and what they are called there.
    pub(super) fn called(&self) -> (&'static str, &'static str) {
        if self.of_paths { ("paths", "paths") } else { ("outputs", "rows") }
    }

    /// How many rows there are.
    pub fn len(&self) -> usize {
        self.output.len()
    }

    /// Are there none? Never: that is an error.
    pub fn is_empty(&self) -> bool {
        self.output.is_empty()
    }

    /// How many rows of equal weight say as much.
    pub fn effective_rows(&self) -> f64 {
        effective(&self.weights)
    }

    /// The mean of the output.
    pub fn mean(&self) -> f64 {
        self.output.iter().zip(&self.weights).map(|(y, w)| y * w).sum()
    }

    /// The variance of the output, without bias: over `1 - sum w^2`.
    pub fn variance(&self) -> f64 {
        let mean = self.mean();
        let sum: f64 =
            self.output.iter().zip(&self.weights).map(|(y, w)| w * (y - mean) * (y - mean)).sum();
        sum / (1.0 - 1.0 / self.effective_rows())
    }

    /// Does the output vary by more than rounding?
    pub(super) fn varies(&self) -> bool {
        let scale = self.output.iter().fold(0.0f64, |most, y| most.max(y.abs()));
        self.variance() > 1e-24 * scale * scale
    }

    /// Checks the numbers of an input.
    pub(super) fn check(&self, input: &[f64]) -> Result<(), Error> {
        if input.len() != self.len() {
            let message = format!("{} rows beside {} outputs", input.len(), self.len());
            return Err(Error::at("inputs", message));
        }
        let odd = (0..input.len()).find(|&k| self.weights[k] > 0.0 && !input[k].is_finite());
        match odd {
            None => Ok(()),
            Some(k) => {
                let message = format!("row {k} is {}, not a finite number", input[k]);
                Err(Error::at("inputs", message))
            }
        }
    }

    /// The rows that have a weight, in the order of an input.
    pub(super) fn order(&self, input: &[f64]) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.len()).filter(|&k| self.weights[k] > 0.0).collect();
        sort(&mut order, |&a, &b| input[a].total_cmp(&input[b]).then(a.cmp(&b)));
        order
    }

    /// An estimate whose error is that of the weighted mean of its influence in each row.
    pub(super) fn estimate(&self, value: f64, influence: &[f64]) -> Estimate {
        let draws = self.len() / self.strata;
        let draw = |i: usize| -> f64 {
            let places = (0..self.strata).map(|stratum| stratum * draws + i);
            places.map(|k| draws as f64 * self.weights[k] * influence[k]).sum()
        };
        let all: Vec<f64> = (0..draws).map(draw).collect();
        Estimate { value, ..estimate(&all, self.dependence) }
    }

    /// To which of some groups of independent draws each row belongs.
    pub(super) fn groups(&self, most: usize) -> (usize, Vec<usize>) {
        let draws = self.len() / self.strata;
        let (groups, of): (usize, Box<dyn Fn(usize) -> usize>) = match self.dependence {
            Dependence::Independent => (most, Box::new(move |i| i % most)),
            Dependence::Pairs => (most, Box::new(move |i| i / 2 % most)),
            Dependence::Replicates(replicates) => {
                (replicates as usize, Box::new(move |i| i % replicates as usize))
            }
        };
        (groups, (0..self.len()).map(|k| of(k % draws)).collect())
    }
}
