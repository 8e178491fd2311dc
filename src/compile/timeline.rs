//! Which indicator is known, computed or missing in which period.

use indexmap::IndexSet;

use super::forms::Forms;
use super::measure::Measure;
use super::program::Timeline;
use super::scenarios::Resolved;
use crate::error::Problem;
use crate::model::Model;
use crate::period::Period;

/// How many periods before the span a history may end.
const RAGGED: i32 = 5;

/// How an indicator gets its value in a period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Mode {
    /// It has none.
    Missing,
    /// From its history.
    Known,
    /// Set by the scenario.
    Exogenised,
    /// Solved for, so that the equation of another indicator gives what the scenario sets.
    Solved(u32),
    /// From its equation.
    Computed,
    /// From its equation as it is in the first period after the jump-off.
    ComputedFirst,
}

/// The first period of each indicator that is computed by a behavioural equation.
fn starts(model: &Model, forms: &[Forms], problems: &mut Vec<Problem>) -> Vec<Option<Period>> {
    let span = model.periods;
    let start = |((name, indicator), forms): ((&String, &crate::model::Indicator), &Forms)| {
        if forms.identity {
            return None;
        }
        let Some(last) = last_known(model, indicator) else { return Some(span.first()) };
        if span.first() - RAGGED > last {
            let message = format!(
                "its history ends in {last}, more than {RAGGED} periods before the span {span}; \
                 give later values or begin earlier"
            );
            problems.push(Problem::new(format!("indicators.{name}.history"), message));
        }
        Some(last + 1)
    };
    model.indicators.iter().zip(forms).map(start).collect()
}

fn last_known(model: &Model, indicator: &crate::model::Indicator) -> Option<Period> {
    let frequency = model.periods.frequency();
    let periods = indicator.history.keys().filter(|period| period.frequency() == frequency);
    periods.copied().max_by_key(|period| period.ordinal())
}

/// The periods before the span that a target looks at: all, and those of which a run stores paths. What
/// is counted from a base that is the same in all paths needs no paths of it.
fn lead(model: &Model, measure: &Measure) -> (i32, i32) {
    let first = model.periods.first();
    let before = |period: Period| first.since(period).unwrap_or(0).max(0);
    let is_fixed = |name: &str, period: Period| {
        let history = model.indicators.get(name).and_then(|known| known.history.get(&period));
        history.is_some_and(|quantity| quantity.number().is_some())
    };
    let (mut all, mut stored) = (0, 0);
    for (name, period) in measure.cells() {
        let of_base = measure.target.base.is_some_and(|base| period <= base);
        all = all.max(before(period));
        // On another basis what is known is not the history.
        if !(of_base && is_fixed(name, period) && model.links.is_empty()) {
            stored = stored.max(before(period));
        }
    }
    (all, stored)
}

/// Rows for all periods that equations, histories and targets need.
pub(super) fn lay_out(
    model: &Model,
    forms: &[Forms],
    targets: &[(usize, Measure)],
    problems: &mut Vec<Problem>,
) -> (Timeline, usize, Vec<Option<Period>>) {
    let span = model.periods;
    let starts = starts(model, forms, problems);
    let begin = starts
        .iter()
        .flatten()
        .copied()
        .fold(span.first(), |least, start| if start < least { start } else { least });
    let lag = forms.iter().map(Forms::longest_lag).max().unwrap_or(0) as i32;
    // An implicit equation is measured by the period before.
    let lag = lag.max(i32::from(forms.iter().any(Forms::is_implicit)));
    let leads = targets.iter().map(|(_, measure)| lead(model, measure));
    let (all, stored) =
        leads.fold((0, 0), |(all, stored), lead| (lead.0.max(all), lead.1.max(stored)));
    // Identities have a value in the period before the span, which readers expect to see.
    let identities = i32::from(forms.iter().any(|form| form.identity));
    let (all, lead) = (all.clamp(identities, 1000), stored.clamp(identities, 1000));
    let first = span.first();
    let origin = if first - all < begin - lag { first - all } else { begin - lag };
    let distance = |later: Period| later.since(origin).unwrap_or(0).max(0) as usize;
    let timeline = Timeline {
        origin,
        rows: distance(span.last()) + 1,
        begin: distance(begin),
        first: distance(first),
    };
    (timeline, lead as usize, starts)
}

/// The mode of every indicator in every row, `[row][indicator]`, in a scenario that sets the given
/// values; says what is missing.
pub(super) fn modes(
    model: &Model,
    forms: &[Forms],
    timeline: &Timeline,
    starts: &[Option<Period>],
    scenario: &Resolved,
    problems: &mut Vec<Problem>,
) -> Vec<Vec<Mode>> {
    let count = forms.len();
    let mut modes = vec![vec![Mode::Missing; count]; timeline.rows];
    for row in 0..timeline.rows {
        let period = timeline.period(row);
        for (k, (indicator, form)) in model.indicators.values().zip(forms).enumerate() {
            let computed = form.has_equation()
                && starts[k].map_or(row >= timeline.first, |start| start <= period);
            let cell = (k as u32, row);
            modes[row][k] = if let Some(&target) = scenario.solved.get(&cell) {
                Mode::Solved(target)
            } else if scenario.exogenised.contains_key(&cell) {
                Mode::Exogenised
            } else if indicator.history.contains_key(&period) {
                Mode::Known
            } else if computed && starts[k] == Some(period) && form.first.is_some() {
                first_mode(form, &modes, row)
            } else if computed {
                Mode::Computed
            } else {
                Mode::Missing
            };
        }
        if row < timeline.first {
            compute_identities_backwards(forms, &mut modes, row);
        }
    }
    report_missing(model, forms, timeline, &modes, problems);
    report_needless_starts(model, forms, timeline, starts, &modes, problems);
    modes
}

