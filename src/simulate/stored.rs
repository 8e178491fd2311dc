//! The sink that stores paths, and the ensembles made of them.

use std::sync::Arc;

use indexmap::IndexMap;

use super::allowance::{FEWER, allow};
use super::block::Job;
use super::conditioning::Conditioning;
use super::ensembles::{Ensembles, RunInfo};
use super::frame::Kept;
use super::index::ScenarioIndex;
use super::request::Request;
use super::run::Outcome;
use super::sink::{Chunk, PathBlock, Sink};
use super::weights::Weights;
use crate::compile::{Row, Slot};
use crate::ensemble::{Buffer, Column, Ensemble, Frame, Layout, Rows, Writing};
use crate::error::Error;
use crate::parallel::Workers;

/// Stores the rows of some indicators.
#[derive(Debug)]
pub(super) struct Store {
    /// The row of the first period that is stored.
    first: Row,
    paths: usize,
    scenarios: Vec<StoredScenario>,
}

/// What is stored of a scenario.
#[derive(Debug)]
struct StoredScenario {
    /// By period what it has in memory of its own.
    own: Vec<Vec<OwnRow>>,
    /// Its rows, and weights at the end where paths have such.
    buffer: Buffer,
}

/// A row of memory, the indicator that it has, and the row of the factor that leads to another basis.
#[derive(Debug)]
struct OwnRow {
    row: usize,
    series: Slot,
    factor: Option<Slot>,
}

impl Store {
    /// What was stored of each scenario.
    pub(super) fn buffers(self) -> Vec<Buffer> {
        self.scenarios.into_iter().map(|scenario| scenario.buffer).collect()
    }
}

impl Sink for Store {
    fn chunks(&mut self, size: usize) -> Vec<Box<dyn Chunk + '_>> {
        let mut chunks: Vec<StoredChunk<'_>> = Vec::new();
        chunks.resize_with(self.paths.div_ceil(size), || StoredChunk {
            first: self.first,
            scenarios: Vec::new(),
        });
        let numbers = self.scenarios.iter().map(|scenario| scenario.buffer.values().len()).sum();
        let writing = Writing::of(numbers);
        for StoredScenario { own, buffer } in &mut self.scenarios {
            for chunk in &mut chunks {
                chunk.scenarios.push((own, Rows::new(writing)));
            }
            for row in buffer.values_mut().chunks_mut(self.paths.max(1)) {
                for (piece, chunk) in row.chunks_mut(size).zip(&mut chunks) {
                    if let Some((_, rows)) = chunk.scenarios.last_mut() {
                        rows.push(piece);
                    }
                }
            }
        }
        chunks.into_iter().map(|chunk| Box::new(chunk) as Box<dyn Chunk>).collect()
    }
}

/// What is stored of a scenario by period, and its rows.
type StoredRows<'a> = (&'a Vec<Vec<OwnRow>>, Rows<'a>);

/// A chunk of what is stored.
struct StoredChunk<'a> {
    first: Row,
    scenarios: Vec<StoredRows<'a>>,
}

impl Chunk for StoredChunk<'_> {
    fn row(&mut self, block: &PathBlock<'_>, row: Row) -> Result<(), Error> {
        let Some(period) = row.since(self.first) else { return Ok(()) };
        let (own, rows) = &mut self.scenarios[block.scenario.0];
        let mut writer = rows.writer();
        for &OwnRow { row: place, series, factor } in own.get(period).into_iter().flatten() {
            let factors = factor.map(|slot| block.values(slot, Row::FIRST));
            writer.write_times(place, block.offset, block.values(series, row), factors);
        }
        Ok(())
    }

    fn end(&mut self, block: &PathBlock<'_>) -> Result<(), Error> {
        let rows = &mut self.scenarios[block.scenario.0].1;
        if let (Some(weights), Some(last)) = (block.ln_weights, rows.last()) {
            rows.writer().write(last, block.offset, weights);
        }
        Ok(())
    }
}

