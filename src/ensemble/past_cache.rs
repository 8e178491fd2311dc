//! Rows that are written past the cache.
//!
//! A processor reads memory into its cache before it writes a part of it. Of paths that are stored all is written,
//! and nothing is read before the run has ended, so in a run that is larger than the cache the reading is for
//! nothing, and pushes out what is needed next.

use std::marker::PhantomData;

/// Fewer bytes may stay in the cache until they are summarised.
const LARGE: usize = 32 << 20;

/// How rows are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Writing {
    /// As usual.
    Plain,
    /// Past the cache.
    Past,
}

impl Writing {
    /// What suits so many numbers, and this processor.
    pub(crate) fn of(numbers: usize) -> Self {
        let is_large = numbers > LARGE / size_of::<f64>();
        if is_large && imp::CAN { Self::Past } else { Self::Plain }
    }
}

/// Rows that are written piece by piece.
#[derive(Debug)]
pub(crate) struct Rows<'a> {
    rows: Vec<&'a mut [f64]>,
    writing: Writing,
}

impl<'a> Rows<'a> {
    /// No row yet.
    pub(crate) fn new(writing: Writing) -> Self {
        Self { rows: Vec::new(), writing }
    }

    pub(crate) fn push(&mut self, row: &'a mut [f64]) {
        self.rows.push(row);
    }

    pub(crate) fn row(&self, row: usize) -> &[f64] {
        self.rows[row]
    }

    /// To be written as usual.
    pub(crate) fn row_mut(&mut self, row: usize) -> &mut [f64] {
        self.rows[row]
    }

    /// The number of the last row.
    pub(crate) fn last(&self) -> Option<usize> {
        self.rows.len().checked_sub(1)
    }

    /// To write some of them with: what it wrote is there when it is dropped.
    pub(crate) fn writer(&mut self) -> RowWriter<'_, 'a> {
        RowWriter { rows: self, of_this_thread: PhantomData }
    }
}

/// Writes rows.
pub(crate) struct RowWriter<'b, 'a> {
    rows: &'b mut Rows<'a>,
    of_this_thread: PhantomData<*const ()>,
}

impl RowWriter<'_, '_> {
    /// Writes numbers into a row, from an index on.
    pub(crate) fn write(&mut self, row: usize, from: usize, values: &[f64]) {
        let target = &mut self.rows.rows[row][from..from + values.len()];
        match self.rows.writing {
            Writing::Plain => target.copy_from_slice(values),
            Writing::Past => imp::copy(target, values),
        }
    }

    /// The same of numbers that each have a factor, such as one that leads to another basis, where there is one.
    pub(crate) fn write_times(
        &mut self,
        row: usize,
        from: usize,
        values: &[f64],
        factors: Option<&[f64]>,
    ) {
        match factors {
            None => self.write(row, from, values),
            Some(factors) => {
                let products = values.iter().zip(factors).map(|(value, factor)| value * factor);
                self.write(row, from, &products.collect::<Vec<f64>>());
            }
        }
    }
}

impl Drop for RowWriter<'_, '_> {
    fn drop(&mut self) {
        if self.rows.writing == Writing::Past {
            imp::settle();
        }
    }
}

#[cfg(all(target_arch = "x86_64", not(miri)))]
mod imp {
    use std::arch::x86_64::{_mm_loadu_pd, _mm_sfence, _mm_stream_pd};

    pub(super) const CAN: bool = true;

    /// Copies numbers of which nobody reads the target before [`settle`].
    pub(super) fn copy(target: &mut [f64], values: &[f64]) {
        // Vectors of two numbers; only whole lines of the cache are worth it.
        if target.as_ptr().align_offset(64) != 0 || !target.len().is_multiple_of(8) {
            target.copy_from_slice(values);
            return;
        }
        for (to, from) in target.chunks_exact_mut(2).zip(values.chunks_exact(2)) {
            #[allow(unsafe_code, reason = "the only way to write past the cache")]
            // SAFETY: both hold two numbers and the target is aligned; nobody else has it while the
            // writer lives, and when that is dropped, on the thread that wrote, `settle` is called.
            unsafe {
                _mm_stream_pd(to.as_mut_ptr(), _mm_loadu_pd(from.as_ptr()));
            }
        }
    }

    /// Waits until all that was written can be seen.
    pub(super) fn settle() {
        #[allow(unsafe_code, reason = "it orders writes and does nothing else")]
        // SAFETY: every processor of this architecture has it.
        unsafe {
            _mm_sfence();
        }
    }
}

#[cfg(not(all(target_arch = "x86_64", not(miri))))]
mod imp {
    pub(super) const CAN: bool = false;

    pub(super) fn copy(target: &mut [f64], values: &[f64]) {
        target.copy_from_slice(values);
    }

    pub(super) fn settle() {}
}

#[cfg(test)]
mod tests {
    use super::{Rows, Writing};

    /// Whatever the place and the length, what is written is there, and nothing else is touched.
    #[test]
    fn what_is_written_past_the_cache_is_there() {
        for writing in [Writing::Plain, Writing::Past] {
            let mut memory = vec![-1.0; 4 * 1000];
            for (from, length) in [(0, 128), (128, 128), (256, 1), (257, 130), (387, 8), (395, 0)] {
                let values: Vec<f64> = (0..length).map(|k| (from + k) as f64).collect();
                let mut rows = Rows::new(writing);
                memory.chunks_mut(1000).for_each(|row| rows.push(row));
                let mut writer = rows.writer();
                (0..4).for_each(|row| writer.write(row, from, &values));
            }
            for row in memory.chunks(1000) {
                assert!(
                    (0..395).all(|k| row[k] == k as f64) && row[395..].iter().all(|x| *x == -1.0)
                );
            }
        }
    }

    #[test]
    fn only_what_is_large_is_written_past_the_cache() {
        assert_eq!(Writing::of(1000), Writing::Plain);
        let is_possible = cfg!(all(target_arch = "x86_64", not(miri)));
        assert_eq!(Writing::of(1 << 24) == Writing::Past, is_possible);
    }
}
