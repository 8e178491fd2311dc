//! Work on threads where there are threads, on the calling one where there are none.
//!
//! Nothing else in the crate knows how work is shared out. Results come in the order of their
//! tasks and no task sees another, so they are the same on any number of threads and on none.

use std::sync::{Mutex, MutexGuard, OnceLock, TryLockError};

use crate::error::Error;
use crate::interrupt::Wish;

/// Threads that work is given to.
#[derive(Debug, Clone)]
pub(crate) struct Workers(imp::Pool);

impl Workers {
    /// So many threads; as many as there are cores when no number is asked for, and the calling one
    /// alone without the feature `threads`.
    pub(crate) fn new(threads: Option<usize>) -> Result<Self, Error> {
        imp::pool(threads).map(Self)
    }

    /// How many there are.
    pub(crate) fn count(&self) -> usize {
        imp::count(&self.0)
    }

    /// Works on one of them: what is shared out meanwhile by [`map`] stays among them.
    pub(crate) fn within<R: Send>(&self, work: impl FnOnce() -> R + Send) -> R {
        let wish = Wish::current();
        imp::within(&self.0, || wish.over(work))
    }

    /// What so many tasks give, in their order.
    pub(crate) fn map<R: Send>(&self, count: usize, task: impl Fn(usize) -> R + Sync) -> Vec<R> {
        self.within(|| shared_out(count, &task))
    }

    /// A task for each item, which also has its place.
    pub(crate) fn each<T: Send>(&self, items: &mut [T], task: impl Fn(usize, &mut T) + Sync) {
        let wish = Wish::current();
        self.within(|| imp::each(items, &|k, item: &mut T| wish.over(|| task(k, item))));
    }
}

/// What so many tasks give, in their order: on the threads that the caller is one of, or on those
/// of all cores.
pub(crate) fn map<R: Send>(
    count: usize,
    task: impl Fn(usize) -> R + Sync,
) -> Result<Vec<R>, Error> {
    if imp::is_worker() {
        Ok(shared_out(count, &task))
    } else {
        Ok(Workers::new(None)?.map(count, task))
    }
}

/// What so many tasks give, among the threads that this one is one of.
fn shared_out<R: Send>(count: usize, task: &(impl Fn(usize) -> R + Sync)) -> Vec<R> {
    let wish = Wish::current();
    imp::map(count, &|k| wish.over(|| task(k)))
}

/// What a lock guards, unless another thread is at it. Nobody waits for a lock that outlives a call:
/// in a process that was forked meanwhile the thread that holds it is not there.
pub(crate) fn at_once<T>(lock: &Mutex<T>) -> Option<MutexGuard<'_, T>> {
    match lock.try_lock() {
        Ok(guard) => Some(guard),
        Err(TryLockError::Poisoned(guard)) => Some(guard.into_inner()),
        Err(TryLockError::WouldBlock) => None,
    }
}

/// What is in a place, made where there is nothing yet, by whoever asks: nobody waits for another.
pub(crate) fn made<T>(place: &OnceLock<T>, make: impl FnOnce() -> T) -> &T {
    if let Some(thing) = place.get() {
        return thing;
    }
    let thing = make();
    place.get_or_init(|| thing)
}

/// Private pools of rayon's. A pool is keyed by the process: a child that was forked after its
/// parent had used a pool has none of its threads, and would wait for them for ever.
#[cfg(feature = "threads")]
mod imp {
    use std::sync::{Arc, Mutex, OnceLock};

    use rayon::prelude::*;
    use rayon::{ThreadPool, ThreadPoolBuilder};

    use super::{at_once, made};
    use crate::error::Error;

    pub(super) type Pool = Arc<ThreadPool>;

    /// How many cores there are: the system says so in files, which take longer to read than a small run.
    static CORES: OnceLock<usize> = OnceLock::new();

    fn cores() -> usize {
        std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
    }

    /// A pool that is kept for the next call.
    struct Kept {
        process: u32,
        threads: usize,
        pool: Pool,
    }

    /// The pools that are kept, those made last first. A fork may come while another thread is at
    /// one, whose lock nobody opens in the child then: nobody waits for a lock here, and it is held
    /// for no longer than a pool takes to be handed over.
    static KEPT: [Mutex<Option<Kept>>; 4] = [const { Mutex::new(None) }; 4];

    pub(super) fn pool(threads: Option<usize>) -> Result<Pool, Error> {
        let threads = threads.unwrap_or_else(|| *made(&CORES, cores));
        #[allow(clippy::disallowed_methods, reason = "where there are threads there are processes")]
        let process = std::process::id();
        for place in &KEPT {
            if let Some(kept) = &mut at_once(place).as_deref_mut().and_then(Option::as_mut)
                && (kept.process, kept.threads) == (process, threads)
            {
                return Ok(Arc::clone(&kept.pool));
            }
        }
        let pool = ThreadPoolBuilder::new()
            .num_threads(threads)
            .thread_name(|k| format!("tinbergen-{k}"))
            .build()
            .map_err(|error| Error::memory(format!("cannot start {threads} threads: {error}")))?;
        let pool = Arc::new(pool);
        keep(Kept { process, threads, pool: Arc::clone(&pool) });
        Ok(pool)
    }

    /// Keeps a pool in the first place, and moves the others on by one; the last is let go, whose
    /// threads end once nobody works on it.
    fn keep(pool: Kept) {
        let process = pool.process;
        let mut moving = Some(pool);
        for place in &KEPT {
            if let Some(mut kept) = at_once(place) {
                std::mem::swap(&mut *kept, &mut moving);
            }
            if moving.is_none() {
                return;
            }
        }
        if let Some(last) = moving
            && last.process != process
        {
            std::mem::forget(last); // its threads are another process's, and cannot be told to end
        }
    }

