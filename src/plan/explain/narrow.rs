//! As little of a model as some targets need.
//!
//! What a path does does not depend on indicators that are not there, nor on later periods
//! (docs/streams.md: designs random and antithetic). So the targets of a model are split where that
//! saves work, into those due early and those due late, and for each part only the indicators that
//! its targets rest on are computed, up to the last period that counts.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

use crate::compile::Measure;
use crate::expr::Text;
use crate::interrupt::look;
use crate::model::{Action, Amount, Change, Model, Pair, Subject};
use crate::period::{Period, Span};

/// A part of a model, with what is computed of it.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) model: Model,
}

impl Piece {
    /// A number that tells pieces apart: two hashes of what is written of it.
    pub(super) fn key(&self) -> u128 {
        let text = self.model.to_json().unwrap_or_default();
        let hash = |salt: u8| {
            let mut hasher = DefaultHasher::new();
            (salt, &text).hash(&mut hasher);
            u128::from(hasher.finish())
        };
        hash(0) << 64 | hash(1)
    }
}

/// The pieces of a model: each has some of its targets.
pub(super) fn pieces(model: &Model) -> Vec<Piece> {
    // Names of a target that is wrong are left out here, and told when the model is compiled.
    let roots = |target: &crate::model::Target| {
        let measure = Measure::on(target, model.indicators.keys().map(String::as_str)).ok();
        let names = model.indicators.keys().map(String::as_str);
        names.filter(|name| measure.as_ref().is_some_and(|m| m.concerns(name))).collect::<Vec<_>>()
    };
    let mut ends: Vec<Period> = model.targets.iter().map(|target| target.period.last()).collect();
    ends.sort_by_key(|period| period.ordinal());
    ends.dedup();
    let Some(&last) = ends.last() else { return Vec::new() };
    let part = |from: Option<Period>, to: Period| {
        let inside = |end: Period| {
            from.is_none_or(|from| end.ordinal() > from.ordinal()) && end.ordinal() <= to.ordinal()
        };
        let targets: Vec<_> =
            model.targets.iter().filter(|t| inside(t.period.last())).cloned().collect();
        let needed = needed(model, targets.iter().flat_map(&roots));
        let periods = to.since(model.periods.first()).map_or(0, |n| n + 1).max(1);
        (targets, to, needed.len() as i64 * i64::from(periods), needed)
    };
    let whole = vec![part(None, last)];
    let cost = |parts: &[(_, _, i64, _)]| parts.iter().map(|part| part.2).sum::<i64>();
    let splits =
        ends[..ends.len() - 1].iter().map(|&end| vec![part(None, end), part(Some(end), last)]);
    let best = splits.chain([whole]).min_by_key(|parts| cost(parts)).unwrap_or_default();
    let piece = |(targets, end, _, needed): (Vec<_>, Period, i64, HashSet<&str>)| Piece {
        model: Model { targets, ..narrowed(model, &needed, end) },
    };
    best.into_iter().map(piece).collect()
}

/// The piece of a model that has an indicator up to a period.
pub(super) fn piece(model: &Model, indicator: &str, end: Period) -> Piece {
    Piece { model: narrowed(model, &needed(model, [indicator]), end) }
}

/// The indicators that some rest on, themselves included: those whose names stand in the equations,
/// the processes and the events.
fn needed<'m>(model: &'m Model, roots: impl IntoIterator<Item = &'m str>) -> HashSet<&'m str> {
    let mut needed: HashSet<&str> = HashSet::new();
    let mut next: Vec<&str> = roots.into_iter().collect();
    while let Some(name) = next.pop() {
        look();
        let Some((name, _)) = model.indicators.get_key_value(name) else { continue };
        if needed.insert(name) {
            let known = |used: String| Some(model.indicators.get_key_value(&used)?.0.as_str());
            next.extend(uses(model, name).into_iter().filter_map(known));
        }
    }
    needed
}

/// The names and the shocks that the equation of an indicator uses, or the one its process stands for.
fn uses(model: &Model, indicator: &str) -> HashSet<String> {
    let mut used = HashSet::new();
    let Ok(formula) = model.formula(indicator) else { return used };
    for side in formula.equation.iter().flat_map(|equation| equation.sides()) {
        side.visit_names(&mut |name, _| {
            used.insert(name.to_owned());
        });
        side.visit_shocks(&mut |shock| {
            used.insert(shock.to_owned());
        });
    }
    used.extend(formula.class.shock().map(str::to_owned));
    used
}

