//! Memory for many paths.

use memmap2::MmapMut;

use crate::error::Error;

/// A large block of numbers, zero at first, in huge pages where the system offers them: touching
/// fresh memory in small pages costs as much as drawing the random numbers.
#[derive(Debug)]
pub(crate) struct Buffer {
    map: MmapMut,
    len: usize,
}

impl Buffer {
    /// Room for `len` numbers.
    pub(crate) fn new(len: usize) -> Result<Self, Error> {
        let refused =
            || Error::memory(format!("the system has no room for {len} numbers of 8 bytes"));
        let bytes = len.checked_mul(size_of::<f64>()).ok_or_else(refused)?;
        let map = MmapMut::map_anon(bytes.max(1)).map_err(|_| refused())?;
        #[cfg(target_os = "linux")]
        let _ = map.advise(memmap2::Advice::HugePage); // advice only: small pages are right too
        Ok(Self { map, len })
    }

    pub(crate) fn values(&self) -> &[f64] {
        bytemuck::cast_slice(&self.map[..self.len * size_of::<f64>()])
    }

    pub(crate) fn values_mut(&mut self) -> &mut [f64] {
        bytemuck::cast_slice_mut(&mut self.map[..self.len * size_of::<f64>()])
    }
}
