//! The assumptions of a scenario by the random numbers that they draw, those that go together as one.

use std::collections::HashSet;

use crate::compile::{EventValue, Program};
use crate::error::{Error, Problem, near};
use crate::model::Pair;
use crate::sample::StreamId;
use crate::simulate::RunInfo;

/// Assumptions that are redrawn together.
#[derive(Debug, Clone)]
pub(super) struct Assumption {
    /// The addresses of its members.
    pub(super) members: Vec<String>,
    pub(super) streams: HashSet<StreamId>,
}

/// All that is drawn in a scenario: members that share random numbers, are correlated or are in one
/// copula are one assumption, and so are those of each of the `groups` of addresses.
///
/// # Errors
/// An address that is none of them, or is in two groups.
pub(super) fn assumptions(
    program: &Program,
    info: &RunInfo,
    scenario: &str,
    groups: &[Vec<String>],
) -> Result<Vec<Assumption>, Error> {
    let model = program.model();
    let random = &program.inner.random;
    let mut parts: Vec<Part> = Vec::new();
    for (k, name, is_parameter) in program.path_values(info, scenario)? {
        let name = name.split_once('/').map_or(name, |(_, name)| name);
        let address = if is_parameter {
            format!("parameters.{name}")
        } else {
            match name.split_once('/') {
                Some((indicator, period)) => format!("indicators.{indicator}.history.{period}"),
                None => format!("indicators.{name}"),
            }
        };
        let mut streams = HashSet::from([random.path[k].stream]);
        let copulas = random.path_copulas.iter().filter(|copula| copula.members.contains(&k));
        streams.extend(copulas.map(|copula| copula.stream));
        parts.push(Part { name: name.to_owned(), address, streams });
    }
    for (k, (name, shock)) in model.shocks.keys().zip(&random.shocks).enumerate() {
        let mut streams = HashSet::from([random.streams[shock.stream].stream]);
        let copulas = random.shock_copulas.iter().filter(|copula| copula.members.contains(&k));
        streams.extend(copulas.map(|copula| copula.stream));
        parts.push(Part { name: name.clone(), address: format!("shocks.{name}"), streams });
    }
    for (name, event) in model.events.keys().zip(&random.events) {
        let mut streams = HashSet::from([event.begin]);
        let sizes = event.sizes.iter().map(|(_, size)| size);
        streams.extend(sizes.chain([&event.duration]).filter_map(|value| match value {
            EventValue::Drawn(stream, _) => Some(*stream),
            EventValue::Number(_) => None,
        }));
        parts.push(Part { name: name.clone(), address: format!("events.{name}"), streams });
    }
    let asked = in_groups(&parts, groups)?;
    let pairs: Vec<[&str; 2]> = model.correlations.keys().map(Pair::names).collect();
    let tied = |a: &Part, b: &Part| {
        let correlated = |pair: &[&str; 2]| {
            pair.contains(&a.name.as_str()) && pair.contains(&b.name.as_str()) && a.name != b.name
        };
        !a.streams.is_disjoint(&b.streams) || pairs.iter().any(correlated)
    };
    let mut group: Vec<usize> = (0..parts.len()).collect();
    let join = |group: &mut Vec<usize>, i: usize, j: usize| {
        let (to, from) = (group[i].min(group[j]), group[i].max(group[j]));
        group.iter_mut().filter(|g| **g == from).for_each(|g| *g = to);
    };
    for i in 0..parts.len() {
        for j in 0..i {
            let together = asked[i].is_some() && asked[i] == asked[j];
            if together || tied(&parts[i], &parts[j]) {
                join(&mut group, i, j);
            }
        }
    }
    let mut found: Vec<(usize, Assumption)> = Vec::new();
    for (k, part) in parts.into_iter().enumerate() {
        if let Some((_, assumption)) = found.iter_mut().find(|(of, _)| *of == group[k]) {
            assumption.members.push(part.address);
            assumption.streams.extend(part.streams);
        } else {
            let members = vec![part.address];
            found.push((group[k], Assumption { members, streams: part.streams }));
        }
    }
    Ok(found.into_iter().map(|(_, assumption)| assumption).collect())
}

/// Something that is drawn.
struct Part {
    name: String,
    address: String,
    streams: HashSet<StreamId>,
}

/// In which of the groups each part is.
fn in_groups(parts: &[Part], groups: &[Vec<String>]) -> Result<Vec<Option<usize>>, Error> {
    let mut places = vec![None; parts.len()];
    let mut problems = Vec::new();
    for (k, group) in groups.iter().enumerate() {
        for address in group {
            let message = match parts.iter().position(|part| part.address == *address) {
                Some(place) if places[place].is_none() => {
                    places[place] = Some(k);
                    continue;
                }
                Some(_) => format!("\"{address}\" is there twice"),
                None => {
                    let hint = near(address, parts.iter().map(|part| part.address.as_str()));
                    format!("\"{address}\" is not drawn in this run{hint}")
                }
            };
            problems.push(Problem::new(format!("groups[{k}]"), message));
        }
    }
    if problems.is_empty() { Ok(places) } else { Err(Error::model(problems)) }
}
