//! From a table of figures to a model.

use indexmap::IndexMap;

use super::column::{Column, heading, known, on_axis};
use super::covariates::Covariates;
use super::draw::{Drawn, draw};
use super::identities::{Identity, find};
use super::kind::Kind;
use super::panels::{Panel, panels};
use super::report::Report;
use super::{assemble, checks, count, given, remark, smooth};
use crate::error::{Error, Problem, near};
use crate::fit::{Phrase, Prior, Sentence, Settings};
use crate::import::Data;
use crate::interrupt::look;
use crate::model::{Model, Note};
use crate::period::{Period, Span};

/// How many periods a fitted model simulates unless it is said.
const HORIZON: u32 = 5;

/// How a table of figures becomes a model: what is known of its columns, who its peers are, how far it looks.
///
/// ```
/// use tinbergen::Sampling;
/// use tinbergen::fit::Fitting;
/// use tinbergen::import::Data;
/// let table = b"year,gdp\n2013,100\n2014,107\n2015,113\n2016,121\n2017,130\n2018,136\n2019,144\n2020,147\n";
/// let data = Data::from_csv(table, "figures.csv")?;
/// let fitted = Fitting::new().fit(&data)?;
/// assert_eq!(fitted.model.periods.to_string(), "2021..2025");
/// let runs = fitted.model.compile()?.simulate(&Sampling::new(1_000, 1))?;
/// assert_eq!(runs.get("baseline")?.paths("gdp")?.dim(), (5, 1_000));
/// assert_eq!(fitted.report.parameters[0].parameter, "mean");
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Fitting {
    name: String,
    horizon: u32,
    until: Option<Period>,
    kinds: IndexMap<String, Kind>,
    units: IndexMap<String, String>,
    identities: Option<Vec<String>>,
    events: Vec<Period>,
    peers: Vec<(String, Data)>,
    pooled: bool,
    pub(super) covariates: Covariates,
    pub(super) prior: Prior,
    pub(super) settings: Settings,
}

/// A model, and what it was made from.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Fitted {
    /// The model: it simulates from the period after the last figure.
    pub model: Model,
    /// What the data said and what the prior said.
    pub report: Report,
}

impl Fitted {
    pub(super) fn new(model: Model, report: Report) -> Self {
        Self { model, report }
    }
}

impl Default for Fitting {
    fn default() -> Self {
        Self::new()
    }
}

impl Fitting {
    /// Five periods ahead, kinds and identities found, columns of one kind pooled, 1,000 draws.
    pub fn new() -> Self {
        Self {
            name: "fitted".to_owned(),
            horizon: HORIZON,
            until: None,
            kinds: IndexMap::new(),
            units: IndexMap::new(),
            identities: None,
            events: Vec::new(),
            peers: Vec::new(),
            pooled: true,
            covariates: Covariates::default(),
            prior: Prior::default(),
            settings: Settings::new(1_000, 1),
        }
    }

    /// With another name of the model.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Over so many periods after the last figure.
    #[must_use]
    pub fn over(mut self, periods: u32) -> Self {
        self.horizon = periods;
        self
    }

    /// At least until a period, as targets need it.
    #[must_use]
    pub fn until(mut self, period: Period) -> Self {
        let earlier = |other: &Period| period.since(*other).is_ok_and(|periods| periods < 0);
        if !self.until.as_ref().is_some_and(earlier) {
            self.until = Some(period);
        }
        self
    }

    /// A column is of this kind, whatever its figures look like.
    #[must_use]
    pub fn with_kind(mut self, column: impl Into<String>, kind: Kind) -> Self {
        self.kinds.insert(column.into(), kind);
        self
    }

    /// The unit of a column.
    #[must_use]
    pub fn with_unit(mut self, column: impl Into<String>, unit: impl Into<String>) -> Self {
        self.units.insert(column.into(), unit.into());
        self
    }

    /// With these identities (`"gdp = primary + secondary"`, `"a + b + c = 100"`) and no others; those that
    /// hold in the figures are found unless this is said.
    #[must_use]
    pub fn with_identities(mut self, identities: impl IntoIterator<Item = String>) -> Self {
        self.identities = Some(identities.into_iter().collect());
        self
    }

    /// Periods of declared events: what happened in them is no experience of ordinary years, and belongs to
    /// the event risks.
    #[must_use]
    pub fn with_events(mut self, events: impl IntoIterator<Item = Period>) -> Self {
        self.events.extend(events);
        self
    }

