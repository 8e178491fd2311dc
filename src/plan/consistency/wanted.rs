//! What targets want, as bounds on cells.

use std::collections::HashMap;

use super::interval::Interval;
use super::network::{Cell, Network, Op};
use crate::compile::{Binary, GraphNode, Measure, MeasuredPart, NodeId, Program, Row};
use crate::model::Target;
use crate::period::Period;

/// A bound on a cell.
#[derive(Debug, Clone, Copy)]
pub(super) struct Want {
    /// What counts, minus the limit where that is another indicator's.
    pub(super) cell: Cell,
    pub(super) bound: Interval,
    /// What it is when the target is met exactly; none for a range between two numbers.
    pub(super) exact: Option<f64>,
    /// The last period it looks at.
    pub(super) period: Period,
}

impl Want {
    /// The numbers that count as meeting it exactly, when figures are rounded to a share of
    /// themselves.
    pub(super) fn nearly(&self, rounding: f64) -> Interval {
        match self.exact {
            Some(x) => Interval::closed(x - rounding * x.abs(), x + rounding * x.abs()),
            None => self.bound,
        }
    }

    pub(super) fn exactly(&self) -> Interval {
        self.exact.map_or(self.bound, Interval::point)
    }
}

/// What has to hold for growth to be defined: a number is positive, or not negative.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Premise {
    pub(super) cell: Cell,
    pub(super) bound: Interval,
    /// The indicator and the period whose level it is, where it is one.
    pub(super) of: Option<(String, Period)>,
}

/// A target of the plan, ready for questions.
#[derive(Debug, Clone)]
pub(super) struct Wanted<'a> {
    pub(super) target: &'a Target,
    /// The indicator it is about; none for a formula.
    pub(super) indicator: Option<u32>,
    /// One for each period where the bound holds in every period, else one.
    pub(super) wants: Vec<Want>,
    /// What has to hold for growth that counts to be defined.
    pub(super) premises: Vec<Premise>,
    /// Is the bound held against a distance, and not against what counts itself?
    pub(super) relative: bool,
    /// The level in the period before the first one it looks at, where it has one, and the growth
    /// per period from there to its last period.
    pub(super) pace: Option<(Cell, Cell)>,
}

/// All targets as bounds on cells.
pub(super) fn wanted<'a>(network: &mut Network<'a>) -> Vec<Wanted<'a>> {
    let program: &'a Program = network.program;
    program.targets().iter().filter_map(|measure| one(network, measure)).collect()
}

fn one<'a>(network: &mut Network<'a>, measure: &'a Measure) -> Option<Wanted<'a>> {
    let target = &measure.target;
    let sense = target.bound.sense();
    let relative = sense.relative.is_some() || !measure.needs_all();
    let wants = if measure.needs_all() {
        measure.parts.iter().map(|part| want(network, measure, part)).collect::<Option<_>>()?
    } else {
        // How many parts meet it is a matter of the headroom alone.
        let cell = cell(network, measure, measure.room, target.period.last())?;
        let bound = if sense.strict { Interval::above(0.0) } else { Interval::at_least(0.0) };
        vec![Want { cell, bound, exact: Some(0.0), period: target.period.last() }]
    };
    let mut premises: Vec<Premise> = Vec::new();
    for wanted in measure.parts.iter().flat_map(|part| &part.premises) {
        let bound = if wanted.positive { Interval::above(0.0) } else { Interval::at_least(0.0) };
        let premise = premise(network, measure, wanted.number, bound)?;
        if !premises.contains(&premise) {
            premises.push(premise);
        }
    }
    let indicator = target.indicator().and_then(|name| index(network, name));
    let pace = pace(network, measure);
    Some(Wanted { target, indicator, wants, premises, relative, pace })
}

/// That a node of a target, as of its last period, is within a bound.
pub(super) fn premise(
    network: &mut Network<'_>,
    measure: &Measure,
    node: NodeId,
    bound: Interval,
) -> Option<Premise> {
    let last = measure.target.period.last();
    let of = match measure.graph.get(node) {
        GraphNode::Load { series, lag } => {
            Some((measure.name(series).to_owned(), last - lag as i32))
        }
        _ => None,
    };
    Some(Premise { cell: cell(network, measure, node, last)?, bound, of })
}

