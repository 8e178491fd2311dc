//! What the data said and what the prior said, in tables and sentences.

use super::beside::Beside;
use super::checks::rounded;
use super::column::Column;
use super::draw::{Drawn, quantile};
use super::kind::Kind;
use super::panels::Panel;
use crate::fit::{Gap, Phrase, Sentence};
use crate::period::{Period, Span};

/// What a fit found, parameter by parameter and year by year.
#[derive(Debug, Clone, PartialEq, Default)]
#[non_exhaustive]
pub struct Report {
    /// One row for each parameter.
    pub parameters: Vec<Estimate>,
    /// The weight of each period in the fit of each indicator.
    pub weights: Vec<Weight>,
    /// The numbers that a plan had, beside those that were fitted; empty where there was no plan.
    pub beside: Vec<Beside>,
    /// The same in sentences.
    pub sentences: Vec<Sentence>,
}

/// What is known of a parameter.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Estimate {
    /// The indicator.
    pub indicator: String,
    /// Its process.
    pub process: Kind,
    /// What it is: `mean`, `persistence`, `sd` (of all that happens in a period), `arrivals`.
    pub parameter: &'static str,
    /// The median of its posterior, in the unit that the plan has it in.
    pub estimate: f64,
    /// One chance in ten of less.
    pub low: f64,
    /// One chance in ten of more.
    pub high: f64,
    /// How much of it the series itself says, from 0 (peers and prior) to 1; NaN where that is not measured.
    pub own: f64,
    /// What was known before its figures.
    pub prior: String,
}

/// The weight of a period.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct Weight {
    /// The indicator.
    pub indicator: String,
    /// The period.
    pub period: Period,
    /// Its figure.
    pub value: f64,
    /// 1 counts in full; what is unusual counts less; 0 is left out.
    pub weight: f64,
}

/// Weights below this one are told in a sentence.
const LIGHT: f64 = 0.6;

impl Report {
    /// Adds what a panel says of its columns.
    pub(super) fn add(
        &mut self,
        columns: &[Column],
        panel: &Panel,
        drawn: &Drawn,
        axis: Span,
        events: &[bool],
        prior: impl Fn(&str) -> String,
    ) {
        for (place, &k) in panel.columns.iter().enumerate() {
            let (column, draws) = (&columns[k], &drawn.columns[place]);
            let total = draws.total_sd();
            // A row in which the series wanders has no mean.
            let pairs = draws.mean.iter().zip(&draws.persistence);
            let returning: Vec<f64> = pairs
                .filter(|(_, persistence)| **persistence < 1.0)
                .map(|(mean, _)| *mean)
                .collect();
            let wanders = 1.0 - returning.len() as f64 / draws.mean.len().max(1) as f64;
            let mean = if returning.is_empty() { &draws.mean } else { &returning };
            let rows = [("mean", mean), ("persistence", &draws.persistence), ("sd", &total)];
            for (which, (parameter, numbers)) in rows.into_iter().enumerate() {
                self.parameters.push(Estimate {
                    indicator: column.name.clone(),
                    process: column.process(),
                    parameter,
                    estimate: quantile(numbers, 0.5),
                    low: quantile(numbers, 0.1),
                    high: quantile(numbers, 0.9),
                    own: drawn.posterior.own.get((place, which)).copied().unwrap_or(f64::NAN),
                    prior: if panel.is_pooled() {
                        format!("learnt from {} series", panel.series.len())
                    } else {
                        prior(parameter)
                    },
                });
            }
            let mut light: Vec<(Period, f64)> = Vec::new();
            for (t, period) in axis.periods().enumerate() {
                let value = column.figures[t];
                let left_out = events.get(t).copied().unwrap_or(false);
                let found = drawn.posterior.weights.get((place, t)).copied().unwrap_or(f64::NAN);
                let weight = if left_out { 0.0 } else { found };
                if !value.is_finite() || !weight.is_finite() {
                    continue;
                }
                if !left_out {
                    light.push((period, weight));
                }
                let indicator = column.name.clone();
                self.weights.push(Weight { indicator, period, value, weight });
            }
            self.sentences.push(sentence(column, panel, drawn, place, axis));
            if wanders >= 0.05 {
                let said = Sentence::from(Phrase::Wanders).text("name", &column.name);
                self.sentences.push(said.percent("part", wanders));
            }
            self.tell_light(&column.name, light);
        }
    }