/// Where the rows of the scenarios of a run stand: in memory of their own, or in that of the first scenario
/// where the numbers are the same.
#[derive(Debug)]
pub(super) struct StoredLayout {
    pub(super) kept: Vec<Kept>,
    pub(super) frame: Arc<Frame>,
    first: Row,
    /// By scenario and indicator.
    pub(super) owned: Vec<Vec<bool>>,
    pub(super) layouts: Vec<Layout>,
}

impl StoredLayout {
    /// Memory for the paths of a request.
    ///
    /// # Errors
    /// More than allowed, or than there is.
    pub(super) fn empty(
        &self,
        request: &Request<'_>,
        memory_limit: Option<u64>,
    ) -> Result<Store, Error> {
        let is_weighted = request.conditioning.is_some();
        let paths = request.paths;
        let numbers = |layout: &Layout| {
            (layout.cells().len() + usize::from(is_weighted)) as u128 * paths as u128
        };
        let bytes = self.layouts.iter().map(numbers).sum::<u128>() * 8;
        let is_plain = !is_weighted && !request.has_variants;
        allow("the paths", bytes, memory_limit, if is_plain { UNSTORED } else { FEWER })?;
        let slot = |(k, _): Kept| (Slot::series(k, 0), request.basis.and_then(|b| b.factor(k)));
        let stored = |(owned, layout): (&Vec<bool>, &Layout)| {
            let own = self.kept.iter().zip(owned).filter(|(_, own)| **own);
            let own: Vec<&Kept> = own.map(|(kept, _)| kept).collect();
            let mut by_period: Vec<Vec<OwnRow>> = Vec::new();
            by_period.resize_with(self.frame.periods(), Vec::new);
            for (row, &(k, period)) in layout.cells().iter().enumerate() {
                let (series, factor) = slot(*own[k]);
                by_period[period].push(OwnRow { row, series, factor });
            }
            Ok(StoredScenario { own: by_period, buffer: room(numbers(layout))? })
        };
        let scenarios = self.owned.iter().zip(&self.layouts).map(stored);
        let scenarios = scenarios.collect::<Result<_, Error>>()?;
        Ok(Store { first: self.first, paths, scenarios })
    }

    /// The ensembles of what was stored.
    ///
    /// # Errors
    /// More failed paths than the model tolerates.
    pub(super) fn ensembles(
        &self,
        request: &Request<'_>,
        buffers: Vec<Buffer>,
        outcomes: &[Outcome],
    ) -> Result<Vec<Ensemble>, Error> {
        let is_weighted = request.conditioning.is_some();
        let mut found: Vec<Ensemble> = Vec::with_capacity(buffers.len());
        for (k, (buffer, outcome)) in buffers.into_iter().zip(outcomes).enumerate() {
            let layout = self.layouts[k].clone();
            let own = layout.cells().len();
            let logs = is_weighted.then(|| buffer.values()[own * request.paths..].to_vec());
            let mut mine = Column::all(buffer, layout).into_iter();
            let below = found.first().map_or(&[][..], Ensemble::columns);
            let column = |(place, own): (usize, &bool)| {
                if *own { mine.next() } else { below.get(place).cloned() }
            };
            let columns: Vec<Column> =
                self.owned[k].iter().enumerate().filter_map(column).collect();
            let (scenario, logs) = (ScenarioIndex(k), logs.as_deref());
            let ensemble = request.ensemble(scenario, &self.frame, columns, logs, outcome)?;
            found.push(ensemble.with_own(own));
        }
        Ok(found)
    }
}

