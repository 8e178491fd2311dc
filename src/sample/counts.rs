//! Quantiles of counts whose parameters differ from path to path: exact inversion.
//!
//! All three distributions are of Panjer's class: the probability of `k` is that of `k - 1` times
//! `a + b / k`. Where the probability of 0 is not too small, many paths at once sum up from there;
//! the rest start from the normal quantile with the Cornish-Fisher correction and step with the
//! distribution function; where many steps are needed, the count is bracketed and halved. Where the
//! distribution is all but normal (`mean^2 / variance` above 10^7), the Cornish-Fisher expansion to
//! the third order is right to a part in 10^7 of a count and is taken as it is.

use crate::math::{
    Tail, beta_factor, exp, gamma_factor, incomplete_beta, incomplete_gamma, ln, ln_1p, ln_gamma,
    normal_quantile,
};

/// Counts beyond this are not exact numbers any more.
const LARGEST: f64 = 9e15;

/// A distribution of counts and what it takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Count {
    /// Mean.
    Poisson,
    /// Mean and dispersion: variance = mean + dispersion x mean^2.
    NegativeBinomial,
    /// Number of trials, a whole number, and probability.
    Binomial,
}

impl Count {
    /// The smallest count whose probability of not being exceeded is at least `1/2 + v`; not-a-number
    /// where the parameters are no parameters of it, or too large for whole numbers. A Poisson
    /// distribution takes no second parameter.
    ///
    /// ```
    /// use tinbergen::sample::Count;
    /// assert_eq!(Count::Poisson.quantile(0.0, 70.0, 0.0), 70.0); // the median
    /// assert_eq!(Count::Binomial.quantile(0.0, 10.0, 0.5), 5.0);
    /// assert!(Count::Poisson.quantile(0.1, -1.0, 0.0).is_nan());
    /// ```
    pub fn quantile(self, v: f64, a: f64, b: f64) -> f64 {
        let mut out = [0.0];
        self.quantiles(&[v], &[a], &[b], &mut out);
        out[0]
    }

    /// [`quantile`](Self::quantile) of many centred uniforms, each with its own parameters.
    #[inline(always)]
    pub fn quantiles(self, v: &[f64], a: &[f64], b: &[f64], out: &mut [f64]) {
        let inputs = v.chunks(SIDE).zip(a.chunks(SIDE)).zip(b.chunks(SIDE));
        for (((v, a), b), out) in inputs.zip(out.chunks_mut(SIDE)) {
            let mut sums = Sums::default();
            for lane in 0..out.len() {
                sums.start(lane, v[lane], &self.panjer(a[lane], b[lane]));
            }
            sums.run();
            for lane in 0..out.len() {
                let done = sums.is_done(lane);
                out[lane] =
                    if done { sums.count[lane] } else { self.far(v[lane], a[lane], b[lane]) };
            }
        }
    }

    /// The logarithm of the probability of a count; minus infinity where it cannot be.
    ///
    /// ```
    /// use tinbergen::sample::Count;
    /// let p = Count::Poisson.ln_probability(3.0, 2.5, 0.0).exp();
    /// assert!((p - 0.213_763_017_249).abs() < 1e-12);
    /// ```
    pub fn ln_probability(self, k: f64, a: f64, b: f64) -> f64 {
        if !(k >= 0.0 && k.floor() == k && k <= LARGEST) {
            return f64::NEG_INFINITY;
        }
        let times = |n: f64, p: f64| if n == 0.0 { 0.0 } else { n * ln(p) };
        match self {
            Self::NegativeBinomial if b > 0.0 => {
                let size = 1.0 / b;
                let ways = ln_gamma(k + size) - ln_gamma(size) - ln_gamma(k + 1.0);
                ways - size * ln_1p(b * a) + times(k, b * a / (1.0 + b * a))
            }
            Self::Poisson | Self::NegativeBinomial => times(k, a) - a - ln_gamma(k + 1.0),
            Self::Binomial if k <= a => {
                let ways = ln_gamma(a + 1.0) - ln_gamma(k + 1.0) - ln_gamma(a - k + 1.0);
                ways + times(k, b) + times(a - k, 1.0 - b)
            }
            Self::Binomial => f64::NEG_INFINITY,
        }
    }

    #[inline(always)]
    fn panjer(self, a: f64, b: f64) -> Panjer {
        match self {
            Self::Poisson => Panjer { zero: -a, a: 0.0, b: a },
            Self::NegativeBinomial => {
                let (mean, dispersion) = (a, b);
                let size = 1.0 / dispersion;
                let go = dispersion * mean / (1.0 + dispersion * mean);
                Panjer { zero: -size * ln_1p(dispersion * mean), a: go, b: (size - 1.0) * go }
            }
            Self::Binomial => {
                let (n, p) = (a, b);
                let odds = p / (1.0 - p);
                let valid = n.floor() == n && (0.0..=0.5).contains(&p);
                let zero = if valid { n * ln_1p(-p) } else { f64::NAN };
                Panjer { zero, a: -odds, b: (n + 1.0) * odds }
            }
        }
    }

