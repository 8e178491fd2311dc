//! Residuals of the past drawn again: stochastic simulation of a model from its own errors.

use indexmap::IndexMap;

use super::own_add_factor::{OwnAddFactor, has_shock_of, replaced, with_shock};
use super::residuals::{sides, sides_of};
use super::shrink::{self, Covariance};
use crate::error::{Error, Problem, counted};
use crate::expr::{Equation, Expr};
use crate::model::{Distribution, Model, Note, Pair, Shock, Stream};
use crate::period::{Period, Span};

/// Residuals this small, relative to the left side, are those of rounding.
const ROUNDING: f64 = 1e-10;

/// How residuals are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub enum Draw {
    /// Whole periods, independently and with replacement.
    #[default]
    Independent,
    /// Whole periods in blocks of one length.
    Moving(u32),
    /// Whole periods in blocks of random length with this mean.
    Stationary(f64),
    /// From a normal distribution with the covariances of the residuals.
    Normal,
}

/// Which residuals are drawn again, and how.
#[derive(Debug, Clone, PartialEq)]
pub struct Redraw {
    span: Span,
    draw: Draw,
    demean: bool,
    of: Option<Vec<String>>,
}

impl Redraw {
    /// The residuals of a span, whole periods drawn independently, minus their means.
    pub fn of_span(span: Span) -> Self {
        Self { span, draw: Draw::Independent, demean: true, of: None }
    }

    /// Drawn otherwise.
    #[must_use]
    pub fn drawing(mut self, draw: Draw) -> Self {
        self.draw = draw;
        self
    }

    /// With their means left in, or taken out.
    #[must_use]
    pub fn demeaned(mut self, demean: bool) -> Self {
        self.demean = demean;
        self
    }

    /// Of these equations only, by the names of their indicators.
    #[must_use]
    pub fn of<T: Into<String>>(mut self, names: impl IntoIterator<Item = T>) -> Self {
        self.of = Some(names.into_iter().map(Into::into).collect());
        self
    }
}

