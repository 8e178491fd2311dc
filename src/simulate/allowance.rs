//! How much memory a result may take.

use crate::ensemble::give_back;
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

/// The same, after memory of earlier runs was given back where so many bytes are more than that.
fn most_for(bytes: u128) -> Option<u64> {
    let most = most_memory()?;
    if bytes <= u128::from(most) {
        return Some(most);
    }
    give_back();
    most_memory()
}

/// Refuses more bytes than a limit, or than a part of what is free where none was said, and offers a
/// way out.
pub(crate) fn allow(what: &str, bytes: u128, limit: Option<u64>, way: &str) -> Result<(), Error> {
    let (limit, which) = match limit {
        Some(limit) => (limit, "the limit is"),
        None if bytes <= SMALL => return Ok(()),
        None => match most_for(bytes) {
            Some(most) => (most, "without a memory limit at most half of what is free is taken,"),
            None => return Ok(()),
        },
    };
    if bytes <= u128::from(limit) {
        return Ok(());
    }
    let (needed, allowed) = (said(bytes as f64, f64::ceil), said(limit as f64, f64::floor));
    Err(Error::memory(format!("{what} need {needed}, {which} {allowed}; {way}")))
}

/// So many bytes in a unit in which they are a number of few digits.
fn said(bytes: f64, round: fn(f64) -> f64) -> String {
    let units = [(1e9, "GB", 100.0), (1e6, "MB", 10.0)];
    let (unit, name, digits) =
        units.into_iter().find(|(unit, ..)| bytes >= *unit).unwrap_or((1e3, "kB", 10.0));
    format!("{} {name}", round(bytes / unit * digits) / digits)
}

#[cfg(test)]
mod tests {
    use super::allow;

    #[test]
    fn what_is_needed_is_more_than_what_is_allowed_as_it_is_said() {
        for (bytes, limit, words) in [
            (5_764_000_001, 4_000_000_000, "need 5.77 GB, the limit is 4 GB"),
            (8_040_001, 8_040_000, "need 8.1 MB, the limit is 8 MB"),
            (1_200, 7, "need 1.2 kB, the limit is 0 kB"),
        ] {
            let error = allow("the paths", bytes, Some(limit), "ask for less").expect_err("more");
            assert!(error.to_string().contains(words), "{error}");
        }
        assert!(allow("the paths", 7, Some(7), "").is_ok());
    }
}
