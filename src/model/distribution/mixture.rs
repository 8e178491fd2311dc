//! One of several distributions.

use super::Distribution;
use super::kind::{Found, Kind, Parameter, parameters};
use crate::math::{Cdf, InverseCdf, Pieces, Sides};
use crate::model::reader::{Item, Reader};

parameters! {
    /// One of several distributions, each with a weight: `mixture = { components = [
    /// { weight = 0.9, normal = { sd = 0.01 } }, { weight = 0.1, normal = { mean = -0.05, sd = 0.02 } } ] }`.
    pub struct Mixture {
        /// The distributions with their weights.
        pub components: Vec<Component>,
    }
}

parameters! {
    /// A distribution with its weight in a mixture.
    pub struct Component {
        /// Its share of the sum of all weights is the probability of drawing from it.
        pub weight: f64,
        /// What is drawn from.
        #[serde(flatten)]
        pub distribution: Box<Distribution>,
    }
}

impl Distribution {
    /// One of several distributions, each with its weight.
    ///
    /// ```
    /// use tinbergen::model::Distribution;
    /// let calm = Distribution::normal(0.02, 0.01);
    /// let crisis = Distribution::normal(-0.06, 0.03);
    /// assert!((Distribution::mixture([(0.9, calm), (0.1, crisis)]).mean() - 0.012).abs() < 1e-15);
    /// ```
    pub fn mixture(components: impl IntoIterator<Item = (f64, Self)>) -> Self {
        let component =
            |(weight, part)| Component { weight, distribution: Box::new(part) };
        Mixture { components: components.into_iter().map(component).collect() }.into()
    }
}

impl Parameter for Vec<Component> {
    fn of(item: Item, reader: &mut Reader) -> Option<Self> {
        let items = reader.array(item)?;
        let components: Vec<_> =
            items.into_iter().map(|item| Component::read(item, reader)).collect();
        components.into_iter().collect()
    }
}

/// Components, at most.
const COMPONENTS: usize = 100;
/// Single values and corners of all components, at most.
const KNOTS: usize = 10_000;

impl Mixture {
    /// The components that can be drawn, with their probabilities.
    fn parts(&self) -> impl Iterator<Item = (f64, &Distribution)> {
        let total: f64 = self.components.iter().map(|component| component.weight).sum();
        let parts = self.components.iter().filter(|component| component.weight > 0.0);
        parts.map(move |component| (component.weight / total, &*component.distribution))
    }

    fn all(&self, holds: impl Fn(&Distribution) -> bool) -> bool {
        self.parts().all(|(_, part)| holds(part))
    }
}

impl Kind for Mixture {
    fn check(&self, found: &mut Found) {
        let count = self.components.len();
        if !(1..=COMPONENTS).contains(&count) {
            let message = format!("expected 1 to {COMPONENTS} distributions, found {count}");
            return found.say("components", message);
        }
        let mut sound = true;
        for (k, component) in self.components.iter().enumerate() {
            let address = format!("components[{k}]");
            sound &= found.part(&address, &component.distribution);
            let weight = component.weight;
            let possible = weight >= 0.0 && weight.is_finite();
            found.need(&format!("{address}.weight"), weight, possible, "a number of at least 0");
            sound &= possible;
        }
        if !sound {
            return;
        }
        let sum: f64 = self.components.iter().map(|component| component.weight).sum();
        if !(sum > 0.0 && sum.is_finite()) {
            return found.say("components", format!("expected weights with a sum above 0, found {sum}"));
        }
        let knots = self.knots().len();
        if knots > KNOTS {
            let message = format!(
                "expected at most {KNOTS} single values and corners in all, found {knots}; leave \
                 out some of the data, or take a distribution that is near"
            );
            found.say("components", message);
        }
    }

    fn mean(&self) -> f64 {
        self.parts().map(|(p, part)| p * part.mean()).sum()
    }

    fn sd(&self) -> f64 {
        let mean = self.mean();
        let square = |p: f64, part: &Distribution| {
            let (sd, apart) = (part.sd(), part.mean() - mean);
            p * (sd * sd + apart * apart)
        };
        self.parts().map(|(p, part)| square(p, part)).sum::<f64>().sqrt()
    }

    fn support(&self) -> (f64, f64) {
        let ends = (f64::INFINITY, f64::NEG_INFINITY);
        self.parts().map(|(_, part)| part.support()).fold(ends, |(low, high), (from, to)| {
            (low.min(from), high.max(to))
        })
    }

    fn has_density(&self) -> bool {
        self.all(|part| part.has_density() && part.sd() > 0.0)
    }

    fn is_discrete(&self) -> bool {
        self.all(Distribution::is_discrete)
    }

    /// Also the middle of each component, around which it may be narrow.
    fn knots(&self) -> Vec<f64> {
        let mut knots: Vec<f64> = self.parts().flat_map(|(_, part)| part.all_knots()).collect();
        if !self.is_discrete() {
            knots.extend(self.parts().map(|(_, part)| part.mean()));
        }
        knots.sort_unstable_by(f64::total_cmp);
        knots.dedup();
        knots
    }

    fn cdf(&self) -> Cdf {
        let parts: Vec<(f64, Cdf)> = self.parts().map(|(p, part)| (p, part.cdf())).collect();
        Box::new(move |x| {
            let mut sum = Sides { below: 0.0, above: 0.0, density: 0.0 };
            for (p, part) in &parts {
                let sides = part(x);
                sum.below += p * sides.below;
                sum.above += p * sides.above;
                sum.density += p * sides.density;
            }
            sum
        })
    }

    fn inverse(&self) -> InverseCdf {
        let (cdf, knots) = (self.cdf(), self.knots());
        if self.is_discrete() {
            return InverseCdf::steps(knots.into_iter().map(|x| {
                let Sides { below, above, .. } = cdf(x);
                (x, below, above)
            }));
        }
        let inverses: Vec<InverseCdf> = self.parts().map(|(_, part)| part.inverse()).collect();
        let pieces = Pieces::kept(format!("{self:?}"), &cdf, &knots, &|z| {
            let quantiles = inverses.iter().map(|inverse| inverse.at(z));
            let ends = (f64::INFINITY, f64::NEG_INFINITY);
            let (low, high) = quantiles.fold(ends, |(low, high), x| (low.min(x), high.max(x)));
            // What the tables of the components may be off by.
            let room = 1e-9 * low.abs().max(high.abs()).max(high - low);
            (low - room, high + room)
        });
        InverseCdf::pieces(pieces, cdf)
    }
}
