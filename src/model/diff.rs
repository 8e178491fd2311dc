//! What differs between two models, part by part, and models between the two.

use serde_json::Value;

use super::diff_tree::{
    TEXTS, at, draws, in_order, is_section, merged_order, names_of, put, same_order, substance,
    tree, untree,
};
use super::{Model, Pair, write};
use crate::error::Error;

/// What sort of thing a [`Difference`] is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum DifferenceKind {
    /// Known values of periods that had none before.
    Outturns,
    /// Known values that are others, or no longer there.
    Revisions,
    /// Parameters and their correlations.
    Parameters,
    /// Equations, processes and whole indicators.
    Equations,
    /// Distributions of shocks and their correlations.
    Shocks,
    /// Event risks.
    Events,
    /// Add factors.
    AddFactors,
    /// Scenarios and their changes.
    Scenarios,
    /// Targets that moved, came or went, and sets of targets.
    Targets,
    /// The span of periods.
    Periods,
    /// How a run treats failed paths, and where a model comes from.
    Settings,
    /// Levers, which change no probability by themselves.
    Levers,
    /// Early warnings, which change none either.
    Warnings,
    /// Labels, units, sources: what changes no number.
    Texts,
}

impl DifferenceKind {
    /// The word for it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Outturns => "outturns",
            Self::Revisions => "revisions",
            Self::Parameters => "parameters",
            Self::Equations => "equations",
            Self::Shocks => "shocks",
            Self::Events => "events",
            Self::AddFactors => "add_factors",
            Self::Scenarios => "scenarios",
            Self::Targets => "targets",
            Self::Periods => "periods",
            Self::Settings => "settings",
            Self::Levers => "levers",
            Self::Warnings => "warnings",
            Self::Texts => "texts",
        }
    }

    /// Can it change a number that a simulation gives?
    pub fn matters(self) -> bool {
        !matches!(self, Self::Levers | Self::Warnings | Self::Texts)
    }
}

/// One thing that differs between two models.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// Where: `parameters.trend`, `indicators.gdp.history.2021`, `targets.gdp-2025`.
    pub address: String,
    /// What sort of thing it is.
    pub kind: DifferenceKind,
    /// What stood there before, as in a plan file; none where there was nothing.
    pub before: Option<String>,
    /// What stands there after; none where there is nothing.
    pub after: Option<String>,
    paths: Vec<Vec<String>>,
}

impl Difference {
    /// A difference that is not one of the models.
    pub(crate) fn of(
        address: String,
        kind: DifferenceKind,
        before: Option<String>,
        after: Option<String>,
    ) -> Self {
        Self { address, kind, before, after, paths: Vec::new() }
    }
}

/// All that differs between two models.
#[derive(Debug, Clone)]
pub struct Diff {
    differences: Vec<Difference>,
    before: Value,
    after: Value,
}

impl Model {
    /// What differs between this model and a later one, in the order of a plan file.
    ///
    /// Parameters, shocks, events, targets are each one thing; of an indicator the equation (or
    /// each term of its process), each known value and each add factor; of a scenario its changes,
    /// its probability and what it extends. Targets are told apart by their ids.
    ///
    /// # Errors
    /// When a number in either model is not finite.
    ///
    /// ```
    /// use tinbergen::Model;
    /// let plan = |mean: &str| Model::from_toml(&format!(
    ///     "schema = 1\nname = \"x\"\nperiods = \"2021..2025\"\n[parameters]\ntrend = {mean}\nslope = 1"
    /// ));
    /// let diff = plan("0.05")?.diff(&plan("0.06")?)?;
    /// assert_eq!(diff.to_string(), "parameters.trend: 0.05 -> 0.06");
    /// # Ok::<(), tinbergen::Error>(())
    /// ```
    pub fn diff(&self, after: &Self) -> Result<Diff, Error> {
        let (before, after) = (tree(self)?, tree(after)?);
        let mut found = Vec::new();
        let walk = Walk { before: &before, after: &after };
        for key in walk.keys(&[]) {
            walk.section(&key, &mut found);
        }
        Ok(Diff { differences: found, before, after })
    }
}

impl Diff {
    /// What differs, in the order of a plan file.
    pub fn differences(&self) -> &[Difference] {
        &self.differences
    }

