//! The normal distribution.

use super::elementary::{exp, ln, ln_1p, ln_scaled, polynomial};
use super::special::incomplete_gamma;

/// A probability by its smaller side, so that nothing is lost near 1.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tail {
    /// The probability of the smaller side, at most 1/2.
    pub p: f64,
    /// Is it the probability above?
    pub upper: bool,
}

impl Tail {
    /// Of a centred uniform `v = u - 1/2`.
    pub fn of_centred(v: f64) -> Self {
        Self { p: 0.5 - v.abs(), upper: v > 0.0 }
    }

    /// The probability below, with what rounding leaves of it near 1.
    pub fn below(self) -> f64 {
        if self.upper { 1.0 - self.p } else { self.p }
    }

    /// The probability above, with what rounding leaves of it near 1.
    pub fn above(self) -> f64 {
        if self.upper { self.p } else { 1.0 - self.p }
    }

    /// The logarithm of the probability above, without loss on either side.
    pub(crate) fn ln_above(self) -> f64 {
        if self.upper { ln(self.p) } else { ln_1p(-self.p) }
    }
}

/// The standard normal quantile of a centred uniform `v = u - 1/2`.
///
/// `sqrt 2` times the inverse error function of `2 v` by the polynomials of M. Giles (2012),
/// Approximating the erfinv function; exactly odd in `v`.
///
/// ```
/// use tinbergen::math::normal_quantile;
/// assert!((normal_quantile(0.475) - 1.959_963_984_540_054).abs() < 1e-14);
/// assert_eq!(normal_quantile(-0.3), -normal_quantile(0.3));
/// ```
#[inline(always)]
pub fn normal_quantile(v: f64) -> f64 {
    let w = depth(v);
    if w < 6.25 { centre(v, w) } else { tail(v, w) }
}

/// The standard normal quantile of a probability given by its smaller side, from 2^-54 on.
pub(crate) fn normal_quantile_of(tail: Tail) -> f64 {
    let v = if tail.upper { 0.5 - tail.p } else { tail.p - 0.5 };
    let w = -ln_scaled(4.0 * tail.p * (1.0 - tail.p), 0.0);
    if w < 6.25 { centre(v, w) } else { self::tail(v, w) }
}

/// [`normal_quantile`] in place of each number: the centre in vectors, then the tails one by one.
#[inline(always)]
pub fn normal_quantiles(row: &mut [f64]) {
    let mut found = [0.0; 128];
    for part in row.chunks_mut(found.len()) {
        let found = &mut found[..part.len()];
        part_quantiles(part, found);
        part.copy_from_slice(found);
    }
}

#[inline(always)]
fn part_quantiles(v: &[f64], out: &mut [f64]) {
    // The greatest |v| by its bits, which order as the numbers do and make a vector loop.
    let mut deepest = 0;
    for (w, &v) in out.iter_mut().zip(v) {
        *w = depth(v);
        deepest = deepest.max(v.abs().to_bits() as i64);
    }
    // In a loop of its own, so that more numbers are under way while each waits for its logarithm.
    for (out, &v) in out.iter_mut().zip(v) {
        *out = centre(v, *out);
    }
    // w reaches 6.25 where |v| is 0.49951718...
    if f64::from_bits(deepest as u64) > 0.4995 {
        for (out, &v) in out.iter_mut().zip(v) {
            if v.abs() > 0.4995 {
                *out = far_quantile(v);
            }
        }
    }
}

/// [`normal_quantile`] of one number of a thousand. Inlined, it would become a vector loop that works out both tails
/// for every number.
#[cold]
#[inline(never)]
fn far_quantile(v: f64) -> f64 {
    normal_quantile(v)
}

/// `-ln(1 - x^2)` with `x = 2 v`, without loss near `|x| = 1`.
#[inline(always)]
fn depth(v: f64) -> f64 {
    -ln_scaled((1.0 - 2.0 * v) * (1.0 + 2.0 * v), 0.0)
}

#[inline(always)]
fn centre(v: f64, w: f64) -> f64 {
    polynomial(
        w - 3.125,
        [
            -3.6444120640178196996e-21,
            -1.685059138182016589e-19,
            1.2858480715256400167e-18,
            1.115787767802518096e-17,
            -1.333171662854620906e-16,
            2.0972767875968561637e-17,
            6.6376381343583238325e-15,
            -4.0545662729752068639e-14,
            -8.1519341976054721522e-14,
            2.6335093153082322977e-12,
            -1.2975133253453532498e-11,
            -5.4154120542946279317e-11,
            1.051212273321532285e-09,
            -4.1126339803469836976e-09,
            -2.9070369957882005086e-08,
            4.2347877827932403518e-07,
            -1.3654692000834678645e-06,
            -1.3882523362786468719e-05,
            0.0001867342080340571352,
            -0.00074070253416626697512,
            -0.0060336708714301490533,
            0.24015818242558961693,
            1.6536545626831027356,
        ],
    ) * (v * (2.0 * std::f64::consts::SQRT_2))
}

