//! One tape for each set of equations that is computed together.
//!
//! Periods differ in what is known, computed or set by a scenario; all that agree share a tape.

use std::collections::HashMap;

use indexmap::{IndexMap, IndexSet};

use super::code::{Coder, Shared};
use super::forms::{Equations, Form};
use super::graph::{Binary, NodeId};
use super::order::{blocks, cycle};
use super::program::Timeline;
use super::tape::{Slot, Tape};
use super::timeline::Mode;
use crate::error::Problem;
use crate::model::Model;

/// Equations to be computed in a period: indicator, node of its value, is it the first form?
pub(super) type Regime = Vec<(u32, NodeId, bool)>;

/// The tapes of a program, and how many registers the largest needs.
#[derive(Debug, Default)]
pub(super) struct Regimes {
    tapes: IndexMap<Regime, Tape>,
    pub(super) registers: u32,
    told: IndexSet<Vec<u32>>,
}

impl Regimes {
    pub(super) fn tapes(self) -> Vec<Tape> {
        self.tapes.into_values().collect()
    }

    /// For each row of a scenario which tape it runs.
    pub(super) fn of_rows(
        &mut self,
        model: &Model,
        equations: &mut Equations,
        shared: &mut Shared,
        timeline: &Timeline,
        modes: &[Vec<Mode>],
        problems: &mut Vec<Problem>,
    ) -> Vec<Option<usize>> {
        (0..timeline.rows)
            .map(|row| {
                let regime = regime(model, equations, timeline, row, &modes[row]);
                if regime.is_empty() && equations.caches.is_empty() {
                    return None;
                }
                if let Some(index) = self.tapes.get_index_of(&regime) {
                    return Some(index);
                }
                let tape = self.write(model, equations, shared, &regime, problems);
                Some(self.tapes.insert_full(regime, tape).0)
            })
            .collect()
    }

    fn write(
        &mut self,
        model: &Model,
        equations: &Equations,
        shared: &mut Shared,
        regime: &Regime,
        problems: &mut Vec<Problem>,
    ) -> Tape {
        let needs = within_period(equations, regime);
        let blocks = blocks(&needs);
        for block in &blocks {
            if block.len() > 1 || needs[block[0]].contains(&block[0]) {
                self.report_cycle(model, regime, block, &needs, problems);
            }
        }
        let mut aliases = HashMap::new();
        for &(indicator, _, first) in regime {
            if let Some(form) = form(equations, indicator, first) {
                aliases.extend(form.aliases.iter().copied());
            }
        }
        let mut coder = Coder::new(&equations.graph, shared, aliases);
        let cached = |k: usize| Slot::series((model.indicators.len() + k) as u32, 0);
        for (k, &node) in equations.caches.iter().enumerate() {
            coder.settle(node, cached(k));
        }
        for &place in blocks.iter().flatten() {
            let (indicator, root, _) = regime[place];
            coder.store(root, Slot::series(indicator, 0));
        }
        for (k, &node) in equations.caches.iter().enumerate() {
            coder.store(node, cached(k));
        }
        let (tape, registers) = coder.finish();
        self.registers = self.registers.max(registers);
        tape
    }

    fn report_cycle(
        &mut self,
        model: &Model,
        regime: &Regime,
        block: &[usize],
        needs: &[Vec<usize>],
        problems: &mut Vec<Problem>,
    ) {
        let members: Vec<u32> = block.iter().map(|&place| regime[place].0).collect();
        if !self.told.insert(members) {
            return;
        }
        let name = |place: usize| {
            model.indicators.get_index(regime[place].0 as usize).map_or("", |(name, _)| name)
        };
        let circle: Vec<&str> = cycle(block, needs).into_iter().map(name).collect();
        let message = format!(
            "depends on itself within the period: {}; a lag ({}[-1]) breaks the cycle, solving \
             simultaneous equations is not supported yet",
            circle.join(" -> "),
            circle.get(1).unwrap_or(&"")
        );
        problems.push(Problem::new(format!("indicators.{}", circle[0]), message));
    }
}

fn form(equations: &Equations, indicator: u32, first: bool) -> Option<&Form> {
    let forms = &equations.forms[indicator as usize];
    if first { forms.first.as_ref() } else { forms.regular.as_ref() }
}

/// What is computed in a row.
pub(super) fn regime(
    model: &Model,
    equations: &mut Equations,
    timeline: &Timeline,
    row: usize,
    modes: &[Mode],
) -> Regime {
    let mut regime = Regime::new();
    for indicator in 0..model.indicators.len() {
        let first = modes[indicator] == Mode::ComputedFirst;
        if !first && modes[indicator] != Mode::Computed {
            continue;
        }
        let root = match &equations.forms[indicator].path {
            Some(path) => path.values.get(&timeline.period(row)).map(|&value| {
                let residual = path.residual;
                let add = |residual| equations.graph.binary(Binary::Add, value, residual);
                residual.map_or(value, add)
            }),
            None => form(equations, indicator as u32, first).map(|form| form.root),
        };
        regime.extend(root.map(|root| (indicator as u32, root, first)));
    }
    regime
}

/// For each equation of a regime, which others of it must be computed before it.
fn within_period(equations: &Equations, regime: &Regime) -> Vec<Vec<usize>> {
    let places: HashMap<u32, usize> =
        regime.iter().enumerate().map(|(place, (indicator, ..))| (*indicator, place)).collect();
    let needs = |&(indicator, _, first): &(u32, NodeId, bool)| {
        let form = form(equations, indicator, first);
        let now = form.into_iter().flat_map(|form| &form.needs).filter(|(_, lag)| *lag == 0);
        now.filter_map(|(needed, _)| places.get(needed).copied()).collect()
    };
    regime.iter().map(needs).collect()
}
