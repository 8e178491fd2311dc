//! The sink that keeps no path: numbers pass by, and whatever takes them keeps what it wants of them.

use std::sync::{Mutex, MutexGuard, PoisonError};

use super::counts::{BlockMet, Counts};
use crate::compile::{Row, Slot};
use crate::error::Error;
use crate::math::{Kernel, Width};
use crate::plan::headroom::is_undefined;
use crate::plan::room::Room;
use crate::simulate::{Chunk, PathBlock, Sink};
use crate::summary::Sketch;

/// Takes numbers that pass by, in any order.
pub(super) trait Taker: Send {
    fn take(&mut self, values: &[f64]);
}

impl Taker for Vec<f64> {
    fn take(&mut self, values: &[f64]) {
        self.extend(values);
    }
}

impl Taker for Sketch {
    #[inline(always)]
    fn take(&mut self, values: &[f64]) {
        self.add(values);
    }
}

/// What passes by, the same in every scenario.
#[derive(Debug)]
pub(super) struct Passed<'a> {
    /// Indicators, each with the factor that leads to another basis.
    pub(super) series: Vec<(Slot, Option<Slot>)>,
    /// The row of the first period.
    pub(super) first: Row,
    pub(super) rooms: Vec<Room<'a>>,
    /// Sets of targets, by the places of their members.
    pub(super) sets: Vec<Vec<usize>>,
    /// How many replicates the design has.
    pub(super) replicates: usize,
}

/// What takes the paths of a scenario.
#[derive(Debug)]
pub(super) struct Scenario<T> {
    /// `[period][indicator]`: periods one by one, since several threads are at the same scenario.
    /// None where the first scenario has the same numbers.
    pub(super) rows: Vec<Mutex<Vec<Option<T>>>>,
    pub(super) targets: Mutex<Targets<T>>,
}

/// What takes the headroom of each target, and counts what is met.
#[derive(Debug)]
pub(super) struct Targets<T> {
    pub(super) rooms: Vec<T>,
    pub(super) counts: Counts,
}

/// The sink.
#[derive(Debug)]
pub(super) struct Passing<'a, T> {
    pub(super) passed: &'a Passed<'a>,
    /// The first path of the run.
    pub(super) first_path: u64,
    pub(super) paths: usize,
    pub(super) width: Width,
    pub(super) scenarios: Vec<Scenario<T>>,
}

/// A run that was stopped in the middle of a row is not looked at any more.
pub(super) fn lock<T>(shared: &Mutex<T>) -> MutexGuard<'_, T> {
    shared.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T: Taker> Sink for Passing<'_, T> {
    fn chunks(&mut self, size: usize) -> Vec<Box<dyn Chunk + '_>> {
        let sink = &*self;
        let places = (0..self.paths).step_by(size);
        places.map(|place| Box::new(PassingChunk { sink, place }) as Box<dyn Chunk>).collect()
    }
}

struct PassingChunk<'a, T> {
    sink: &'a Passing<'a, T>,
    /// The place of its first path in the run.
    place: usize,
}

impl<T: Taker> Chunk for PassingChunk<'_, T> {
    fn row(&mut self, block: &PathBlock<'_>, row: Row) -> Result<(), Error> {
        let Passing { passed, width, scenarios, .. } = self.sink;
        let Some(period) = row.since(passed.first) else { return Ok(()) };
        let mut takers = lock(&scenarios[block.scenario.0].rows[period]);
        for (taker, &(series, factor)) in takers.iter_mut().zip(&passed.series) {
            let Some(taker) = taker else { continue };
            let values = block.values(series, row);
            match factor {
                None => width.run(Taking { taker, values }),
                Some(slot) => {
                    let factors = block.values(slot, Row::FIRST).iter();
                    let values = values.iter().zip(factors).map(|(value, factor)| value * factor);
                    width.run(Taking { taker, values: &values.collect::<Vec<f64>>() });
                }
            }
        }
        Ok(())
    }

    fn end(&mut self, block: &PathBlock<'_>) -> Result<(), Error> {
        let Passing { passed, width, scenarios, .. } = self.sink;
        let room = |room: &Room<'_>| {
            let mut headroom = vec![0.0; block.paths];
            room.of(block, &mut headroom);
            headroom
        };
        let headroom: Vec<Vec<f64>> = passed.rooms.iter().map(room).collect();
        let met = |(room, headroom): (&Room<'_>, &Vec<f64>)| BlockMet {
            met: headroom.iter().copied().map(room.measure.meets()).collect(),
            undefined: headroom.iter().map(|headroom| is_undefined(*headroom)).collect(),
            failed: headroom.iter().filter(|headroom| headroom.is_nan()).count() as u64,
        };
        let met: Vec<BlockMet> = passed.rooms.iter().zip(&headroom).map(met).collect();
        let mut targets = lock(&scenarios[block.scenario.0].targets);
        let Targets { rooms, counts } = &mut *targets;
        for (taker, values) in rooms.iter_mut().zip(&headroom) {
            width.run(Taking { taker, values });
        }
        let first = self.sink.first_path + (self.place + block.offset) as u64;
        counts.add(first, block.paths, &met, &passed.sets);
        Ok(())
    }
}

/// Numbers that are taken.
struct Taking<'a, T> {
    taker: &'a mut T,
    values: &'a [f64],
}

impl<T: Taker> Kernel for Taking<'_, T> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        self.taker.take(self.values);
    }
}
