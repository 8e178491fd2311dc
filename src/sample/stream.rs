//! Random streams: a uniform is a pure function of seed, stream name, period and path.
//!
//! The contract is written down in `docs/streams.md`; its generator is ChaCha8 as `rand_chacha`
//! defines it, with blocks made side by side in lanes.

/// The name of a stream, as the 64-bit hash that ChaCha takes as its stream number: FNV-1a over the
/// UTF-8 bytes, then the finaliser of SplitMix64.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct StreamId(u64);

impl StreamId {
    /// The stream of a name, such as `shock/demand`.
    ///
    /// ```
    /// use tinbergen::sample::StreamId;
    /// assert_ne!(StreamId::of("shock/demand"), StreamId::of("shock/supply"));
    /// ```
    pub fn of(name: &str) -> Self {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for byte in name.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
        Self(mix(hash))
    }

    /// The hash.
    pub fn hash(self) -> u64 {
        self.0
    }
}

/// The finaliser of SplitMix64 (Steele, Lea and Flood 2014).
pub(super) fn mix(mut x: u64) -> u64 {
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}

/// Paths of one ChaCha block: eight numbers of 64 bits.
const PER_BLOCK: u64 = 8;
/// Blocks made side by side.
const LANES: usize = 16;
/// Paths whose numbers are made side by side.
const SIDE: usize = LANES * PER_BLOCK as usize;
/// Paths have the low 40 bits of the block counter, periods the high 24.
const PATH_BITS: u32 = 40;

/// All streams of a seed.
#[derive(Debug, Clone)]
pub struct Streams {
    key: [u32; 8],
}

impl Streams {
    /// The streams of a seed; the key is that of `ChaCha8Rng::seed_from_u64`.
    pub fn new(seed: u64) -> Self {
        let mut state = seed;
        let key = std::array::from_fn(|_| pcg32(&mut state));
        Self { key }
    }

    /// The 64 bits of a path in a period.
    pub fn bits(&self, stream: StreamId, ordinal: u32, path: u64) -> u64 {
        let words = self.words(stream, counter(ordinal, path));
        words[(path % PER_BLOCK) as usize][0]
    }

    /// The same of as many paths as `out` has, from `first_path` on: sixteen blocks cost what one does.
    pub(super) fn bits_from(
        &self,
        stream: StreamId,
        ordinal: u32,
        first_path: u64,
        out: &mut [u64],
    ) {
        for Part { path, skip, out } in (Parts { path: first_path, rest: out }) {
            let words = self.words(stream, counter(ordinal, path));
            for (place, bits) in (skip..).zip(out) {
                *bits = words[place % PER_BLOCK as usize][place / PER_BLOCK as usize];
            }
        }
    }

    /// The centred uniforms `v = u - 1/2` of the paths from `first_path` on, in the period of an
    /// ordinal. `u = (k + 1/2) / 2^53` from the top 53 bits; `u` itself is not a floating-point
    /// number where it is above 1/2, `v = (2 k + 1 - 2^53) / 2^54` always is.
    ///
    /// ```
    /// use tinbergen::sample::{StreamId, Streams};
    /// let (streams, stream) = (Streams::new(1), StreamId::of("shock/demand"));
    /// let (mut some, mut more) = ([0.0; 10], [0.0; 1000]);
    /// streams.centred(stream, 2021, 0, &mut some);
    /// streams.centred(stream, 2021, 0, &mut more);
    /// assert_eq!(some, more[..10]);
    /// ```
    #[inline(always)]
    pub fn centred(&self, stream: StreamId, ordinal: u32, first_path: u64, out: &mut [f64]) {
        let mut made = [0.0; SIDE];
        for Part { path, skip, out } in (Parts { path: first_path, rest: out }) {
            let words = self.words(stream, counter(ordinal, path));
            if let Ok(whole) = <&mut [f64; SIDE]>::try_from(&mut *out) {
                in_order(&words, whole);
            } else {
                in_order(&words, &mut made);
                out.copy_from_slice(&made[skip..skip + out.len()]);
            }
        }
    }

