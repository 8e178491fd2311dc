//! A run that is worked out range by range, here or elsewhere: where its bins lie is found once.

use std::ops::Range;
use std::sync::OnceLock;

use super::counts::Counts;
use super::running::{Asked, Marks};
use super::{Kept, Streamed};
use crate::compile::Program;
use crate::error::Error;
use crate::packed::{Packed, Unpacked, damaged};
use crate::parallel::made;
use crate::simulate::{Gathering, Outcome, Sampling, StoredRange};
use crate::summary::Sketch;

/// A run whose paths are worked out range by range, in any order and on any machine. What ranges give is
/// [merged](Streamed::merge) to what one run gives, in every design that can be streamed.
///
/// ```
/// use tinbergen::{Model, Sampling, plan::{Ranges, Streamed}};
/// let program = Model::read("plans/minimal.toml")?.compile()?;
/// let sampling = Sampling::new(3000, 1).with_design("sobol".parse()?);
/// let ranges = Ranges::new(&program, &sampling)?;
/// let bytes = ranges.run(1000..3000, &mut |_, _| true)?.to_bytes();
/// let merged = ranges.run(0..1000, &mut |_, _| true)?.merge(&ranges.read(&bytes)?)?;
/// assert_eq!(merged.attainment()?, Streamed::new(&program, &sampling)?.attainment()?);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Ranges {
    program: Program,
    sampling: Sampling,
    marks: OnceLock<Result<Vec<Marks>, Error>>,
}

impl Ranges {
    /// Of a run; without a seed one is drawn.
    ///
    /// # Errors
    /// Where none can be drawn.
    pub fn new(program: &Program, sampling: &Sampling) -> Result<Self, Error> {
        let (program, sampling) = (program.clone(), sampling.seeded()?);
        Ok(Self { program, sampling, marks: OnceLock::new() })
    }

    /// Can its paths be streamed?
    ///
    /// # Errors
    /// As [`Streamed::new`], before any path is run.
    pub fn check(&self) -> Result<(), Error> {
        Asked::new(&self.program, &self.sampling).map(drop)
    }

    /// Runs a range of its paths and stores them, in any design.
    ///
    /// # Errors
    /// As [`Program::simulate_range`].
    pub fn stored(
        &self,
        range: Range<u64>,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<StoredRange, Error> {
        self.program.simulate_range(&self.sampling, range, watch)
    }

    /// Room for its paths, which come range by range.
    ///
    /// # Errors
    /// As [`Gathering::new`].
    pub fn gathering(&self) -> Result<Gathering, Error> {
        Gathering::new(&self.program, &self.sampling)
    }

    /// Runs a range of its paths.
    ///
    /// # Errors
    /// A range that is none of the run, and as [`Streamed::watched`].
    pub fn run(
        &self,
        range: Range<u64>,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Streamed, Error> {
        let asked = self.asked(&range)?;
        asked.run(range, self.marks(&asked)?, watch)
    }

    /// The same, and the paths themselves.
    ///
    /// # Errors
    /// As [`run`](Self::run); more memory than allowed.
    pub fn run_stored(
        &self,
        range: Range<u64>,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<(Streamed, StoredRange), Error> {
        let asked = self.asked(&range)?;
        asked.run_stored(range, self.marks(&asked)?, watch)
    }

    /// What [`Streamed::to_bytes`] made of ranges of this run.
    ///
    /// # Errors
    /// Bytes of another run, or damaged ones.
    pub fn read(&self, bytes: &[u8]) -> Result<Streamed, Error> {
        let asked = Asked::new(&self.program, &self.sampling)?;
        let mut packed = Unpacked::open(bytes)?;
        if packed.whole()? != FORMAT {
            return Err(damaged());
        }
        let ranges = packed.list(|packed| Ok(packed.whole()?..packed.whole()?))?;
        let mut end = 0;
        for range in &ranges {
            if range.start < end || range.start >= range.end {
                return Err(damaged());
            }
            asked.request.check_range(range)?;
            end = range.end;
        }
        let outcomes = packed.list(|packed| Outcome::unpack(packed, &self.program))?;
        let scenario = |own: &Vec<Vec<bool>>| {
            let cell = |packed: &mut Unpacked<'_>, own: &bool| {
                own.then(|| Sketch::unpack(packed)).transpose()
            };
            let rows = own
                .iter()
                .map(|row| row.iter().map(|own| cell(&mut packed, own)).collect())
                .collect::<Result<_, Error>>()?;
            let targets = self.program.targets().len();
            let rooms = (0..targets).map(|_| Sketch::unpack(&mut packed));
            let rooms = rooms.collect::<Result<_, Error>>()?;
            Ok(Kept { rows, rooms, counts: Counts::unpack(&mut packed, &asked.counts())? })
        };
        let scenarios = asked.own.iter().map(scenario).collect::<Result<Vec<Kept>, Error>>()?;
        packed.end()?;
        let paths = ranges.iter().map(|range| range.end - range.start).sum::<u64>();
        let counted = |kept: &Kept| kept.counts.paths.iter().sum::<u64>() == paths;
        if outcomes.len() != scenarios.len() || !scenarios.iter().all(counted) {
            return Err(damaged());
        }
        asked.made(ranges, scenarios, outcomes)
    }

    fn asked(&self, range: &Range<u64>) -> Result<Asked<'_>, Error> {
        let asked = Asked::new(&self.program, &self.sampling)?;
        asked.request.check_range(range)?;
        Ok(asked)
    }

    fn marks(&self, asked: &Asked<'_>) -> Result<&[Marks], Error> {
        let marks = made(&self.marks, || asked.marks());
        marks.as_ref().map(Vec::as_slice).map_err(Clone::clone)
    }
}

/// The form of the bytes.
const FORMAT: u64 = 1;

impl Streamed {
    /// It as bytes, for [`Ranges::read`]: of each histogram the bins that hold something.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut packed = Packed::default();
        packed.whole(FORMAT);
        packed.list(self.ranges.iter(), |packed, range| {
            packed.whole(range.start);
            packed.whole(range.end);
        });
        packed.list(self.run.outcomes.iter(), |packed, outcome| outcome.pack(packed));
        for kept in &self.scenarios {
            kept.rows.iter().flatten().flatten().for_each(|sketch| sketch.pack(&mut packed));
            kept.rooms.iter().for_each(|sketch| sketch.pack(&mut packed));
            kept.counts.pack(&mut packed);
        }
        packed.sealed()
    }
}
