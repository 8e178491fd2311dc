//! Some of the paths of a run, stored here or elsewhere, and the run that ranges of paths add up to: it is the
//! one that is stored at once, to the bit.

use std::ops::Range;

use super::ensembles::Ensembles;
use super::index::ScenarioIndex;
use super::request::Request;
use super::run::Outcome;
use super::sampling::Sampling;
use super::sink::{Chunk, PathBlock, Sink};
use super::stored::StoredLayout;
use crate::compile::{Program, Row};
use crate::ensemble::Buffer;
use crate::error::Error;
use crate::packed::{Packed, Unpacked, damaged};

/// Some of the paths of a run, stored.
#[derive(Debug)]
pub struct StoredRange {
    range: Range<u64>,
    layout: StoredLayout,
    scenarios: Vec<String>,
    buffers: Vec<Buffer>,
    outcomes: Vec<Outcome>,
}

/// A run whose paths come range by range, from here or from elsewhere.
///
/// ```
/// use tinbergen::{Model, Sampling, simulate::Gathering};
/// let program = Model::read("plans/minimal.toml")?.compile()?;
/// let sampling = Sampling::new(3000, 1);
/// let mut gathering = Gathering::new(&program, &sampling)?;
/// for range in [1000..3000, 0..1000] {
///     let part = program.simulate_range(&sampling, range, &mut |_, _| true)?;
///     gathering.take(&part.to_bytes())?;
/// }
/// let (gathered, whole) = (gathering.finish()?, program.simulate(&sampling)?);
/// assert_eq!(gathered.get("baseline")?.paths("gdp")?, whole.get("baseline")?.paths("gdp")?);
/// # Ok::<(), tinbergen::Error>(())
/// ```
#[derive(Debug)]
pub struct Gathering {
    program: Program,
    sampling: Sampling,
    layout: StoredLayout,
    buffers: Vec<Buffer>,
    outcomes: Vec<Option<Outcome>>,
    /// What is there, in order.
    ranges: Vec<Range<u64>>,
}

impl Program {
    /// Simulates some of the paths of a run, and stores them. How many of them may fail is judged over the
    /// whole run.
    ///
    /// # Errors
    /// As [`simulate_with`](Self::simulate_with); a range that is none of the run.
    pub fn simulate_range(
        &self,
        sampling: &Sampling,
        range: Range<u64>,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<StoredRange, Error> {
        let request = Request::new(self, sampling)?;
        request.check_range(&range)?;
        let kept = self.kept(sampling.keep.as_deref())?;
        request.range(&range).store_range(&kept, sampling.memory_limit, watch, None)
    }
}

impl Request<'_> {
    /// Is a range one of its paths?
    ///
    /// # Errors
    /// When it is empty, or goes further than they do.
    pub(crate) fn check_range(&self, range: &Range<u64>) -> Result<(), Error> {
        if range.start < range.end && range.end <= self.whole as u64 {
            return Ok(());
        }
        let message = format!("paths {}..{} are none of {}", range.start, range.end, self.whole);
        Err(Error::at("range", message))
    }

    /// Runs a range and stores its paths, which also pass by another sink.
    ///
    /// # Errors
    /// More memory than allowed, or what [`run`](Self::run) refuses.
    pub(crate) fn store_range(
        &self,
        kept: &[super::Kept],
        memory_limit: Option<u64>,
        watch: &mut dyn FnMut(usize, usize) -> bool,
        beside: Option<&mut dyn Sink>,
    ) -> Result<StoredRange, Error> {
        let job = self.job()?;
        let layout = self.stored_layout(kept, &job)?;
        let mut store = layout.empty(self, memory_limit)?;
        let outcomes = match beside {
            None => self.run_job(&job, &mut store, watch)?,
            Some(other) => self.run_job(&job, &mut Both(&mut store, other), watch)?,
        };
        let range = self.first_path..self.first_path + self.paths as u64;
        let scenarios = self.scenarios.iter().map(|scenario| scenario.name.clone()).collect();
        Ok(StoredRange { range, layout, scenarios, buffers: store.buffers(), outcomes })
    }
}

impl StoredRange {
    /// Which paths of the run.
    pub fn range(&self) -> Range<u64> {
        self.range.clone()
    }

    /// What went wrong, for each scenario.
    pub(crate) fn outcomes(&self) -> &[Outcome] {
        &self.outcomes
    }

    /// The names of the scenarios.
    pub fn scenarios(&self) -> impl Iterator<Item = &str> {
        self.scenarios.iter().map(String::as_str)
    }

    /// The paths of an indicator in each period of the span; none of what was not kept in all of them.
    ///
    /// # Errors
    /// Unknown names.
    ///
    /// ```
    /// use tinbergen::{Model, Sampling};
    /// let program = Model::read("plans/minimal.toml")?.compile()?;
    /// let part = program.simulate_range(&Sampling::new(3000, 1), 10..15, &mut |_, _| true)?;
    /// assert_eq!(part.rows("baseline", "gdp")?[0].len(), 5);
    /// # Ok::<(), tinbergen::Error>(())
    /// ```
    pub fn rows(&self, scenario: &str, indicator: &str) -> Result<Vec<&[f64]>, Error> {
        let unknown = |what: &str, name: &str| Error::at(what, format!("\"{name}\" is not here"));
        let place = self.scenarios.iter().position(|name| name == scenario);
        let place = place.ok_or_else(|| unknown("scenarios", scenario))?;
        let StoredLayout { frame, owned, layouts, .. } = &self.layout;
        let series = frame.series.get_full(indicator).filter(|(_, _, series)| series.kept);
        let (series, _, _) = series.ok_or_else(|| unknown("keep", indicator))?;
        let place = if owned[place][series] { place } else { 0 };
        let own = owned[place][..series].iter().filter(|own| **own).count();
        let paths = (self.range.end - self.range.start) as usize;
        let values = self.buffers[place].values();
        let cells = layouts[place].cells().iter().enumerate();
        let rows = cells.filter(|(_, (k, period))| *k == own && *period >= frame.lead);
        Ok(rows.map(|(row, _)| &values[row * paths..][..paths]).collect())
    }

