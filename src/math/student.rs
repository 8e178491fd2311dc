//! Student's t, for intervals of estimates that rest on few pieces.

use super::elementary::{exp_m1, ln};
use super::normal::{Tail, normal_quantile_of};
use super::special::beta_factor;

/// Steps of Newton's method; six are enough.
const MOST: usize = 60;
/// Terms of a series or fraction; reached by no argument that is let in.
const MOST_TERMS: usize = 10_000;
/// Below this probability the side beyond the quantile is the one that has all its digits.
const TAIL: f64 = 0.15;

/// The quantile of Student's t with `df` degrees of freedom, at least 1, for a probability from
/// 1e-15 on: to within 1e-14, relative.
///
/// The probability beyond `t` is half the incomplete beta function `I_x(df/2, 1/2)` at
/// `x = df / (df + t^2)`. Its logarithm bends one way only in `ln t`, between a straight line (the
/// power law of the tail) and a parabola, so that Newton's method on the two logarithms comes to its
/// end from any start. Around the median the probability between it and `t` takes its place, so that
/// small quantiles have all their digits too. Neither is the difference of two near numbers.
///
/// ```
/// use tinbergen::math::{Tail, student_t_quantile};
/// let upper = Tail { p: 0.25, upper: true };
/// assert!((student_t_quantile(upper, 1.0) - 1.0).abs() < 1e-14); // Cauchy's distribution
/// ```
pub fn student_t_quantile(tail: Tail, df: f64) -> f64 {
    let inner = 0.5 - tail.p;
    if inner == 0.0 {
        return 0.0;
    }
    let half = 0.5 * df;
    let z = normal_quantile_of(Tail { upper: true, ..tail });
    let mut t = z + z * (z * z + 1.0) / (4.0 * df);
    for _ in 0..MOST {
        let square = t * t;
        let (x, y) = (df / (df + square), square / (df + square));
        // The probability over t times the density, and the logarithm of it over the wanted one.
        let density = beta_factor(half, 0.5, x, y);
        let (ratio, gap) = if tail.p > TAIL {
            let ratio = 0.5 * before(half, y);
            (-ratio, ln(density * ratio / inner))
        } else {
            let ratio = 0.5 * beyond(half, x, y);
            (ratio, ln(density * ratio / tail.p))
        };
        let step = gap * ratio;
        t += t * exp_m1(step);
        if !(step.abs() > 1e-15) {
            break;
        }
    }
    if tail.upper { t } else { -t }
}

/// `I_y(1/2, a)` over its factor `x^a y^(1/2) / B(a, 1/2)`: its power series, of positive terms.
fn before(a: f64, y: f64) -> f64 {
    let (mut term, mut sum) = (2.0, 2.0);
    for k in 0..MOST_TERMS {
        let k = k as f64;
        term *= (a + 0.5 + k) / (1.5 + k) * y;
        let next = sum + term;
        if next == sum {
            break;
        }
        sum = next;
    }
    sum
}

/// `I_x(a, 1/2)` over the same factor: the continued fraction of A. R. DiDonato and A. H. Morris
/// (1992), Significant digit computation of the incomplete beta function ratios, equation 9, in the
/// form of their program, which takes `y = 1 - x` and loses nothing where `x` is near 1.
fn beyond(a: f64, x: f64, y: f64) -> f64 {
    let b = 0.5;
    let (c, c0, c1) = (1.0 + ((a + b) * y - b), b / a, 1.0 + 1.0 / a);
    let (mut p, mut s) = (1.0, a + 1.0);
    let (mut numerator, mut last_numerator) = (1.0, 0.0);
    let (mut denominator, mut last_denominator) = (c / c1, 1.0);
    let mut value = c1 / c;
    for n in 1..MOST_TERMS {
        let n = n as f64;
        let part = n / a;
        let w = n * (b - n) * x;
        let e = a / s;
        let alpha = (p * (p + c0) * e * e) * (w * x);
        let beta = n + w / s + (1.0 + part) / (c1 + part + part) * (c + n * (1.0 + y));
        p = 1.0 + part;
        s += 2.0;
        (last_numerator, numerator) = (numerator, alpha * last_numerator + beta * numerator);
        (last_denominator, denominator) =
            (denominator, alpha * last_denominator + beta * denominator);
        let last = value;
        value = numerator / denominator;
        if (value - last).abs() <= 1e-16 * value {
            break;
        }
        // So that none of them leaves the range of numbers.
        last_numerator /= denominator;
        last_denominator /= denominator;
        (numerator, denominator) = (value, 1.0);
    }
    value
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use statrs::distribution::{ContinuousCDF, StudentsT};

    use super::*;

    #[test]
    fn quantiles_are_those_of_mpmath() {
        let golden = include_str!("../../tests/golden/student_t.csv");
        let (mut count, mut worst) = (0, 0.0f64);
        for row in golden.lines().filter(|line| !line.starts_with(['#', 'd'])) {
            let bits = |text: &str| {
                f64::from_bits(u64::from_str_radix(text, 16).expect("sixteen hexadecimal digits"))
            };
            let numbers: Vec<f64> = row.split(',').map(bits).collect();
            let &[df, p, expected] = numbers.as_slice() else { panic!("three columns: {row}") };
            let found = student_t_quantile(Tail { p, upper: true }, df);
            let error = (found / expected - 1.0).abs();
            assert!(error < 1e-14, "df {df}, p {p:e}: {found:e}, not {expected:e}");
            assert_eq!(student_t_quantile(Tail { p, upper: false }, df), -found);
            (count, worst) = (count + 1, worst.max(error));
        }
        assert!(count >= 1_000 && worst > 0.0, "{count} rows, {worst:e}");
    }

    #[test]
    fn half_the_probability_is_the_median() {
        assert_eq!(student_t_quantile(Tail { p: 0.5, upper: true }, 3.0), 0.0);
    }

    proptest! {
        /// To the accuracy of statrs.
        #[test]
        fn the_distribution_function_of_statrs_gives_the_probability_back(
            df in 1.0..1e4f64, p in 1e-9..0.5f64,
        ) {
            let t = student_t_quantile(Tail { p, upper: false }, df);
            let back = StudentsT::new(0.0, 1.0, df).expect("valid").cdf(t);
            prop_assert!((back / p - 1.0).abs() < 1e-9, "{} {} {}", t, back, p);
        }
    }
}
