//! A baseline that reproduces the data.

use indexmap::IndexMap;

use super::own_add_factor::OwnAddFactor;
use super::residuals::sides_of;
use crate::error::{Error, Problem};
use crate::expr::{Equation, Text};
use crate::import::Data;
use crate::model::{Distribution, Indicator, Model, Note};
use crate::period::{Period, Span};
use crate::simulate::terms;

/// An identity that misses by less than this, relative to its largest term, holds: rounding.
const ROUNDING: f64 = 8.0 * f64::EPSILON;

impl Model {
    /// The model over a span in which it reproduces its histories: the residuals of equations become
    /// add factors, and histories of indicators with an equation end before the span.
    ///
    /// Where an equation carries its add factor itself (`y = ... + y_a ...` with `y_a` exogenous, as in
    /// World Bank country models), `y_a` takes the value with which the equation holds. Identities that
    /// the data do not obey get an add factor too, and are behavioural from then on, without a shock;
    /// a note ([`notes`](Self::notes)) of kind `tracked` tells how many and by how much. So the
    /// baseline is the data to rounding. [`track_behavioural`](Self::track_behavioural) leaves
    /// identities alone.
    ///
    /// # Errors
    /// Equations that cannot be read, and periods in which a value is missing that an equation
    /// needs.
    ///
    /// ```
    /// use tinbergen::{Model, Sampling, model::Indicator};
    /// let known = |indicator: Indicator, value| indicator.with_history("2021".parse().unwrap(), value);
    /// let mut model = Model::new("m", "2021..2021".parse()?)
    ///     .with_indicator("a", known(Indicator::default(), 2.0))
    ///     .with_indicator("b", known(Indicator::from_equation("b ~ 3 * a"), 7.0))
    ///     .with_indicator("c", known(Indicator::from_equation("c = a + b"), 9.25));
    /// model.imported = true;
    /// let tracked = model.track("2021".parse()?)?;
    /// assert_eq!(tracked.indicators["b"].add_factors[0], 1.0);
    /// let runs = tracked.compile()?.simulate(&Sampling::new(1, 1))?;
    /// assert_eq!(runs.get("baseline")?.paths("c")?[[0, 0]], 9.25);
    /// assert_eq!(tracked.notes()[0].kind, "tracked");
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn track(&self, span: Span) -> Result<Self, Error> {
        self.tracked(span, true)
    }

    /// Like [`track`](Self::track), with identities left as they are: they hold exactly, also where
    /// the data do not obey them, and there the baseline is not the data.
    ///
    /// # Errors
    /// As [`track`](Self::track).
    pub fn track_behavioural(&self, span: Span) -> Result<Self, Error> {
        self.tracked(span, false)
    }

