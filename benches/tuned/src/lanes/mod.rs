//! Vectors of numbers, for the widths that processors have. No operation is fused with another where that would
//! change a rounding, so that every width gives the same bits.

#[allow(clippy::wildcard_imports, reason = "there are too many names")]
use std::arch::x86_64::*;

/// 1.5 x 2^52: adding it rounds to a whole number, which then stands in the low bits.
pub const ROUND: f64 = 6_755_399_441_055_744.0;
/// The bits of 1 less those of the square root of 1/2, by which a significand is moved to lie around 1.
const SHIFT: i64 = 0x3ff0_0000_0000_0000 - ROOT;
const ROOT: i64 = 0x3fe6_a09e_667f_3bcd;
const FRACTION: i64 = 0x000f_ffff_ffff_ffff;
/// The bits of 2^52, in whose low bits a whole number stands.
const WHOLE: i64 = 0x4330_0000_0000_0000;
const TWO_52: f64 = 4_503_599_627_370_496.0;

/// Vectors of a width: of numbers, and of twice as many words of 32 bits.
///
/// # Safety
/// Everything here is for processors that have the width, within functions that are compiled for it.
pub trait Lanes {
    /// Numbers.
    type Numbers: Copy;
    /// Words.
    type Words: Copy;
    /// How many numbers there are in a vector.
    const COUNT: usize;
    /// How many words there are in a vector.
    const WORDS: usize = 2 * Self::COUNT;

    unsafe fn load(from: *const f64) -> Self::Numbers;
    unsafe fn store(to: *mut f64, a: Self::Numbers);
    /// The same past the cache, to a place that is a multiple of their size.
    unsafe fn stream(to: *mut f64, a: Self::Numbers);
    unsafe fn all(a: f64) -> Self::Numbers;
    unsafe fn add(a: Self::Numbers, b: Self::Numbers) -> Self::Numbers;
    unsafe fn sub(a: Self::Numbers, b: Self::Numbers) -> Self::Numbers;
    unsafe fn mul(a: Self::Numbers, b: Self::Numbers) -> Self::Numbers;
    unsafe fn div(a: Self::Numbers, b: Self::Numbers) -> Self::Numbers;
    /// `a - b c` of a product that has no rounding, so that it may be one operation.
    unsafe fn less(a: Self::Numbers, b: Self::Numbers, c: f64) -> Self::Numbers;
    unsafe fn least(a: Self::Numbers, b: Self::Numbers) -> Self::Numbers;
    unsafe fn greatest(a: Self::Numbers, b: Self::Numbers) -> Self::Numbers;
    /// Where `|a| > b`, as a bit each.
    unsafe fn beyond(a: Self::Numbers, b: f64) -> u32;
    /// Where `a >= b`, as a bit each.
    unsafe fn reached(a: Self::Numbers, b: f64) -> u32;
    /// A positive number as `(1 + f) 2^k`, with `1 + f` around 1.
    unsafe fn parts(a: Self::Numbers) -> (Self::Numbers, Self::Numbers);
    /// `a 2^k`, with `k` in the low bits and the result a normal number.
    unsafe fn scaled(a: Self::Numbers, k: Self::Numbers) -> Self::Numbers;
    /// The nearest whole numbers, which are small.
    unsafe fn nearest(a: Self::Numbers, to: *mut u16);
    /// Of 32 bins those that are marked, as a bit each.
    unsafe fn marked(bins: *const u16, marks: &[u16; 64]) -> u32;

    unsafe fn same(a: u32) -> Self::Words;
    /// `a`, `a + 1`, `a + 2` and so on.
    unsafe fn from(a: u32) -> Self::Words;
    unsafe fn plus(a: Self::Words, b: Self::Words) -> Self::Words;
    /// `a ^ b`, turned left by 16, 12, 8 or 7 bits.
    unsafe fn turned<const LEFT: i32, const RIGHT: i32>(
        a: Self::Words,
        b: Self::Words,
    ) -> Self::Words;
    /// Centred uniforms of blocks of random words that are side by side, in the order of their paths.
    unsafe fn centred(words: &[Self::Words; 16], to: *mut f64);
}

/// Eight numbers at once.
pub enum Avx512 {}

