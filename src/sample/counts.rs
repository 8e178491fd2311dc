//! Quantiles of counts whose parameters differ from path to path: exact inversion.
//!
//! Small means are summed up from 0; large ones start from the normal quantile with the
//! Cornish-Fisher correction and step with the distribution function.

use crate::math::{
    Tail, beta_factor, exp, gamma_factor, incomplete_beta, incomplete_gamma, ln_1p,
    normal_quantile, pow,
};

/// Means up to this are summed up from 0.
const SMALL: f64 = 40.0;
/// Counts beyond this are not exact numbers any more.
const LARGEST: f64 = 9e15;

/// The smallest count whose Poisson probability of not being exceeded is at least `1/2 + v`.
/// Not-a-number for a mean that is negative, not a number, or too large for whole numbers.
///
/// ```
/// use tinbergen::sample::poisson_quantile;
/// assert_eq!(poisson_quantile(0.0, 70.0), 70.0); // the median
/// assert!(poisson_quantile(0.1, -1.0).is_nan());
/// ```
pub fn poisson_quantile(v: f64, mean: f64) -> f64 {
    if !(0.0..=LARGEST).contains(&mean) {
        return f64::NAN;
    }
    if mean <= SMALL {
        return sum_up(v, exp(-mean), |k| mean / k);
    }
    let sides = |k: f64| {
        let (below, above) = incomplete_gamma(k + 1.0, mean);
        (above, below)
    };
    let mass = |k: f64| gamma_factor(k + 1.0, mean) / mean;
    let (sd, ratio) = (mean.sqrt(), |k: f64| mean / k);
    step(v, &Bulk { mean, sd, skewness: 1.0 / sd, sides: &sides, mass: &mass, ratio: &ratio })
}

/// The same for a negative binomial with variance `mean + dispersion x mean^2`.
pub fn negative_binomial_quantile(v: f64, mean: f64, dispersion: f64) -> f64 {
    if !(0.0..=LARGEST).contains(&mean) || !(dispersion >= 0.0) {
        return f64::NAN;
    }
    if dispersion < 1e-12 {
        return poisson_quantile(v, mean);
    }
    let size = 1.0 / dispersion;
    let stop = 1.0 / (1.0 + dispersion * mean);
    let go = dispersion * mean * stop;
    let variance = mean * (1.0 + dispersion * mean);
    if mean <= SMALL && variance <= SMALL * SMALL {
        let first = exp(-size * ln_1p(dispersion * mean));
        return sum_up(v, first, |k| (k - 1.0 + size) / k * go);
    }
    let sd = variance.sqrt();
    let skewness = (1.0 + go) / (size * go).sqrt();
    let sides = |k: f64| incomplete_beta(size, k + 1.0, stop, go);
    let mass = |k: f64| beta_factor(size, k + 1.0, stop, go) / (go * (size + k));
    let ratio = |k: f64| (k - 1.0 + size) / k * go;
    step(v, &Bulk { mean, sd, skewness, sides: &sides, mass: &mass, ratio: &ratio })
}

/// The same for a binomial of `n` trials, a whole number, and a probability.
pub fn binomial_quantile(v: f64, n: f64, probability: f64) -> f64 {
    if !(0.0..=LARGEST).contains(&n) || n.floor() != n || !(0.0..=1.0).contains(&probability) {
        return f64::NAN;
    }
    if probability > 0.5 {
        return n - binomial_quantile(-v, n, 1.0 - probability);
    }
    if n == 0.0 || probability == 0.0 {
        return 0.0;
    }
    let (p, q) = (probability, 1.0 - probability);
    let mean = n * p;
    if mean <= SMALL {
        let first = if n <= 64.0 { pow(q, n) } else { exp(n * ln_1p(-p)) };
        return sum_up(v, first, |k| (n + 1.0 - k) / k * (p / q)).min(n);
    }
    let sd = (mean * q).sqrt();
    let sides = |k: f64| {
        let (below, above) = incomplete_beta(k + 1.0, n - k, p, q);
        (above, below)
    };
    let mass = |k: f64| beta_factor(k + 1.0, n - k + 1.0, p, q) / (p * q * (n + 1.0));
    let ratio = |k: f64| (n + 1.0 - k) / k * (p / q);
    let skewness = (q - p) / sd;
    step(v, &Bulk { mean, sd, skewness, sides: &sides, mass: &mass, ratio: &ratio }).min(n)
}

/// Sums probabilities from 0 on; `ratio(k)` is that of `k` over that of `k - 1`.
fn sum_up(v: f64, first: f64, ratio: impl Fn(f64) -> f64) -> f64 {
    let wanted = 0.5 + v;
    let (mut k, mut term, mut sum) = (0.0, first, first);
    while sum < wanted && k < 4000.0 {
        k += 1.0;
        term *= ratio(k);
        let next = sum + term;
        if next == sum && k > 1.0 {
            break;
        }
        sum = next;
    }
    k
}

/// A distribution of counts around its bulk.
struct Bulk<'a> {
    mean: f64,
    sd: f64,
    skewness: f64,
    /// The probabilities of at most `k` and of more than `k`.
    sides: &'a dyn Fn(f64) -> (f64, f64),
    /// The probability of `k`.
    mass: &'a dyn Fn(f64) -> f64,
    /// The probability of `k` over that of `k - 1`.
    ratio: &'a dyn Fn(f64) -> f64,
}

/// Steps from the Cornish-Fisher guess to the count: the distribution function is worked out once,
/// the steps add or take away the probability of one count at a time.
fn step(v: f64, bulk: &Bulk<'_>) -> f64 {
    let z = normal_quantile(v);
    let guess = bulk.mean + bulk.sd * (z + bulk.skewness * (z * z - 1.0) / 6.0);
    let mut k = guess.floor().max(0.0);
    let wanted = Tail::of_centred(v);
    let (mut at_most, mut more) = (bulk.sides)(k);
    let mut mass = (bulk.mass)(k);
    let enough = |at_most: f64, more: f64| {
        if wanted.upper { more <= wanted.p } else { at_most >= wanted.p }
    };
    if enough(at_most, more) {
        while k > 0.0 && enough(at_most - mass, more + mass) {
            (at_most, more) = (at_most - mass, more + mass);
            mass /= (bulk.ratio)(k);
            k -= 1.0;
        }
    } else {
        while !enough(at_most, more) && mass > 0.0 {
            k += 1.0;
            mass *= (bulk.ratio)(k);
            (at_most, more) = (at_most + mass, more - mass);
        }
    }
    k
}