    /// The model with other data: each series of the table takes the place of what was known of the
    /// indicator of its name in its periods, whatever the case of letters.
    ///
    /// # Errors
    /// When no series has the name of an indicator; periods of another frequency.
    ///
    /// ```
    /// use tinbergen::{Model, import::Data, model::Indicator};
    /// let model = Model::new("m", "2021..2022".parse()?).with_indicator("g", Indicator::default());
    /// let data = Data::from_csv(b"year,G\n2021,20\n2022,21\n", "g.csv")?;
    /// assert_eq!(model.with_data(&data)?.indicators["g"].history.len(), 2);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn with_data(&self, data: &Data) -> Result<Self, Error> {
        let mut model = self.clone();
        let frequency = self.periods.frequency();
        let mut found = false;
        for (name, indicator) in &mut model.indicators {
            let series = data.series(name).or_else(|| data.series(&name.to_lowercase()));
            let Some(series) = series else { continue };
            if let Some(period) = series.keys().find(|p| p.frequency() != frequency) {
                let message = format!("{period} is of another frequency than {}", self.periods);
                return Err(Error::at(format!("data.{name}"), message));
            }
            found = true;
            indicator.history.extend(series.iter().map(|(period, v)| (*period, (*v).into())));
        }
        model.notes.0.extend(data.notes().iter().cloned());
        if found { Ok(model) } else { Err(Error::at("data", "no series is named as an indicator")) }
    }

    /// The model over another span, without add factors of other periods: histories of indicators
    /// with an equation end before it, the others keep theirs.
    #[must_use]
    pub fn over(&self, span: Span) -> Self {
        let mut model = self.clone();
        model.periods = span;
        for indicator in model.indicators.values_mut() {
            indicator.add_factors.retain(|period, _| span.contains(*period));
        }
        model.end_histories_before(span.first());
        model
    }

    fn tracked(&self, span: Span, identities: bool) -> Result<Self, Error> {
        let (mut model, mut problems) = (self.over(span), Vec::new());
        let (mut random, mut missed) = (Vec::new(), Vec::new());
        for (name, indicator) in &self.indicators {
            let Some(text) = &indicator.equation else { continue };
            let mut wrong = |message: String| {
                problems.push(Problem::new(format!("indicators.{name}.equation"), message));
            };
            let equation = match sides_of(name, text, self.periods.frequency()) {
                Ok(equation) => equation,
                Err(messages) => {
                    messages.into_iter().for_each(wrong);
                    continue;
                }
            };
            let gaps = self.missed(&equation, span);
            if let Some((period, _)) = gaps.iter().find(|(_, gap)| !gap.value.is_finite()) {
                wrong(self.why_no_residual(&equation, *period));
            }
            let carried = self.own_add_factor(name, &equation);
            if equation.behavioural || carried.is_some() {
                random.push(name.clone());
            }
            let gaps = match carried {
                Some(carried) => model.carry(self, &carried, gaps),
                None => gaps,
            };
            if equation.behavioural {
                model.indicators[name].add_factors =
                    gaps.into_iter().map(|(period, gap)| (period, gap.value)).collect();
            } else if identities && gaps.values().any(|gap| gap.size > ROUNDING) {
                model.give_add_factors(name, text, &gaps);
                let worst = gaps.iter().max_by(|a, b| a.1.size.total_cmp(&b.1.size));
                missed.extend(worst.map(|(period, gap)| (gap.size, name.clone(), *period)));
            }
        }
        if !problems.is_empty() {
            return Err(Error::model(problems));
        }
        if !missed.is_empty() && model.stochastic.is_empty() {
            // Identities that were given add factors are not to be drawn.
            model.stochastic = random;
        }
        model.tell_tracked(missed);
        Ok(model)
    }

    /// Why an equation has no residual in a period: what is missing, or what is no number.
    fn why_no_residual(&self, equation: &Equation, period: Period) -> String {
        let mut missing = Vec::new();
        self.note_missing(equation, period, &mut missing);
        let names: Vec<String> =
            missing.iter().take(3).map(|(name, at)| format!("{name} in {at}")).collect();
        if !names.is_empty() {
            let more = if missing.len() > 3 { ", and others" } else { "" };
            return format!(
                "has no residual in {period}: the data have no value of {}{more}",
                names.join(", ")
            );
        }
        let (left, right) = self.sides(equation, period);
        let (side, value) = if left.is_finite() { ("right", right) } else { ("left", left) };
        let number = if value.is_nan() { "no number" } else { "infinite" };
        format!(
            "has no residual in {period}: no value is missing, but its {side} side is {number} there, \
             such as the logarithm of a negative number or a division by 0"
        )
    }

    /// Left side minus right side by period, and its size relative to the largest term.
    fn missed(&self, equation: &Equation, span: Span) -> IndexMap<Period, Missed> {
        let mut parts = vec![&equation.lhs];
        terms(&equation.rhs, &mut parts);
        let one = |period: Period| {
            let (left, right) = self.sides(equation, period);
            let value = left - right;
            let terms = parts.iter().map(|term| self.on_histories(term, period).abs());
            let size = if value == 0.0 { 0.0 } else { value.abs() / terms.fold(0.0, f64::max) };
            (period, Missed { value, size })
        };
        span.periods().map(one).collect()
    }

    /// Sets the add factor that an equation carries where it misses the data; gives what is left.
    fn carry(
        &mut self,
        data: &Self,
        carried: &OwnAddFactor,
        mut gaps: IndexMap<Period, Missed>,
    ) -> IndexMap<Period, Missed> {
        for (period, gap) in &mut gaps {
            let value = data.on_histories(&carried.value, *period);
            if gap.size > ROUNDING && value.is_finite() {
                self.indicators[&carried.name].history.insert(*period, value.into());
                *gap = Missed { value: 0.0, size: 0.0 };
            }
        }
        gaps
    }

    /// Makes an identity behavioural, without a shock, and gives it add factors.
    fn give_add_factors(
        &mut self,
        name: &str,
        text: &Text<Equation>,
        gaps: &IndexMap<Period, Missed>,
    ) {
        let Ok(equation) = text.tree() else { return };
        let behavioural = Equation { behavioural: true, ..equation.clone() };
        let indicator: &mut Indicator = &mut self.indicators[name];
        indicator.equation = Some(behavioural.into());
        indicator.add_factors = gaps.iter().map(|(period, gap)| (*period, gap.value)).collect();
        if !self.imported && !self.shocks.contains_key(name) {
            self.shocks.insert(name.to_owned(), Distribution::normal(0.0, 0.0).into());
        }
    }

    fn tell_tracked(&mut self, mut missed: Vec<(f64, String, Period)>) {
        self.notes.0.retain(|note| note.kind != "tracked");
        missed.sort_by(|a, b| b.0.total_cmp(&a.0));
        let Some((size, name, period)) = missed.first() else { return };
        let message = format!(
            "{} identities do not hold exactly on the data and have add factors: by at most {size:.1e} \
             of their largest term ({name} in {period})",
            missed.len()
        );
        let mut note = Note::new("tracked", message);
        note.indicators = missed.into_iter().map(|(_, name, _)| name).collect();
        self.notes.0.push(note);
    }
}

/// What an equation misses its data by.
#[derive(Debug, Clone, Copy)]
struct Missed {
    /// In the space of its left side.
    value: f64,
    /// Relative to the largest term.
    size: f64,
}
