//! Another distribution between limits.

use super::Distribution;
use super::kind::{Found, Kind, parameters};
use crate::math::{Cdf, InverseCdf, Pieces, Sides, Tail, moments, normal_cdf, root};

parameters! {
    /// Another distribution, given that what it draws is not below `min` and not above `max`:
    /// `truncated = { normal = { mean = 0.02, sd = 0.05 }, min = 0 }`.
    pub struct Truncated {
        /// The distribution that is cut; it has a density.
        #[serde(flatten)]
        pub distribution: Box<Distribution>,
        /// Nothing below is drawn; no limit unless given.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub min: Option<f64> = None::<f64>,
        /// Nothing above is drawn; no limit unless given.
        #[serde(skip_serializing_if = "Option::is_none")]
        pub max: Option<f64> = None::<f64>,
    }
}

impl Distribution {
    /// This distribution between limits.
    ///
    /// ```
    /// use tinbergen::model::Distribution;
    /// let half = Distribution::normal(0.0, 1.0).truncated(Some(0.0), None);
    /// assert!((half.mean() - std::f64::consts::FRAC_2_PI.sqrt()).abs() < 1e-14);
    /// ```
    #[must_use]
    pub fn truncated(self, min: Option<f64>, max: Option<f64>) -> Self {
        Truncated { distribution: Box::new(self), min, max }.into()
    }
}

/// Corners of what is cut, at most.
const KNOTS: usize = 1000;
/// The least share of the probability on its side of the median that the limits may leave: less
/// would lose more digits than are asked for.
const SHARE: f64 = 1e-4;
/// Differences below this part of what they are differences of are integrated instead.
const CANCELLED: f64 = 1e-3;

/// The distribution that is cut, and where.
struct Cut {
    whole: Cdf,
    /// Where its density has corners or steps.
    knots: Vec<f64>,
    min: f64,
    max: f64,
    at_min: Sides,
    at_max: Sides,
}

impl Cut {
    /// The probability between two values whose sides are known: from the smaller probabilities,
    /// which have more digits, and where they lose them to each other from the density.
    fn between(&self, (a, at_a): (f64, Sides), (b, at_b): (f64, Sides)) -> f64 {
        let from_above = at_a.below > 0.5;
        let (p, level) = if from_above {
            (at_a.above - at_b.above, at_a.above)
        } else {
            (at_b.below - at_a.below, at_b.below)
        };
        let smooth = || !self.knots.iter().any(|knot| *knot > a && *knot < b);
        if p < CANCELLED * level && b > a && smooth() { self.by_density(a, b) } else { p }
    }

    /// The same by Gauss and Legendre's rule with five points.
    fn by_density(&self, a: f64, b: f64) -> f64 {
        const POINTS: [(f64, f64); 3] = [
            (0.0, 0.568_888_888_888_888_9),
            (0.538_469_310_105_683_1, 0.478_628_670_499_366_47),
            (0.906_179_845_938_664, 0.236_926_885_056_189_08),
        ];
        let half = (b - a) / 2.0;
        let at = |x: f64| (self.whole)(x).density;
        let sum = |(node, weight): &(f64, f64)| {
            // From the nearer end, so that a short distance keeps its digits.
            let near = half * (1.0 - node);
            let both = if *node == 0.0 { at(a + near) } else { at(a + near) + at(b - near) };
            weight * both
        };
        half * POINTS.iter().map(sum).sum::<f64>()
    }

    /// The probability between the limits.
    fn mass(&self) -> f64 {
        self.between((self.min, self.at_min), (self.max, self.at_max))
    }

    /// The share that the limits leave of what lies on their side of the median.
    fn share(&self) -> f64 {
        let upper = self.at_min.below > 0.5;
        self.mass() / if upper { self.at_min.above } else { self.at_max.below }
    }

    fn sides(&self, x: f64, mass: f64) -> Sides {
        if x < self.min {
            return Sides::LEAST;
        } else if x >= self.max {
            return Sides::MOST;
        }
        let at_x = (self.whole)(x);
        let below = self.between((self.min, self.at_min), (x, at_x));
        let above = self.between((x, at_x), (self.max, self.at_max));
        let share = |p: f64| (p / mass).clamp(0.0, 1.0);
        Sides { below: share(below), above: share(above), density: at_x.density / mass }
    }
}

