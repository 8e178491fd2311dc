//! From wanted paths of some indicators to the paths of instruments that give them.

use indexmap::IndexMap;

use super::{calm, inside, run};
use crate::error::{Error, Problem, near};
use crate::estimate::changed;
use crate::expr::{Expr, Node};
use crate::model::{Action, Amount, Change, Model, Scenario};
use crate::period::Period;
use crate::simulate::Ensembles;

/// Wanted values by indicator and period.
pub type Wanted = IndexMap<String, IndexMap<Period, f64>>;

/// An instrument in a period.
#[derive(Debug, Clone, PartialEq)]
pub struct InstrumentPath {
    /// Its name.
    pub instrument: String,
    /// `"add factor"` of a behavioural equation, in the space of its left side, or `"exogenous"`.
    pub kind: &'static str,
    /// The period.
    pub period: Period,
    /// Before.
    pub before: f64,
    /// What gives the wanted values.
    pub after: f64,
}

/// A wanted value.
#[derive(Debug, Clone, PartialEq)]
pub struct WantedPath {
    /// The indicator.
    pub indicator: String,
    /// The period.
    pub period: Period,
    /// Before.
    pub before: f64,
    /// What is wanted.
    pub wanted: f64,
    /// What a run with the instruments gives.
    pub reached: f64,
}

/// The instruments that give what is wanted.
#[derive(Debug, Clone, PartialEq)]
pub struct Inversion {
    /// By instrument and period.
    pub instruments: Vec<InstrumentPath>,
    /// By indicator and period.
    pub wanted: Vec<WantedPath>,
    /// A scenario that moves the instruments so: add factors are added, exogenous indicators set.
    pub scenario: Scenario,
}

const BEFORE: &str = "__before_inversion";
const AFTER: &str = "__targets_set";
const CHECK: &str = "__instruments_moved";

/// Inverts a model with nothing random: gives the paths of instruments (behavioural indicators, by
/// their add factors, or exogenous ones) with which other indicators take the wanted values, as many
/// instruments as indicators (J. Tinbergen 1952, On the Theory of Economic Policy). In each period the
/// equations of the instruments are exchanged for the wanted values and the model is solved; what
/// is missing in the equations is the add factors. The k-th instrument stands for the k-th indicator
/// where these are wanted in different periods; which one belongs to which makes no difference else.
/// What is found is put into a scenario, on top of another one if wanted, and run.
///
/// # Errors
/// Unknown names; not as many instruments as indicators; an instrument that is an identity, that is
/// set, or does not reach what is wanted within the period; values that have no solution.
///
/// ```
/// use tinbergen::analyse::{Wanted, invert};
/// use tinbergen::{Model, model::Indicator};
/// let year: tinbergen::period::Period = "2021".parse()?;
/// let mut model = Model::new("m", "2021..2021".parse()?)
///     .with_indicator("g", Indicator::default().with_history(year, 20.0))
///     .with_indicator("c", Indicator::from_equation("c ~ 0.6 * y"))
///     .with_indicator("y", Indicator::from_equation("y = c + g"));
/// model.imported = true;
/// let wanted = Wanted::from([("y".to_owned(), [(year, 60.0)].into())]);
/// let found = invert(&model, &wanted, &["g"], None)?;
/// assert!((found.instruments[0].after - 24.0).abs() < 1e-12);
/// let found = invert(&model, &wanted, &["c"], None)?;
/// assert!((found.instruments[0].after - 4.0).abs() < 1e-12);
/// assert!((found.wanted[0].reached - 60.0).abs() < 1e-11);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn invert(
    model: &Model,
    wanted: &Wanted,
    instruments: &[&str],
    scenario: Option<&str>,
) -> Result<Inversion, Error> {
    checked(model, wanted, instruments, scenario)?;
    let mut calm = calm(model);
    if scenario.is_none() {
        calm.scenarios.clear();
    }
    let base = |changes: Vec<Change>| {
        let made = Scenario::of(changes);
        scenario.map_or_else(|| made.clone(), |name| made.clone().extending(name))
    };
    let pairs = paired(wanted, instruments);
    let swaps: Vec<Change> = pairs.iter().map(|pair| pair.change(wanted)).collect();
    let calm = calm.with_scenario(BEFORE, base(Vec::new())).with_scenario(AFTER, base(swaps));
    let runs = run(&calm, &every(&calm)).map_err(renamed)?;
    let (before, after) = (at(&calm, &runs, BEFORE)?, at(&calm, &runs, AFTER)?);
    let start = changed(model, scenario.unwrap_or("baseline"));
    let mut found = Vec::new();
    for pair in &pairs {
        let factor = |period| start.add_factor(pair.instrument, period);
        found.extend(pair.instrument_path(wanted, factor, &before, &after)?);
    }
    let scenario = base(moved(&found));
    let calm = calm.with_scenario(CHECK, scenario.clone());
    let runs = run(&calm, &wanted.keys().map(String::as_str).collect::<Vec<_>>())?;
    let wanted = reached(wanted, &before, &at(&calm, &runs, CHECK)?);
    Ok(Inversion { instruments: found, wanted, scenario })
}

