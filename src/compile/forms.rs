//! The equation of every indicator, isolated for it and lowered to nodes.

use std::collections::{HashMap, HashSet};

use indexmap::{IndexMap, IndexSet};

use super::graph::{Graph, Node as GraphNode, NodeId};
use super::lower::Lowering;
use super::names::{Meaning, Names};
use super::program::Uncertainty;
use super::uncertain::PathValues;
use crate::error::Problem;
use crate::expr::{self, Equation, Expr, Solved};
use crate::interrupt::look;
use crate::model::process::START;
use crate::model::{Class, Formula, Indicator, Model, Quantity};
use crate::period::Period;

/// An equation ready to be computed.
#[derive(Debug, Clone)]
pub(super) struct Form {
    /// The value of the indicator; of an implicit equation the gap between its sides.
    pub(super) root: NodeId,
    /// How the gap is measured, where the equation could not be solved for the indicator.
    pub(super) implicit: Option<Implicit>,
    /// Nodes whose value is known once the equation is solved: `log(x)` of an equation in logs.
    pub(super) aliases: Vec<(NodeId, NodeId)>,
    /// Which indicators it needs, how many periods ago.
    pub(super) needs: Vec<(u32, u32)>,
}

/// The size of the gap between the sides of an implicit equation, if nothing cancelled out.
#[derive(Debug, Clone)]
pub(super) struct Implicit {
    /// Now, which changes with the unknowns.
    pub(super) now: NodeId,
    /// With all that has no lag as it was in the period before, and what that is.
    pub(super) before: NodeId,
    pub(super) needs_before: Vec<u32>,
}

/// What computes an indicator.
#[derive(Debug, Clone, Default)]
pub(super) struct Forms {
    /// What its equation is.
    pub(super) class: Class,
    pub(super) regular: Option<Form>,
    /// In the first period after the jump-off, when the history is short.
    pub(super) first: Option<Form>,
    /// A process that is given by a table, and where a value of it is drawn.
    pub(super) path: Option<GivenPath>,
    /// Does it hold exactly in every path, whatever scenarios say?
    pub(super) identity: bool,
    /// Its equation, where the history is long enough.
    pub(super) equation: Option<Equation>,
    /// As a person would write it.
    pub(super) printed: Option<String>,
    /// Was a start value given?
    pub(super) has_start: bool,
    /// Is something wrong with its equation, said already?
    pub(super) broken: bool,
}

/// Given values, period by period.
#[derive(Debug, Clone)]
pub(super) struct GivenPath {
    /// The node of each period's value.
    pub(super) values: IndexMap<Period, NodeId>,
    /// What is added to it: shock and add factor.
    pub(super) residual: Option<NodeId>,
}

/// An equation with its random term and the space it lives in.
fn printed(name: &str, equation: &Equation, shock: Option<&str>) -> String {
    let Some(shock) = shock else { return equation.to_string() };
    let Equation { lhs, rhs, levels, .. } = equation;
    let space = if *levels { name.to_owned() } else { lhs.to_string() };
    let levels = if *levels { " in levels" } else { "" };
    format!("{lhs} ~ {rhs} + shock({shock}){levels}   # add factors in the space of {space}")
}

impl Forms {
    fn broken() -> Self {
        Self { broken: true, ..Self::default() }
    }

    pub(super) fn has_equation(&self) -> bool {
        self.regular.is_some() || self.path.is_some()
    }

    /// Has it a residual, and with it add factors?
    pub(super) fn takes_add_factors(&self) -> bool {
        self.broken || self.class != Class::Exogenous && !self.identity
    }

    pub(super) fn is_implicit(&self) -> bool {
        self.regular.as_ref().is_some_and(|form| form.implicit.is_some())
    }

    /// Has it a value before the span wherever what it needs has one? In periods before anything is
    /// drawn (`still`) nothing random may stand in it.
    pub(super) fn has_past(&self, still: bool) -> bool {
        let random = || self.equation.iter().flat_map(Equation::sides).any(Expr::has_shock);
        self.identity && !self.is_implicit() && !(still && random())
    }

    pub(super) fn longest_lag(&self) -> u32 {
        let forms = [&self.regular, &self.first].into_iter().flatten();
        forms.flat_map(|form| &form.needs).map(|(_, lag)| *lag).max().unwrap_or(0)
    }
}

/// What the equations of a model are lowered into.
#[derive(Debug, Default)]
pub(super) struct Equations {
    pub(super) graph: Graph,
    pub(super) counts: IndexSet<String>,
    pub(super) caches: IndexSet<NodeId>,
    /// Columns of the scenarios' tables that hold add factors, by indicator.
    pub(super) add_factors: IndexMap<u32, u32>,
    pub(super) forms: Vec<Forms>,
}