fn want(network: &mut Network<'_>, measure: &Measure, part: &MeasuredPart) -> Option<Want> {
    let sense = measure.target.bound.sense();
    let last = measure.target.period.last();
    let mut counted = cell(network, measure, part.value, last)?;
    if let Some(limit) = part.limit {
        let limit = cell(network, measure, limit, last)?;
        counted = network.binary(Binary::Subtract, counted, limit);
    }
    let bound = match (sense.low, sense.high, sense.strict) {
        (Some(low), Some(high), _) => Interval::closed(low, high),
        (Some(low), None, false) => Interval::at_least(low),
        (Some(low), None, true) => Interval::above(low),
        (None, Some(high), false) => Interval::at_most(high),
        (None, Some(high), true) => Interval::below(high),
        (None, None, _) => return None,
    };
    Some(Want { cell: counted, bound, exact: sense.exact(), period: part.period })
}

/// The cell of a node of a target, as of a period.
fn cell(network: &mut Network<'_>, measure: &Measure, node: NodeId, now: Period) -> Option<Cell> {
    let mut cells = HashMap::new();
    cell_of(network, measure, node, now, &mut cells)
}

fn cell_of(
    network: &mut Network<'_>,
    measure: &Measure,
    node: NodeId,
    now: Period,
    cells: &mut HashMap<NodeId, Cell>,
) -> Option<Cell> {
    if let Some(&cell) = cells.get(&node) {
        return Some(cell);
    }
    let mut of = |network: &mut Network<'_>, node| cell_of(network, measure, node, now, cells);
    let cell = match measure.graph.get(node) {
        GraphNode::Constant(bits) => network.constant(f64::from_bits(bits)),
        GraphNode::Clock(shift) => network.constant(f64::from(now.ordinal() - shift)),
        GraphNode::Load { series, lag } => {
            let indicator = index(network, measure.name(series))?;
            level(network, indicator, now - lag as i32)?
        }
        GraphNode::Unary(op, a) => {
            let a = of(network, a)?;
            network.cell(Op::Unary(op, a))
        }
        GraphNode::Binary(op, a, b) => {
            let (a, b) = (of(network, a)?, of(network, b)?);
            network.binary(op, a, b)
        }
        GraphNode::Select(c, a, b) => {
            let (c, a, b) = (of(network, c)?, of(network, a)?, of(network, b)?);
            network.cell(Op::Select(c, a, b))
        }
        GraphNode::Given(_)
        | GraphNode::Parameter(_)
        | GraphNode::Shock(_)
        | GraphNode::Count { .. } => return None, // refused by the compiler
    };
    cells.insert(node, cell);
    Some(cell)
}

pub(super) fn index(network: &Network<'_>, indicator: &str) -> Option<u32> {
    network.program.model().indicators.get_index_of(indicator).map(|k| k as u32)
}

pub(super) fn row(network: &Network<'_>, period: Period) -> Option<Row> {
    network.program.inner.timeline.row(period)
}

/// An indicator in a period, where it has a value.
pub(super) fn level(network: &mut Network<'_>, indicator: u32, period: Period) -> Option<Cell> {
    let row = row(network, period)?;
    network.has(indicator, row).then(|| network.level(indicator, row))
}

/// `last / before - 1`, as growth per period over `n` of them.
fn growth(network: &mut Network<'_>, before: Cell, last: Cell, n: usize) -> Cell {
    let one = network.constant(1.0);
    let mut ratio = network.binary(Binary::Divide, last, before);
    if n > 1 {
        let power = network.constant(1.0 / n as f64);
        ratio = network.binary(Binary::Power, ratio, power);
    }
    network.binary(Binary::Subtract, ratio, one)
}

/// The level from which a target on several periods sets out, and the growth per period from there to
/// its end.
fn pace(network: &mut Network<'_>, measure: &Measure) -> Option<(Cell, Cell)> {
    let span = measure.target.period;
    let base = cell(network, measure, measure.subject, span.first() - 1)?;
    let last = cell(network, measure, measure.subject, span.last())?;
    Some((base, growth(network, base, last, span.len())))
}

/// The last row in which an indicator is known, or, if it is computed from others, the last one
/// before anything is simulated.
pub(super) fn jump_off(network: &Network<'_>, indicator: u32) -> Option<Row> {
    let timeline = network.program.inner.timeline;
    let known = timeline.all().rev().find(|&row| network.is_known(indicator, row));
    known.or_else(|| Row::all(timeline.begin.0).rev().find(|&row| network.has(indicator, row)))
}