impl Model {
    /// The model with shocks that draw the residuals of its own past again.
    ///
    /// Whole periods are drawn, so residuals of different equations keep all that ties them; in
    /// blocks also what ties them over time. What is taken: the equations that are named; else those
    /// that the model calls stochastic; else all that are behavioural or carry an add factor.
    /// [`notes`](Self::notes) tell which, and why others were left out. Residuals are taken at the
    /// means of parameters. A process is the equation that it stands for; its residuals are those of the shock
    /// that it names. Two equations cannot draw one shock.
    ///
    /// Equations of World Bank country models carry their add factors themselves: `y = ... + y_a ...`
    /// with `y_a` exogenous. Their residual is the `y_a` with which the equation holds, and what is
    /// drawn is a shock `y_a`, beside what is known of it.
    ///
    /// The means that are taken out are those of what is drawn: with moving blocks, in which the
    /// first and the last periods come more rarely, not quite those of the residuals.
    ///
    /// # Errors
    /// An equation that is named and has no residuals; no equation that has any; fewer than two
    /// periods; blocks that are longer than the span.
    ///
    /// ```
    /// use tinbergen::estimate::{Draw, Redraw};
    /// use tinbergen::model::Indicator;
    /// use tinbergen::{Model, Sampling};
    /// let mut y = Indicator::from_equation("y ~ 0.5 * y[-1]");
    /// for (year, value) in (2011..).zip([1.0, 0.7, 0.1, 0.4, -0.2]) {
    ///     y = y.with_history(tinbergen::period::Period::year(year), value);
    /// }
    /// let model = Model::new("m", "2016..2025".parse()?).with_indicator("y", y);
    /// let past = Redraw::of_span("2012..2015".parse()?).drawing(Draw::Stationary(2.0));
    /// let model = model.with_residuals(&past)?;
    /// assert_eq!(model.streams["residuals"].length, 2.0);
    /// let runs = model.compile()?.simulate(&Sampling::new(100, 1))?;
    /// assert_eq!(runs.get("baseline")?.len(), 100);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_residuals(&self, redraw: &Redraw) -> Result<Self, Error> {
        let (chosen, notes) = self.redrawn(redraw)?;
        let mut model = self.clone();
        model.give_shocks_to_carried(&chosen);
        model.notes.0.retain(|note| !matches!(note.kind, "left_out" | "drawn"));
        model
            .correlations
            .retain(|pair, _| !pair.names().iter().any(|name| chosen.contains_key(*name)));
        let mut copulas = model.copulas.values().flat_map(|copula| &copula.members);
        if let Some(name) = copulas.find(|name| chosen.contains_key(*name)) {
            let message = format!(
                "shock \"{name}\" is a member of a copula, and its residuals are drawn from the past; leave it \
                 out of the copula, or name the equations that are drawn (`stochastic`)"
            );
            return Err(Error::at("copulas", message));
        }
        for name in chosen.keys() {
            model.shocks.shift_remove(name);
        }
        let used: Vec<String> = model.shocks.values().filter_map(|s| s.stream.clone()).collect();
        model.streams.retain(|name, _| used.contains(name));
        let how = match redraw.draw {
            Draw::Normal => draw_normal(&mut model, &chosen, redraw.demean),
            draw => draw_periods(&mut model, &chosen, draw, redraw.demean),
        };
        let message = format!(
            "the residuals of {} over {} ({} periods) are drawn {how}{}",
            counted(chosen.len(), "equation"),
            redraw.span,
            redraw.span.len(),
            if redraw.demean { ", minus their means" } else { ", with their means" },
        );
        model.notes.0.push(Note::new("drawn", message));
        model.notes.0.extend(notes);
        Ok(model)
    }

    /// The residuals by equation, and what is left out.
    fn redrawn(&self, redraw: &Redraw) -> Result<(Chosen, Vec<Note>), Error> {
        if redraw.span.len() < 2 {
            let message = "one period has no spread; give the residuals of several";
            return Err(Error::at("with_residuals: span", message));
        }
        let most = redraw.span.len() as f64;
        let long = match redraw.draw {
            Draw::Moving(length) => Stream::moving(length).check().or_else(|| {
                (f64::from(length) > most).then(|| {
                    format!("blocks of {length} periods do not fit into {most} of {}", redraw.span)
                })
            }),
            Draw::Stationary(mean) => Stream::stationary(mean).check(),
            _ => None,
        };
        if let Some(message) = long {
            return Err(Error::at("with_residuals: block", message));
        }
        let named = redraw.of.is_some();
        let names = match &redraw.of {
            Some(names) => names.clone(),
            None if self.stochastic.is_empty() => self.indicators.keys().cloned().collect(),
            None => self.stochastic.clone(),
        };
        let (mut chosen, mut notes, mut problems) = (Chosen::new(), Vec::new(), Vec::new());
        for name in names {
            match self.past(&name, redraw.span) {
                Ok(Some((shock, values))) => {
                    if chosen.contains_key(&shock) {
                        let message = format!(
                            "{name} shares its shock {shock} with another: one shock cannot draw the residuals of both"
                        );
                        if named {
                            problems.push(Problem::new("with_residuals: of", message));
                        } else {
                            notes.push(Note::new("left_out", message).about(&name));
                        }
                    } else {
                        chosen.insert(shock, values);
                    }
                }
                Err(message) if named => {
                    problems.push(Problem::new("with_residuals: of", message));
                }
                Ok(None) if named => {
                    let message = format!(
                        "{name} has no behavioural equation and carries no add factor, so no residuals"
                    );
                    problems.push(Problem::new("with_residuals: of", message));
                }
                Ok(None) => {}
                Err(message) => notes.push(Note::new("left_out", message).about(&name)),
            }
        }
        if chosen.is_empty() && problems.is_empty() {
            let first =
                notes.first().map_or_else(String::new, |note| format!(": {}", note.message));
            let message = format!("no equation has residuals in {}{first}", redraw.span);
            problems.push(Problem::new("with_residuals", message));
        }
        if problems.is_empty() { Ok((chosen, notes)) } else { Err(Error::model(problems)) }
    }

    /// The shock and the residuals of an equation; none where it is an identity.
    fn past(&self, name: &str, span: Span) -> Result<Option<(String, Vec<f64>)>, String> {
        let formula = self.formula(name).map_err(|problems| {
            let messages: Vec<&str> =
                problems.iter().map(|problem| problem.message.as_str()).collect();
            if self.indicators.contains_key(name) {
                format!("{name}: {}", messages.join("; "))
            } else {
                messages.join("; ")
            }
        })?;
        let Some(equation) = &formula.equation else { return Ok(None) };
        let equation = sides(name, equation, self.periods.frequency())
            .map_err(|messages| format!("{name}: {}", messages.join("; ")))?;
        let is_written = self.indicators.get(name).is_some_and(|one| one.equation.is_some());
        let carried = is_written.then(|| self.own_add_factor(name, &equation)).flatten();
        let values = match &carried {
            None if !equation.behavioural => return Ok(None),
            None if equation.sides().into_iter().any(Expr::has_shock) => {
                return Err(further_terms(name));
            }
            _ if equation.rhs.has_count() => return Err(further_terms(name)),
            None => self.gaps(&equation, span),
            Some(carried) => self.carried_gaps(&equation, carried, span),
        };
        let missing = values.iter().filter(|gap| !gap.value.is_finite()).count();
        if let Some(gap) = values.iter().find(|gap| !gap.value.is_finite()) {
            return Err(format!(
                "{name} has no residual in {missing} of {} periods, first in {}: values are missing",
                span.len(),
                gap.period
            ));
        }
        if values.iter().all(|gap| gap.size <= ROUNDING) {
            return Err(format!("{name} holds to rounding in every period: it is an identity"));
        }
        let own = formula.class.shock().unwrap_or(name).to_owned();
        let shock = carried.map_or(own, |carried| carried.name);
        Ok(Some((shock, values.into_iter().map(|gap| gap.value).collect())))
    }

    /// Left side minus right side.
    fn gaps(&self, equation: &Equation, span: Span) -> Vec<Gap> {
        let gap = |period| {
            let (left, right) = self.sides(equation, period);
            Gap { period, value: left - right, size: relative(left - right, left) }
        };
        span.periods().map(gap).collect()
    }

    /// The add factor with which an equation that carries it holds.
    fn carried_gaps(&self, equation: &Equation, carried: &OwnAddFactor, span: Span) -> Vec<Gap> {
        let bare = replaced(&equation.rhs, &carried.name, &Expr::number(0.0));
        let gap = |period| {
            let left = self.on_histories(&equation.lhs, period);
            let value = self.on_histories(&carried.value, period);
            Gap { period, value, size: relative(left - self.on_histories(&bare, period), left) }
        };
        span.periods().map(gap).collect()
    }

    /// Puts a shock beside each add factor that an equation carries and whose past was chosen.
    fn give_shocks_to_carried(&mut self, chosen: &Chosen) {
        let names: Vec<String> = self.indicators.keys().cloned().collect();
        for name in names {
            let Some(text) = self.indicators[&name].equation.as_ref() else { continue };
            let Ok(equation) = sides_of(&name, text, self.periods.frequency()) else { continue };
            let Some(carried) = self.own_add_factor(&name, &equation) else { continue };
            if chosen.contains_key(&carried.name) && !has_shock_of(&equation.rhs, &carried.name) {
                let equation = with_shock(&equation, &carried.name);
                self.indicators[&name].equation = Some(equation.into());
            }
        }
    }
}

