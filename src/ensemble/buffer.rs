//! Memory for many paths.

use std::mem::ManuallyDrop;
use std::sync::{Mutex, MutexGuard, PoisonError};

use memmap2::MmapMut;

use crate::error::Error;

/// A large block of numbers, in huge pages where the system offers them: touching fresh memory in
/// small pages costs as much as drawing the random numbers. What it holds at first is not said; who
/// makes one writes all of it.
#[derive(Debug)]
pub(crate) struct Buffer {
    map: ManuallyDrop<MmapMut>,
    len: usize,
}

impl Buffer {
    /// Room for `len` numbers.
    pub(crate) fn new(len: usize) -> Result<Self, Error> {
        let refused =
            || Error::memory(format!("the system has no room for {len} numbers of 8 bytes"));
        let bytes = len.checked_mul(size_of::<f64>()).ok_or_else(refused)?.max(1);
        let map = match reused(bytes) {
            Some(map) => map,
            None => MmapMut::map_anon(bytes).map_err(|_| refused())?,
        };
        #[cfg(target_os = "linux")]
        let _ = map.advise(memmap2::Advice::HugePage); // advice only: small pages are right too
        Ok(Self { map: ManuallyDrop::new(map), len })
    }

    pub(crate) fn values(&self) -> &[f64] {
        bytemuck::cast_slice(&self.map[..self.len * size_of::<f64>()])
    }

    pub(crate) fn values_mut(&mut self) -> &mut [f64] {
        bytemuck::cast_slice_mut(&mut self.map[..self.len * size_of::<f64>()])
    }
}

impl Drop for Buffer {
    fn drop(&mut self) {
        #[allow(unsafe_code, reason = "what is dropped here is not dropped again")]
        // SAFETY: the field is not used after this.
        let map = unsafe { ManuallyDrop::take(&mut self.map) };
        put_by(map);
    }
}

/// Memory of earlier runs, for the next one: to get fresh pages from the system costs up to a
/// quarter of a run. The system may take the pages back whenever it needs them.
static SPARE: Mutex<Vec<MmapMut>> = Mutex::new(Vec::new());
/// No more than this is put by.
const MOST_SPARE: usize = 1 << 30;

fn spare() -> MutexGuard<'static, Vec<MmapMut>> {
    SPARE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Spare memory of about the wanted size; when there is none, all of it goes back to the system.
fn reused(bytes: usize) -> Option<MmapMut> {
    let mut spare = spare();
    let fits = |map: &MmapMut| (bytes..=bytes.saturating_mul(2)).contains(&map.len());
    let place = spare.iter().position(fits);
    if place.is_none() {
        spare.clear();
    }
    place.map(|place| spare.swap_remove(place))
}

#[cfg(target_os = "linux")]
fn put_by(map: MmapMut) {
    let mut spare = spare();
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
#[cfg(not(target_os = "linux"))]
fn put_by(_: MmapMut) {}