impl Lanes for Avx512 {
    type Numbers = __m512d;
    type Words = __m512i;
    const COUNT: usize = 8;

    #[inline(always)]
    unsafe fn load(from: *const f64) -> __m512d {
        unsafe { _mm512_loadu_pd(from) }
    }

    #[inline(always)]
    unsafe fn store(to: *mut f64, a: __m512d) {
        unsafe { _mm512_storeu_pd(to, a) }
    }

    #[inline(always)]
    unsafe fn stream(to: *mut f64, a: __m512d) {
        unsafe { _mm512_stream_pd(to, a) }
    }

    #[inline(always)]
    unsafe fn all(a: f64) -> __m512d {
        unsafe { _mm512_set1_pd(a) }
    }

    #[inline(always)]
    unsafe fn add(a: __m512d, b: __m512d) -> __m512d {
        unsafe { _mm512_add_pd(a, b) }
    }

    #[inline(always)]
    unsafe fn sub(a: __m512d, b: __m512d) -> __m512d {
        unsafe { _mm512_sub_pd(a, b) }
    }

    #[inline(always)]
    unsafe fn mul(a: __m512d, b: __m512d) -> __m512d {
        unsafe { _mm512_mul_pd(a, b) }
    }

    #[inline(always)]
    unsafe fn div(a: __m512d, b: __m512d) -> __m512d {
        unsafe { _mm512_div_pd(a, b) }
    }

    #[inline(always)]
    unsafe fn less(a: __m512d, b: __m512d, c: f64) -> __m512d {
        unsafe { _mm512_fnmadd_pd(b, _mm512_set1_pd(c), a) }
    }

    #[inline(always)]
    unsafe fn least(a: __m512d, b: __m512d) -> __m512d {
        unsafe { _mm512_min_pd(a, b) }
    }

    #[inline(always)]
    unsafe fn greatest(a: __m512d, b: __m512d) -> __m512d {
        unsafe { _mm512_max_pd(a, b) }
    }

    #[inline(always)]
    unsafe fn beyond(a: __m512d, b: f64) -> u32 {
        unsafe { u32::from(_mm512_cmp_pd_mask::<_CMP_GT_OQ>(_mm512_abs_pd(a), _mm512_set1_pd(b))) }
    }

    #[inline(always)]
    unsafe fn reached(a: __m512d, b: f64) -> u32 {
        unsafe { u32::from(_mm512_cmp_pd_mask::<_CMP_GE_OQ>(a, _mm512_set1_pd(b))) }
    }

    #[inline(always)]
    unsafe fn parts(a: __m512d) -> (__m512d, __m512d) {
        unsafe {
            let bits = _mm512_add_epi64(_mm512_castpd_si512(a), _mm512_set1_epi64(SHIFT));
            let fraction = _mm512_and_si512(bits, _mm512_set1_epi64(FRACTION));
            let one = _mm512_castsi512_pd(_mm512_add_epi64(fraction, _mm512_set1_epi64(ROOT)));
            let exponent = _mm512_cvtepi64_pd(_mm512_srli_epi64::<52>(bits));
            (
                _mm512_sub_pd(one, _mm512_set1_pd(1.0)),
                _mm512_sub_pd(exponent, _mm512_set1_pd(1023.0)),
            )
        }
    }

    #[inline(always)]
    unsafe fn scaled(a: __m512d, k: __m512d) -> __m512d {
        unsafe {
            let k = _mm512_slli_epi64::<52>(_mm512_castpd_si512(k));
            _mm512_castsi512_pd(_mm512_add_epi64(_mm512_castpd_si512(a), k))
        }
    }

    #[inline(always)]
    unsafe fn nearest(a: __m512d, to: *mut u16) {
        unsafe { _mm_storeu_si128(to.cast(), _mm256_cvtepi32_epi16(_mm512_cvtpd_epi32(a))) }
    }

    #[inline(always)]
    unsafe fn marked(bins: *const u16, marks: &[u16; 64]) -> u32 {
        unsafe {
            let bins = _mm512_loadu_si512(bins.cast());
            let low = _mm512_loadu_si512(marks.as_ptr().cast());
            let high = _mm512_loadu_si512(marks.as_ptr().add(32).cast());
            let word = _mm512_permutex2var_epi16(low, _mm512_srli_epi16::<4>(bins), high);
            let place = _mm512_and_si512(bins, _mm512_set1_epi16(15));
            _mm512_test_epi16_mask(word, _mm512_sllv_epi16(_mm512_set1_epi16(1), place))
        }
    }

