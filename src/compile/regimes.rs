//! One tape for each set of equations that is computed together.
//!
//! Periods differ in what is known, computed or set by a scenario; all that agree share a tape.

use std::collections::HashMap;

use indexmap::IndexMap;

use super::code::{Coder, Shared};
use super::feedback::feedback;
use super::forms::{Equations, Form};
use super::graph::{Binary, Node, NodeId, Unary};
use super::order::{blocks, cycle};
use super::relations::Relations;
use super::rows::{Row, Timeline};
use super::swaps::unreachable;
use super::tape::{Slot, Tape};
use super::timeline::{Mode, Regime, Which};
use super::uncertain::PathValues;
use crate::error::Problem;
use crate::interrupt::look;
use crate::math::Elementary;
use crate::model::Model;

/// The tapes of a program, and how many registers the largest needs.
#[derive(Debug, Default)]
pub(super) struct Regimes {
    tapes: IndexMap<Regime, Written>,
    pub(super) registers: u32,
}

/// What a regime came to.
#[derive(Debug)]
struct Written {
    tape: Tape,
    steps: Vec<Step>,
}

/// Whose tapes are asked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Of<'a> {
    pub(super) model: &'a Model,
    pub(super) timeline: &'a Timeline,
    pub(super) scenario: &'a str,
}

impl Regimes {
    pub(super) fn tapes(self) -> Vec<Tape> {
        self.tapes.into_values().map(|written| written.tape).collect()
    }

    /// The simultaneous blocks of a tape, each with the equations that a pass computes in order and
    /// those that are solved for.
    pub(super) fn blocks(&self, tape: usize) -> impl Iterator<Item = [Vec<(u32, NodeId)>; 2]> {
        let found = self.tapes.get_index(tape);
        found.into_iter().flat_map(|(regime, written)| {
            let simultaneous = written.steps.iter().filter(|step| !step.unknowns.is_empty());
            simultaneous.map(|step| {
                let equation = |&place: &usize| (regime[place].0, regime[place].1);
                [&step.order, &step.unknowns].map(|places| places.iter().map(equation).collect())
            })
        })
    }

    /// For each row of a scenario which tape it runs.
    pub(super) fn of_rows(
        &mut self,
        of: Of<'_>,
        equations: &mut Equations,
        shared: &mut Shared,
        modes: &[Vec<Mode>],
        problems: &mut Vec<Problem>,
    ) -> Vec<Option<usize>> {
        let Of { model, timeline, scenario } = of;
        timeline
            .all()
            .map(|row| {
                let regime = regime(model, equations, timeline, row, modes);
                if regime.is_empty() && equations.caches.is_empty() {
                    return None;
                }
                if let Some(index) = self.tapes.get_index_of(&regime) {
                    return Some(index);
                }
                let needs = within_period(equations, &regime);
                let period = timeline.period(row);
                let free = free(equations, &regime, &needs);
                for problem in unreachable(model, scenario, period, &regime, &needs, &free) {
                    // Other periods say the same.
                    if !problems.iter().any(|told| told.address == problem.address) {
                        problems.push(problem);
                    }
                }
                let written = self.write(model, equations, shared, &regime);
                Some(self.tapes.insert_full(regime, written).0)
            })
            .collect()
    }

