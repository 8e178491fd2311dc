//! What would have to be true: how draws and growth differ between paths that meet a goal and those
//! that do not.

use super::attainment::Met;
use super::goal::Goal;
use crate::compile::Program;
use crate::condition::Tracked;
use crate::ensemble::Ensemble;
use crate::error::Error;
use crate::interrupt::{look, sort};
use crate::math::{exp, ln};
use crate::period::{Period, Span};
use crate::simulate::{Draw, Ensembles, RunInfo};

/// Numbers that differ by less than this share of themselves differ by rounding.
const ROUNDING: f64 = 1e-12;

/// What differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Driver {
    /// A parameter, drawn once per path.
    Parameter,
    /// A value that is drawn where the run begins.
    Start,
    /// A shock: its mean over the periods, or one period of it.
    Shock,
    /// How often an event begins.
    Event,
    /// The growth of an indicator per period, or its change where levels are not all positive.
    Growth,
}

impl Driver {
    /// Its name in tables.
    pub fn name(self) -> &'static str {
        match self {
            Self::Parameter => "parameter",
            Self::Start => "start",
            Self::Shock => "shock",
            Self::Event => "event",
            Self::Growth => "growth",
        }
    }
}

/// How one thing differs between the paths that meet a goal and the others.
#[derive(Debug, Clone, PartialEq)]
pub struct Requirement {
    /// What kind of thing.
    pub kind: Driver,
    /// Its name.
    pub name: String,
    /// The periods; none for what is drawn once.
    pub periods: Option<Span>,
    /// Is it an indicator that the goal is about?
    pub of_goal: bool,
    /// Its mean in the paths that meet the goal.
    pub met: f64,
    /// Its mean in the others.
    pub missed: f64,
    /// The standardised difference of the two means.
    pub difference: f64,
    /// Its Monte Carlo standard error.
    pub difference_error: f64,
    /// The Kolmogorov-Smirnov distance of the two distributions.
    pub distance: f64,
    /// How far apart they come by chance: the distance that any of all rows passes in 5 % of
    /// cases if nothing differs.
    pub noise: f64,
    /// Is the distance more than noise?
    pub clear: bool,
}

