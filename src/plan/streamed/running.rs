//! How a streamed run is made: the first paths of the seed say where bins lie, then all of them pass by.

use std::ops::Range;
use std::sync::{Mutex, PoisonError};

use super::counts::Counts;
use super::passing::{self, Passed, Passing, Scenario, Targets};
use super::{Kept, Streamed};
use crate::compile::{Program, Slot};
use crate::ensemble::{Dependence, Frame};
use crate::error::Error;
use crate::math::Width;
use crate::plan::pathless::Pathless;
use crate::plan::room::Room;
use crate::plan::sets::sets;
use crate::sample::Design;
use crate::simulate::{FEWER, Given, Request, Sampling, StoredRange, allow};
use crate::summary::{Edges, Sketch};

/// Paths of the seed from which the edges of histograms come.
const PILOT: usize = 1024;
/// Paths of a range at most: what a count of 32 bits holds.
const MOST: u64 = u32::MAX as u64;
/// The last path of a seed.
const LAST: u64 = 1 << 40;

/// What is asked of a run that keeps no path.
#[derive(Debug)]
pub(super) struct Asked<'a> {
    pub(super) request: Request<'a>,
    pub(super) frame: Frame,
    passed: Passed<'a>,
    /// By scenario, period and indicator: may it differ from the first scenario?
    pub(super) own: Vec<Vec<Vec<bool>>>,
    /// What targets and the user want stored, where paths are.
    kept: Vec<crate::simulate::Kept>,
    memory_limit: Option<u64>,
}

/// Where the bins of a scenario lie.
#[derive(Debug)]
pub(super) struct Marks {
    rows: Vec<Vec<Option<Edges>>>,
    rooms: Vec<Edges>,
}

impl Streamed {
    /// Runs a program.
    ///
    /// # Errors
    /// As [`Program::simulate`]; antithetic paths, whose intervals need them pair by pair; 2^32 paths or more.
    pub fn new(program: &Program, sampling: &Sampling) -> Result<Self, Error> {
        let run = Self::watched(program, sampling, 0, &mut |_, _| true)?;
        run.judge().map(|()| run)
    }

    /// Runs some of the paths of a seed, from that one on: ranges that do not overlap, which other machines
    /// may have run, are [merged](Self::merge) to what one run of all of them gives. Between batches of
    /// paths `watch` is asked whether to go on, as [`Program::simulate_with`] does. How many paths may fail
    /// is [judged](Self::judge) when numbers are asked for, since a range says little of the whole.
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
        let asked = Asked::new(program, sampling)?;
        let last = first_path.saturating_add(sampling.paths as u64);
        if last > LAST {
            let message = format!("paths up to {last} were asked for; a seed has {LAST}");
            return Err(Error::at("paths", message));
        }
        if first_path > 0 {
            asked.can_begin_anywhere()?;
        }
        asked.run(first_path..last, &asked.marks()?, watch)
    }
}

impl<'a> Asked<'a> {
    pub(super) fn new(program: &'a Program, sampling: &Sampling) -> Result<Self, Error> {
        let request = Request::new(program, sampling)?;
        let kept = program.kept(sampling.keep.as_deref())?;
        let frame = request.frame(&kept)?;
        let shown: Vec<u32> = kept.iter().filter(|(_, shown)| *shown).map(|(k, _)| *k).collect();
        let room = |measure| Room::new(measure, &request, &frame);
        let factor = |k| request.basis.and_then(|basis| basis.factor(k));
        let first = program.inner.timeline.leading(frame.lead);
        let passed = Passed {
            series: shown.iter().map(|&k| (Slot::series(k, 0), factor(k))).collect(),
            first,
            rooms: program.targets().iter().map(room).collect::<Result<_, _>>()?,
            sets: sets(program.model()).into_iter().map(|(_, members)| members).collect(),
            replicates: replicates(&request)?,
        };
        let own = request.own_rows(&shown, first.0..first.0 + frame.lead + frame.span.len())?;
        let cells = own.iter().flatten().flatten().filter(|own| **own).count();
        let cells = cells + request.scenarios.len() * passed.rooms.len();
        let bytes = Sketch::bytes() + 2 * size_of::<f64>() * PILOT;
        allow("the summaries", (cells * bytes) as u128, sampling.memory_limit, FEWER)?;
        let series = frame.series.iter().filter(|(_, series)| series.kept);
        let series = series.map(|(name, series)| (name.clone(), series.clone())).collect();
        let frame = Frame { series, ..frame };
        Ok(Self { request, frame, passed, own, kept, memory_limit: sampling.memory_limit })
    }

    /// Refuses a run that depends on where it begins.
    fn can_begin_anywhere(&self) -> Result<(), Error> {
        let design = self.request.design;
        if design != Design::Random {
            let message = format!(
                "paths of the design {design} depend on how many there are: only random ones can be run from \
                 another path than the first on"
            );
            return Err(Error::at("design", message));
        }
        if each_has_its_own(&self.request) {
            let message = "a number for each path is one for each path of the seed: run them from the first on";
            return Err(Error::at("parameters", message));
        }
        Ok(())
    }