    /// Another place with series of the same names, from which is learnt.
    #[must_use]
    pub fn with_peer(mut self, name: impl Into<String>, data: Data) -> Self {
        self.peers.push((name.into(), data));
        self
    }

    /// Each series by itself, with the stated priors.
    #[must_use]
    pub fn apart(mut self) -> Self {
        self.pooled = false;
        self
    }

    /// With a number for each place that may explain the means: log income, say. The own place has its number under
    /// `self`, or the name that [`in_place`](Self::in_place) says. Without peers, columns that are fitted together
    /// have theirs under their own names.
    ///
    /// The mean of a series is drawn around that of the panel and the coefficient times the covariate, which is
    /// measured in its sds over the panel; the coefficient is learnt, with a prior that is nearly flat.
    #[must_use]
    pub fn with_covariate(
        mut self,
        name: impl Into<String>,
        numbers: impl IntoIterator<Item = (String, f64)>,
    ) -> Self {
        self.covariates.add(name.into(), numbers.into_iter().collect());
        self
    }

    /// The name of the place whose figures are fitted, for its covariates.
    #[must_use]
    pub fn in_place(mut self, name: impl Into<String>) -> Self {
        self.covariates.own = Some(name.into());
        self
    }

    /// With other priors.
    #[must_use]
    pub fn with_prior(mut self, prior: Prior) -> Self {
        self.prior = prior;
        self
    }

    /// With other settings: how many rows are drawn, by which seed.
    #[must_use]
    pub fn with_settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// Fits every column of a table, and makes a model of them.
    ///
    /// # Errors
    /// Columns that do not move, are multiples of each other, have figures that their kind cannot have or that
    /// change their unit; too few figures for a series that is fitted alone; kinds, units and identities of
    /// columns that are not there, or that do not hold.
    pub fn fit(&self, data: &Data) -> Result<Fitted, Error> {
        let axis = self.axis(data)?;
        let mut columns = self.columns(data, axis)?;
        let events = self.events_on(axis);
        let mut problems = checks::of_columns(&columns, axis);
        problems.extend(checks::jumps(&columns, &self.events, data.notes()));
        stop(problems)?;
        let mut remarks = smooth::remarks(&columns);
        let (identities, written) = self.identities(&mut columns, axis)?;
        let mut given: Vec<usize> = identities.iter().flat_map(Identity::given).collect();
        given.extend(written.iter().map(|(k, _)| *k));
        let counts = |k: &usize| columns[*k].kind == Kind::Count;
        let others = (0..columns.len()).filter(|k| !given.contains(k));
        let (counted, fitted): (Vec<usize>, Vec<usize>) = others.partition(counts);
        let (mut groups, of_peers) = panels(&columns, &fitted, &self.peers, axis, self.pooled);
        stop(self.covariates.give(&mut groups))?;
        stop(checks::too_short(&columns, &groups, &events))?;
        let mut drawn: Vec<(Panel, Drawn)> = Vec::new();
        for panel in groups {
            look();
            let found = draw(&panel, &columns, &events, &self.prior, &self.settings)?;
            drawn.push((panel, found));
        }
        let mut model = Model::new(self.name.clone(), self.span(&columns, axis)?);
        model = assemble::model(model, &columns, &identities, &drawn, axis)?;
        let mut report = Report::default();
        for (panel, found) in &drawn {
            report.add(&columns, panel, found, axis, &events, |what| self.prior_of(what));
            report.explain(&columns, panel, found, self.covariates.names());
        }
        for k in counted {
            count::fit(&mut model, &mut report, &columns[k], &events);
        }
        for (k, text) in &written {
            given::write(&mut model, &columns[*k].name, text);
        }
        let order = |name: &str| columns.iter().position(|column| column.name == name);
        report.parameters.sort_by_key(|row| order(&row.indicator));
        report.weights.sort_by_key(|row| order(&row.indicator));
        self.describe(&mut model, &mut report, &columns, &identities, &written);
        self.tell_priors(&mut report);
        let read = data.notes().iter().filter(|note| note.kind != "jump");
        report.sentences.extend(read.clone().map(|note| Sentence::said(&note.message)));
        remarks.extend(of_peers);
        report.sentences.extend(remarks.iter().map(|(_, said)| said.clone()));
        let notes: Vec<Note> = read.cloned().chain(remark::notes(&remarks)).collect();
        Ok(Fitted { model: model.with_notes(notes), report })
    }