impl Truncated {
    fn cut(&self) -> Cut {
        let whole = self.distribution.cdf();
        let (min, max) = self.support();
        let at_min = if min.is_finite() { whole(min) } else { Sides::LEAST };
        let at_max = if max.is_finite() { whole(max) } else { Sides::MOST };
        Cut { whole, knots: self.distribution.all_knots(), min, max, at_min, at_max }
    }

    /// Two values between which the quantile lies.
    fn bracket(&self, cdf: &Cdf, wanted: Tail) -> (f64, f64) {
        let (low, high) = self.support();
        let step = self.distribution.sd();
        let start = if low.is_finite() {
            low
        } else if high.is_finite() {
            high
        } else {
            self.distribution.mean()
        };
        let far_enough = |x: f64, upwards: bool| {
            let sides = cdf(x);
            match (upwards, wanted.upper) {
                (true, true) => sides.above <= wanted.p,
                (true, false) => sides.below >= wanted.p,
                (false, true) => sides.above >= wanted.p,
                (false, false) => sides.below <= wanted.p,
            }
        };
        let walk = |limit: f64, upwards: bool| {
            let sign = if upwards { 1.0 } else { -1.0 };
            let mut distance = sign * step;
            while !limit.is_finite() && distance.is_finite() && !far_enough(start + distance, upwards) {
                distance *= 2.0;
            }
            if limit.is_finite() { limit } else { start + distance }
        };
        (walk(low, false), walk(high, true))
    }

    fn moments(&self) -> (f64, f64) {
        let (cdf, middle) = (self.cdf(), Tail { p: 0.5, upper: false });
        let (low, high) = self.bracket(&cdf, middle);
        let median = root(&cdf, middle, low, high);
        moments(&cdf, self.support(), median, &self.distribution.all_knots())
    }
}

impl Kind for Truncated {
    fn normal_within(&self) -> Option<(f64, f64)> {
        self.distribution.normal_within()
    }

    fn check(&self, found: &mut Found) {
        if !found.part("", &self.distribution) {
            return;
        }
        let kind = self.distribution.kind();
        if !self.distribution.has_density() || self.distribution.sd() == 0.0 {
            let message = "expected a distribution with a density: what it draws are single \
                           values; state those between the limits (discrete)";
            return found.say(kind, message);
        }
        let knots = self.distribution.all_knots().len();
        if knots > KNOTS {
            let message = format!("expected at most {KNOTS} values and corners, found {knots}");
            return found.say(kind, message);
        }
        if self.min.is_none() && self.max.is_none() {
            return found.say("", "has neither min nor max; expected one or both");
        }
        if let (Some(min), Some(max)) = (self.min, self.max)
            && !(max > min)
        {
            return found.need("max", max, false, &format!("more than the min of {min}"));
        }
        let cut = self.cut();
        if !(cut.mass() > 1e-280 && cut.share() > SHARE) {
            let (low, high) = self.distribution.support();
            let message = format!(
                "expected limits between which the {kind} draws something, a part of 1e-4 of what \
                 is on its side at least (it draws from {low} to {high}); found a probability of \
                 {:e}",
                cut.mass()
            );
            return found.say(if self.min.is_some() { "min" } else { "max" }, message);
        }
        if !self.sd().is_finite() {
            let message = "its tails are too heavy for a standard deviation to be worked out; give \
                           both min and max, or more degrees of freedom";
            found.say(kind, message);
        }
    }

    fn mean(&self) -> f64 {
        self.moments().0
    }

    fn sd(&self) -> f64 {
        self.moments().1
    }

    fn support(&self) -> (f64, f64) {
        let (low, high) = self.distribution.support();
        (self.min.map_or(low, |min| min.max(low)), self.max.map_or(high, |max| max.min(high)))
    }

    fn knots(&self) -> Vec<f64> {
        let (low, high) = self.support();
        let knots = self.distribution.all_knots().into_iter();
        knots.filter(|x| (low..=high).contains(x)).collect()
    }

    fn cdf(&self) -> Cdf {
        let cut = self.cut();
        let mass = cut.mass();
        Box::new(move |x| cut.sides(x, mass))
    }

    fn inverse(&self) -> InverseCdf {
        let cdf = self.cdf();
        let pieces = Pieces::kept(
            format!("{self:?}"),
            &cdf,
            &self.all_knots(),
            &|z| self.bracket(&cdf, normal_cdf(z)),
        );
        InverseCdf::pieces(pieces, cdf)
    }
}