    /// It as bytes, for [`Gathering::take`].
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut packed = Packed::default();
        packed.whole(self.range.start);
        packed.whole(self.range.end);
        packed.list(self.outcomes.iter(), |packed, outcome| outcome.pack(packed));
        for buffer in &self.buffers {
            packed.numbers(buffer.values());
        }
        packed.sealed()
    }
}

impl Gathering {
    /// Room for all paths of a run.
    ///
    /// # Errors
    /// As [`Program::simulate`], also without a seed.
    pub fn new(program: &Program, sampling: &Sampling) -> Result<Self, Error> {
        let sampling = sampling.seeded()?;
        let request = Request::new(program, &sampling)?;
        let kept = program.kept(sampling.keep.as_deref())?;
        let layout = request.stored_layout(&kept, &request.job()?)?;
        let buffers = layout.empty(&request, sampling.memory_limit)?.buffers();
        let outcomes = buffers.iter().map(|_| None).collect();
        let (program, ranges) = (program.clone(), Vec::new());
        Ok(Self { program, sampling, layout, buffers, outcomes, ranges })
    }

    /// Takes a range of paths, as [`StoredRange::to_bytes`] gives it. One that is there already is left out.
    ///
    /// # Errors
    /// Bytes that are no range of this run.
    pub fn take(&mut self, bytes: &[u8]) -> Result<(), Error> {
        let mut packed = Unpacked::open(bytes)?;
        let range = packed.whole()?..packed.whole()?;
        let paths = self.sampling.paths;
        if range.start >= range.end || range.end > paths as u64 {
            return Err(damaged());
        }
        if self.ranges.contains(&range) {
            return Ok(());
        }
        let at = self.ranges.partition_point(|known| known.start < range.start);
        let before = at.checked_sub(1).is_some_and(|k| self.ranges[k].end > range.start);
        let after = self.ranges.get(at).is_some_and(|next| next.start < range.end);
        let outcomes = packed.list(|packed| Outcome::unpack(packed, &self.program))?;
        if before || after || outcomes.len() != self.outcomes.len() {
            return Err(damaged());
        }
        let place = range.start as usize..range.end as usize;
        let rows = self.layout.layouts.iter().map(|layout| layout.cells().len()).sum::<usize>();
        if packed.0.len() != rows * place.len() * size_of::<f64>() {
            return Err(damaged());
        }
        for buffer in &mut self.buffers {
            for row in buffer.values_mut().chunks_exact_mut(paths) {
                packed.numbers(&mut row[place.clone()])?;
            }
        }
        for (sum, outcome) in self.outcomes.iter_mut().zip(outcomes) {
            match sum {
                None => *sum = Some(outcome),
                Some(sum) => sum.merge(&outcome),
            }
        }
        self.ranges.insert(at, range);
        packed.end()
    }

    /// The run of all of them.
    ///
    /// # Errors
    /// Paths that did not come; more failed ones than the model tolerates.
    pub fn finish(self) -> Result<Ensembles, Error> {
        let mut next = 0;
        for range in self.ranges.iter().chain([&(self.sampling.paths as u64..u64::MAX)]) {
            if range.start != next {
                let message = format!("paths {next}..{} did not come", range.start);
                return Err(Error::at("range", message));
            }
            next = range.end;
        }
        let request = Request::new(&self.program, &self.sampling)?;
        let outcomes: Vec<Outcome> = self.outcomes.into_iter().flatten().collect();
        let ensembles = self.layout.ensembles(&request, self.buffers, &outcomes)?;
        request.ensembles(ensembles)
    }
}

/// Two sinks that take the same paths.
struct Both<'a>(&'a mut dyn Sink, &'a mut dyn Sink);

struct BothChunks<'a>(Box<dyn Chunk + 'a>, Box<dyn Chunk + 'a>);

impl Sink for Both<'_> {
    fn chunks(&mut self, size: usize) -> Vec<Box<dyn Chunk + '_>> {
        let both = self.0.chunks(size).into_iter().zip(self.1.chunks(size));
        both.map(|(one, other)| Box::new(BothChunks(one, other)) as Box<dyn Chunk>).collect()
    }
}

impl Chunk for BothChunks<'_> {
    fn row(&mut self, block: &PathBlock<'_>, row: Row) -> Result<(), Error> {
        self.0.row(block, row)?;
        self.1.row(block, row)
    }

    fn end(&mut self, block: &PathBlock<'_>) -> Result<(), Error> {
        self.0.end(block)?;
        self.1.end(block)
    }
}

impl Request<'_> {
    /// In which rows may an indicator differ from that of the first scenario?
    ///
    /// # Errors
    /// More random numbers than the design has dimensions.
    pub(crate) fn own_rows(
        &self,
        series: &[u32],
        rows: Range<usize>,
    ) -> Result<Vec<Vec<Vec<bool>>>, Error> {
        let job = self.job()?;
        let of = |scenario: ScenarioIndex| {
            let reached = job.reach.of(scenario).filter(|_| self.basis.is_none());
            let is_own = |k: u32, row| reached.is_none_or(|reached| reached.has(k, row..row + 1));
            let row = |row| series.iter().map(|k| is_own(*k, row)).collect();
            rows.clone().map(row).collect()
        };
        Ok(ScenarioIndex::all(self.scenarios.len()).map(of).collect())
    }
}
