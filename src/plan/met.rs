//! Which targets are met in which paths, one bit for each: a run of this alone stores no path.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering::Relaxed};

use indexmap::IndexMap;

use super::headroom::is_undefined;
use super::room::Room;
use crate::compile::{Measure, Program, Row};
use crate::condition::Tracked;
use crate::ensemble::Frame;
use crate::error::Error;
use crate::simulate::{
    Chunk, Ensembles, FEWER, PathBlock, Request, Sampling, ScenarioIndex, Sink, allow,
};

/// Which targets of a model are met in the paths of a run, and nothing else of them.
///
/// ```
/// use tinbergen::{Model, Sampling, plan::Bits};
/// let program = Model::read("plans/yuecheng.toml")?.compile()?;
/// let sampling = Sampling::new(1000, 1).with_scenarios(["baseline"]);
/// let bits = Bits::new(&program, &sampling)?;
/// assert!(bits.bytes() <= 1000 / 8 * program.model().targets.len() * 2);
/// let whole = program.simulate(&sampling)?.attainment()?;
/// assert_eq!(bits.attainment()?[0].probability, whole[0].probability);
/// # Ok::<(), tinbergen::Error>(())
/// ```
#[derive(Debug)]
pub struct Bits {
    /// Ensembles without a row: scenarios, weights, how paths depend on each other.
    pub(super) runs: Ensembles,
    /// `[scenario][target]`.
    targets: Vec<Vec<TargetBits>>,
}

/// A target in the paths of a scenario.
#[derive(Debug)]
struct TargetBits {
    /// Path `i` is bit `i mod 8` of byte `i / 8`.
    met: Vec<u8>,
    /// The same for growth that is not defined; empty where that cannot be.
    undefined: Vec<u8>,
    /// In how many paths it has no number.
    failed: AtomicU64,
}

/// What a target is in the paths of a scenario.
#[derive(Debug)]
pub(super) struct TargetMet {
    /// 1 or 0 for each path: is it met?
    pub(super) met: Vec<f64>,
    /// 1 or 0 for each path: is growth that it counts not defined? Empty where that cannot be.
    pub(super) undefined: Vec<f64>,
    /// In how many paths it has no number.
    pub(super) failed: u64,
}

impl Bits {
    /// Runs a program. Only what targets look at is simulated.
    ///
    /// # Errors
    /// As [`Program::simulate`].
    pub fn new(program: &Program, sampling: &Sampling) -> Result<Self, Error> {
        Self::asked(&Request::new(program, sampling)?.of_targets())
    }

    /// Runs a program that is conditioned on outturns. Only what targets and outturns look at is
    /// simulated.
    ///
    /// # Errors
    /// As [`Tracked::simulate`].
    pub fn given(tracked: &Tracked, sampling: &Sampling) -> Result<Self, Error> {
        let bits = tracked.asked(sampling, |request| Self::asked(&request.clone().of_targets()))?;
        tracked.enough(&bits.runs)?;
        Ok(bits)
    }

    fn asked(request: &Request<'_>) -> Result<Self, Error> {
        let program = request.program;
        let frame = request.frame(&program.kept(Some(&[]))?)?;
        let room = |measure| Room::new(measure, request, &frame);
        let rooms = program.targets().iter().map(room).collect::<Result<Vec<_>, Error>>()?;
        let (scenarios, paths) = (request.scenarios.len(), request.paths);
        let none = |target: &Measure| {
            let bytes = paths.div_ceil(8);
            let undefined = vec![0; if target.may_be_undefined { bytes } else { 0 }];
            TargetBits { met: vec![0; bytes], undefined, failed: AtomicU64::new(0) }
        };
        let is_weighted = request.is_conditioned();
        let of_path = program.targets().len() as u128 + if is_weighted { 32 } else { 0 };
        allow("the paths", of_path * (scenarios * paths) as u128 / 4, None, FEWER)?;
        let mut counting = Counting {
            rooms,
            paths,
            bits: (0..scenarios).map(|_| program.targets().iter().map(none).collect()).collect(),
            ln_weights: vec![vec![0.0; if is_weighted { paths } else { 0 }]; scenarios],
        };
        let outcomes = request.run(&mut counting, &mut |_, _| true)?;
        let frame = Arc::new(Frame { series: IndexMap::new(), ..frame });
        let mut ensembles = Vec::with_capacity(scenarios);
        for (k, outcome) in outcomes.iter().enumerate() {
            let ln_weights = is_weighted.then_some(counting.ln_weights[k].as_slice());
            ensembles.push(request.ensemble(
                ScenarioIndex(k),
                &frame,
                Vec::new(),
                ln_weights,
                outcome,
            )?);
        }
        Ok(Self { runs: request.ensembles(ensembles)?, targets: counting.bits })
    }

    /// Is the target of that place in the model met in a path?
    pub fn is_met(&self, scenario: usize, target: usize, path: usize) -> bool {
        bit(&self.targets[scenario][target].met, path)
    }

