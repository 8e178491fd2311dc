//! The proposals of the scenarios of a run, and what they read of the random numbers.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::cells::Cells;
use super::coordinates::Coordinates;
use super::fitted::Fitted;
use super::known::Known;
use super::proposal::Proposal;
use super::slice::cut;
use crate::compile::{Program, ScenarioProgram};
use crate::sample::StreamId;
use crate::simulate::{Reads, ScenarioIndex};

/// The proposals of all scenarios of a run.
#[derive(Debug)]
pub(super) struct Proposals<'a> {
    pub(super) program: &'a Program,
    pub(super) known: &'a Known,
    pub(super) cells: Cells,
    pub(super) coordinates: Coordinates,
    /// One for each scenario that is run.
    pub(super) each: Vec<Proposal>,
    pub(super) reads: Reads,
    /// For each observation, and for the choice between linear model and prior: its place among the
    /// random numbers that are no part of the model.
    pub(super) further: Vec<Option<usize>>,
    pub(super) chooser: Option<usize>,
    scenarios: Vec<ScenarioProgram>,
    fitted: Vec<Arc<Fitted>>,
}

impl<'a> Proposals<'a> {
    /// Of scenarios that the proposals were fitted to.
    pub(super) fn new(
        program: &'a Program,
        known: &'a Known,
        cells: &Cells,
        scenarios: &[&ScenarioProgram],
        fitted: Vec<Arc<Fitted>>,
    ) -> Self {
        let (inner, cells) = (&*program.inner, cells.clone());
        let coordinates = Coordinates::candidates(inner, cells.periods(inner));
        let coordinates = coordinates.of_any(fitted.iter().map(|fitted| &fitted.coordinates));
        let among =
            |fitted: &Arc<Fitted>| fitted.current().among(&fitted.coordinates, &coordinates);
        let mut each: Vec<Proposal> = fitted.iter().map(among).collect();
        cut(inner, scenarios, &cells, &mut each);
        let mut streams = Vec::new();
        let mut place = |stream: StreamId| {
            streams.push(stream);
            streams.len() - 1
        };
        let is_searched = |k: usize| {
            let mut searched = each.iter().flat_map(|proposal| &proposal.periods);
            searched.any(|period| period.searched.iter().any(|searched| searched.cell == k))
        };
        let observed = cells.observed.iter().enumerate();
        let further = observed
            .map(|(k, cell)| (!cell.is_exact() || is_searched(k)).then(|| place(cell.stream)))
            .collect();
        let is_mixed = each.iter().any(|proposal| proposal.prior_share > 0.0);
        let chooser = is_mixed.then(|| place(StreamId::of("outturns/proposal")));
        let event_periods = each.iter().map(|proposal| proposal.event_tree.periods.end.0).max();
        let reads = Reads {
            scores: coordinates.all.clone(),
            event_periods: event_periods.unwrap_or(0),
            further: streams,
            cells: cells.observed.iter().map(|cell| (cell.indicator, cell.row)).collect(),
        };
        let scenarios = scenarios.iter().map(|scenario| (*scenario).clone()).collect();
        Self {
            program,
            known,
            cells,
            coordinates,
            each,
            reads,
            further,
            chooser,
            scenarios,
            fitted,
        }
    }
    /// A path met an observation with a probability of its own.
    pub(super) fn met_with_mass(&self, scenario: ScenarioIndex, cell: usize) {
        self.fitted[scenario.0].masses[cell].store(true, Ordering::Relaxed);
    }

    /// The proposals as they are known now; none where that is no news.
    pub(super) fn again(&self) -> Option<Self> {
        let is_news = |(fitted, proposal): (&Arc<Fitted>, &Proposal)| {
            let masses = fitted.masses.iter().zip(&proposal.has_mass);
            masses.into_iter().any(|(now, then)| now.load(Ordering::Relaxed) != *then)
        };
        let scenarios: Vec<&ScenarioProgram> = self.scenarios.iter().collect();
        self.fitted.iter().zip(&self.each).any(is_news).then(|| {
            Self::new(self.program, self.known, &self.cells, &scenarios, self.fitted.clone())
        })
    }
}
