//! Classification trees: the rows are parted in two, again and again, where that tells most apart.

use super::boxes::{Region, Restriction, Rows, chance, check};
use super::sample::Sample;
use crate::error::Error;
use crate::interrupt::look;

/// How far a tree grows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Growth {
    /// The most splits on the way to a leaf.
    pub depth: usize,
    /// The least share of all rows in a leaf.
    pub least: f64,
}

impl Default for Growth {
    /// Three splits, leaves of 5 %.
    fn default() -> Self {
        Self { depth: 3, least: 0.05 }
    }
}

/// A tree as its leaves.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree {
    /// The leaves, the densest first; together they are all rows.
    pub leaves: Vec<Region>,
    /// The share of the impurity of the whole that the leaves are without.
    pub explained: f64,
    /// How likely outcomes that have nothing to do with the inputs give a tree that explains as much.
    pub chance: f64,
}

/// The leaves of a classification tree of outcomes of interest (1, all others 0): rows are parted at the
/// value of the input that lowers the impurity of Gini most, `2 p (1 - p)` by weight, while leaves keep
/// their least share. The chance comes from trees of outcomes that are dealt out to the rows at
/// random.
///
/// L. Breiman, J. Friedman, R. Olshen and C. Stone (1984), Classification and regression trees; R.
/// Lempert, B. Bryant and S. Bankes (2008), Comparing algorithms for scenario discovery.
///
/// # Errors
/// Outputs other than 0 and 1, or all the same; a share that is none, no split.
///
/// ```
/// use tinbergen::sensitivity::{Growth, Sample, cart};
/// let a: Vec<f64> = (0..1000).map(|k| f64::from(k * 377 % 1000)).collect();
/// let missed: Vec<f64> = a.iter().map(|a| f64::from(u8::from(*a < 300.0))).collect();
/// let found = cart(&[&a], &Sample::new(&missed, None)?, Growth::default(), 1)?;
/// assert_eq!((found.leaves[0].coverage, found.leaves[0].density), (1.0, 1.0));
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn cart(inputs: &[&[f64]], sample: &Sample, growth: Growth, seed: u64) -> Result<Tree, Error> {
    check(inputs, sample)?;
    if !(growth.least > 0.0 && growth.least < 1.0) {
        return Err(Error::at("least", format!("{} is no share between 0 and 1", growth.least)));
    }
    if growth.depth == 0 || growth.depth > 8 {
        return Err(Error::at("depth", format!("{}; expected 1 to 8 splits", growth.depth)));
    }
    let orders: Vec<Vec<usize>> = inputs.iter().map(|input| sample.order(input)).collect();
    let grow = |hits: &[f64]| {
        let rows = Rows::new(hits, sample.weights.clone());
        let mut leaves = Vec::new();
        let ranges = vec![(None, None); inputs.len()];
        split(inputs, &rows, orders.clone(), growth, growth.depth, ranges, &mut leaves);
        let impurity = |region: &Region| region.mass * region.density * (1.0 - region.density);
        let left: f64 = leaves.iter().map(impurity).sum();
        (1.0 - left / (rows.base() * (1.0 - rows.base())), leaves)
    };
    let (explained, mut leaves) = grow(&sample.output);
    leaves.sort_by(|a, b| b.density.total_cmp(&a.density));
    let chance = chance(sample, seed, explained, |hits| grow(hits).0)?;
    Ok(Tree { leaves, explained, chance })
}

/// The range of an input.
type Range = (Option<f64>, Option<f64>);

/// Parts the rows of a node, given for each input in its order, or makes it a leaf.
fn split(
    inputs: &[&[f64]],
    rows: &Rows<'_>,
    orders: Vec<Vec<usize>>,
    growth: Growth,
    depth: usize,
    ranges: Vec<Range>,
    leaves: &mut Vec<Region>,
) {
    look();
    let sums = |order: &[usize]| {
        let add = |(mass, hits): (f64, f64), &row: &usize| {
            (mass + rows.weights[row], hits + rows.weights[row] * rows.hits[row])
        };
        order.iter().fold((0.0, 0.0), add)
    };
    let (mass, hits) = sums(&orders[0]);
    let impurity = |mass: f64, hits: f64| hits * (mass - hits) / mass;
    let mut best: Option<(f64, usize, f64, f64)> = None;
    if depth > 0 {
        for (input, order) in orders.iter().enumerate() {
            let (mut left, mut left_hits) = (0.0, 0.0);
            for pair in order.windows(2) {
                left += rows.weights[pair[0]];
                left_hits += rows.weights[pair[0]] * rows.hits[pair[0]];
                let (low, high) = (inputs[input][pair[0]], inputs[input][pair[1]]);
                let least = growth.least * rows.all;
                if low == high || left < least || mass - left < least {
                    continue;
                }
                let gain = impurity(mass, hits)
                    - impurity(left, left_hits)
                    - impurity(mass - left, hits - left_hits);
                if gain > 1e-12 && best.is_none_or(|(most, ..)| gain > most) {
                    best = Some((gain, input, low, high));
                }
            }
        }
    }
    let Some((_, input, low, high)) = best else {
        let restrictions = ranges.iter().enumerate().filter(|(_, range)| **range != (None, None));
        let of = |(input, &(low, high)): (usize, &Range)| Restriction { input, low, high };
        leaves.push(Region {
            restrictions: restrictions.map(of).collect(),
            coverage: hits / rows.interest,
            density: hits / mass,
            mass: mass / rows.all,
        });
        return;
    };
    for below in [true, false] {
        let stays = |row: &usize| (inputs[input][*row] <= low) == below;
        let part = |order: &Vec<usize>| order.iter().copied().filter(stays).collect();
        let orders: Vec<Vec<usize>> = orders.iter().map(part).collect();
        let mut ranges = ranges.clone();
        if below {
            ranges[input].1 = Some(low);
        } else {
            ranges[input].0 = Some(high);
        }
        split(inputs, rows, orders, growth, depth - 1, ranges, leaves);
    }
}
