//! What a person says: one chance in ten of less than this, even odds of that.

use super::Distribution;
use super::kind::{Found, Kind, parameters};
use crate::math::{Cdf, InverseCdf, Sides, Tail, exp, expit, ln, ln_1p, moments};

parameters! {
    /// From the quantiles that a person states: the median and one pair around it, such as the
    /// 10 % and 90 % quantiles. It is the metalog distribution of three terms, whose quantile
    /// function `a1 + a2 logit(y) + a3 (y - 1/2) logit(y)` goes through all three (T. W. Keelin
    /// 2016, The metalog distributions, Decision Analysis 13); with `min`, `max` or both it is that
    /// of `ln(x - min)`, `-ln(max - x)` or `ln((x - min) / (max - x))`.
    pub struct Elicited {
        /// The median: even odds of less and of more.
        pub q50: f64,
        /// One chance in ten of less.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub q10: Option<f64> = None::<f64>,
        /// One chance in ten of more.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub q90: Option<f64> = None::<f64>,
        /// Instead of the 10 % quantile: one chance in twenty of less.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub q05: Option<f64> = None::<f64>,
        /// Instead of the 90 % quantile: one chance in twenty of more.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub q95: Option<f64> = None::<f64>,
        /// Instead of the 10 % quantile: one chance in four of less.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub q25: Option<f64> = None::<f64>,
        /// Instead of the 90 % quantile: one chance in four of more.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub q75: Option<f64> = None::<f64>,
        /// Nothing is below; no limit unless given.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub min: Option<f64> = None::<f64>,
        /// Nothing is above; no limit unless given.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub max: Option<f64> = None::<f64>,
    }
}

impl Distribution {
    /// From the 10 %, 50 % and 90 % quantiles.
    ///
    /// ```
    /// use tinbergen::{model::Distribution, sample::Marginal};
    /// let growth = Distribution::elicited(0.022, 0.026, 0.034);
    /// assert!((Marginal::new(&growth).quantile(0.9 - 0.5) - 0.034).abs() < 1e-15);
    /// ```
    pub fn elicited(q10: f64, q50: f64, q90: f64) -> Self {
        let (q10, q90) = (Some(q10), Some(q90));
        let (q05, q95, q25, q75, min, max) = (None, None, None, None, None, None);
        Elicited { q50, q10, q90, q05, q95, q25, q75, min, max }.into()
    }
}

/// The largest `|a3| / a2` for which the quantile function of a metalog of three terms grows
/// everywhere: `1 / max ((y - 1/2) + y (1 - y) logit(y))`.
const STEEPEST: f64 = 1.667_113_119_201_929_4;