/// An indicator that takes wanted values, and the instrument that is solved for.
struct Pair<'a> {
    indicator: &'a str,
    instrument: &'a str,
}

impl Pair<'_> {
    fn change(&self, wanted: &Wanted) -> Change {
        let values = Amount::ByPeriod(wanted[self.indicator].clone());
        let by = Some(self.instrument.to_owned()).filter(|by| by != self.indicator);
        Change { action: Action::Set(values), by, ..Change::of_indicator(self.indicator) }
    }

    /// What the instrument is before and after; an add factor is what its equation misses more, on
    /// top of what it had.
    fn instrument_path(
        &self,
        wanted: &Wanted,
        factor: impl Fn(Period) -> f64,
        before: &Path,
        after: &Path,
    ) -> Result<Vec<InstrumentPath>, Error> {
        let name = self.instrument;
        let exogenous = before.0.indicators[name].is_exogenous();
        let (first, second) = if exogenous {
            (before.values(name), after.values(name))
        } else {
            (before.gaps(name)?, after.gaps(name)?)
        };
        let row = |&period: &Period| {
            let old = if exogenous { first[&period] } else { factor(period) };
            let new =
                if exogenous { second[&period] } else { old + (second[&period] - first[&period]) };
            if !new.is_finite() {
                let message = format!(
                    "\"{name}\" has no add factor in {period}: its history is too short for its \
                     equation as it stands; give it a longer one"
                );
                return Err(Error::at("instruments", message));
            }
            let kind = if exogenous { "exogenous" } else { "add factor" };
            let instrument = name.to_owned();
            Ok(InstrumentPath { instrument, kind, period, before: old, after: new })
        };
        wanted[self.indicator].keys().map(row).collect()
    }
}

/// An indicator that is an instrument too is its own; the others go by their order.
fn paired<'a>(wanted: &'a Wanted, instruments: &[&'a str]) -> Vec<Pair<'a>> {
    let mut others =
        instruments.iter().filter(|name| !wanted.contains_key(**name)).copied().collect::<Vec<_>>();
    let pair = |indicator: &'a String| {
        let indicator = indicator.as_str();
        let own = instruments.contains(&indicator);
        let instrument = if own { indicator } else { others.remove(0) };
        Pair { indicator, instrument }
    };
    wanted.keys().map(pair).collect()
}

fn checked(
    model: &Model,
    wanted: &Wanted,
    instruments: &[&str],
    scenario: Option<&str>,
) -> Result<(), Error> {
    let mut problems = Vec::new();
    let mut wrong = |address: &str, message: String| problems.push(Problem::new(address, message));
    let unknown = |name: &str| {
        let hint = near(name, model.indicators.keys().map(String::as_str));
        format!("unknown indicator \"{name}\"{hint}")
    };
    if let Some(name) = scenario.filter(|name| !model.scenarios.contains_key(*name)) {
        let hint = near(name, model.scenarios.keys().map(String::as_str));
        wrong("scenario", format!("unknown scenario \"{name}\"{hint}"));
    }
    for (name, values) in wanted {
        if !model.indicators.contains_key(name) {
            wrong("targets", unknown(name));
        }
        if values.is_empty() {
            wrong("targets", format!("\"{name}\" has no wanted values"));
        }
        for (period, value) in values {
            if !value.is_finite() {
                wrong("targets", format!("\"{name}\" is {value} in {period}; expected a number"));
            }
            if let Err(error) = inside(model, name, *period) {
                wrong("targets", error.problems()[0].message.clone());
            }
        }
    }
    let start = changed(model, scenario.unwrap_or("baseline"));
    for (k, name) in instruments.iter().enumerate() {
        let Some(indicator) = model.indicators.get(*name) else {
            wrong("instruments", unknown(name));
            continue;
        };
        if instruments[..k].contains(name) {
            wrong("instruments", format!("\"{name}\" is named twice"));
        }
        if model.formula(name).is_ok_and(|formula| formula.is_exact()) {
            let message = format!(
                "\"{name}\" is an identity, which holds exactly and has no add factor; name a \
                 behavioural or an exogenous indicator"
            );
            wrong("instruments", message);
        }
        if !indicator.is_exogenous() && start.sets(name) {
            wrong("instruments", format!("\"{name}\" is set by the scenario; it cannot move"));
        }
    }
    if wanted.is_empty() || wanted.len() != instruments.len() {
        let message = format!(
            "{} indicators take wanted values, {} instruments move; name as many of the one as of \
             the other",
            wanted.len(),
            instruments.len()
        );
        wrong("instruments", message);
    }
    if problems.is_empty() { Ok(()) } else { Err(Error::model(problems)) }
}

