//! Memory in huge pages, kept for the next run.

use std::alloc::{Layout, alloc, dealloc};

const HUGE: usize = 2 << 20;
#[cfg(target_os = "linux")]
const MADV_HUGEPAGE: i32 = 14;

#[cfg(target_os = "linux")]
unsafe extern "C" {
    fn madvise(address: *mut u8, length: usize, advice: i32) -> i32;
}

/// Memory of at least so many bytes.
pub struct Room {
    at: *mut u8,
    bytes: usize,
}

// SAFETY: it belongs to whoever has the lock.
unsafe impl Send for Room {}

impl Room {
    pub const EMPTY: Self = Self { at: std::ptr::null_mut(), bytes: 0 };

    /// Room for so many numbers; null where there is none.
    pub fn numbers(&mut self, count: usize) -> *mut f64 {
        let Some(bytes) = count.checked_mul(8).map(|bytes| bytes.max(1).next_multiple_of(HUGE))
        else {
            return std::ptr::null_mut();
        };
        if bytes > self.bytes {
            let layout = |bytes| Layout::from_size_align(bytes, HUGE);
            // SAFETY: what is given back was taken with the same layout.
            unsafe {
                if let (false, Ok(layout)) = (self.at.is_null(), layout(self.bytes)) {
                    dealloc(self.at, layout);
                }
                *self = Self::EMPTY;
                let Ok(layout) = layout(bytes) else { return std::ptr::null_mut() };
                self.at = alloc(layout);
                self.bytes = if self.at.is_null() { 0 } else { bytes };
                #[cfg(target_os = "linux")]
                madvise(self.at, self.bytes, MADV_HUGEPAGE);
            }
        }
        self.at.cast()
    }
}
