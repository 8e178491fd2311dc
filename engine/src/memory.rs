//! The conversation with a host through memory: the exports of the module.
#![allow(unsafe_code, reason = "a host has nothing but addresses")]

use std::alloc::{Layout, alloc, dealloc};

use crate::answer::answer;

/// Numbers of 64 bits lie on multiples of 8.
fn layout(length: usize) -> Option<Layout> {
    Layout::from_size_align(length.max(1), 8).ok()
}

/// Memory for so many bytes, on a multiple of 8; null where there is none.
#[unsafe(no_mangle)]
pub extern "C" fn tinbergen_alloc(length: usize) -> *mut u8 {
    // SAFETY: the layout is of at least one byte.
    layout(length).map_or(std::ptr::null_mut(), |layout| unsafe { alloc(layout) })
}

/// Gives memory back.
///
/// # Safety
/// `start` is from [`tinbergen_alloc`] or [`tinbergen_run`] and has this length, and nobody uses it
/// any more.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tinbergen_free(start: *mut u8, length: usize) {
    if let Some(layout) = layout(length).filter(|_| !start.is_null()) {
        // SAFETY: the caller says that it was given with this length, hence this layout.
        unsafe { dealloc(start, layout) };
    }
}

/// Answers the request that lies at `start`: how many numbers and how many bytes of text, 32 bits
/// each, then the numbers, then the text. Null where there is no memory for it.
///
/// # Safety
/// `length` bytes can be read at `start`.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tinbergen_run(start: *const u8, length: usize) -> *mut u8 {
    // SAFETY: the caller says so.
    let request = unsafe { std::slice::from_raw_parts(start, length) };
    let found = answer(request);
    let mut bytes = Vec::with_capacity(8 + 8 * found.numbers.len() + found.text.len());
    bytes.extend((found.numbers.len() as u32).to_le_bytes());
    bytes.extend((found.text.len() as u32).to_le_bytes());
    bytes.extend(found.numbers.iter().flat_map(|number| number.to_le_bytes()));
    bytes.extend(found.text.as_bytes());
    let block = tinbergen_alloc(bytes.len());
    if !block.is_null() {
        // SAFETY: the block was just made for as many bytes, and nobody else has it.
        unsafe { block.copy_from_nonoverlapping(bytes.as_ptr(), bytes.len()) };
    }
    block
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_read_as_it_is_described() {
        let request = b"{\"plan\": \"schema = 1\", \"paths\": 10, \"seed\": 1}";
        // SAFETY: the request can be read, and the block is read within what it says.
        unsafe {
            let start = tinbergen_run(request.as_ptr(), request.len());
            assert!(!start.is_null() && start.addr().is_multiple_of(8));
            let head = std::slice::from_raw_parts(start, 8);
            let word = |bytes: &[u8]| u32::from_le_bytes(bytes.try_into().expect("four")) as usize;
            let (numbers, text) = (word(&head[..4]), word(&head[4..]));
            let found = answer(request);
            assert_eq!((numbers, text), (0, found.text.len()));
            let bytes = std::slice::from_raw_parts(start.add(8 + 8 * numbers), text);
            assert_eq!(bytes, found.text.as_bytes());
            assert!(found.text.starts_with(r#"{"problems":["#), "{}", found.text);
            tinbergen_free(start, 8 + 8 * numbers + text);
        }
    }
}