/// The model with these indicators only, up to a period.
fn narrowed(model: &Model, needed: &HashSet<&str>, end: Period) -> Model {
    let mut narrow = model.clone();
    narrow.targets.clear();
    narrow.indicators.retain(|name, _| needed.contains(name.as_str()));
    narrow.stochastic.retain(|name| needed.contains(name.as_str()));
    for scenario in narrow.scenarios.values_mut() {
        scenario.changes.retain(|change| match &change.subject {
            Subject::Indicator(name) => needed.contains(name.as_str()),
            _ => true,
        });
    }
    drop_unused(&mut narrow);
    if end.ordinal() < model.periods.last().ordinal() {
        for scenario in narrow.scenarios.values_mut() {
            scenario.changes.retain_mut(|change| clip(change, end));
        }
    }
    if let Ok(span) = Span::new(model.periods.first(), end)
        && span.len() < model.periods.len()
    {
        narrow.periods = span;
    }
    narrow
}

/// Cuts a change off behind a period; is anything left?
fn clip(change: &mut Change, end: Period) -> bool {
    let inside = |period: Period| period.ordinal() <= end.ordinal();
    if let Some(span) = change.periods {
        let last = if inside(span.last()) { span.last() } else { end };
        match Span::new(span.first(), last) {
            Ok(span) => change.periods = Some(span),
            Err(_) => return false,
        }
    }
    let (Action::Set(amount) | Action::Add(amount) | Action::Scale(amount)) = &mut change.action;
    match amount {
        Amount::ByPeriod(values) => {
            values.retain(|period, _| inside(*period));
            !values.is_empty()
        }
        Amount::Same(_) => true,
    }
}

/// Leaves out shocks and parameters that nothing uses, with their correlations and what events add to
/// them. One that is correlated and declared before a used one is kept: it takes part in what that
/// one draws.
fn drop_unused(model: &mut Model) {
    let mut used: HashSet<String> = model.indicators.keys().cloned().collect();
    let correlated: HashSet<String> =
        model.correlations.keys().flat_map(Pair::names).map(str::to_owned).collect();
    for name in model.indicators.keys() {
        used.extend(uses(model, name));
    }
    // What belongs to a copula is kept whole.
    for copula in model.copulas.values() {
        if copula.members.iter().any(|name| used.contains(name)) {
            used.extend(copula.members.iter().cloned());
        }
    }
    let mut dropped: HashSet<String> = HashSet::new();
    if model.streams.is_empty() {
        let streams = model.shocks.iter().filter(|(_, shock)| shock.stream.is_some());
        used.extend(streams.map(|(name, _)| name.clone()));
        dropped.extend(unused(model.shocks.keys(), &used, &correlated));
        model.shocks.retain(|name, _| !dropped.contains(name));
        for event in model.events.values_mut() {
            event.size.retain(|shock, _| !dropped.contains(shock));
        }
        model.events.retain(|_, event| !event.size.is_empty());
    }
    for event in model.events.values() {
        let probability = event.probability.expression().map(Text::tree);
        if let Some(Ok(tree)) = probability {
            tree.visit_names(&mut |name, _| {
                used.insert(name.to_owned());
            });
        }
    }
    // Draws are kept whole: which of their rows is in the middle is a question to all of their columns.
    for draws in model.draws.values() {
        if draws.parameters().iter().any(|name| used.contains(name)) {
            used.extend(draws.parameters().iter().cloned());
        }
    }
    let parameters = unused(model.parameters.keys(), &used, &correlated);
    model.draws.retain(|_, draws| !draws.parameters().iter().any(|name| parameters.contains(name)));
    model.parameters.retain(|name, _| !parameters.contains(name));
    for scenario in model.scenarios.values_mut() {
        scenario.changes.retain(|change| match &change.subject {
            Subject::Shock(name) => !dropped.contains(name),
            Subject::Parameter(name) => !parameters.contains(name),
            Subject::Indicator(_) => true,
        });
    }
    dropped.extend(parameters);
    model.copulas.retain(|_, copula| !copula.members.iter().any(|name| dropped.contains(name)));
    model.correlations.retain(|pair, _| !pair.names().iter().any(|name| dropped.contains(*name)));
}

/// The names that are not used, but for correlated ones before the last used one.
fn unused<'m>(
    names: impl ExactSizeIterator<Item = &'m String> + DoubleEndedIterator + Clone,
    used: &HashSet<String>,
    correlated: &HashSet<String>,
) -> HashSet<String> {
    let last = names.clone().rposition(|name| used.contains(name));
    let early = |index: usize| last.is_some_and(|last| index < last);
    let kept = |(index, name): &(usize, &String)| {
        used.contains(*name) || (correlated.contains(*name) && early(*index))
    };
    names.enumerate().filter(|pair| !kept(pair)).map(|(_, name)| name.clone()).collect()
}