/// The pairs of quantiles, with the probability outside on either side.
type Pair = (f64, [&'static str; 2], [Option<f64>; 2]);

impl Elicited {
    fn pairs(&self) -> [Pair; 3] {
        [
            (0.10, ["q10", "q90"], [self.q10, self.q90]),
            (0.05, ["q05", "q95"], [self.q05, self.q95]),
            (0.25, ["q25", "q75"], [self.q25, self.q75]),
        ]
    }

    /// The probability outside on either side, and the two quantiles.
    fn pair(&self) -> (f64, f64, f64) {
        let found = self.pairs().into_iter().find_map(|(outside, _, pair)| match pair {
            [Some(low), Some(high)] => Some((outside, low, high)),
            _ => None,
        });
        found.unwrap_or((0.1, f64::NAN, f64::NAN))
    }

    fn metalog(&self) -> Metalog {
        let (outside, low, high) = self.pair();
        let scale = Scale { min: self.min, max: self.max };
        let (low, middle, high) = (scale.of(low), scale.of(self.q50), scale.of(high));
        let logit = ln((1.0 - outside) / outside);
        let a2 = (high - low) / (2.0 * logit);
        let a3 = (high + low - 2.0 * middle) / ((1.0 - 2.0 * outside) * logit);
        Metalog { scale, a1: middle, a2, a3 }
    }

    /// Which pair it is, and whether the three quantiles and the limits are in order.
    fn check_order(&self, found: &mut Found) {
        for (key, value) in [("q50", Some(self.q50)), ("min", self.min), ("max", self.max)] {
            value.into_iter().for_each(|value| found.finite(key, value));
        }
        let pairs = self.pairs();
        let given = pairs.iter().filter(|(.., pair)| pair.iter().any(Option::is_some)).count();
        if given != 1 {
            let message = "expected q50 with one pair around it: q10 and q90, q05 and q95, or q25 \
                           and q75";
            return found.say("", message);
        }
        for (_, keys, pair) in pairs {
            match pair {
                [Some(low), Some(high)] => {
                    found.need(keys[0], low, low < self.q50, &format!("less than the q50 of {}", self.q50));
                    found.need(keys[1], high, high > self.q50, &format!("more than the q50 of {}", self.q50));
                    if let Some(min) = self.min {
                        found.need("min", min, min < low, &format!("less than the {} of {low}", keys[0]));
                    }
                    if let Some(max) = self.max {
                        found.need("max", max, max > high, &format!("more than the {} of {high}", keys[1]));
                    }
                }
                [None, None] => {}
                [Some(_), None] => found.say(keys[1], "is missing beside its pair"),
                [None, Some(_)] => found.say(keys[0], "is missing beside its pair"),
            }
        }
    }
}

impl Kind for Elicited {
    fn check(&self, found: &mut Found) {
        self.check_order(found);
        if !found.0.is_empty() {
            return;
        }
        let (outside, low, high) = self.pair();
        let metalog = self.metalog();
        if !(metalog.a3.abs() < STEEPEST * metalog.a2) {
            let scale = &metalog.scale;
            let room = STEEPEST * (0.5 - outside) / 2.0;
            let (from, to) = (scale.of(low), scale.of(high));
            let at = |share: f64| scale.back(from + share * (to - from));
            let (least, most) = (at(0.5 - room), at(0.5 + room));
            let message = format!(
                "is too near to one of the others for a smooth distribution with one peak \
                 (metalog): expected a number between {least:.6} and {most:.6}, found {}; move it, \
                 give a min or a max, or state another distribution (triangular, pert, \
                 two_piece_normal)",
                self.q50
            );
            return found.say("q50", message);
        }
        if !self.sd().is_finite() {
            let message = "the tail of the distribution with these quantiles is too heavy to have \
                           a standard deviation; give both min and max, or leave both out";
            found.say("", message);
        }
    }

    /// `a1 + a3 / 2` without limits, else by quadrature.
    fn mean(&self) -> f64 {
        self.moments().0
    }

    /// Without limits the variance is `pi^2 (a2^2 / 3 + a3^2 / 36) + a3^2 / 12`.
    fn sd(&self) -> f64 {
        self.moments().1
    }

    fn support(&self) -> (f64, f64) {
        (self.min.unwrap_or(f64::NEG_INFINITY), self.max.unwrap_or(f64::INFINITY))
    }

    fn cdf(&self) -> Cdf {
        let metalog = self.metalog();
        Box::new(move |x| metalog.sides(x))
    }

    fn inverse(&self) -> InverseCdf {
        let metalog = self.metalog();
        InverseCdf::closed(move |tail| metalog.quantile(tail), self.cdf())
    }
}

impl Elicited {
    fn moments(&self) -> (f64, f64) {
        let Metalog { a1, a2, a3, .. } = self.metalog();
        if self.min.is_some() || self.max.is_some() {
            return moments(&self.cdf(), self.support(), self.q50, &[]);
        }
        let square = std::f64::consts::PI * std::f64::consts::PI;
        let variance = square * (a2 * a2 / 3.0 + a3 * a3 / 36.0) + a3 * a3 / 12.0;
        (a1 + a3 / 2.0, variance.sqrt())
    }
}

/// The line on which quantiles are taken: as they are, or by logarithms of the distances from
/// limits.
#[derive(Debug, Clone, Copy)]
struct Scale {
    min: Option<f64>,
    max: Option<f64>,
}

impl Scale {
    fn of(&self, x: f64) -> f64 {
        match (self.min, self.max) {
            (None, None) => x,
            (Some(min), None) => ln(x - min),
            (None, Some(max)) => -ln(max - x),
            (Some(min), Some(max)) => ln((x - min) / (max - x)),
        }
    }

    fn back(&self, y: f64) -> f64 {
        match (self.min, self.max) {
            (None, None) => y,
            (Some(min), None) => min + exp(y),
            (None, Some(max)) => max - exp(-y),
            (Some(min), Some(max)) if y < 0.0 => min + (max - min) * expit(y),
            (Some(min), Some(max)) => max - (max - min) * expit(-y),
        }
    }

    /// How fast it grows with `x`.
    fn slope(&self, x: f64) -> f64 {
        match (self.min, self.max) {
            (None, None) => 1.0,
            (Some(min), None) => 1.0 / (x - min),
            (None, Some(max)) => 1.0 / (max - x),
            (Some(min), Some(max)) => (max - min) / ((x - min) * (max - x)),
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Metalog {
    scale: Scale,
    a1: f64,
    a2: f64,
    a3: f64,
}

impl Metalog {
    fn quantile(&self, tail: Tail) -> f64 {
        let distance = ln_1p(-tail.p) - ln(tail.p);
        let logit = if tail.upper { distance } else { -distance };
        self.scale.back(self.at(logit).0)
    }

    /// The quantile on its line at a log of odds, and its slope in it.
    fn at(&self, logit: f64) -> (f64, f64) {
        let (y, rest) = (expit(logit), expit(-logit));
        let centred = (y - rest) / 2.0;
        let value = self.a1 + (self.a2 + self.a3 * centred) * logit;
        (value, self.a2 + self.a3 * (centred + logit * y * rest))
    }

    fn sides(&self, x: f64) -> Sides {
        if self.scale.min.is_some_and(|min| x <= min) {
            return Sides::LEAST;
        } else if self.scale.max.is_some_and(|max| x >= max) {
            return Sides::MOST;
        }
        let (logit, slope) = self.logit(self.scale.of(x));
        let (below, above) = (expit(logit), expit(-logit));
        Sides { below, above, density: below * above / slope * self.scale.slope(x) }
    }

    /// The log of odds at which the quantile has a value, and the slope there: Newton's method
    /// inside a bracket, for `|value - a1| >= (a2 - |a3| / 2) |logit|`.
    fn logit(&self, value: f64) -> (f64, f64) {
        let reach = (value - self.a1).abs() / (self.a2 - self.a3.abs() / 2.0) * 1.001;
        let (mut low, mut high) = if value < self.a1 { (-reach, 0.0) } else { (0.0, reach) };
        let mut logit = ((value - self.a1) / self.a2).clamp(low, high);
        for _ in 0..200 {
            let (found, slope) = self.at(logit);
            if found > value {
                high = logit;
            } else {
                low = logit;
            }
            let next = logit - (found - value) / slope;
            let next = if next > low && next < high { next } else { f64::midpoint(low, high) };
            if (next - logit).abs() <= 1e-16 * logit.abs() || next <= low || next >= high {
                break;
            }
            logit = next;
        }
        (logit, self.at(logit).1)
    }
}