    /// Says which periods of an indicator count less than others.
    pub(super) fn tell_light(&mut self, name: &str, mut periods: Vec<(Period, f64)>) {
        periods.retain(|(_, weight)| *weight < LIGHT);
        periods.sort_by(|a, b| a.1.total_cmp(&b.1));
        if periods.is_empty() {
            return;
        }
        let told = periods.iter().take(3).map(|(period, weight)| {
            let said = Sentence::from(Phrase::Light).text("period", period.to_string());
            said.number("weight", format!("{weight:.2}"))
        });
        let told: Vec<Sentence> = told.collect();
        let phrase = if told.len() == 1 { Phrase::OneLight } else { Phrase::SeveralLight };
        let said = Sentence::from(phrase).text("name", name);
        self.sentences.push(said.with("periods", Gap::List(told)));
    }

    /// Adds what covariates explain of the means of a panel.
    pub(super) fn explain<'a>(
        &mut self,
        columns: &[Column],
        panel: &Panel,
        drawn: &Drawn,
        covariates: impl Iterator<Item = &'a str>,
    ) {
        if panel.covariates.is_empty() {
            return;
        }
        let told: Vec<&str> = panel.columns.iter().map(|k| columns[*k].name.as_str()).collect();
        for (which, covariate) in covariates.enumerate() {
            let rows = drawn.posterior.peers.coefficients.iter();
            let numbers: Vec<f64> = rows.filter_map(|row| row.get(which)).copied().collect();
            self.sentences.push(
                Sentence::from(Phrase::Explains)
                    .text("names", told.join(", "))
                    .text("covariate", covariate)
                    .number("middle", rounded(quantile(&numbers, 0.5)))
                    .number("low", rounded(quantile(&numbers, 0.1)))
                    .number("high", rounded(quantile(&numbers, 0.9))),
            );
        }
    }

    /// Adds a series of counts, whose posterior has a closed form.
    pub(super) fn add_count(
        &mut self,
        column: &Column,
        shape: f64,
        scale: f64,
        arrivals: &[f64; 3],
    ) {
        self.parameters.push(Estimate {
            indicator: column.name.clone(),
            process: Kind::Count,
            parameter: "arrivals",
            estimate: arrivals[1],
            low: arrivals[0],
            high: arrivals[2],
            own: 1.0,
            prior: "Jeffreys: even on the root".to_owned(),
        });
        self.sentences.push(
            Sentence::from(Phrase::Count)
                .text("name", &column.name)
                .phrase_in("why", column.why.clone())
                .number("shape", shape)
                .number("scale", format!("{scale:.4}")),
        );
    }
}

fn sentence(column: &Column, panel: &Panel, drawn: &Drawn, place: usize, axis: Span) -> Sentence {
    let known = column.known().len();
    let periods: Vec<Period> = axis.periods().collect();
    let first = column.figures.iter().position(|figure| figure.is_finite());
    let told = |t: usize| periods[t].to_string();
    let ends = match first.zip(column.last()) {
        None => Phrase::NoEnds.into(),
        Some((a, b)) if a == b => Sentence::from(Phrase::In).text("period", told(a)),
        Some((a, b)) => Sentence::from(Phrase::FromTo).text("first", told(a)).text("last", told(b)),
    };
    let figures = match known {
        0 => Phrase::NoFigure.into(),
        1 => Phrase::OneFigure.into(),
        several => Sentence::from(Phrase::Figures).number("n", several),
    };
    let own = drawn.posterior.own.get((place, 0)).copied().unwrap_or(f64::NAN);
    let others = panel.series.len().saturating_sub(1);
    let with_others = |phrase: Phrase| Sentence::from(phrase).number("n", others);
    let pooled = if panel.peers() > 0 && known < 5 {
        with_others(Phrase::OfPeers)
    } else if panel.is_pooled() && own.is_finite() {
        with_others(Phrase::PooledOwn).percent("own", own)
    } else if panel.is_pooled() {
        with_others(Phrase::Pooled)
    } else {
        Phrase::Alone.into()
    };
    Sentence::from(Phrase::Series)
        .text("name", &column.name)
        .phrase_in("figures", figures)
        .phrase_in("ends", ends)
        .phrase_in("kind", column.process().phrase())
        .phrase_in("why", column.why.clone())
        .phrase_in("pooled", pooled)
}
