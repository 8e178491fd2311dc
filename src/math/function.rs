//! The elementary functions of the language: one entry for each, with all that is known of it.

use super::{atanh, cos, exp, expit, ln, logit, normcdf, norminv, normpdf, sin, tanh};

/// What a function does between its ends, for intervals and for solving.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Shape {
    /// It rises everywhere where it is defined.
    Rising {
        /// Where it is defined.
        domain: Domain,
        /// What undoes it.
        inverse: Inverse,
    },
    /// The size of a number: the same on both sides of 0.
    Size,
    /// Between -1 and 1, over and over again every 2 pi; 1 at `peak`.
    Wave {
        /// Where it is 1.
        peak: f64,
    },
    /// It never falls, and is flat but for jumps.
    Steps,
}

/// What undoes a function that rises.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Inverse {
    /// Another function.
    By(Elementary),
    /// The square, of numbers that are not negative.
    Square,
}

/// An interval of numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Domain {
    pub(crate) low: f64,
    pub(crate) high: f64,
    /// Are its ends no part of it?
    pub(crate) open: bool,
}

impl Domain {
    pub(crate) const WHOLE: Self = Self::open(f64::NEG_INFINITY, f64::INFINITY);
    const ABOVE_0: Self = Self::open(0.0, f64::INFINITY);
    const UNIT: Self = Self::open(0.0, 1.0);
    const AROUND_0: Self = Self::open(-1.0, 1.0);
    pub(crate) const NOT_NEGATIVE: Self = Self { low: 0.0, high: f64::INFINITY, open: false };

    const fn open(low: f64, high: f64) -> Self {
        Self { low, high, open: true }
    }
}

/// The list: the name, the value, the derivative at `x` where the value is `z`, the shape, and what it
/// is in words. Docs and tests of the language read it too (docs/adding.md).
macro_rules! elementary {
    ($($Name:ident $name:literal: $words:literal, $value:expr, $slope:expr, $shape:expr;)*) => {
        /// An elementary function of one number.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Elementary {
            $(#[doc = $words] $Name,)*
        }

        impl Elementary {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$Name,)*];

            /// As it is written.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$Name => $name,)*
                }
            }

            /// In words.
            pub fn words(self) -> &'static str {
                match self {
                    $(Self::$Name => $words,)*
                }
            }

            /// Its value.
            #[inline(always)]
            pub fn of(self, x: f64) -> f64 {
                match self {
                    $(Self::$Name => $value(x),)*
                }
            }

            /// Its values in a row of numbers: a loop for each function, so that the choice is made
            /// once and the loop becomes vector code.
            #[inline(always)]
            pub(crate) fn each(self, row: &[f64], out: &mut [f64]) {
                match self {
                    $(Self::$Name => {
                        out.iter_mut().zip(row).for_each(|(out, &x)| *out = $value(x));
                    })*
                }
            }

            /// Its derivative at `x`, where its value is `z`.
            pub fn slope(self, x: f64, z: f64) -> f64 {
                let slope: fn(f64, f64) -> f64 = match self {
                    $(Self::$Name => $slope,)*
                };
                slope(x, z)
            }

            /// What it does between its ends.
            pub(crate) fn shape(self) -> Shape {
                match self {
                    $(Self::$Name => $shape,)*
                }
            }
        }
    };
}

elementary! {
    Log "log": "natural logarithm",
        ln, |x, _| 1.0 / x, rising(Domain::ABOVE_0, Inverse::By(Self::Exp));
    Exp "exp": "e to a power",
        exp, |_, z| z, rising(Domain::WHOLE, Inverse::By(Self::Log));
    Sqrt "sqrt": "square root",
        f64::sqrt, |_, z| 0.5 / z, rising(Domain::NOT_NEGATIVE, Inverse::Square);
    Abs "abs": "size, without the sign",
        f64::abs, |x, _| x.signum(), Shape::Size;
    Logit "logit": "`log(p / (1 - p))`",
        logit, |x, _| 1.0 / (x * (1.0 - x)), rising(Domain::UNIT, Inverse::By(Self::Expit));
    Expit "expit": "the inverse of logit, `1 / (1 + exp(-x))`",
        expit, |_, z| z * (1.0 - z), rising(Domain::WHOLE, Inverse::By(Self::Logit));
    Sin "sin": "sine, of radians up to a million",
        sin, |x, _| cos(x), Shape::Wave { peak: std::f64::consts::FRAC_PI_2 };
    Cos "cos": "cosine, of radians up to a million",
        cos, |x, _| -sin(x), Shape::Wave { peak: 0.0 };
    Tanh "tanh": "hyperbolic tangent",
        tanh, |_, z| (1.0 - z) * (1.0 + z), rising(Domain::WHOLE, Inverse::By(Self::Atanh));
    Atanh "atanh": "the inverse of tanh",
        atanh, |x, _| 1.0 / ((1.0 - x) * (1.0 + x)), rising(Domain::AROUND_0, Inverse::By(Self::Tanh));
    Normcdf "normcdf": "probability below a standard normal score",
        normcdf, |x, _| normpdf(x), rising(Domain::WHOLE, Inverse::By(Self::Norminv));
    Norminv "norminv": "the inverse of normcdf: the score of a probability",
        norminv, |_, z| 1.0 / normpdf(z), rising(Domain::UNIT, Inverse::By(Self::Normcdf));
    Floor "floor": "the largest whole number that is not above it",
        f64::floor, |_, _| 0.0, Shape::Steps;
    Ceil "ceil": "the smallest whole number that is not below it",
        f64::ceil, |_, _| 0.0, Shape::Steps;
    Round "round": "the nearest whole number; of a half, the one further from 0",
        f64::round, |_, _| 0.0, Shape::Steps;
    Sign "sign": "1 above 0, -1 below it, 0 at 0",
        sign, |_, _| 0.0, Shape::Steps;
}

