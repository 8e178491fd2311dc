//! Sine and cosine.
//!
//! Free of branches that depend on the value, as the exponential is: both polynomials are worked out
//! and the right one is taken.

use super::elementary::ROUND;

/// Numbers further from 0 have no sine here: how far they are from a multiple of pi is no longer known
/// to the last place.
const FARTHEST: f64 = 1e6;
/// pi / 2 in three parts of 33 bits and a rest, so that a part times a whole number below 2^20 is
/// exact (Cody and Waite 1980, Software Manual for the Elementary Functions); the parts are those of
/// FreeBSD's msun (`e_rem_pio2.c`).
const HALF_PI: [f64; 4] = [
    1.57079632673412561417,
    6.07710050630396597660e-11,
    2.02226624871116645580e-21,
    8.47842766036889956997e-32,
];

/// Sine of `x` in radians, to within 1 unit in the last place; not-a-number beyond a million.
///
/// `x = n pi / 2 + r` with `|r| <= pi / 4`; then a polynomial in `r`, of the sine or of the cosine as
/// `n` says. The polynomials are those of FreeBSD's msun (`k_sin.c`, `k_cos.c`).
///
/// ```
/// use tinbergen::math::sin;
/// assert_eq!(sin(0.0), 0.0);
/// assert_eq!(sin(std::f64::consts::FRAC_PI_2), 1.0);
/// assert!(sin(1e7).is_nan());
/// ```
#[inline(always)]
pub fn sin(x: f64) -> f64 {
    turned(x, 0)
}

/// Cosine of `x` in radians, to within 1 unit in the last place; not-a-number beyond a million.
///
/// ```
/// use tinbergen::math::cos;
/// assert_eq!(cos(0.0), 1.0);
/// assert_eq!(cos(std::f64::consts::PI), -1.0);
/// ```
#[inline(always)]
pub fn cos(x: f64) -> f64 {
    turned(x, 1)
}

/// `sin(x + turns pi / 2)`.
#[inline(always)]
fn turned(x: f64, turns: u64) -> f64 {
    let shifted = x * std::f64::consts::FRAC_2_PI + ROUND;
    let n = shifted - ROUND;
    let quadrant = shifted.to_bits().wrapping_sub(ROUND.to_bits()).wrapping_add(turns);
    // The first difference is exact, the errors of the others are kept.
    let first = x - n * HALF_PI[0];
    let (second, lost) = difference(first, n * HALF_PI[1]);
    let (third, lost_too) = difference(second, n * HALF_PI[2]);
    let low = (lost + lost_too) - n * HALF_PI[3];
    let r = third + low;
    let rest = (third - r) + low;
    let (sine, cosine) = (near_0_sine(r, rest), near_0_cosine(r, rest));
    let value = if quadrant & 1 == 0 { sine } else { cosine };
    let value = if quadrant & 2 == 0 { value } else { -value };
    if x.abs() <= FARTHEST { value } else { f64::NAN }
}

/// `a - b` as it is rounded, and what was lost (Knuth).
#[inline(always)]
fn difference(a: f64, b: f64) -> (f64, f64) {
    let d = a - b;
    let other = a - d;
    (d, (a - (d + other)) + (other - b))
}

/// Sine of `r + rest` up to pi / 4.
#[inline(always)]
fn near_0_sine(r: f64, rest: f64) -> f64 {
    let z = r * r;
    let cube = z * r;
    let high = 8.33333333332248946124e-3
        + z * (-1.98412698298579493134e-4
            + z * (2.75573137070700676789e-6
                + z * (-2.50507602534068634195e-8 + z * 1.58969099521155010221e-10)));
    r - ((z * (0.5 * rest - cube * high) - rest) - cube * -1.66666666666666324348e-1)
}

/// Cosine of `r + rest` up to pi / 4.
#[inline(always)]
fn near_0_cosine(r: f64, rest: f64) -> f64 {
    let z = r * r;
    let high = z
        * (4.16666666666666019037e-2
            + z * (-1.38888888888741095749e-3
                + z * (2.48015872894767294178e-5
                    + z * (-2.75573143513906633035e-7
                        + z * (2.08757232129817482790e-9 + z * -1.13596475577881948265e-11)))));
    let half = 0.5 * z;
    let value = 1.0 - half;
    value + (((1.0 - value) - half) + (z * high - r * rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many numbers lie between two.
    fn apart(a: f64, b: f64) -> u64 {
        let place = |x: f64| {
            let bits = x.to_bits() as i64;
            if bits < 0 { i64::MIN - bits } else { bits }
        };
        place(a).abs_diff(place(b))
    }

    #[test]
    fn sines_are_those_of_mpmath() {
        let golden = include_str!("../../tests/golden/sines.csv");
        let rows = golden.lines().filter(|line| !line.starts_with(['#', 'x']));
        let (mut count, mut worst) = (0, 0);
        for row in rows {
            let bits = |text: &str| {
                f64::from_bits(u64::from_str_radix(text, 16).expect("sixteen hexadecimal digits"))
            };
            let numbers: Vec<f64> = row.split(',').map(bits).collect();
            let &[x, sine, cosine] = numbers.as_slice() else { panic!("three columns: {row}") };
            worst = worst.max(apart(sin(x), sine)).max(apart(cos(x), cosine));
            assert!(apart(sin(x), sine) <= 1, "sin({x:e}) is {:e}, not {sine:e}", sin(x));
            assert!(apart(cos(x), cosine) <= 1, "cos({x:e}) is {:e}, not {cosine:e}", cos(x));
            count += 1;
        }
        assert!(count >= 1_000 && worst == 1, "{count} rows, {worst}");
    }

    #[test]
    fn what_is_too_far_or_no_number_has_no_sine() {
        for x in [1.000_001e6, -1e9, 1e300, f64::INFINITY, f64::NEG_INFINITY, f64::NAN] {
            assert!(sin(x).is_nan() && cos(x).is_nan(), "{x}");
        }
        assert!(sin(1e6).is_finite() && cos(-1e6).is_finite());
    }
}
