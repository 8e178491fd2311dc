//! Reading a model, section by section.

use indexmap::IndexMap;

use super::draft::span_meant;
use super::node::Tree;
use super::read_values::Parts;
use super::reader::{Fields, Item, Reader};
use super::{
    Action, Amount, Blocks, Change, Copula, Distribution, Event, Indicator, Lever, Model,
    Parameter, Quantity, Scenario, Shock, Stream, Subject, Target, TargetSet, Version,
};
use crate::expr::{Text, is_reserved};
use crate::interrupt::look;
use crate::period::Span;

/// The longest span of periods.
const LONGEST: usize = 10_000;

const BLOCKS: [(&str, Blocks); 2] =
    [("moving", Blocks::Moving), ("stationary", Blocks::Stationary)];

/// Why a change cannot be known in advance.
const NOT_ANTICIPATED: &str = "no equation has a lead, so nothing can be anticipated: a change is a \
                               surprise in each of its periods; leave it out";

/// Reads a model; none when it could not be read at all.
pub(super) fn model(reader: &mut Reader, item: Item) -> Option<Model> {
    let mut fields = reader.fields(item)?;
    let requires = fields.take(reader, "requires");
    let requires = requires.and_then(|item| Some((reader.parsed(&item, "a version")?, item)));
    if let Some((oldest, item)) = &requires
        && *oldest > Version::running()
    {
        // What is unknown to this version is no mistake of the plan, so nothing more is read.
        let running = Version::running();
        reader.problem(item, format!("needs tinbergen >= {oldest}; this is {running}"));
        return None;
    }
    if let Some(item) = fields.need(reader, "schema") {
        let found = item.node.value.describe();
        match item.node.value {
            Tree::Integer(1) => {}
            Tree::Integer(2..) => {
                let message = format!(
                    "{found} is newer than this version of tinbergen, which reads plan files of \
                     schema 1; use a newer version"
                );
                reader.problem(&item, message);
            }
            _ => reader.problem(&item, format!("expected 1, found {found}")),
        }
    }
    let name = fields.need(reader, "name").and_then(|item| reader.text(&item));
    let span = fields.need(reader, "periods").and_then(|item| {
        let span: Option<Span> = reader.parsed(&item, "a span of periods");
        let Some(span) = span else {
            let Tree::Text(text) = &item.node.value else { return None };
            return span_meant(text).filter(|span| span.len() <= LONGEST);
        };
        if span.len() > LONGEST {
            let message = format!("{span} has {} periods; at most {LONGEST}", span.len());
            reader.problem(&item, message);
            return None;
        }
        Some(span)
    });
    let mut parts = Parts { reader, frequency: span.map(Span::frequency) };
    let mut model = Model::new(name.unwrap_or_default(), span.unwrap_or_else(fallback));
    model.requires = requires.map(|(oldest, _)| oldest);
    model.label = parts.label(&mut fields);
    model.description = fields.text(parts.reader, "description");
    model.source = fields.text(parts.reader, "source");
    if let Some(item) = fields.take(parts.reader, "imported") {
        model.imported = parts.reader.boolean(&item).unwrap_or(false);
    }
    model.stochastic = parts.names(&mut fields, "stochastic");
    if let Some(share) = parts.within(&mut fields, "failed_paths", 0.0, 1.0) {
        model.failed_paths = share;
    }
    model.indicators =
        parts.section(&mut fields, "indicators", Parts::indicator, || Some(Indicator::default()));
    model.parameters =
        parts.section(&mut fields, "parameters", Parts::parameter, || Some(Parameter::from(1.0)));
    model.draws = parts.section(&mut fields, "draws", Parts::draws, || None);
    for problem in model.problems_of_draws() {
        let (address, line) = (problem.address.clone(), parts.reader.line_above(&problem.address));
        parts.reader.problem_inside(&address, "", line, problem.message);
    }
    model.place_draws();
    model.shocks = parts.section(&mut fields, "shocks", Parts::shock, || {
        Some(Shock::from(Distribution::normal(0.0, 1.0)))
    });
    model.streams = parts.section(&mut fields, "streams", Parts::stream, || None);
    if let Some(entries) =
        fields.take(parts.reader, "correlations").and_then(|i| parts.reader.entries(i))
    {
        for (key, item) in entries {
            look();
            let pair = parts.reader.pair(&key, &item);
            let Some((pair, value)) = pair.zip(parts.reader.number(&item)) else { continue };
            if model.correlations.insert(pair, value).is_some() {
                parts.reader.problem(&item, "this pair is given twice");
            }
        }
    }
    model.copulas = parts.section(&mut fields, "copulas", Parts::copula, || None);
    model.events = parts.section(&mut fields, "events", Parts::event, || None);
    model.levers = parts.section(&mut fields, "levers", Parts::lever, || None);
    model.links = parts.section(&mut fields, "links", Parts::link, || None);
    model.warnings = parts.section(&mut fields, "warnings", Parts::warning, || None);
    model.targets = parts.list(&mut fields, "targets", Parts::target, unread_target);
    if let Some(entries) =
        fields.take(parts.reader, "target_sets").and_then(|i| parts.reader.entries(i))
    {
        for (name, item) in entries {
            let address = item.address.clone();
            let set = parts.target_set(&name, item);
            let set = set.or_else(|| parts.left_out(address).map(|()| TargetSet::default()));
            model.target_sets.extend(set.map(|set| (name, set)));
        }
    }
    model.scenarios =
        parts.section(&mut fields, "scenarios", Parts::scenario, || Some(Scenario::default()));
    parts.reader.hides_the_span = span.is_none();
    parts.reader.has_stray_table = fields.has_table_left();
    fields.finish(parts.reader);
    Some(model)
}

