//! What the plan's own equations give: a central range of any cell, to first order.
//!
//! Every random number is put at its mean; the variance of a cell is the sum over all random
//! numbers of the squared derivative times the variance, with the correlations of the model between
//! them (the delta method). Where the cell is a monotone function of another one (an exponential, a
//! ratio to something known, a minimum with a number) the range of that one is taken through the
//! function instead, so that it keeps its bounds and its skew.

use std::collections::HashMap;

use super::input::Source;
use super::network::{Cell, Network, Op};
use crate::compile::{Binary, Row, Unary, binary, select, unary};
use crate::interrupt::look;
use crate::math::{Shape, ln, normal_quantile};
use crate::sample::Count;

/// A low, a central and a high value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Range {
    pub(super) low: f64,
    pub(super) centre: f64,
    pub(super) high: f64,
}

impl Range {
    fn point(at: f64) -> Self {
        Self { low: at, centre: at, high: at }
    }

    /// Through a function that rises or falls.
    fn through(self, f: impl Fn(f64) -> f64) -> Self {
        let (a, b) = (f(self.low), f(self.high));
        Self { low: a.min(b), centre: f(self.centre), high: a.max(b) }
    }

    fn with(self, other: Self, f: impl Fn(f64, f64) -> f64) -> Self {
        let centre = f(self.centre, other.centre);
        Self { low: f(self.low, other.low), centre, high: f(self.high, other.high) }
    }

    /// Its numbers by name.
    pub(super) fn values(self) -> [(&'static str, f64); 3] {
        [("low", self.low), ("central", self.centre), ("high", self.high)]
    }

    /// Does it hold the number, but for rounding?
    pub(super) fn has(self, x: f64) -> bool {
        let slack = 1e-9 * x.abs().max(self.low.abs()).max(self.high.abs());
        self.low - slack <= x && x <= self.high + slack
    }
}

/// The model at its centre, and how much of the probability a range holds.
#[derive(Debug)]
pub(super) struct Ranges<'n, 'p> {
    network: &'n Network<'p>,
    mean: Vec<f64>,
    /// Half the width of a range in standard deviations.
    reach: f64,
    /// Partners of an input, and the correlation.
    partners: HashMap<Source, Vec<(Source, f64)>>,
}

impl<'n, 'p> Ranges<'n, 'p> {
    pub(super) fn new(network: &'n Network<'p>, central: f64) -> Self {
        let mut mean: Vec<f64> = Vec::with_capacity(network.len());
        for op in &network.ops {
            let at = |cell: Cell| mean[cell as usize];
            let value = match *op {
                Op::Constant(bits) => f64::from_bits(bits),
                Op::Input(k) => network.inputs[k as usize].mean,
                Op::Unary(op, a) => unary(op, at(a)),
                Op::Binary(op, a, b) => binary(op, at(a), at(b)),
                Op::Select(c, a, b) => select(at(c), at(a), at(b)),
                Op::Count(Count::Binomial, _, a, b) => at(a) * at(b),
                Op::Count(_, _, a, _) => at(a),
            };
            mean.push(value);
        }
        let reach = normal_quantile((central / 2.0).clamp(0.0, 0.499_999));
        Self { network, mean, reach, partners: partners(network) }
    }

    /// The central range of a cell; none where the model at its centre has no finite value.
    pub(super) fn of(&self, cell: Cell) -> Option<Range> {
        let range = self.range(cell);
        (range.low.is_finite() && range.high.is_finite()).then_some(range)
    }

    fn range(&self, cell: Cell) -> Range {
        let fixed = |cell: Cell| self.network.value(cell);
        match self.network.ops[cell as usize] {
            Op::Constant(bits) => Range::point(f64::from_bits(bits)),
            Op::Unary(op, a) if is_monotone(op) => self.range(a).through(|a| unary(op, a)),
            Op::Binary(op @ (Binary::Min | Binary::Max), a, b) => {
                self.range(a).with(self.range(b), |a, b| binary(op, a, b))
            }
            Op::Binary(op, a, b) if is_arithmetic(op) => match (fixed(a), fixed(b)) {
                (Some(a), None) => self.range(b).through(|b| binary(op, a, b)),
                (None, Some(b)) => self.range(a).through(|a| binary(op, a, b)),
                _ => self.first_order(cell),
            },
            _ => self.first_order(cell),
        }
    }