    #[inline(always)]
    unsafe fn same(a: u32) -> __m512i {
        unsafe { _mm512_set1_epi32(a as i32) }
    }

    #[inline(always)]
    unsafe fn from(a: u32) -> __m512i {
        unsafe {
            let steps = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
            _mm512_add_epi32(_mm512_set1_epi32(a as i32), steps)
        }
    }

    #[inline(always)]
    unsafe fn plus(a: __m512i, b: __m512i) -> __m512i {
        unsafe { _mm512_add_epi32(a, b) }
    }

    #[inline(always)]
    unsafe fn turned<const LEFT: i32, const RIGHT: i32>(a: __m512i, b: __m512i) -> __m512i {
        unsafe { _mm512_rol_epi32::<LEFT>(_mm512_xor_si512(a, b)) }
    }

    #[inline(always)]
    unsafe fn centred(words: &[__m512i; 16], to: *mut f64) {
        unsafe {
            let (mut low, mut high) = ([_mm512_setzero_pd(); 8], [_mm512_setzero_pd(); 8]);
            for i in 0..8 {
                let (a, b) = (words[2 * i], words[2 * i + 1]);
                low[i] = uniform_512(_mm512_unpacklo_epi32(a, b));
                high[i] = uniform_512(_mm512_unpackhi_epi32(a, b));
            }
            turned_over(&low, to, [0, 1, 4, 5, 8, 9, 12, 13]);
            turned_over(&high, to, [2, 3, 6, 7, 10, 11, 14, 15]);
        }
    }
}

/// `(k + 1/2) / 2^53 - 1/2` of the top 53 bits `k`, as `(2 k + 1 - 2^53) / 2^54`.
#[inline(always)]
unsafe fn uniform_512(bits: __m512i) -> __m512d {
    unsafe {
        let odd = _mm512_or_si512(_mm512_srli_epi64::<10>(bits), _mm512_set1_epi64(1));
        let whole = _mm512_sub_epi64(odd, _mm512_set1_epi64(1 << 53));
        _mm512_mul_pd(_mm512_cvtepi64_pd(whole), _mm512_set1_pd(1.0 / 18_014_398_509_481_984.0))
    }
}

/// Columns in the place of rows: the k-th goes to the row `places[k]`.
#[inline(always)]
unsafe fn turned_over(rows: &[__m512d; 8], to: *mut f64, places: [usize; 8]) {
    unsafe {
        let (mut even, mut odd) = ([_mm512_setzero_pd(); 4], [_mm512_setzero_pd(); 4]);
        for k in 0..4 {
            even[k] = _mm512_unpacklo_pd(rows[2 * k], rows[2 * k + 1]);
            odd[k] = _mm512_unpackhi_pd(rows[2 * k], rows[2 * k + 1]);
        }
        for (side, [a, b, c, d]) in [even, odd].into_iter().enumerate() {
            let (p, q) = (_mm512_shuffle_f64x2::<0x88>(a, b), _mm512_shuffle_f64x2::<0x88>(c, d));
            let (r, s) = (_mm512_shuffle_f64x2::<0xdd>(a, b), _mm512_shuffle_f64x2::<0xdd>(c, d));
            let columns = [
                _mm512_shuffle_f64x2::<0x88>(p, q),
                _mm512_shuffle_f64x2::<0x88>(r, s),
                _mm512_shuffle_f64x2::<0xdd>(p, q),
                _mm512_shuffle_f64x2::<0xdd>(r, s),
            ];
            for (k, column) in columns.into_iter().enumerate() {
                _mm512_storeu_pd(to.add(8 * places[2 * k + side]), column);
            }
        }
    }
}

/// Four numbers at once.
pub enum Avx2 {}

impl Lanes for Avx2 {
    type Numbers = __m256d;
    type Words = __m256i;
    const COUNT: usize = 4;

    #[inline(always)]
    unsafe fn load(from: *const f64) -> __m256d {
        unsafe { _mm256_loadu_pd(from) }
    }

