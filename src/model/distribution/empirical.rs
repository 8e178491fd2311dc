//! Drawn from data.

use super::Distribution;
use super::kind::{Found, Kind, parameters};
use crate::math::{Cdf, InverseCdf, Sides, Tail};

parameters! {
    /// Drawn from data, each value equally likely, or from a smoothed version of it.
    pub struct Empirical {
        /// The data, in any order.
        pub values: Vec<f64>,
        /// Draw from the piecewise linear quantile function through the sorted data (type 7)
        /// instead of the data themselves; false unless given.
        pub smooth: bool = false,
    }
}

impl Distribution {
    /// Equally likely values.
    pub fn empirical(values: Vec<f64>) -> Self {
        Empirical { values, smooth: false }.into()
    }

    /// The equally likely values in the order in which they stand, where it is drawn from such.
    pub(crate) fn places(&self) -> Option<&[f64]> {
        match self {
            Self::Empirical(Empirical { values, smooth: false }) => Some(values),
            _ => None,
        }
    }
}

impl Empirical {
    fn sorted(&self) -> Vec<f64> {
        let mut values = self.values.clone();
        values.sort_unstable_by(f64::total_cmp);
        if values.is_empty() {
            values.push(f64::NAN);
        }
        values
    }

    /// Neighbouring values between which the smoothed version draws, where there are two.
    fn neighbours(&self) -> Option<Vec<(f64, f64)>> {
        let values = self.sorted();
        let pairs = values.windows(2).map(|pair| (pair[0], pair[1]));
        (self.smooth && values.len() > 1).then(|| pairs.collect())
    }
}

/// The mean over pairs of a function of both.
fn average(pairs: &[(f64, f64)], of: impl Fn(f64, f64) -> f64) -> f64 {
    pairs.iter().map(|(a, b)| of(*a, *b)).sum::<f64>() / pairs.len() as f64
}

impl Kind for Empirical {
    fn check(&self, found: &mut Found) {
        found.list("values", &self.values);
    }

    /// Of the smoothed version, which is uniform between neighbours, that of their midpoints.
    fn mean(&self) -> f64 {
        if let Some(pairs) = self.neighbours() {
            return average(&pairs, f64::midpoint);
        }
        self.values.iter().sum::<f64>() / self.values.len() as f64
    }

    fn sd(&self) -> f64 {
        let mean = self.mean();
        if let Some(pairs) = self.neighbours() {
            let square = |a: f64, b: f64| ((a - mean) * (a - mean) + (a - mean) * (b - mean) + (b - mean) * (b - mean)) / 3.0;
            return average(&pairs, square).max(0.0).sqrt();
        }
        let squares = self.values.iter().map(|v| (v - mean) * (v - mean)).sum::<f64>();
        (squares / self.values.len() as f64).max(0.0).sqrt()
    }

    fn support(&self) -> (f64, f64) {
        let ends = (f64::INFINITY, f64::NEG_INFINITY);
        self.values.iter().fold(ends, |(lo, hi), v| (lo.min(*v), hi.max(*v)))
    }

    fn has_density(&self) -> bool {
        self.smooth && self.sorted().windows(2).all(|pair| pair[1] > pair[0])
    }

    fn is_discrete(&self) -> bool {
        !self.smooth
    }

    fn knots(&self) -> Vec<f64> {
        self.values.clone()
    }

    fn cdf(&self) -> Cdf {
        let (values, smooth) = (self.sorted(), self.smooth);
        Box::new(move |x| {
            let at_most = values.partition_point(|value| *value <= x);
            if !smooth {
                let count = values.len() as f64;
                let below = at_most as f64 / count;
                return Sides { below, above: (count - at_most as f64) / count, density: 0.0 };
            }
            if at_most == 0 {
                return Sides::LEAST;
            } else if at_most == values.len() {
                return Sides::MOST;
            }
            let (gaps, from) = ((values.len() - 1) as f64, values[at_most - 1]);
            let gap = values[at_most] - from;
            let below = ((at_most - 1) as f64 + (x - from) / gap) / gaps;
            let above = (gaps - at_most as f64 + (values[at_most] - x) / gap) / gaps;
            Sides { below, above, density: 1.0 / (gaps * gap) }
        })
    }

    fn inverse(&self) -> InverseCdf {
        let values = self.sorted();
        if !self.smooth {
            return InverseCdf::Places { values: values.into() };
        }
        InverseCdf::searched(move |tail: Tail| {
            let h = tail.below() * (values.len() - 1) as f64;
            let k = (h as usize).min(values.len().saturating_sub(2));
            let next = values[(k + 1).min(values.len() - 1)];
            values[k] + (h - k as f64) * (next - values[k])
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::model::Distribution;

    #[test]
    fn the_sd_is_that_of_drawing_one_of_the_data() {
        let data = Distribution::empirical(vec![1.0, 2.0, 3.0, 4.0]);
        assert!((data.sd() - 1.25_f64.sqrt()).abs() < 1e-15);
        assert_eq!(data.support(), (1.0, 4.0));
    }
}
