//! Four numbers at once.

#[allow(clippy::wildcard_imports, reason = "there are too many names")]
use std::arch::x86_64::*;

use super::{FRACTION, Lanes, ROOT, SHIFT, TWO_52, WHOLE};

/// Vectors of 256 bits.
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
                    low[i] = uniform(_mm256_unpacklo_epi32(a, b));
                    high[i] = uniform(_mm256_unpackhi_epi32(a, b));
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
unsafe fn uniform(bits: __m256i) -> __m256d {
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
