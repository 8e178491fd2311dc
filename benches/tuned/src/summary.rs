//! Mean and exact quantiles of a row.

use std::arch::x86_64::{_MM_HINT_T0, _mm_prefetch};

use crate::lanes::Lanes;

/// The levels.
pub const Q: [f64; 7] = [0.05, 0.10, 0.25, 0.50, 0.75, 0.90, 0.95];
/// Bins between the least and the greatest of the first values; what lies beyond them is in the outer ones.
const BINS: usize = 1024;
const SAMPLE: usize = 2048;
/// Numbers whose bins are found before they are counted.
const SIDE: usize = 64;
/// Numbers that are added up before sums are added to sums.
const CHUNK: usize = 1024;
/// How far ahead numbers are asked for.
const AHEAD: usize = 512;
/// Histograms that are counted in turn, so that no count waits for the one before.
const TURNS: usize = 4;

/// What a thread works with.
pub struct Summary {
    counts: Box<[[u32; BINS]; TURNS]>,
    /// A bit for each bin.
    wanted: [u16; BINS / 16],
    places: Vec<u16>,
    inside: Vec<f64>,
}

/// Where values lie among the bins.
struct Bins<L: Lanes> {
    least: L::Numbers,
    scale: L::Numbers,
    last: L::Numbers,
}

impl<L: Lanes> Bins<L> {
    #[inline(always)]
    unsafe fn of(&self, from: *const f64, to: *mut u16) {
        unsafe {
            let place = L::mul(L::sub(L::load(from), self.least), self.scale);
            L::nearest(L::least(L::greatest(place, L::all(0.0)), self.last), to);
        }
    }
}

impl Summary {
    pub fn new() -> Self {
        Self {
            counts: Box::new([[0; BINS]; TURNS]),
            wanted: [0; BINS / 16],
            places: Vec::new(),
            inside: Vec::new(),
        }
    }

    /// The mean and the quantiles of some numbers.
    ///
    /// # Safety
    /// The processor has the width.
    #[inline(always)]
    pub unsafe fn run<L: Lanes>(&mut self, row: &[f64], bands: &mut [f64]) -> f64 {
        unsafe {
            let (mut low, mut high) = (L::all(f64::INFINITY), L::all(f64::NEG_INFINITY));
            for part in row[..SAMPLE.min(row.len())].chunks_exact(L::COUNT) {
                let value = L::load(part.as_ptr());
                (low, high) = (L::least(low, value), L::greatest(high, value));
            }
            let (mut lows, mut highs) = ([f64::INFINITY; 8], [f64::NEG_INFINITY; 8]);
            L::store(lows.as_mut_ptr(), low);
            L::store(highs.as_mut_ptr(), high);
            let low = lows.into_iter().fold(f64::INFINITY, f64::min);
            let high = highs.into_iter().fold(f64::NEG_INFINITY, f64::max);
            let scale = if high > low { (BINS - 1) as f64 / (high - low) } else { 0.0 };
            let last = L::all((BINS - 1) as f64);
            let bins = Bins::<L> { least: L::all(low), scale: L::all(scale), last };
            let mean = self.count(&bins, row) / row.len() as f64;
            self.find::<L>(row, bands);
            mean
        }
    }

    /// Counts what is in each bin, and adds the numbers up as the library does: by chunks of 1024, eight sums side
    /// by side.
    #[inline(always)]
    unsafe fn count<L: Lanes>(&mut self, bins: &Bins<L>, row: &[f64]) -> f64 {
        *self.counts = [[0; BINS]; TURNS];
        self.places.resize(row.len().next_multiple_of(SIDE), 0);
        let mut total = 0.0;
        let sums = 8 / L::COUNT;
        for (chunk, places) in row.chunks(CHUNK).zip(self.places.chunks_mut(CHUNK)) {
            let mut side = [0.0; 8];
            let whole = chunk.len() - chunk.len() % 8;
            unsafe {
                let mut sum = [L::all(0.0); 2];
                for (part, places) in chunk[..whole].chunks(SIDE).zip(places.chunks_mut(SIDE)) {
                    for line in 0..SIDE / 8 {
                        let ahead = part.as_ptr().wrapping_add(AHEAD + 8 * line);
                        _mm_prefetch::<_MM_HINT_T0>(ahead.cast());
                    }
                    for at in (0..part.len()).step_by(8) {
                        for k in 0..sums {
                            let at = at + k * L::COUNT;
                            sum[k] = L::add(sum[k], L::load(part.as_ptr().add(at)));
                            bins.of(part.as_ptr().add(at), places.as_mut_ptr().add(at));
                        }
                    }
                    for eight in places[..part.len()].chunks_exact(8) {
                        for (k, &place) in eight.iter().enumerate() {
                            *self.counts[k % TURNS].get_unchecked_mut(usize::from(place)) += 1;
                        }
                    }
                }
                for k in 0..sums {
                    L::store(side.as_mut_ptr().add(k * L::COUNT), sum[k]);
                }
                for (k, &value) in chunk[whole..].iter().enumerate() {
                    side[k] += value;
                    let mut found = [0; 8];
                    bins.of([value; 8].as_ptr(), found.as_mut_ptr());
                    places[whole + k] = found[0];
                    self.counts[0][usize::from(found[0])] += 1;
                }
            }
            let [a, b, c, d, e, f, g, h] = side;
            total += ((a + b) + (c + d)) + ((e + f) + (g + h));
        }
        total
    }

    /// Takes what is in the bins of the wanted ranks, and sorts it.
    #[inline(always)]
    unsafe fn find<L: Lanes>(&mut self, row: &[f64], bands: &mut [f64]) {
        let count = row.len();
        let places = Q.map(|q| {
            let h = (count - 1) as f64 * q;
            (h.floor() as usize, h - h.floor())
        });
        // For every rank how many of what is taken lie before it.
        let mut ranks = [[0_usize; 2]; Q.len()];
        self.wanted.fill(0);
        let (mut before, mut taken, mut next) = (0, 0, 0);
        let wanted: [usize; 2 * Q.len()] =
            std::array::from_fn(|k| (places[k / 2].0 + k % 2).min(count - 1));
        for bin in 0..BINS {
            let here: usize = self.counts.iter().map(|counts| counts[bin] as usize).sum();
            let first = next;
            while next < wanted.len() && wanted[next] < before + here {
                ranks[next / 2][next % 2] = taken + wanted[next] - before;
                next += 1;
            }
            if next > first {
                self.wanted[bin / 16] |= 1 << (bin % 16);
                taken += here;
            }
            before += here;
        }
        unsafe { self.take::<L>(row, taken) };
        self.inside.sort_unstable_by(f64::total_cmp);
        for ((band, (_, part)), [low, high]) in bands.iter_mut().zip(places).zip(ranks) {
            let low = self.inside[low];
            *band = if part > 0.0 { low + part * (self.inside[high] - low) } else { low };
        }
    }

    /// Takes the values in the wanted bins.
    #[inline(always)]
    unsafe fn take<L: Lanes>(&mut self, row: &[f64], taken: usize) {
        self.inside.clear();
        self.inside.reserve(taken);
        for (part, places) in row.chunks(32).zip(self.places.chunks_exact(32)) {
            let mut marked = unsafe { L::marked(places.as_ptr(), &self.wanted) };
            while marked != 0 {
                // What lies beyond the last number is marked like any other place.
                self.inside.extend(part.get(marked.trailing_zeros() as usize));
                marked &= marked - 1;
            }
        }
    }
}