/// Does the history reach back far enough for the equation as it stands?
fn first_mode(form: &Forms, modes: &[Vec<Mode>], row: usize) -> Mode {
    let has = |&(name, lag): &(u32, u32)| {
        lag == 0
            || row
                .checked_sub(lag as usize)
                .is_some_and(|before| modes[before][name as usize] != Mode::Missing)
    };
    let enough = form.regular.as_ref().is_some_and(|regular| regular.needs.iter().all(has));
    if enough { Mode::Computed } else { Mode::ComputedFirst }
}

/// Before the span an identity has a value wherever what it needs has one.
fn compute_identities_backwards(forms: &[Forms], modes: &mut [Vec<Mode>], row: usize) {
    loop {
        let mut changed = false;
        for (k, form) in forms.iter().enumerate() {
            let Some(regular) = form.regular.as_ref().filter(|_| form.identity) else { continue };
            let has = |&(name, lag): &(u32, u32)| {
                row.checked_sub(lag as usize)
                    .is_some_and(|before| modes[before][name as usize] != Mode::Missing)
            };
            if modes[row][k] == Mode::Missing && regular.needs.iter().all(has) {
                modes[row][k] = Mode::Computed;
                changed = true;
            }
        }
        if !changed {
            return;
        }
    }
}

/// A start value says what a history that is too short cannot; with a long one it contradicts it.
fn report_needless_starts(
    model: &Model,
    forms: &[Forms],
    timeline: &Timeline,
    starts: &[Option<Period>],
    modes: &[Vec<Mode>],
    problems: &mut Vec<Problem>,
) {
    for (k, (name, form)) in model.indicators.keys().zip(forms).enumerate() {
        let row = starts[k].and_then(|start| timeline.row(start));
        if form.has_start
            && form.first.is_some()
            && row.is_some_and(|row| modes[row][k] == Mode::Computed)
        {
            let message = "is given, but the history is long enough to give it; leave one out";
            problems.push(Problem::new(format!("indicators.{name}.process.start"), message));
        }
    }
}

/// One problem for each indicator and each value it lacks, in the first period in which it does.
fn report_missing(
    model: &Model,
    forms: &[Forms],
    timeline: &Timeline,
    modes: &[Vec<Mode>],
    problems: &mut Vec<Problem>,
) {
    let name = |k: u32| model.indicators.get_index(k as usize).map_or("", |(name, _)| name);
    let mut told = IndexSet::new();
    for (row, modes_now) in modes.iter().enumerate() {
        let period = timeline.period(row);
        for (k, mode) in modes_now.iter().enumerate() {
            let form = match mode {
                Mode::Computed => forms[k].regular.as_ref(),
                Mode::ComputedFirst => forms[k].first.as_ref(),
                Mode::Solved(target) => forms[*target as usize].regular.as_ref(),
                Mode::Missing
                    if row >= timeline.first
                        && !forms[k].broken
                        && told.insert((k as u32, k as u32, 0)) =>
                {
                    let message = format!(
                        "has no value in {period}: it has neither an equation nor a process; give \
                         it one, or a history up to {}",
                        model.periods.last()
                    );
                    let address = format!("indicators.{}", name(k as u32));
                    problems.push(Problem::new(address, message));
                    continue;
                }
                _ => continue,
            };
            for &(needed, lag) in form.iter().flat_map(|form| &form.needs) {
                let before = row.checked_sub(lag as usize);
                let missing =
                    before.is_none_or(|before| modes[before][needed as usize] == Mode::Missing);
                if missing && lag > 0 && told.insert((k as u32, needed, lag)) {
                    let needed = name(needed);
                    let message = format!(
                        "{needed} has no value in {}, which is needed as {needed}[-{lag}] in \
                         {period}; extend the history of {needed}",
                        period - lag as i32
                    );
                    let address = format!("indicators.{}", name(k as u32));
                    problems.push(Problem::new(address, message));
                } else if missing && lag == 0 && row < timeline.first {
                    let needed_name = name(needed);
                    if told.insert((k as u32, needed, 0)) {
                        let message = format!(
                            "{needed_name} has no value in {period}, which is needed because the \
                             history of {} ends before; extend one of the two",
                            name(k as u32)
                        );
                        let address = format!("indicators.{}", name(k as u32));
                        problems.push(Problem::new(address, message));
                    }
                }
            }
        }
    }
}
