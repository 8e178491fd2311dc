//! What of a plan can be fitted: the means, drifts and persistences of its processes, and their shocks.

use super::column::{Column, heading, on_axis};
use super::draw::ColumnDraws;
use super::kind::Kind;
use super::lever::Lever;
use crate::error::{Problem, near};
use crate::expr::{Expr, Node, Text};
use crate::fit::Phrase;
use crate::import::Data;
use crate::interrupt::look;
use crate::math::logit_between;
use crate::model::{Indicator, Model, Parameter, Process, Term, Value};
use crate::period::{Period, Span};

/// What of a process is fitted, and under which name.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    pub(super) indicator: &'a str,
    kind: Kind,
    limits: (f64, f64),
    /// The parameter that the mean or drift is made of.
    pub(super) mean: Option<Lever<'a>>,
    pub(super) persistence: Option<&'a str>,
    pub(super) shock: Option<String>,
    /// Its persistence, where that is a number.
    fixed_persistence: Option<f64>,
}

/// Figures of a plan: those of a table, else those of its histories, and the places from which is learnt.
pub(super) struct Figures<'a> {
    pub(super) table: &'a Data,
    pub(super) peers: &'a [(String, Data)],
}

impl Figures<'_> {
    pub(super) fn has(&self, name: &str) -> bool {
        let has = |data: &Data| data.names().any(|known| heading(known).0 == name);
        let is_empty = self.table.names().next().is_none();
        is_empty || has(self.table) || self.peers.iter().any(|(_, data)| has(data))
    }

    /// The figures of an indicator, in order.
    pub(super) fn of(&self, name: &str, indicator: &Indicator) -> Vec<(Period, f64)> {
        let table = self.table.names().find(|known| heading(known).0 == name);
        if let Some(series) = table.and_then(|name| self.table.series(name)) {
            return series.iter().map(|(period, figure)| (*period, *figure)).collect();
        }
        let known =
            indicator.history.iter().filter_map(|(period, quantity)| match quantity.value {
                Value::Number(figure) => Some((*period, figure)),
                Value::Drawn(_) => None,
            });
        known.collect()
    }
}

impl Wanted<'_> {
    /// Whether a name is one of what is fitted.
    pub(super) fn is_named(&self, name: &str) -> bool {
        let mean = self.mean.as_ref().map(|lever| lever.parameter);
        [mean, self.persistence, self.shock.as_deref()].into_iter().flatten().any(|one| one == name)
    }

    /// The draws of the parameter of the mean and of that of persistence. Where persistence is a fixed number,
    /// rows count by how near theirs is to it.
    pub(super) fn rows(&self, draws: &ColumnDraws) -> (Vec<f64>, Vec<f64>) {
        let parameter = |mean: f64| self.mean.as_ref().map_or(mean, |lever| lever.at(mean));
        let Some(fixed) = self.fixed_persistence else {
            let means = draws.mean.iter().map(|mean| parameter(*mean)).collect();
            return (means, draws.persistence.clone());
        };
        // Rows in the order of their distance; the nearest third stands for all.
        let mut order: Vec<usize> = (0..draws.mean.len()).collect();
        let away = |k: &usize| (draws.persistence[*k] - fixed).abs();
        order.sort_by(|a, b| away(a).total_cmp(&away(b)));
        let near = order.len().div_ceil(3).max(1);
        let mean = |k: usize| parameter(draws.mean[order[k % near]]);
        ((0..draws.mean.len()).map(mean).collect(), draws.persistence.clone())
    }

    /// Its figures on the axis, in the space of its process.
    pub(super) fn column(&self, model: &Model, figures: &Figures<'_>, axis: Span) -> Column {
        let known = model.indicators.get(self.indicator).map(|one| figures.of(self.indicator, one));
        let known = known.unwrap_or_default();
        let mut figures = on_axis(axis, known.iter().map(|(period, figure)| (period, figure)));
        let (kind, logits) = match self.kind {
            // In the space of the process: changes of the logit, whose mean is the drift.
            Kind::Share => (Kind::Change, Some(self.limits)),
            kind => (kind, None),
        };
        if let Some(limits) = logits {
            figures.iter_mut().for_each(|figure| *figure = logit_between(*figure, limits));
        }
        Column {
            name: self.indicator.to_owned(),
            label: None,
            unit: None,
            kind,
            why: Phrase::InPlan.into(),
            logits,
            figures,
        }
    }
}

