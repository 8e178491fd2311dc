//! The past of identities: where they have a value before the span, and which.
//!
//! An identity without a history of its own has a value wherever what it needs has one: `inflation =
//! 100 * growth(cpi)` from the second known period of `cpi` on. What equations and targets look back at
//! decides how far paths are computed backwards ([`Past::earliest`]); what is the same in every path
//! needs no path, and is worked out once for the readers of histories ([`values`]).

use std::collections::{BTreeSet, HashMap};

use super::forms::{Equations, Forms};
use super::graph::{Graph, Node, NodeId, binary, select, unary};
use super::program::{Base, IdentityPast};
use super::scenario_change::Resolved;
use crate::interrupt::look;
use crate::model::{Model, Quantity, Value};
use crate::period::Period;

/// The longest past that is looked at, in periods.
const LONGEST: i32 = 1000;

/// What indicators have before the span, period by period from the first that is known.
#[derive(Debug)]
pub(super) struct Past {
    origin: Period,
    cells: Vec<Vec<Cell>>,
}

/// An indicator in a period before the span.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Cell {
    Missing,
    /// From its history, the same in all paths or drawn.
    Known {
        drawn: bool,
    },
    /// From its behavioural equation, where its history ends before the span.
    Simulated,
    /// From its identity; do paths differ in it?
    Identity {
        differs: bool,
    },
}

impl Cell {
    fn differs(self) -> bool {
        matches!(
            self,
            Self::Known { drawn: true } | Self::Simulated | Self::Identity { differs: true }
        )
    }
}

impl Past {
    /// `starts` are the first periods that are computed by behavioural equations.
    pub(super) fn new(model: &Model, forms: &[Forms], starts: &[Option<Period>]) -> Self {
        let first = model.periods.first();
        let known = model.indicators.values().flat_map(|indicator| indicator.history.keys());
        let least = first - LONGEST;
        let known = known.copied().filter(|period| *period < first && *period >= least);
        let origin = known.fold(first, |least, period| if period < least { period } else { least });
        let begin = starts.iter().flatten().fold(first, |a, b| if *b < a { *b } else { a });
        let mut past = Self { origin, cells: Vec::new() };
        let mut period = origin;
        while period < first {
            let cell = |(k, indicator): (usize, &crate::model::Indicator)| match indicator
                .history
                .get(&period)
                .map(Quantity::number)
            {
                Some(number) => Cell::Known { drawn: number.is_none() },
                None if starts[k].is_some_and(|start| start <= period)
                    && forms[k].has_equation() =>
                {
                    Cell::Simulated
                }
                None => Cell::Missing,
            };
            let now = model.indicators.values().enumerate().map(cell).collect();
            past.cells.push(now);
            past.add_identities(forms, period < begin);
            period = period + 1;
        }
        past
    }

    /// Adds the identities of the last period. `still` says that nothing is drawn in it.
    fn add_identities(&mut self, forms: &[Forms], still: bool) {
        let row = self.cells.len() - 1;
        loop {
            let mut changed = false;
            for (k, form) in forms.iter().enumerate() {
                look();
                if self.cells[row][k] != Cell::Missing || !form.has_past(still) {
                    continue;
                }
                let needs = form.regular.iter().flat_map(|form| &form.needs);
                let cells = needs.map(|&(name, lag)| {
                    let before = row.checked_sub(lag as usize);
                    before.map_or(Cell::Missing, |before| self.cells[before][name as usize])
                });
                let cells: Vec<Cell> = cells.collect();
                if !cells.contains(&Cell::Missing) {
                    let differs = cells.into_iter().any(Cell::differs);
                    self.cells[row][k] = Cell::Identity { differs };
                    changed = true;
                }
            }
            if !changed {
                return;
            }
        }
    }

    fn row(&self, period: Period) -> Option<usize> {
        let row = usize::try_from(period.since(self.origin).ok()?).ok()?;
        (row < self.cells.len()).then_some(row)
    }

    /// The earliest period that must be there so that some indicators have their value in some periods.
    pub(super) fn earliest(
        &self,
        forms: &[Forms],
        wanted: impl IntoIterator<Item = (u32, Period)>,
    ) -> Option<Period> {
        let mut seen = BTreeSet::new();
        let mut stack: Vec<(u32, usize)> = Vec::new();
        stack.extend(wanted.into_iter().filter_map(|(k, period)| Some((k, self.row(period)?))));
        while let Some((k, row)) = stack.pop() {
            look();
            if self.cells[row][k as usize] == Cell::Missing || !seen.insert((row, k)) {
                continue;
            }
            if let Cell::Identity { .. } = self.cells[row][k as usize] {
                let needs = forms[k as usize].regular.iter().flat_map(|form| &form.needs);
                stack.extend(needs.map(|&(name, lag)| (name, row - lag as usize)));
            }
        }
        seen.first().map(|&(row, _)| self.origin + row as i32)
    }

    /// The first period in which paths differ in an identity.
    pub(super) fn first_that_differs(&self) -> Option<Period> {
        let differs = |cells: &Vec<Cell>| cells.contains(&Cell::Identity { differs: true });
        self.cells.iter().position(differs).map(|row| self.origin + row as i32)
    }
}