    #[inline(always)]
    unsafe fn store(to: *mut f64, a: __m256d) {
        unsafe { _mm256_storeu_pd(to, a) }
    }

    #[inline(always)]
    unsafe fn stream(to: *mut f64, a: __m256d) {
        unsafe { _mm256_stream_pd(to, a) }
    }

    #[inline(always)]
    unsafe fn all(a: f64) -> __m256d {
        unsafe { _mm256_set1_pd(a) }
    }

    #[inline(always)]
    unsafe fn add(a: __m256d, b: __m256d) -> __m256d {
        unsafe { _mm256_add_pd(a, b) }
    }

    #[inline(always)]
    unsafe fn sub(a: __m256d, b: __m256d) -> __m256d {
        unsafe { _mm256_sub_pd(a, b) }
    }

    #[inline(always)]
    unsafe fn mul(a: __m256d, b: __m256d) -> __m256d {
        unsafe { _mm256_mul_pd(a, b) }
    }

    #[inline(always)]
    unsafe fn div(a: __m256d, b: __m256d) -> __m256d {
        unsafe { _mm256_div_pd(a, b) }
    }

    #[inline(always)]
    unsafe fn less(a: __m256d, b: __m256d, c: f64) -> __m256d {
        unsafe { _mm256_sub_pd(a, _mm256_mul_pd(b, _mm256_set1_pd(c))) }
    }

    #[inline(always)]
    unsafe fn least(a: __m256d, b: __m256d) -> __m256d {
        unsafe { _mm256_min_pd(a, b) }
    }

    #[inline(always)]
    unsafe fn greatest(a: __m256d, b: __m256d) -> __m256d {
        unsafe { _mm256_max_pd(a, b) }
    }

    #[inline(always)]
    unsafe fn beyond(a: __m256d, b: f64) -> u32 {
        unsafe {
            let size = _mm256_and_pd(a, _mm256_castsi256_pd(_mm256_set1_epi64x(i64::MAX)));
            _mm256_movemask_pd(_mm256_cmp_pd::<_CMP_GT_OQ>(size, _mm256_set1_pd(b))) as u32
        }
    }

    #[inline(always)]
    unsafe fn reached(a: __m256d, b: f64) -> u32 {
        unsafe { _mm256_movemask_pd(_mm256_cmp_pd::<_CMP_GE_OQ>(a, _mm256_set1_pd(b))) as u32 }
    }

    #[inline(always)]
    unsafe fn parts(a: __m256d) -> (__m256d, __m256d) {
        unsafe {
            let bits = _mm256_add_epi64(_mm256_castpd_si256(a), _mm256_set1_epi64x(SHIFT));
            let fraction = _mm256_and_si256(bits, _mm256_set1_epi64x(FRACTION));
            let one = _mm256_castsi256_pd(_mm256_add_epi64(fraction, _mm256_set1_epi64x(ROOT)));
            let exponent =
                _mm256_or_si256(_mm256_srli_epi64::<52>(bits), _mm256_set1_epi64x(WHOLE));
            let k = _mm256_sub_pd(_mm256_castsi256_pd(exponent), _mm256_set1_pd(TWO_52 + 1023.0));
            (_mm256_sub_pd(one, _mm256_set1_pd(1.0)), k)
        }
    }

    #[inline(always)]
    unsafe fn scaled(a: __m256d, k: __m256d) -> __m256d {
        unsafe {
            let k = _mm256_slli_epi64::<52>(_mm256_castpd_si256(k));
            _mm256_castsi256_pd(_mm256_add_epi64(_mm256_castpd_si256(a), k))
        }
    }

    #[inline(always)]
    unsafe fn nearest(a: __m256d, to: *mut u16) {
        unsafe {
            let whole = _mm256_cvtpd_epi32(a);
            _mm_storeu_si64(to.cast(), _mm_packus_epi32(whole, whole));
        }
    }

    #[inline(always)]
    unsafe fn marked(bins: *const u16, marks: &[u16; 64]) -> u32 {
        let mut found = 0;
        for k in 0..32 {
            let bin = unsafe { *bins.add(k) };
            found |= u32::from(marks[usize::from(bin / 16 % 64)] >> (bin % 16) & 1) << k;
        }
        found
    }

