//! Outturns resolved to rows and columns of a program, and what is wrong with them.

use std::ops::Range;

use crate::compile::{Inner, LinkProgram, Row, SimulatedPeriod, Slot};
use crate::error::{Problem, near};
use crate::model::{Indicator, Value};
use crate::outturns::{Outturn, Outturns, Precision};
use crate::period::Period;
use crate::sample::StreamId;
use crate::simulate::Worker;

/// A path has an exact value that no unknown is left for when it is as near, relative to it.
const SAME: f64 = 1e-6;

/// An observation that the model has to explain.
#[derive(Debug, Clone)]
pub(super) struct Cell {
    pub(super) indicator: u32,
    pub(super) row: Row,
    pub(super) value: f64,
    /// Standard deviation of the measurement error; 0 when the value is the truth.
    pub(super) sd: f64,
    /// Where the factor stands that leads from the model's basis to that of the value.
    pub(super) factor: Option<Slot>,
    /// Random numbers of the measurement error.
    pub(super) stream: StreamId,
    /// Its place in the table of outturns.
    pub(super) place: usize,
}

impl Cell {
    pub(super) fn is_exact(&self) -> bool {
        self.sd == 0.0
    }

    /// Is the observed value one that the model computed?
    pub(super) fn is_met(&self, computed: f64) -> bool {
        (self.value - computed).abs() <= SAME * self.value.abs().max(1e-9)
    }
}

/// What is known: values that replace an assumption, and observations in the order of their rows.
#[derive(Debug, Clone, Default)]
pub(super) struct Cells {
    pub(super) given: Vec<(u32, Row, f64)>,
    pub(super) observed: Vec<Cell>,
}

impl Cells {
    /// Puts values that are known in the place of what was assumed: all, or those of a row.
    #[inline(always)]
    pub(super) fn set_given(&self, worker: &mut Worker, row: Option<Row>) {
        for &(series, at, value) in &self.given {
            if row.is_none_or(|row| row == at) {
                worker.memory.values_mut(Slot::series(series, 0), at).fill(value);
            }
        }
    }

    /// How many periods are simulated up to the last that was observed.
    pub(super) fn periods(&self, program: &Inner) -> usize {
        let timeline = &program.timeline;
        let last = self.observed.last().and_then(|cell| timeline.simulated(cell.row));
        last.map_or(0, |period| period.0 + 1)
    }

    /// The simulated periods among them in which an event may begin: those of the span.
    pub(super) fn starts(&self, program: &Inner) -> Range<SimulatedPeriod> {
        program.timeline.span_begins()..SimulatedPeriod(self.periods(program))
    }
}

/// Resolves outturns of which each cell has one vintage.
pub(super) fn resolve(program: &Inner, known: &Outturns) -> Result<Cells, Vec<Problem>> {
    let (mut cells, mut problems) = (Cells::default(), Vec::new());
    for (place, outturn) in known.rows().iter().enumerate() {
        if let Err(message) = enter(program, outturn, place, &mut cells) {
            problems.push(known.problem(place, message));
        }
    }
    cells.observed.sort_by_key(|cell| cell.row);
    if problems.is_empty() { Ok(cells) } else { Err(problems) }
}

fn enter(
    program: &Inner,
    outturn: &Outturn,
    place: usize,
    cells: &mut Cells,
) -> Result<(), String> {
    let model = &program.model;
    let names = || model.indicators.keys().map(String::as_str);
    let Some((index, name, indicator)) = model.indicators.get_full(&outturn.indicator) else {
        let hint = near(&outturn.indicator, names());
        return Err(format!("unknown indicator \"{}\"{hint}", outturn.indicator));
    };
    let index = index as u32;
    let row = row(program, indicator, outturn)?;
    let link = link(program, outturn)?;
    let factor = match link {
        None => None,
        Some(link) => Some(link.factor(index).ok_or_else(|| {
            format!(
                "the link \"{}\" has no factor for it; write links.{}.factors.{name} = 1 if the \
                 new basis leaves it as it is",
                link.name, link.name
            )
        })?),
    };
    let drawn = indicator.history.get(&outturn.period);
    let drawn = drawn.is_some_and(|quantity| matches!(quantity.value, Value::Drawn(_)));
    let exogenous = indicator.is_exogenous();
    if exogenous || (drawn && outturn.precision == Precision::Exact) {
        if outturn.precision != Precision::Exact || factor.is_some() {
            return Err(
                "nothing random stands behind it, so it can be replaced by an exact value \
                        on the basis of the histories only; leave the sd and the basis empty"
                    .to_owned(),
            );
        }
        cells.given.push((index, row, outturn.value));
        return Ok(());
    }
    let basis = outturn.basis.as_deref().unwrap_or_default();
    let stream = StreamId::of(&format!("outturn/{name}/{}/{basis}", outturn.period));
    let (value, sd) = (outturn.value, outturn.sd());
    cells.observed.push(Cell { indicator: index, row, value, sd, factor, stream, place });
    Ok(())
}

/// The row of an outturn, if it may have one.
fn row(program: &Inner, indicator: &Indicator, outturn: &Outturn) -> Result<Row, String> {
    let (period, span) = (outturn.period, program.span);
    let frequency = span.frequency();
    if period.frequency() != frequency {
        return Err(format!("{period} is {}, the model {frequency}", period.frequency()));
    }
    if period > span.last() {
        return Err(format!("{period} is after the periods {span} of the model"));
    }
    let endogenous = !indicator.is_exogenous();
    if let Some(quantity) = indicator.history.get(&period)
        && let Some(number) = quantity.number()
        && endogenous
    {
        return Err(format!(
            "the history of the model has {number} for {period} already; outturns begin after it"
        ));
    }
    let is_drawn = indicator.history.contains_key(&period);
    let last = jump_off(indicator, period);
    if let Some(last) = last.filter(|last| *last > period && endogenous && !is_drawn) {
        return Err(format!("{period} is before {last}, in which the history of the model ends"));
    }
    let timeline = &program.timeline;
    let row = timeline.row(period).filter(|row| {
        is_drawn || *row >= timeline.first || (last.is_some() && *row >= timeline.begin)
    });
    row.ok_or_else(|| {
        format!(
            "{period} is before the periods {span} of the model; put it into the history, or leave \
             it out"
        )
    })
}

fn jump_off(indicator: &Indicator, like: Period) -> Option<Period> {
    let periods = indicator.history.keys().filter(|p| p.frequency() == like.frequency());
    periods.copied().max_by_key(|period| period.ordinal())
}

/// The link that leads to the basis of an outturn.
fn link<'a>(program: &'a Inner, outturn: &Outturn) -> Result<Option<&'a LinkProgram>, String> {
    let Some(basis) = &outturn.basis else { return Ok(None) };
    let links = &program.links;
    let Some(link) = links.iter().find(|link| link.basis == *basis || link.name == *basis) else {
        let hint = near(basis, links.iter().map(|link| link.basis.as_str()));
        return Err(format!(
            "the model has no link to the basis \"{basis}\"{hint}; declare it as [links.NAME] with \
             basis = \"{basis}\", or leave the basis empty if it is that of the histories"
        ));
    };
    if outturn.period < link.since {
        let since = link.since;
        return Err(format!("{} is before {since}, in which \"{basis}\" begins", outturn.period));
    }
    Ok(Some(link))
}