/// How parameters, starting values, shocks, events and growth differ between the paths of a
/// scenario that meet a goal and those that do not: the furthest apart first, and after all that are
/// clear what may be noise.
///
/// The draws are worked out again from the seed of the run. With `a` the paths that meet the goal and
/// `b` the others, of effective numbers `n` and `m`, the difference is
/// `(mean a - mean b) / sqrt((var a + var b) / 2)`, its error `sqrt(1/n + 1/m + d^2 / (2 (n + m)))` (L.
/// Hedges and I. Olkin 1985, Statistical methods for meta-analysis). The distance is the largest
/// difference of the two distribution functions, and noise
/// `sqrt(-ln(0.05 / (2 k)) / 2 x (n + m) / (n m))` for `k` rows (N. Smirnov 1948; Bonferroni).
///
/// # Errors
/// Unknown names; a goal that all paths meet, or none; a run that is not one of the program.
pub fn requirements(
    program: &Program,
    runs: &Ensembles,
    scenario: &str,
    goal: &Goal,
    by_period: bool,
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Vec<Requirement>, Error> {
    let mut redraw = |wanted: &[Draw]| program.drawn(runs.info(), scenario, wanted, watch);
    compare(program, runs, scenario, goal, by_period, &mut redraw)
}

/// The same for a run of a program that is conditioned on outturns: draws are as the outturns moved them.
///
/// # Errors
/// As [`requirements`].
///
/// ```
/// use tinbergen::model::{Distribution, Indicator, Process, Target};
/// use tinbergen::outturns::{Outturn, Outturns};
/// use tinbergen::{Model, Sampling, plan};
/// let model = Model::new("growth", "2021..2025".parse()?)
///     .with_indicator(
///         "gdp",
///         Indicator::from_process(Process::growth("trend")).with_history("2020".parse()?, 100.0),
///     )
///     .with_parameter("trend", Distribution::normal(0.05, 0.02))
///     .with_shock("gdp", Distribution::normal(0.0, 0.02))
///     .with_target(Target::at_least("gdp-2025", "gdp", "2025".parse()?, 125.0));
/// let outturns =
///     Outturns::new(vec![Outturn::new("gdp", "2021".parse()?, 98.0, "2022-03-01".parse()?)])?;
/// let tracked = model.compile()?.observe(&outturns, None)?;
/// let runs = tracked.simulate(&Sampling::new(4000, 1))?;
/// let goal = "gdp-2025".parse()?;
/// let rows = plan::requirements_given(&tracked, &runs, "baseline", &goal, false, &mut |_, _| true)?;
/// let trend = rows.iter().find(|row| row.name == "trend").expect("a parameter");
/// assert!(trend.missed < 0.035); // 98 after 100 taught that it is lower than 0.05
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn requirements_given(
    tracked: &Tracked,
    runs: &Ensembles,
    scenario: &str,
    goal: &Goal,
    by_period: bool,
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Vec<Requirement>, Error> {
    let mut redraw = |wanted: &[Draw]| tracked.drawn(runs.info(), scenario, wanted, watch);
    compare(tracked.program(), runs, scenario, goal, by_period, &mut redraw)
}

/// Works out draws again.
type Redraw<'a> = &'a mut dyn FnMut(&[Draw]) -> Result<Vec<Vec<f64>>, Error>;

fn compare(
    program: &Program,
    runs: &Ensembles,
    scenario: &str,
    goal: &Goal,
    by_period: bool,
    redraw: Redraw<'_>,
) -> Result<Vec<Requirement>, Error> {
    let model = program.model();
    let condition = goal.resolve(model)?;
    let ensemble = runs.get(scenario)?;
    if ensemble.strata().len() > 1 || ensemble.len() != runs.info().paths {
        let message = format!("\"{scenario}\" is no single scenario; ask for one of its parts");
        return Err(Error::at("scenario", message));
    }
    let targets = condition.targets();
    let met = Met::of_places(model, ensemble, &targets)?.condition(&condition);
    let ends = targets.iter().map(|&index| model.targets[index].period.last());
    let last = ends.max_by_key(|period| period.ordinal()).unwrap_or(ensemble.span().last());
    let weights = ensemble.weights();
    let weight = |i: usize| weights.map_or(1.0, |weights| weights[i]);
    let split = Split::new(&met, weight).ok_or_else(|| {
        let some = met.contains(&1.0);
        let message = if some {
            "every path meets the goal: there is nothing to tell apart".to_owned()
        } else {
            format!(
                "none of {} paths meets the goal; ask for more paths, for less (\"at_least(20, all)\"), or \
                 for the most likely path that meets it",
                met.len()
            )
        };
        Error::at("", message)
    })?;
    let (mut rows, wanted) = drivers(program, runs.info(), ensemble, last, by_period)?;
    let drawn = redraw(&wanted)?;
    let mut found: Vec<Requirement> =
        rows.drain(..).zip(&drawn).filter_map(|(row, values)| split.compare(row, values)).collect();
    for series in ensemble.indicators() {
        look();
        let concerns = |&index: &usize| program.targets()[index].concerns(&series.name);
        let row = Row {
            kind: Driver::Growth,
            name: series.name.clone(),
            periods: Span::new(ensemble.span().first(), last).ok(),
            of_goal: targets.iter().any(concerns),
        };
        let history = series.history.last().copied();
        let growth = growth(ensemble, &series.name, history, last);
        found.extend(growth.and_then(|values| split.compare(row, &values)));
    }
    let noise = split.noise(found.len());
    for row in &mut found {
        look();
        row.noise = noise;
        row.clear = row.distance > noise;
    }
    let key = |row: &Requirement| (row.clear, row.distance);
    found.sort_by(|a, b| key(b).0.cmp(&key(a).0).then(key(b).1.total_cmp(&key(a).1)));
    Ok(found)
}

/// A row that is still to be filled.
#[derive(Clone)]
pub(super) struct Row {
    pub(super) kind: Driver,
    pub(super) name: String,
    pub(super) periods: Option<Span>,
    of_goal: bool,
}

/// All that is drawn, and how it is worked out again.
///
/// # Errors
/// A scenario that the program does not have.
pub(super) fn drivers(
    program: &Program,
    info: &RunInfo,
    ensemble: &Ensemble,
    last: Period,
    by_period: bool,
) -> Result<(Vec<Row>, Vec<Draw>), Error> {
    let model = program.model();
    let (mut rows, mut wanted) = (Vec::new(), Vec::new());
    let mut add = |kind, name: &str, periods, draw| {
        rows.push(Row { kind, name: name.to_owned(), periods, of_goal: false });
        wanted.push(draw);
    };
    for (index, stream, is_parameter) in program.path_values(info, ensemble.scenario())? {
        let name = stream.split_once('/').map_or(stream, |(_, name)| name);
        let kind = if is_parameter { Driver::Parameter } else { Driver::Start };
        add(kind, name, None, Draw::Path(index));
    }
    let first = ensemble.span().first();
    let periods = |places| program.inner.timeline.of_span(places);
    let count = last.since(first).map_or(0, |n| n.max(0) as usize) + 1;
    let whole = Span::new(first, last).ok();
    for (k, name) in model.shocks.keys().enumerate() {
        if by_period {
            for at in 0..count {
                look();
                let period = Some(Span::single(first + at as i32));
                add(Driver::Shock, name, period, Draw::Shock(k, periods(at..at + 1)));
            }
        } else {
            add(Driver::Shock, name, whole, Draw::Shock(k, periods(0..count)));
        }
    }
    for (k, name) in model.events.keys().enumerate() {
        add(Driver::Event, name, whole, Draw::Event(k, periods(0..count)));
    }
    Ok((rows, wanted))
}

/// The growth per period from the last known value, or from the first period of the run.
fn growth(
    ensemble: &Ensemble,
    name: &str,
    known: Option<(Period, f64)>,
    last: Period,
) -> Option<Vec<f64>> {
    let end = ensemble.row(name, last)?;
    let before = ensemble.span().first() - 1;
    // A period before the span is there when any indicator needs it; this one may have no number in it.
    let row = ensemble.row(name, before).filter(|row| row.iter().any(|value| value.is_finite()));
    let (period, start): (Period, Vec<f64>) = match (row, known) {
        (Some(row), _) => (before, row.to_vec()),
        (None, Some((period, value))) => (period, vec![value; end.len()]),
        (None, None) => (ensemble.span().first(), ensemble.row(name, before + 1)?.to_vec()),
    };
    let periods = f64::from(last.since(period).ok()?);
    if periods <= 0.0 {
        return None;
    }
    let positive = start.iter().zip(end).all(|(a, b)| *a > 0.0 && (*b > 0.0 || b.is_nan()));
    let rate = |(a, b): (&f64, &f64)| {
        if positive { exp(ln(b / a) / periods) - 1.0 } else { (b - a) / periods }
    };
    let rates: Vec<f64> = start.iter().zip(end).map(rate).collect();
    // A rate is a difference of numbers about 1.
    vary(rates.iter().copied(), if positive { 1.0 } else { 0.0 }).then_some(rates)
}

/// Do numbers differ by more than they, or what they are differences of, are rounded?
fn vary(values: impl Iterator<Item = f64>, of: f64) -> bool {
    let finite = values.filter(|value| value.is_finite());
    let ends = (f64::INFINITY, f64::NEG_INFINITY);
    let (low, high) = finite.fold(ends, |(low, high), value| (low.min(value), high.max(value)));
    high - low > ROUNDING * low.abs().max(high.abs()).max(of)
}

/// The paths in two parts, with their weights.
struct Split {
    met: Vec<bool>,
    weights: Vec<f64>,
    /// Effective numbers of paths that meet the goal, and of the others.
    numbers: (f64, f64),
}

impl Split {
    fn new(met: &[f64], weight: impl Fn(usize) -> f64) -> Option<Self> {
        let weights: Vec<f64> = (0..met.len()).map(weight).collect();
        let met: Vec<bool> = met.iter().map(|met| *met == 1.0).collect();
        let number = |side: bool| {
            let of = met.iter().zip(&weights).filter(|(met, _)| **met == side).map(|(_, w)| *w);
            let (sum, squares) = of.fold((0.0, 0.0), |(s, q), w| (s + w, q + w * w));
            if squares > 0.0 { sum * sum / squares } else { 0.0 }
        };
        let numbers = (number(true), number(false));
        (numbers.0 > 0.0 && numbers.1 > 0.0).then_some(Self { met, weights, numbers })
    }

    fn noise(&self, rows: usize) -> f64 {
        let (n, m) = self.numbers;
        let tail = -ln(0.05 / (2.0 * rows.max(1) as f64)) / 2.0;
        (tail * (n + m) / (n * m)).sqrt()
    }

    /// None where the numbers do not vary.
    fn compare(&self, row: Row, values: &[f64]) -> Option<Requirement> {
        let counted = values.iter().zip(&self.weights).filter(|(_, weight)| **weight > 0.0);
        if !vary(counted.map(|(value, _)| *value), 0.0) {
            return None;
        }
        let (a, b) = (self.moments(values, true), self.moments(values, false));
        let pooled = f64::midpoint(a.1, b.1).sqrt();
        if !(pooled > 0.0) {
            return None;
        }
        let difference = (a.0 - b.0) / pooled;
        let (n, m) = self.numbers;
        let error = (1.0 / n + 1.0 / m + difference * difference / (2.0 * (n + m))).sqrt();
        Some(Requirement {
            kind: row.kind,
            name: row.name,
            periods: row.periods,
            of_goal: row.of_goal,
            met: a.0,
            missed: b.0,
            difference,
            difference_error: error,
            distance: self.distance(values),
            noise: f64::NAN,
            clear: false,
        })
    }

    /// Weighted mean and variance of the finite numbers of one part.
    fn moments(&self, values: &[f64], side: bool) -> (f64, f64) {
        let of = || {
            let all = values.iter().zip(&self.met).zip(&self.weights);
            all.filter(|((v, met), _)| **met == side && v.is_finite()).map(|((v, _), w)| (*v, *w))
        };
        let total: f64 = of().map(|(_, w)| w).sum();
        let mean = of().map(|(v, w)| v * w).sum::<f64>() / total;
        (mean, of().map(|(v, w)| w * (v - mean) * (v - mean)).sum::<f64>() / total)
    }

    /// The largest difference of the two distribution functions.
    fn distance(&self, values: &[f64]) -> f64 {
        let mut order: Vec<usize> = (0..values.len()).filter(|&i| values[i].is_finite()).collect();
        sort(&mut order, |&a, &b| values[a].total_cmp(&values[b]));
        let total = |side: bool| -> f64 {
            order.iter().filter(|&&i| self.met[i] == side).map(|&i| self.weights[i]).sum()
        };
        let (all_met, all_missed) = (total(true), total(false));
        let (mut met, mut missed, mut largest) = (0.0, 0.0, 0.0f64);
        for (k, &i) in order.iter().enumerate() {
            if self.met[i] {
                met += self.weights[i];
            } else {
                missed += self.weights[i];
            }
            let tied = order.get(k + 1).is_some_and(|&next| values[next] == values[i]);
            if !tied {
                largest = largest.max((met / all_met - missed / all_missed).abs());
            }
        }
        largest
    }
}