    /// The numbers of sixteen blocks from a counter on: `[number in its block][block]`.
    #[inline(always)]
    fn words(&self, stream: StreamId, counter: u64) -> [[u64; LANES]; 8] {
        const CONSTANTS: [u32; 4] = [0x6170_7865, 0x3320_646e, 0x7962_2d32, 0x6b20_6574];
        let mut start = [[0u32; LANES]; 16];
        for word in 0..4 {
            start[word] = [CONSTANTS[word]; LANES];
        }
        for word in 0..8 {
            start[4 + word] = [self.key[word]; LANES];
        }
        for lane in 0..LANES {
            let counter = counter.wrapping_add(lane as u64);
            start[12][lane] = counter as u32;
            start[13][lane] = (counter >> 32) as u32;
        }
        start[14] = [stream.0 as u32; LANES];
        start[15] = [(stream.0 >> 32) as u32; LANES];
        let mut state = start;
        for _ in 0..4 {
            quarter(&mut state, 0, 4, 8, 12);
            quarter(&mut state, 1, 5, 9, 13);
            quarter(&mut state, 2, 6, 10, 14);
            quarter(&mut state, 3, 7, 11, 15);
            quarter(&mut state, 0, 5, 10, 15);
            quarter(&mut state, 1, 6, 11, 12);
            quarter(&mut state, 2, 7, 8, 13);
            quarter(&mut state, 3, 4, 9, 14);
        }
        for (word, start) in state.as_flattened_mut().iter_mut().zip(start.as_flattened()) {
            *word = word.wrapping_add(*start);
        }
        let mut numbers = [[0; LANES]; PER_BLOCK as usize];
        for (number, halves) in numbers.iter_mut().zip(state.chunks_exact(2)) {
            for lane in 0..LANES {
                number[lane] = u64::from(halves[0][lane]) | (u64::from(halves[1][lane]) << 32);
            }
        }
        numbers
    }
}

/// Paths whose numbers all come from sixteen blocks side by side.
struct Part<'a, T> {
    /// The first of them.
    path: u64,
    /// How many numbers of the first block are those of paths before it.
    skip: usize,
    out: &'a mut [T],
}

/// Paths from one on, part by part.
struct Parts<'a, T> {
    path: u64,
    rest: &'a mut [T],
}

impl<'a, T> Iterator for Parts<'a, T> {
    type Item = Part<'a, T>;

    #[inline(always)]
    fn next(&mut self) -> Option<Part<'a, T>> {
        if self.rest.is_empty() {
            return None;
        }
        let (path, skip) = (self.path, (self.path % PER_BLOCK) as usize);
        let count = self.rest.len().min(SIDE - skip);
        let (out, rest) = std::mem::take(&mut self.rest).split_at_mut(count);
        (self.path, self.rest) = (path + count as u64, rest);
        Some(Part { path, skip, out })
    }
}

/// The block counter of a path in a period.
#[inline(always)]
fn counter(ordinal: u32, path: u64) -> u64 {
    (u64::from(ordinal) << PATH_BITS) | (path / PER_BLOCK)
}

/// The centred uniforms of sixteen blocks in the order of their paths.
#[inline(always)]
fn in_order(words: &[[u64; LANES]; 8], out: &mut [f64; SIDE]) {
    let (mut a, mut b) = ([0.0; SIDE], [0.0; SIDE]);
    for (v, &bits) in a.iter_mut().zip(words.as_flattened()) {
        *v = centred(bits);
    }
    // From `number x 16 + block` to `block x 8 + number`: the seven bits of the place turn by three.
    riffle(&a, &mut b);
    riffle(&b, &mut a);
    riffle(&a, out);
}

/// Interleaves the halves as one riffles cards: the bits of each place turn by one.
#[inline(always)]
fn riffle(from: &[f64; SIDE], to: &mut [f64; SIDE]) {
    for k in 0..SIDE / 2 {
        to[2 * k] = from[k];
        to[2 * k + 1] = from[SIDE / 2 + k];
    }
}

/// A centred uniform from the top 53 of 64 bits: exact.
#[inline(always)]
pub(super) fn centred(bits: u64) -> f64 {
    // 2 k + 1 - 2^53, as 1.5 x 2^53 + (2 k + 1 - 2^53) - 1.5 x 2^53 would need 54 bits; in halves:
    // (k - 2^52) + 1/2 is exact, since |k - 2^52| <= 2^52 leaves room for the half.
    let k = bits >> 11;
    // k as a number without a conversion: its high and low parts put below fixed exponents.
    let high = f64::from_bits((k >> 26) | 0x4330_0000_0000_0000) - 4_503_599_627_370_496.0;
    let low = f64::from_bits((k & 0x03ff_ffff) | 0x4330_0000_0000_0000) - 4_503_599_627_370_496.0;
    let centred = (high - 67_108_864.0) * 67_108_864.0 + (low + 0.5);
    centred * (1.0 / 9_007_199_254_740_992.0)
}

