//! Paths of given random numbers: the normal score of every random number of a path is an input.

use std::collections::HashMap;
use std::sync::Mutex;

use super::RunInfo;
use super::block::Worker;
use super::draws::Source;
use super::record::Recorded;
use super::run;
use super::settings::job;
use super::{allocate, checked_paths};
use crate::compile::Program;
use crate::ensemble::Ensemble;
use crate::error::Error;
use crate::math::{Width, normal_cdf, normal_quantile};
use crate::period::Period;
use crate::sample::{Design, Dimension, Sampler};

/// The random numbers of a path: which of them are one and the same, and which are uniforms of
/// random counts or events.
#[derive(Debug, Clone, Default)]
pub(crate) struct Scores {
    /// For each place in the order of drawing: which number it is.
    number: Vec<usize>,
    /// One dimension of each number.
    dimensions: Vec<Dimension>,
}

impl Scores {
    /// How many numbers there are.
    pub(crate) fn len(&self) -> usize {
        self.dimensions.len()
    }
}

/// Random numbers that are given, `[number][path]`, as centred uniforms.
#[derive(Debug)]
pub(super) struct Given<'a> {
    number: &'a [usize],
    rows: Vec<Vec<f64>>,
}

impl Given<'_> {
    pub(super) fn fill(&self, dimension: &Dimension, first_path: u64, out: &mut [f64]) {
        let row = &self.rows[self.number[dimension.index as usize]];
        for (k, out) in out.iter_mut().enumerate() {
            *out = row.get(first_path as usize + k).copied().unwrap_or(0.0);
        }
    }
}

/// A centred uniform of a normal score.
fn centred(score: f64) -> f64 {
    let tail = normal_cdf(score.clamp(-8.0, 8.0));
    if tail.upper { 0.5 - tail.p } else { tail.p - 0.5 }
}

impl Program {
    /// Does a number decide a random count?
    pub(crate) fn is_count(&self, scores: &Scores, number: usize) -> bool {
        self.inner.draws.counts.contains(&scores.dimensions[number].stream)
    }

    pub(super) fn ordinals(&self, last: Period) -> (usize, Vec<u32>) {
        let timeline = &self.inner.timeline;
        let rows = timeline.row(last).map_or(timeline.rows, |row| row + 1);
        let ordinals = (timeline.begin..rows)
            .map(|row| timeline.period(row).ordinal().max(0) as u32)
            .collect();
        (rows, ordinals)
    }

    /// The random numbers of a path up to a period.
    pub(crate) fn scores(&self, last: Period) -> Result<Scores, Error> {
        let program = &*self.inner;
        let (rows, ordinals) = self.ordinals(last);
        let sampler = Sampler::new(Design::Random, 0, 8, 0)
            .map_err(|error| Error::at("design", error.to_string()))?;
        let spy = Mutex::new(Vec::new());
        let source = Source { usual: &sampler, other: None, given: None, spy: Some(&spy) };
        let scenarios = program.scenarios.iter().take(1).collect();
        let job = job(program, scenarios, source, (ordinals, rows), &[]);
        Worker::new(&job, 8, Width::detect()).draw(&job, 0);
        let mut known = HashMap::new();
        let mut scores = Scores::default();
        for dimension in spy.into_inner().unwrap_or_default() {
            let next = scores.dimensions.len();
            let number = *known.entry((dimension.stream, dimension.ordinal)).or_insert(next);
            if number == next {
                scores.dimensions.push(dimension);
            }
            let index = dimension.index as usize;
            scores.number.resize(scores.number.len().max(index + 1), number);
            scores.number[index] = number;
        }
        Ok(scores)
    }

    /// The scores of one path of a run, for designs in which a number needs no company.
    pub(crate) fn scores_of(
        &self,
        scores: &Scores,
        info: &RunInfo,
        path: usize,
    ) -> Result<Vec<f64>, Error> {
        let design: Design =
            info.design.parse().map_err(|error| Error::at("design", format!("{error}")))?;
        let (_, ordinals) = self.ordinals(self.inner.span.last());
        let dimensions = self.inner.draws.dimensions(ordinals.len());
        let sampler = Sampler::new(design, info.seed, info.paths as u64, dimensions)
            .map_err(|error| Error::at("design", error.to_string()))?;
        let one = |dimension: &Dimension| {
            let mut out = [0.0];
            sampler.fill(dimension, path as u64, &mut out);
            normal_quantile(out[0])
        };
        Ok(scores.dimensions.iter().map(one).collect())
    }

    /// Simulates one path for each list of scores, up to a period.
    pub(crate) fn simulate_scores(
        &self,
        scores: &Scores,
        paths: &[Vec<f64>],
        scenario: &str,
        last: Period,
    ) -> Result<Ensemble, Error> {
        let program = &*self.inner;
        let count = checked_paths(paths.len())?;
        let (rows, ordinals) = self.ordinals(last);
        let sampler = Sampler::new(Design::Random, 0, count as u64, 0)
            .map_err(|error| Error::at("design", error.to_string()))?;
        let given = given(scores, paths);
        let source = Source { usual: &sampler, other: None, given: Some(&given), spy: None };
        let all: Vec<(u32, bool)> = (0..program.indicators() as u32).map(|k| (k, true)).collect();
        let frame = std::sync::Arc::new(self.frame_up_to(last, &all, Design::Random, &sampler));
        let mut buffers = allocate(frame.rows(), 1, count, None)?;
        let kept: Vec<u32> = all.iter().map(|(k, _)| *k).collect();
        let scenarios = vec![self.scenario(scenario)?];
        let job = job(program, scenarios, source, (ordinals, rows), &kept);
        run::run(&job, count, Some(128), None, &mut buffers, &mut |_, _| true)?;
        let buffer = buffers.pop().ok_or_else(|| Error::memory("no buffer"))?;
        Ok(Ensemble::new(scenario.to_owned(), frame, count, buffer, Vec::new(), 0))
    }

    /// What is drawn in a path of given scores.
    pub(crate) fn record_scores(
        &self,
        scores: &Scores,
        path: &[f64],
        scenario: &str,
        last: Period,
        wanted: &[Recorded],
    ) -> Result<Vec<f64>, Error> {
        let program = &*self.inner;
        let (rows, ordinals) = self.ordinals(last);
        let sampler = Sampler::new(Design::Random, 0, 1, 0)
            .map_err(|error| Error::at("design", error.to_string()))?;
        let given = given(scores, &[path.to_vec()]);
        let source = Source { usual: &sampler, other: None, given: Some(&given), spy: None };
        let scenarios = vec![self.scenario(scenario)?];
        let job = job(program, scenarios, source, (ordinals, rows), &[]);
        let mut worker = Worker::new(&job, 8, Width::detect());
        worker.draw(&job, 0);
        let one = |what: &Recorded| {
            let mut out = [0.0];
            worker.recorded(program, what, &mut out);
            out[0]
        };
        Ok(wanted.iter().map(one).collect())
    }
}

fn given<'a>(scores: &'a Scores, paths: &[Vec<f64>]) -> Given<'a> {
    let row = |k: usize| paths.iter().map(|path| centred(path[k])).collect();
    Given { number: &scores.number, rows: (0..scores.len()).map(row).collect() }
}
