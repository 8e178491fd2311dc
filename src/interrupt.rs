//! Long work that can be stopped at any time: the one home of the wish to stop.
//!
//! [`attended`] does work on a thread of its own and meanwhile asks the calling one, twenty times a
//! second, whether to go on; so the wish is heard by the clock, however long a piece of the work
//! takes. The work finds out where it calls `look`, which costs about as much as a comparison and
//! stands in every loop that may take long. There it ends by unwinding, as a panic would but without
//! a word, so that no function in between has to know of it; what it held is dropped on the way.
//! `parallel` takes the wish along to the threads that work is shared out to.

use std::cell::RefCell;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering::Relaxed};

use crate::error::Error;

/// Whether a call is to stop; none where nobody asks.
#[derive(Debug, Clone, Default)]
pub(crate) struct Wish(Option<Arc<AtomicBool>>);

thread_local! {
    static CURRENT: RefCell<Wish> = const { RefCell::new(Wish(None)) };
}

/// What the work ends with.
struct Stopped;

/// Ends the work here when it is to stop.
///
/// # Panics
/// Unwinds with a payload of its own, which [`attended`] makes an error of. A program that aborts
/// where others unwind goes on instead, up to where the work asks its caller.
#[inline]
pub(crate) fn look() {
    if is_stopped() && cfg!(panic = "unwind") {
        stop();
    }
}

#[cold]
#[inline(never)]
fn stop() -> ! {
    std::panic::resume_unwind(Box::new(Stopped))
}

#[inline]
fn is_stopped() -> bool {
    CURRENT.with(|wish| wish.borrow().0.as_ref().is_some_and(|stop| stop.load(Relaxed)))
}

impl Wish {
    /// That of the call that this thread works for.
    pub(crate) fn current() -> Self {
        CURRENT.with(|wish| wish.borrow().clone())
    }

    /// Does work for the call of the wish.
    pub(crate) fn over<R>(&self, work: impl FnOnce() -> R) -> R {
        /// Puts back what was there, also when the work unwinds.
        struct Before(Wish);
        impl Drop for Before {
            fn drop(&mut self) {
                CURRENT.with(|wish| wish.replace(std::mem::take(&mut self.0)));
            }
        }
        look();
        let _before = Before(CURRENT.with(|wish| wish.replace(self.clone())));
        work()
    }
}

/// Sorts, with a look at the wish to stop where there is much to sort.
pub(crate) fn sort<T>(values: &mut [T], compare: impl Fn(&T, &T) -> std::cmp::Ordering) {
    const MUCH: usize = 1 << 18;
    if values.len() < MUCH {
        return values.sort_unstable_by(compare);
    }
    values.sort_unstable_by(|a, b| {
        look();
        compare(a, b)
    });
}

/// Does work on a thread of its own, and meanwhile asks `go_on` on the calling thread whether to go
/// on: with nothing, by the clock; and with how much is done, of how much, where the work says so
/// through the function that it is given, which hands the answer back.
///
/// # Errors
/// [`Error::is_interrupted`] when the work was stopped by the clock; a thread that cannot be started.
///
/// ```
/// use tinbergen::{Model, Sampling, interrupt::attended};
/// let program = Model::read("plans/yuecheng.toml")?.compile()?;
/// let sampling = Sampling::new(1000, 1).with_scenarios(["baseline"]);
/// // Somebody who never wants to stop, and somebody who wants to at once.
/// let runs = attended(&mut |_| true, |watch| program.simulate_with(&sampling, watch))??;
/// assert_eq!(runs.names(), ["baseline"]);
/// let stopped = attended(&mut |_| false, |watch| program.simulate_with(&sampling, watch));
/// assert!(stopped.and_then(|runs| runs).is_err_and(|error| error.is_interrupted()));
/// # Ok::<(), tinbergen::Error>(())
/// ```
pub fn attended<R: Send>(
    go_on: &mut dyn FnMut(Option<(usize, usize)>) -> bool,
    work: impl FnOnce(&mut dyn FnMut(usize, usize) -> bool) -> R + Send,
) -> Result<R, Error> {
    imp::attended(go_on, work)
}

#[cfg(feature = "threads")]
mod imp {
    use std::any::Any;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering::Relaxed};
    use std::sync::mpsc::{RecvTimeoutError, sync_channel};
    use std::time::Duration;

    use super::{Stopped, Wish};
    use crate::error::Error;

    /// Between two questions by the clock.
    const EVERY: Duration = Duration::from_millis(50);
    /// As much as a main thread has, and more: equations may be nested deep.
    const STACK: usize = 16 << 20;

    pub(super) fn attended<R: Send>(
        go_on: &mut dyn FnMut(Option<(usize, usize)>) -> bool,
        work: impl FnOnce(&mut dyn FnMut(usize, usize) -> bool) -> R + Send,
    ) -> Result<R, Error> {
        let stop = Arc::new(AtomicBool::new(false));
        let wish = Wish(Some(Arc::clone(&stop)));
        let (tell, told) = sync_channel::<(usize, usize)>(0);
        let (answer, answered) = sync_channel::<bool>(1);
        #[allow(clippy::disallowed_methods, reason = "the calling thread asks meanwhile")]
        let done = std::thread::scope(|scope| {
            let work = move || {
                wish.over(|| {
                    work(&mut |done, all| {
                        tell.send((done, all)).is_ok() && answered.recv().unwrap_or(false)
                    })
                })
            };
            let thread = std::thread::Builder::new()
                .name("tinbergen".to_owned())
                .stack_size(STACK)
                .spawn_scoped(scope, work)
                .map_err(|error| Error::memory(format!("cannot start a thread: {error}")))?;
            loop {
                match told.recv_timeout(EVERY) {
                    Ok(how_far) => {
                        let going = !stop.load(Relaxed) && go_on(Some(how_far));
                        if answer.send(going).is_err() {
                            break;
                        }
                    }
                    Err(RecvTimeoutError::Timeout) => {
                        if !stop.load(Relaxed) && !go_on(None) {
                            stop.store(true, Relaxed);
                        }
                    }
                    Err(RecvTimeoutError::Disconnected) => break,
                }
            }
            Ok(thread.join())
        });
        done?.map_err(interrupted)
    }

    /// What a thread ended with, as an error; a panic goes on as what it is.
    fn interrupted(payload: Box<dyn Any + Send>) -> Error {
        if payload.is::<Stopped>() {
            return Error::interrupted();
        }
        std::panic::resume_unwind(payload)
    }
}

/// On the calling thread, which is asked where the work says how far it is.
#[cfg(not(feature = "threads"))]
mod imp {
    use crate::error::Error;

    pub(super) fn attended<R>(
        go_on: &mut dyn FnMut(Option<(usize, usize)>) -> bool,
        work: impl FnOnce(&mut dyn FnMut(usize, usize) -> bool) -> R,
    ) -> Result<R, Error> {
        Ok(work(&mut |done, all| go_on(Some((done, all)))))
    }
}
