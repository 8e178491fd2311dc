//! What a change reaches: of every scenario of a run the rows of memory in which it may differ from the
//! first one, and the instructions that compute these. All else is there already, in every path.
//!
//! It is worked out from the tapes alone, before any path is drawn: what reads a changed row is changed,
//! period by period. So a scenario has the same numbers, to the bit, whether others run before it or not.

use std::collections::HashSet;
use std::ops::Range;

use super::expressions::Expressions;
use super::operands::{Action, AddressedTapes, Command, Map, Segment, Source};
use crate::compile::{Inner, Row, ScenarioProgram, ShockChange, Slot, Sort};

/// What the scenarios of a run change of the first one.
#[derive(Debug, Default)]
pub(super) struct Reach<'a> {
    /// By scenario after the first.
    scenarios: Vec<Reached<'a>>,
    /// Rows of memory that any of them changes.
    pub(super) cells: Vec<usize>,
}

/// What one scenario changes.
#[derive(Debug)]
pub(super) struct Reached<'a> {
    /// Values fixed within a path, by their places.
    pub(super) path: Vec<usize>,
    /// What follows from them.
    pub(super) prelude: Vec<Command>,
    /// Known values that are drawn, by their places.
    pub(super) known_drawn: Vec<usize>,
    /// Is any event as likely as before in no path?
    pub(super) events: bool,
    /// Numbers that all paths share.
    pub(super) same: Vec<Slot>,
    /// Periods, by row.
    pub(super) rows: Vec<ReachedRow<'a>>,
    /// All the rows of memory, by their places among those of [`Reach`].
    pub(super) cells: Vec<usize>,
    /// Series and rows.
    series: HashSet<(u32, Row)>,
}

/// What a scenario changes in a period.
#[derive(Debug, Default)]
pub(super) struct ReachedRow<'a> {
    /// What is given.
    pub(super) exogenised: Vec<(u32, f64)>,
    /// What is computed.
    pub(super) tape: Vec<Segment<'a>>,
    /// What that reads of shocks and counts.
    pub(super) shocks: Vec<u32>,
    pub(super) counts: Vec<u32>,
    /// The indicators that it computes.
    pub(super) computed: Vec<u32>,
}

impl<'a> Reach<'a> {
    pub(super) fn new(
        program: &Inner,
        scenarios: &[&ScenarioProgram],
        (tapes, map): (&AddressedTapes<'a>, &Map),
        rows: usize,
    ) -> Self {
        let Some((first, others)) = scenarios.split_first() else { return Self::default() };
        let mut expressions = Expressions::default();
        let walk = |scenario: &&ScenarioProgram| {
            let changed = vec![false; map.row(Slot::series(0, 0)) + map.stride * rows];
            Walk { program, first, scenario, tapes, map, changed }.reached(rows, &mut expressions)
        };
        let mut found: Vec<(Reached<'a>, Vec<usize>)> = others.iter().map(walk).collect();
        let mut cells: Vec<usize> = found.iter().flat_map(|(_, cells)| cells).copied().collect();
        cells.sort_unstable();
        cells.dedup();
        for (reached, own) in &mut found {
            let place = |cell: &usize| cells.binary_search(cell).unwrap_or_default();
            reached.cells = own.iter().map(place).collect();
        }
        Self { scenarios: found.into_iter().map(|(reached, _)| reached).collect(), cells }
    }

    /// What a scenario changes; none of the first, and where that was not worked out.
    pub(super) fn of(&self, scenario: super::ScenarioIndex) -> Option<&Reached<'a>> {
        self.scenarios.get(scenario.0.checked_sub(1)?)
    }
}

impl Reached<'_> {
    /// May a series be another one in any of some rows?
    pub(super) fn has(&self, series: u32, mut rows: Range<usize>) -> bool {
        rows.any(|row| self.series.contains(&(series, Row(row))))
    }
}

/// A walk through the periods of a scenario.
struct Walk<'a, 'b> {
    program: &'b Inner,
    first: &'b ScenarioProgram,
    scenario: &'b ScenarioProgram,
    tapes: &'b AddressedTapes<'a>,
    map: &'b Map,
    /// By row of memory; of registers that of the value they have.
    changed: Vec<bool>,
}

