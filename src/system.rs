//! What may be asked of the system: a file; and of what a run was not told, a seed and the day.
//!
//! Without the feature `system` nobody is there to be asked, and what was not told is an error.

use std::io::{self, Read};
use std::path::Path;

use crate::error::Error;

/// A file of at most so many bytes, of which no more is read; and how many it has where it has more.
/// Pipes and devices are refused before they are opened: they have no size and may never end.
pub(crate) fn read_file(path: &Path, largest: u64) -> io::Result<Result<Vec<u8>, u64>> {
    let told = std::fs::metadata(path)?;
    if !told.is_file() && !told.is_dir() {
        let message = "it is a pipe or a device, which may never end; save it as a file";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    if told.is_file() && told.len() > largest {
        return Ok(Err(told.len()));
    }
    let mut bytes = Vec::new();
    std::fs::File::open(path)?.take(largest + 1).read_to_end(&mut bytes)?;
    let size = bytes.len() as u64;
    Ok(if size > largest { Err(size) } else { Ok(bytes) })
}

/// A seed.
#[cfg(feature = "system")]
pub(crate) fn seed() -> Result<u64, Error> {
    use rand::TryRng;
    rand::rngs::SysRng
        .try_next_u64()
        .map_err(|error| Error::at("seed", format!("the system gave no seed: {error}; give one")))
}

/// A seed.
#[cfg(not(feature = "system"))]
pub(crate) fn seed() -> Result<u64, Error> {
    Err(Error::at("seed", "there is no system that a seed could be drawn from; give one"))
}

/// The days since the first of 1970, in universal time.
#[cfg(feature = "system")]
pub(crate) fn days() -> Result<i64, Error> {
    use std::time::{SystemTime, UNIX_EPOCH};
    #[allow(clippy::disallowed_methods, reason = "the feature says that there is a clock")]
    let since = SystemTime::now().duration_since(UNIX_EPOCH);
    Ok(since.map_or(0, |since| (since.as_secs() / 86_400) as i64))
}

/// The days since the first of 1970, in universal time.
#[cfg(not(feature = "system"))]
pub(crate) fn days() -> Result<i64, Error> {
    Err(Error::at(
        "as_of",
        "there is no clock that tells what day it is; say as of which day to look",
    ))
}