    /// How many bytes its bits take.
    pub fn bytes(&self) -> usize {
        let size = |target: &TargetBits| target.met.len() + target.undefined.len();
        self.targets.iter().flatten().map(size).sum()
    }

    /// The ensembles of its scenarios, without a row: names, weights, how paths depend on each other.
    pub fn runs(&self) -> &Ensembles {
        &self.runs
    }

    /// Each target, in a scenario or in the mixture.
    pub(super) fn met(&self, scenario: &str) -> Vec<TargetMet> {
        let places: Vec<usize> = match self.runs.place(scenario) {
            Some(place) => vec![place],
            None => self.runs.mixed().collect(),
        };
        let paths = self.runs.info().paths;
        let of = |target: usize| {
            let numbers = |of: fn(&TargetBits) -> &Vec<u8>| -> Vec<f64> {
                let all = places.iter().map(|&place| of(&self.targets[place][target]));
                let bits = all.filter(|bytes| !bytes.is_empty()).flat_map(|bytes| {
                    (0..paths).map(move |path| f64::from(u8::from(bit(bytes, path))))
                });
                bits.collect()
            };
            let failed = |&place: &usize| self.targets[place][target].failed.load(Relaxed);
            TargetMet {
                met: numbers(|target| &target.met),
                undefined: numbers(|target| &target.undefined),
                failed: places.iter().map(failed).sum(),
            }
        };
        (0..self.runs.program().targets().len()).map(of).collect()
    }
}

fn bit(bytes: &[u8], path: usize) -> bool {
    bytes[path / 8] >> (path % 8) & 1 == 1
}

/// Sets the bits of bytes where something holds of a headroom.
pub(super) fn set_bits(bytes: &mut [u8], headroom: &[f64], holds: impl Fn(f64) -> bool) {
    for (byte, headroom) in bytes.iter_mut().zip(headroom.chunks(8)) {
        let held = headroom.iter().map(|headroom| holds(*headroom));
        *byte = held.enumerate().map(|(bit, holds)| u8::from(holds) << bit).sum();
    }
}

/// Counts what is met: the sink of a run that stores no path.
#[derive(Debug)]
struct Counting<'a> {
    rooms: Vec<Room<'a>>,
    paths: usize,
    bits: Vec<Vec<TargetBits>>,
    ln_weights: Vec<Vec<f64>>,
}

impl Sink for Counting<'_> {
    fn chunks(&mut self, size: usize) -> Vec<Box<dyn Chunk + '_>> {
        let rooms = &self.rooms;
        let mut chunks: Vec<CountingChunk<'_>> = Vec::new();
        chunks.resize_with(self.paths.div_ceil(size), || CountingChunk {
            rooms,
            targets: std::iter::repeat_with(Vec::new).take(self.bits.len()).collect(),
            ln_weights: Vec::new(),
        });
        for (scenario, targets) in self.bits.iter_mut().enumerate() {
            for TargetBits { met, undefined, failed } in targets {
                // Chunks are whole numbers of bytes.
                let mut undefined = undefined.chunks_mut(size / 8);
                for (met, chunk) in met.chunks_mut(size / 8).zip(&mut chunks) {
                    let undefined = undefined.next().unwrap_or_default();
                    chunk.targets[scenario].push(ChunkBits { met, undefined, failed });
                }
            }
        }
        for weights in &mut self.ln_weights {
            for (weights, chunk) in weights.chunks_mut(size).zip(&mut chunks) {
                chunk.ln_weights.push(weights);
            }
        }
        chunks.into_iter().map(|chunk| Box::new(chunk) as Box<dyn Chunk>).collect()
    }
}

/// A chunk of what is counted.
struct CountingChunk<'a> {
    rooms: &'a [Room<'a>],
    /// `[scenario][target]`.
    targets: Vec<Vec<ChunkBits<'a>>>,
    ln_weights: Vec<&'a mut [f64]>,
}

/// A target in the paths of a chunk.
struct ChunkBits<'a> {
    met: &'a mut [u8],
    undefined: &'a mut [u8],
    failed: &'a AtomicU64,
}

impl Chunk for CountingChunk<'_> {
    fn row(&mut self, _block: &PathBlock<'_>, _row: Row) -> Result<(), Error> {
        Ok(())
    }

    fn end(&mut self, block: &PathBlock<'_>) -> Result<(), Error> {
        let mut headroom = vec![0.0; block.paths];
        for (room, bits) in self.rooms.iter().zip(&mut self.targets[block.scenario.0]) {
            room.of(block, &mut headroom);
            let from = block.offset / 8;
            set_bits(&mut bits.met[from..], &headroom, room.measure.meets());
            if !bits.undefined.is_empty() {
                set_bits(&mut bits.undefined[from..], &headroom, is_undefined);
            }
            let failed = headroom.iter().filter(|headroom| headroom.is_nan()).count();
            bits.failed.fetch_add(failed as u64, Relaxed);
        }
        if let Some(weights) = block.ln_weights {
            let row = &mut self.ln_weights[block.scenario.0];
            row[block.offset..block.offset + block.paths].copy_from_slice(weights);
        }
        Ok(())
    }
}