    /// Is there no difference at all?
    pub fn is_empty(&self) -> bool {
        self.differences.is_empty()
    }

    /// The earlier model with some of the differences taken over from the later one: those for
    /// whose place in the list `chosen` is true.
    ///
    /// Names stand in the order of the later model, those that it has not behind the one before
    /// them in the earlier model, so that nothing but the chosen differences moves a random number.
    ///
    /// # Errors
    /// When what comes out is no model: a period of another frequency, say. Whether it compiles is
    /// another question.
    pub fn apply(&self, chosen: impl Fn(usize) -> bool) -> Result<Model, Error> {
        let mut mixed = self.before.clone();
        let taken = self.differences.iter().enumerate().filter(|(index, _)| chosen(*index));
        let mut reordered = Vec::new();
        for (_, difference) in taken {
            for path in &difference.paths {
                match path.as_slice() {
                    [section] if is_section(section) => reordered.push(section.clone()),
                    _ => put(&mut mixed, path, at(&self.after, path)),
                }
            }
        }
        if let Some(top) = mixed.as_object_mut() {
            for (section, value) in top.iter_mut() {
                let names = |tree: &Value| names_of(tree.get(section.as_str()));
                let (before, after) = (names(&self.before), names(&self.after));
                let lead = if same_order(&before, &after) || reordered.contains(section) {
                    (&after, &before)
                } else {
                    (&before, &after)
                };
                if let Some(entries) = value.as_object_mut().filter(|_| is_section(section)) {
                    in_order(entries, &merged_order(lead.0, lead.1));
                }
            }
        }
        Model::from_value(untree(mixed))
    }
}

impl std::fmt::Display for Diff {
    /// One line for each difference: `address: before -> after`.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, difference) in self.differences.iter().enumerate() {
            if index > 0 {
                writeln!(f)?;
            }
            write!(f, "{difference}")?;
        }
        Ok(())
    }
}

impl std::fmt::Display for Difference {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let text = |side: &Option<String>| side.clone().unwrap_or_else(|| "nothing".to_owned());
        write!(f, "{}: {} -> {}", self.address, text(&self.before), text(&self.after))
    }
}

/// Two trees, walked side by side.
struct Walk<'a> {
    before: &'a Value,
    after: &'a Value,
}

