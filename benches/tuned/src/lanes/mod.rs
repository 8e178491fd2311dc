//! Vectors of numbers, for the widths that processors have. No operation is fused with another where that would
//! change a rounding, so that every width gives the same bits.

mod avx2;
mod avx512;

pub use avx2::Avx2;
pub use avx512::Avx512;

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
