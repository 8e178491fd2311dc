//! Distributions of what is uncertain.
//!
//! A kind of distribution is a file here and a line in the list below (docs/adding.md). The file
//! has its parameters, what they must be, its moments, its distribution function and the inverse;
//! the name of the file is the key in a plan.

mod kind;
#[cfg(test)]
mod tests;
mod values;

use schemars::JsonSchema;
use serde::Serialize;

use super::reader::{Fields, Item, Reader};
use crate::math::{Cdf, InverseCdf};
use kind::{Found, Kind, Parameter};

macro_rules! distributions {
    ($($key:ident: $kind:ident,)*) => {
        $(
            mod $key;
            pub use $key::$kind;
        )*

        /// A probability distribution, as written in a plan: `normal = { mean = 0.075, sd = 0.012 }`.
        ///
        /// `sd` is always the standard deviation of what is drawn.
        #[derive(Debug, Clone, PartialEq, Serialize, JsonSchema)]
        #[serde(rename_all = "snake_case")]
        #[non_exhaustive]
        #[allow(missing_docs, reason = "each is described where its parameters are")]
        pub enum Distribution {
            $( $kind($kind), )*
        }

        $(
            impl From<$kind> for Distribution {
                fn from(distribution: $kind) -> Self {
                    Self::$kind(distribution)
                }
            }
        )*

        impl Distribution {
            /// The keys of all kinds, as in a plan.
            ///
            /// ```
            /// use tinbergen::model::Distribution;
            /// assert!(Distribution::kinds().any(|kind| kind == "weibull"));
            /// ```
            pub fn kinds() -> impl Iterator<Item = &'static str> {
                [$( stringify!($key) ),*].into_iter()
            }

            /// The key of its kind.
            ///
            /// ```
            /// use tinbergen::model::Distribution;
            /// assert_eq!(Distribution::two_piece_normal(0.0, 0.02, -0.005).kind(), "two_piece_normal");
            /// ```
            pub fn kind(&self) -> &'static str {
                match self {
                    $( Self::$kind(_) => stringify!($key), )*
                }
            }

            /// Reads one of a kind.
            pub(super) fn read(kind: &str, item: Item, reader: &mut Reader) -> Option<Self> {
                $(
                    if kind == stringify!($key) {
                        return $kind::read(item, reader).map(Self::$kind);
                    }
                )*
                None
            }

            fn of_kind(&self) -> &dyn Kind {
                match self {
                    $( Self::$kind(kind) => kind, )*
                }
            }
        }
    };
}

distributions! {
    normal: Normal,
    student_t: StudentT,
    two_piece_normal: TwoPieceNormal,
    lognormal: Lognormal,
    uniform: Uniform,
    triangular: Triangular,
    pert: Pert,
    beta: Beta,
    gamma: Gamma,
    weibull: Weibull,
    poisson: Poisson,
    bernoulli: Bernoulli,
    empirical: Empirical,
    discrete: Discrete,
    elicited: Elicited,
    truncated: Truncated,
    mixture: Mixture,
}

pub use mixture::Component;

impl Distribution {
    /// What is wrong with it: for each problem the parameter, and what was found and expected.
    ///
    /// ```
    /// use tinbergen::model::Distribution;
    /// let problems = Distribution::normal(0.0, -1.0).check();
    /// assert_eq!(problems[0].0, "sd");
    /// ```
    pub fn check(&self) -> Vec<(String, String)> {
        let mut found = Found::default();
        self.of_kind().check(&mut found);
        found.0
    }

    /// Its mean.
    ///
    /// ```
    /// use tinbergen::model::Distribution;
    /// assert_eq!(Distribution::gamma(2.0, 1.5).mean(), 3.0);
    /// ```
    pub fn mean(&self) -> f64 {
        self.of_kind().mean()
    }

    /// Its standard deviation, that of what is drawn.
    ///
    /// ```
    /// use tinbergen::model::Distribution;
    /// assert_eq!(Distribution::uniform(0.0, 12.0).sd(), 12.0_f64.sqrt());
    /// ```
    pub fn sd(&self) -> f64 {
        self.of_kind().sd()
    }

    /// Mean and sd of the normal distribution whose density it has within its support, up to a factor, where there is
    /// one; an infinite sd is that of a flat density.
    pub(crate) fn normal_within(&self) -> Option<(f64, f64)> {
        self.of_kind().normal_within()
    }

    /// The smallest and the largest value that it can draw; infinite where there is none.
    ///
    /// ```
    /// use tinbergen::model::Distribution;
    /// assert_eq!(Distribution::uniform(2.3, 2.88).support(), (2.3, 2.88));
    /// assert_eq!(Distribution::normal(0.0, 1.0).support().1, f64::INFINITY);
    /// ```
    pub fn support(&self) -> (f64, f64) {
        self.of_kind().support()
    }

    /// Has every value that it can draw a density? Else it draws single values with a probability
    /// each, and an observed value does not tell the draw.
    ///
    /// ```
    /// use tinbergen::model::Distribution;
    /// assert!(!Distribution::poisson(3.0).has_density());
    /// ```
    pub fn has_density(&self) -> bool {
        self.of_kind().has_density()
    }

    /// The probabilities of at most a value and of more than it, each without loss in its tail.
    ///
    /// ```
    /// use tinbergen::model::Distribution;
    /// let (at_most, more) = Distribution::normal(0.0, 1.0).sides(10.0);
    /// assert!(at_most == 1.0 && (more / 7.619853024160525e-24 - 1.0).abs() < 1e-12);
    /// ```
    pub fn sides(&self, x: f64) -> (f64, f64) {
        let sides = self.cdf()(x);
        (sides.below, sides.above)
    }

    /// Its distribution function, made ready.
    pub(crate) fn cdf(&self) -> Cdf {
        self.of_kind().cdf()
    }

    /// The inverse of its distribution function.
    pub(crate) fn inverse(&self) -> InverseCdf {
        self.of_kind().inverse()
    }

    fn is_discrete(&self) -> bool {
        self.of_kind().is_discrete()
    }

    /// Where its distribution function is not smooth.
    pub(crate) fn all_knots(&self) -> Vec<f64> {
        self.of_kind().all_knots()
    }
}

impl Found {
    /// A distribution inside another; says whether it is sound.
    pub(super) fn part(&mut self, address: &str, part: &Distribution) -> bool {
        let problems = part.check();
        let sound = problems.is_empty();
        for (key, message) in problems {
            let index = [address, part.kind(), key.as_str()];
            let index: Vec<&str> = index.into_iter().filter(|step| !step.is_empty()).collect();
            self.0.push((index.join("."), message));
        }
        sound
    }
}

/// A distribution whose key stands among those of the table.
impl Parameter for Box<Distribution> {
    fn of(item: Item, reader: &mut Reader) -> Option<Self> {
        let mut fields = reader.fields(item)?;
        let found = <Self as Parameter>::take(&mut fields, reader, "", None);
        fields.finish(reader);
        found
    }

    fn take(
        fields: &mut Fields,
        reader: &mut Reader,
        _: &'static str,
        _: Option<Self>,
    ) -> Option<Self> {
        let keys: Vec<&'static str> = Distribution::kinds().collect();
        let (kind, item) = fields.one_of(reader, &keys, "distribution")?;
        Distribution::read(kind, item, reader).map(Box::new)
    }
}
