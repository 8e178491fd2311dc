//! What was drawn in each path of a run, worked out again from its seed.

use super::requirements::{Driver, Row, drivers};
use crate::compile::{Program, SimulatedPeriod};
use crate::condition::Tracked;
use crate::ensemble::Ensemble;
use crate::error::Error;
use crate::period::{Period, Span};
use crate::simulate::{Draw, Ensembles, RunInfo};

/// One thing that is drawn, in every path.
#[derive(Debug, Clone, PartialEq)]
pub struct Input {
    /// A parameter, a start, a shock or an event.
    pub kind: Driver,
    /// Its name; of a start, `indicator/period`.
    pub name: String,
    /// Of a shock or an event: the period, or the periods that it is put together over; none for what
    /// is drawn once.
    pub periods: Option<Span>,
    /// One number for each path, as the paths used it: a parameter as the scenario has it; a shock
    /// before scenarios and events change it; of an event how often it begins (in one period, 1 or 0).
    pub values: Vec<f64>,
}

impl Input {
    /// Its address, as messages and changes have it: `parameters.trend_growth`, `shocks.demand.2021`,
    /// `events.drought.2023`, `indicators.gdp.history.2020`.
    ///
    /// ```
    /// use tinbergen::{Model, Sampling, plan};
    /// let program = Model::read("plans/yuecheng.toml")?.compile()?;
    /// let runs = program.simulate(&Sampling::new(100, 1).with_scenarios(["baseline"]))?;
    /// let drawn = plan::inputs(&program, &runs, "baseline", true, &mut |_, _| true)?;
    /// assert!(drawn.iter().any(|input| input.address() == "parameters.trend_growth"));
    /// # Ok::<(), tinbergen::Error>(())
    /// ```
    pub fn address(&self) -> String {
        let name = &self.name;
        match (self.kind, self.periods) {
            (Driver::Parameter, _) => format!("parameters.{name}"),
            (Driver::Start, _) => match name.split_once('/') {
                Some((indicator, period)) => format!("indicators.{indicator}.history.{period}"),
                None => format!("indicators.{name}"),
            },
            (Driver::Growth, _) => format!("indicators.{name}"),
            (Driver::Shock, Some(periods)) => format!("shocks.{name}.{periods}"),
            (Driver::Shock, None) => format!("shocks.{name}"),
            (Driver::Event, Some(periods)) => format!("events.{name}.{periods}"),
            (Driver::Event, None) => format!("events.{name}"),
        }
    }
}

/// What was drawn in the paths of a scenario, or of the mixture: parameters and starts, shocks and
/// events. `by_period` has a row for each period of a shock or an event; else there is the mean of a
/// shock over the span, and how often an event begins in it.
///
/// Nothing of this is stored when a run is made: it is worked out again from the seed, by the code that
/// drew it. Uniforms of random counts are no inputs of their own.
///
/// # Errors
/// A scenario that did not run; more memory than there is; a run stopped by `watch`.
pub fn inputs(
    program: &Program,
    runs: &Ensembles,
    scenario: &str,
    by_period: bool,
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Vec<Input>, Error> {
    let ensemble = runs.get(scenario)?;
    let last = ensemble.span().last();
    inputs_until(program, runs, scenario, (last, by_period), &mut |info, scenario, wanted| {
        program.drawn(info, scenario, wanted, watch)
    })
}

/// The same for a run that is conditioned on outturns: draws are as the outturns moved them.
///
/// # Errors
/// As [`inputs`].
pub fn inputs_given(
    tracked: &Tracked,
    runs: &Ensembles,
    scenario: &str,
    by_period: bool,
    watch: &mut dyn FnMut(usize, usize) -> bool,
) -> Result<Vec<Input>, Error> {
    let last = runs.get(scenario)?.span().last();
    let program = tracked.program();
    inputs_until(program, runs, scenario, (last, by_period), &mut |info, scenario, wanted| {
        tracked.drawn(info, scenario, wanted, watch)
    })
}

/// Works out draws of a scenario again.
pub(super) type Redraw<'a> =
    &'a mut dyn FnMut(&RunInfo, &str, &[Draw]) -> Result<Vec<Vec<f64>>, Error>;

/// What was drawn up to a period.
pub(super) fn inputs_until(
    program: &Program,
    runs: &Ensembles,
    scenario: &str,
    (last, by_period): (Period, bool),
    redraw: Redraw<'_>,
) -> Result<Vec<Input>, Error> {
    let parts = parts(runs, scenario)?;
    let (mut rows, mut wanted): (Vec<Row>, Vec<Draw>) = Default::default();
    for part in &parts {
        // A scenario may make a number of what is drawn in another one.
        let (of_part, draws) = drivers(program, runs.info(), part, last, by_period)?;
        for (row, draw) in of_part.into_iter().zip(draws) {
            for (row, draw) in by_single_period(row, draw, by_period) {
                if !wanted.contains(&draw) {
                    rows.push(row);
                    wanted.push(draw);
                }
            }
        }
    }
    let mut values: Vec<Vec<f64>> = vec![Vec::new(); wanted.len()];
    for part in &parts {
        let drawn = redraw(runs.info(), part.scenario(), &wanted)?;
        values.iter_mut().zip(drawn).for_each(|(all, drawn)| all.extend(drawn));
    }
    let input = |(row, values): (Row, Vec<f64>)| Input {
        kind: row.kind,
        name: row.name,
        periods: row.periods,
        values,
    };
    Ok(rows.into_iter().zip(values).map(input).collect())
}

/// An event period by period, where that is asked for.
fn by_single_period(row: Row, draw: Draw, by_period: bool) -> Vec<(Row, Draw)> {
    if let (Draw::Event(event, range), Some(span), true) = (&draw, row.periods, by_period) {
        let places = SimulatedPeriod::within(range).zip(span.periods());
        let single = |(place, period): (SimulatedPeriod, Period)| {
            let mut row = row.clone();
            row.periods = Some(Span::single(period));
            (row, Draw::Event(*event, place..SimulatedPeriod(place.0 + 1)))
        };
        return places.map(single).collect();
    }
    vec![(row, draw)]
}

/// The scenarios whose paths an ensemble has, in their order.
fn parts<'a>(runs: &'a Ensembles, scenario: &str) -> Result<Vec<&'a Ensemble>, Error> {
    let ensemble = runs.get(scenario)?;
    if runs.place(scenario).is_some() {
        return Ok(vec![ensemble]);
    }
    let all: Vec<&Ensemble> = runs.scenarios().collect();
    Ok(runs.mixed().map(|place| all[place]).collect())
}
