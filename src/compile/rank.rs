//! Do the equations of a simultaneous block determine its unknowns? `y = y` does not, nor do two
//! equations that say the same.
//!
//! The Jacobian of a block is judged at several points. What is the same in all paths is as it is;
//! all else lies around what is known of it, closer and further away, so that a chance of one point
//! decides nothing. A block whose Jacobian is singular at every point where it has one is refused; one
//! that is singular only somewhere, its solution included, is left to the solver.

use std::collections::HashSet;

use super::code::Shared;
use super::forms::Equations;
use super::graph::{Extent, Node, NodeId, binary, select, unary};
use super::nullspace::{null_vector, transposed};
use super::pass::{At, Pass};
use super::program::{Base, Setting};
use super::regimes::Regimes;
use super::rows::{Row, Timeline};
use crate::error::Problem;
use crate::interrupt::look;
use crate::model::{Model, Value};
use crate::sample::Count;

/// How far values lie from what is known of them, relative to it, and how large they are where
/// nothing is known.
const POINTS: [(f64, f64); 9] = [
    (0.03, 1.0),
    (0.2, 1.0),
    (0.2, 100.0),
    (0.003, 1.0),
    (0.6, 10.0),
    (0.2, 0.01),
    (1.5, 1.0),
    (0.6, 1e4),
    (3.0, 10.0),
];
/// Pivots of a Jacobian this small beside the largest are those of rounding.
const TOLERANCE: f64 = 1e-12;
/// Points with a Jacobian that it takes to call a block singular.
const LEAST: usize = 3;
/// Blocks with more unknowns than this are not judged: it would take longer than to solve them.
const MOST: usize = 500;
/// What counts less than this beside the rest counts by rounding.
const ROUNDING: f64 = 1e-7;
/// Names in a message.
const NAMED: usize = 6;

/// A scenario whose blocks are judged.
#[derive(Debug, Clone, Copy)]
pub(super) struct Judged<'a> {
    pub(super) model: &'a Model,
    pub(super) equations: &'a Equations,
    pub(super) shared: &'a Shared,
    pub(super) timeline: &'a Timeline,
    pub(super) settings: &'a [Setting],
    pub(super) table: &'a [Vec<f64>],
}

/// Tapes that have been judged, with the numbers that are fixed within a path.
pub(super) type Seen = HashSet<(usize, Vec<u64>)>;