impl Request<'_> {
    /// Runs it and stores the paths of some indicators.
    ///
    /// # Errors
    /// More memory than allowed, more failed paths than the model tolerates, or what
    /// [`run`](Self::run) refuses.
    pub(crate) fn store(
        &self,
        kept: &[Kept],
        memory_limit: Option<u64>,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Vec<Ensemble>, Error> {
        let job = self.job()?;
        let layout = self.stored_layout(kept, &job)?;
        let mut store = layout.empty(self, memory_limit)?;
        let outcomes = self.run_job(&job, &mut store, watch)?;
        layout.ensembles(self, store.buffers(), &outcomes)
    }

    /// Where the rows of each scenario are to stand.
    ///
    /// # Errors
    /// More random numbers than the design has dimensions.
    pub(super) fn stored_layout(
        &self,
        kept: &[Kept],
        job: &Job<'_>,
    ) -> Result<StoredLayout, Error> {
        let frame = Arc::new(self.frame(kept)?);
        let first = self.program.inner.timeline.leading(frame.lead);
        let rows = first.0..job.rows;
        let is_own = |scenario: ScenarioIndex, k: u32| {
            self.basis.is_some()
                || job.reach.of(scenario).is_none_or(|reached| reached.has(k, rows.clone()))
        };
        let owned: Vec<Vec<bool>> = ScenarioIndex::all(self.scenarios.len())
            .map(|scenario| kept.iter().map(|(k, _)| is_own(scenario, *k)).collect())
            .collect();
        let layout = |owned: &Vec<bool>| frame.layout((0..kept.len()).filter(|&k| owned[k]));
        let layouts = owned.iter().map(layout).collect();
        Ok(StoredLayout { kept: kept.to_vec(), frame, first, owned, layouts })
    }

    /// Runs it and stores all indicators.
    ///
    /// # Errors
    /// As [`store`](Self::store).
    pub(super) fn store_all(&self) -> Result<Vec<Ensemble>, Error> {
        self.store(&self.program.all(), None, &mut |_, _| true)
    }

    /// The ensemble of a scenario, of what was stored and counted; `ln_weights` are those of its
    /// paths.
    ///
    /// # Errors
    /// More failed paths than the model tolerates.
    pub(crate) fn ensemble(
        &self,
        scenario: ScenarioIndex,
        frame: &Arc<Frame>,
        columns: Vec<Column>,
        ln_weights: Option<&[f64]>,
        outcome: &Outcome,
    ) -> Result<Ensemble, Error> {
        let name = self.scenarios[scenario.0].name.clone();
        let failures = self.program.failures(outcome);
        // Whoever fixes the random numbers wants to see what becomes of them.
        if self.fixed.is_none() {
            self.program.tolerate(&name, outcome, self.paths)?;
        }
        let failed = outcome.tally.failed_paths;
        let frame = Arc::clone(frame);
        let ensemble = Ensemble::new(name, frame, self.paths, columns, failures, failed)
            .with_broken(outcome.broken.clone());
        let known = self.conditioning.map_or(0.0, Conditioning::ln_density);
        Ok(match ln_weights.map(Weights::of_logs) {
            Some(Weights { each, ln_mean, unknown }) => {
                ensemble.weighted(each, ln_mean + known, unknown)
            }
            None => ensemble,
        })
    }

    /// The ensembles of its scenarios.
    ///
    /// # Errors
    /// Threads that cannot be started.
    pub(crate) fn ensembles(&self, ensembles: Vec<Ensemble>) -> Result<Ensembles, Error> {
        let named = self.scenarios.iter().zip(ensembles);
        let by_name: IndexMap<_, _> =
            named.map(|(scenario, e)| (scenario.name.clone(), (e, scenario.probability))).collect();
        let (seed, paths, design) = (self.seed, self.paths, self.design.to_string());
        let threads = Workers::new(self.threads)?.count();
        let parameters = self.parameters.clone();
        let info = RunInfo { seed, paths, design, threads, parameters };
        Ok(Ensembles::new(by_name, info, self.program.clone()))
    }
}

/// What a run can do that would take too much memory.
const UNSTORED: &str = "ask for fewer paths or scenarios, name the indicators to keep, or keep no path: \
                        store=\"tiled\" or store=\"streamed\" (plan::Streamed in Rust)";

/// Memory for so many numbers.
fn room(numbers: u128) -> Result<Buffer, Error> {
    let numbers = usize::try_from(numbers)
        .map_err(|_| Error::memory("the paths need more memory than can be addressed"))?;
    Buffer::new(numbers)
}