    /// Where summing up from 0 would be long or inexact.
    #[inline(never)]
    fn far(self, v: f64, a: f64, b: f64) -> f64 {
        match self {
            Self::Poisson => far_poisson(v, a),
            Self::NegativeBinomial => far_negative_binomial(v, a, b),
            Self::Binomial => far_binomial(v, a, b),
        }
    }
}

/// A distribution of Panjer's class.
struct Panjer {
    /// The logarithm of the probability of 0.
    zero: f64,
    /// The probability of `k` is that of `k - 1` times `a + b / k`.
    a: f64,
    b: f64,
}

/// Paths that sum up side by side.
const SIDE: usize = 32;
/// Counts up to this are summed up from 0.
const MOST: u32 = 2048;
/// The probability of 0 is not below `e` to the power of this.
const DEEPEST: f64 = -690.0;
/// Nearer to 1 than this a sum of probabilities has lost too much to rounding.
const REST: f64 = 1e-9;

/// Sums of probabilities on their way up.
struct Sums {
    wanted: [f64; SIDE],
    term: [f64; SIDE],
    sum: [f64; SIDE],
    count: [f64; SIDE],
    a: [f64; SIDE],
    b: [f64; SIDE],
}

impl Default for Sums {
    #[inline(always)]
    fn default() -> Self {
        let zero = [0.0; SIDE];
        Self { wanted: zero, term: zero, sum: zero, count: zero, a: zero, b: zero }
    }
}

impl Sums {
    /// A lane that cannot be summed up wants nothing, has nothing, and is never done.
    #[inline(always)]
    fn start(&mut self, lane: usize, v: f64, panjer: &Panjer) {
        let near = panjer.zero >= DEEPEST && panjer.zero <= 0.0 && v <= 0.5 - REST;
        let first = if near { exp(panjer.zero) } else { f64::NAN };
        (self.term[lane], self.sum[lane]) = (first, first);
        self.wanted[lane] = 0.5 + v;
        (self.a[lane], self.b[lane]) = (panjer.a, panjer.b);
    }

    #[inline(always)]
    fn run(&mut self) {
        let mut k = 0;
        while k < MOST && self.any_below() {
            for _ in 0..16 {
                k += 1;
                self.step(1.0 / f64::from(k));
            }
        }
    }

    #[inline(always)]
    fn step(&mut self, inverse: f64) {
        for lane in 0..SIDE {
            let below = if self.sum[lane] < self.wanted[lane] { 1.0 } else { 0.0 };
            self.count[lane] += below;
            self.term[lane] *= self.a[lane] + self.b[lane] * inverse;
            self.sum[lane] += self.term[lane];
        }
    }

    #[inline(always)]
    fn any_below(&self) -> bool {
        let mut below = 0;
        for lane in 0..SIDE {
            below |= u64::from(self.sum[lane] < self.wanted[lane]);
        }
        below != 0
    }

    #[inline(always)]
    fn is_done(&self, lane: usize) -> bool {
        self.sum[lane] >= self.wanted[lane]
    }
}

fn far_poisson(v: f64, mean: f64) -> f64 {
    if !(0.0..=LARGEST).contains(&mean) {
        return f64::NAN;
    }
    let sides = |k: f64| {
        let (below, above) = incomplete_gamma(k + 1.0, mean);
        (above, below)
    };
    let mass = |k: f64| gamma_factor(k + 1.0, mean) / mean;
    let (sd, ratio) = (mean.sqrt(), |k: f64| mean / k);
    let (skewness, excess) = (1.0 / sd, 1.0 / mean);
    step(v, &Bulk { mean, sd, skewness, excess, sides: &sides, mass: &mass, ratio: &ratio })
}

fn far_negative_binomial(v: f64, mean: f64, dispersion: f64) -> f64 {
    if !(0.0..=LARGEST).contains(&mean) || !(dispersion >= 0.0) {
        return f64::NAN;
    }
    if mean == 0.0 {
        return 0.0;
    }
    if dispersion < 1e-12 {
        return Count::Poisson.quantile(v, mean, 0.0);
    }
    let size = 1.0 / dispersion;
    let stop = 1.0 / (1.0 + dispersion * mean);
    let go = dispersion * mean * stop;
    let sd = (mean * (1.0 + dispersion * mean)).sqrt();
    let skewness = (1.0 + go) / (size * go).sqrt();
    let excess = 6.0 / size + stop * stop / (go * size);
    let sides = |k: f64| incomplete_beta(size, k + 1.0, stop, go);
    let mass = |k: f64| beta_factor(size, k + 1.0, stop, go) / (go * (size + k));
    let ratio = |k: f64| (k - 1.0 + size) / k * go;
    step(v, &Bulk { mean, sd, skewness, excess, sides: &sides, mass: &mass, ratio: &ratio })
}