fn tail(v: f64, w: f64) -> f64 {
    let root = w.sqrt();
    let factor = if w < 16.0 {
        polynomial(
            root - 3.25,
            [
                2.2137376921775787049e-09,
                9.0756561938885390979e-08,
                -2.7517406297064545428e-07,
                1.8239629214389227755e-08,
                1.5027403968909827627e-06,
                -4.013867526981545969e-06,
                2.9234449089955446044e-06,
                1.2475304481671778723e-05,
                -4.7318229009055733981e-05,
                6.8284851459573175448e-05,
                2.4031110387097893999e-05,
                -0.0003550375203628474796,
                0.00095328937973738049703,
                -0.0016882755560235047313,
                0.0024914420961078508066,
                -0.0037512085075692412107,
                0.005370914553590063617,
                1.0052589676941592334,
                3.0838856104922207635,
            ],
        )
    } else {
        polynomial(
            root - 5.0,
            [
                -2.7109920616438573243e-11,
                -2.5556418169965252055e-10,
                1.5076572693500548083e-09,
                -3.7894654401267369937e-09,
                7.6157012080783393804e-09,
                -1.4960026627149240478e-08,
                2.9147953450901080826e-08,
                -6.7711997758452339498e-08,
                2.2900482228026654717e-07,
                -9.9298272942317002539e-07,
                4.5260625972231537039e-06,
                -1.9681778105531670567e-05,
                7.5995277030017761139e-05,
                -0.00021503011930044477347,
                -0.00013871931833623122026,
                1.0103004648645343977,
                4.8499064014085844221,
            ],
        )
    };
    factor * (v * (2.0 * std::f64::consts::SQRT_2))
}

/// The probability beyond `z` on the far side from 0: `Q(|z|)` of a standard normal, to a relative
/// accuracy of about 1e-14. By the incomplete gamma function: `Q(|z|) = Gamma(1/2, z^2 / 2) / 2`.
///
/// ```
/// use tinbergen::math::normal_tail;
/// assert!((normal_tail(1.0) - 0.158_655_253_931_457_05).abs() < 1e-15);
/// ```
pub fn normal_tail(z: f64) -> f64 {
    incomplete_gamma(0.5, 0.5 * z * z).1 / 2.0
}

/// Beyond this score no probability is left.
const FURTHEST: f64 = 40.0;
/// Where the polynomials of the quantile end.
const SHALLOWEST: f64 = 5.551_115_123_125_783e-17;
/// The square root of 2 pi.
const ROOT_OF_TURN: f64 = 2.506_628_274_631_000_7;

/// The density of a standard normal.
///
/// ```
/// use tinbergen::math::normpdf;
/// assert!((normpdf(0.0) - 0.398_942_280_401_432_7).abs() < 1e-15);
/// ```
#[inline(always)]
pub fn normpdf(x: f64) -> f64 {
    exp(-0.5 * x * x) / ROOT_OF_TURN
}

/// The probability below a standard normal score.
///
/// ```
/// use tinbergen::math::normcdf;
/// assert!((normcdf(-1.0) - 0.158_655_253_931_457_05).abs() < 1e-15);
/// assert_eq!((normcdf(0.0), normcdf(f64::INFINITY)), (0.5, 1.0));
/// ```
pub fn normcdf(x: f64) -> f64 {
    if x.is_nan() {
        return x;
    }
    normal_cdf(x.clamp(-FURTHEST, FURTHEST)).below()
}

/// The inverse of [`normcdf`]: infinite at 0 and 1, not-a-number beyond them.
///
/// ```
/// use tinbergen::math::norminv;
/// assert!((norminv(0.975) - 1.959_963_984_540_054).abs() < 1e-14);
/// assert!((norminv(1e-300) + 37.047_096_299_361_2).abs() < 1e-12);
/// assert!(norminv(-0.1).is_nan());
/// ```
pub fn norminv(p: f64) -> f64 {
    if p == 0.0 || p == 1.0 {
        return if p == 0.0 { f64::NEG_INFINITY } else { f64::INFINITY };
    }
    if !(p > 0.0 && p < 1.0) {
        return f64::NAN;
    }
    if p >= SHALLOWEST {
        let upper = p > 0.5;
        return normal_quantile_of(Tail { p: if upper { 1.0 - p } else { p }, upper });
    }
    // Far out, by Newton's method on the logarithm of the tail, which is concave.
    let wanted = ln(p);
    let mut z = (-2.0 * wanted).sqrt();
    for _ in 0..8 {
        let tail = normal_tail(z);
        if tail > 0.0 {
            z += (ln(tail) - wanted) * tail / normpdf(z);
        } else {
            z -= 0.5;
        }
    }
    -z
}

/// The probability below a normal score, by its smaller side.
pub fn normal_cdf(z: f64) -> Tail {
    Tail { p: normal_tail(z), upper: z > 0.0 }
}