    fn write(
        &mut self,
        model: &Model,
        equations: &Equations,
        shared: &mut Shared,
        regime: &Regime,
    ) -> Written {
        let needs = within_period(equations, regime);
        let names: Vec<&str> = regime.iter().map(|(k, ..)| name(model, *k)).collect();
        let steps: Vec<Step> =
            blocks(&needs).into_iter().map(|block| Step::of(block, &needs, &names)).collect();
        let solved: Vec<usize> = steps.iter().flat_map(|step| step.unknowns.clone()).collect();
        let mut aliases = HashMap::new();
        let mut by_name: Vec<usize> = (0..regime.len()).collect();
        by_name.sort_by_key(|&place| names[place]);
        for place in by_name {
            look();
            let (indicator, _, which) = regime[place];
            // While an unknown is solved for, its equation does not say yet what it is.
            if let Some(form) = form(equations, indicator, which)
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
            look();
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
        Written { tape, steps }
    }
}

fn name(model: &Model, indicator: u32) -> &str {
    model.indicators.get_index(indicator as usize).map_or("", |(name, _)| name)
}

/// A block of equations: those that are computed in order, and those whose value is solved for.
#[derive(Debug)]
struct Step {
    order: Vec<usize>,
    unknowns: Vec<usize>,
    cycle: Vec<usize>,
}

impl Step {
    /// Takes a block apart. What is solved for, and in which order, goes by the names of indicators:
    /// the order of equations in a file changes no number.
    fn of(mut block: Vec<usize>, needs: &[Vec<usize>], names: &[&str]) -> Self {
        if block.len() == 1 && !needs[block[0]].contains(&block[0]) {
            return Self { order: block, unknowns: Vec::new(), cycle: Vec::new() };
        }
        block.sort_by_key(|&place| names[place]);
        let within: HashMap<usize, usize> =
            block.iter().enumerate().map(|(k, &place)| (place, k)).collect();
        let inside = |&place: &usize| {
            let needed = needs[place].iter().filter_map(|needed| within.get(needed).copied());
            needed.collect::<Vec<usize>>()
        };
        let needs: Vec<Vec<usize>> = block.iter().map(inside).collect();
        let all: Vec<usize> = (0..block.len()).collect();
        let (unknowns, order) = feedback(&all, &needs);
        let places = |of: Vec<usize>| of.into_iter().map(|k| block[k]).collect();
        Self {
            order: places(order),
            unknowns: places(unknowns),
            cycle: places(cycle(&all, &needs)),
        }
    }
}

fn form(equations: &Equations, indicator: u32, which: Which) -> Option<&Form> {
    let forms = &equations.forms[indicator as usize];
    match which {
        Which::Own => forms.regular.as_ref(),
        Which::First => forms.first.as_ref(),
        Which::Of(target) => equations.forms[target as usize].regular.as_ref(),
    }
}

/// What is solved for, written as a value of itself: it is moved by how much an equation misses,
/// both measured by their size. `has_before` says which indicators have a value in the period before.
fn moved(
    equations: &mut Equations,
    indicator: u32,
    which: Which,
    has_before: impl Fn(u32) -> bool,
) -> Option<NodeId> {
    let found = form(equations, indicator, which)?;
    let (root, implicit) = (found.root, found.implicit.clone());
    let graph = &mut equations.graph;
    let own = graph.node(Node::Load { series: indicator, lag: 0 });
    let (miss, size) = match (implicit, which) {
        // A size that moved with the unknowns would bend the equation.
        (Some(sizes), _) if sizes.needs_before.iter().all(|&k| has_before(k)) => {
            (root, sizes.before)
        }
        (Some(sizes), _) => (root, sizes.now),
        (None, Which::Of(target)) => {
            let set = graph.node(Node::Load { series: target, lag: 0 });
            (
                graph.binary(Binary::Subtract, root, set),
                graph.unary(Unary::Function(Elementary::Abs), set),
            )
        }
        (None, _) => return Some(root),
    };
    let mut own_size = graph.constant(1.0);
    if has_before(indicator) {
        let before = graph.node(Node::Load { series: indicator, lag: 1 });
        let size = graph.unary(Unary::Function(Elementary::Abs), before);
        own_size = graph.binary(Binary::Add, size, own_size);
    }
    let least = graph.constant(1e-3);
    let size = graph.binary(Binary::Max, size, least);
    let share = graph.binary(Binary::Divide, miss, size);
    let change = graph.binary(Binary::Multiply, share, own_size);
    Some(graph.binary(Binary::Add, own, change))
}

/// What is computed in a row.
pub(super) fn regime(
    model: &Model,
    equations: &mut Equations,
    timeline: &Timeline,
    row: Row,
    modes: &[Vec<Mode>],
) -> Regime {
    let mut regime = Regime::new();
    let has_before = |indicator: u32| {
        let before = row.before(1).map(|before| modes[before.0][indicator as usize]);
        before.is_some_and(|mode| mode != Mode::Missing)
    };
    for indicator in 0..model.indicators.len() {
        let which = match modes[row.0][indicator] {
            Mode::Computed => Which::Own,
            Mode::ComputedFirst => Which::First,
            Mode::Solved(target) => Which::Of(target),
            Mode::Missing | Mode::Known | Mode::Exogenised => continue,
        };
        let path = equations.forms[indicator].path.as_ref();
        let root = match path.filter(|_| !matches!(which, Which::Of(_))) {
            Some(path) => path.values.get(&timeline.period(row)).map(|&value| {
                let residual = path.residual;
                let add = |residual| equations.graph.binary(Binary::Add, value, residual);
                residual.map_or(value, add)
            }),
            None => moved(equations, indicator as u32, which, has_before),
        };
        regime.extend(root.map(|root| (indicator as u32, root, which)));
    }
    regime
}

/// The equations whose indicator is an unknown that they may not have: by their place, with what they
/// need of the regime.
fn free(equations: &Equations, regime: &Regime, needs: &[Vec<usize>]) -> Vec<(usize, Vec<usize>)> {
    let mut free = Vec::new();
    for (place, &(indicator, _, which)) in regime.iter().enumerate() {
        let Some(form) = form(equations, indicator, which) else { continue };
        if matches!(which, Which::Of(_)) {
            // What its equation needs is listed, and last itself.
            free.push((place, needs[place][..needs[place].len() - 1].to_vec()));
        } else if form.implicit.is_some() {
            let current = equations.graph.current(form.root);
            let needed = |&&place: &&usize| current.contains(&regime[place].0);
            free.push((place, needs[place].iter().filter(needed).copied().collect()));
        }
    }
    free
}

/// For each equation of a regime, which others of it must be computed before it.
fn within_period(equations: &Equations, regime: &Regime) -> Vec<Vec<usize>> {
    let places: HashMap<u32, usize> =
        regime.iter().enumerate().map(|(place, (indicator, ..))| (*indicator, place)).collect();
    let needs = |&(indicator, _, which): &(u32, NodeId, Which)| {
        let form = form(equations, indicator, which);
        let now = form.into_iter().flat_map(|form| &form.needs).filter(|(_, lag)| *lag == 0);
        let now = now.map(|(needed, _)| needed);
        let own = matches!(which, Which::Of(_)).then_some(&indicator);
        now.chain(own).filter_map(|needed| places.get(needed).copied()).collect()
    };
    regime.iter().map(needs).collect()
}

/// What computes what in the baseline.
pub(super) fn relations(
    model: &Model,
    mut equations: Equations,
    timeline: &Timeline,
    modes: &[Vec<Mode>],
    path_values: &PathValues,
) -> Relations {
    let computed = timeline
        .all()
        .map(|row| {
            let regime = regime(model, &mut equations, timeline, row, modes);
            regime.into_iter().map(|(indicator, root, _)| (indicator, root)).collect()
        })
        .collect();
    Relations {
        computed,
        caches: equations.caches.iter().copied().collect(),
        graph: equations.graph,
        path_values: path_values.quantities(),
    }
}