    fn first_order(&self, cell: Cell) -> Range {
        let (centre, away) = (self.mean[cell as usize], self.reach * self.sd(cell));
        let support = match self.network.ops[cell as usize] {
            Op::Input(k) => self.network.inputs[k as usize].support,
            _ => super::interval::Interval::WHOLE,
        };
        Range {
            low: (centre - away).max(support.lo.at),
            centre,
            high: (centre + away).min(support.hi.at),
        }
    }

    /// Standard deviation, from the last cell back to everything random.
    fn sd(&self, cell: Cell) -> f64 {
        look();
        let mut slope = vec![0.0; cell as usize + 1];
        slope[cell as usize] = 1.0;
        let mut variance = 0.0;
        let mut found: HashMap<Source, f64> = HashMap::new();
        for k in (0..slope.len()).rev() {
            let s = slope[k];
            if s == 0.0 {
                continue;
            }
            match self.network.ops[k] {
                Op::Constant(_) => {}
                Op::Input(input) => {
                    let input = self.network.inputs[input as usize];
                    found.insert(input.source, s * input.sd);
                }
                Op::Unary(op, a) => slope[a as usize] += s * self.unary_slope(op, k, a),
                Op::Binary(op, a, b) => {
                    let (by_a, by_b) = self.binary_slopes(op, k, a, b);
                    slope[a as usize] += s * by_a;
                    slope[b as usize] += s * by_b;
                }
                Op::Select(c, a, b) => {
                    let chosen = if self.mean[c as usize] == 0.0 { b } else { a };
                    slope[chosen as usize] += s;
                }
                Op::Count(count, _, a, b) => {
                    let (own, by_a, by_b) = self.count_moments(count, a, b);
                    variance += s * s * own;
                    slope[a as usize] += s * by_a;
                    slope[b as usize] += s * by_b;
                }
            }
        }
        (variance + self.quadratic(&found)).max(0.0).sqrt()
    }

    /// The variance of a sum of correlated terms, each given by its standard deviation with sign.
    fn quadratic(&self, terms: &HashMap<Source, f64>) -> f64 {
        let mut all: Vec<_> = terms.iter().collect();
        all.sort_by_key(|(source, _)| source.order());
        let mut sum = 0.0;
        for (source, term) in all {
            sum += term * term;
            for (partner, correlation) in self.partners.get(source).into_iter().flatten() {
                sum += correlation * term * terms.get(partner).copied().unwrap_or(0.0);
            }
        }
        sum
    }

    fn unary_slope(&self, op: Unary, result: usize, a: Cell) -> f64 {
        let (z, a) = (self.mean[result], self.mean[a as usize]);
        match op {
            Unary::Negate => -1.0,
            Unary::Not => 0.0,
            Unary::Function(function) => function.slope(a, z),
        }
    }

    fn binary_slopes(&self, op: Binary, result: usize, a: Cell, b: Cell) -> (f64, f64) {
        let (z, a, b) = (self.mean[result], self.mean[a as usize], self.mean[b as usize]);
        match op {
            Binary::Add => (1.0, 1.0),
            Binary::Subtract => (1.0, -1.0),
            Binary::Multiply => (b, a),
            Binary::Divide => (1.0 / b, -z / b),
            Binary::Power => (b * z / a, if a > 0.0 { z * ln(a) } else { 0.0 }),
            Binary::Min if a <= b => (1.0, 0.0),
            Binary::Max if a >= b => (1.0, 0.0),
            Binary::Min | Binary::Max => (0.0, 1.0),
            _ => (0.0, 0.0),
        }
    }