/// All indicators.
fn every(model: &Model) -> Vec<&str> {
    model.indicators.keys().map(String::as_str).collect()
}

/// Problems of the scenario in between are about the instruments, and numbers that break about what
/// is wanted.
fn renamed(error: Error) -> Error {
    if error.is_numerical() {
        let message = "no values of the instruments were found that give what is wanted";
        let mut problems = vec![Problem::new("targets", message)];
        problems.extend(error.problems().iter().cloned());
        return Error::numerical(problems);
    }
    if !error.is_model() {
        return error;
    }
    let address = format!("scenarios.{AFTER}");
    let problems = error.problems().iter().cloned().map(|mut problem| {
        if problem.address.starts_with(&address) {
            "instruments".clone_into(&mut problem.address);
        }
        problem
    });
    Error::model(problems.collect())
}

/// A model whose histories are the one path of a scenario.
struct Path(Model);

fn at(model: &Model, runs: &Ensembles, scenario: &str) -> Result<Path, Error> {
    let ensemble = runs.get(scenario)?;
    let mut model = model.clone();
    for (name, indicator) in &mut model.indicators {
        for period in model.periods.periods() {
            if let Some(row) = ensemble.row(name, period) {
                indicator.history.insert(period, row[0].into());
            }
        }
    }
    Ok(Path(model))
}

impl Path {
    fn values(&self, name: &str) -> IndexMap<Period, f64> {
        let known = &self.0.indicators[name].history;
        let number = |period: &Period| known.get(period).and_then(crate::model::Quantity::number);
        self.0.periods.periods().map(|p| (p, number(&p).unwrap_or(f64::NAN))).collect()
    }

    /// Left side minus right side of the equation of an instrument, with further random terms at
    /// their means.
    fn gaps(&self, name: &str) -> Result<IndexMap<Period, f64>, Error> {
        let formula = self.0.formula(name).map_err(Error::model)?;
        let Some(equation) = &formula.equation else { return Ok(self.values(name)) };
        let mean = |part: &Expr| match &part.node {
            Node::Shock(shock) => {
                Some(Expr::literal(self.0.shocks.get(shock)?.distribution.mean()))
            }
            _ => None,
        };
        let equation = equation.rewritten(&mut { mean });
        let mut model = self.0.clone();
        for indicator in model.indicators.values_mut() {
            (indicator.equation, indicator.process) = (None, None);
        }
        model.indicators[name].equation = Some(equation.into());
        let mut gaps = model.residuals(model.periods)?;
        Ok(gaps.swap_remove(name).unwrap_or_default())
    }
}

/// The changes that move the instruments.
fn moved(found: &[InstrumentPath]) -> Vec<Change> {
    let mut changes: IndexMap<&str, (bool, IndexMap<Period, f64>)> = IndexMap::new();
    for row in found {
        let exogenous = row.kind == "exogenous";
        let value = if exogenous { row.after } else { row.after - row.before };
        let entry = changes.entry(&row.instrument).or_insert((exogenous, IndexMap::new()));
        entry.1.insert(row.period, value);
    }
    let change = |(name, (exogenous, values))| {
        let amount = Amount::ByPeriod(values);
        let action = if exogenous { Action::Set(amount) } else { Action::Add(amount) };
        Change { action, ..Change::of_indicator(name) }
    };
    changes.into_iter().map(change).collect()
}

fn reached(wanted: &Wanted, before: &Path, after: &Path) -> Vec<WantedPath> {
    let mut rows = Vec::new();
    for (name, values) in wanted {
        let (before, after) = (before.values(name), after.values(name));
        for (period, value) in values {
            rows.push(WantedPath {
                indicator: name.clone(),
                period: *period,
                before: before[period],
                wanted: *value,
                reached: after[period],
            });
        }
    }
    rows
}
