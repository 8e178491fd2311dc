//! Series breaks: where the factor of each indicator stands.

use indexmap::IndexSet;

use super::check::expression;
use super::code::Shared;
use super::forms::Equations;
use super::graph::{Extent, Node};
use super::names::Names;
use super::program::{LinkProgram, Uncertainty};
use super::uncertain::PathValues;
use crate::error::{Problem, near};
use crate::model::{Factor, Model, Value};

/// Enters factors that are drawn among the values fixed within a path.
pub(super) fn place(model: &Model, path_values: &mut PathValues) {
    for (name, link) in &model.links {
        for (indicator, factor) in &link.factors {
            if let Factor::Quantity(quantity) = factor
                && matches!(quantity.value, Value::Drawn(_))
            {
                path_values.place(stream(name, indicator), Uncertainty::Parameters, quantity);
            }
        }
    }
}

fn stream(link: &str, indicator: &str) -> String {
    format!("link/{link}/{indicator}")
}

/// Resolves the links of a model, and says what is wrong with them.
pub(super) fn resolve(
    model: &Model,
    names: &Names,
    path_values: &mut PathValues,
    equations: &mut Equations,
    shared: &mut Shared,
    problems: &mut Vec<Problem>,
) -> Vec<LinkProgram> {
    let mut bases = IndexSet::new();
    let mut links = Vec::new();
    for (name, link) in &model.links {
        let address = format!("links.{name}");
        let basis = link.basis.clone().unwrap_or_else(|| name.clone());
        if !bases.insert(basis.clone()) {
            let message = format!("another link has the basis \"{basis}\"");
            problems.push(Problem::new(format!("{address}.basis"), message));
        }
        if link.since > model.periods.last() {
            let message = format!("{} is after the periods {}", link.since, model.periods);
            problems.push(Problem::new(format!("{address}.since"), message));
        }
        let mut factors = Vec::new();
        for (indicator, factor) in &link.factors {
            let address = format!("{address}.factors.{indicator}");
            let Some(index) = model.indicators.get_index_of(indicator) else {
                let hint = near(indicator, model.indicators.keys().map(String::as_str));
                let message = format!("unknown indicator \"{indicator}\"{hint}");
                problems.push(Problem::new(address, message));
                continue;
            };
            let node = match factor {
                Factor::Quantity(quantity) => Ok(if let Some(number) = quantity.number() {
                    equations.graph.constant(number)
                } else {
                    let stream = stream(name, indicator);
                    let place = path_values.place(stream, Uncertainty::Parameters, quantity);
                    equations.graph.node(Node::Parameter(place))
                }),
                Factor::Expression(text) => expression(model, names, equations, text),
            };
            let slot = node.and_then(|node| {
                let fixed = equations.graph.extent(node);
                let slot = shared.slot(&equations.graph, node);
                slot.filter(|_| matches!(fixed, Extent::Constant | Extent::Path)).ok_or_else(|| {
                    vec!["expected a number or an expression in parameters".to_owned()]
                })
            });
            match slot {
                Ok(slot) => factors.push((index as u32, slot)),
                Err(messages) => {
                    problems.extend(messages.into_iter().map(|m| Problem::new(&address, m)));
                }
            }
        }
        links.push(LinkProgram { name: name.clone(), basis, since: link.since, factors });
    }
    links
}
