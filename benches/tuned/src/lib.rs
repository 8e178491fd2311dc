//! The plan of `benches/plan.py` written by hand, as fast as it can be: what a run of the library is held against.
//!
//! Its random streams, inverse distribution function, exponential and order of sums are those of the library, so its
//! paths, means, quantiles and probabilities are the same to the bit; `make bench` checks that before it measures.
//! Blocks of paths stay in the cache, rows stand in huge pages, vectors are as wide as the processor's.
#![cfg(target_arch = "x86_64")]
#![allow(
    clippy::missing_safety_doc,
    reason = "what is unsafe is so for one reason, which its trait says"
)]

mod lanes;
mod math;
mod plan;
mod random;
mod room;
mod summary;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::thread;

use lanes::{Avx2, Avx512, Lanes};
use plan::{BLOCK, GIVEN, K, Plan, T, Worker};
use room::Room;
use summary::{Q, Summary};

/// Paths that a thread takes at a time.
const CHUNK: usize = 8 * BLOCK;

/// What threads share.
struct Job<'a> {
    plan: Plan,
    paths: usize,
    rows: *mut f64,
    next: AtomicUsize,
    next_row: AtomicUsize,
    met: Mutex<[u64; K + 1]>,
    bands: Mutex<&'a mut [f64]>,
    means: Mutex<&'a mut [f64]>,
}

// SAFETY: threads write columns and read rows that nobody else does.
unsafe impl Sync for Job<'_> {}

impl Job<'_> {
    #[inline(always)]
    unsafe fn simulate<L: Lanes>(&self) {
        let mut worker = Box::new(Worker::new());
        loop {
            let first = self.next.fetch_add(CHUNK, Relaxed);
            if first >= self.paths {
                break;
            }
            for first in (first..self.paths.min(first + CHUNK)).step_by(BLOCK) {
                unsafe { worker.run::<L>(&self.plan, first, self.paths, self.rows) };
            }
        }
        let mut met = self.met.lock().expect("no panic");
        met.iter_mut().zip(worker.met).for_each(|(sum, met)| *sum += met);
    }

    #[inline(always)]
    unsafe fn summarise<L: Lanes>(&self) {
        let mut summary = Summary::new();
        loop {
            let k = self.next_row.fetch_add(1, Relaxed);
            if k >= K * T {
                break;
            }
            let mut bands = [0.0; Q.len()];
            let mean = unsafe {
                let row = std::slice::from_raw_parts(self.rows.add(k * self.paths), self.paths);
                summary.run::<L>(row, &mut bands)
            };
            self.bands.lock().expect("no panic")[k * Q.len()..][..Q.len()].copy_from_slice(&bands);
            self.means.lock().expect("no panic")[k] = mean;
        }
    }
}

/// The two halves of the work, for one width.
macro_rules! width {
    ($name:ident, $lanes:ty, $features:literal) => {
        mod $name {
            #[target_feature(enable = $features)]
            pub unsafe fn simulate(job: &super::Job<'_>) {
                unsafe { job.simulate::<$lanes>() }
            }

            #[target_feature(enable = $features)]
            pub unsafe fn summarise(job: &super::Job<'_>) {
                unsafe { job.summarise::<$lanes>() }
            }
        }
    };
}

width!(avx2, super::Avx2, "avx2");
width!(avx512, super::Avx512, "avx512f,avx512dq,avx512vl,avx512bw,avx2");

/// How many numbers the vectors of this processor hold, at most `widest`; 0 where there are no such vectors.
fn width(widest: usize) -> usize {
    let wide = is_x86_feature_detected!("avx512f")
        && is_x86_feature_detected!("avx512dq")
        && is_x86_feature_detected!("avx512vl")
        && is_x86_feature_detected!("avx512bw");
    match () {
        () if wide && widest >= 8 => 8,
        () if is_x86_feature_detected!("avx2") && widest >= 4 => 4,
        () => 0,
    }
}

/// The rows of the last run, whose memory the next one takes.
static ROOM: Mutex<Room> = Mutex::new(Room::EMPTY);

/// Simulates the plan. `given` is what [`Plan::read`] reads; `bands`, `means` and `met` have room for seven quantiles
/// and a mean by indicator and year, and for the counts of the targets and of all of them. The paths are returned by
/// indicator and year; null where the processor has no vectors, or there is no room. They are there until the next run.
///
/// # Safety
/// The pointers point to what is said.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn tuned_plan(
    given: *const f64,
    seed: u64,
    paths: usize,
    threads: usize,
    widest: usize,
    bands: *mut f64,
    means: *mut f64,
    met: *mut u64,
) -> *const f64 {
    let width = width(widest);
    let mut room = ROOM.lock().expect("no panic");
    let rows = room.numbers(K * T * paths);
    if width == 0 || rows.is_null() || paths == 0 {
        return std::ptr::null();
    }
    let (given, bands, means, met) = unsafe {
        (
            std::slice::from_raw_parts(given, GIVEN),
            std::slice::from_raw_parts_mut(bands, K * T * Q.len()),
            std::slice::from_raw_parts_mut(means, K * T),
            std::slice::from_raw_parts_mut(met, K + 1),
        )
    };
    let job = Job {
        plan: Plan::read(given, seed),
        paths,
        rows,
        next: AtomicUsize::new(0),
        next_row: AtomicUsize::new(0),
        met: Mutex::new([0; K + 1]),
        bands: Mutex::new(bands),
        means: Mutex::new(means),
    };
    let halves: [unsafe fn(&Job<'_>); 2] = match width {
        8 => [avx512::simulate, avx512::summarise],
        _ => [avx2::simulate, avx2::summarise],
    };
    for half in halves {
        thread::scope(|scope| {
            for _ in 1..threads {
                // SAFETY: the processor has the width.
                scope.spawn(|| unsafe { half(&job) });
            }
            unsafe { half(&job) };
        });
    }
    met.copy_from_slice(&*job.met.lock().expect("no panic"));
    rows
}
