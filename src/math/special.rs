//! Gamma and beta functions, complete and incomplete, accurate in both tails.
//!
//! The large factors of the incomplete functions are written with Stirling's correction and
//! `ln(1 + d) - d`, so that large parameters do not lose digits (the form is that of A. R. DiDonato
//! and A. H. Morris, 1986 and 1992).

use super::elementary::{exp, ln, ln_1p, ln_ratio_minus};

const HALF_LN_TWO_PI: f64 = 0.918_938_533_204_672_7;
/// Terms of a series or fraction; reached by no argument that is let in.
const MOST: usize = 100_000;

/// The rest of Stirling's formula: `ln Gamma(a) - ((a - 1/2) ln a - a + ln(2 pi) / 2)`.
pub(crate) fn stirling_rest(a: f64) -> f64 {
    let (mut a, mut rest) = (a, 0.0);
    while a < 15.0 {
        rest += (a + 0.5) * ln_1p(1.0 / a) - 1.0;
        a += 1.0;
    }
    let z = 1.0 / (a * a);
    rest + (1.0 / a)
        * (1.0 / 12.0
            - z * (1.0 / 360.0
                - z * (1.0 / 1260.0
                    - z * (1.0 / 1680.0 - z * (1.0 / 1188.0 - z * (691.0 / 360_360.0))))))
}

/// `ln Gamma(a)` for `a > 0`.
pub fn ln_gamma(a: f64) -> f64 {
    (a - 0.5) * ln(a) - a + HALF_LN_TWO_PI + stirling_rest(a)
}

/// `x^a e^-x / Gamma(a)`.
pub(crate) fn gamma_factor(a: f64, x: f64) -> f64 {
    let exponent = a * ln_ratio_minus(x, a, x - a) - stirling_rest(a) - HALF_LN_TWO_PI;
    if a > 1e-300 { exp(exponent) * a.sqrt() } else { 0.0 }
}

/// The regularised incomplete gamma function: the probabilities below and above `x` of a gamma
/// distribution of shape `a` and scale 1.
///
/// ```
/// use tinbergen::math::incomplete_gamma;
/// let (below, above) = incomplete_gamma(1.0, 2.0); // the exponential distribution
/// assert!((above - (-2.0f64).exp()).abs() < 1e-15 && (below + above - 1.0).abs() < 1e-15);
/// ```
pub fn incomplete_gamma(a: f64, x: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if x == f64::INFINITY {
        return (1.0, 0.0);
    }
    if x < a + 1.0 {
        let (mut term, mut sum, mut k) = (1.0 / a, 1.0 / a, a);
        for _ in 0..MOST {
            k += 1.0;
            term *= x / k;
            sum += term;
            if term < sum * 1e-17 {
                break;
            }
        }
        let below = gamma_factor(a, x) * sum;
        (below, 1.0 - below)
    } else {
        let above = gamma_factor(a, x) * gamma_fraction(a, x);
        (1.0 - above, above)
    }
}

/// The continued fraction of the upper incomplete gamma function, by Lentz's method.
fn gamma_fraction(a: f64, x: f64) -> f64 {
    let mut b = x + 1.0 - a;
    let mut c = 1e300;
    let mut d = 1.0 / b;
    let mut value = d;
    for k in 1..MOST {
        let k = k as f64;
        let numerator = -k * (k - a);
        b += 2.0;
        d = 1.0 / guarded(numerator * d + b);
        c = guarded(b + numerator / c);
        value *= d * c;
        if (d * c - 1.0).abs() < 4e-16 {
            break;
        }
    }
    value
}

fn guarded(value: f64) -> f64 {
    if value.abs() < 1e-300 { 1e-300 } else { value }
}

/// `x^a y^b / B(a, b)` with `y = 1 - x`, for `x` and `y` given apart.
pub(crate) fn beta_factor(a: f64, b: f64, x: f64, y: f64) -> f64 {
    let sum = a + b;
    let (x0, y0) = (a / sum, b / sum);
    let d = if x < y { x - x0 } else { y0 - y };
    let exponent =
        a * ln_ratio_minus(x, x0, d) + b * ln_ratio_minus(y, y0, -d) + stirling_rest(sum)
            - stirling_rest(a)
            - stirling_rest(b)
            - HALF_LN_TWO_PI;
    exp(exponent) * (a * y0).sqrt()
}

/// The regularised incomplete beta function: the probabilities below and above `x` of a beta
/// distribution, for `y = 1 - x` given apart so that nothing is lost near 1.
pub fn incomplete_beta(a: f64, b: f64, x: f64, y: f64) -> (f64, f64) {
    if x <= 0.0 {
        return (0.0, 1.0);
    }
    if y <= 0.0 {
        return (1.0, 0.0);
    }
    let factor = beta_factor(a, b, x, y);
    if x < (a + 1.0) / (a + b + 2.0) {
        let below = factor * beta_fraction(a, b, x) / a;
        (below, 1.0 - below)
    } else {
        let above = factor * beta_fraction(b, a, y) / b;
        (1.0 - above, above)
    }
}

/// The continued fraction of the incomplete beta function, by Lentz's method.
fn beta_fraction(a: f64, b: f64, x: f64) -> f64 {
    let mut c = 1.0;
    let mut d = 1.0 / guarded(1.0 - (a + b) * x / (a + 1.0));
    let mut value = d;
    for k in 1..MOST {
        let k = k as f64;
        let even = k * (b - k) * x / ((a + 2.0 * k - 1.0) * (a + 2.0 * k));
        let odd = -(a + k) * (a + b + k) * x / ((a + 2.0 * k) * (a + 2.0 * k + 1.0));
        let mut last = 1.0;
        for numerator in [even, odd] {
            d = 1.0 / guarded(1.0 + numerator * d);
            c = guarded(1.0 + numerator / c);
            last = d * c;
            value *= last;
        }
        if (last - 1.0).abs() < 4e-16 {
            break;
        }
    }
    value
}
