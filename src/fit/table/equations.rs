//! The uncertain coefficients of a plan's behavioural equations: a regression for each of them.

use ndarray::Array2;

use super::checks::other_periods;
use super::coefficients::{believed, chosen, sd_of};
use super::report::Weight;
use super::wanted::{Figures, is_drawn, moved_by};
use super::work::Work;
use crate::analyse::at_means;
use crate::error::{Error, Problem};
use crate::fit::draws::Draws;
use crate::fit::regression::{BELIEVED, Believed, Regression};
use crate::fit::{Phrase, Sentence, Settings};
use crate::interrupt::look;
use crate::model::{Class, Model, Value};
use crate::period::{Period, Span};

/// How far off a straight line a residual may be, as a share of what the coefficients move.
const CROOKED: f64 = 1e-6;

/// A behavioural equation, and its coefficients that are fitted.
#[derive(Debug)]
pub(super) struct Behaviour<'a> {
    pub(super) indicator: &'a str,
    pub(super) coefficients: Vec<&'a str>,
    /// Its shock, and whether that is fitted.
    shock: String,
    with_shock: bool,
    regression: Regression,
    /// The periods of its figures, and the figures of its indicator there.
    periods: Vec<(Period, f64)>,
}

/// What can be fitted of equations, and what stays as it is, with the reason.
#[derive(Debug, Default)]
pub(super) struct Behaviours<'a> {
    pub(super) fitted: Vec<Behaviour<'a>>,
    kept: Vec<(&'a str, Phrase)>,
}

impl<'a> Behaviours<'a> {
    /// Leaves names as they are, each for its first reason.
    fn keep(&mut self, names: impl IntoIterator<Item = (&'a str, Phrase)>) {
        for (name, why) in names {
            if self.why_kept(name).is_none() {
                self.kept.push((name, why));
            }
        }
    }

    /// Whether a name is one of what is fitted.
    pub(super) fn is_named(&self, name: &str) -> bool {
        self.fitted
            .iter()
            .any(|one| one.coefficients.contains(&name) || (one.with_shock && one.shock == name))
    }

    /// Why a name is not fitted, where an equation has it.
    pub(super) fn why_kept(&self, name: &str) -> Option<Phrase> {
        self.kept.iter().find(|(kept, _)| *kept == name).map(|(_, why)| *why)
    }

    /// What stays as it is, in sentences.
    pub(super) fn told(&self) -> impl Iterator<Item = Sentence> {
        self.kept.iter().map(|(name, why)| {
            Sentence::from(Phrase::Kept).text("name", *name).phrase_in("why", *why)
        })
    }
}

/// The behavioural equations of indicators with figures, and their coefficients that are drawn from a distribution or
/// named in `of`; not those that a process is fitted by.
pub(super) fn behaviours<'a>(
    model: &'a Model,
    figures: &Figures<'_>,
    of: Option<&[String]>,
    is_taken: impl Fn(&str) -> bool,
    is_left_out: impl Fn(Period) -> bool,
) -> Result<Behaviours<'a>, Error> {
    let is_wanted = |name: &str| match of {
        Some(of) => of.iter().any(|other| other == name),
        None => model.parameters.get(name).is_some_and(is_drawn),
    };
    let mut found = Behaviours::default();
    let mut known: Option<Model> = None;
    for (name, indicator) in &model.indicators {
        look();
        if indicator.process.is_some() || !figures.has(name) {
            continue;
        }
        let Ok(formula) = model.formula(name) else { continue };
        let (Class::Behavioural { shock: Some(shock), counts: 0 }, Some(equation)) =
            (&formula.class, formula.equation.as_deref())
        else {
            continue;
        };
        let (coefficients, kept) = chosen(model, equation, &is_taken, &is_wanted);
        found.keep(kept);
        if coefficients.is_empty() {
            continue;
        }
        let known = known.get_or_insert_with(|| with_figures(model, figures));
        let Some(span) = Span::around(known.indicators[name].history.keys().copied()) else {
            found.keep(coefficients.into_iter().map(|one| (one, Phrase::NoPeriod)));
            continue;
        };
        if span.frequency() != model.periods.frequency() {
            return Err(other_periods(span.first(), model.periods.first()));
        }
        let with_shock = model.shocks.contains_key(shock)
            && match of {
                Some(of) => of.iter().any(|other| other == shock),
                None => moved_by(model, shock) == 1,
            };
        let asked = Asked { model, indicator: name, coefficients: &coefficients, shock };
        match asked.measured(known, span, &is_left_out)? {
            Ok((regression, periods)) => {
                let shock = shock.clone();
                found.fitted.push(Behaviour {
                    indicator: name,
                    coefficients,
                    shock,
                    with_shock,
                    regression,
                    periods,
                });
            }
            Err(why) => found.keep(coefficients.into_iter().map(|one| (one, why))),
        }
    }
    Ok(found)
}

