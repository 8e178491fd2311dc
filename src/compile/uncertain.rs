//! Everything random in a model: its stream, its distribution, its correlations.

use std::collections::HashSet;

use indexmap::{IndexMap, IndexSet};

use super::collisions;
use super::copulas::{self, Copulas};
use super::graph::NodeId;
use super::program::{
    Base, CopulaDraw, EventDraw, EventValue, PathDraw, RandomNumbers, Setting, Uncertainty,
};
use super::shared_streams;
use super::tape::Slot;
use crate::error::{Problem, near};
use crate::interrupt::look;
use crate::model::{Action, Amount, Distribution, Event, Model, Pair, Quantity, Value};
use crate::sample::{Correlation, Marginal, StreamId};

/// Values fixed within a path, by the name of their stream: parameters first, then whatever else
/// is drawn once per path (start values, history, given paths).
#[derive(Debug, Default)]
pub(super) struct PathValues {
    entries: IndexMap<String, (Uncertainty, Quantity)>,
    /// What is drawn in rows with others, by its place: its stream, and its central number.
    joint: IndexMap<usize, (String, f64)>,
}

impl PathValues {
    pub(super) fn new(model: &Model) -> Self {
        let entry = |(name, parameter): (&String, &crate::model::Parameter)| {
            (format!("parameter/{name}"), (Uncertainty::Parameters, parameter.quantity.clone()))
        };
        Self { entries: model.parameters.iter().map(entry).collect(), joint: joint(model) }
    }

    /// The place of a value that is drawn from a stream, which is entered unless it is there.
    pub(super) fn place(&mut self, stream: String, part: Uncertainty, quantity: &Quantity) -> u32 {
        let place = self.entries.entry(stream);
        let index = place.index() as u32;
        place.or_insert_with(|| (part, quantity.clone()));
        index
    }

    /// The names of their streams.
    fn streams(&self) -> impl Iterator<Item = &str> {
        let stream = |(k, name)| self.joint.get(&k).map_or(name, |(stream, _)| stream);
        self.entries.keys().enumerate().map(stream).map(String::as_str)
    }

    /// All of them, by name.
    pub(super) fn quantities(&self) -> Vec<(String, Quantity)> {
        self.entries.iter().map(|(name, (_, quantity))| (name.clone(), quantity.clone())).collect()
    }

    /// Their settings before any scenario changes them.
    pub(super) fn settings(&self) -> Vec<Setting> {
        let setting_of = |(k, (_, quantity)): (usize, &(Uncertainty, Quantity))| {
            let own = setting(quantity);
            match (&quantity.value, self.joint.contains_key(&k)) {
                (Value::Drawn(distribution), true) => in_places(own, distribution),
                _ => own,
            }
        };
        self.entries.values().enumerate().map(setting_of).collect()
    }

    /// What is drawn, given the settings of all scenarios. A correlated parameter keeps its random
    /// number where it is a number, so that those it is correlated with are drawn as before.
    fn draws(&self, model: &Model, scenarios: &[Vec<Setting>]) -> Vec<PathDraw> {
        let tied = model.copulas.values().flat_map(|copula| &copula.members).map(String::as_str);
        let pairs = model.correlations.keys().flat_map(Pair::names);
        let correlated: IndexSet<&str> = pairs.chain(tied).collect();
        let is_correlated = |k: usize| {
            model.parameters.get_index(k).is_some_and(|(name, _)| correlated.contains(&**name))
        };
        let is_drawn = |k: usize| scenarios.iter().any(|s| matches!(s[k].base, Base::Drawn(_)));
        let random = |k: usize| is_drawn(k) || is_correlated(k);
        let draw = |(k, (name, (part, _))): (usize, (&String, &(Uncertainty, Quantity)))| {
            let joint = self.joint.get(&k);
            PathDraw {
                name: name.clone(),
                stream: StreamId::of(joint.map_or(name, |(stream, _)| stream)),
                part: *part,
                random: random(k),
                is_joint: joint.is_some(),
                central: joint.map_or(0.0, |(_, central)| *central),
            }
        };
        self.entries.iter().enumerate().map(draw).collect()
    }
}