fn far_binomial(v: f64, n: f64, probability: f64) -> f64 {
    if !(0.0..=LARGEST).contains(&n) || n.floor() != n || !(0.0..=1.0).contains(&probability) {
        return f64::NAN;
    }
    if probability > 0.5 {
        return n - Count::Binomial.quantile(-v, n, 1.0 - probability);
    }
    if n == 0.0 || probability == 0.0 {
        return 0.0;
    }
    let (p, q) = (probability, 1.0 - probability);
    let sd = (n * p * q).sqrt();
    let sides = |k: f64| {
        let (below, above) = incomplete_beta(k + 1.0, n - k, p, q);
        (above, below)
    };
    let mass = |k: f64| beta_factor(k + 1.0, n - k + 1.0, p, q) / (p * q * (n + 1.0));
    let ratio = |k: f64| (n + 1.0 - k) / k * (p / q);
    let (skewness, excess) = ((q - p) / sd, (1.0 - 6.0 * p * q) / (sd * sd));
    let mean = n * p;
    let bulk = Bulk { mean, sd, skewness, excess, sides: &sides, mass: &mass, ratio: &ratio };
    step(v, &bulk).min(n)
}

/// A distribution of counts around its bulk.
struct Bulk<'a> {
    mean: f64,
    sd: f64,
    skewness: f64,
    /// Kurtosis beyond that of a normal.
    excess: f64,
    /// The probabilities of at most `k` and of more than `k`.
    sides: &'a dyn Fn(f64) -> (f64, f64),
    /// The probability of `k`.
    mass: &'a dyn Fn(f64) -> f64,
    /// The probability of `k` over that of `k - 1`.
    ratio: &'a dyn Fn(f64) -> f64,
}

/// A probability that is to be reached, from the nearer end.
struct Wanted(Tail);

impl Wanted {
    fn is_reached(&self, at_most: f64, more: f64) -> bool {
        if self.0.upper { more <= self.0.p } else { at_most >= self.0.p }
    }
}

/// From this `mean^2 / variance` on a distribution is taken for its expansion.
const ALL_BUT_NORMAL: f64 = 1e7;
/// Steps from the guess before the count is bracketed instead.
const STEPS: u32 = 20_000;

/// Steps from the Cornish-Fisher guess to the count: the distribution function is worked out once,
/// the steps add or take away the probability of one count at a time.
fn step(v: f64, bulk: &Bulk<'_>) -> f64 {
    let z = normal_quantile(v);
    let guess = bulk.mean + bulk.sd * (z + bulk.skewness * (z * z - 1.0) / 6.0);
    if bulk.mean * bulk.mean > ALL_BUT_NORMAL * bulk.sd * bulk.sd {
        let third = bulk.excess * (z * z - 3.0) / 24.0
            - bulk.skewness * bulk.skewness * (2.0 * z * z - 5.0) / 36.0;
        return (guess + bulk.sd * z * third - 0.5).ceil();
    }
    let mut k = guess.floor().clamp(0.0, LARGEST);
    let wanted = Wanted(Tail::of_centred(v));
    let (mut at_most, mut more) = (bulk.sides)(k);
    let mut mass = (bulk.mass)(k);
    let down = wanted.is_reached(at_most, more);
    for _ in 0..STEPS {
        if down {
            if !(k > 0.0 && wanted.is_reached(at_most - mass, more + mass)) {
                return k;
            }
            (at_most, more) = (at_most - mass, more + mass);
            mass /= (bulk.ratio)(k);
            k -= 1.0;
        } else {
            if wanted.is_reached(at_most, more) {
                return k;
            }
            if !(mass > 0.0) {
                break;
            }
            k += 1.0;
            mass *= (bulk.ratio)(k);
            (at_most, more) = (at_most + mass, more - mass);
        }
    }
    halve(&wanted, k, bulk)
}

/// The count from a place on its way: a bracket of twice the width each time, then halved.
fn halve(wanted: &Wanted, k: f64, bulk: &Bulk<'_>) -> f64 {
    let reached = |k: f64| {
        let (at_most, more) = (bulk.sides)(k);
        wanted.is_reached(at_most, more)
    };
    let (mut low, mut high, mut width) = (k, k, 64.0);
    while !reached(high) {
        (low, high) = (high, high + width);
        width *= 2.0;
        if !(high <= LARGEST) {
            return f64::NAN;
        }
    }
    while low >= high || (low >= 0.0 && reached(low)) {
        (low, high) = ((low - width).max(-1.0), low.min(high));
        width *= 2.0;
    }
    while high - low > 1.0 {
        let middle = f64::midpoint(low, high).floor();
        if reached(middle) { high = middle } else { low = middle }
    }
    high
}
