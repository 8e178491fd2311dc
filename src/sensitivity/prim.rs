//! The patient rule induction method: peel a little off until outcomes of interest are dense.

use super::boxes::{Region, Restriction, Rows, chance, check};
use super::sample::Sample;
use crate::error::Error;
use crate::interrupt::{look, sort};

/// How patient a search is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Patience {
    /// The share of the box that a peel takes off, where values are not equal.
    pub peel: f64,
    /// The least share of all rows that a box keeps.
    pub least: f64,
}

impl Default for Patience {
    /// A peel of 5 %, down to 5 % of all rows.
    fn default() -> Self {
        Self { peel: 0.05, least: 0.05 }
    }
}

/// What peeling found.
#[derive(Debug, Clone, PartialEq)]
pub struct Peeling {
    /// The boxes from the whole to the densest, each with a little less than the one before.
    pub trajectory: Vec<Region>,
    /// Of these the one that tells outcomes of interest from all others best ([`Region::quality`]), without
    /// ranges that make it no better.
    pub region: Region,
    /// How likely outcomes that have nothing to do with the inputs give a box as good.
    pub chance: f64,
}

/// A box in which outcomes of interest (1, all others 0) are dense, by the patient rule induction
/// method: from the whole, the end of an input is peeled off whose loss raises the density most for each
/// row that is lost, again and again; equal values stay together. The chance of a box as good where there is nothing
/// comes from searches in which the outcomes are dealt out to the rows at random.
///
/// J. Friedman and N. Fisher (1999), Bump hunting in high-dimensional data, Statistics and Computing 9;
/// B. Bryant and R. Lempert (2010), Thinking inside the box, Technological Forecasting & Social
/// Change 77; J. Kwakkel and S. Cunningham (2016), Improving scenario discovery by bagging random boxes
/// (the objective per row).
///
/// # Errors
/// Outputs other than 0 and 1, or all the same; shares that are none.
///
/// ```
/// use tinbergen::sensitivity::{Patience, Sample, prim};
/// let a: Vec<f64> = (0..1000).map(|k| f64::from(k * 377 % 1000)).collect();
/// let b: Vec<f64> = (0..1000).map(|k| f64::from(k * 613 % 1000)).collect();
/// let missed: Vec<f64> =
///     a.iter().zip(&b).map(|(a, b)| f64::from(u8::from(*a < 300.0 && *b >= 500.0))).collect();
/// let found = prim(&[&a, &b], &Sample::new(&missed, None)?, Patience::default(), 1)?;
/// assert!(found.region.coverage > 0.85 && found.region.density > 0.85 && found.chance == 0.01);
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn prim(
    inputs: &[&[f64]],
    sample: &Sample,
    patience: Patience,
    seed: u64,
) -> Result<Peeling, Error> {
    check(inputs, sample)?;
    for (name, share) in [("peel", patience.peel), ("least", patience.least)] {
        if !(share > 0.0 && share < 1.0) {
            return Err(Error::at(name, format!("{share} is no share between 0 and 1")));
        }
    }
    let orders: Vec<Vec<usize>> = inputs.iter().map(|input| sample.order(input)).collect();
    let peel = |hits: &[f64]| {
        let rows = Rows::new(hits, sample.weights.clone());
        let trajectory = peeled(inputs, &orders, &rows, patience);
        let best = trajectory.iter().max_by(|a, b| a.quality().total_cmp(&b.quality()));
        let best = best.cloned();
        (trajectory, best)
    };
    let rows = Rows::new(&sample.output, sample.weights.clone());
    let (trajectory, best) = peel(&sample.output);
    let whole = || Region::of(Vec::new(), inputs, &rows);
    let best = best.unwrap_or_else(whole);
    let found = best.quality();
    let region = simpler(best, inputs, &rows);
    let chance =
        chance(sample, seed, found, |hits| peel(hits).1.map_or(0.0, |region| region.quality()))?;
    Ok(Peeling { trajectory, region, chance })
}

/// The rows that lie in the box, and the ends of each input.
struct Peeler<'a> {
    inputs: &'a [&'a [f64]],
    orders: &'a [Vec<usize>],
    inside: Vec<bool>,
    /// Of each input the places in its order between which rows of the box lie.
    ends: Vec<(usize, usize)>,
    mass: f64,
    hits: f64,
}

/// Rows at an end of an input.
struct Peel {
    input: usize,
    from_below: bool,
    rows: Vec<usize>,
    mass: f64,
    hits: f64,
}

