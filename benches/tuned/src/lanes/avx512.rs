//! Eight numbers at once.

#[allow(clippy::wildcard_imports, reason = "there are too many names")]
use std::arch::x86_64::*;

use super::{FRACTION, Lanes, ROOT, SHIFT};

/// Vectors of 512 bits.
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
                low[i] = uniform(_mm512_unpacklo_epi32(a, b));
                high[i] = uniform(_mm512_unpackhi_epi32(a, b));
            }
            turned_over(&low, to, [0, 1, 4, 5, 8, 9, 12, 13]);
            turned_over(&high, to, [2, 3, 6, 7, 10, 11, 14, 15]);
        }
    }
}

/// `(k + 1/2) / 2^53 - 1/2` of the top 53 bits `k`, as `(2 k + 1 - 2^53) / 2^54`.
#[inline(always)]
unsafe fn uniform(bits: __m512i) -> __m512d {
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