/// Lowers every equation of a model. `adjusted` are the indicators that a scenario gives an add
/// factor.
pub(super) fn lower(
    model: &Model,
    names: &Names,
    adjusted: &IndexSet<u32>,
    path_values: &mut PathValues,
    problems: &mut Vec<Problem>,
) -> Equations {
    let graph = Graph::with_given(given(model));
    let mut equations = Equations { graph, ..Equations::default() };
    for (k, &indicator) in adjusted.iter().enumerate() {
        equations.add_factors.insert(indicator, k as u32);
    }
    let unread = &model.origin.unread;
    let is_unread =
        |name: &str| !unread.is_empty() && unread.concerns(&format!("indicators.{name}"));
    for (index, name) in model.indicators.keys().enumerate() {
        look();
        let mut one = One {
            model,
            names,
            equations: &mut equations,
            path_values,
            problems,
            name,
            index: index as u32,
        };
        let forms = one.forms().filter(|_| !is_unread(name)).unwrap_or_else(Forms::broken);
        equations.forms.push(forms);
    }
    equations
}

/// Indicators that are the same in all paths: neither computed nor with a history that is drawn.
fn given(model: &Model) -> HashSet<u32> {
    let fixed = |indicator: &Indicator| {
        indicator.is_exogenous()
            && indicator.history.values().all(|quantity| quantity.number().is_some())
    };
    let changes = model.scenarios.values().flat_map(|scenario| &scenario.changes);
    let solved: HashSet<&String> = changes.filter_map(|change| change.by.as_ref()).collect();
    let all = model.indicators.iter().enumerate();
    let fixed = all.filter(|(_, (name, indicator))| fixed(indicator) && !solved.contains(name));
    fixed.map(|(k, _)| k as u32).collect()
}

/// The equation of one indicator.
struct One<'a> {
    model: &'a Model,
    names: &'a Names,
    equations: &'a mut Equations,
    path_values: &'a mut PathValues,
    problems: &'a mut Vec<Problem>,
    name: &'a str,
    index: u32,
}