/// The parameters that are drawn in rows with others, by their places among all.
fn joint(model: &Model) -> IndexMap<usize, (String, f64)> {
    let mut found = IndexMap::new();
    for (block, draws) in &model.draws {
        look();
        // The middle of the uniforms that give this row.
        let central = (draws.central_row() as f64 + 0.5) / draws.len() as f64 - 0.5;
        for name in draws.parameters() {
            if let Some((place, _, parameter)) = model.parameters.get_full(name)
                && parameter.draws.as_ref() == Some(block)
            {
                found.insert(place, (format!("draws/{block}"), central));
            }
        }
    }
    found
}

/// The setting of a column of draws: its numbers stay in their rows.
fn in_places(own: Setting, distribution: &Distribution) -> Setting {
    match distribution.places() {
        Some(values) => Setting { base: Base::Drawn(Marginal::of_places(values)), ..own },
        None => own,
    }
}

fn setting(quantity: &Quantity) -> Setting {
    let base = match &quantity.value {
        Value::Number(number) => Base::Number(*number),
        Value::Drawn(distribution) => Base::Drawn(Marginal::new(distribution)),
    };
    Setting { base, scale: 1.0, add: 0.0, is_set: false }
}

/// Applies a change to the setting of a parameter.
pub(super) fn change_setting(setting_now: &mut Setting, action: &Action) {
    match action {
        Action::Set(Amount::Same(quantity)) => {
            *setting_now = Setting { is_set: true, ..setting(quantity) };
        }
        Action::Add(amount) => setting_now.add += amount.number().unwrap_or(0.0),
        Action::Scale(amount) => {
            let factor = amount.number().unwrap_or(1.0);
            setting_now.scale *= factor;
            setting_now.add *= factor;
        }
        Action::Set(Amount::ByPeriod(_)) => {}
    }
}

/// An event and its name.
pub(super) struct EventParts<'a> {
    pub(super) name: &'a str,
    pub(super) event: &'a Event,
}

/// Gathers all random numbers of a program.
pub(super) fn random_numbers(
    model: &Model,
    path_values: &PathValues,
    scenarios: &[Vec<Setting>],
    counts: &IndexSet<String>,
    events: Vec<EventDraw>,
    problems: &mut Vec<Problem>,
) -> RandomNumbers {
    collisions::check(model, path_values.streams(), counts, problems);
    let path = path_values.draws(model, scenarios);
    let (streams, shocks) = shared_streams::shocks(model, problems);
    let copulas = copulas::copulas(model, problems);
    let (path_correlation, shock_correlation) = correlations(model, &copulas, problems);
    RandomNumbers {
        path,
        path_correlation,
        path_copulas: copulas.of_parameters,
        streams,
        shocks,
        shock_correlation,
        shock_copulas: copulas.of_shocks,
        events,
        counts: counts.iter().map(|name| StreamId::of(&format!("count/{name}"))).collect(),
    }
}

/// The draws of an event.
pub(super) fn event_draw(
    parts: &EventParts<'_>,
    (chance, probability): (NodeId, Slot),
    shock: impl Fn(&str) -> Option<u32>,
) -> EventDraw {
    let value = |what: &str, quantity: &Quantity| match &quantity.value {
        Value::Number(number) => EventValue::Number(*number),
        Value::Drawn(distribution) => {
            let stream = StreamId::of(&format!("event/{}/{what}", parts.name));
            EventValue::Drawn(stream, Marginal::new(distribution))
        }
    };
    let sizes = parts.event.size.iter().filter_map(|(name, quantity)| {
        Some((shock(name)?, value(&format!("size/{name}"), quantity)))
    });
    EventDraw {
        begin: StreamId::of(&format!("event/{}/begin", parts.name)),
        duration: value("duration", &parts.event.duration),
        sizes: sizes.collect(),
        chance,
        probability,
        overlap: parts.event.overlap,
    }
}

impl RandomNumbers {
    /// How many random numbers a path takes, over so many simulated periods.
    pub(crate) fn dimensions(&self, periods: usize) -> u32 {
        let path = self.path.iter().filter(|draw| draw.random).map(|draw| draw.stream);
        let path = path.collect::<HashSet<StreamId>>().len();
        let drawn = |value: &EventValue| usize::from(matches!(value, EventValue::Drawn(..)));
        let event = |event: &EventDraw| {
            1 + drawn(&event.duration) + event.sizes.iter().map(|(_, s)| drawn(s)).sum::<usize>()
        };
        let events: usize = self.events.iter().map(event).sum();
        let each = self.streams.len() + self.shock_copulas.len() + events + self.counts.len();
        u32::try_from(path + self.path_copulas.len() + periods * each).unwrap_or(u32::MAX)
    }
}

