//! Paths whose random numbers are fixed: the normal score of every one of them is an input.

use std::collections::HashMap;

use super::block::Worker;
use super::given::one_for_all;
use super::replay::Draw;
use super::request::Request;
use super::scores::Scores;
use super::{Given, RunInfo, Sampling};
use crate::compile::{EventDraw, EventValue, Program};
use crate::ensemble::Ensemble;
use crate::error::Error;
use crate::math::{Width, normal_quantile};
use crate::period::Period;
use crate::sample::Dimension;

/// Paths whose random numbers are fixed need no seed.
fn paths_of(count: usize, parameters: &[(String, Given)]) -> Sampling {
    let parameters = parameters.to_vec();
    Sampling { parameters, ..Sampling::new(count, 0).with_block(128) }
}

impl Program {
    /// Does a number decide a random count?
    pub(crate) fn is_count(&self, scores: &Scores, number: usize) -> bool {
        self.inner.random.counts.contains(&scores.dimensions[number].stream)
    }

    /// Does a number decide in steps, so that no slope shows what it does: whether an event begins and how long it
    /// lasts, which row of joint draws or which place in a list is taken?
    pub(crate) fn is_step(&self, scores: &Scores, number: usize) -> bool {
        let (random, stream) = (&self.inner.random, scores.dimensions[number].stream);
        let lasts = |event: &EventDraw| match &event.duration {
            EventValue::Number(_) => false,
            EventValue::Drawn(drawn, _) => *drawn == stream,
        };
        random.path.iter().any(|draw| draw.is_joint && draw.stream == stream)
            || random.streams.iter().any(|draw| draw.places.is_some() && draw.stream == stream)
            || random.events.iter().any(|event| event.begin == stream || lasts(event))
    }

    /// The random numbers of a path of a run up to a period.
    ///
    /// # Errors
    /// Parameters with a number for each path.
    pub(crate) fn scores(&self, info: &RunInfo, last: Period) -> Result<Scores, Error> {
        one_for_all(&info.parameters, "a path of fixed random numbers")?;
        let parameters = info.parameters.clone();
        let request = Request::new(self, &paths_of(1, &parameters))?.up_to(last);
        let mut numbers = HashMap::new();
        let mut scores = Scores { parameters, ..Scores::default() };
        for dimension in request.order().read(&self.inner.random) {
            let next = scores.dimensions.len();
            let number = *numbers.entry((dimension.stream, dimension.ordinal)).or_insert(next);
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
    ///
    /// # Errors
    /// An unknown design.
    pub(crate) fn scores_of(
        &self,
        scores: &Scores,
        info: &RunInfo,
        path: usize,
    ) -> Result<Vec<f64>, Error> {
        let sampling = info.sampling()?;
        let sampler = Request::new(self, &sampling)?.sampler(info.seed)?;
        let one = |dimension: &Dimension| {
            let mut out = [0.0];
            sampler.fill(dimension, path as u64, &mut out);
            normal_quantile(out[0])
        };
        Ok(scores.dimensions.iter().map(one).collect())
    }

    /// Simulates one path for each list of scores, up to a period; where targets are named, no more than
    /// they look at.
    ///
    /// # Errors
    /// An unknown scenario, no paths.
    pub(crate) fn simulate_scores(
        &self,
        scores: &Scores,
        paths: &[Vec<f64>],
        scenario: &str,
        (last, targets): (Period, Option<&[usize]>),
    ) -> Result<Ensemble, Error> {
        let request = Request::new(self, &paths_of(paths.len(), &scores.parameters))?
            .of(scenario)?
            .up_to(last)
            .with_scores(scores, paths);
        let mut found = match targets {
            Some(targets) => {
                let kept: Vec<_> =
                    self.needed(targets).into_iter().map(|(k, _)| (k, false)).collect();
                request.focused(targets.to_vec(), &[]).store(&kept, None, &mut |_, _| true)?
            }
            None => request.store_all()?,
        };
        found.pop().ok_or_else(|| Error::memory("no ensemble"))
    }

    /// What is drawn in a path of fixed scores.
    ///
    /// # Errors
    /// An unknown scenario.
    pub(crate) fn drawn_of_scores(
        &self,
        scores: &Scores,
        path: &[f64],
        scenario: &str,
        last: Period,
        wanted: &[Draw],
    ) -> Result<Vec<f64>, Error> {
        let request =
            Request::new(self, &paths_of(1, &scores.parameters))?.of(scenario)?.up_to(last);
        let paths = [path.to_vec()];
        let request = request.with_scores(scores, &paths);
        let job = request.job()?;
        let mut worker = Worker::new(&job, 8, Width::detect());
        worker.draw(&job, 0);
        let one = |what: &Draw| {
            let mut out = [0.0];
            worker.drawn(&self.inner, what, &mut out);
            out[0]
        };
        Ok(wanted.iter().map(one).collect())
    }
}
