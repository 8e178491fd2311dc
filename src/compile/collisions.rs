//! Two streams of random numbers whose names have the same hash would be one: a mistake of the model.

use std::collections::HashMap;

use indexmap::IndexSet;

use crate::error::Problem;
use crate::model::Model;
use crate::sample::StreamId;

/// The names of all streams of a model, each with its address; but for those of outturns. What is
/// drawn once in a path has that of its parameter or history, counts are those of processes.
fn names<'a>(
    model: &'a Model,
    path: impl Iterator<Item = &'a str>,
    counts: &IndexSet<String>,
) -> Vec<(String, String)> {
    let mut names: Vec<_> = path.map(|name| (name.replace('/', "."), name.to_owned())).collect();
    for (name, shock) in &model.shocks {
        let stream = shock.stream.as_ref().unwrap_or(name);
        names.push((format!("shocks.{name}"), format!("shock/{stream}")));
    }
    names.extend(counts.iter().map(|n| (format!("indicators.{n}"), format!("count/{n}"))));
    names.extend(model.copulas.keys().map(|n| (format!("copulas.{n}"), format!("copula/{n}"))));
    for (name, event) in &model.events {
        let sizes = event.size.keys().map(|shock| format!("size/{shock}"));
        for what in sizes.chain(["begin".to_owned(), "duration".to_owned()]) {
            names.push((format!("events.{name}"), format!("event/{name}/{what}")));
        }
    }
    names
}

/// Says which names collide.
pub(super) fn check<'a>(
    model: &'a Model,
    path: impl Iterator<Item = &'a str>,
    counts: &IndexSet<String>,
    problems: &mut Vec<Problem>,
) {
    let mut known: HashMap<StreamId, String> = HashMap::new();
    for (address, name) in names(model, path, counts) {
        if let Some(other) = known.insert(StreamId::of(&name), name.clone())
            && other != name
        {
            let message = format!(
                "its random numbers \"{name}\" would be those of \"{other}\", since the two names \
                 have the same hash; rename one of them"
            );
            problems.push(Problem::new(address, message));
        }
    }
}