/// Stands in for a span that could not be read, so that the rest is still checked.
fn fallback() -> Span {
    Span::single(crate::period::Period::year(1))
}

/// Stands in for a target that could not be read.
pub(super) fn unread_target() -> Target {
    Target::at_least("", "", fallback(), 0.0)
}

/// Stands in for a change that could not be read.
fn unread_change() -> Change {
    Change::of_indicator("")
}

impl Parts<'_> {
    /// A section of named parts.
    fn section<T>(
        &mut self,
        fields: &mut Fields,
        key: &'static str,
        read: fn(&mut Self, &str, Fields) -> Option<T>,
        stand_in: fn() -> Option<T>,
    ) -> IndexMap<String, T> {
        let item = fields.take(self.reader, key);
        let entries = item.and_then(|item| self.reader.named(item)).unwrap_or_default();
        let mut parts = IndexMap::new();
        for (name, item) in entries {
            look();
            if matches!(key, "indicators" | "parameters") && is_reserved(&name) {
                let message = format!("\"{name}\" is a word of the equation language");
                self.reader.problem(&item, message);
                continue;
            }
            let address = item.address.clone();
            if key == "scenarios" && matches!(name.as_str(), "baseline" | "mixture") {
                self.reader.problem(&item, format!("\"{name}\" is reserved"));
                continue;
            }
            let fields = match item.node.value {
                Tree::Integer(_) | Tree::Float(_) if key == "parameters" => self.bare(&item),
                _ => self.reader.fields(item),
            };
            let part = fields.and_then(|fields| read(self, &name, fields));
            let part = part.or_else(|| self.left_out(address).and_then(|()| stand_in()));
            parts.extend(part.map(|part| (name, part)));
        }
        parts
    }

    /// A parameter that is a bare number, as a table with one entry.
    fn bare(&mut self, item: &Item) -> Option<Fields> {
        let entry = (item.node.clone(), None);
        let table = Tree::Table(std::iter::once(("value".to_owned(), entry)).collect());
        let node = super::node::Node { value: table, span: item.node.span.clone() };
        let item = self.reader.item(node, item.address.clone(), item.node.span.clone());
        self.reader.fields(item)
    }

    fn list<T>(
        &mut self,
        fields: &mut Fields,
        key: &'static str,
        read: fn(&mut Self, Fields) -> Option<T>,
        stand_in: fn() -> T,
    ) -> Vec<T> {
        let item = fields.take(self.reader, key);
        let items = item.and_then(|item| self.reader.array(item)).unwrap_or_default();
        items
            .into_iter()
            .map(|item| {
                let address = item.address.clone();
                let part = self.reader.fields(item).and_then(|fields| read(self, fields));
                part.unwrap_or_else(|| {
                    self.left_out(address);
                    stand_in()
                })
            })
            .collect()
    }

    /// Notes that nothing could be read of a part, for which something stands in.
    pub(super) fn left_out(&mut self, address: String) -> Option<()> {
        self.reader.left_out.insert(address).then_some(())
    }

    /// A number between two limits.
    fn within(
        &mut self,
        fields: &mut Fields,
        key: &'static str,
        low: f64,
        high: f64,
    ) -> Option<f64> {
        let item = fields.take(self.reader, key)?;
        let value = self.reader.number(&item)?;
        if (low..=high).contains(&value) {
            return Some(value);
        }
        let message = format!("expected a number from {low} to {high}, found {value}");
        self.reader.problem(&item, message);
        None
    }

    pub(super) fn sources(&mut self, fields: &mut Fields) -> (Option<String>, Option<String>) {
        let source = fields.text(self.reader, "source");
        (source, fields.text(self.reader, "assumption"))
    }

    fn indicator(&mut self, _: &str, mut fields: Fields) -> Option<Indicator> {
        let label = self.label(&mut fields);
        let unit = fields.text(self.reader, "unit");
        let prices = fields.take(self.reader, "prices").and_then(|item| self.prices(&item));
        let equation = fields.text(self.reader, "equation").map(Text::from);
        let process = fields.take(self.reader, "process").and_then(|item| self.process(item));
        let (source, assumption) = self.sources(&mut fields);
        let history = fields.take(self.reader, "history");
        let history = history.and_then(|item| self.by_period(item, Self::quantity));
        let history = history.unwrap_or_default();
        let add_factors = fields.take(self.reader, "add_factors");
        let number = |this: &mut Self, item: Item| this.reader.number(&item);
        let add_factors = add_factors.and_then(|item| self.by_period(item, number));
        let add_factors = add_factors.unwrap_or_default();
        fields.finish(self.reader);
        Some(Indicator {
            label,
            unit,
            prices,
            equation,
            process,
            source,
            assumption,
            history,
            add_factors,
        })
    }

    fn prices(&mut self, item: &Item) -> Option<String> {
        let text = self.reader.text(item)?;
        let base = text.strip_prefix("constant ").and_then(|base| base.parse::<Span>().ok());
        if text == "current" || base.is_some() {
            return Some(text);
        }
        let message = format!("expected \"current\" or \"constant 2020\", found \"{text}\"");
        self.reader.problem(item, message);
        None
    }

    fn parameter(&mut self, _: &str, mut fields: Fields) -> Option<Parameter> {
        let label = self.label(&mut fields);
        let unit = fields.text(self.reader, "unit");
        let quantity = self.quantity_in(&mut fields);
        fields.finish(self.reader);
        Some(Parameter { quantity: quantity?, label, unit, draws: None })
    }

    fn shock(&mut self, _: &str, mut fields: Fields) -> Option<Shock> {
        let label = self.label(&mut fields);
        let kinds: Vec<&'static str> = Distribution::kinds().collect();
        let found = fields.one_of(self.reader, &kinds, "distribution");
        let stream = fields.text(self.reader, "stream");
        let (source, assumption) = self.sources(&mut fields);
        fields.finish(self.reader);
        let (kind, item) = found?;
        let distribution = self.distribution(kind, item)?;
        Some(Shock { label, distribution, stream, source, assumption })
    }

    fn stream(&mut self, _: &str, mut fields: Fields) -> Option<Stream> {
        let blocks = fields.need(self.reader, "blocks");
        let blocks = blocks.and_then(|item| self.reader.word(&item, &BLOCKS));
        let length = fields.need(self.reader, "length");
        let number = length.as_ref().and_then(|item| self.reader.number(item));
        let (source, assumption) = self.sources(&mut fields);
        fields.finish(self.reader);
        let stream = Stream { blocks: blocks?, length: number?, source, assumption };
        if let (Some(message), Some(item)) = (stream.check(), &length) {
            self.reader.problem(item, message);
        }
        Some(stream)
    }

    fn copula(&mut self, _: &str, mut fields: Fields) -> Option<Copula> {
        let label = self.label(&mut fields);
        let members = fields.need(self.reader, "members").and_then(|item| self.reader.array(item));
        let members: Option<Vec<String>> =
            members.map(|items| items.iter().filter_map(|item| self.reader.text(item)).collect());
        let df = fields.need(self.reader, "df").and_then(|item| self.reader.number(&item));
        let (source, assumption) = self.sources(&mut fields);
        let (address, line) = (fields.item.address.clone(), self.reader.line_of(&fields.item));
        fields.finish(self.reader);
        let copula = Copula { label, members: members?, df: df?, source, assumption };
        let problems = copula.problems();
        let is_right = problems.is_empty();
        for (key, message) in problems {
            self.reader.problem_inside(&address, &key, line, message);
        }
        is_right.then_some(copula)
    }

    /// A list of names.
    fn names(&mut self, fields: &mut Fields, key: &'static str) -> Vec<String> {
        let item = fields.take(self.reader, key);
        let items = item.and_then(|item| self.reader.array(item)).unwrap_or_default();
        items.iter().filter_map(|item| self.reader.text(item)).collect()
    }

    fn event(&mut self, _: &str, mut fields: Fields) -> Option<Event> {
        let label = self.label(&mut fields);
        let probability = fields.need(self.reader, "probability");
        let probability = probability.and_then(|item| self.term(&item));
        let duration = fields.take(self.reader, "duration").and_then(|item| self.quantity(item));
        let overlap = fields.take(self.reader, "overlap");
        let overlap = overlap.and_then(|item| self.reader.boolean(&item)).unwrap_or(false);
        let (source, assumption) = self.sources(&mut fields);
        let mut size = IndexMap::new();
        let sizes = fields.need(self.reader, "size").and_then(|item| self.reader.entries(item));
        for (shock, item) in sizes.unwrap_or_default() {
            if let Some(quantity) = self.quantity(item) {
                size.insert(shock, quantity);
            }
        }
        let (address, line) = (fields.item.address.clone(), self.reader.line_of(&fields.item));
        fields.finish(self.reader);
        let duration = duration.unwrap_or_else(|| Quantity::from(1.0));
        let probability = probability?;
        let event = Event { label, probability, duration, overlap, source, assumption, size };
        for (field, message) in event.problems() {
            self.reader.problem_inside(&address, &field, line, message);
        }
        Some(event)
    }

    fn lever(&mut self, _: &str, mut fields: Fields) -> Option<Lever> {
        let label = self.label(&mut fields);
        let parameter = fields.need(self.reader, "parameter");
        let parameter = parameter.and_then(|item| self.reader.text(&item));
        let range = fields.need(self.reader, "range").and_then(|item| self.range(item));
        let step = fields.number(self.reader, "step");
        if step.is_some_and(|step| step <= 0.0) {
            self.reader.problem(&fields.item, "step: expected a number above 0");
        }
        let cost = fields.take(self.reader, "cost").and_then(|item| self.term(&item));
        let (source, assumption) = self.sources(&mut fields);
        fields.finish(self.reader);
        let (parameter, range) = (parameter?, range?);
        Some(Lever { label, parameter, range, step, cost, source, assumption })
    }

    fn scenario(&mut self, _: &str, mut fields: Fields) -> Option<Scenario> {
        let label = self.label(&mut fields);
        let probability = self.within(&mut fields, "probability", 0.0, 1.0);
        let extends = fields.text(self.reader, "extends");
        let (source, assumption) = self.sources(&mut fields);
        let changes = self.list(&mut fields, "changes", Self::change, unread_change);
        fields.finish(self.reader);
        Some(Scenario { label, probability, extends, source, assumption, changes })
    }

    fn change(&mut self, mut fields: Fields) -> Option<Change> {
        const SUBJECTS: [&str; 3] = ["parameter", "shock", "indicator"];
        const ACTIONS: [&str; 3] = ["set", "add", "scale"];
        let subject = fields.one_of(self.reader, &SUBJECTS, "subject");
        let subject = subject.and_then(|(kind, item)| {
            let name = self.reader.text(&item)?;
            Some(match kind {
                "parameter" => Subject::Parameter(name),
                "shock" => Subject::Shock(name),
                _ => Subject::Indicator(name),
            })
        });
        let periods = fields.take(self.reader, "periods").and_then(|item| self.span(&item));
        let action = fields.one_of(self.reader, &ACTIONS, "action");
        let action = action.and_then(|(kind, item)| {
            let amount = self.amount(item)?;
            Some(match kind {
                "set" => Action::Set(amount),
                "add" => Action::Add(amount),
                _ => Action::Scale(amount),
            })
        });
        let by = fields.text(self.reader, "by");
        if let Some(item) = fields.take(self.reader, "anticipated") {
            self.reader.problem(&item, NOT_ANTICIPATED);
        }
        let (source, assumption) = self.sources(&mut fields);
        fields.finish(self.reader);
        Some(Change { subject: subject?, periods, action: action?, by, source, assumption })
    }

    /// One amount, or one for each period: a table whose first key is a period.
    fn amount(&mut self, item: Item) -> Option<Amount> {
        let by_period = match &item.node.value {
            Tree::Table(table) => {
                table.keys().next().is_some_and(|key| key.starts_with(|c: char| c.is_ascii_digit()))
            }
            _ => false,
        };
        if by_period {
            let values = self.by_period(item, |parts, item| parts.reader.number(&item));
            return values.map(Amount::ByPeriod);
        }
        self.quantity(item).map(Amount::Same)
    }
}