    pub(super) fn count(pool: &Pool) -> usize {
        pool.current_num_threads()
    }

    pub(super) fn within<R: Send>(pool: &Pool, work: impl FnOnce() -> R + Send) -> R {
        pool.install(work)
    }

    pub(super) fn is_worker() -> bool {
        rayon::current_thread_index().is_some()
    }

    pub(super) fn map<R: Send>(count: usize, task: &(impl Fn(usize) -> R + Sync)) -> Vec<R> {
        (0..count).into_par_iter().map(task).collect()
    }

    pub(super) fn each<T: Send>(items: &mut [T], task: &(impl Fn(usize, &mut T) + Sync)) {
        items.par_iter_mut().enumerate().for_each(|(index, item)| task(index, item));
    }
}

/// The calling thread alone.
#[cfg(not(feature = "threads"))]
mod imp {
    use crate::error::Error;

    pub(super) type Pool = ();

    pub(super) fn pool(_threads: Option<usize>) -> Result<Pool, Error> {
        Ok(())
    }

    pub(super) fn count((): &Pool) -> usize {
        1
    }

    pub(super) fn within<R>((): &Pool, work: impl FnOnce() -> R) -> R {
        work()
    }

    pub(super) fn is_worker() -> bool {
        true
    }

    pub(super) fn map<R>(count: usize, task: &impl Fn(usize) -> R) -> Vec<R> {
        (0..count).map(task).collect()
    }

    pub(super) fn each<T>(items: &mut [T], task: &impl Fn(usize, &mut T)) {
        items.iter_mut().enumerate().for_each(|(index, item)| task(index, item));
    }
}

#[cfg(all(test, feature = "threads"))]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;
    use crate::interrupt::{attended, look, sort};

    #[test]
    fn results_come_in_the_order_of_their_tasks() {
        let workers = Workers::new(Some(3)).expect("threads");
        let expected: Vec<usize> = (0..1000).map(|k| k * k).collect();
        assert_eq!(workers.map(1000, |k| k * k), expected);
        assert_eq!(map(1000, |k| k * k).expect("threads"), expected);
        let mut items = vec![1usize; 1000];
        workers.each(&mut items, |k, item| *item = *item * k * k);
        assert_eq!(items, expected);
    }

    #[test]
    fn what_is_shared_out_within_stays_there() {
        let workers = Workers::new(Some(3)).expect("threads");
        let names = || map(100, |_| std::thread::current().name().map(str::to_owned));
        let found = workers.within(names).expect("no new threads");
        let other = Workers::new(Some(2)).expect("threads").within(names).expect("no new threads");
        let three = found.iter().collect::<std::collections::HashSet<_>>().len();
        let two = other.iter().collect::<std::collections::HashSet<_>>().len();
        assert!(three <= workers.count() && two <= 2);
    }

    /// Stops after a while; gives how long the work went on after that.
    fn heard(work: impl FnOnce() + Send) -> Duration {
        let (begin, mut wished) = (Instant::now(), None);
        let mut go_on = |_: Option<(usize, usize)>| {
            let late = begin.elapsed() > Duration::from_millis(120);
            if late {
                wished.get_or_insert_with(Instant::now);
            }
            !late
        };
        let stopped = attended(&mut go_on, |_| work());
        assert!(stopped.is_err_and(|error| error.is_interrupted()));
        wished.expect("it was asked").elapsed()
    }

    fn endless() {
        loop {
            look();
            std::hint::spin_loop();
        }
    }

    #[test]
    fn work_is_stopped_on_its_own_thread_and_on_those_it_is_shared_out_to() {
        let workers = Workers::new(Some(2)).expect("threads");
        let soon = Duration::from_secs(5);
        assert!(heard(endless) < soon);
        assert!(heard(|| workers.within(endless)) < soon);
        assert!(heard(|| workers.each(&mut [1, 2, 3], |_, _| endless())) < soon);
        assert!(heard(|| drop(map(3, |_| endless()))) < soon);
        let mut many: Vec<u64> = (0..1 << 20).map(|k| k * 0x9e37_79b9 % 1_000_003).collect();
        assert!(
            heard(|| loop {
                sort(&mut many, |a, b| b.cmp(a));
            }) < soon
        );
        // The pool works on afterwards, for calls that nobody stops.
        assert_eq!(workers.map(3, |k| k), [0, 1, 2]);
    }

    #[test]
    fn a_call_does_not_hear_what_is_meant_for_another() {
        let workers = Workers::new(Some(1)).expect("threads");
        let mut asked = 0;
        let other = || {
            heard(|| workers.within(endless));
        };
        let kept = attended(
            &mut |_| {
                asked += 1;
                true
            },
            |_| {
                std::thread::scope(|scope| scope.spawn(other).join()).expect("stopped");
                workers.within(look);
                7
            },
        );
        assert_eq!(kept, Ok(7));
        assert!(asked > 0);
    }

    #[test]
    fn what_the_work_says_is_asked_at_once() {
        let mut told = Vec::new();
        let sum = attended(
            &mut |how_far| {
                told.extend(how_far);
                how_far.is_none_or(|(done, _)| done < 3)
            },
            |watch| (0..10).take_while(|&k| watch(k, 10)).count(),
        );
        assert_eq!(sum, Ok(3));
        assert_eq!(told, [(0, 10), (1, 10), (2, 10), (3, 10)]);
    }

    #[test]
    fn a_panic_stays_what_it_is() {
        let panicked = std::panic::catch_unwind(|| {
            attended::<()>(&mut |_| true, |_| std::panic::resume_unwind(Box::new("mine")))
        });
        let payload = panicked.expect_err("it panicked");
        assert_eq!(payload.downcast_ref(), Some(&"mine"));
    }
}