impl Judged<'_> {
    /// What is wrong with the blocks of the tapes that a scenario runs.
    pub(super) fn problems(
        self,
        regimes: &Regimes,
        tape_of_row: &[Option<usize>],
        seen: &mut Seen,
    ) -> Vec<Problem> {
        let fixed = |setting: &Setting| match &setting.base {
            Base::Number(number) => (number * setting.scale + setting.add).to_bits(),
            Base::Drawn(_) | Base::Each(_) => u64::MAX,
        };
        let fixed: Vec<u64> = self.settings.iter().map(fixed).collect();
        let mut problems = Vec::new();
        for (row, tape) in self.timeline.all().zip(tape_of_row) {
            look();
            let Some(tape) = *tape else { continue };
            if seen.insert((tape, fixed.clone())) {
                for [order, unknowns] in regimes.blocks(tape) {
                    problems.extend(self.problem(row, &order, &unknowns));
                }
            }
        }
        problems
    }

    fn problem(
        self,
        row: Row,
        order: &[(u32, NodeId)],
        unknowns: &[(u32, NodeId)],
    ) -> Option<Problem> {
        if unknowns.len() > MOST {
            return None;
        }
        let graph = &self.equations.graph;
        let is_leaf = |node| matches!(graph.extent(node), Extent::Constant | Extent::Period);
        let pass = Pass::new(graph, order, unknowns, is_leaf);
        let known = self.known(row);
        let mut singular = 0;
        let mut found = None;
        for (seed, &(spread, size)) in POINTS.iter().enumerate() {
            look();
            let point = Point { judged: self, row, known: &known, spread, size, seed: seed as u64 };
            let at = pass.at(|node| point.value(node, 0));
            let jacobian = point.measured(&pass, pass.jacobian(&at));
            if jacobian.iter().any(|value| !value.is_finite()) {
                continue;
            }
            let free = null_vector(&jacobian, pass.size(), TOLERANCE)?;
            singular += 1;
            if found.is_none() {
                found = Some(self.what(row, &pass, &point, &at, &jacobian, &free));
            }
        }
        found.filter(|_| singular >= LEAST)
    }

    /// The last known value of each indicator up to a row.
    fn known(self, row: Row) -> Vec<Option<f64>> {
        let period = self.timeline.period(row);
        let indicators = self.model.indicators.values();
        let last = indicators.map(|indicator| {
            let before = indicator.history.iter().filter(|(known, _)| {
                known.frequency() == period.frequency() && known.ordinal() <= period.ordinal()
            });
            let last = before.max_by_key(|(known, _)| known.ordinal())?.1;
            match &last.value {
                Value::Number(number) => Some(*number),
                Value::Drawn(distribution) => Some(distribution.mean()),
            }
        });
        last.collect()
    }

    /// What a block leaves open, and which of its equations are to blame.
    fn what(
        self,
        row: Row,
        pass: &Pass<'_>,
        point: &Point<'_>,
        at: &At,
        jacobian: &[f64],
        free: &[f64],
    ) -> Problem {
        let sizes: Vec<f64> = (0..pass.size()).map(|k| point.size_of(pass, k)).collect();
        let times = |values: &[f64]| -> Vec<f64> {
            values.iter().zip(&sizes).map(|(value, size)| value * size).collect()
        };
        let moves = pass.moved(at, &times(free));
        let ordered = pass.members.len() - pass.size();
        let moved = pass.members.iter().enumerate().map(|(k, &(_, place))| {
            if k < ordered { moves[place] / size(at.values[place]) } else { free[k - ordered] }
        });
        let moved: Vec<f64> = moved.collect();
        let dependent = null_vector(&transposed(jacobian, pass.size()), pass.size(), TOLERANCE);
        let weights = dependent.map(|dependent| {
            let by_size: Vec<f64> =
                dependent.iter().zip(&sizes).map(|(w, size)| w / size).collect();
            let weights = pass.weights(at, &by_size).into_iter().zip(&pass.members);
            weights.map(|(w, &(_, place))| w * size(at.values[place])).collect()
        });
        let weights: Vec<f64> = weights.unwrap_or_else(|| vec![1.0; pass.members.len()]);
        let of = |counts: &[f64]| self.counted(pass, counts);
        self.message(row, pass, &of(&moved), &of(&weights))
    }

    /// The members of a block that count, by name.
    fn counted(self, pass: &Pass<'_>, counts: &[f64]) -> Vec<u32> {
        let most = counts.iter().fold(0.0, |most: f64, count| most.max(count.abs()));
        let members = pass.members.iter().zip(counts);
        let counted = members.filter(|(_, count)| count.abs() > ROUNDING * most);
        let mut found: Vec<u32> = counted.map(|((series, _), _)| *series).collect();
        found.sort_by_key(|&k| self.name(k));
        found
    }

    fn name(self, indicator: u32) -> String {
        let found = self.model.indicators.get_index(indicator as usize);
        found.map_or_else(String::new, |(name, _)| name.clone())
    }

    fn message(self, row: Row, pass: &Pass<'_>, free: &[u32], equations: &[u32]) -> Problem {
        let names = |of: &[u32]| of.iter().map(|&k| self.name(k)).collect::<Vec<_>>();
        let all: Vec<u32> = self.counted(pass, &vec![1.0; pass.members.len()]);
        let written = |&k: &u32| {
            let equation = self.equations.forms[k as usize].equation.as_ref();
            format!("\"{}\"", equation.map_or("", |equation| &*equation.source))
        };
        let written: Vec<String> = equations.iter().map(written).collect();
        let (free, written) = (listed(&names(free)), listed(&written));
        let message = if all.len() == 1 {
            format!(
                "{written} leaves {free} free, which cancels out of it: any value satisfies it, or \
                 none; write what determines {free}"
            )
        } else {
            format!(
                "the {} equations that are solved together in {} ({}) do not determine {free}: \
                 {written} say the same, or contradict each other; give one of these indicators \
                 another equation, or given values",
                all.len(),
                self.timeline.period(row),
                listed(&names(&all)),
            )
        };
        let first = equations.first().or(all.first()).map_or_else(String::new, |&k| self.name(k));
        Problem::new(format!("indicators.{first}.equation"), message)
    }
}