    /// Variance of a random count, and the slopes of its mean.
    fn count_moments(&self, count: Count, a: Cell, b: Cell) -> (f64, f64, f64) {
        let (a, b) = (self.mean[a as usize], self.mean[b as usize]);
        match count {
            Count::Poisson => (a.max(0.0), 1.0, 0.0),
            Count::NegativeBinomial => ((a + b * a * a).max(0.0), 1.0, 0.0),
            Count::Binomial => ((a * b * (1.0 - b)).max(0.0), b, a),
        }
    }
}

fn is_arithmetic(op: Binary) -> bool {
    use Binary::{Add, Divide, Multiply, Power, Subtract};
    matches!(op, Add | Subtract | Multiply | Divide | Power)
}

impl Source {
    /// A fixed order, so that sums come out the same every time.
    fn order(self) -> (u8, u32, Row) {
        match self {
            Self::Path(index) => (0, index, Row::FIRST),
            Self::Shock(shock, row) => (1, shock, row),
            Self::Unknown => (2, 0, Row::FIRST),
        }
    }
}

/// Does an operation keep the order of numbers, or turn it round?
fn is_monotone(op: Unary) -> bool {
    match op {
        Unary::Negate => true,
        Unary::Not => false,
        Unary::Function(function) => matches!(function.shape(), Shape::Rising { .. }),
    }
}

/// Pairs of parameters that are drawn in rows together, with the correlation of their columns.
fn joint(network: &Network<'_>, partners: &mut HashMap<Source, Vec<(Source, f64)>>) {
    let model = network.program.model();
    let there = network.parameters();
    for (block, draws) in &model.draws {
        let columns = draws.parameters().iter().enumerate().filter_map(|(k, name)| {
            let (place, _, parameter) = model.parameters.get_full(name)?;
            let is_there = there.iter().any(|(other, _)| *other as usize == place);
            let is_column = parameter.draws.as_ref() == Some(block);
            (is_there && is_column)
                .then(|| (Source::Path(place as u32), standardised(draws.column(k))))
        });
        let columns: Vec<(Source, Vec<f64>)> = columns.collect();
        for (k, (a, first)) in columns.iter().enumerate() {
            for (b, second) in &columns[..k] {
                look();
                let value: f64 = first.iter().zip(second).map(|(x, y)| x * y).sum();
                partners.entry(*a).or_default().push((*b, value));
                partners.entry(*b).or_default().push((*a, value));
            }
        }
    }
}

/// A column less its mean, of length 1; of a constant one nothing is left.
fn standardised(mut column: Vec<f64>) -> Vec<f64> {
    let mean = column.iter().sum::<f64>() / column.len() as f64;
    column.iter_mut().for_each(|value| *value -= mean);
    let length = column.iter().map(|value| value * value).sum::<f64>().sqrt();
    let scale = if length > 0.0 { 1.0 / length } else { 0.0 };
    column.iter_mut().for_each(|value| *value *= scale);
    column
}

/// Correlated pairs of the model, for every input that is there.
fn partners(network: &Network<'_>) -> HashMap<Source, Vec<(Source, f64)>> {
    let model = network.program.model();
    let mut partners: HashMap<Source, Vec<(Source, f64)>> = HashMap::new();
    joint(network, &mut partners);
    for (pair, &value) in &model.correlations {
        let [a, b] = pair.names();
        let parameter = |name: &str| model.parameters.get_index_of(name);
        let shock = |name: &str| model.shocks.get_index_of(name);
        let mut add = |a: Source, b: Source| {
            partners.entry(a).or_default().push((b, value));
            partners.entry(b).or_default().push((a, value));
        };
        if let (Some(a), Some(b)) = (parameter(a), parameter(b)) {
            add(Source::Path(a as u32), Source::Path(b as u32));
        } else if let (Some(a), Some(b)) = (shock(a), shock(b)) {
            for row in network.program.inner.timeline.all() {
                add(Source::Shock(a as u32, row), Source::Shock(b as u32, row));
            }
        }
    }
    partners
}
