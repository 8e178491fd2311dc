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

/// Mapped memory, in huge pages where the system offers them: touching fresh memory in small pages
/// costs as much as drawing the random numbers. What is small is ordinary memory, which is there already.
#[cfg(feature = "mmap")]
mod imp {
    use std::mem::ManuallyDrop;
    use std::sync::Mutex;

    use memmap2::MmapMut;

    use crate::parallel::at_once;

    /// So many numbers are not worth pages of their own.
    const SMALL: usize = 1 << 16;

    #[derive(Debug)]
    pub(super) enum Block {
        Small(Vec<f64>),
        Mapped { map: ManuallyDrop<MmapMut>, len: usize },
    }

    impl Block {
        /// None where there is no room.
        pub(super) fn new(len: usize) -> Option<Self> {
            if len <= SMALL {
                return Some(Self::Small(vec![0.0; len]));
            }
            let bytes = len.checked_mul(size_of::<f64>())?.max(1);
            let map = match reused(bytes) {
                Some(map) => map,
                None => MmapMut::map_anon(bytes).ok()?,
            };
            #[cfg(all(target_os = "linux", not(miri)))]
            let _ = map.advise(memmap2::Advice::HugePage); // advice only: small pages are right too
            Some(Self::Mapped { map: ManuallyDrop::new(map), len })
        }

        pub(super) fn values(&self) -> &[f64] {
            match self {
                Self::Small(values) => values,
                Self::Mapped { map, len } => bytemuck::cast_slice(&map[..len * size_of::<f64>()]),
            }
        }

        pub(super) fn values_mut(&mut self) -> &mut [f64] {
            match self {
                Self::Small(values) => values,
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
    static SPARE: Mutex<Vec<MmapMut>> = Mutex::new(Vec::new());
    /// No more than this is put by.
    #[cfg(all(target_os = "linux", not(miri)))]
    const MOST_SPARE: usize = 1 << 30;

    /// Spare memory of about the wanted size; when there is none, all of it goes back to the system.
    fn reused(bytes: usize) -> Option<MmapMut> {
        let mut spare = at_once(&SPARE)?;
        let fits = |map: &MmapMut| (bytes..=bytes.saturating_mul(2)).contains(&map.len());
        let index = spare.iter().position(fits);
        let Some(index) = index else {
            let all = std::mem::take(&mut *spare);
            drop(spare); // to give back much memory takes time
            drop(all);
            return None;
        };
        Some(spare.swap_remove(index))
    }

    #[cfg(all(target_os = "linux", not(miri)))]
    fn put_by(map: MmapMut) {
        let Some(mut spare) = at_once(&SPARE) else { return };
        let held: usize = spare.iter().map(|map| map.len()).sum();
        if held + map.len() > MOST_SPARE {
            return;
        }
        #[allow(unsafe_code, reason = "the content may be lost, which is meant")]
        // SAFETY: nobody reads the memory before it is written again.
        let advised = unsafe { map.unchecked_advise(memmap2::UncheckedAdvice::Free) };
        if advised.is_ok() {
            spare.push(map);
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

    impl Block {
        /// None where there is no room.
        pub(super) fn new(len: usize) -> Option<Self> {
            let mut values = Vec::new();
            values.try_reserve_exact(len).ok()?;
            values.resize(len, 0.0);
            Some(Self(values))
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
    use super::Buffer;

    /// Memory of an earlier block may come again: whatever was in it, a block holds what is written.
    #[test]
    fn a_block_holds_what_is_written_also_where_another_was() {
        for len in [1, 1_000, 600, 0, 1_000, 70_000, 66_000, 70_000] {
            let mut block = Buffer::new(len).expect("room");
            assert_eq!(block.values().len(), len);
            let numbers = || (0..len).map(|k| (k + len) as f64);
            block.values_mut().iter_mut().zip(numbers()).for_each(|(cell, number)| *cell = number);
            assert!(block.values().iter().copied().eq(numbers()));
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
