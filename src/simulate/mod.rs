//! From a [`Program`] to [`Ensembles`]: blocks of paths, every scenario under the same random numbers.
//!
//! A run is a `Request` (of which program, under which random numbers, which scenarios, up to when)
//! and a `Sink` that takes the blocks. What holds paths to outturns is a `Conditioning`. Sinks and
//! ways of conditioning stand elsewhere; nothing here names one but the sink that stores paths.

mod allowance;
mod anchor;
mod block;
mod centre;
mod conditioning;
mod continuation;
mod diagnosis;
mod draws;
mod ensembles;
mod events;
mod expressions;
mod failing;
mod failures;
mod focus;
mod frame;
mod given;
mod index;
pub(crate) mod lanes;
mod line;
mod liveness;
mod memory;
mod newton;
mod numbers;
mod of_scores;
mod operands;
mod outcomes;
mod over;
mod overlay;
mod piece;
mod ranges;
mod reach;
mod record;
mod replay;
mod request;
mod run;
mod sampling;
mod scores;
mod search;
mod set_shocks;
mod shared_rows;
mod sink;
mod solver;
mod staged;
mod stored;
mod tally;
mod task;
mod trace;
mod tracing;
mod values;
mod variants;
mod weights;

pub(crate) use allowance::{FEWER, allow, most_memory};
pub(crate) use block::{Anchors, Central, Centre, Job, Worker};
pub(crate) use conditioning::{ConditionedThread, Conditioning};
pub(crate) use draws::{BlockDraws, EventRows};
pub use ensembles::{Ensembles, RunInfo, STREAMS};
pub(crate) use events::lasting;
pub use given::Given;
pub(crate) use given::{one_for_all, overrides};
pub(crate) use index::ScenarioIndex;
pub(crate) use liveness::Liveness;
pub(crate) use memory::{Cell, Memory};
pub(crate) use numbers::{RandomNumber, Reads, Redrawn};
pub(crate) use operands::{AddressedTapes, Command, Map, Segment, address};
pub(crate) use piece::Piece;
pub use ranges::{Gathering, StoredRange};
pub(crate) use replay::Draw;
pub(crate) use request::{Redraw, Request};
pub(crate) use run::Outcome;
pub use sampling::Sampling;
pub(crate) use scores::Scores;
pub(crate) use sink::{Chunk, PathBlock, Sink, State};
pub(crate) use staged::Staged;
pub use trace::{Trace, TraceKind, TraceRead, TraceStep, Tracing};
pub(crate) use values::{Lanes, Values, terms, value};
pub(crate) use variants::{Moved, Variant};
pub(crate) use weights::Weights;

use std::collections::BTreeSet;

pub(crate) use self::frame::{Kept, whole};
use crate::compile::Program;
use crate::ensemble::Ensemble;
use crate::error::Error;
use crate::period::Period;

impl Program {
    /// Simulates.
    ///
    /// # Errors
    /// A question that does not fit the model (an unknown scenario or indicator, no paths), more
    /// memory than allowed, or more failed paths than the model tolerates.
    pub fn simulate(&self, sampling: &Sampling) -> Result<Ensembles, Error> {
        self.simulate_with(sampling, &mut |_, _| true)
    }

    /// Simulates, asking between batches of paths whether to go on: `watch` is told how many paths
    /// are done and how many there are, on the calling thread, and stops the run by `false`.
    ///
    /// # Errors
    /// As [`simulate`](Self::simulate), and [`Error::is_interrupted`] when it was stopped.
    pub fn simulate_with(
        &self,
        sampling: &Sampling,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Ensembles, Error> {
        self.simulate_redrawn(sampling, None, watch)
    }

    pub(crate) fn simulate_redrawn(
        &self,
        sampling: &Sampling,
        redraw: Option<Redraw<'_>>,
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Ensembles, Error> {
        let request = Request::new(self, sampling)?.redrawn(redraw);
        let kept = self.kept(sampling.keep.as_deref())?;
        let ensembles = request.store(&kept, sampling.memory_limit, watch)?;
        request.ensembles(ensembles)
    }

    /// Simulates variants of scenarios, all under the same random numbers, up to a period; stores
    /// some indicators only, and where targets are named computes no more than these and those
    /// need. The numbers are those that the whole run would have.
    ///
    /// # Errors
    /// As [`simulate`](Self::simulate).
    pub(crate) fn simulate_variants(
        &self,
        sampling: &Sampling,
        variants: &[Variant<'_>],
        (kept, last, focus): (&[Kept], Period, Option<&[usize]>),
        watch: &mut dyn FnMut(usize, usize) -> bool,
    ) -> Result<Vec<Ensemble>, Error> {
        let request = Request::new(self, sampling)?.of_variants(variants)?.up_to(last);
        let request = match focus {
            Some(targets) => request.focused(targets.to_vec(), &whole(kept)),
            None => request,
        };
        request.store(kept, sampling.memory_limit, watch)
    }

    /// The indicators that some targets need.
    pub(crate) fn needed(&self, targets: &[usize]) -> Vec<Kept> {
        let indicators = &self.inner.model.indicators;
        let looked_at = targets.iter().flat_map(|&index| self.inner.targets[index].indicators());
        let places: BTreeSet<usize> =
            looked_at.filter_map(|name| indicators.get_index_of(name)).collect();
        places.into_iter().map(|k| (k as u32, true)).collect()
    }

    /// The last period that some targets look at.
    pub(crate) fn horizon(&self, targets: &[usize]) -> Period {
        let ends = targets.iter().map(|&index| self.inner.model.targets[index].period.last());
        ends.max_by_key(|period| period.ordinal()).unwrap_or(self.inner.span.last())
    }
}