/// Makes groups of the members of copulas, where no correlation does: as scores they are then at hand.
fn tie(copulas: &[CopulaDraw], pairs: &mut Vec<(usize, usize, f64)>) {
    for copula in copulas {
        for both in copula.members.windows(2) {
            let (a, b) = (both[0], both[1]);
            if !pairs.iter().any(|&(c, d, _)| (a, b) == (c, d) || (a, b) == (d, c)) {
                pairs.push((a, b, 0.0));
            }
        }
    }
}

/// Splits the correlations of a model into those of parameters and those of shocks.
fn correlations(
    model: &Model,
    copulas: &Copulas,
    problems: &mut Vec<Problem>,
) -> (Correlation, Correlation) {
    let (mut of_parameters, mut of_shocks) = (Vec::new(), Vec::new());
    let joint = |name: &str| model.draws_of(name).map(|(block, ..)| block.to_owned());
    let mut seen = IndexSet::new();
    for (key, &value) in &model.correlations {
        look();
        let address = format!("correlations.\"{key}\"");
        let [a, b] = key.names();
        if a == b {
            problems.push(Problem::new(address, "correlates a name with itself"));
        } else if !seen.insert(if a < b { (a, b) } else { (b, a) }) {
            problems.push(Problem::new(address, "this pair is given twice"));
        } else if !(-1.0..=1.0).contains(&value) {
            let message = format!("{value} is not a correlation; expected a number from -1 to 1");
            problems.push(Problem::new(address, message));
        } else if let Some((name, block)) = [a, b].into_iter().find_map(|n| Some((n, joint(n)?))) {
            let message = format!(
                "parameter \"{name}\" is drawn in rows with others (draws \"{block}\"), which say how they \
                 hang together; it cannot have a correlation as well"
            );
            problems.push(Problem::new(address, message));
        } else {
            match pair(model, a, b) {
                Ok((true, a, b)) => of_shocks.push((a, b, value)),
                Ok((false, a, b)) => of_parameters.push((a, b, value)),
                Err(messages) => {
                    problems.extend(messages.into_iter().map(|m| Problem::new(&address, m)));
                }
            }
        }
    }
    tie(&copulas.of_parameters, &mut of_parameters);
    tie(&copulas.of_shocks, &mut of_shocks);
    let mut build = |names: Vec<String>, pairs: &[(usize, usize, f64)]| {
        Correlation::new(&names, pairs).unwrap_or_else(|error| {
            problems.push(Problem::new("correlations", error.to_string()));
            Correlation::default()
        })
    };
    let parameters = build(model.parameters.keys().cloned().collect(), &of_parameters);
    (parameters, build(model.shocks.keys().cloned().collect(), &of_shocks))
}

/// Is a pair of names one of shocks (true) or one of parameters, and which?
fn pair(model: &Model, a: &str, b: &str) -> Result<(bool, usize, usize), Vec<String>> {
    let shocks = |name: &str| model.shocks.get_index_of(name);
    let parameters = |name: &str| model.parameters.get_index_of(name);
    if let (Some(a), Some(b)) = (shocks(a), shocks(b)) {
        return Ok((true, a, b));
    }
    if let (Some(first), Some(second)) = (parameters(a), parameters(b)) {
        return Ok((false, first, second));
    }
    let known = || model.shocks.keys().chain(model.parameters.keys()).map(String::as_str);
    let unknown = [a, b].into_iter().filter(|name| shocks(name).or(parameters(name)).is_none());
    let unknown: Vec<String> = unknown
        .map(|name| format!("\"{name}\" is neither a shock nor a parameter{}", near(name, known())))
        .collect();
    Err(if unknown.is_empty() {
        vec![format!(
            "\"{a}\" and \"{b}\" are a shock and a parameter; correlations are between two shocks \
             or between two parameters"
        )]
    } else {
        unknown
    })
}