#[inline(always)]
fn quarter(state: &mut [[u32; LANES]; 16], a: usize, b: usize, c: usize, d: usize) {
    for lane in 0..LANES {
        let (mut wa, mut wb, mut wc, mut wd) =
            (state[a][lane], state[b][lane], state[c][lane], state[d][lane]);
        wa = wa.wrapping_add(wb);
        wd = (wd ^ wa).rotate_left(16);
        wc = wc.wrapping_add(wd);
        wb = (wb ^ wc).rotate_left(12);
        wa = wa.wrapping_add(wb);
        wd = (wd ^ wa).rotate_left(8);
        wc = wc.wrapping_add(wd);
        wb = (wb ^ wc).rotate_left(7);
        state[a][lane] = wa;
        state[b][lane] = wb;
        state[c][lane] = wc;
        state[d][lane] = wd;
    }
}

/// How `rand_core` 0.10 spreads a 64-bit seed over a longer key.
fn pcg32(state: &mut u64) -> u32 {
    *state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(11_634_580_027_462_260_723);
    let shifted = (((*state >> 18) ^ *state) >> 27) as u32;
    shifted.rotate_right((*state >> 59) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand_chacha::ChaCha8Rng;
    use rand_chacha::rand_core::{Rng, SeedableRng};

    /// Ten lines of rand: what the contract says anyone can recompute.
    fn oracle(seed: u64, stream: StreamId, ordinal: u32, path: u64) -> u64 {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        rng.set_stream(stream.hash());
        let block = (u128::from(ordinal) << 40) | u128::from(path / 8);
        rng.set_word_pos(block * 16 + 2 * u128::from(path % 8));
        rng.next_u64()
    }

    #[test]
    fn every_draw_is_what_rand_chacha_gives() {
        for seed in [0, 1, 42, u64::MAX] {
            for (name, ordinal) in [("shock/demand", 2021), ("冲击", 24_251), ("parameter/a", 0)]
            {
                let (streams, stream) = (Streams::new(seed), StreamId::of(name));
                for path in [0, 1, 7, 8, 127, 128, 1000, (1 << 43) - 1] {
                    let found = streams.bits(stream, ordinal, path);
                    assert_eq!(found, oracle(seed, stream, ordinal, path), "{seed} {name} {path}");
                }
            }
        }
    }

    #[test]
    fn bits_side_by_side_are_those_of_each_path() {
        let (streams, stream) = (Streams::new(5), StreamId::of("shock/demand"));
        for (first, length) in [(0, 16), (1 << 42, 16), (3, 1), (7, 2), (125, 300), (9, 0)] {
            let mut found = vec![0; length];
            streams.bits_from(stream, 2021, first, &mut found);
            let each = (0..length as u64).map(|k| oracle(5, stream, 2021, first + k));
            assert!(each.eq(found), "{first} {length}");
        }
    }

    #[test]
    fn any_piece_of_a_stream_is_the_same_piece() {
        let (streams, stream) = (Streams::new(3), StreamId::of("x"));
        let mut all = vec![0.0; 1000];
        streams.centred(stream, 7, 0, &mut all);
        for (first, length) in [(0, 1), (3, 200), (8, 128), (129, 700), (999, 1)] {
            let mut piece = vec![0.0; length];
            streams.centred(stream, 7, first as u64, &mut piece);
            assert_eq!(piece, all[first..first + length]);
        }
    }

    #[test]
    fn centred_uniforms_are_exact_and_inside() {
        let exact = |k: u64| (2 * i128::from(k) + 1 - (1 << 53)) as f64 / 2f64.powi(54);
        for k in
            [0, 1, 2, (1 << 52) - 1, 1 << 52, (1 << 53) - 2, (1 << 53) - 1, 0x15_5555_1234_5678]
        {
            let found = centred(k << 11);
            assert_eq!(found.to_bits(), exact(k).to_bits(), "{k}");
            assert!(found.abs() < 0.5);
        }
    }
}
