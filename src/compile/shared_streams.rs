//! Shocks and the streams they share.

use indexmap::{IndexMap, IndexSet};

use super::program::{ShockDraw, StreamDraw};
use crate::error::{Problem, near};
use crate::model::{Blocks, Model, Pair, Shock};
use crate::sample::{Marginal, Positions, Resampling, StreamId};

/// The streams of all shocks, and the shocks.
pub(super) fn shocks(
    model: &Model,
    problems: &mut Vec<Problem>,
) -> (Vec<StreamDraw>, Vec<ShockDraw>) {
    let mut groups: IndexMap<&str, Vec<usize>> = IndexMap::new();
    let correlated = correlated(model);
    let mut shocks = Vec::new();
    for (k, (name, shock)) in model.shocks.iter().enumerate() {
        let stream = shock.stream.as_ref().unwrap_or(name).as_str();
        let entry = groups.entry(stream);
        let place = entry.index();
        entry.or_default().push(k);
        shocks.push(ShockDraw { stream: place, marginal: marginal(shock) });
    }
    let streams = groups.iter().map(|(name, members)| {
        let shared = members.len() > 1 || model.streams.contains_key(*name);
        let names = members.iter().filter_map(|k| model.shocks.get_index(*k));
        let mixed = names.map(|(shock, _)| shock.as_str()).find(|s| correlated.contains(s));
        if let (true, Some(shock)) = (shared, mixed) {
            let message = format!(
                "shock \"{shock}\" shares the stream \"{name}\", whose shocks are drawn together \
                 already; it cannot have a correlation as well"
            );
            problems.push(Problem::new("correlations", message));
        }
        let places = if shared { places(model, name, members, problems) } else { None };
        StreamDraw { stream: StreamId::of(&format!("shock/{name}")), first: members[0], places }
    });
    let streams = streams.collect();
    let unread = model.origin.unread.concerns("shocks");
    let is_named = |name: &str| unread || groups.contains_key(name);
    for name in model.streams.keys().filter(|name| !is_named(name)) {
        let hint = near(name, groups.keys().copied());
        let message = format!("no shock names the stream \"{name}\"{hint}");
        problems.push(Problem::new(format!("streams.{name}"), message));
    }
    (streams, shocks)
}

fn marginal(shock: &Shock) -> Marginal {
    match shock.distribution.places() {
        Some(values) if shock.stream.is_some() => Marginal::of_places(values),
        _ => Marginal::new(&shock.distribution),
    }
}

/// The names in correlations.
fn correlated(model: &Model) -> IndexSet<&str> {
    model.correlations.keys().flat_map(Pair::names).collect()
}

/// How a stream picks places for its shocks: when all draw from lists of one length.
fn places(
    model: &Model,
    name: &str,
    members: &[usize],
    problems: &mut Vec<Problem>,
) -> Option<Positions> {
    let lengths = members.iter().map(|k| {
        let (name, shock) = model.shocks.get_index(*k)?;
        shock.stream.as_ref()?;
        Some((name.as_str(), shock.distribution.places()?.len()))
    });
    let lengths: Vec<Option<(&str, usize)>> = lengths.collect();
    let first = lengths.first().copied().flatten();
    let alike = first.filter(|(_, n)| lengths.iter().all(|l| l.is_some_and(|(_, m)| m == *n)));
    let count = alike.map(|(_, n)| u32::try_from(n).unwrap_or(u32::MAX));
    let Some(stream) = model.streams.get(name) else {
        return count.map(|count| Positions { count, scheme: Resampling::Independent });
    };
    let mut wrong = |key: &str, message: String| {
        problems.push(Problem::new(format!("streams.{name}{key}"), message));
        None
    };
    let Some(count) = count else {
        return wrong(
            "",
            "blocks need shocks that name this stream and have lists of equally many values \
             (empirical, not smooth)"
                .to_owned(),
        );
    };
    let scheme = match stream.blocks {
        Blocks::Moving if stream.length > f64::from(count) => {
            return wrong(
                ".length",
                format!("blocks of {} periods do not fit into {count} values", stream.length),
            );
        }
        Blocks::Moving => Resampling::Moving {
            length: stream.length as u32,
            origin: model.periods.first().ordinal().max(0) as u32,
        },
        Blocks::Stationary => Resampling::Stationary { mean: stream.length },
    };
    Some(Positions { count, scheme })
}