/// For each indicator its values before the span that follow from histories by its identity, where they
/// are the same in every path of every scenario.
pub(super) fn values(
    model: &Model,
    equations: &Equations,
    scenarios: &[Resolved],
) -> Vec<IdentityPast> {
    let count = model.indicators.len();
    let mut found = vec![IdentityPast::default(); count];
    let past = |form: &&Forms| form.has_past(true) && form.regular.is_some();
    if !equations.forms.iter().any(|form| past(&form)) {
        return found;
    }
    let mut known: HashMap<(u32, i32), f64> = HashMap::new();
    let first = model.periods.first();
    let mut origin = first;
    for (k, indicator) in model.indicators.values().enumerate() {
        for (period, quantity) in &indicator.history {
            if let Value::Number(number) = quantity.value
                && *period < first
                && *period >= first - LONGEST
            {
                known.insert((k as u32, period.ordinal()), number);
                origin = if *period < origin { *period } else { origin };
            }
        }
    }
    let roots: Vec<(u32, NodeId)> = equations
        .forms
        .iter()
        .enumerate()
        .filter(|(_, form)| past(form))
        .filter_map(|(k, form)| Some((k as u32, form.regular.as_ref()?.root)))
        .collect();
    let caches = equations.caches.iter().enumerate().map(|(k, &node)| ((count + k) as u32, node));
    let series: Vec<(u32, NodeId)> = caches.chain(roots).collect();
    let parameters = parameters(scenarios);
    let mut still = Still { graph: &equations.graph, known, parameters, period: origin };
    while still.period < first {
        // What is known of it and drawn is not what its identity gives.
        let is_known = |k: u32| {
            let indicator = model.indicators.get_index(k as usize);
            indicator.is_some_and(|(_, known)| known.history.contains_key(&still.period))
        };
        let mut open: Vec<_> = series.iter().filter(|(k, _)| !is_known(*k)).collect();
        loop {
            look();
            let before = open.len();
            let mut values = HashMap::new();
            open.retain(|&&(k, root)| match still.value(root, &mut values) {
                Some(value) => {
                    still.known.insert((k, still.period.ordinal()), value);
                    if let Some(past) = found.get_mut(k as usize)
                        && value.is_finite()
                    {
                        past.values.push((still.period, value));
                    }
                    false
                }
                None => true,
            });
            if open.len() == before {
                break;
            }
        }
        still.period = still.period + 1;
    }
    let mut lookup = OfParameters { equations, count, known: HashMap::new() };
    for (k, past) in found.iter_mut().enumerate() {
        if equations.forms[k].regular.as_ref().is_some_and(|form| form.needs.is_empty()) {
            past.values.clear(); // it has a value in every period, and no past
        }
        past.of_parameters = !past.values.is_empty() && lookup.series(k as u32);
    }
    found
}

/// The parameters that are one number in all scenarios.
fn parameters(scenarios: &[Resolved]) -> Vec<Option<f64>> {
    let Some(baseline) = scenarios.first() else { return Vec::new() };
    let number = |k: usize, scenario: &Resolved| match &scenario.settings[k].base {
        Base::Number(number) => {
            Some(number * scenario.settings[k].scale + scenario.settings[k].add)
        }
        Base::Drawn(_) | Base::Each(_) => None,
    };
    (0..baseline.settings.len())
        .map(|k| {
            let own = number(k, baseline)?;
            let same = |scenario| number(k, scenario).is_some_and(|other| other == own);
            scenarios.iter().all(same).then_some(own)
        })
        .collect()
}

/// What is the same in all paths, in a period.
struct Still<'a> {
    graph: &'a Graph,
    known: HashMap<(u32, i32), f64>,
    parameters: Vec<Option<f64>>,
    period: Period,
}

impl Still<'_> {
    /// The value of a node; none where something that it needs is not known.
    fn value(&self, node: NodeId, values: &mut HashMap<NodeId, Option<f64>>) -> Option<f64> {
        if let Some(value) = values.get(&node) {
            return *value;
        }
        let mut of = |node| self.value(node, values);
        let value = match self.graph.get(node) {
            Node::Constant(bits) => Some(f64::from_bits(bits)),
            Node::Clock(shift) => Some(f64::from(self.period.ordinal() - shift)),
            Node::Parameter(k) => self.parameters.get(k as usize).copied().flatten(),
            Node::Load { series, lag } => {
                self.known.get(&(series, self.period.ordinal() - lag as i32)).copied()
            }
            Node::Unary(op, a) => of(a).map(|a| unary(op, a)),
            Node::Binary(op, a, b) => of(a).zip(of(b)).map(|(a, b)| binary(op, a, b)),
            Node::Select(c, a, b) => match (of(c), of(a), of(b)) {
                (Some(c), Some(a), Some(b)) => Some(select(c, a, b)),
                _ => None,
            },
            Node::Given(_) | Node::Shock(_) | Node::Count { .. } => None,
        };
        values.insert(node, value);
        value
    }
}

/// Which series depend on parameters.
struct OfParameters<'a> {
    equations: &'a Equations,
    count: usize,
    known: HashMap<u32, bool>,
}

impl OfParameters<'_> {
    fn series(&mut self, series: u32) -> bool {
        if let Some(&known) = self.known.get(&series) {
            return known;
        }
        self.known.insert(series, false); // until it is known: a lag on itself adds nothing
        let index = series as usize;
        let root = if let Some(cache) = index.checked_sub(self.count) {
            Some(self.equations.caches[cache])
        } else {
            let form = &self.equations.forms[index];
            form.regular.as_ref().filter(|_| form.identity).map(|form| form.root)
        };
        let graph = &self.equations.graph;
        let (mut stack, mut seen) = (Vec::from_iter(root), BTreeSet::new());
        let mut found = false;
        while let Some(node) = stack.pop() {
            look();
            if !seen.insert(node) {
                continue;
            }
            found = found
                || match graph.get(node) {
                    Node::Parameter(_) => true,
                    Node::Load { series, .. } => self.series(series),
                    _ => false,
                };
            stack.extend(graph.operands(node));
        }
        self.known.insert(series, found);
        found
    }
}
