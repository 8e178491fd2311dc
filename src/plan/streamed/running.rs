//! How a streamed run is made: the first paths of the seed say where bins lie, then all of them pass by.

use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

use indexmap::IndexMap;

use super::counts::Counts;
use super::passing::{self, Passed, Passing, Scenario, Taker, Targets};
use super::{Kept, Streamed};
use crate::compile::{Program, Slot};
use crate::ensemble::{Dependence, Frame};
use crate::error::Error;
use crate::math::Width;
use crate::plan::attainment::tolerated;
use crate::plan::room::Room;
use crate::plan::sets::sets;
use crate::sample::Design;
use crate::simulate::{FEWER, Given, Request, Sampling, ScenarioIndex, allow};
use crate::summary::{Edges, Sketch};

/// Paths of the seed from which the edges of histograms come.
const PILOT: usize = 1024;
/// Paths that are counted at most.
const MOST: u64 = u32::MAX as u64;

impl Streamed {
    /// Runs a program.
    ///
    /// # Errors
    /// As [`Program::simulate`]; antithetic paths, whose intervals need them pair by pair; 2^32 paths or more.
    pub fn new(program: &Program, sampling: &Sampling) -> Result<Self, Error> {
        Self::watched(program, sampling, 0, &mut |_, _| true)
    }