impl Walk<'_> {
    /// The keys at a path in either tree.
    fn keys(&self, path: &[String]) -> Vec<String> {
        merged_order(&names_of(at(self.after, path)), &names_of(at(self.before, path)))
    }

    fn both(&self, path: &[String]) -> bool {
        at(self.before, path).is_some() && at(self.after, path).is_some()
    }

    /// Notes what differs at a path as one thing; as text where only words differ.
    fn note(&self, path: Vec<String>, kind: DifferenceKind, found: &mut Vec<Difference>) {
        let (before, after) = (at(self.before, &path), at(self.after, &path));
        if before == after {
            return;
        }
        let same = before.map(substance) == after.map(substance);
        let kind = if same { DifferenceKind::Texts } else { kind };
        // What says something to readers only is shown where nothing else differs.
        let shown = |value: &Value| {
            if let ([section, _], Some(rows)) = (path.as_slice(), value.get("rows"))
                && section == "draws"
            {
                return draws(value, rows);
            }
            if same { write::inline(value) } else { write::inline(&substance(value)) }
        };
        let text = |value: Option<&Value>| value.map(shown);
        let (before, after) = (text(before), text(after));
        found.push(Difference { address: path.join("."), kind, before, after, paths: vec![path] });
    }

    fn section(&self, section: &str, found: &mut Vec<Difference>) {
        use DifferenceKind as Kind;
        let path = vec![section.to_owned()];
        let kind = match section {
            "periods" => Kind::Periods,
            "name" | "requires" | "label" | "description" | "source" | "notes" => Kind::Texts,
            _ => Kind::Settings,
        };
        if !is_section(section) {
            return self.note(path, kind, found);
        }
        let order = |tree: &Value| names_of(at(tree, &path));
        let (before, after) = (order(self.before), order(self.after));
        if matches!(section, "parameters" | "shocks") && !same_order(&before, &after) {
            let kind = if section == "shocks" { Kind::Shocks } else { Kind::Parameters };
            let text = |names: &[String]| Some(format!("in the order {}", names.join(", ")));
            let (before, after) = (text(&before), text(&after));
            found.push(Difference {
                address: section.to_owned(),
                kind,
                before,
                after,
                paths: vec![path.clone()],
            });
        }
        for name in self.keys(&path) {
            let path = vec![section.to_owned(), name];
            match section {
                "indicators" => self.indicator(path, found),
                "scenarios" if self.both(&path) => {
                    self.fields(&path, DifferenceKind::Scenarios, found);
                }
                _ => self.note(path.clone(), self.kind_of(section, &path[1]), found),
            }
        }
    }

    fn is_parameter(&self, name: &str) -> bool {
        let path = ["parameters".to_owned(), name.to_owned()];
        at(self.before, &path).or(at(self.after, &path)).is_some()
    }

    /// Is a copula one of parameters?
    fn copula_of_parameters(&self, name: &str) -> bool {
        let path = ["copulas", name, "members"].map(str::to_owned);
        let members = at(self.before, &path).or(at(self.after, &path)).and_then(Value::as_array);
        let mut names = members.into_iter().flatten().filter_map(Value::as_str);
        names.any(|name| self.is_parameter(name))
    }

    /// The kind of a part of a section, by its name.
    fn kind_of(&self, section: &str, name: &str) -> DifferenceKind {
        use DifferenceKind as Kind;
        let is_parameter = |name: &str| self.is_parameter(name);
        let is_of_parameters = |key: &str| {
            key.parse().is_ok_and(|pair: Pair| pair.names().into_iter().any(is_parameter))
        };
        match section {
            "parameters" | "draws" => Kind::Parameters,
            "correlations" if is_of_parameters(name) => Kind::Parameters,
            "copulas" if self.copula_of_parameters(name) => Kind::Parameters,
            "shocks" | "streams" | "correlations" | "copulas" => Kind::Shocks,
            "events" => Kind::Events,
            "targets" | "target_sets" => Kind::Targets,
            "scenarios" => Kind::Scenarios,
            "warnings" => Kind::Warnings,
            "links" => Kind::Settings,
            _ => Kind::Levers,
        }
    }

    fn fields(&self, path: &[String], kind: DifferenceKind, found: &mut Vec<Difference>) {
        for field in self.keys(path) {
            let kind = if TEXTS.contains(&field.as_str()) { DifferenceKind::Texts } else { kind };
            self.note([path, &[field]].concat(), kind, found);
        }
    }

    fn indicator(&self, path: Vec<String>, found: &mut Vec<Difference>) {
        use DifferenceKind as Kind;
        if !self.both(&path) {
            return self.note(path, Kind::Equations, found);
        }
        self.formula(&path, found);
        for field in self.keys(&path) {
            let inside = [path.as_slice(), std::slice::from_ref(&field)].concat();
            match field.as_str() {
                "equation" | "process" => {}
                "history" => {
                    for period in self.keys(&inside) {
                        let address = [inside.as_slice(), &[period]].concat();
                        let known = at(self.before, &address).is_some();
                        let kind = if known { Kind::Revisions } else { Kind::Outturns };
                        self.note(address, kind, found);
                    }
                }
                "add_factors" => self.fields(&inside, Kind::AddFactors, found),
                _ => self.note(inside, Kind::Texts, found),
            }
        }
    }

    /// The equation or process: term by term where both have a process of one kind.
    fn formula(&self, path: &[String], found: &mut Vec<Difference>) {
        let inside = |field: &str| [path, &[field.to_owned()]].concat();
        let (equation, process) = (inside("equation"), inside("process"));
        let kind = |tree| at(tree, &inside("process")).and_then(|p| p.get("kind"));
        if self.both(&process) && kind(self.before) == kind(self.after) {
            return self.fields(&process, DifferenceKind::Equations, found);
        }
        let mut changed = Vec::new();
        self.note(equation, DifferenceKind::Equations, &mut changed);
        self.note(process, DifferenceKind::Equations, &mut changed);
        // An equation in place of a process is one difference.
        if let [first, second] = changed.as_mut_slice() {
            if second.after.is_some() {
                std::mem::swap(first, second);
            }
            first.before = first.before.take().or(second.before.take());
            first.paths.append(&mut second.paths);
            changed.truncate(1);
        }
        found.append(&mut changed);
    }
}