/// An equation whose figures are looked up.
struct Asked<'a> {
    model: &'a Model,
    indicator: &'a str,
    coefficients: &'a [&'a str],
    shock: &'a str,
}

/// Figures and regressors, and the periods in which all of the equation is known with the figures of its indicator;
/// or why there is nothing to fit.
type Measured = Result<(Regression, Vec<(Period, f64)>), Phrase>;

impl Asked<'_> {
    /// The equation as a regression: it is one where its residual is a straight line in the coefficients.
    fn measured(
        &self,
        known: &mut Model,
        span: Span,
        is_left_out: &impl Fn(Period) -> bool,
    ) -> Result<Measured, Error> {
        let model = self.model;
        let believed: Vec<Believed> =
            self.coefficients.iter().map(|name| believed(model, name)).collect();
        let steps: Vec<f64> = believed
            .iter()
            .map(|one| if one.sd.is_finite() { one.sd } else { 0.1 * one.mean.abs().max(1.0) })
            .collect();
        let size = believed.len();
        // The residuals with the coefficients so many steps from where they are believed to be.
        let mut residuals = |moves: &dyn Fn(usize) -> f64| -> Result<Vec<f64>, Error> {
            for (k, name) in self.coefficients.iter().enumerate() {
                if let Some(parameter) = known.parameters.get_mut(*name) {
                    let at = believed[k].mean + moves(k) * steps[k];
                    parameter.quantity.value = Value::Number(at);
                }
            }
            let found = known.residuals_in(self.indicator, span).map_err(Error::model)?;
            Ok(found.unwrap_or_default())
        };
        let middle = residuals(&|_| 0.0)?;
        let mut moved = Vec::with_capacity(size);
        for k in 0..size {
            moved.push(residuals(&|j| f64::from(j == k))?);
        }
        // Two further places, in which all move at once: where residuals are straight lines, they are known there.
        let apart = |k: usize| if k.is_multiple_of(2) { -1.5 } else { 0.7 };
        let places: [&dyn Fn(usize) -> f64; 2] = [&apart, &|k| -apart(k) - 0.2];
        let mut further = Vec::new();
        for place in places {
            further.push((place, residuals(place)?));
        }
        let usable = |t: usize, period: Period| {
            !is_left_out(period)
                && middle[t].is_finite()
                && moved.iter().all(|residuals| residuals[t].is_finite())
        };
        let kept: Vec<(usize, Period)> =
            span.periods().enumerate().filter(|(t, period)| usable(*t, *period)).collect();
        for (t, _) in &kept {
            for (place, residuals) in &further {
                let parts = (0..size).map(|k| place(k) * (moved[k][*t] - middle[*t]));
                let (line, size) = parts.fold((middle[*t], 0.0), |(line, size), part: f64| {
                    (line + part, size + part.abs())
                });
                let rounding = 1e-12 * middle[*t].abs().max(line.abs());
                if !((residuals[*t] - line).abs() <= CROOKED * size + rounding) {
                    return Ok(Err(Phrase::NotStraight));
                }
            }
        }
        let design = Array2::from_shape_fn((kept.len(), size), |(row, k)| {
            let t = kept[row].0;
            (middle[t] - moved[k][t]) / steps[k]
        });
        let figures = kept.iter().enumerate().map(|(row, (t, _))| {
            let fit = (0..size).map(|k| design[[row, k]] * believed[k].mean).sum::<f64>();
            middle[*t] + fit - mean_of(model, self.shock)
        });
        let of_plan = model.shocks.get(self.shock).map(|shock| shock.distribution.sd());
        let regression = Regression {
            figures: figures.collect(),
            design,
            believed,
            sd: of_plan.filter(|sd| sd.is_finite() && *sd > 0.0),
        };
        let history = &known.indicators[self.indicator].history;
        let figure = |period: &Period| match history.get(period).map(|one| &one.value) {
            Some(Value::Number(figure)) => *figure,
            Some(Value::Drawn(_)) | None => f64::NAN,
        };
        let periods: Vec<(Period, f64)> =
            kept.iter().map(|(_, period)| (*period, figure(period))).collect();
        if periods.is_empty() {
            return Ok(Err(Phrase::NoPeriod));
        }
        let is_enough = regression.sd.is_some() || periods.len() > size;
        if !(is_enough && regression.is_identified()) {
            let message = format!(
                "in the {} periods in which all figures of the equation are known, {} cannot be told apart; give \
                 more periods, or name fewer of them (of=[..])",
                periods.len(),
                self.coefficients.join(" and ")
            );
            let address = format!("fit: indicators.{}.equation", self.indicator);
            return Err(Error::at(address, message));
        }
        Ok(Ok((regression, periods)))
    }
}

