//! The random streams of the library: ChaCha8 by seed, stream, period and path (docs/streams.md).

use crate::lanes::Lanes;
use crate::math::{DEEP, centre, depth, normal_quantile};

const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];

/// The key of a seed.
pub fn key(seed: u64) -> [u32; 8] {
    let mut state = seed;
    std::array::from_fn(|_| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(11_634_580_027_462_260_723);
        ((((state >> 18) ^ state) >> 27) as u32).rotate_right((state >> 59) as u32)
    })
}

/// The number of a stream.
pub fn stream(name: &str) -> u64 {
    let fold = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    let mut x = name.bytes().fold(0xcbf2_9ce4_8422_2325, fold);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// A quarter of a round on single words.
fn quarter([mut a, mut b, mut c, mut d]: [u32; 4]) -> [u32; 4] {
    a = a.wrapping_add(b);
    d = (d ^ a).rotate_left(16);
    c = c.wrapping_add(d);
    b = (b ^ c).rotate_left(12);
    a = a.wrapping_add(b);
    d = (d ^ a).rotate_left(8);
    c = c.wrapping_add(d);
    b = (b ^ c).rotate_left(7);
    [a, b, c, d]
}

/// Standard normal numbers of a stream in a period, for a multiple of `8 L::WORDS` paths from one on whose number
/// is a multiple of 8.
#[inline(always)]
pub unsafe fn normals<L: Lanes>(
    key: &[u32; 8],
    stream: u64,
    ordinal: u32,
    first: usize,
    row: &mut [f64],
) {
    unsafe {
        let many = 8 * L::WORDS;
        for (k, part) in row.chunks_exact_mut(many).enumerate() {
            let counter = (u64::from(ordinal) << 40) | ((first + k * many) as u64 / 8);
            L::centred(&words::<L>(key, stream, counter), part.as_mut_ptr());
        }
        quantiles::<L>(row);
    }
}

/// The words of `L::WORDS` blocks. In the first round all columns but one are the same in each of them.
#[inline(always)]
unsafe fn words<L: Lanes>(key: &[u32; 8], stream: u64, counter: u64) -> [L::Words; 16] {
    unsafe {
        let mut start: [u32; 16] = std::array::from_fn(|k| match k {
            0..4 => CONSTANTS[k],
            4..12 => key[k - 4],
            _ => [counter as u32, (counter >> 32) as u32, stream as u32, (stream >> 32) as u32]
                [k - 12],
        });
        let base = start;
        for k in 1..4 {
            let column = quarter([start[k], start[k + 4], start[k + 8], start[k + 12]]);
            [start[k], start[k + 4], start[k + 8], start[k + 12]] = column;
        }
        let counters = L::from(counter as u32);
        let mut s = [counters; 16];
        for k in (0..16).filter(|k| *k != 12) {
            s[k] = L::same(start[k]);
        }
        side::<L>(&mut s, [0, 4, 8, 12]);
        diagonals::<L>(&mut s);
        for _ in 0..3 {
            for k in 0..4 {
                side::<L>(&mut s, [k, k + 4, k + 8, k + 12]);
            }
            diagonals::<L>(&mut s);
        }
        for k in 0..16 {
            s[k] = L::plus(s[k], if k == 12 { counters } else { L::same(base[k]) });
        }
        s
    }
}

#[inline(always)]
unsafe fn diagonals<L: Lanes>(s: &mut [L::Words; 16]) {
    for k in 0..4 {
        unsafe { side::<L>(s, [k, 4 + (k + 1) % 4, 8 + (k + 2) % 4, 12 + (k + 3) % 4]) };
    }
}

/// A quarter of a round on blocks side by side.
#[inline(always)]
unsafe fn side<L: Lanes>(s: &mut [L::Words; 16], [a, b, c, d]: [usize; 4]) {
    unsafe {
        s[a] = L::plus(s[a], s[b]);
        s[d] = L::turned::<16, 16>(s[d], s[a]);
        s[c] = L::plus(s[c], s[d]);
        s[b] = L::turned::<12, 20>(s[b], s[c]);
        s[a] = L::plus(s[a], s[b]);
        s[d] = L::turned::<8, 24>(s[d], s[a]);
        s[c] = L::plus(s[c], s[d]);
        s[b] = L::turned::<7, 25>(s[b], s[c]);
    }
}

/// Vectors that are under way at once.
const SIDE: usize = 8;

/// Normal quantiles in place of centred uniforms.
#[inline(always)]
unsafe fn quantiles<L: Lanes>(row: &mut [f64]) {
    unsafe {
        for part in row.chunks_exact_mut(SIDE * L::COUNT) {
            let at = part.as_mut_ptr();
            let (mut v, mut w) = ([L::all(0.0); SIDE], [L::all(0.0); SIDE]);
            let mut deep = 0_u64;
            for k in 0..SIDE {
                v[k] = L::load(at.add(k * L::COUNT));
                deep |= u64::from(L::beyond(v[k], DEEP)) << (k * L::COUNT);
                w[k] = depth::<L>(v[k]);
            }
            for k in 0..SIDE {
                L::store(at.add(k * L::COUNT), centre::<L>(v[k], w[k]));
            }
            if deep != 0 {
                let mut before = [0.0; 64];
                for k in 0..SIDE {
                    L::store(before.as_mut_ptr().add(k * L::COUNT), v[k]);
                }
                for (k, value) in part.iter_mut().enumerate().filter(|(k, _)| deep >> k & 1 == 1) {
                    *value = normal_quantile(before[k]);
                }
            }
        }
    }
}
