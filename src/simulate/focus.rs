//! As little of a run as its targets need (dead code elimination): the instructions that lead to what they
//! look at, period by period, and the random numbers that these read.
//!
//! What a path does there does not change: every random number keeps its place, and every instruction
//! that is left computes what it computed before.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};

use super::draws::Wanted;
use super::numbers::{RandomNumber, Reads};
use crate::compile::{
    Inner, Instruction, Layout, Row, ScenarioProgram, Section, SimulatedPeriod, Slot, Sort, Tape,
    Timeline,
};

/// A run cut down to what is needed.
#[derive(Debug, Clone)]
pub(super) struct Focus {
    /// The targets that are looked at, by their places in the model.
    pub(super) targets: Vec<usize>,
    pub(super) scenarios: Vec<ScenarioProgram>,
    pub(super) tapes: Vec<Tape>,
    /// The rows up to the last one that is needed.
    pub(super) rows: usize,
    pub(super) wanted: Wanted,
}

impl Focus {
    /// On targets, on what else is stored (series and rows), and on what is observed.
    pub(super) fn new(
        program: &Inner,
        scenarios: &[Cow<'_, ScenarioProgram>],
        (targets, stored): (Vec<usize>, &[(u32, Row)]),
        reads: &Reads,
    ) -> Self {
        let cells = looked_at(program, &targets);
        let places = Places::new(&program.layout);
        let series = program.layout[Sort::Series as usize] as usize;
        let mut needs = vec![vec![false; series]; program.timeline.rows];
        let mut rows = 0;
        for (series, row) in cells.iter().chain(stored).chain(&reads.cells).copied() {
            needs[row.0][series as usize] = true;
            rows = rows.max(row.0 + 1);
        }
        let mut cut = Cut {
            program,
            places,
            needs,
            tapes: Vec::new(),
            made: HashMap::new(),
            read: Read::new(program),
        };
        let mut scenarios: Vec<ScenarioProgram> =
            scenarios.iter().map(|s| s.as_ref().clone()).collect();
        for row in Row::all(rows).rev() {
            for scenario in &mut scenarios {
                let cut = scenario.tape(row).map(|tape| cut.tape(tape, row));
                scenario.tape_of_row[row.0] = cut;
            }
        }
        for scenario in &mut scenarios {
            scenario.tape_of_row[rows..].fill(None);
        }
        let Cut { tapes, read, .. } = cut;
        let wanted = read.wanted(program, reads);
        Self { targets, scenarios, tapes, rows, wanted }
    }
}

/// The cells that targets look at.
fn looked_at(program: &Inner, targets: &[usize]) -> HashSet<(u32, Row)> {
    let place = |(name, period)| {
        let series = program.model.indicators.get_index_of(name)? as u32;
        Some((series, program.timeline.row(period)?))
    };
    targets.iter().flat_map(|&k| program.targets[k].cells()).filter_map(place).collect()
}

/// What instructions read of shocks and uniforms of counts, by simulated period.
struct Read {
    timeline: Timeline,
    shocks: Vec<Vec<bool>>,
    counts: Vec<Vec<bool>>,
}

impl Read {
    fn new(program: &Inner) -> Self {
        let (timeline, random) = (&program.timeline, &program.random);
        let places = timeline.simulated_in(timeline.rows);
        Self {
            timeline: *timeline,
            shocks: vec![vec![false; random.shocks.len()]; places],
            counts: vec![vec![false; random.counts.len()]; places],
        }
    }

    fn add(&mut self, slot: Slot, row: Row) {
        let Some(SimulatedPeriod(place)) = self.timeline.simulated(row) else { return };
        match slot.sort {
            Sort::Shock => self.shocks[place][slot.index as usize] = true,
            Sort::Count => self.counts[place][slot.index as usize] = true,
            _ => {}
        }
    }

