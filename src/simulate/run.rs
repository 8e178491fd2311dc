//! Chunks of paths over a pool of threads, batch by batch on the calling thread.

use std::sync::Mutex;

use rayon::prelude::*;

use super::blame::Blame;
use super::block::{Central, Chunk, Job, Tally, Target, Worker};
use super::pool::pool;
use crate::ensemble::{Broken, Buffer};
use crate::error::Error;
use crate::math::Width;

/// Paths of a task at most: large enough that handing it out costs nothing.
const CHUNK: usize = 1024;
/// Tasks for each thread at least, as long as they hold a block each.
const SHARE: usize = 4;
/// Tasks between two looks at the caller's wish to go on.
const BATCH: usize = 32;

/// Runs all paths of a job into the buffers, one for each scenario; gives what went wrong in each.
pub(super) fn run(
    job: &Job<'_>,
    paths: usize,
    lanes: Option<usize>,
    threads: Option<usize>,
    buffers: &mut [Buffer],
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Vec<(Tally, Vec<Broken>)>, Error> {
    let pool = pool(threads)?;
    let width = Width::detect();
    let idle: Mutex<Vec<Worker>> = Mutex::new(Vec::new());
    let anchors = width.run(Central { job, width });
    let lanes = lanes.unwrap_or_else(|| job.fitting_lanes());
    let fair = paths.div_ceil(SHARE * pool.current_num_threads()).next_multiple_of(lanes);
    let chunk = fair.clamp(lanes, CHUNK.max(lanes));
    let mut chunks = split(buffers, paths, chunk);
    let mut done = 0;
    for (number, batch) in chunks.chunks_mut(BATCH).enumerate() {
        if !watch(done, paths) {
            return Err(Error::interrupted());
        }
        pool.install(|| {
            batch.par_iter_mut().enumerate().for_each(|(k, target)| {
                let first = (number * BATCH + k) * chunk;
                let mut worker =
                    take(&idle).unwrap_or_else(|| Worker::new(job, lanes.min(paths.max(1)), width));
                let count = chunk.min(paths - first);
                let first_path = first as u64;
                let (worker_now, anchors) = (&mut worker, &anchors);
                width.run(Chunk {
                    worker: worker_now,
                    job,
                    first_path,
                    paths: count,
                    target,
                    anchors,
                });
                lock(&idle).push(worker);
            });
        });
        done = (done + BATCH * chunk).min(paths);
    }
    if !watch(paths, paths) {
        return Err(Error::interrupted());
    }
    let tallies = add_up(lock(&idle).drain(..)).into_iter().enumerate();
    let blamed = tallies.map(|(place, tally)| {
        let anchors = &anchors[place];
        let broken = width.run(Blame { job, place, anchors, broken: &tally.broken, width });
        (tally, broken)
    });
    Ok(blamed.collect())
}

fn lock(idle: &Mutex<Vec<Worker>>) -> std::sync::MutexGuard<'_, Vec<Worker>> {
    idle.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn take(idle: &Mutex<Vec<Worker>>) -> Option<Worker> {
    lock(idle).pop()
}

/// Cuts the rows of each scenario's buffer into pieces of so many paths.
fn split(buffers: &mut [Buffer], paths: usize, size: usize) -> Vec<Target<'_>> {
    let mut chunks: Vec<Target<'_>> = Vec::new();
    chunks.resize_with(paths.div_ceil(size), || {
        std::iter::repeat_with(Vec::new).take(buffers.len()).collect()
    });
    for (scenario, buffer) in buffers.iter_mut().enumerate() {
        for row in buffer.values_mut().chunks_mut(paths.max(1)) {
            for (piece, chunk) in row.chunks_mut(size).zip(&mut chunks) {
                chunk[scenario].push(piece);
            }
        }
    }
    chunks
}

/// Counts are whole numbers: their sum does not depend on who counted what.
fn add_up(workers: impl Iterator<Item = Worker>) -> Vec<Tally> {
    let mut sums: Vec<Tally> = Vec::new();
    for worker in workers {
        if sums.is_empty() {
            sums = worker.tally;
            continue;
        }
        for (sum, tally) in sums.iter_mut().zip(worker.tally) {
            sum.failed_paths += tally.failed_paths;
            for (path, row) in tally.broken {
                sum.remember(path, row);
            }
            for (sum, count) in sum.failures.iter_mut().zip(tally.failures) {
                *sum += count;
            }
        }
    }
    sums
}
