//! How far each path is from a target.

use std::collections::HashMap;

use crate::compile::{GraphNode, Measure, NodeId};
use crate::ensemble::{Ensemble, Stored};
use crate::error::{Error, Problem};
use crate::model::{About, Model, Target};
use crate::period::Period;
use crate::simulate::lanes::{Value, apply_binary, apply_select, apply_unary, copy};

/// The headroom of a target in every path: its distance to the bound in the unit of what counts,
/// positive when it is met with room to spare; not-a-number in a path that failed.
///
/// With `s` what counts (level, change or growth put together over the periods) and `b` the limit:
/// `s - b` for a floor, `b - s` for a ceiling, the smaller of the two for a range; for `every` the
/// smallest over the periods, for `at_least = k` the k-th largest. The target is compiled against the
/// indicators of the ensemble, so it may be one that no model has.
///
/// # Errors
/// When the target is wrong, or the ensemble has not the rows that it needs.
///
/// ```
/// use tinbergen::ensemble::Ensemble;
/// use tinbergen::model::{Bound, Limit, Target};
/// let rows = vec![
///     ("rd".to_owned(), None, vec![vec![2.0, 3.0]]),
///     ("gdp".to_owned(), None, vec![vec![100.0, 100.0]]),
/// ];
/// let paths = Ensemble::from_rows("mine", "2025".parse()?, rows)?;
/// let bound = Bound::AtLeast(Limit::Number(0.025));
/// let target = Target::of_formula("intensity", "rd / gdp", "2025".parse()?, bound);
/// let room = tinbergen::plan::headroom(&target, &paths)?;
/// assert!(room[0] < 0.0 && room[1] > 0.0);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn headroom(target: &Target, ensemble: &Ensemble) -> Result<Vec<f64>, Error> {
    rooms(&measure(target, ensemble)?, ensemble)
}

/// Is the target met? Where the headroom is 0, only if its bound is not strict; never where it is
/// not a number.
pub fn is_met(target: &Target, headroom: f64) -> bool {
    target.bound.sense().is_met(headroom)
}

/// A target compiled against the indicators of an ensemble.
pub(super) fn measure(target: &Target, ensemble: &Ensemble) -> Result<Measure, Error> {
    Measure::on(target, ensemble.stored_names()).map_err(|problems| {
        let problems = problems.into_iter().map(|problem| {
            let address = format!("targets.{}.{}", target.id, problem.address);
            let message = format!("{} among what the run keeps", problem.message);
            Problem::new(address, message)
        });
        Error::model(problems.collect())
    })
}

/// The targets of a model compiled against the indicators of an ensemble.
pub(super) fn measures(model: &Model, ensemble: &Ensemble) -> Result<Vec<Measure>, Error> {
    model.targets.iter().map(|target| measure(target, ensemble)).collect()
}

/// The headroom of a compiled target in every path.
pub(super) fn rooms(measure: &Measure, ensemble: &Ensemble) -> Result<Vec<f64>, Error> {
    values(measure, measure.room, measure.target.period.last(), ensemble)
}

/// What a target is about, in every path and a period.
pub(super) fn subject(
    measure: &Measure,
    period: Period,
    ensemble: &Ensemble,
) -> Result<Vec<f64>, Error> {
    values(measure, measure.subject, period, ensemble)
}

/// What a target is about, an indicator or a formula, as an ensemble of that alone, under the target's
/// id: its paths in every period of the span, for fans and quantiles of a formula.
///
/// # Errors
/// When the ensemble has not the rows that it needs.
///
/// ```
/// use tinbergen::ensemble::Ensemble;
/// use tinbergen::model::{Bound, Limit, Target};
/// let rows = vec![
///     ("rd".to_owned(), None, vec![vec![2.0, 3.0]]),
///     ("gdp".to_owned(), None, vec![vec![100.0, 150.0]]),
/// ];
/// let paths = Ensemble::from_rows("mine", "2025".parse()?, rows)?;
/// let bound = Bound::AtLeast(Limit::Number(0.025));
/// let target = Target::of_formula("intensity", "rd / gdp", "2025".parse()?, bound);
/// let shares = tinbergen::plan::subject_paths(&target, &paths)?;
/// assert_eq!(shares.paths("intensity")?[[0, 1]], 0.02);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn subject_paths(target: &Target, ensemble: &Ensemble) -> Result<Ensemble, Error> {
    let measure = measure(target, ensemble)?;
    let periods = ensemble.span().periods();
    let rows = periods.map(|period| subject(&measure, period, ensemble));
    let unit = match &target.about {
        About::Indicator { indicator } => ensemble.known(indicator).and_then(|s| s.unit.clone()),
        About::Formula { unit, .. } => unit.clone(),
    };
    let before = ensemble.span().first() - 1;
    let known = subject(&measure, before, ensemble).ok().filter(|row| {
        row.first().is_some_and(|first| first.is_finite() && row.iter().all(|x| x == first))
    });
    let history = known.map(|row| (before, row[0])).into_iter().collect();
    ensemble.with_series(&target.id, unit, history, &rows.collect::<Result<Vec<_>, _>>()?)
}

/// How many paths are worked out at once.
const LANES: usize = 512;