fn peeled(
    inputs: &[&[f64]],
    orders: &[Vec<usize>],
    rows: &Rows<'_>,
    patience: Patience,
) -> Vec<Region> {
    let mut peeler = Peeler {
        inputs,
        orders,
        inside: rows.weights.iter().map(|weight| *weight > 0.0).collect(),
        ends: orders.iter().map(|order| (0, order.len())).collect(),
        mass: rows.all,
        hits: rows.interest,
    };
    let mut ranges: Vec<(Option<f64>, Option<f64>)> = vec![(None, None); inputs.len()];
    let mut trajectory = Vec::new();
    loop {
        look();
        let restrictions = ranges.iter().enumerate().filter(|(_, range)| **range != (None, None));
        let restrictions =
            restrictions.map(|(input, &(low, high))| Restriction { input, low, high });
        trajectory.push(Region {
            restrictions: restrictions.collect(),
            // What is left of sums may be beside them in the last digits.
            coverage: (peeler.hits / rows.interest).clamp(0.0, 1.0),
            density: (peeler.hits / peeler.mass).clamp(0.0, 1.0),
            mass: peeler.mass / rows.all,
        });
        let Some(peel) = peeler.best(rows, patience) else { return trajectory };
        let edge = peeler.take(&peel);
        let range = &mut ranges[peel.input];
        if peel.from_below {
            range.0 = edge;
        } else {
            range.1 = edge;
        }
    }
}

impl Peeler<'_> {
    /// The peel that raises the density most for what it takes off.
    fn best(&mut self, rows: &Rows<'_>, patience: Patience) -> Option<Peel> {
        let density = self.hits / self.mass;
        let mut best: Option<(f64, Peel)> = None;
        for input in 0..self.inputs.len() {
            for from_below in [true, false] {
                let Some(peel) = self.end(input, from_below, rows, patience.peel) else { continue };
                let left = self.mass - peel.mass;
                if left < patience.least * rows.all {
                    continue;
                }
                let gain = ((self.hits - peel.hits) / left - density) / peel.mass;
                if gain > 1e-12 && best.as_ref().is_none_or(|(most, _)| gain > *most) {
                    best = Some((gain, peel));
                }
            }
        }
        best.map(|(_, peel)| peel)
    }

    /// The rows at an end of an input that make up a share of the box, with all that are equal to the
    /// last of them; none where that is all of the box.
    fn end(&mut self, input: usize, from_below: bool, rows: &Rows<'_>, share: f64) -> Option<Peel> {
        let (order, values) = (&self.orders[input], self.inputs[input]);
        let (first, last) = &mut self.ends[input];
        while *first < *last && !self.inside[order[*first]] {
            *first += 1;
        }
        while *first < *last && !self.inside[order[*last - 1]] {
            *last -= 1;
        }
        let mut peel = Peel { input, from_below, rows: Vec::new(), mass: 0.0, hits: 0.0 };
        let count = *last - *first;
        for k in 0..count {
            let row = order[if from_below { *first + k } else { *last - 1 - k }];
            if !self.inside[row] {
                continue;
            }
            let tied =
                peel.rows.last().is_some_and(|&before: &usize| values[before] == values[row]);
            if peel.mass >= share * self.mass - 1e-12 && !tied {
                return Some(peel);
            }
            peel.rows.push(row);
            peel.mass += rows.weights[row];
            peel.hits += rows.weights[row] * rows.hits[row];
        }
        None
    }

    /// Takes rows off. Gives the value at the new edge.
    fn take(&mut self, peel: &Peel) -> Option<f64> {
        for &row in &peel.rows {
            self.inside[row] = false;
        }
        self.mass -= peel.mass;
        self.hits -= peel.hits;
        let (first, last) = self.ends[peel.input];
        let order = &self.orders[peel.input][first..last];
        let mut left = order.iter().filter(|row| self.inside[**row]);
        let edge = if peel.from_below { left.next() } else { left.next_back() };
        edge.map(|&row| self.inputs[peel.input][row])
    }
}

/// The box without ranges that make it no better, the least useful first.
fn simpler(mut region: Region, inputs: &[&[f64]], rows: &Rows<'_>) -> Region {
    loop {
        look();
        let without = |k: usize| {
            let mut ranges = region.restrictions.clone();
            ranges.remove(k);
            Region::of(ranges, inputs, rows)
        };
        let mut others: Vec<Region> = (0..region.restrictions.len()).map(without).collect();
        sort(&mut others, |a, b| b.quality().total_cmp(&a.quality()));
        match others.into_iter().next() {
            // A range that gains less than 1 % is noise that peeling took along.
            Some(other) if other.quality() >= 0.99 * region.quality() => region = other,
            _ => return region,
        }
    }
}
