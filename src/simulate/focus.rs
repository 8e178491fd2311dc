//! As little of a run as its targets need: the instructions that lead to what they look at, period by
//! period, and the random numbers that these read.
//!
//! What a path does there does not change: every random number keeps its place, and every instruction
//! that is left computes what it computed before.

use std::collections::{HashMap, HashSet};

use super::track::{Guides, Luck};
use crate::compile::{Inner, Instruction, Measure, ScenarioProgram, Section, Slot, Sort, Tape};

/// A run cut down to what is needed.
#[derive(Debug)]
pub(super) struct Focus {
    pub(super) scenarios: Vec<ScenarioProgram>,
    pub(super) tapes: Vec<Tape>,
    /// The rows up to the last one that is needed.
    pub(super) rows: usize,
    pub(super) wanted: Wanted,
}

/// What is drawn and stored, by simulated period.
#[derive(Debug, Clone, Default)]
pub(super) struct Wanted {
    pub(super) streams: Vec<Vec<bool>>,
    pub(super) shocks: Vec<Vec<bool>>,
    pub(super) events: Vec<Vec<bool>>,
    pub(super) counts: Vec<Vec<bool>>,
    /// Series and row of what targets look at.
    cells: HashSet<(u32, usize)>,
}

impl Wanted {
    pub(super) fn stores(&self, series: u32, row: usize) -> bool {
        self.cells.contains(&(series, row))
    }
}

impl Focus {
    /// On the targets of the model, and on what is observed.
    pub(super) fn new(
        program: &Inner,
        scenarios: &[&ScenarioProgram],
        guides: Option<&Guides>,
    ) -> Self {
        let cells = looked_at(program);
        let mut needs = vec![HashSet::new(); program.timeline.rows];
        let observed = guides.map_or(&[][..], |guides| &guides.cells.observed);
        let observed = observed.iter().map(|cell| (cell.indicator, cell.row));
        let mut rows = 0;
        for (series, row) in cells.iter().copied().chain(observed) {
            needs[row].insert(series);
            rows = rows.max(row + 1);
        }
        let mut cut = Cut {
            program,
            needs,
            tapes: Vec::new(),
            known: HashMap::new(),
            read: Read::new(program),
        };
        let mut scenarios: Vec<ScenarioProgram> = scenarios.iter().map(|s| (*s).clone()).collect();
        for row in (0..rows).rev() {
            for scenario in &mut scenarios {
                scenario.tape_of_row[row] =
                    scenario.tape_of_row[row].map(|tape| cut.tape(tape, row));
            }
        }
        let Cut { tapes, read, .. } = cut;
        let wanted = read.wanted(program, guides, cells);
        Self { scenarios, tapes, rows, wanted }
    }
}

/// The cells that targets look at.
fn looked_at(program: &Inner) -> HashSet<(u32, usize)> {
    let place = |(name, period)| {
        let series = program.model.indicators.get_index_of(name)? as u32;
        Some((series, program.timeline.row(period)?))
    };
    program.targets.iter().flat_map(Measure::cells).filter_map(place).collect()
}

/// What instructions read of shocks and uniforms of counts, by simulated period.
struct Read {
    begin: usize,
    shocks: Vec<Vec<bool>>,
    counts: Vec<Vec<bool>>,
}

impl Read {
    fn new(program: &Inner) -> Self {
        let (timeline, draws) = (&program.timeline, &program.draws);
        let places = timeline.rows - timeline.begin;
        Self {
            begin: timeline.begin,
            shocks: vec![vec![false; draws.shocks.len()]; places],
            counts: vec![vec![false; draws.counts.len()]; places],
        }
    }

    fn add(&mut self, slot: Slot, row: usize) {
        let Some(place) = row.checked_sub(self.begin) else { return };
        match slot.sort {
            Sort::Shock => self.shocks[place][slot.index as usize] = true,
            Sort::Count => self.counts[place][slot.index as usize] = true,
            _ => {}
        }
    }

    /// What has to be drawn for them.
    fn wanted(
        mut self,
        program: &Inner,
        guides: Option<&Guides>,
        cells: HashSet<(u32, usize)>,
    ) -> Wanted {
        let draws = &program.draws;
        for luck in guides.iter().flat_map(|guides| &guides.coordinates.all) {
            match *luck {
                Luck::Shock { place, shock } => self.shocks[place][shock] = true,
                Luck::Count { place, count } => self.counts[place][count] = true,
                Luck::Path(_) => {}
            }
        }
        for shocks in &mut self.shocks {
            // A correlated shock is made of those declared before it.
            for (members, _) in draws.shock_correlation.groups() {
                if let Some(last) = members.iter().rposition(|&k| shocks[k]) {
                    members[..last].iter().for_each(|&k| shocks[k] = true);
                }
            }
        }
        let mut streams = vec![vec![false; draws.streams.len()]; self.shocks.len()];
        for (streams, shocks) in streams.iter_mut().zip(&self.shocks) {
            for (k, shock) in draws.shocks.iter().enumerate() {
                // Lists are walked through from period to period.
                streams[shock.stream] |= shocks[k] || draws.streams[shock.stream].places.is_some();
            }
        }
        let mut events = vec![vec![false; draws.events.len()]; self.shocks.len()];
        for (k, event) in draws.events.iter().enumerate() {
            let touches = |shocks: &Vec<bool>| event.sizes.iter().any(|(s, _)| shocks[*s as usize]);
            if let Some(last) = self.shocks.iter().rposition(touches) {
                events[..=last].iter_mut().for_each(|events| events[k] = true);
            }
        }
        Wanted { streams, shocks: self.shocks, events, counts: self.counts, cells }
    }
}

/// Tapes on their way to be cut.
struct Cut<'a> {
    program: &'a Inner,
    /// The series that are needed in each row.
    needs: Vec<HashSet<u32>>,
    tapes: Vec<Tape>,
    /// By tape, and which of its instructions are left.
    known: HashMap<(usize, Vec<bool>), usize>,
    read: Read,
}

impl Cut<'_> {
    /// Cuts the tape of a row down to what the rows behind it and the row itself need; notes what it
    /// reads.
    fn tape(&mut self, tape: usize, row: usize) -> usize {
        let sections = &self.program.tapes[tape];
        let solves = sections.iter().any(|section| matches!(section, Section::Block(_)));
        let mut live: HashSet<Slot> =
            self.needs[row].iter().map(|series| Slot::series(*series, 0)).collect();
        let mut kept = Vec::new();
        for section in sections.iter().rev() {
            for instruction in instructions(section).iter().rev() {
                // Equations that are solved together stay as they are.
                let keep = live.remove(&instruction.out) || solves;
                kept.push(keep);
                for slot in instruction.operation.slots().into_iter().filter(|_| keep) {
                    live.insert(slot);
                    self.read.add(slot, row);
                    if let (Sort::Series, Some(earlier)) =
                        (slot.sort, row.checked_sub(slot.lag as usize))
                    {
                        self.needs[earlier].insert(slot.index);
                    }
                }
            }
        }
        kept.reverse();
        if let Some(known) = self.known.get(&(tape, kept.clone())) {
            return *known;
        }
        let cut = if solves { sections.clone() } else { left(sections, &kept) };
        self.tapes.push(cut);
        self.known.insert((tape, kept), self.tapes.len() - 1);
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
