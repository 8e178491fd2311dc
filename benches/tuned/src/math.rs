//! Exponential, logarithm and the normal quantile: the operations of the library in their order.

use crate::lanes::{Lanes, ROUND};

/// Its last 21 bits are 0: times a small whole number it has no rounding.
const LN2_HIGH: f64 = 6.931_471_803_691_238_16e-1;
const LN2_LOW: f64 = 1.908_214_929_270_587_70e-10;

const EXP: [f64; 12] = [
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
];

const LN: [f64; 7] = [
    1.479819860511658591e-1,
    1.531383769920937332e-1,
    1.818357216161805012e-1,
    2.222219843214978396e-1,
    2.857142874366239149e-1,
    3.999999999940941908e-1,
    6.666666666666735130e-1,
];

const CENTRE: [f64; 23] = [
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
];

const NEAR_TAIL: [f64; 19] = [
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
];

const FAR_TAIL: [f64; 17] = [
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
];

/// Beyond this centred uniform the normal quantile is looked at one by one.
pub const DEEP: f64 = 0.4995;

/// Cubics side by side, put together by Horner's rule in the fourth power.
#[inline(always)]
unsafe fn polynomial<L: Lanes, const N: usize>(
    x: L::Numbers,
    coefficients: &[f64; N],
) -> L::Numbers {
    unsafe {
        let square = L::mul(x, x);
        let fourth = L::mul(square, square);
        let c = |k: usize| L::all(coefficients[k]);
        let first = (N - 1) % 4 + 1;
        let mut value = c(0);
        for k in 1..first {
            value = L::add(L::mul(value, x), c(k));
        }
        for k in (first..N).step_by(4) {
            let high = L::add(L::mul(c(k), x), c(k + 1));
            let low = L::add(L::mul(c(k + 2), x), c(k + 3));
            value = L::add(L::mul(value, fourth), L::add(L::mul(high, square), low));
        }
        value
    }
}

/// e to the power of what leaves the result a normal number.
#[inline(always)]
pub unsafe fn exp<L: Lanes>(x: L::Numbers) -> L::Numbers {
    unsafe {
        let round = L::all(ROUND);
        let shifted = L::add(L::mul(x, L::all(std::f64::consts::LOG2_E)), round);
        let k = L::sub(shifted, round);
        let r = L::sub(L::less(x, k, LN2_HIGH), L::mul(k, L::all(LN2_LOW)));
        let high = polynomial::<L, 12>(r, &EXP);
        let value = L::add(L::all(1.0), L::add(r, L::mul(L::mul(r, r), high)));
        L::scaled(value, shifted)
    }
}

/// `-ln(1 - x^2)` with `x = 2 v`.
#[inline(always)]
pub unsafe fn depth<L: Lanes>(v: L::Numbers) -> L::Numbers {
    unsafe {
        let one = L::all(1.0);
        let (f, k) = L::parts(L::mul(L::less(one, v, 2.0), L::less(one, v, -2.0)));
        let s = L::div(f, L::add(L::all(2.0), f));
        let z = L::mul(s, s);
        let series = L::mul(z, polynomial::<L, 7>(z, &LN));
        let half = L::mul(L::mul(L::all(0.5), f), f);
        let low = L::add(L::mul(s, L::add(half, series)), L::mul(k, L::all(LN2_LOW)));
        // -(k high - ((half - low) - f)), whose rounding is the same on either side of 0.
        L::less(L::sub(L::sub(half, low), f), k, LN2_HIGH)
    }
}

/// The normal quantile of a centred uniform that is not [`DEEP`], of its depth.
#[inline(always)]
pub unsafe fn centre<L: Lanes>(v: L::Numbers, depth: L::Numbers) -> L::Numbers {
    unsafe {
        let factor = polynomial::<L, 23>(L::sub(depth, L::all(3.125)), &CENTRE);
        L::mul(factor, L::mul(v, L::all(2.0 * std::f64::consts::SQRT_2)))
    }
}

/// A polynomial of one number.
fn plain<const N: usize>(x: f64, c: &[f64; N]) -> f64 {
    let square = x * x;
    let fourth = square * square;
    let first = (N - 1) % 4 + 1;
    let mut value = c[0];
    for c in &c[1..first] {
        value = value * x + c;
    }
    for c in c[first..].chunks_exact(4) {
        value = value * fourth + ((c[0] * x + c[1]) * square + (c[2] * x + c[3]));
    }
    value
}

/// The natural logarithm of a positive normal number.
pub fn ln(x: f64) -> f64 {
    let bits = x.to_bits().wrapping_add(0x3ff0_0000_0000_0000 - 0x3fe6_a09e_667f_3bcd);
    let k = (bits >> 52) as f64 - 1023.0;
    let f = f64::from_bits((bits & 0x000f_ffff_ffff_ffff) + 0x3fe6_a09e_667f_3bcd) - 1.0;
    let s = f / (2.0 + f);
    let z = s * s;
    let series = z * plain(z, &LN);
    let half = 0.5 * f * f;
    k * LN2_HIGH - ((half - (s * (half + series) + k * LN2_LOW)) - f)
}

/// The normal quantile of one centred uniform.
#[cold]
pub fn normal_quantile(v: f64) -> f64 {
    let w = -ln((1.0 - 2.0 * v) * (1.0 + 2.0 * v));
    let factor = if w < 6.25 {
        plain(w - 3.125, &CENTRE)
    } else if w < 16.0 {
        plain(w.sqrt() - 3.25, &NEAR_TAIL)
    } else {
        plain(w.sqrt() - 5.0, &FAR_TAIL)
    };
    factor * (v * (2.0 * std::f64::consts::SQRT_2))
}
