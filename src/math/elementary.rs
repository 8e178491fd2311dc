//! Exponential and logarithm.
//!
//! Both are free of branches that depend on the value, so that a loop over many numbers becomes
//! vector code, and both use nothing that two processors could round differently.

const LN2_HIGH: f64 = 6.931_471_803_691_238_16e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_70e-10;
/// 1.5 x 2^52: adding it rounds to a whole number, which then stands in the low bits.
pub(super) const ROUND: f64 = 6_755_399_441_055_744.0;

/// e to the power of `x`, to within 1 unit in the last place.
///
/// `x = k ln 2 + r` with `|r| <= ln 2 / 2`; the Taylor polynomial of degree 13 in `r`, whose
/// remainder is below 5e-18, times `2^k`.
///
/// ```
/// use tinbergen::math::exp;
/// assert!((exp(1.0) - std::f64::consts::E).abs() < 5e-16);
/// assert_eq!(exp(f64::NEG_INFINITY), 0.0);
/// ```
#[inline(always)]
pub fn exp(x: f64) -> f64 {
    let x = if x > 710.0 { 710.0 } else { x };
    let x = if x < -746.0 { -746.0 } else { x };
    let shifted = x * std::f64::consts::LOG2_E + ROUND;
    let k = shifted - ROUND;
    let r = (x - k * LN2_HIGH) - k * LN2_LOW;
    let high = polynomial(
        r,
        [
            1.0 / 6_227_020_800.0,
            1.0 / 479_001_600.0,
            1.0 / 39_916_800.0,
            1.0 / 3_628_800.0,
            1.0 / 362_880.0,
            1.0 / 40_320.0,
            1.0 / 5_040.0,
            1.0 / 720.0,
            1.0 / 120.0,
            1.0 / 24.0,
            1.0 / 6.0,
            0.5,
        ],
    );
    let value = 1.0 + (r + r * r * high);
    // 2^k in two factors, so that neither leaves the range of normal numbers.
    let k = shifted.to_bits().wrapping_sub(ROUND.to_bits());
    let half = ((k as i64) >> 1) as u64;
    value * power_of_two(half) * power_of_two(k.wrapping_sub(half))
}

/// 2 to the power of a small whole number, given as its two's complement.
#[inline(always)]
fn power_of_two(k: u64) -> f64 {
    f64::from_bits(k.wrapping_add(1023) << 52)
}

/// The smallest whole `k` with `x <= 2^k`, for a positive normal number.
pub(crate) fn log2_ceiling(x: f64) -> i32 {
    let (exponent, fraction) = (x.to_bits() >> 52, x.to_bits() & 0x000f_ffff_ffff_ffff);
    exponent as i32 - 1023 + i32::from(fraction != 0)
}

/// Natural logarithm, to within 1 unit in the last place; not-a-number below 0, minus infinity at 0.
///
/// `x = 2^k (1 + f)` with `1 + f` between `1/sqrt 2` and `sqrt 2`; with `s = f / (2 + f)`,
/// `ln(1 + f) = 2 s + s R(s^2)`. The coefficients of R are those of FreeBSD's msun (`e_log.c`).
///
/// ```
/// use tinbergen::math::ln;
/// assert_eq!(ln(1.0), 0.0);
/// assert!((ln(10.0) - std::f64::consts::LN_10).abs() < 5e-16);
/// ```
#[inline(always)]
pub fn ln(x: f64) -> f64 {
    let tiny = x < f64::MIN_POSITIVE;
    let value = ln_scaled(
        if tiny { x * 18_014_398_509_481_984.0 } else { x },
        if tiny { 54.0 } else { 0.0 },
    );
    let value = if x == f64::INFINITY { x } else { value };
    let value = if x == 0.0 { f64::NEG_INFINITY } else { value };
    if x >= 0.0 { value } else { f64::NAN }
}

/// `ln(x / 2^shift)` of a positive normal number, without a look at the others.
#[inline(always)]
pub(crate) fn ln_scaled(x: f64, shift: f64) -> f64 {
    // Shifting the exponent so that the significand lies around 1.
    let bits = x.to_bits().wrapping_add(0x3ff0_0000_0000_0000 - 0x3fe6_a09e_667f_3bcd);
    let exponent = f64::from_bits((bits >> 52) | 0x4330_0000_0000_0000) - 4_503_599_627_370_496.0;
    let k = exponent - (1023.0 + shift);
    let significand = (bits & 0x000f_ffff_ffff_ffff).wrapping_add(0x3fe6_a09e_667f_3bcd);
    let f = f64::from_bits(significand) - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let series = z * polynomial(
        z,
        [
            1.479819860511658591e-1,
            1.531383769920937332e-1,
            1.818357216161805012e-1,
            2.222219843214978396e-1,
            2.857142874366239149e-1,
            3.999999999940941908e-1,
            6.666666666666735130e-1,
        ],
    );
    let half = 0.5 * f * f;
    k * LN2_HIGH - ((half - (s * (half + series) + k * LN2_LOW)) - f)
}

/// A polynomial, the leading coefficient first: cubics side by side, put together by Horner's rule
/// in the fourth power, so that few operations wait for each other.
#[inline(always)]
pub(crate) fn polynomial<const N: usize>(x: f64, coefficients: [f64; N]) -> f64 {
    let square = x * x;
    let fourth = square * square;
    let first = (N - 1) % 4 + 1;
    let mut value = coefficients[0];
    let mut k = 1;
    while k < first {
        value = value * x + coefficients[k];
        k += 1;
    }
    while k < N {
        let high = coefficients[k] * x + coefficients[k + 1];
        let low = coefficients[k + 2] * x + coefficients[k + 3];
        value = value * fourth + (high * square + low);
        k += 4;
    }
    value
}