/// 1, 0 or -1; not-a-number of not-a-number.
#[inline(always)]
fn sign(x: f64) -> f64 {
    let above = if x > 0.0 { 1.0 } else { 0.0 };
    let value = if x < 0.0 { -1.0 } else { above };
    if x.is_nan() { x } else { value }
}

fn rising(domain: Domain, inverse: Inverse) -> Shape {
    Shape::Rising { domain, inverse }
}

impl Elementary {
    /// The function that undoes it, where there is one.
    pub fn inverse(self) -> Option<Self> {
        match self.shape() {
            Shape::Rising { inverse: Inverse::By(inverse), .. } => Some(inverse),
            Shape::Rising { inverse: Inverse::Square, .. }
            | Shape::Size
            | Shape::Wave { .. }
            | Shape::Steps => None,
        }
    }

    /// Is it defined for every number?
    pub(crate) fn is_whole(self) -> bool {
        match self.shape() {
            Shape::Rising { domain, .. } => domain == Domain::WHOLE,
            Shape::Size | Shape::Wave { .. } | Shape::Steps => true,
        }
    }

    /// Does it take so long that a value is kept for later periods?
    pub(crate) fn is_costly(self) -> bool {
        !matches!(self.shape(), Shape::Size | Shape::Steps)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers within the domain of a function.
    fn inside(function: Elementary) -> Vec<f64> {
        let domain = match function.shape() {
            Shape::Rising { domain, .. } => domain,
            Shape::Size | Shape::Wave { .. } | Shape::Steps => Domain::WHOLE,
        };
        let (low, high) = (domain.low.max(-6.0), domain.high.min(6.0));
        let every: Vec<f64> = (1..200).map(|k| low + (high - low) * f64::from(k) / 200.0).collect();
        match function.shape() {
            // Between the jumps.
            Shape::Steps => every.into_iter().map(|x| x + 0.013).collect(),
            _ => every,
        }
    }

    #[test]
    fn slopes_are_those_of_small_steps() {
        for &function in Elementary::ALL {
            for x in inside(function) {
                let step = 1e-6 * x.abs().max(1e-3);
                let difference = function.of(x + step) - function.of(x - step);
                let (slope, rough) = (function.slope(x, function.of(x)), difference / (2.0 * step));
                let near = (slope - rough).abs() <= 1e-6 * slope.abs().max(1e-2);
                assert!(near || x.abs() < step, "{} at {x}: {slope}, {rough}", function.name());
            }
        }
    }

    #[test]
    fn a_shape_is_that_of_the_values() {
        for &function in Elementary::ALL {
            let values: Vec<f64> = inside(function).into_iter().map(|x| function.of(x)).collect();
            match function.shape() {
                Shape::Rising { inverse, .. } => {
                    assert!(values.is_sorted_by(|a, b| a < b), "{}", function.name());
                    for (x, z) in inside(function).into_iter().zip(values) {
                        let back = match inverse {
                            Inverse::By(inverse) => inverse.of(z),
                            Inverse::Square => z * z,
                        };
                        // As near as the rounding of the value allows.
                        let lost = 4.0 * f64::EPSILON * z.abs() / function.slope(x, z).abs();
                        let near = 1e-12 * x.abs().max(1.0) + lost;
                        assert!((back - x).abs() < near, "{} at {x}: {back}", function.name());
                    }
                }
                Shape::Size => assert!(inside(function).iter().all(|&x| function.of(-x) >= 0.0)),
                Shape::Wave { peak } => {
                    assert_eq!(function.of(peak), 1.0);
                    assert!(values.iter().all(|z| z.abs() <= 1.0));
                }
                Shape::Steps => {
                    assert!(values.is_sorted());
                    assert!(values.iter().all(|z| z.fract() == 0.0));
                }
            }
        }
    }

    #[test]
    fn a_row_has_the_bits_of_its_numbers() {
        for &function in Elementary::ALL {
            let row = [inside(function), vec![-1.0, 0.0, 1e300, f64::NAN]].concat();
            let mut out = vec![0.0; row.len()];
            function.each(&row, &mut out);
            for (x, z) in row.into_iter().zip(out) {
                assert_eq!(function.of(x).to_bits(), z.to_bits(), "{} of {x}", function.name());
            }
        }
    }
}