impl Behaviour<'_> {
    /// Draws the coefficients, and puts them into the plan.
    pub(super) fn fit(&self, model: &Model, settings: &Settings, work: &mut Work) {
        let mut draws = Draws::new(settings.seed, &format!("fit/equation/{}", self.indicator));
        let found = self.regression.sample(settings.rows, settings.burn_in, &mut draws);
        let row = super::beside::Beside::of(self.indicator, self.periods.len());
        for (k, name) in self.coefficients.iter().enumerate() {
            let numbers = found.coefficients.column(k).to_vec();
            // Of the precision of the posterior the part that the prior did not bring.
            let sd = sd_of(model, name);
            let left = found.coefficients.column(k).var(1.0) / (sd * sd);
            let own = (1.0 - left).clamp(0.0, 1.0);
            work.report.beside.push(row.parameter(model, name, "coefficient", &numbers, own));
            work.put(name, &numbers);
        }
        if self.with_shock {
            let errors = self.periods.len() as f64;
            let own = errors / (errors + if self.regression.sd.is_some() { BELIEVED } else { 0.0 });
            work.report.beside.push(row.shock(model, &self.shock, &found.sd, own));
            // The root of the mean square: what is not known of the size makes errors wider.
            let squares = found.sd.iter().map(|sd| sd * sd).sum::<f64>() / found.sd.len() as f64;
            let mean = mean_of(model, &self.shock);
            work.set_shock(&self.shock, mean, squares.sqrt(), found.df);
        }
        let weighed = self.periods.iter().zip(found.weights);
        let mut light = Vec::new();
        for (&(period, value), weight) in weighed {
            let indicator = self.indicator.to_owned();
            work.report.weights.push(Weight { indicator, period, value, weight });
            light.push((period, weight));
        }
        let said = Sentence::from(Phrase::Regressed)
            .text("name", self.indicator)
            .text("coefficients", self.coefficients.join(", "))
            .number("n", self.periods.len());
        work.report.sentences.push(said);
        work.report.tell_light(self.indicator, light);
    }
}

/// The mean of a shock, which the fit leaves as it is.
fn mean_of(model: &Model, shock: &str) -> f64 {
    model.shocks.get(shock).map_or(0.0, |shock| shock.distribution.mean())
}

/// The plan with everything at its mean, and with the figures of the table for its histories.
fn with_figures(model: &Model, figures: &Figures<'_>) -> Model {
    let mut known = at_means(model);
    for (name, indicator) in &mut known.indicators {
        look();
        let found = figures.of(name, indicator);
        indicator.history = found.into_iter().map(|(at, figure)| (at, figure.into())).collect();
    }
    known
}

/// A problem for each name in `of` that an equation has but cannot be fitted by.
pub(super) fn refused(found: &Behaviours<'_>, of: Option<&[String]>) -> Vec<Problem> {
    let names = of.into_iter().flatten();
    let problem = |name: &String| {
        let why = found.why_kept(name)?;
        let message = format!("\"{name}\" cannot be fitted: {}", Sentence::from(why));
        Some(Problem::new("fit: of", message))
    };
    names.filter_map(problem).collect()
}