/// `ln(1 + x)`, accurate for small `x`.
#[inline(always)]
pub fn ln_1p(x: f64) -> f64 {
    let sum = 1.0 + x;
    let lost = sum - 1.0;
    let value = ln(sum) * (x / lost);
    let value = if lost == 0.0 { x } else { value };
    if sum == f64::INFINITY { sum } else { value }
}

/// The hyperbolic tangent, to a relative accuracy of a few units in the last place; exactly odd.
///
/// ```
/// use tinbergen::math::tanh;
/// assert!((tanh(1.0) - 0.761_594_155_955_764_9).abs() < 1e-15);
/// assert_eq!(tanh(-1e-9), -1e-9);
/// ```
#[inline(always)]
pub fn tanh(x: f64) -> f64 {
    let lost = exp_m1(-2.0 * x.abs());
    (-lost / (2.0 + lost)).copysign(x)
}

/// The inverse of [`tanh`]: not-a-number beyond -1 and 1, infinite at them; exactly odd.
///
/// ```
/// use tinbergen::math::atanh;
/// assert!((atanh(0.5) - 0.549_306_144_334_054_8).abs() < 1e-15);
/// assert!(atanh(1.5).is_nan());
/// ```
#[inline(always)]
pub fn atanh(x: f64) -> f64 {
    let size = x.abs();
    let value = 0.5 * ln_1p(2.0 * size / (1.0 - size));
    let value = if size == 1.0 { f64::INFINITY } else { value };
    value.copysign(x)
}

/// `e^x - 1`, accurate for small `x`: its Taylor polynomial where `|x|` is at most 1/2.
///
/// ```
/// use tinbergen::math::exp_m1;
/// assert!((exp_m1(1e-9) / 1.000_000_000_5e-9 - 1.0).abs() < 1e-15);
/// ```
pub fn exp_m1(x: f64) -> f64 {
    if !(x.abs() <= 0.5) {
        return exp(x) - 1.0;
    }
    let (mut term, mut sum, mut k) = (x, x, 1.0);
    loop {
        k += 1.0;
        term *= x / k;
        let next = sum + term;
        if next == sum {
            return sum;
        }
        sum = next;
    }
}

/// `ln(x / x0) - (x - x0) / x0`, accurate where the two are close and where they are far apart.
pub(crate) fn ln_ratio_minus(x: f64, x0: f64, difference: f64) -> f64 {
    let d = difference / x0;
    // Also for not-a-number, at which the series below would not end.
    if !(d.abs() <= 0.3) {
        return ln(x / x0) - d;
    }
    // ln(1 + d) = 2 artanh(d / (2 + d)), whose first term less d is -d^2 / (2 + d).
    let s = d / (2.0 + d);
    let z = s * s;
    let (mut term, mut sum, mut k) = (2.0 * s, 0.0, 1.0);
    loop {
        term *= z;
        k += 2.0;
        let next = sum + term / k;
        if next == sum {
            break;
        }
        sum = next;
    }
    sum - d * s
}

/// `1 / (1 + e^-x)`.
#[inline(always)]
pub fn expit(x: f64) -> f64 {
    1.0 / (1.0 + exp(-x))
}

/// `ln(p / (1 - p))`.
#[inline(always)]
pub fn logit(p: f64) -> f64 {
    ln(p / (1.0 - p))
}

/// The logit of a value between two limits, `ln((x - low) / (high - x))`: no digit is lost near the upper one.
///
/// ```
/// use tinbergen::math::{expit_between, logit_between};
/// assert_eq!(logit_between(50.0, (0.0, 100.0)), 0.0);
/// assert!((expit_between(logit_between(99.5, (0.0, 100.0)), (0.0, 100.0)) - 99.5).abs() < 1e-12);
/// ```
#[inline(always)]
pub fn logit_between(x: f64, (low, high): (f64, f64)) -> f64 {
    ln((x - low) / (high - x))
}

/// The value between two limits with a logit, the inverse of [`logit_between`].
#[inline(always)]
pub fn expit_between(logit: f64, (low, high): (f64, f64)) -> f64 {
    low + (high - low) * expit(logit)
}

/// `a` to the power of `b`: by multiplication for whole exponents up to 64, else `e^(b ln a)`, whose
/// relative error grows as `1e-16 |b ln a|`. Not-a-number for a negative base and a broken exponent,
/// and where either is.
///
/// ```
/// use tinbergen::math::pow;
/// assert_eq!(pow(-2.0, 3.0), -8.0);
/// assert!(pow(-8.0, 1.0 / 3.0).is_nan());
/// ```
#[inline]
pub fn pow(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() {
        return f64::NAN;
    }
    if b == 0.0 || a == 1.0 {
        return 1.0;
    }
    let whole = b.floor() == b;
    if whole && b.abs() <= 64.0 {
        let power = by_squaring(a, b.abs() as u32);
        return if b > 0.0 { power } else { 1.0 / power };
    }
    let size = exp(b * ln(a.abs()));
    let odd = whole && (b * 0.5).floor() != b * 0.5;
    match (a < 0.0, whole, odd) {
        (true, false, _) => f64::NAN,
        (true, true, true) => -size,
        _ => size,
    }
}

fn by_squaring(mut base: f64, mut exponent: u32) -> f64 {
    let mut power = 1.0;
    while exponent > 0 {
        if exponent & 1 == 1 {
            power *= base;
        }
        base *= base;
        exponent >>= 1;
    }
    power
}