    /// Runs some of the paths of a seed, from that one on: ranges that do not overlap, which other machines
    /// may have run, are [merged](Self::merge) to what one run of all of them gives. Between batches of
    /// paths `watch` is asked whether to go on, as [`Program::simulate_with`] does.
    ///
    /// # Errors
    /// As [`new`](Self::new); a range that does not begin with path 0 in a design whose paths depend on how
    /// many there are, or with a number for each path for a parameter; and [`Error::is_interrupted`] when
    /// it was stopped.
    pub fn watched(
        program: &Program,
        sampling: &Sampling,
        first_path: u64,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Self, Error> {
        let mut request = Request::new(program, sampling)?;
        request.first_path = first_path;
        let range = range(&request)?;
        let kept = program.kept(sampling.keep.as_deref())?;
        let frame = request.frame(&kept)?;
        let shown: Vec<u32> = kept.iter().filter(|(_, shown)| *shown).map(|(k, _)| *k).collect();
        let room = |measure| Room::new(measure, &request, &frame);
        let factor = |k| request.basis.and_then(|basis| basis.factor(k));
        let passed = Passed {
            series: shown.iter().map(|&k| (Slot::series(k, 0), factor(k))).collect(),
            first: program.inner.timeline.leading(frame.lead),
            rooms: program.targets().iter().map(room).collect::<Result<_, _>>()?,
            sets: sets(program.model()).into_iter().map(|(_, members)| members).collect(),
            replicates: replicates(&request)?,
        };
        let periods = frame.lead + frame.span.len();
        let cells = request.scenarios.len() * (periods * shown.len() + passed.rooms.len());
        let bytes = Sketch::bytes() + 2 * size_of::<f64>() * PILOT;
        allow("the summaries", (cells * bytes) as u128, sampling.memory_limit, FEWER)?;
        let sketch = |sample: &Vec<f64>| Sketch::new(Edges::of(sample));
        let scenarios = pilot(&request, &passed, periods)?;
        let scenarios = scenarios.into_iter().map(|pilot| takers(&passed, &pilot, sketch));
        let (paths, width) = (request.paths, Width::detect());
        let scenarios = scenarios.collect();
        let mut sink = Passing { passed: &passed, first_path, paths, width, scenarios };
        let outcomes = request.run(&mut sink, watch)?;
        let scenarios: Vec<Kept> = sink.scenarios.into_iter().map(Kept::of).collect();
        let none = Arc::new(Frame { series: IndexMap::new(), ..frame.clone() });
        let ensemble =
            |(k, outcome)| request.ensemble(ScenarioIndex(k), &none, Vec::new(), None, outcome);
        let ensembles = outcomes.into_iter().enumerate().map(ensemble);
        let runs = request.ensembles(ensembles.collect::<Result<_, _>>()?)?;
        for kept in &scenarios {
            let failed = kept.counts.failed.iter().map(|failed| (*failed, request.paths));
            tolerated(program.model(), program.targets().iter().zip(failed).enumerate())?;
        }
        let series = frame.series.into_iter().filter(|(_, series)| series.kept).collect();
        Ok(Self { runs, frame: Frame { series, ..frame }, scenarios, ranges: vec![range] })
    }
}

impl Kept {
    fn of(scenario: Scenario<Sketch>) -> Self {
        let open = |row: Mutex<_>| row.into_inner().unwrap_or_else(PoisonError::into_inner);
        let targets = scenario.targets.into_inner();
        let Targets { rooms, counts } = targets.unwrap_or_else(PoisonError::into_inner);
        Self { rows: scenario.rows.into_iter().map(open).collect(), rooms, counts }
    }
}

/// The paths that are asked for.
fn range(request: &Request<'_>) -> Result<Range<u64>, Error> {
    let (first, paths) = (request.first_path, request.paths as u64);
    let last = first.saturating_add(paths);
    if last > MOST {
        let message =
            format!("paths up to {last} were asked for; a streamed run has at most {MOST}");
        return Err(Error::at("paths", message));
    }
    if first > 0 && request.design != Design::Random {
        let message = format!(
            "paths of the design {} depend on how many there are: only random ones can be run from \
             another path than the first on",
            request.design
        );
        return Err(Error::at("design", message));
    }
    if first > 0 && each_has_its_own(request) {
        let message =
            "a number for each path is one for each path of the seed: run them from the first on";
        return Err(Error::at("parameters", message));
    }
    Ok(first..last)
}

/// How many replicates the design of a run has, whose paths are counted apart.
fn replicates(request: &Request<'_>) -> Result<usize, Error> {
    match request.dependence()? {
        Dependence::Independent => Ok(1),
        Dependence::Replicates(replicates) => Ok(replicates as usize),
        Dependence::Pairs => Err(Error::at(
            "design",
            "intervals of antithetic paths need them pair by pair: store the paths, or stream \
             those of another design",
        )),
    }
}

/// Has a parameter a number for each path?
fn each_has_its_own(request: &Request<'_>) -> bool {
    request.parameters().iter().any(|(_, given)| matches!(given, Given::Paths(_)))
}

/// Takers like those of another run.
fn takers<T: Taker, U: Taker>(
    passed: &Passed<'_>,
    like: &Scenario<T>,
    make: impl Fn(&T) -> U,
) -> Scenario<U> {
    let row = |row: &Mutex<Vec<T>>| Mutex::new(passing::lock(row).iter().map(&make).collect());
    let rooms = passing::lock(&like.targets).rooms.iter().map(&make).collect();
    let counts = Counts::new(passed.rooms.len(), passed.sets.len(), passed.replicates);
    Scenario {
        rows: like.rows.iter().map(row).collect(),
        targets: Mutex::new(Targets { rooms, counts }),
    }
}

/// The first paths of the seed, whichever are asked for: what edges come from.
fn pilot(
    request: &Request<'_>,
    passed: &Passed<'_>,
    periods: usize,
) -> Result<Vec<Scenario<Vec<f64>>>, Error> {
    let mut first = request.clone();
    (first.first_path, first.paths) = (0, PILOT);
    if each_has_its_own(request) {
        first.paths = request.paths.min(PILOT);
    }
    let empty = || {
        let rooms = vec![Vec::new(); passed.rooms.len()];
        let counts = Counts::new(passed.rooms.len(), passed.sets.len(), passed.replicates);
        let row = || Mutex::new(vec![Vec::new(); passed.series.len()]);
        let rows = std::iter::repeat_with(row).take(periods).collect();
        Scenario { rows, targets: Mutex::new(Targets { rooms, counts }) }
    };
    let scenarios = request.scenarios.iter().map(|_| empty()).collect();
    let mut sink =
        Passing { passed, first_path: 0, paths: first.paths, width: Width::detect(), scenarios };
    first.run(&mut sink, &mut |_, _| true)?;
    Ok(sink.scenarios)
}
