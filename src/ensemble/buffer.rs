//! Memory for many paths.

use crate::error::Error;

/// A large block of numbers. What it holds at first is not said; who makes one writes all of it.
#[derive(Debug)]
pub(crate) struct Buffer(imp::Block);

impl Buffer {
    /// Room for `len` numbers.
    pub(crate) fn new(len: usize) -> Result<Self, Error> {
        let refused =
            || Error::memory(format!("the system has no room for {len} numbers of 8 bytes"));
        imp::Block::new(len).map(Self).ok_or_else(refused)
    }

    pub(crate) fn values(&self) -> &[f64] {
        self.0.values()
    }

    pub(crate) fn values_mut(&mut self) -> &mut [f64] {
        self.0.values_mut()
    }
}

impl From<Vec<f64>> for Buffer {
    fn from(values: Vec<f64>) -> Self {
        Self(imp::Block::of(values))
    }
}

impl Default for Buffer {
    fn default() -> Self {
        Self::from(Vec::new())
    }
}

/// Gives memory of earlier runs back to the system, before more is asked for than there seems to be.
pub(crate) fn give_back() {
    imp::give_back();
}

/// Mapped memory, in huge pages where the system offers them: touching fresh memory in small pages
/// costs as much as drawing the random numbers. What is small is ordinary memory, which is there already.
#[cfg(feature = "mmap")]
mod imp {
    use std::mem::ManuallyDrop;
    use std::sync::Mutex;
    use std::time::{Duration, Instant};

    use memmap2::MmapMut;

    #[cfg(all(target_os = "linux", not(miri)))]
    use crate::free_memory::free_memory;
    use crate::parallel::at_once;

    /// So many numbers are not worth pages of their own.
    const SMALL: usize = 1 << 16;

    #[derive(Debug)]
    pub(super) enum Block {
        Ordinary(Vec<f64>),
        Mapped { map: ManuallyDrop<MmapMut>, len: usize },
    }

    impl Block {
        /// None where there is no room.
        pub(super) fn new(len: usize) -> Option<Self> {
            if len <= SMALL {
                return Some(Self::Ordinary(vec![0.0; len]));
            }
            let bytes = len.checked_mul(size_of::<f64>())?.max(1);
            let fresh = || MmapMut::map_anon(bytes).ok();
            let again = || {
                give_back();
                fresh()
            };
            let map = reused(bytes).or_else(fresh).or_else(again)?;
            #[cfg(all(target_os = "linux", not(miri)))]
            let _ = map.advise(memmap2::Advice::HugePage); // advice only: small pages are right too
            Some(Self::Mapped { map: ManuallyDrop::new(map), len })
        }

        pub(super) fn of(values: Vec<f64>) -> Self {
            Self::Ordinary(values)
        }

        pub(super) fn values(&self) -> &[f64] {
            match self {
                Self::Ordinary(values) => values,
                Self::Mapped { map, len } => bytemuck::cast_slice(&map[..len * size_of::<f64>()]),
            }
        }

        pub(super) fn values_mut(&mut self) -> &mut [f64] {
            match self {
                Self::Ordinary(values) => values,
                Self::Mapped { map, len } => {
                    bytemuck::cast_slice_mut(&mut map[..*len * size_of::<f64>()])
                }
            }
        }
    }

    impl Drop for Block {
        fn drop(&mut self) {
            let Self::Mapped { map, .. } = self else { return };
            #[allow(unsafe_code, reason = "what is dropped here is not dropped again")]
            // SAFETY: the field is not used after this.
            let map = unsafe { ManuallyDrop::take(map) };
            put_by(map);
        }
    }

    /// Memory of earlier runs, for the next one: to get fresh pages from the system costs up to a
    /// quarter of a run. The system may take the pages back whenever it needs them.
    static SPARE: Mutex<Vec<Spare>> = Mutex::new(Vec::new());
    /// So much is put by whatever the system has free; more than this while as much again is free.
    #[cfg(all(target_os = "linux", not(miri)))]
    const ALWAYS_SPARE: usize = 1 << 30;
    /// What nobody has wanted for so long goes back when memory is asked for next.
    const PATIENCE: Duration = Duration::from_secs(60);

