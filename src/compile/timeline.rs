//! Which indicator is known, computed or missing in which period.

use indexmap::IndexSet;

use super::forms::Forms;
use super::graph::NodeId;
use super::measure::Measure;
use super::past::Past;
use super::rows::{Row, Timeline};
use super::scenario_change::Resolved;
use crate::error::Problem;
use crate::interrupt::look;
use crate::model::Model;
use crate::period::Period;

/// Equations to be computed in a period: indicator, node of its value, and which equation it is.
pub(super) type Regime = Vec<(u32, NodeId, Which)>;

/// The equation that gives an indicator its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Which {
    Own,
    /// Its own, as it is in the first period after the jump-off.
    First,
    /// That of another indicator, whose value is set.
    Of(u32),
}

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
        if forms.identity || forms.broken {
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

/// The values before the span that equations, readers and targets look at.
fn wanted(
    model: &Model,
    forms: &[Forms],
    starts: &[Option<Period>],
    targets: &[(usize, Measure)],
    lead: i32,
) -> Vec<(u32, Period)> {
    let first = model.periods.first();
    let mut wanted = Vec::new();
    for (k, form) in forms.iter().enumerate() {
        look();
        let start = starts[k].unwrap_or(first);
        let needs = [&form.regular, &form.first].into_iter().flatten().flat_map(|f| &f.needs);
        for &(name, lag) in needs {
            wanted.extend((1..=lag as i32).map(|before| (name, start - before)));
        }
        if form.identity {
            wanted.extend((1..=lead).map(|before| (k as u32, first - before)));
        }
    }
    for (name, period) in targets.iter().flat_map(|(_, measure)| measure.cells()) {
        let index = model.indicators.get_index_of(name);
        wanted.extend(index.map(|index| (index as u32, period)));
    }
    wanted
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
    let past = Past::new(model, forms, &starts);
    let first = span.first();
    // Where paths differ in the past of identities, readers see the mean over paths.
    let differing = past.first_that_differs().map_or(0, |period| first.since(period).unwrap_or(0));
    let stored = stored.max(identities).max(differing);
    let (all, lead) = (all.max(stored).min(1000), stored.min(1000));
    let mut origin = if first - all < begin - lag { first - all } else { begin - lag };
    if let Some(earliest) = past.earliest(forms, wanted(model, forms, &starts, targets, lead))
        && earliest < origin
    {
        origin = earliest;
    }
    let distance = |later: Period| later.since(origin).unwrap_or(0).max(0) as usize;
    let timeline = Timeline {
        origin,
        rows: distance(span.last()) + 1,
        begin: Row(distance(begin)),
        first: Row(distance(first)),
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
    for row in timeline.all() {
        look();
        let period = timeline.period(row);
        for (k, (indicator, form)) in model.indicators.values().zip(forms).enumerate() {
            let computed = form.has_equation()
                && starts[k].map_or(row >= timeline.first, |start| start <= period);
            let cell = (k as u32, row);
            modes[row.0][k] = if let Some(&target) = scenario.solved.get(&cell) {
                Mode::Solved(target)
            } else if scenario.exogenised.contains_key(&cell) {
                Mode::Exogenised
            } else if form.broken || indicator.history.contains_key(&period) {
                // What is broken is taken to have values, so that nobody else lacks them.
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
            compute_identities_backwards(forms, &mut modes, row, row < timeline.begin);
        }
    }
    report_missing(model, forms, timeline, &modes, problems);
    report_needless_starts(model, forms, timeline, starts, &modes, problems);
    modes
}

/// Does the history reach back far enough for the equation as it stands?
fn first_mode(form: &Forms, modes: &[Vec<Mode>], row: Row) -> Mode {
    let has = |&(name, lag): &(u32, u32)| {
        lag == 0
            || row.before(lag).is_some_and(|before| modes[before.0][name as usize] != Mode::Missing)
    };
    let enough = form.regular.as_ref().is_some_and(|regular| regular.needs.iter().all(has));
    if enough { Mode::Computed } else { Mode::ComputedFirst }
}

/// Before the span an identity has a value wherever what it needs has one. `still` says that nothing
/// is drawn in the period.
fn compute_identities_backwards(forms: &[Forms], modes: &mut [Vec<Mode>], row: Row, still: bool) {
    loop {
        let mut changed = false;
        for (k, form) in forms.iter().enumerate() {
            look();
            let regular = form.regular.as_ref().filter(|_| form.has_past(still));
            let Some(regular) = regular else { continue };
            let has = |&(name, lag): &(u32, u32)| {
                row.before(lag)
                    .is_some_and(|before| modes[before.0][name as usize] != Mode::Missing)
            };
            if modes[row.0][k] == Mode::Missing && regular.needs.iter().all(has) {
                modes[row.0][k] = Mode::Computed;
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
        look();
        let row = starts[k].and_then(|start| timeline.row(start));
        if form.has_start
            && form.first.is_some()
            && row.is_some_and(|row| modes[row.0][k] == Mode::Computed)
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
    for (row, modes_now) in timeline.all().zip(modes) {
        look();
        let period = timeline.period(row);
        for (k, mode) in modes_now.iter().enumerate() {
            let form = match mode {
                Mode::Computed => forms[k].regular.as_ref(),
                Mode::ComputedFirst => forms[k].first.as_ref(),
                Mode::Solved(target) => forms[*target as usize].regular.as_ref(),
                Mode::Missing if row >= timeline.first && told.insert((k as u32, k as u32, 0)) => {
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
                let before = row.before(lag);
                let missing =
                    before.is_none_or(|before| modes[before.0][needed as usize] == Mode::Missing);
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