/// Where the numbers of a node are.
#[derive(Clone, Copy)]
enum Place<'a> {
    Row(&'a [f64]),
    Same(f64),
    Register(usize),
}

/// A node that has to be computed, and its register.
#[derive(Clone, Copy)]
struct Step {
    node: NodeId,
    out: usize,
}

/// A node of a target in every path, as of a period.
fn values(
    measure: &Measure,
    root: NodeId,
    now: Period,
    ensemble: &Ensemble,
) -> Result<Vec<f64>, Error> {
    let tape = Tape::new(measure, root, now, ensemble)?;
    let mut out = vec![0.0; ensemble.len()];
    let mut registers = vec![0.0; tape.registers * LANES];
    for (k, out) in out.chunks_mut(LANES).enumerate() {
        tape.run(measure, k * LANES, &mut registers, out);
    }
    Ok(out)
}

/// The nodes that lead to one, in the order of computation.
struct Tape<'a> {
    places: HashMap<NodeId, Place<'a>>,
    steps: Vec<Step>,
    registers: usize,
    root: NodeId,
}

impl<'a> Tape<'a> {
    fn new(
        measure: &Measure,
        root: NodeId,
        now: Period,
        ensemble: &'a Ensemble,
    ) -> Result<Self, Error> {
        let graph = &measure.graph;
        // A node comes after those it is computed from.
        let mut last_use: HashMap<NodeId, NodeId> = HashMap::from([(root, root)]);
        let mut stack = vec![root];
        while let Some(node) = stack.pop() {
            for operand in graph.operands(node) {
                let known = last_use.insert(operand, node);
                if let Some(later) = known {
                    last_use.insert(operand, node.max(later));
                } else {
                    stack.push(operand);
                }
            }
        }
        let mut nodes: Vec<NodeId> = last_use.keys().copied().collect();
        nodes.sort_unstable();
        let mut tape = Self { places: HashMap::new(), steps: Vec::new(), registers: 0, root };
        let mut free: Vec<usize> = Vec::new();
        for node in nodes {
            let place = match graph.get(node) {
                GraphNode::Constant(bits) => Place::Same(f64::from_bits(bits)),
                GraphNode::Clock(shift) => Place::Same(f64::from(now.ordinal() - shift)),
                GraphNode::Load { series, lag } => {
                    cell(ensemble, measure.name(series), now - lag as i32)?
                }
                GraphNode::Unary(..) | GraphNode::Binary(..) | GraphNode::Select(..) => {
                    let out = free.pop().unwrap_or(tape.registers);
                    tape.registers = tape.registers.max(out + 1);
                    tape.steps.push(Step { node, out });
                    Place::Register(out)
                }
                GraphNode::Given(_)
                | GraphNode::Parameter(_)
                | GraphNode::Shock(_)
                | GraphNode::Count { .. } => Place::Same(f64::NAN), // refused by the compiler
            };
            tape.places.insert(node, place);
            let mut done: Vec<NodeId> = graph.operands(node).collect();
            done.sort_unstable();
            done.dedup();
            for operand in done.into_iter().filter(|operand| last_use[operand] == node) {
                if let Place::Register(register) = tape.places[&operand] {
                    free.push(register);
                }
            }
        }
        Ok(tape)
    }

    /// The paths from one on, as many as `out` holds.
    fn run(&self, measure: &Measure, first: usize, registers: &mut [f64], out: &mut [f64]) {
        let lanes = out.len();
        let mut result = [0.0; LANES];
        for step in &self.steps {
            let value = |node: NodeId| match self.places[&node] {
                Place::Row(row) => Value::Row(&row[first..first + lanes]),
                Place::Same(number) => Value::Same(number),
                Place::Register(k) => Value::Row(&registers[k * LANES..k * LANES + lanes]),
            };
            let result = &mut result[..lanes];
            match measure.graph.get(step.node) {
                GraphNode::Unary(op, a) => apply_unary(op, value(a), result),
                GraphNode::Binary(op, a, b) => apply_binary(op, value(a), value(b), result),
                GraphNode::Select(c, a, b) => apply_select(value(c), value(a), value(b), result),
                GraphNode::Constant(_)
                | GraphNode::Clock(_)
                | GraphNode::Load { .. }
                | GraphNode::Given(_)
                | GraphNode::Parameter(_)
                | GraphNode::Shock(_)
                | GraphNode::Count { .. } => {} // leaves are no steps
            }
            registers[step.out * LANES..step.out * LANES + lanes].copy_from_slice(result);
        }
        match self.places[&self.root] {
            Place::Row(row) => copy(Value::Row(&row[first..first + lanes]), out),
            Place::Same(number) => copy(Value::Same(number), out),
            Place::Register(k) => {
                copy(Value::Row(&registers[k * LANES..k * LANES + lanes]), out);
            }
        }
    }
}

/// An indicator in a period.
fn cell<'a>(ensemble: &'a Ensemble, indicator: &str, period: Period) -> Result<Place<'a>, Error> {
    match ensemble.stored(indicator, period) {
        Some(Stored::Row(row)) => Ok(Place::Row(row)),
        Some(Stored::Same(number)) => Ok(Place::Same(number)),
        None => {
            let message = format!("the run has no values of it in {period}");
            Err(Error::at(format!("indicators.{indicator}"), message))
        }
    }
}