    #[inline(always)]
    unsafe fn same(a: u32) -> __m256i {
        unsafe { _mm256_set1_epi32(a as i32) }
    }

    #[inline(always)]
    unsafe fn from(a: u32) -> __m256i {
        unsafe {
            _mm256_add_epi32(_mm256_set1_epi32(a as i32), _mm256_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7))
        }
    }

    #[inline(always)]
    unsafe fn plus(a: __m256i, b: __m256i) -> __m256i {
        unsafe { _mm256_add_epi32(a, b) }
    }

    #[inline(always)]
    unsafe fn turned<const LEFT: i32, const RIGHT: i32>(a: __m256i, b: __m256i) -> __m256i {
        const BY_16: [i8; 16] = [2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13];
        const BY_8: [i8; 16] = [3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14];
        unsafe {
            let a = _mm256_xor_si256(a, b);
            match LEFT {
                16 => _mm256_shuffle_epi8(a, bytes(BY_16)),
                8 => _mm256_shuffle_epi8(a, bytes(BY_8)),
                _ => _mm256_or_si256(_mm256_slli_epi32::<LEFT>(a), _mm256_srli_epi32::<RIGHT>(a)),
            }
        }
    }

    #[inline(always)]
    unsafe fn centred(words: &[__m256i; 16], to: *mut f64) {
        unsafe {
            for half in 0..2 {
                let (mut low, mut high) = ([_mm256_setzero_pd(); 4], [_mm256_setzero_pd(); 4]);
                for i in 0..4 {
                    let (a, b) = (words[8 * half + 2 * i], words[8 * half + 2 * i + 1]);
                    low[i] = uniform_256(_mm256_unpacklo_epi32(a, b));
                    high[i] = uniform_256(_mm256_unpackhi_epi32(a, b));
                }
                let rows = [low, high];
                for ([a, b, c, d], places) in rows.into_iter().zip([[0, 1, 4, 5], [2, 3, 6, 7]]) {
                    let (p, q) = (_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b));
                    let (r, s) = (_mm256_unpacklo_pd(c, d), _mm256_unpackhi_pd(c, d));
                    let columns = [
                        _mm256_permute2f128_pd::<0x20>(p, r),
                        _mm256_permute2f128_pd::<0x20>(q, s),
                        _mm256_permute2f128_pd::<0x31>(p, r),
                        _mm256_permute2f128_pd::<0x31>(q, s),
                    ];
                    for (place, column) in places.into_iter().zip(columns) {
                        _mm256_storeu_pd(to.add(8 * place + 4 * half), column);
                    }
                }
            }
        }
    }
}

/// `(k + 1/2) / 2^53 - 1/2` of the top 53 bits `k`, which are taken in halves, each below a fixed exponent.
#[inline(always)]
unsafe fn uniform_256(bits: __m256i) -> __m256d {
    unsafe {
        let k = _mm256_srli_epi64::<11>(bits);
        let high = _mm256_or_si256(_mm256_srli_epi64::<26>(k), _mm256_set1_epi64x(WHOLE));
        let low = _mm256_and_si256(k, _mm256_set1_epi64x(0x03ff_ffff));
        let low = _mm256_or_si256(low, _mm256_set1_epi64x(WHOLE));
        let high = _mm256_sub_pd(_mm256_castsi256_pd(high), _mm256_set1_pd(TWO_52 + 67_108_864.0));
        let low = _mm256_sub_pd(_mm256_castsi256_pd(low), _mm256_set1_pd(TWO_52));
        let low = _mm256_add_pd(low, _mm256_set1_pd(0.5));
        let whole = _mm256_add_pd(_mm256_mul_pd(high, _mm256_set1_pd(67_108_864.0)), low);
        _mm256_mul_pd(whole, _mm256_set1_pd(1.0 / 9_007_199_254_740_992.0))
    }
}

/// The same sixteen places of bytes in both halves.
#[inline(always)]
unsafe fn bytes(places: [i8; 16]) -> __m256i {
    let both: [i8; 32] = std::array::from_fn(|k| places[k % 16]);
    unsafe { _mm256_loadu_si256(both.as_ptr().cast()) }
}
