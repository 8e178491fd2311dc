//! Random numbers: what they may be, and their first two moments.

use super::interval::Interval;
use crate::compile::{GraphNode, Inner, NodeId, Row, binary, select, unary};
use crate::model::{Event, Quantity, Value};

/// Which random number an input is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Source {
    /// The k-th value that is fixed within a path; parameters come first.
    Path(u32),
    /// A shock in a row.
    Shock(u32, Row),
    /// Nothing is known of it.
    Unknown,
}

/// A random number: what it may be, and its first two moments.
#[derive(Debug, Clone, Copy)]
pub(super) struct Input {
    pub(super) source: Source,
    pub(super) support: Interval,
    pub(super) mean: f64,
    pub(super) sd: f64,
}

impl Input {
    /// Of a program, before any scenario changes it.
    pub(super) fn new(program: &Inner, source: Source) -> Self {
        match source {
            Source::Path(index) => drawn(source, &program.relations.path_values[index as usize].1),
            Source::Shock(shock, _) => of_shock(program, source, shock),
            Source::Unknown => {
                Self { source, support: Interval::WHOLE, mean: f64::NAN, sd: f64::NAN }
            }
        }
    }
}

/// A shock with all that events may add to it.
fn of_shock(program: &Inner, source: Source, shock: u32) -> Input {
    let model = &program.model;
    let Some((name, shock)) = model.shocks.get_index(shock as usize) else {
        return Input { source, support: Interval::WHOLE, mean: 0.0, sd: 0.0 };
    };
    let (lo, hi) = shock.distribution.support();
    let (mean, sd) = (shock.distribution.mean(), shock.distribution.sd());
    let mut input = Input { source, support: Interval::closed(lo, hi), mean, sd };
    for (event, draw) in model.events.values().zip(&program.random.events) {
        if let Some(size) = event.size.get(name) {
            add_event(&mut input, event, size, at_means(program, draw.chance).clamp(0.0, 1.0));
        }
    }
    input
}

/// A number or a distribution as an input.
fn drawn(source: Source, quantity: &Quantity) -> Input {
    let (lo, hi, mean, sd) = moments(quantity);
    Input { source, support: Interval::closed(lo, hi), mean, sd }
}

/// Support, mean and standard deviation.
pub(super) fn moments(quantity: &Quantity) -> (f64, f64, f64, f64) {
    match &quantity.value {
        Value::Number(number) => (*number, *number, *number, 0.0),
        Value::Drawn(distribution) => {
            let (lo, hi) = distribution.support();
            (lo, hi, distribution.mean(), distribution.sd())
        }
    }
}

/// What an expression in values fixed within a path is where each of them is at its mean: its own mean,
/// to first order.
fn at_means(program: &Inner, node: NodeId) -> f64 {
    let relations = &program.relations;
    let of = |node| at_means(program, node);
    match relations.graph.get(node) {
        GraphNode::Constant(bits) => f64::from_bits(bits),
        GraphNode::Parameter(place) => moments(&relations.path_values[place as usize].1).2,
        GraphNode::Unary(op, a) => unary(op, of(a)),
        GraphNode::Binary(op, a, b) => binary(op, of(a), of(b)),
        GraphNode::Select(c, a, b) => select(of(c), of(a), of(b)),
        GraphNode::Clock(_)
        | GraphNode::Load { .. }
        | GraphNode::Given(_)
        | GraphNode::Shock(_)
        | GraphNode::Count { .. } => f64::NAN, // no value fixed within a path
    }
}

/// What an event adds to a shock: nothing, its size, or several times its size when it may overlap
/// with itself. For the moments it is taken to last in a share `p d / (1 - p + p d)` of all
/// periods, independently of its other effects.
fn add_event(input: &mut Input, event: &Event, size: &Quantity, probability: f64) {
    let (lo, hi, mean, sd) = moments(size);
    let many = if event.overlap { f64::INFINITY } else { 1.0 };
    let added = Interval::closed(lo.min(0.0), hi.max(0.0)).times(Interval::closed(1.0, many));
    input.support = input.support.plus(added);
    let lasting = probability * moments(&event.duration).2.max(1.0);
    let share = lasting / (1.0 - probability + lasting);
    input.mean += share * mean;
    let variance = share * (sd * sd + mean * mean) - share * share * mean * mean;
    input.sd = (input.sd * input.sd + variance.max(0.0)).sqrt();
}