    /// The periods of all figures.
    pub(super) fn axis(&self, data: &Data) -> Result<Span, Error> {
        let of = |data: &Data| -> Vec<Period> {
            data.names()
                .filter_map(|name| data.series(name))
                .flat_map(|series| series.keys().copied())
                .collect()
        };
        let own = Span::around(of(data));
        let Some(own) = own else {
            return Err(Error::at("", "the table has no figure"));
        };
        let mut all: Vec<Period> = vec![own.first(), own.last()];
        let mut problems = Vec::new();
        for (name, peer) in &self.peers {
            let Some(span) = Span::around(of(peer)) else { continue };
            if span.frequency() == own.frequency() {
                // What peers lived through later than the figures is not known yet.
                all.push(span.first());
            } else {
                let message =
                    format!("has periods such as {}, and the table {}", span.first(), own.first());
                problems.push(Problem::new(format!("peers.{name}"), message));
            }
        }
        for event in &self.events {
            if event.frequency() != own.frequency() {
                let message = format!(
                    "{event} is no period of the table, which has periods such as {}",
                    own.first()
                );
                problems.push(Problem::new("events", message));
            }
        }
        stop(problems)?;
        Ok(Span::around(all).unwrap_or(own))
    }

    pub(super) fn events(&self) -> &[Period] {
        &self.events
    }

    pub(super) fn peers(&self) -> &[(String, Data)] {
        &self.peers
    }

    pub(super) fn is_without_identities(&self) -> bool {
        self.identities.is_none()
    }

    pub(super) fn is_pooled(&self) -> bool {
        self.pooled
    }

    pub(super) fn events_on(&self, axis: Span) -> Vec<bool> {
        axis.periods().map(|period| self.events.contains(&period)).collect()
    }

    /// The columns, each with its kind.
    fn columns(&self, data: &Data, axis: Span) -> Result<Vec<Column>, Error> {
        let mut columns = Vec::new();
        for written in data.names() {
            look();
            let Some(series) = data.series(written) else { continue };
            let (name, label, unit) = heading(data.written(written));
            let of = |said: &str| said == written || said == name || heading(said).0 == name;
            let unit =
                self.units.iter().find(|(said, _)| of(said)).map(|(_, unit)| unit.clone()).or(unit);
            let figures = on_axis(axis, series);
            let words = format!("{written} {}", unit.as_deref().unwrap_or(""));
            let (kind, why) = match self.kinds.iter().find(|(said, _)| of(said)) {
                Some((_, kind)) => (*kind, Phrase::SaidSo.into()),
                None => Kind::of(&words, &known(&figures)),
            };
            columns.push(Column { name, label, unit, kind, why, logits: None, figures });
        }
        let mut problems = Vec::new();
        let said = self.kinds.keys().map(|name| ("kinds", name));
        for (what, said) in said.chain(self.units.keys().map(|name| ("units", name))) {
            let name = heading(said).0;
            if columns.iter().all(|column| column.name != name && column.name != *said) {
                let hint = near(said, columns.iter().map(|column| column.name.as_str()));
                problems.push(Problem::new(
                    format!("{what}.{said}"),
                    format!("the table has no such column{hint}"),
                ));
            }
        }
        stop(problems)?;
        Ok(columns)
    }

    /// Identities found, or given ones; those that are sums of shares have columns of their own.
    fn identities(&self, columns: &mut Vec<Column>, axis: Span) -> Result<given::Read, Error> {
        let (found, written) = match &self.identities {
            None => (find(columns), Vec::new()),
            Some(texts) => given::read(texts, columns, axis)?,
        };
        let found = found.into_iter().map(|identity| identity.against(columns)).collect();
        Ok((found, written))
    }

    /// The periods that are simulated.
    fn span(&self, columns: &[Column], axis: Span) -> Result<Span, Error> {
        let last = columns.iter().filter_map(Column::last).max().unwrap_or(0);
        let after = axis.first() + last as i32 + 1;
        let mut end = after + self.horizon.max(1) as i32 - 1;
        if let Some(until) = self.until {
            let further =
                until.since(end).map_err(|error| Error::at("targets", error.to_string()))?;
            end = end + further.max(0);
        }
        if self.horizon == 0 {
            return Err(Error::at("periods", "0 periods are none; expected at least 1"));
        }
        Span::new(after, end).map_err(|error| Error::at("periods", error.to_string()))
    }
}

pub(super) fn stop(problems: Vec<Problem>) -> Result<(), Error> {
    if problems.is_empty() { Ok(()) } else { Err(Error::model(problems)) }
}