    /// Memory that is put by.
    #[cfg_attr(any(not(target_os = "linux"), miri), allow(dead_code))]
    struct Spare {
        map: MmapMut,
        since: Instant,
    }

    #[allow(clippy::disallowed_methods, reason = "where memory is mapped there is a clock")]
    fn now() -> Instant {
        Instant::now()
    }

    /// Gives all that is put by back to the system, which counts it in the address space of the process.
    pub(super) fn give_back() {
        let all = at_once(&SPARE).map(|mut spare| std::mem::take(&mut *spare));
        drop(all); // after the lock: to give back much memory takes time
    }

    /// Spare memory of about the wanted size.
    fn reused(bytes: usize) -> Option<MmapMut> {
        let mut spare = at_once(&SPARE)?;
        let fits = |map: &MmapMut| (bytes..=bytes.saturating_mul(2)).contains(&map.len());
        let found = spare.iter().position(|spare| fits(&spare.map));
        let found = found.map(|index| spare.swap_remove(index).map);
        let now = now();
        let old = |spare: &mut Spare| now.duration_since(spare.since) > PATIENCE;
        let old: Vec<Spare> = spare.extract_if(.., old).collect();
        drop(spare);
        drop(old);
        found
    }

    #[cfg(all(target_os = "linux", not(miri)))]
    fn put_by(map: MmapMut) {
        let Some(mut spare) = at_once(&SPARE) else { return };
        let held = spare.iter().map(|spare| spare.map.len()).sum::<usize>() + map.len();
        if held > ALWAYS_SPARE && free_memory().is_none_or(|free| free < held as u64) {
            return;
        }
        #[allow(unsafe_code, reason = "the content may be lost, which is meant")]
        // SAFETY: nobody reads the memory before it is written again.
        let advised = unsafe { map.unchecked_advise(memmap2::UncheckedAdvice::Free) };
        if advised.is_ok() {
            spare.push(Spare { map, since: now() });
        }
    }

    /// Where the system cannot be told that it may take pages back, nothing is put by.
    #[cfg(any(not(target_os = "linux"), miri))]
    fn put_by(_: MmapMut) {}
}

/// Ordinary memory.
#[cfg(not(feature = "mmap"))]
mod imp {
    #[derive(Debug)]
    pub(super) struct Block(Vec<f64>);

    /// Nothing is put by.
    pub(super) fn give_back() {}

    impl Block {
        /// None where there is no room.
        pub(super) fn new(len: usize) -> Option<Self> {
            let mut values = Vec::new();
            values.try_reserve_exact(len).ok()?;
            values.resize(len, 0.0);
            Some(Self(values))
        }

        pub(super) fn of(values: Vec<f64>) -> Self {
            Self(values)
        }

        pub(super) fn values(&self) -> &[f64] {
            &self.0
        }

        pub(super) fn values_mut(&mut self) -> &mut [f64] {
            &mut self.0
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Buffer, give_back};

    /// Memory of an earlier block may come again: whatever was in it, a block holds what is written.
    #[test]
    fn a_block_holds_what_is_written_also_where_another_was() {
        for len in [1, 1_000, 600, 0, 1_000, 70_000, 66_000, 70_000, 200_000, 70_000, 300_000] {
            let mut block = Buffer::new(len).expect("room");
            assert_eq!(block.values().len(), len);
            let numbers = || (0..len).map(|k| (k + len) as f64);
            block.values_mut().iter_mut().zip(numbers()).for_each(|(cell, number)| *cell = number);
            assert!(block.values().iter().copied().eq(numbers()));
            if len == 200_000 {
                give_back();
            }
        }
    }

    #[test]
    fn more_than_there_can_be_is_refused() {
        for len in [usize::MAX, usize::MAX / 8] {
            let error = Buffer::new(len).expect_err("no room");
            assert!(error.is_memory() && error.to_string().contains("no room"), "{error}");
        }
    }
}
