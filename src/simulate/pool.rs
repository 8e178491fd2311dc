//! Private thread pools.
//!
//! A pool is keyed by the process: a child that was forked after its parent had used a pool has
//! none of its threads, and would wait for them for ever.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rayon::{ThreadPool, ThreadPoolBuilder};

use crate::error::Error;

type Pools = HashMap<(u32, usize), Arc<ThreadPool>>;

static POOLS: Mutex<Option<Pools>> = Mutex::new(None);

/// The pool of this process with so many threads; as many as there are cores when none is asked
/// for.
pub(crate) fn pool(threads: Option<usize>) -> Result<Arc<ThreadPool>, Error> {
    let threads = threads.unwrap_or_else(cores);
    let key = (std::process::id(), threads);
    let mut pools = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
    let pools = pools.get_or_insert_default();
    if let Some(pool) = pools.get(&key) {
        return Ok(Arc::clone(pool));
    }
    let pool = ThreadPoolBuilder::new()
        .num_threads(threads)
        .thread_name(|k| format!("tinbergen-{k}"))
        .build()
        .map_err(|error| Error::memory(format!("cannot start {threads} threads: {error}")))?;
    let pool = Arc::new(pool);
    pools.insert(key, Arc::clone(&pool));
    Ok(pool)
}

/// Works in the pool of all cores, or in that of the thread if it is one of a pool.
pub(crate) fn in_pool<T: Send>(work: impl FnOnce() -> T + Send) -> Result<T, Error> {
    match rayon::current_thread_index() {
        Some(_) => Ok(work()),
        None => Ok(pool(None)?.install(work)),
    }
}

fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