    /// What has to be drawn for them.
    fn wanted(mut self, program: &Inner, reads: &Reads) -> Wanted {
        let random = &program.random;
        for number in &reads.scores {
            match *number {
                RandomNumber::Shock { period, shock } => self.shocks[period.0][shock] = true,
                RandomNumber::Count { period, count } => self.counts[period.0][count] = true,
                RandomNumber::Path(_) => {}
            }
        }
        for shocks in &mut self.shocks {
            // A correlated shock is made of those declared before it.
            for (members, _) in random.shock_correlation.groups() {
                if let Some(last) = members.iter().rposition(|&k| shocks[k]) {
                    members[..last].iter().for_each(|&k| shocks[k] = true);
                }
            }
        }
        let mut streams = vec![vec![false; random.streams.len()]; self.shocks.len()];
        for (streams, shocks) in streams.iter_mut().zip(&self.shocks) {
            for (k, shock) in random.shocks.iter().enumerate() {
                // Lists are walked through from period to period.
                streams[shock.stream] |= shocks[k] || random.streams[shock.stream].places.is_some();
            }
        }
        let mut events = vec![vec![false; random.events.len()]; self.shocks.len()];
        for (k, event) in random.events.iter().enumerate() {
            let touches = |shocks: &Vec<bool>| event.sizes.iter().any(|(s, _)| shocks[*s as usize]);
            if let Some(last) = self.shocks.iter().rposition(touches) {
                events[..=last].iter_mut().for_each(|events| events[k] = true);
            }
        }
        Wanted { streams, shocks: self.shocks, events, counts: self.counts }
    }
}

/// Where what a period has stands in a list of it all, sort by sort.
struct Places {
    bases: [usize; Sort::COUNT],
    count: usize,
}

impl Places {
    fn new(layout: &Layout) -> Self {
        let (mut bases, mut count) = ([0; Sort::COUNT], 0);
        for (base, size) in bases.iter_mut().zip(layout) {
            *base = count;
            count += *size as usize;
        }
        Self { bases, count }
    }

    fn of(&self, slot: Slot) -> usize {
        self.bases[slot.sort as usize] + slot.index as usize
    }
}

/// Tapes on their way to be cut.
struct Cut<'a> {
    program: &'a Inner,
    places: Places,
    /// Which series are needed in each row.
    needs: Vec<Vec<bool>>,
    tapes: Vec<Tape>,
    /// By tape, and which of its instructions are left.
    made: HashMap<(usize, Vec<bool>), usize>,
    read: Read,
}

impl Cut<'_> {
    /// Cuts the tape of a row down to what the rows behind it and the row itself need; notes what it
    /// reads.
    fn tape(&mut self, tape: usize, row: Row) -> usize {
        let sections = &self.program.tapes[tape];
        let solves = sections.iter().any(|section| matches!(section, Section::Block(_)));
        let mut live = vec![false; self.places.count];
        live[self.places.bases[Sort::Series as usize]..].copy_from_slice(&self.needs[row.0]);
        let mut kept = Vec::new();
        for section in sections.iter().rev() {
            if let Section::Block(block) = section {
                // A solution is searched from where the block was in the period before.
                if let Some(earlier) = row.before(1) {
                    let unknowns = block.unknowns.iter();
                    unknowns.for_each(|&k| self.needs[earlier.0][k as usize] = true);
                }
                for &slot in &block.results {
                    live[self.places.of(slot)] |= slot.lag == 0;
                    self.read.add(slot, row);
                }
            }
            for instruction in instructions(section).iter().rev() {
                // Equations that are solved together stay as they are.
                let wanted = std::mem::take(&mut live[self.places.of(instruction.out)]);
                let keep = wanted || solves;
                kept.push(keep);
                for slot in instruction.operation.slots().filter(|_| keep) {
                    // What an earlier period has is computed there.
                    live[self.places.of(slot)] |= slot.lag == 0;
                    self.read.add(slot, row);
                    if let (Sort::Series, Some(earlier)) = (slot.sort, row.before(slot.lag)) {
                        self.needs[earlier.0][slot.index as usize] = true;
                    }
                }
            }
        }
        kept.reverse();
        if let Some(made) = self.made.get(&(tape, kept.clone())) {
            return *made;
        }
        let cut = if solves { sections.clone() } else { left(sections, &kept) };
        self.tapes.push(cut);
        self.made.insert((tape, kept), self.tapes.len() - 1);
        self.tapes.len() - 1
    }
}

fn instructions(section: &Section) -> &[Instruction] {
    match section {
        Section::Straight(instructions) => instructions,
        Section::Block(block) => &block.pass,
    }
}

fn left(sections: &Tape, kept: &[bool]) -> Tape {
    let mut kept = kept.iter();
    let section = |section: &Section| {
        let some = instructions(section).iter().filter(|_| kept.next().copied().unwrap_or(true));
        Section::Straight(some.copied().collect())
    };
    sections.iter().map(section).collect()
}
