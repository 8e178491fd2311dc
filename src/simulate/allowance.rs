//! How much memory a result may take.

use crate::error::Error;
use crate::free_memory::free_memory;

/// Unless a limit is said, one part in so many of what is free: what is asked of paths takes memory too.
const PART: u64 = 2;
/// So much is always taken without asking the system.
const SMALL: u128 = 64 << 20;

/// Less memory is taken by fewer paths or scenarios, or where fewer indicators are kept.
pub(crate) const FEWER: &str = "ask for fewer paths or scenarios, or name the indicators to keep";

/// The most that may be taken where no limit was said, as far as the system tells.
pub(crate) fn most_memory() -> Option<u64> {
    free_memory().map(|free| free / PART)
}

/// Refuses more bytes than a limit, or than a part of what is free where none was said, and offers a
/// way out.
pub(crate) fn allow(what: &str, bytes: u128, limit: Option<u64>, way: &str) -> Result<(), Error> {
    let (limit, which) = match limit {
        Some(limit) => (limit, "the limit is"),
        None if bytes <= SMALL => return Ok(()),
        None => match most_memory() {
            Some(most) => (most, "without a memory limit at most half of what is free is taken,"),
            None => return Ok(()),
        },
    };
    if bytes <= u128::from(limit) {
        return Ok(());
    }
    let gib = |bytes: f64| bytes / f64::from(1 << 30);
    Err(Error::memory(format!(
        "{what} need {:.2} GiB, {which} {:.2} GiB; {way}",
        gib(bytes as f64),
        gib(limit as f64)
    )))
}