/// What can be fitted. Terms that are the name of a parameter come before those that are made of several.
pub(super) fn wanted<'a>(
    model: &'a Model,
    figures: &Figures<'_>,
    of: Option<&'a [String]>,
) -> Vec<Wanted<'a>> {
    let mut found: Vec<Wanted<'a>> = Vec::new();
    let processes = || {
        let all = model.indicators.iter().filter(|(name, _)| figures.has(name));
        all.filter_map(|(name, indicator)| {
            let process = indicator.process.as_ref()?;
            fittable(process).map(|(kind, mean, limits)| (name, process, kind, mean, limits))
        })
    };
    let is_wanted = |name: &str| match of {
        Some(of) => of.iter().any(|other| other == name),
        None => model.parameters.get(name).is_some_and(is_drawn),
    };
    let mut taken: Vec<&str> = Vec::new();
    for (name, process, kind, mean, limits) in processes() {
        let mut parameter = |key: &str| {
            let name = term(process, key).and_then(name_of)?;
            let is_new = model.parameters.contains_key(name) && !taken.contains(&name);
            (is_new && is_wanted(name)).then(|| taken.push(name)).map(|()| name)
        };
        let fixed_persistence = match term(process, "persistence") {
            Some(Term::Number(number)) => Some(*number),
            _ => None,
        };
        found.push(Wanted {
            indicator: name,
            kind,
            limits,
            mean: parameter(mean).map(Lever::whole),
            persistence: parameter("persistence"),
            shock: None,
            fixed_persistence,
        });
    }
    for ((_, process, _, mean, _), wanted) in processes().zip(&mut found) {
        look();
        let Some(term) = term(process, mean).filter(|_| wanted.mean.is_none()) else { continue };
        let Term::Expression(text) = term else { continue };
        let in_question = |name: &&str| is_wanted(name) && !taken.contains(name);
        let in_term =
            |name: &&str| of.is_some() || names_in(text).iter().any(|other| other == name);
        let known = model.parameters.keys().map(String::as_str);
        let known: Vec<&str> = known.filter(|name| is_wanted(name)).filter(in_term).collect();
        // Unless it is said, the one uncertain parameter that stands in the term.
        if of.is_none() && known.len() != 1 {
            continue;
        }
        let candidates = known.into_iter().filter(in_question);
        let lever = candidates.into_iter().find_map(|name| Lever::of(model, text.as_str(), name));
        if let Some(lever) = lever {
            taken.push(lever.parameter);
            wanted.mean = Some(lever);
        }
    }
    found.retain(|wanted| wanted.mean.is_some() || wanted.persistence.is_some());
    for wanted in &mut found {
        let process = model.indicators.get(wanted.indicator).and_then(|one| one.process.as_ref());
        let Some(process) = process else { continue };
        let shock = process.shock().unwrap_or(wanted.indicator);
        let is_fitted = match of {
            Some(of) => of.iter().any(|other| other == shock),
            None => moved_by(model, shock) == 1,
        };
        let is_known = model.shocks.contains_key(shock) && process.spread().is_none();
        wanted.shock = (is_fitted && is_known).then(|| shock.to_owned());
    }
    found
}

/// Names to fit that are none of what can be fitted.
pub(super) fn unknown(
    model: &Model,
    of: Option<&[String]>,
    is_known: impl Fn(&str) -> bool,
) -> Vec<Problem> {
    let unknown = of.into_iter().flatten().filter(|name| !is_known(name));
    let problem = |name: &String| {
        let known = model.parameters.keys().chain(model.shocks.keys()).map(String::as_str);
        let is_there = model.parameters.contains_key(name) || model.shocks.contains_key(name);
        let hint = if is_there { String::new() } else { near(name, known) };
        let message = format!(
            "\"{name}\" is not the mean, drift, persistence or shock of a process, and no coefficient of a behavioural \
             equation, whose indicator is in the table{hint}; a mean or drift may be an expression that is a \
             straight line in the parameter"
        );
        Problem::new("fit: of", message)
    };
    unknown.map(problem).collect()
}

/// The names in an expression; none where it cannot be read.
fn names_in(text: &Text<Expr>) -> Vec<String> {
    let mut names = Vec::new();
    if let Ok(tree) = text.tree_or_messages() {
        tree.visit_names(&mut |name, _| names.push(name.to_owned()));
    }
    names
}

fn term<'a>(process: &'a Process, key: &str) -> Option<&'a Term> {
    process.terms().iter().find(|(known, _)| *known == key).map(|(_, term)| *term)
}

/// The kind of a process whose parameters can be fitted, the key of its mean, and its limits.
fn fittable(process: &Process) -> Option<(Kind, &'static str, (f64, f64))> {
    match process {
        Process::Growth(_) => Some((Kind::Growth, "mean", (0.0, 1.0))),
        Process::Change(_) => Some((Kind::Change, "mean", (0.0, 1.0))),
        Process::Level(_) => Some((Kind::Level, "mean", (0.0, 1.0))),
        Process::Share(share) if share.mean.is_none() => {
            // Its drift is the mean of the changes of its logit.
            Some((Kind::Share, "drift", (share.lower, share.upper)))
        }
        Process::Share(_)
        | Process::Stock(_)
        | Process::Count(_)
        | Process::TrendTo(_)
        | Process::Path(_)
        | Process::Sinusoid(_) => None,
    }
}

pub(super) fn is_drawn(parameter: &Parameter) -> bool {
    match parameter.quantity.value {
        Value::Drawn(_) => true,
        Value::Number(_) => false,
    }
}

/// The name that a term is.
fn name_of(term: &Term) -> Option<&str> {
    let Term::Expression(text) = term else { return None };
    match &text.tree_or_messages().ok()?.node {
        Node::Name { name, lag: 0 } => Some(name),
        _ => None,
    }
}

/// How many indicators a shock moves.
pub(super) fn moved_by(model: &Model, shock: &str) -> usize {
    let is_moved = |name: &&String| {
        let Ok(formula) = model.formula(name) else { return false };
        let mut moved = formula.class.shock() == Some(shock);
        for side in formula.equation.iter().flat_map(|equation| equation.sides()) {
            side.visit_shocks(&mut |other| moved |= other == shock);
        }
        moved
    };
    model.indicators.keys().filter(is_moved).count()
}
