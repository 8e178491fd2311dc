//! One tape for each set of equations that is computed together.
//!
//! Periods differ in what is known, computed or set by a scenario; all that agree share a tape.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::code::{Coder, Shared};
use super::feedback::feedback;
use super::forms::{Equations, Form};
use super::graph::{Binary, NodeId};
use super::order::{blocks, cycle};
use super::program::Timeline;
use super::tape::{Slot, Tape};
use super::timeline::Mode;
use crate::model::Model;

/// Equations to be computed in a period: indicator, node of its value, is it the first form?
pub(super) type Regime = Vec<(u32, NodeId, bool)>;

/// The tapes of a program, and how many registers the largest needs.
#[derive(Debug, Default)]
pub(super) struct Regimes {
    tapes: IndexMap<Regime, Tape>,
    pub(super) registers: u32,
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
                let tape = self.write(model, equations, shared, &regime);
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
    ) -> Tape {
        let needs = within_period(equations, regime);
        let steps: Vec<Step> = blocks(&needs).into_iter().map(|b| Step::of(b, &needs)).collect();
        let solved: Vec<usize> = steps.iter().flat_map(|step| step.unknowns.clone()).collect();
        let mut aliases = HashMap::new();
        for (place, &(indicator, _, first)) in regime.iter().enumerate() {
            // While an unknown is solved for, its equation does not say yet what it is.
            if let Some(form) = form(equations, indicator, first)
                && !solved.contains(&place)
            {
                aliases.extend(form.aliases.iter().copied());
            }
        }
        let mut coder = Coder::new(&equations.graph, shared, aliases);
        let cached = |k: usize| Slot::series((model.indicators.len() + k) as u32, 0);
        for (k, &node) in equations.caches.iter().enumerate() {
            coder.settle(node, cached(k));
        }
        let equation = |&place: &usize| (regime[place].0, regime[place].1);
        for step in &steps {
            let order: Vec<_> = step.order.iter().map(equation).collect();
            let unknowns: Vec<_> = step.unknowns.iter().map(equation).collect();
            if unknowns.is_empty() {
                order
                    .into_iter()
                    .for_each(|(series, root)| coder.store(root, Slot::series(series, 0)));
            } else {
                let cycle = step.cycle.iter().map(|&place| regime[place].0).collect();
                coder.solve(&order, &unknowns, cycle);
            }
        }
        for (k, &node) in equations.caches.iter().enumerate() {
            coder.store(node, cached(k));
        }
        let (tape, registers) = coder.finish();
        self.registers = self.registers.max(registers);
        tape
    }
}

/// A block of equations: those that are computed in order, and those whose value is solved for.
struct Step {
    order: Vec<usize>,
    unknowns: Vec<usize>,
    cycle: Vec<usize>,
}

impl Step {
    fn of(block: Vec<usize>, needs: &[Vec<usize>]) -> Self {
        if block.len() == 1 && !needs[block[0]].contains(&block[0]) {
            return Self { order: block, unknowns: Vec::new(), cycle: Vec::new() };
        }
        let (unknowns, order) = feedback(&block, needs);
        Self { order, unknowns, cycle: cycle(&block, needs) }
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