impl One<'_> {
    fn problem(&mut self, key: &str, message: impl Into<String>) {
        let address = format!("indicators.{}.{key}", self.name);
        self.problems.push(Problem::new(address, message));
    }

    /// The forms of the indicator; none where something is wrong, which is said.
    fn forms(&mut self) -> Option<Forms> {
        let model = self.model;
        let formula = match model.formula(self.name) {
            Ok(formula) => formula,
            Err(problems) => {
                self.problems.extend(problems);
                return None;
            }
        };
        let shock = formula.class.shock();
        // An unknown shock does not hide unknown names.
        let has_shock = self.check_shock(&formula).is_some();
        let shock = shock.filter(|_| has_shock);
        if let Some(values) = formula.given {
            return self.path(values, shock, formula.class.clone()).filter(|_| has_shock);
        }
        let Some(equation) = formula.equation.as_deref() else { return Some(Forms::default()) };
        let start = formula.start.map(|quantity| {
            let stream = format!("start/{}", self.name);
            let place = self.path_values.place(stream, Uncertainty::Start, quantity);
            self.equations.graph.node(GraphNode::Parameter(place))
        });
        let regular = self.form(equation, shock, formula.key, start)?;
        let first = match &formula.first {
            Some(equation) => Some(self.form(equation, shock, formula.key, start)?),
            None => None,
        };
        if !has_shock {
            return None;
        }
        Some(Forms {
            regular: Some(regular),
            first,
            path: None,
            identity: formula.is_exact(),
            printed: Some(printed(self.name, equation, shock)),
            equation: Some(equation.clone()),
            has_start: start.is_some(),
            class: formula.class,
            broken: false,
        })
    }

    /// Is the shock declared that its residual is?
    fn check_shock(&mut self, formula: &Formula<'_>) -> Option<()> {
        if let Some(name) = formula.class.shock().filter(|name| self.names.shock(name).is_none()) {
            let hint = self.names.near_shock(name);
            let message = format!("unknown shock \"{name}\"{hint}");
            self.problem(&format!("{}.shock", formula.key), message);
            return None;
        }
        if formula.lacks_shock() && !self.model.imported {
            let hint = self.names.near_shock(self.name);
            let message = format!(
                "has a random term but no shock of its name; declare [shocks.{}], or name \
                 another shock{hint}",
                self.name
            );
            self.problem(formula.key, message);
            return None;
        }
        Some(())
    }

    fn form(
        &mut self,
        equation: &Equation,
        shock: Option<&str>,
        key: &str,
        start: Option<NodeId>,
    ) -> Option<Form> {
        let equation = self.expanded(equation, key)?;
        let mut locals = HashMap::new();
        let mut residual = shock.map(Expr::shock);
        if let Some(&column) = self.equations.add_factors.get(&self.index) {
            let factor = Expr::name(ADD_FACTOR, 0);
            residual = Some(match residual {
                Some(shock) => Expr::plus(shock, factor),
                None => factor,
            });
            locals.insert(ADD_FACTOR, self.equations.graph.node(GraphNode::Given(column)));
        }
        if let Some(start) = start {
            locals.insert(START, start);
        }
        let solved = match expr::solve(&equation, self.name, residual) {
            Ok(solved) => solved,
            Err(error) => {
                let message = format!(
                    "{error}, in \"{}\"; leave \"in levels\" out, for a residual in the space of \
                     the left side",
                    equation.source
                );
                self.problem(key, message);
                return None;
            }
        };
        let needs = self.needs(&solved);
        let mut lowering = Lowering {
            graph: &mut self.equations.graph,
            names: self.names,
            locals,
            counts: &mut self.equations.counts,
            caches: &mut self.equations.caches,
            indicators: self.model.indicators.len() as u32,
            owner: self.name,
            own_counts: 0,
            unknown: IndexSet::new(),
        };
        let form = lowering.solved(&solved, needs);
        let unknown = lowering.unknown;
        let is_known = unknown.is_empty();
        unknown.into_iter().for_each(|message| self.problem(key, message));
        is_known.then_some(form)
    }

    /// The equation with its short forms written out.
    fn expanded(&mut self, equation: &Equation, key: &str) -> Option<Equation> {
        equation
            .expand(self.model.periods.frequency())
            .map_err(|errors| {
                for error in errors {
                    self.problem(key, error.annotated(&equation.source));
                }
            })
            .ok()
    }

    /// Which indicators an equation needs, how many periods ago; each once. One that is implicit
    /// needs its own, whether it has it or not.
    fn needs(&self, solved: &Solved) -> Vec<(u32, u32)> {
        let mut needs = IndexSet::new();
        let value = match solved {
            Solved::Explicit(solved) => &solved.value,
            Solved::Implicit { gap, .. } => {
                needs.insert((self.index, 0));
                gap
            }
        };
        value.visit_names(&mut |name: &str, lag: u32| {
            if let Some(Meaning::Indicator(index)) = self.names.get(name) {
                needs.insert((index, lag));
            }
        });
        needs.into_iter().collect()
    }

    fn path(
        &mut self,
        values: &IndexMap<Period, Quantity>,
        shock: Option<&str>,
        class: Class,
    ) -> Option<Forms> {
        if self.model.origin.unread.hides_the_span() {
            return None;
        }
        let known = |period: &Period| self.model.indicators[self.name].history.contains_key(period);
        let missing = self.model.periods.periods().find(|p| !values.contains_key(p) && !known(p));
        if let Some(period) = missing {
            self.problem("process.values", format!("has no value for {period}"));
            return None;
        }
        let graph = &mut self.equations.graph;
        let mut residual = None;
        if let Some(shock) = shock.and_then(|name| self.names.shock(name)) {
            residual = Some(graph.node(GraphNode::Shock(shock)));
        }
        if let Some(&column) = self.equations.add_factors.get(&self.index) {
            let factor = graph.node(GraphNode::Given(column));
            residual = Some(match residual {
                Some(shock) => graph.binary(super::graph::Binary::Add, shock, factor),
                None => factor,
            });
        }
        let mut nodes = IndexMap::new();
        for (period, quantity) in values {
            let stream = format!("path/{}/{period}", self.name);
            let place = self.path_values.place(stream, Uncertainty::Start, quantity);
            nodes.insert(*period, self.equations.graph.node(GraphNode::Parameter(place)));
        }
        let sign = if residual.is_some() { "~" } else { "=" };
        let shock = shock.map_or_else(String::new, |shock| format!(" + shock({shock})"));
        Some(Forms {
            path: Some(GivenPath { values: nodes, residual }),
            printed: Some(format!("{} {sign} given path{shock}", self.name)),
            class,
            ..Forms::default()
        })
    }
}

impl Lowering<'_> {
    /// An equation solved for its indicator as nodes.
    fn solved(&mut self, solved: &Solved, needs: Vec<(u32, u32)>) -> Form {
        match solved {
            Solved::Explicit(solved) => {
                let root = self.expression(&solved.value);
                let mut aliases = Vec::new();
                for (transformed, value) in &solved.aliases {
                    self.own_counts = 0;
                    aliases.push((self.expression(transformed), self.expression(value)));
                }
                Form { root, implicit: None, aliases, needs }
            }
            Solved::Implicit { gap, size } => {
                let root = self.expression(gap);
                let now = self.expression(size);
                let before = self.expression(&size.with_names_before());
                let current = needs.iter().filter(|(_, lag)| *lag == 0);
                let needs_before = current.map(|(name, _)| *name).collect();
                let implicit = Implicit { now, before, needs_before };
                Form { root, implicit: Some(implicit), aliases: Vec::new(), needs }
            }
        }
    }
}

/// The name that stands for the add factor within an equation.
const ADD_FACTOR: &str = "add_factor_of_this_equation";
