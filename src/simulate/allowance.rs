//! How much memory a result may take.

use crate::error::Error;
use crate::free_memory::free_memory;

/// Unless a limit is said, one part in so many of what is free: what is asked of paths takes memory too.
const PART: u64 = 2;
/// So much is always taken without asking the system.
const SMALL: u128 = 64 << 20;

/// Refuses more bytes than a limit, or than a part of what is free where none was said.
pub(crate) fn allow(what: &str, bytes: u128, limit: Option<u64>) -> Result<(), Error> {
    match limit {
        Some(limit) => within(what, bytes, limit, "the limit is"),
        None if bytes <= SMALL => Ok(()),
        None => match free_memory() {
            Some(free) => {
                let half = "without a memory limit at most half of what is free is taken,";
                within(what, bytes, free / PART, half)
            }
            None => Ok(()),
        },
    }
}

fn within(what: &str, bytes: u128, limit: u64, which: &str) -> Result<(), Error> {
    if bytes <= u128::from(limit) {
        return Ok(());
    }
    let gib = |bytes: f64| bytes / f64::from(1 << 30);
    Err(Error::memory(format!(
        "{what} need {:.2} GiB, {which} {:.2} GiB; ask for fewer paths or scenarios, or name the indicators \
         to keep",
        gib(bytes as f64),
        gib(limit as f64)
    )))
}