    /// Where bins lie: the first paths of the seed say it, whichever are asked for.
    pub(super) fn marks(&self) -> Result<Vec<Marks>, Error> {
        let mut first = self.request.clone();
        (first.first_path, first.paths, first.whole) = (0, PILOT, PILOT);
        if each_has_its_own(&first) {
            first.paths = self.request.whole.min(PILOT);
            first.whole = first.paths;
        }
        let empty = |own: &Vec<Vec<bool>>| {
            let row = |row: &Vec<bool>| {
                Mutex::new(row.iter().map(|own| own.then(Vec::<f64>::new)).collect())
            };
            self.scenario(own.iter().map(row).collect(), vec![Vec::new(); self.passed.rooms.len()])
        };
        let scenarios = self.own.iter().map(empty).collect();
        let (passed, width) = (&self.passed, Width::detect());
        let mut sink = Passing { passed, first_path: 0, paths: first.paths, width, scenarios };
        first.run(&mut sink, &mut |_, _| true)?;
        let marks = |scenario: Scenario<Vec<f64>>| {
            let edges = |sample: &Vec<f64>| Edges::of(sample);
            let row = |row: &Mutex<Vec<Option<Vec<f64>>>>| {
                passing::lock(row).iter().map(|sample| sample.as_ref().map(edges)).collect()
            };
            let rooms = passing::lock(&scenario.targets).rooms.iter().map(edges).collect();
            Marks { rows: scenario.rows.iter().map(row).collect(), rooms }
        };
        Ok(sink.scenarios.into_iter().map(marks).collect())
    }

    fn scenario<T>(&self, rows: Vec<Mutex<Vec<Option<T>>>>, rooms: Vec<T>) -> Scenario<T> {
        Scenario { rows, targets: Mutex::new(Targets { rooms, counts: self.counts() }) }
    }

    /// Nothing counted yet.
    pub(super) fn counts(&self) -> Counts {
        let Passed { rooms, sets, replicates, .. } = &self.passed;
        Counts::new(rooms.len(), sets.len(), *replicates)
    }

    fn sink(&self, range: &Range<u64>, marks: &[Marks]) -> Passing<'_, Sketch> {
        let scenario = |marks: &Marks| {
            let row = |row: &Vec<Option<Edges>>| {
                Mutex::new(row.iter().map(|edges| edges.map(Sketch::new)).collect())
            };
            let rooms = marks.rooms.iter().map(|edges| Sketch::new(*edges)).collect();
            self.scenario(marks.rows.iter().map(row).collect(), rooms)
        };
        let (passed, width) = (&self.passed, Width::detect());
        let paths = (range.end - range.start) as usize;
        let scenarios = marks.iter().map(scenario).collect();
        Passing { passed, first_path: range.start, paths, width, scenarios }
    }

    /// Runs a range of paths.
    pub(super) fn run(
        &self,
        range: Range<u64>,
        marks: &[Marks],
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Streamed, Error> {
        fits(&range)?;
        let mut sink = self.sink(&range, marks);
        let outcomes = self.request.clone().range(&range).run(&mut sink, watch)?;
        self.streamed(range, sink.scenarios, outcomes)
    }

    /// Runs a range of paths, which are stored too.
    pub(super) fn run_stored(
        &self,
        range: Range<u64>,
        marks: &[Marks],
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<(Streamed, StoredRange), Error> {
        fits(&range)?;
        let mut sink = self.sink(&range, marks);
        let request = self.request.clone().range(&range);
        let stored = request.store_range(&self.kept, self.memory_limit, watch, Some(&mut sink))?;
        let outcomes = stored.outcomes().to_vec();
        Ok((self.streamed(range, sink.scenarios, outcomes)?, stored))
    }

    fn streamed(
        &self,
        range: Range<u64>,
        scenarios: Vec<Scenario<Sketch>>,
        outcomes: Vec<crate::simulate::Outcome>,
    ) -> Result<Streamed, Error> {
        self.made(vec![range], scenarios.into_iter().map(Kept::of).collect(), outcomes)
    }

    /// What is known of some ranges of its paths.
    pub(super) fn made(
        &self,
        ranges: Vec<Range<u64>>,
        scenarios: Vec<Kept>,
        outcomes: Vec<crate::simulate::Outcome>,
    ) -> Result<Streamed, Error> {
        let paths = ranges.iter().map(|range| (range.end - range.start) as usize).sum();
        let mut request = self.request.clone();
        let whole = request.whole as u64;
        request.paths = paths;
        let run = Pathless::of(&request, self.frame.clone(), outcomes)?;
        Ok(Streamed { run, scenarios, ranges, whole })
    }
}

impl Kept {
    fn of(scenario: Scenario<Sketch>) -> Self {
        let open = |row: Mutex<_>| row.into_inner().unwrap_or_else(PoisonError::into_inner);
        let targets = scenario.targets.into_inner();
        let Targets { rooms, counts } = targets.unwrap_or_else(PoisonError::into_inner);
        let rows = scenario.rows.into_iter().map(open);
        Self { rows: rows.collect(), rooms, counts }
    }
}

/// Does what is counted of a range fit into counts?
fn fits(range: &Range<u64>) -> Result<(), Error> {
    let paths = range.end - range.start;
    if paths <= MOST {
        return Ok(());
    }
    let message =
        format!("{paths} were asked for; a range has at most {MOST}, and ranges are merged");
    Err(Error::at("paths", message))
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
