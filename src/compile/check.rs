//! What must hold between the parts of a model beyond its equations.

use std::collections::HashSet;

use indexmap::IndexSet;

use super::code::Shared;
use super::forms::Equations;
use super::graph::{Extent, Node};
use super::lower::Lowering;
use super::measure::Measure;
use super::names::{Meaning, Names};
use super::odd;
use super::prices;
use super::program::EventDraw;
use super::rows::Timeline;
use super::timeline::Mode;
use super::uncertain::{EventParts, event_draw};
use super::units;
use crate::error::{Problem, near};
use crate::expr::{Equation, Expr, Text};
use crate::interrupt::look;
use crate::model::{Factor, Model, Term, no_probability};

/// Names that targets, sets and levers use.
pub(super) fn cross_references(model: &Model, names: &Names, problems: &mut Vec<Problem>) {
    let indicators = || model.indicators.keys().map(String::as_str);
    let mut ids = IndexSet::new();
    problems.extend(odd::mistakes(model));
    for (k, target) in model.targets.iter().enumerate() {
        look();
        let address = format!("targets[{k}]");
        if !ids.insert(target.id.as_str()) {
            let message = format!("another target has the id \"{}\"", target.id);
            problems.push(Problem::new(format!("{address}.id"), message));
        }
    }
    for name in model.stochastic.iter().filter(|name| !model.indicators.contains_key(*name)) {
        let message = format!("unknown indicator \"{name}\"{}", near(name, indicators()));
        problems.push(Problem::new("stochastic", message));
    }
    // Of a draft the id of a target may not be known.
    let hidden = model.origin.unread.hides_a_target(model);
    let may_be_target = |id: &str| hidden || ids.contains(id);
    for (name, set) in &model.target_sets {
        for id in set.targets.iter().filter(|id| !may_be_target(id)) {
            let hint = near(id, ids.iter().copied());
            let message = format!("unknown target \"{id}\"{hint}");
            problems.push(Problem::new(format!("target_sets.{name}"), message));
        }
        if ids.contains(name.as_str()) {
            let message = format!("\"{name}\" is the id of a target already");
            problems.push(Problem::new(format!("target_sets.{name}"), message));
        }
    }
    for (name, warning) in &model.warnings {
        let address = format!("warnings.{name}");
        let target = warning.of_target();
        let sets = ["all", "binding", "expected"];
        let is_set = sets.contains(&target) || model.target_sets.contains_key(target);
        if !is_set && !may_be_target(target) {
            let known = ids.iter().copied().chain(model.target_sets.keys().map(String::as_str));
            let message = format!("unknown target or set \"{target}\"{}", near(target, known));
            problems.push(Problem::new(format!("{address}.target"), message));
        }
    }
    for (name, lever) in &model.levers {
        if !matches!(names.get(&lever.parameter), Some(Meaning::Parameter(_))) {
            let hint = near(&lever.parameter, model.parameters.keys().map(String::as_str));
            let message = format!("unknown parameter \"{}\"{hint}", lever.parameter);
            problems.push(Problem::new(format!("levers.{name}.parameter"), message));
        }
    }
}

/// The targets compiled, with their places in the model; says what is wrong with the others.
pub(super) fn measures(
    model: &Model,
    names: &Names,
    problems: &mut Vec<Problem>,
) -> Vec<(usize, Measure)> {
    let mut found = Vec::with_capacity(model.targets.len());
    for (k, target) in model.targets.iter().enumerate() {
        look();
        match Measure::new(target, names) {
            Ok(measure) => found.push((k, measure)),
            Err(wrong) => problems.extend(wrong.into_iter().map(|problem| {
                Problem::new(format!("targets[{k}].{}", problem.address), problem.message)
            })),
        }
    }
    found
}

/// The rules of early warnings compiled, each in the last period.
pub(super) fn warned(model: &Model, names: &Names, problems: &mut Vec<Problem>) -> HashSet<String> {
    let mut indicators = HashSet::new();
    for (name, warning) in &model.warnings {
        let Some(rule) = warning.rule(model.periods.last()) else { continue };
        match Measure::new(&rule, names) {
            Ok(rule) => indicators.extend(rule.indicators().into_iter().map(str::to_owned)),
            Err(wrong) => problems.extend(wrong.into_iter().map(|problem| {
                Problem::new(format!("warnings.{name}.{}", problem.address), problem.message)
            })),
        }
    }
    indicators
}

/// Has every target the values it looks at?
pub(super) fn targets(
    model: &Model,
    targets: &[(usize, Measure)],
    timeline: &Timeline,
    modes: &[Vec<Mode>],
    scenario: &str,
    problems: &mut Vec<Problem>,
) {
    if scenario != "baseline" {
        return; // a scenario gives values, it never takes them away
    }
    for (k, measure) in targets {
        let address = format!("targets[{k}].period");
        let (span, period) = (model.periods, measure.target.period);
        if !span.contains(period.last()) {
            let message = format!("{period} does not end within the model's periods {span}");
            problems.push(Problem::new(address, message));
            continue;
        }
        let mut told = HashSet::new();
        for (name, period) in measure.cells() {
            let index = model.indicators.get_index_of(name).unwrap_or_default();
            let has = timeline.row(period).is_some_and(|row| modes[row.0][index] != Mode::Missing);
            if !has && told.insert(name) {
                let message = format!("{name} has no value in {period}, which the target looks at");
                problems.push(Problem::new(&address, message));
            }
        }
    }
}

