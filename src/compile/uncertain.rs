//! Everything random in a model: its stream, its distribution, its correlations.

use indexmap::{IndexMap, IndexSet};

use super::collisions;
use super::program::{Base, Draws, EventDraw, EventValue, Part, PathDraw, Setting};
use super::shared;
use super::tape::Slot;
use crate::error::{Problem, near};
use crate::model::{Action, Amount, Event, Model, Quantity, Value};
use crate::sample::{Correlation, Marginal, StreamId};

/// Values fixed within a path, by the name of their stream: parameters first, then whatever else
/// is drawn once per path (start values, history, given paths).
#[derive(Debug, Default)]
pub(super) struct PathValues {
    entries: IndexMap<String, (Part, Quantity)>,
}

impl PathValues {
    pub(super) fn new(model: &Model) -> Self {
        let entry = |(name, parameter): (&String, &crate::model::Parameter)| {
            (format!("parameter/{name}"), (Part::Parameters, parameter.quantity.clone()))
        };
        Self { entries: model.parameters.iter().map(entry).collect() }
    }

    /// The place of a value that is drawn from a stream, which is entered unless it is there.
    pub(super) fn place(&mut self, stream: String, part: Part, quantity: &Quantity) -> u32 {
        let place = self.entries.entry(stream);
        let index = place.index() as u32;
        place.or_insert_with(|| (part, quantity.clone()));
        index
    }

    /// All of them, by name.
    pub(super) fn quantities(&self) -> Vec<(String, Quantity)> {
        self.entries.iter().map(|(name, (_, quantity))| (name.clone(), quantity.clone())).collect()
    }

    /// Their settings before any scenario changes them.
    pub(super) fn settings(&self) -> Vec<Setting> {
        let settings = self.entries.values().map(|(_, quantity)| setting(quantity));
        settings.collect()
    }

    /// What is drawn, given the settings of all scenarios.
    fn draws(&self, scenarios: &[Vec<Setting>]) -> Vec<PathDraw> {
        let random = |k: usize| scenarios.iter().any(|s| matches!(s[k].base, Base::Drawn(_)));
        let draw = |(k, (name, (part, _))): (usize, (&String, &(Part, Quantity)))| PathDraw {
            name: name.clone(),
            stream: StreamId::of(name),
            part: *part,
            random: random(k),
        };
        self.entries.iter().enumerate().map(draw).collect()
    }
}

fn setting(quantity: &Quantity) -> Setting {
    let base = match &quantity.value {
        Value::Number(number) => Base::Number(*number),
        Value::Drawn(distribution) => Base::Drawn(Marginal::new(distribution)),
    };
    Setting { base, scale: 1.0, add: 0.0 }
}

/// Applies a change to the setting of a parameter.
pub(super) fn change_setting(setting_now: &mut Setting, action: &Action) {
    match action {
        Action::Set(Amount::Same(quantity)) => *setting_now = setting(quantity),
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
pub(super) fn draws(
    model: &Model,
    path_values: &PathValues,
    scenarios: &[Vec<Setting>],
    counts: &IndexSet<String>,
    events: Vec<EventDraw>,
    problems: &mut Vec<Problem>,
) -> Draws {
    collisions::check(model, path_values.entries.keys().map(String::as_str), counts, problems);
    let path = path_values.draws(scenarios);
    let (streams, shocks) = shared::shocks(model, problems);
    let (path_correlation, shock_correlation) = correlations(model, &path, problems);
    Draws {
        path,
        path_correlation,
        streams,
        shocks,
        shock_correlation,
        events,
        counts: counts.iter().map(|name| StreamId::of(&format!("count/{name}"))).collect(),
    }
}

/// The draws of an event.
pub(super) fn event_draw(
    parts: &EventParts<'_>,
    probability: Slot,
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
        probability,
        overlap: parts.event.overlap,
    }
}

impl Draws {
    /// How many random numbers a path takes, over so many simulated periods.
    pub(crate) fn dimensions(&self, periods: usize) -> u32 {
        let path = self.path.iter().filter(|draw| draw.random).count();
        let drawn = |value: &EventValue| usize::from(matches!(value, EventValue::Drawn(..)));
        let event = |event: &EventDraw| {
            1 + drawn(&event.duration) + event.sizes.iter().map(|(_, s)| drawn(s)).sum::<usize>()
        };
        let events: usize = self.events.iter().map(event).sum();
        let each = self.streams.len() + events + self.counts.len();
        u32::try_from(path + periods * each).unwrap_or(u32::MAX)
    }
}

/// Splits the correlations of a model into those of parameters and those of shocks.
fn correlations(
    model: &Model,
    path: &[PathDraw],
    problems: &mut Vec<Problem>,
) -> (Correlation, Correlation) {
    let (mut of_parameters, mut of_shocks) = (Vec::new(), Vec::new());
    let mut seen = IndexSet::new();
    for (key, &value) in &model.correlations {
        let address = format!("correlations.\"{key}\"");
        let [a, b] = key.names();
        if a == b {
            problems.push(Problem::new(address, "correlates a name with itself"));
        } else if !seen.insert(if a < b { (a, b) } else { (b, a) }) {
            problems.push(Problem::new(address, "this pair is given twice"));
        } else if !(-1.0..=1.0).contains(&value) {
            let message = format!("{value} is not a correlation; expected a number from -1 to 1");
            problems.push(Problem::new(address, message));
        } else {
            match pair(model, path, a, b) {
                Ok((true, a, b)) => of_shocks.push((a, b, value)),
                Ok((false, a, b)) => of_parameters.push((a, b, value)),
                Err(message) => problems.push(Problem::new(address, message)),
            }
        }
    }
    let mut build = |names: Vec<String>, pairs: &[(usize, usize, f64)]| {
        Correlation::new(&names, pairs).unwrap_or_else(|error| {
            problems.push(Problem::new("correlations", error.to_string()));
            Correlation::default()
        })
    };
    let parameters = path.iter().map(|draw| draw.name.replacen("parameter/", "", 1)).collect();
    let parameters = build(parameters, &of_parameters);
    (parameters, build(model.shocks.keys().cloned().collect(), &of_shocks))
}

/// Is a pair of names one of shocks (true) or one of parameters, and which?
fn pair(
    model: &Model,
    path: &[PathDraw],
    a: &str,
    b: &str,
) -> Result<(bool, usize, usize), String> {
    let shocks = |name: &str| model.shocks.get_index_of(name);
    let parameters = |name: &str| model.parameters.get_index_of(name);
    if let (Some(a), Some(b)) = (shocks(a), shocks(b)) {
        return Ok((true, a, b));
    }
    if let (Some(first), Some(second)) = (parameters(a), parameters(b)) {
        return match [(a, first), (b, second)].iter().find(|(_, k)| !path[*k].random) {
            Some((name, _)) => Err(format!("parameter \"{name}\" is not random")),
            None => Ok((false, first, second)),
        };
    }
    let known = || model.shocks.keys().chain(model.parameters.keys()).map(String::as_str);
    match [a, b].into_iter().find(|name| shocks(name).or(parameters(name)).is_none()) {
        Some(name) => {
            Err(format!("\"{name}\" is neither a shock nor a parameter{}", near(name, known())))
        }
        None => Err(format!(
            "\"{a}\" and \"{b}\" are a shock and a parameter; correlations are between two shocks \
             or between two parameters"
        )),
    }
}