/// The first of some names.
fn listed(names: &[String]) -> String {
    let more = names.len().saturating_sub(NAMED);
    let first = names[..names.len() - more].join(", ");
    if more > 0 { format!("{first} and {more} more") } else { first }
}

/// A point at which blocks are judged.
struct Point<'a> {
    judged: Judged<'a>,
    row: Row,
    known: &'a [Option<f64>],
    spread: f64,
    size: f64,
    seed: u64,
}

impl Point<'_> {
    /// The value of a node that no unknown moves, some periods ago.
    fn value(&self, node: NodeId, ago: u32) -> f64 {
        let Judged { equations, shared, settings, table, model, .. } = self.judged;
        let graph = &equations.graph;
        if let (Some(column), Some(row)) =
            (shared.columns.get_index_of(&node), self.row.before(ago))
        {
            return table[row.0][column];
        }
        match graph.get(node) {
            Node::Constant(bits) => f64::from_bits(bits),
            Node::Clock(shift) => {
                let ordinal = self.judged.timeline.period(self.row).ordinal();
                f64::from(ordinal - shift - ago as i32)
            }
            Node::Given(_) => 0.0,
            Node::Parameter(k) => {
                let setting = &settings[k as usize];
                let base = match &setting.base {
                    Base::Number(number) => *number,
                    Base::Drawn(marginal) => marginal.quantile(0.4 * self.chance([0, k, 0])),
                    Base::Each(each) => each.central,
                };
                base * setting.scale + setting.add
            }
            Node::Shock(k) => {
                let shock =
                    model.shocks.get_index(k as usize).map(|(_, shock)| &shock.distribution);
                let spread = self.spread.min(1.0) * self.chance([1, k, ago]);
                shock.map_or(0.0, |shock| shock.mean() + spread * shock.sd())
            }
            Node::Load { series, lag } => {
                if let Some(known) = self.known.get(series as usize) {
                    return self.around(*known, [2, series, lag + ago]);
                }
                // A function of other series that is kept.
                let kept = equations.caches.get_index(series as usize - self.known.len());
                kept.map_or(f64::NAN, |&node| self.value(node, lag + ago))
            }
            Node::Unary(op, a) => unary(op, self.value(a, ago)),
            Node::Binary(op, a, b) => binary(op, self.value(a, ago), self.value(b, ago)),
            Node::Select(c, a, b) => {
                select(self.value(c, ago), self.value(a, ago), self.value(b, ago))
            }
            Node::Count { count: Count::Binomial, a, b, .. } => {
                self.value(a, ago) * self.value(b, ago)
            }
            Node::Count { a, .. } => self.value(a, ago),
        }
    }

    /// A value that is not far from what is known.
    fn around(&self, known: Option<f64>, key: [u32; 3]) -> f64 {
        let chance = self.chance(key);
        match known {
            Some(known) => {
                known + self.spread * chance * size(known).max(f64::from(u8::from(known == 0.0)))
            }
            None => self.size * (1.0 + self.spread * chance),
        }
    }

    /// A number between -1 and 1 that looks random.
    fn chance(&self, [sort, index, lag]: [u32; 3]) -> f64 {
        let mut x =
            self.seed << 48 | u64::from(sort) << 40 | u64::from(lag) << 32 | u64::from(index);
        // The finaliser of SplitMix64.
        for factor in [0xbf58_476d_1ce4_e5b9_u64, 0x94d0_49bb_1331_11eb] {
            x = (x.wrapping_add(0x9e37_79b9_7f4a_7c15) ^ (x >> 30)).wrapping_mul(factor);
        }
        (x >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    }

    /// By how much the k-th unknown is measured.
    fn size_of(&self, pass: &Pass<'_>, k: usize) -> f64 {
        let (series, _) = pass.results()[k];
        size(self.around(self.known[series as usize], [2, series, 0]))
    }

    /// A Jacobian with rows and columns measured by the size of the unknowns.
    fn measured(&self, pass: &Pass<'_>, mut jacobian: Vec<f64>) -> Vec<f64> {
        let sizes: Vec<f64> = (0..pass.size()).map(|k| self.size_of(pass, k)).collect();
        for (row, of_row) in jacobian.chunks_mut(sizes.len()).zip(&sizes) {
            row.iter_mut().zip(&sizes).for_each(|(value, size)| *value *= size / of_row);
        }
        jacobian
    }
}

/// What a value is measured by.
fn size(value: f64) -> f64 {
    value.abs().max(1e-3)
}