impl<'a> Walk<'a, '_> {
    fn reached(mut self, rows: usize, known: &mut Expressions) -> (Reached<'a>, Vec<usize>) {
        let Self { program, first, scenario, tapes, map, .. } = self;
        let slot = |sort, k: usize| map.row(Slot::new(sort, k as u32));
        let settings = first.path_values.iter().zip(&scenario.path_values).enumerate();
        let path: Vec<usize> =
            settings.filter(|(_, (a, b))| !a.is_same(b)).map(|(k, _)| k).collect();
        path.iter().for_each(|&k| self.changed[slot(Sort::Path, k)] = true);
        let mut prelude = Vec::new();
        for command in &tapes.prelude {
            if self.reads_changed(&command.action, Row::FIRST) {
                self.changed[command.out.row()] = true;
                prelude.push(*command);
            }
        }
        let likely = |event: &&crate::compile::EventDraw| self.changed[map.row(event.probability)];
        let by_events: Vec<u32> = program
            .random
            .events
            .iter()
            .filter(likely)
            .flat_map(|event| &event.sizes)
            .map(|(shock, _)| *shock)
            .collect();
        let events = program.random.events.iter().any(|event| likely(&event));
        let drawn = program.known_drawn.iter().enumerate();
        let known_drawn: Vec<usize> = drawn
            .filter(|(_, (.., value))| path.contains(&(*value as usize)))
            .map(|(k, _)| k)
            .collect();
        for &k in &known_drawn {
            let (series, row, _) = program.known_drawn[k];
            if row.0 < rows {
                let cell = self.cell(series, row);
                self.changed[cell] = true;
            }
        }
        let fixed = [Sort::Path, Sort::Prelude].map(|sort| {
            let begin = map.bases[sort as usize];
            begin..begin + program.layout[sort as usize] as usize
        });
        let mut cells: Vec<usize> =
            fixed.into_iter().flatten().filter(|&cell| self.changed[cell]).collect();
        let same =
            tapes.same.iter().filter(|slot| self.changed[map.row(**slot)]).copied().collect();
        let rows: Vec<ReachedRow<'a>> =
            Row::all(rows).map(|row| self.row(row, &by_events, known)).collect();
        let begin = map.row(Slot::series(0, 0));
        let (mut series, stride) = (HashSet::new(), map.stride);
        for cell in (begin..self.changed.len()).filter(|&cell| self.changed[cell]) {
            cells.push(cell);
            series.insert((((cell - begin) % stride) as u32, Row((cell - begin) / stride)));
        }
        let reached =
            Reached { path, prelude, known_drawn, events, same, rows, cells: Vec::new(), series };
        (reached, cells)
    }

    /// The row of memory of a series.
    fn cell(&self, series: u32, row: Row) -> usize {
        self.map.row(Slot::series(series, 0)) + row.0 * self.map.stride
    }

    /// The row of memory of an operand.
    fn place(&self, source: Source, row: Row) -> usize {
        source.row() + if source.series().is_some() { row.0 * self.map.stride } else { 0 }
    }

    fn reads_changed(&self, action: &Action, row: Row) -> bool {
        action.sources().any(|source| self.changed[self.place(source, row)])
    }

    fn row(&mut self, row: Row, by_events: &[u32], known: &mut Expressions) -> ReachedRow<'a> {
        let (first, scenario, tapes) = (self.first, self.scenario, self.tapes);
        let mut found = ReachedRow { exogenised: self.exogenised(row), ..ReachedRow::default() };
        let tape = scenario.tape(row);
        if tape != first.tape(row) {
            // What one of the two does not compute is another number, or none.
            let of = |tape: Option<usize>| tape.map(|tape| self.outputs(&tapes.by_number[tape]));
            let (ours, theirs) =
                (of(tape).unwrap_or_default(), of(first.tape(row)).unwrap_or_default());
            for series in ours.symmetric_difference(&theirs) {
                let cell = self.place(Source::Series(*series), row);
                self.changed[cell] = true;
            }
        }
        let Some(tape) = tape else { return found };
        self.mark_given(row);
        self.mark_shocks(row, by_events);
        let is_other = first.tape(row) != Some(tape);
        let differs = match first.tape(row).filter(|_| is_other) {
            Some(other) => known.differing(tapes, tape, other),
            None => HashSet::new(),
        };
        let keep = self.walk(&tapes.by_number[tape], row, is_other, &differs);
        found.tape = self.cut(&tapes.by_number[tape], &keep, &mut found.shocks, &mut found.counts);
        let computed = tapes.computed[tape].iter().copied();
        found.computed = computed.filter(|&k| self.changed[self.cell(k, row)]).collect();
        found
    }

    /// What is given in a row, where it is not in the first scenario.
    fn exogenised(&mut self, row: Row) -> Vec<(u32, f64)> {
        let (ours, theirs) = (self.scenario.exogenised_in(row), self.first.exogenised_in(row));
        let there = |list: &[(u32, Row, f64)], (series, value): (u32, f64)| {
            list.iter().any(|(k, _, v)| *k == series && v.to_bits() == value.to_bits())
        };
        for &(series, ..) in theirs.iter().filter(|(k, _, v)| !there(ours, (*k, *v))) {
            let cell = self.cell(series, row);
            self.changed[cell] = true;
        }
        let other = ours.iter().filter(|(k, _, v)| !there(theirs, (*k, *v)));
        let found: Vec<(u32, f64)> = other.map(|(k, _, v)| (*k, *v)).collect();
        for (series, _) in &found {
            let cell = self.cell(*series, row);
            self.changed[cell] = true;
        }
        found
    }

    /// Columns of the table that are other numbers.
    fn mark_given(&mut self, row: Row) {
        let begin = self.map.bases[Sort::Given as usize];
        let columns = self.first.table[row.0].iter().zip(&self.scenario.table[row.0]);
        for (k, (a, b)) in columns.enumerate() {
            self.changed[begin + k] = a.to_bits() != b.to_bits();
        }
    }

    /// Shocks that the scenario, or an event that is more or less likely, changes.
    fn mark_shocks(&mut self, row: Row, by_events: &[u32]) {
        let begin = self.map.bases[Sort::Shock as usize];
        let count = self.program.layout[Sort::Shock as usize] as usize;
        self.changed[begin..begin + count].fill(false);
        if self.program.timeline.simulated(row).is_none() {
            return;
        }
        by_events.iter().for_each(|&shock| self.changed[begin + shock as usize] = true);
        let here = |scenario: &ScenarioProgram| -> Vec<ShockChange> {
            let all = scenario.shock_changes.iter();
            all.filter(|change| change.row == row).copied().collect()
        };
        let (ours, theirs) = (here(self.scenario), here(self.first));
        let bits = |changes: &[ShockChange], shock: u32| -> Vec<(u64, u64)> {
            let of = changes.iter().filter(|change| change.shock == shock);
            of.map(|change| (change.scale.to_bits(), change.add.to_bits())).collect()
        };
        for shock in ours.iter().chain(&theirs).map(|change| change.shock) {
            if bits(&ours, shock) != bits(&theirs, shock) {
                self.changed[begin + shock as usize] = true;
            }
        }
    }

    /// Walks through the tape of a row; says of each of its instructions, and of each block, whether it
    /// gives something else.
    fn walk(
        &mut self,
        tape: &[Segment<'a>],
        row: Row,
        is_other: bool,
        differs: &HashSet<u32>,
    ) -> Vec<Vec<bool>> {
        let mut keep = Vec::with_capacity(tape.len());
        for segment in tape {
            match segment {
                Segment::Straight(steps) => {
                    let mut kept = Vec::with_capacity(steps.len());
                    for step in steps {
                        let out = self.place(step.out, row);
                        let other = matches!(step.out, Source::Series(k) if differs.contains(&k));
                        let changed = other || self.reads_changed(&step.action, row);
                        self.changed[out] = changed;
                        kept.push(changed);
                    }
                    keep.push(kept);
                }
                Segment::Block(block, pass) => {
                    let own: HashSet<u32> = self.outputs(std::slice::from_ref(segment));
                    // A solution follows from where the block was in the period before.
                    let moved = |&series: &u32| {
                        let cell = series as usize + row.0 * self.map.stride;
                        cell.checked_sub(self.map.stride).is_some_and(|cell| self.changed[cell])
                    };
                    let reads = inputs(pass, &own);
                    let results = block.results.iter().map(|slot| self.source(*slot));
                    let mut outside = reads.into_iter().chain(results.filter(|source| {
                        source.series().is_none_or(|series| !own.contains(&(series as u32)))
                            && !pass.iter().any(|step| step.out == *source)
                    }));
                    let changed = is_other
                        || own.iter().any(moved)
                        || outside.any(|source| self.changed[self.place(source, row)]);
                    for series in own {
                        let cell = self.place(Source::Series(series), row);
                        self.changed[cell] = changed;
                    }
                    for step in pass {
                        let out = self.place(step.out, row);
                        self.changed[out] = changed;
                    }
                    keep.push(vec![changed]);
                }
            }
        }
        keep
    }

    /// The series that a tape computes, by their rows of memory in the first period.
    fn outputs(&self, tape: &[Segment<'_>]) -> HashSet<u32> {
        let mut found = HashSet::new();
        for segment in tape {
            let (Segment::Straight(steps) | Segment::Block(_, steps)) = segment;
            found.extend(steps.iter().filter_map(|step| step.out.series()).map(|row| row as u32));
            if let Segment::Block(block, _) = segment {
                let row = |series: &u32| self.map.row(Slot::series(*series, 0)) as u32;
                found.extend(block.unknowns.iter().map(row));
            }
        }
        found
    }

    fn source(&self, slot: Slot) -> Source {
        let row = self.map.row(slot) as u32;
        if slot.sort == Sort::Series { Source::Series(row) } else { Source::Row(row) }
    }

    /// What is left of a tape: what gives something else, and what that reads of registers; notes what
    /// is read of shocks and counts.
    fn cut(
        &self,
        tape: &[Segment<'a>],
        keep: &[Vec<bool>],
        shocks: &mut Vec<u32>,
        counts: &mut Vec<u32>,
    ) -> Vec<Segment<'a>> {
        let registers = self.map.bases[Sort::Register as usize];
        let series = self.map.bases[Sort::Series as usize];
        let mut live: HashSet<usize> = HashSet::new();
        let mut read: HashSet<usize> = HashSet::new();
        let mut left = Vec::new();
        for (segment, keep) in tape.iter().zip(keep).rev() {
            match segment {
                Segment::Straight(steps) => {
                    let mut kept = Vec::new();
                    for (step, keep) in steps.iter().zip(keep).rev() {
                        let out = step.out.row();
                        let wanted = match step.out {
                            Source::Series(_) => *keep,
                            Source::Row(_) | Source::Same(_) => live.remove(&out),
                        };
                        if !wanted {
                            continue;
                        }
                        for source in step.action.sources() {
                            note(source, (registers, series), &mut live, &mut read);
                        }
                        kept.push(*step);
                    }
                    kept.reverse();
                    if !kept.is_empty() {
                        left.push(Segment::Straight(kept));
                    }
                }
                Segment::Block(block, pass) => {
                    let made = pass.iter().filter(|step| step.out.series().is_none());
                    let made: HashSet<usize> = made.map(|step| step.out.row()).collect();
                    // What is computed afterwards may read what the last pass left in registers.
                    if !keep[0] && live.is_disjoint(&made) {
                        continue;
                    }
                    live.retain(|register| !made.contains(register));
                    let sources = inputs(pass, &HashSet::new());
                    let results = block.results.iter().map(|slot| self.source(*slot));
                    let results =
                        results.filter(|source| !pass.iter().any(|step| step.out == *source));
                    for source in sources.into_iter().chain(results) {
                        note(source, (registers, series), &mut live, &mut read);
                    }
                    left.push(Segment::Block(block, pass.clone()));
                }
            }
        }
        left.reverse();
        for (sort, found) in [(Sort::Shock, shocks), (Sort::Count, counts)] {
            let begin = self.map.bases[sort as usize];
            let count = self.program.layout[sort as usize];
            found.extend((0..count).filter(|k| read.contains(&(begin + *k as usize))));
        }
        left
    }
}

/// Notes an operand: a register, or something drawn.
fn note(
    source: Source,
    (registers, series): (usize, usize),
    live: &mut HashSet<usize>,
    read: &mut HashSet<usize>,
) {
    match source {
        Source::Row(row) if (registers..series).contains(&(row as usize)) => {
            live.insert(row as usize);
        }
        Source::Row(row) => {
            read.insert(row as usize);
        }
        Source::Same(_) | Source::Series(_) => {}
    }
}

/// What a pass reads that it does not compute.
fn inputs(pass: &[Command], own: &HashSet<u32>) -> Vec<Source> {
    let mut made: HashSet<Source> = HashSet::new();
    let mut found = Vec::new();
    for step in pass {
        for source in step.action.sources() {
            let is_own = matches!(source, Source::Series(row) if own.contains(&row));
            if !is_own && !made.contains(&source) {
                found.push(source);
            }
        }
        made.insert(step.out);
    }
    found
}
