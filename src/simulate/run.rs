//! Chunks of paths over the workers, batch by batch on the calling thread.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::block::{Anchors, Central, Job, Worker};
use super::conditioning::{ConditionedThread, Conditioning};
use super::diagnosis::Diagnosis;
use super::index::ScenarioIndex;
use super::sink::Sink;
use super::tally::Tally;
use super::task::Task;
use crate::ensemble::Broken;
use crate::error::Error;
use crate::math::Width;
use crate::parallel::Workers;

/// Paths of a task at most: large enough that handing it out costs nothing.
const CHUNK: usize = 1024;
/// Tasks for each thread at least, as long as they hold a block each.
const SHARE: usize = 4;
/// Tasks between two looks at the caller's wish to go on.
const BATCH: usize = 32;

/// What went wrong in the paths of a scenario.
#[derive(Debug, Clone)]
pub(crate) struct Outcome {
    pub(crate) tally: Tally,
    /// The first of the broken paths, with what broke in them.
    pub(crate) broken: Vec<Broken>,
}

/// Which paths run, and how.
#[derive(Debug, Clone, Copy)]
pub(super) struct Which {
    pub(super) first_path: u64,
    pub(super) count: usize,
    pub(super) lanes: Option<usize>,
    pub(super) threads: Option<usize>,
}

/// Runs all paths of a job into a sink; gives what went wrong in each scenario.
///
/// # Errors
/// What the sink refused; a run stopped by `watch`.
pub(super) fn run(
    job: &Job<'_>,
    conditioning: Option<&dyn Conditioning>,
    which: &Which,
    sink: &mut dyn Sink,
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Vec<Outcome>, Error> {
    let anchors = anchors(job);
    let tallies = pass((job, &anchors), conditioning, which, sink, watch)?;
    Ok(outcomes(job, &anchors, tallies))
}

/// The central paths of all scenarios of a job.
pub(super) fn anchors(job: &Job<'_>) -> Vec<Anchors> {
    let width = Width::detect();
    width.run(Central { job, width })
}

/// What went wrong in each scenario, with what broke first in paths that failed.
pub(super) fn outcomes(job: &Job<'_>, anchors: &[Anchors], tallies: Vec<Tally>) -> Vec<Outcome> {
    let width = Width::detect();
    let outcome = |(scenario, tally): (usize, Tally)| {
        let (anchors, paths) = (&anchors[scenario], &tally.broken);
        let scenario = ScenarioIndex(scenario);
        let broken = width.run(Diagnosis { job, scenario, anchors, paths, width });
        Outcome { tally, broken }
    };
    tallies.into_iter().enumerate().map(outcome).collect()
}

/// Runs all paths of a stage of a job into a sink; counts what went wrong in each scenario.
///
/// # Errors
/// What the sink refused; a run stopped by `watch`.
pub(super) fn pass<'a>(
    (job, anchors): (&Job<'_>, &[Anchors]),
    conditioning: Option<&'a dyn Conditioning>,
    &Which { first_path: from, count: paths, lanes, threads }: &Which,
    sink: &mut dyn Sink,
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Vec<Tally>, Error> {
    let workers = Workers::new(threads)?;
    let width = Width::detect();
    let idle: Mutex<Vec<Idle<'a>>> = Mutex::new(Vec::new());
    let refused: Mutex<Vec<(usize, Error)>> = Mutex::new(Vec::new());
    let lanes = lanes.unwrap_or_else(|| job.fitting_lanes());
    let fair = paths.div_ceil(SHARE * workers.count()).next_multiple_of(lanes);
    let size = fair.clamp(lanes, CHUNK.max(lanes));
    let mut chunks = sink.chunks(size);
    let mut done = 0;
    for (number, batch) in chunks.chunks_mut(BATCH).enumerate() {
        if !watch(done, paths) {
            return Err(Error::interrupted());
        }
        workers.each(batch, |k, chunk| {
            let first = (number * BATCH + k) * size;
            let lanes = lanes.min(paths.max(1));
            let fresh = || (Worker::new(job, lanes, width), conditioning.map(|c| c.thread(lanes)));
            let (mut worker, mut thread) = lock(&idle).pop().unwrap_or_else(fresh);
            let count = size.min(paths - first);
            let first_path = from + first as u64;
            let chunk = &mut **chunk;
            let (now, conditioned, paths) = (&mut worker, thread.as_deref_mut(), count);
            let task = Task { worker: now, conditioned, job, first_path, paths, chunk, anchors };
            if let Err(error) = width.run(task) {
                lock(&refused).push((k, error));
            }
            lock(&idle).push((worker, thread));
        });
        // The first in the order of paths, whichever thread came to it.
        if let Some((_, error)) = lock(&refused).drain(..).min_by_key(|(k, _)| *k) {
            return Err(error);
        }
        done = (done + BATCH * size).min(paths);
    }
    if !watch(paths, paths) {
        return Err(Error::interrupted());
    }
    let tallies = add_up(lock(&idle).drain(..).map(|(worker, _)| worker));
    Ok(tallies)
}

/// A worker without work, and what holds its paths to what is known.
type Idle<'a> = (Worker, Option<Box<dyn ConditionedThread + 'a>>);

fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
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
            sum.add(tally);
        }
    }
    sums
}