/// What an equation misses its data by.
struct Gap {
    period: Period,
    /// In the space of the residual.
    value: f64,
    /// Relative to the left side.
    size: f64,
}

fn relative(gap: f64, left: f64) -> f64 {
    if gap == 0.0 { 0.0 } else { (gap / left).abs() }
}

fn further_terms(name: &str) -> String {
    format!("{name} has further random terms, which residuals cannot tell apart")
}

/// Residuals by equation.
type Chosen = IndexMap<String, Vec<f64>>;

/// Whole periods from history, and how in words.
fn draw_periods(model: &mut Model, chosen: &Chosen, draw: Draw, demean: bool) -> String {
    let stream = free_stream(model);
    for (name, values) in chosen {
        let mean = if demean { mean_of_drawn(values, draw) } else { 0.0 };
        let values = values.iter().map(|value| value - mean).collect();
        let mut shock = Shock::from(Distribution::empirical(values));
        shock.stream = Some(stream.clone());
        model.shocks.insert(name.clone(), shock);
    }
    match draw {
        Draw::Moving(length) => {
            model.streams.insert(stream, Stream::moving(length));
            format!("in whole periods, in blocks of {length}")
        }
        Draw::Stationary(mean) => {
            model.streams.insert(stream, Stream::stationary(mean));
            format!("in whole periods, in blocks of random length, {mean} on average")
        }
        _ => "in whole periods, independently".to_owned(),
    }
}

/// A name for a stream that no shock has yet.
fn free_stream(model: &Model) -> String {
    let taken = |name: &String| {
        model.shocks.iter().any(|(shock, s)| shock == name || s.stream.as_ref() == Some(name))
    };
    let names = (2..).map(|k| format!("residuals_{k}"));
    let mut names = std::iter::once("residuals".to_owned()).chain(names);
    names.find(|name| !taken(name)).unwrap_or_default()
}

/// The mean of what is drawn. Of `n` values and blocks of `l`, the one in place `j` is in
/// `min(j + 1, l, n - j, n - l + 1)` of the blocks.
fn mean_of_drawn(values: &[f64], draw: Draw) -> f64 {
    let n = values.len();
    let weight = |j: usize| match draw {
        Draw::Moving(length) => {
            let length = length as usize;
            (j + 1).min(length).min(n - j).min(n + 1 - length) as f64
        }
        _ => 1.0,
    };
    let sum: f64 = values.iter().enumerate().map(|(j, value)| weight(j) * value).sum();
    sum / (0..n).map(weight).sum::<f64>()
}

/// From a normal distribution with the means (or none) and covariances of the residuals.
fn draw_normal(model: &mut Model, chosen: &Chosen, demean: bool) -> String {
    let series: Vec<&Vec<f64>> = chosen.values().collect();
    let names: Vec<String> = chosen.keys().cloned().collect();
    let Covariance { means, sds, correlations, shrunk } = shrink::covariance(&names, &series);
    for (k, name) in names.iter().enumerate() {
        let mean = if demean { 0.0 } else { means[k] };
        model.shocks.insert(name.clone(), Distribution::normal(mean, sds[k]).into());
    }
    for (a, b, value) in correlations {
        model.correlations.insert(Pair::new(&names[a], &names[b]), value);
    }
    let mut how = "from a normal distribution with their covariances".to_owned();
    if let Some(shrunk) = shrunk {
        how.push_str(" (");
        how.push_str(&shrunk);
        how.push(')');
    }
    how
}