/// The draws of all events.
pub(super) fn events(
    model: &Model,
    names: &Names,
    equations: &mut Equations,
    shared: &mut Shared,
    problems: &mut Vec<Problem>,
) -> Vec<EventDraw> {
    let mut draws = Vec::new();
    for (name, event) in &model.events {
        for shock in event.size.keys().filter(|shock| names.shock(shock).is_none()) {
            let message = format!("unknown shock \"{shock}\"{}", names.near_shock(shock));
            problems.push(Problem::new(format!("events.{name}.size.{shock}"), message));
        }
        let own = event.problems().into_iter();
        problems.extend(
            own.map(|(field, message)| Problem::new(format!("events.{name}.{field}"), message)),
        );
        let address = format!("events.{name}.probability");
        let probability = match &event.probability {
            Term::Number(number) => Ok(equations.graph.constant(*number)),
            Term::Expression(text) => expression(model, names, equations, text),
        };
        let probability = probability.and_then(|node| {
            let slot = shared.slot(&equations.graph, node).filter(|_| {
                matches!(equations.graph.extent(node), Extent::Constant | Extent::Path)
            });
            let slot = slot.ok_or_else(|| {
                vec!["expected a number or an expression in parameters".to_owned()]
            })?;
            // A number by itself has been looked at already.
            let wrong = match (&event.probability, equations.graph.get(node)) {
                (Term::Expression(_), Node::Constant(bits)) => no_probability(f64::from_bits(bits)),
                _ => None,
            };
            wrong.map_or(Ok((node, slot)), |wrong| Err(vec![wrong]))
        });
        match probability {
            Ok(of) => {
                let parts = EventParts { name, event };
                draws.push(event_draw(&parts, of, |shock| names.shock(shock)));
            }
            Err(messages) => {
                problems.extend(messages.into_iter().map(|m| Problem::new(&address, m)));
            }
        }
    }
    draws
}

pub(super) fn expression(
    model: &Model,
    names: &Names,
    equations: &mut Equations,
    text: &Text<Expr>,
) -> Result<super::graph::NodeId, Vec<String>> {
    let parsed = text.tree_or_messages()?;
    let parsed = parsed
        .expand(model.periods.frequency())
        .map_err(|error| vec![error.annotated(text.as_str())])?;
    let mut lowering = Lowering {
        graph: &mut equations.graph,
        names,
        locals: std::collections::HashMap::new(),
        counts: &mut equations.counts,
        caches: &mut equations.caches,
        indicators: model.indicators.len() as u32,
        owner: "",
        own_counts: 0,
        unknown: IndexSet::new(),
    };
    lowering.known(&parsed)
}

/// What is odd without being wrong.
pub(super) fn warnings(
    model: &Model,
    equations_of: &Equations,
    targets: &[Measure],
) -> Vec<Problem> {
    let mut warnings = prices::warnings(model, targets);
    warnings.extend(odd::warnings(model));
    warnings.extend(units::warnings(model, targets));
    let used = used(model, equations_of);
    let used_in = |name: &str| used.contains(name);
    for name in model.shocks.keys().filter(|name| !used_in(name)) {
        let message = "no equation uses this shock";
        warnings.push(Problem::new(format!("shocks.{name}"), message));
    }
    for name in model.parameters.keys().filter(|name| !used_in(name)) {
        let message = "no equation uses this parameter";
        warnings.push(Problem::new(model.address_of_parameter(name), message));
    }
    for (name, event) in &model.events {
        let odd = event.odd_duration();
        warnings.extend(odd.map(|odd| Problem::new(format!("events.{name}.duration"), odd)));
    }
    warnings.into_iter().map(|warning| model.locate(warning)).collect()
}

/// The parameters and shocks that equations, events and links use.
fn used<'a>(model: &'a Model, equations: &'a Equations) -> HashSet<&'a str> {
    let mut used: HashSet<&str> = HashSet::new();
    let mut look = |expr: &'a Expr| {
        expr.visit_names(&mut |name, _| {
            used.insert(name);
        });
    };
    equations
        .forms
        .iter()
        .filter_map(|f| f.equation.as_ref())
        .flat_map(Equation::sides)
        .for_each(&mut look);
    let probabilities = model.events.values().filter_map(|event| event.probability.expression());
    let factors = model.links.values().flat_map(|link| link.factors.values());
    let factors = factors.filter_map(|factor| match factor {
        Factor::Expression(text) => Some(text),
        Factor::Quantity(_) => None,
    });
    probabilities.chain(factors).filter_map(|text| text.tree().ok()).for_each(look);
    for forms in &equations.forms {
        used.extend(forms.class.shock());
        for side in forms.equation.iter().flat_map(Equation::sides) {
            side.visit_shocks(&mut |shock| {
                used.insert(shock);
            });
        }
    }
    used.extend(model.events.values().flat_map(|event| event.size.keys().map(String::as_str)));
    used
}
